// The file system as RocksDB sees it: a failed sync ends the process, and a write-ahead log whose
// append failed is cut back to where the failed write began.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <rocksdb/file_system.h>

#include "node/base/mutex.h"

namespace schakel::store {

// Ends the process in production; a test's may return, and then the caller sees the failure.
using FatalHandler = std::function<void(std::string_view sentence)>;

enum class Syncs {
  kAsAsked,
  kNone,  // for a folder that is nobody's yet and is synced as a whole afterwards
};

// Safe for concurrent use. Outlives every file that it opened.
class GuardedFiles final : public rocksdb::FileSystemWrapper {
 public:
  GuardedFiles(const std::shared_ptr<rocksdb::FileSystem>& base, FatalHandler fatal, Syncs syncs);

  // Call before each write to the database, with other writers kept out: if an append to the log
  // fails, the log is cut back to this point. Otherwise a full disk would leave a torn tail, and
  // the next start would have to recover from a write that nobody was promised.
  void BeginWrite() REQUIRES_LOCK(!mutex_);

  // Makes the folder durable, or every file in it and then the folder.
  rocksdb::IOStatus SyncFolder(const std::string& path);
  rocksdb::IOStatus SyncFolderAndFiles(const std::string& path);

  static const char* kClassName() { return "schakel.GuardedFiles"; }
  const char* Name() const override { return kClassName(); }
  rocksdb::IOStatus NewWritableFile(const std::string& name,
                                    const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name,
                                       const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& name,
                                      const std::string& old_name,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name,
                                 const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;

 private:
  friend class GuardedFile;
  friend class GuardedDirectory;
  // Runs `sync` unless there are to be none, and ends the process when it fails.
  rocksdb::IOStatus Guard(const std::string& name,
                          const std::function<rocksdb::IOStatus()>& sync) const;
  // The number of the write that is running, so that a log can tell its first append of it.
  uint64_t CurrentWrite() const REQUIRES_LOCK(!mutex_);

  FatalHandler fatal_;
  Syncs syncs_;
  mutable Mutex mutex_;
  uint64_t write_ GUARDED_BY(mutex_) = 0;
};

}  // namespace schakel::store
