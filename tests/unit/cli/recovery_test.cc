#include <gmock/gmock.h>

#include "cli/text.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::HasSubstr;
using testing::Not;

class RecoveryTest : public CliTest {
 protected:
  RecoveryTest() { ActAs("dejong2"); }

  Value Shown() const {
    const auto partner = [](const char* party, const char* state) {
      return Value(Value::Object{{"party", party}, {"name", "De partij"}, {"state", state}});
    };
    return Value::Object{{"recovering", true},
                         {"since", ToMillis(clock.now)},
                         {"partners",
                          Value::Array{partner("gemeente", "returned"),
                                       partner("jongerenwerk", "missing"),
                                       partner("om", "lost")}}};
  }
};

TEST_F(RecoveryTest, ShowTellsWhoIsMissingAndIsIncomplete) {
  node.Answer("recovery.show", Shown());
  const Ran ran = Run({"recovery", "show"});
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_THAT(ran.out, HasSubstr("15-06-2026 10:00"));
  EXPECT_THAT(ran.out, HasSubstr("gemeente      teruggegeven"));
  EXPECT_THAT(ran.out, HasSubstr("jongerenwerk  ontbreekt"));
  EXPECT_THAT(ran.out, HasSubstr("om            verklaard verloren"));
  EXPECT_THAT(ran.out, HasSubstr("declare-lost"));
  const Ran english = Run({"recovery", "show", "--lang", "en"});
  EXPECT_THAT(english.out, HasSubstr("jongerenwerk  missing"));
  EXPECT_EQ(RunJson({"recovery", "show"}).exit, Exit::kIncomplete);
}

TEST_F(RecoveryTest, ShowOfASoundNodeIsDone) {
  node.Answer("recovery.show", Value::Object{{"recovering", false}});
  const Ran ran = Run({"recovery", "show"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_EQ(ran.out, "Deze node is niet in herstel.\n");
}

TEST_F(RecoveryTest, DeclareLostIsIncompleteUntilTheLastPartner) {
  node.Answer("recovery.declare_lost",
              Value::Object{{"party", "om"},
                            {"ended", false},
                            {"missing", Value::Array{"gemeente", "jongerenwerk"}}});
  const Ran ran = Run({"recovery", "declare-lost", "om", "--reden", "Node is vernietigd"});
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_THAT(ran.out, HasSubstr("gemeente, jongerenwerk"));
  const Called& called = node.only();
  EXPECT_EQ(TextOf(called.params, "party"), "om");
  EXPECT_EQ(TextOf(called.params, "reason"), "Node is vernietigd");
  node.Answer("recovery.declare_lost",
              Value::Object{{"party", "om"}, {"ended", true}, {"missing", Value::Array{}}});
  const Ran last = Run({"recovery", "declare-lost", "om", "--reden", "Node is vernietigd"});
  EXPECT_EQ(last.exit, Exit::kDone);
  EXPECT_THAT(last.out, HasSubstr("Het herstel is afgelopen"));
}

TEST_F(RecoveryTest, AskTellsWhatEachReturned) {
  const auto partner = [](const char* party, const char* state, int lacking, const char* error) {
    return Value(Value::Object{{"party", party},
                               {"state", state},
                               {"entries", 6},
                               {"lacking", lacking},
                               {"error", error}});
  };
  const auto answer = [&](Value::Array partners, bool ended, Value::Array missing) {
    node.Answer(
        "recovery.ask",
        Value::Object{
            {"partners", std::move(partners)}, {"ended", ended}, {"missing", std::move(missing)}});
  };
  answer({partner("gemeente", "returned", 0, ""), partner("om", "missing", 0, "no connection")},
         false,
         {"om"});
  const Ran ran = Run({"recovery", "ask"});
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_THAT(ran.out, HasSubstr("teruggegeven"));
  EXPECT_THAT(ran.out, HasSubstr("no connection"));
  EXPECT_THAT(ran.out, HasSubstr("Nog niet afgehandeld: om."));
  answer({partner("om", "returned", 0, "")}, true, {});
  EXPECT_EQ(Run({"recovery", "ask"}).exit, Exit::kDone);
  answer({partner("om", "differs", 2, "")}, false, {"om"});
  const Ran differs = Run({"recovery", "ask"});
  EXPECT_EQ(differs.exit, Exit::kFailed);
  EXPECT_THAT(differs.out, HasSubstr("2 eigen handtekeningen"));
  EXPECT_THAT(differs.out, HasSubstr("bewaar de map zoals die is"));
  EXPECT_THAT(Run({"recovery", "ask", "--lang", "en"}).out, HasSubstr("keep its folder as it is"));
}

TEST_F(RecoveryTest, DeclareLostSaysWhenThePartnerAnsweredAfterAll) {
  node.Answer(
      "recovery.declare_lost",
      Value::Object{
          {"party", "om"}, {"state", "returned"}, {"ended", true}, {"missing", Value::Array{}}});
  const Ran ran = Run({"recovery", "declare-lost", "om", "--reden", "Node is vernietigd"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_THAT(ran.out, HasSubstr("om antwoordde"));
}

TEST_F(RecoveryTest, DeclareLostNeedsAPartyAndAReason) {
  EXPECT_EQ(Run({"recovery", "declare-lost", "om"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"recovery", "declare-lost", "--reden", "Weg"}).exit, Exit::kUsage);
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(RecoveryTest, ARefusedRequestSaysWhyAndWhatToDo) {
  node.Refuse("scan.request",
              wire::OperatorError{
                  "unavailable", "this node is in recovery", "try again", "recovering", {}});
  const Ran ran = Run({"scan", "request", "VLD-2026-001", "--verzend"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("deze node is in herstel"));
  EXPECT_THAT(ran.err, HasSubstr("schakel recovery show"));
  EXPECT_THAT(Run({"scan", "request", "VLD-2026-001", "--verzend", "--lang", "en"}).err,
              HasSubstr("this node is in recovery"));
}

TEST_F(RecoveryTest, StatusSaysSinceWhenAndWhoIsMissing) {
  node.Answer("node.status",
              Value::Object{{"party", "politie"},
                            {"node", "n"},
                            {"health", Value::Object{{"log", true}, {"recovered", false}}},
                            {"recovery",
                             Value::Object{{"since", ToMillis(clock.now)},
                                           {"missing", Value::Array{"om"}}}}});
  const Ran ran = Run({"status"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.out, HasSubstr("NIET IN ORDE: herstel"));
  EXPECT_THAT(ran.out, HasSubstr("herstel     sinds 15-06-2026 10:00, wacht op om"));
  EXPECT_THAT(ran.out, HasSubstr("Verder: schakel recovery show"));
  EXPECT_THAT(ran.out, Not(HasSubstr("log verify")));
}

}  // namespace
}  // namespace schakel::cli
