// `schakel group`: groups, the partners' decisions about them, the namenlijst.
#include <memory>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/text.h"
#include "node/base/ids.h"
#include "node/statement/types.h"

namespace schakel::cli {
namespace {

using canon::Value;
using statement::SignedStatement;

struct Arguments {
  std::string ref;
  std::string name;
  std::vector<std::string> areas;
  std::string step;
  std::string document;
  std::string sign;
  std::string add;
  std::string output;
  std::vector<std::string> leave_out;
};

Wrong CheckStep(const std::string& value) {
  for (const char* step : {"1", "2A", "2B", "3", "4", "5", "6", "7"}) {
    if (value == step) return {};
  }
  return {"is geen stap: 1, 2A, 2B, 3, 4, 5, 6 of 7", "is no step: 1, 2A, 2B, 3, 4, 5, 6 or 7"};
}

Outcome<Exit> Open(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  Value::Array areas(arguments.areas.begin(), arguments.areas.end());
  const Value result = TRY(node.Call(
      "group.open",
      Value::Object{
          {"ref", arguments.ref}, {"name", arguments.name}, {"areas", std::move(areas)}}));
  return context.Show(result, context.Say(Message::kGroupOpened, {{"ref", arguments.ref}}) + "\n");
}

// A Fact from a file, for the group that was meant, about the document that was meant.
struct ReadFact {
  Value signed_fact;
  statement::Fact content;
};
Outcome<ReadFact> ReadFactFile(Context& context,
                               const std::string& path,
                               const Arguments& arguments) {
  const std::string hint = context.Say(Message::kFactFileHint);
  const SignedStatement signed_fact = TRY(Hinted(ReadStatement(path), hint));
  const statement::Fact content =
      TRY(Hinted(statement::ParseAs<statement::Fact>(signed_fact), hint));
  const auto ref = ParseRef(arguments.ref);
  if (ref && !ref->group.empty() && ref->group != content.group) {
    return Failure{
        Exit::kFailed,
        ErrorCodeName(ErrorCode::kConflict),
        context.Say(Message::kFactOfOtherGroup, {{"file", path}, {"group", content.group}}),
        hint};
  }
  if (!arguments.document.empty() &&
      TRY(Hinted(HashOfDocument(arguments.document), hint)) != content.document) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kConflict),
                   context.Say(Message::kFactOfOtherDocument, {{"file", path}}),
                   context.Say(Message::kFactOfOtherDocumentHint)};
  }
  return ReadFact{signed_fact.ToValue(), content};
}

// What a Fact says, in words.
std::string FactText(Context& context, const statement::Fact& fact) {
  return context.Tell(Message::kFactText,
                      {{"step", fact.value},
                       {"group", fact.group},
                       {"until", LastDay(fact.expires)},
                       {"document", EncodeHex(fact.document)}});
}

// The signed Fact in a result, kept in the file that was asked for.
Outcome<statement::Fact> KeepFact(Context& context,
                                  const Value& result,
                                  const Arguments& arguments) {
  const Value* const value = result.Find("fact");
  const SignedStatement fact = TRY(SignedStatement::FromValue(value == nullptr ? Value() : *value));
  if (!arguments.output.empty()) {
    TRY(Hinted(WriteStatement(arguments.output, fact), context.Say(Message::kNewFileHint)));
  }
  return TRY(statement::ParseAs<statement::Fact>(fact));
}

std::string StandText(Context& context, const Value& result) {
  return context.Tell(BoolOf(result, "in_force") ? Message::kFactInForce : Message::kFactWaits,
                      {{"parties", Joined(TextsOf(result, "signed_by"))}});
}

Outcome<Exit> State(Context& context, const Arguments& arguments) {
  const Hash document =
      TRY(Hinted(HashOfDocument(arguments.document), context.Say(Message::kPathHint)));
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call(
      "group.decide",
      Value::Object{
          {"group", arguments.ref}, {"step", arguments.step}, {"document", EncodeHex(document)}}));
  const statement::Fact fact = TRY(KeepFact(context, result, arguments));
  std::string text = FactText(context, fact) + StandText(context, result);
  if (!arguments.output.empty()) {
    text += context.Say(Message::kFactNextSign, {{"ref", fact.group}, {"file", arguments.output}}) +
            "\n";
  }
  return context.Show(result, text);
}

Outcome<Exit> Sign(Context& context, const Arguments& arguments) {
  if (arguments.output.empty()) {
    return UsageFailure(context.Say(Message::kSignNeedsOutput),
                        context.Say(Message::kSignNeedsOutputHint));
  }
  const ReadFact fact = TRY(ReadFactFile(context, arguments.sign, arguments));
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("group.sign", Value::Object{{"fact", fact.signed_fact}}));
  TRY(KeepFact(context, result, arguments));
  return context.Show(result,
                      FactText(context, fact.content) +
                          context.Say(Message::kFactSigned, {{"file", arguments.output}}) + "\n");
}

Outcome<Exit> AddSigned(Context& context, const Arguments& arguments) {
  const ReadFact fact = TRY(ReadFactFile(context, arguments.add, arguments));
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("group.add", Value::Object{{"fact", fact.signed_fact}}));
  return context.Show(result,
                      FactText(context, fact.content) + StandText(context, result),
                      BoolOf(result, "in_force") ? Exit::kDone : Exit::kIncomplete);
}

Outcome<Exit> Decide(Context& context, const Arguments& arguments) {
  const int ways = (arguments.step.empty() ? 0 : 1) + (arguments.sign.empty() ? 0 : 1) +
                   (arguments.add.empty() ? 0 : 1);
  if (ways != 1) {
    return UsageFailure(context.Say(Message::kDecideOneWay),
                        context.Say(Message::kSeeHelp, {{"command", "schakel group decide"}}));
  }
  if (!arguments.sign.empty()) return Sign(context, arguments);
  if (!arguments.add.empty()) return AddSigned(context, arguments);
  if (arguments.document.empty()) {
    return UsageFailure(context.Say(Message::kDecideDocument),
                        context.Say(Message::kDecideDocumentHint));
  }
  return State(context, arguments);
}

Outcome<Exit> Establish(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  Value::Object params{{"group", arguments.ref}};
  if (!arguments.leave_out.empty()) {
    params["leave_out"] = Value::Array(arguments.leave_out.begin(), arguments.leave_out.end());
  }
  const Value result = TRY(node.Call("group.establish", params));
  return context.Show(result,
                      context.Say(Message::kListEstablished,
                                  {{"version", std::to_string(IntOf(result, "version"))},
                                   {"persons", std::to_string(IntOf(result, "persons"))},
                                   {"ref", arguments.ref}}) +
                          "\n");
}

Outcome<Exit> List(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("group.list", Value::Object{}));
  if (ArrayOf(result, "groups").empty()) {
    return context.Show(result, context.Say(Message::kNoGroups) + "\n");
  }
  report::Table table({context.Say(Message::kGroup),
                       context.Say(Message::kWorkName),
                       context.Say(Message::kStep),
                       context.Say(Message::kOpened)});
  for (const Value& group : ArrayOf(result, "groups")) {
    table.Add({{TextOf(group, "ref")},
               {TextOf(group, "name")},
               {TextOf(group, "step")},
               {TimeOf(group, "opened")}});
  }
  return context.Show(result,
                      table.Write(context.paper()) + context.Say(Message::kNextGroupShow) + "\n");
}

// The facts that every covenant has are said in words; one that a covenant declares has its own
// name.
std::string DecisionText(Context& context, const Value& decision) {
  const std::string fact = TextOf(decision, "fact");
  // The list's value is a root that nobody reads.
  if (fact == "listed") return context.Say(Message::kNameList);
  return (fact == "step" ? context.Say(Message::kStep) : fact) + " " + TextOf(decision, "value");
}

std::string DecisionsText(Context& context, const Value& shown) {
  if (ArrayOf(shown, "decisions").empty()) return "";
  report::Table table({context.Say(Message::kDecision),
                       context.Say(Message::kSigned),
                       context.Say(Message::kIssued),
                       context.Say(Message::kStand)});
  for (const Value& decision : ArrayOf(shown, "decisions")) {
    table.Add(
        {{DecisionText(context, decision)},
         {Joined(TextsOf(decision, "signed_by"))},
         {TimeOf(decision, "issued")},
         {context.Say(BoolOf(decision, "in_force") ? Message::kInForce : Message::kNotInForce)}});
  }
  return "\n" + table.Write(context.paper());
}

std::string RoundsText(Context& context, const Value& shown) {
  if (ArrayOf(shown, "rounds").empty()) return "";
  report::Table table({context.Say(Message::kRound),
                       context.Say(Message::kAbout),
                       context.Say(Message::kCreated),
                       context.Say(Message::kStand)});
  for (const Value& round : ArrayOf(shown, "rounds")) {
    table.Add(
        {{TextOf(round, "ref")},
         {context.Say(BoolOf(round, "names_persons") ? Message::kAboutPersons
                                                     : Message::kAboutGroup)},
         {TimeOf(round, "created")},
         {context.Say(BoolOf(round, "incomplete") ? Message::kIncomplete : Message::kComplete)}});
  }
  return "\n" + table.Write(context.paper());
}

Outcome<Exit> ShowGroup(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  const Value shown = TRY(node.Call("group.show", Value::Object{{"ref", arguments.ref}}));
  const std::string ref = TextOf(shown, "ref");
  Lines lines;
  const std::string step = TextOf(shown, "step");
  lines.Add(context.Say(Message::kStep), step.empty() ? "-" : step);
  lines.Add(context.Say(Message::kAreas), Joined(TextsOf(shown, "areas")));
  lines.Add(context.Say(Message::kOpened), TimeOf(shown, "opened"));
  const Value* const list = shown.Find("list");
  if (list != nullptr) {
    lines.Add(context.Say(Message::kNameList),
              context.Say(Message::kNameListText,
                          {{"version", std::to_string(IntOf(*list, "version"))},
                           {"persons", std::to_string(IntOf(*list, "persons"))},
                           {"time", TimeOf(*list, "established")}}));
  }
  std::string text =
      report::Inked(ref + "  " + TextOf(shown, "name"), report::Ink::kStrong, context.paper()) +
      "\n" + lines.Text() + DecisionsText(context, shown) + RoundsText(context, shown);
  const Message next = step.empty()      ? Message::kNextDecide
                       : list == nullptr ? Message::kNextRequest
                                         : Message::kNextRequestOrShow;
  return context.Show(shown, text + "\n" + context.Say(next, {{"ref", ref}}) + "\n");
}

Command OpenCommand(const std::shared_ptr<Arguments>& arguments) {
  Command command;
  command.name = "group open";
  command.purpose = {"open een groep onder het kenmerk dat de gemeente gaf (rol: regisseur)",
                     "open a group under the reference that the gemeente gave (role: regisseur)"};
  command.options = {{{"KENMERK", "REF"},
                      "",
                      {"de groep, zoals de partners die noemen", "the group, as partners say it"},
                      &arguments->ref,
                      true,
                      CheckGroup},
                     {"--name",
                      {"NAAM", "NAME"},
                      {"de werknaam", "its working name"},
                      &arguments->name,
                      true,
                      CheckText},
                     {"--areas",
                      {"BUURT", "AREA"},
                      {"de buurten", "its neighbourhoods"},
                      &arguments->areas,
                      true,
                      CheckText}};
  command.examples = {"schakel group open VLD-2026-001 --name \"De Hoek\" --areas BU99990102"};
  command.run = [arguments](Context& context) { return Open(context, *arguments); };
  return command;
}

Command DecideCommand(const std::shared_ptr<Arguments>& arguments) {
  Command command;
  command.name = "group decide";
  command.purpose = {
      "leg een stap vast die partners besloten, onderteken die, of voeg hun handtekening toe",
      "state a step that partners decided, sign it, or add their signature"};
  command.options = {
      {{"KENMERK", "REF"}, "", {"de groep", "the group"}, &arguments->ref, true, CheckRef},
      {"--step",
       {"STAP", "STEP"},
       {"leg deze stap vast (rol: regisseur)", "state this step (role: regisseur)"},
       &arguments->step,
       false,
       CheckStep},
      {"--document",
       {"BESTAND", "FILE"},
       {"het besluit, of de SHA-256 ervan", "the decision, or its SHA-256"},
       &arguments->document},
      {"--sign",
       {"BESTAND", "FILE"},
       {"onderteken wat een partner vastlegde (regisseur of contributor)",
        "sign what a partner stated (regisseur or contributor)"},
       &arguments->sign},
      {"--add",
       {"BESTAND", "FILE"},
       {"voeg de handtekening van een partner toe (rol: regisseur)",
        "add a partner's signature (role: regisseur)"},
       &arguments->add},
      {"-o,--output",
       {"BESTAND", "FILE"},
       {"waar het ondertekende besluit komt", "where the signed decision goes"},
       &arguments->output}};
  command.notes = {
      "Met --sign vergelijkt --document het bestand waarover u besloot met het bestand dat is "
      "vastgelegd.",
      "With --sign, --document compares the file that you decided on with the one that is stated."};
  command.examples = {"schakel group decide VLD-2026-001 --step 2B --document 2b.pdf -o 2b.json",
                      "schakel group decide VLD-2026-001 --sign 2b.json -o 2b-politie.json",
                      "schakel group decide VLD-2026-001 --add 2b-politie.json"};
  command.run = [arguments](Context& context) { return Decide(context, *arguments); };
  return command;
}

Command EstablishCommand(const std::shared_ptr<Arguments>& arguments) {
  Command command;
  command.name = "group establish";
  command.purpose = {"stel de namenlijst vast uit wie de partners noemden (rol: regisseur)",
                     "establish the namenlijst from what partners named (role: regisseur)"};
  command.options = {
      {{"KENMERK", "REF"}, "", {"de groep", "the group"}, &arguments->ref, true, CheckRef},
      {"--leave-out",
       {"RIJ", "ROW"},
       {"een rij die niet bij de groep hoort", "a row that does not belong to the group"},
       &arguments->leave_out,
       false,
       CheckUuid}};
  command.examples = {"schakel group establish VLD-2026-001"};
  command.run = [arguments](Context& context) { return Establish(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> GroupCommands() {
  const auto arguments = std::make_shared<Arguments>();
  Command list;
  list.name = "group list";
  list.purpose = {"toon de groepen op deze node", "list the groups at this node"};
  list.examples = {"schakel group list --home gemeente --as deboer"};
  list.run = [](Context& context) { return List(context); };
  Command show;
  show.name = "group show";
  show.purpose = {"toon een groep: stap, besluiten, namenlijst en verzoeken",
                  "show a group: its step, decisions, namenlijst and rounds"};
  show.options = {
      {{"KENMERK", "REF"}, "", {"de groep", "the group"}, &arguments->ref, true, CheckRef}};
  show.examples = {"schakel group show VLD-2026-001"};
  show.run = [arguments](Context& context) { return ShowGroup(context, *arguments); };
  return {OpenCommand(arguments),
          DecideCommand(arguments),
          EstablishCommand(arguments),
          std::move(list),
          std::move(show)};
}

}  // namespace schakel::cli
