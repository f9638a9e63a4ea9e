// `schakel covenant prepare|verify`: what a covenant is and how far it is, before any node knows
// it. Files only, no node; the signing in between is in covenant_sign.cc.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>

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
#include "node/policy/diff.h"
#include "node/policy/space.h"
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
  std::string previous;
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

Outcome<void> AddHolders(const Context& context,
                         const std::vector<std::string>& paths,
                         bool auditors,
                         covenant::PrepareOptions& options) {
  for (const std::string& path : paths) {
    const PartyFile party = TRY(Hinted(ReadPartyFile(path), context.Say(Message::kGivePartyFile)));
    if (party.auditor != auditors) {
      return UsageFailure(
          context.Say(party.auditor ? Message::kOfAnAuditor : Message::kOfAParty, {{"file", path}}),
          context.Say(Message::kBothWays));
    }
    if (!options.holders
             .try_emplace(party.id, covenant::PrepareOptions::Holder{party.roots, party.threshold})
             .second) {
      return UsageFailure(context.Say(Message::kGivenTwice, {{"party", party.id}}),
                          context.Say(Message::kGivenTwiceHint));
    }
  }
  return {};
}

Outcome<covenant::PrepareOptions> OptionsFrom(const Context& context,
                                              const PrepareArguments& arguments) {
  covenant::PrepareOptions options;
  options.lineage =
      arguments.lineage.empty() ? MakeUuidV4(context.entropy()) : TRY(ParseUuid(arguments.lineage));
  if (!arguments.previous.empty()) {
    if (!arguments.lineage.empty()) {
      return UsageFailure("--previous and --lineage are both given",
                          "--previous brings the lineage along");
    }
    const auto previous = TRY(LoadCovenant(arguments.previous));
    options.lineage = previous->document().lineage;
    options.previous = previous->document().hash;
  }
  options.from = TRY(ParseDay(arguments.from));
  options.until = TRY(ParseDay(arguments.until));
  if (!arguments.review_by.empty()) options.review_by = TRY(ParseDay(arguments.review_by));
  TRY(AddHolders(context, arguments.parties, /*auditors=*/false, options));
  TRY(AddHolders(context, arguments.auditors, /*auditors=*/true, options));
  for (const std::string& text : arguments.documents) {
    const size_t equals = text.find('=');
    options.documents[text.substr(0, equals)] =
        TRY(Hinted(HashOfDocument(text.substr(equals + 1)), context.Say(Message::kDocumentHint)));
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
  const std::string message = context.Say(
      Message::kTemplateWrong, {{"file", file}, {"count", std::to_string(findings.size())}});
  const std::string hint = context.Say(Message::kMendFindings);
  if (!context.json()) return context.Show(Failure{Exit::kFailed, "malformed", message, hint});
  return context.Show(
      Value::Object{
          {"error", Value::Object{{"code", "malformed"}, {"message", message}, {"hint", hint}}},
          {"findings", std::move(list)}},
      "",
      Exit::kFailed);
}

std::string TitleOf(const Context& context, const covenant::Document& document) {
  return context.Say(Message::kTitleVersion,
                     {{"title", document.title}, {"version", std::to_string(document.version)}});
}

std::string TestsOf(const Context& context, const covenant::Document& document) {
  return context.Say(document.tests.size() == 1 ? Message::kTestPassed : Message::kTestsPassed,
                     {{"count", std::to_string(document.tests.size())}});
}

// A template may state a document's hash itself; then the file must be that document.
Outcome<void> CheckDocuments(const Context& context,
                             const covenant::Document& document,
                             const covenant::PrepareOptions& options) {
  for (const auto& [id, hash] : options.documents) {
    if (document.documents.at(id).sha256 == hash) continue;
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kConflict),
                   context.Say(Message::kDocumentDiffers, {{"document", id}}),
                   context.Say(Message::kDocumentDiffersHint)};
  }
  return {};
}

// What the next version does to what goes: narrowing, widening, mixed, neutral.
Outcome<std::string> ChangeOf(const covenant::Covenant& previous, const covenant::Document& next) {
  const auto compiled = TRY(covenant::Covenant::Compile(next));
  const std::array<const covenant::Covenant*, 2> both{&previous, compiled.get()};
  TRY(policy::CheckAskable(both));
  return std::string(policy::NameOf(policy::Compare(previous, *compiled).direction));
}

std::string ClassText(const std::string& direction, Language language) {
  HelpText text("niets aan wat gaat", "nothing of what goes");
  if (direction == "narrowing") text = {"er gaat alleen minder", "only less goes"};
  if (direction == "widening") text = {"er gaat alleen meer", "only more goes"};
  if (direction == "mixed") text = {"er gaat minder en meer", "less goes, and more"};
  return std::string(text.In(language)) + HelpText(" (klasse ", " (class ").In(language) +
         direction + ")";
}

Outcome<Exit> Prepare(Context& context, const PrepareArguments& arguments) {
  const std::string text = TRY(ReadFile(arguments.covenant, kMaxCovenantBytes));
  const covenant::PrepareOptions options = TRY(OptionsFrom(context, arguments));
  const covenant::AuthoredCovenant authored = covenant::Prepare(text, arguments.covenant, options);
  if (!authored.document) return ShowFindings(context, arguments.covenant, authored.findings);
  for (const canon::Finding& finding : authored.findings)
    context.Warn(canon::ToString(finding));
  const covenant::Document& document = *authored.document;
  TRY(CheckDocuments(context, document, options));
  std::optional<std::string> change;
  if (!arguments.previous.empty()) {
    const auto previous = TRY(LoadCovenant(arguments.previous));
    TRY(Hinted(covenant::CheckSuccession(previous->document(), document),
               "write `version: " + std::to_string(previous->document().version + 1) +
                   "` and `previous: fill` in the template"));
    change = TRY(ChangeOf(*previous, document));
  }
  auto usable = covenant::LoadForUse(document.canonical);
  if (!usable) {
    return context.About(arguments.covenant, usable.error(), context.Say(Message::kMendTests));
  }
  TRY(Hinted(WriteNewFile(arguments.output, document.canonical, FileMode::kPublic),
             context.Say(Message::kNewFileHint)));
  const std::string hash = EncodeHex(document.hash);
  Value::Object value{{"file", arguments.output},
                      {"hash", hash},
                      {"lineage", ToString(document.lineage)},
                      {"title", document.title},
                      {"version", document.version},
                      {"tests", static_cast<int64_t>(document.tests.size())}};
  Lines table;
  table.Add(context.Say(Message::kThisCovenant), TitleOf(context, document));
  table.Add(context.Say(Message::kValid),
            LocalDay(document.valid_from) + " " + context.Say(Message::kUpTo) + " " +
                LastDay(document.valid_until));
  table.Add(context.Say(Message::kLineage), ToString(document.lineage));
  table.Add(context.Say(Message::kTests), TestsOf(context, document));
  table.Add(context.Say(Message::kFile), arguments.output);
  table.Add(context.Say(Message::kHash), hash);
  if (change) {
    value["class"] = *change;
    table.Add(HelpText("verandert", "changes").In(context.language()),
              ClassText(*change, context.language()));
  }
  return context.Show(Value(std::move(value)),
                      context.Say(Message::kReadyToSign) + "\n" + table.Text() +
                          context.Say(Message::kNextEachParty, {{"file", arguments.output}}) +
                          "\n");
}

// Who signed and who did not, as a value and as lines.
struct Roll {
  explicit Roll(const Context& context)
      : table({context.Say(Message::kWho),
               context.Say(Message::kAccept),
               context.Say(Message::kKeys),
               context.Say(Message::kFingerprintOfRoots)}) {}

  Value::Array signers;
  Value::Object fingerprints;  // of the parties' roots
  std::vector<std::string> missing;
  report::Table table;
};

int Given(const std::map<std::string, int>& signatures, const std::string& id) {
  const auto found = signatures.find(id);
  return found == signatures.end() ? 0 : found->second;
}

// "accepted", or how many of the signatures are still to come.
std::string Progress(const Context& context, int given, int needed, Message done) {
  if (given >= needed) return context.Say(done);
  return context.Say(
      Message::kMissingOf,
      {{"count", std::to_string(needed - given)}, {"needed", std::to_string(needed)}});
}

Roll CallRoll(const Context& context,
              const covenant::Document& document,
              const Standing& standing) {
  Roll roll(context);
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
                    {auditor ? "auditor" : Progress(context, accepts, needed, Message::kAccepted)},
                    {Progress(context, delegations, needed, Message::kDelegated)},
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
      TRY(Hinted(ReadStatements(arguments.statements), context.Say(Message::kStatementFolders)));
  const Standing standing = StandingOf(document, statements, context.clock().Now());
  Roll roll = CallRoll(context, document, standing);
  Value::Array wrong;
  for (const Standing::Wrong& file : standing.wrong) {
    wrong.push_back(Value::Object{{"file", file.path}, {"message", file.why.detail}});
    context.Warn(context.About(file.path, file.why).message);
  }
  std::string verdict = context.Tell(Message::kNextEachNode);
  Exit exit = Exit::kDone;
  if (!roll.missing.empty()) {
    verdict = context.Tell(Message::kRollIncomplete, {{"parties", Joined(roll.missing)}});
    if (!standing.partial.empty()) verdict += context.Tell(Message::kRollPartial);
    exit = Exit::kIncomplete;
  }
  if (!standing.wrong.empty()) {
    verdict = context.Tell(Message::kRollWrong);
    exit = Exit::kFailed;
  }
  Lines lines;
  lines.Add(context.Say(Message::kHash), EncodeHex(document.hash));
  lines.Add(context.Say(Message::kTests), TestsOf(context, document));
  const std::string text = TitleOf(context, document) + "\n" + lines.Text() +
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
      {{"SJABLOON", "TEMPLATE"},
       "",
       {"een convenant in YAML, `fill` waar iets wordt ingevuld",
        "a covenant as YAML, `fill` where something is put in"},
       &arguments->covenant,
       true},
      {"--party",
       {"BESTAND", "FILE"},
       {"de party.json van een partij", "a party's party.json"},
       &arguments->parties,
       true},
      {"--auditor",
       {"BESTAND", "FILE"},
       {"de party.json van een auditor", "an auditor's party.json"},
       &arguments->auditors},
      {"--from", {"DAG", "DAY"}, {"eerste dag", "first day"}, &arguments->from, true, CheckDay},
      {"--until", {"DAG", "DAY"}, {"laatste dag", "last day"}, &arguments->until, true, CheckDay},
      {"--review-by",
       {"DAG", "DAY"},
       {"wanneer het opnieuw wordt bekeken", "when it is looked at again"},
       &arguments->review_by,
       false,
       CheckDay},
      {"--lineage",
       {"UUID", "UUID"},
       {"de versiereeks (standaard: een nieuwe)", "default: a new one"},
       &arguments->lineage,
       false,
       CheckUuid},
      {"--previous",
       {"BESTAND", "FILE"},
       {"de versie hiervoor, zoals zij is ondertekend: dit wordt de volgende",
        "the version before, as it was signed: this becomes the next one"},
       &arguments->previous},
      {"--document",
       {"ID=BESTAND", "ID=FILE"},
       {"een papieren document, of ID=SHA256", "a paper document, or ID=SHA256"},
       &arguments->documents,
       false,
       CheckDocument},
      {"-o,--output",
       {"BESTAND", "FILE"},
       {"waar het convenant komt", "the covenant to write"},
       &arguments->output,
       true}};
  command.notes = {
      "Alles wat niet klopt aan het sjabloon wordt genoemd met bestand, regel en kolom, in het "
      "Engels. De proeven van het convenant moeten slagen.",
      "Everything wrong with the template is told with its file, line and column. The covenant's "
      "own tests must pass."};
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
  command.options = {{{"CONVENANT", "COVENANT"},
                      "",
                      {"wat `covenant prepare` maakte", "what `covenant prepare` made"},
                      &arguments->covenant,
                      true},
                     {"--statements",
                      {"MAP", "DIR"},
                      {"map met ondertekende verklaringen", "folder with signed statements"},
                      &arguments->statements,
                      true}};
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
