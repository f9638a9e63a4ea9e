#include "cli/text.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "cli/messages.h"
#include "node/base/date.h"

namespace schakel::cli {
namespace {

TEST(LinesTest, AlignsByColumnsAndKeepsLongTextsWhole) {
  Lines lines;
  lines.Add("naam", "Zoë\x1b[31m");
  lines.Add("één", std::string(100, 'x'));
  lines.Add("", "verder");
  lines.Add("leeg", "");
  EXPECT_EQ(lines.Text(),
            "  naam  Zoë\xEF\xBF\xBD[31m\n  één   " + std::string(100, 'x') +
                "\n        verder\n  leeg\n");
}

TEST(MembersTest, AMissingOrOtherMemberIsEmpty) {
  const canon::Value value(canon::Value::Object{
      {"text", "t"}, {"number", 7}, {"list", canon::Value::Array{"a", 1, "b"}}});
  EXPECT_EQ(TextOf(value, "text"), "t");
  EXPECT_EQ(TextOf(value, "number"), "");
  EXPECT_EQ(TextOf(value, "none"), "");
  EXPECT_EQ(IntOf(value, "number"), 7);
  EXPECT_EQ(IntOf(value, "text"), 0);
  EXPECT_FALSE(BoolOf(value, "text"));
  EXPECT_EQ(TextsOf(value, "list"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(ArrayOf(value, "text").empty());
  EXPECT_TRUE(ObjectOf(value, "text").empty());
  EXPECT_EQ(TextIn(canon::Value("x")), "x");
  EXPECT_EQ(TextIn(value), "");
  EXPECT_EQ(TimeOf(value, "none"), "");
}

TEST(DateTest, TheLastDayIsTheOneBeforeTheEnd) {
  const Instant end =
      FirstInstantOf(std::chrono::sys_days{std::chrono::year{2027} / 1 / 1}, Zone::kAmsterdam);
  EXPECT_EQ(LastDay(end), "31-12-2026");
  EXPECT_EQ(LocalDay(end), "01-01-2027");
}

std::vector<std::string> MarksIn(std::string_view text) {
  std::vector<std::string> marks;
  for (size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    marks.emplace_back(text.substr(open, text.find('}', open) - open + 1));
  }
  std::sort(marks.begin(), marks.end());
  return marks;
}

TEST(MessagesTest, BothLanguagesAreCompleteInOrderAndTakeTheSameMarks) {
  size_t index = 0;
  for (const Sentence& sentence : AllSentences()) {
    EXPECT_EQ(static_cast<size_t>(sentence.message), index++) << sentence.english;
    EXPECT_FALSE(std::string(sentence.dutch).empty());
    EXPECT_FALSE(std::string(sentence.english).empty());
    EXPECT_EQ(MarksIn(sentence.dutch), MarksIn(sentence.english)) << sentence.english;
  }
}

TEST(MessagesTest, MarksAreFilledInAndHarmless) {
  EXPECT_EQ(Say(Message::kNextShow, Language::kDutch, {{"group", "VLD-2026-001"}}),
            "Verder: schakel scan show VLD-2026-001");
  EXPECT_EQ(Say(Message::kNextShow, Language::kEnglish, {{"group", "{x}\x1b"}}),
            "Next: schakel scan show {x}\xEF\xBF\xBD");
  EXPECT_EQ(Say(Message::kNextShow, Language::kEnglish), "Next: schakel scan show ");
}

}  // namespace
}  // namespace schakel::cli
