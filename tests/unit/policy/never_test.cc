#include "node/policy/never.h"

#include "tests/unit/policy/rules.h"

namespace schakel::policy {
namespace {

using covenant::Between;
using covenant::Mini;

const covenant::Document& Small() {
  static const covenant::Document document = covenant::MustRead(covenant::MiniYaml(Text({})));
  return document;
}

Never Parsed(const std::string& text) {
  auto never = ParseNever(text, Small());
  EXPECT_TRUE(never.ok()) << text;
  return never.ok() ? *never : Never{};
}

Proof ProofOf(const std::string& rules, const std::string& text) {
  const auto covenant = Mini(rules);
  return Prove(*covenant, Parsed(text));
}

TEST(ParseNever, ReadsEveryPart) {
  const Never never =
      Parsed("never b gets k.datum as month from a for p when age=0..11 and sealed=true");
  EXPECT_EQ(never.to, "b");
  EXPECT_EQ(never.category, "k");
  EXPECT_EQ(never.field, "datum");
  EXPECT_EQ(never.from, "a");
  EXPECT_EQ(never.purpose, "p");
  ASSERT_TRUE(never.form);
  EXPECT_EQ(ToString(*never.form), "month");
  EXPECT_EQ(never.when.at("age"), Between(0, 11));
  EXPECT_EQ(never.when.at("sealed"), covenant::FactValue{true});
}

TEST(ParseNever, AnyIsEverybody) {
  const Never never = Parsed("never any gets any");
  EXPECT_FALSE(never.to || never.category || never.field || never.from || never.purpose);
}

TEST(ParseNever, RefusesWhatItDoesNotKnow) {
  for (const char* text : {"",
                           "never b gets",
                           "always b gets k",
                           "never b has k",
                           "never x gets k",
                           "never b gets x",
                           "never b gets k.x",
                           "never b gets k as month",
                           "never b gets k.datum as x",
                           "never b gets k from x",
                           "never b gets k for x",
                           "never b gets k from",
                           "never b gets k when age",
                           "never b gets k when age=x",
                           "never b gets k when age=12..11",
                           "never b gets k when x=1",
                           "never b gets k when sealed=maybe",
                           "never b gets k when sealed=unknown",
                           "never b gets k when role=x",
                           "never b gets k or g"}) {
    EXPECT_FALSE(ParseNever(text, Small()).ok()) << text;
  }
}

TEST(ParseGivenFact, ReadsNumbersAndOpenRanges) {
  EXPECT_EQ(ParseGivenFact("age=11", Small())->value, Between(11, 11));
  EXPECT_EQ(ParseGivenFact("age=0..11", Small())->value, Between(0, 11));
  EXPECT_EQ(ParseGivenFact("age=12..", Small())->value, Between(12, 1'000'000));
  EXPECT_FALSE(ParseGivenFact("age=unknown", Small())->value);
}

TEST(Never, IsProvedWhereNoRuleGives) {
  const Proof proof = ProofOf(Text({}), "never c gets any");
  EXPECT_FALSE(proof.refuted);
  EXPECT_EQ(proof.questions, 0U);
}

TEST(Never, IsRefutedByOneQuestion) {
  const Proof proof = ProofOf(Text({}), "never b gets k");
  ASSERT_TRUE(proof.refuted);
  EXPECT_EQ(proof.refuted->example, "age=12..");
  EXPECT_EQ(proof.refuted->by, std::vector<std::string>{"K1"});
}

TEST(Never, HoldsBelowTheBoundAndNotAtIt) {
  EXPECT_FALSE(ProofOf(Text({}), "never any gets any when age=0..11").refuted);
  EXPECT_TRUE(ProofOf(Text({}), "never any gets any when age=0..12").refuted);
  EXPECT_TRUE(ProofOf(Text({}), "never any gets any when age=12").refuted);
  EXPECT_GT(ProofOf(Text({}), "never any gets any when age=0..11").questions, 0U);
}

TEST(Never, OfAFieldLooksAtThatFieldAndItsForm) {
  EXPECT_FALSE(ProofOf(Text({}), "never b gets k.soort").refuted);
  EXPECT_TRUE(ProofOf(Text({}), "never b gets k.datum").refuted);
  EXPECT_FALSE(ProofOf(Text({}), "never b gets k.datum as plain").refuted);
  EXPECT_TRUE(ProofOf(Text({}), "never b gets k.datum as month").refuted);
}

TEST(Never, ADenyProvesIt) {
  const std::string rules = Text({}) + DenyText("D1", "when: {sealed: true}");
  EXPECT_FALSE(ProofOf(rules, "never any gets any when sealed=true").refuted);
  EXPECT_TRUE(ProofOf(rules, "never any gets any when sealed=false").refuted);
}

TEST(Never, AConditionIsAboutCategoriesThatHaveTheFact) {
  const std::string rules =
      Text({}) +
      "\n  - id: K2\n    permit: {from: a, to: b, purpose: p, basis: open, category: g}\n"
      "    fields: {soort: plain}";
  EXPECT_FALSE(ProofOf(rules, "never any gets any when age=0..11").refuted);
  EXPECT_TRUE(ProofOf(rules, "never b gets g").refuted);
}

TEST(Never, WhatNeedsAnApprovalRefutesItToo) {
  const std::string rules =
      Text({.more = "\n    approval: {by: a, role: approver, not: requester, valid: P7D}"});
  EXPECT_TRUE(ProofOf(rules, "never b gets k").refuted);
}

TEST(Never, LooksAtTheTimeBeforeABasisEnds) {
  const std::string rule =
      "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: ended, category: k}\n"
      "    fields: {soort: plain}";
  EXPECT_TRUE(ProofOf(rule, "never b gets k").refuted);
}

// Records of a category that does not carry the fact may be of that kind, and go.
TEST(Never, ProvesNothingOfPersonsWhoseCategoryLacksTheFact) {
  const std::string rules = Text({}) + R"(
  - id: P1
    permit: {from: a, to: b, purpose: p, basis: open, category: persoon}
    fields: {naam: plain}
  - id: G1
    permit: {from: a, to: b, purpose: p, basis: open, category: g}
    fields: {soort: plain})" +
                            DenyText("D1", "when: {role: [getuige]}");
  const Proof role = ProofOf(rules, "never any gets any when role=getuige");
  EXPECT_FALSE(role.refuted);
  EXPECT_FALSE(role.Proved());
  EXPECT_EQ(role.untold, (std::map<std::string, std::set<std::string>>{{"role", {"persoon"}}}));
  // About k alone it is proved; of a group it says nothing; age reaches both.
  EXPECT_TRUE(ProofOf(rules, "never any gets k when role=getuige").Proved());
  EXPECT_TRUE(ProofOf(rules, "never any gets g when role=getuige").Proved());
  EXPECT_TRUE(ProofOf(rules, "never any gets any when age=0..11").untold.empty());
}

}  // namespace
}  // namespace schakel::policy
