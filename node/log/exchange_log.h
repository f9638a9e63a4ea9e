// The exchange log of one node: entries, their RFC 6962 tree, signed checkpoints and receipts
// (exchange-log.md; exchange.md 1, 4, 8, 10, 15). One object per origin: one log for each covenant
// lineage and epoch, and one local log for key, operator and storage events.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/ids.h"
#include "node/base/mutex.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/crypto/merkle.h"
#include "node/crypto/sign.h"
#include "node/statement/entry.h"
#include "node/statement/signed.h"
#include "node/store/store.h"

namespace schakel::log {

// `<node>/xlog/<first 8 hex digits of the lineage>/<epoch>`.
std::string Origin(std::string_view node, const Uuid& lineage, int epoch);
// `<node>/local/1`.
std::string LocalOrigin(std::string_view node);

// An event of this type, alone in its commit, sets the log's time guard back (exchange.md 8): the
// only entry whose time may lie before that of the entry in front of it.
inline constexpr const char* kClockReset = "clock_reset";

// How far `now` may lie below the log's last logged time.
inline constexpr std::chrono::milliseconds kClockTolerance = std::chrono::minutes{5};

// A receipt to be made over the entry it comes with, once its index is known.
struct ReceiptOrder {
  Uuid exchange;
  Hash statement{};  // digest of what was received
  bool accepted = true;
  std::string code;  // empty when accepted
};

// The appender fills in nonce, time, pair_seq and span_id, and a trace_id where it is empty.
// pair_seq counts per (peer, direction) from 1; an entry without peer has none.
struct NewEntry {
  statement::Entry entry;
  std::optional<ReceiptOrder> receipt;
};

// Entries and the caller's own rows: written together in one synced batch, or not at all.
struct Commit {
  std::vector<NewEntry> entries;
  store::Batch batch;
};

struct AppendedEntry {
  uint64_t index = 0;
  Hash leaf{};
  Bytes bytes;  // the leaf bytes, as stored
  std::optional<statement::SignedStatement> receipt;
};

// What became durable. `size`, `root` and `checkpoint` are those of the whole group commit, and of
// the receipts in it: at least the index of the last entry + 1.
struct Committed {
  std::vector<AppendedEntry> entries;
  uint64_t size = 0;
  Hash root{};
  std::string checkpoint;  // a signed note
};

// Safe for concurrent use. Concurrent Appends are merged: whoever comes first writes for all that
// wait, in one synced write and under one checkpoint; no thread of its own. What this object keeps
// in memory is the tree's frontier, the last checkpoint and the last time, each equal to the store
// after every Append. One object per origin and process; a second writer is noticed (kCorrupt)
// because every write requires the checkpoint it builds on.
class ExchangeLog {
 public:
  // `store`, `log_key` and `entropy` outlive the log. A new origin gets a signed checkpoint of size
  // 0 at once. An existing one is checked: the checkpoint's signature (by `log_key` or one of
  // `earlier_keys`) and the tree's frontier against its root; not every entry (VerifyStored does),
  // so that a node with an altered entry still serves its auditor. kCorrupt when they do not agree.
  static Result<std::unique_ptr<ExchangeLog>> Open(
      store::Store& store,
      std::string origin,
      const crypto::SigningKey& log_key,
      Entropy& entropy,
      std::vector<crypto::PublicKey> earlier_keys = {});

  // Returns when everything is durable. Entry times never go back: an entry's time is `now` or the
  // last logged time, whichever is later. A commit without entries is malformed. Errors, each for
  // this commit alone:
  //   kUnavailable "CLOCK: ..."  `now` is more than kClockTolerance below the last logged time
  //   kExhausted                 an entry over kMaxLogEntryBytes
  //   kMalformed                 an entry that would not parse back
  //   kConflict                  a condition of the commit's batch does not hold
  // and for every commit of the group, with nothing written and the frontier read back:
  //   kUnavailable               the disk refuses
  //   kCorrupt                   the stored log is not the one this object wrote
  Result<Committed> Append(Commit commit, Instant now) REQUIRES_LOCK(!mutex_);

  // kUnavailable as Append's; for callers that want to refuse before they do work, and for health.
  Result<void> CheckClock(Instant now) const REQUIRES_LOCK(!mutex_);

  [[nodiscard]] const std::string& origin() const { return origin_; }
  [[nodiscard]] uint64_t size() const REQUIRES_LOCK(!mutex_);
  [[nodiscard]] Hash root() const REQUIRES_LOCK(!mutex_);
  // The last signed note, also for size 0.
  [[nodiscard]] std::string Checkpoint() const REQUIRES_LOCK(!mutex_);
  // nullopt before the first entry.
  [[nodiscard]] std::optional<Instant> LastTime() const REQUIRES_LOCK(!mutex_);

  // Appends that wait for their turn or are being written; for metrics.
  [[nodiscard]] size_t waiting() const REQUIRES_LOCK(!mutex_);

  // The leaf bytes; kNotFound from size() on, kCorrupt when the row is gone.
  [[nodiscard]] Result<Bytes> EntryBytes(uint64_t index) const REQUIRES_LOCK(!mutex_);
  // As EntryBytes, parsed; kCorrupt when it does not parse.
  [[nodiscard]] Result<statement::Entry> Entry(uint64_t index) const REQUIRES_LOCK(!mutex_);
  // The receipt made over the entry; kNotFound when none was ordered.
  [[nodiscard]] Result<statement::SignedStatement> Receipt(uint64_t index) const;
  // The entries that hold (or name) a statement of this digest, or belong to the exchange, in
  // order.
  [[nodiscard]] Result<std::vector<uint64_t>> FindDigest(const Hash& statement) const;
  [[nodiscard]] Result<std::vector<uint64_t>> FindExchange(const Uuid& exchange) const;

  // The head of a pair: the root over the sorted raw digests of the Requests and Answers, kept in
  // full, to and from the peer (exchange.md 15). Receipts do not count.
  struct PairHead {
    uint64_t count = 0;
    Hash root{};
    friend bool operator==(const PairHead&, const PairHead&) = default;
  };
  [[nodiscard]] Result<PairHead> HeadOf(std::string_view peer) const;

  // Proofs from the stored tree, O(log n) rows. kMalformed unless index < size <= size(), or
  // 0 < old_size <= size <= size().
  [[nodiscard]] Result<std::vector<Hash>> InclusionProof(uint64_t index, uint64_t size) const
      REQUIRES_LOCK(!mutex_);
  [[nodiscard]] Result<std::vector<Hash>> ConsistencyProof(uint64_t old_size, uint64_t size) const
      REQUIRES_LOCK(!mutex_);
  [[nodiscard]] Result<Hash> RootAt(uint64_t size) const REQUIRES_LOCK(!mutex_);
  // The c2sp.org/tlog-proof@v1 of an entry under the last checkpoint: what goes to a partner or a
  // court with the entry's bytes.
  [[nodiscard]] Result<std::string> TlogProof(uint64_t index) const REQUIRES_LOCK(!mutex_);

 private:
  // What the store holds, as of the last write.
  struct State {
    crypto::Frontier frontier;
    std::string checkpoint;
    std::optional<Instant> last_time;
  };
  struct Member;  // one waiting Append
  class Group;    // the entries and rows of one write

  ExchangeLog(store::Store& store,
              std::string origin,
              const crypto::SigningKey& log_key,
              Entropy& entropy,
              std::vector<crypto::PublicKey> earlier_keys);
  // Before anybody else has the object: no lock, no analysis.
  void Start(State state) TSA(no_thread_safety_analysis) { state_ = std::move(state); }
  // The state as stored and checked; nullopt when the origin has no row at all.
  Result<std::optional<State>> Load() const;
  Result<State> Create();
  // The state to build on: reads it back first when the last write failed.
  Result<State> Current() REQUIRES_LOCK(!mutex_);
  // Gives members a result; those that must see what another member writes are left without one.
  // Only the thread whose turn it is calls this.
  void WriteGroup(const std::vector<Member*>& members) REQUIRES_LOCK(!mutex_);

  store::Store& store_;
  const std::string origin_;
  const crypto::SigningKey& log_key_;
  Entropy& entropy_;
  const std::vector<crypto::PublicKey> earlier_keys_;

  mutable Mutex mutex_;
  State state_ GUARDED_BY(mutex_);
  bool stale_ GUARDED_BY(mutex_) = false;    // a write failed and the state was not read back yet
  bool writing_ GUARDED_BY(mutex_) = false;  // somebody has the turn
  std::deque<Member*> queue_ GUARDED_BY(mutex_);
  CondVar turn_;
};

}  // namespace schakel::log
