#include "node/store/rocks_files.h"

#include <utility>
#include <vector>

namespace schakel::store {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

}  // namespace

class GuardedDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  GuardedDirectory(std::unique_ptr<rocksdb::FSDirectory> target,
                   std::string name,
                   const GuardedFiles& files)
      : FSDirectoryWrapper(std::move(target)), files_(files), name_(std::move(name)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return files_.Guard(name_, [&] { return FSDirectoryWrapper::Fsync(options, debug); });
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options,
                               IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& what) override {
    return files_.Guard(
        name_, [&] { return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, what); });
  }

 private:
  const GuardedFiles& files_;
  std::string name_;
};

// One file being written. RocksDB appends to one file from one thread at a time.
class GuardedFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  GuardedFile(std::unique_ptr<rocksdb::FSWritableFile> target,
              std::string name,
              uint64_t size,
              const GuardedFiles& files)
      : FSWritableFileOwnerWrapper(std::move(target)),
        files_(files),
        name_(std::move(name)),
        is_log_(name_.ends_with(".log")),
        size_(size) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return CutBackOnFailure(data.size(), [&] { return target()->Append(data, options, debug); });
  }
  IOStatus Append(const Slice& data,
                  const IOOptions& options,
                  const rocksdb::DataVerificationInfo& info,
                  IODebugContext* debug) override {
    return CutBackOnFailure(data.size(),
                            [&] { return target()->Append(data, options, info, debug); });
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return files_.Guard(name_, [&] { return target()->Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return files_.Guard(name_, [&] { return target()->Fsync(options, debug); });
  }

 private:
  template <typename Append>
  IOStatus CutBackOnFailure(size_t bytes, Append append) {
    if (!is_log_) return append();
    if (!failed_.ok()) return failed_;
    if (const uint64_t write = files_.CurrentWrite(); write != write_) {
      write_ = write;
      write_start_ = size_;
    }
    IOStatus done = append();
    if (done.ok()) {
      size_ += bytes;
      return done;
    }
    // Whatever comes after a hole is lost, so this file takes nothing more; RocksDB refuses every
    // write from here on. Should the cut fail too, the next start finds a torn tail.
    failed_ = done;
    target()->Truncate(write_start_, IOOptions(), nullptr).PermitUncheckedError();
    return done;
  }

  const GuardedFiles& files_;
  std::string name_;
  bool is_log_;
  uint64_t size_;
  uint64_t write_ = 0;
  uint64_t write_start_ = 0;
  IOStatus failed_;
};

GuardedFiles::GuardedFiles(const std::shared_ptr<rocksdb::FileSystem>& base,
                           FatalHandler fatal,
                           Syncs syncs)
    : FileSystemWrapper(base), fatal_(std::move(fatal)), syncs_(syncs) {}

// The page cache marks what it failed to write as clean, so a second sync would report success for
// bytes that are nowhere: nothing that this process believes about its disk can be relied on.
IOStatus GuardedFiles::Guard(const std::string& name, const std::function<IOStatus()>& sync) const {
  if (syncs_ == Syncs::kNone) return IOStatus::OK();
  IOStatus synced = sync();
  if (!synced.ok() && !synced.IsNotSupported()) {
    fatal_("cannot make " + name + " durable (" + synced.ToString() +
           "); a failed sync cannot be repeated, so the process ends");
  }
  return synced;
}

IOStatus GuardedFiles::SyncFolder(const std::string& path) {
  std::unique_ptr<rocksdb::FSDirectory> folder;
  IOStatus done = NewDirectory(path, {}, &folder, nullptr);
  return done.ok() ? folder->Fsync({}, nullptr) : done;
}

IOStatus GuardedFiles::SyncFolderAndFiles(const std::string& path) {
  std::vector<std::string> names;
  IOStatus done = GetChildren(path, {}, &names, nullptr);
  for (const std::string& name : names) {
    if (!done.ok()) return done;
    std::string file_path = path;
    file_path.append("/").append(name);
    std::unique_ptr<rocksdb::FSWritableFile> file;
    done = target()->ReopenWritableFile(file_path, {}, &file, nullptr);
    if (done.ok()) done = Guard(file_path, [&file] { return file->Fsync({}, nullptr); });
  }
  return done.ok() ? SyncFolder(path) : done;
}

void GuardedFiles::BeginWrite() {
  const MutexLock lock(mutex_);
  ++write_;
}

uint64_t GuardedFiles::CurrentWrite() const {
  const MutexLock lock(mutex_);
  return write_;
}

IOStatus GuardedFiles::NewWritableFile(const std::string& name,
                                       const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       IODebugContext* debug) {
  IOStatus opened = target()->NewWritableFile(name, options, file, debug);
  if (opened.ok()) *file = std::make_unique<GuardedFile>(std::move(*file), name, 0, *this);
  return opened;
}

// Recycled logs are off and nothing is appended to old files, so both stay refused: a guard that
// does not know the file's size could not cut it back.
IOStatus GuardedFiles::ReopenWritableFile(const std::string& /*name*/,
                                          const rocksdb::FileOptions& /*options*/,
                                          std::unique_ptr<rocksdb::FSWritableFile>* /*file*/,
                                          IODebugContext* /*debug*/) {
  return IOStatus::NotSupported("files are written once");
}

IOStatus GuardedFiles::ReuseWritableFile(const std::string& /*name*/,
                                         const std::string& /*old_name*/,
                                         const rocksdb::FileOptions& /*options*/,
                                         std::unique_ptr<rocksdb::FSWritableFile>* /*file*/,
                                         IODebugContext* /*debug*/) {
  return IOStatus::NotSupported("files are written once");
}

IOStatus GuardedFiles::NewDirectory(const std::string& name,
                                    const IOOptions& options,
                                    std::unique_ptr<rocksdb::FSDirectory>* directory,
                                    IODebugContext* debug) {
  IOStatus opened = target()->NewDirectory(name, options, directory, debug);
  if (opened.ok()) {
    *directory = std::make_unique<GuardedDirectory>(std::move(*directory), name, *this);
  }
  return opened;
}

}  // namespace schakel::store
