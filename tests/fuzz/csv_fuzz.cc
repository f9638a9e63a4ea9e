// Whatever the bytes are and however they are cut into chunks: the same header, rows and problems,
// every row as wide as the header, within the limits, in UTF-8 without control characters, and in
// the file's order.
#include <algorithm>
#include <cstdint>
#include <string>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/csv/reader.h"

namespace {

using namespace schakel;
using namespace schakel::csv;

class Checker final : public Sink {
 public:
  Result<void> OnHeader(const Row& row) override {
    CHECK(width_ == 0);
    width_ = row.cells.size();
    Take(row);
    return {};
  }
  Result<void> OnRow(const Row& row) override {
    CHECK(width_ != 0 && row.cells.size() == width_);
    Take(row);
    return {};
  }
  Result<void> OnProblem(const Problem& problem) override {
    CHECK(width_ != 0 && problem.line >= 1 && problem.column >= 0 && !problem.error.detail.empty());
    said_ += "!" + std::to_string(problem.line) + ":" + std::to_string(problem.column) +
             problem.error.detail + "\n";
    return {};
  }
  std::string said_;

 private:
  void Take(const Row& row) {
    CHECK(row.line > last_line_);
    int64_t line = row.line;
    for (const Cell& cell : row.cells) {
      CHECK(cell.line >= line && cell.text.size() <= kMaxFieldBytes && IsUtf8(cell.text));
      CHECK(cell.text.find_first_of(std::string_view("\0\r\x1b\x7f", 4)) == std::string_view::npos);
      line = cell.line;
      said_ += std::to_string(cell.line) + "[" + std::string(cell.text) + "]";
    }
    said_ += "\n";
    last_line_ = row.line;
  }
  size_t width_ = 0;
  int64_t last_line_ = 0;
};

std::string Read(ByteView bytes, const Options& options, size_t chunk) {
  Checker checker;
  Reader reader(options, checker);
  for (size_t i = 0; i < bytes.size(); i += chunk) {
    const auto done = reader.Push(bytes.subspan(i, std::min(chunk, bytes.size() - i)));
    if (!done) return checker.said_ + "failed: " + done.error().detail;
  }
  const auto done = reader.Finish();
  return done ? checker.said_ : checker.said_ + "failed: " + done.error().detail;
}

}  // namespace

// The first byte picks the options and the size of the chunks.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint8_t choice = data[0];
  const ByteView bytes(data + 1, size - 1);
  Options options;
  if ((choice & 1) != 0) options.separator = (choice & 2) != 0 ? ';' : ',';
  if ((choice & 4) != 0) {
    options.encoding = (choice & 8) != 0 ? Encoding::kUtf8 : Encoding::kWindows1252;
  }
  CHECK(Read(bytes, options, bytes.size() + 1) == Read(bytes, options, size_t{1} + (choice >> 4)));
  return 0;
}
