#include <gmock/gmock.h>
#include <sys/stat.h>

#include "cli/text.h"
#include "node/report/html.h"
#include "node/report/text.h"
#include "tests/unit/cli/harness.h"
#include "tests/unit/report/sample.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::HasSubstr;
using testing::Not;

class ScanTest : public CliTest {
 protected:
  ScanTest() { ActAs("deboer"); }

  static Value Partner(const std::string& party, const std::string& state) {
    return Value::Object{
        {"party", party},
        {"name", "De " + party},
        {"categories", Value::Array{"incident", "mutatie"}},
        {"persons", 6},
        {"left_out", 1},
        {"state", state},
        {"error", state == "no_answer" ? "no connection" : ""},
        {"discloses", Value::Array{"geboortedatum", "naam"}},
        {"at_most",
         Value::Object{
             {"incident",
              Value::Object{{"datum", "month"}, {"plaats", "coarse(buurt)"}, {"soort", "plain"}}},
             {"mutatie", Value::Object{}}}},
        {"cells",
         Value::Object{{"incident", Value::Object{{"state", "released"}, {"code", "OK"}}},
                       {"mutatie", Value::Object{{"state", "refused"}, {"code", "NO_RULE"}}}}},
        {"code", ""},
        {"releases", 17}};
  }
  Value Round(bool draft, bool incomplete, const Value::Array& partners) const {
    return Value::Object{{"ref", "VLD-2026-001/2"},
                         {"name", "De Hoek"},
                         {"names_persons", true},
                         {"list_version", 1},
                         {"draft", draft},
                         {"motivation", ""},
                         {"created", ToMillis(clock.now)},
                         {"incomplete", incomplete},
                         {"covenant",
                          Value::Object{{"title", "Convenant Veldrijk"},
                                        {"version", 3},
                                        {"parties", 4},
                                        {"valid_until", ToMillis(clock.now)}}},
                         {"partners", partners}};
  }
};

TEST_F(ScanTest, WithoutVerzendNothingIsSent) {
  node.Answer("scan.request", Round(true, false, {Partner("politie", "draft")}));
  const Ran ran = Run({"scan", "request", "VLD-2026-001"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(node.only().params, Value(Value::Object{{"ref", "VLD-2026-001"}, {"send", false}}));
  EXPECT_THAT(ran.out, HasSubstr("CONCEPT verzoek VLD-2026-001/2, nog niets verzonden\n"));
  EXPECT_THAT(ran.out, HasSubstr("De Hoek, namenlijst v1"));
  EXPECT_THAT(ran.out, HasSubstr("Convenant Veldrijk, versie 3, geldig t/m 15-06-2026"));
  EXPECT_THAT(ran.out, HasSubstr("aan politie: geboortedatum, naam van 6 personen"));
  EXPECT_THAT(ran.out, HasSubstr("datum (maand), plaats (buurt), soort  6, 1 niet"));
  EXPECT_THAT(ran.out, HasSubstr("mutatie    niets"));
  EXPECT_THAT(ran.out, HasSubstr("Motivering ontbreekt. Geef --motivering \"...\""));
  EXPECT_THAT(Run({"scan", "request", "VLD-2026-001", "--motivering", "Waarom"}).out,
              HasSubstr("Verder: hetzelfde met --verzend"));
  EXPECT_EQ(TextOf(node.calls.back().params, "motivation"), "Waarom");
}

TEST_F(ScanTest, ADraftShowsWhatIsLeftThisQuarterAndUntilWhenAnAnswerIsAwaited) {
  const auto with = [](Value partner, int64_t spent) {
    (*partner.AsObject())["budget"] =
        Value::Object{{"spent", spent}, {"left", 60 - spent}, {"limit", 60}};
    return partner;
  };
  Value round = Round(true, false, {with(Partner("politie", "draft"), 14)});
  (*round.AsObject())["answer_by"] = ToMillis(clock.now + std::chrono::days{14});
  node.Answer("scan.request", round);
  EXPECT_THAT(
      Run({"scan", "request", "VLD-2026-001"}).out,
      HasSubstr("\nBudget dit kwartaal: 14 van 60 personen. Antwoord uiterlijk 29-06-2026\nMotiv"));
  // Six are asked about: at what is left it is quiet, one below it is not.
  (*round.AsObject())["partners"] =
      Value::Array{with(Partner("politie", "draft"), 54), with(Partner("om", "draft"), 55)};
  node.Answer("scan.request", round);
  const std::string out = Run({"scan", "request", "VLD-2026-001"}).out;
  EXPECT_THAT(out, HasSubstr("Budget dit kwartaal, van 60 personen: politie 54, om 55."));
  EXPECT_THAT(out, HasSubstr("Let op: om heeft 5 personen over en u vraagt er 6;"));
  EXPECT_THAT(out, Not(HasSubstr("Let op: politie")));
  // A request that names nobody spends nothing.
  (*round.AsObject())["names_persons"] = false;
  node.Answer("scan.request", round);
  const std::string nobody = Run({"scan", "request", "VLD-2026-001"}).out;
  EXPECT_THAT(nobody, Not(HasSubstr("Budget")));
  EXPECT_THAT(nobody, HasSubstr("\nAntwoord uiterlijk 29-06-2026\n"));
}

TEST_F(ScanTest, ARequestThatNamesNobodySaysSo) {
  Value round = Round(true, false, {Partner("politie", "draft")});
  (*round.AsObject())["names_persons"] = false;
  (*round.AsObject())["list_version"] = 0;
  node.Answer("scan.request", round);
  const std::string out = Run({"scan", "request", "VLD-2026-001"}).out;
  EXPECT_THAT(out, HasSubstr("het verzoek noemt niemand"));
  EXPECT_THAT(out, Not(HasSubstr("namenlijst v")));
}

TEST_F(ScanTest, VerzendSendsAndShowsHowEveryPartnerStands) {
  Value round = Round(false, false, {Partner("politie", "answered"), Partner("om", "refused")});
  (*round.AsObject())["scan_version"] = 2;
  (*(*round.AsObject())["partners"].AsArray())[1].AsObject()->at("code") = "EXPIRED";
  node.Answer("scan.request", round);
  const Ran ran = Run({"scan", "request", "VLD-2026-001", "--motivering", "Waarom", "--verzend"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_TRUE(BoolOf(node.only().params, "send"));
  EXPECT_THAT(ran.out, HasSubstr("politie  geantwoord                 17"));
  EXPECT_THAT(ran.out, HasSubstr("om       geweigerd: termijn"));
  EXPECT_THAT(ran.out, HasSubstr("geweigerd, geen\n"));
  EXPECT_THAT(ran.out, HasSubstr("regel in het\n"));
  EXPECT_THAT(ran.out, HasSubstr("Beeld versie 2 is gemaakt"));
  EXPECT_EQ(ran.err, "");
}

TEST_F(ScanTest, AMissingPartnerIsExitThreeAndNamed) {
  node.Answer("scan.request",
              Round(false, true, {Partner("politie", "answered"), Partner("om", "no_answer")}));
  const Ran ran = Run({"scan", "request", "VLD-2026-001", "--motivering", "x", "--verzend"});
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_EQ(ran.err,
            "schakel: om heeft niet geantwoord (no connection)\n"
            "         zodra om bereikbaar is: schakel scan request VLD-2026-001/2 --verzend\n");
  EXPECT_THAT(ran.out, HasSubstr("om       geen antwoord"));
  const Ran json = RunJson({"scan", "request", "/2", "--verzend"});
  EXPECT_EQ(json.exit, Exit::kIncomplete);
  EXPECT_EQ(json.err, "");
  EXPECT_TRUE(BoolOf(Json(json), "incomplete"));
}

TEST_F(ScanTest, ARoundThatWasSentIsShownAsItStands) {
  node.Answer("scan.request", Round(false, false, {Partner("politie", "answered")}));
  const Ran ran = Run({"scan", "request", "VLD-2026-001/2"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_FALSE(BoolOf(node.only().params, "send"));
  EXPECT_THAT(ran.out, Not(HasSubstr("CONCEPT")));
  EXPECT_THAT(ran.out, HasSubstr("schakel scan show VLD-2026-001"));
}

TEST_F(ScanTest, AfterRoundOneTheListComesNext) {
  Value round = Round(false, false, {Partner("politie", "answered")});
  (*round.AsObject())["names_persons"] = false;
  node.Answer("scan.request", round);
  EXPECT_THAT(Run({"scan", "request", "VLD-2026-001", "--motivering", "x", "--verzend"}).out,
              HasSubstr("schakel group establish VLD-2026-001"));
}

TEST_F(ScanTest, ShowRendersTheReportInTheLanguage) {
  const report::ScanReport scan = report::sample::Report();
  node.Answer("scan.show", report::ToValue(scan));
  const Ran ran = Run({"scan", "show", "VLD-2026-003", "--versie", "2"});
  ASSERT_EQ(ran.exit, Exit::kIncomplete) << ran.err;  // jongerenwerk has not answered
  EXPECT_EQ(IntOf(node.only().params, "version"), 2);
  const report::ScanReport stored = *report::ParseScanReport(report::ToValue(scan));
  EXPECT_EQ(ran.out, report::WriteText(stored, {}));
  report::TextOptions english;
  english.language = Language::kEnglish;
  EXPECT_EQ(Run({"scan", "show", "VLD-2026-003", "--lang", "en"}).out,
            report::WriteText(stored, english));
  EXPECT_EQ(Json(RunJson({"scan", "show", "VLD-2026-003"})), report::ToValue(scan));
  EXPECT_EQ(Run({"scan", "show", "VLD-2026-003", "--versie", "0"}).exit, Exit::kUsage);
}

TEST_F(ScanTest, ShowAndExportSayByTheirExitWhetherEveryPartnerAnswered) {
  const auto exits = [&](const report::ScanReport& scan) {
    node.Answer("scan.show", report::ToValue(scan));
    return std::vector<Exit>{Run({"scan", "show", "VLD-2026-003"}).exit,
                             RunJson({"scan", "show", "VLD-2026-003"}).exit,
                             Run({"scan", "export", "VLD-2026-003", "-o", In("scan.html")}).exit};
  };
  report::ScanReport scan = report::sample::Report();
  ASSERT_FALSE(scan.Complete());
  EXPECT_EQ(exits(scan), std::vector<Exit>(3, Exit::kIncomplete));
  const auto answer = [](report::Stand& stand) {
    const bool open = stand == report::Stand::kNoAnswer || stand == report::Stand::kPending;
    if (open) stand = report::Stand::kNoResult;
  };
  for (report::Gap& gap : scan.gaps)
    answer(gap.stand);
  for (report::Person& person : scan.persons) {
    for (auto& [cell, stand] : person.cells)
      answer(stand);
  }
  ASSERT_TRUE(scan.Complete());
  EXPECT_EQ(exits(scan), std::vector<Exit>(3, Exit::kDone));
}

TEST_F(ScanTest, ColourOnATerminalOnly) {
  node.Answer("scan.show", report::ToValue(report::sample::Report()));
  EXPECT_THAT(Run({"scan", "show", "VLD-2026-003"}).out, Not(HasSubstr("\x1b")));
  environment.color = true;
  EXPECT_THAT(Run({"scan", "show", "VLD-2026-003"}).out, HasSubstr("\x1b["));
}

TEST_F(ScanTest, ExportWritesEachFormatForTheOwnerAlone) {
  const Value value = report::ToValue(report::sample::Report());
  const report::ScanReport stored = *report::ParseScanReport(value);
  node.Answer("scan.show", value);
  const auto written = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"scan", "export", "VLD-2026-003", "-o", In("scan")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ran ran = Run(arguments);
    EXPECT_EQ(ran.exit, Exit::kIncomplete) << ran.err;
    return ReadAll(In("scan"));
  };
  EXPECT_EQ(written({}), report::WriteHtml(stored, {}));
  EXPECT_EQ(written({"--format", "text"}), report::WriteText(stored, {}));
  EXPECT_EQ(*canon::ParseJson(written({"--format", "json"})), value);
  struct stat status {};
  ASSERT_EQ(stat(In("scan").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(Run({"scan", "export", "VLD-2026-003", "-o", In("x"), "--format", "pdf"}).exit,
            Exit::kUsage);
  EXPECT_EQ(Run({"scan", "export", "VLD-2026-003", "-o", In("none/x")}).exit, Exit::kFailed);
}

TEST_F(ScanTest, AReportThatIsNoneIsNotRendered) {
  node.Answer("scan.show", Value::Object{{"ref", "VLD-2026-003"}});
  EXPECT_EQ(Run({"scan", "show", "VLD-2026-003"}).exit, Exit::kFailed);
  EXPECT_EQ(Run({"scan", "export", "VLD-2026-003", "-o", In("x")}).exit, Exit::kFailed);
  EXPECT_FALSE(std::filesystem::exists(In("x")));
}

}  // namespace
}  // namespace schakel::cli
