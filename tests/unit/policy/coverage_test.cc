#include "node/policy/coverage.h"

#include <gmock/gmock.h>

#include "node/canon/json.h"
#include "tests/unit/policy/rules.h"

namespace schakel::policy {
namespace {

using covenant::Between;
using covenant::Is;
using covenant::Truth;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

covenant::InDocumentTest Asked(covenant::Facts facts) {
  covenant::InDocumentTest test;
  test.from = "a";
  test.to = "b";
  test.purpose = "p";
  test.category = "k";
  test.facts = std::move(facts);
  return test;
}

constexpr const char* kMore = "\n    retain: P6M";

Coverage Covered(const std::string& rules, const std::vector<covenant::InDocumentTest>& tests) {
  const auto covenant = covenant::Mini(rules);
  return CoverageOf(*covenant, tests);
}

TEST(CoverageTest, NothingIsReachedWithoutTests) {
  const Coverage coverage = Covered(Text({}) + DenyText("D1", "when: {sealed: true}"), {});
  EXPECT_EQ(coverage.Rules().seen, 0U);
  EXPECT_EQ(coverage.Rules().all, 2U);
  EXPECT_EQ(coverage.Outcomes().all, 6U);
  EXPECT_EQ(coverage.Percent(), 0);
}

TEST(CoverageTest, APermitIsReachedWhenSomethingGoesByIt) {
  const std::string rules = Text({}) + DenyText("D1", "when: {sealed: true}");
  // Its condition is true, and the deny stops it all the same.
  Coverage coverage = Covered(rules, {Asked({{"age", Between(12, 12)}, {"sealed", Is(true)}})});
  EXPECT_FALSE(coverage.rules[0].reached);
  EXPECT_TRUE(coverage.rules[1].reached);
  EXPECT_THAT(coverage.rules[0].conditions[0].seen, UnorderedElementsAre(Truth::kTrue));
  coverage = Covered(rules, {Asked({{"age", Between(12, 12)}, {"sealed", Is(false)}})});
  EXPECT_TRUE(coverage.rules[0].reached);
  EXPECT_FALSE(coverage.rules[1].reached);
  // A deny that bites because nothing is known is not one that holds.
  coverage = Covered(rules, {Asked({{"age", Between(11, 12)}})});
  EXPECT_FALSE(coverage.rules[0].reached);
  EXPECT_FALSE(coverage.rules[1].reached);
  EXPECT_THAT(coverage.rules[0].conditions[0].seen, UnorderedElementsAre(Truth::kUnknown));
}

TEST(CoverageTest, AllOutcomesAreAHundredPercent) {
  const std::string rules = Text({}) + DenyText("D1", "when: {sealed: true}");
  std::vector<covenant::InDocumentTest> tests{
      Asked({{"age", Between(12, 12)}, {"sealed", Is(false)}}),
      Asked({{"age", Between(11, 11)}, {"sealed", Is(true)}}),
      Asked({{"age", Between(11, 12)}})};
  const Coverage whole = Covered(rules, tests);
  EXPECT_EQ(whole.Percent(), 100);
  EXPECT_EQ(canon::Write(CoverageJson(whole)),
            R"({"missing":[],"outcomes":{"all":6,"seen":6},"percent":100,)"
            R"("rules":{"all":2,"seen":2}})");
  tests.pop_back();
  const Coverage part = Covered(rules, tests);
  EXPECT_EQ(part.Percent(), 75);  // 6 of 8
  EXPECT_EQ(canon::Write(*CoverageJson(part).Find("missing")),
            R"([{"conditions":{"age":["unknown"]},"reached":true,"rule":"K1"},)"
            R"({"conditions":{"sealed":["unknown"]},"reached":true,"rule":"D1"}])");
}

TEST(CoverageTest, WhatEveryValueMeetsCannotFail) {
  for (const auto& [when, outcomes] :
       std::vector<std::pair<std::string, size_t>>{{"{age: {min: 0}}", 2},
                                                   {"{age: {min: 1}}", 3},
                                                   {"{age: {min: 0, max: 150}}", 3},
                                                   {"{size: {min: 0}}", 2},
                                                   {"{size: {min: 0, max: 99}}", 2},
                                                   {"{size: {max: 98}}", 3},
                                                   {"{role: [dader, getuige]}", 2},
                                                   {"{role: [dader]}", 3},
                                                   {"{step: {min: \"1\"}}", 2},
                                                   {"{step: {min: \"2\"}}", 3},
                                                   {"{step: {max: \"3\"}}", 2},
                                                   {"{sealed: false}", 3}}) {
    EXPECT_EQ(Covered(Text({.when = when}), {}).Outcomes().all, outcomes) << when;
  }
}

TEST(CoverageTest, TheFactThatABasisNeedsIsACondition) {
  const Coverage coverage = Covered(
      "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: asked, category: k}\n"
      "    fields: {naam: plain}",
      {Asked({{"consent", Is(true)}})});
  ASSERT_EQ(coverage.rules[0].conditions.size(), 1U);
  EXPECT_EQ(coverage.rules[0].conditions[0].fact, "consent");
  EXPECT_THAT(coverage.rules[0].conditions[0].seen, UnorderedElementsAre(Truth::kTrue));
}

TEST(CoverageTest, IsToldInBothLanguages) {
  const Coverage coverage =
      Covered(Text({.when = "{age: {min: 12}, sealed: false}", .more = kMore}) +
                  DenyText("D1", "when: {role: [getuige]}"),
              {Asked({{"age", Between(12, 12)}, {"sealed", Is(false)}, {"role", Is("dader")}})});
  EXPECT_EQ(CoverageText(coverage, report::Language::kDutch, {}),
            "Dekking 36%: regels 1 van 2, uitkomsten van voorwaarden 3 van 9\n"
            "  K1  age nooit onwaar of onbekend; sealed nooit onwaar of onbekend\n"
            "  D1  geldt in geen proef; role nooit waar of onbekend\n");
  EXPECT_THAT(CoverageText(coverage, report::Language::kEnglish, {}),
              HasSubstr("  D1  holds in no test; role never true or unknown\n"));
}

}  // namespace
}  // namespace schakel::policy
