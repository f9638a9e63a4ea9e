#include "node/audit/source.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "node/base/bytes.h"
#include "node/base/ids.h"

namespace schakel::audit {

namespace fs = std::filesystem;

namespace {

bool IsNumber(std::string_view text, size_t most) {
  return !text.empty() && text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// `L/N`, `entries/N`, N = (x123/)*123 or (x123/)*123.p/W.
bool IsTileName(std::string_view name) {
  constexpr size_t kMaxParts = 8;
  std::vector<std::string_view> parts;
  while (parts.size() <= kMaxParts) {
    const size_t slash = name.find('/');
    parts.push_back(name.substr(0, slash));
    if (slash == std::string_view::npos) break;
    name.remove_prefix(slash + 1);
  }
  if (parts.size() < 2 || parts.size() > kMaxParts) return false;
  if (parts[0] != "entries" && !IsNumber(parts[0], 2)) return false;
  size_t last = parts.size() - 1;
  if (parts[last - 1].size() == 5 && parts[last - 1].substr(3) == ".p") {
    if (!IsNumber(parts[last], 3)) return false;
    parts[--last].remove_suffix(2);
  }
  if (last == 0) return false;
  for (size_t i = 1; i < last; ++i) {
    if (parts[i].size() != 4 || parts[i][0] != 'x' || !IsNumber(parts[i].substr(1), 3))
      return false;
  }
  return parts[last].size() == 3 && IsNumber(parts[last], 3);
}

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

bool IsExportFile(std::string_view name) {
  if (name == "checkpoint" || name == "receipts.jsonl" || name == "statements.jsonl") return true;
  if (TakePrefix(name, "covenant/")) {
    return name.size() == 69 && name.substr(64) == ".json" && DecodeHash(name.substr(0, 64)).ok();
  }
  if (TakePrefix(name, "lines/")) {
    constexpr std::string_view kEnd = ".jsonl";
    constexpr size_t kMostDigits = 20;
    return name.ends_with(kEnd) && IsNumber(name.substr(0, name.size() - kEnd.size()), kMostDigits);
  }
  return TakePrefix(name, "tile/") && IsTileName(name);
}

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
