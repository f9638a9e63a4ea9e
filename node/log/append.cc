// The appender: group commit, and what one commit writes.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/log/exchange_log.h"
#include "node/log/layout.h"
#include "node/log/tree.h"
#include "node/statement/note.h"
#include "node/statement/types.h"

namespace schakel::log {
namespace {

using statement::Direction;
using statement::EntryKind;
using store::Family;

// Enough to share a sync among all that wait, small enough that nobody waits for a giant batch.
constexpr size_t kMaxGroup = 64;

template <size_t N>
std::array<uint8_t, N> Random(Entropy& entropy) {
  std::array<uint8_t, N> bytes{};
  entropy.Fill(bytes);
  return bytes;
}

bool IsClockReset(const Commit& commit) {
  return commit.entries.size() == 1 && commit.entries[0].entry.kind == EntryKind::kEvent &&
         commit.entries[0].entry.type == kClockReset;
}

// The digest under which an entry is found: of the statement it holds, or the one it names.
std::optional<Hash> DigestOf(const statement::Entry& entry) {
  return entry.statement ? entry.statement->Digest() : entry.digest;
}

bool CountsForPair(const statement::Entry& entry) {
  return entry.statement && !entry.peer.empty() &&
         (entry.statement->type() == statement::Type::kRequest ||
          entry.statement->type() == statement::Type::kAnswer);
}

}  // namespace

// One waiting Append. It lives on the waiter's stack; `done` belongs to the log's mutex, the rest
// to whoever has the turn until `done` is set.
struct ExchangeLog::Member {
  Commit commit;
  Instant now;
  std::optional<Result<Committed>> result;
  bool done = false;
};

// The entries and rows of one write, built member by member on a copy of the state: nothing is
// visible to anybody before the store has said yes.
class ExchangeLog::Group {
 public:
  Group(const ExchangeLog& log, State state) : log_(log), state_(std::move(state)) {
    batch_.RequireValue(Family::kLog, CheckpointKey(log.origin_), AsBytes(state_.checkpoint));
  }

  // Takes the member; or gives it its refusal; or leaves it for a later group, because a condition
  // of it reads a row that this group writes.
  void Add(Member& member);
  [[nodiscard]] const std::vector<Member*>& members() const { return members_; }

  // Makes receipts and checkpoint. Called once, after the last Add.
  const store::Batch& Seal();
  // After the write: the members' results, and the state to build on.
  State Complete();

 private:
  using Counters = std::map<Bytes, uint64_t>;

  bool ReadsOwnWrites(const store::Batch& batch) const;
  Result<void> CheckConditions(const store::Batch& batch) const;
  Result<Instant> TimeFor(const Commit& commit, Instant now) const;
  Result<Bytes> Fill(statement::Entry& entry, Instant time, Counters& counters) const;
  void Index(const statement::Entry& entry, uint64_t index);

  const ExchangeLog& log_;
  State state_;
  store::Batch batch_;
  Counters counters_;
  std::set<std::pair<Family, Bytes>> written_;
  std::vector<Member*> members_;
  std::vector<Committed> committed_;  // beside members_
};

bool ExchangeLog::Group::ReadsOwnWrites(const store::Batch& batch) const {
  return std::any_of(batch.conditions().begin(), batch.conditions().end(), [this](const auto& c) {
    return written_.count({c.family, c.key}) != 0;
  });
}

// The store checks every condition again at the write; this finds out whose it is that fails.
Result<void> ExchangeLog::Group::CheckConditions(const store::Batch& batch) const {
  for (const store::Batch::Condition& condition : batch.conditions()) {
    if (TRY(log_.store_.Get(condition.family, condition.key)) != condition.expected) {
      return Conflict(std::string("log: a condition on ") + store::FamilyName(condition.family) +
                      " does not hold");
    }
  }
  return {};
}

Result<Instant> ExchangeLog::Group::TimeFor(const Commit& commit, Instant now) const {
  if (!state_.last_time || IsClockReset(commit)) return now;
  if (now + kClockTolerance < *state_.last_time) {
    return Unavailable("CLOCK: the clock is more than 5 minutes behind the log's last entry");
  }
  return std::max(now, *state_.last_time);
}

Result<Bytes> ExchangeLog::Group::Fill(statement::Entry& entry,
                                       Instant time,
                                       Counters& counters) const {
  entry.time = time;
  entry.nonce = Random<16>(log_.entropy_);
  entry.span_id = EncodeHex(Random<8>(log_.entropy_));
  if (entry.trace_id.empty()) entry.trace_id = EncodeHex(Random<16>(log_.entropy_));
  entry.pair_seq.reset();
  if (!entry.peer.empty() && entry.direction != Direction::kLocal) {
    const Bytes key = CounterKey(log_.origin_, entry.peer, entry.direction);
    auto counter = counters.find(key);
    if (counter == counters.end()) {
      const std::optional<Bytes> row = TRY(log_.store_.Get(Family::kLog, key));
      if (row && row->size() != 8) return Corrupt("log: a pair counter is damaged");
      counter = counters.emplace(key, row ? ReadU64(*row) : 0).first;
    }
    entry.pair_seq = static_cast<int64_t>(++counter->second);
  }
  const std::string bytes = entry.Encode();
  if (bytes.size() > kMaxLogEntryBytes) return Exhausted("log: an entry over its limit");
  // What our own reader refuses must never become a leaf: it could not be taken out again.
  if (!statement::Entry::Parse(bytes)) return Malformed("log: an entry that does not parse back");
  return ToBytes(bytes);
}

void ExchangeLog::Group::Index(const statement::Entry& entry, uint64_t index) {
  const std::string& origin = log_.origin_;
  if (const std::optional<Hash> digest = DigestOf(entry)) {
    batch_.Put(Family::kLog, DigestKey(origin, *digest, index), {});
    if (CountsForPair(entry)) batch_.Put(Family::kLog, PairKey(origin, entry.peer, *digest), {});
  }
  if (const Result<Uuid> exchange = ParseUuid(entry.exchange)) {
    batch_.Put(Family::kLog, ExchangeKey(origin, *exchange, index), {});
  }
}

void ExchangeLog::Group::Add(Member& member) {
  Commit& commit = member.commit;
  if (ReadsOwnWrites(commit.batch)) return;
  const auto refuse = [&member](Error error) { member.result.emplace(std::move(error)); };
  if (commit.entries.empty()) return refuse(Malformed("log: a commit without entries"));
  if (const Result<void> holds = CheckConditions(commit.batch); !holds) {
    return refuse(holds.error());
  }
  const Result<Instant> time = TimeFor(commit, member.now);
  if (!time) return refuse(time.error());

  // First every entry, on copies: a refusal leaves the group as it was.
  Counters counters = counters_;
  std::vector<Bytes> leaves;
  for (NewEntry& entry : commit.entries) {
    Result<Bytes> bytes = Fill(entry.entry, *time, counters);
    if (!bytes) return refuse(bytes.error());
    leaves.push_back(*std::move(bytes));
  }

  counters_ = std::move(counters);
  state_.last_time = *time;
  Committed committed;
  for (size_t i = 0; i < leaves.size(); ++i) {
    const uint64_t index = state_.frontier.size();
    const Hash leaf = crypto::LeafHash(leaves[i]);
    batch_.Put(Family::kLog, EntryKey(log_.origin_, index), leaves[i]);
    AppendLeaf(log_.origin_, leaf, state_.frontier, batch_);
    Index(commit.entries[i].entry, index);
    committed.entries.push_back({index, leaf, std::move(leaves[i]), std::nullopt});
  }
  for (const store::Batch::Operation& operation : commit.batch.operations()) {
    written_.emplace(operation.family, Bytes(operation.key.begin(), operation.key.end()));
  }
  batch_.Merge(commit.batch);
  members_.push_back(&member);
  committed_.push_back(std::move(committed));
}

const store::Batch& ExchangeLog::Group::Seal() {
  const uint64_t size = state_.frontier.size();
  const Hash root = state_.frontier.Root();
  state_.checkpoint = statement::SignCheckpoint({log_.origin_, size, root}, log_.log_key_);
  const crypto::SigningKey* const key = &log_.log_key_;
  for (size_t i = 0; i < members_.size(); ++i) {
    Committed& committed = committed_[i];
    committed.size = size;
    committed.root = root;
    committed.checkpoint = state_.checkpoint;
    for (size_t j = 0; j < committed.entries.size(); ++j) {
      const NewEntry& entry = members_[i]->commit.entries[j];
      if (!entry.receipt) continue;
      AppendedEntry& appended = committed.entries[j];
      statement::Receipt receipt;
      receipt.origin = log_.origin_;
      receipt.exchange = entry.receipt->exchange;
      receipt.statement = entry.receipt->statement;
      receipt.index = static_cast<int64_t>(appended.index);
      receipt.leaf = appended.leaf;
      receipt.size = static_cast<int64_t>(size);
      receipt.root = root;
      receipt.accepted = entry.receipt->accepted;
      receipt.code = entry.receipt->code;
      receipt.time = entry.entry.time;
      appended.receipt = statement::SignedStatement::Sign(
          statement::Type::kReceipt, receipt.ToValue(), std::span(&key, 1));
      batch_.Put(Family::kLog,
                 ReceiptKey(log_.origin_, appended.index),
                 AsBytes(appended.receipt->Encode()));
    }
  }
  for (const auto& [counter, value] : counters_) {
    Bytes row;
    AppendU64(row, value);
    batch_.Put(Family::kLog, counter, row);
  }
  Bytes time;
  AppendU64(time, static_cast<uint64_t>(ToMillis(*state_.last_time)));
  batch_.Put(Family::kLog, TimeKey(log_.origin_), time);
  batch_.Put(Family::kLog, CheckpointKey(log_.origin_), AsBytes(state_.checkpoint));
  return batch_;
}

ExchangeLog::State ExchangeLog::Group::Complete() {
  for (size_t i = 0; i < members_.size(); ++i) {
    members_[i]->result.emplace(std::move(committed_[i]));
  }
  return std::move(state_);
}

Result<ExchangeLog::State> ExchangeLog::Current() {
  {
    MutexLock lock(mutex_);
    if (!stale_) return state_;
  }
  std::optional<State> state = TRY(Load());
  if (!state) return Corrupt("log: the checkpoint of " + origin_ + " is gone");
  MutexLock lock(mutex_);
  state_ = *state;
  stale_ = false;
  return *std::move(state);
}

void ExchangeLog::WriteGroup(const std::vector<Member*>& members) {
  Result<State> state = Current();
  if (!state) {
    for (Member* member : members)
      member->result.emplace(state.error());
    return;
  }
  const std::string before = state->checkpoint;
  Group group(*this, *std::move(state));
  for (Member* member : members)
    group.Add(*member);
  if (group.members().empty()) return;

  Result<void> written = store_.Write(group.Seal(), store::Durability::kSynced);
  if (written) {
    State after = group.Complete();
    MutexLock lock(mutex_);
    state_ = std::move(after);
    return;
  }
  if (written.error().code == ErrorCode::kConflict) {
    const Result<std::optional<Bytes>> note = store_.Get(Family::kLog, CheckpointKey(origin_));
    const bool ours = note && *note && AsText(**note) == before;
    if (ours && group.members().size() > 1) {
      // A row changed between CheckConditions and the write: one at a time, only its reader fails.
      for (Member* member : group.members())
        WriteGroup({member});
      return;
    }
    if (!ours) written = Corrupt("log: somebody else wrote " + origin_);
  }
  // Whether a failed write left something behind is for the store to say: read the state back.
  {
    MutexLock lock(mutex_);
    stale_ = true;
  }
  for (Member* member : group.members())
    member->result.emplace(written.error());
  if (const Result<State> reread = Current(); !reread) return;  // the next Append tries again
}

Result<Committed> ExchangeLog::Append(Commit commit, Instant now) {
  Member self{std::move(commit), now, std::nullopt, false};
  std::vector<Member*> members;
  {
    MutexLock lock(mutex_);
    queue_.push_back(&self);
    turn_.Wait(mutex_, [&]() REQUIRES_LOCK(mutex_) {
      return self.done || (!writing_ && queue_.front() == &self);
    });
    if (self.done) return *std::move(self.result);
    writing_ = true;
    const size_t count = std::min(queue_.size(), kMaxGroup);
    members.assign(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
  }
  WriteGroup(members);
  {
    MutexLock lock(mutex_);
    // The first member reads no other's writes, so at least this thread's own is done.
    for (size_t i = 0; i < members.size(); ++i)
      queue_.pop_front();
    for (auto member = members.rbegin(); member != members.rend(); ++member) {
      if ((*member)->result) {
        (*member)->done = true;
      } else {
        queue_.push_front(*member);
      }
    }
    writing_ = false;
    turn_.NotifyAll();
  }
  CHECK(self.result.has_value());
  return *std::move(self.result);
}

}  // namespace schakel::log
