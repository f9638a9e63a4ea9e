// Import of one CSV file under a mapping: bytes in, records in the store, a report of every cell
// that could not be used (README.md, "Import").
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/canon/yaml.h"
#include "node/covenant/document.h"
#include "node/record/mapping.h"
#include "node/record/repository.h"

namespace schakel::record {

// A place in the file that could not be used; its row is left out.
struct ImportProblem {
  int64_t line = 0;
  int column = 0;           // 1-based number of the cell in its row; 0: the row as a whole
  std::string column_name;  // as the mapping names it; empty for other columns
  Error error;              // what is wrong; never quotes the file
};
// `file:line: column 3 (bsn): reason`.
std::string ToString(const std::string& file, const ImportProblem& problem);

struct ImportReport {
  std::string file;
  std::string source;
  std::string category;
  bool dry_run = false;
  int64_t rows = 0;  // below the header, blank ones left out
  int64_t created = 0;
  int64_t revised = 0;
  int64_t unchanged = 0;
  int64_t skipped = 0;       // rows with a problem; rows = created + revised + unchanged + skipped
  int64_t new_subjects = 0;  // persons that the store did not know
  int64_t doubtful = 0;      // of them: may be somebody it knows, for a person to decide
  int64_t problem_count = 0;
  std::vector<ImportProblem> problems;  // the first ImportOptions::max_problems of them
  [[nodiscard]] bool complete() const { return problem_count == 0; }
};

struct ImportOptions {
  bool dry_run = false;  // everything is read and checked, nothing is written
  size_t max_problems = 1000;
  int64_t max_rows = 1'000'000;  // keys of one file are held in memory, 64 bytes each
};

// One file. A row whose key stood on an earlier line is a problem: of two rows under one name the
// first counts, so that the same file twice changes nothing.
//
// Not safe for concurrent use. When a call fails the import is over: rows that were put before may
// be in the store, and the same file completes them.
class Importer {
 public:
  // `records` and `catalogue` (which the mapping was read against) outlive the importer.
  static Result<std::unique_ptr<Importer>> Start(Records& records,
                                                 const covenant::Document& catalogue,
                                                 Mapping mapping,
                                                 std::string file,
                                                 const ImportOptions& options);
  ~Importer();
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  // kMalformed when the file cannot be read as CSV or lacks a column of the mapping (findings()
  // then says which); kExhausted over max_rows; else the error of the store.
  Result<void> Push(ByteView bytes);
  // Ends the file and makes its records durable.
  Result<ImportReport> Finish();

  // What the header lacks, with the place in the mapping file.
  [[nodiscard]] const std::vector<canon::Finding>& findings() const;

 private:
  class State;
  explicit Importer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace schakel::record
