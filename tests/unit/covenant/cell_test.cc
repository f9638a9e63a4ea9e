#include <gtest/gtest.h>

#include "node/covenant/decide.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {
namespace {

std::string CodeOf(const CellDecision& decision) {
  return decision.open ? "open" : decision.code;
}

constexpr const char* kTwoRules = R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {step: {min: "2"}, listed: true, age: {min: 12}}
    fields: {naam: plain}
  - id: K2
    permit: {from: a, to: b, purpose: p, basis: ended, category: k}
    when: {step: {min: "3"}, listed: true, role: [dader]}
    fields: {naam: plain})";

TEST(DecideCellTest, OpensOnStatedFactsAloneWhateverTheRecordSays) {
  const auto covenant = Mini(kTwoRules);
  Question question = AskMini("k", {{"step", Is("2")}, {"listed", Is(true)}});
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "open");
  question.facts["age"] = Between(3, 3);
  question.facts["role"] = Is("getuige");
  question.present = {"etniciteit"};
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "open") << "an oracle on the person";
}

TEST(DecideCellTest, NamesTheFirstFactThatEveryPermitNeedsAndLacks) {
  const auto covenant = Mini(kTwoRules);
  EXPECT_EQ(CodeOf(covenant->DecideCell(AskMini("k"))), "listed");
  EXPECT_EQ(CodeOf(covenant->DecideCell(AskMini("k", {{"listed", Is(true)}}))), "step");
  EXPECT_EQ(CodeOf(covenant->DecideCell(AskMini("k", {{"step", Is("2")}}))), "listed");
  const Question failing = AskMini("k", {{"listed", Is(true)}, {"step", Is("1")}});
  EXPECT_EQ(CodeOf(covenant->DecideCell(failing)), "step") << "its value fails";
}

TEST(DecideCellTest, FactThatOnePermitDoesNotNeedIsNotTold) {
  const auto covenant = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {step: {min: "2"}}
    fields: {naam: plain}
  - id: K2
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {size: {min: 3}}
    fields: {naam: plain})");
  EXPECT_EQ(CodeOf(covenant->DecideCell(AskMini("k"))), "open");
  EXPECT_EQ(CodeOf(covenant->DecideCell(AskMini("k", {{"step", Is("1")}}))), "open");
}

TEST(DecideCellTest, EndedBasisClosesTheCellOnlyWhenEveryPermitHasOne) {
  Question question = AskMini("k", {{"step", Is("3")}, {"listed", Is(true)}});
  question.now = FirstInstantOf(Day{std::chrono::year{2026} / 7 / 1}, Zone::kAmsterdam);
  EXPECT_EQ(CodeOf(Mini(kTwoRules)->DecideCell(question)), "open");
  const auto ended = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: ended, category: k}
    when: {step: {min: "2"}}
    fields: {naam: plain})");
  EXPECT_EQ(CodeOf(ended->DecideCell(question)), "BASIS_EXPIRED");
  question.now -= std::chrono::milliseconds{1};
  EXPECT_EQ(CodeOf(ended->DecideCell(question)), "open");
}

TEST(DecideCellTest, EmptyCellIsNoRule) {
  const auto covenant = Mini(kTwoRules);
  Question question = AskMini("k", {{"step", Is("3")}, {"listed", Is(true)}});
  question.purpose = "q";
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "NO_RULE");
}

TEST(DecideCellTest, TellsDeniesThatReadNothingOrTheGroupAndNoOthers) {
  const auto covenant = Mini(std::string(kTwoRules) + R"(
  - id: D1
    deny: {from: any, to: b, purpose: any, category: any}
    when: {size: {max: 2}}
  - id: D2
    deny: {from: any, to: any, purpose: any, category: any}
    when: {sealed: true}
  - id: D3
    deny: {from: any, to: c, purpose: any, category: any}
  - id: D4
    deny: {from: any, to: any, purpose: any, category: any}
    when: {listed: false})");
  Question question =
      AskMini("k", {{"step", Is("3")}, {"listed", Is(true)}, {"size", Between(3, 3)}});
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "open") << "D2 and D4 are about a person";
  question.facts["size"] = Between(2, 2);
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "DENIED_BY_RULE");
  question.facts.erase("size");
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "size") << "the deny bites for want of it";
  question.to = "c";
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "DENIED_BY_RULE") << "before NO_RULE";
}

TEST(DecideCellTest, FieldDenyClosesNothing) {
  const auto covenant = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    fields: {naam: plain, soort: plain}
  - id: D1
    deny: {from: any, to: any, purpose: any, category: [k], fields: [naam]})");
  EXPECT_EQ(CodeOf(covenant->DecideCell(AskMini("k"))), "open");
}

TEST(DecideCellTest, GatesComeFirst) {
  const auto covenant = Mini(kTwoRules);
  Question question = AskMini("k");
  question.now = covenant->document().valid_until;
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "EXPIRED");
  question = AskMini("k");
  question.now = covenant->document().valid_from - std::chrono::milliseconds{1};
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "NOT_YET_VALID");
  question = AskMini("k");
  question.to = "d";
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "PARTY_UNKNOWN");
  question = AskMini("k");
  question.purpose = "d";
  EXPECT_EQ(CodeOf(covenant->DecideCell(question)), "PURPOSE_UNKNOWN");
  EXPECT_EQ(CodeOf(covenant->DecideCell(AskMini("d"))), "CATEGORY_UNKNOWN");
}

}  // namespace
}  // namespace schakel::covenant
