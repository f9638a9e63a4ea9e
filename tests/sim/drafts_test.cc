// The next version travels from node to node: offered by who accepted it, signed by the others,
// activated by each where every accept has arrived.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/base/reason.h"
#include "node/crypto/hash.h"
#include "tests/sim/amend.h"
#include "tests/sim/console.h"

namespace schakel::sim {
namespace {

using canon::Value;

class Drafts : public testing::Test {
 protected:
  Drafts() : world_(261) {
    world_.SignAndActivate();
    first_ = world_.covenant();
    next_ = NextVersion(
        first_, world_.clock.Now(), [](auto& object) { object["title"] = "Convenant, herzien"; });
  }
  Value Add(Console& officer, const statement::SignedStatement& accept, bool with_covenant) {
    Value::Object params{{"statements", Value::Array{accept.ToValue()}}};
    if (with_covenant) params["covenants"] = Value::Array{next_};
    return officer.Call("covenant.add", params);
  }
  // `state` and who is missing, as the party's node tells it.
  std::string NextAt(Console& anybody) {
    const Value status = anybody.Call("covenant.status", {});
    std::string told;
    for (const Value& version : *status.Find("next")->AsArray()) {
      told += *version.Find("state")->AsString() + " by " +
              *version.Find("offered_by")->AsString() + " lacks " +
              canon::Write(*version.Find("missing"));
    }
    return told;
  }

  World world_;
  std::string first_;
  std::string next_;
};

TEST_F(Drafts, TravelsIsSignedAndComesIntoForce) {
  Console gemeente(world_, "gemeente", "officer", exchange::Role::kOfficer);
  Console om(world_, "om", "officer", exchange::Role::kOfficer);
  Console politie(world_, "politie", "officer", exchange::Role::kOfficer);
  Console jongerenwerk(world_, "jongerenwerk", "officer", exchange::Role::kOfficer);
  Console admin(world_, "om", "admin", exchange::Role::kAdmin);

  const Value added = Add(gemeente, AcceptBy(world_, "gemeente", next_), /*with_covenant=*/true);
  EXPECT_EQ(*added.Find("added")->AsInt(), 2);
  EXPECT_EQ(canon::Write(*added.Find("unconfirmed")), "[]") << "everybody is up";
  EXPECT_EQ(NextAt(om), R"(draft by gemeente lacks ["jongerenwerk","om","politie"])");
  EXPECT_EQ(world_["om"].engine->covenants().At(world_.clock.Now())->document().version, 1);

  // The officer gets the bytes, the roots sign elsewhere, and the accept goes back in.
  const std::string hash = EncodeHex(crypto::Sha256(next_));
  const Value draft = om.Call("covenant.draft", {{"hash", hash.substr(0, 12)}});
  EXPECT_EQ(*draft.Find("covenant")->AsString(), next_);
  EXPECT_FALSE(om.Try("covenant.draft", {{"hash", "00000000"}}).ok);
  EXPECT_FALSE(om.Try("covenant.draft", {{"hash", hash.substr(0, 7)}}).ok);
  Add(om, AcceptBy(world_, "om", next_), false);
  Add(politie, AcceptBy(world_, "politie", next_), false);
  EXPECT_EQ(NextAt(gemeente), R"(draft by  lacks ["jongerenwerk"])");
  Add(jongerenwerk, AcceptBy(world_, "jongerenwerk", next_), false);
  GreetAll(world_);
  EXPECT_EQ(NextAt(om), "accepted by gemeente lacks []");

  const engine::Acknowledged read = Acknowledge(first_, next_);
  Value::Object params{
      {"covenant", next_}, {"statements", Value::Array{}}, {"confirm", Value::Object{}}};
  const engine::MethodResult unread = admin.Try("covenant.activate", params);
  EXPECT_FALSE(unread.ok);
  EXPECT_EQ(ReasonId(unread.error.reason), "diff_unconfirmed");
  params["acknowledged"] = Value::Object{
      {"class", read.direction}, {"from", EncodeHex(read.from)}, {"to", EncodeHex(read.to)}};
  EXPECT_FALSE(om.Try("covenant.activate", params).ok) << "the role is admin's";
  const Value activated = admin.Call("covenant.activate", params);
  EXPECT_EQ(*activated.Find("version")->AsInt(), 2);
  EXPECT_TRUE(*activated.Find("in_force")->AsBool());
  const Value history = om.Call("covenant.history", {});
  std::vector<std::string> states;
  for (const Value& version : *history.Find("versions")->AsArray())
    states.push_back(*version.Find("state")->AsString());
  EXPECT_THAT(states, testing::ElementsAre("superseded", "active"));
}

TEST_F(Drafts, IsThereAfterARestartAndKeptOnce) {
  ASSERT_TRUE(
      world_["gemeente"]
          .engine->AddToCovenant({{AcceptBy(world_, "gemeente", next_)}, {next_}, ""}, "officer")
          .ok());
  GreetAll(world_);
  ASSERT_TRUE(world_.Restart("om").ok());
  GreetAll(world_);
  EXPECT_EQ(world_["om"].engine->covenants().HistoryAt(world_.clock.Now()).versions.size(), 2U);
  EXPECT_EQ(EventsOf(world_, "om", "covenant_offered"), 1);
}

TEST_F(Drafts, DisturbsNobodyUnderThePresentVersion) {
  ASSERT_TRUE(
      world_["gemeente"]
          .engine->AddToCovenant({{AcceptBy(world_, "gemeente", next_)}, {next_}, ""}, "officer")
          .ok());
  GreetAll(world_);
  for (const auto& [party, code] : {std::pair{"gemeente", "om"}, {"om", "politie"}}) {
    EXPECT_EQ(world_[party].engine->statuses().CheckFresh(code, world_.clock.Now()), "") << party;
  }
}

}  // namespace
}  // namespace schakel::sim
