#include "node/csv/reader.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/base/limits.h"

namespace schakel::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Writes down what the reader says: `1| a b` for a row, with cells in brackets and their line when
// it differs from the row's, `!4:2 reason` for a problem.
class Transcript final : public Sink {
 public:
  Result<void> OnHeader(const Row& row) override {
    lines.push_back("header " + Text(row));
    return {};
  }
  Result<void> OnRow(const Row& row) override {
    if (static_cast<int>(lines.size()) == refuse_at) return Unavailable("the sink refuses");
    lines.push_back(Text(row));
    return {};
  }
  Result<void> OnProblem(const Problem& problem) override {
    lines.push_back("!" + std::to_string(problem.line) + ":" + std::to_string(problem.column) +
                    " " + problem.error.detail);
    return {};
  }
  std::vector<std::string> lines;
  int refuse_at = -1;

 private:
  static std::string Text(const Row& row) {
    std::string out = std::to_string(row.line) + "|";
    for (const Cell& cell : row.cells) {
      out += "[" + std::string(cell.text) + "]";
      if (cell.line != row.line) out += "@" + std::to_string(cell.line);
    }
    return out;
  }
};

struct Reading {
  std::vector<std::string> lines;
  std::string error;  // empty: none
  char separator = 0;
  Encoding encoding = Encoding::kUtf8;
};

Reading Read(std::string_view text, const Options& options = {}, size_t chunk = 1 << 20) {
  Transcript transcript;
  Reader reader(options, transcript);
  Reading out;
  for (size_t i = 0; i < text.size() && out.error.empty(); i += chunk) {
    if (auto done = reader.Push(AsBytes(text.substr(i, chunk))); !done) {
      out.error = done.error().detail;
    }
  }
  if (out.error.empty()) {
    if (auto done = reader.Finish(); !done) out.error = done.error().detail;
  }
  out.lines = transcript.lines;
  out.separator = reader.separator();
  out.encoding = reader.encoding();
  return out;
}

TEST(Csv, ReadsRowsWithEveryLineEnding) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Reading reading = Read("a;b" + end + "1;2" + end + "3;4" + end);
    EXPECT_THAT(reading.lines, ElementsAre("header 1|[a][b]", "2|[1][2]", "3|[3][4]"));
  }
}

TEST(Csv, LastRowNeedsNoLineBreak) {
  EXPECT_THAT(Read("a;b\n1;2").lines, ElementsAre("header 1|[a][b]", "2|[1][2]"));
  EXPECT_THAT(Read("a;b\n1;\"2\"").lines, ElementsAre("header 1|[a][b]", "2|[1][2]"));
  EXPECT_THAT(Read("a;b").lines, ElementsAre("header 1|[a][b]"));
}

TEST(Csv, QuotesKeepSeparatorsQuotesAndLineBreaks) {
  const Reading reading =
      Read("a;b;c\n\"x;y\";\"zei \"\"hoi\"\"\";z\n\"regel 1\r\nregel 2\n\";\"q\nr\";s\nt;u;v\n");
  EXPECT_THAT(reading.lines,
              ElementsAre("header 1|[a][b][c]",
                          "2|[x;y][zei \"hoi\"][z]",
                          "3|[regel 1\nregel 2\n][q\nr]@5[s]@6",
                          "7|[t][u][v]"));
}

TEST(Csv, EveryChunkingGivesTheSame) {
  const std::string text =
      "\xEF\xBB\xBF"
      "naam;tekst\r\n\"Jos\xC3\xA9\";\"een\r\ntwee\"\r\n\r\nx\"y;z\r\nte;veel;cellen\r\n"
      "\"q\";\"onaf\r\n";
  const Reading whole = Read(text);
  ASSERT_EQ(whole.lines.size(), 5U);
  for (size_t chunk = 1; chunk < text.size(); ++chunk) {
    EXPECT_EQ(Read(text, {}, chunk).lines, whole.lines) << chunk;
  }
}

TEST(Csv, SeparatorIsReadOffTheHeader) {
  EXPECT_EQ(Read("a;b\n").separator, ';');
  EXPECT_EQ(Read("a,b,c;d\n").separator, ',');
  EXPECT_EQ(Read("\"a;b;c\",b\n").separator, ',');
  EXPECT_EQ(Read("alleen\n").separator, ';');
  EXPECT_THAT(Read("a,b;c\n1,2;3\n", {.separator = ';', .encoding = {}}).lines,
              ElementsAre("header 1|[a,b][c]", "2|[1,2][3]"));
}

TEST(Csv, ByteOrderMarkIsNoTextAndMeansUtf8) {
  const Reading reading = Read(
      "\xEF\xBB\xBF"
      "a\nJos\xE9\nJos\xC3\xA9\n");
  EXPECT_THAT(reading.lines,
              ElementsAre("header 1|[a]", "!2:1 text that is not UTF-8", "3|[Jos\xC3\xA9]"));
}

TEST(Csv, ByteOrderMarkAgainstTheMappingIsRefused) {
  const Reading reading = Read(
      "\xEF\xBB\xBF"
      "a\nb\n",
      {.separator = {}, .encoding = Encoding::kWindows1252});
  EXPECT_THAT(reading.error, HasSubstr("byte order mark"));
  EXPECT_THAT(reading.lines, IsEmpty());
}

TEST(Csv, Utf16IsRefusedWithWhatToDo) {
  EXPECT_THAT(Read(std::string_view("\xFF\xFE"
                                    "a\0\n\0",
                                    6))
                  .error,
              HasSubstr("UTF-16"));
}

TEST(Csv, FirstRowBeyondAsciiDecidesTheEncoding) {
  const Reading windows = Read("a\nabc\nJos\xE9\n\x80 5\n\xC3\xA9\n");
  EXPECT_EQ(windows.encoding, Encoding::kWindows1252);
  EXPECT_THAT(windows.lines,
              ElementsAre("header 1|[a]",
                          "2|[abc]",
                          "3|[Jos\xC3\xA9]",
                          "4|[\xE2\x82\xAC 5]",
                          "5|[\xC3\x83\xC2\xA9]"));
  const Reading utf8 = Read("a\nJos\xC3\xA9\nJos\xE9\n");
  EXPECT_EQ(utf8.encoding, Encoding::kUtf8);
  EXPECT_THAT(utf8.lines,
              ElementsAre("header 1|[a]", "2|[Jos\xC3\xA9]", "!3:1 text that is not UTF-8"));
}

TEST(Csv, DetectionLooksAtEachCellByItself) {
  // The two halves of an UTF-8 sequence in neighbouring cells are two Windows-1252 characters.
  const Reading reading = Read("a;b\nx\xC3;\xA9y\n");
  EXPECT_EQ(reading.encoding, Encoding::kWindows1252);
}

TEST(Csv, EveryWindows1252ByteIsAsTheStandardSays) {
  std::string text = "a\n";
  for (int byte = 0x80; byte <= 0xFF; ++byte)
    text += std::string(1, static_cast<char>(byte)) + "\n";
  const Reading reading = Read(text, {.separator = {}, .encoding = Encoding::kWindows1252});
  ASSERT_EQ(reading.lines.size(), 129U);
  EXPECT_EQ(reading.lines[1], "2|[\xE2\x82\xAC]");
  EXPECT_THAT(reading.lines[2], HasSubstr("!3:1 a byte that is no Windows-1252"));
  EXPECT_EQ(reading.lines[1 + 0x8A - 0x80], "12|[\xC5\xA0]");
  EXPECT_EQ(reading.lines[1 + 0xFF - 0x80], "129|[\xC3\xBF]");
  int undefined = 0;
  for (const std::string& line : reading.lines)
    undefined += line.starts_with("!") ? 1 : 0;
  EXPECT_EQ(undefined, 5);
}

TEST(Csv, ControlCharactersAreRefusedPerRow) {
  EXPECT_THAT(Read("a;b\n1;\x07\n1;\x7F\n1;\xC2\x85\n1;\t2\n").lines,
              ElementsAre("header 1|[a][b]",
                          "!2:2 a control character",
                          "!3:2 a control character",
                          "!4:2 a control character",
                          "5|[1][2]"));
}

TEST(Csv, ZeroByteCostsItsRow) {
  const std::string text("a;b\n1;2\0\n3;4\n", 13);
  EXPECT_THAT(Read(text).lines, ElementsAre("header 1|[a][b]", "!2:2 a zero byte", "3|[3][4]"));
  const std::string quoted("a;b\n1;\"2\0\n3;4\n\"\n5;6\n", 20);
  EXPECT_THAT(Read(quoted).lines, ElementsAre("header 1|[a][b]", "!2:2 a zero byte", "5|[5][6]"));
}

TEST(Csv, TooFewAndTooManyCellsCostTheirRow) {
  EXPECT_THAT(Read("a;b\n1\n1;2;3\n3;4\n").lines,
              ElementsAre("header 1|[a][b]",
                          "!2:0 1 cells where the header has 2",
                          "!3:0 3 cells where the header has 2",
                          "4|[3][4]"));
}

TEST(Csv, BlankRowsAreLeftOut) {
  EXPECT_THAT(Read("a;b\n\n  \n;\n;;;;\n1;2\n\n").lines,
              ElementsAre("header 1|[a][b]", "6|[1][2]"));
}

TEST(Csv, StrayQuoteCostsItsLineOnly) {
  EXPECT_THAT(Read("a;b\n1;5\" buis\n\"x\"y;2\n3;4\n").lines,
              ElementsAre("header 1|[a][b]",
                          HasSubstr("!2:2 a quote inside"),
                          HasSubstr("!3:1 a quote inside"),
                          "4|[3][4]"));
  EXPECT_THAT(Read("a;b\n1;5\" buis").lines,
              ElementsAre("header 1|[a][b]", HasSubstr("!2:2 a quote inside")));
}

TEST(Csv, OpenQuoteIsReportedWhereItOpens) {
  EXPECT_THAT(
      Read("a;b\n1;2\n3;\"4\n5;6\n7;8\n").lines,
      ElementsAre("header 1|[a][b]", "2|[1][2]", HasSubstr("!3:2 a quote that opens here")));
}

std::string RowOf(size_t bytes) {  // cells below the cell limit
  std::string row;
  while (row.size() + 8001 < bytes)
    row += std::string(8000, 'x') + ";";
  return row + std::string(bytes - row.size(), 'y');
}

TEST(Csv, RowLimit) {
  for (const auto& [bytes, read] : {std::pair{kMaxCsvRowBytes - 1, true},
                                    std::pair{kMaxCsvRowBytes, true},
                                    std::pair{kMaxCsvRowBytes + 1, false}}) {
    const std::string row = RowOf(bytes);
    std::string header = "k";
    for (const char c : row)
      header += c == ';' ? ";k" : "";
    for (const std::string end : {"\n", "\r\n"}) {
      const Reading reading = Read(header + end + row + end + header + end, {}, 1000);
      ASSERT_EQ(reading.lines.size(), 3U);
      EXPECT_EQ(!reading.lines[1].starts_with("!2:0 the row is longer than 65536"), read) << bytes;
      EXPECT_TRUE(reading.lines[2].starts_with("3|[k]"));
    }
  }
}

TEST(Csv, CellLimitCountsUtf8) {
  const auto cell = [](size_t bytes) { return "a;b\n1;" + std::string(bytes, 'x') + "\n"; };
  EXPECT_THAT(Read(cell(kMaxFieldBytes - 1)).lines[1], HasSubstr("2|[1]"));
  EXPECT_THAT(Read(cell(kMaxFieldBytes)).lines[1], HasSubstr("2|[1]"));
  EXPECT_THAT(Read(cell(kMaxFieldBytes + 1)).lines[1], HasSubstr("!2:2 the cell is longer than"));
  EXPECT_THAT(Read("a;b\n1;" + std::string(kMaxFieldBytes / 2 + 1, '\xE9') + "\n").lines[1],
              HasSubstr("!2:2 the cell is longer than"));
}

TEST(Csv, EndlessQuotedRowIsReportedOnceAndTwiceWhenNeverClosed) {
  const std::string text = "a;b\n1;\"" + std::string(3 * kMaxCsvRowBytes, '\n') + "\"\n2;3\n";
  const Reading closed = Read(text, {}, 4096);
  EXPECT_THAT(
      closed.lines,
      ElementsAre("header 1|[a][b]", HasSubstr("!2:0 the row is longer"), HasSubstr("|[2][3]")));
  const Reading open = Read("a;b\n1;\"" + std::string(3 * kMaxCsvRowBytes, 'x'), {}, 4096);
  EXPECT_THAT(open.lines,
              ElementsAre("header 1|[a][b]",
                          HasSubstr("!2:0 the row is longer"),
                          HasSubstr("!2:0 a quote that opens here")));
}

TEST(Csv, FileWithoutUsableHeaderIsRefused) {
  EXPECT_THAT(Read("").error, HasSubstr("no header"));
  EXPECT_THAT(Read("\xEF\xBB\xBF").error, HasSubstr("no header"));
  EXPECT_THAT(Read("\n\n").error, HasSubstr("no header"));
  EXPECT_THAT(Read("a;b\"c\n1;2\n").error, HasSubstr("line 1: no usable header"));
  EXPECT_THAT(Read("a;\"b\n1;2\n").error, HasSubstr("line 1: no usable header"));
  EXPECT_THAT(Read(std::string(kMaxCsvRowBytes + 1, 'x')).error, HasSubstr("longer than"));
}

TEST(Csv, ErrorOfTheSinkEndsTheReading) {
  Transcript transcript;
  transcript.refuse_at = 2;
  Reader reader({}, transcript);
  EXPECT_TRUE(reader.Push(AsBytes("a\n1\n")).ok());
  EXPECT_EQ(reader.Push(AsBytes("2\n3\n")).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(reader.Push(AsBytes("4\n")).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(reader.Finish().error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(transcript.lines.size(), 2U);
}

TEST(Csv, TruncatedAnywhereNeverInventsARow) {
  const std::string text = "a;b\n\"1\r\n\";\"x\"\"y\"\n3;4\n";
  const std::vector<std::string> whole = Read(text).lines;
  ASSERT_EQ(whole.size(), 3U);
  for (size_t size = 0; size < text.size(); ++size) {
    const Reading reading = Read(text.substr(0, size));
    // All but the last line of the transcript are those of the whole file.
    for (size_t i = 0; i + 1 < reading.lines.size(); ++i)
      EXPECT_EQ(reading.lines[i], whole[i]);
    EXPECT_LE(reading.lines.size(), 3U);
  }
}

}  // namespace
}  // namespace schakel::csv
