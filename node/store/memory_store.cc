#include "node/store/memory_store.h"

#include <algorithm>
#include <utility>

namespace schakel::store {
namespace {

using Rows = std::map<Bytes, Bytes>;

void Apply(const Batch& batch, std::map<Family, Rows>& tables) {
  for (const Batch::Operation& operation : batch.operations()) {
    Bytes key(operation.key.begin(), operation.key.end());
    if (operation.value) {
      tables[operation.family].insert_or_assign(
          std::move(key), Bytes(operation.value->begin(), operation.value->end()));
    } else {
      tables[operation.family].erase(key);
    }
  }
}

std::optional<Bytes> Find(const std::map<Family, Rows>& tables, Family family, ByteView key) {
  const auto rows = tables.find(family);
  if (rows == tables.end()) return std::nullopt;
  const auto row = rows->second.find(Bytes(key.begin(), key.end()));
  if (row == rows->second.end()) return std::nullopt;
  return row->second;
}

bool HasPrefix(ByteView key, ByteView prefix) {
  return key.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), key.begin());
}

}  // namespace

Result<std::optional<Bytes>> MemoryStore::Get(Family family, ByteView key) const {
  const MutexLock lock(mutex_);
  return Find(tables_, family, key);
}

Result<void> MemoryStore::Scan(Family family, ByteView prefix, const Visitor& visit) const {
  return ScanFrom(family, prefix, prefix, visit);
}

Result<void> MemoryStore::ScanFrom(Family family,
                                   ByteView prefix,
                                   ByteView from,
                                   const Visitor& visit) const {
  std::vector<std::pair<Bytes, Bytes>> found;
  {
    const MutexLock lock(mutex_);
    const auto rows = tables_.find(family);
    if (rows == tables_.end()) return {};
    const Bytes start =
        std::max(Bytes(prefix.begin(), prefix.end()), Bytes(from.begin(), from.end()));
    for (auto row = rows->second.lower_bound(start);
         row != rows->second.end() && HasPrefix(row->first, prefix);
         ++row) {
      found.emplace_back(*row);
    }
  }
  for (const auto& [key, value] : found) {
    if (!visit(key, value)) break;
  }
  return {};
}

Result<void> MemoryStore::Write(const Batch& batch, Durability durability) {
  const MutexLock lock(mutex_);
  if (fail_in_ < 0 || (fail_in_ > 0 && --fail_in_ == 0)) {
    if (fail_rest_) fail_in_ = -1;
    ++failed_writes_;
    return Unavailable("the disk refused the write (injected)");
  }
  const auto read = [this](Family family, ByteView key)
                        REQUIRES_LOCK(mutex_) -> Result<std::optional<Bytes>> {
    return Find(tables_, family, key);
  };
  TRY(CheckConditions(batch, read));
  Apply(batch, tables_);
  if (durability == Durability::kUnsynced) {
    unsynced_.push_back(batch);
    return {};
  }
  for (const Batch& earlier : unsynced_)
    Apply(earlier, durable_);
  unsynced_.clear();
  Apply(batch, durable_);
  ++synced_writes_;
  return {};
}

Result<void> MemoryStore::Purge(Family /*family*/) {
  const MutexLock lock(mutex_);
  if (fail_in_ < 0) return Unavailable("the disk refused the purge (injected)");
  for (const Batch& earlier : unsynced_)
    Apply(earlier, durable_);
  unsynced_.clear();
  return {};
}

Result<std::vector<Damage>> MemoryStore::VerifyFiles() const {
  return std::vector<Damage>{};
}

void MemoryStore::FailWrite(int n) {
  const MutexLock lock(mutex_);
  fail_in_ = n;
  fail_rest_ = false;
}

void MemoryStore::FailWritesFrom(int n) {
  const MutexLock lock(mutex_);
  fail_in_ = n;
  fail_rest_ = true;
}

int MemoryStore::failed_writes() const {
  const MutexLock lock(mutex_);
  return failed_writes_;
}

void MemoryStore::FailAllWrites() {
  const MutexLock lock(mutex_);
  fail_in_ = -1;
}

void MemoryStore::Crash() {
  const MutexLock lock(mutex_);
  unsynced_.clear();
  tables_ = durable_;
}

int MemoryStore::synced_writes() const {
  const MutexLock lock(mutex_);
  return synced_writes_;
}

}  // namespace schakel::store
