#include "node/engine/engine.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "node/base/reason.h"

namespace schakel::engine {
namespace {

constexpr size_t kPoolSize = 64;
constexpr int kEpoch = 1;

Error NoCovenant() {
  return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
}

}  // namespace

Lineage::Lineage(std::unique_ptr<log::ExchangeLog> opened,
                 const exchange::Context& with,
                 exchange::PeerLink& link,
                 const scan::Groups& groups)
    : log(std::move(opened)),
      context(with),
      contributor(context),
      requester(context, link),
      lists(context),
      rounds(context, groups, lists, requester),
      scans(context, groups, lists, requester) {}

Engine::Engine(const Seams& seams, Parts parts)
    : store_(seams.store),
      key_store_(seams.key_store),
      clock_(seams.clock),
      entropy_(seams.entropy),
      link_(seams.link),
      run_all_(seams.run_all),
      self_(std::move(parts.self)),
      keys_(std::move(parts.keys)),
      local_log_(std::move(parts.local_log)),
      covenants_(std::move(parts.covenants)),
      records_(store_, *keys_, entropy_),
      prekeys_(entropy_),
      statuses_(*self_, *covenants_, prekeys_),
      operators_(store_, *keys_, entropy_),
      recovery_(store_),
      groups_(store_, *keys_, entropy_, *covenants_, *self_) {}

Result<std::unique_ptr<Engine>> Engine::Open(const Seams& seams, exchange::Self self) {
  Parts parts;
  parts.self = std::make_unique<const exchange::Self>(std::move(self));
  parts.keys = TRY(store::KeyTable::Open(seams.key_store, seams.master_key, seams.entropy));
  TRY(parts.keys->Refill(kPoolSize));
  // Before the logs: its delegations say with which earlier keys they may be signed.
  parts.covenants = TRY(exchange::CovenantState::Open(seams.store, *parts.self));
  parts.local_log = TRY(log::ExchangeLog::Open(seams.store,
                                               log::LocalOrigin(parts.self->node),
                                               parts.self->log_key,
                                               seams.entropy,
                                               parts.covenants->OwnLogKeys()));
  std::unique_ptr<Engine> engine(new Engine(seams, std::move(parts)));
  engine->covenants_->LogTo(*engine->local_log_);
  engine->covenants_->AfterTaking([raw = engine.get()] { raw->CovenantChanged(); });
  if (seams.truncated) TRY(engine->BeginRecovery());
  TRY(engine->records_.FinishShredding());
  TRY(engine->OpenLineage());
  return engine;
}

std::vector<crypto::PublicKey> Engine::LogKeys() const {
  std::vector<crypto::PublicKey> keys = covenants_->OwnLogKeys();
  const crypto::PublicKey own = self_->log_key.public_key();
  if (std::find(keys.begin(), keys.end(), own) == keys.end()) keys.push_back(own);
  return keys;
}

Result<void> Engine::OpenLineage() {
  const auto view = covenants_->view();
  if (!view) return {};
  const MutexLock lock(lineage_mutex_);
  if (opened_) return {};
  auto log = TRY(log::ExchangeLog::Open(store_,
                                        log::Origin(self_->node, view->document().lineage, kEpoch),
                                        self_->log_key,
                                        entropy_,
                                        covenants_->OwnLogKeys()));
  const exchange::Context context{*self_,
                                  store_,
                                  *keys_,
                                  entropy_,
                                  *covenants_,
                                  statuses_,
                                  prekeys_,
                                  *log,
                                  *local_log_,
                                  records_,
                                  recovery_};
  auto lineage = std::make_unique<Lineage>(std::move(log), context, link_, groups_);
  // In recovery what looks like an orphan may be what the lost record named.
  if (!TRY(recovery_.Row())) {
    TRY(lineage->contributor.RemoveOrphans());
    TRY(exchange::RemoveReceivedOrphans(lineage->context));
  }
  opened_ = std::move(lineage);
  lineage_.store(opened_.get());
  return {};
}

Result<void> Engine::CommitLocal(std::string_view event,
                                 std::string_view by,
                                 store::Batch batch,
                                 std::vector<log::NewEntry> more) {
  log::Commit commit;
  log::NewEntry entry = exchange::EventEntry(event, "", "", "ok");
  entry.entry.sealed_digest = TRY(operators_.SealActor(batch, by, event, now()));
  commit.entries.push_back(std::move(entry));
  for (log::NewEntry& other : more)
    commit.entries.push_back(std::move(other));
  commit.batch = std::move(batch);
  TRY(local_log_->Append(std::move(commit), now()));
  return {};
}

Result<exchange::Greeting> Engine::OnGreet(std::string_view caller,
                                           const exchange::Greeting& greeting) {
  Lineage* const open = lineage();
  if (open == nullptr) return NoCovenant();
  return statuses_.Answer(caller, greeting, open->log->Checkpoint(), now());
}

Result<void> Engine::OnSend(std::string_view caller,
                            const exchange::SendMessage& message,
                            const exchange::Contributor::WaitUntil& wait_until,
                            exchange::ReplySink& sink) {
  Lineage* const open = lineage();
  if (open == nullptr) return NoCovenant();
  return open->contributor.Handle(caller, message, now(), wait_until, sink);
}

Result<void> Engine::OnDeliver(std::string_view caller, std::string_view receipt) {
  Lineage* const open = lineage();
  if (open == nullptr) return NoCovenant();
  return open->contributor.TakeReceipt(caller, receipt, now());
}

Result<std::vector<store::Damage>> Engine::VerifyFiles() {
  std::vector<store::Damage> all;
  std::optional<Error> unread;
  const auto verify = [&](const store::Store& store, const std::string& prefix) {
    auto found = store.VerifyFiles();
    if (!found) {
      unread = found.error();
      return;
    }
    for (store::Damage& damage : *found)
      all.push_back({prefix + damage.file, std::move(damage.what)});
  };
  verify(store_, "");
  verify(key_store_, "key table: ");
  if (unread || !all.empty()) damaged_.store(true);
  // Files that are named say more than the one that could not be read.
  if (unread && all.empty()) return *unread;
  return all;
}

Health Engine::health() {
  Health health;
  const auto view = covenants_->At(now());
  health.sign = !view || view->delegations.Current(self_->party, now()) != nullptr;
  Lineage* const open = lineage();
  health.log = open == nullptr || open->log->CheckClock(now()).ok();
  health.store = undamaged();
  health.clock = local_log_->CheckClock(now()).ok();
  health.decrypt = operators_.List().ok();
  health.recovered = recovery_.CheckContent().ok();
  const auto equivocations = covenants_->HistoryAt(now()).equivocations;
  health.covenant =
      std::none_of(equivocations.begin(), equivocations.end(), [&](const auto& found) {
        return view && found.version >= view->document().version;
      });
  return health;
}

Result<int> Engine::Tend() {
  TRY(keys_->Refill(kPoolSize));
  Lineage* const open = lineage();
  if (open == nullptr) return 0;
  LogEndings();
  PushCovenant(/*at_once=*/false);
  // Both hold still by themselves in recovery.
  const int due = TRY(open->requester.DeliverReceipts());
  TRY(open->requester.ShredSecrets(now()));
  return due;
}

}  // namespace schakel::engine
