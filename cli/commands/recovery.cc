// `schakel recovery`: a node whose store lost its last record, and what it waits for.
#include <memory>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/text.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct Arguments {
  std::string party;
  std::string reason;
};

Message StateMessage(const std::string& state) {
  if (state == "returned") return Message::kRecoveryReturned;
  if (state == "lost") return Message::kRecoveryLost;
  if (state == "differs") return Message::kRecoveryDiffers;
  return Message::kRecoveryMissing;
}

Outcome<Exit> Show(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value shown = TRY(node.Call("recovery.show", Value::Object{}));
  if (!BoolOf(shown, "recovering")) {
    return context.Show(shown, context.Say(Message::kRecoveryNone) + "\n");
  }
  std::string text = context.Tell(Message::kRecoveryAbout, {{"time", TimeOf(shown, "since")}});
  report::Table table({context.Say(Message::kPartner), context.Say(Message::kStand)});
  for (const Value& partner : ArrayOf(shown, "partners")) {
    const std::string state = TextOf(partner, "state");
    table.Add(
        {{TextOf(partner, "party")},
         {context.Say(StateMessage(state)),
          state == "missing" || state == "differs" ? report::Ink::kWarn : report::Ink::kPlain}});
  }
  if (!table.empty()) text += "\n" + table.Write(context.paper());
  text += "\n" + context.Tell(Message::kRecoveryImport) + context.Tell(Message::kRecoveryNext);
  return context.Show(shown, text, Exit::kIncomplete);
}

Outcome<Exit> Ask(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("recovery.ask", Value::Object{}));
  std::string text;
  bool differs = false;
  report::Table table({context.Say(Message::kPartner),
                       context.Say(Message::kStand),
                       context.Say(Message::kLogEntries),
                       context.Say(Message::kRemark)});
  table.AlignRight(2);
  for (const Value& partner : ArrayOf(result, "partners")) {
    const std::string state = TextOf(partner, "state");
    const std::string error = TextOf(partner, "error");
    differs = differs || state == "differs";
    std::string remark;
    if (!error.empty())
      remark = context.Explain(TextOf(partner, "reason"), ArgumentsOf(partner), error);
    if (state == "differs") {
      remark = context.Say(Message::kRecoveryLacking,
                           {{"count", std::to_string(IntOf(partner, "lacking"))}});
    }
    table.Add({{TextOf(partner, "party")},
               {context.Say(StateMessage(state)),
                state == "returned" ? report::Ink::kPlain : report::Ink::kWarn},
               {std::to_string(IntOf(partner, "entries"))},
               {remark}});
  }
  if (!table.empty()) text += table.Write(context.paper()) + "\n";
  if (BoolOf(result, "ended"))
    return context.Show(result, text + context.Tell(Message::kRecoveryEnded));
  text += context.Tell(Message::kRecoveryWaits, {{"parties", Joined(TextsOf(result, "missing"))}});
  if (differs) text += context.Tell(Message::kRecoveryStop);
  return context.Show(result, text, differs ? Exit::kFailed : Exit::kIncomplete);
}

Outcome<Exit> DeclareLost(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  const Value result =
      TRY(node.Call("recovery.declare_lost",
                    Value::Object{{"party", arguments.party}, {"reason", arguments.reason}}));
  const bool answered = TextOf(result, "state") == "returned";
  std::string text =
      context.Tell(answered ? Message::kRecoveryAnswered : Message::kRecoveryDeclared,
                   {{"party", arguments.party}});
  if (BoolOf(result, "ended")) {
    return context.Show(result, text + context.Tell(Message::kRecoveryEnded));
  }
  text += context.Tell(Message::kRecoveryWaits, {{"parties", Joined(TextsOf(result, "missing"))}});
  return context.Show(result, text, Exit::kIncomplete);
}

}  // namespace

std::vector<Command> RecoveryCommands() {
  const auto arguments = std::make_shared<Arguments>();
  Command show;
  show.name = "recovery show";
  show.purpose = {"toon of de node in herstel is na een afgebroken opslag, en op wie het wacht",
                  "show whether the node recovers from a store that was cut, and who it waits for"};
  show.notes = {
      "Exitcode 3: de node is in herstel; tot elke partner is afgehandeld gaat er geen inhoud in "
      "of uit.",
      "Exit code 3: the node is in recovery; until each partner is settled no content goes in or "
      "out."};
  show.examples = {"schakel recovery show --home politie --as dejong"};
  show.run = [](Context& context) { return Show(context); };
  Command ask;
  ask.name = "recovery ask";
  ask.purpose = {
      "vraag elke partner wat die van de uitwisselingen heeft, en leg het naast het eigen log "
      "(rol: officer of admin)",
      "ask every partner what it has of the exchanges, and hold it against the own log (role: "
      "officer or admin)"};
  ask.notes = {
      "De laatste partner die teruggeeft wat hij heeft, maakt een einde aan het herstel. Exitcode "
      "3: een partner ontbreekt nog. Exitcode 1 ook als een partner bewijst dat het eigen log "
      "regels mist: dan blijft alle inhoud staan.",
      "The last partner to return what it has ends the recovery. Exit code 3: a partner is still "
      "missing. Exit code 1 also when a partner proves that the own log misses entries: then all "
      "content stays where it is."};
  ask.examples = {"schakel recovery ask --home politie --as dejong"};
  ask.run = [](Context& context) { return Ask(context); };
  Command lost;
  lost.name = "recovery declare-lost";
  lost.purpose = {
      "verklaar dat een partner niet kan teruggeven wat hij van de uitwisselingen heeft (rol: "
      "officer)",
      "declare that a partner cannot return what it has of the exchanges (role: officer)"};
  lost.options = {
      {{"PARTIJ", "PARTY"}, "", {"de partner", "the partner"}, &arguments->party, true, CheckName},
      {"--reden",
       {"TEKST", "TEXT"},
       {"waarom; blijft verzegeld op deze node", "why; stays sealed at this node"},
       &arguments->reason,
       true,
       CheckText}};
  lost.notes = {
      "De partner wordt eerst nog eens gevraagd. Wat alleen die partner kon bewijzen, is daarna "
      "niet meer te bewijzen. De verklaring staat "
      "in het log van de node. Exitcode 3: een andere partner ontbreekt nog.",
      "The partner is asked once more first. What that partner alone could prove cannot be proved "
      "any more. The declaration is in the "
      "node's local log. Exit code 3: another partner is still missing."};
  lost.examples = {"schakel recovery declare-lost om --reden \"node van het OM is vernietigd\" \\",
                   "  --home politie --as dejong"};
  lost.run = [arguments](Context& context) { return DeclareLost(context, *arguments); };
  return {std::move(show), std::move(ask), std::move(lost)};
}

}  // namespace schakel::cli
