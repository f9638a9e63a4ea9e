#include "node/store/store.h"

#include <set>

#include <gtest/gtest.h>

namespace schakel::store {
namespace {

TEST(FamilyTest, HasANameOfItsOwn) {
  std::set<std::string> names;
  for (int i = 0; i < kFamilyCount; ++i)
    names.insert(FamilyName(static_cast<Family>(i)));
  EXPECT_EQ(names.size(), static_cast<size_t>(kFamilyCount));
  EXPECT_EQ(names.count("meta"), 1U);
  EXPECT_EQ(names.count("budget"), 1U);
}

TEST(BatchTest, CountsTheBytesItWillWrite) {
  Batch batch;
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.bytes(), 0U);
  batch.Put(Family::kMeta, AsBytes("key"), AsBytes("value"));
  batch.Delete(Family::kMeta, AsBytes("other"));
  batch.RequireAbsent(Family::kMeta, AsBytes("key"));
  EXPECT_EQ(batch.bytes(), 13U);
  Batch all;
  all.Merge(batch);
  all.Merge(batch);
  EXPECT_EQ(all.bytes(), 26U);
  EXPECT_EQ(all.operations().size(), 4U);
  EXPECT_EQ(all.conditions().size(), 2U);
  EXPECT_FALSE(all.empty());
}

TEST(BatchTest, ShiftsConditionsThroughRepeatedMerges) {
  Batch one;
  one.RequireAbsent(Family::kMeta, AsBytes("k"));
  one.Put(Family::kMeta, AsBytes("k"), AsBytes("v"));
  Batch two = one;
  two.Merge(one);
  Batch three = one;
  three.Merge(two);
  ASSERT_EQ(three.conditions().size(), 3U);
  EXPECT_EQ(three.conditions()[0].after, 0U);
  EXPECT_EQ(three.conditions()[1].after, 1U);
  EXPECT_EQ(three.conditions()[2].after, 2U);
}

TEST(BatchTest, PassesOnAFailedLookUp) {
  Batch batch;
  batch.RequireAbsent(Family::kMeta, AsBytes("k"));
  const auto checked = CheckConditions(batch, [](Family, ByteView) -> Result<std::optional<Bytes>> {
    return Corrupt("000007.sst");
  });
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, ErrorCode::kCorrupt);
}

TEST(KeyBuilderTest, JoinsTextIntegersAndBytes) {
  const Bytes raw = {0x00, 0xff};
  EXPECT_EQ(EncodeHex(KeyBuilder().Text("ab").U64(258).Raw(raw).Build()),
            "616200"
            "0000000000000102"
            "00ff");
  EXPECT_TRUE(KeyBuilder().Build().empty());
}

TEST(KeyBuilderTest, SortsIntegersByValueAndTextBeforeItsExtensions) {
  EXPECT_LT(KeyBuilder().U64(255).Build(), KeyBuilder().U64(256).Build());
  EXPECT_LT(KeyBuilder().Text("a").U64(~0ULL).Build(), KeyBuilder().Text("ab").U64(0).Build());
}

TEST(KeyBuilderDeathTest, TakesNoTextWithAZeroByte) {
  EXPECT_DEATH(KeyBuilder().Text(std::string_view("a\0b", 3)), "");
}

}  // namespace
}  // namespace schakel::store
