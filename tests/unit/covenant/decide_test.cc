#include "node/covenant/decide.h"

#include <gmock/gmock.h>

#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr const char* kOneRule = R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {step: {min: "2"}, age: {min: 12, max: 26}}
    fields: {naam: plain, datum: month})";

Facts Fitting() {
  return {{"step", Is("2")}, {"age", Between(15, 15)}};
}

// --- Step 0: gates.

TEST(DecideGateTest, ValidityIncludesTheFirstInstantAndExcludesTheLast) {
  const auto covenant = Mini(kOneRule);
  Question question = AskMini("k", Fitting());
  question.now = covenant->document().valid_from;
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
  question.now -= std::chrono::milliseconds{1};
  EXPECT_EQ(covenant->Decide(question).code, "NOT_YET_VALID");
  question.now = covenant->document().valid_until - std::chrono::milliseconds{1};
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
  question.now = covenant->document().valid_until;
  EXPECT_EQ(covenant->Decide(question).code, "EXPIRED");
}

TEST(DecideGateTest, UnknownNamesHaveTheirOwnCodes) {
  const auto covenant = Mini(kOneRule);
  Question question = AskMini("k", Fitting());
  question.from = "d";
  EXPECT_EQ(covenant->Decide(question).code, "PARTY_UNKNOWN");
  question = AskMini("k", Fitting());
  question.to = "";
  EXPECT_EQ(covenant->Decide(question).code, "PARTY_UNKNOWN");
  question = AskMini("k", Fitting());
  question.purpose = "r";
  EXPECT_EQ(covenant->Decide(question).code, "PURPOSE_UNKNOWN");
  EXPECT_EQ(covenant->Decide(AskMini("kk", Fitting())).code, "CATEGORY_UNKNOWN");
}

// --- Step 1: conditions.

TEST(DecideConditionTest, RangeIsTrueFalseOrUnknownByTheWholeInterval) {
  const auto covenant = Mini(kOneRule);
  const auto truth = [&](int64_t low, int64_t high) {
    const Decision decision =
        covenant->Decide(AskMini("k", {{"step", Is("2")}, {"age", Between(low, high)}}));
    return decision.trace.at(0).conditions.at("age");
  };
  EXPECT_EQ(truth(11, 11), Truth::kFalse);
  EXPECT_EQ(truth(12, 12), Truth::kTrue);
  EXPECT_EQ(truth(26, 26), Truth::kTrue);
  EXPECT_EQ(truth(27, 27), Truth::kFalse);
  EXPECT_EQ(truth(11, 12), Truth::kUnknown);
  EXPECT_EQ(truth(26, 27), Truth::kUnknown);
  EXPECT_EQ(truth(12, 26), Truth::kTrue);
  EXPECT_EQ(truth(0, 99), Truth::kUnknown);
  EXPECT_EQ(truth(20, 19), Truth::kUnknown) << "an interval upside down is no knowledge";
}

TEST(DecideConditionTest, OrderedEnumComparesByPosition) {
  const auto covenant = Mini(kOneRule);
  const auto outcome = [&](const char* step) {
    return covenant->Decide(AskMini("k", {{"step", Is(step)}, {"age", Between(15, 15)}}));
  };
  EXPECT_EQ(outcome("1").code, "CONDITION_FALSE");
  EXPECT_EQ(outcome("2").outcome, Outcome::kPermit);
  EXPECT_EQ(outcome("3").outcome, Outcome::kPermit);
  EXPECT_EQ(outcome("4").code, "FACT_UNKNOWN") << "a value that the covenant does not declare";
}

TEST(DecideConditionTest, ValueOfAnotherTypeIsUnknown) {
  const auto covenant = Mini(kOneRule);
  Facts facts = Fitting();
  facts["age"] = Is("15");
  EXPECT_EQ(covenant->Decide(AskMini("k", facts)).code, "FACT_UNKNOWN");
  facts = Fitting();
  facts["step"] = Between(2, 2);
  EXPECT_EQ(covenant->Decide(AskMini("k", facts)).code, "FACT_UNKNOWN");
}

TEST(DecideConditionTest, EnumListIsAnyOf) {
  const auto covenant = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {role: [dader]}
    fields: {naam: plain})");
  EXPECT_EQ(covenant->Decide(AskMini("k", {{"role", Is("dader")}})).outcome, Outcome::kPermit);
  EXPECT_EQ(covenant->Decide(AskMini("k", {{"role", Is("getuige")}})).code, "CONDITION_FALSE");
  EXPECT_EQ(covenant->Decide(AskMini("k")).code, "FACT_UNKNOWN");
}

TEST(DecideConditionTest, FalseWinsOverUnknown) {
  const auto covenant = Mini(kOneRule);
  const Decision decision = covenant->Decide(AskMini("k", {{"step", Is("1")}}));
  EXPECT_EQ(decision.code, "CONDITION_FALSE");
  EXPECT_THAT(decision.failed, ElementsAre("age", "step")) << "every condition is evaluated";
}

// --- Step 2: denies.

TEST(DecideDenyTest, TrueDeniesAndUnknownDeniesWithAnotherCode) {
  const auto covenant = Mini(std::string(kOneRule) + R"(
  - id: D1
    deny: {from: any, to: any, purpose: any, category: any}
    when: {sealed: true}
  - id: D2
    deny: {from: any, to: any, purpose: any, category: any}
    when: {role: [getuige]})");
  Facts facts = Fitting();
  facts["sealed"] = Is(false);
  facts["role"] = Is("dader");
  EXPECT_EQ(covenant->Decide(AskMini("k", facts)).outcome, Outcome::kPermit);
  facts["sealed"] = Is(true);
  facts.erase("role");
  Decision decision = covenant->Decide(AskMini("k", facts));
  EXPECT_EQ(decision.code, "DENIED_BY_RULE");
  EXPECT_THAT(decision.by, ElementsAre("D1")) << "only the denies with that value";
  EXPECT_THAT(decision.fields, IsEmpty());
  facts.erase("sealed");
  decision = covenant->Decide(AskMini("k", facts));
  EXPECT_EQ(decision.code, "FACT_UNKNOWN");
  EXPECT_THAT(decision.by, ElementsAre("D1", "D2"));
}

TEST(DecideDenyTest, ReachesOnlyCategoriesThatDeclareTheSource) {
  const auto covenant = Mini(R"(
  - id: G1
    permit: {from: a, to: b, purpose: p, basis: open, category: g}
    fields: {soort: plain}
  - id: D1
    deny: {from: any, to: any, purpose: any, category: any}
    when: {age: {max: 11}}
  - id: D2
    deny: {from: any, to: any, purpose: any, category: any}
    when: {role: [getuige]})");
  EXPECT_EQ(covenant->Decide(AskMini("g")).outcome, Outcome::kPermit);
  EXPECT_TRUE(covenant->FactReaches("age", "k"));
  EXPECT_FALSE(covenant->FactReaches("age", "g"));
  EXPECT_TRUE(covenant->FactReaches("role", "k"));
  EXPECT_FALSE(covenant->FactReaches("role", "persoon"));
  EXPECT_TRUE(covenant->FactReaches("step", "g"));
  EXPECT_FALSE(covenant->FactReaches("listed", "g"));
  EXPECT_FALSE(covenant->FactReaches("nothing", "k"));
  EXPECT_FALSE(covenant->FactReaches("age", "nothing"));
}

TEST(DecideDenyTest, AxesOfADenySelectByNameListOrAny) {
  const auto covenant = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    fields: {naam: plain}
  - id: K2
    permit: {from: a, to: c, purpose: p, basis: open, category: k}
    fields: {naam: plain}
  - id: K3
    permit: {from: a, to: b, purpose: q, basis: open, category: k}
    fields: {naam: plain}
  - id: D1
    deny: {from: a, to: [b], purpose: [q], category: [k, g]})");
  Question question = AskMini("k");
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
  question.purpose = "q";
  EXPECT_EQ(covenant->Decide(question).code, "DENIED_BY_RULE");
  question.purpose = "p";
  question.to = "c";
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
}

TEST(DecideDenyTest, FieldDenyRemovesTheFieldOnTrueAndOnUnknown) {
  const auto covenant = Mini(std::string(kOneRule) + R"(
  - id: D1
    deny: {from: any, to: any, purpose: any, category: [k], fields: [datum]}
    when: {sealed: true})");
  Facts facts = Fitting();
  facts["sealed"] = Is(false);
  EXPECT_EQ(covenant->Decide(AskMini("k", facts)).fields.count("datum"), 1u);
  for (const bool known : {true, false}) {
    if (known) {
      facts["sealed"] = Is(true);
    } else {
      facts.erase("sealed");
    }
    const Decision decision = covenant->Decide(AskMini("k", facts));
    EXPECT_EQ(decision.outcome, Outcome::kPermit);
    EXPECT_EQ(decision.fields.count("datum"), 0u);
    EXPECT_EQ(decision.withheld.at("datum"), "D1");
  }
}

TEST(DecideDenyTest, FieldDenySparesTheFormsItNames) {
  const auto rules = [](const std::string& spared) {
    return R"(
  - id: P1
    permit: {from: a, to: b, purpose: p, basis: open, category: persoon}
    fields: {naam: plain, bsn: match}
  - id: D1
    deny: {from: any, to: any, purpose: any, category: any, fields: [bsn]}
    unless_form: [)" +
           spared + "]";
  };
  EXPECT_EQ(Mini(rules("match"))->Decide(AskMini("persoon")).fields.count("bsn"), 1u);
  const Decision decision = Mini(rules("\"pseudonym(recipient)\""))->Decide(AskMini("persoon"));
  EXPECT_EQ(decision.fields.count("bsn"), 0u);
  EXPECT_EQ(decision.withheld.at("bsn"), "D1");
}

// --- Steps 3 and 4: permits.

TEST(DecidePermitTest, EmptyCellNamesTheRuleWithFewestOtherAxes) {
  const auto covenant = Mini(R"(
  - id: K2
    permit: {from: a, to: c, purpose: p, basis: open, category: k}
    fields: {naam: plain}
  - id: K1
    permit: {from: a, to: c, purpose: q, basis: open, category: k}
    fields: {naam: plain})");
  Question question = AskMini("k");
  Decision decision = covenant->Decide(question);
  EXPECT_EQ(decision.code, "NO_RULE");
  EXPECT_EQ(decision.nearest, "K2") << "one axis differs, K1 has two";
  question.category = "g";
  question.purpose = "q";
  EXPECT_EQ(covenant->Decide(question).nearest, "K1");
  question.purpose = "p";
  question.from = "b";
  question.to = "a";
  EXPECT_EQ(covenant->Decide(question).nearest, "K2");
}

TEST(DecidePermitTest, NearestIsTheOneWithFewestFailuresThenById) {
  const auto covenant = Mini(R"(
  - id: K3
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {step: {min: "3"}}
    fields: {naam: plain}
  - id: K2
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {role: [dader]}
    fields: {naam: plain}
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {step: {min: "3"}, role: [dader]}
    fields: {naam: plain})");
  const Decision decision =
      covenant->Decide(AskMini("k", {{"step", Is("1")}, {"role", Is("getuige")}}));
  EXPECT_EQ(decision.code, "CONDITION_FALSE");
  EXPECT_EQ(decision.nearest, "K2");
  EXPECT_THAT(decision.failed, ElementsAre("role"));
}

TEST(DecidePermitTest, OneUnknownPermitMakesTheCellUnknown) {
  const auto covenant = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {step: {min: "3"}}
    fields: {naam: plain}
  - id: K2
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {role: [dader]}
    fields: {naam: plain})");
  EXPECT_EQ(covenant->Decide(AskMini("k", {{"step", Is("1")}})).code, "FACT_UNKNOWN");
}

TEST(DecidePermitTest, EndedBasisIsToldWhenNothingElseFails) {
  const auto covenant = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: ended, category: k}
    when: {step: {min: "2"}}
    fields: {naam: plain})");
  Question question = AskMini("k", {{"step", Is("2")}});
  const Instant end = FirstInstantOf(Day{std::chrono::year{2026} / 7 / 1}, Zone::kAmsterdam);
  question.now = end - std::chrono::milliseconds{1};
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
  question.now = end;
  const Decision decision = covenant->Decide(question);
  EXPECT_EQ(decision.code, "BASIS_EXPIRED");
  EXPECT_EQ(decision.nearest, "K1");
  EXPECT_THAT(decision.failed, IsEmpty());
  question.facts["step"] = Is("1");
  EXPECT_EQ(covenant->Decide(question).code, "CONDITION_FALSE");
}

TEST(DecidePermitTest, NeedOfTheBasisIsACondition) {
  const auto covenant = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: asked, category: k}
    fields: {naam: plain})");
  EXPECT_EQ(covenant->Decide(AskMini("k", {{"consent", Is(true)}})).outcome, Outcome::kPermit);
  const Decision refused = covenant->Decide(AskMini("k", {{"consent", Is(false)}}));
  EXPECT_EQ(refused.code, "CONDITION_FALSE");
  EXPECT_THAT(refused.failed, ElementsAre("consent"));
  EXPECT_EQ(covenant->Decide(AskMini("k")).code, "FACT_UNKNOWN");
}

TEST(DecidePermitTest, ReceivedGoesOnOnlyToWhomTheLabelNamesOrBack) {
  const auto covenant = Mini(kOneRule);
  Question question = AskMini("k", Fitting());
  question.received = Question::Received{"c", {"b"}};
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
  question.received = Question::Received{"c", {}};
  Decision decision = covenant->Decide(question);
  EXPECT_EQ(decision.outcome, Outcome::kDeny);
  EXPECT_EQ(decision.code, "CONDITION_FALSE");
  question.received = Question::Received{"b", {}};
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit) << "back to its giver";
}

// --- Steps 5 and 6: fields.

TEST(DecideFieldTest, DeliversWhatIsPresentAndGivenAndListsTheRest) {
  const auto covenant = Mini(kOneRule);
  Question question = AskMini("k", Fitting());
  Decision decision = covenant->Decide(question);
  EXPECT_THAT(decision.fields,
              UnorderedElementsAre(Pair("naam", Form{FormKind::kPlain, ""}),
                                   Pair("datum", Form{FormKind::kMonth, ""})));
  EXPECT_THAT(decision.withheld,
              UnorderedElementsAre(Pair("soort", "no form"), Pair("tekst", "no form")));
  question.present = {"naam", "soort"};
  decision = covenant->Decide(question);
  EXPECT_THAT(decision.fields, UnorderedElementsAre(Pair("naam", Form{FormKind::kPlain, ""})));
  EXPECT_THAT(decision.withheld, UnorderedElementsAre(Pair("soort", "no form")));
}

TEST(DecideFieldTest, TwoPermitsTogetherGiveTheirFields) {
  const auto covenant = Mini(R"(
  - id: K2
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    fields: {soort: plain}
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {role: [dader]}
    fields: {naam: plain, soort: plain})");
  const Decision decision = covenant->Decide(AskMini("k", {{"role", Is("dader")}}));
  EXPECT_THAT(decision.by, ElementsAre("K1", "K2"));
  EXPECT_EQ(decision.fields.size(), 2u);
}

TEST(DecideFieldTest, UndeclaredFieldRefusesTheRecordAndMetaDoesNot) {
  const auto covenant = Mini(kOneRule);
  Question question = AskMini("k", Fitting());
  question.present = {"naam", "rol"};
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
  question.present = {"naam", "etniciteit"};
  const Decision decision = covenant->Decide(question);
  EXPECT_EQ(decision.code, "UNDECLARED_FIELD");
  EXPECT_THAT(decision.fields, IsEmpty());
}

TEST(DecideFieldTest, NothingLeftIsNoFields) {
  const auto covenant = Mini(kOneRule);
  Question question = AskMini("k", Fitting());
  question.present = {"soort"};
  EXPECT_EQ(covenant->Decide(question).code, "NO_FIELDS");
  question.present.emplace();
  EXPECT_EQ(covenant->Decide(question).code, "NO_FIELDS");
}

TEST(DecideFieldTest, RequiredFieldThatIsNotDeliveredRefusesTheRecord) {
  const auto covenant = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    fields: {naam: plain, datum: month}
    require: [naam]
  - id: D1
    deny: {from: any, to: any, purpose: any, category: [k], fields: [naam]}
    when: {sealed: true})");
  Question question = AskMini("k", {{"sealed", Is(false)}});
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
  question.facts["sealed"] = Is(true);
  EXPECT_EQ(covenant->Decide(question).code, "INCOMPLETE");
  EXPECT_THAT(covenant->Decide(question).fields, IsEmpty());
  question.facts["sealed"] = Is(false);
  question.present = {"datum"};
  EXPECT_EQ(covenant->Decide(question).code, "INCOMPLETE");
}

// --- Steps 7 and 8: obligations.

TEST(DecideObligationTest, RuleOverridesTheDefaults) {
  const auto covenant = Mini(std::string(kOneRule) + R"(
    retain: P3M
    onward: [c]
  - id: G1
    permit: {from: a, to: b, purpose: p, basis: open, category: g}
    fields: {soort: plain})");
  Decision decision = covenant->Decide(AskMini("k", Fitting()));
  EXPECT_EQ(ToString(*decision.retain), "P3M");
  EXPECT_THAT(decision.onward, ElementsAre("c"));
  EXPECT_EQ(decision.journal, "both");
  decision = covenant->Decide(AskMini("g"));
  EXPECT_EQ(ToString(*decision.retain), "P6M");
  EXPECT_THAT(decision.onward, IsEmpty());
}

TEST(DecideObligationTest, ApprovalIsNeededUntilGiven) {
  const auto covenant = Mini(std::string(kOneRule) + R"(
    approval: {by: a, role: approver, not: requester, valid: P7D})");
  Question question = AskMini("k", Fitting());
  Decision decision = covenant->Decide(question);
  EXPECT_EQ(decision.outcome, Outcome::kNeeds);
  EXPECT_EQ(decision.code, "");
  EXPECT_EQ(decision.approval->role, "approver");
  EXPECT_EQ(decision.approval->by, "a");
  EXPECT_EQ(decision.fields.size(), 2u) << "what the approver is asked about";
  question.approved = true;
  decision = covenant->Decide(question);
  EXPECT_EQ(decision.outcome, Outcome::kPermit);
  EXPECT_FALSE(decision.approval.has_value());
  question.facts["step"] = Is("1");
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kDeny) << "approval replaces no rule";
}

TEST(DecideObligationTest, FormThatCannotBeMadeRefusesTheRecord) {
  const auto covenant = Mini(kOneRule);
  Question question = AskMini("k", Fitting());
  question.unsupported_forms = {FormKind::kMonth};
  EXPECT_EQ(covenant->Decide(question).code, "OBLIGATION_UNSUPPORTED");
  question.unsupported_forms = {FormKind::kYear};
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
}

TEST(DecideTraceTest, HoldsEveryRuleOfTheCellByIdAlsoWhenDenied) {
  const auto covenant = Mini(std::string(kOneRule) + R"(
  - id: D1
    deny: {from: any, to: any, purpose: any, category: any}
    when: {sealed: true})");
  Facts facts = Fitting();
  facts["sealed"] = Is(true);
  const Decision decision = covenant->Decide(AskMini("k", facts));
  ASSERT_EQ(decision.trace.size(), 2u);
  EXPECT_EQ(decision.trace[0].rule, "D1");
  EXPECT_EQ(decision.trace[0].whole, Truth::kTrue);
  EXPECT_EQ(decision.trace[1].rule, "K1");
  EXPECT_EQ(decision.trace[1].whole, Truth::kTrue);
}

}  // namespace
}  // namespace schakel::covenant
