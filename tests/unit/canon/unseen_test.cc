#include "node/canon/unseen.h"

#include <gtest/gtest.h>

namespace schakel::canon {
namespace {

TEST(UnseenTest, EveryRangeHasItsEnds) {
  struct Ends {
    uint32_t first, last;
  };
  for (const Ends& range : {Ends{0x7f, 0x9f},
                            Ends{0xad, 0xad},
                            Ends{0x34f, 0x34f},
                            Ends{0x61c, 0x61c},
                            Ends{0x115f, 0x1160},
                            Ends{0x17b4, 0x17b5},
                            Ends{0x180b, 0x180f},
                            Ends{0x200b, 0x200f},
                            Ends{0x2028, 0x202e},
                            Ends{0x2060, 0x206f},
                            Ends{0x3164, 0x3164},
                            Ends{0xfe00, 0xfe0f},
                            Ends{0xfeff, 0xfeff},
                            Ends{0xffa0, 0xffa0},
                            Ends{0xfff0, 0xfffb},
                            Ends{0x1bca0, 0x1bca3},
                            Ends{0x1d173, 0x1d17a},
                            Ends{0xe0000, 0xe0fff}}) {
    EXPECT_FALSE(IsUnseen(range.first - 1)) << range.first;
    EXPECT_TRUE(IsUnseen(range.first)) << range.first;
    EXPECT_TRUE(IsUnseen(range.last)) << range.last;
    EXPECT_FALSE(IsUnseen(range.last + 1)) << range.last;
  }
  EXPECT_TRUE(IsUnseen(0));
  EXPECT_TRUE(IsUnseen('\r'));
  EXPECT_TRUE(IsUnseen(0x1f));
  EXPECT_FALSE(IsUnseen('\n'));
  EXPECT_FALSE(IsUnseen('\t'));
  EXPECT_FALSE(IsUnseen(' '));
  EXPECT_FALSE(IsUnseen(0x10ffff));
}

// The place and the name of the first.
std::string First(std::string_view json, size_t from = 0) {
  const auto unseen = FindUnseen(json, from);
  return unseen ? std::to_string(unseen->offset) + " " + CodePointName(unseen->code) : "";
}

TEST(UnseenTest, IsFoundRawAndEscaped) {
  EXPECT_EQ(First("[\"a\xe2\x80\xae\"]"), "3 U+202E");
  EXPECT_EQ(First("[\"\xc3\xa9\xf3\xa0\x81\x81\"]"), "4 U+E0041");
  EXPECT_EQ(First(R"(["a\u001b"])"), "3 U+001B");
  EXPECT_EQ(First(R"(["\b"])"), "2 U+0008");
  EXPECT_EQ(First(R"(["\f"])"), "2 U+000C");
  EXPECT_EQ(First(R"(["\r"])"), "2 U+000D");
  EXPECT_EQ(First(R"(["\n\t\"\\"])"), "");
  EXPECT_EQ(First(R"(["\\u001b"])"), "");  // a backslash, and letters
  EXPECT_EQ(First("[\"\xc3\xa9\"]"), "");
  EXPECT_EQ(First(""), "");
}

TEST(UnseenTest, TheSearchGoesOnBehindTheLast) {
  const std::string_view json = "[\"\xc2\xad\",\"\xe2\x80\x8b\"]";
  EXPECT_EQ(First(json), "2 U+00AD");
  EXPECT_EQ(First(json, 4), "7 U+200B");
  EXPECT_EQ(First(json, 10), "");
}

}  // namespace
}  // namespace schakel::canon
