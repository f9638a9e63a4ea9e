#include "node/log/verify.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <utility>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/log/exchange_log.h"
#include "node/log/layout.h"
#include "node/log/tree.h"
#include "node/statement/entry.h"
#include "node/statement/note.h"
#include "node/statement/types.h"

namespace schakel::log {
namespace {

using store::Family;

Result<statement::Checkpoint> OpenUnderAny(std::string_view note,
                                           std::string_view origin,
                                           std::span<const crypto::PublicKey> keys) {
  for (const crypto::PublicKey& key : keys) {
    Result<statement::Checkpoint> checkpoint = statement::OpenCheckpoint(note, origin, key);
    if (checkpoint) return checkpoint;
  }
  return Corrupt("the checkpoint is not signed by this node's log key");
}

class Verifier {
 public:
  Verifier(const store::Store& store,
           std::string_view origin,
           std::span<const crypto::PublicKey> keys)
      : store_(store), origin_(origin), keys_(keys), tree_(store, origin_) {}

  Result<StoredReport> Run();

 private:
  // The rows that an entry must have, as keys; and what the summary rows must say.
  struct Expected {
    std::set<Bytes> rows;
    std::map<Bytes, uint64_t> counters;
    std::optional<Instant> last_time;
    bool intact = true;  // no entry so far was missing, altered or unreadable
  };

  void Fault(std::optional<uint64_t> index,
             std::string what,
             Reason reason,
             ReasonArguments arguments = {});
  Result<std::optional<Bytes>> Read(const Bytes& key) const {
    return store_.Get(Family::kLog, key);
  }
  std::optional<Hash> Node(int level, uint64_t index) const;
  Result<void> CheckEntries();
  Result<void> CheckEntry(uint64_t index, Expected& expected);
  void CheckTree();
  Result<void> CheckReceipts();
  void CheckReceipt(uint64_t index, ByteView row);
  Result<void> CheckIndexes(const Expected& expected);
  Result<void> CheckSummary(const Expected& expected);

  const store::Store& store_;
  const std::string origin_;
  const std::span<const crypto::PublicKey> keys_;
  const StoredTree tree_;
  StoredReport report_;
  Expected expected_;
};

void Verifier::Fault(std::optional<uint64_t> index,
                     std::string what,
                     Reason reason,
                     ReasonArguments arguments) {
  if (report_.faults.size() >= kMaxFaults) return;
  report_.faults.push_back({index, std::move(what), reason, std::move(arguments)});
}

std::optional<Hash> Verifier::Node(int level, uint64_t index) const {
  const Result<Hash> node = tree_.Node(level, index);
  return node ? std::optional(*node) : std::nullopt;
}

Result<void> Verifier::CheckEntry(uint64_t index, Expected& expected) {
  const std::optional<Bytes> bytes = TRY(Read(EntryKey(origin_, index)));
  const std::optional<Hash> leaf = Node(0, index);
  if (!bytes) {
    Fault(index, "the entry is missing", Reason::kLogEntryMissing);
    expected.intact = false;
    return {};
  }
  if (!leaf) {
    Fault(index, "its leaf hash is missing from the tree", Reason::kLogLeafMissing);
  } else if (crypto::LeafHash(*bytes) != *leaf) {
    Fault(index, "the entry is not the one that was logged", Reason::kLogEntryChanged);
    expected.intact = false;
  }
  const Result<statement::Entry> entry = statement::Entry::Parse(AsText(*bytes));
  if (!entry) {
    Fault(index, "the entry does not parse", Reason::kLogEntryUnreadable);
    expected.intact = false;
  }
  // What follows from the entries together is judged only while all of them are what was logged.
  if (!expected.intact) return {};

  const bool reset = entry->kind == statement::EntryKind::kEvent && entry->type == kClockReset;
  if (expected.last_time && entry->time < *expected.last_time && !reset) {
    Fault(index, "its time lies before that of the entry in front of it", Reason::kLogEntryTime);
  }
  expected.last_time = entry->time;
  if (!entry->peer.empty() && entry->direction != statement::Direction::kLocal) {
    uint64_t& counter = expected.counters[CounterKey(origin_, entry->peer, entry->direction)];
    if (entry->pair_seq != static_cast<int64_t>(++counter)) {
      Fault(index, "its pair_seq does not follow", Reason::kLogEntryPair);
    }
  }
  const std::optional<Hash> digest =
      entry->statement ? std::optional(entry->statement->Digest()) : entry->digest;
  if (digest) {
    expected.rows.insert(DigestKey(origin_, *digest, index));
    const bool pair = entry->statement && !entry->peer.empty() &&
                      (entry->statement->type() == statement::Type::kRequest ||
                       entry->statement->type() == statement::Type::kAnswer);
    if (pair) expected.rows.insert(PairKey(origin_, entry->peer, *digest));
  }
  if (const Result<Uuid> exchange = ParseUuid(entry->exchange)) {
    expected.rows.insert(ExchangeKey(origin_, *exchange, index));
  }
  return {};
}

Result<void> Verifier::CheckEntries() {
  for (uint64_t index = 0; index < report_.size; ++index)
    TRY(CheckEntry(index, expected_));
  return {};
}

// Upwards from the stored leaves, so that one altered entry is one fault and one altered node
// another.
void Verifier::CheckTree() {
  for (int level = 1; (report_.size >> level) != 0; ++level) {
    for (uint64_t index = 0; index < report_.size >> level; ++index) {
      const std::optional<Hash> left = Node(level - 1, 2 * index);
      const std::optional<Hash> right = Node(level - 1, 2 * index + 1);
      const std::optional<Hash> node = Node(level, index);
      if (left && right && node && crypto::NodeHash(*left, *right) == *node) continue;
      const std::string place = std::to_string(level) + "/" + std::to_string(index);
      Fault(std::nullopt,
            "tree node " + place + " does not follow from what is below it",
            Reason::kLogTree,
            {{"node", place}});
    }
  }
  const Result<Hash> root = tree_.Root(report_.size);
  if (!root || *root != report_.root) {
    Fault(std::nullopt, "the root of the tree is not the one of the checkpoint", Reason::kLogRoot);
  }
}

void Verifier::CheckReceipt(uint64_t index, ByteView row) {
  const auto bad = [&](const char* what, Reason reason = Reason::kLogReceiptOther) {
    Fault(index, std::string("its receipt ") + what, reason);
  };
  const Result<statement::SignedStatement> bytes = statement::SignedStatement::Parse(AsText(row));
  if (!bytes) return bad("does not parse", Reason::kLogReceiptFormat);
  const Result<statement::Receipt> receipt = statement::ParseAs<statement::Receipt>(*bytes);
  if (!receipt) return bad("does not parse", Reason::kLogReceiptFormat);
  const bool signed_by_us = std::any_of(keys_.begin(), keys_.end(), [&](const auto& key) {
    return statement::VerifySignatures(*bytes, std::span(&key, 1), 1).ok();
  });
  if (!signed_by_us) return bad("is not signed by this node's log key", Reason::kLogReceiptSigner);
  if (receipt->origin != origin_) return bad("names another log");
  const uint64_t size = static_cast<uint64_t>(receipt->size);
  if (static_cast<uint64_t>(receipt->index) != index || size <= index || size > report_.size) {
    return bad("names another place");
  }
  const std::optional<Hash> leaf = Node(0, index);
  const Result<Hash> root = tree_.Root(size);
  if (leaf != receipt->leaf || !root || *root != receipt->root) {
    return bad("promises another leaf or root");
  }
  const Result<std::optional<Bytes>> entry_row = Read(EntryKey(origin_, index));
  // An entry that is not what was logged is named as that.
  if (!entry_row || !*entry_row || crypto::LeafHash(**entry_row) != receipt->leaf) return;
  const Result<statement::Entry> entry = statement::Entry::Parse(AsText(**entry_row));
  if (!entry) return;
  const std::optional<Hash> digest =
      entry->statement ? std::optional(entry->statement->Digest()) : entry->digest;
  if (digest != receipt->statement || entry->time != receipt->time) {
    bad("is about another statement or time");
  }
}

Result<void> Verifier::CheckReceipts() {
  const Bytes prefix = RowPrefix(origin_, Row::kReceipt);
  return store_.Scan(Family::kLog, prefix, [&](ByteView key, ByteView row) {
    if (key.size() != prefix.size() + 8) {
      Fault(std::nullopt, "a receipt row has a key that is none", Reason::kLogRowUnknown);
      return true;
    }
    const uint64_t index = TrailingU64(key);
    if (index >= report_.size) return true;  // CheckSummary tells growth from rows too many
    ++report_.receipts;
    CheckReceipt(index, row);
    return true;
  });
}

// Every row an entry must have is there, and no other: an index row without an entry would make
// FindDigest or HeadOf lie.
Result<void> Verifier::CheckIndexes(const Expected& expected) {
  for (const Bytes& key : expected.rows) {
    if (!TRY(Read(key))) Fault(std::nullopt, "an index row is missing", Reason::kLogRowMissing);
  }
  return {};
}

Result<void> Verifier::CheckSummary(const Expected& expected) {
  const std::optional<Bytes> time = TRY(Read(TimeKey(origin_)));
  const bool time_fits =
      expected.last_time
          ? time && time->size() == 8 &&
                ReadU64(*time) == static_cast<uint64_t>(ToMillis(*expected.last_time))
          : !time || report_.size > 0;
  if (!time_fits)
    Fault(std::nullopt, "the last time is not that of the last entry", Reason::kLogLastTime);
  for (const auto& [key, value] : expected.counters) {
    const std::optional<Bytes> row = TRY(Read(key));
    if (!row || row->size() != 8 || ReadU64(*row) != value) {
      Fault(std::nullopt, "a pair counter does not match the entries", Reason::kLogCounter);
    }
  }
  const size_t kind_at = LogPrefix(origin_).size();
  return store_.Scan(Family::kLog, LogPrefix(origin_), [&](ByteView key, ByteView) {
    bool known = false;
    if (key.size() > kind_at) {
      const Bytes row(key.begin(), key.end());
      switch (static_cast<Row>(key[kind_at])) {
        case Row::kCheckpoint:
          known = row == CheckpointKey(origin_);
          break;
        case Row::kTime:
          known = row == TimeKey(origin_);
          break;
        case Row::kEntry:
        case Row::kReceipt:
          known = key.size() == kind_at + 9 && TrailingU64(key) < report_.size;
          break;
        case Row::kNode:
          known = key.size() == kind_at + 10 && key[kind_at + 1] < 64 &&
                  TrailingU64(key) < report_.size >> key[kind_at + 1];
          break;
        case Row::kCounter:
          known = expected.counters.count(row) != 0;
          break;
        case Row::kDigest:
        case Row::kExchange:
        case Row::kPair:
          known = expected.rows.count(row) != 0;
          break;
      }
    }
    if (!known) Fault(std::nullopt, "a row that no entry accounts for", Reason::kLogRowUnknown);
    return true;
  });
}

Result<StoredReport> Verifier::Run() {
  const std::optional<Bytes> note = TRY(Read(CheckpointKey(origin_)));
  if (!note) return NotFound("log: no checkpoint of " + origin_);
  Result<statement::Checkpoint> checkpoint = OpenUnderAny(AsText(*note), origin_, keys_);
  if (!checkpoint) {
    Fault(std::nullopt, checkpoint.error().detail, Reason::kLogCheckpoint);
    checkpoint = statement::ReadCheckpointUnverified(AsText(*note));
    if (!checkpoint) return std::move(report_);
  }
  report_.size = TRY(KnownSize(store_, origin_, checkpoint->size));
  report_.root = checkpoint->root;
  if (report_.size != checkpoint->size) {
    Fault(std::nullopt, "the checkpoint names more entries than there are", Reason::kLogShort);
  }
  TRY(CheckEntries());
  CheckTree();
  TRY(CheckReceipts());
  if (!expected_.intact) return std::move(report_);
  TRY(CheckIndexes(expected_));
  // Counters and rows behind the checkpoint say nothing when an appender has moved it meanwhile.
  StoredReport before_summary = report_;
  TRY(CheckSummary(expected_));
  if (TRY(Read(CheckpointKey(origin_))) != note) return before_summary;
  return std::move(report_);
}

}  // namespace

Result<StoredReport> VerifyStored(const store::Store& store,
                                  std::string_view origin,
                                  std::span<const crypto::PublicKey> keys) {
  return Verifier(store, origin, keys).Run();
}

}  // namespace schakel::log
