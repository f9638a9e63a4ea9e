#include "node/report/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/base/bytes.h"

namespace schakel::report {
namespace {

using ::testing::ElementsAre;

const std::string kLost = "\uFFFD";

TEST(PrintableTest, OrdinaryTextStaysAsItIs) {
  EXPECT_EQ(Printable("Zoë Anna-Sofía van 't Hart, €5"), "Zoë Anna-Sofía van 't Hart, €5");
  EXPECT_EQ(Printable("عمر 你好 \u00A0"), "عمر 你好 \u00A0");
}

TEST(PrintableTest, WhiteSpaceBecomesASpace) {
  EXPECT_EQ(Printable("a\tb\nc\r\u2028d\u3000e"), "a b c  d e");
}

TEST(PrintableTest, ControlsOfTerminalsAndOfDirectionAreReplaced) {
  EXPECT_EQ(Printable("\x1B[2J"), kLost + "[2J");
  EXPECT_EQ(Printable(std::string_view("\0", 1)), kLost);
  EXPECT_EQ(Printable("\x7F"), kLost);
  EXPECT_EQ(Printable("\u0085\u009B"), kLost + kLost);
  for (const char* hidden :
       {"\u202A", "\u202E", "\u2066", "\u2069", "\u200B", "\u200E", "\u200F", "\u061C", "\uFEFF"}) {
    EXPECT_EQ(Printable(hidden), kLost);
  }
}

TEST(PrintableTest, BytesThatAreNoUtf8AreReplacedOneByOne) {
  EXPECT_EQ(Printable("\x80"), kLost);
  EXPECT_EQ(Printable("\xC0\xAF"), kLost + kLost);  // overlong
  EXPECT_EQ(Printable("\xED\xA0\x80"), kLost);      // a surrogate
  EXPECT_EQ(Printable("\xF4\x90\x80\x80").find("\xF4"), std::string::npos);
  EXPECT_EQ(Printable("a\xE2\x82"), "a" + kLost + kLost);  // cut off
}

TEST(PrintableTest, TheResultIsAlwaysUtf8AndStaysTheSame) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes{static_cast<char>(first), static_cast<char>(second), 'x', '\x82'};
      const std::string printable = Printable(bytes);
      ASSERT_TRUE(IsUtf8(printable)) << first << " " << second;
      ASSERT_EQ(Printable(printable), printable);
    }
  }
}

TEST(DisplayWidthTest, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth(""), 0U);
  EXPECT_EQ(DisplayWidth("Zoë"), 3U);
  EXPECT_EQ(DisplayWidth("Zoe\u0308"), 3U);  // a combining diaeresis
  EXPECT_EQ(DisplayWidth("你好"), 4U);
}

TEST(WrapTest, BreaksAtSpaces) {
  EXPECT_THAT(Wrap("aan de kade", 11), ElementsAre("aan de kade"));
  EXPECT_THAT(Wrap("aan de kade", 10), ElementsAre("aan de", "kade"));
  EXPECT_THAT(Wrap("aan de kade", 4), ElementsAre("aan", "de", "kade"));
  EXPECT_THAT(Wrap("", 4), ElementsAre(""));
  EXPECT_THAT(Wrap("  a  b ", 9), ElementsAre("a b"));
}

TEST(WrapTest, BreaksAWordThatIsTooLong) {
  EXPECT_THAT(Wrap("abcdefgh", 3), ElementsAre("abc", "def", "gh"));
  EXPECT_THAT(Wrap("a bcdefgh i", 3), ElementsAre("a", "bcd", "efg", "h i"));
  EXPECT_THAT(Wrap("ëëë", 2), ElementsAre("ëë", "ë"));
  EXPECT_THAT(Wrap("你好", 1), ElementsAre("你", "好"));
  EXPECT_THAT(Wrap("ab", 1), ElementsAre("a", "b"));
}

TEST(TableTest, AlignsAndLeavesNoSpacesAtTheEnd) {
  Table table({"Nr", "Naam", "Stand"});
  table.AlignRight(0);
  table.Add({{"1"}, {"Zoë"}, {""}});
  table.Add({{"12"}, {"Jayden"}, {"open"}});
  EXPECT_EQ(table.Write({}),
            "Nr  Naam    Stand\n"
            " 1  Zoë\n"
            "12  Jayden  open\n");
}

TEST(TableTest, TheWidestColumnGivesWay) {
  Table table({"A", "B"});
  table.Add({{"kort"}, {"een lange regel die niet past"}});
  EXPECT_EQ(table.Write({.width = 20, .colour = false}, 2),
            "  A     B\n"
            "  kort  een lange\n"
            "        regel die\n"
            "        niet past\n");
}

TEST(TableTest, NeverWiderThanThePaper) {
  for (size_t width = 9; width < 60; ++width) {
    Table table({"een", "twee", "drie"});
    table.Add({{"onbreekbaarlangwoord"}, {"en nog veel meer tekst in dit vak"}, {"12345"}});
    const std::string text = table.Write({.width = width, .colour = false});
    size_t start = 0;
    for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
      ASSERT_LE(DisplayWidth(text.substr(start, end - start)), width);
      start = end + 1;
    }
  }
}

TEST(TableTest, WithoutHeadsTheFirstRowSetsTheColumns) {
  Table table;
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.Write({}), "");
  table.AtLeast(0, 6);
  table.Add({{"a"}, {"b"}});
  table.Add({{"c"}});
  table.Add({{"d"}, {"e"}, {"dropped"}});
  EXPECT_FALSE(table.empty());
  EXPECT_EQ(table.Write({}),
            "a       b\n"
            "c\n"
            "d       e\n");
}

TEST(TableTest, CellsCannotActOnTheTerminalNorBreakTheTable) {
  Table table({"A", "B"});
  table.Add({{"x\x1B[31m\ny"}, {"z"}});
  EXPECT_EQ(table.Write({}), "A         B\nx" + kLost + "[31m y  z\n");
}

TEST(TableTest, ColourAddsEscapesAndNothingElse) {
  Table table({"A", "B"});
  table.Add({{"open", Ink::kWarn}, {"zacht", Ink::kQuiet}});
  EXPECT_EQ(table.Write({.width = 78, .colour = true}),
            "\x1B[1mA\x1B[0m     \x1B[1mB\x1B[0m\n"
            "\x1B[33mopen\x1B[0m  \x1B[2mzacht\x1B[0m\n");
}

}  // namespace
}  // namespace schakel::report
