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

struct Selected {
  Fact fact;
  Hash digest{};
};

// By name, the newest of those that hold by themselves at `at`; two of one moment both fall away.
std::map<std::string, Selected> Select(const std::vector<SignedStatement>& statements,
                                       std::string_view group,
                                       const LineageView& view,
                                       Instant at) {
  const covenant::Document& document = view.document();
  std::map<std::string, Selected> newest;
  std::set<std::string> ambiguous;
  for (const SignedStatement& signed_fact : statements) {
    const auto fact = statement::ParseAs<Fact>(signed_fact);
    if (!fact || fact->lineage != document.lineage || fact->group != group) continue;
    if (!document.facts.contains(fact->fact) || !InTerm(*fact, at)) continue;
    if (!covenant::VerifyFact(signed_fact, document, view.delegations, at)) continue;
    const Hash digest = signed_fact.Digest();
    const auto held = newest.find(fact->fact);
    if (held != newest.end() && held->second.fact.issued == fact->issued &&
        held->second.digest != digest) {
      ambiguous.insert(fact->fact);
    }
    if (held == newest.end() || held->second.fact.issued < fact->issued) {
      ambiguous.erase(fact->fact);
      newest.insert_or_assign(fact->fact, Selected{*fact, digest});
    }
  }
  for (const std::string& name : ambiguous)
    newest.erase(name);
  return newest;
}

// Adds what the fact says; nothing when its value does not fit the declaration.
void AddValue(const Fact& fact, const covenant::Document& document, StatedFacts& stated) {
  const covenant::FactDeclaration& declaration = document.facts.at(fact.fact);
  const auto value = TypedValue(declaration, fact.value);
  if (!value) return;
  if (declaration.about_person) {
    const auto root = DecodeHash(fact.value);
    if (!root) return;
    stated.list_root = *root;
  }
  stated.group.insert_or_assign(fact.fact, *value);
}

}  // namespace

Result<StatedFacts> TakeFacts(const std::vector<SignedStatement>& statements,
                              std::string_view group,
                              const LineageView& view,
                              const store::Store& store,
                              Instant now) {
  StatedFacts stated;
  for (const auto& [name, selected] : Select(statements, group, view, now)) {
    if (!TRY(IsNewest(selected.fact, selected.digest, store, stated.seen))) continue;
    AddValue(selected.fact, view.document(), stated);
  }
  return stated;
}

covenant::Facts FactsAt(const std::vector<SignedStatement>& statements,
                        std::string_view group,
                        const LineageView& view,
                        Instant at) {
  StatedFacts stated;
  for (const auto& [name, selected] : Select(statements, group, view, at))
    AddValue(selected.fact, view.document(), stated);
  return std::move(stated.group);
}

}  // namespace schakel::exchange
