#include "node/covenant/trust.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/crypto/hash.h"

namespace schakel::covenant {
namespace {

using statement::Accept;
using statement::Delegation;
using statement::Fact;
using statement::Leave;
using statement::Revoke;
using statement::SignedStatement;
using statement::Undelegate;
using statement::Verified;

// Who signs with roots in this document.
struct RootHolder {
  const std::vector<crypto::PublicKey>* roots;
  int threshold;
};

Result<RootHolder> FindParty(const Document& document, const std::string& id) {
  const auto party = document.parties.find(id);
  if (party == document.parties.end())
    return Because(Denied("the statement names no party"), Reason::kStatementNobody);
  return RootHolder{&party->second.roots, party->second.threshold};
}

Result<RootHolder> FindHolder(const Document& document, const std::string& id) {
  const auto auditor = document.auditors.find(id);
  if (auditor == document.auditors.end()) return FindParty(document, id);
  return RootHolder{&auditor->second.roots, auditor->second.threshold};
}

// An auditor has keys to delegate, and no say in a covenant.
Result<RootHolder> HolderFor(statement::Type type,
                             const Document& document,
                             const std::string& id) {
  const bool keys = type == statement::Type::kDelegation || type == statement::Type::kUndelegate;
  return keys ? FindHolder(document, id) : FindParty(document, id);
}

struct ByRoots {
  std::string party;
  Uuid lineage;
};

template <typename T>
Result<ByRoots> ReadByRoots(const SignedStatement& signed_statement) {
  T content = TRY(statement::ParseAs<T>(signed_statement));
  return ByRoots{std::move(content.party), content.lineage};
}

// Of the types that roots sign; kMalformed for the others.
Result<ByRoots> ParseByRoots(const SignedStatement& signed_statement) {
  switch (signed_statement.type()) {
    case statement::Type::kDelegation:
      return ReadByRoots<Delegation>(signed_statement);
    case statement::Type::kAccept:
      return ReadByRoots<Accept>(signed_statement);
    case statement::Type::kRevoke:
      return ReadByRoots<Revoke>(signed_statement);
    case statement::Type::kLeave:
      return ReadByRoots<Leave>(signed_statement);
    case statement::Type::kUndelegate:
      return ReadByRoots<Undelegate>(signed_statement);
    case statement::Type::kStatus:
    case statement::Type::kFact:
    case statement::Type::kRequest:
    case statement::Type::kAnswer:
    case statement::Type::kReceipt:
      break;
  }
  return Malformed("a statement that no roots sign");
}

// How many organisations can be given a signature of their own.
int MostAtOnce(const std::vector<std::set<std::string>>& signatures) {
  std::map<std::string, size_t> given;  // organisation -> its signature
  // Kuhn's augmenting paths over a handful of each.
  const std::function<bool(size_t, std::set<std::string>&)> place =
      [&](size_t signature, std::set<std::string>& tried) {
        for (const std::string& organisation : signatures[signature]) {
          if (!tried.insert(organisation).second) continue;
          const auto taken = given.find(organisation);
          if (taken != given.end() && !place(taken->second, tried)) continue;
          given[organisation] = signature;
          return true;
        }
        return false;
      };
  int most = 0;
  for (size_t signature = 0; signature < signatures.size(); ++signature) {
    std::set<std::string> tried;
    if (place(signature, tried)) ++most;
  }
  return most;
}

bool Covers(const Delegation& delegation, Instant at) {
  return delegation.not_before <= at && at < delegation.not_after;
}

bool Gives(const Delegation& delegation, const crypto::PublicKey& key, statement::KeyUse use) {
  return std::any_of(delegation.keys.begin(), delegation.keys.end(), [&](const auto& delegated) {
    return delegated.use == use && delegated.key == key;
  });
}

bool Accepts(const Accept& accept, const Document& document) {
  return accept.covenant == document.hash && accept.version == document.version &&
         accept.previous == document.previous;
}

}  // namespace

std::string RootFingerprint(const std::vector<crypto::PublicKey>& roots) {
  std::vector<std::string> ids;
  ids.reserve(roots.size());
  for (const crypto::PublicKey& root : roots)
    ids.push_back(crypto::KeyId(root));
  std::sort(ids.begin(), ids.end());
  std::string joined;
  for (const std::string& id : ids)
    joined += id + "\n";
  return EncodeHex(crypto::Sha256(joined)).substr(0, 24);
}

Result<Verified<Delegation>> VerifyDelegation(const SignedStatement& signed_delegation,
                                              const Document& document) {
  const Delegation content = TRY(statement::ParseAs<Delegation>(signed_delegation));
  if (content.lineage != document.lineage) return Denied("a delegation of another lineage");
  const RootHolder holder = TRY(FindHolder(document, content.party));
  return statement::VerifyAs<Delegation>(signed_delegation, *holder.roots, holder.threshold);
}

Result<Verified<Accept>> VerifyAccept(const SignedStatement& signed_accept,
                                      const Document& document) {
  const Accept content = TRY(statement::ParseAs<Accept>(signed_accept));
  if (content.lineage != document.lineage) return Denied("an accept of another lineage");
  const RootHolder holder = TRY(FindParty(document, content.party));
  return statement::VerifyAs<Accept>(signed_accept, *holder.roots, holder.threshold);
}

template <typename T>
Result<Verified<T>> VerifyEnding(const SignedStatement& signed_statement,
                                 const Document& document) {
  const T content = TRY(statement::ParseAs<T>(signed_statement));
  if (content.lineage != document.lineage) return Denied("an ending of another lineage");
  const RootHolder holder = TRY(HolderFor(T::kType, document, content.party));
  return statement::VerifyAs<T>(signed_statement, *holder.roots, holder.threshold);
}
template Result<Verified<Revoke>> VerifyEnding<Revoke>(const SignedStatement&, const Document&);
template Result<Verified<Leave>> VerifyEnding<Leave>(const SignedStatement&, const Document&);
template Result<Verified<Undelegate>> VerifyEnding<Undelegate>(const SignedStatement&,
                                                               const Document&);

Result<RootSignatures> CountRootSignatures(const SignedStatement& signed_statement,
                                           const Document& document) {
  const ByRoots by = TRY(ParseByRoots(signed_statement));
  const RootHolder holder = TRY(HolderFor(signed_statement.type(), document, by.party));
  if (by.lineage != document.lineage)
    return Because(Denied("a statement of another lineage"), Reason::kStatementLineage);
  TRY(statement::VerifySignatures(signed_statement, *holder.roots, 1));
  return RootSignatures{
      by.party, static_cast<int>(signed_statement.signatures().size()), holder.threshold};
}

Result<void> CheckAccepts(std::span<const SignedStatement> accepts,
                          const Document& document,
                          const Document* previous) {
  std::set<std::string> missing;
  for (const auto& [id, party] : document.parties)
    missing.insert(id);
  // The roots that accepted may be others under the new version: each version's threshold is met by
  // its own keys, over one statement or two with the same content.
  std::set<std::string> missing_before;
  if (previous != nullptr) {
    for (const auto& [id, party] : previous->parties) {
      if (missing.contains(id)) missing_before.insert(id);
    }
  }
  for (const SignedStatement& accept : accepts) {
    if (const auto verified = VerifyAccept(accept, document);
        verified.ok() && Accepts(verified->content, document)) {
      missing.erase(verified->content.party);
    }
    if (previous == nullptr) continue;
    if (const auto verified = VerifyAccept(accept, *previous);
        verified.ok() && Accepts(verified->content, document)) {
      missing_before.erase(verified->content.party);
    }
  }
  missing.insert(missing_before.begin(), missing_before.end());
  if (missing.empty()) return {};
  std::string names;
  for (const std::string& id : missing)
    names += (names.empty() ? "" : ", ") + id;
  return NotFound("not accepted yet by " + names);
}

Result<void> CheckSuccession(const Document& previous, const Document& next) {
  if (next.lineage != previous.lineage) return Conflict("a covenant of another lineage");
  if (next.version != previous.version + 1) {
    return Conflict("version " + std::to_string(next.version) + " does not follow version " +
                    std::to_string(previous.version));
  }
  if (next.previous != previous.hash) return Conflict("`previous` is not the hash before it");
  return {};
}

void Delegations::Add(Verified<Delegation> delegation) {
  const Hash digest = delegation.bytes.Digest();
  if (std::find(digests_.begin(), digests_.end(), digest) != digests_.end()) return;
  all_.push_back(std::move(delegation));
  digests_.push_back(digest);
}

void Delegations::End(const statement::Undelegate& undelegate) {
  ended_.emplace(undelegate.party, undelegate.delegation);
}

bool Delegations::Stands(size_t index) const {
  return !ended_.contains({all_[index].content.party, digests_[index]});
}

std::vector<crypto::PublicKey> Delegations::KeysOf(std::string_view party,
                                                   statement::KeyUse use,
                                                   Instant at) const {
  std::vector<const Delegation*> covering;
  for (size_t i = 0; i < all_.size(); ++i) {
    const Delegation& delegation = all_[i].content;
    if (delegation.party == party && Covers(delegation, at) && Stands(i)) {
      covering.push_back(&delegation);
    }
  }
  std::stable_sort(covering.begin(), covering.end(), [](const auto* a, const auto* b) {
    return a->seq > b->seq;
  });
  std::vector<crypto::PublicKey> keys;
  for (const Delegation* delegation : covering) {
    for (const statement::DelegatedKey& delegated : delegation->keys) {
      if (delegated.use != use) continue;
      if (std::find(keys.begin(), keys.end(), delegated.key) == keys.end()) {
        keys.push_back(delegated.key);
      }
    }
  }
  return keys;
}

std::set<std::string> Delegations::ClaimantsOf(const crypto::PublicKey& key,
                                               statement::KeyUse use,
                                               Instant at) const {
  std::set<std::string> claimants;
  for (size_t i = 0; i < all_.size(); ++i) {
    const Delegation& delegation = all_[i].content;
    if (Covers(delegation, at) && Gives(delegation, key, use) && Stands(i)) {
      claimants.insert(delegation.party);
    }
  }
  return claimants;
}

Result<std::string> Delegations::PartyOf(const crypto::PublicKey& key,
                                         statement::KeyUse use,
                                         Instant at) const {
  const std::set<std::string> claimants = ClaimantsOf(key, use, at);
  if (claimants.empty()) return Denied("no delegation gives this key");
  if (claimants.size() > 1) return Denied("more than one party claims this key");
  return *claimants.begin();
}

const Verified<Delegation>* Delegations::Current(std::string_view party, Instant at) const {
  const Verified<Delegation>* current = nullptr;
  for (size_t i = 0; i < all_.size(); ++i) {
    const Delegation& delegation = all_[i].content;
    if (delegation.party != party || !Covers(delegation, at) || !Stands(i)) continue;
    if (current == nullptr || delegation.seq > current->content.seq) current = &all_[i];
  }
  return current;
}

Result<std::set<std::string>> VerifyFact(const SignedStatement& signed_fact,
                                         const Document& document,
                                         const Delegations& delegations,
                                         Instant now) {
  const Fact fact = TRY(statement::ParseAs<Fact>(signed_fact));
  if (fact.lineage != document.lineage) return Denied("a fact of another lineage");
  const auto declared = document.facts.find(fact.fact);
  if (declared == document.facts.end()) return Malformed("the covenant has no such fact");
  TRY(ParseStatedValue(declared->second, fact.value));
  if (fact.issued > now + kIssuedTolerance) return Denied("a fact issued in the future");
  if (fact.expires <= now) return Denied("the fact has expired");
  std::vector<crypto::PublicKey> keys;
  for (const std::string& party : declared->second.stated_by) {
    const auto own = delegations.KeysOf(party, statement::KeyUse::kStatement, fact.issued);
    keys.insert(keys.end(), own.begin(), own.end());
  }
  TRY(statement::VerifySignatures(signed_fact, keys, 1));
  std::set<std::string> parties;
  std::vector<std::set<std::string>> organisations;  // that each signature can stand for
  for (const statement::Signature& signature : signed_fact.signatures()) {
    std::set<std::string>& standing = organisations.emplace_back();
    for (const std::string& party :
         delegations.ClaimantsOf(signature.key, statement::KeyUse::kStatement, fact.issued)) {
      if (!declared->second.stated_by.contains(party)) continue;
      standing.insert(document.parties.at(party).organisation);
      parties.insert(party);
    }
  }
  if (MostAtOnce(organisations) < declared->second.stated_threshold) {
    return Denied("fewer parties signed than the covenant asks");
  }
  return parties;
}

}  // namespace schakel::covenant
