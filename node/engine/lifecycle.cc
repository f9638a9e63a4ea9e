// The life cycle of the covenant at this node: activating, adding, and telling the partners.
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "node/base/reason.h"
#include "node/engine/engine.h"
#include "node/policy/diff.h"

namespace schakel::engine {
namespace {

constexpr auto kFirstPush = std::chrono::seconds{10};
constexpr auto kLastPush = std::chrono::minutes{10};

// An operator has read what the new version changes, and it is this.
Result<void> CheckAcknowledged(const covenant::Covenant& before,
                               const covenant::Covenant& after,
                               const std::optional<Acknowledged>& acknowledged) {
  const std::array<const covenant::Covenant*, 2> both{&before, &after};
  TRY(policy::CheckAskable(both));
  const std::string direction(policy::NameOf(policy::Compare(before, after).direction));
  const Hash& from = before.document().hash;
  const Hash& to = after.document().hash;
  if (acknowledged && acknowledged->direction == direction && acknowledged->from == from &&
      acknowledged->to == to) {
    return {};
  }
  return Because(Denied("what the new version changes is not acknowledged: " + direction),
                 Reason::kDiffUnconfirmed,
                 {{"class", direction}, {"from", EncodeHex(from)}, {"to", EncodeHex(to)}});
}

}  // namespace

Result<void> Engine::Activate(std::string_view canonical,
                              const std::vector<statement::SignedStatement>& statements,
                              const exchange::Fingerprints& confirmed,
                              std::string_view by,
                              const std::optional<Acknowledged>& acknowledged) {
  const auto view = covenants_->At(now());
  auto change = covenants_->PrepareActivation(canonical, statements, confirmed, now());
  if (!change && change.error().reason == Reason::kVersionTwice) {
    // Both halves: who signed this one too is seen by all.
    TRY(covenants_->Take({statements, {}, self_->party}, now()));
  }
  if (!change) return change.error();
  if (view) {
    TRY(CheckAcknowledged(
        *view->activated.back(), *change->versions.back().covenant, acknowledged));
  }
  TRY(CommitLocal("covenant_activated", by, std::move(change->batch), exchange::EventsOf(*change)));
  covenants_->Adopt(*change);
  TRY(OpenLineage());
  CovenantChanged();
  return {};
}

Result<int> Engine::AddToCovenant(const exchange::Offered& offered, std::string_view by) {
  exchange::CovenantState::Change change = TRY(covenants_->PrepareAddition(offered, now()));
  const auto added = static_cast<int>(change.statements.size() + change.versions.size());
  if (added == 0) return 0;
  TRY(CommitLocal("covenant_added", by, std::move(change.batch), exchange::EventsOf(change)));
  covenants_->Adopt(change);
  CovenantChanged();
  return added;
}

void Engine::CovenantChanged() {
  LogEndings();
  if (changed_) changed_();
}

void Engine::LogEndings() {
  Lineage* const open = lineage();
  if (open == nullptr || !recovery_.CheckContent()) return;
  const auto view = covenants_->At(now());
  const MutexLock lock(endings_mutex_);
  for (const auto& [key, held] : view->statements) {
    const statement::Type type = held.type();
    if (type != statement::Type::kRevoke && type != statement::Type::kLeave &&
        type != statement::Type::kUndelegate) {
      continue;
    }
    const Hash digest = held.Digest();
    if (logged_.contains(digest)) continue;
    const auto found = open->log->FindDigest(digest);
    if (!found) return;
    if (found->empty()) {
      log::Commit commit;
      commit.entries.push_back(exchange::TakenEntry(held));
      if (!open->log->Append(std::move(commit), now())) return;
    }
    logged_.insert(digest);
  }
}

Result<void> Engine::SetOverlay(std::string_view canonical, std::string_view by) {
  exchange::CovenantState::Change change = TRY(covenants_->PrepareOverlay(canonical, now()));
  const char* const event = canonical.empty() ? "overlay_cleared" : "overlay_set";
  TRY(CommitLocal(event, by, std::move(change.batch)));
  covenants_->Adopt(change);
  return {};
}

void Engine::PushCovenant(bool at_once) {
  Lineage* const open = lineage();
  if (open == nullptr) return;
  const Instant at = now();
  const std::set<std::string> unconfirmed = covenants_->HistoryAt(at).unconfirmed;
  std::vector<std::string> due;
  {
    const MutexLock lock(push_mutex_);
    for (const std::string& party : unconfirmed) {
      if (at_once || pushes_[party].next <= at) due.push_back(party);
    }
  }
  std::vector<std::function<void()>> tasks;
  for (const std::string& party : due) {
    tasks.emplace_back([this, open, at, &party]() EXCLUDES_LOCK(push_mutex_) {
      // What comes of it is in the statuses; who does not answer is asked again.
      const bool reached = statuses_.Greet(link_, party, open->log->Checkpoint(), at).ok() &&
                           !covenants_->Unconfirmed(party);
      const MutexLock lock(push_mutex_);
      Push& push = pushes_[party];
      push.tries = reached ? 0 : push.tries + 1;
      const auto wait = kFirstPush * (1 << std::min(push.tries, 6));
      push.next = at + std::min<std::chrono::seconds>(wait, kLastPush);
    });
  }
  if (!tasks.empty()) run_all_(std::move(tasks));
}

}  // namespace schakel::engine
