// `schakel covenant lint|hash`: what is wrong or hardly meant in a covenant, with its place, and
// the hash that partners compare. No node, no key.
#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/policy_file.h"
#include "cli/text.h"
#include "node/base/date.h"
#include "node/canon/yaml.h"
#include "node/covenant/author.h"
#include "node/covenant/decide.h"
#include "node/policy/lint.h"
#include "node/policy/space.h"

namespace schakel::cli {
namespace {

using canon::Finding;
using canon::Value;

std::string In(Language language, const char* dutch, const char* english) {
  return language == Language::kDutch ? dutch : english;
}

constexpr size_t kMaxLookBytes = 16 << 20;

// ---- lint --------------------------------------------------------------------------------------

struct LintArguments {
  std::string covenant;
  bool strict = false;
};

struct Linted {
  std::vector<Finding> findings;
  std::map<std::string, std::set<std::string>> unreached;
  std::set<std::string> categories;  // all but guards, when the covenant could be read
};

Outcome<Linted> LintDocument(covenant::Document document,
                             const std::string& text,
                             const std::string& path) {
  const auto covenant = TRY(Hinted(covenant::Covenant::Compile(std::move(document)),
                                   "two rules contradict each other; see node/covenant/README.md"));
  const std::array<const covenant::Covenant*, 1> one{covenant.get()};
  TRY(Hinted(policy::CheckAskable(one), kTooMany));
  policy::LintReport report = policy::Lint(*covenant);
  Linted linted{
      covenant::PlaceRemarks(text, path, report.remarks), std::move(report.unreached), {}};
  for (const auto& [id, category] : covenant->document().categories) {
    if (!category.guard) linted.categories.insert(id);
  }
  return linted;
}

Outcome<Linted> LintFile(Context& context, const std::string& path) {
  // One that is too large is a finding with a place, not a file that cannot be read.
  std::string text = TRY(Hinted(ReadFile(path, kMaxLookBytes), "check the path"));
  if (path.ends_with(".json")) {
    if (text.ends_with('\n')) text.pop_back();
    covenant::AuthoredCovenant authored = covenant::ReadCanonical(text, path);
    if (!authored.document) return Linted{std::move(authored.findings), {}, {}};
    return LintDocument(std::move(*authored.document), text, path);
  }
  const Day today = DayOf(context.clock().Now(), Zone::kAmsterdam);
  covenant::DraftCovenant draft = covenant::ReadDraft(text, path, today);
  if (!draft.authored.document) return Linted{std::move(draft.authored.findings), {}, {}};
  return LintDocument(std::move(*draft.authored.document), text, path);
}

Value::Array FindingsJson(const std::vector<Finding>& findings) {
  Value::Array out;
  for (const Finding& finding : findings) {
    const bool error = finding.severity == Finding::Severity::kError;
    out.push_back(Value::Object{{"file", finding.file},
                                {"line", finding.position.line},
                                {"column", finding.position.column},
                                {"severity", error ? "error" : "warning"},
                                {"id", finding.id},
                                {"message", finding.message},
                                {"fix", finding.fix}});
  }
  return out;
}

// "1 fout, 2 waarschuwingen"
std::string Counted(Language language, int64_t errors, int64_t warnings) {
  return std::to_string(errors) +
         (errors == 1 ? In(language, " fout, ", " error, ")
                      : In(language, " fouten, ", " errors, ")) +
         std::to_string(warnings) +
         (warnings == 1 ? In(language, " waarschuwing\n", " warning\n")
                        : In(language, " waarschuwingen\n", " warnings\n"));
}

// Of each deny of any category that lacks some: those, or the others where these are fewer.
std::string UnreachedText(Language language, const Linted& linted, const report::Paper& paper) {
  if (linted.unreached.empty()) return "";
  std::string out = "\n";
  for (const std::string& line : report::Wrap(
           In(language,
              "Een verbod op elke soort geldt alleen voor een soort met het gegeven waarnaar "
              "het kijkt. Dat is geen fout. Is dit wat u bedoelt?",
              "A deny of any category holds only where the category has what the deny "
              "reads. That is no error. Is it what you mean?"),
           paper.width)) {
    out += line + "\n";
  }
  report::Table table;
  for (const auto& [rule, unreached] : linted.unreached) {
    std::set<std::string> reached;
    std::set_difference(linted.categories.begin(),
                        linted.categories.end(),
                        unreached.begin(),
                        unreached.end(),
                        std::inserter(reached, reached.end()));
    const bool few = reached.size() < unreached.size();
    const std::set<std::string>& named = few ? reached : unreached;
    table.Add({{rule},
               {(few ? In(language, "alleen ", "only ") : In(language, "niet ", "not ")) +
                Joined({named.begin(), named.end()}, ", ")}});
  }
  return out + table.Write(paper, 2);
}

// The last line: what to do next.
std::string NextText(Language language, const std::string& path, int64_t errors, int64_t warnings) {
  if (errors > 0) {
    return In(language,
              "\nVerder: verbeter de fouten. Een convenant met een fout is niet te gebruiken.\n",
              "\nNext: mend the errors. A covenant with an error cannot be used.\n");
  }
  if (warnings > 0) {
    return In(language,
              "\nVerder: lees de waarschuwingen. Zij houden het convenant niet tegen; met --strict "
              "wel.\n",
              "\nNext: read the warnings. They do not stop the covenant; with --strict they do.\n");
  }
  return In(language, "\nVerder: schakel covenant test ", "\nNext: schakel covenant test ") +
         Printable(path) + "\n";
}

Outcome<Exit> Lint(Context& context, const LintArguments& arguments) {
  const Linted linted = TRY(LintFile(context, arguments.covenant));
  const Language language = context.language();
  std::string text;
  int64_t errors = 0;
  for (const Finding& finding : linted.findings) {
    text += Printable(canon::ToString(finding)) + "\n";
    errors += finding.severity == Finding::Severity::kError ? 1 : 0;
  }
  const int64_t warnings = static_cast<int64_t>(linted.findings.size()) - errors;
  text += Counted(language, errors, warnings);
  Value::Object unreached;
  for (const auto& [rule, categories] : linted.unreached)
    unreached.emplace(rule, Value::Array(categories.begin(), categories.end()));
  text += UnreachedText(language, linted, context.paper()) +
          NextText(language, arguments.covenant, errors, warnings);
  const bool bad = errors > 0 || (arguments.strict && warnings > 0);
  return context.Show(Value::Object{{"errors", errors},
                                    {"warnings", warnings},
                                    {"findings", FindingsJson(linted.findings)},
                                    {"unreached", std::move(unreached)}},
                      text,
                      bad ? Exit::kFailed : Exit::kDone);
}

Command LintCommand() {
  const auto arguments = std::make_shared<LintArguments>();
  Command command;
  command.name = "covenant lint";
  command.purpose = {"zoek fouten in een convenant, en wat er staat maar niets doet",
                     "find what is wrong in a covenant, and what stands there and does nothing"};
  command.options = {{{"CONVENANT", "COVENANT"},
                      "",
                      {"convenant: YAML of JSON", "a covenant: YAML or JSON"},
                      &arguments->covenant,
                      true},
                     {"--strict",
                      "",
                      {"ook waarschuwingen geven exitcode 1", "warnings give exit code 1 too"},
                      &arguments->strict}};
  command.notes = {
      "Elke regel is plaats, soort, nummer, wat er staat en wat te doen. De nummers staan in "
      "node/canon/README.md (E001-), node/covenant/README.md (E100-) en node/policy/README.md "
      "(W201-).",
      "Each line is place, kind, id, what stands there and what to do. The ids are in "
      "node/canon/README.md (E001-), node/covenant/README.md (E100-) and node/policy/README.md "
      "(W201-)."};
  command.examples = {"schakel covenant lint policies/veldrijk.yaml",
                      "schakel covenant lint covenant.json --strict --json"};
  command.run = [arguments](Context& context) { return Lint(context, *arguments); };
  return command;
}

// ---- hash --------------------------------------------------------------------------------------

struct HashArguments {
  std::string covenant;
};

Outcome<covenant::Document> ReadFinished(Context& context, const std::string& path) {
  std::string text = TRY(Hinted(ReadCovenantFile(path), "check the path"));
  if (path.ends_with(".json")) {
    if (text.ends_with('\n')) text.pop_back();
    return Hinted(covenant::ParseDocument(text),
                  "give the file as `schakel covenant prepare` made it");
  }
  covenant::AuthoredCovenant authored = covenant::ReadYaml(text, path);
  if (authored.document) return std::move(*authored.document);
  for (const Finding& finding : authored.findings)
    context.Warn(Printable(canon::ToString(finding)));
  const bool unfilled = std::all_of(authored.findings.begin(),
                                    authored.findings.end(),
                                    [](const Finding& finding) { return finding.id == "E120"; });
  Failure failure;
  failure.code = ErrorCodeName(ErrorCode::kMalformed);
  failure.message =
      path + (unfilled ? " is a template: it has no hash yet" : " has no hash: it cannot be read");
  failure.hint = unfilled ? "fill it in with `schakel covenant prepare`, or give the JSON it made"
                          : "mend the places named above; schakel covenant lint tells them all";
  return failure;
}

Outcome<Exit> HashOf(Context& context, const HashArguments& arguments) {
  const covenant::Document document = TRY(ReadFinished(context, arguments.covenant));
  const std::string hash = EncodeHex(document.hash);
  return context.Show(Value::Object{{"file", arguments.covenant},
                                    {"hash", hash},
                                    {"title", document.title},
                                    {"version", document.version}},
                      hash + "\n");
}

Command HashCommand() {
  const auto arguments = std::make_shared<HashArguments>();
  Command command;
  command.name = "covenant hash";
  command.purpose = {"toon de hash van de bytes die de partijen ondertekenen",
                     "show the hash of the bytes that the parties sign"};
  command.options = {
      {{"CONVENANT", "COVENANT"},
       "",
       {"convenant: JSON, of YAML zonder `fill`", "a covenant: JSON, or YAML without `fill`"},
       &arguments->covenant,
       true}};
  command.examples = {"schakel covenant hash covenant.json"};
  command.run = [arguments](Context& context) { return HashOf(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantLintCommands() {
  return {LintCommand(), HashCommand()};
}

}  // namespace schakel::cli
