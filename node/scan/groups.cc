#include "node/scan/groups.h"

#include <algorithm>

#include "node/base/ids.h"
#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"

namespace schakel::scan {
namespace {

using canon::ObjectReader;
using canon::Value;
using statement::Fact;
using statement::SignedStatement;
using store::Family;
using store::KeyBuilder;

Bytes GroupKey(std::string_view ref) {
  return KeyBuilder().Text("group").Text(ref).Build();
}
Bytes FactPrefix(std::string_view ref) {
  return KeyBuilder().Text("fact").Text(ref).Build();
}
Bytes FactKey(std::string_view ref, const Hash& digest) {
  return KeyBuilder().Text("fact").Text(ref).Raw(digest).Build();
}

Bytes Encode(const Group& group) {
  Value::Array areas;
  for (const std::string& area : group.areas)
    areas.emplace_back(area);
  const Value value(Value::Object{{"ref", group.ref},
                                  {"name", group.name},
                                  {"areas", areas},
                                  {"opened", ToMillis(group.opened)}});
  return ToBytes(canon::Write(value));
}

Result<Group> Decode(ByteView bytes) {
  const Value value = TRY(canon::ParseCanonical(AsText(bytes)));
  ObjectReader in(value, "group");
  Group group;
  group.ref = TRY(in.Text("ref"));
  group.name = TRY(in.Text("name"));
  group.areas = TRY(in.Texts("areas"));
  group.opened = TRY(in.Time("opened"));
  TRY(in.Done());
  return group;
}

Result<const covenant::FactDeclaration*> StatedBy(const covenant::Document& document,
                                                  std::string_view fact,
                                                  const std::string& party) {
  const auto declared = document.facts.find(std::string(fact));
  if (declared == document.facts.end() || declared->second.stated_by.empty()) {
    return Because(
        Denied("the covenant has no fact '" + std::string(fact) + "' that a party states"),
        Reason::kFactUnknown,
        {{"fact", std::string(fact)}});
  }
  if (!declared->second.stated_by.contains(party)) {
    return Because(Denied(party + " has no say in fact '" + std::string(fact) + "'"),
                   Reason::kFactNoSay,
                   {{"fact", std::string(fact)}, {"party", party}});
  }
  return &declared->second;
}

// Who signed it, each under a statement key delegated at its `issued`; every signature must be one.
Result<std::set<std::string>> Signers(const SignedStatement& bytes,
                                      const Fact& fact,
                                      const exchange::LineageView& view) {
  std::set<std::string> parties;
  for (const statement::Signature& signature : bytes.signatures()) {
    bool has_say = false;
    std::optional<Error> refused;
    for (const std::string& claimant :
         view.delegations.ClaimantsOf(signature.key, statement::KeyUse::kStatement, fact.issued)) {
      const auto stated = StatedBy(view.document(), fact.fact, claimant);
      if (stated) parties.insert(claimant);
      has_say = has_say || stated.ok();
      if (!stated) refused = stated.error();
    }
    if (!has_say) return refused.value_or(Denied("no delegation gives this key"));
    TRY(crypto::VerifySignature(signature.key,
                                AsBytes(statement::SignedBytes(bytes.type(), bytes.canonical())),
                                signature.signature));
  }
  return parties;
}

}  // namespace

Result<store::Batch> Groups::Open(const Group& group) {
  const auto ref = ParseRef(group.ref);
  if (!ref || ref->round || group.ref.empty()) return Malformed("not a group's reference");
  if (group.name.empty() || group.name.size() > 200 || !IsUtf8(group.name)) {
    return Malformed("a group has a working name of at most 200 bytes");
  }
  const store::DataKey key = TRY(keys_.Take());
  const Bytes row = GroupKey(group.ref);
  store::Batch batch;
  batch.RequireAbsent(Family::kGroup, row);
  batch.Put(
      Family::kGroup, row, store::SealValue(key, Family::kGroup, row, Encode(group), entropy_));
  return batch;
}

Result<std::optional<Group>> Groups::Find(std::string_view ref) const {
  const Bytes row = GroupKey(ref);
  const std::optional<Bytes> value = TRY(store_.Get(Family::kGroup, row));
  if (!value) return std::optional<Group>();
  return std::optional<Group>(
      TRY(Decode(TRY(store::OpenValue(keys_, Family::kGroup, row, *value)))));
}

Result<std::vector<Group>> Groups::List() const {
  std::vector<Group> groups;
  Result<void> read;
  const Bytes prefix = KeyBuilder().Text("group").Build();
  TRY(store_.Scan(Family::kGroup, prefix, [&](ByteView key, ByteView value) {
    auto plain = store::OpenValue(keys_, Family::kGroup, key, value);
    auto group = plain ? Decode(*plain) : Result<Group>(plain.error());
    if (!group) {
      read = group.error();
      return false;
    }
    groups.push_back(*std::move(group));
    return true;
  }));
  TRY(std::move(read));
  return groups;
}

Result<store::DataKey> Groups::KeyOf(std::string_view ref) const {
  const std::optional<Bytes> value = TRY(store_.Get(Family::kGroup, GroupKey(ref)));
  if (!value)
    return Because(NotFound("no such group"), Reason::kGroupUnknown, {{"group", std::string(ref)}});
  store::DataKey key;
  key.id = TRY(store::KeyOfValue(*value));
  key.key = TRY(keys_.Get(key.id));
  return key;
}

Result<SignedStatement> Groups::State(std::string_view group,
                                      std::string_view fact,
                                      std::string_view value,
                                      const Hash& document,
                                      Instant now) const {
  const auto view = covenants_.At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  const auto* const declared = TRY(StatedBy(view->document(), fact, self_.party));
  if (declared->about_person) {
    TRY(DecodeHash(value));
  } else if (declared->type == covenant::FactType::kEnum &&
             std::find(declared->values.begin(), declared->values.end(), value) ==
                 declared->values.end()) {
    return Because(
        Malformed("'" + std::string(value) + "' is no value of fact '" + std::string(fact) + "'"),
        Reason::kFactValueUnknown,
        {{"fact", std::string(fact)}, {"value", std::string(value)}});
  }
  Fact stated;
  stated.lineage = view->document().lineage;
  stated.fact = std::string(fact);
  stated.value = std::string(value);
  stated.group = std::string(group);
  stated.document = document;
  stated.issued = now;
  stated.expires = std::min(now + kMaxFactLife, view->document().valid_until);
  const crypto::SigningKey* const signers[] = {&self_.statement_key};
  return SignedStatement::Sign(statement::Type::kFact, stated.ToValue(), signers);
}

Result<SignedStatement> Groups::Countersign(const SignedStatement& bytes, Instant now) const {
  const auto view = covenants_.At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  const Fact fact = TRY(statement::ParseAs<Fact>(bytes));
  if (fact.lineage != view->document().lineage)
    return Because(Denied("a fact of another covenant"), Reason::kFactOfOtherCovenant);
  if (fact.expires <= now) return Because(Denied("the fact's term is over"), Reason::kFactExpired);
  TRY(StatedBy(view->document(), fact.fact, self_.party));
  TRY(Signers(bytes, fact, *view));
  return bytes.AddSignature(self_.statement_key);
}

Result<store::Batch> Groups::Keep(const SignedStatement& bytes, Instant now) {
  const auto view = covenants_.At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  const Fact fact = TRY(statement::ParseAs<Fact>(bytes));
  if (fact.lineage != view->document().lineage)
    return Because(Denied("a fact of another covenant"), Reason::kFactOfOtherCovenant);
  if (fact.issued > now + kIssuedTolerance)
    return Because(Denied("a fact from the future"), Reason::kFactTooEarly);
  TRY(Signers(bytes, fact, *view));
  const Bytes row = FactKey(fact.group, bytes.Digest());
  SignedStatement merged = bytes;
  const std::optional<Bytes> held = TRY(store_.Get(Family::kGroup, row));
  if (held) merged = TRY(TRY(SignedStatement::Parse(AsText(*held))).MergeSignatures(bytes));
  store::Batch batch;
  batch.Put(Family::kGroup, row, AsBytes(merged.Encode()));
  return batch;
}

Result<std::vector<StatedFact>> Groups::FactsAbout(std::string_view group, Instant now) const {
  const auto view = covenants_.At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  std::vector<StatedFact> facts;
  Result<void> read;
  TRY(store_.Scan(Family::kGroup, FactPrefix(group), [&](ByteView, ByteView value) {
    const auto load = [&]() -> Result<StatedFact> {
      StatedFact stated;
      stated.bytes = TRY(SignedStatement::Parse(AsText(value)));
      stated.fact = TRY(statement::ParseAs<Fact>(stated.bytes));
      stated.signed_by = TRY(Signers(stated.bytes, stated.fact, *view));
      stated.in_force =
          stated.fact.expires > now &&
          covenant::VerifyFact(stated.bytes, view->document(), view->delegations, now).ok();
      return stated;
    };
    auto stated = load();
    if (!stated) {
      read = stated.error();
      return false;
    }
    facts.push_back(*std::move(stated));
    return true;
  }));
  TRY(std::move(read));
  std::stable_sort(facts.begin(), facts.end(), [](const StatedFact& a, const StatedFact& b) {
    return a.fact.issued > b.fact.issued;
  });
  return facts;
}

Result<std::vector<StatedFact>> Groups::InForce(std::string_view group, Instant now) const {
  std::vector<StatedFact> newest;
  std::set<std::string> named;
  for (StatedFact& stated : TRY(FactsAbout(group, now))) {
    if (!stated.in_force || !named.insert(stated.fact.fact).second) continue;
    newest.push_back(std::move(stated));
  }
  return newest;
}

}  // namespace schakel::scan
