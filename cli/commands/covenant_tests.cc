// `schakel covenant test`: the tests inside a covenant and in tables, what they reach, what must
// never be, and questions in lines of JSON. No node, no key.
#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/covenant_ask.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/policy_file.h"
#include "cli/text.h"
#include "node/covenant/tests.h"
#include "node/policy/coverage.h"
#include "node/policy/never.h"
#include "node/policy/render.h"
#include "node/policy/test_table.h"

namespace schakel::cli {
namespace {

using canon::Value;

constexpr size_t kMaxTableBytes = 16 << 20;

std::string In(Language language, const char* dutch, const char* english) {
  return language == Language::kDutch ? dutch : english;
}

struct TestArguments {
  std::string covenant;
  std::vector<std::string> tables;
  std::vector<std::string> never;
  bool coverage = false;
  std::optional<int> coverage_min;
  std::optional<std::string> junit;
  std::optional<std::string> ask;
};

// One test that was run. `where` is the file that it stands in, or the option.
struct Ran {
  std::string where;
  std::string name;
  enum class Outcome {
    kPassed,
    kProved,  // an invariant
    kOpen,    // one of which the covenant cannot tell
    kFailed
  };
  Outcome outcome = Outcome::kFailed;
  std::string why;
  [[nodiscard]] bool good() const {
    return outcome == Outcome::kPassed || outcome == Outcome::kProved;
  }
};

Ran RunOne(const covenant::Covenant& covenant,
           const covenant::InDocumentTest& test,
           const std::string& where,
           Language language) {
  const auto failure = covenant::RunTest(covenant, test);
  if (!failure) return {where, test.name, Ran::Outcome::kPassed, ""};
  return {where,
          test.name,
          Ran::Outcome::kFailed,
          In(language, "verwacht ", "expected ") + failure->expected +
              In(language, "; kreeg ", "; got ") + failure->got};
}

// The tests of the tables, with their files; every finding is told, the first in the failure.
Outcome<std::vector<std::pair<std::string, covenant::InDocumentTest>>> ReadTables(
    Context& context, const std::vector<std::string>& paths, const covenant::Document& document) {
  std::vector<std::pair<std::string, covenant::InDocumentTest>> out;
  std::vector<canon::Finding> findings;
  for (const std::string& path : paths) {
    const std::string text = TRY(Hinted(ReadFile(path, kMaxTableBytes), "check the path"));
    policy::TestTable table = policy::ReadTestTable(document, text, path);
    std::move(table.findings.begin(), table.findings.end(), std::back_inserter(findings));
    for (policy::TableTest& test : table.tests)
      out.emplace_back(path + ":" + std::to_string(test.line), std::move(test.test));
  }
  if (findings.empty()) return out;
  for (const canon::Finding& finding : findings)
    context.Warn(Printable(canon::ToString(finding)));
  Failure failure;
  failure.code = ErrorCodeName(ErrorCode::kMalformed);
  failure.message = Printable(canon::ToString(findings.front()));
  failure.hint = In(context.language(),
                    "de kolommen staan in policies/README.md, \"Tabellen van proeven\"",
                    "the columns are in policies/README.md, \"Tables of tests\"");
  return failure;
}

Outcome<Ran> RunNever(const covenant::Covenant& covenant,
                      const std::string& text,
                      Language language) {
  auto never = policy::ParseNever(text, covenant.document());
  if (!never) {
    return UsageFailure(text + ": " + never.error().detail,
                        "write --never \"never jongerenwerk gets incident\"");
  }
  const policy::Proof proof = policy::Prove(covenant, *never);
  std::string why;
  if (!proof.refuted && !proof.untold.empty()) {
    for (const auto& [fact, categories] : proof.untold) {
      why += (why.empty() ? "" : "; ") + Joined({categories.begin(), categories.end()}) +
             In(language, ": dragen geen `", ": carry no `") + fact + "`";
    }
    return Ran{"--never", text, Ran::Outcome::kOpen, std::move(why)};
  }
  if (proof.refuted) {
    why = proof.refuted->cell.from + " > " + proof.refuted->cell.to + " " +
          proof.refuted->cell.category + In(language, ": mag door ", ": permitted by ") +
          Joined(proof.refuted->by, ", ") + In(language, " bij ", " with ") +
          policy::WitnessText(proof.refuted->example, language);
  } else if (proof.questions == 0) {
    why = In(language, "geen regel geeft zoiets", "no rule gives anything of the kind");
  } else {
    why = std::to_string(proof.questions) + In(language, " vragen gesteld", " questions asked");
  }
  return Ran{"--never",
             text,
             proof.refuted ? Ran::Outcome::kFailed : Ran::Outcome::kProved,
             std::move(why)};
}

std::string Xml(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// As JUnit writes it, which every build server reads.
std::string JUnit(const std::string& name, const std::vector<Ran>& all, size_t failed) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"" + Xml(name) +
      "\" tests=\"" + std::to_string(all.size()) + "\" failures=\"" + std::to_string(failed) +
      "\" errors=\"0\" skipped=\"0\">\n";
  for (const Ran& ran : all) {
    out += "    <testcase classname=\"" + Xml(ran.where) + "\" name=\"" + Xml(ran.name) + "\"";
    out += ran.good() ? "/>\n"
                      : ">\n      <failure message=\"" + Xml(ran.why) + "\"/>\n    </testcase>\n";
  }
  return out + "  </testsuite>\n</testsuites>\n";
}

struct Told {
  Value::Object value;
  std::string text;
  Exit exit = Exit::kDone;
};

Told Tell(const std::vector<Ran>& all, Language language) {
  Told told;
  Value::Array results;
  int64_t failed = 0;
  int64_t open = 0;
  const bool dutch = language == Language::kDutch;
  for (const Ran& ran : all) {
    results.push_back(Value::Object{
        {"where", ran.where}, {"name", ran.name}, {"passed", ran.good()}, {"detail", ran.why}});
    const char* word = "";
    switch (ran.outcome) {
      case Ran::Outcome::kPassed:
        continue;
      case Ran::Outcome::kProved:
        word = dutch ? "BEWEZEN  " : "PROVED   ";
        break;
      case Ran::Outcome::kOpen:
        ++open;
        word = dutch ? "NIET TE BEWIJZEN  " : "NOT PROVABLE  ";
        break;
      case Ran::Outcome::kFailed:
        ++failed;
        word = dutch ? "MISLUKT  " : "FAILED   ";
        break;
    }
    told.text +=
        std::string(word) + Printable(ran.name) + "\n         " + Printable(ran.why) + "\n";
  }
  const int64_t passed = static_cast<int64_t>(all.size()) - failed - open;
  told.text += std::to_string(passed) + In(language, " geslaagd, ", " passed, ") +
               std::to_string(failed) + In(language, " mislukt", " failed");
  if (open > 0) told.text += ", " + std::to_string(open) + In(language, " open", " open");
  told.text += "\n";
  told.value = {
      {"passed", passed}, {"failed", failed}, {"open", open}, {"tests", std::move(results)}};
  told.exit = failed > 0 ? Exit::kFailed : open > 0 ? Exit::kIncomplete : Exit::kDone;
  return told;
}

void TellCoverage(const policy::Coverage& coverage,
                  const TestArguments& arguments,
                  const Context& context,
                  Told& told) {
  if (!arguments.coverage && !arguments.coverage_min) return;
  told.value.emplace("coverage", policy::CoverageJson(coverage));
  if (arguments.coverage) {
    told.text += policy::CoverageText(coverage, context.language(), context.paper());
  }
  const int least = arguments.coverage_min.value_or(0);
  if (coverage.Percent() >= least) return;
  told.exit = Exit::kFailed;
  told.text += In(context.language(), "Te weinig dekking: ", "Too little coverage: ") +
               std::to_string(coverage.Percent()) +
               In(context.language(), "%, gevraagd is ", "%, asked for ") + std::to_string(least) +
               "%\n";
}

Outcome<Exit> Test(Context& context, const TestArguments& arguments) {
  const Language language = context.language();
  if (arguments.ask) {
    const bool alone = arguments.never.empty() && arguments.tables.empty() && !arguments.coverage &&
                       !arguments.coverage_min && !arguments.junit;
    if (alone) return Ask(context, arguments.covenant, *arguments.ask);
    return UsageFailure(
        In(language, "--ask gaat niet samen met de andere opties", "--ask goes without the others"),
        In(language, "geef er een van", "give one of them"));
  }
  if (arguments.coverage_min && (*arguments.coverage_min < 0 || *arguments.coverage_min > 100)) {
    return UsageFailure(
        In(language, "--coverage-min is 0 tot en met 100", "--coverage-min is 0 to 100"),
        In(language, "geef een percentage", "give a percentage"));
  }
  const Policy loaded = TRY(LoadPolicy(context, arguments.covenant));
  std::vector<covenant::InDocumentTest> tests = loaded.covenant->document().tests;
  std::vector<Ran> all;
  for (const covenant::InDocumentTest& test : tests)
    all.push_back(RunOne(*loaded.covenant, test, arguments.covenant, language));
  auto tables = TRY(ReadTables(context, arguments.tables, loaded.covenant->document()));
  for (auto& [where, test] : tables) {
    all.push_back(RunOne(*loaded.covenant, test, where, language));
    tests.push_back(std::move(test));
  }
  for (const std::string& text : arguments.never)
    all.push_back(TRY(RunNever(*loaded.covenant, text, language)));
  Told told = Tell(all, language);
  if (arguments.junit) {
    const auto failed = static_cast<size_t>(
        std::count_if(all.begin(), all.end(), [](const Ran& ran) { return !ran.good(); }));
    TRY(Hinted(
        WriteNewFile(*arguments.junit, JUnit(arguments.covenant, all, failed), FileMode::kPublic),
        "name a file that is not there yet"));
  }
  TellCoverage(policy::CoverageOf(*loaded.covenant, tests), arguments, context, told);
  return context.Show(Value(std::move(told.value)), told.text, told.exit);
}

Command TestCommand() {
  const auto arguments = std::make_shared<TestArguments>();
  Command command;
  command.name = "covenant test";
  command.purpose = {"draai de proeven in een convenant, en bewijs wat nooit mag",
                     "run the tests in a covenant, and prove what must never be"};
  command.options = {
      {{"CONVENANT", "COVENANT"},
       "",
       {"convenant: YAML of JSON", "a covenant: YAML or JSON"},
       &arguments->covenant,
       true},
      {"--never",
       {"REGEL", "INVARIANT"},
       {"wat niemand ooit mag krijgen; bewezen of weerlegd",
        "what nobody may ever get; proved or refuted"},
       &arguments->never,
       false,
       nullptr,
       true},
      {"--table",
       {"BESTAND", "FILE"},
       {"ook de proeven in deze tabel (CSV)", "the tests in this table (CSV) too"},
       &arguments->tables,
       false,
       nullptr,
       true},
      {"--coverage",
       "",
       {"toon welke regels en voorwaarden geen proef raakt",
        "show which rules and conditions no test reaches"},
       &arguments->coverage},
      {"--coverage-min",
       {"PROCENT", "PERCENT"},
       {"exitcode 1 als de dekking lager is", "exit code 1 when less is covered"},
       &arguments->coverage_min},
      {"--junit",
       {"BESTAND", "FILE"},
       {"schrijf de uitslag ook als JUnit-XML", "write the results as JUnit XML too"},
       &arguments->junit},
      {"--ask",
       {"BESTAND", "FILE"},
       {"beantwoord vragen, een per regel JSON; - is standaardinvoer",
        "answer questions, a line of JSON each; - is standard input"},
       &arguments->ask}};
  command.notes = {
      "Een regel is: never PARTIJ gets CATEGORIE[.VELD] [as VORM] [from PARTIJ] [for DOEL] [when "
      "FEIT=WAARDE and ...]; "
      "`any` is iedereen of alles. "
      "De kolommen van een tabel, en wat in een vraag en een antwoord staat: policies/README.md.",
      "An invariant is: never PARTY gets CATEGORY[.FIELD] [as FORM] [from PARTY] [for PURPOSE] "
      "[when FACT=VALUE and ...]; "
      "`any` is everybody or everything. "
      "The columns of a table, and what stands in a question and an answer: policies/README.md."};
  command.examples = {"schakel covenant test policies/veldrijk.yaml",
                      "schakel covenant test covenant.json \\",
                      "  --never \"never jongerenwerk gets incident\" \\",
                      "  --never \"never any gets any when age=0..11\"",
                      "schakel covenant test policies/veldrijk.yaml --table proeven.csv \\",
                      "  --coverage --coverage-min 80 --junit uitslag.xml",
                      "schakel covenant test covenant.json --ask vragen.jsonl"};
  command.run = [arguments](Context& context) { return Test(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantTestCommands() {
  return {TestCommand()};
}

}  // namespace schakel::cli
