// The three commits of an exchange (exchange.md 4): whichever write fails, and wherever the power
// goes, no byte leaves before the contributor's commit, nothing is half recorded, and asking again
// completes.
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/sim/checks.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

using exchange::OutState;

struct Fault {
  const char* name;
  const char* party;
  bool keys;   // the write is one of the key table
  bool crash;  // the process dies there and starts again; else that one write fails
  int round;
  int writes;  // that the loop must at least have met
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.name;
}

// Takes what is in the key pool, so that the next key needs a write.
void EmptyKeyPool(Party& party) {
  party.key_data->FailAllWrites();
  while (party.engine->keys().Take()) {
  }
  party.key_data->FailWrite(0);
}

void Prepare(World& world, int round) {
  if (round == 2) return world.RunToList();
  world.SignAndActivate();
  world.ImportAll();
  world.OpenGroup();
  world.Decide("2B");
}

class CommitsTest : public testing::TestWithParam<Fault> {
 protected:
  // Runs the round with the n-th write failing. False when there are fewer writes.
  static bool Break(World& world, int n) {
    const Fault& fault = GetParam();
    Party& party = world[fault.party];
    store::MemoryStore& store = fault.keys ? *party.key_data : *party.data;
    const int before = store.failed_writes();
    if (fault.crash) {
      store.FailWritesFrom(n);
    } else {
      store.FailWrite(n);
    }
    // What comes of it is looked at below: an error, a partner without answer, or a late receipt.
    static_cast<void>(Ask(world, fault.round).ok());
    const bool fired = store.failed_writes() > before;
    store.FailWrite(0);
    if (fault.crash) {
      const auto started = world.Restart(fault.party);
      EXPECT_TRUE(started.ok()) << started.error().detail;
    }
    return fired;
  }
};

TEST_P(CommitsTest, EveryWriteCanFail) {
  const Fault& fault = GetParam();
  int n = 0;
  for (bool fired = true; fired;) {
    ++n;
    SCOPED_TRACE("write " + std::to_string(n));
    World world(static_cast<uint64_t>(n));
    Prepare(world, fault.round);
    for (const char* contributor : {"politie", "om", "jongerenwerk"}) {
      CutPowerAtEveryByte(world, contributor);
    }
    if (fault.keys) EmptyKeyPool(world[fault.party]);
    fired = Break(world, n);
    ExpectNothingHalfRecorded(world);
    ExpectLogsVerify(world);
    if (fault.crash) ExpectNoOrphans(world);

    world.clock.Advance(std::chrono::minutes{1});
    const auto again = Ask(world, fault.round);
    ASSERT_TRUE(again.ok()) << again.error().detail;
    EXPECT_FALSE(again->Incomplete());
    for (const scan::PartnerPlan& partner : again->partners) {
      ASSERT_TRUE(partner.exchange.has_value())
          << partner.party << ": " << (partner.error ? partner.error->detail : "");
      EXPECT_EQ(partner.exchange->state, OutState::kAnswered)
          << partner.party << " " << partner.exchange->code << " "
          << (partner.error ? partner.error->detail : "");
    }
    const auto due = world["gemeente"].engine->Tend();
    ASSERT_TRUE(due.ok()) << due.error().detail;
    EXPECT_EQ(*due, 0);
    ExpectNothingHalfRecorded(world);
    ExpectThreeEntriesOnEachSide(world);
    ExpectLogsVerify(world);
    if (HasFailure()) break;
  }
  EXPECT_GE(n - 1, fault.writes);
}

INSTANTIATE_TEST_SUITE_P(Story,
                         CommitsTest,
                         testing::Values(
                             // frames to the outbox; Request and Answer; the receipt
                             Fault{"ContributorRound1", "politie", false, false, 1, 3},
                             Fault{"ContributorRound1Crash", "politie", false, true, 1, 3},
                             Fault{"ContributorRound2", "politie", false, false, 2, 3},
                             Fault{"ContributorRound2Crash", "om", false, true, 2, 3},
                             // the round; then per partner Request, releases, Answer, delivered
                             Fault{"RequesterRound1", "gemeente", false, false, 1, 5},
                             Fault{"RequesterRound1Crash", "gemeente", false, true, 1, 5},
                             Fault{"RequesterRound2", "gemeente", false, false, 2, 11},
                             Fault{"RequesterRound2Crash", "gemeente", false, true, 2, 11},
                             Fault{"ContributorKeys", "politie", true, false, 2, 1},
                             Fault{"ContributorKeysCrash", "politie", true, true, 2, 1},
                             Fault{"RequesterKeys", "gemeente", true, false, 2, 1},
                             Fault{"RequesterKeysCrash", "gemeente", true, true, 2, 1}),
                         [](const auto& test) { return std::string(test.param.name); });

// What a contributor gives is lost on the way: from the opening on, or after some frames.
class Losing final : public exchange::ReplySink {
 public:
  Losing(exchange::ReplySink& inner, int keep) : inner_(inner), keep_(keep) {}
  Result<void> OnOpening(const exchange::Opening& opening) override {
    if (keep_ < 0) return Unavailable("lost");
    return inner_.OnOpening(opening);
  }
  Result<void> OnFrame(ByteView frame) override {
    if (keep_-- == 0) return Unavailable("lost");
    return inner_.OnFrame(frame);
  }

 private:
  exchange::ReplySink& inner_;
  int keep_;
};

struct Loss {
  const char* name;
  int keep;  // frames, the header included; -1: not even the opening
  const char* restart;
};

void PrintTo(const Loss& loss, std::ostream* out) {
  *out << loss.name;
}

class LostAnswerTest : public testing::TestWithParam<Loss> {};

// The contributor has made its commit; what it logged is what the requester gets later, under the
// same exchange, even if one of the two was restarted in between.
TEST_P(LostAnswerTest, ComesLaterWithoutASecondEntry) {
  World world(7);
  world.RunToList();
  world.interceptors["politie"] = [&world](const std::string& from,
                                           const exchange::SendMessage& message,
                                           exchange::ReplySink& sink) {
    Losing losing(sink, GetParam().keep);
    return world["politie"].engine->OnSend(from, message, world.wait_until, losing);
  };
  const scan::Round round = world.AskAboutPersons();
  EXPECT_TRUE(round.Incomplete());
  ExpectNothingHalfRecorded(world);
  const auto logged = world["politie"].lineage().log->size();
  EXPECT_EQ(logged, 3U + 2U);  // round 1 whole; of round 2 Request and Answer

  world.interceptors.clear();
  if (*GetParam().restart != '\0') {
    ASSERT_TRUE(world.Restart(GetParam().restart).ok());
  }
  world.clock.Advance(std::chrono::minutes{1});
  const auto again = Ask(world, 2);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->Incomplete());
  ExpectNothingHalfRecorded(world);
  ExpectThreeEntriesOnEachSide(world);
  ExpectLogsVerify(world);
  EXPECT_EQ(world["politie"].lineage().log->size(), logged + 1);
}

INSTANTIATE_TEST_SUITE_P(Losses,
                         LostAnswerTest,
                         testing::Values(Loss{"Opening", -1, ""},
                                         Loss{"Header", 0, ""},
                                         Loss{"Frame", 1, ""},
                                         Loss{"OpeningAndContributor", -1, "politie"},
                                         Loss{"FrameAndContributor", 1, "politie"},
                                         Loss{"FrameAndRequester", 1, "gemeente"}),
                         [](const auto& test) { return std::string(test.param.name); });

// The contributor is restarted between the greeting and the request: it knows neither its prekey
// nor the caller's status any more. That exchange ends, logged on both sides, and a new one
// answers.
TEST(RestartTest, BetweenGreetingAndRequestMakesANewExchange) {
  for (const uint64_t seed : {9U, 10U, 11U, 12U}) {
    World world(seed);
    world.RunToList();
    bool restarted = false;
    world.interceptors["om"] = [&](const std::string& from,
                                   const exchange::SendMessage& message,
                                   exchange::ReplySink& sink) {
      if (!restarted) {
        EXPECT_TRUE(world.Restart("om").ok());
      }
      restarted = true;
      return world["om"].engine->OnSend(from, message, world.wait_until, sink);
    };
    const scan::Round round = world.AskAboutPersons();
    EXPECT_FALSE(round.Incomplete());
    const auto rows = exchange::OutByRef(world["gemeente"].store(), "VLD-2026-001/2@om");
    ASSERT_TRUE(rows.ok());
    ASSERT_EQ(rows->size(), 2U);
    // Both ids are of one millisecond, so either may come first.
    std::set<OutState> states = {(*rows)[0].state, (*rows)[1].state};
    EXPECT_EQ(states, (std::set<OutState>{OutState::kAnswered, OutState::kEnded}));
    EXPECT_EQ(*world["gemeente"].engine->Tend(), 0);
    ExpectNothingHalfRecorded(world);
    ExpectThreeEntriesOnEachSide(world);
    ExpectLogsVerify(world);
  }
}

// Receipts travel on their own time.
TEST(ReceiptTest, IsDeliveredLaterByTend) {
  World world(8);
  world.RunToList();
  // The answer arrives; then the partner is gone.
  world.interceptors["om"] = [&world](const std::string& from,
                                      const exchange::SendMessage& message,
                                      exchange::ReplySink& sink) {
    const auto given = world["om"].engine->OnSend(from, message, world.wait_until, sink);
    world.weather["om"].down = true;
    return given;
  };
  const scan::Round round = world.AskAboutPersons();
  EXPECT_FALSE(round.Incomplete());
  EXPECT_EQ(world["om"].lineage().log->size(), 2U);
  engine::Engine& gemeente = *world["gemeente"].engine;
  EXPECT_EQ(*gemeente.Tend(), 1);
  EXPECT_EQ(world["om"].lineage().log->size(), 2U);

  // Also after both were restarted, and once only.
  ASSERT_TRUE(world.Restart("gemeente").ok());
  ASSERT_TRUE(world.Restart("om").ok());
  world.weather["om"].down = false;
  world.clock.Advance(std::chrono::minutes{1});
  EXPECT_EQ(*world["gemeente"].engine->Tend(), 0);
  EXPECT_EQ(*world["gemeente"].engine->Tend(), 0);
  EXPECT_EQ(world["om"].lineage().log->size(), 3U);
  ExpectThreeEntriesOnEachSide(world);
  ExpectNothingHalfRecorded(world);
  ExpectLogsVerify(world);
}

}  // namespace
}  // namespace schakel::sim
