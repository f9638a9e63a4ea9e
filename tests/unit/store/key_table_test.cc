#include "node/store/key_table.h"

#include <algorithm>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "node/crypto/entropy.h"
#include "node/store/memory_store.h"
#include "tests/support/counting_store.h"

namespace schakel::store {
namespace {

const Bytes kMaster(32, 0x4d);
const Bytes kRowKey = ToBytes("person 1");

class KeyTableTest : public testing::Test {
 protected:
  KeyTableTest() { keys_ = Open(); }

  std::unique_ptr<KeyTable> Open(ByteView master = kMaster) {
    auto opened = KeyTable::Open(store_, master, entropy_);
    EXPECT_TRUE(opened.ok());
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  ErrorCode OpenError(ByteView master = kMaster) {
    auto opened = KeyTable::Open(store_, master, entropy_);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? ErrorCode::kInternal : opened.error().code;
  }
  DataKey Take() {
    auto key = keys_->Take();
    EXPECT_TRUE(key.ok());
    return key.ok() ? *key : DataKey{};
  }
  Bytes Seal(const DataKey& key, std::string_view text) {
    return SealValue(key, Family::kSubject, kRowKey, AsBytes(text), entropy_);
  }
  [[nodiscard]] ErrorCode OpenValueError(Family family, ByteView row_key, ByteView value) const {
    auto opened = OpenValue(*keys_, family, row_key, value);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? ErrorCode::kInternal : opened.error().code;
  }
  // The table's rows whose keys begin with `prefix`.
  [[nodiscard]] std::vector<std::pair<Bytes, Bytes>> RowsOf(std::string_view prefix) const {
    std::vector<std::pair<Bytes, Bytes>> rows;
    const auto visit = [&rows](ByteView key, ByteView value) {
      rows.emplace_back(Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end()));
      return true;
    };
    EXPECT_TRUE(store_.Scan(Family::kMeta, AsBytes(prefix), visit).ok());
    return rows;
  }
  void PutRow(ByteView key, ByteView value) {
    Batch batch;
    batch.Put(Family::kMeta, key, value);
    ASSERT_TRUE(store_.Write(batch, Durability::kSynced).ok());
  }
  void DeleteRow(ByteView key) {
    Batch batch;
    batch.Delete(Family::kMeta, key);
    ASSERT_TRUE(store_.Write(batch, Durability::kSynced).ok());
  }

  MemoryStore store_;
  crypto::SeededEntropy entropy_{1};
  std::unique_ptr<KeyTable> keys_;
};

TEST_F(KeyTableTest, GivesBackAKeyAfterReopening) {
  const DataKey key = Take();
  const auto found = keys_->Get(key.id);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(std::ranges::equal(found->view(), key.key.view()));
  keys_ = Open();
  const auto again = keys_->Get(key.id);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(std::ranges::equal(again->view(), key.key.view()));
}

TEST_F(KeyTableTest, RefusesAnotherMasterKey) {
  Bytes other = kMaster;
  other[31] ^= 1;
  EXPECT_EQ(OpenError(other), ErrorCode::kDenied);
  const auto refused = KeyTable::Open(store_, other, entropy_);
  EXPECT_EQ(refused.error().detail, "the master key is not the one that made the key table");
}

TEST_F(KeyTableTest, RefusesAMasterKeyOfAnotherLength) {
  EXPECT_EQ(OpenError(Bytes(31, 0x4d)), ErrorCode::kMalformed);
  EXPECT_EQ(OpenError(Bytes(33, 0x4d)), ErrorCode::kMalformed);
  EXPECT_EQ(OpenError({}), ErrorCode::kMalformed);
}

TEST_F(KeyTableTest, RefusesAHeaderWithAnyBitFlipped) {
  const auto [key, sound] = RowsOf("header").at(0);
  for (size_t bit = 0; bit < sound.size() * 8; ++bit) {
    Bytes flipped = sound;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    PutRow(key, flipped);
    EXPECT_EQ(OpenError(), ErrorCode::kCorrupt) << "bit " << bit;
  }
  for (size_t size = 0; size < sound.size(); ++size) {
    PutRow(key, ByteView(sound).first(size));
    EXPECT_EQ(OpenError(), ErrorCode::kCorrupt) << "size " << size;
  }
  PutRow(key, sound);
  EXPECT_NE(Open(), nullptr);
}

TEST_F(KeyTableTest, RefusesRowsWithoutAHeader) {
  Take();
  DeleteRow(RowsOf("header").at(0).first);
  EXPECT_EQ(OpenError(), ErrorCode::kCorrupt);
}

TEST_F(KeyTableTest, StoresNoKeyInTheClear) {
  const DataKey key = Take();
  for (const auto& [row_key, value] : RowsOf("")) {
    EXPECT_EQ(AsText(value).find(AsText(key.key.view())), std::string_view::npos);
    EXPECT_EQ(AsText(value).find(AsText(kMaster)), std::string_view::npos);
  }
}

TEST_F(KeyTableTest, HandsOutAKeyOnceInItsLife) {
  std::set<DataKeyId> ids;
  for (size_t i = 0; i < KeyTable::kPoolKeys + 10; ++i)
    ids.insert(Take().id);
  // What is pooled now was maybe handed out before a crash, as far as a new process can tell.
  keys_ = Open();
  for (size_t i = 0; i < KeyTable::kPoolKeys + 10; ++i)
    ids.insert(Take().id);
  EXPECT_EQ(ids.size(), 2 * (KeyTable::kPoolKeys + 10));
  std::set<DataKeyId> pooled_before;
  for (const auto& [key, value] : RowsOf("key")) {
    DataKeyId id{};
    std::copy_n(key.begin() + 4, id.size(), id.begin());
    pooled_before.insert(id);
  }
  keys_ = Open();
  EXPECT_FALSE(pooled_before.contains(Take().id));
}

TEST_F(KeyTableTest, HandsOutOnlyKeysThatSurviveACrash) {
  const DataKey key = Take();
  store_.Crash();
  EXPECT_TRUE(keys_->Get(key.id).ok());
}

TEST_F(KeyTableTest, NeedsNoWriteWhileThePoolLasts) {
  ASSERT_TRUE(keys_->Refill(3).ok());
  const int before = store_.synced_writes();
  store_.FailAllWrites();
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(keys_->Take().ok());
  EXPECT_EQ(keys_->Take().error().code, ErrorCode::kUnavailable);
  store_.FailWrite(0);
  EXPECT_TRUE(keys_->Take().ok());
  EXPECT_EQ(store_.synced_writes(), before + 1);
}

TEST_F(KeyTableTest, RefillsUpToACountInOneWrite) {
  const int before = store_.synced_writes();
  ASSERT_TRUE(keys_->Refill(5).ok());
  EXPECT_EQ(RowsOf("key").size(), 5U);
  ASSERT_TRUE(keys_->Refill(5).ok());
  ASSERT_TRUE(keys_->Refill(4).ok());
  EXPECT_EQ(store_.synced_writes(), before + 1);
  ASSERT_TRUE(keys_->Refill(6).ok());
  EXPECT_EQ(RowsOf("key").size(), 6U);
}

TEST_F(KeyTableTest, HandsEveryThreadKeysOfItsOwn) {
  constexpr size_t kThreads = 4;
  constexpr size_t kEach = 200;
  std::vector<std::vector<DataKeyId>> taken(kThreads);
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, &mine = taken[t]] {
        for (size_t i = 0; i < kEach; ++i)
          mine.push_back(Take().id);
      });
    }
  }
  std::set<DataKeyId> ids;
  for (const auto& mine : taken)
    ids.insert(mine.begin(), mine.end());
  EXPECT_EQ(ids.size(), kThreads * kEach);
}

TEST_F(KeyTableTest, ClosesOneSubjectAndNobodyElse) {
  const DataKey first = Take();
  const DataKey second = Take();
  const Bytes of_first = Seal(first, "Jansen");
  const Bytes of_first_too = Seal(first, "de Wit");
  const Bytes of_second = Seal(second, "El Amrani");
  ASSERT_TRUE(keys_->Shred({first.id}).ok());
  EXPECT_EQ(OpenValueError(Family::kSubject, kRowKey, of_first), ErrorCode::kNotFound);
  EXPECT_EQ(OpenValueError(Family::kSubject, kRowKey, of_first_too), ErrorCode::kNotFound);
  const auto opened = OpenValue(*keys_, Family::kSubject, kRowKey, of_second);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(ToText(*opened), "El Amrani");
  store_.Crash();
  EXPECT_EQ(keys_->Get(first.id).error().code, ErrorCode::kNotFound);
}

TEST_F(KeyTableTest, ShredsWhatIsGoneAndReportsWhatFailed) {
  const DataKey key = Take();
  EXPECT_TRUE(keys_->Shred({}).ok());
  store_.FailAllWrites();
  EXPECT_EQ(keys_->Shred({key.id}).error().code, ErrorCode::kUnavailable);
  store_.FailWrite(0);
  EXPECT_TRUE(keys_->Shred({key.id}).ok());
  EXPECT_TRUE(keys_->Shred({key.id}).ok());
}

TEST_F(KeyTableTest, NeverHandsOutAKeyThatWasShredded) {
  ASSERT_TRUE(keys_->Refill(2).ok());
  std::vector<DataKeyId> ids;
  for (const auto& [key, value] : RowsOf("key")) {
    std::copy_n(key.begin() + 4, 16, ids.emplace_back().begin());
  }
  ASSERT_TRUE(keys_->Shred(ids).ok());
  const DataKey taken = Take();
  EXPECT_EQ(std::count(ids.begin(), ids.end(), taken.id), 0);
  EXPECT_TRUE(keys_->Get(taken.id).ok());
}

TEST_F(KeyTableTest, FindsARowWithAnyBitFlippedCorrupt) {
  const DataKey key = Take();
  const Bytes row_key = KeyBuilder().Text("key").Raw(key.id).Build();
  const Bytes sound = *std::move(*store_.Get(Family::kMeta, row_key));
  for (size_t bit = 0; bit < sound.size() * 8; ++bit) {
    Bytes flipped = sound;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    PutRow(row_key, flipped);
    EXPECT_EQ(keys_->Get(key.id).error().code, ErrorCode::kCorrupt) << "bit " << bit;
  }
}

TEST_F(KeyTableTest, FindsARowUnderAnotherIdCorrupt) {
  const DataKey first = Take();
  const DataKey second = Take();
  const Bytes moved =
      *std::move(*store_.Get(Family::kMeta, KeyBuilder().Text("key").Raw(first.id).Build()));
  PutRow(KeyBuilder().Text("key").Raw(second.id).Build(), moved);
  EXPECT_EQ(keys_->Get(second.id).error().code, ErrorCode::kCorrupt);
}

TEST_F(KeyTableTest, DerivesOneStableIndexKeyPerPurpose) {
  const crypto::Key32 names = keys_->IndexKey("names");
  const crypto::Key32 others = keys_->IndexKey("numbers");
  EXPECT_FALSE(std::ranges::equal(names.view(), others.view()));
  keys_ = Open();
  EXPECT_TRUE(std::ranges::equal(names.view(), keys_->IndexKey("names").view()));
  MemoryStore elsewhere;
  const auto other_table = KeyTable::Open(elsewhere, kMaster, entropy_);
  ASSERT_TRUE(other_table.ok());
  EXPECT_FALSE(std::ranges::equal(names.view(), (*other_table)->IndexKey("names").view()));
}

TEST_F(KeyTableTest, OpensWhatWasSealed) {
  const DataKey key = Take();
  for (const char* text : {"", "x", "Ömer van der Berg"}) {
    const Bytes value = Seal(key, text);
    EXPECT_EQ(value.size(), kSealedOverhead + std::string_view(text).size());
    const auto named = KeyOfValue(value);
    ASSERT_TRUE(named.ok());
    EXPECT_EQ(*named, key.id);
    const auto opened = OpenValue(*keys_, Family::kSubject, kRowKey, value);
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(ToText(*opened), text);
  }
}

TEST_F(KeyTableTest, AReaderFetchesAKeyAgainOnlyForAnotherOne) {
  Reads reads;
  CountingStore store(reads);
  const auto keys = KeyTable::Open(store, kMaster, entropy_);
  ASSERT_TRUE(keys.ok());
  const DataKey one = *(*keys)->Take();
  const DataKey two = *(*keys)->Take();
  const std::vector<std::pair<DataKey, std::string>> values = {
      {one, "a"}, {one, "b"}, {one, "c"}, {two, "d"}, {two, "e"}, {one, "f"}};
  reads.gets = 0;
  ValueReader reader(**keys);
  for (const auto& [key, text] : values) {
    const auto opened = reader.Open(Family::kSubject, kRowKey, Seal(key, text));
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(ToText(*opened), text);
  }
  EXPECT_EQ(reads.gets, 3U);
}

TEST_F(KeyTableTest, AReaderThatMetAShreddedKeyOpensOthersAndNeverThatOne) {
  const DataKey kept = Take();
  const DataKey gone = Take();
  ASSERT_TRUE(keys_->Shred({gone.id}).ok());
  ValueReader reader(*keys_);
  ASSERT_TRUE(reader.Open(Family::kSubject, kRowKey, Seal(kept, "a")).ok());
  for (int i = 0; i < 2; ++i) {
    const auto opened = reader.Open(Family::kSubject, kRowKey, Seal(gone, "b"));
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
  }
  EXPECT_TRUE(reader.Open(Family::kSubject, kRowKey, Seal(kept, "c")).ok());
  // A value under the key at hand that was altered is corrupt, as in OpenValue.
  Bytes altered = Seal(kept, "d");
  altered.back() ^= 1;
  EXPECT_EQ(reader.Open(Family::kSubject, kRowKey, altered).error().code, ErrorCode::kCorrupt);
}

TEST_F(KeyTableTest, SealsTheSameTextDifferentlyEachTime) {
  const DataKey key = Take();
  EXPECT_NE(Seal(key, "Jansen"), Seal(key, "Jansen"));
}

TEST_F(KeyTableTest, OpensNoValueThatWasMoved) {
  const Bytes value = Seal(Take(), "Jansen");
  EXPECT_EQ(OpenValueError(Family::kRecord, kRowKey, value), ErrorCode::kCorrupt);
  EXPECT_EQ(OpenValueError(Family::kSubject, AsBytes("person 2"), value), ErrorCode::kCorrupt);
  EXPECT_EQ(OpenValueError(Family::kSubject, {}, value), ErrorCode::kCorrupt);
}

TEST_F(KeyTableTest, OpensNoValueThatWasAlteredOrCut) {
  const Bytes sound = Seal(Take(), "Jansen");
  for (size_t bit = 0; bit < sound.size() * 8; ++bit) {
    Bytes flipped = sound;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    const bool in_key_id = bit >= 8 && bit < 8 * 17;
    EXPECT_EQ(OpenValueError(Family::kSubject, kRowKey, flipped),
              in_key_id ? ErrorCode::kNotFound : ErrorCode::kCorrupt)
        << "bit " << bit;
  }
  for (size_t size = 0; size < sound.size(); ++size) {
    EXPECT_EQ(OpenValueError(Family::kSubject, kRowKey, ByteView(sound).first(size)),
              ErrorCode::kCorrupt)
        << "size " << size;
  }
  Bytes longer = sound;
  longer.push_back(0);
  EXPECT_EQ(OpenValueError(Family::kSubject, kRowKey, longer), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace schakel::store
