// What a regisseur sees when the covenant, or one party's part in it, has ended.
#include <gtest/gtest.h>

#include "node/base/reason.h"
#include "tests/sim/amend.h"
#include "tests/sim/console.h"

namespace schakel::sim {
namespace {

using canon::Value;

class EndedScan : public ::testing::Test {
 protected:
  EndedScan() { world_.RunToList(); }
  void Add(const statement::SignedStatement& signed_statement, const std::string& party) {
    ASSERT_TRUE(world_[party].engine->AddToCovenant({{signed_statement}, {}, ""}, "officer").ok());
    GreetAll(world_);
  }
  World world_{20261203};
};

TEST_F(EndedScan, ARevokedCovenantLetsNoQuestionGoAndMakesNoScan) {
  Console regisseur(world_, "gemeente", "regisseur2", exchange::Role::kRegisseur);
  Add(RevokeBy(world_, "om", world_.covenant()), "om");
  const Value::Object params{{"ref", kGroup}, {"send", true}, {"motivation", "Nog eens"}};
  const engine::MethodResult refused = regisseur.Try("scan.request", params);
  ASSERT_FALSE(refused.ok);
  EXPECT_EQ(refused.error.reason, Reason::kCovenantRevoked);
  EXPECT_EQ(refused.error.arguments.at("party"), "om");
  // Nothing was begun: the same number is free when a next version is there.
  EXPECT_TRUE(world_["gemeente"].lineage().rounds.List(kGroup, world_.clock.Now())->size() == 1U);
}

TEST_F(EndedScan, AfterItsLastDayToo) {
  Console regisseur(world_, "gemeente", "regisseur2", exchange::Role::kRegisseur);
  world_.clock.Set(world_["gemeente"].engine->covenants().view()->document().valid_until);
  const engine::MethodResult refused =
      regisseur.Try("scan.request", {{"ref", kGroup}, {"send", true}, {"motivation", "Nog eens"}});
  ASSERT_FALSE(refused.ok);
  EXPECT_EQ(refused.error.reason, Reason::kCovenantExpired);
}

TEST_F(EndedScan, APartyThatLeftIsRefusedInTheGapsAndTheOthersAnswer) {
  Console regisseur(world_, "gemeente", "regisseur2", exchange::Role::kRegisseur);
  Add(LeaveBy(world_, "om", world_.covenant()), "om");
  const Value shown =
      regisseur.Call("scan.request", {{"ref", kGroup}, {"send", true}, {"motivation", "Nog eens"}});
  std::map<std::string, std::string> states;
  for (const Value& partner : *shown.Find("partners")->AsArray())
    states[*partner.Find("party")->AsString()] = *partner.Find("state")->AsString();
  EXPECT_EQ(states["om"], "refused");
  EXPECT_EQ(states["politie"], "answered");
  const Value scan = regisseur.Call("scan.show", {{"ref", kGroup}});
  int refused = 0;
  for (const Value& gap : *scan.Find("gaps")->AsArray()) {
    if (*gap.Find("party")->AsString() != "om") continue;
    EXPECT_EQ(*gap.Find("stand")->AsString(), "refused");
    EXPECT_EQ(*gap.Find("code")->AsString(), "PARTY_SUSPENDED");
    ++refused;
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace schakel::sim
