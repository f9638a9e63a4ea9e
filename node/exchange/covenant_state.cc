#include "node/exchange/covenant_state.h"

#include <algorithm>

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/covenant/tests.h"
#include "node/crypto/hash.h"

namespace schakel::exchange {
namespace {

using covenant::Covenant;
using covenant::Document;
using statement::SignedStatement;
using store::Family;
using store::KeyBuilder;

constexpr std::string_view kActive = "active";
constexpr std::string_view kDocument = "document";
constexpr std::string_view kStatement = "statement";

Bytes ActiveKey() {
  return KeyBuilder().Text(kActive).Build();
}
Bytes DocumentKey(const Hash& hash) {
  return KeyBuilder().Text(kDocument).Raw(hash).Build();
}
Bytes StatementKey(const Hash& digest) {
  return KeyBuilder().Text(kStatement).Raw(digest).Build();
}

// Adds a verified statement to the view; Delegations also become keys.
Result<void> AddVerified(const SignedStatement& signed_statement, LineageView& view) {
  const Document& document = view.document();
  switch (signed_statement.type()) {
    case statement::Type::kDelegation:
      view.delegations.Add(TRY(covenant::VerifyDelegation(signed_statement, document)));
      break;
    case statement::Type::kAccept: {
      const auto accept = TRY(covenant::VerifyAccept(signed_statement, document));
      if (accept.content.covenant != document.hash || accept.content.version != document.version) {
        return Denied("an accept of another version");
      }
      break;
    }
    case statement::Type::kRevoke:
    case statement::Type::kLeave:
    case statement::Type::kUndelegate:
    case statement::Type::kStatus:
    case statement::Type::kFact:
    case statement::Type::kRequest:
    case statement::Type::kAnswer:
    case statement::Type::kReceipt:
      return Malformed("not a statement of the lineage");
  }
  view.statements.insert_or_assign(EncodeHex(signed_statement.Digest()), signed_statement);
  return {};
}

void FinishSet(LineageView& view) {
  std::vector<Hash> digests;
  digests.reserve(view.statements.size());
  for (const auto& [hex, kept] : view.statements)
    digests.push_back(kept.Digest());
  view.statement_set = statement::StatementSet(std::move(digests));
}

Result<std::shared_ptr<LineageView>> NewView(std::string_view canonical) {
  Document document = TRY(covenant::ParseDocument(canonical));
  auto view = std::make_shared<LineageView>();
  view->covenant = std::shared_ptr<const Covenant>(TRY(Covenant::Compile(std::move(document))));
  return view;
}

// The parties whose accept of this document the view holds.
std::set<std::string> Accepted(const LineageView& view) {
  std::set<std::string> parties;
  for (const auto& [hex, kept] : view.statements) {
    if (kept.type() != statement::Type::kAccept) continue;
    const auto accept = statement::ParseAs<statement::Accept>(kept);
    if (accept && accept->covenant == view.document().hash) parties.insert(accept->party);
  }
  return parties;
}

Result<void> CheckAllAccepted(const LineageView& view) {
  const std::set<std::string> accepted = Accepted(view);
  for (const auto& [id, party] : view.document().parties) {
    if (!accepted.contains(id))
      return Because(
          Denied("the accept of " + id + " is missing"), Reason::kAcceptMissing, {{"party", id}});
  }
  return {};
}

Result<void> CheckOwnRoots(const Document& document, const Self& self) {
  const auto own = document.parties.find(self.party);
  if (own == document.parties.end()) {
    return Because(Denied("this node's party '" + self.party + "' is not in the covenant"),
                   Reason::kPartyNotInCovenant,
                   {{"party", self.party}});
  }
  if (covenant::RootFingerprint(own->second.roots) !=
          covenant::RootFingerprint(self.pinned_roots) ||
      own->second.threshold != self.pinned_threshold) {
    return Because(Denied("the covenant names other roots for " + self.party +
                          " than those this node was initialised with"),
                   Reason::kOwnRootsDiffer,
                   {{"party", self.party}});
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<CovenantState>> CovenantState::Open(store::Store& store, const Self& self) {
  std::unique_ptr<CovenantState> state(new CovenantState(store, self));
  TRY(state->Load());
  return state;
}

Result<void> CovenantState::Load() {
  const std::optional<Bytes> active = TRY(store_.Get(Family::kCovenant, ActiveKey()));
  if (!active) return {};
  const canon::Value value = TRY(canon::ParseCanonical(AsText(*active)));
  canon::ObjectReader in(value, "active covenant");
  const Hash hash = TRY(in.HashHex("covenant"));
  const int64_t version = TRY(in.Int("version"));
  TRY(in.Time("activated"));
  TRY(in.Done());
  const std::optional<Bytes> canonical = TRY(store_.Get(Family::kCovenant, DocumentKey(hash)));
  if (!canonical) return Corrupt("the covenant in force is not in the store");
  auto loaded = NewView(AsText(*canonical));
  if (!loaded) return Corrupt("the stored covenant does not verify: " + loaded.error().detail);
  std::shared_ptr<LineageView> view = *std::move(loaded);
  if (view->document().hash != hash || view->document().version != version) {
    return Corrupt("the stored covenant is not the one that was activated");
  }
  Result<void> added;
  TRY(store_.Scan(
      Family::kCovenant, KeyBuilder().Text(kStatement).Build(), [&](ByteView, ByteView row) {
        auto parsed = SignedStatement::Parse(AsText(row));
        added = parsed ? AddVerified(*parsed, *view) : Result<void>(parsed.error());
        return added.ok();
      }));
  if (!added) return Corrupt("a stored statement does not verify: " + added.error().detail);
  auto complete = CheckAllAccepted(*view);
  if (!complete) return Corrupt("the stored covenant: " + complete.error().detail);
  TRY(CheckOwnRoots(view->document(), self_));
  FinishSet(*view);
  const MutexLock lock(mutex_);
  view_ = std::move(view);
  return {};
}

std::shared_ptr<const LineageView> CovenantState::view() const {
  const MutexLock lock(mutex_);
  return view_;
}

Result<std::map<Hash, std::string>> CovenantState::Versions() const {
  std::map<Hash, std::string> versions;
  const auto held = view();
  if (!held) return versions;
  const std::string lineage = ToString(held->document().lineage);
  const Bytes prefix = KeyBuilder().Text(kDocument).Build();
  Result<void> read;
  TRY(store_.Scan(Family::kCovenant, prefix, [&](ByteView key, ByteView row) {
    Hash hash{};
    const auto document = canon::ParseCanonical(AsText(row));
    if (!document || key.size() != prefix.size() + hash.size()) {
      read = Corrupt("a stored covenant version cannot be read");
      return false;
    }
    std::copy_n(key.end() - static_cast<std::ptrdiff_t>(hash.size()), hash.size(), hash.begin());
    const canon::Value* const of = document->Find("lineage");
    const bool ours = of != nullptr && of->AsString() != nullptr && *of->AsString() == lineage;
    if (ours) versions.emplace(hash, AsText(row));
    return true;
  }));
  TRY(std::move(read));
  return versions;
}

std::vector<crypto::PublicKey> CovenantState::OwnLogKeys() const {
  std::vector<crypto::PublicKey> keys;
  const auto held = view();
  if (!held) return keys;
  for (const auto& verified : held->delegations.all()) {
    const statement::Delegation& delegation = verified.content;
    if (delegation.party != self_.party || delegation.node != self_.node) continue;
    for (const statement::DelegatedKey& delegated : delegation.keys) {
      if (delegated.use == statement::KeyUse::kLog) keys.push_back(delegated.key);
    }
  }
  return keys;
}

Result<CovenantState::Activation> CovenantState::PrepareActivation(
    std::string_view canonical,
    const std::vector<SignedStatement>& statements,
    const Fingerprints& confirmed,
    Instant now) const {
  std::shared_ptr<LineageView> next = TRY(NewView(canonical));
  const Document& document = next->document();
  if (const auto current = view()) {
    if (current->document().hash == document.hash)
      return Because(Conflict("this version is in force"), Reason::kCovenantInForce);
    return Because(Denied("another covenant is in force; amending is not supported yet"),
                   Reason::kCovenantOther);
  }
  if (document.version != 1) return Denied("the first version of a lineage has number 1");
  TRY(covenant::CheckSupported(document));
  TRY(CheckOwnRoots(document, self_));
  for (const auto& [id, party] : document.parties) {
    if (id == self_.party) continue;
    const auto seen = confirmed.find(id);
    const std::string expected = covenant::RootFingerprint(party.roots);
    if (seen == confirmed.end()) {
      return Because(Denied("confirm the roots of " + id + ": --confirm " + id + "=" + expected),
                     Reason::kRootsUnconfirmed,
                     {{"party", id}, {"expected", expected}});
    }
    if (seen->second != expected) {
      return Because(Denied("the roots of " + id + " have fingerprint " + expected +
                            ", not the confirmed " + seen->second),
                     Reason::kRootsDiffer,
                     {{"party", id}, {"expected", expected}, {"given", seen->second}});
    }
  }
  if (now >= document.valid_until)
    return Because(Denied("the covenant has expired"), Reason::kCovenantExpired);
  for (const SignedStatement& signed_statement : statements) {
    TRY(AddVerified(signed_statement, *next));
  }
  TRY(CheckAllAccepted(*next));
  if (next->delegations.Current(self_.party, now) == nullptr) {
    return Denied("the delegation of this node's own keys is missing");
  }
  const std::vector<covenant::TestFailure> failures = covenant::RunTests(*next->covenant);
  if (!failures.empty()) {
    return Denied("the covenant's own test fails: " + failures.front().name);
  }
  FinishSet(*next);

  Activation activation;
  const canon::Value active(canon::Value::Object{{"covenant", EncodeHex(document.hash)},
                                                 {"version", document.version},
                                                 {"activated", ToMillis(now)}});
  activation.batch.RequireAbsent(Family::kCovenant, ActiveKey());
  activation.batch.Put(Family::kCovenant, ActiveKey(), AsBytes(canon::Write(active)));
  activation.batch.Put(Family::kCovenant, DocumentKey(document.hash), AsBytes(canonical));
  for (const auto& [hex, kept] : next->statements) {
    activation.batch.Put(Family::kCovenant, StatementKey(kept.Digest()), AsBytes(kept.Encode()));
  }
  activation.view = std::move(next);
  return activation;
}

void CovenantState::Adopt(std::shared_ptr<const LineageView> view) {
  const MutexLock lock(mutex_);
  view_ = std::move(view);
}

Result<void> CovenantState::AddStatements(const std::vector<SignedStatement>& statements) {
  const auto current = view();
  if (!current) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  auto next = std::make_shared<LineageView>(*current);
  store::Batch batch;
  for (const SignedStatement& signed_statement : statements) {
    const Hash digest = signed_statement.Digest();
    if (next->statements.contains(EncodeHex(digest))) continue;
    TRY(AddVerified(signed_statement, *next));
    batch.Put(Family::kCovenant, StatementKey(digest), AsBytes(signed_statement.Encode()));
  }
  if (batch.empty()) return {};
  TRY(store_.Write(batch, store::Durability::kSynced));
  FinishSet(*next);
  // Two callers that add at once: the later one merges what the earlier one kept.
  const MutexLock lock(mutex_);
  if (view_ != current) {
    for (const auto& [hex, kept] : view_->statements) {
      if (!next->statements.contains(hex)) TRY(AddVerified(kept, *next));
    }
    FinishSet(*next);
  }
  view_ = std::move(next);
  return {};
}

}  // namespace schakel::exchange
