// The Store on RocksDB, opened so that an acknowledged write is never silently lost (exchange.md
// 12).
#pragma once

#include <memory>
#include <string>

#include "node/store/store.h"

namespace schakel::store {

struct RocksOptions {
  std::string path;
  bool create_if_missing = false;  // `init` has run: only then may the node create its database
  bool read_only = false;
};

class RocksStore final : public Store {
 public:
  // WAL recovery is kAbsoluteConsistency. Errors: kNotFound (no database and not to be created),
  // kUnavailable (in use by another process, disk), kCorrupt with the damaged file's name where
  // RocksDB gives one. `TornTail` below tells whether only the last WAL record is truncated.
  static Result<std::unique_ptr<RocksStore>> Open(const RocksOptions& options);
  ~RocksStore() override;

  Result<std::optional<Bytes>> Get(Family family, ByteView key) const override;
  Result<void> Scan(Family family, ByteView prefix, const Visitor& visit) const override;
  Result<void> ScanFrom(Family family,
                        ByteView prefix,
                        ByteView from,
                        const Visitor& visit) const override;
  Result<void> Write(const Batch& batch, Durability durability) override;
  Result<void> Purge(Family family) override;
  Result<std::vector<Damage>> VerifyFiles() const override;

 private:
  struct State;
  explicit RocksStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace schakel::store
