// What an auditor was handed: files, one folder per party (README, "Layout").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"

namespace schakel::audit {

// Files by relative path, '/' between the parts. Nothing in them is trusted.
class Source {
 public:
  virtual ~Source() = default;
  // The names of the top-level folders, sorted; names that no party can have are left out.
  virtual Result<std::vector<std::string>> Folders() const = 0;
  // nullopt when there is no such file; kExhausted when it is larger than `max_bytes`;
  // kUnavailable when it cannot be read.
  virtual Result<std::optional<std::string>> Read(const std::string& path,
                                                  uint64_t max_bytes) const = 0;
};

// True for the names that a file of an export may have inside its party's folder (README,
// "Layout"): what `collect` may write to disk when a node sends it. No other name, no `..`, no
// absolute path.
bool IsExportFile(std::string_view name);

// A folder on disk. Follows no symbolic link out of the top-level folders' own files: what is not a
// regular file is not there.
class FolderSource final : public Source {
 public:
  explicit FolderSource(std::string root) : root_(std::move(root)) {}
  Result<std::vector<std::string>> Folders() const override;
  Result<std::optional<std::string>> Read(const std::string& path,
                                          uint64_t max_bytes) const override;

 private:
  std::string root_;
};

// Files in memory: an export that was received as a stream, and tests.
class MemorySource final : public Source {
 public:
  MemorySource() = default;
  explicit MemorySource(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  [[nodiscard]] std::map<std::string, std::string>& files() { return files_; }
  Result<std::vector<std::string>> Folders() const override;
  Result<std::optional<std::string>> Read(const std::string& path,
                                          uint64_t max_bytes) const override;

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace schakel::audit
