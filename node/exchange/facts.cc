#include "node/exchange/facts.h"

#include <algorithm>
#include <set>

#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"

namespace schakel::exchange {
namespace {

using statement::Fact;
using statement::SignedStatement;
using store::Family;
using store::KeyBuilder;

struct Seen {
  Instant issued;
  Hash digest{};
  bool ambiguous = false;  // two of one `issued`: neither holds until a newer one comes
};

Bytes SeenKey(const Uuid& lineage, std::string_view fact, std::string_view group) {
  return KeyBuilder().Text("fact-seen").Raw(lineage.bytes).Text(fact).Text(group).Build();
}

Bytes EncodeSeen(const Seen& seen) {
  const canon::Value value(canon::Value::Object{{"issued", ToMillis(seen.issued)},
                                                {"digest", EncodeHex(seen.digest)},
                                                {"ambiguous", seen.ambiguous}});
  return ToBytes(canon::Write(value));
}

Result<std::optional<Seen>> FindSeen(const store::Store& store, ByteView key) {
  const std::optional<Bytes> bytes = TRY(store.Get(Family::kMeta, key));
  if (!bytes) return std::optional<Seen>();
  const canon::Value value = TRY(canon::ParseCanonical(AsText(*bytes)));
  canon::ObjectReader in(value, "newest fact");
  Seen seen;
  seen.issued = TRY(in.Time("issued"));
  seen.digest = TRY(in.HashHex("digest"));
  seen.ambiguous = TRY(in.Bool("ambiguous"));
  TRY(in.Done());
  return std::optional<Seen>(seen);
}

// The value as the covenant types it; absent when it does not fit the declaration.
std::optional<covenant::FactValue> TypedValue(const covenant::FactDeclaration& declaration,
                                              const std::string& value) {
  if (declaration.about_person) return covenant::FactValue(true);
  switch (declaration.type) {
    case covenant::FactType::kBool:
      if (value == "true" || value == "false") return covenant::FactValue(value == "true");
      return std::nullopt;
    case covenant::FactType::kEnum:
      if (std::find(declaration.values.begin(), declaration.values.end(), value) ==
          declaration.values.end()) {
        return std::nullopt;
      }
      return covenant::FactValue(value);
    case covenant::FactType::kInt:
    case covenant::FactType::kAge:
    case covenant::FactType::kElapsed:
      return std::nullopt;  // numbers are not stated
  }
  return std::nullopt;
}

bool InTerm(const Fact& fact, Instant now) {
  return fact.issued <= now + kIssuedTolerance && now < fact.expires;
}

// Compares with the newest seen one and records it when it is newer. True when it holds.
Result<bool> IsNewest(const Fact& fact,
                      const Hash& digest,
                      const store::Store& store,
                      store::Batch& batch) {
  const Bytes key = SeenKey(fact.lineage, fact.fact, fact.group);
  std::optional<Seen> newest = TRY(FindSeen(store, key));
  if (newest && newest->digest == digest) return !newest->ambiguous;
  if (newest && fact.issued < newest->issued) return false;
  const bool ambiguous = newest && newest->issued == fact.issued;
  batch.Put(Family::kMeta, key, EncodeSeen({fact.issued, digest, ambiguous}));
  return !ambiguous;
}

}  // namespace

Result<StatedFacts> TakeFacts(const std::vector<SignedStatement>& statements,
                              std::string_view group,
                              const LineageView& view,
                              const store::Store& store,
                              Instant now) {
  StatedFacts stated;
  const covenant::Document& document = view.document();
  std::map<std::string, std::pair<Fact, Hash>> newest;  // by fact's name, within this body
  std::set<std::string> ambiguous;
  for (const SignedStatement& signed_fact : statements) {
    const auto fact = statement::ParseAs<Fact>(signed_fact);
    if (!fact || fact->lineage != document.lineage || fact->group != group) continue;
    if (!InTerm(*fact, now)) continue;
    if (!covenant::VerifyFact(signed_fact, document, view.delegations, now)) continue;
    const Hash digest = signed_fact.Digest();
    const auto held = newest.find(fact->fact);
    if (held != newest.end() && held->second.first.issued == fact->issued &&
        held->second.second != digest) {
      ambiguous.insert(fact->fact);
    }
    if (held == newest.end() || held->second.first.issued < fact->issued) {
      ambiguous.erase(fact->fact);
      newest.insert_or_assign(fact->fact, std::make_pair(*fact, digest));
    }
  }
  for (const auto& [name, held] : newest) {
    const auto& [fact, digest] = held;
    const auto declaration = document.facts.find(name);
    if (declaration == document.facts.end() || ambiguous.contains(name)) continue;
    if (!TRY(IsNewest(fact, digest, store, stated.seen))) continue;
    const auto value = TypedValue(declaration->second, fact.value);
    if (!value) continue;
    if (declaration->second.about_person) {
      const auto root = DecodeHash(fact.value);
      if (!root) continue;
      stated.list_root = *root;
    }
    stated.group.insert_or_assign(name, *value);
  }
  return stated;
}

}  // namespace schakel::exchange
