#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include "node/store/rocks_folder.h"
#include "node/store/rocks_state.h"

namespace schakel::store {
namespace {

namespace fs = std::filesystem;
constexpr size_t kMiB = 1 << 20;

// RocksDB's LOG quotes keys in some of its lines, so there is none; what matters comes back as a
// status.
class NoLog final : public rocksdb::Logger {
 public:
  NoLog() : Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

// After a full disk RocksDB would go on by itself once there is room, although the log may have a
// hole. A restart checks first.
class NoSelfRepair final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                            rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

void EndProcess(std::string_view sentence) {
  std::fprintf(stderr, "schakel: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
  std::abort();
}

// A node is small: tens of MiB of data, and at most 60 MiB resident when idle.
rocksdb::DBOptions MakeDbOptions(rocksdb::Env* env, rocksdb::WALRecoveryMode recovery) {
  rocksdb::DBOptions options;
  options.env = env;
  options.wal_recovery_mode = recovery;
  options.track_and_verify_wals_in_manifest = true;
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;
  options.listeners = {std::make_shared<NoSelfRepair>()};
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  options.verify_sst_unique_id_in_manifest = true;
  options.allow_data_in_errors = false;
  options.info_log = std::make_shared<NoLog>();
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.recycle_log_file_num = 0;
  options.max_total_wal_size = 16 * kMiB;
  options.max_manifest_file_size = 256 << 10;
  options.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(8 * kMiB);
  options.max_open_files = 128;
  options.max_file_opening_threads = 1;
  options.table_cache_numshardbits = 2;
  options.max_background_jobs = 2;
  options.skip_stats_update_on_db_open = true;
  return options;
}

rocksdb::ColumnFamilyOptions MakeFamilyOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kNoCompression;  // ciphertext does not shrink
  options.paranoid_file_checks = true;
  // The manager above bounds all families together; small blocks, so that a family with one row
  // does not take a sixteenth of that.
  options.write_buffer_size = 8 * kMiB;
  options.arena_block_size = 32 << 10;
  options.target_file_size_base = kTableBytes;
  options.max_bytes_for_level_base = 64 * kMiB;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> MakeDescriptors() {
  const auto cache = rocksdb::NewLRUCache(8 * kMiB, /*num_shard_bits=*/2);
  const rocksdb::ColumnFamilyOptions options = MakeFamilyOptions(cache);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.reserve(kFamilyCount + 1);
  for (int i = 0; i < kFamilyCount; ++i) {
    descriptors.emplace_back(FamilyName(static_cast<Family>(i)), options);
  }
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, options);
  return descriptors;
}

// RocksDB blames the MANIFEST for a table that it cannot open, and calls a missing one .ldb: says
// which tables are damaged as well.
Error NameDamagedTables(Error error, const RocksState& state) {
  if (error.code != ErrorCode::kCorrupt) return error;
  const size_t wrong = error.detail.find(".ldb");
  if (wrong != std::string::npos) error.detail.replace(wrong, 4, ".sst");
  rocksdb::Options options;
  options.env = state.env.get();
  options.info_log = std::make_shared<NoLog>();
  const auto tables = FilesEndingIn(state.path, ".sst");
  if (!tables) return error;
  for (const std::string& table : *tables) {
    rocksdb::SstFileReader reader(options);
    rocksdb::Status sound = reader.Open(state.path + "/" + table);
    if (sound.ok()) sound = reader.VerifyChecksum();
    if (!sound.ok()) error.detail += "; " + table + ": " + sound.ToString();
  }
  return error;
}

// Opens or makes the database in `state.path`.
Result<void> OpenDatabase(RocksState& state, rocksdb::WALRecoveryMode recovery, bool create) {
  rocksdb::DBOptions options = MakeDbOptions(state.env.get(), recovery);
  options.create_if_missing = create;
  options.error_if_exists = create;
  options.create_missing_column_families = !state.read_only;
  const auto descriptors = MakeDescriptors();
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      state.read_only
          ? rocksdb::DB::OpenForReadOnly(options, state.path, descriptors, &handles, &db)
          : rocksdb::DB::Open(options, state.path, descriptors, &handles, &db);
  if (!opened.ok()) return NameDamagedTables(FromStatus(opened, state.path), state);
  state.db.reset(db);
  state.unused = handles.back();
  handles.pop_back();
  state.families = std::move(handles);
  return {};
}

std::unique_ptr<RocksState> MakeState(const std::shared_ptr<rocksdb::FileSystem>& base,
                                      const RocksOptions& options,
                                      std::string path,
                                      Syncs syncs) {
  auto state = std::make_unique<RocksState>();
  state->path = std::move(path);
  state->read_only = options.read_only;
  state->files = std::make_shared<GuardedFiles>(
      base, options.fatal ? options.fatal : FatalHandler(EndProcess), syncs);
  state->env = rocksdb::NewCompositeEnv(state->files);
  return state;
}

// Made beside its place and moved there whole, so that what is found in the place was once
// complete: a database without a log is damaged, not half made. RocksDB would sync some forty times
// for its families; here each file is synced once, before the move.
Result<void> CreateDatabase(const std::shared_ptr<rocksdb::FileSystem>& base,
                            const RocksOptions& options,
                            const std::string& path) {
  const std::string making = path + ".creating";
  std::error_code error;
  fs::remove_all(making, error);
  if (!error) fs::create_directory(making, error);
  if (!error) fs::permissions(making, fs::perms::owner_all, error);
  if (error) return Unavailable("cannot make the folder " + making + ": " + error.message());
  auto state = MakeState(base, options, making, Syncs::kNone);
  TRY(OpenDatabase(*state, rocksdb::WALRecoveryMode::kAbsoluteConsistency, /*create=*/true));
  state.reset();
  const auto files = MakeState(base, options, making, Syncs::kAsAsked)->files;
  rocksdb::IOStatus synced = files->SyncFolderAndFiles(making);
  if (!synced.ok()) return FromStatus(synced, making);
  fs::rename(making, path, error);
  if (error) return Unavailable("cannot move " + making + " to " + path + ": " + error.message());
  const std::string parent = fs::path(path).parent_path().string();
  synced = files->SyncFolder(parent.empty() ? "." : parent);
  if (!synced.ok()) return FromStatus(synced, path);
  return {};
}

// The lock keeps a running owner's half-written record from looking like a torn tail.
Result<FolderReport> ExamineUnderLock(RocksState& state) {
  if (state.read_only) return ExamineFolder(state.path);
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status locked = state.env->LockFile(state.path + "/LOCK", &lock);
  if (!locked.ok()) {
    return Unavailable("database " + state.path + " cannot be locked: another process uses it (" +
                       locked.ToString() + ")");
  }
  auto report = ExamineFolder(state.path);
  state.env->UnlockFile(lock).PermitUncheckedError();
  return report;
}

// Refuses what may not be opened; true when it may, over a torn tail.
Result<bool> JudgeReport(const FolderReport& report,
                         const RocksOptions& options,
                         const std::string& path) {
  std::string faults;
  for (const Damage& damage : report.damage)
    faults += "; " + damage.file + ": " + damage.what;
  if (!faults.empty()) return Corrupt("database " + path + " is damaged" + faults);
  if (report.torn.empty()) return false;
  for (const std::string& file : report.torn)
    faults += " " + file;
  if (options.allow_torn_tail) return true;
  return Corrupt("database " + path +
                 " ends in a truncated record and nothing else is wrong:" + faults);
}

// The mark stands before RocksDB opens: afterwards the torn record is gone without a trace.
Result<void> MarkTorn(RocksState& state) {
  const rocksdb::IOStatus written =
      rocksdb::WriteStringToFile(state.files.get(),
                                 "opened over a truncated last record\n",
                                 state.path + "/" + kTornMark,
                                 /*should_sync=*/true);
  const rocksdb::IOStatus synced = written.ok() ? state.files->SyncFolder(state.path) : written;
  if (!synced.ok()) return FromStatus(synced, state.path);
  return {};
}

}  // namespace

Error FromStatus(const rocksdb::Status& status, const std::string& path) {
  if (status.IsNotSupported()) return Denied("database " + path + " is open for reading only");
  std::string text = "database " + path + ": " + status.ToString();
  if (status.IsCorruption() || status.IsPathNotFound()) return Corrupt(std::move(text));
  if (status.IsInvalidArgument()) return Conflict(std::move(text));
  return Unavailable(std::move(text));
}

RocksState::~RocksState() {
  if (db == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : families) {
    db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
  db->DestroyColumnFamilyHandle(unused).PermitUncheckedError();
  db->Close().PermitUncheckedError();
}

Result<std::unique_ptr<RocksStore>> RocksStore::Open(const RocksOptions& options) {
  return OpenOn(rocksdb::FileSystem::Default(), options);
}

Result<std::unique_ptr<RocksStore>> RocksStore::OpenOn(
    const std::shared_ptr<rocksdb::FileSystem>& files, const RocksOptions& options) {
  std::string path = options.path;
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  if (!TRY(HoldsDatabase(path))) {
    if (!options.create_if_missing || options.read_only) {
      return NotFound("there is no database at " + path);
    }
    TRY(CreateDatabase(files, options, path));
  }
  auto state = MakeState(files, options, path, Syncs::kAsAsked);
  const FolderReport report = TRY(ExamineUnderLock(*state));
  const bool torn = TRY(JudgeReport(report, options, path));
  if (torn && !options.read_only) TRY(MarkTorn(*state));
  state->torn = torn || report.marked;
  using Recovery = rocksdb::WALRecoveryMode;
  const Recovery recovery =
      torn ? Recovery::kTolerateCorruptedTailRecords : Recovery::kAbsoluteConsistency;
  TRY(OpenDatabase(*state, recovery, /*create=*/false));
  return std::unique_ptr<RocksStore>(new RocksStore(std::move(state)));
}

RocksStore::RocksStore(std::unique_ptr<RocksState> state) : state_(std::move(state)) {}

RocksStore::~RocksStore() = default;

bool RocksStore::torn_tail() const {
  return state_->torn;
}

Result<void> RocksStore::AcceptTornTail() {
  if (!state_->torn) return {};
  if (state_->read_only) return Denied("database " + state_->path + " is open for reading only");
  rocksdb::IOStatus removed =
      state_->files->DeleteFile(state_->path + "/" + kTornMark, {}, nullptr);
  if (removed.ok()) removed = state_->files->SyncFolder(state_->path);
  if (!removed.ok()) return FromStatus(removed, state_->path);
  state_->torn = false;
  return {};
}

}  // namespace schakel::store
