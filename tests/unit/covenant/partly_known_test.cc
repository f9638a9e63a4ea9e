// What is known in part: a set of values of an enum, a deny that another decision had to pass.
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "node/covenant/decide.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {
namespace {

TEST(DecidePartlyKnownTest, SetOfValuesIsTrueOrFalseWhenItsMembersAgree) {
  const auto list = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: g}
    when: {step: ["1", "3"]}
    fields: {soort: plain})");
  const auto order = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: g}
    when: {step: {min: "2", max: "2"}}
    fields: {soort: plain})");
  const auto code = [](const Covenant& covenant, std::set<std::string> known) {
    const Decision decision =
        covenant.Decide(AskMini("g", {{"step", FactValue{std::move(known)}}}));
    return decision.outcome == Outcome::kPermit ? "" : decision.code;
  };
  EXPECT_EQ(code(*list, {"1"}), "");
  EXPECT_EQ(code(*list, {"1", "3"}), "");
  EXPECT_EQ(code(*list, {"1", "2"}), "FACT_UNKNOWN");
  EXPECT_EQ(code(*list, {"2", "3"}), "FACT_UNKNOWN");
  EXPECT_EQ(code(*list, {"2"}), "CONDITION_FALSE");
  EXPECT_EQ(code(*list, {}), "FACT_UNKNOWN");
  EXPECT_EQ(code(*list, {"1", "9"}), "FACT_UNKNOWN") << "a value that is not declared";
  EXPECT_EQ(code(*order, {"2"}), "");
  EXPECT_EQ(code(*order, {"1", "3"}), "CONDITION_FALSE");
  EXPECT_EQ(code(*order, {"1", "2"}), "FACT_UNKNOWN");
  EXPECT_EQ(code(*order, {"2", "3"}), "FACT_UNKNOWN");
}

TEST(DecidePartlyKnownTest, NumberThatTheFactCannotBeIsUnknown) {
  const std::string permit = R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: g}
    when: {size: {min: 5}}
    fields: {soort: plain})";
  const auto open = Mini(permit);
  const auto guarded = Mini(permit + R"(
  - id: D1
    deny: {from: any, to: any, purpose: any, category: any}
    when: {size: {max: 4}})");
  const auto code = [](const Covenant& covenant, int64_t low, int64_t high) {
    const Decision decision = covenant.Decide(AskMini("g", {{"size", Between(low, high)}}));
    return decision.outcome == Outcome::kPermit ? "" : decision.code;
  };
  EXPECT_EQ(code(*open, 99, 99), "");
  EXPECT_EQ(code(*open, 5, 99), "");
  EXPECT_EQ(code(*open, 100, 100), "FACT_UNKNOWN");
  EXPECT_EQ(code(*open, 500, 500), "FACT_UNKNOWN");
  EXPECT_EQ(code(*open, 98, 100), "FACT_UNKNOWN") << "a part that it cannot be";
  EXPECT_EQ(code(*open, 0, 0), "CONDITION_FALSE");
  EXPECT_EQ(code(*open, -1, -1), "FACT_UNKNOWN");
  EXPECT_EQ(code(*open, -1, 0), "FACT_UNKNOWN");
  EXPECT_EQ(code(*guarded, 99, 99), "");
  EXPECT_EQ(code(*guarded, 100, 100), "FACT_UNKNOWN");
  EXPECT_EQ(code(*guarded, 0, 0), "DENIED_BY_RULE");
  EXPECT_EQ(guarded->Decide(AskMini("g", {{"size", Between(100, 100)}})).by,
            std::vector<std::string>{"D1"});
}

TEST(DecidePartlyKnownTest, PassedDenyIsFalseWhereItWouldBeUnknown) {
  const auto covenant = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    fields: {naam: plain}
  - id: D1
    deny: {from: any, to: any, purpose: any, category: any}
    when: {sealed: true, age: {max: 11}})");
  Question question = AskMini("k");
  EXPECT_EQ(covenant->Decide(question).code, "FACT_UNKNOWN");
  question.passed = {"D2"};
  EXPECT_EQ(covenant->Decide(question).code, "FACT_UNKNOWN") << "another deny";
  question.passed = {"D1"};
  const Decision decision = covenant->Decide(question);
  EXPECT_EQ(decision.outcome, Outcome::kPermit);
  ASSERT_EQ(decision.trace.size(), 2U);
  EXPECT_EQ(decision.trace[0].rule, "D1");
  EXPECT_EQ(decision.trace[0].whole, Truth::kFalse);
  EXPECT_EQ(decision.trace[0].conditions.at("sealed"), Truth::kUnknown) << "which part is not told";
  question.facts = {{"sealed", Is(true)}, {"age", Between(10, 10)}};
  EXPECT_EQ(covenant->Decide(question).code, "DENIED_BY_RULE") << "what is known weighs more";
}

}  // namespace
}  // namespace schakel::covenant
