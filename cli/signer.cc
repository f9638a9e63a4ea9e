#include "cli/signer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "cli/files.h"
#include "cli/text.h"
#include "node/canon/json.h"
#include "node/covenant/trust.h"

namespace schakel::cli {
namespace {

using canon::Value;
using statement::SignedStatement;

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

}  // namespace

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

Value DelegationOf(const Signer& signer,
                   const covenant::Document& document,
                   int days,
                   Instant now) {
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
  return delegation.ToValue();
}

std::string CosignText(const Context& context,
                       const std::string& covenant,
                       const std::string& files) {
  return context.Say(Message::kCosignNext) + "\n" + "schakel covenant cosign " +
         Printable(covenant) + " \\\n  --statement" + files + " \\\n  --root " +
         context.Say(Message::kCosignRest) + "\n";
}

Wrong CheckDelegationDays(const std::string& value) {
  const bool good = !value.empty() && value.size() <= 2 &&
                    value.find_first_not_of("0123456789") == std::string::npos &&
                    std::stoi(value) >= 1 && std::stoi(value) <= 90;
  return good ? Wrong{}
              : Wrong{"is geen aantal dagen van 1 tot 90", "is no number of days from 1 to 90"};
}

}  // namespace schakel::cli
