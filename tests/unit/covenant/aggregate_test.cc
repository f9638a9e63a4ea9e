// Categories of counts: what may be declared, and what each fault says.
#include <gmock/gmock.h>

#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {
namespace {

using ::testing::HasSubstr;

constexpr const char* kCategories = R"(
  t: {about: group, aggregate: {of: k, date: datum, by: {soort: {field: soort}}, period: quarter}, min_cell: 5, fields: {periode: code, soort: code, aantal: code}}
  own: {about: group, aggregate: {by: [wijk], period: month, round: 10}, min_cell: 6, fields: {periode: code, wijk: code, aantal: code}}
  persoon:)";

constexpr const char* kRules = R"(
  - id: T1
    permit: {from: a, to: b, purpose: p, basis: open, category: t}
    when: {step: {min: "2"}}
    fields: {periode: plain, soort: plain, aantal: plain})";

std::string Yaml() {
  return Replaced(MiniYaml(kRules), "\n  persoon:", kCategories);
}

void ExpectFinding(const std::string& id,
                   const std::string& from,
                   const std::string& to,
                   const std::string& message) {
  SCOPED_TRACE(to);
  const std::string text = Yaml();
  ASSERT_NE(text.find(from), std::string::npos);
  const AuthoredCovenant authored = ReadYaml(Replaced(text, from, to), "klein.yaml");
  EXPECT_FALSE(authored.document.has_value());
  ASSERT_EQ(authored.findings.size(), 1U);
  EXPECT_EQ(authored.findings.front().id, id) << ToString(authored.findings.front());
  EXPECT_THAT(ToString(authored.findings.front()), HasSubstr(message));
}

TEST(AggregateTest, IsReadAsItStands) {
  const AuthoredCovenant authored = ReadYaml(Yaml(), "klein.yaml");
  ASSERT_TRUE(authored.document.has_value()) << ToString(authored.findings.front());
  const Aggregate& counted = *authored.document->categories.at("t").aggregate;
  EXPECT_EQ(counted.of, "k");
  EXPECT_EQ(counted.date, "datum");
  EXPECT_EQ(counted.by.at("soort").field, "soort");
  EXPECT_EQ(counted.by.at("soort").form.kind, FormKind::kPlain);
  EXPECT_EQ(counted.span, Aggregate::Span::kQuarter);
  EXPECT_EQ(counted.round, 5);
  EXPECT_EQ(counted.min_cell, 5);
  const Aggregate& own = *authored.document->categories.at("own").aggregate;
  EXPECT_EQ(own.of, "");
  EXPECT_EQ(own.round, 10);
  EXPECT_EQ(own.min_cell, 6);
  EXPECT_EQ(own.span, Aggregate::Span::kMonth);
  EXPECT_TRUE(own.by.contains("wijk"));
  EXPECT_FALSE(authored.document->categories.at("k").aggregate.has_value());
}

TEST(AggregateTest, TheCovenantsSmallestCellHoldsWhereTheCategoryHasNone) {
  const std::string text =
      Replaced(Replaced(Yaml(), "period: quarter}, min_cell: 5,", "period: quarter},"),
               "timezone: Europe/Amsterdam",
               "timezone: Europe/Amsterdam\nmin_cell: 4");
  const AuthoredCovenant authored = ReadYaml(text, "klein.yaml");
  ASSERT_TRUE(authored.document.has_value());
  EXPECT_EQ(authored.document->categories.at("t").aggregate->min_cell, 4);
}

TEST(AggregateTest, ACountNeedsASmallestCellAndIsNeverLooser) {
  ExpectFinding(
      "E102", "period: quarter}, min_cell: 5,", "period: quarter},", "needs a smallest cell");
  ExpectFinding("E104",
                "timezone: Europe/Amsterdam",
                "timezone: Europe/Amsterdam\nmin_cell: 6",
                "smaller than the covenant's 6");
  ExpectFinding("E104", "min_cell: 5,", "min_cell: 1,", "must lie between 2 and");
  ExpectFinding("E104", "period: quarter}", "period: quarter, round: 4}", "must lie between 5 and");
}

TEST(AggregateTest, SaysOfAGroupExactlyPeriodPartsAndCount) {
  ExpectFinding("E104", "t: {about: group", "t: {about: person", "a count is about the group");
  ExpectFinding("E105",
                "fields: {periode: code, soort: code, aantal: code}",
                "fields: {periode: code, soort: code, aantal: code, naam: name}",
                "a count has no field `naam`");
  ExpectFinding("E104",
                "fields: {periode: code, soort: code, aantal: code}",
                "fields: {periode: date, soort: code, aantal: code}",
                "must be a code");
  ExpectFinding("E102",
                "fields: {periode: code, wijk: code, aantal: code}",
                "fields: {wijk: code, aantal: code}",
                "needs the field `periode`");
  ExpectFinding("E104",
                "fields: {periode: code, wijk: code, aantal: code}",
                "fields: {periode: code, wijk: code, aantal: code}, meta: {rol: code}",
                "a count has none");
  ExpectFinding("E104",
                "g: {about: group,",
                "g: {about: group, min_cell: 5,",
                "only a count has a smallest cell");
}

TEST(AggregateTest, CountsAKnownCategoryByItsCodes) {
  ExpectFinding("E105", "{of: k,", "{of: kk,", "unknown category `kk`");
  ExpectFinding("E104",
                "{of: k, date: datum, by: {soort: {field: soort}}",
                "{of: own, date: datum, by: {soort: {field: wijk}}",
                "itself a count");
  ExpectFinding("E105", "{field: soort}", "{field: sort}", "unknown field `sort`");
  ExpectFinding("E112", "{field: soort}", "{field: naam}", "split by a code");
  ExpectFinding("E112", "{field: soort}", "{field: soort, form: month}", "no form `month`");
  ExpectFinding("E105", "{field: soort}", "{field: soort, form: ruw}", "unknown form `ruw`");
  ExpectFinding("E105", "period: quarter", "period: week", "unknown period `week`");
  ExpectFinding("E102", "date: datum, ", "", "`date`");
  ExpectFinding("E105", "date: datum, ", "date: datm, ", "unknown field `datm`");
  ExpectFinding("E112", "date: datum, ", "date: soort, ", "must be a date");
}

TEST(AggregateTest, ARuleThatReadsARecordDoesNotApplyToACount) {
  ExpectFinding("E117",
                "    when: {step: {min: \"2\"}}\n    fields: {periode",
                "    when: {role: [dader]}\n    fields: {periode",
                "does not declare the source");
}

}  // namespace
}  // namespace schakel::covenant
