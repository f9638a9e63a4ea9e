// CSV as spreadsheets and exports write it, read in a stream: bytes are pushed as they arrive, rows
// come out as they end.
//
// Read: `;` or `,` between cells, quotes (RFC 4180) with line breaks inside, LF, CRLF or CR, UTF-8
// with or without a byte order mark, Windows-1252. A row that cannot be read is reported with its
// place and left out; the rows after it are read. Memory stays under a few times kMaxCsvRowBytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/result.h"

namespace schakel::record {

enum class CsvEncoding { kUtf8, kWindows1252 };
const char* ToString(CsvEncoding encoding);  // "utf-8", "windows-1252"

struct CsvOptions {
  // Absent: the one of `;` and `,` that the header has more of, `;` when equal.
  std::optional<char> separator;
  // Absent: UTF-8 when the file begins with a byte order mark; else the first row that has a
  // character outside ASCII decides: well-formed UTF-8, or Windows-1252.
  std::optional<CsvEncoding> encoding;
};

struct CsvCell {
  std::string_view text;  // UTF-8, line breaks as LF, no other control character than tab
  int64_t line = 0;       // 1-based: the line of the file on which the cell begins
};

struct CsvRow {
  int64_t line = 0;                // on which the row begins
  std::span<const CsvCell> cells;  // valid during the call
};

struct CsvProblem {
  int64_t line = 0;
  int column = 0;  // 1-based number of the cell in its row; 0: the row as a whole
  Error error;     // what is wrong; never quotes the file
};

// Receives what was read, in the file's order. An error that it returns ends the reading.
class CsvSink {
 public:
  virtual ~CsvSink() = default;
  // Once, before everything else.
  virtual Result<void> OnHeader(const CsvRow& row) = 0;
  // Every row has as many cells as the header. Blank rows (no cell has text) are left out.
  virtual Result<void> OnRow(const CsvRow& row) = 0;
  virtual Result<void> OnProblem(const CsvProblem& problem) = 0;
};

// One file. Not safe for concurrent use.
class CsvReader {
 public:
  // `sink` outlives the reader.
  CsvReader(const CsvOptions& options, CsvSink& sink);
  ~CsvReader();
  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;

  // kMalformed when the file cannot be read at all: no usable header, UTF-16, a byte order mark
  // against the options. After an error every further call gives the same error.
  Result<void> Push(ByteView bytes);
  // Ends the file; call once. The last row needs no line break.
  Result<void> Finish();

  // What was declared or found so far.
  [[nodiscard]] char separator() const;
  [[nodiscard]] CsvEncoding encoding() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace schakel::record
