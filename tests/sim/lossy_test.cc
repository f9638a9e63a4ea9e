// Rounds over a bad network: requests, answers and receipts are lost or come twice, partners go
// down, nodes are restarted, time goes by. Asked again often enough, every round completes.
// SCHAKEL_SEED=<n> runs one seed.
#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "node/crypto/hash.h"
#include "node/statement/types.h"
#include "tests/sim/checks.h"
#include "tests/sim/needles.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

using exchange::InRow;
using exchange::OutRow;
using exchange::OutState;
using statement::Answer;
using statement::SignedStatement;
using store::Family;

constexpr const char* kNodes[] = {"politie", "gemeente", "om", "jongerenwerk"};
constexpr int kStormySteps = 40;  // of a round; then the weather clears
constexpr int kCalmSteps = 4;     // that suffice after it

template <typename T>
T Must(Result<T> result) {
  EXPECT_TRUE(result.ok());
  return *std::move(result);
}

class Nowhere final : public exchange::ReplySink {
 public:
  Result<void> OnOpening(const exchange::Opening& /*opening*/) override { return {}; }
  Result<void> OnFrame(ByteView /*frame*/) override { return {}; }
};

class Storm {
 public:
  explicit Storm(uint64_t seed)
      : world_(seed), chance_(seed * 31 + 7), searcher_(VeldrijkNeedles()) {
    world_.SignAndActivate();
    world_.ImportAll();
    world_.OpenGroup();
    world_.Decide("2B");
    for (const char* party : {"politie", "om", "jongerenwerk"}) {
      CutPowerAtEveryByte(world_, party);
      // Now and then a message arrives twice, and the first answer gets lost.
      const Interceptor once = world_.interceptors[party];
      world_.interceptors[party] = [this, once](const std::string& from,
                                                const exchange::SendMessage& message,
                                                exchange::ReplySink& sink) {
        Nowhere nowhere;
        if (Roll(100) < 30) static_cast<void>(once(from, message, nowhere).ok());
        return once(from, message, sink);
      };
    }
  }

  World& world() { return world_; }

  // Asks until every partner has answered; how many times it took.
  int RunRound(int number) {
    for (int step = 1; step <= kStormySteps + kCalmSteps; ++step) {
      if (step <= kStormySteps) {
        Change();
      } else {
        world_.weather.clear();
        world_.clock.Advance(std::chrono::minutes{1});
      }
      const auto round = Ask(world_, number);
      CheckAll();
      if (round.ok() && !round->Incomplete()) return step;
      if (testing::Test::HasFailure()) break;
    }
    ADD_FAILURE() << "round " << number << " did not complete";
    return 0;
  }

  // In clear weather every receipt arrives, and both sides say the same.
  void Settle() {
    world_.weather.clear();
    EXPECT_EQ(Must(world_["gemeente"].engine->Tend()), 0);
    CheckAll();
    ExpectThreeEntriesOnEachSide(world_);
    Party& gemeente = world_["gemeente"];
    for (const OutRow& out : Must(exchange::AllOut(gemeente.store()))) {
      const auto in = Must(exchange::FindIn(world_[out.to].store(), "gemeente", out.exchange));
      ASSERT_TRUE(in.has_value()) << out.ref;
      EXPECT_EQ(in->cells, out.cells) << out.ref;
      if (out.state == OutState::kAnswered) {
        EXPECT_EQ(in->releases, out.releases) << out.ref;
      } else {
        EXPECT_EQ(out.state, OutState::kEnded) << out.ref << " " << out.code;
      }
    }
  }

 private:
  uint32_t Roll(uint32_t sides) {
    std::array<uint8_t, 4> bytes{};
    chance_.Fill(bytes);
    return ReadU32(bytes) % sides;
  }

  // New weather, some time, perhaps a restart, an old message once more, the node's own tending.
  void Change() {
    for (const char* party : kNodes) {
      Weather& weather = world_.weather[party];
      weather.down = Roll(100) < 20;
      weather.lose_request_percent = static_cast<int>(Roll(3) * 25);
      weather.lose_reply_percent = static_cast<int>(Roll(3) * 25);
      weather.cut_after_frames = Roll(100) < 30 ? static_cast<int>(Roll(3)) : -1;
    }
    // Past what `issued` may differ, at times past a prekey's life.
    world_.clock.Advance(std::chrono::minutes{1 + Roll(10)});
    if (Roll(100) < 5) world_.clock.Advance(std::chrono::hours{14});
    if (Roll(100) < 20) {
      const auto started = world_.Restart(kNodes[Roll(4)]);
      EXPECT_TRUE(started.ok()) << started.error().detail;
      ExpectNoOrphans(world_);
    }
    if (!world_.recorded.empty() && Roll(100) < 30) Replay();
    if (Roll(100) < 30) {
      static_cast<void>(Must(world_[kNodes[Roll(4)]].engine->Tend()));
    }
  }

  // What somebody recorded goes to its receiver again, long after.
  void Replay() {
    const auto size = static_cast<uint32_t>(world_.recorded.size());
    const Recorded old = world_.recorded[Roll(size)];
    Nowhere nowhere;
    const uint64_t before = world_[old.to].lineage().log->size();
    const bool known = !old.opening.answer.empty();
    static_cast<void>(
        world_[old.to]
            .engine->OnSend(old.from, {old.request, old.body}, world_.wait_until, nowhere)
            .ok());
    if (known) {
      EXPECT_EQ(world_[old.to].lineage().log->size(), before) << "a second entry";
    }
  }

  void CheckAll() {
    ExpectNothingHalfRecorded(world_);
    ExpectLogsVerify(world_);
    for (; checked_ < world_.recorded.size(); ++checked_)
      CheckWire(world_.recorded[checked_]);
  }

  void CheckWire(const Recorded& recorded) {
    std::vector<ByteView> all = {AsBytes(recorded.request),
                                 recorded.body,
                                 AsBytes(recorded.opening.answer),
                                 AsBytes(recorded.opening.receipt),
                                 AsBytes(recorded.opening.status)};
    all.insert(all.end(), recorded.frames.begin(), recorded.frames.end());
    for (const ByteView bytes : all) {
      EXPECT_EQ(searcher_.FindIn(bytes), std::set<std::string>());
    }
    if (recorded.opening.answer.empty()) {
      EXPECT_TRUE(recorded.frames.empty());
      return;
    }
    const SignedStatement bytes = Must(SignedStatement::Parse(recorded.opening.answer));
    const Answer answer = Must(statement::ParseAs<Answer>(bytes));
    const log::ExchangeLog& log = *world_[recorded.to].lineage().log;
    const std::vector<uint64_t> logged = Must(log.FindDigest(bytes.Digest()));
    ASSERT_EQ(logged.size(), 1U);
    if (recorded.frames.empty()) return;
    CheckDecision(recorded.to, answer, Must(log.Entry(logged[0])));
  }

  // What was given was decided: the entry of the answer names the sealed lines that the party
  // holds, and every category in it has a permit.
  void CheckDecision(const std::string& party,
                     const Answer& answer,
                     const statement::Entry& entry) {
    ASSERT_TRUE(entry.sealed_digest.has_value());
    ASSERT_TRUE(answer.payload.has_value());
    EXPECT_EQ(entry.subject_root, answer.payload->subject_root);
    crypto::Sha256Stream lines;
    const auto read = world_[party].store().Scan(Family::kLine,
                                                 exchange::LinePrefix(answer.to, answer.exchange),
                                                 [&](ByteView, ByteView line) {
                                                   lines.Add(line);
                                                   return true;
                                                 });
    EXPECT_TRUE(read.ok());
    EXPECT_EQ(lines.Finish(), *entry.sealed_digest);
    const auto view = world_[party].engine->covenants().view();
    for (const auto& [category, cell] : answer.cells) {
      if (cell.state != statement::CellState::kReleased) continue;
      const std::string& name = category;
      const auto& permits = view->document().permits;
      EXPECT_TRUE(std::any_of(permits.begin(),
                              permits.end(),
                              [&](const covenant::Permit& permit) {
                                return permit.from == party && permit.to == answer.to &&
                                       permit.category == name;
                              }))
          << party << " " << name;
    }
  }

  World world_;
  crypto::SeededEntropy chance_;
  Searcher searcher_;
  size_t checked_ = 0;
};

class LossyTest : public testing::TestWithParam<uint64_t> {};

TEST_P(LossyTest, EveryRoundCompletesAndNothingIsHalfDone) {
  SCOPED_TRACE("SCHAKEL_SEED=" + std::to_string(GetParam()));
  Storm storm(GetParam());
  World& world = storm.world();
  const int first = storm.RunRound(1);
  ASSERT_FALSE(HasFailure());
  world.weather.clear();
  world.Establish();
  world.Decide("3");
  const int second = storm.RunRound(2);
  ASSERT_FALSE(HasFailure());
  storm.Settle();
  RecordProperty("steps", first + second);
}

std::vector<uint64_t> Seeds() {
  const char* const one = std::getenv("SCHAKEL_SEED");
  if (one != nullptr) return {std::strtoull(one, nullptr, 10)};
  return {1, 2, 3, 4, 5, 6};
}

INSTANTIATE_TEST_SUITE_P(Seeds, LossyTest, testing::ValuesIn(Seeds()), [](const auto& test) {
  return std::to_string(test.param);
});

}  // namespace
}  // namespace schakel::sim
