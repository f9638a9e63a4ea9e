// `schakel overlay ...`: what one party keeps at home by itself.
#include "node/covenant/overlay.h"

#include <array>
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

// What one part of an overlay takes away by itself.
struct Taken {
  std::string id;
  std::string text;
  std::set<std::string> flows;  // "politie > gemeente incident"; none: nothing
};

std::string FlowText(const std::string& from, const std::string& to, const std::string& category) {
  return from + " > " + to + " " + category;
}

// The deny over what the signed covenant lets through where it applies. What a cell gives depends
// on the permits of that cell alone, so that the others need not be asked about.
Outcome<Taken> TakenBy(const covenant::Document& signed_one, const covenant::Deny& deny) {
  const auto within = [](const std::set<std::string>& names, const std::string& name) {
    return names.empty() || names.contains(name);
  };
  covenant::Document before = signed_one;
  std::erase_if(before.permits, [&](const covenant::Permit& permit) {
    return !within(deny.from, permit.from) || !within(deny.to, permit.to) ||
           !within(deny.purpose, permit.purpose) || !within(deny.category, permit.category);
  });
  covenant::Document after = before;
  after.denies.push_back(deny);
  const auto open = TRY(covenant::Covenant::Compile(std::move(before)));
  const auto closed = TRY(covenant::Covenant::Compile(std::move(after)));
  Taken taken{deny.id, deny.text, {}};
  for (const policy::Change& change : policy::Compare(*open, *closed).changes)
    taken.flows.insert(FlowText(change.cell.from, change.cell.to, change.cell.category));
  return taken;
}

// The permits whose term the overlay cuts: both documents have the same ones, in one order.
Taken CutBy(Language language,
            const covenant::Document& signed_one,
            const covenant::Document& narrowed,
            const Period& retain) {
  const bool dutch = language == Language::kDutch;
  Taken taken{
      dutch ? "bewaren" : "keep",
      (dutch ? "ten hoogste " : "at most ") + report::PeriodText(language, ToString(retain)),
      {}};
  for (size_t i = 0; i < signed_one.permits.size(); ++i) {
    const covenant::Permit& permit = signed_one.permits[i];
    const Period before = permit.retain.value_or(signed_one.default_retain);
    const Period after = narrowed.permits[i].retain.value_or(narrowed.default_retain);
    if (!(before == after)) taken.flows.insert(FlowText(permit.from, permit.to, permit.category));
  }
  return taken;
}

Outcome<std::vector<Taken>> TakenByEach(Language language,
                                        const covenant::Document& signed_one,
                                        const covenant::Document& narrowed,
                                        const covenant::Overlay& overlay) {
  std::vector<Taken> out;
  for (const covenant::Deny& deny : narrowed.denies) {
    if (deny.id.starts_with(covenant::kOverlayPrefix)) {
      out.push_back(TRY(TakenBy(signed_one, deny)));
    }
  }
  if (overlay.retain) out.push_back(CutBy(language, signed_one, narrowed, *overlay.retain));
  return out;
}

std::string TakenText(Language language,
                      const std::vector<Taken>& parts,
                      const report::Paper& paper) {
  const bool dutch = language == Language::kDutch;
  report::Table table;
  for (const Taken& part : parts) {
    const std::string what =
        part.flows.empty() ? (dutch ? "neemt niets weg: het convenant laat dit al niet gaan"
                                    : "takes nothing away: the covenant lets none of this through")
                           : (dutch ? "neemt iets weg bij " : "takes something away of ") +
                                 Joined({part.flows.begin(), part.flows.end()}, ", ");
    table.Add({{part.id}, {part.text.empty() ? what : part.text}});
    if (!part.text.empty()) {
      table.Add({{""}, {what, part.flows.empty() ? report::Ink::kWarn : report::Ink::kPlain}});
    }
  }
  return std::string(dutch ? "\nRegel voor regel\n" : "\nRule by rule\n") + table.Write(paper, 2) +
         "\n";
}

std::string Wrapped(const std::string& text, const report::Paper& paper) {
  std::string out;
  for (const std::string& line : report::Wrap(text, paper.width))
    out += line + "\n";
  return out;
}

Value::Array TakenJson(const std::vector<Taken>& parts) {
  Value::Array out;
  for (const Taken& part : parts) {
    out.push_back(Value::Object{
        {"id", part.id}, {"takes_away", Value::Array(part.flows.begin(), part.flows.end())}});
  }
  return out;
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
      EncodeHex(overlay.hash).substr(0, 8) + "): " + Printable(overlay.reason);
  const std::vector<Taken> parts = TRY(
      TakenByEach(context.language(), loaded.covenant->document(), narrowed->document(), overlay));
  return context.Show(Value::Object{{"party", overlay.party},
                                    {"hash", EncodeHex(overlay.hash)},
                                    {"reason", overlay.reason},
                                    {"rules", TakenJson(parts)},
                                    {"difference", policy::DifferenceJson(difference)}},
                      Wrapped(head, context.paper()) +
                          TakenText(context.language(), parts, context.paper()) +
                          policy::DifferenceText(difference, context.language(), context.paper()),
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
