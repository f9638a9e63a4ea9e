// `schakel covenant status|history|add|fetch`: the covenant's versions and what ends them, as the
// own node holds them.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/covenant_file.h"
#include "cli/files.h"
#include "cli/text.h"
#include "node/report/words.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct AddArguments {
  std::vector<std::string> files;
};
struct FetchArguments {
  std::string hash;
  std::string output;
};

constexpr size_t kHashShown = 16;

std::string Said(const Context& context, const char* dutch, const char* english) {
  return HelpText(dutch, english).In(context.language());
}

std::string StateWord(const Context& context, const std::string& state) {
  if (state == "draft") return Said(context, "concept", "draft");
  if (state == "accepted") return Said(context, "aanvaard", "accepted");
  if (state == "active") return Said(context, "van kracht", "in force");
  if (state == "superseded") return Said(context, "opgevolgd", "superseded");
  if (state == "revoked") return Said(context, "ingetrokken", "revoked");
  if (state == "expired") return Said(context, "afgelopen", "expired");
  return state;
}

// Who ended it, or who is still to accept it.
std::string WhoOf(const Context& context, const Value& version) {
  std::vector<std::string> parts;
  const auto add = [&](std::string_view member, const char* dutch, const char* english) {
    const std::vector<std::string> parties = TextsOf(version, member);
    if (!parties.empty()) parts.push_back(Said(context, dutch, english) + " " + Joined(parties));
  };
  add("revoked_by", "ingetrokken door", "revoked by");
  add("left", "verlaten door", "left by");
  add("missing", "wacht op", "waits for");
  return Joined(parts, "; ");
}

std::string TermOf(const Context& context, const Value& version) {
  return LocalDay(FromMillis(IntOf(version, "valid_from"))) + " " + context.Say(Message::kUpTo) +
         " " + LastDay(FromMillis(IntOf(version, "valid_until")));
}

std::string VersionTable(const Context& context, const Value::Array& versions) {
  report::Table table({context.Say(Message::kVersion),
                       Said(context, "staat", "state"),
                       context.Say(Message::kValid),
                       context.Say(Message::kHash),
                       Said(context, "wie", "who")});
  for (const Value& version : versions) {
    table.Add({{std::to_string(IntOf(version, "version"))},
               {StateWord(context, TextOf(version, "state"))},
               {TermOf(context, version)},
               {TextOf(version, "hash").substr(0, kHashShown)},
               {WhoOf(context, version)}});
  }
  return table.Write(context.paper());
}

// A party that signed two texts under one number is nothing to overlook.
std::string AlarmText(const Context& context, const Value& result) {
  std::string text;
  for (const Value& found : ArrayOf(result, "equivocations")) {
    text +=
        report::Inked(Said(context, "LET OP: ", "ALARM: "), report::Ink::kStrong, context.paper()) +
        Printable(TextOf(found, "party")) +
        Said(context,
             " ondertekende twee teksten met hetzelfde nummer, versie ",
             " signed two texts with one number, version ") +
        std::to_string(IntOf(found, "version")) + "\n" +
        Said(
            context,
            "Verder: leg beide teksten (schakel covenant history) voor aan die partij en aan de "
            "auditor.\n",
            "Next: show both texts (schakel covenant history) to that party and to the auditor.\n");
  }
  return text;
}

Outcome<Exit> Status(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("covenant.status", Value::Object{}));
  Value::Array versions;
  if (const Value* const in_force = result.Find("in_force")) versions.push_back(*in_force);
  for (const Value& next : ArrayOf(result, "next"))
    versions.push_back(next);
  std::string text = AlarmText(context, result) + VersionTable(context, versions) + "\n";
  report::Table partners({context.Say(Message::kParty),
                          context.Say(Message::kVersion),
                          context.Say(Message::kHash),
                          Said(context, "laatst gezien", "last seen"),
                          Said(context, "inhoud", "content"),
                          Said(context, "heeft alles", "has everything")});
  for (const Value& partner : ArrayOf(result, "partners")) {
    const int64_t version = IntOf(partner, "version");
    partners.Add({{TextOf(partner, "party")},
                  {version == 0 ? "" : std::to_string(version)},
                  {TextOf(partner, "hash").substr(0, kHashShown)},
                  {TimeOf(partner, "issued")},
                  {BoolOf(partner, "agrees")
                       ? Said(context, "gaat", "goes")
                       : report::CodeText(context.language(), TextOf(partner, "code"))},
                  {BoolOf(partner, "confirmed") ? Said(context, "ja", "yes")
                                                : Said(context, "nog niet", "not yet")}});
  }
  text += partners.Write(context.paper());
  const std::vector<std::string> waiting = TextsOf(result, "unconfirmed");
  if (!waiting.empty()) {
    text += Said(context, "De node blijft het aanbieden aan: ", "The node keeps offering it to: ") +
            Printable(Joined(waiting)) + "\n";
  }
  return context.Show(result, text);
}

Outcome<Exit> History(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("covenant.history", Value::Object{}));
  std::string text =
      AlarmText(context, result) + VersionTable(context, ArrayOf(result, "versions"));
  for (const Value& version : ArrayOf(result, "versions")) {
    if (version.Find("activated") != nullptr) continue;
    const std::string from = TextOf(version, "offered_by");
    // One that ended before that is a draft still.
    const bool accepted = TextOf(version, "state") == "accepted";
    text +=
        (accepted ? Said(context, "Versie ", "Version ") : Said(context, "Concept ", "Draft ")) +
        Printable(TextOf(version, "hash").substr(0, kHashShown)) +
        (from.empty()
             ? Said(context, " is hier toegevoegd", " was added here")
             : Said(context, " is aangeboden door ", " was offered by ") + Printable(from)) +
        (accepted ? Said(context, " en door alle partijen aanvaard", ", and all accepted it")
                  : "") +
        Said(context,
             "; haal de tekst op: schakel covenant fetch ",
             "; get its text: schakel covenant fetch ") +
        Printable(TextOf(version, "hash").substr(0, kHashShown)) + "\n";
  }
  return context.Show(result, text);
}

Outcome<Exit> Add(Context& context, const AddArguments& arguments) {
  Value::Array statements;
  Value::Array covenants;
  for (const std::string& path : arguments.files) {
    std::string bytes = TRY(ReadCovenantFile(path));
    if (!bytes.empty() && bytes.back() == '\n') bytes.pop_back();
    const auto signed_statement = statement::SignedStatement::Parse(bytes);
    if (signed_statement) {
      statements.push_back(signed_statement->ToValue());
      continue;
    }
    const auto covenant = TRY(LoadCovenant(path));
    covenants.emplace_back(covenant->document().canonical);
  }
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call(
      "covenant.add",
      Value::Object{{"statements", std::move(statements)}, {"covenants", std::move(covenants)}}));
  const int64_t added = IntOf(result, "added");
  std::string text = added == 0
                         ? Said(context, "De node had dit al.", "The node had this already.")
                         : Said(context, "Toegevoegd: ", "Added: ") + std::to_string(added) + ".";
  text += "\n";
  const std::vector<std::string> waiting = TextsOf(result, "unconfirmed");
  if (!waiting.empty()) {
    text += Said(context, "Nog niet bevestigd door: ", "Not confirmed yet by: ") +
            Printable(Joined(waiting)) +
            Said(context,
                 "; de node blijft het aanbieden. Verder: schakel covenant status",
                 "; the node keeps offering it. Next: schakel covenant status") +
            "\n";
  }
  return context.Show(result, text, waiting.empty() ? Exit::kDone : Exit::kIncomplete);
}

Outcome<Exit> Fetch(Context& context, const FetchArguments& arguments) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("covenant.draft", Value::Object{{"hash", arguments.hash}}));
  const std::string canonical = TextOf(result, "covenant");
  TRY(WriteNewFile(arguments.output, canonical, FileMode::kPublic));
  return context.Show(
      Value::Object{{"file", arguments.output},
                    {"hash", TextOf(result, "hash")},
                    {"version", IntOf(result, "version")},
                    {"offered_by", TextOf(result, "offered_by")}},
      Said(context, "Versie ", "Version ") + std::to_string(IntOf(result, "version")) +
          Said(context, " staat in ", " is in ") + Printable(arguments.output) + "\n  hash  " +
          Printable(TextOf(result, "hash")) + "\n" +
          Said(
              context,
              "Verder: lees wat er verandert (schakel covenant diff), en onderteken: schakel "
              "covenant sign ",
              "Next: read what changes (schakel covenant diff), and sign: schakel covenant sign ") +
          Printable(arguments.output) + "\n");
}

Wrong CheckHash(const std::string& value) {
  const bool good = value.size() >= 8 && value.size() <= 64 &&
                    value.find_first_not_of("0123456789abcdef") == std::string::npos;
  return good ? Wrong{}
              : Wrong{"is geen hash van 8 tot 64 tekens 0-9 en a-f",
                      "is no hash of 8 to 64 digits 0-9 and a-f"};
}

Command AddCommand() {
  const auto arguments = std::make_shared<AddArguments>();
  Command add;
  add.name = "covenant add";
  add.purpose = {"geef de eigen node verklaringen of een volgende versie (rol: admin of officer)",
                 "give the own node statements or a next version (role: admin or officer)"};
  add.options = {
      {{"BESTAND", "FILE"},
       "",
       {"een intrekking, vertrek, instemming of delegatie die ondertekend is, of een convenant",
        "a signed revocation, leave, accept or delegation, or a covenant"},
       &arguments->files,
       true}};
  add.notes = {
      "Het telt meteen. De node biedt het elke partner aan tot die het heeft: schakel covenant "
      "status. Exitcode 3: een partner bevestigde nog niet.",
      "It counts at once. The node offers it to every partner until they have it: schakel covenant "
      "status. Exit code 3: a partner has not confirmed yet."};
  add.examples = {"schakel covenant add signed/om.revoke.json --home om --as smit",
                  "schakel covenant add covenant-2.json signed/om.accept.json --home om"};
  add.run = [arguments](Context& context) { return Add(context, *arguments); };
  return add;
}

Command FetchCommand() {
  const auto arguments = std::make_shared<FetchArguments>();
  Command fetch;
  fetch.name = "covenant fetch";
  fetch.purpose = {"haal een versie van het convenant op die de eigen node heeft",
                   "get a version of the covenant that the own node has"};
  fetch.options = {{{"HASH", "HASH"},
                    "",
                    {"8 of meer tekens ervan: schakel covenant history",
                     "8 or more digits of it: schakel covenant history"},
                    &arguments->hash,
                    true,
                    CheckHash},
                   {"-o,--output",
                    {"BESTAND", "FILE"},
                    {"schrijf het hierin", "write it there"},
                    &arguments->output,
                    true}};
  fetch.examples = {"schakel covenant fetch 5e0c12ab -o covenant-2.json --home gemeente --as smit"};
  fetch.run = [arguments](Context& context) { return Fetch(context, *arguments); };
  return fetch;
}

}  // namespace

std::vector<Command> CovenantLifeCommands() {
  Command status;
  status.name = "covenant status";
  status.purpose = {"toon welke versie geldt, wie het daarmee eens is en wie iets nog niet heeft",
                    "show which version holds, who agrees and who lacks something"};
  status.examples = {"schakel covenant status --home gemeente --as smit",
                     "schakel covenant status --json | jq .unconfirmed"};
  status.run = [](Context& context) { return Status(context); };
  Command history;
  history.name = "covenant history";
  history.purpose = {"toon elke versie die de eigen node heeft, ook concepten, en hoe die eindigde",
                     "show every version that the own node has, drafts too, and how it ended"};
  history.examples = {"schakel covenant history --home gemeente --as smit",
                      "schakel covenant history --json | jq .versions"};
  history.run = [](Context& context) { return History(context); };
  return {std::move(status), std::move(history), AddCommand(), FetchCommand()};
}

}  // namespace schakel::cli
