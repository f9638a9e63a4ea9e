// Versions and their ends over links that lose half of everything, in whatever order, with nodes
// that die at any write: what a node has is whole, and in the end all have the same.
#include <array>
#include <random>

#include <gtest/gtest.h>

#include "tests/sim/amend.h"
#include "tests/sim/checks.h"

namespace schakel::sim {
namespace {

using statement::SignedStatement;

constexpr std::array<const char*, 4> kParties{"gemeente", "jongerenwerk", "om", "politie"};

// What a node makes of the lineage, as text.
std::string Picture(World& world, std::string_view party) {
  const auto view = world[party].engine->covenants().At(world.clock.Now());
  std::string text = std::to_string(view->document().version) + " " +
                     EncodeHex(view->document().hash).substr(0, 8) +
                     (view->revoked ? " revoked" : "") + " suspended";
  for (const std::string& suspended : view->suspended)
    text += " " + suspended;
  return text + " set " + EncodeHex(view->statement_set).substr(0, 8);
}

class Converge : public testing::TestWithParam<uint64_t> {
 protected:
  Converge() : world_(GetParam()), random_(GetParam()) { world_.SignAndActivate(); }
  const char* Any() { return kParties[random_() % kParties.size()]; }
  engine::Engine& engine(std::string_view party) { return *world_[party].engine; }

  World world_;
  std::mt19937_64 random_;
};

TEST_P(Converge, AllAgreeInTheEnd) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  const std::string first = world_.covenant();
  const std::string second = NextVersion(first,
                                         world_.clock.Now() + std::chrono::hours{1},
                                         [](auto& object) { object["title"] = "Tweede"; });
  const std::string other = NextVersion(first,
                                        world_.clock.Now() + std::chrono::hours{1},
                                        [](auto& object) { object["title"] = "Anders"; });
  for (const char* party : kParties)
    world_.weather[party] = {false, 30, 30, -1};

  // What happens, each once, in an order of this seed's own.
  std::vector<std::function<bool()>> open;
  const auto add = [&](std::string_view party, exchange::Offered offered) {
    open.emplace_back(
        [this, party, offered] { return engine(party).AddToCovenant(offered, "officer").ok(); });
  };
  for (const char* party : kParties) {
    add(party, {{AcceptBy(world_, party, second)}, {second}, ""});
    open.emplace_back([this, party, first, second] {
      return ActivateNext(world_, party, first, second, {}).ok();
    });
  }
  add("om", {{AcceptBy(world_, "om", other)}, {}, ""});
  add("jongerenwerk", {{LeaveBy(world_, "jongerenwerk", second)}, {}, ""});
  if (GetParam() % 2 == 0) add("politie", {{RevokeBy(world_, "politie", second)}, {}, ""});
  std::shuffle(open.begin(), open.end(), random_);

  // With the revoke some never activate it, however often they try.
  const int most = GetParam() % 2 == 0 ? 100 : 600;
  for (int step = 0; !open.empty() && step < most; ++step) {
    const size_t at = random_() % open.size();
    if (open[at]()) open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
    const char* const party = Any();
    if (random_() % 8 == 0) {
      ASSERT_TRUE(world_.Restart(party).ok());
    }
    static_cast<void>(engine(party).Tend().ok());
    static_cast<void>(GreetOnce(world_, party, Any()).ok());
    world_.clock.Advance(std::chrono::seconds{random_() % 30});
    for (const char* node : kParties) {
      // Nobody is under a version that it did not activate, whatever others sent.
      const auto view = engine(node).covenants().At(world_.clock.Now());
      ASSERT_LE(static_cast<int>(view->activated.size()),
                EventsOf(world_, node, "covenant_activated"));
    }
  }
  if (GetParam() % 2 == 0) {
    // A revoke that came before an activation prevents it.
    EXPECT_LE(open.size(), kParties.size());
  } else {
    EXPECT_TRUE(open.empty()) << open.size() << " left";
  }
  for (const char* party : kParties)
    world_.weather[party] = {};
  world_.clock.Advance(std::chrono::hours{2});
  GreetAll(world_);
  GreetAll(world_);
  std::set<std::string> of_two;
  for (const char* party : kParties) {
    if (engine(party).covenants().At(world_.clock.Now())->document().version == 2)
      of_two.insert(Picture(world_, party));
  }
  EXPECT_LE(of_two.size(), 1U) << *of_two.begin() << " / " << *of_two.rbegin();
  if (open.empty()) {
    std::set<std::string> pictures;
    for (const char* party : kParties)
      pictures.insert(Picture(world_, party));
    EXPECT_EQ(pictures.size(), 1U) << *pictures.begin() << " / " << *pictures.rbegin();
  }
  ExpectLogsVerify(world_);
}
INSTANTIATE_TEST_SUITE_P(Seeds, Converge, testing::Range(uint64_t{1}, uint64_t{13}));

// --- The writes.

enum class Act { kActivate, kRevoke, kEquivocation, kDraft };

class LifecycleWrites : public testing::TestWithParam<Act> {
 protected:
  static std::string Next(World& world, const std::string& title) {
    return NextVersion(
        world.covenant(), world.clock.Now(), [&](auto& object) { object["title"] = title; });
  }
  // One change at the police; whether it came through.
  static bool Do(World& world) {
    engine::Engine& engine = *world["politie"].engine;
    const std::string next = Next(world, "Tweede");
    switch (GetParam()) {
      case Act::kActivate:
        return ActivateNext(world, "politie", world.covenant(), next, AcceptByAll(world, next))
            .ok();
      case Act::kRevoke:
        return engine
            .AddToCovenant({{RevokeBy(world, "politie", world.covenant())}, {}, ""}, "officer")
            .ok();
      case Act::kEquivocation:
        return engine.covenants()
            .Take({{AcceptBy(world, "om", next), AcceptBy(world, "om", Next(world, "Anders"))},
                   {},
                   "om"},
                  world.clock.Now())
            .ok();
      case Act::kDraft:
        return engine.covenants()
            .Take({{AcceptBy(world, "om", next)}, {next}, "om"}, world.clock.Now())
            .ok();
    }
    return false;
  }
  struct Seen {
    std::string picture;
    size_t versions = 0;
    size_t statements = 0;
    int events = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  static Seen Look(World& world) {
    Seen seen;
    seen.picture = Picture(world, "politie");
    const auto& covenants = world["politie"].engine->covenants();
    seen.versions = covenants.HistoryAt(world.clock.Now()).versions.size();
    seen.statements = covenants.At(world.clock.Now())->statements.size();
    for (const char* event :
         {"covenant_activated", "covenant_revoked", "covenant_equivocation", "covenant_offered"}) {
      seen.events += EventsOf(world, "politie", event);
    }
    return seen;
  }
};

TEST_P(LifecycleWrites, EachIsAllOrNothingWhereverThePowerGoes) {
  World whole(251);
  whole.SignAndActivate();
  const Seen before = Look(whole);
  ASSERT_TRUE(Do(whole));
  const Seen after = Look(whole);
  ASSERT_NE(before, after);
  EXPECT_EQ(after.events, before.events + 1);
  for (const bool crash : {false, true}) {
    bool fired = true;
    int n = 0;
    while (fired) {
      SCOPED_TRACE((crash ? "crash at write " : "failing write ") + std::to_string(++n));
      World world(251);
      world.SignAndActivate();
      store::MemoryStore& store = *world["politie"].data;
      const int failed = store.failed_writes();
      if (crash) {
        store.FailWritesFrom(n);
      } else {
        store.FailWrite(n);
      }
      const bool done = Do(world);
      fired = store.failed_writes() > failed;
      store.FailWrite(0);
      // A revocation counts from its own commit; that it is told in the lineage's log as well is a
      // write behind it, and done again later.
      const bool behind = GetParam() == Act::kRevoke && n > 1;
      EXPECT_EQ(done, !fired || behind);
      EXPECT_EQ(Look(world), done ? after : before);
      ASSERT_TRUE(world.Restart("politie").ok());
      EXPECT_EQ(Look(world), done ? after : before) << "what was said to be kept is";
      if (!done) {
        EXPECT_TRUE(Do(world));
        EXPECT_EQ(Look(world), after);
      }
      ExpectLogsVerify(world);
    }
    EXPECT_GT(n, 1) << "no write was met";
  }
}
INSTANTIATE_TEST_SUITE_P(
    Acts,
    LifecycleWrites,
    testing::Values(Act::kActivate, Act::kRevoke, Act::kEquivocation, Act::kDraft));

}  // namespace
}  // namespace schakel::sim
