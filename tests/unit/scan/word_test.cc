// A person of whom we have no record: a gives, b names on to c. What b's own rules may read is what
// a's decision settled, and no more.
#include "node/scan/word.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/covenant/mini.h"

namespace schakel::scan {
namespace {

using covenant::AskMini;
using covenant::Between;
using covenant::Is;
using covenant::Outcome;
using covenant::Replaced;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::unique_ptr<const covenant::Covenant> CovenantOf(const std::string& rules) {
  std::string text = covenant::MiniYaml(rules);
  text = Replaced(text, "giver: [a]", "giver: [a, b]");
  text = Replaced(text, "facts:\n", R"(facts:
  ago: {type: elapsed, from: record.sinds}
  count: {type: int, range: {min: 0, max: 9}, from: record.aantal}
  grade: {type: enum, values: ["1", "2", "3", "4"], ordered: true, from: record.rang}
)");
  text = Replaced(text, "values: [dader, getuige]", "values: [dader, getuige, contact]");
  text = Replaced(
      text, "meta: {rol: code,", "meta: {sinds: date, aantal: code, rang: code, rol: code,");
  return covenant::MustCompile(covenant::MustRead(text));
}

// A rule of a to b and one of b to c, each with its conditions.
std::string Rule(const std::string& id,
                 const std::string& from,
                 const std::string& when,
                 const std::string& basis = "open") {
  const std::string to = from == "a" ? "b" : "c";
  std::string rule = "\n  - id: " + id + "\n    permit: {from: " + from + ", to: " + to +
                     ", purpose: p, basis: " + basis + ", category: k}";
  if (!when.empty()) rule += "\n    when: {" + when + "}";
  return rule + "\n    fields: {naam: plain}";
}

std::string Deny(const std::string& id, const std::string& axes, const std::string& when) {
  return "\n  - id: " + id + "\n    deny: {" + axes + "}\n    when: {" + when + "}";
}
constexpr const char* kAnywhere = "from: any, to: any, purpose: any, category: any";

// What b decides towards c on the word of a's rules; `stated` is what b holds of Facts.
covenant::Decision Onward(const covenant::Covenant& covenant,
                          const std::vector<std::string>& by,
                          const covenant::Facts& stated = {}) {
  GiversWord word = WordOf(covenant, AskMini("k"), by);
  covenant::Question question = AskMini("k", std::move(word.facts));
  question.from = "b";
  question.to = "c";
  question.passed = std::move(word.passed);
  for (const auto& [fact, value] : stated)
    question.facts.insert_or_assign(fact, value);
  return covenant.Decide(question);
}

// The code of that decision with one condition of the giver and one of ours; empty: it goes.
std::string CodeOf(const std::string& givers, const std::string& ours) {
  const auto covenant = CovenantOf(Rule("A1", "a", givers) + Rule("B1", "b", ours));
  return Onward(*covenant, {"A1"}).code;
}

TEST(GiversWordTest, LowerBoundIsKnownAndNothingAboveIt) {
  EXPECT_EQ(CodeOf("age: {min: 12}", "age: {min: 11}"), "");
  EXPECT_EQ(CodeOf("age: {min: 12}", "age: {min: 12}"), "");
  EXPECT_EQ(CodeOf("age: {min: 12}", "age: {min: 13}"), "FACT_UNKNOWN");
  EXPECT_EQ(CodeOf("age: {min: 12}", "age: {max: 11}"), "CONDITION_FALSE");
  EXPECT_EQ(CodeOf("age: {min: 12}", "age: {max: 12}"), "FACT_UNKNOWN");
  EXPECT_EQ(CodeOf("age: {min: 12}", "age: {min: 12, max: 26}"), "FACT_UNKNOWN");
  EXPECT_EQ(CodeOf("age: {min: 12}", "age: {min: 12, max: 149}"), "FACT_UNKNOWN");
}

TEST(GiversWordTest, UpperBoundIsKnownAndNothingBelowIt) {
  EXPECT_EQ(CodeOf("count: {max: 6}", "count: {max: 7}"), "");
  EXPECT_EQ(CodeOf("count: {max: 6}", "count: {max: 6}"), "");
  EXPECT_EQ(CodeOf("count: {max: 6}", "count: {max: 5}"), "FACT_UNKNOWN");
  EXPECT_EQ(CodeOf("count: {max: 6}", "count: {min: 7}"), "CONDITION_FALSE");
  EXPECT_EQ(CodeOf("count: {max: 6}", "count: {min: 6}"), "FACT_UNKNOWN");
}

TEST(GiversWordTest, RangeIsKnownOnBothSides) {
  EXPECT_EQ(CodeOf("count: {min: 2, max: 6}", "count: {min: 2, max: 6}"), "");
  EXPECT_EQ(CodeOf("count: {min: 2, max: 6}", "count: {min: 3, max: 6}"), "FACT_UNKNOWN");
  EXPECT_EQ(CodeOf("count: {min: 2, max: 6}", "count: {min: 2, max: 5}"), "FACT_UNKNOWN");
}

// The giver decided some time ago: who was seventeen then may be eighteen now.
TEST(GiversWordTest, AgeAndElapsedTimeAreOpenAbove) {
  for (const std::string fact : {"age", "ago"}) {
    const auto code = [&fact](const std::string& givers, const std::string& ours) {
      return CodeOf(fact + ": " + givers, fact + ": " + ours);
    };
    EXPECT_EQ(code("{max: 17}", "{max: 17}"), "FACT_UNKNOWN") << fact;
    EXPECT_EQ(code("{max: 17}", "{max: 18}"), "FACT_UNKNOWN") << fact;
    EXPECT_EQ(code("{min: 12, max: 17}", "{max: 17}"), "FACT_UNKNOWN") << fact;
    EXPECT_EQ(code("{min: 12, max: 17}", "{min: 18}"), "FACT_UNKNOWN") << fact;
    EXPECT_EQ(code("{min: 12, max: 17}", "{min: 12}"), "") << fact;
    EXPECT_EQ(code("{min: 12, max: 17}", "{max: 11}"), "CONDITION_FALSE") << fact;
  }
}

TEST(GiversWordTest, NumberStaysWithinItsDeclaredRange) {
  EXPECT_EQ(CodeOf("count: {min: 3}", "count: {min: 2, max: 9}"), "");
  EXPECT_EQ(CodeOf("count: {min: 3}", "count: {min: 3, max: 8}"), "FACT_UNKNOWN");
  EXPECT_EQ(CodeOf("count: {max: 3}", "count: {min: 0, max: 3}"), "");
  EXPECT_EQ(CodeOf("count: {max: 3}", "count: {min: 1, max: 3}"), "FACT_UNKNOWN");
}

TEST(GiversWordTest, ListIsTrueOnlyWhenEveryMemberIs) {
  EXPECT_EQ(CodeOf("role: [contact, dader]", "role: [dader, contact]"), "");
  EXPECT_EQ(CodeOf("role: [contact, dader]", "role: [contact, dader, getuige]"), "");
  EXPECT_EQ(CodeOf("role: [contact, dader]", "role: [contact]"), "FACT_UNKNOWN");
  EXPECT_EQ(CodeOf("role: [contact, dader]", "role: [dader]"), "FACT_UNKNOWN");
  EXPECT_EQ(CodeOf("role: [contact, dader]", "role: [getuige]"), "CONDITION_FALSE");
  EXPECT_EQ(CodeOf("role: [dader]", "role: [dader]"), "");
}

TEST(GiversWordTest, OrderIsTheSetOfItsValues) {
  EXPECT_EQ(CodeOf("grade: {min: \"2\"}", "grade: {min: \"1\"}"), "");
  EXPECT_EQ(CodeOf("grade: {min: \"2\"}", "grade: {min: \"2\"}"), "");
  EXPECT_EQ(CodeOf("grade: {min: \"2\"}", "grade: {min: \"3\"}"), "FACT_UNKNOWN");
  EXPECT_EQ(CodeOf("grade: {min: \"2\"}", "grade: {max: \"1\"}"), "CONDITION_FALSE");
  EXPECT_EQ(CodeOf("grade: {max: \"2\"}", "grade: [\"1\", \"2\"]"), "");
  EXPECT_EQ(CodeOf("grade: {max: \"2\"}", "grade: [\"2\"]"), "FACT_UNKNOWN");
}

TEST(GiversWordTest, FlagAndTheNeedOfTheBasisAreSatisfied) {
  EXPECT_EQ(CodeOf("consent: true", "consent: true"), "");
  EXPECT_EQ(CodeOf("consent: false", "consent: true"), "CONDITION_FALSE");
  EXPECT_EQ(CodeOf("", "consent: true"), "FACT_UNKNOWN");
  const auto covenant = CovenantOf(Rule("A1", "a", "", "asked") + Rule("B1", "b", "consent: true"));
  EXPECT_EQ(Onward(*covenant, {"A1"}).code, "");
}

TEST(GiversWordTest, SeveralRulesHoldTogether) {
  const auto covenant = CovenantOf(Rule("A1", "a", "count: {min: 2}, role: [dader, contact]") +
                                   Rule("A2", "a", "count: {max: 6}, role: [contact, getuige]") +
                                   Rule("B1", "b", "count: {min: 2, max: 6}, role: [contact]"));
  EXPECT_EQ(Onward(*covenant, {"A1", "A2"}).code, "");
  EXPECT_EQ(Onward(*covenant, {"A1"}).code, "FACT_UNKNOWN");
  EXPECT_EQ(Onward(*covenant, {"A2"}).code, "FACT_UNKNOWN");
}

TEST(GiversWordTest, RulesThatContradictEachOtherLeaveNothingKnown) {
  const auto covenant =
      CovenantOf(Rule("A1", "a", "consent: true, age: {max: 11}, role: [dader]") +
                 Rule("A2", "a", "consent: false, age: {min: 12}, role: [getuige]"));
  EXPECT_THAT(WordOf(*covenant, AskMini("k"), {"A1", "A2"}).facts, IsEmpty());
}

TEST(GiversWordTest, RuleThatIsNotInTheCellLeavesNothingKnown) {
  const auto covenant =
      CovenantOf(Rule("A1", "a", "consent: true") + Rule("B1", "b", "consent: true") +
                 Deny("D1", kAnywhere, "sealed: true"));
  for (const std::vector<std::string>& by :
       std::vector<std::vector<std::string>>{{}, {"gone"}, {"A1", "gone"}, {"B1"}, {"A1", "B1"}}) {
    const GiversWord word = WordOf(*covenant, AskMini("k"), by);
    EXPECT_THAT(word.facts, IsEmpty()) << by.size();
    EXPECT_THAT(word.passed, IsEmpty()) << by.size();
  }
  EXPECT_THAT(WordOf(*covenant, AskMini("k"), {"A1"}).passed, ElementsAre("D1"));
}

TEST(GiversWordTest, StatedFactIsNotOnAnybodysWord) {
  const auto covenant = CovenantOf(Rule("A1", "a", "step: [\"2\"], consent: true") +
                                   Rule("B1", "b", "step: [\"2\"]"));
  EXPECT_EQ(Onward(*covenant, {"A1"}).code, "FACT_UNKNOWN") << "it may have ended";
  EXPECT_EQ(Onward(*covenant, {"A1"}, {{"step", Is("2")}}).code, "");
}

// --- Denies that the giver had to pass.

TEST(GiversWordTest, DenyThatTheGiverPassedIsFalse) {
  const std::string rules = Rule("A1", "a", "") + Rule("B1", "b", "");
  for (const char* when : {"sealed: true",
                           "age: {max: 11}",
                           "count: {min: 2, max: 6}",
                           "role: [getuige]",
                           "grade: {min: \"3\"}",
                           "sealed: true, age: {max: 17}, role: [dader]"}) {
    const auto covenant = CovenantOf(rules + Deny("D1", kAnywhere, when));
    EXPECT_EQ(Onward(*covenant, {"A1"}).code, "") << when;
    EXPECT_EQ(Onward(*covenant, {}).code, "FACT_UNKNOWN") << when;
  }
}

// One that begins at an age or after a time was passed then, and may bite now.
TEST(GiversWordTest, DenyThatBeginsLaterIsNotPassed) {
  const std::string rules = Rule("A1", "a", "") + Rule("B1", "b", "");
  for (const char* when : {"age: {min: 18}",
                           "age: {min: 12, max: 17}",
                           "ago: {min: 1826}",
                           "sealed: true, ago: {min: 1826}"}) {
    const auto covenant = CovenantOf(rules + Deny("D1", kAnywhere, when));
    EXPECT_EQ(Onward(*covenant, {"A1"}).code, "FACT_UNKNOWN") << when;
  }
  const auto covenant = CovenantOf(rules + Deny("D1", kAnywhere, "age: {min: 18}"));
  EXPECT_EQ(Onward(*covenant, {"A1"}, {{"age", Between(17, 17)}}).code, "");
}

TEST(GiversWordTest, DenyOfAnotherCellWasNotPassed) {
  const std::string rules = Rule("A1", "a", "") + Rule("B1", "b", "");
  for (const char* axes : {"from: b, to: any, purpose: any, category: any",
                           "from: any, to: c, purpose: any, category: any"}) {
    const auto covenant = CovenantOf(rules + Deny("D1", axes, "sealed: true"));
    EXPECT_EQ(Onward(*covenant, {"A1"}).code, "FACT_UNKNOWN") << axes;
  }
}

// The giver passed a conjunction: which of its parts failed is not known.
TEST(GiversWordTest, PartOfAConjunctionThatWasPassedIsUnknown) {
  const auto covenant =
      CovenantOf(Rule("A1", "a", "") + Rule("B1", "b", "") +
                 Deny("D1", kAnywhere, "sealed: true, consent: true") +
                 Deny("D2", "from: b, to: any, purpose: any, category: any", "sealed: true"));
  const covenant::Decision decision = Onward(*covenant, {"A1"});
  EXPECT_EQ(decision.code, "FACT_UNKNOWN");
  EXPECT_THAT(decision.by, ElementsAre("D2"));
}

TEST(GiversWordTest, DenyThatReadsAStatedFactIsNotPassed) {
  const std::string rules = Rule("A1", "a", "") + Rule("B1", "b", "");
  const auto covenant = CovenantOf(rules + Deny("D1", kAnywhere, "step: [\"3\"], sealed: true"));
  EXPECT_EQ(Onward(*covenant, {"A1"}, {{"step", Is("2")}}).code, "");
  EXPECT_EQ(Onward(*covenant, {"A1"}, {{"step", Is("3")}}).code, "FACT_UNKNOWN");
  EXPECT_EQ(Onward(*covenant, {"A1"}).code, "FACT_UNKNOWN");
}

TEST(GiversWordTest, DenyOfAFieldIsNotPassed) {
  const auto covenant = CovenantOf(
      Rule("A1", "a", "") + Rule("B1", "b", "") +
      Deny(
          "D1", "from: any, to: any, purpose: any, category: any, fields: [naam]", "sealed: true"));
  EXPECT_THAT(WordOf(*covenant, AskMini("k"), {"A1"}).passed, IsEmpty());
  EXPECT_EQ(Onward(*covenant, {"A1"}).code, "NO_FIELDS");
}

// --- The BSN.

// Bases: `open` lists a and b, `wide` lists c too.
std::unique_ptr<const covenant::Covenant> WithBsn(const std::string& rules) {
  std::string text = covenant::MiniYaml(rules);
  text = Replaced(text, "bases:\n", R"(bases:
  wide: {law: wet, giver: [a], purposes: [p, q], bsn: [a, b, c]}
  bare: {law: wet, giver: [a], purposes: [p, q]}
)");
  return covenant::MustCompile(covenant::MustRead(text));
}

std::string Naming(const std::string& id, const std::string& basis, const std::string& fields) {
  return "\n  - id: " + id + "\n    permit: {from: a, to: b, purpose: p, basis: " + basis +
         ", category: persoon}\n    fields: {" + fields + "}";
}

TEST(BsnOnwardTest, GoesWhereTheFirstBasisListsTheParty) {
  const auto covenant = WithBsn(Naming("A1", "wide", "naam: plain, bsn: match") +
                                Naming("A2", "open", "naam: plain, bsn: match") +
                                Naming("A0", "bare", "naam: plain"));
  const covenant::Question given = AskMini("persoon");
  EXPECT_TRUE(BsnMayGoOn(*covenant, given, {"A1"}, "c"));
  EXPECT_FALSE(BsnMayGoOn(*covenant, given, {"A2"}, "c"));
  EXPECT_TRUE(BsnMayGoOn(*covenant, given, {"A1", "A2"}, "c")) << "the first";
  EXPECT_FALSE(BsnMayGoOn(*covenant, given, {"A2", "A1"}, "c")) << "the first";
  EXPECT_TRUE(BsnMayGoOn(*covenant, given, {"A0", "A1"}, "c")) << "the first that gives one";
  EXPECT_FALSE(BsnMayGoOn(*covenant, given, {"A0"}, "c")) << "no rule gives one";
}

TEST(BsnOnwardTest, StaysWhenARuleIsNotInTheCovenant) {
  const auto covenant = WithBsn(Naming("A1", "wide", "naam: plain, bsn: match"));
  covenant::Question given = AskMini("persoon");
  EXPECT_FALSE(BsnMayGoOn(*covenant, given, {}, "c"));
  EXPECT_FALSE(BsnMayGoOn(*covenant, given, {"gone"}, "c"));
  EXPECT_FALSE(BsnMayGoOn(*covenant, given, {"A1", "gone"}, "c"));
  EXPECT_FALSE(BsnMayGoOn(*covenant, given, {"gone", "A1"}, "c"));
  given.from = "c";
  EXPECT_FALSE(BsnMayGoOn(*covenant, given, {"A1"}, "c")) << "a rule of another giver";
}

}  // namespace
}  // namespace schakel::scan
