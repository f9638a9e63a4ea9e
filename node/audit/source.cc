#include "node/audit/source.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "node/base/ids.h"

namespace schakel::audit {

namespace fs = std::filesystem;

Result<std::vector<std::string>> FolderSource::Folders() const {
  std::error_code error;
  std::vector<std::string> names;
  fs::directory_iterator at(root_, error);
  if (error) return Unavailable("audit: cannot read the folder " + root_);
  for (const fs::directory_iterator end; at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code type_error;
    if (IsName(name) && fs::is_directory(at->symlink_status(type_error))) names.push_back(name);
    if (error) return Unavailable("audit: cannot read the folder " + root_);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::optional<std::string>> FolderSource::Read(const std::string& path,
                                                      uint64_t max_bytes) const {
  std::error_code error;
  const fs::path file = fs::path(root_) / path;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) return std::optional<std::string>();
  const uintmax_t size = fs::file_size(file, error);
  if (error) return Unavailable("audit: cannot read " + path);
  if (size > max_bytes) return Exhausted("audit: " + path + " is too large");
  std::ifstream in(file, std::ios::binary);
  std::string bytes(static_cast<size_t>(size), '\0');
  if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) {
    return Unavailable("audit: cannot read " + path);
  }
  return std::optional(std::move(bytes));
}

Result<std::vector<std::string>> MemorySource::Folders() const {
  std::vector<std::string> names;
  for (const auto& [path, bytes] : files_) {
    const size_t slash = path.find('/');
    if (slash == std::string::npos) continue;
    std::string name = path.substr(0, slash);
    if (IsName(name) && (names.empty() || names.back() != name)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Result<std::optional<std::string>> MemorySource::Read(const std::string& path,
                                                      uint64_t max_bytes) const {
  const auto file = files_.find(path);
  if (file == files_.end()) return std::optional<std::string>();
  if (file->second.size() > max_bytes) return Exhausted("audit: " + path + " is too large");
  return std::optional(file->second);
}

}  // namespace schakel::audit
