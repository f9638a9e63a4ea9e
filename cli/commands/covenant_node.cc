// `schakel covenant activate|show`: the covenant at the own node.
#include <algorithm>
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
#include "node/covenant/trust.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct ActivateArguments {
  std::string covenant;
  std::vector<std::string> statements;
  std::vector<std::string> confirm;
};

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

Outcome<Exit> Activate(Context& context, const ActivateArguments& arguments) {
  const auto loaded = TRY(LoadCovenant(arguments.covenant));
  const covenant::Document& document = loaded->document();
  const PartyFile self = TRY(Hinted(ReadPartyFile(InFolder(TRY(context.Home()), "party.json")),
                                    context.Say(Message::kGiveHome)));
  std::map<std::string, std::string> expected;
  for (const auto& [id, party] : document.parties) {
    if (id != self.id) expected[id] = covenant::RootFingerprint(party.roots);
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
  Value::Array statements =
      TRY(ToSend(context, arguments.statements, document, context.clock().Now()));
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("covenant.activate",
                                     Value::Object{{"covenant", document.canonical},
                                                   {"statements", std::move(statements)},
                                                   {"confirm", std::move(confirm)}}));
  return context.Show(result,
                      context.Say(Message::kActivated,
                                  {{"title", document.title},
                                   {"version", std::to_string(IntOf(result, "version"))},
                                   {"party", self.id}}) +
                          "\n  hash  " + Printable(TextOf(result, "hash")) + "\n" +
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
  std::map<std::string, std::vector<std::string>> signed_by;
  for (const Value& held : ArrayOf(result, "statements")) {
    signed_by[TextOf(held, "party")].push_back(
        EntryWords(TextOf(held, "type"), context.language()));
  }
  text += table.Text();
  report::Table parties(
      {context.Say(Message::kParty), context.Say(Message::kName), context.Say(Message::kSigned)});
  for (auto& [id, types] : signed_by)
    std::sort(types.begin(), types.end());
  for (const char* list : {"parties", "auditors"}) {
    for (const auto& [id, party] : ObjectOf(shown, list)) {
      parties.Add({{id}, {TextOf(party, "name")}, {Joined(signed_by[id])}});
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
       &arguments->statements,
       true},
      {"--confirm",
       {"PARTIJ=VINGERAFDRUK", "PARTY=FINGERPRINT"},
       {"wat die partij u voorlas", "what that party read to you"},
       &arguments->confirm,
       false,
       CheckConfirmation}};
  activate.notes = {
      "Zonder --confirm voor elke partner toont het de vingerafdrukken om per telefoon te "
      "vergelijken, en verandert niets.",
      "Without --confirm for every partner it prints the fingerprints to compare by telephone and "
      "changes nothing."};
  activate.examples = {"schakel covenant activate covenant.json --statements signed \\",
                       "  --confirm politie=5e0c12ab5e0c12ab5e0c12ab --home gemeente --as smit"};
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
