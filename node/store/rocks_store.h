// The Store on RocksDB, opened so that an acknowledged write is never silently lost (exchange.md
// 12). node/store/README.md says what is refused, what is named, and what is not claimed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "node/store/store.h"

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace schakel::store {

struct RocksOptions {
  std::string path = {};           // of the database's own folder; its parent exists
  bool create_if_missing = false;  // `init` has run: only then may the node create its database
  bool read_only = false;          // for a database that nobody else writes to
  // Opens although the last record of the write-ahead log (or of the MANIFEST) is truncated, that
  // being the only fault. The record is lost, and torn_tail() is true until AcceptTornTail.
  bool allow_torn_tail = false;
  // Gets one sentence when a file cannot be synced, and does not return in a node. Empty: prints it
  // on stderr and aborts.
  std::function<void(std::string_view sentence)> fatal = {};
};

struct RocksState;

// Safe for concurrent use. Lock order: maintenance (Purge, VerifyFiles), commit (Write), reads.
class RocksStore final : public Store {
 public:
  // Every byte of CURRENT, of the MANIFEST and of the write-ahead logs is checked first, then
  // RocksDB opens with kAbsoluteConsistency. A new database is made beside `path` and moved there
  // when it is complete. Errors, each one sentence: kNotFound (no database, not to be created),
  // kUnavailable (in use by another process, or the disk), kCorrupt (with the file's name where one
  // is known), kConflict (families of a later version).
  static Result<std::unique_ptr<RocksStore>> Open(const RocksOptions& options);
  // As Open, on another file system: how tests make the disk fail.
  static Result<std::unique_ptr<RocksStore>> OpenOn(
      const std::shared_ptr<rocksdb::FileSystem>& files, const RocksOptions& options);
  // No other call may be running.
  ~RocksStore() override;

  Result<std::optional<Bytes>> Get(Family family, ByteView key) const override;
  Result<void> Scan(Family family, ByteView prefix, const Visitor& visit) const override;
  Result<void> ScanFrom(Family family,
                        ByteView prefix,
                        ByteView from,
                        const Visitor& visit) const override;
  // After a failed append (kUnavailable) every later write is refused as well, until the database
  // is opened again; nothing of the failed write is on disk. kDenied when read-only.
  Result<void> Write(const Batch& batch, Durability durability) override;
  // Nothing is flushed meanwhile, so a purge of a large family can hold up writers.
  Result<void> Purge(Family family) override;
  // Streams; memory does not grow with the database. Purge waits meanwhile, reads and writes do
  // not.
  Result<std::vector<Damage>> VerifyFiles() const override;

  // True from an opening over a truncated record until AcceptTornTail, over restarts: the owner has
  // to find out what is missing (exchange.md 12, recovery).
  [[nodiscard]] bool torn_tail() const;
  Result<void> AcceptTornTail();

 private:
  explicit RocksStore(std::unique_ptr<RocksState> state);
  std::unique_ptr<RocksState> state_;
};

}  // namespace schakel::store
