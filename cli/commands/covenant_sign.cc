// `schakel covenant sign|cosign|merge`: a party's root signatures, from one machine or from
// several. Files only, no node.
#include <algorithm>
#include <memory>
#include <optional>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/covenant_file.h"
#include "cli/files.h"
#include "cli/home.h"
#include "cli/node_words.h"
#include "cli/signer.h"
#include "cli/text.h"
#include "node/canon/json.h"
#include "node/covenant/trust.h"
#include "node/statement/types.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct SignArguments {
  std::string covenant;
  int days = 89;
  std::string output;
};

// The party's accept, unless it is an auditor, and the delegation of its node's keys.
Result<std::vector<Unsigned>> MakeStatements(const Signer& signer,
                                             const covenant::Document& document,
                                             int days,
                                             Instant now) {
  std::vector<Unsigned> made;
  if (!signer.party.auditor) {
    statement::Accept accept;
    accept.party = signer.party.id;
    accept.lineage = document.lineage;
    accept.version = document.version;
    accept.covenant = document.hash;
    accept.previous = document.previous;
    accept.seq = ToMillis(now);
    accept.signed_at = now;
    made.push_back({statement::Type::kAccept, accept.ToValue()});
  }
  const Value delegation = DelegationOf(signer, document, days, now);
  TRY(statement::Delegation::Parse(delegation));
  made.push_back({statement::Type::kDelegation, delegation});
  return made;
}

Outcome<Exit> Sign(Context& context, const SignArguments& arguments) {
  const std::string home = TRY(context.Home());
  const auto loaded = TRY(LoadCovenant(arguments.covenant));
  const covenant::Document& document = loaded->document();
  const Signer signer = TRY(OpenSigner(context, home, document));
  const std::string& id = signer.party.id;
  const Instant now = context.clock().Now();
  TRY(CheckNotEnded(document, now));
  const auto made = TRY(MakeStatements(signer, document, arguments.days, now));
  TRY(MakeFolder(arguments.output));
  const int given = static_cast<int>(signer.roots.size());
  const bool complete = given >= signer.threshold;
  Value::Object value{{"party", id},
                      {"hash", EncodeHex(document.hash)},
                      {"signatures", given},
                      {"needed", signer.threshold}};
  Lines table;
  table.Add(context.Say(Message::kThisCovenant), EncodeHex(document.hash));
  std::string files;
  for (const Unsigned& each : made) {
    const std::string path = TRY(WriteSigned(context, each, signer, arguments.output));
    files += " " + Printable(path);
    value[statement::TypeName(each.type)] = path;
    std::string shown = path;
    if (each.type == statement::Type::kDelegation) {
      const Instant end = TRY(statement::Delegation::Parse(each.statement)).not_after;
      value["not_after"] = ToMillis(end);
      shown = context.Say(Message::kUntil, {{"what", path}, {"time", LocalTime(end)}});
    }
    table.Add(EntryWords(statement::TypeName(each.type), context.language()), shown);
  }
  if (complete) {
    return context.Show(
        value,
        context.Say(Message::kSignedBy, {{"party", id}, {"count", std::to_string(given)}}) + "\n" +
            table.Text() + context.Tell(Message::kNextTakeRoots));
  }
  return context.Show(
      value,
      context.Say(Message::kSignIncomplete,
                  {{"roots", RootsOf(context, given, signer.threshold)}, {"party", id}}) +
          "\n" + table.Text() + CosignText(context, arguments.covenant, files),
      Exit::kIncomplete);
}

Command SignCommand() {
  const auto arguments = std::make_shared<SignArguments>();
  Command command;
  command.name = "covenant sign";
  command.purpose = {
      "aanvaard een convenant met de roots van de partij en delegeer de sleutels van de node",
      "accept a covenant with the party's roots and delegate the node's keys"};
  command.options = {{{"CONVENANT", "COVENANT"},
                      "",
                      {"wat `covenant prepare` maakte", "what `covenant prepare` made"},
                      &arguments->covenant,
                      true},
                     {"--days",
                      {"N", "N"},
                      {"duur van de delegatie (standaard 89, hoogstens 90)",
                       "life of the delegation (default 89, at most 90)"},
                      &arguments->days,
                      false,
                      CheckDelegationDays},
                     {"-o,--output",
                      {"MAP", "DIR"},
                      {"waar de ondertekende verklaringen komen", "where the signed statements go"},
                      &arguments->output,
                      true}};
  command.notes = {
      "Ondertekent met de rootsleutels in de map. Zijn dat er minder dan de drempel van de partij, "
      "dan is de exitcode 3 en voegen de andere roots die van hen toe met `covenant cosign`; is er "
      "geen, dan schrijft het wat zij ondertekenen (.draft). In de map van een auditor ontstaat "
      "alleen de delegatie: een auditor stemt nergens mee in.",
      "Signs with the root keys in the home. When those are fewer than the party's threshold it "
      "ends with exit code 3, and the other roots add theirs with `covenant cosign`; when there "
      "are none it writes what they are to sign (.draft). In an auditor's home only the delegation "
      "is made: an auditor accepts nothing."};
  command.examples = {"schakel covenant sign covenant.json --home politie -o signed"};
  command.run = [arguments](Context& context) { return Sign(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantSignCommands() {
  return {SignCommand()};
}

}  // namespace schakel::cli
