#include "node/exchange/covenant_state.h"

#include <algorithm>

#include "node/canon/json.h"
#include "node/exchange/context.h"

namespace schakel::exchange {

using store::Family;

Result<std::unique_ptr<CovenantState>> CovenantState::Open(store::Store& store, const Self& self) {
  std::unique_ptr<CovenantState> state(new CovenantState(store, self));
  state->kept_ = TRY(LoadKept(store, self));
  return state;
}

std::shared_ptr<const LineageView> CovenantState::At(Instant now) const {
  const MutexLock lock(mutex_);
  const bool good = view_ && (!from_ || *from_ <= now) && (!until_ || now < *until_);
  if (!good) {
    const covenant::Lifecycle lifecycle = kept_.LifecycleAt(now);
    view_ = ViewOf(kept_, lifecycle);
    from_ = lifecycle.from;
    until_ = lifecycle.until;
  }
  return view_;
}

std::shared_ptr<const LineageView> CovenantState::view() const {
  const MutexLock lock(mutex_);
  if (!view_) {
    const KeptVersion* const highest = kept_.Highest();
    if (highest == nullptr) return nullptr;
    // Nobody asked about a moment yet: that of the last activation is one that was.
    const covenant::Lifecycle lifecycle = kept_.LifecycleAt(*highest->activated);
    view_ = ViewOf(kept_, lifecycle);
    from_ = lifecycle.from;
    until_ = lifecycle.until;
  }
  return view_;
}

Kept CovenantState::Copy() const {
  const MutexLock lock(mutex_);
  return kept_;
}

CovenantState::History CovenantState::HistoryAt(Instant now) const {
  const Kept kept = Copy();
  covenant::Lifecycle lifecycle = kept.LifecycleAt(now);
  History history;
  for (covenant::VersionStanding& standing : lifecycle.versions) {
    history.versions.push_back(kept.versions.at(standing.document->hash));
    // The document lives as long as its KeptVersion, which goes along.
    history.standings.push_back(std::move(standing));
  }
  history.equivocations = std::move(lifecycle.equivocations);
  history.unconfirmed = kept.unconfirmed;
  return history;
}

Result<std::map<Hash, std::string>> CovenantState::Versions() const {
  std::map<Hash, std::string> versions;
  const auto held = view();
  if (!held) return versions;
  const std::string lineage = ToString(held->document().lineage);
  const Bytes prefix = DocumentPrefix();
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
  for (const auto& verified : held->known.all()) {
    const statement::Delegation& delegation = verified.content;
    if (delegation.party != self_.party || delegation.node != self_.node) continue;
    for (const statement::DelegatedKey& delegated : delegation.keys) {
      if (delegated.use == statement::KeyUse::kLog) keys.push_back(delegated.key);
    }
  }
  return keys;
}

void CovenantState::Adopt(const Change& change) {
  const MutexLock lock(mutex_);
  for (const KeptVersion& version : change.versions) {
    if (version.activated || !kept_.versions.contains(version.document().hash)) kept_.Put(version);
  }
  for (const statement::SignedStatement& dropped : change.dropped)
    kept_.statements.erase(KeptKey(dropped));
  // Read again: a version may have been taken meanwhile.
  for (const statement::SignedStatement& added : change.statements)
    kept_.statements.try_emplace(KeptKey(added), kept_.Read(added));
  kept_.unconfirmed.insert(change.unconfirmed.begin(), change.unconfirmed.end());
  if (change.overlay) kept_.overlay = *change.overlay;
  view_ = nullptr;
}

std::optional<covenant::Overlay> CovenantState::OwnOverlay() const {
  const MutexLock lock(mutex_);
  return kept_.overlay;
}

Result<void> CovenantState::Take(const Offered& offered, Instant now) {
  if (Holds(offered)) return {};
  Change change = TRY(PrepareAddition(offered, now));
  if (change.batch.empty()) return {};
  log::Commit commit;
  commit.entries = EventsOf(change);
  if (commit.entries.empty() || local_log_ == nullptr) {
    TRY(store_.Write(change.batch, store::Durability::kSynced));
  } else {
    commit.batch = std::move(change.batch);
    TRY(local_log_->Append(std::move(commit), now));
  }
  Adopt(change);
  if (told_) told_();
  return {};
}

// The usual greeting, which brings nothing new.
bool CovenantState::Holds(const Offered& offered) const {
  if (!offered.documents.empty()) return false;
  const MutexLock lock(mutex_);
  for (const statement::SignedStatement& one : offered.statements) {
    if (!kept_.statements.contains(KeptKey(one))) return false;
  }
  return true;
}

bool CovenantState::Unconfirmed(std::string_view party) const {
  const MutexLock lock(mutex_);
  return kept_.unconfirmed.contains(std::string(party));
}

std::vector<std::string> CovenantState::ToOffer(int64_t known) const {
  std::vector<std::string> own;
  const MutexLock lock(mutex_);
  const KeptVersion* const highest = kept_.Highest();
  if (highest == nullptr) return own;
  const KeptVersion* newest = nullptr;
  Instant signed_at;
  for (const auto& [key, held] : kept_.statements) {
    const auto accept = statement::ParseAs<statement::Accept>(held.bytes);
    if (!accept || accept->party != self_.party || !kept_.Vouched(held)) continue;
    if (accept->version != highest->document().version + 1) continue;
    const auto draft = kept_.versions.find(accept->covenant);
    if (draft == kept_.versions.end() || draft->second.activated) continue;
    if (newest != nullptr && accept->signed_at < signed_at) continue;
    newest = &draft->second;
    signed_at = accept->signed_at;
  }
  // Whoever got its next version as files brings it to those who did not; without it they could not
  // place the draft behind it.
  for (const auto& [hash, version] : kept_.versions) {
    if (version.activated && version.document().version == known + 1) newest = &version;
  }
  if (newest != nullptr) own.push_back(newest->document().canonical);
  return own;
}

Result<void> CovenantState::Confirm(std::string_view party) {
  {
    const MutexLock lock(mutex_);
    if (kept_.unconfirmed.erase(std::string(party)) == 0) return {};
  }
  store::Batch batch;
  PutUnconfirmed(batch, party, /*unconfirmed=*/false);
  // Unsynced: a crash that forgets it asks the partner once more.
  return store_.Write(batch, store::Durability::kUnsynced);
}

log::NewEntry TakenEntry(const statement::SignedStatement& taken) {
  log::NewEntry added;
  added.entry.kind = statement::EntryKind::kStatement;
  added.entry.direction = statement::Direction::kIn;
  added.entry.type = statement::TypeName(taken.type());
  // Roots signed it, so that it has a party.
  added.entry.peer = *taken.value().Find("party")->AsString();
  added.entry.statement = taken;
  return added;
}

std::vector<log::NewEntry> EventsOf(const CovenantState::Change& change) {
  std::vector<log::NewEntry> entries;
  entries.reserve(change.events.size());
  for (const CovenantState::Change::Event& event : change.events)
    entries.push_back(EventEntry(event.type, event.party, "", "ok"));
  for (const statement::SignedStatement& taken : change.statements) {
    if (taken.type() != statement::Type::kDelegation) entries.push_back(TakenEntry(taken));
  }
  return entries;
}

}  // namespace schakel::exchange
