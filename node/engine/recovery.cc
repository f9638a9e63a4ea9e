// The engine in recovery (exchange.md 12): how it begins, who is settled, how it ends.
#include "node/base/reason.h"
#include "node/engine/engine.h"

namespace schakel::engine {

using exchange::EventEntry;
using exchange::RecoveryRow;
using exchange::Settled;
using store::Family;

namespace {

Error NoCovenant() {
  return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
}

Error NoRecovery() {
  return Because(Conflict("no recovery is under way"), Reason::kRecoveryNone);
}

}  // namespace

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
  const auto view = covenants_->At(now());
  if (!view) return partners;
  for (const auto& [party, described] : view->document().parties) {
    if (party != self_->party) partners.insert(party);
  }
  return partners;
}

Result<Engine::Declared> Engine::DeclareLost(std::string_view party,
                                             std::string_view by,
                                             std::string_view reason) {
  if (reason.empty() || reason.size() > kMaxRecoveryReasonBytes) {
    return Malformed("a reason is a text of at most " + std::to_string(kMaxRecoveryReasonBytes) +
                     " bytes");
  }
  const std::string name(party);
  if (!Partners().contains(name)) {
    return Because(NotFound("no partner '" + name + "' in the covenant"),
                   Reason::kPartyUnknown,
                   {{"party", name}});
  }
  const std::optional<RecoveryRow> row = TRY(recovery_.Row());
  if (!row) return NoRecovery();
  const Error differs = Because(Conflict("'" + name + "' proves that this log misses entries"),
                                Reason::kRecoveryDiffers,
                                {{"party", name}});
  if (const auto settled = row->settled.find(name); settled != row->settled.end()) {
    if (settled->second == Settled::kDiffers) return differs;
    return Because(Conflict("the part of '" + name + "' is settled"),
                   Reason::kRecoverySettled,
                   {{"party", name}});
  }
  Lineage* const open = lineage();
  if (open == nullptr) return NoCovenant();
  // Who answers is not lost.
  if (const auto copies = FetchCopies(*open, name); copies) {
    Declared answered = TRY(SettleByCopies(name, *copies, by));
    if (answered.how == Settled::kDiffers) return differs;
    return answered;
  }
  log::NewEntry lost = EventEntry("recovery_lost", name, "", "ok");
  store::Batch batch;
  lost.entry.sealed_digest = TRY(operators_.SealActor(batch, by, "recovery_lost", now(), reason));
  return Declared{Settled::kLost,
                  TRY(Settle(name, Settled::kLost, std::move(lost), std::move(batch)))};
}

Result<Engine::Declared> Engine::SettleByCopies(const std::string& party,
                                                const exchange::CheckedCopies& copies,
                                                std::string_view by) {
  const Settled how = copies.missing == 0 ? Settled::kReturned : Settled::kDiffers;
  log::NewEntry entry =
      EventEntry("recovery_returned", party, "", how == Settled::kReturned ? "ok" : "DIFFERS");
  store::Batch batch;
  entry.entry.sealed_digest =
      TRY(operators_.SealActor(batch, by, "recovery_returned", now(), EncodeHex(copies.digest)));
  return Declared{how, TRY(Settle(party, how, std::move(entry), std::move(batch)))};
}

Result<std::set<std::string>> Engine::Settle(const std::string& party,
                                             Settled how,
                                             log::NewEntry entry,
                                             store::Batch batch) {
  std::optional<RecoveryRow> row = TRY(recovery_.Row());
  if (!row || row->settled.contains(party)) return Conflict("the recovery went on meanwhile");
  log::Commit commit;
  commit.batch = std::move(batch);
  // What was read is what may be replaced: of two at once one is told to look again.
  commit.batch.RequireValue(Family::kMeta, RecoveryRow::Key(), row->Encode());
  row->settled[party] = how;
  const std::set<std::string> missing = row->Missing(Partners());
  commit.entries.push_back(std::move(entry));
  commit.batch.Put(Family::kMeta, RecoveryRow::Key(), row->Encode());
  if (missing.empty()) {
    commit.entries.push_back(EventEntry("recovery_ended", "", "", "ok"));
    commit.batch.Delete(Family::kMeta, RecoveryRow::Key());
  }
  TRY(local_log_->Append(std::move(commit), now()));
  return missing;
}

Result<exchange::CheckedCopies> Engine::FetchCopies(Lineage& lineage, const std::string& party) {
  // First the statuses: after a rotation the partner could not know our key without, nor we its.
  TRY(statuses_.Greet(link_, party, lineage.log->Checkpoint(), now()));
  exchange::CopyCheck check(lineage.context, party, LogKeys());
  TRY(link_.Copies(
      party, [&](const std::string& path, ByteView bytes) { return check.Take(path, bytes); }));
  return check.Finish();
}

Result<std::vector<Engine::AskedPartner>> Engine::AskPartners(std::string_view by) {
  Lineage* const open = lineage();
  if (open == nullptr) return NoCovenant();
  const std::optional<RecoveryRow> row = TRY(recovery_.Row());
  if (!row) return NoRecovery();
  std::vector<AskedPartner> all;
  for (const std::string& party : Partners()) {
    if (row->settled.contains(party)) continue;
    AskedPartner asked;
    asked.party = party;
    const auto copies = FetchCopies(*open, party);
    if (copies) {
      const auto settled = SettleByCopies(party, *copies, by);
      asked.copies = *copies;
      if (settled) asked.settled = settled->how;
      if (!settled) asked.error = settled.error();
    } else {
      asked.error = copies.error();
    }
    all.push_back(std::move(asked));
  }
  return all;
}

Result<void> Engine::OnCopies(std::string_view caller, const log::FileSink& sink) {
  Lineage* const open = lineage();
  if (open == nullptr) return NoCovenant();
  if (!Partners().contains(std::string(caller))) return Denied("not a partner of this covenant");
  TRY(exchange::GiveCopies(open->context, caller, sink));
  log::Commit commit;
  commit.entries.push_back(EventEntry("copies_given", caller, "", "ok"));
  TRY(local_log_->Append(std::move(commit), now()));
  return {};
}

}  // namespace schakel::engine
