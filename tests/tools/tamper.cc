#include "tests/tools/tamper.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "node/crypto/merkle.h"
#include "node/log/layout.h"
#include "node/log/tree.h"
#include "node/statement/entry.h"
#include "node/statement/note.h"
#include "node/statement/types.h"

namespace schakel::tamper {
namespace {

using statement::Direction;
using statement::Entry;
using store::Batch;
using store::Durability;
using store::Family;

Result<Bytes> MustGet(const store::Store& store, const Bytes& key) {
  std::optional<Bytes> row = TRY(store.Get(Family::kLog, key));
  if (!row) return NotFound("no such row");
  return *std::move(row);
}

// The log made anew, in one batch.
class Rewriter {
 public:
  Rewriter(store::Store& store, std::string origin, const crypto::SigningKey& log_key)
      : store_(store), origin_(std::move(origin)), key_(log_key) {}

  Result<void> Run(uint64_t index, std::string_view bytes);

 private:
  Result<void> Read();
  Result<void> Put(Entry entry, uint64_t old_index);

  store::Store& store_;
  const std::string origin_;
  const crypto::SigningKey& key_;
  std::vector<Bytes> entries_;
  std::map<uint64_t, statement::Receipt> receipts_;
  Batch batch_;
  crypto::Frontier frontier_;
  std::vector<Hash> roots_{crypto::EmptyRoot()};  // by size
  std::map<Bytes, uint64_t> counters_;
  std::vector<std::pair<uint64_t, statement::Receipt>> to_sign_;
};

Result<void> Rewriter::Read() {
  const Bytes note = TRY(MustGet(store_, log::CheckpointKey(origin_)));
  const uint64_t size = TRY(statement::ReadCheckpointUnverified(AsText(note))).size;
  for (uint64_t i = 0; i < size; ++i) {
    entries_.push_back(TRY(MustGet(store_, log::EntryKey(origin_, i))));
    const std::optional<Bytes> row = TRY(store_.Get(Family::kLog, log::ReceiptKey(origin_, i)));
    if (!row) continue;
    const auto bytes = TRY(statement::SignedStatement::Parse(AsText(*row)));
    receipts_[i] = TRY(statement::ParseAs<statement::Receipt>(bytes));
  }
  return store_.Scan(Family::kLog, log::LogPrefix(origin_), [this](ByteView key, ByteView) {
    batch_.Delete(Family::kLog, key);
    return true;
  });
}

Result<void> Rewriter::Put(Entry entry, uint64_t old_index) {
  const uint64_t index = frontier_.size();
  if (!entry.peer.empty() && entry.direction != Direction::kLocal) {
    uint64_t& counter = counters_[log::CounterKey(origin_, entry.peer, entry.direction)];
    entry.pair_seq = static_cast<int64_t>(++counter);
  }
  const std::string bytes = entry.Encode();
  batch_.Put(Family::kLog, log::EntryKey(origin_, index), AsBytes(bytes));
  const Hash leaf = crypto::LeafHash(AsBytes(bytes));
  log::AppendLeaf(origin_, leaf, frontier_, batch_);
  roots_.push_back(frontier_.Root());
  const std::optional<Hash> digest =
      entry.statement ? std::optional(entry.statement->Digest()) : entry.digest;
  if (digest) batch_.Put(Family::kLog, log::DigestKey(origin_, *digest, index), {});
  if (entry.statement && entry.statement->type() != statement::Type::kReceipt) {
    batch_.Put(Family::kLog, log::PairKey(origin_, entry.peer, *digest), {});
  }
  if (const Result<Uuid> exchange = ParseUuid(entry.exchange)) {
    batch_.Put(Family::kLog, log::ExchangeKey(origin_, *exchange, index), {});
  }
  Bytes time;
  AppendU64(time, static_cast<uint64_t>(ToMillis(entry.time)));
  batch_.Put(Family::kLog, log::TimeKey(origin_), time);

  const auto receipt = receipts_.find(old_index);
  if (receipt == receipts_.end()) return {};
  statement::Receipt made = receipt->second;
  made.index = static_cast<int64_t>(index);
  made.leaf = leaf;
  made.time = entry.time;
  if (digest) made.statement = *digest;
  to_sign_.emplace_back(index, std::move(made));
  return {};
}

Result<void> Rewriter::Run(uint64_t index, std::string_view bytes) {
  TRY(Read());
  if (index >= entries_.size()) return NotFound("no such entry");
  for (uint64_t i = 0; i < entries_.size(); ++i) {
    if (i == index && bytes.empty()) continue;
    TRY(Put(TRY(Entry::Parse(i == index ? bytes : AsText(entries_[i]))), i));
  }
  const crypto::SigningKey* const keys[] = {&key_};
  for (auto& [at, receipt] : to_sign_) {
    if (bytes.empty() && static_cast<uint64_t>(receipt.size) > index) --receipt.size;
    receipt.root = roots_[static_cast<size_t>(receipt.size)];
    const auto made =
        statement::SignedStatement::Sign(statement::Type::kReceipt, receipt.ToValue(), keys);
    batch_.Put(Family::kLog, log::ReceiptKey(origin_, at), AsBytes(made.Encode()));
  }
  for (const auto& [key, value] : counters_) {
    Bytes row;
    AppendU64(row, value);
    batch_.Put(Family::kLog, key, row);
  }
  const std::string note =
      statement::SignCheckpoint({origin_, frontier_.size(), frontier_.Root()}, key_);
  batch_.Put(Family::kLog, log::CheckpointKey(origin_), AsBytes(note));
  return store_.Write(batch_, Durability::kSynced);
}

}  // namespace

Result<void> AlterEntry(store::Store& store, std::string_view origin, uint64_t index) {
  const Bytes key = log::EntryKey(origin, index);
  const Bytes bytes = TRY(MustGet(store, key));
  Entry entry = TRY(Entry::Parse(AsText(bytes)));
  entry.time += std::chrono::milliseconds{1};
  Batch batch;
  batch.Put(Family::kLog, key, AsBytes(entry.Encode()));
  return store.Write(batch, Durability::kSynced);
}

Result<void> RemoveEntry(store::Store& store, std::string_view origin, uint64_t index) {
  const Bytes key = log::EntryKey(origin, index);
  TRY(MustGet(store, key));
  Batch batch;
  batch.Delete(Family::kLog, key);
  return store.Write(batch, Durability::kSynced);
}

Result<void> RewriteLog(store::Store& store,
                        std::string_view origin,
                        const crypto::SigningKey& log_key,
                        uint64_t index,
                        std::string_view bytes) {
  return Rewriter(store, std::string(origin), log_key).Run(index, bytes);
}

}  // namespace schakel::tamper
