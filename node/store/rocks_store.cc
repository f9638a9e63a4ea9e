#include "node/store/rocks_store.h"

#include <algorithm>

#include <rocksdb/perf_level.h>
#include <rocksdb/write_batch.h>

#include "node/store/rocks_state.h"

namespace schakel::store {
namespace {

rocksdb::Slice ToSlice(ByteView bytes) {
  if (bytes.empty()) return {};  // RocksDB compares with memcmp, which takes no null
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ByteView ToView(const rocksdb::Slice& slice) {
  return AsBytes(slice.ToStringView());
}

// What a write batch takes besides keys and values: its header, and per operation at most a tag,
// the family and two lengths.
constexpr size_t kBatchHeaderBytes = 12;
constexpr size_t kOperationBytes = 1 + 1 + 5 + 5;

// By default RocksDB counts every comparison of keys in a record of the thread that nobody reads.
// The level is the thread's own, and threads come and go: it is set where each enters.
void CountNothing() {
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
}

// The first key behind all keys with the prefix; empty when there is none.
Bytes EndOfPrefix(ByteView prefix) {
  Bytes end(prefix.begin(), prefix.end());
  while (!end.empty() && end.back() == 0xff)
    end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

}  // namespace

size_t ReadGate::Enter(bool scan) {
  const MutexLock lock(mutex_);
  ++reading_[epoch_];
  if (scan) scanning_.push_back(std::this_thread::get_id());
  return epoch_;
}

void ReadGate::Leave(size_t epoch, bool scan) {
  const MutexLock lock(mutex_);
  --reading_[epoch];
  if (scan)
    scanning_.erase(std::find(scanning_.begin(), scanning_.end(), std::this_thread::get_id()));
  if (reading_[epoch] == 0) left_.NotifyAll();
}

void ReadGate::WaitForEarlierReads() {
  const MutexLock lock(mutex_);
  const size_t earlier = epoch_;
  epoch_ = 1 - epoch_;
  left_.Wait(mutex_, [this, earlier]() REQUIRES_LOCK(mutex_) { return reading_[earlier] == 0; });
}

bool ReadGate::ThisThreadScans() const {
  const MutexLock lock(mutex_);
  return std::find(scanning_.begin(), scanning_.end(), std::this_thread::get_id()) !=
         scanning_.end();
}

Result<std::optional<Bytes>> RocksStore::Get(Family family, ByteView key) const {
  CountNothing();
  const ReadGate::Pass pass(state_->reads, /*scan=*/false);
  rocksdb::PinnableSlice value;
  const rocksdb::Status found =
      state_->db->Get(rocksdb::ReadOptions(), state_->Handle(family), ToSlice(key), &value);
  if (found.IsNotFound()) return std::optional<Bytes>();
  if (!found.ok()) return FromStatus(found, state_->path);
  const ByteView view = ToView(value);
  return std::optional<Bytes>(Bytes(view.begin(), view.end()));
}

Result<void> RocksStore::Scan(Family family, ByteView prefix, const Visitor& visit) const {
  return ScanFrom(family, prefix, prefix, visit);
}

Result<void> RocksStore::ScanFrom(Family family,
                                  ByteView prefix,
                                  ByteView from,
                                  const Visitor& visit) const {
  CountNothing();
  const ReadGate::Pass pass(state_->reads, /*scan=*/true);
  const Bytes end = EndOfPrefix(prefix);
  const rocksdb::Slice upper = ToSlice(end);
  rocksdb::ReadOptions options;
  if (!end.empty()) options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> row(
      state_->db->NewIterator(options, state_->Handle(family)));
  const bool within =
      std::lexicographical_compare(prefix.begin(), prefix.end(), from.begin(), from.end());
  for (row->Seek(ToSlice(within ? from : prefix)); row->Valid(); row->Next()) {
    if (!row->key().starts_with(ToSlice(prefix))) break;  // a prefix of 0xff only has no end
    if (!visit(ToView(row->key()), ToView(row->value()))) return {};
  }
  if (!row->status().ok()) return FromStatus(row->status(), state_->path);
  return {};
}

Result<void> RocksStore::Write(const Batch& batch, Durability durability) {
  CountNothing();
  // In one piece: growing to a mebibyte by doubling copies it, and touches fresh pages each time.
  rocksdb::WriteBatch writes(kBatchHeaderBytes + batch.bytes() +
                             batch.operations().size() * kOperationBytes);
  rocksdb::Status status;
  for (const Batch::Operation& operation : batch.operations()) {
    rocksdb::ColumnFamilyHandle* family = state_->Handle(operation.family);
    status = operation.value ? writes.Put(family, ToSlice(operation.key), ToSlice(*operation.value))
                             : writes.Delete(family, ToSlice(operation.key));
    if (!status.ok()) return FromStatus(status, state_->path);
  }
  // One writer at a time, so that nothing comes between a condition and its write. Writers that can
  // share a sync are merged above, by the log's appender.
  const MutexLock lock(state_->commit);
  TRY(CheckConditions(batch, [this](Family family, ByteView key) { return Get(family, key); }));
  state_->files->BeginWrite();
  if (!batch.empty()) {
    rocksdb::WriteOptions options;
    options.sync = durability == Durability::kSynced;
    status = state_->db->Write(options, &writes);
  } else if (durability == Durability::kSynced) {
    // An empty record in the log would belong to no memtable, and so outlive a purge.
    status = state_->db->SyncWAL();
  }
  if (!status.ok()) return FromStatus(status, state_->path);
  return {};
}

}  // namespace schakel::store
