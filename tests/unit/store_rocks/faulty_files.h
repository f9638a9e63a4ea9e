// A file system on the real one whose disk fails when a test says so.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include <rocksdb/file_system.h>

namespace schakel::store {

struct Faults {
  static constexpr int64_t kNever = -1;

  // Syncs of files whose names end so fail; empty: none. Set between calls only.
  std::string unsyncable;
  std::atomic<bool> unsyncable_folders = false;
  // How many bytes more the write-ahead logs take before the disk is full. What fits of the append
  // that fails is written, as write(2) does.
  std::atomic<int64_t> log_bytes_left = kNever;
};

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> target,
             std::string name,
             std::shared_ptr<Faults> faults)
      : FSWritableFileOwnerWrapper(std::move(target)),
        name_(std::move(name)),
        faults_(std::move(faults)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data,
                           const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    const int64_t left = faults_->log_bytes_left;
    if (left == Faults::kNever || !name_.ends_with(".log")) {
      return target()->Append(data, options, debug);
    }
    const auto fits = std::min<size_t>(data.size(), static_cast<size_t>(left));
    faults_->log_bytes_left = left - static_cast<int64_t>(fits);
    const rocksdb::IOStatus done = target()->Append({data.data(), fits}, options, debug);
    if (!done.ok() || fits == data.size()) return done;
    return rocksdb::IOStatus::NoSpace("no space left on device (injected)");
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data,
                           const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& /*info*/,
                           rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    return Fails() ? Failure() : target()->Sync(options, debug);
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    return Fails() ? Failure() : target()->Fsync(options, debug);
  }

 private:
  [[nodiscard]] bool Fails() const {
    return !faults_->unsyncable.empty() && name_.ends_with(faults_->unsyncable);
  }
  static rocksdb::IOStatus Failure() { return rocksdb::IOStatus::IOError("sync (injected)"); }

  std::string name_;
  std::shared_ptr<Faults> faults_;
};

class FaultyFolder final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultyFolder(std::unique_ptr<rocksdb::FSDirectory> target, std::shared_ptr<Faults> faults)
      : FSDirectoryWrapper(std::move(target)), faults_(std::move(faults)) {}

  rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options,
                                        rocksdb::IODebugContext* debug,
                                        const rocksdb::DirFsyncOptions& what) override {
    if (faults_->unsyncable_folders) return rocksdb::IOStatus::IOError("folder sync (injected)");
    return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, what);
  }

 private:
  std::shared_ptr<Faults> faults_;
};

class FaultyFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFiles(std::shared_ptr<Faults> faults)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(std::move(faults)) {}

  const char* Name() const override { return "FaultyFiles"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name,
                                    const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus opened = target()->NewWritableFile(name, options, file, debug);
    if (opened.ok()) *file = std::make_unique<FaultyFile>(std::move(*file), name, faults_);
    return opened;
  }
  rocksdb::IOStatus NewDirectory(const std::string& name,
                                 const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* folder,
                                 rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus opened = target()->NewDirectory(name, options, folder, debug);
    if (opened.ok()) *folder = std::make_unique<FaultyFolder>(std::move(*folder), faults_);
    return opened;
  }

 private:
  std::shared_ptr<Faults> faults_;
};

}  // namespace schakel::store
