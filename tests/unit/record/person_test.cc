#include "node/record/person.h"

#include <gtest/gtest.h>

#include "tests/unit/record/example.h"
#include "tests/unit/record/vectors.h"

namespace schakel::record {
namespace {

TEST(ParseFullNameTest, FindsThePartsOfEverySpelling) {
  const canon::Value vectors = ReadVectors("fold/fold.json");
  ASSERT_GT(vectors.Find("full")->AsArray()->size(), 10u);
  for (const canon::Value& pair : *vectors.Find("full")->AsArray()) {
    const std::string& text = *(*pair.AsArray())[0].AsString();
    const auto name = ParseFullName(text);
    ASSERT_TRUE(name.ok()) << text;
    EXPECT_EQ(*name, NameOf((*pair.AsArray())[1])) << text << " -> " << SpokenName(*name);
  }
}

TEST(ParseFullNameTest, RefusesWhatHasNoGeslachtsnaam) {
  const canon::Value vectors = ReadVectors("fold/fold.json");
  for (const canon::Value& text : *vectors.Find("full_refuse")->AsArray()) {
    EXPECT_FALSE(ParseFullName(*text.AsString()).ok()) << "'" << *text.AsString() << "'";
  }
  EXPECT_FALSE(ParseFullName("Jos\xc3").ok());
}

TEST(ParseFullNameTest, PartsHaveALimit) {
  EXPECT_TRUE(ParseFullName("Jan " + std::string(kMaxNamePartBytes - 1, 'x')).ok());
  EXPECT_TRUE(ParseFullName("Jan " + std::string(kMaxNamePartBytes, 'x')).ok());
  EXPECT_FALSE(ParseFullName("Jan " + std::string(kMaxNamePartBytes + 1, 'x')).ok());
}

TEST(SpokenNameTest, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(SpokenName(MakeName("José", "van der", "Meer")), "José van der Meer");
  EXPECT_EQ(SpokenName(MakeName("Kevin", "", "Bakker")), "Kevin Bakker");
  EXPECT_EQ(SpokenName({}), "");
}

TEST(BsnTest, PassesTheElevenTestOrNot) {
  EXPECT_TRUE(IsBsn("123456782"));
  EXPECT_TRUE(IsBsn("111222333"));
  EXPECT_TRUE(IsBsn("987654329"));
  EXPECT_FALSE(IsBsn("123456789"));
  EXPECT_FALSE(IsBsn("000000000"));
  EXPECT_FALSE(IsBsn("12345678"));
  EXPECT_FALSE(IsBsn("1234567820"));
  EXPECT_FALSE(IsBsn("12345678x"));
}

TEST(BsnTest, EveryChangedDigitFails) {
  const std::string bsn = "123456782";
  for (size_t i = 0; i < bsn.size(); ++i) {
    std::string changed = bsn;
    changed[i] = changed[i] == '9' ? '0' : static_cast<char>(changed[i] + 1);
    EXPECT_FALSE(IsBsn(changed)) << changed;
  }
}

TEST(ParseBsnTest, PutsBackTheZeroThatExcelEats) {
  // 010000008: 1*8 - 8 = 0.
  EXPECT_EQ(*ParseBsn("10000008"), "010000008");
  EXPECT_EQ(*ParseBsn("010000008"), "010000008");
  EXPECT_EQ(*ParseBsn("1234.56.782"), "123456782");
  EXPECT_EQ(*ParseBsn(" 123 456 782 "), "123456782");
  EXPECT_EQ(*ParseBsn(""), "");
  EXPECT_EQ(*ParseBsn("  "), "");
}

TEST(ParseBsnTest, RefusesAnythingElse) {
  for (const char* text : {"123456789", "1234567", "1234567821", "12345678a", "-123456782"}) {
    const auto bsn = ParseBsn(text);
    ASSERT_FALSE(bsn.ok()) << text;
    EXPECT_EQ(bsn.error().detail.find("12345"), std::string::npos);
  }
}

}  // namespace
}  // namespace schakel::record
