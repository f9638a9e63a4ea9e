#include "node/covenant/recheck.h"

#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {
namespace {

constexpr const char* kRules = R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {step: {min: "2"}, listed: true, role: [dader]}
    fields: {naam: plain, datum: month}
    require: [naam]
    retain: P3M
    onward: [c]
  - id: K2
    permit: {from: a, to: b, purpose: p, basis: ended, category: k}
    when: {step: {min: "2"}, listed: true, age: {min: 12}}
    fields: {soort: plain, naam: plain}
    require: [naam]
    retain: P3M
    onward: [c]
  - id: K3
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {role: [getuige], age: {max: 11}, step: {min: "3"}}
    fields: {soort: plain}
  - id: K4
    permit: {from: a, to: c, purpose: p, basis: open, category: k}
    fields: {soort: plain}
  - id: D1
    deny: {from: any, to: any, purpose: any, category: [k], fields: [datum]}
    when: {size: {max: 2}}
  - id: D2
    deny: {from: any, to: any, purpose: any, category: any}
    when: {sealed: true})";

Form Plain() {
  return {FormKind::kPlain, ""};
}

Delivered Good() {
  Delivered delivered;
  delivered.from = "a";
  delivered.to = "b";
  delivered.purpose = "p";
  delivered.category = "k";
  delivered.by = {"K1"};
  delivered.fields = {{"naam", Plain()}, {"datum", {FormKind::kMonth, ""}}};
  delivered.retain = *ParsePeriod("P3M");
  delivered.onward = {"c"};
  delivered.facts = {{"step", Is("3")}, {"listed", Is(true)}, {"size", Between(5, 5)}};
  delivered.now = AskMini("k").now;
  return delivered;
}

// "" when accepted, else the reason.
std::string Refusal(const Delivered& delivered) {
  static const auto covenant = Mini(kRules);
  const auto result = CheckDelivered(*covenant, delivered);
  if (result.ok()) return "";
  EXPECT_EQ(result.error().code, ErrorCode::kDenied);
  return result.error().detail;
}

TEST(CheckDeliveredTest, AcceptsWhatTheRulesGiveAndLess) {
  EXPECT_EQ(Refusal(Good()), "");
  Delivered delivered = Good();
  delivered.fields.erase("datum");
  EXPECT_EQ(Refusal(delivered), "") << "a subset";
  delivered = Good();
  delivered.fields["datum"] = {FormKind::kYear, ""};
  EXPECT_EQ(Refusal(delivered), "") << "coarser";
  delivered = Good();
  delivered.by = {"K1", "K2"};
  delivered.fields["soort"] = Plain();
  EXPECT_EQ(Refusal(delivered), "") << "two rules at once";
  delivered = Good();
  delivered.retain = *ParsePeriod("P1M");
  EXPECT_EQ(Refusal(delivered), "") << "kept shorter";
}

TEST(CheckDeliveredTest, RefusesAnExcessFieldAndAFinerForm) {
  Delivered delivered = Good();
  delivered.fields["soort"] = Plain();
  EXPECT_NE(Refusal(delivered), "") << "K1 does not give it";
  delivered = Good();
  delivered.fields["rol"] = Plain();
  EXPECT_NE(Refusal(delivered), "") << "meta goes to nobody";
  delivered = Good();
  delivered.fields["etniciteit"] = Plain();
  EXPECT_NE(Refusal(delivered), "");
  delivered = Good();
  delivered.fields["datum"] = Plain();
  EXPECT_NE(Refusal(delivered), "") << "finer than month";
  delivered = Good();
  delivered.fields["datum"] = {FormKind::kBand, "12,18"};
  EXPECT_NE(Refusal(delivered), "") << "a band is beside the months";
  delivered = Good();
  delivered.fields["datum"] = {FormKind::kWithheld, ""};
  EXPECT_NE(Refusal(delivered), "");
  delivered = Good();
  delivered.fields.clear();
  EXPECT_NE(Refusal(delivered), "");
}

TEST(CheckDeliveredTest, RefusesRulesThatCouldNotHaveApplied) {
  Delivered delivered = Good();
  for (const std::vector<std::string>& by : std::vector<std::vector<std::string>>{
           {}, {"K9"}, {"D1"}, {"K4"}, {"K1", "K1"}, {"K2", "K1"}, {"K1", "K3"}}) {
    delivered.by = by;
    EXPECT_NE(Refusal(delivered), "") << (by.empty() ? "none" : by.front());
  }
}

TEST(CheckDeliveredTest, RefusesARuleWhoseStatedFactOrBasisDoesNotHold) {
  Delivered delivered = Good();
  delivered.by = {"K3"};
  delivered.fields = {{"soort", Plain()}};
  delivered.retain = *ParsePeriod("P6M");
  delivered.onward = {};
  EXPECT_EQ(Refusal(delivered), "");
  delivered.facts["step"] = Is("2");
  EXPECT_NE(Refusal(delivered), "") << "step 3 is needed";
  delivered = Good();
  delivered.by = {"K2"};
  delivered.fields = {{"naam", Plain()}};
  EXPECT_EQ(Refusal(delivered), "");
  delivered.now = FirstInstantOf(Day{std::chrono::year{2026} / 7 / 1}, Zone::kAmsterdam);
  EXPECT_NE(Refusal(delivered), "") << "the basis has ended";
}

TEST(CheckDeliveredTest, RefusesAMisleadingHalf) {
  Delivered delivered = Good();
  delivered.fields.erase("naam");
  EXPECT_NE(Refusal(delivered), "");
}

TEST(CheckDeliveredTest, RefusesWhatAGroupLevelDenyRemoves) {
  Delivered delivered = Good();
  delivered.facts["size"] = Between(2, 2);
  EXPECT_NE(Refusal(delivered), "");
  delivered.facts.erase("size");
  EXPECT_NE(Refusal(delivered), "") << "unknown bites too";
  delivered.fields.erase("datum");
  EXPECT_EQ(Refusal(delivered), "");
}

TEST(CheckDeliveredTest, RefusesLooserObligations) {
  Delivered delivered = Good();
  delivered.retain = *ParsePeriod("P4M");
  EXPECT_NE(Refusal(delivered), "");
  delivered = Good();
  delivered.onward = {};
  EXPECT_NE(Refusal(delivered), "");
  delivered.onward = {"b", "c"};
  EXPECT_NE(Refusal(delivered), "");
}

TEST(CheckDeliveredTest, RefusesAClosedCell) {
  Delivered delivered = Good();
  delivered.purpose = "q";
  EXPECT_NE(Refusal(delivered), "");
  delivered = Good();
  delivered.facts.erase("listed");
  EXPECT_NE(Refusal(delivered), "");
}

}  // namespace
}  // namespace schakel::covenant
