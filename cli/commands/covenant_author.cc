// `schakel covenant prepare|verify`: what a covenant is and how far it is, before any node knows
// it. Files only, no node; the signing in between is in covenant_sign.cc.
#include <algorithm>
#include <map>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/covenant_file.h"
#include "cli/files.h"
#include "cli/home.h"
#include "cli/text.h"
#include "node/base/ids.h"
#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/covenant/author.h"
#include "node/covenant/tests.h"
#include "node/covenant/trust.h"
#include "node/statement/types.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct PrepareArguments {
  std::string covenant;  // the template
  std::vector<std::string> parties;
  std::vector<std::string> auditors;
  std::string from;
  std::string until;
  std::string review_by;
  std::string lineage;
  std::vector<std::string> documents;
  std::string output;
};

struct VerifyArguments {
  std::string covenant;
  std::vector<std::string> statements;
};

Wrong CheckDocument(const std::string& value) {
  const size_t equals = value.find('=');
  const bool good =
      equals != std::string::npos && IsName(value.substr(0, equals)) && equals + 1 < value.size();
  return good ? Wrong{} : Wrong{"is geen ID=BESTAND of ID=SHA256", "is no ID=FILE or ID=SHA256"};
}

// Precondition: the option's check has passed.
Result<Day> ParseDay(const std::string& text) {
  return TRY(ParseIsoDate(text)).Earliest();
}

Outcome<void> AddHolders(const std::vector<std::string>& paths,
                         bool auditors,
                         covenant::PrepareOptions& options) {
  for (const std::string& path : paths) {
    const PartyFile party =
        TRY(Hinted(ReadPartyFile(path), "give the party.json that `schakel init` made"));
    if (party.auditor != auditors) {
      return UsageFailure(path + " is of " + (party.auditor ? "an auditor" : "a party"),
                          "give parties with --party and auditors with --auditor");
    }
    if (!options.holders
             .try_emplace(party.id, covenant::PrepareOptions::Holder{party.roots, party.threshold})
             .second) {
      return UsageFailure("'" + party.id + "' is given twice", "give each party.json once");
    }
  }
  return {};
}

Outcome<covenant::PrepareOptions> OptionsFrom(const PrepareArguments& arguments, Entropy& entropy) {
  covenant::PrepareOptions options;
  options.lineage =
      arguments.lineage.empty() ? MakeUuidV4(entropy) : TRY(ParseUuid(arguments.lineage));
  options.from = TRY(ParseDay(arguments.from));
  options.until = TRY(ParseDay(arguments.until));
  if (!arguments.review_by.empty()) options.review_by = TRY(ParseDay(arguments.review_by));
  TRY(AddHolders(arguments.parties, /*auditors=*/false, options));
  TRY(AddHolders(arguments.auditors, /*auditors=*/true, options));
  for (const std::string& text : arguments.documents) {
    const size_t equals = text.find('=');
    options.documents[text.substr(0, equals)] =
        TRY(Hinted(HashOfDocument(text.substr(equals + 1)), "give the file, or its SHA-256"));
  }
  return options;
}

// Every finding, with its place; the JSON form for tools.
Exit ShowFindings(Context& context,
                  const std::string& file,
                  const std::vector<canon::Finding>& findings) {
  Value::Array list;
  for (const canon::Finding& finding : findings) {
    context.Warn(canon::ToString(finding));
    list.push_back(Value::Object{{"file", finding.file},
                                 {"line", finding.position.line},
                                 {"column", finding.position.column},
                                 {"id", finding.id},
                                 {"message", finding.message},
                                 {"fix", finding.fix}});
  }
  const std::string message = file + " cannot be signed: " + std::to_string(findings.size()) +
                              (findings.size() == 1 ? " finding" : " findings");
  const std::string hint = "mend the places named above; nothing was written";
  if (!context.json()) return context.Show(Failure{Exit::kFailed, "malformed", message, hint});
  return context.Show(
      Value::Object{
          {"error", Value::Object{{"code", "malformed"}, {"message", message}, {"hint", hint}}},
          {"findings", std::move(list)}},
      "",
      Exit::kFailed);
}

// A template may state a document's hash itself; then the file must be that document.
Outcome<void> CheckDocuments(const covenant::Document& document,
                             const covenant::PrepareOptions& options) {
  for (const auto& [id, hash] : options.documents) {
    if (document.documents.at(id).sha256 == hash) continue;
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kConflict),
                   "the template states another SHA-256 for document '" + id + "'",
                   "give the document that it means, or write `sha256: fill` in the template"};
  }
  return {};
}

Outcome<Exit> Prepare(Context& context, const PrepareArguments& arguments) {
  const std::string text =
      TRY(Hinted(ReadFile(arguments.covenant, kMaxCovenantBytes), "check the path"));
  const covenant::PrepareOptions options = TRY(OptionsFrom(arguments, context.entropy()));
  const covenant::AuthoredCovenant authored = covenant::Prepare(text, arguments.covenant, options);
  if (!authored.document) return ShowFindings(context, arguments.covenant, authored.findings);
  for (const canon::Finding& finding : authored.findings)
    context.Warn(canon::ToString(finding));
  const covenant::Document& document = *authored.document;
  TRY(CheckDocuments(document, options));
  auto usable = covenant::LoadForUse(document.canonical);
  if (!usable) {
    Failure failure = FromError(usable.error());
    failure.message = arguments.covenant + ": " + failure.message;
    failure.hint = "mend the rules or the test; no node activates a covenant whose tests fail";
    return failure;
  }
  TRY(Hinted(WriteNewFile(arguments.output, document.canonical, FileMode::kPublic),
             "name a file that is not there yet"));
  const std::string hash = EncodeHex(document.hash);
  const Value value(Value::Object{{"file", arguments.output},
                                  {"hash", hash},
                                  {"lineage", ToString(document.lineage)},
                                  {"title", document.title},
                                  {"version", document.version},
                                  {"tests", static_cast<int64_t>(document.tests.size())}});
  Lines table;
  table.Add("covenant", document.title + ", version " + std::to_string(document.version));
  table.Add("valid", LocalDay(document.valid_from) + " to " + LastDay(document.valid_until));
  table.Add("lineage", ToString(document.lineage));
  table.Add("tests", std::to_string(document.tests.size()) + " in the covenant, all passed");
  table.Add("file", arguments.output);
  table.Add("hash", hash);
  return context.Show(value,
                      "Ready to sign.\n" + table.Text() +
                          "Next, each party: schakel covenant sign " + Printable(arguments.output) +
                          " --home HOME -o DIR\n");
}

// Who signed and who did not, as a value and as lines.
struct Roll {
  Value::Array signers;
  Value::Object fingerprints;  // of the parties' roots
  std::vector<std::string> missing;
  report::Table table{{"who", "accept", "keys", "fingerprint of the roots"}};
};

int Given(const std::map<std::string, int>& signatures, const std::string& id) {
  const auto found = signatures.find(id);
  return found == signatures.end() ? 0 : found->second;
}

// "accepted", or how many of the signatures are still to come.
std::string Progress(int given, int needed, const char* done) {
  if (given >= needed) return done;
  return "MISSING " + std::to_string(needed - given) + " of " + std::to_string(needed);
}

Roll CallRoll(const covenant::Document& document, const Standing& standing) {
  Roll roll;
  const auto add = [&](const std::string& id, bool auditor, const auto& holder) {
    const int accepts = Given(standing.accepts, id);
    const int delegations = Given(standing.delegations, id);
    const int needed = holder.threshold;
    const bool accepted = auditor || accepts >= needed;
    const bool delegated = delegations >= needed;
    if (!accepted || !delegated) roll.missing.push_back(id);
    Value::Object signatures{{"needed", needed}, {"delegation", delegations}};
    if (!auditor) signatures["accept"] = accepts;
    roll.signers.push_back(Value::Object{{"id", id},
                                         {"auditor", auditor},
                                         {"accepted", !auditor && accepted},
                                         {"delegated", delegated},
                                         {"signatures", std::move(signatures)}});
    const std::string fingerprint = covenant::RootFingerprint(holder.roots);
    if (!auditor) roll.fingerprints[id] = fingerprint;
    roll.table.Add({{id},
                    {auditor ? "auditor" : Progress(accepts, needed, "accepted")},
                    {Progress(delegations, needed, "delegated")},
                    {fingerprint}});
  };
  for (const auto& [id, party] : document.parties)
    add(id, /*auditor=*/false, party);
  for (const auto& [id, auditor] : document.auditors)
    add(id, /*auditor=*/true, auditor);
  return roll;
}

Outcome<Exit> Verify(Context& context, const VerifyArguments& arguments) {
  const auto loaded = TRY(LoadCovenant(arguments.covenant));
  const covenant::Document& document = loaded->document();
  const auto statements =
      TRY(Hinted(ReadStatements(arguments.statements), "the folders hold signed statements only"));
  const Standing standing = StandingOf(document, statements, context.clock().Now());
  Roll roll = CallRoll(document, standing);
  Value::Array wrong;
  for (const Standing::Wrong& file : standing.wrong) {
    wrong.push_back(Value::Object{{"file", file.path}, {"message", file.why}});
    context.Warn(file.path + ": " + file.why);
  }
  std::string verdict = "Complete. Next, each node: schakel covenant activate\n";
  Exit exit = Exit::kDone;
  if (!roll.missing.empty()) {
    verdict = "Incomplete: wait for " + Joined(roll.missing) + "\n";
    if (!standing.partial.empty()) {
      verdict +=
          "Counted are root signatures in one file. Next, each other root of that party:\n"
          "schakel covenant cosign; then bring them together: schakel covenant merge\n";
    }
    exit = Exit::kIncomplete;
  }
  if (!standing.wrong.empty()) {
    verdict = "Some files are not what they say, see above: take them out, ask for new ones\n";
    exit = Exit::kFailed;
  }
  Lines lines;
  lines.Add("hash", EncodeHex(document.hash));
  lines.Add("tests", std::to_string(document.tests.size()) + " in the covenant, all passed");
  const std::string text = Printable(document.title) + ", version " +
                           std::to_string(document.version) + "\n" + lines.Text() +
                           roll.table.Write(context.paper()) + verdict;
  const Value value(
      Value::Object{{"hash", EncodeHex(document.hash)},
                    {"version", document.version},
                    {"tests", static_cast<int64_t>(document.tests.size())},
                    {"complete", exit == Exit::kDone},
                    {"signers", std::move(roll.signers)},
                    {"fingerprints", std::move(roll.fingerprints)},
                    {"missing", Value::Array(roll.missing.begin(), roll.missing.end())},
                    {"wrong", std::move(wrong)}});
  return context.Show(value, text, exit);
}

Command PrepareCommand() {
  const auto arguments = std::make_shared<PrepareArguments>();
  Command command;
  command.name = "covenant prepare";
  command.purpose = {"maak uit een sjabloon de bytes die de partijen ondertekenen",
                     "make the bytes that the parties sign, from a template"};
  command.options = {
      {"TEMPLATE",
       "",
       "a covenant as YAML, `fill` where something is put in",
       &arguments->covenant,
       true},
      {"--party", "FILE", "a party's party.json", &arguments->parties, true},
      {"--auditor", "FILE", "an auditor's party.json", &arguments->auditors},
      {"--from", "DAY", "first day", &arguments->from, true, CheckDay},
      {"--until", "DAY", "last day", &arguments->until, true, CheckDay},
      {"--review-by", "DAY", "when it is looked at again", &arguments->review_by, false, CheckDay},
      {"--lineage", "UUID", "default: a new one", &arguments->lineage, false, CheckUuid},
      {"--document",
       "ID=FILE",
       "a paper document, or ID=SHA256",
       &arguments->documents,
       false,
       CheckDocument},
      {"-o,--output", "FILE", "the covenant to write", &arguments->output, true}};
  command.notes =
      "Everything wrong with the template is told with its file, line and column. The covenant's "
      "own tests must pass.";
  command.examples = {"schakel covenant prepare policies/veldrijk.yaml \\",
                      "  --party politie/party.json gemeente/party.json \\",
                      "  --auditor audit/party.json --from 2026-11-24 \\",
                      "  --until 2026-12-31 --review-by 2026-12-01 -o covenant.json"};
  command.run = [arguments](Context& context) { return Prepare(context, *arguments); };
  return command;
}

Command VerifyCommand() {
  const auto arguments = std::make_shared<VerifyArguments>();
  Command command;
  command.name = "covenant verify";
  command.purpose = {
      "toon wie ondertekende en wie ontbreekt, en draai de proeven van het convenant",
      "show who signed, who is missing, and run the covenant's own tests"};
  command.options = {
      {"COVENANT", "", "what `covenant prepare` made", &arguments->covenant, true},
      {"--statements", "DIR", "folder with signed statements", &arguments->statements, true}};
  command.examples = {"schakel covenant verify covenant.json --statements signed"};
  command.run = [arguments](Context& context) { return Verify(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantPrepareCommands() {
  return {PrepareCommand()};
}

std::vector<Command> CovenantVerifyCommands() {
  return {VerifyCommand()};
}

}  // namespace schakel::cli
