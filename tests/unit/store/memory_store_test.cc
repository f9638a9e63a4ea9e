#include "node/store/memory_store.h"

#include <gtest/gtest.h>

#include "tests/unit/store/port_contract.h"

namespace schakel::store {
namespace {

class OneMemoryStore final : public StoreUnderTest {
 public:
  Store& store() override { return store_; }

 private:
  MemoryStore store_;
};

INSTANTIATE_TEST_SUITE_P(MemoryStore,
                         PortContract,
                         testing::Values(Implementation{
                             "Memory", [] { return std::make_unique<OneMemoryStore>(); }}),
                         ImplementationName);

Result<void> Write(Store& store, std::string_view key, Durability durability) {
  Batch batch;
  batch.Put(Family::kMeta, AsBytes(key), AsBytes("v"));
  return store.Write(batch, durability);
}

TEST(MemoryStoreTest, FailsTheChosenWriteOnlyAndAppliesNothingOfIt) {
  MemoryStore store;
  store.FailWrite(2);
  EXPECT_TRUE(Write(store, "1", Durability::kSynced).ok());
  const auto second = Write(store, "2", Durability::kSynced);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(Write(store, "3", Durability::kSynced).ok());
  EXPECT_EQ(ScanRows(store, ""), (Rows{{"1", "v"}, {"3", "v"}}));
}

TEST(MemoryStoreTest, FailsTheNextWriteForOne) {
  MemoryStore store;
  store.FailWrite(1);
  EXPECT_FALSE(Write(store, "1", Durability::kUnsynced).ok());
  EXPECT_TRUE(Write(store, "2", Durability::kUnsynced).ok());
}

TEST(MemoryStoreTest, FailsEveryWriteUntilToldOtherwise) {
  MemoryStore store;
  ASSERT_TRUE(Write(store, "0", Durability::kSynced).ok());
  store.FailAllWrites();
  EXPECT_FALSE(Write(store, "1", Durability::kSynced).ok());
  EXPECT_FALSE(Write(store, "2", Durability::kUnsynced).ok());
  EXPECT_FALSE(store.Purge(Family::kMeta).ok());
  EXPECT_EQ(GetRow(store, "0"), "v");
  store.FailWrite(0);
  EXPECT_TRUE(Write(store, "3", Durability::kSynced).ok());
  EXPECT_EQ(ScanRows(store, ""), (Rows{{"0", "v"}, {"3", "v"}}));
}

TEST(MemoryStoreTest, FailsFromTheChosenWriteOnAndCounts) {
  MemoryStore store;
  store.FailWritesFrom(2);
  EXPECT_TRUE(Write(store, "1", Durability::kSynced).ok());
  EXPECT_EQ(store.failed_writes(), 0);
  EXPECT_FALSE(Write(store, "2", Durability::kSynced).ok());
  EXPECT_FALSE(Write(store, "3", Durability::kUnsynced).ok());
  EXPECT_FALSE(store.Purge(Family::kMeta).ok());
  EXPECT_EQ(store.failed_writes(), 2);
  store.FailWrite(0);
  EXPECT_TRUE(Write(store, "4", Durability::kSynced).ok());
  store.FailWrite(1);
  EXPECT_FALSE(Write(store, "5", Durability::kSynced).ok());
  EXPECT_TRUE(Write(store, "6", Durability::kSynced).ok());
  EXPECT_EQ(store.failed_writes(), 3);
}

TEST(MemoryStoreTest, LosesInACrashWhatNoSyncedWriteFollowed) {
  MemoryStore store;
  ASSERT_TRUE(Write(store, "1 unsynced", Durability::kUnsynced).ok());
  ASSERT_TRUE(Write(store, "2 synced", Durability::kSynced).ok());
  ASSERT_TRUE(Write(store, "3 unsynced", Durability::kUnsynced).ok());
  Batch batch;
  batch.Delete(Family::kMeta, AsBytes("2 synced"));
  ASSERT_TRUE(store.Write(batch, Durability::kUnsynced).ok());
  EXPECT_EQ(ScanRows(store, ""), (Rows{{"1 unsynced", "v"}, {"3 unsynced", "v"}}));
  store.Crash();
  EXPECT_EQ(ScanRows(store, ""), (Rows{{"1 unsynced", "v"}, {"2 synced", "v"}}));
  store.Crash();
  EXPECT_EQ(ScanRows(store, "").size(), 2U);
}

TEST(MemoryStoreTest, KeepsThroughACrashWhatAPurgeFollowed) {
  MemoryStore store;
  ASSERT_TRUE(Write(store, "1", Durability::kUnsynced).ok());
  ASSERT_TRUE(store.Purge(Family::kLog).ok());
  store.Crash();
  EXPECT_EQ(GetRow(store, "1"), "v");
}

TEST(MemoryStoreTest, CountsSyncedWritesThatSucceeded) {
  MemoryStore store;
  EXPECT_EQ(store.synced_writes(), 0);
  ASSERT_TRUE(Write(store, "1", Durability::kSynced).ok());
  ASSERT_TRUE(Write(store, "2", Durability::kUnsynced).ok());
  store.FailWrite(1);
  ASSERT_FALSE(Write(store, "3", Durability::kSynced).ok());
  ASSERT_TRUE(Write(store, "4", Durability::kSynced).ok());
  EXPECT_EQ(store.synced_writes(), 2);
}

}  // namespace
}  // namespace schakel::store
