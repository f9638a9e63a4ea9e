// What rocks_open.cc makes and rocks_store.cc uses. Not for other modules.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <rocksdb/db.h>

#include "node/base/mutex.h"
#include "node/store/rocks_files.h"
#include "node/store/rocks_store.h"

namespace schakel::store {

inline constexpr uint64_t kTableBytes = 8 << 20;

// Lets a purge wait for the reads that began before it: they keep files alive that it has promised
// to delete. Reads that begin later see the new files and are not waited for.
class ReadGate {
 public:
  class Pass {
   public:
    Pass(ReadGate& gate, bool scan) : gate_(gate), scan_(scan), epoch_(gate.Enter(scan)) {}
    ~Pass() { gate_.Leave(epoch_, scan_); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    ReadGate& gate_;
    bool scan_;
    size_t epoch_;
  };

  // One caller at a time (the maintenance lock).
  void WaitForEarlierReads() REQUIRES_LOCK(!mutex_);
  // True inside a visitor.
  [[nodiscard]] bool ThisThreadScans() const REQUIRES_LOCK(!mutex_);

 private:
  size_t Enter(bool scan) REQUIRES_LOCK(!mutex_);
  void Leave(size_t epoch, bool scan) REQUIRES_LOCK(!mutex_);

  mutable Mutex mutex_;
  CondVar left_;
  size_t epoch_ GUARDED_BY(mutex_) = 0;  // 0 or 1
  std::array<int, 2> reading_ GUARDED_BY(mutex_) = {0, 0};
  std::vector<std::thread::id> scanning_ GUARDED_BY(mutex_);
};

struct RocksState {
  RocksState() = default;
  ~RocksState();
  RocksState(const RocksState&) = delete;
  RocksState& operator=(const RocksState&) = delete;

  [[nodiscard]] rocksdb::ColumnFamilyHandle* Handle(Family family) const {
    return families[static_cast<size_t>(family)];
  }

  std::string path;
  bool read_only = false;
  std::atomic<bool> torn = false;
  std::shared_ptr<GuardedFiles> files;
  std::unique_ptr<rocksdb::Env> env;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // by Family
  rocksdb::ColumnFamilyHandle* unused = nullptr;       // RocksDB wants a family named "default"
  Mutex maintenance;
  Mutex commit;
  ReadGate reads;
};

// The error of a status that is not OK, in a sentence about the database. RocksDB keeps keys and
// values out of its messages (allow_data_in_errors is off).
Error FromStatus(const rocksdb::Status& status, const std::string& path);

}  // namespace schakel::store
