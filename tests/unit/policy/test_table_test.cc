#include "node/policy/test_table.h"

#include <gmock/gmock.h>

#include "node/covenant/tests.h"
#include "tests/unit/policy/rules.h"

namespace schakel::policy {
namespace {

using covenant::Between;
using covenant::InDocumentTest;
using testing::ElementsAre;
using testing::IsEmpty;

const covenant::Document& Small() {
  static const covenant::Document document =
      covenant::MustRead(covenant::MiniYaml(Text({}) + DenyText("D1", "when: {sealed: true}")));
  return document;
}

std::vector<std::string> Findings(const std::string& csv) {
  std::vector<std::string> out;
  for (const canon::Finding& finding : ReadTestTable(Small(), csv, "t.csv").findings)
    out.push_back(canon::ToString(finding));
  return out;
}

TEST(TestTableTest, ReadsAQuestionAndAnAnswerPerRow) {
  const TestTable table = ReadTestTable(
      Small(),
      "name;from;to;purpose;category;facts.age;facts.sealed;facts.role;present;approved;now;"
      "decision;code;fields.naam;fields.datum;withheld;by;retain;onward;approval;nearest;failed\n"
      "one;a;b;p;k;12..14;false;dader;naam datum;true;2026-03-01;"
      "permit;;plain;month;soort tekst;K1;P6M;-;;;\n"
      "\n"
      ";a;b;p;k;11;unknown;;-;;;deny;FACT_UNKNOWN;;;;D1;;;;K1;age sealed\n",
      "t.csv");
  EXPECT_THAT(table.findings, IsEmpty());
  ASSERT_EQ(table.tests.size(), 2U);
  const InDocumentTest& one = table.tests[0].test;
  EXPECT_EQ(table.tests[0].line, 2);
  EXPECT_EQ(one.name, "one");
  EXPECT_EQ(one.facts.at("age"), Between(12, 14));
  EXPECT_EQ(one.facts.at("sealed"), covenant::Is(false));
  EXPECT_EQ(one.facts.at("role"), covenant::Is("dader"));
  EXPECT_EQ(one.present, (std::set<std::string>{"naam", "datum"}));
  EXPECT_TRUE(one.approved);
  EXPECT_EQ(one.now, FirstInstantOf(Day{std::chrono::year{2026} / 3 / 1}, Zone::kAmsterdam));
  EXPECT_EQ(one.expect.decision, "permit");
  EXPECT_FALSE(one.expect.code);
  ASSERT_TRUE(one.expect.fields);
  EXPECT_EQ(one.expect.fields->size(), 2U);
  EXPECT_EQ(ToString(one.expect.fields->at("datum")), "month");
  EXPECT_EQ(one.expect.withheld, (std::set<std::string>{"soort", "tekst"}));
  EXPECT_EQ(one.expect.by, (std::vector<std::string>{"K1"}));
  EXPECT_EQ(ToString(*one.expect.retain), "P6M");
  EXPECT_EQ(one.expect.onward, std::set<std::string>{});
  const InDocumentTest& two = table.tests[1].test;
  EXPECT_EQ(table.tests[1].line, 4);
  EXPECT_EQ(two.name, "t.csv:4");
  EXPECT_FALSE(two.facts.contains("sealed"));
  EXPECT_FALSE(two.facts.contains("role"));
  EXPECT_EQ(two.present, std::set<std::string>{});
  EXPECT_FALSE(two.approved);
  EXPECT_FALSE(two.now);
  EXPECT_FALSE(two.expect.fields);
  EXPECT_FALSE(two.expect.onward);
  EXPECT_EQ(two.expect.code, "FACT_UNKNOWN");
  EXPECT_EQ(two.expect.nearest, "K1");
  EXPECT_EQ(two.expect.failed, (std::vector<std::string>{"age", "sealed"}));
}

TEST(TestTableTest, RunsAsATestInsideTheCovenant) {
  const auto covenant = covenant::MustCompile(Small());
  const TestTable table = ReadTestTable(Small(),
                                        "from,to,purpose,category,facts.age,facts.sealed,decision,"
                                        "fields\n"
                                        "a,b,p,k,12,false,permit,naam=plain datum=month\n"
                                        "a,b,p,k,12,false,permit,naam=plain\n"
                                        "a,b,p,k,12,false,permit,-\n",
                                        "t.csv");
  ASSERT_EQ(table.tests.size(), 3U);
  EXPECT_FALSE(covenant::RunTest(*covenant, table.tests[0].test));
  const auto failure = covenant::RunTest(*covenant, table.tests[1].test);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->expected, "fields [naam: plain]");
  EXPECT_EQ(failure->got, "fields [datum: month, naam: plain]");
  EXPECT_EQ(covenant::RunTest(*covenant, table.tests[2].test)->expected, "fields []");
}

TEST(TestTableTest, EveryColumnThatMeansNothingIsNamed) {
  EXPECT_THAT(
      Findings("from;to;category;decison;facts.agee;fields.nam;from\na;b;k;permit;1;x;a\n"),
      ElementsAre(
          testing::StartsWith("t.csv:1:4: error E301 unknown column `decison`; name, from, to"),
          testing::StartsWith("t.csv:1:5: error E301 unknown column `facts.agee`"),
          testing::StartsWith("t.csv:1:6: error E301 unknown column `fields.nam`"),
          testing::StartsWith("t.csv:1:7: error E301 a second column `from`"),
          testing::StartsWith("t.csv:1:1: error E301 the column `decision` is missing")));
}

TEST(TestTableTest, EveryCellThatMeansNothingIsNamedWithItsPlace) {
  const std::string head = "from;to;purpose;category;decision;";
  const std::string row = "a;b;p;k;permit;";
  for (const auto& [column, cell, said] : std::vector<std::array<std::string, 3>>{
           {"facts.age", "twaalf", "a whole number"},
           {"facts.sealed", "ja", "`sealed` is true, false or unknown"},
           {"facts.role", "baas", "`role` has no value `baas`"},
           {"approved", "x", "must be `true` or `false`"},
           {"now", "1-2-2026", "must be a day; write it as 2026-12-31"},
           {"code", "NO_RULE", "only a deny has a code"},
           {"fields", "naam", "`naam` is no field and its form"},
           {"fields", "nam=plain", "unknown field `nam`"},
           {"fields.naam", "heel", "unknown form `heel`"},
           {"withheld", "nam", "unknown field `nam`"},
           {"by", "K1 K2", "unknown rule `K2`"},
           {"nearest", "K2", "unknown rule `K2`"},
           {"failed", "old", "unknown fact `old`"},
           {"onward", "d", "unknown party `d`"},
           {"retain", "half a year", "is not a period"}}) {
    SCOPED_TRACE(column);
    const auto findings = Findings(head + column + "\n" + row + cell + "\n");
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_THAT(findings[0], testing::StartsWith("t.csv:2:6: error E302 "));
    EXPECT_THAT(findings[0], testing::HasSubstr(said));
  }
  EXPECT_THAT(Findings(head + "\n"), ElementsAre(testing::HasSubstr("unknown column ``")));
  EXPECT_THAT(Findings("from;to;purpose;category;decision\nz;b;p;k;maybe\n"),
              ElementsAre("t.csv:2:1: error E302 unknown party `z`",
                          "t.csv:2:5: error E302 unknown decision `maybe`"));
  // The small covenant has two purposes, so one has to be named.
  EXPECT_THAT(Findings("from;to;category;decision\na;b;k;permit\n"),
              ElementsAre("t.csv:2:1: error E302 `purpose` is empty"));
}

TEST(TestTableTest, RowsThatCannotBeReadAreToldAndTheOthersRead) {
  const TestTable table =
      ReadTestTable(Small(),
                    "name;from;to;purpose;category;decision\nx;a;b;p;k\nx;a;b;p;k;permit\n"
                    "x;a;b;p;k;permit\ny;a;b;p;k;deny\n",
                    "t.csv");
  EXPECT_EQ(table.tests.size(), 2U);
  ASSERT_EQ(table.findings.size(), 2U);
  EXPECT_THAT(canon::ToString(table.findings[0]), testing::StartsWith("t.csv:2:1: error E303 5"));
  EXPECT_EQ(canon::ToString(table.findings[1]),
            "t.csv:4:1: error E303 `x` is the name of an earlier test");
  EXPECT_THAT(Findings(""), ElementsAre(testing::StartsWith("t.csv:1:1: error E303")));
}

}  // namespace
}  // namespace schakel::policy
