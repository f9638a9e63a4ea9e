#include "node/store/rocks_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "node/store/record_log.h"

namespace schakel::store {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kManifestPrefix = "MANIFEST-";

bool IsManifestName(std::string_view name) {
  if (!name.starts_with(kManifestPrefix)) return false;
  name.remove_prefix(kManifestPrefix.size());
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Files that only a database has; a stray file in an empty folder is none of our business.
bool IsDatabaseFile(std::string_view name) {
  return name == "CURRENT" || name == "IDENTITY" || name.starts_with(kManifestPrefix) ||
         name.ends_with(".sst") || name.ends_with(".log");
}

// The write-ahead logs, oldest first: only the last that holds anything may end in a torn record.
void CheckWriteAheadLogs(const std::string& path,
                         const std::vector<std::string>& logs,
                         FolderReport& report) {
  if (logs.empty()) report.damage.push_back({"*.log", "the write-ahead log is missing"});
  bool last = true;
  for (auto log = logs.rbegin(); log != logs.rend(); ++log) {
    if (FileBytes(path, *log) == 0) continue;
    std::vector<std::string> torn;
    CheckLogFile(path, *log, kWholeFile, report.damage, torn);
    if (!torn.empty() && last) report.torn.push_back(*log);
    if (!torn.empty() && !last) {
      report.damage.push_back({*log, "it is truncated and a later log has records"});
    }
    last = false;
  }
}

}  // namespace

Result<std::vector<std::string>> FilesEndingIn(const std::string& path, std::string_view suffix) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entries(path, error);
  while (!error && entries != fs::directory_iterator()) {
    std::string name = entries->path().filename().string();
    if (name.ends_with(suffix)) names.push_back(std::move(name));
    entries.increment(error);
  }
  if (error) return Unavailable("the folder " + path + " cannot be read: " + error.message());
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return std::pair(a.size(), a) < std::pair(b.size(), b);
  });
  return names;
}

uint64_t FileBytes(const std::string& path, const std::string& name) {
  std::error_code error;
  const auto size = fs::file_size(fs::path(path) / name, error);
  return error ? 0 : size;
}

bool CheckCurrent(const std::string& path, std::string& manifest, std::vector<Damage>& damage) {
  std::ifstream file(fs::path(path) / "CURRENT", std::ios::binary);
  if (!file) {
    damage.push_back({"CURRENT", "it is missing or cannot be read"});
    return false;
  }
  // Far more than a name needs, so that a longer file is seen to be one.
  std::string text(64, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (!text.ends_with('\n') || !IsManifestName(std::string_view(text).substr(0, text.size() - 1))) {
    damage.push_back({"CURRENT", "it does not hold the name of a MANIFEST"});
    return false;
  }
  text.pop_back();
  std::error_code error;
  const bool exists = fs::is_regular_file(fs::path(path) / text, error);
  if (!exists || (!manifest.empty() && manifest != text)) {
    damage.push_back({"CURRENT", "it names " + text + ", which is not the database's MANIFEST"});
    return false;
  }
  manifest = std::move(text);
  return true;
}

void CheckLogFile(const std::string& path,
                  const std::string& name,
                  uint64_t limit,
                  std::vector<Damage>& damage,
                  std::vector<std::string>& torn) {
  std::ifstream file(fs::path(path) / name, std::ios::binary);
  if (!file) {
    damage.push_back({name, "it is missing or cannot be read"});
    return;
  }
  if (limit != kWholeFile && FileBytes(path, name) < limit) {
    damage.push_back({name, "it is shorter than what was written"});
    return;
  }
  RecordLogState state = CheckRecordLog(file, limit);
  switch (state.kind) {
    case RecordLogState::Kind::kWhole:
      break;
    case RecordLogState::Kind::kTornTail:
      torn.push_back(name);
      break;
    case RecordLogState::Kind::kDamaged:
      damage.push_back({name, std::move(state.what)});
      break;
  }
}

Result<bool> HoldsDatabase(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error) && !error) return false;
  const std::vector<std::string> files = TRY(FilesEndingIn(path, ""));
  return std::any_of(files.begin(), files.end(), IsDatabaseFile);
}

Result<FolderReport> ExamineFolder(const std::string& path) {
  FolderReport report;
  const std::vector<std::string> files = TRY(FilesEndingIn(path, kTornMark));
  report.marked = std::find(files.begin(), files.end(), kTornMark) != files.end();
  std::string manifest;
  if (CheckCurrent(path, manifest, report.damage)) {
    CheckLogFile(path, manifest, kWholeFile, report.damage, report.torn);
  }
  CheckWriteAheadLogs(path, TRY(FilesEndingIn(path, ".log")), report);
  return report;
}

}  // namespace schakel::store
