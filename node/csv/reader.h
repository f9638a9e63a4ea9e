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

namespace schakel::csv {

enum class Encoding { kUtf8, kWindows1252 };
const char* ToString(Encoding encoding);  // "utf-8", "windows-1252"

struct Options {
  // Absent: the one of `;` and `,` that the header has more of, `;` when equal.
  std::optional<char> separator;
  // Absent: UTF-8 when the file begins with a byte order mark; else the first row that has a
  // character outside ASCII decides: well-formed UTF-8, or Windows-1252.
  std::optional<Encoding> encoding;
};

struct Cell {
  std::string_view text;  // UTF-8, line breaks as LF, no other control character than tab
  int64_t line = 0;       // 1-based: the line of the file on which the cell begins
};

struct Row {
  int64_t line = 0;             // on which the row begins
  std::span<const Cell> cells;  // valid during the call
};

struct Problem {
  int64_t line = 0;
  int column = 0;  // 1-based number of the cell in its row; 0: the row as a whole
  Error error;     // what is wrong; never quotes the file
};

// Receives what was read, in the file's order. An error that it returns ends the reading.
class Sink {
 public:
  virtual ~Sink() = default;
  // Once, before everything else.
  virtual Result<void> OnHeader(const Row& row) = 0;
  // Every row has as many cells as the header. Blank rows (no cell has text) are left out.
  virtual Result<void> OnRow(const Row& row) = 0;
  virtual Result<void> OnProblem(const Problem& problem) = 0;
};

// One file. Not safe for concurrent use.
class Reader {
 public:
  // `sink` outlives the reader.
  Reader(const Options& options, Sink& sink);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  // kMalformed when the file cannot be read at all: no usable header, UTF-16, a byte order mark
  // against the options. After an error every further call gives the same error.
  Result<void> Push(ByteView bytes);
  // Ends the file; call once. The last row needs no line break.
  Result<void> Finish();

  // What was declared or found so far.
  [[nodiscard]] char separator() const;
  [[nodiscard]] Encoding encoding() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace schakel::csv
