// An answer that is on its way while the next version takes over (covenant.md, "In-flight").
#include <optional>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "tests/sim/amend.h"
#include "tests/sim/checks.h"
#include "tests/sim/forge.h"

namespace schakel::sim {
namespace {

using exchange::OutState;
using std::chrono::hours;
using std::chrono::milliseconds;

class Grace : public testing::Test {
 protected:
  Grace() : world_(221) {
    Prepare(world_);
    PutRecords(world_, "politie", {Incident(Invented("Aad"), "0001")});
    list_.emplace(world_, std::vector<record::Person>{Invented("Aad")});
  }
  // The next version is activated everywhere and takes over in an hour; the question was answered
  // but the answer was cut; the clock stands `after` the moment at which it took over.
  void CutAnswer(milliseconds after, const Edit& edit = {}) {
    takes_over_ = world_.clock.Now() + hours{1};
    const std::string next = NextVersion(world_.covenant(), takes_over_, edit);
    ActivateEverywhere(world_, world_.covenant(), next);
    world_.clock.Set(takes_over_ - milliseconds{1000});
    world_.weather["politie"].cut_after_frames = 0;
    exchange::Ask ask = AskOf(list_->Naming(0, "politie"), "politie", {"incident"});
    EXPECT_FALSE(Requester().Run(ask, world_.clock.Now()).ok());
    world_.weather["politie"].cut_after_frames = -1;
    // Greeting takes some milliseconds of its own.
    world_.clock.Set(takes_over_ + after - milliseconds{100});
    GreetAll(world_);
    world_.clock.Set(takes_over_ + after);
  }
  exchange::Requester& Requester() { return world_["gemeente"].lineage().requester; }
  exchange::OutRow Continue() {
    const auto rows = exchange::AllOut(world_["gemeente"].store());
    EXPECT_EQ(rows->size(), 1U);
    auto taken = Requester().Continue(rows->front().exchange, world_.clock.Now());
    EXPECT_TRUE(taken.ok()) << taken.error().detail;
    ExpectLogsVerify(world_);
    return taken ? *taken : rows->front();
  }
  void ExpectLapsed() {
    const exchange::OutRow row = Continue();
    EXPECT_EQ(row.state, OutState::kRefused);
    EXPECT_EQ(row.code, "LAPSED");
    EXPECT_TRUE(Requester().Received(row.exchange)->empty());
  }
  static void DropRule(canon::Value::Object& object, std::string_view id) {
    canon::Value::Array kept;
    for (const canon::Value& rule : *object["rules"].AsArray()) {
      if (*rule.Find("id")->AsString() != id) kept.push_back(rule);
    }
    EXPECT_LT(kept.size(), object["rules"].AsArray()->size()) << id;
    object["rules"] = kept;
    object["tests"] = canon::Value::Array{};
  }

  World world_;
  std::optional<InventedList> list_;
  Instant takes_over_;
};

TEST_F(Grace, ShortlyAfterTheNextVersionTookOverTheAnswerIsTaken) {
  CutAnswer(kSupersededGrace - milliseconds{1});
  const exchange::OutRow row = Continue();
  EXPECT_EQ(row.state, OutState::kAnswered) << row.code;
  EXPECT_EQ(Requester().Received(row.exchange)->size(), 1U);
}

TEST_F(Grace, AfterTheGraceItLapses) {
  CutAnswer(kSupersededGrace);
  ExpectLapsed();
}

TEST_F(Grace, WhatTheNextVersionDoesNotAllowLapsesAtOnce) {
  CutAnswer(milliseconds{0}, [](auto& object) { DropRule(object, "I01"); });
  ExpectLapsed();
}

TEST_F(Grace, AfterARevocationThereIsNone) {
  CutAnswer(milliseconds{0});
  ASSERT_TRUE(
      world_["om"]
          .engine->AddToCovenant({{RevokeBy(world_, "om", world_.covenant())}, {}, ""}, "officer")
          .ok());
  world_["om"].engine->PushCovenant(/*at_once=*/true);
  ExpectLapsed();
}

TEST_F(Grace, WhatIsAskedUnderTheVersionBeforeIsRefused) {
  const Forged early = ForgeUnder(world_,
                                  StatusNow(world_, "politie"),
                                  AskOf(list_->Naming(0, "politie"), "politie", {"incident"}),
                                  {});
  const std::string next = NextVersion(world_.covenant(), world_.clock.Now());
  ActivateEverywhere(world_, world_.covenant(), next);
  GreetAll(world_);
  const Reply refused = SendTo(world_, "politie", "gemeente", early.message);
  ASSERT_TRUE(refused.done.ok());
  EXPECT_EQ(refused.code(), "NOT_ACTIVE");
  EXPECT_TRUE(refused.frames.empty());
}

}  // namespace
}  // namespace schakel::sim
