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
#include "tests/support/counting_store.h"

namespace schakel::sim {
namespace {

TEST(HistoryTest, ARoundReadsNoMoreAfterThirtyRoundsThanAfterTwo) {
  std::map<std::string, store::Reads> work;
  World world(41, [&](const std::string& party, bool /*for_keys*/) {
    return std::make_unique<store::CountingStore>(work[party]);
  });
  world.RunToList();
  std::vector<std::map<std::string, store::Reads>> of_round;
  for (int round = 0; round < 32; ++round) {
    for (auto& [party, counted] : work)
      counted = {};
    AskScan(world, std::nullopt);
    of_round.push_back(work);
  }
  for (const auto& [party, early] : of_round[1]) {
    const store::Reads& late = of_round[31].at(party);
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
