// What was deleted and purged is in no file of the folder; what was not is still there.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "node/crypto/entropy.h"
#include "node/store/key_table.h"
#include "node/store/rocks_store.h"
#include "tests/unit/store/rows.h"
#include "tests/unit/store_rocks/temp_folder.h"

namespace schakel::store {
namespace {

using Names = std::vector<std::string>;

class RocksPurgeTest : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }

  void Reopen() {
    store_.reset();
    auto opened = RocksStore::Open({.path = path_, .create_if_missing = true});
    ASSERT_TRUE(opened.ok());
    store_ = *std::move(opened);
  }
  void Put(Family family, std::string_view key, std::string_view value) {
    Batch batch;
    batch.Put(family, AsBytes(key), AsBytes(value));
    ASSERT_TRUE(store_->Write(batch, Durability::kUnsynced).ok());
  }
  void Delete(Family family, std::string_view key) {
    Batch batch;
    batch.Delete(family, AsBytes(key));
    ASSERT_TRUE(store_->Write(batch, Durability::kUnsynced).ok());
  }
  [[nodiscard]] Names With(std::string_view bytes) const { return FilesWith(path_, bytes); }

  TempFolder folder_;
  std::string path_ = folder_.Database();
  std::unique_ptr<RocksStore> store_;
};

TEST_F(RocksPurgeTest, LeavesNothingOfARowThatWasOnlyInTheLog) {
  Put(Family::kMeta, "key of Jansen", "value of Jansen");
  Put(Family::kMeta, "key of Bakker", "value of Bakker");
  ASSERT_EQ(With("value of Jansen").size(), 1U);
  Delete(Family::kMeta, "key of Jansen");
  ASSERT_TRUE(store_->Purge(Family::kMeta).ok());
  EXPECT_EQ(With("value of Jansen"), Names{});
  EXPECT_EQ(With("value of Bakker").size(), 1U);
  EXPECT_EQ(ScanRows(*store_, ""), (Rows{{"key of Bakker", "value of Bakker"}}));
}

TEST_F(RocksPurgeTest, LeavesNothingOfARowThatWasCompactedBefore) {
  Put(Family::kMeta, "a", "value of Jansen");
  Put(Family::kMeta, "b", "value of Bakker");
  ASSERT_TRUE(store_->Purge(Family::kMeta).ok());
  Reopen();
  Put(Family::kMeta, "c", "value of Visser");
  ASSERT_TRUE(store_->Purge(Family::kMeta).ok());
  ASSERT_EQ(With("value of Jansen").size(), 1U);
  Delete(Family::kMeta, "a");
  ASSERT_TRUE(store_->Purge(Family::kMeta).ok());
  EXPECT_EQ(With("value of Jansen"), Names{});
  EXPECT_EQ(ScanRows(*store_, ""), (Rows{{"b", "value of Bakker"}, {"c", "value of Visser"}}));
  EXPECT_TRUE(store_->VerifyFiles()->empty());
}

TEST_F(RocksPurgeTest, LeavesNothingOfAnOverwrittenValue) {
  Put(Family::kMeta, "a", "value of Jansen");
  ASSERT_TRUE(store_->Purge(Family::kMeta).ok());
  Put(Family::kMeta, "a", "another");
  ASSERT_TRUE(store_->Purge(Family::kMeta).ok());
  EXPECT_EQ(With("value of Jansen"), Names{});
  EXPECT_EQ(GetRow(*store_, "a"), "another");
}

TEST_F(RocksPurgeTest, EmptiesTheLogThatOtherFamiliesShare) {
  Put(Family::kMeta, "a", "value of Jansen");
  for (int i = 0; i < kFamilyCount; ++i)
    Put(static_cast<Family>(i), "shared", "row of a family");
  Delete(Family::kMeta, "a");
  ASSERT_TRUE(store_->Purge(Family::kMeta).ok());
  EXPECT_EQ(With("value of Jansen"), Names{});
  Reopen();
  for (int i = 0; i < kFamilyCount; ++i) {
    EXPECT_TRUE(store_->Get(static_cast<Family>(i), AsBytes("shared"))->has_value()) << i;
  }
}

TEST_F(RocksPurgeTest, LeavesNothingOfAFamilyThatIsEmptyAfterwards) {
  for (int i = 0; i < 50; ++i)
    Put(Family::kOutbox, std::to_string(i), "sealed frame of an exchange");
  ASSERT_TRUE(store_->Purge(Family::kOutbox).ok());
  for (int i = 0; i < 50; ++i)
    Delete(Family::kOutbox, std::to_string(i));
  ASSERT_TRUE(store_->Purge(Family::kOutbox).ok());
  EXPECT_EQ(With("sealed frame of an exchange"), Names{});
  EXPECT_EQ(NamesOf(path_, ".sst"), Names{});
}

TEST_F(RocksPurgeTest, KeepsDeletedKeysInTheManifestAtMost) {
  Put(Family::kMeta, "key of Jansen", "v");
  ASSERT_TRUE(store_->Purge(Family::kMeta).ok());
  Put(Family::kMeta, "other", "v");
  Delete(Family::kMeta, "key of Jansen");
  ASSERT_TRUE(store_->Purge(Family::kMeta).ok());
  // A MANIFEST keeps the first and last key of every table it ever named: keys hold nothing secret.
  for (const std::string& name : With("key of Jansen")) {
    EXPECT_TRUE(name.starts_with("MANIFEST-")) << name;
  }
  Reopen();
  EXPECT_EQ(With("key of Jansen"), Names{});
}

TEST_F(RocksPurgeTest, WaitsForAScanThatKeepsOldFilesAlive) {
  Put(Family::kMeta, "a", "value of Jansen");
  Put(Family::kMeta, "b", "value of Bakker");
  ASSERT_TRUE(store_->Purge(Family::kMeta).ok());
  const Names before = NamesOf(path_, ".sst");
  Delete(Family::kMeta, "a");
  std::atomic<bool> purged = false;
  std::jthread purger;
  const auto visit = [&](ByteView, ByteView) {
    if (purger.joinable()) return true;
    purger = std::jthread([this, &purged] {
      EXPECT_TRUE(store_->Purge(Family::kMeta).ok());
      purged = true;
    });
    // Once there is another table the compaction has run; the old one is kept by this scan alone.
    while (NamesOf(path_, ".sst").size() <= before.size())
      std::this_thread::yield();
    // Time for a purge that would not wait to come to its end.
    for (int i = 0; i < 200; ++i)
      EXPECT_FALSE(With("value of Jansen").empty());
    EXPECT_FALSE(purged);
    return true;
  };
  ASSERT_TRUE(store_->Scan(Family::kMeta, {}, visit).ok());
  purger.join();
  EXPECT_TRUE(purged);
  EXPECT_EQ(With("value of Jansen"), Names{});
}

TEST_F(RocksPurgeTest, LeavesNothingWhileOthersReadAndWrite) {
  std::atomic<bool> stop = false;
  {
    std::jthread writer([this, &stop] {
      for (int i = 0; !stop; ++i)
        Put(Family::kLog, std::to_string(i % 100), "row of the log");
    });
    std::jthread reader([this, &stop] {
      while (!stop) {
        GetRow(*store_, "a");
        ScanRows(*store_, "");
      }
    });
    for (int round = 0; round < 5; ++round) {
      Put(Family::kMeta, "a", "value of Jansen");
      Put(Family::kMeta, "b", "value of Bakker");
      Delete(Family::kMeta, "a");
      EXPECT_TRUE(store_->Purge(Family::kMeta).ok());
      EXPECT_EQ(With("value of Jansen"), Names{});
    }
    stop = true;
  }
  EXPECT_EQ(GetRow(*store_, "b"), "value of Bakker");
}

TEST_F(RocksPurgeTest, VerifiesFilesWhileOthersWriteAndPurge) {
  std::atomic<bool> stop = false;
  {
    std::jthread writer([this, &stop] {
      for (int i = 0; !stop; ++i)
        Put(Family::kMeta, std::to_string(i % 500), std::string(300, 'r'));
    });
    std::jthread purger([this, &stop] {
      while (!stop)
        EXPECT_TRUE(store_->Purge(Family::kMeta).ok());
    });
    for (int i = 0; i < 5; ++i) {
      const auto damage = store_->VerifyFiles();
      EXPECT_TRUE(damage.ok());
      for (const Damage& found : *damage)
        ADD_FAILURE() << found.file << ": " << found.what;
    }
    stop = true;
  }
}

using RocksPurgeDeathTest = RocksPurgeTest;

TEST_F(RocksPurgeDeathTest, CannotBeCalledFromAVisitor) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  Put(Family::kMeta, "a", "v");
  const auto purge = [this](ByteView, ByteView) { return store_->Purge(Family::kMeta).ok(); };
  EXPECT_DEATH(static_cast<void>(store_->Scan(Family::kMeta, {}, purge).ok()), "");
}

TEST_F(RocksPurgeTest, ShredsAKeySoThatItsRowIsInNoFile) {
  crypto::SeededEntropy entropy(1);
  const auto keys = KeyTable::Open(*store_, Bytes(32, 0x4d), entropy);
  ASSERT_TRUE(keys.ok());
  const auto gone = (*keys)->Take();
  const auto kept = (*keys)->Take();
  ASSERT_TRUE(gone.ok() && kept.ok());
  const Bytes row_key = KeyBuilder().Text("key").Raw(gone->id).Build();
  const Bytes wrapped = *std::move(*store_->Get(Family::kMeta, row_key));
  const Bytes value = SealValue(*gone, Family::kSubject, AsBytes("p"), AsBytes("Jansen"), entropy);
  const Bytes other = SealValue(*kept, Family::kSubject, AsBytes("q"), AsBytes("Bakker"), entropy);
  ASSERT_FALSE(With(AsText(wrapped)).empty());

  ASSERT_TRUE((*keys)->Shred({gone->id}).ok());

  EXPECT_EQ(With(AsText(wrapped)), Names{});
  // Without the nonce in front, too: no part of the row is left.
  EXPECT_EQ(With(AsText(wrapped).substr(24)), Names{});
  EXPECT_EQ(OpenValue(**keys, Family::kSubject, AsBytes("p"), value).error().code,
            ErrorCode::kNotFound);
  EXPECT_TRUE(OpenValue(**keys, Family::kSubject, AsBytes("q"), other).ok());
}

TEST_F(RocksPurgeTest, StoresNeitherPlaintextNorKeysInAnyFile) {
  crypto::SeededEntropy entropy(1);
  const Bytes master(32, 0x4d);
  const auto keys = KeyTable::Open(*store_, master, entropy);
  ASSERT_TRUE(keys.ok());
  const auto key = (*keys)->Take();
  ASSERT_TRUE(key.ok());
  Put(Family::kSubject,
      "p",
      AsText(SealValue(*key, Family::kSubject, AsBytes("p"), AsBytes("Bouchra Jansen"), entropy)));
  for (const bool purged : {false, true}) {
    ASSERT_TRUE(!purged || store_->Purge(Family::kSubject).ok());
    EXPECT_EQ(With("Bouchra Jansen"), Names{});
    EXPECT_EQ(With(AsText(key->key.view())), Names{});
    EXPECT_EQ(With(AsText(master)), Names{});
    EXPECT_EQ(With(AsText((*keys)->IndexKey("names").view())), Names{});
  }
}

}  // namespace
}  // namespace schakel::store
