// `schakel covenant test`: the tests inside a covenant, what must never be, and questions in lines
// of JSON. No node, no key.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/covenant_ask.h"
#include "cli/context.h"
#include "cli/policy_file.h"
#include "cli/text.h"
#include "node/covenant/tests.h"
#include "node/policy/never.h"

namespace schakel::cli {
namespace {

using canon::Value;

std::string In(Language language, const char* dutch, const char* english) {
  return language == Language::kDutch ? dutch : english;
}

struct TestArguments {
  std::string covenant;
  std::vector<std::string> never;
  std::optional<std::string> ask;
};

struct Tested {
  Value::Array results;
  std::string text;
  int64_t passed = 0;
  int64_t failed = 0;

  void Add(const std::string& name, bool good, const std::string& why, Language language) {
    results.push_back(Value::Object{{"name", name}, {"passed", good}, {"detail", why}});
    ++(good ? passed : failed);
    if (good) return;
    text += In(language, "MISLUKT  ", "FAILED   ") + Printable(name) + "\n         " +
            Printable(why) + "\n";
  }
};

Outcome<Exit> Test(Context& context, const TestArguments& arguments) {
  if (arguments.ask) {
    if (arguments.never.empty()) return Ask(context, arguments.covenant, *arguments.ask);
    return UsageFailure(In(context.language(),
                           "--ask en --never gaan niet samen",
                           "--ask and --never do not go together"),
                        In(context.language(), "geef er een van", "give one of them"));
  }
  const Policy loaded = TRY(LoadPolicy(context, arguments.covenant));
  const covenant::Document& document = loaded.covenant->document();
  const Language language = context.language();
  std::map<std::string, covenant::TestFailure> failures;
  for (covenant::TestFailure& failure : covenant::RunTests(*loaded.covenant))
    failures.emplace(failure.name, std::move(failure));
  Tested tested;
  for (const covenant::InDocumentTest& test : document.tests) {
    const auto failure = failures.find(test.name);
    const bool good = failure == failures.end();
    tested.Add(test.name,
               good,
               good ? ""
                    : In(language, "verwacht ", "expected ") + failure->second.expected +
                          In(language, "; kreeg ", "; got ") + failure->second.got,
               language);
  }
  for (const std::string& text : arguments.never) {
    auto never = policy::ParseNever(text, document);
    if (!never) {
      return UsageFailure(text + ": " + never.error().detail,
                          "write --never \"never jongerenwerk gets incident\"");
    }
    const policy::Proof proof = policy::Prove(*loaded.covenant, *never);
    std::string why;
    if (proof.refuted) {
      why = proof.refuted->cell.from + " > " + proof.refuted->cell.to + " " +
            proof.refuted->cell.category + ": " + Joined(proof.refuted->by) + " " +
            In(language, "staat toe: ", "permits: ") + proof.refuted->example;
    } else {
      why = std::to_string(proof.questions) + In(language, " vragen gesteld", " questions asked");
    }
    tested.Add(text, !proof.refuted, why, language);
  }
  const std::string text = tested.text + std::to_string(tested.passed) +
                           In(language, " geslaagd, ", " passed, ") +
                           std::to_string(tested.failed) + In(language, " mislukt\n", " failed\n");
  return context.Show(Value::Object{{"passed", tested.passed},
                                    {"failed", tested.failed},
                                    {"tests", std::move(tested.results)}},
                      text,
                      tested.failed == 0 ? Exit::kDone : Exit::kFailed);
}

Command TestCommand() {
  const auto arguments = std::make_shared<TestArguments>();
  Command command;
  command.name = "covenant test";
  command.purpose = {"draai de proeven in een convenant, en bewijs wat nooit mag",
                     "run the tests in a covenant, and prove what must never be"};
  command.options = {{{"CONVENANT", "COVENANT"},
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
                     {"--ask",
                      {"BESTAND", "FILE"},
                      {"beantwoord vragen, een per regel JSON; - is standaardinvoer",
                       "answer questions, a line of JSON each; - is standard input"},
                      &arguments->ask}};
  command.notes = {
      "Een regel is: never PARTIJ gets CATEGORIE[.VELD] [as VORM] [from PARTIJ] [for DOEL] [when "
      "FEIT=WAARDE and ...]; "
      "`any` is iedereen of alles. "
      "Wat in een vraag en een antwoord staat: policies/README.md.",
      "An invariant is: never PARTY gets CATEGORY[.FIELD] [as FORM] [from PARTY] [for PURPOSE] "
      "[when FACT=VALUE and ...]; "
      "`any` is everybody or everything. "
      "What stands in a question and an answer: policies/README.md."};
  command.examples = {"schakel covenant test policies/veldrijk.yaml",
                      "schakel covenant test covenant.json \\",
                      "  --never \"never jongerenwerk gets incident\" \\",
                      "  --never \"never any gets any when age=0..11\"",
                      "schakel covenant test covenant.json --ask vragen.jsonl"};
  command.run = [arguments](Context& context) { return Test(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantTestCommands() {
  return {TestCommand()};
}

}  // namespace schakel::cli
