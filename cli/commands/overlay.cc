// `schakel overlay ...`: what one party keeps at home by itself.
#include "node/covenant/overlay.h"

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/policy_file.h"
#include "cli/text.h"
#include "node/base/bytes.h"
#include "node/canon/json.h"
#include "node/canon/yaml.h"
#include "node/policy/diff.h"
#include "node/policy/render.h"
#include "node/policy/space.h"
#include "node/report/words.h"

namespace schakel::cli {
namespace {

using canon::Value;
using policy::Language;

struct CheckArguments {
  std::string overlay;
  std::string covenant;
};

// The overlay of the file, every finding told on the error stream.
Outcome<covenant::Overlay> LoadOverlay(Context& context,
                                       const std::string& path,
                                       const covenant::Document& document) {
  const std::string text =
      TRY(Hinted(ReadFile(path, covenant::kMaxOverlayBytes + 1), "check the path"));
  covenant::AuthoredOverlay authored = covenant::ReadOverlayYaml(text, path, document);
  if (authored.overlay) return *std::move(authored.overlay);
  for (const canon::Finding& finding : authored.findings)
    context.Warn(canon::ToString(finding));
  Failure failure;
  failure.code = ErrorCodeName(ErrorCode::kMalformed);
  failure.message = canon::ToString(authored.findings.front());
  failure.hint =
      "an overlay has denies of what its own party gives, and `retain`; see "
      "node/covenant/README.md";
  return failure;
}

Outcome<Exit> Check(Context& context, const CheckArguments& arguments) {
  const Policy loaded = TRY(LoadPolicy(context, arguments.covenant));
  const covenant::Overlay overlay =
      TRY(LoadOverlay(context, arguments.overlay, loaded.covenant->document()));
  const auto narrowed =
      TRY(covenant::Covenant::Compile(TRY(covenant::Narrow(loaded.covenant->document(), overlay))));
  const std::array<const covenant::Covenant*, 2> both{loaded.covenant.get(), narrowed.get()};
  TRY(Hinted(policy::CheckAskable(both), kTooMany));
  const policy::Difference difference = policy::Compare(*loaded.covenant, *narrowed);
  const bool dutch = context.language() == Language::kDutch;
  const std::string head =
      (dutch ? "Wat " + overlay.party + " zelf thuishoudt, boven het convenant (overlay "
             : "What " + overlay.party + " keeps at home besides the covenant (overlay ") +
      EncodeHex(overlay.hash).substr(0, 8) + "): " + Printable(overlay.reason) + "\n";
  return context.Show(
      Value::Object{{"party", overlay.party},
                    {"hash", EncodeHex(overlay.hash)},
                    {"reason", overlay.reason},
                    {"difference", policy::DifferenceJson(difference)}},
      head + policy::DifferenceText(difference, context.language(), context.paper()),
      Exit::kDone);
}

Command CheckCommand() {
  const auto arguments = std::make_shared<CheckArguments>();
  Command command;
  command.name = "overlay check";
  command.purpose = {"toon wat een eigen beperking thuishoudt, voordat de node haar kent",
                     "show what an own restriction keeps at home, before the node has it"};
  command.options = {{{"OVERLAY", "OVERLAY"},
                      "",
                      {"de eigen beperking: YAML", "the own restriction: YAML"},
                      &arguments->overlay,
                      true},
                     {"--covenant",
                      {"CONVENANT", "COVENANT"},
                      {"het convenant: YAML of JSON", "the covenant: YAML or JSON"},
                      &arguments->covenant,
                      true}};
  command.notes = {
      "Een eigen beperking kan alleen iets wegnemen: verboden, en een kortere termijn.",
      "An own restriction can only take away: denies, and a shorter term."};
  command.examples = {"schakel overlay check lokaal.yaml --covenant covenant.json"};
  command.run = [arguments](Context& context) { return Check(context, *arguments); };
  return command;
}

// ---- on the node -------------------------------------------------------------------------------

std::string ShownText(const Context& context, const Value& shown) {
  const bool dutch = context.language() == Language::kDutch;
  if (!BoolOf(shown, "set")) {
    return dutch ? "Deze node heeft geen eigen beperking: wat het convenant laat gaan, gaat.\n"
                 : "This node has no overlay of its own: what the covenant lets through goes.\n";
  }
  Lines table;
  table.Add("hash", TextOf(shown, "hash"));
  table.Add(dutch ? "reden" : "reason", TextOf(shown, "reason"));
  const Value* const overlay = shown.Find("overlay");
  const Value none;
  const Value& text = overlay == nullptr ? none : *overlay;
  if (text.Find("retain") != nullptr) {
    table.Add(dutch ? "bewaren" : "keep",
              (dutch ? "ten hoogste " : "at most ") +
                  report::PeriodText(context.language(), TextOf(text, "retain")));
  }
  for (const Value& rule : ArrayOf(text, "rules")) {
    const Value* const deny = rule.Find("deny");
    table.Add(TextOf(rule, "id"),
              TextOf(rule, "text").empty() && deny != nullptr ? canon::Write(*deny)
                                                              : TextOf(rule, "text"));
  }
  return (dutch ? "Eigen beperking van " : "Overlay of ") + TextOf(shown, "party") + "\n" +
         table.Text();
}

Outcome<Exit> ShowOverlay(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value shown = TRY(node.Call("overlay.show", Value::Object{}));
  return context.Show(shown, ShownText(context, shown));
}

Outcome<Exit> SetOverlay(Context& context, const std::string& path) {
  Node node = TRY(context.OpenNode());
  const Value in_force = TRY(node.Call("covenant.show", Value::Object{}));
  const Value* const covenant = in_force.Find("covenant");
  if (covenant == nullptr) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kDenied),
                   context.Say(Message::kNoCovenant),
                   "schakel covenant activate"};
  }
  const covenant::Document document = TRY(covenant::ParseDocument(canon::Write(*covenant)));
  const covenant::Overlay overlay = TRY(LoadOverlay(context, path, document));
  const Value shown = TRY(node.Call("overlay.set", Value::Object{{"overlay", overlay.canonical}}));
  return context.Show(shown, ShownText(context, shown));
}

Outcome<Exit> ClearOverlay(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value shown = TRY(node.Call("overlay.clear", Value::Object{}));
  return context.Show(shown, ShownText(context, shown));
}

Command ShowCommand() {
  Command command;
  command.name = "overlay show";
  command.purpose = {"toon wat de eigen partij zelf thuishoudt, boven het convenant",
                     "show what the own party keeps at home besides the covenant"};
  command.examples = {"schakel overlay show --home politie --as officer"};
  command.run = [](Context& context) { return ShowOverlay(context); };
  return command;
}

Command SetCommand() {
  const auto path = std::make_shared<std::string>();
  Command command;
  command.name = "overlay set";
  command.purpose = {"laat de node zelf minder verstrekken dan het convenant (rol: officer)",
                     "have the node give less than the covenant lets it (role: officer)"};
  command.options = {{{"OVERLAY", "OVERLAY"},
                      "",
                      {"de eigen beperking: YAML", "the own restriction: YAML"},
                      path.get(),
                      true}};
  command.notes = {
      "Geldt meteen, ook voor antwoorden die nog niet zijn opgehaald, en vervangt wat er was. "
      "Partners hoeven het niet te weten: zij krijgen minder, zonder reden.",
      "Holds at once, also for answers that were not fetched yet, and takes the place of what was "
      "there. Partners need not know: they get less, without a reason."};
  command.examples = {"schakel overlay set lokaal.yaml --home politie --as officer"};
  command.run = [path](Context& context) { return SetOverlay(context, *path); };
  return command;
}

Command ClearCommand() {
  Command command;
  command.name = "overlay clear";
  command.purpose = {"haal de eigen beperking weg (rol: officer)",
                     "take the own restriction away (role: officer)"};
  command.examples = {"schakel overlay clear --home politie --as officer"};
  command.run = [](Context& context) { return ClearOverlay(context); };
  return command;
}

}  // namespace

std::vector<Command> OverlayCommands() {
  return {CheckCommand(), ShowCommand(), SetCommand(), ClearCommand()};
}

}  // namespace schakel::cli
