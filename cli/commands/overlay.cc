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
#include "node/canon/yaml.h"
#include "node/policy/diff.h"
#include "node/policy/render.h"
#include "node/policy/space.h"

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

}  // namespace

std::vector<Command> OverlayCommands() {
  return {CheckCommand()};
}

}  // namespace schakel::cli
