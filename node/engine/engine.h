// One node's domain objects, built by hand over its seams. The process (`app`) builds one over
// RocksDB, the system's clock and gRPC; a simulated world builds several over memory, a fake clock
// and a lossy link. No thread, socket, file or clock of its own.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "node/base/mutex.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/context.h"
#include "node/exchange/contributor.h"
#include "node/exchange/copies.h"
#include "node/exchange/operators.h"
#include "node/exchange/recovery.h"
#include "node/exchange/requester.h"
#include "node/log/exchange_log.h"
#include "node/record/repository.h"
#include "node/scan/groups.h"
#include "node/scan/list.h"
#include "node/scan/rounds.h"
#include "node/scan/scans.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::engine {

// What the outside gives an engine; everything outlives it.
struct Seams {
  store::Store& store;      // data
  store::Store& key_store;  // the key table's own store
  ByteView master_key;      // 32 bytes; only read while opening
  const Clock& clock;
  Entropy& entropy;
  exchange::PeerLink& link;
  scan::RunAll run_all;
  // The last record of a store was cut when it was opened: the engine opens in recovery.
  bool truncated = false;
};

// What exists only while a covenant is in force: the lineage's log, and who works with it.
struct Lineage {
  Lineage(std::unique_ptr<log::ExchangeLog> opened,
          const exchange::Context& with,
          exchange::PeerLink& link,
          const scan::Groups& groups);
  std::unique_ptr<log::ExchangeLog> log;
  exchange::Context context;
  exchange::Contributor contributor;
  exchange::Requester requester;
  scan::Lists lists;
  scan::Rounds rounds;
  scan::Scans scans;
};

// Of the reason for declaring a partner's part lost.
inline constexpr size_t kMaxRecoveryReasonBytes = 1000;

// What the node can do right now; every part that is not true needs an administrator.
struct Health {
  bool sign = false;   // a delegation of its keys covers this moment, or no covenant needs one yet
  bool log = false;    // the lineage's log takes entries at this moment
  bool store = false;  // no file of the two databases is known to be damaged
  bool clock = false;  // the clock is not behind the node's own log
  bool decrypt = false;    // what is stored opens
  bool recovered = false;  // no recovery is under way
  bool covenant = false;   // no party accepted two texts under the number in force or the next
};

// What an operator says to have read about a new version: what it changes (policy::Direction's
// name), from which hash to which.
struct Acknowledged {
  std::string direction;
  Hash from{};
  Hash to{};
};

class Engine {
 public:
  // Opens the key table, the local log and what is stored of the covenant, and removes what a crash
  // left without its commit. With `truncated`, or when an earlier opening had it, the engine is in
  // recovery (exchange.md 12): that is durable and in the local log when this returns, so the
  // caller may then accept the store as it is. kDenied for a wrong master key, kCorrupt when
  // something stored does not verify; the detail says what in one sentence.
  static Result<std::unique_ptr<Engine>> Open(const Seams& seams,
                                              exchange::Self self) LOCKS_UNSHARED;

  [[nodiscard]] const exchange::Self& self() const { return *self_; }
  [[nodiscard]] Instant now() const { return clock_.Now(); }
  [[nodiscard]] store::Store& store() { return store_; }
  [[nodiscard]] store::KeyTable& keys() { return *keys_; }
  [[nodiscard]] Entropy& entropy() { return entropy_; }
  // Every key under which rows of this node's logs may be signed: its own, and those that earlier
  // delegations gave it.
  [[nodiscard]] std::vector<crypto::PublicKey> LogKeys() const;
  [[nodiscard]] exchange::CovenantState& covenants() { return *covenants_; }
  [[nodiscard]] exchange::StatusBook& statuses() { return statuses_; }
  // Called, without a lock, after what is held of the covenant changed: somebody may have lost what
  // connections and calls hang on. Set before anybody calls.
  void OnCovenantChange(std::function<void()> changed) { changed_ = std::move(changed); }
  [[nodiscard]] exchange::Operators& operators() { return operators_; }
  [[nodiscard]] record::Records& records() { return records_; }
  [[nodiscard]] scan::Groups& groups() { return groups_; }
  [[nodiscard]] log::ExchangeLog& local_log() { return *local_log_; }
  [[nodiscard]] const exchange::Recovery& recovery() const { return recovery_; }
  [[nodiscard]] exchange::PeerLink& link() { return link_; }
  [[nodiscard]] const scan::RunAll& run_all() const { return run_all_; }

  // Null while no covenant is in force; once set it stays for the life of the engine.
  [[nodiscard]] Lineage* lineage() const { return lineage_.load(); }

  // Activates the first version or the next (CovenantState::PrepareActivation): one commit in the
  // local log, then the lineage opens. The next needs what it changes acknowledged; else
  // Reason::kDiffUnconfirmed says what. Another text under the number in force is refused and what
  // proves it is kept.
  Result<void> Activate(std::string_view canonical,
                        const std::vector<statement::SignedStatement>& statements,
                        const exchange::Fingerprints& confirmed,
                        std::string_view by,
                        const std::optional<Acknowledged>& acknowledged = std::nullopt)
      EXCLUDES_LOCK(lineage_mutex_);
  // Takes an operator's statements and drafts (CovenantState::PrepareAddition): one commit in the
  // local log, and from then on every partner is told until it has confirmed. Returns how many were
  // new.
  Result<int> AddToCovenant(const exchange::Offered& offered, std::string_view by);
  // Puts an own overlay in force, or with an empty text takes it away
  // (CovenantState::PrepareOverlay): one commit in the local log.
  Result<void> SetOverlay(std::string_view canonical, std::string_view by);
  // Brings what an operator added to the partners that have not confirmed it, at growing intervals
  // to those who do not answer; `at_once` waits for none.
  void PushCovenant(bool at_once) EXCLUDES_LOCK(push_mutex_);

  // Commits rows together with an event in the local log: everything an operator changes.
  Result<void> CommitLocal(std::string_view event,
                           std::string_view by,
                           store::Batch batch,
                           std::vector<log::NewEntry> more = {});

  // The other parties of the covenant in force, all of whom a recovery waits for. Empty without
  // one.
  [[nodiscard]] std::set<std::string> Partners() const;
  // Asks every partner that is not settled for its copies and holds them against the own log; each
  // that returned them is settled with an event in the local log: kReturned, or kDiffers when they
  // prove that entries are missing. The last one ends the recovery, unless one differs. kConflict
  // when there is no recovery.
  struct AskedPartner {
    std::string party;
    std::optional<Error> error;  // why it is not settled
    std::optional<exchange::Settled> settled;
    exchange::CheckedCopies copies;
  };
  Result<std::vector<AskedPartner>> AskPartners(std::string_view by);
  // An officer's word that a partner cannot return its part: one commit in the local log, with the
  // reason sealed. The partner is asked once more first, and one that answers is settled by its
  // answer. The last partner to be settled ends the recovery, in that same commit. kConflict when
  // there is no recovery (Reason::kRecoveryNone), or the partner is settled (kRecoverySettled) or
  // differs (kRecoveryDiffers), kNotFound for no partner, kMalformed without a reason of at most
  // kMaxRecoveryReasonBytes.
  struct Declared {
    exchange::Settled how = exchange::Settled::kLost;
    std::set<std::string> missing;  // who holds the recovery up still
  };
  Result<Declared> DeclareLost(std::string_view party,
                               std::string_view by,
                               std::string_view reason);

  // The peer's side of the port, for the server or the simulated network; `caller` is
  // authenticated.
  Result<exchange::Greeting> OnGreet(std::string_view caller, const exchange::Greeting& greeting);
  Result<void> OnSend(std::string_view caller,
                      const exchange::SendMessage& message,
                      const exchange::Contributor::WaitUntil& wait_until,
                      exchange::ReplySink& sink);
  Result<void> OnDeliver(std::string_view caller, std::string_view receipt);
  // What this node has of its exchanges with the caller (exchange/copies.h), also in a recovery of
  // its own; an event in the local log. kDenied for who is no partner.
  Result<void> OnCopies(std::string_view caller, const log::FileSink& sink);

  // The lineage's log for an auditor that the covenant in force names, within its mandate
  // (organisations, until), as `audit` reads it; with `detail: decisions` the decision lines of its
  // categories too. An event in the local log. kDenied for everybody else.
  Result<void> OnExport(std::string_view caller, const Uuid& lineage, const log::FileSink& sink);

  // Reads every file of both databases; names what is damaged, a file of the key table behind
  // "key table: ". Damage, or a file that cannot be read, stays in health() for the engine's life.
  Result<std::vector<store::Damage>> VerifyFiles();
  // No file was found damaged so far.
  [[nodiscard]] bool undamaged() const { return !damaged_.load(); }
  [[nodiscard]] Health health();

  // What a node does by itself from time to time: deliver due receipts, shred settled secrets,
  // refill the key pool. In recovery only the last. Returns how many receipts are still due.
  Result<int> Tend() EXCLUDES_LOCK(push_mutex_) EXCLUDES_LOCK(endings_mutex_);

 private:
  struct Parts {
    std::unique_ptr<const exchange::Self> self;
    std::unique_ptr<store::KeyTable> keys;
    std::unique_ptr<log::ExchangeLog> local_log;
    std::unique_ptr<exchange::CovenantState> covenants;
  };
  Engine(const Seams& seams, Parts parts);
  Result<void> OpenLineage() EXCLUDES_LOCK(lineage_mutex_);
  // Every revoke, leave and undelegate that is held, once, in the lineage's log, where an auditor
  // sees since when this node knew. Never in recovery, and what fails is done at the next call: the
  // local log has the time of taking in any case.
  void LogEndings() EXCLUDES_LOCK(endings_mutex_);
  void CovenantChanged() EXCLUDES_LOCK(endings_mutex_);
  Result<void> BeginRecovery();
  Result<exchange::CheckedCopies> FetchCopies(Lineage& lineage, const std::string& party);
  Result<Declared> SettleByCopies(const std::string& party,
                                  const exchange::CheckedCopies& copies,
                                  std::string_view by);
  // One commit: how the partner is settled, with `entry`, and the end when it was the last.
  Result<std::set<std::string>> Settle(const std::string& party,
                                       exchange::Settled how,
                                       log::NewEntry entry,
                                       store::Batch batch);

  store::Store& store_;
  store::Store& key_store_;
  const Clock& clock_;
  Entropy& entropy_;
  exchange::PeerLink& link_;
  scan::RunAll run_all_;
  const std::unique_ptr<const exchange::Self> self_;
  const std::unique_ptr<store::KeyTable> keys_;
  const std::unique_ptr<log::ExchangeLog> local_log_;
  const std::unique_ptr<exchange::CovenantState> covenants_;
  record::Records records_;
  exchange::PrekeyRing prekeys_;
  exchange::StatusBook statuses_;
  exchange::Operators operators_;
  exchange::Recovery recovery_;
  scan::Groups groups_;
  Mutex lineage_mutex_;
  std::unique_ptr<Lineage> opened_ GUARDED_BY(lineage_mutex_);
  std::atomic<Lineage*> lineage_ = nullptr;
  std::atomic<bool> damaged_ = false;
  std::function<void()> changed_;
  Mutex endings_mutex_;
  std::set<Hash> logged_ GUARDED_BY(endings_mutex_);  // known to be in the lineage's log
  struct Push {
    int tries = 0;
    Instant next;
  };
  Mutex push_mutex_;
  std::map<std::string, Push> pushes_ GUARDED_BY(push_mutex_);
};

}  // namespace schakel::engine
