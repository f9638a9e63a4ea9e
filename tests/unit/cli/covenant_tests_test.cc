// `covenant test`: tables, coverage, JUnit.
#include <gmock/gmock.h>

#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class CovenantTestsTest : public CliTest {
 protected:
  std::string Written(const std::string& name, const std::string& text) {
    std::ofstream(In(name), std::ios::binary) << text;
    return In(name);
  }
  [[nodiscard]] static std::string Table() {
    return (std::filesystem::path(SCHAKEL_POLICY).parent_path() / "veldrijk-proeven.csv").string();
  }
};

constexpr const char* kHead = "name;from;to;category;facts.step;facts.wpg;decision;by\n";

TEST_F(CovenantTestsTest, ATableRunsBesideTheTestsInside) {
  const Ran ran = Run({"covenant", "test", SCHAKEL_POLICY, "--table", Table(), "--json"});
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.out << ran.err;
  const auto value = canon::ParseJson(ran.out);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*value->Find("failed")->AsInt(), 0);
  const canon::Value& last = value->Find("tests")->AsArray()->back();
  EXPECT_EQ(*last.Find("name")->AsString(), "J01: consent false");
  EXPECT_EQ(*last.Find("where")->AsString(), Table() + ":171");
  EXPECT_EQ(value->Find("coverage"), nullptr);
}

TEST_F(CovenantTestsTest, ARowThatIsAnsweredOtherwiseFails) {
  const std::string table = Written("t.csv",
                                    std::string(kHead) +
                                        "goed;politie;gemeente;signaal;1;8;permit;G01\n"
                                        "fout;politie;gemeente;signaal;1;9;permit;G01\n");
  const Ran ran = Run({"covenant", "test", SCHAKEL_POLICY, "--table", table});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.out,
              HasSubstr("MISLUKT  fout\n         verwacht decision permit; by [G01]; "
                        "kreeg decision deny; by [X2]\n"));
  EXPECT_THAT(ran.out, HasSubstr(", 1 mislukt\n"));
  EXPECT_THAT(Run({"covenant", "test", SCHAKEL_POLICY, "--table", table, "--lang", "en"}).out,
              HasSubstr("FAILED   fout\n         expected decision permit"));
}

TEST_F(CovenantTestsTest, ATableThatCannotBeReadRunsNothing) {
  const std::string table = Written("t.csv",
                                    std::string(kHead) +
                                        "x;politie;gemeente;signaal;9;8;permit;G01\n"
                                        "y;politie;gemeente;signal;1;8;permit;G01\n");
  const Ran ran = Run({"covenant", "test", SCHAKEL_POLICY, "--table", table});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("t.csv:2:5: error E302 `step` has no value `9`"));
  EXPECT_THAT(ran.err, HasSubstr("t.csv:3:4: error E302 unknown category `signal`"));
  EXPECT_EQ(Run({"covenant", "test", SCHAKEL_POLICY, "--table", In("none.csv")}).exit,
            Exit::kFailed);
}

TEST_F(CovenantTestsTest, CoverageIsToldAndHeldAgainstAMinimum) {
  const Ran ran = Run({"covenant", "test", SCHAKEL_POLICY, "--coverage", "--json"});
  const auto value = canon::ParseJson(ran.out);
  ASSERT_TRUE(value.ok());
  const canon::Value& coverage = *value->Find("coverage");
  const int64_t percent = *coverage.Find("percent")->AsInt();
  // Every rule of the covenant to start from decides a test in it.
  EXPECT_EQ(*coverage.Find("rules")->Find("seen")->AsInt(),
            *coverage.Find("rules")->Find("all")->AsInt());
  for (const auto& [least, exit] : {std::pair{percent - 1, Exit::kDone},
                                    std::pair{percent, Exit::kDone},
                                    std::pair{percent + 1, Exit::kFailed}}) {
    EXPECT_EQ(
        Run({"covenant", "test", SCHAKEL_POLICY, "--coverage-min", std::to_string(least)}).exit,
        exit)
        << least;
  }
  const Ran too_little = Run({"covenant", "test", SCHAKEL_POLICY, "--coverage-min", "100"});
  EXPECT_THAT(too_little.out, HasSubstr("Te weinig dekking: "));
  EXPECT_THAT(too_little.out, Not(HasSubstr("nooit")));
  EXPECT_THAT(Run({"covenant", "test", SCHAKEL_POLICY, "--coverage"}).out,
              HasSubstr("\nDekking " + std::to_string(percent) + "%: regels "));
  EXPECT_EQ(Run({"covenant", "test", SCHAKEL_POLICY, "--coverage-min", "101"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"covenant", "test", SCHAKEL_POLICY, "--coverage-min", "-1"}).exit, Exit::kUsage);
}

TEST_F(CovenantTestsTest, TheTestsOfTheModelReachEveryRule) {
  const std::string model =
      (std::filesystem::path(SCHAKEL_POLICY).parent_path() / "model.yaml").string();
  const Ran ran = Run({"covenant", "test", model, "--coverage", "--json"});
  const auto value = canon::ParseJson(ran.out);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*value->Find("failed")->AsInt(), 0);
  const canon::Value& rules = *value->Find("coverage")->Find("rules");
  EXPECT_GT(*rules.Find("all")->AsInt(), 100);
  EXPECT_EQ(*rules.Find("seen")->AsInt(), *rules.Find("all")->AsInt());
}

TEST_F(CovenantTestsTest, ATableAddsToWhatIsCovered) {
  const auto percent = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"covenant", "test", SCHAKEL_POLICY, "--coverage", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ran ran = Run(arguments);
    const auto value = canon::ParseJson(ran.out);
    return value.ok() ? *value->Find("coverage")->Find("outcomes")->Find("seen")->AsInt() : -1;
  };
  const std::string table =
      Written("t.csv", std::string(kHead) + "x;politie;gemeente;signaal;;;deny;\n");
  EXPECT_GT(percent({"--table", table}), percent({}));
}

TEST_F(CovenantTestsTest, TheTableOfTheCovenantToStartFromReachesEverything) {
  EXPECT_EQ(
      Run({"covenant", "test", SCHAKEL_POLICY, "--table", Table(), "--coverage-min", "100"}).exit,
      Exit::kDone);
}

TEST_F(CovenantTestsTest, JUnitNamesEveryTestAndIsNeverWrittenOver) {
  const std::string table =
      Written("t.csv",
              std::string(kHead) +
                  "\"een <\"\"naam\"\"> & meer\";politie;gemeente;signaal;1;9;permit;G01\n");
  const std::vector<std::string> arguments{"covenant",
                                           "test",
                                           SCHAKEL_POLICY,
                                           "--table",
                                           table,
                                           "--junit",
                                           In("out.xml"),
                                           "--lang",
                                           "en"};
  EXPECT_EQ(Run(arguments).exit, Exit::kFailed);
  const std::string xml = ReadAll(In("out.xml"));
  EXPECT_THAT(xml,
              testing::StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"));
  EXPECT_THAT(xml, HasSubstr("failures=\"1\""));
  EXPECT_THAT(xml,
              HasSubstr("t.csv:2\" name=\"een &lt;&quot;naam&quot;&gt; &amp; meer\">\n"
                        "      <failure message=\"expected decision permit; by [G01]; got decision "
                        "deny; by [X2]\"/>\n    </testcase>\n"));
  EXPECT_THAT(xml, HasSubstr("name=\"no names in step 2A\"/>\n"));
  const Ran again = Run(arguments);
  EXPECT_THAT(again.err, HasSubstr("out.xml"));
  EXPECT_EQ(again.out, "");
}

TEST_F(CovenantTestsTest, QuestionsGoWithoutTheOtherOptions) {
  const std::string questions = Written("q.jsonl", "");
  for (const std::vector<std::string>& option :
       std::vector<std::vector<std::string>>{{"--coverage"},
                                             {"--coverage-min", "1"},
                                             {"--table", Table()},
                                             {"--junit", In("x.xml")},
                                             {"--never", "never any gets any"}}) {
    std::vector<std::string> arguments{"covenant", "test", SCHAKEL_POLICY, "--ask", questions};
    EXPECT_EQ(Run(arguments).exit, Exit::kDone);
    arguments.insert(arguments.end(), option.begin(), option.end());
    EXPECT_EQ(Run(arguments).exit, Exit::kUsage) << option.front();
  }
}

}  // namespace
}  // namespace schakel::cli
