// The files of a RocksDB folder, examined without RocksDB: what it would accept silently or refuse
// without naming a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/base/result.h"
#include "node/store/store.h"

namespace schakel::store {

// A mark beside the database's files: it was opened over a truncated record and its owner has not
// yet said that nothing is missing.
inline constexpr const char* kTornMark = "TORN_TAIL";

struct FolderReport {
  std::vector<Damage> damage;     // of CURRENT, the MANIFEST it names, and the write-ahead logs
  std::vector<std::string> torn;  // files of which only the last record is truncated
  bool marked = false;            // kTornMark is there
};

// False when there is no folder, or no file in it that only a database has.
Result<bool> HoldsDatabase(const std::string& path);

// Examines a database that nobody writes to. kUnavailable when the folder cannot be read.
Result<FolderReport> ExamineFolder(const std::string& path);

// Adds to `damage` what is wrong with CURRENT; true when it names `manifest` (any, when empty).
// `manifest` becomes the name that was found.
bool CheckCurrent(const std::string& path, std::string& manifest, std::vector<Damage>& damage);

// Checks the first `limit` bytes of a record log; the file must have that many unless the limit is
// kWholeFile.
inline constexpr uint64_t kWholeFile = ~uint64_t{0};
void CheckLogFile(const std::string& path,
                  const std::string& name,
                  uint64_t limit,
                  std::vector<Damage>& damage,
                  std::vector<std::string>& torn);

// The names of the folder's files that end in `suffix`, sorted by name: RocksDB's numbers have
// leading zeros up to 999999 and sort by length first.
Result<std::vector<std::string>> FilesEndingIn(const std::string& path, std::string_view suffix);

// Zero when there is none.
uint64_t FileBytes(const std::string& path, const std::string& name);

}  // namespace schakel::store
