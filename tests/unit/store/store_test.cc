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

std::string Told(const Batch& batch) {
  std::string told;
  for (const Batch::Operation& operation : batch.operations()) {
    told += std::string(FamilyName(operation.family)) + " " + ToText(operation.key);
    told += operation.value ? "=" + ToText(*operation.value) + "\n" : " gone\n";
  }
  return told;
}

TEST(BatchTest, KeepsWhatWasPutThroughGrowthMovesCopiesAndMerges) {
  Batch batch;
  std::string expected;
  for (int i = 0; i < 3000; ++i) {
    std::string key = "key" + std::to_string(i);
    std::string value(static_cast<size_t>(i % 90), 'v');
    batch.Put(Family::kRecord, AsBytes(key), AsBytes(value));
    expected += "record " + key + "=" + value + "\n";
  }
  const std::string large(1 << 20, 'x');
  batch.Put(Family::kRecord, AsBytes("large"), AsBytes(large));
  batch.Delete(Family::kMeta, AsBytes("large"));
  expected += "record large=" + large + "\nmeta large gone\n";
  EXPECT_EQ(Told(batch), expected);
  Batch copy = batch;
  batch.Put(Family::kMeta, AsBytes("after"), {});
  EXPECT_EQ(Told(copy), expected);
  EXPECT_EQ(Told(batch), expected + "meta after=\n");
  Batch moved = std::move(copy);
  moved.Put(Family::kMeta, AsBytes("after"), {});
  EXPECT_EQ(Told(moved), Told(batch));
  EXPECT_EQ(moved.bytes(), batch.bytes());
  copy = Batch();
  copy.Put(Family::kMeta, AsBytes("first"), AsBytes("1"));
  copy.Merge(std::move(moved));
  copy.Put(Family::kMeta, AsBytes("last"), AsBytes("2"));
  EXPECT_EQ(Told(copy), "meta first=1\n" + Told(batch) + "meta last=2\n");
}

TEST(BatchTest, SortsByFamilyAndKeyAndKeepsTheOrderOfOneKey) {
  Batch batch;
  batch.Put(Family::kToken, AsBytes("a"), AsBytes("1"));
  batch.Put(Family::kRecord, AsBytes("b"), AsBytes("2"));
  batch.Put(Family::kRecord, AsBytes("aa"), AsBytes("3"));
  batch.Put(Family::kRecord, AsBytes("\xff"), AsBytes("4"));
  batch.Put(Family::kRecord, AsBytes("a"), AsBytes("5"));
  batch.Delete(Family::kRecord, AsBytes("a"));
  batch.Put(Family::kRecord, AsBytes("a"), AsBytes("6"));
  const size_t bytes = batch.bytes();
  batch.SortOperations();
  EXPECT_EQ(Told(batch),
            "record a=5\nrecord a gone\nrecord a=6\nrecord aa=3\nrecord b=2\nrecord \xff=4\n"
            "token a=1\n");
  EXPECT_EQ(batch.bytes(), bytes);
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
