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
#include "cli/text.h"
#include "node/canon/json.h"
#include "node/covenant/trust.h"
#include "node/statement/types.h"

namespace schakel::cli {
namespace {

using canon::Value;
using statement::SignedStatement;

struct SignArguments {
  std::string covenant;
  int days = 89;
  std::string output;
};

Wrong CheckDays(const std::string& value) {
  const bool good = !value.empty() && value.size() <= 2 &&
                    value.find_first_not_of("0123456789") == std::string::npos &&
                    std::stoi(value) >= 1 && std::stoi(value) <= 90;
  return good ? Wrong{}
              : Wrong{"is geen aantal dagen van 1 tot 90", "is no number of days from 1 to 90"};
}

// Whose roots sign.
struct Holder {
  std::vector<crypto::PublicKey> roots;
  int threshold = 0;
  [[nodiscard]] bool Lists(const crypto::PublicKey& root) const {
    return std::find(roots.begin(), roots.end(), root) != roots.end();
  }
};

std::optional<Holder> HolderOf(const covenant::Document& document,
                               const std::string& id,
                               bool auditor) {
  if (auditor) {
    const auto found = document.auditors.find(id);
    if (found == document.auditors.end()) return std::nullopt;
    return Holder{found->second.roots, found->second.threshold};
  }
  const auto found = document.parties.find(id);
  if (found == document.parties.end()) return std::nullopt;
  return Holder{found->second.roots, found->second.threshold};
}

// The home's party, those of its roots that are here, and what the statements say of its node.
struct Signer {
  PartyFile party;
  int threshold = 0;
  std::vector<crypto::SigningKey> roots;
  std::string node;
  std::vector<std::string> addresses;
  std::vector<statement::DelegatedKey> keys;
};

// An auditor runs no node; its certificate still has a name.
std::string AuditorNode(std::string id) {
  std::replace(id.begin(), id.end(), '_', '-');
  return id;
}

// The root keys in the home that the covenant lists. None is right too, as long as the home's party
// is the one that the covenant means: its roots then sign elsewhere (`covenant cosign`).
Outcome<std::vector<crypto::SigningKey>> RootsHere(const Context& context,
                                                   const std::string& home,
                                                   const PartyFile& party,
                                                   const Holder& holder) {
  std::vector<crypto::SigningKey> listed;
  auto here = ReadRoots(home);
  if (!here && here.error().code != ErrorCode::kNotFound) {
    return Hinted(Result<std::vector<crypto::SigningKey>>(here.error()),
                  context.Say(Message::kMendRootFile, {{"folder", InFolder(home, "roots")}}));
  }
  const bool any = here.ok();
  if (any) {
    for (crypto::SigningKey& root : *here) {
      if (holder.Lists(root.public_key())) listed.push_back(std::move(root));
    }
  }
  const bool same =
      covenant::RootFingerprint(party.roots) == covenant::RootFingerprint(holder.roots);
  if (listed.empty() && (any || !same)) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kDenied),
                   context.Say(Message::kRootsElsewhere, {{"party", party.id}}),
                   context.Say(Message::kPrepareWith, {{"file", InFolder(home, "party.json")}})};
  }
  return listed;
}

Outcome<Signer> OpenSigner(const Context& context,
                           const std::string& home,
                           const covenant::Document& document) {
  Signer signer;
  signer.party =
      TRY(Hinted(ReadPartyFile(InFolder(home, "party.json")), context.Say(Message::kGiveHome)));
  const std::string& id = signer.party.id;
  const auto holder = HolderOf(document, id, signer.party.auditor);
  if (!holder) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kDenied),
                   context.Say(Message::kPartyNotNamed, {{"party", id}}),
                   context.Say(Message::kPrepareWith, {{"file", InFolder(home, "party.json")}})};
  }
  signer.threshold = holder->threshold;
  signer.roots = TRY(RootsHere(context, home, signer.party, *holder));
  const auto add = [&](const char* file, statement::KeyUse use) -> Result<void> {
    const auto key = TRY(ReadSigningKey(InFolder(InFolder(home, "keys"), file)));
    signer.keys.push_back({use, key.public_key()});
    return {};
  };
  TRY(add("statement.key", statement::KeyUse::kStatement));
  TRY(add("tls.key", statement::KeyUse::kTls));
  signer.node = AuditorNode(id);
  if (signer.party.auditor) return signer;
  TRY(add("log.key", statement::KeyUse::kLog));
  const NodeConfig config = TRY(ReadNodeConfig(home));
  signer.node = config.node;
  signer.addresses = config.addresses;
  return signer;
}

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
  statement::Delegation delegation;
  delegation.lineage = document.lineage;
  delegation.party = signer.party.id;
  delegation.node = signer.node;
  // Milliseconds rise over all that a party signs, without anybody keeping count.
  delegation.seq = ToMillis(now) + 1;
  delegation.signed_at = now;
  delegation.not_before = now;
  delegation.not_after = std::min<Instant>(now + std::chrono::days{days}, document.valid_until);
  delegation.addresses = signer.addresses;
  delegation.keys = signer.keys;
  TRY(statement::Delegation::Parse(delegation.ToValue()));
  made.push_back({statement::Type::kDelegation, delegation.ToValue()});
  return made;
}

// Signed by the roots that are here; without any, the bytes that other machines are to sign.
Outcome<std::string> WriteSigned(const Context& context,
                                 const Unsigned& made,
                                 const Signer& signer,
                                 const std::string& folder) {
  if (signer.roots.empty()) {
    const Value draft(
        Value::Object{{"type", statement::TypeName(made.type)}, {"statement", made.statement}});
    std::string path = StatementPath(folder, signer.party.id, made.type, ".draft");
    TRY(Hinted(WriteNewFile(path, canon::Write(draft) + "\n", FileMode::kPublic),
               context.Say(Message::kStatementsKept)));
    return path;
  }
  std::vector<const crypto::SigningKey*> keys;
  keys.reserve(signer.roots.size());
  for (const crypto::SigningKey& root : signer.roots)
    keys.push_back(&root);
  std::string path = StatementPath(folder, signer.party.id, made.type);
  TRY(Hinted(WriteStatement(path, SignedStatement::Sign(made.type, made.statement, keys)),
             context.Say(Message::kStatementsKept)));
  return path;
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
          "\n" + table.Text() + context.Say(Message::kCosignNext) + "\n" +
          "schakel covenant cosign " + Printable(arguments.covenant) + " \\\n  --statement" +
          files + " \\\n  --root " + context.Say(Message::kCosignRest) + "\n",
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
                      CheckDays},
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
