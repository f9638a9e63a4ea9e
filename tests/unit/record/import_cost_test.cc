// What an import costs, counted in reads and synced writes instead of time.
#include <string>

#include "node/record/writer.h"
#include "tests/support/counting_store.h"
#include "tests/unit/record/store_fixture.h"

namespace schakel::record {
namespace {

class ImportCostTest : public RecordStoreTest {
 protected:
  ImportCostTest() : counted_(reads_), records_of_counted_(counted_, *keys_, entropy_) {}

  // One run over rows about `persons` persons, each known by name and birth date.
  void ImportPersons(int persons, const std::string& key_prefix) {
    auto writer = RecordWriter::Start(records_of_counted_, {.max_open_subjects = 1'000});
    ASSERT_TRUE(writer.ok());
    for (int i = 0; i < persons; ++i) {
      const std::string letters = {static_cast<char>('a' + i / 26 % 26),
                                   static_cast<char>('a' + i % 26),
                                   static_cast<char>('a' + i / 676)};
      const Person person = MakePerson({"Kevin", "", "Bakkers" + letters}, "2007-11-30", "");
      ASSERT_TRUE((*writer)->Put(Row(key_prefix + std::to_string(i), person)).ok());
    }
    ASSERT_TRUE((*writer)->Finish().ok());
  }

  store::Reads reads_;
  store::CountingStore counted_;
  Records records_of_counted_;
};

TEST_F(ImportCostTest, AnEmptyStoreIsNotSearchedForPersons) {
  ImportPersons(300, "a");
  const uint64_t scans = reads_.scans;
  EXPECT_LT(scans, 10u);
  // Now it knows persons: every one is looked up, by name.
  ImportPersons(300, "b");
  EXPECT_GE(reads_.scans - scans, 300u);
  EXPECT_EQ(*records_of_counted_.CountSubjects(), 300u);
}

TEST_F(ImportCostTest, PersonsThatWereDroppedFromMemoryAreSearchedForAgain) {
  // More tokens than max_open_subjects * 3 keeps, over several batches: the second half of the file
  // names the same persons.
  auto writer =
      RecordWriter::Start(records_of_counted_, {.rows_per_batch = 1, .max_open_subjects = 1});
  ASSERT_TRUE(writer.ok());
  for (int i = 0; i < 20; ++i) {
    const Person person = MakePerson(
        {"Kevin", "", std::string("Bakkers") + static_cast<char>('a' + i % 10)}, "2007-11-30", "");
    ASSERT_TRUE((*writer)->Put(Row(std::to_string(i), person)).ok());
  }
  ASSERT_TRUE((*writer)->Finish().ok());
  EXPECT_EQ(*records_of_counted_.CountSubjects(), 10u);
}

TEST_F(ImportCostTest, TheDrawsOfKeysGrowWithTheFile) {
  const int before = key_store_.synced_writes();
  ImportPersons(4'000, "a");
  EXPECT_EQ(*records_of_counted_.CountSubjects(), 4'000u);
  // 256, 256, 512, 1024, 2048: by 256 each it would be 16.
  EXPECT_LE(key_store_.synced_writes() - before, 6);
}

TEST_F(ImportCostTest, ASmallImportDrawsOnce) {
  const int before = key_store_.synced_writes();
  ImportPersons(256, "a");
  EXPECT_EQ(key_store_.synced_writes() - before, 1);
}

}  // namespace
}  // namespace schakel::record
