// A flipped byte, a missing file, a cut: each is refused when the database opens or named by
// VerifyFiles, with the file.
#include <filesystem>

#include <gtest/gtest.h>

#include "node/store/rocks_store.h"
#include "tests/unit/store/record_log_writer.h"
#include "tests/unit/store/rows.h"
#include "tests/unit/store_rocks/temp_folder.h"

namespace schakel::store {
namespace {

namespace fs = std::filesystem;
using Opened = Result<std::unique_ptr<RocksStore>>;

constexpr size_t kLastValueBytes = 300;

// A closed database with rows in an SST and, later ones, in the write-ahead log.
class RocksDamageTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto store = Open();
    ASSERT_TRUE(store.ok());
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(PutRow(**store, "old " + std::to_string(i), std::string(40, 'o')).ok());
    }
    ASSERT_TRUE((*store)->Purge(Family::kMeta).ok());
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(PutRow(**store, "new " + std::to_string(i), std::string(90, 'n')).ok());
    }
    ASSERT_TRUE(PutRow(**store, "last", std::string(kLastValueBytes, 'l')).ok());
  }

  [[nodiscard]] Opened Open(bool allow_torn_tail = false) const {
    return RocksStore::Open(
        {.path = path_, .create_if_missing = true, .allow_torn_tail = allow_torn_tail});
  }
  // The error of an opening that must be refused.
  [[nodiscard]] std::string Refusal(bool allow_torn_tail = false) const {
    const Opened opened = Open(allow_torn_tail);
    if (opened.ok()) return "opened";
    return std::string(ErrorCodeName(opened.error().code)) + ": " + opened.error().detail;
  }
  [[nodiscard]] std::string NameOf(std::string_view suffix) const {
    const auto names = NamesOf(path_, suffix);
    EXPECT_EQ(names.size(), 1U) << suffix;
    return names.empty() ? "" : names[0];
  }
  [[nodiscard]] std::string ManifestName() const {
    const std::string current = ReadAll(path_ + "/CURRENT");
    return current.substr(0, current.size() - 1);
  }
  [[nodiscard]] std::string Path(const std::string& name) const { return path_ + "/" + name; }
  // Flips each byte of the closed database's file in two ways; each must be refused by name.
  void ExpectEveryFlipRefused(const std::string& name) const {
    const size_t size = ReadAll(Path(name)).size();
    ASSERT_GT(size, 0U);
    for (size_t at = 0; at < size; ++at) {
      for (const char mask : {'\x01', '\x80'}) {
        FlipByte(Path(name), at, mask);
        const std::string refusal = Refusal(/*allow_torn_tail=*/true);
        FlipByte(Path(name), at, mask);
        ASSERT_TRUE(refusal.starts_with("corrupt: ")) << at << ": " << refusal;
        ASSERT_NE(refusal.find(name + ": "), std::string::npos) << at << ": " << refusal;
      }
    }
  }
  // Flips each byte of an open database's file; VerifyFiles must name it and nothing else.
  static void ExpectEveryFlipNamed(const RocksStore& store,
                                   const std::string& folder,
                                   const std::string& name) {
    const size_t size = ReadAll(folder + "/" + name).size();
    ASSERT_GT(size, 0U);
    for (size_t at = 0; at < size; ++at) {
      FlipByte(folder + "/" + name, at, '\x10');
      const auto damage = store.VerifyFiles();
      FlipByte(folder + "/" + name, at, '\x10');
      ASSERT_TRUE(damage.ok());
      ASSERT_EQ(damage->size(), 1U) << name << " at " << at;
      ASSERT_EQ(damage->at(0).file, name) << at;
      ASSERT_FALSE(damage->at(0).what.empty());
    }
    const auto sound = store.VerifyFiles();
    ASSERT_TRUE(sound.ok() && sound->empty());
  }

  TempFolder folder_;
  std::string path_ = folder_.Database();
};

TEST_F(RocksDamageTest, RefusesEveryFlippedByteOfAWriteAheadLog) {
  ExpectEveryFlipRefused(NameOf(".log"));
  EXPECT_TRUE(Open().ok());
}

TEST_F(RocksDamageTest, RefusesEveryFlippedByteOfTheManifest) {
  ExpectEveryFlipRefused(ManifestName());
  EXPECT_TRUE(Open().ok());
}

TEST_F(RocksDamageTest, RefusesEveryFlippedByteOfCurrent) {
  ExpectEveryFlipRefused("CURRENT");
  EXPECT_TRUE(Open().ok());
}

TEST_F(RocksDamageTest, RefusesOrNamesAFlippedByteOfAClosedSst) {
  const std::string name = NameOf(".sst");
  const size_t size = ReadAll(Path(name)).size();
  // The first data block, the meta blocks, and the footer down to its last byte.
  for (const size_t at : {size_t{0},
                          size / 4,
                          size / 2,
                          size - 200,
                          size - 54,
                          size - 53,
                          size - 30,
                          size - 13,
                          size - 9,
                          size - 1}) {
    const std::string copy = folder_.path() + "/copy";
    fs::remove_all(copy);
    fs::copy(path_, copy);
    FlipByte(copy + "/" + name, at, '\x04');
    const Opened opened = RocksStore::Open({.path = copy});
    if (!opened.ok()) {
      EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt) << at;
      EXPECT_NE(opened.error().detail.find(name), std::string::npos) << opened.error().detail;
      continue;
    }
    const auto damage = (*opened)->VerifyFiles();
    ASSERT_TRUE(damage.ok()) << at;
    ASSERT_EQ(damage->size(), 1U) << at;
    EXPECT_EQ(damage->at(0).file, name);
  }
}

TEST_F(RocksDamageTest, NamesEveryFlippedByteOfALiveSst) {
  const auto store = Open();
  ASSERT_TRUE(store.ok());
  for (const std::string& name : NamesOf(path_, ".sst")) {
    ExpectEveryFlipNamed(**store, path_, name);
  }
}

TEST_F(RocksDamageTest, NamesEveryFlippedByteOfALiveWriteAheadLog) {
  const auto store = Open();
  ASSERT_TRUE(store.ok());
  for (const char* key : {"1", "2", "3"})
    ASSERT_TRUE(PutRow(**store, key, "value").ok());
  ExpectEveryFlipNamed(**store, path_, NameOf(".log"));
}

TEST_F(RocksDamageTest, NamesEveryFlippedByteOfALiveManifestAndCurrent) {
  const auto store = Open();
  ASSERT_TRUE(store.ok());
  ExpectEveryFlipNamed(**store, path_, "CURRENT");
  ExpectEveryFlipNamed(**store, path_, ManifestName());
}

TEST_F(RocksDamageTest, NamesEveryDamagedFile) {
  const auto store = Open();
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE(PutRow(**store, "k", "v").ok());
  const std::string log = NameOf(".log");
  FlipByte(Path(log), 9, '\x01');
  FlipByte(Path(ManifestName()), 9, '\x01');
  size_t tables = 0;
  for (const std::string& name : NamesOf(path_, ".sst")) {
    FlipByte(Path(name), 9, '\x01');
    ++tables;
  }
  const auto damage = (*store)->VerifyFiles();
  ASSERT_TRUE(damage.ok());
  EXPECT_EQ(damage->size(), 2 + tables);
}

TEST_F(RocksDamageTest, NamesALiveFileThatIsGoneOrCut) {
  const auto store = Open();
  ASSERT_TRUE(store.ok());
  const std::string table = NamesOf(path_, ".sst")[0];
  fs::resize_file(Path(table), fs::file_size(Path(table)) - 1);
  const std::string manifest = ManifestName();
  fs::resize_file(Path(manifest), fs::file_size(Path(manifest)) - 1);
  auto damage = (*store)->VerifyFiles();
  ASSERT_TRUE(damage.ok());
  ASSERT_EQ(damage->size(), 2U);
  EXPECT_EQ(damage->at(0).file, manifest);
  EXPECT_EQ(damage->at(1).file, table);
  fs::remove(Path(table));
  fs::remove(Path("CURRENT"));
  damage = (*store)->VerifyFiles();
  ASSERT_TRUE(damage.ok());
  ASSERT_EQ(damage->size(), 3U);
  EXPECT_EQ(damage->at(0).file, "CURRENT");
  EXPECT_EQ(damage->at(2).file, table);
}

TEST_F(RocksDamageTest, RefusesToOpenWithoutOneOfItsFiles) {
  for (const std::string& name :
       {NameOf(".sst"), NameOf(".log"), ManifestName(), std::string("CURRENT")}) {
    const std::string copy = folder_.path() + "/copy";
    fs::remove_all(copy);
    fs::copy(path_, copy);
    fs::remove(copy + "/" + name);
    // A database whose files are gone is not one that was never made.
    const Opened opened = RocksStore::Open({.path = copy, .create_if_missing = true});
    ASSERT_FALSE(opened.ok()) << name;
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt) << name;
    const std::string named = name.ends_with(".log") ? "*.log" : name;
    EXPECT_NE(opened.error().detail.find(named), std::string::npos) << opened.error().detail;
  }
}

TEST_F(RocksDamageTest, RefusesToOpenWithACutSst) {
  const std::string name = NameOf(".sst");
  fs::resize_file(Path(name), fs::file_size(Path(name)) - 1);
  const std::string refusal = Refusal();
  EXPECT_TRUE(refusal.starts_with("corrupt: ")) << refusal;
  EXPECT_NE(refusal.find(name), std::string::npos) << refusal;
}

TEST_F(RocksDamageTest, RefusesALogThatIsCutAnywhereInItsLastRecord) {
  const std::string log = NameOf(".log");
  const std::string whole = ReadAll(Path(log));
  for (size_t cut = 1; cut <= kLastValueBytes + 7; ++cut) {
    fs::resize_file(Path(log), whole.size() - cut);
    const std::string refusal = Refusal();
    ASSERT_TRUE(refusal.starts_with("corrupt: ")) << cut << ": " << refusal;
    ASSERT_NE(refusal.find("ends in a truncated record and nothing else is wrong: " + log),
              std::string::npos)
        << refusal;
    WriteAll(Path(log), whole);
  }
}

TEST_F(RocksDamageTest, OpensOverATornTailWhenAllowedAndSaysSoUntilItIsAccepted) {
  const std::string log = NameOf(".log");
  fs::resize_file(Path(log), fs::file_size(Path(log)) - 1);
  {
    const Opened store = Open(/*allow_torn_tail=*/true);
    ASSERT_TRUE(store.ok()) << store.error().detail;
    EXPECT_TRUE((*store)->torn_tail());
    EXPECT_EQ(GetRow(**store, "last"), std::nullopt);
    EXPECT_EQ(ScanRows(**store, "").size(), 20U);
    ASSERT_TRUE(PutRow(**store, "later", "v").ok());
  }
  {
    const Opened store = Open();
    ASSERT_TRUE(store.ok());
    EXPECT_TRUE((*store)->torn_tail());
    ASSERT_TRUE((*store)->AcceptTornTail().ok());
    EXPECT_FALSE((*store)->torn_tail());
    EXPECT_TRUE((*store)->AcceptTornTail().ok());
  }
  const Opened store = Open(/*allow_torn_tail=*/true);
  ASSERT_TRUE(store.ok());
  EXPECT_FALSE((*store)->torn_tail());
  EXPECT_EQ(GetRow(**store, "later"), "v");
}

TEST_F(RocksDamageTest, OpensOverATornManifestOnlyWhenAllowed) {
  const std::string manifest = ManifestName();
  fs::resize_file(Path(manifest), fs::file_size(Path(manifest)) - 1);
  EXPECT_NE(Refusal().find("nothing else is wrong: " + manifest), std::string::npos);
  const Opened store = Open(/*allow_torn_tail=*/true);
  // RocksDB may still miss what the record said; then it refuses by itself.
  EXPECT_TRUE(store.ok() ? (*store)->torn_tail() : store.error().code == ErrorCode::kCorrupt);
}

TEST_F(RocksDamageTest, RefusesATornTailBesideOtherDamage) {
  const std::string log = NameOf(".log");
  fs::resize_file(Path(log), fs::file_size(Path(log)) - 1);
  FlipByte(Path(log), 20, '\x01');
  EXPECT_TRUE(Refusal(/*allow_torn_tail=*/true).starts_with("corrupt: "));
  FlipByte(Path(log), 20, '\x01');
  FlipByte(Path(ManifestName()), 20, '\x01');
  EXPECT_TRUE(Refusal(/*allow_torn_tail=*/true).starts_with("corrupt: "));
}

TEST_F(RocksDamageTest, RefusesATruncatedLogBeforeALaterOne) {
  const std::string log = NameOf(".log");
  fs::copy(Path(log), Path("999998.log"));
  fs::resize_file(Path(log), fs::file_size(Path(log)) - 1);
  const std::string refusal = Refusal(/*allow_torn_tail=*/true);
  EXPECT_NE(refusal.find(log + ": it is truncated and a later log has records"), std::string::npos)
      << refusal;
  // A later log without a byte in it was only just begun.
  WriteAll(Path("999998.log"), "");
  EXPECT_NE(Refusal().find("nothing else is wrong: " + log), std::string::npos);
}

TEST_F(RocksDamageTest, RefusesASoundRecordThatIsNoWrite) {
  // What the checksum cannot tell RocksDB finds, being opened to accept nothing less than all.
  const std::string log = NameOf(".log");
  Bytes bytes = ToBytes(ReadAll(Path(log)));
  AppendRecord(bytes, AsBytes("no batch"));
  WriteAll(Path(log), AsText(bytes));
  for (const bool allow_torn_tail : {false, true}) {
    EXPECT_TRUE(Refusal(allow_torn_tail).starts_with("corrupt: "));
  }
}

TEST_F(RocksDamageTest, DoesNotSeeALogThatEndsBetweenTwoRecords) {
  // Not claimed: what ends where a record ends looks finished. The log's checkpoints at partners
  // tell.
  const std::string log = NameOf(".log");
  const std::string whole = ReadAll(Path(log));
  const size_t value_at = whole.find(std::string(kLastValueBytes, 'l'));
  // In front of the value: header 7, batch header 12, operation 2 (type, family), key 5, length 2.
  fs::resize_file(Path(log), value_at - 28);
  const Opened store = Open();
  ASSERT_TRUE(store.ok()) << store.error().detail;
  EXPECT_EQ(ScanRows(**store, "").size(), 20U);
}

}  // namespace
}  // namespace schakel::store
