// Purge and VerifyFiles: what RocksStore does with whole files.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <rocksdb/file_checksum.h>
#include <rocksdb/metadata.h>
#include <rocksdb/transaction_log.h>

#include "node/base/check.h"
#include "node/store/rocks_folder.h"
#include "node/store/rocks_state.h"

namespace schakel::store {
namespace {

namespace fs = std::filesystem;

std::vector<rocksdb::LiveFileMetaData> LiveTables(rocksdb::DB& db) {
  std::vector<rocksdb::LiveFileMetaData> tables;
  db.GetLiveFilesMetaData(&tables);
  return tables;
}

// The whole file against the checksum that the MANIFEST holds for it: RocksDB's own check of blocks
// leaves some bytes of the footer out.
std::optional<Damage> CheckTable(const std::string& path, const rocksdb::LiveFileMetaData& table) {
  const std::string& name = table.relative_filename;
  std::ifstream file(std::filesystem::path(path) / name, std::ios::binary);
  if (!file) return Damage{name, "it is missing or cannot be read"};
  const auto sum =
      rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({name, ""});
  if (table.file_checksum_func_name != sum->Name()) {
    return Damage{name, "no checksum was recorded for it"};
  }
  std::string buffer(64 << 10, '\0');
  uint64_t bytes = 0;
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    sum->Update(buffer.data(), static_cast<size_t>(file.gcount()));
    bytes += static_cast<uint64_t>(file.gcount());
  }
  sum->Finalize();
  if (file.bad()) return Damage{name, "it cannot be read"};
  if (bytes != table.size) return Damage{name, "it has another size than what was written"};
  if (sum->GetChecksum() != table.file_checksum) {
    return Damage{name, "it does not match the checksum that was recorded for it"};
  }
  return std::nullopt;
}

// While it lives, RocksDB flushes and compacts nothing by itself; what was running has ended.
class NoBackgroundWork {
 public:
  explicit NoBackgroundWork(rocksdb::DB& db) : db_(db), status_(db.PauseBackgroundWork()) {}
  ~NoBackgroundWork() {
    if (status_.ok()) db_.ContinueBackgroundWork().PermitUncheckedError();
  }
  NoBackgroundWork(const NoBackgroundWork&) = delete;
  NoBackgroundWork& operator=(const NoBackgroundWork&) = delete;

  [[nodiscard]] const rocksdb::Status& status() const { return status_; }

 private:
  rocksdb::DB& db_;
  rocksdb::Status status_;
};

// Rewrites all tables of the family in one compaction and adds their old names. CompactRange will
// not do: it chooses its levels before it waits for other compactions, so one that ends in between
// moves rows below them, and there they survive (seen with a writer at full speed).
rocksdb::Status CompactAll(RocksState& state, Family family, std::vector<std::string>& obsolete) {
  rocksdb::DB& db = *state.db;
  const NoBackgroundWork quiet(db);
  if (!quiet.status().ok()) return quiet.status();
  std::vector<std::string> tables;
  int level = 1;
  for (const rocksdb::LiveFileMetaData& table : LiveTables(db)) {
    if (table.column_family_name != FamilyName(family)) continue;
    tables.push_back(table.relative_filename);
    level = std::max(level, table.level);
  }
  if (tables.empty()) return rocksdb::Status::OK();
  obsolete.insert(obsolete.end(), tables.begin(), tables.end());
  rocksdb::CompactionOptions options;
  options.compression = rocksdb::kDisableCompressionOption;  // as the family says
  options.output_file_size_limit = kTableBytes;
  return db.CompactFiles(options, state.Handle(family), tables, level);
}

struct LogFile {
  std::string name;
  uint64_t bytes = 0;
};

// The write-ahead logs that hold anything, each up to the end of the last finished write.
Result<std::vector<LogFile>> LogsWithContent(RocksState& state) REQUIRES_LOCK(!state.commit) {
  const MutexLock lock(state.commit);
  std::vector<LogFile> logs;
  for (std::string& name : TRY(FilesEndingIn(state.path, ".log"))) {
    const uint64_t bytes = FileBytes(state.path, name);
    if (bytes > 0) logs.push_back({std::move(name), bytes});
  }
  return logs;
}

// While it lives no file is deleted.
class FilesKept {
 public:
  explicit FilesKept(rocksdb::DB& db) : db_(db), kept_(db.DisableFileDeletions().ok()) {}
  ~FilesKept() {
    if (kept_) db_.EnableFileDeletions(/*force=*/false).PermitUncheckedError();
  }
  FilesKept(const FilesKept&) = delete;
  FilesKept& operator=(const FilesKept&) = delete;

 private:
  rocksdb::DB& db_;
  bool kept_;  // not in a read-only database, which deletes nothing
};

// The MANIFEST's name and how much of it is finished; a read-only database does not say, and there
// nobody writes to it.
std::pair<std::string, uint64_t> LiveManifest(rocksdb::DB& db) {
  std::vector<std::string> files;
  uint64_t bytes = 0;
  if (!db.GetLiveFiles(files, &bytes, /*flush_memtable=*/false).ok()) return {"", kWholeFile};
  for (const std::string& file : files) {
    if (file.starts_with("/MANIFEST-")) return {file.substr(1), bytes};
  }
  return {"", kWholeFile};
}

void CheckCurrentAndManifest(RocksState& state, std::vector<Damage>& damage) {
  while (true) {
    auto [manifest, bytes] = LiveManifest(*state.db);
    const std::string expected = manifest;
    std::vector<Damage> found;
    std::vector<std::string> torn;
    // Even when CURRENT is damaged the MANIFEST is known, and may be damaged as well.
    CheckCurrent(state.path, manifest, found);
    if (!manifest.empty()) CheckLogFile(state.path, manifest, bytes, found, torn);
    for (const std::string& file : torn)
      found.push_back({file, "its last record is truncated"});
    // A MANIFEST that grew too large was replaced meanwhile: what was found says nothing.
    if (LiveManifest(*state.db).first != expected) continue;
    std::move(found.begin(), found.end(), std::back_inserter(damage));
    return;
  }
}

}  // namespace

Result<std::vector<Damage>> RocksStore::VerifyFiles() const {
  const MutexLock maintenance(state_->maintenance);
  const FilesKept kept(*state_->db);
  std::vector<Damage> damage;
  CheckCurrentAndManifest(*state_, damage);
  for (const LogFile& log : TRY(LogsWithContent(*state_))) {
    std::vector<std::string> torn;
    CheckLogFile(state_->path, log.name, log.bytes, damage, torn);
    if (!torn.empty()) damage.push_back({log.name, "its last record is truncated"});
  }
  for (const rocksdb::LiveFileMetaData& table : LiveTables(*state_->db)) {
    if (auto found = CheckTable(state_->path, table)) damage.push_back(*std::move(found));
  }
  return damage;
}

Result<void> RocksStore::Purge(Family family) {
  CHECK(!state_->reads.ThisThreadScans());  // it would wait for itself
  const MutexLock maintenance(state_->maintenance);
  rocksdb::DB& db = *state_->db;

  // Every log with content has a memtable that is not flushed, in whichever family: flushing all of
  // them makes all these logs obsolete.
  std::vector<std::string> obsolete;
  for (LogFile& log : TRY(LogsWithContent(*state_))) {
    obsolete.push_back(std::move(log.name));
  }
  rocksdb::Status status = db.Flush(rocksdb::FlushOptions(), state_->families);
  if (!status.ok()) return FromStatus(status, state_->path);
  status = CompactAll(*state_, family, obsolete);
  if (!status.ok()) return FromStatus(status, state_->path);

  // Readers keep the old files alive; the last one to leave deletes them. Then one full round of
  // deletion, and a wait for deletions that other threads have begun: GetSortedWalFiles does that.
  state_->reads.WaitForEarlierReads();
  { const FilesKept round(db); }
  rocksdb::VectorLogPtr logs;
  status = db.GetSortedWalFiles(logs);
  if (!status.ok()) return FromStatus(status, state_->path);

  for (const std::string& name : obsolete) {
    std::error_code error;
    if (fs::exists(fs::path(state_->path) / name, error) || error) {
      return Unavailable("database " + state_->path + ": " + name +
                         " may hold deleted rows and is still there");
    }
  }
  return {};
}

}  // namespace schakel::store
