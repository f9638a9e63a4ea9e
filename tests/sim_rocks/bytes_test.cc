// Encryption is real (one of the five places): after the story over RocksDB, nothing of the
// CSV files is found in the homes.
#include <filesystem>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "node/record/rows.h"
#include "node/store/rocks_store.h"
#include "tests/sim/checks.h"
#include "tests/sim/home.h"
#include "tests/sim/needles.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

namespace fs = std::filesystem;
using store::Family;

// A folder for the homes; removed at the end.
class Homes {
 public:
  Homes() {
    std::string name = (fs::temp_directory_path() / "schakel-sim-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  ~Homes() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  Homes(const Homes&) = delete;
  Homes& operator=(const Homes&) = delete;

  [[nodiscard]] fs::path Of(const std::string& party) const { return root_ / party; }

  [[nodiscard]] OpenStore Opener() const {
    return [this](const std::string& party, bool for_keys) -> std::unique_ptr<store::Store> {
      fs::create_directories(Of(party));
      auto opened = store::RocksStore::Open(
          {.path = Of(party) / (for_keys ? "keys" : "data"), .create_if_missing = true});
      EXPECT_TRUE(opened.ok()) << opened.error().detail;
      return *std::move(opened);
    };
  }

 private:
  fs::path root_;
};

// The first day of the quarter stands in the budget's keys beside requester and group, and says
// nothing about a person; an incident happens to be of that day. Nothing else is let pass, not even
// the public codes of neighbourhoods.
constexpr const char* kQuarter = "2026-04-01";

constexpr const char* kNodes[] = {"gemeente", "jongerenwerk", "om", "politie"};

class BytesTest : public testing::Test {
 protected:
  BytesTest() : world_(std::make_unique<World>(21, homes_.Opener())), searcher_(VeldrijkNeedles()) {
    world_->RunToList();
    EXPECT_FALSE(world_->AskAboutPersons().Incomplete());
  }

  // What is found in the raw files of a home; the number of bytes read through `size`.
  std::set<std::string> InFiles(const std::string& party, size_t* size = nullptr) {
    std::set<std::string> found;
    for (const auto& file : fs::recursive_directory_iterator(homes_.Of(party))) {
      if (!file.is_regular_file()) continue;
      const std::string bytes = ReadFile(file.path());
      if (size != nullptr) *size += bytes.size();
      found.merge(searcher_.FindIn(AsBytes(bytes)));
    }
    found.erase(kQuarter);
    return found;
  }

  // What is found in any key or value of the party's two stores, read through the port.
  std::set<std::string> InRows(const std::string& party) {
    std::set<std::string> found;
    for (const store::Store* store : {&(*world_)[party].store(), &(*world_)[party].key_store()}) {
      for (const auto& [row, value] : AllRows(*store)) {
        std::set<std::string> in_key = searcher_.FindIn(row.second);
        if (row.first == Family::kBudget) in_key.erase(kQuarter);
        found.merge(in_key);
        found.merge(searcher_.FindIn(value));
      }
    }
    return found;
  }

  Homes homes_;
  std::unique_ptr<World> world_;
  Searcher searcher_;
};

TEST_F(BytesTest, NothingOfTheFilesIsFoundInTheHomes) {
  for (const char* party : kNodes) {
    EXPECT_EQ(InRows(party), std::set<std::string>()) << party;
    size_t size = 0;
    EXPECT_EQ(InFiles(party, &size), std::set<std::string>()) << party;
    EXPECT_GT(size, 10'000U) << party;
  }
  // After the receipts, the shredding, and a clean stop.
  for (const char* party : kNodes)
    EXPECT_TRUE((*world_)[party].engine->Tend().ok());
  world_.reset();
  for (const char* party : kNodes) {
    EXPECT_EQ(InFiles(party), std::set<std::string>()) << party;
  }
}

// The search can find: one value, planted as it stands in a file, is found in rows and raw bytes,
// in either encoding.
TEST_F(BytesTest, PlantedValueIsFound) {
  const std::string utf8 = "Dani\xc3\xabl van den Heuvel";
  const std::string latin = "Dani\xebl van den Heuvel";
  for (const std::string& planted : {utf8, latin}) {
    store::Batch batch;
    batch.Put(Family::kMeta, AsBytes("planted"), AsBytes("\x01\x02" + planted + "\x03"));
    ASSERT_TRUE((*world_)["om"].store().Write(batch, store::Durability::kSynced).ok());
    EXPECT_TRUE(InRows("om").contains(planted));
    EXPECT_TRUE(InFiles("om").contains(planted));
  }
  store::Batch batch;
  batch.Put(Family::kToken, AsBytes("x099990313"), {});
  ASSERT_TRUE((*world_)["gemeente"].store().Write(batch, store::Durability::kSynced).ok());
  EXPECT_EQ(InRows("gemeente"), (std::set<std::string>{"099990313", "99990313"}));
}

// The data is as the search needs it: what it looks for is there when it is opened.
TEST_F(BytesTest, OpenedValuesHoldWhatTheSearchLooksFor) {
  std::set<std::string> found;
  for (const auto& [row, value] : OpenAll((*world_)["politie"])) {
    found.merge(searcher_.FindIn(value.plaintext));
  }
  EXPECT_TRUE(found.contains("Hogenoordermeer-Achterveld"));
  EXPECT_TRUE(found.contains("999901011"));
  EXPECT_TRUE(found.contains("PL9900-2026001201"));
  EXPECT_GT(found.size(), 100U);
}

TEST_F(BytesTest, OneKeyRowClosesThatSubjectAndNobodyElse) {
  Party& politie = (*world_)["politie"];
  std::vector<Uuid> subjects;
  ASSERT_TRUE(politie.engine->records()
                  .ScanSubjects([&](const Uuid& subject) {
                    subjects.push_back(subject);
                    return true;
                  })
                  .ok());
  const Uuid chosen = subjects.at(subjects.size() / 2);
  const auto sealed = politie.store().Get(Family::kSubject, record::SubjectRow(chosen));
  ASSERT_TRUE(sealed.ok() && sealed->has_value());
  const auto id = store::KeyOfValue(**sealed);
  ASSERT_TRUE(id.ok());
  const std::set<RowName> closed = ClosedBy(politie, *id);
  EXPECT_TRUE(closed.contains(RowName{Family::kSubject, record::SubjectRow(chosen)}));
  for (const Uuid& subject : subjects) {
    EXPECT_EQ(politie.engine->records().LoadSubject(subject).ok(), subject != chosen);
  }
  // It stays so, and the node starts on what is left.
  ASSERT_TRUE(world_->Restart("politie").ok());
  for (const Uuid& subject : subjects) {
    EXPECT_EQ((*world_)["politie"].engine->records().LoadSubject(subject).ok(), subject != chosen);
  }
}

// Shredding leaves no byte of the key's row in any file of the key table.
TEST_F(BytesTest, ShreddedKeyIsInNoFile) {
  Party& politie = (*world_)["politie"];
  const auto rows = exchange::AllIn(politie.store());
  ASSERT_TRUE(rows.ok());
  const store::DataKeyId id = rows->at(0).key;
  Bytes row_key = store::KeyBuilder().Text("key").Raw(id).Build();
  const auto wrapped = politie.key_store().Get(Family::kMeta, row_key);
  ASSERT_TRUE(wrapped.ok() && wrapped->has_value());
  const Searcher search({ToText(**wrapped)});
  const auto in_files = [&] {
    bool found = false;
    for (const auto& file : fs::recursive_directory_iterator(homes_.Of("politie"))) {
      if (!file.is_regular_file()) continue;
      found = found || !search.FindIn(AsBytes(ReadFile(file.path()))).empty();
    }
    return found;
  };
  EXPECT_TRUE(in_files());
  ASSERT_TRUE(politie.engine->Tend().ok());
  EXPECT_FALSE(in_files());
}

}  // namespace
}  // namespace schakel::sim
