#include "node/log/exchange_log.h"

#include <algorithm>
#include <utility>

#include "node/base/reason.h"
#include "node/log/layout.h"
#include "node/log/tree.h"
#include "node/statement/note.h"

namespace schakel::log {

using store::Family;

std::string Origin(std::string_view node, const Uuid& lineage, int epoch) {
  return std::string(node) + "/xlog/" + ToString(lineage).substr(0, 8) + "/" +
         std::to_string(epoch);
}

std::string LocalOrigin(std::string_view node) {
  return std::string(node) + "/local/1";
}

ExchangeLog::ExchangeLog(store::Store& store,
                         std::string origin,
                         const crypto::SigningKey& log_key,
                         Entropy& entropy,
                         std::vector<crypto::PublicKey> earlier_keys)
    : store_(store),
      origin_(std::move(origin)),
      log_key_(log_key),
      entropy_(entropy),
      earlier_keys_(std::move(earlier_keys)) {}

Result<std::unique_ptr<ExchangeLog>> ExchangeLog::Open(
    store::Store& store,
    std::string origin,
    const crypto::SigningKey& log_key,
    Entropy& entropy,
    std::vector<crypto::PublicKey> earlier_keys) {
  std::unique_ptr<ExchangeLog> log(
      new ExchangeLog(store, std::move(origin), log_key, entropy, std::move(earlier_keys)));
  std::optional<State> stored = TRY(log->Load());
  log->Start(stored ? *std::move(stored) : TRY(log->Create()));
  return log;
}

Result<std::optional<ExchangeLog::State>> ExchangeLog::Load() const {
  const std::optional<Bytes> note = TRY(store_.Get(Family::kLog, CheckpointKey(origin_)));
  if (!note) {
    bool rows = false;
    TRY(store_.Scan(Family::kLog, LogPrefix(origin_), [&rows](ByteView, ByteView) {
      rows = true;
      return false;
    }));
    if (rows) return Corrupt("log: " + origin_ + " has rows but no checkpoint");
    return std::optional<State>();
  }

  State state;
  state.checkpoint = ToText(*note);
  Result<statement::Checkpoint> checkpoint =
      statement::OpenCheckpoint(state.checkpoint, origin_, log_key_.public_key());
  for (const crypto::PublicKey& key : earlier_keys_) {
    if (!checkpoint) checkpoint = statement::OpenCheckpoint(state.checkpoint, origin_, key);
  }
  if (!checkpoint) {
    return Corrupt("log: the checkpoint of " + origin_ + " is not signed by this node's log key");
  }
  state.frontier = TRY(StoredTree(store_, origin_).LoadFrontier(checkpoint->size));
  if (state.frontier.Root() != checkpoint->root) {
    return Corrupt("log: the tree of " + origin_ + " does not match its checkpoint");
  }
  // An older checkpoint put back would match its own, smaller tree.
  if (TRY(store_.Get(Family::kLog, EntryKey(origin_, checkpoint->size)))) {
    return Corrupt("log: " + origin_ + " has entries behind its checkpoint");
  }
  const std::optional<Bytes> time = TRY(store_.Get(Family::kLog, TimeKey(origin_)));
  if (time.has_value() != (checkpoint->size > 0) || (time && time->size() != 8)) {
    return Corrupt("log: the time row of " + origin_ + " does not fit its checkpoint");
  }
  if (time) state.last_time = FromMillis(static_cast<int64_t>(ReadU64(*time)));
  return std::optional<State>(std::move(state));
}

Result<ExchangeLog::State> ExchangeLog::Create() {
  State state;
  state.checkpoint = statement::SignCheckpoint({origin_, 0, crypto::EmptyRoot()}, log_key_);
  store::Batch batch;
  batch.RequireAbsent(Family::kLog, CheckpointKey(origin_));
  batch.Put(Family::kLog, CheckpointKey(origin_), AsBytes(state.checkpoint));
  TRY(store_.Write(batch, store::Durability::kSynced));
  return state;
}

Result<void> ExchangeLog::CheckClock(Instant now) const {
  const std::optional<Instant> last = LastTime();
  if (last && now + kClockTolerance < *last) {
    return Unavailable("CLOCK: the clock is more than 5 minutes behind the log's last entry");
  }
  return {};
}

uint64_t ExchangeLog::size() const {
  MutexLock lock(mutex_);
  return state_.frontier.size();
}

Hash ExchangeLog::root() const {
  MutexLock lock(mutex_);
  return state_.frontier.Root();
}

std::string ExchangeLog::Checkpoint() const {
  MutexLock lock(mutex_);
  return state_.checkpoint;
}

std::optional<Instant> ExchangeLog::LastTime() const {
  MutexLock lock(mutex_);
  return state_.last_time;
}

size_t ExchangeLog::waiting() const {
  MutexLock lock(mutex_);
  return queue_.size();
}

Result<Bytes> ExchangeLog::EntryBytes(uint64_t index) const {
  if (index >= size()) return NotFound("log: no entry " + std::to_string(index));
  std::optional<Bytes> row = TRY(store_.Get(Family::kLog, EntryKey(origin_, index)));
  if (!row)
    return Because(Corrupt("log: entry " + std::to_string(index) + " is missing"),
                   Reason::kLogEntryMissing);
  return *std::move(row);
}

Result<statement::Entry> ExchangeLog::Entry(uint64_t index) const {
  const Bytes bytes = TRY(EntryBytes(index));
  Result<statement::Entry> entry = statement::Entry::Parse(AsText(bytes));
  if (!entry)
    return Because(Corrupt("log: entry " + std::to_string(index) + " does not parse"),
                   Reason::kLogEntryUnreadable);
  return entry;
}

Result<statement::SignedStatement> ExchangeLog::Receipt(uint64_t index) const {
  const std::optional<Bytes> row = TRY(store_.Get(Family::kLog, ReceiptKey(origin_, index)));
  if (!row) return NotFound("log: no receipt for entry " + std::to_string(index));
  Result<statement::SignedStatement> receipt = statement::SignedStatement::Parse(AsText(*row));
  if (!receipt) return Corrupt("log: receipt " + std::to_string(index) + " does not parse");
  return receipt;
}

namespace {

Result<std::vector<uint64_t>> IndexesUnder(const store::Store& store, ByteView prefix) {
  std::vector<uint64_t> indexes;
  TRY(store.Scan(Family::kLog, prefix, [&](ByteView key, ByteView) {
    if (key.size() == prefix.size() + 8) indexes.push_back(TrailingU64(key));
    return true;
  }));
  return indexes;
}

}  // namespace

Result<std::vector<uint64_t>> ExchangeLog::FindDigest(const Hash& statement) const {
  return IndexesUnder(store_, DigestPrefix(origin_, statement));
}

Result<std::vector<uint64_t>> ExchangeLog::FindExchange(const Uuid& exchange) const {
  return IndexesUnder(store_, ExchangePrefix(origin_, exchange));
}

Result<ExchangeLog::PairHead> ExchangeLog::HeadOf(std::string_view peer) const {
  // The rows lie in order of digest already.
  std::vector<Hash> leaves;
  const Bytes prefix = PairPrefix(origin_, peer);
  TRY(store_.Scan(Family::kLog, prefix, [&](ByteView key, ByteView) {
    if (key.size() == prefix.size() + Hash().size()) {
      leaves.push_back(crypto::LeafHash(key.last(Hash().size())));
    }
    return true;
  }));
  return PairHead{leaves.size(), crypto::MerkleRoot(leaves)};
}

Result<std::vector<Hash>> ExchangeLog::InclusionProof(uint64_t index, uint64_t tree_size) const {
  if (index >= tree_size || tree_size > size()) return Malformed("log: no such entry or size");
  return StoredTree(store_, origin_).Inclusion(index, tree_size);
}

Result<std::vector<Hash>> ExchangeLog::ConsistencyProof(uint64_t old_size,
                                                        uint64_t tree_size) const {
  if (old_size == 0 || old_size > tree_size || tree_size > size()) {
    return Malformed("log: no such sizes");
  }
  return StoredTree(store_, origin_).Consistency(old_size, tree_size);
}

Result<Hash> ExchangeLog::RootAt(uint64_t tree_size) const {
  if (tree_size > size()) return Malformed("log: no such size");
  return StoredTree(store_, origin_).Root(tree_size);
}

Result<std::string> ExchangeLog::TlogProof(uint64_t index) const {
  const std::string checkpoint = Checkpoint();
  const uint64_t tree_size = TRY(statement::ReadCheckpointUnverified(checkpoint)).size;
  return TlogProofText(index, TRY(InclusionProof(index, tree_size)), checkpoint);
}

}  // namespace schakel::log
