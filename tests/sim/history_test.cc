// What a round costs must not grow with the rounds before it: counted in what the stores are asked
// for, not in time.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/scan/numbered.h"
#include "node/store/memory_store.h"
#include "tests/sim/views.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

struct Work {
  uint64_t gets = 0;
  uint64_t scans = 0;
  uint64_t rows = 0;  // visited by scans
};

// A memory store that counts what is read.
class CountingStore final : public store::Store {
 public:
  explicit CountingStore(Work& work) : work_(work) {}
  Result<std::optional<Bytes>> Get(store::Family family, ByteView key) const override {
    ++work_.gets;
    return inner_.Get(family, key);
  }
  Result<void> Scan(store::Family family, ByteView prefix, const Visitor& visit) const override {
    return ScanFrom(family, prefix, prefix, visit);
  }
  Result<void> ScanFrom(store::Family family,
                        ByteView prefix,
                        ByteView from,
                        const Visitor& visit) const override {
    ++work_.scans;
    return inner_.ScanFrom(family, prefix, from, [&](ByteView key, ByteView value) {
      ++work_.rows;
      return visit(key, value);
    });
  }
  Result<void> Write(const store::Batch& batch, store::Durability durability) override {
    return inner_.Write(batch, durability);
  }
  Result<void> Purge(store::Family family) override { return inner_.Purge(family); }
  Result<std::vector<store::Damage>> VerifyFiles() const override { return inner_.VerifyFiles(); }

 private:
  Work& work_;
  store::MemoryStore inner_;
};

TEST(HistoryTest, ARoundReadsNoMoreAfterThirtyRoundsThanAfterTwo) {
  std::map<std::string, Work> work;
  World world(41, [&](const std::string& party, bool /*for_keys*/) {
    return std::make_unique<CountingStore>(work[party]);
  });
  world.RunToList();
  std::vector<std::map<std::string, Work>> of_round;
  for (int round = 0; round < 32; ++round) {
    for (auto& [party, counted] : work)
      counted = {};
    AskScan(world, std::nullopt);
    of_round.push_back(work);
  }
  for (const auto& [party, early] : of_round[1]) {
    const Work& late = of_round[31].at(party);
    ASSERT_GT(early.gets + early.rows, 0U) << party;
    // A logarithm's worth of probes for the highest number of three kinds of row.
    constexpr uint64_t kProbes = 3 * 2 * 5;
    EXPECT_LE(late.gets, early.gets + kProbes) << party;
    EXPECT_LE(late.scans, early.scans + kProbes) << party;
    EXPECT_LE(late.rows, early.rows + kProbes) << party;
  }
}

TEST(HistoryTest, TheLastNumberIsFoundWhateverStandsAroundIt) {
  for (const std::vector<uint64_t>& numbers :
       {std::vector<uint64_t>{}, {1}, {1, 2}, {1, 2, 3}, {7}, {1, 2, 9, 1000}, {1, 2, 3, 4, 5}}) {
    store::MemoryStore store;
    const auto key = [](std::string_view kind, uint64_t number) {
      return store::KeyBuilder().Text(kind).U64(number).Build();
    };
    store::Batch batch;
    for (const uint64_t number : numbers)
      batch.Put(store::Family::kGroup, key("b", number), {});
    batch.Put(store::Family::kGroup, key("a", 5), {});
    batch.Put(store::Family::kGroup, key("c", 6), {});
    // A longer key under the same prefix is another kind of row.
    Bytes longer = key("b", 2000);
    longer.push_back(1);
    batch.Put(store::Family::kGroup, longer, {});
    ASSERT_TRUE(store.Write(batch, store::Durability::kSynced).ok());
    const auto last =
        scan::LastNumber(store, store::Family::kGroup, store::KeyBuilder().Text("b").Build());
    ASSERT_TRUE(last.ok());
    EXPECT_EQ(*last, numbers.empty() ? 0 : numbers.back());
  }
  store::MemoryStore store;
  store::Batch batch;
  batch.Put(store::Family::kGroup, store::KeyBuilder().Text("b").U64(UINT64_MAX).Build(), {});
  ASSERT_TRUE(store.Write(batch, store::Durability::kSynced).ok());
  const auto last =
      scan::LastNumber(store, store::Family::kGroup, store::KeyBuilder().Text("b").Build());
  ASSERT_FALSE(last.ok());
  EXPECT_EQ(last.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace schakel::sim
