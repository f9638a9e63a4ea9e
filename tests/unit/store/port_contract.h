// What every Store promises, as one suite that each implementation instantiates.
#pragma once

#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/store/store.h"
#include "tests/unit/store/rows.h"

namespace schakel::store {

// A fresh, empty store and whatever it stands on.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual Store& store() = 0;
};

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>()> make;
};

class PortContract : public testing::TestWithParam<Implementation> {
 protected:
  PortContract() : held_(GetParam().make()), store_(held_->store()) {}

  void Put(std::string_view key, std::string_view value) {
    ASSERT_TRUE(PutRow(store_, key, value).ok());
  }
  [[nodiscard]] ErrorCode WriteError(const Batch& batch) {
    const auto done = store_.Write(batch, Durability::kSynced);
    EXPECT_FALSE(done.ok());
    return done.ok() ? ErrorCode::kInternal : done.error().code;
  }

  std::unique_ptr<StoreUnderTest> held_;
  Store& store_;
};

TEST_P(PortContract, ReadsWhatWasWritten) {
  EXPECT_EQ(GetRow(store_, "k"), std::nullopt);
  Put("k", "one");
  EXPECT_EQ(GetRow(store_, "k"), "one");
  Put("k", "two");
  EXPECT_EQ(GetRow(store_, "k"), "two");
  Batch batch;
  batch.Delete(Family::kMeta, AsBytes("k"));
  batch.Delete(Family::kMeta, AsBytes("never there"));
  ASSERT_TRUE(store_.Write(batch, Durability::kUnsynced).ok());
  EXPECT_EQ(GetRow(store_, "k"), std::nullopt);
}

TEST_P(PortContract, KeepsAnEmptyValueApartFromNoRow) {
  Put("k", "");
  EXPECT_EQ(GetRow(store_, "k"), "");
  EXPECT_EQ(ScanRows(store_, ""), (Rows{{"k", ""}}));
}

TEST_P(PortContract, TakesKeysAndValuesOfAnyBytes) {
  const std::string one_byte("\0", 1);
  const std::string mixed("a\0\xff\xfe", 4);
  const std::string large(1 << 20, '\xff');
  Put(one_byte, mixed);
  Put(mixed, large);
  EXPECT_EQ(GetRow(store_, one_byte), mixed);
  EXPECT_EQ(GetRow(store_, mixed), large);
}

TEST_P(PortContract, KeepsFamiliesApart) {
  Batch batch;
  for (int i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    batch.Put(family, AsBytes("k"), AsBytes(FamilyName(family)));
  }
  ASSERT_TRUE(store_.Write(batch, Durability::kSynced).ok());
  for (int i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    const auto found = store_.Get(family, AsBytes("k"));
    ASSERT_TRUE(found.ok() && *found);
    EXPECT_EQ(ToText(**found), FamilyName(family));
  }
}

TEST_P(PortContract, AppliesTheOperationsOfABatchInOrder) {
  Batch batch;
  batch.Put(Family::kMeta, AsBytes("a"), AsBytes("1"));
  batch.Delete(Family::kMeta, AsBytes("a"));
  batch.Put(Family::kMeta, AsBytes("b"), AsBytes("1"));
  batch.Put(Family::kMeta, AsBytes("b"), AsBytes("2"));
  ASSERT_TRUE(store_.Write(batch, Durability::kSynced).ok());
  EXPECT_EQ(ScanRows(store_, ""), (Rows{{"b", "2"}}));
}

TEST_P(PortContract, ScansAPrefixInKeyOrder) {
  for (const char* key : {"b2", "a", "b", "b10", "c"})
    Put(key, "v");
  EXPECT_EQ(ScanRows(store_, "b"), (Rows{{"b", "v"}, {"b10", "v"}, {"b2", "v"}}));
  EXPECT_EQ(ScanRows(store_, "").size(), 5U);
  EXPECT_EQ(ScanRows(store_, "bb"), Rows{});
  EXPECT_EQ(ScanRows(store_, "d"), Rows{});
}

TEST_P(PortContract, EndsAPrefixOfHighBytesWhereItEnds) {
  for (const char* key : {"a", "a\xff", "a\xff\xff", "a\xff\xff\x01", "b", "\xff", "\xff\xff"}) {
    Put(key, "v");
  }
  EXPECT_EQ(ScanRows(store_, "a\xff"),
            (Rows{{"a\xff", "v"}, {"a\xff\xff", "v"}, {"a\xff\xff\x01", "v"}}));
  EXPECT_EQ(ScanRows(store_, "a\xff\xff"), (Rows{{"a\xff\xff", "v"}, {"a\xff\xff\x01", "v"}}));
  EXPECT_EQ(ScanRows(store_, "\xff"), (Rows{{"\xff", "v"}, {"\xff\xff", "v"}}));
}

TEST_P(PortContract, ScansFromAKeyWithinThePrefix) {
  for (const char* key : {"a9", "b1", "b2", "b3", "c1"})
    Put(key, "v");
  EXPECT_EQ(ScanRows(store_, "b", "b2"), (Rows{{"b2", "v"}, {"b3", "v"}}));
  EXPECT_EQ(ScanRows(store_, "b", "b11"), (Rows{{"b2", "v"}, {"b3", "v"}}));
  EXPECT_EQ(ScanRows(store_, "b", "a"), (Rows{{"b1", "v"}, {"b2", "v"}, {"b3", "v"}}));
  EXPECT_EQ(ScanRows(store_, "b", "b4"), Rows{});
  EXPECT_EQ(ScanRows(store_, "b", "c"), Rows{});
}

TEST_P(PortContract, StopsAScanWhenTheVisitorHasEnough) {
  for (const char* key : {"1", "2", "3"})
    Put(key, "v");
  int seen = 0;
  ASSERT_TRUE(
      store_.Scan(Family::kMeta, {}, [&seen](ByteView, ByteView) { return ++seen < 2; }).ok());
  EXPECT_EQ(seen, 2);
}

TEST_P(PortContract, ScansOneMomentWhileTheVisitorReadsAndWrites) {
  for (const char* key : {"1", "2", "3"})
    Put(key, "old");
  Rows seen;
  const auto visit = [&](ByteView key, ByteView value) {
    seen.emplace_back(ToText(key), ToText(value));
    Batch batch;
    batch.Delete(Family::kMeta, AsBytes("2"));
    batch.Put(Family::kMeta, AsBytes("3"), AsBytes("new"));
    batch.Put(Family::kMeta, AsBytes("4"), AsBytes("new"));
    EXPECT_TRUE(store_.Write(batch, Durability::kUnsynced).ok());
    EXPECT_EQ(GetRow(store_, "3"), "new");
    return true;
  };
  ASSERT_TRUE(store_.Scan(Family::kMeta, {}, visit).ok());
  EXPECT_EQ(seen, (Rows{{"1", "old"}, {"2", "old"}, {"3", "old"}}));
  EXPECT_EQ(ScanRows(store_, ""), (Rows{{"1", "old"}, {"3", "new"}, {"4", "new"}}));
}

TEST_P(PortContract, WritesABatchWhoseConditionsHold) {
  Put("present", "v");
  Batch batch;
  batch.RequireAbsent(Family::kMeta, AsBytes("absent"));
  batch.RequireAbsent(Family::kLog, AsBytes("present"));
  batch.RequireValue(Family::kMeta, AsBytes("present"), AsBytes("v"));
  batch.Put(Family::kMeta, AsBytes("absent"), AsBytes("w"));
  batch.Put(Family::kMeta, AsBytes("present"), AsBytes("w"));
  ASSERT_TRUE(store_.Write(batch, Durability::kSynced).ok());
  EXPECT_EQ(ScanRows(store_, ""), (Rows{{"absent", "w"}, {"present", "w"}}));
}

TEST_P(PortContract, AppliesNothingWhenAConditionFails) {
  Put("present", "v");
  Put("empty", "");
  Batch there;
  there.Put(Family::kMeta, AsBytes("x"), AsBytes("x"));
  there.RequireAbsent(Family::kMeta, AsBytes("present"));
  EXPECT_EQ(WriteError(there), ErrorCode::kConflict);
  Batch empty_is_there;
  empty_is_there.Put(Family::kMeta, AsBytes("x"), AsBytes("x"));
  empty_is_there.RequireAbsent(Family::kMeta, AsBytes("empty"));
  EXPECT_EQ(WriteError(empty_is_there), ErrorCode::kConflict);
  Batch other_value;
  other_value.RequireAbsent(Family::kMeta, AsBytes("nothing"));
  other_value.RequireValue(Family::kMeta, AsBytes("present"), AsBytes("w"));
  other_value.Put(Family::kMeta, AsBytes("x"), AsBytes("x"));
  EXPECT_EQ(WriteError(other_value), ErrorCode::kConflict);
  Batch no_value;
  no_value.RequireValue(Family::kMeta, AsBytes("nothing"), {});
  EXPECT_EQ(WriteError(no_value), ErrorCode::kConflict);
  EXPECT_EQ(ScanRows(store_, ""), (Rows{{"empty", ""}, {"present", "v"}}));
}

TEST_P(PortContract, NamesNoKeyOfTheRowThatConflicts) {
  Put("burgerservicenummer", "v");
  Batch batch;
  batch.RequireAbsent(Family::kMeta, AsBytes("burgerservicenummer"));
  const auto done = store_.Write(batch, Durability::kSynced);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().detail, "a row of family meta is already there");
}

TEST_P(PortContract, ChecksConditionsAgainstTheStateBeforeTheirOwnBatch) {
  Batch batch;
  batch.Put(Family::kMeta, AsBytes("k"), AsBytes("v"));
  batch.RequireAbsent(Family::kMeta, AsBytes("k"));
  ASSERT_TRUE(store_.Write(batch, Durability::kSynced).ok());
  EXPECT_EQ(WriteError(batch), ErrorCode::kConflict);
}

TEST_P(PortContract, ChecksAMergedBatchAfterTheOneBeforeIt) {
  Batch first;
  first.RequireAbsent(Family::kMeta, AsBytes("k"));
  first.Put(Family::kMeta, AsBytes("k"), AsBytes("v"));
  Batch twice = first;
  twice.Merge(first);
  EXPECT_EQ(WriteError(twice), ErrorCode::kConflict);
  EXPECT_EQ(GetRow(store_, "k"), std::nullopt);

  Batch second;
  second.RequireValue(Family::kMeta, AsBytes("k"), AsBytes("v"));
  second.Delete(Family::kMeta, AsBytes("k"));
  Batch in_turn;
  in_turn.Put(Family::kMeta, AsBytes("other"), AsBytes("o"));
  in_turn.Merge(first);
  in_turn.Merge(second);
  in_turn.Merge(first);
  ASSERT_TRUE(store_.Write(in_turn, Durability::kSynced).ok());
  EXPECT_EQ(ScanRows(store_, ""), (Rows{{"k", "v"}, {"other", "o"}}));
}

TEST_P(PortContract, WritesABatchWithoutOperations) {
  ASSERT_TRUE(store_.Write(Batch{}, Durability::kSynced).ok());
  Batch only_a_condition;
  only_a_condition.RequireAbsent(Family::kMeta, AsBytes("k"));
  EXPECT_TRUE(store_.Write(only_a_condition, Durability::kSynced).ok());
  Put("k", "v");
  EXPECT_EQ(WriteError(only_a_condition), ErrorCode::kConflict);
}

TEST_P(PortContract, LetsOneOfManyThreadsInsertAKey) {
  constexpr int kKeys = 500;
  constexpr int kThreads = 4;
  std::atomic<int> won = 0;
  std::atomic<int> lost = 0;
  std::latch start(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, t, &won, &lost, &start] {
        start.arrive_and_wait();
        for (int k = 0; k < kKeys; ++k) {
          Batch batch;
          const Bytes key = KeyBuilder().U64(static_cast<uint64_t>(k)).Build();
          batch.RequireAbsent(Family::kExchange, key);
          batch.Put(Family::kExchange, key, AsBytes(std::to_string(t)));
          const auto done = store_.Write(batch, Durability::kUnsynced);
          (done.ok() ? won : lost) += 1;
          EXPECT_TRUE(done.ok() || done.error().code == ErrorCode::kConflict);
        }
      });
    }
  }
  EXPECT_EQ(won, kKeys);
  EXPECT_EQ(lost, kKeys * (kThreads - 1));
}

TEST_P(PortContract, LosesNoUpdateOfThreadsThatCompareAndSet) {
  constexpr int kThreads = 4;
  constexpr int kEach = 250;
  Put("sum", "0");
  std::latch start(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, &start] {
        start.arrive_and_wait();
        for (int done = 0; done < kEach;) {
          const std::string old = GetRow(store_, "sum").value_or("");
          Batch batch;
          batch.RequireValue(Family::kMeta, AsBytes("sum"), AsBytes(old));
          batch.Put(Family::kMeta, AsBytes("sum"), AsBytes(std::to_string(std::stoi(old) + 1)));
          if (store_.Write(batch, Durability::kUnsynced).ok()) ++done;
        }
      });
    }
  }
  EXPECT_EQ(GetRow(store_, "sum"), std::to_string(kThreads * kEach));
}

TEST_P(PortContract, ScansWholeBatchesWhileOthersWrite) {
  // Every batch writes both rows alike, so a scan that sees them differ saw half a batch.
  std::atomic<bool> stop = false;
  std::jthread writer([this, &stop] {
    for (int i = 0; !stop; ++i) {
      Batch batch;
      batch.Put(Family::kMeta, AsBytes("a"), AsBytes(std::to_string(i)));
      batch.Put(Family::kMeta, AsBytes("b"), AsBytes(std::to_string(i)));
      EXPECT_TRUE(store_.Write(batch, Durability::kUnsynced).ok());
    }
  });
  int halves = 0;
  for (int i = 0; i < 200; ++i) {
    const Rows rows = ScanRows(store_, "");
    if (rows.size() == 1 || (rows.size() == 2 && rows[0].second != rows[1].second)) ++halves;
  }
  stop = true;
  EXPECT_EQ(halves, 0);
}

TEST_P(PortContract, PurgesWhileKeepingEveryRow) {
  for (const char* key : {"1", "2", "3"})
    Put(key, "v");
  Batch batch;
  batch.Delete(Family::kMeta, AsBytes("2"));
  ASSERT_TRUE(store_.Write(batch, Durability::kUnsynced).ok());
  ASSERT_TRUE(store_.Purge(Family::kMeta).ok());
  ASSERT_TRUE(store_.Purge(Family::kMeta).ok());
  ASSERT_TRUE(store_.Purge(Family::kLog).ok());
  EXPECT_EQ(ScanRows(store_, ""), (Rows{{"1", "v"}, {"3", "v"}}));
  Put("2", "again");
  EXPECT_EQ(GetRow(store_, "2"), "again");
}

TEST_P(PortContract, FindsNoDamageInSoundFiles) {
  Put("k", "v");
  const auto fresh = store_.VerifyFiles();
  ASSERT_TRUE(fresh.ok());
  EXPECT_TRUE(fresh->empty());
  ASSERT_TRUE(store_.Purge(Family::kMeta).ok());
  Put("l", "v");
  const auto later = store_.VerifyFiles();
  ASSERT_TRUE(later.ok());
  EXPECT_TRUE(later->empty());
}

inline std::string ImplementationName(const testing::TestParamInfo<Implementation>& info) {
  return info.param.name;
}

}  // namespace schakel::store
