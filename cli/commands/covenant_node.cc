// `schakel covenant activate|show`: the covenant at the own node.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/covenant_file.h"
#include "cli/files.h"
#include "cli/node_words.h"
#include "cli/text.h"
#include "node/base/ids.h"
#include "node/base/reason.h"
#include "node/covenant/trust.h"
#include "node/policy/diff.h"
#include "node/policy/render.h"
#include "node/policy/space.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct ActivateArguments {
  std::string covenant;
  std::vector<std::string> statements;
  std::vector<std::string> confirm;
  std::string diff;
};

std::string Said(const Context& context, const std::string& dutch, const std::string& english) {
  return context.language() == Language::kDutch ? dutch : english;
}

Wrong CheckConfirmation(const std::string& value) {
  const size_t equals = value.find('=');
  const bool good = equals != std::string::npos && IsName(value.substr(0, equals)) &&
                    value.size() - equals - 1 == 24 &&
                    value.find_first_not_of("0123456789abcdef", equals + 1) == std::string::npos;
  return good ? Wrong{}
              : Wrong{"is geen PARTIJ=VINGERAFDRUK van 24 tekens 0-9 en a-f",
                      "is no PARTY=FINGERPRINT of 24 digits 0-9 and a-f"};
}

// 5e0c 12ab ...: as people read it to each other.
std::string Spoken(const std::string& fingerprint) {
  std::string out;
  for (size_t i = 0; i < fingerprint.size(); ++i) {
    if (i != 0 && i % 4 == 0) out += ' ';
    out += fingerprint[i];
  }
  return out;
}

// Nothing is sent before a person has heard each fingerprint from the party itself.
Exit AskToConfirm(Context& context,
                  const ActivateArguments& arguments,
                  const std::map<std::string, std::string>& expected) {
  Value::Object fingerprints;
  Lines table;
  std::string command = "schakel covenant activate " + Printable(arguments.covenant) +
                        " --statements " + Printable(Joined(arguments.statements, " "));
  for (const auto& [party, fingerprint] : expected) {
    fingerprints[party] = fingerprint;
    table.Add(party, Spoken(fingerprint));
    // Not ready to paste: what is typed is what the telephone said.
    command += " \\\n  --confirm " + party + "=" + context.Say(Message::kFingerprintWord);
  }
  const std::string message = context.Say(Message::kRootsNotConfirmed);
  const std::string hint = context.Say(Message::kCallEachParty);
  if (context.json()) {
    return context.Show(
        Value::Object{
            {"error", Value::Object{{"code", "unconfirmed"}, {"message", message}, {"hint", hint}}},
            {"fingerprints", std::move(fingerprints)}},
        "",
        Exit::kFailed);
  }
  context.Show(Value::Object{},
               context.Say(Message::kFingerprints) + "\n" + table.Text() +
                   context.Say(Message::kFingerprintsNext) + "\n" + command + "\n");
  return context.Show(Failure{Exit::kFailed, "unconfirmed", message, hint});
}

// What the node is handed: every statement, but none that still gathers signatures while a
// complete one of the same party lies beside it.
Outcome<Value::Array> ToSend(const Context& context,
                             const std::vector<std::string>& folders,
                             const covenant::Document& document,
                             Instant now) {
  const auto files = TRY(Hinted(ReadStatements(folders), context.Say(Message::kStatementFolders)));
  const Standing standing = StandingOf(document, files, now);
  std::set<std::string> left_out;
  for (const Standing::Partial& partial : standing.partial) {
    const auto& most =
        partial.type == statement::Type::kAccept ? standing.accepts : standing.delegations;
    const auto& [party, given, needed] = partial.signatures;
    if (most.at(party) < needed) {
      return Failure{Exit::kFailed,
                     ErrorCodeName(ErrorCode::kDenied),
                     context.Say(Message::kNotEnoughRoots,
                                 {{"file", partial.path},
                                  {"given", std::to_string(given)},
                                  {"needed", std::to_string(needed)},
                                  {"party", party}}),
                     context.Say(Message::kMergeRoots)};
    }
    left_out.insert(partial.path);
  }
  Value::Array statements;
  for (const StatementFile& file : files) {
    if (!left_out.contains(file.path)) statements.push_back(file.statement.ToValue());
  }
  return statements;
}

// The version before it, as the node has it; null where this is the first that the node gets.
Outcome<std::unique_ptr<const covenant::Covenant>> VersionBefore(
    Node& node, const covenant::Document& document) {
  if (!document.previous) return std::unique_ptr<const covenant::Covenant>();
  const auto reply =
      node.Call("covenant.draft", Value::Object{{"hash", EncodeHex(*document.previous)}});
  if (!reply && reply.error().reason == ReasonId(Reason::kCovenantNone)) {
    return std::unique_ptr<const covenant::Covenant>();
  }
  if (!reply) return reply.error();
  covenant::Document before = TRY(covenant::ParseDocument(TextOf(*reply, "covenant")));
  return TRY(covenant::Covenant::Compile(std::move(before)));
}

// Nothing is activated before a person has read what it changes.
Exit AskToAcknowledge(Context& context,
                      const policy::Difference& difference,
                      const std::string& direction) {
  const std::string message =
      Said(context,
           "u hebt nog niet bevestigd wat deze versie verandert: " + direction,
           "you have not acknowledged what this version changes: " + direction);
  const std::string hint = Said(
      context, "lees het, en geef --diff " + direction, "read it, and give --diff " + direction);
  if (context.json()) {
    return context.Show(
        Value::Object{
            {"error",
             Value::Object{{"code", "unacknowledged"}, {"message", message}, {"hint", hint}}},
            {"class", direction},
            {"difference", policy::DifferenceJson(difference)}},
        "",
        Exit::kFailed);
  }
  context.Show(Value::Object{},
               policy::DifferenceText(difference, context.language(), context.paper()));
  return context.Show(Failure{Exit::kFailed, "unacknowledged", message, hint});
}

Outcome<Exit> Activate(Context& context, const ActivateArguments& arguments) {
  const auto loaded = TRY(LoadCovenant(arguments.covenant));
  const covenant::Document& document = loaded->document();
  std::unique_ptr<const covenant::Covenant> before;
  Value::Object acknowledged;
  if (document.previous) {
    Node node = TRY(context.OpenNode());
    before = TRY(VersionBefore(node, document));
  }
  if (before) {
    const std::array<const covenant::Covenant*, 2> both{before.get(), loaded.get()};
    TRY(policy::CheckAskable(both));
    const policy::Difference difference = policy::Compare(*before, *loaded);
    const std::string direction(policy::NameOf(difference.direction));
    if (arguments.diff != direction) return AskToAcknowledge(context, difference, direction);
    acknowledged = {{"class", direction},
                    {"from", EncodeHex(before->document().hash)},
                    {"to", EncodeHex(document.hash)}};
  }
  const PartyFile self = TRY(Hinted(ReadPartyFile(InFolder(TRY(context.Home()), "party.json")),
                                    context.Say(Message::kGiveHome)));
  std::map<std::string, std::string> expected;
  for (const auto& [id, party] : document.parties) {
    // Whose roots were confirmed for the version before signed any change of them with those.
    if (id == self.id || (before && before->document().parties.contains(id))) continue;
    expected[id] = covenant::RootFingerprint(party.roots);
  }
  Value::Object confirm;
  for (const std::string& text : arguments.confirm) {
    const size_t equals = text.find('=');
    confirm[text.substr(0, equals)] = text.substr(equals + 1);
  }
  const bool all = std::all_of(expected.begin(), expected.end(), [&](const auto& entry) {
    return confirm.contains(entry.first);
  });
  if (!all) return AskToConfirm(context, arguments, expected);
  Value::Array statements;
  if (!arguments.statements.empty()) {
    statements = TRY(ToSend(context, arguments.statements, document, context.clock().Now()));
  }
  Node node = TRY(context.OpenNode());
  Value::Object params{{"covenant", document.canonical},
                       {"statements", std::move(statements)},
                       {"confirm", std::move(confirm)}};
  if (before) params["acknowledged"] = std::move(acknowledged);
  const Value result = TRY(node.Call("covenant.activate", params));
  const bool later = before && !BoolOf(result, "in_force");
  const std::string done =
      later ? Said(context,
                   document.title + ", versie " + std::to_string(document.version) +
                       ", geldt bij " + self.id + " vanaf " + LocalDay(document.valid_from),
                   document.title + ", version " + std::to_string(document.version) +
                       ", holds at " + self.id + " from " + LocalDay(document.valid_from))
            : context.Say(Message::kActivated,
                          {{"title", document.title},
                           {"version", std::to_string(IntOf(result, "version"))},
                           {"party", self.id}});
  return context.Show(result,
                      Printable(done) + "\n  hash  " + Printable(TextOf(result, "hash")) + "\n" +
                          context.Say(Message::kNextPeers) + "\n");
}

Outcome<Exit> ShowCovenant(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("covenant.show", Value::Object{}));
  if (!BoolOf(result, "active")) {
    return context.Show(result, context.Say(Message::kNoCovenant) + "\n", Exit::kDone);
  }
  const Value* const document = result.Find("covenant");
  const Value shown = document == nullptr ? Value() : *document;
  std::string text =
      report::Inked(TextOf(shown, "title"), report::Ink::kStrong, context.paper()) + "\n";
  Lines table;
  const Value valid = shown.Find("valid") == nullptr ? Value() : *shown.Find("valid");
  table.Add(context.Say(Message::kVersion), std::to_string(IntOf(shown, "version")));
  table.Add(context.Say(Message::kValid),
            LocalDay(FromMillis(IntOf(valid, "from"))) + " " + context.Say(Message::kUpTo) + " " +
                LastDay(FromMillis(IntOf(valid, "until"))));
  table.Add(context.Say(Message::kHash), TextOf(result, "hash"));
  std::map<std::string, std::map<std::string, int>> signed_by;
  for (const Value& held : ArrayOf(result, "statements")) {
    ++signed_by[TextOf(held, "party")][EntryWords(TextOf(held, "type"), context.language())];
  }
  text += table.Text();
  report::Table parties(
      {context.Say(Message::kParty), context.Say(Message::kName), context.Say(Message::kSigned)});
  for (const char* list : {"parties", "auditors"}) {
    for (const auto& [id, party] : ObjectOf(shown, list)) {
      std::vector<std::string> counted;  // "delegatie (2)"
      for (const auto& [type, count] : signed_by[id])
        counted.push_back(count == 1 ? type : type + " (" + std::to_string(count) + ")");
      parties.Add({{id}, {TextOf(party, "name")}, {Joined(counted)}});
    }
  }
  return context.Show(
      result,
      text + "\n" + parties.Write(context.paper()) + context.Say(Message::kNextCovenant) + "\n");
}

}  // namespace

std::vector<Command> CovenantNodeCommands() {
  const auto arguments = std::make_shared<ActivateArguments>();
  Command activate;
  activate.name = "covenant activate";
  activate.purpose = {"maak een ondertekend convenant van kracht op de eigen node (rol: admin)",
                      "bring a signed covenant into force at the own node (role: admin)"};
  activate.options = {
      {{"CONVENANT", "COVENANT"},
       "",
       {"wat elke partij ondertekende", "what every party signed"},
       &arguments->covenant,
       true},
      {"--statements",
       {"MAP", "DIR"},
       {"map met de ondertekende verklaringen", "folder with the signed statements"},
       &arguments->statements},
      {"--confirm",
       {"PARTIJ=VINGERAFDRUK", "PARTY=FINGERPRINT"},
       {"wat die partij u voorlas", "what that party read to you"},
       &arguments->confirm,
       false,
       CheckConfirmation},
      {"--diff",
       {"KLASSE", "CLASS"},
       {"bij een volgende versie: wat u las dat zij doet: narrowing, widening, mixed of neutral",
        "for a next version: what you read that it does: narrowing, widening, mixed or neutral"},
       &arguments->diff}};
  activate.notes = {
      "Zonder --confirm voor elke partner toont het de vingerafdrukken om per telefoon te "
      "vergelijken, en verandert niets. Een volgende versie vraagt dat alleen van partijen die "
      "erbij "
      "komen; zonder --diff toont het wat zij verandert, en verandert niets. Verklaringen die de "
      "node "
      "al heeft hoeven niet mee.",
      "Without --confirm for every partner it prints the fingerprints to compare by telephone and "
      "changes nothing. A next version asks that only of parties that join; without --diff it "
      "prints "
      "what it changes and changes nothing. Statements that the node has need not come along."};
  activate.examples = {"schakel covenant activate covenant.json --statements signed \\",
                       "  --confirm politie=5e0c12ab5e0c12ab5e0c12ab --home gemeente --as smit",
                       "schakel covenant activate covenant-2.json --diff widening --as smit"};
  activate.run = [arguments](Context& context) { return Activate(context, *arguments); };
  Command show;
  show.name = "covenant show";
  show.purpose = {"toon het convenant dat op de eigen node van kracht is en wie het ondertekende",
                  "show the covenant in force at the own node and who signed it"};
  show.examples = {"schakel covenant show --home gemeente --as smit",
                   "schakel covenant show --json | jq .covenant.rules"};
  show.run = [](Context& context) { return ShowCovenant(context); };
  return {std::move(activate), std::move(show)};
}

}  // namespace schakel::cli
