// The engine in recovery (exchange.md 12): how it begins, who is settled, how it ends.
#include "node/base/reason.h"
#include "node/engine/engine.h"

namespace schakel::engine {

using exchange::EventEntry;
using exchange::RecoveryRow;
using store::Family;

Result<void> Engine::BeginRecovery() {
  // Already in recovery: what was settled then was settled with what partners have, and the
  // record that is gone now was of this node alone, since nothing of content moved.
  if (TRY(recovery_.Row())) return {};
  RecoveryRow row;
  row.since = now();
  log::Commit commit;
  commit.entries.push_back(EventEntry("recovery_started", "", "", "ok"));
  commit.batch.RequireAbsent(Family::kMeta, RecoveryRow::Key());
  commit.batch.Put(Family::kMeta, RecoveryRow::Key(), row.Encode());
  TRY(local_log_->Append(std::move(commit), now()));
  return {};
}

std::set<std::string> Engine::Partners() const {
  std::set<std::string> partners;
  const auto view = covenants_->view();
  if (!view) return partners;
  for (const auto& [party, described] : view->document().parties) {
    if (party != self_->party) partners.insert(party);
  }
  return partners;
}

Result<std::set<std::string>> Engine::DeclareLost(std::string_view party,
                                                  std::string_view by,
                                                  std::string_view reason) {
  if (reason.empty() || reason.size() > kMaxRecoveryReasonBytes) {
    return Malformed("a reason is a text of at most " + std::to_string(kMaxRecoveryReasonBytes) +
                     " bytes");
  }
  const std::set<std::string> partners = Partners();
  const std::string name(party);
  if (!partners.contains(name)) {
    return Because(NotFound("no partner '" + name + "' in the covenant"),
                   Reason::kPartyUnknown,
                   {{"party", name}});
  }
  std::optional<RecoveryRow> row = TRY(recovery_.Row());
  if (!row) return Because(Conflict("no recovery is under way"), Reason::kRecoveryNone);
  if (row->settled.contains(name)) {
    return Because(Conflict("the part of '" + name + "' is settled"),
                   Reason::kRecoverySettled,
                   {{"party", name}});
  }
  log::Commit commit;
  // What was read is what may be replaced: of two at once one is told to look again.
  commit.batch.RequireValue(Family::kMeta, RecoveryRow::Key(), row->Encode());
  row->settled[name] = exchange::Settled::kLost;
  const std::set<std::string> missing = row->Missing(partners);
  log::NewEntry lost = EventEntry("recovery_lost", name, "", "ok");
  lost.entry.sealed_digest =
      TRY(operators_.SealActor(commit.batch, by, "recovery_lost", now(), reason));
  commit.entries.push_back(std::move(lost));
  commit.batch.Put(Family::kMeta, RecoveryRow::Key(), row->Encode());
  if (missing.empty()) {
    commit.entries.push_back(EventEntry("recovery_ended", "", "", "ok"));
    commit.batch.Delete(Family::kMeta, RecoveryRow::Key());
  }
  TRY(local_log_->Append(std::move(commit), now()));
  return missing;
}

}  // namespace schakel::engine
