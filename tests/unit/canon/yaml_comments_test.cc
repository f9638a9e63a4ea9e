#include "node/canon/yaml_comments.h"

#include <gmock/gmock.h>

namespace schakel::canon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> CommentsOf(const std::string& text) {
  const YamlResult yaml = ParseYaml(text, "f", 1 << 20);
  EXPECT_TRUE(yaml.root.has_value()) << text;
  std::vector<std::string> out;
  if (!yaml.root) return out;
  for (const YamlComment& comment : ReadComments(text, *yaml.root)) {
    out.push_back(std::to_string(comment.position.line) + ":" +
                  std::to_string(comment.position.column) + (comment.alone ? " " : " behind ") +
                  comment.text);
  }
  return out;
}

TEST(YamlCommentsTest, TellsWholeLinesFromThoseBehindText) {
  EXPECT_THAT(
      CommentsOf("# one  \na: 1 # two\n  # three\nb: [x, # four\n    y]\n#five"),
      ElementsAre(
          "1:1 # one", "2:6 behind # two", "3:3 # three", "4:8 behind # four", "6:1 #five"));
}

TEST(YamlCommentsTest, QuotedTextHoldsNone) {
  EXPECT_THAT(CommentsOf("a: \"x # y\"\n'b # c': 'it''s # d'\ne: \"q\\\" # r\n  # s\"\n"),
              IsEmpty());
  EXPECT_THAT(CommentsOf("a: \"x\" # y\n"), ElementsAre("1:8 behind # y"));
}

TEST(YamlCommentsTest, PlainTextMayHoldAQuoteAndAHash) {
  EXPECT_THAT(CommentsOf("a: it's # one\nb: x#y\nc: d\"e # two\n"),
              ElementsAre("1:9 behind # one", "3:8 behind # two"));
}

TEST(YamlCommentsTest, ColumnsCountCodePoints) {
  EXPECT_THAT(CommentsOf("a: \"é€\" # één\n"), ElementsAre("1:9 behind # één"));
}

TEST(YamlCommentsTest, BlockScalarsHoldNoneAndEnd) {
  EXPECT_THAT(CommentsOf("a: | # head\n  # text\n\n  more\n# after\nb: 1\n"),
              ElementsAre("1:6 behind # head", "5:1 # after"));
  EXPECT_THAT(CommentsOf("a:\n  - >\n    # text\n  # after\n  - x\n"), ElementsAre("4:3 # after"));
  EXPECT_THAT(CommentsOf("m:\n  a: |2\n      # text\n    # text\n  # after\n  b: 1\n"),
              ElementsAre("5:3 # after"));
}

}  // namespace
}  // namespace schakel::canon
