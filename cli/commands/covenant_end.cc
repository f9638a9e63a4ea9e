// `schakel covenant revoke|leave|delegate|undelegate`: what a party's roots say after they
// accepted. Files only, no node: `covenant add` gives them to the own node.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/covenant_file.h"
#include "cli/files.h"
#include "cli/node_words.h"
#include "cli/signer.h"
#include "cli/text.h"
#include "node/canon/json.h"
#include "node/covenant/trust.h"

namespace schakel::cli {
namespace {

using canon::Value;
using statement::SignedStatement;

constexpr HelpText kNext{"Verder, op de eigen node: schakel covenant add ",
                         "Next, at the own node: schakel covenant add "};

struct EndArguments {
  std::string covenant;
  std::string delegation;
  int days = 89;
  std::string output;
};

// What is signed: made from who signs, the covenant and the time.
using Maker = Outcome<Unsigned> (*)(const Context& context,
                                    const EndArguments& arguments,
                                    const Signer& signer,
                                    const covenant::Document& document,
                                    Instant now);

Failure AuditorFailure(const Context& context) {
  Failure failure;
  failure.code = ErrorCodeName(ErrorCode::kDenied);
  failure.message = HelpText("een auditor is geen partij en kan niet intrekken of vertrekken",
                             "an auditor is no party and can neither revoke nor leave")
                        .In(context.language());
  failure.hint =
      HelpText("gebruik de map van een partij", "use the home of a party").In(context.language());
  return failure;
}

template <typename T>
Outcome<Unsigned> MakeEnding(const Context& context,
                             const EndArguments& /*arguments*/,
                             const Signer& signer,
                             const covenant::Document& document,
                             Instant now) {
  if (signer.party.auditor) return AuditorFailure(context);
  T ending;
  ending.party = signer.party.id;
  ending.lineage = document.lineage;
  ending.version = document.version;
  ending.covenant = document.hash;
  ending.seq = ToMillis(now);
  ending.signed_at = now;
  return Unsigned{T::kType, ending.ToValue()};
}

Outcome<Unsigned> MakeDelegation(const Context& /*context*/,
                                 const EndArguments& arguments,
                                 const Signer& signer,
                                 const covenant::Document& document,
                                 Instant now) {
  const Value delegation = DelegationOf(signer, document, arguments.days, now);
  TRY(statement::Delegation::Parse(delegation));
  return Unsigned{statement::Type::kDelegation, delegation};
}

Outcome<Unsigned> MakeUndelegate(const Context& context,
                                 const EndArguments& arguments,
                                 const Signer& signer,
                                 const covenant::Document& document,
                                 Instant now) {
  const SignedStatement given =
      TRY(Hinted(ReadStatement(arguments.delegation),
                 HelpText("geef de delegatie als bestand, zoals `covenant sign` haar schreef",
                          "give the delegation as the file that `covenant sign` wrote")
                     .In(context.language())));
  const auto verified = covenant::VerifyDelegation(given, document);
  if (!verified) {
    return context.About(arguments.delegation,
                         verified.error(),
                         HelpText("geef een delegatie van deze partij onder dit convenant",
                                  "give a delegation of this party under this covenant")
                             .In(context.language()));
  }
  if (verified->content.party != signer.party.id) {
    return context.About(arguments.delegation,
                         Denied("is a delegation of " + verified->content.party),
                         HelpText("alleen de eigen roots trekken een delegatie in",
                                  "only its own roots end a delegation")
                             .In(context.language()));
  }
  statement::Undelegate undelegate;
  undelegate.party = signer.party.id;
  undelegate.lineage = document.lineage;
  undelegate.delegation = given.Digest();
  undelegate.seq = ToMillis(now);
  undelegate.signed_at = now;
  return Unsigned{statement::Type::kUndelegate, undelegate.ToValue()};
}

Outcome<Exit> MakeAndSign(Context& context, const EndArguments& arguments, Maker make) {
  const std::string home = TRY(context.Home());
  const auto loaded = TRY(LoadCovenant(arguments.covenant));
  const covenant::Document& document = loaded->document();
  const Signer signer = TRY(OpenSigner(context, home, document));
  const Instant now = context.clock().Now();
  TRY(CheckNotEnded(document, now));
  const Unsigned made = TRY(make(context, arguments, signer, document, now));
  TRY(MakeFolder(arguments.output));
  const std::string path = TRY(WriteSigned(context, made, signer, arguments.output));
  const int given = static_cast<int>(signer.roots.size());
  const bool complete = given >= signer.threshold;
  const Value value(Value::Object{{"party", signer.party.id},
                                  {"type", statement::TypeName(made.type)},
                                  {"file", path},
                                  {"hash", EncodeHex(document.hash)},
                                  {"signatures", given},
                                  {"needed", signer.threshold}});
  Lines table;
  table.Add(context.Say(Message::kThisCovenant), EncodeHex(document.hash));
  table.Add(EntryWords(statement::TypeName(made.type), context.language()), path);
  if (complete) {
    return context.Show(
        value,
        context.Say(Message::kSignedBy,
                    {{"party", signer.party.id}, {"count", std::to_string(given)}}) +
            "\n" + table.Text() + kNext.In(context.language()) + Printable(path) + "\n");
  }
  return context.Show(
      value,
      context.Say(
          Message::kSignIncomplete,
          {{"roots", RootsOf(context, given, signer.threshold)}, {"party", signer.party.id}}) +
          "\n" + table.Text() + CosignText(context, arguments.covenant, " " + Printable(path)),
      Exit::kIncomplete);
}

Command EndCommand(const char* name,
                   HelpText purpose,
                   HelpText notes,
                   std::vector<std::string> examples,
                   Maker make) {
  const auto arguments = std::make_shared<EndArguments>();
  Command command;
  command.name = name;
  command.purpose = purpose;
  command.options = {{{"CONVENANT", "COVENANT"},
                      "",
                      {"wat `covenant prepare` maakte", "what `covenant prepare` made"},
                      &arguments->covenant,
                      true}};
  if (make == MakeUndelegate) {
    command.options.push_back({"--delegation",
                               {"BESTAND", "FILE"},
                               {"de delegatie die eindigt", "the delegation that ends"},
                               &arguments->delegation,
                               true});
  }
  if (make == MakeDelegation) {
    command.options.push_back({"--days",
                               {"N", "N"},
                               {"duur van de delegatie (standaard 89, hoogstens 90)",
                                "life of the delegation (default 89, at most 90)"},
                               &arguments->days,
                               false,
                               CheckDelegationDays});
  }
  command.options.push_back(
      {"-o,--output",
       {"MAP", "DIR"},
       {"waar de ondertekende verklaring komt", "where the signed statement goes"},
       &arguments->output,
       true});
  command.notes = notes;
  command.examples = std::move(examples);
  command.run = [arguments, make](Context& context) {
    return MakeAndSign(context, *arguments, make);
  };
  return command;
}

}  // namespace

std::vector<Command> CovenantEndCommands() {
  return {
      EndCommand("covenant revoke",
                 {"trek een convenant in: voor alle partijen, meteen",
                  "revoke a covenant: for every party, at once"},
                 {"Eén partij is genoeg. Er gaat niets meer zodra een node de intrekking heeft; "
                  "bewaartermijnen en het logboek blijven gelden. Terug kan alleen met een nieuwe "
                  "versie die elke partij ondertekent.",
                  "One party suffices. Nothing goes any more once a node has it; retention and log "
                  "stay binding. Coming back takes a new version that every party signs."},
                 {"schakel covenant revoke covenant.json --home politie -o signed"},
                 MakeEnding<statement::Revoke>),
      EndCommand(
          "covenant leave",
          {"verlaat een convenant: alleen voor de eigen partij, meteen",
           "leave a covenant: for the own party only, at once"},
          {"De anderen gaan door, tenzij het convenant zegt dat het dan eindigt "
           "(`on_leave: end`).",
           "The others go on, unless the covenant says that it then ends (`on_leave: end`)."},
          {"schakel covenant leave covenant.json --home jongerenwerk -o signed"},
          MakeEnding<statement::Leave>),
      EndCommand("covenant delegate",
                 {"delegeer de sleutels van de node opnieuw, hoogstens 90 dagen",
                  "delegate the node's keys anew, for at most 90 days"},
                 {"Er vervalt niets: wat onder de vorige delegatie is ondertekend blijft gelden. "
                  "Het convenant wordt niet opnieuw ondertekend.",
                  "It voids nothing: what was signed under the delegation before stays valid. The "
                  "covenant is not signed again."},
                 {"schakel covenant delegate covenant.json --home politie -o signed"},
                 MakeDelegation),
      EndCommand(
          "covenant undelegate",
          {"trek een delegatie in: een sleutel van de node is niet meer te vertrouwen",
           "end a delegation: a key of the node can no longer be trusted"},
          {"Wat met die sleutel komt wordt meteen geweigerd. Delegeer eerst nieuwe sleutels, "
           "anders staat de node stil.",
           "What comes with that key is refused at once. Delegate new keys first, or the "
           "node stands still."},
          {"schakel covenant undelegate covenant.json \\",
           "  --delegation signed/politie.delegation.json --home politie -o ended"},
          MakeUndelegate)};
}

}  // namespace schakel::cli
