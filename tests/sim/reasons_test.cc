// What the methods refuse carries its reason, from which a command makes a sentence.
#include <map>

#include <gtest/gtest.h>

#include "node/base/reason.h"
#include "tests/sim/console.h"

namespace schakel::sim {
namespace {

using canon::Value;

class ReasonsTest : public testing::Test {
 protected:
  ReasonsTest() : world_(61) {}

  // At the gemeente; `group`: the only one that they may see.
  void Enroll(const std::string& id, exchange::Role role, const std::string& group = "") {
    consoles_.try_emplace(id, world_, "gemeente", id, role, group);
  }
  statement::OperatorCall Sign(const std::string& by,
                               const std::string& method,
                               const Value::Object& params) {
    return consoles_.at(by).Sign(method, params);
  }
  void ExpectRefused(const statement::OperatorCall& call,
                     Reason reason,
                     const ReasonArguments& arguments,
                     int line = __builtin_LINE()) {
    SCOPED_TRACE("line " + std::to_string(line));
    const auto result = engine::Methods(*world_["gemeente"].engine).Call(call);
    ASSERT_FALSE(result.ok);
    EXPECT_EQ(ReasonId(result.error.reason), ReasonId(reason)) << result.error.message;
    EXPECT_EQ(result.error.arguments, arguments);
    EXPECT_FALSE(result.error.message.empty());
  }
  World world_;
  std::map<std::string, Console> consoles_;
};

TEST_F(ReasonsTest, WhoMayNotCallHearsWhy) {
  Enroll("deboer", exchange::Role::kObserver);
  statement::OperatorCall call = Sign("deboer", "group.list", {});
  call.operator_id = "jansen";
  ExpectRefused(call, Reason::kOperatorUnknown, {{"operator", "jansen"}});
  ExpectRefused(Sign("deboer", "scan.request", {}),
                Reason::kRoleNeeded,
                {{"call", "scan request"}, {"roles", "regisseur"}});
  call = Sign("deboer", "group.list", {});
  ASSERT_TRUE(engine::Methods(*world_["gemeente"].engine).Call(call).ok);
  ExpectRefused(call, Reason::kCallRepeated, {});
  call = Sign("deboer", "group.list", {});
  call.method = "group.show";
  ExpectRefused(call, Reason::kCallSignature, {{"operator", "deboer"}});
  call = Sign("deboer", "group.list", {});
  call.node = "politie.veldrijk.example";
  ExpectRefused(call, Reason::kCallOtherNode, {});
  call = Sign("deboer", "group.list", {});
  world_.clock.Advance(std::chrono::minutes{6});
  ExpectRefused(call, Reason::kCallTime, {});
}

TEST_F(ReasonsTest, AGroupAScanAndAnExchangeThatAreNotThere) {
  Enroll("deboer", exchange::Role::kRegisseur);
  const ReasonArguments group = {{"group", "VLD-2026-009"}};
  const Value::Object request{{"ref", kGroup}, {"send", false}};
  ExpectRefused(Sign("deboer", "scan.request", request), Reason::kCovenantNone, {});
  world_.SignAndActivate();
  world_.ImportAll();
  world_.OpenGroup();
  ExpectRefused(
      Sign("deboer", "group.show", {{"ref", "VLD-2026-009"}}), Reason::kGroupUnknown, group);
  ExpectRefused(Sign("deboer", "scan.request", {{"ref", "VLD-2026-009"}, {"send", false}}),
                Reason::kGroupUnknown,
                group);
  ExpectRefused(Sign("deboer",
                     "group.open",
                     {{"ref", kGroup}, {"name", "De Hoek"}, {"areas", Value::Array{"BU99990102"}}}),
                Reason::kGroupExists,
                {{"group", kGroup}});
  ExpectRefused(Sign("deboer", "scan.request", {{"ref", "VLD-2026-001/9"}, {"send", false}}),
                Reason::kRoundNext,
                {{"ref", "VLD-2026-001/1"}});
  ExpectRefused(Sign("deboer", "exchange.show", {{"ref", "VLD-2026-001/1@om"}}),
                Reason::kExchangeUnknown,
                {{"ref", "VLD-2026-001/1@om"}});
  ExpectRefused(
      Sign("deboer", "scan.show", {{"ref", kGroup}}), Reason::kListNone, {{"group", kGroup}});
  ExpectRefused(
      Sign("deboer", "scan.show", {{"ref", "VLD-2026-009"}}), Reason::kGroupUnknown, group);
  ExpectRefused(Sign("deboer", "group.establish", {{"group", kGroup}}),
                Reason::kListUnnamed,
                {{"group", kGroup}});
  ExpectRefused(Sign("deboer", "scan.request", {{"ref", kGroup}, {"send", true}}),
                Reason::kMotivationMissing,
                {});
  ExpectRefused(Sign("deboer",
                     "group.decide",
                     {{"group", kGroup}, {"step", "9"}, {"document", EncodeHex(Hash{})}}),
                Reason::kFactValueUnknown,
                {{"fact", "step"}, {"value", "9"}});
  ExpectRefused(Sign("deboer", "peer.test", {{"party", "brandweer"}}),
                Reason::kPartyUnknown,
                {{"party", "brandweer"}});
}

TEST_F(ReasonsTest, AScanThatWasNotAskedForAndAGroupOfAnother) {
  world_.RunToList();
  Enroll("deboer", exchange::Role::kRegisseur, kGroup);
  ExpectRefused(
      Sign("deboer", "scan.show", {{"ref", kGroup}}), Reason::kScanNone, {{"group", kGroup}});
  ExpectRefused(Sign("deboer", "group.show", {{"ref", "VLD-2026-002"}}), Reason::kGroupLimited, {});
  engine::Methods methods(*world_["gemeente"].engine);
  const auto sent = methods.Call(
      Sign("deboer", "scan.request", {{"ref", kGroup}, {"send", true}, {"motivation", "Overleg"}}));
  ASSERT_TRUE(sent.ok) << sent.error.message;
  ASSERT_TRUE(methods.Call(Sign("deboer", "scan.show", {{"ref", kGroup}, {"version", 1}})).ok);
  ExpectRefused(Sign("deboer", "scan.show", {{"ref", kGroup}, {"version", 2}}),
                Reason::kScanNoVersion,
                {{"group", kGroup}, {"version", "2"}});
}

TEST_F(ReasonsTest, AReferenceThatFitsSeveralExchanges) {
  world_.RunToList();
  world_.AskAboutPersons();
  Enroll("deboer", exchange::Role::kRegisseur);
  for (const char* ref : {"VLD-2026-001/2", "/2"}) {
    ExpectRefused(
        Sign("deboer", "exchange.show", {{"ref", ref}}),
        Reason::kExchangesSeveral,
        {{"ref", ref},
         {"refs", "VLD-2026-001/2@jongerenwerk, VLD-2026-001/2@om, VLD-2026-001/2@politie"}});
  }
  // A group alone is no exchange.
  ExpectRefused(Sign("deboer", "exchange.show", {{"ref", kGroup}}),
                Reason::kExchangeUnknown,
                {{"ref", kGroup}});
}

TEST_F(ReasonsTest, AnExchangeOfAnotherGroupIsNotThere) {
  world_.RunToList();
  world_.AskAboutPersons();
  Enroll("jansen", exchange::Role::kRegisseur, "VLD-2026-002");
  ExpectRefused(Sign("jansen", "exchange.show", {{"ref", "VLD-2026-001/2@om"}}),
                Reason::kExchangeUnknown,
                {{"ref", "VLD-2026-001/2@om"}});
}

}  // namespace
}  // namespace schakel::sim
