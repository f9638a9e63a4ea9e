#include "node/audit/trust.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "node/base/limits.h"
#include "node/crypto/hash.h"

namespace schakel::audit {
namespace {

using statement::SignedStatement;
using statement::Type;

// The document whose canonical bytes have this hash, out of whichever folder has them.
Result<std::optional<covenant::Document>> FindDocument(const std::vector<std::string>& folders,
                                                       const Hash& hash,
                                                       Collector& collector) {
  const std::string name = "covenant/" + EncodeHex(hash) + ".json";
  std::optional<covenant::Document> found;
  for (const std::string& folder : folders) {
    const std::optional<std::string> bytes = TRY(collector.Read(folder, name, kMaxCovenantBytes));
    if (!bytes) continue;
    if (crypto::Sha256(*bytes) != hash) {
      collector.Add(Problem::kCovenantDamaged, folder, name);
      continue;
    }
    if (found) continue;
    Result<covenant::Document> document = covenant::ParseDocument(*bytes);
    if (document) {
      found = *std::move(document);
    } else {
      collector.Add(Problem::kCovenantDamaged, folder, name);
    }
  }
  return found;
}

// Covenant -> the parties that accepted it under the roots of that version, and under those of the
// version before it: roots that change need both (covenant::CheckAccepts).
struct Accepted {
  std::map<Hash, std::set<std::string>> own;
  std::map<Hash, std::set<std::string>> before;
};

bool Contains(const std::map<Hash, std::set<std::string>>& accepted,
              const Hash& covenant,
              const std::string& party) {
  const auto parties = accepted.find(covenant);
  return parties != accepted.end() && parties->second.count(party) != 0;
}

// One line of a party's statements.
class StatementReader {
 public:
  StatementReader(Trust& trust, Collector& collector) : trust_(trust), collector_(collector) {}

  void Read(const std::string& folder, size_t line, std::string_view bytes);
  [[nodiscard]] const Accepted& accepted() const { return accepted_; }

 private:
  bool TakeDelegation(const SignedStatement& bytes);
  bool TakeAccept(const SignedStatement& bytes);
  // One that ends something is genuine under the roots of any version.
  template <typename T>
  [[nodiscard]] bool IsGenuine(const SignedStatement& bytes) const;

  Trust& trust_;
  Collector& collector_;
  Accepted accepted_;
  std::set<std::string, std::less<>> good_;  // every folder holds mostly the same lines
};

bool StatementReader::TakeDelegation(const SignedStatement& bytes) {
  for (const covenant::Document& document : trust_.versions) {
    auto delegation = covenant::VerifyDelegation(bytes, document);
    if (!delegation) continue;
    trust_.delegations.Add(*std::move(delegation));
    return true;
  }
  return false;
}

bool StatementReader::TakeAccept(const SignedStatement& bytes) {
  const Result<statement::Accept> accept = statement::ParseAs<statement::Accept>(bytes);
  if (!accept || accept->lineage != trust_.newest().lineage) return false;
  const covenant::Document* const document = trust_.Find(accept->covenant);
  if (document == nullptr) {
    // Of another version than those at hand: nothing follows from it, but it must be genuine.
    const auto party = trust_.newest().parties.find(accept->party);
    return party != trust_.newest().parties.end() &&
           statement::VerifySignatures(bytes, party->second.roots, party->second.threshold).ok();
  }
  if (accept->version != document->version || accept->previous != document->previous) return false;
  const bool own = covenant::VerifyAccept(bytes, *document).ok();
  const covenant::Document* const previous =
      document->previous ? trust_.Find(*document->previous) : nullptr;
  const bool before = previous != nullptr && covenant::VerifyAccept(bytes, *previous).ok();
  if (own) accepted_.own[accept->covenant].insert(accept->party);
  if (before) accepted_.before[accept->covenant].insert(accept->party);
  return own || before;
}

template <typename T>
bool StatementReader::IsGenuine(const SignedStatement& bytes) const {
  return std::any_of(trust_.versions.begin(), trust_.versions.end(), [&](const auto& document) {
    return covenant::VerifyEnding<T>(bytes, document).ok();
  });
}

void StatementReader::Read(const std::string& folder, size_t line, std::string_view text) {
  if (good_.count(text) != 0) return;
  const Result<SignedStatement> bytes = SignedStatement::Parse(text);
  bool good = false;
  if (bytes) {
    switch (bytes->type()) {
      case Type::kDelegation:
        good = TakeDelegation(*bytes);
        break;
      case Type::kAccept:
        good = TakeAccept(*bytes);
        break;
      case Type::kRevoke:
        good = IsGenuine<statement::Revoke>(*bytes);
        break;
      case Type::kLeave:
        good = IsGenuine<statement::Leave>(*bytes);
        break;
      case Type::kUndelegate:
        good = IsGenuine<statement::Undelegate>(*bytes);
        break;
      case Type::kStatus:
      case Type::kFact:
      case Type::kRequest:
      case Type::kAnswer:
      case Type::kReceipt:
        break;
    }
  }
  if (good) {
    good_.emplace(text);
  } else {
    collector_.Add(Problem::kStatement, folder, "statements.jsonl:" + std::to_string(line));
  }
}

}  // namespace

const covenant::Document* Trust::Find(const Hash& covenant) const {
  for (const covenant::Document& document : versions) {
    if (document.hash == covenant) return &document;
  }
  return nullptr;
}

std::vector<crypto::PublicKey> Trust::KeysOf(std::string_view party,
                                             statement::KeyUse use,
                                             std::optional<Instant> at) const {
  if (at) return delegations.KeysOf(party, use, *at);
  std::vector<crypto::PublicKey> keys;
  for (const auto& delegation : delegations.all()) {
    if (delegation.content.party != party) continue;
    for (const statement::DelegatedKey& key : delegation.content.keys) {
      if (key.use == use) keys.push_back(key.key);
    }
  }
  return keys;
}

std::string Trust::PartyOfOrigin(std::string_view origin) const {
  const std::string lineage = ToString(newest().lineage).substr(0, 8);
  for (const auto& delegation : delegations.all()) {
    const std::string prefix = delegation.content.node + "/xlog/" + lineage + "/";
    if (origin.substr(0, prefix.size()) != prefix) continue;
    const std::string_view epoch = origin.substr(prefix.size());
    const bool number =
        !epoch.empty() && epoch.size() <= 9 && epoch.front() != '0' &&
        std::all_of(epoch.begin(), epoch.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (number) return delegation.content.party;
  }
  return {};
}

Result<Trust> BuildTrust(const Hash& covenant, Collector& collector) {
  Trust trust;
  const std::vector<std::string> folders = TRY(collector.source().Folders());
  std::optional<Hash> next = covenant;
  while (next) {
    std::optional<covenant::Document> document = TRY(FindDocument(folders, *next, collector));
    if (!document) {
      // A version before the trusted one is missed only when a request names it.
      if (trust.versions.empty()) {
        collector.Add(Problem::kCovenantMissing, "", EncodeHex(*next));
        return trust;
      }
      break;
    }
    // A hash cannot point forward, so this ends.
    if (!trust.versions.empty() && !covenant::CheckSuccession(*document, trust.versions.back())) {
      collector.Add(Problem::kCovenantDamaged, "", EncodeHex(*next));
      break;
    }
    next = document->previous;
    trust.versions.push_back(*std::move(document));
  }

  StatementReader reader(trust, collector);
  for (const std::string& folder : folders) {
    const bool known = std::any_of(
        trust.versions.begin(), trust.versions.end(), [&](const covenant::Document& version) {
          return version.parties.count(folder) != 0;
        });
    if (!known) {
      collector.Add(Problem::kUnknownFolder, folder, "");
      continue;
    }
    TRY(collector.ReadLines(
        folder,
        "statements.jsonl",
        kMaxStatementFileBytes,
        [&](size_t line, std::string_view bytes) { reader.Read(folder, line, bytes); }));
  }
  for (const covenant::Document& document : trust.versions) {
    const covenant::Document* const previous =
        document.previous ? trust.Find(*document.previous) : nullptr;
    for (const auto& [party, unused] : document.parties) {
      const bool was_party = previous != nullptr && previous->parties.count(party) != 0;
      if (Contains(reader.accepted().own, document.hash, party) &&
          (!was_party || Contains(reader.accepted().before, document.hash, party))) {
        continue;
      }
      collector.Add(Problem::kAcceptMissing, party, "v" + std::to_string(document.version));
    }
  }
  return trust;
}

}  // namespace schakel::audit
