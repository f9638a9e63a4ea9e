#include "tests/grpc/parties.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "node/base/date.h"
#include "node/covenant/author.h"
#include "node/crypto/hash.h"

namespace schakel::hostile {

using statement::SignedStatement;

void Must(const Result<void>& result, const char* what) {
  if (result) return;
  std::fprintf(stderr,
               "%s: %s: %s\n",
               what,
               ErrorCodeName(result.error().code),
               result.error().detail.c_str());
  std::abort();
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.empty()) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::abort();
  }
  return text;
}

SignedStatement SignBy(const crypto::SigningKey& key,
                       statement::Type type,
                       const canon::Value& value) {
  const crypto::SigningKey* const keys[] = {&key};
  return SignedStatement::Sign(type, value, keys);
}

crypto::TlsIdentity IdentityOf(const crypto::SigningKey& key,
                               const statement::Delegation& delegation,
                               const SignedStatement& signed_delegation) {
  return Must(crypto::MakeTlsIdentity(key,
                                      delegation.node,
                                      AsBytes(signed_delegation.Encode()),
                                      delegation.not_before,
                                      delegation.not_after),
              "certificate");
}

Parties::Parties() : now_(SystemClock().Now()) {
  Add("politie", 3, 2);
  Add("gemeente", 2, 2);
  Add("om", 2, 1);
  Add("jongerenwerk", 2, 1);
  Add(kAuditor, 1, 1);
  Prepare();
}

void Parties::Add(const std::string& id, int roots, int threshold) {
  const auto make = [&] { return crypto::SigningKey::Generate(entropy_); };
  PartyKeys keys{id, {}, threshold, make(), make(), make()};
  for (int i = 0; i < roots; ++i)
    keys.roots.push_back(make());
  keys_.emplace(id, std::move(keys));
}

const PartyKeys& Parties::operator[](std::string_view id) const {
  return keys_.find(id)->second;
}

exchange::Fingerprints Parties::fingerprints() const {
  exchange::Fingerprints all;
  for (const auto& [id, described] : document_.parties)
    all[id] = covenant::RootFingerprint(described.roots);
  return all;
}

void Parties::Prepare() {
  const Day today = DayOf(now_, Zone::kAmsterdam);
  covenant::PrepareOptions options;
  options.lineage = Must(ParseUuid("7b0c4c7e-6f2a-4d53-9c55-5f4f5d0b9a11"), "lineage");
  options.from = today - std::chrono::days{7};
  options.until = today + std::chrono::days{365};
  options.review_by = today + std::chrono::days{270};
  for (const auto& [id, keys] : keys_) {
    covenant::PrepareOptions::Holder& holder = options.holders[id];
    holder.threshold = keys.threshold;
    for (const crypto::SigningKey& root : keys.roots)
      holder.roots.push_back(root.public_key());
  }
  options.documents["convenant"] = crypto::Sha256("convenant");
  options.documents["art20"] = crypto::Sha256("art20");
  const std::string path = std::string(SCHAKEL_POLICIES) + "/veldrijk.yaml";
  auto prepared = covenant::Prepare(ReadFile(path), path, options);
  for (const canon::Finding& finding : prepared.findings) {
    if (finding.severity == canon::Finding::Severity::kError) {
      std::fprintf(stderr, "%s\n", canon::ToString(finding).c_str());
    }
  }
  if (!prepared.document) std::abort();
  document_ = *std::move(prepared.document);
  for (const auto& [id, described] : document_.parties) {
    const PartyKeys& keys = (*this)[id];
    statement::Accept accept;
    accept.party = id;
    accept.lineage = document_.lineage;
    accept.version = 1;
    accept.covenant = document_.hash;
    accept.seq = 2;
    accept.signed_at = now_;
    std::vector<const crypto::SigningKey*> signers;
    for (int i = 0; i < keys.threshold; ++i)
      signers.push_back(&keys.roots[static_cast<size_t>(i)]);
    accepts_.push_back(SignedStatement::Sign(statement::Type::kAccept, accept.ToValue(), signers));
  }
}

statement::Delegation Parties::Delegation(std::string_view party,
                                          std::string_view address,
                                          int64_t seq) const {
  const PartyKeys& keys = (*this)[party];
  statement::Delegation delegation;
  delegation.lineage = document_.lineage;
  delegation.party = keys.id;
  delegation.node = keys.node();
  delegation.seq = seq;
  delegation.signed_at = now_;
  delegation.not_before = now_ - std::chrono::hours{1};
  delegation.not_after = delegation.not_before + std::chrono::days{90};
  delegation.addresses = {std::string(address)};
  using statement::KeyUse;
  delegation.keys = {{KeyUse::kStatement, keys.statement.public_key()},
                     {KeyUse::kTls, keys.tls.public_key()}};
  if (keys.id != kAuditor) delegation.keys.push_back({KeyUse::kLog, keys.log.public_key()});
  return delegation;
}

SignedStatement Parties::Sign(const statement::Delegation& delegation,
                              std::string_view signer) const {
  const PartyKeys& keys = (*this)[signer.empty() ? delegation.party : signer];
  std::vector<const crypto::SigningKey*> signers;
  for (int i = 0; i < keys.threshold; ++i)
    signers.push_back(&keys.roots[static_cast<size_t>(i)]);
  return SignedStatement::Sign(statement::Type::kDelegation, delegation.ToValue(), signers);
}

}  // namespace schakel::hostile
