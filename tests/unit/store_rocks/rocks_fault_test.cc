// The disk fails: a failed sync ends the process, a full disk refuses and leaves nothing behind.
#include <gtest/gtest.h>

#include "node/base/mutex.h"
#include "node/store/rocks_store.h"
#include "tests/unit/store/rows.h"
#include "tests/unit/store_rocks/faulty_files.h"
#include "tests/unit/store_rocks/temp_folder.h"

namespace schakel::store {
namespace {

// What the handler was told, on whatever thread.
class Heard {
 public:
  void Add(std::string_view sentence) EXCLUDES_LOCK(mutex_) {
    const MutexLock lock(mutex_);
    sentences_.emplace_back(sentence);
  }
  std::vector<std::string> All() EXCLUDES_LOCK(mutex_) {
    const MutexLock lock(mutex_);
    return sentences_;
  }

 private:
  Mutex mutex_;
  std::vector<std::string> sentences_ GUARDED_BY(mutex_);
};

class RocksFaultTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = Open();
    ASSERT_NE(store_, nullptr);
    ASSERT_TRUE(PutRow(*store_, "before", "v").ok());
  }

  std::unique_ptr<RocksStore> Open() {
    // A handler that returns, so that the test goes on and sees what the caller would.
    const auto fatal = [this](std::string_view sentence) { heard_.Add(sentence); };
    auto opened =
        RocksStore::OpenOn(std::make_shared<FaultyFiles>(faults_),
                           {.path = folder_.Database(), .create_if_missing = true, .fatal = fatal});
    EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().detail);
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  std::vector<std::string> Sentences() { return heard_.All(); }
  Result<void> Put(std::string_view key, std::string_view value, Durability durability) {
    Batch batch;
    batch.Put(Family::kMeta, AsBytes(key), AsBytes(value));
    return store_->Write(batch, durability);
  }
  // Fills the disk `left` bytes from now, during a write of 200 kB.
  void FillTheDisk(int64_t left) {
    faults_->log_bytes_left = left;
    const auto refused = Put("too much", std::string(200'000, 'x'), Durability::kSynced);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  }

  TempFolder folder_;
  std::shared_ptr<Faults> faults_ = std::make_shared<Faults>();
  Heard heard_;
  std::unique_ptr<RocksStore> store_;
};

TEST_F(RocksFaultTest, EndsTheProcessWhenASyncedWriteCannotBeSynced) {
  faults_->unsyncable = ".log";
  const auto refused = Put("k", "v", Durability::kSynced);
  ASSERT_EQ(Sentences().size(), 1U);
  EXPECT_TRUE(Sentences()[0].starts_with("cannot make " + folder_.Database() + "/"))
      << Sentences()[0];
  EXPECT_NE(Sentences()[0].find(".log durable"), std::string::npos) << Sentences()[0];
  EXPECT_EQ(Sentences()[0].find("before"), std::string::npos);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  // Even if the process lived on: nothing more is acknowledged.
  faults_->unsyncable.clear();
  EXPECT_FALSE(Put("l", "v", Durability::kSynced).ok());
}

TEST_F(RocksFaultTest, EndsTheProcessWhenAnEmptySyncedWriteCannotBeSynced) {
  ASSERT_TRUE(Put("k", "v", Durability::kUnsynced).ok());
  faults_->unsyncable = ".log";
  EXPECT_FALSE(store_->Write(Batch{}, Durability::kSynced).ok());
  EXPECT_FALSE(Sentences().empty());
}

TEST_F(RocksFaultTest, AsksNoSyncOfAnUnsyncedWrite) {
  faults_->unsyncable = ".log";
  EXPECT_TRUE(Put("k", "v", Durability::kUnsynced).ok());
  EXPECT_TRUE(Sentences().empty());
}

TEST_F(RocksFaultTest, EndsTheProcessWhenATableOrItsFolderCannotBeSynced) {
  faults_->unsyncable = ".sst";
  EXPECT_FALSE(store_->Purge(Family::kMeta).ok());
  ASSERT_FALSE(Sentences().empty());
  EXPECT_NE(Sentences()[0].find(".sst durable"), std::string::npos) << Sentences()[0];
}

TEST_F(RocksFaultTest, EndsTheProcessWhenAFolderCannotBeSynced) {
  faults_->unsyncable_folders = true;
  EXPECT_FALSE(store_->Purge(Family::kMeta).ok());
  ASSERT_FALSE(Sentences().empty());
  EXPECT_NE(Sentences()[0].find("cannot make " + folder_.Database() + " durable"),
            std::string::npos)
      << Sentences()[0];
}

using RocksFaultDeathTest = RocksFaultTest;

TEST_F(RocksFaultDeathTest, AbortsWithASentenceWhenNobodyHandlesIt) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  TempFolder folder;
  const auto die = [&folder] {
    const auto faults = std::make_shared<Faults>();
    auto store = RocksStore::OpenOn(std::make_shared<FaultyFiles>(faults),
                                    {.path = folder.Database(), .create_if_missing = true});
    faults->unsyncable = ".log";
    static_cast<void>(PutRow(**store, "k", "v").ok());
  };
  EXPECT_DEATH(die(), "schakel: cannot make .*\\.log durable .*the process ends");
}

TEST_F(RocksFaultTest, RefusesOnAFullDiskAndAppliesNothing) {
  FillTheDisk(0);
  EXPECT_EQ(ScanRows(*store_, ""), (Rows{{"before", "v"}}));
  // Space comes back, but the log of this process has ended: only an opening checks what is there.
  faults_->log_bytes_left = Faults::kNever;
  EXPECT_EQ(Put("k", "v", Durability::kSynced).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(Put("k", "v", Durability::kUnsynced).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(GetRow(*store_, "before"), "v");
  EXPECT_TRUE(Sentences().empty());
}

TEST_F(RocksFaultTest, OpensCleanlyAfterAFullDisk) {
  // In the header of the record, in its first append, in a later one.
  for (const int64_t left : {3, 1000, 70'000, 150'000}) {
    FillTheDisk(left);
    store_.reset();
    faults_->log_bytes_left = Faults::kNever;
    store_ = Open();
    ASSERT_NE(store_, nullptr) << left;
    EXPECT_FALSE(store_->torn_tail());
    EXPECT_EQ(ScanRows(*store_, ""), (Rows{{"before", "v"}})) << left;
    ASSERT_TRUE(Put("before", "v", Durability::kSynced).ok());
  }
}

TEST_F(RocksFaultTest, KeepsUnsyncedWritesBeforeAFullDisk) {
  ASSERT_TRUE(Put("unsynced", "v", Durability::kUnsynced).ok());
  FillTheDisk(70'000);
  store_.reset();
  faults_->log_bytes_left = Faults::kNever;
  store_ = Open();
  ASSERT_NE(store_, nullptr);
  EXPECT_EQ(ScanRows(*store_, ""), (Rows{{"before", "v"}, {"unsynced", "v"}}));
}

}  // namespace
}  // namespace schakel::store
