// A Store in memory, for tests and simulations: sorted maps under one lock, with the crash model of
// a write-ahead log. Not for a node.
//
// Scans copy the rows of their prefix first, so a visitor may call anything.
#pragma once

#include <map>
#include <memory>

#include "node/base/mutex.h"
#include "node/store/store.h"

namespace schakel::store {

class MemoryStore final : public Store {
 public:
  Result<std::optional<Bytes>> Get(Family family, ByteView key) const override
      REQUIRES_LOCK(!mutex_);
  Result<void> Scan(Family family, ByteView prefix, const Visitor& visit) const override
      REQUIRES_LOCK(!mutex_);
  Result<void> ScanFrom(Family family,
                        ByteView prefix,
                        ByteView from,
                        const Visitor& visit) const override REQUIRES_LOCK(!mutex_);
  Result<void> Write(const Batch& batch, Durability durability) override REQUIRES_LOCK(!mutex_);
  Result<void> Purge(Family family) override REQUIRES_LOCK(!mutex_);
  Result<std::vector<Damage>> VerifyFiles() const override;

  // The n-th Write from now (1 = the next) fails with kUnavailable and applies nothing; 0: none.
  // A Write refused for its conditions counts as well.
  void FailWrite(int n) REQUIRES_LOCK(!mutex_);
  // As FailWrite(n), and so do all that follow, until FailWrite(0): the process died there.
  void FailWritesFrom(int n) REQUIRES_LOCK(!mutex_);
  // How many Writes were failed so far.
  [[nodiscard]] int failed_writes() const REQUIRES_LOCK(!mutex_);
  // Every Write and Purge fails until FailWrite(0).
  void FailAllWrites() REQUIRES_LOCK(!mutex_);
  // Loses what was written after the last synced Write, as a power cut would.
  void Crash() REQUIRES_LOCK(!mutex_);
  // Synced writes so far.
  [[nodiscard]] int synced_writes() const REQUIRES_LOCK(!mutex_);

 private:
  using Rows = std::map<Bytes, Bytes>;
  using Tables = std::map<Family, Rows>;
  mutable Mutex mutex_;
  Tables tables_ GUARDED_BY(mutex_);
  std::vector<Batch> unsynced_ GUARDED_BY(mutex_);  // applied to tables_, not to durable_
  Tables durable_ GUARDED_BY(mutex_);
  int fail_in_ GUARDED_BY(mutex_) = 0;  // 0: never; -1: always
  bool fail_rest_ GUARDED_BY(mutex_) = false;
  int failed_writes_ GUARDED_BY(mutex_) = 0;
  int synced_writes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace schakel::store
