// `schakel covenant prepare|sign|verify`: what happens to a covenant before any node knows it.
// Files only, no node.
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

struct SignArguments {
  std::string covenant;
  int days = 89;
  std::string output;
};

struct VerifyArguments {
  std::string covenant;
  std::vector<std::string> statements;
};

std::string CheckDocument(const std::string& value) {
  const size_t equals = value.find('=');
  const bool good =
      equals != std::string::npos && IsName(value.substr(0, equals)) && equals + 1 < value.size();
  return good ? "" : "is no ID=FILE or ID=SHA256";
}

std::string CheckDays(const std::string& value) {
  const bool good = !value.empty() && value.size() <= 2 &&
                    value.find_first_not_of("0123456789") == std::string::npos &&
                    std::stoi(value) >= 1 && std::stoi(value) <= 90;
  return good ? "" : "is no number of days from 1 to 90";
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

// What signs for the home's party, and what it signs about.
struct Signer {
  PartyFile party;
  std::vector<crypto::SigningKey> roots;  // those the covenant lists
  std::string node;
  std::vector<std::string> addresses;
  std::vector<statement::DelegatedKey> keys;
};

// An auditor runs no node; its certificate still has a name.
std::string AuditorNode(std::string id) {
  std::replace(id.begin(), id.end(), '_', '-');
  return id;
}

Outcome<Signer> OpenSigner(const std::string& home, const covenant::Document& document) {
  Signer signer;
  signer.party = TRY(Hinted(ReadPartyFile(InFolder(home, "party.json")),
                            "give the folder that `schakel init` made: --home DIR"));
  const std::string& id = signer.party.id;
  std::vector<crypto::PublicKey> listed;
  int threshold = 0;
  if (const auto party = document.parties.find(id);
      !signer.party.auditor && party != document.parties.end()) {
    listed = party->second.roots;
    threshold = party->second.threshold;
  }
  if (const auto auditor = document.auditors.find(id);
      signer.party.auditor && auditor != document.auditors.end()) {
    listed = auditor->second.roots;
    threshold = auditor->second.threshold;
  }
  const Failure not_ours{Exit::kFailed,
                         ErrorCodeName(ErrorCode::kDenied),
                         "the covenant does not list the roots of '" + id + "' in this home",
                         "prepare it with " + InFolder(home, "party.json")};
  if (threshold == 0) return not_ours;
  for (crypto::SigningKey& root :
       TRY(Hinted(ReadRoots(home), "bring the root keys to " + InFolder(home, "roots")))) {
    if (std::find(listed.begin(), listed.end(), root.public_key()) != listed.end()) {
      signer.roots.push_back(std::move(root));
    }
  }
  if (signer.roots.empty()) return not_ours;
  if (static_cast<int>(signer.roots.size()) < threshold) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kDenied),
                   "'" + id + "' signs with " + std::to_string(threshold) + " roots and " +
                       std::to_string(signer.roots.size()) + " are here",
                   "bring the root keys to " + InFolder(home, "roots")};
  }
  const auto add = [&](const char* file, statement::KeyUse use) -> Result<void> {
    const auto key = TRY(ReadSigningKey(InFolder(InFolder(home, "keys"), file)));
    signer.keys.push_back({use, key.public_key()});
    return {};
  };
  TRY(add("statement.key", statement::KeyUse::kStatement));
  TRY(add("tls.key", statement::KeyUse::kTls));
  signer.node = AuditorNode(id);
  if (signer.party.auditor) return signer;
  TRY(add("log.key", statement::KeyUse::kLog));
  const NodeConfig config = TRY(ReadNodeConfig(home));
  signer.node = config.node;
  signer.addresses = config.addresses;
  return signer;
}

std::vector<const crypto::SigningKey*> Pointers(const std::vector<crypto::SigningKey>& keys) {
  std::vector<const crypto::SigningKey*> pointers;
  pointers.reserve(keys.size());
  for (const crypto::SigningKey& key : keys)
    pointers.push_back(&key);
  return pointers;
}

Outcome<Exit> Sign(Context& context, const SignArguments& arguments) {
  const std::string home = TRY(context.Home());
  const auto loaded = TRY(LoadCovenant(arguments.covenant));
  const covenant::Document& document = loaded->document();
  const Signer signer = TRY(OpenSigner(home, document));
  const std::string& id = signer.party.id;
  const Instant now = context.clock().Now();
  if (now >= document.valid_until) {
    return Failure{Exit::kFailed,
                   "EXPIRED",
                   "the covenant ended on " + LastDay(document.valid_until),
                   "prepare a new one"};
  }
  statement::Delegation delegation;
  delegation.lineage = document.lineage;
  delegation.party = id;
  delegation.node = signer.node;
  // Milliseconds rise over all that a party signs, without anybody keeping count.
  delegation.seq = ToMillis(now) + 1;
  delegation.signed_at = now;
  delegation.not_before = now;
  delegation.not_after =
      std::min<Instant>(now + std::chrono::days{arguments.days}, document.valid_until);
  delegation.addresses = signer.addresses;
  delegation.keys = signer.keys;
  TRY(statement::Delegation::Parse(delegation.ToValue()));
  TRY(MakeFolder(arguments.output));
  const std::string delegation_path = InFolder(arguments.output, id + ".delegation.json");
  const std::string accept_path = InFolder(arguments.output, id + ".accept.json");
  const std::string hint = "sign into another folder; statements are never written over";
  const auto keys = Pointers(signer.roots);
  if (!signer.party.auditor) {
    statement::Accept accept;
    accept.party = id;
    accept.lineage = document.lineage;
    accept.version = document.version;
    accept.covenant = document.hash;
    accept.previous = document.previous;
    accept.seq = ToMillis(now);
    accept.signed_at = now;
    TRY(Hinted(WriteStatement(accept_path,
                              statement::SignedStatement::Sign(
                                  statement::Type::kAccept, accept.ToValue(), keys)),
               hint));
  }
  TRY(Hinted(WriteStatement(delegation_path,
                            statement::SignedStatement::Sign(
                                statement::Type::kDelegation, delegation.ToValue(), keys)),
             hint));
  Value::Object value{{"party", id},
                      {"hash", EncodeHex(document.hash)},
                      {"delegation", delegation_path},
                      {"not_after", ToMillis(delegation.not_after)}};
  Lines table;
  table.Add("covenant", EncodeHex(document.hash));
  if (!signer.party.auditor) {
    value["accept"] = accept_path;
    table.Add("accept", accept_path);
  }
  table.Add("delegation", delegation_path + ", valid until " + LocalTime(delegation.not_after));
  return context.Show(value,
                      id + " has signed with " + std::to_string(keys.size()) +
                          (keys.size() == 1 ? " root.\n" : " roots.\n") + table.Text() +
                          "Next: give these files to every party; then take the root keys away\n");
}

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Who signed and who did not, as a value and as lines.
struct Roll {
  Value::Array signers;
  Value::Object fingerprints;  // of the parties' roots
  std::vector<std::string> missing;
  report::Table table{{"who", "accept", "keys", "fingerprint of the roots"}};
};

Roll CallRoll(const covenant::Document& document, const Standing& standing) {
  Roll roll;
  const auto add = [&](const std::string& id, bool auditor, const std::string& fingerprint) {
    const bool accepted = auditor || Holds(standing.accepted, id);
    const bool delegated = Holds(standing.delegated, id);
    if (!accepted || !delegated) roll.missing.push_back(id);
    roll.signers.push_back(Value::Object{{"id", id},
                                         {"auditor", auditor},
                                         {"accepted", !auditor && accepted},
                                         {"delegated", delegated}});
    roll.table.Add({{id},
                    {auditor ? "auditor" : (accepted ? "accepted" : "MISSING")},
                    {delegated ? "delegated" : "MISSING"},
                    {fingerprint}});
  };
  for (const auto& [id, party] : document.parties) {
    const std::string fingerprint = covenant::RootFingerprint(party.roots);
    roll.fingerprints[id] = fingerprint;
    add(id, /*auditor=*/false, fingerprint);
  }
  for (const auto& [id, auditor] : document.auditors)
    add(id, /*auditor=*/true, covenant::RootFingerprint(auditor.roots));
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
  command.purpose = "make the bytes that the parties sign, from a template";
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

Command SignCommand() {
  const auto arguments = std::make_shared<SignArguments>();
  Command command;
  command.name = "covenant sign";
  command.purpose = "accept a covenant with the party's roots and delegate the node's keys";
  command.options = {
      {"COVENANT", "", "what `covenant prepare` made", &arguments->covenant, true},
      {"--days",
       "N",
       "life of the delegation (default 89, at most 90)",
       &arguments->days,
       false,
       CheckDays},
      {"-o,--output", "DIR", "where the signed statements go", &arguments->output, true}};
  command.notes = "In an auditor's home only the delegation is made: an auditor accepts nothing.";
  command.examples = {"schakel covenant sign covenant.json --home politie -o signed"};
  command.run = [arguments](Context& context) { return Sign(context, *arguments); };
  return command;
}

Command VerifyCommand() {
  const auto arguments = std::make_shared<VerifyArguments>();
  Command command;
  command.name = "covenant verify";
  command.purpose = "show who signed, who is missing, and run the covenant's own tests";
  command.options = {
      {"COVENANT", "", "what `covenant prepare` made", &arguments->covenant, true},
      {"--statements", "DIR", "folder with signed statements", &arguments->statements, true}};
  command.examples = {"schakel covenant verify covenant.json --statements signed"};
  command.run = [arguments](Context& context) { return Verify(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantAuthorCommands() {
  return {PrepareCommand(), SignCommand(), VerifyCommand()};
}

}  // namespace schakel::cli
