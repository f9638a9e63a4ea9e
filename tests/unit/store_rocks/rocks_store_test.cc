#include "node/store/rocks_store.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "tests/unit/store/port_contract.h"
#include "tests/unit/store_rocks/temp_folder.h"

namespace schakel::store {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<RocksStore> OpenAt(const std::string& path) {
  auto opened = RocksStore::Open({.path = path, .create_if_missing = true});
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().detail);
  return opened.ok() ? *std::move(opened) : nullptr;
}

class OneRocksStore final : public StoreUnderTest {
 public:
  OneRocksStore() : store_(OpenAt(folder_.Database())) {}
  Store& store() override { return *store_; }

 private:
  TempFolder folder_;
  std::unique_ptr<RocksStore> store_;
};

INSTANTIATE_TEST_SUITE_P(RocksStore,
                         PortContract,
                         testing::Values(Implementation{
                             "Rocks", [] { return std::make_unique<OneRocksStore>(); }}),
                         ImplementationName);

class RocksStoreTest : public testing::Test {
 protected:
  // What refuses the opening.
  [[nodiscard]] static Error Refusal(const RocksOptions& options) {
    auto opened = RocksStore::Open(options);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? Internal("opened") : opened.error();
  }

  TempFolder folder_;
  std::string path_ = folder_.Database();
};

TEST_F(RocksStoreTest, KeepsSyncedAndUnsyncedRowsOverACleanStop) {
  {
    const auto store = OpenAt(path_);
    ASSERT_TRUE(PutRow(*store, "synced", "1").ok());
    Batch batch;
    batch.Put(Family::kMeta, AsBytes("unsynced"), AsBytes("2"));
    ASSERT_TRUE(store->Write(batch, Durability::kUnsynced).ok());
  }
  EXPECT_EQ(ScanRows(*OpenAt(path_), ""), (Rows{{"synced", "1"}, {"unsynced", "2"}}));
}

TEST_F(RocksStoreTest, MakesADatabaseOnlyWhenAsked) {
  EXPECT_EQ(Refusal({.path = path_}).code, ErrorCode::kNotFound);
  EXPECT_EQ(Refusal({.path = path_}).detail, "there is no database at " + path_);
  EXPECT_EQ(Refusal({.path = path_, .create_if_missing = true, .read_only = true}).code,
            ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(path_));
  fs::create_directory(path_);
  EXPECT_EQ(Refusal({.path = path_}).code, ErrorCode::kNotFound);
  EXPECT_NE(OpenAt(path_), nullptr);
  EXPECT_TRUE(RocksStore::Open({.path = path_}).ok());
}

TEST_F(RocksStoreTest, MakesNoFoldersOnTheWay) {
  const Error error = Refusal({.path = folder_.path() + "/no/db", .create_if_missing = true});
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_NE(error.detail.find(folder_.path() + "/no/db.creating"), std::string::npos);
}

TEST_F(RocksStoreTest, MakesAFolderThatOnlyItsOwnerMayRead) {
  OpenAt(path_);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_all);
}

TEST_F(RocksStoreTest, StartsAgainWhenMakingADatabaseWasCutOff) {
  fs::create_directory(path_ + ".creating");
  WriteAll(path_ + ".creating/CURRENT", "MANIFEST-");
  EXPECT_NE(OpenAt(path_), nullptr);
  EXPECT_FALSE(fs::exists(path_ + ".creating"));
}

TEST_F(RocksStoreTest, TakesAPathWithASlashBehindIt) {
  OpenAt(path_ + "/");
  EXPECT_TRUE(RocksStore::Open({.path = path_}).ok());
}

TEST_F(RocksStoreTest, RefusesADatabaseThatIsInUse) {
  const auto store = OpenAt(path_);
  ASSERT_TRUE(PutRow(*store, "k", "v").ok());
  const Error error = Refusal({.path = path_});
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_TRUE(
      error.detail.starts_with("database " + path_ + " cannot be locked: another process uses it"))
      << error.detail;
  EXPECT_EQ(GetRow(*store, "k"), "v");
}

TEST_F(RocksStoreTest, RefusesFamiliesOfALaterVersion) {
  OpenAt(path_);
  {
    rocksdb::Options options;
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(options, path_, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names)
      families.emplace_back(name, options);
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, path_, families, &handles, &db).ok());
    rocksdb::ColumnFamilyHandle* later = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily(options, "later", &later).ok());
    handles.push_back(later);
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
      ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    }
    delete db;
  }
  const Error error = Refusal({.path = path_});
  EXPECT_EQ(error.code, ErrorCode::kConflict);
  EXPECT_NE(error.detail.find("later"), std::string::npos) << error.detail;
}

TEST_F(RocksStoreTest, OpensForReadingOnlyAndChangesNoFile) {
  ASSERT_TRUE(PutRow(*OpenAt(path_), "k", "v").ok());
  const auto files = [this] {
    std::vector<std::pair<std::string, std::string>> found;
    for (const std::string& name : NamesOf(path_, "")) {
      found.emplace_back(name, ReadAll(path_ + "/" + name));
    }
    return found;
  };
  const auto before = files();
  {
    const auto store = RocksStore::Open({.path = path_, .read_only = true});
    ASSERT_TRUE(store.ok()) << store.error().detail;
    EXPECT_EQ(GetRow(**store, "k"), "v");
    EXPECT_EQ(ScanRows(**store, ""), (Rows{{"k", "v"}}));
    EXPECT_EQ(PutRow(**store, "l", "v").error().code, ErrorCode::kDenied);
    EXPECT_EQ((*store)->Purge(Family::kMeta).error().code, ErrorCode::kDenied);
    const auto damage = (*store)->VerifyFiles();
    ASSERT_TRUE(damage.ok());
    EXPECT_TRUE(damage->empty());
    const std::string log = NamesOf(path_, ".log").back();
    FlipByte(path_ + "/" + log, 10, '\x01');
    EXPECT_EQ((*store)->VerifyFiles()->at(0).file, log);
    FlipByte(path_ + "/" + log, 10, '\x01');
  }
  EXPECT_TRUE(files() == before);
}

TEST_F(RocksStoreTest, KeepsNoLogOfItsOwnAndNoContentOutsideTablesAndLogs) {
  {
    const auto store = OpenAt(path_);
    ASSERT_TRUE(PutRow(*store, "key of Jansen", "value of Jansen").ok());
    ASSERT_TRUE(store->Purge(Family::kMeta).ok());
    ASSERT_TRUE(PutRow(*store, "key of Bakker", "value of Bakker").ok());
  }
  OpenAt(path_);
  for (const std::string& name : NamesOf(path_, "")) {
    const bool known = name == "CURRENT" || name == "IDENTITY" || name == "LOCK" ||
                       name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-") ||
                       name.ends_with(".sst") || name.ends_with(".log");
    EXPECT_TRUE(known) << name;
  }
  for (const char* value : {"value of Jansen", "value of Bakker"}) {
    for (const std::string& name : FilesWith(path_, value)) {
      EXPECT_TRUE(name.ends_with(".sst") || name.ends_with(".log")) << name;
    }
  }
}

TEST_F(RocksStoreTest, NamesTheDamagedFileWhenARowCannotBeRead) {
  OpenAt(path_);
  {
    const auto store = OpenAt(path_);
    ASSERT_TRUE(PutRow(*store, "key of Jansen", std::string(5000, 'v')).ok());
    ASSERT_TRUE(store->Purge(Family::kMeta).ok());
  }
  const std::string name = NamesOf(path_, ".sst").at(0);
  FlipByte(path_ + "/" + name, 100, '\x01');
  const auto store = OpenAt(path_);
  ASSERT_NE(store, nullptr);
  const auto read = store->Get(Family::kMeta, AsBytes("key of Jansen"));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(read.error().detail.find(name), std::string::npos) << read.error().detail;
  EXPECT_EQ(read.error().detail.find("Jansen"), std::string::npos);
  const auto scanned = store->Scan(Family::kMeta, {}, [](ByteView, ByteView) { return true; });
  ASSERT_FALSE(scanned.ok());
  EXPECT_EQ(scanned.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace schakel::store
