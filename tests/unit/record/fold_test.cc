#include "node/record/fold.h"

#include <gtest/gtest.h>

#include "node/base/bytes.h"
#include "tests/unit/record/example.h"
#include "tests/unit/record/vectors.h"

namespace schakel::record {
namespace {

TEST(FoldVectorsTest, TableHasTheVersionOfItsVectors) {
  EXPECT_EQ(*ReadVectors("fold/fold.json").Find("version")->AsInt(), kFoldVersion);
}

TEST(FoldVectorsTest, EveryTextFoldsAsStated) {
  const canon::Value vectors = ReadVectors("fold/fold.json");
  ASSERT_GT(vectors.Find("fold")->AsArray()->size(), 40u);
  for (const canon::Value& pair : *vectors.Find("fold")->AsArray()) {
    const std::string& text = *(*pair.AsArray())[0].AsString();
    EXPECT_EQ(Fold(text), *(*pair.AsArray())[1].AsString()) << text;
    EXPECT_EQ(Fold(Fold(text)), Fold(text)) << text;
  }
}

TEST(FoldVectorsTest, WhatIsNotUtf8FoldsToNothing) {
  const canon::Value vectors = ReadVectors("fold/fold.json");
  for (const canon::Value& hex : *vectors.Find("not_utf8")->AsArray()) {
    EXPECT_EQ(Fold(ToText(*DecodeHex(*hex.AsString()))), "") << *hex.AsString();
  }
}

TEST(FoldVectorsTest, SpellingsOfOneNameAreTheSame) {
  const canon::Value vectors = ReadVectors("fold/fold.json");
  ASSERT_GT(vectors.Find("same")->AsArray()->size(), 10u);
  for (const canon::Value& pair : *vectors.Find("same")->AsArray()) {
    const Name a = NameOf((*pair.AsArray())[0]);
    const Name b = NameOf((*pair.AsArray())[1]);
    EXPECT_TRUE(SameName(FoldName(a), FoldName(b))) << SpokenName(a) << " / " << SpokenName(b);
    EXPECT_TRUE(SameName(FoldName(b), FoldName(a))) << SpokenName(a) << " / " << SpokenName(b);
  }
}

TEST(FoldVectorsTest, NamesThatDifferOrAreIncompleteAreNot) {
  const canon::Value vectors = ReadVectors("fold/fold.json");
  ASSERT_GT(vectors.Find("different")->AsArray()->size(), 8u);
  for (const canon::Value& pair : *vectors.Find("different")->AsArray()) {
    const Name a = NameOf((*pair.AsArray())[0]);
    const Name b = NameOf((*pair.AsArray())[1]);
    EXPECT_FALSE(SameName(FoldName(a), FoldName(b))) << SpokenName(a) << " / " << SpokenName(b);
  }
}

TEST(FoldNameTest, TakesTheFirstGivenNameAndDropsTheVoorvoegsel) {
  const FoldedName folded = FoldName(MakeName("Mohamed Amine", "van den", "Berg"));
  EXPECT_EQ(folded.given, "mohamed");
  EXPECT_EQ(folded.surname, "berg");
}

TEST(WithoutVoorvoegselTest, LeavesTheLastWordAlone) {
  EXPECT_EQ(WithoutVoorvoegsel("van der"), "der");
  EXPECT_EQ(WithoutVoorvoegsel("Van"), "Van");
  EXPECT_EQ(WithoutVoorvoegsel(""), "");
  EXPECT_EQ(WithoutVoorvoegsel("d'"), "d'");
}

TEST(WithoutVoorvoegselTest, KeepsWhatIsNoVoorvoegselBehindAComma) {
  EXPECT_EQ(Fold(WithoutVoorvoegsel("Meer, van der")), "meer");
  EXPECT_EQ(Fold(WithoutVoorvoegsel("Meer, Jansen")), "meerjansen");
}

TEST(IsVoorvoegselWordTest, KnowsTheTableInEverySpelling) {
  for (const char* word :
       {"van", "Van", "der", "'t", "\u2019t", "v/d", "v.d.", "vd", "bij", "el"}) {
    EXPECT_TRUE(IsVoorvoegselWord(word)) << word;
  }
  for (const char* word : {"", "Meer", "vander1", "b", "jan"}) {
    EXPECT_FALSE(IsVoorvoegselWord(word)) << word;
  }
}

}  // namespace
}  // namespace schakel::record
