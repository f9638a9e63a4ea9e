// What is held of the lineage: which statements count under which version, and which stay.
#include <algorithm>
#include <tuple>

#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/exchange/versions.h"

namespace schakel::exchange {
namespace {

using covenant::Document;
using statement::SignedStatement;
using statement::Type;

template <typename T>
void ReadNamed(const SignedStatement& signed_statement, KeptStatement& out) {
  const auto content = statement::ParseAs<T>(signed_statement);
  if (!content) return;
  out.party = content->party;
  out.seq = content->seq;
  if constexpr (requires { content->covenant; }) {
    out.named = content->covenant;
    out.version = content->version;
  }
}

// What a version's standing hangs on, of what roots in it signed: each need once, the lowest
// digest.
std::set<Hash> Needed(const std::map<Hash, const KeptStatement*>& signed_under,
                      const Document& document) {
  std::map<std::pair<Type, Hash>, Hash> endings;
  std::map<int64_t, std::map<Hash, Hash>> accepts;   // number -> text -> digest
  for (const auto& [digest, held] : signed_under) {  // by digest, so the lowest comes first
    if (!held->named) continue;
    if (held->bytes.type() == Type::kAccept) {
      if (held->version == document.version || held->version == document.version + 1)
        accepts[held->version].emplace(*held->named, digest);
    } else if (*held->named == document.hash || held->named == document.previous) {
      endings.emplace(std::pair(held->bytes.type(), *held->named), digest);
    }
  }
  std::set<Hash> needed;
  for (const auto& [ending, digest] : endings)
    needed.insert(digest);
  for (const auto& [number, texts] : accepts) {
    size_t taken = 0;
    for (const auto& [text, digest] : texts)
      if (taken++ < 2 || text == document.hash) needed.insert(digest);
  }
  return needed;
}

bool Ends(Type type) {
  return type == Type::kRevoke || type == Type::kLeave || type == Type::kUndelegate;
}

}  // namespace

const KeptVersion* Kept::Highest() const {
  const KeptVersion* highest = nullptr;
  for (const auto& [hash, version] : versions) {
    if (!version.activated) continue;
    if (highest == nullptr || version.document().version > highest->document().version) {
      highest = &version;
    }
  }
  return highest;
}

covenant::Lifecycle Kept::LifecycleAt(Instant now) const {
  std::vector<covenant::HeldVersion> held;
  held.reserve(versions.size());
  for (const auto& [hash, version] : versions)
    held.push_back({&version.document(), version.activated});
  std::vector<SignedStatement> all;
  all.reserve(statements.size());
  for (const auto& [key, held_statement] : statements)
    all.push_back(held_statement.bytes);
  return covenant::LifecycleOf(held, all, now);
}

void Kept::Put(KeptVersion version) {
  const Hash hash = version.document().hash;
  const auto [held, fresh] = versions.insert_or_assign(hash, std::move(version));
  if (!fresh) return;
  for (auto& [key, kept] : statements) {
    if (covenant::IsGenuine(kept.bytes, held->second.document())) kept.signed_for.insert(hash);
  }
}

void Kept::Erase(const Hash& version) {
  versions.erase(version);
  for (auto& [key, kept] : statements)
    kept.signed_for.erase(version);
}

KeptStatement Kept::Read(const SignedStatement& signed_statement) const {
  KeptStatement read{signed_statement, signed_statement.Digest(), {}, 0, {}, 0, {}};
  switch (signed_statement.type()) {
    case Type::kAccept:
      ReadNamed<statement::Accept>(signed_statement, read);
      break;
    case Type::kRevoke:
      ReadNamed<statement::Revoke>(signed_statement, read);
      break;
    case Type::kLeave:
      ReadNamed<statement::Leave>(signed_statement, read);
      break;
    case Type::kDelegation:
      ReadNamed<statement::Delegation>(signed_statement, read);
      break;
    case Type::kUndelegate:
      ReadNamed<statement::Undelegate>(signed_statement, read);
      break;
    case Type::kStatus:
    case Type::kFact:
    case Type::kRequest:
    case Type::kAnswer:
    case Type::kReceipt:
      return read;  // no roots sign these
  }
  for (const auto& [hash, version] : versions) {
    if (covenant::IsGenuine(signed_statement, version.document())) read.signed_for.insert(hash);
  }
  return read;
}

bool Kept::Vouched(const KeptStatement& held) const {
  return std::any_of(held.signed_for.begin(), held.signed_for.end(), [&](const Hash& hash) {
    return versions.at(hash).activated.has_value();
  });
}

const KeptVersion* Kept::DraftAcceptedBy(const KeptStatement& held) const {
  if (held.bytes.type() != Type::kAccept || !held.named) return nullptr;
  const auto version = versions.find(*held.named);
  if (version == versions.end() || version->second.activated) return nullptr;
  return held.signed_for.contains(*held.named) ? &version->second : nullptr;
}

bool Kept::AddsTo(const KeptStatement& read) const {
  std::set<Hash> unproved = read.signed_for;
  bool known = false;
  for (const auto& [key, held] : statements) {
    if (held.digest != read.digest) continue;
    known = true;
    for (const Hash& hash : held.signed_for)
      unproved.erase(hash);
  }
  return !known || !unproved.empty();
}

bool Kept::Contradicts(const KeptStatement& read) const {
  const auto accept = statement::ParseAs<statement::Accept>(read.bytes);
  if (!accept) return false;
  const auto version = versions.find(accept->covenant);
  return version != versions.end() && (version->second.document().version != accept->version ||
                                       version->second.document().previous != accept->previous);
}

std::set<Hash> Kept::StayingUnder(const Document& document, const std::string& party) const {
  std::map<Hash, const KeptStatement*> signed_under;
  for (const auto& [key, held] : statements) {
    if (held.party == party && held.signed_for.contains(document.hash))
      signed_under.emplace(held.digest, &held);
  }
  std::set<Hash> staying = Needed(signed_under, document);
  std::set<std::tuple<bool, int64_t, Hash>> ranked;
  for (const auto& [digest, held] : signed_under) {
    if (!staying.contains(digest)) ranked.emplace(!Ends(held->bytes.type()), -held->seq, digest);
  }
  for (const auto& [rest, seq, digest] : ranked) {
    if (staying.size() >= kMaxStatementsPerParty) break;
    staying.insert(digest);
  }
  return staying;
}

std::vector<KeptStatement> Kept::Trim(const std::string& party) {
  const auto of_party = std::count_if(statements.begin(), statements.end(), [&](const auto& held) {
    return held.second.party == party && Vouched(held.second);
  });
  if (static_cast<size_t>(of_party) <= kMaxStatementsPerParty) return {};
  std::set<std::pair<Hash, Hash>> staying;         // version, digest
  std::map<std::pair<Hash, Hash>, Hash> accepted;  // by the roots of one: another -> digest
  for (const auto& [hash, version] : versions) {
    if (!version.activated) continue;
    for (const Hash& digest : StayingUnder(version.document(), party))
      staying.emplace(hash, digest);
    for (const auto& [key, held] : statements) {
      if (held.party != party || held.bytes.type() != Type::kAccept || !held.named) continue;
      const auto named = versions.find(*held.named);
      if (named == versions.end() || !named->second.activated || !held.signed_for.contains(hash))
        continue;
      const auto [lowest, first] = accepted.emplace(std::pair(hash, *held.named), held.digest);
      if (!first) lowest->second = std::min(lowest->second, held.digest);
    }
  }
  for (const auto& [of, digest] : accepted)
    staying.emplace(of.first, digest);
  std::vector<KeptStatement> out;
  std::erase_if(statements, [&](const auto& entry) {
    const KeptStatement& held = entry.second;
    if (held.party != party || !Vouched(held)) return false;
    const bool stays =
        std::any_of(held.signed_for.begin(), held.signed_for.end(), [&](const Hash& hash) {
          return staying.contains({hash, held.digest});
        });
    if (!stays) out.push_back(held);
    return !stays;
  });
  return out;
}

std::string KeptKey(const SignedStatement& signed_statement) {
  return EncodeHex(crypto::Sha256(signed_statement.Encode()));
}

}  // namespace schakel::exchange
