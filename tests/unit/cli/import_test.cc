#include <gmock/gmock.h>

#include "cli/text.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::HasSubstr;

class ImportTest : public CliTest {
 protected:
  ImportTest() {
    ActAs("jansen");
    WriteAll(In("incidenten.csv"), "sleutel;datum\r\n1;01-02-2026\r\n");
    WriteAll(In("incidenten.yaml"), "category: incident\n");
  }
  static Value Report(int skipped, const Value::Array& errors) {
    return Value::Object{{"complete", skipped == 0},
                         {"rows", 212 + skipped},
                         {"new", 200},
                         {"revised", 2},
                         {"unchanged", 10},
                         {"skipped", skipped},
                         {"doubtful", 0},
                         {"error_count", static_cast<int64_t>(errors.size())},
                         {"errors", errors}};
  }
  Ran Import(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {
        "import", In("incidenten.csv"), "--mapping", In("incidenten.yaml")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
};

TEST_F(ImportTest, SendsTheFileAsItIsWithItsMapping) {
  std::string large;
  for (int i = 0; i < 300'000; ++i)
    large += static_cast<char>(i * 7 % 251);
  WriteAll(In("incidenten.csv"), large);
  node.Answer("import", Report(0, {}));
  const Ran ran = Import();
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(node.only().file, large);
  EXPECT_EQ(node.only().params,
            Value(Value::Object{{"mapping", "category: incident\n"},
                                {"mapping_name", In("incidenten.yaml")},
                                {"file_name", In("incidenten.csv")},
                                {"dry_run", false}}));
  EXPECT_THAT(ran.out, HasSubstr("212 rijen: 200 nieuw, 2 gewijzigd, 10 gelijk, 0 overgeslagen"));
  EXPECT_EQ(ran.err, "");
}

TEST_F(ImportTest, ABadRowIsNamedAndIsExitOne) {
  node.Answer("import",
              Report(1,
                     {Value::Object{{"file", "incidenten.csv"},
                                    {"line", 17},
                                    {"column", 4},
                                    {"name", "datum"},
                                    {"reason", "this day does not exist"}}}));
  const Ran ran = Import();
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_EQ(ran.err, "incidenten.csv:17:4: datum: this day does not exist\n");
  EXPECT_THAT(ran.out, HasSubstr("1 overgeslagen"));
  EXPECT_THAT(ran.out, HasSubstr("lees het bestand opnieuw in"));
}

TEST_F(ImportTest, WhatIsWrongWithAPlaceIsSaidInDutchAndInEnglish) {
  node.Answer("import",
              Report(2,
                     {Value::Object{{"file", "incidenten.csv"},
                                    {"line", 17},
                                    {"column", 4},
                                    {"name", "datum"},
                                    {"reason", "no date, or a day that does not exist"},
                                    {"id", "import_date"},
                                    {"arguments", Value::Object{}}},
                      Value::Object{{"file", "incidenten.yaml"},
                                    {"line", 3},
                                    {"column", 1},
                                    {"name", "M001"},
                                    {"reason", "unknown key 'soort'; did you mean 'source'?"},
                                    {"fix", "did you mean 'source'?"},
                                    {"id", "mapping_key_unknown"},
                                    {"arguments", Value::Object{{"key", "soort"}}}}}));
  EXPECT_EQ(Import().err,
            "incidenten.csv:17:4: datum: geen datum, of een dag die niet bestaat\n"
            "incidenten.yaml:3:1: M001: onbekende sleutel 'soort'; bedoelt u 'source'?\n");
  EXPECT_EQ(Import({"--lang", "en"}).err,
            "incidenten.csv:17:4: datum: no date, or a day that does not exist\n"
            "incidenten.yaml:3:1: M001: unknown key 'soort'; did you mean 'source'?\n");
}

TEST_F(ImportTest, ErrorsBeyondTheListAreCounted) {
  Value report = Report(
      3, {Value::Object{{"file", "f"}, {"line", 1}, {"column", 0}, {"name", ""}, {"reason", "r"}}});
  (*report.AsObject())["error_count"] = 3;
  node.Answer("import", report);
  const Ran ran = Import();
  EXPECT_EQ(ran.err, "f:1:0: r\nen nog 2\n");
}

TEST_F(ImportTest, JsonIsTheNodesReportAndNothingElse) {
  node.Answer("import", Report(1, {}));
  const Ran ran = Import({"--json"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_EQ(Json(ran), Report(1, {}));
  EXPECT_EQ(ran.err, "");
}

TEST_F(ImportTest, ADryRunSaysSo) {
  node.Answer("import", Report(0, {}));
  const Ran ran = Import({"--dry-run"});
  EXPECT_TRUE(BoolOf(node.only().params, "dry_run"));
  EXPECT_THAT(ran.out, HasSubstr("er is niets bewaard"));
}

TEST_F(ImportTest, DoubtfulPersonsArePointedOut) {
  Value report = Report(0, {});
  (*report.AsObject())["doubtful"] = 2;
  node.Answer("import", report);
  EXPECT_THAT(Import().out, HasSubstr("2 personen zijn misschien iemand die al bekend is"));
}

TEST_F(ImportTest, AnEmptyFileIsSentToo) {
  WriteAll(In("incidenten.csv"), "");
  node.Answer("import", Report(0, {}));
  EXPECT_EQ(Import().exit, Exit::kDone);
  EXPECT_EQ(node.only().file, "");
}

TEST_F(ImportTest, NothingIsSentWithoutFileOrMapping) {
  EXPECT_EQ(Run({"import"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"import", In("incidenten.csv")}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"import", "--mapping", In("incidenten.yaml")}).exit, Exit::kUsage);
  EXPECT_EQ(Import({"--template", "incident"}).exit, Exit::kUsage);
  const Ran no_file = Run({"import", In("none.csv"), "--mapping", In("incidenten.yaml")});
  EXPECT_EQ(no_file.exit, Exit::kFailed);
  EXPECT_THAT(no_file.err, HasSubstr("none.csv"));
  EXPECT_EQ(Run({"import", In(""), "--mapping", In("incidenten.yaml")}).exit, Exit::kFailed);
  const Ran no_mapping = Run({"import", In("incidenten.csv"), "--mapping", In("none.yaml")});
  EXPECT_EQ(no_mapping.exit, Exit::kFailed);
  EXPECT_THAT(no_mapping.err, HasSubstr("--template"));
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(ImportTest, TheTemplateIsAMappingToBeginWith) {
  node.Answer("import.template",
              Value::Object{{"mapping", "category: incident\nsource: x\n"}, {"header", "a;b"}});
  const Ran ran = Run({"import", "--template", "incident"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(TextOf(node.only().params, "category"), "incident");
  EXPECT_EQ(ran.out, "# kop van de CSV: a;b\ncategory: incident\nsource: x\n");
  EXPECT_EQ(TextOf(Json(Run({"import", "--template", "incident", "--json"})), "mapping"),
            "category: incident\nsource: x\n");
}

}  // namespace
}  // namespace schakel::cli
