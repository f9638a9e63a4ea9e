#include "node/record/writer.h"

#include <set>

#include "tests/unit/record/store_fixture.h"

namespace schakel::record {
namespace {

using store::Family;
using RecordWriterTest = RecordStoreTest;

TEST_F(RecordWriterTest, ANewRowMakesASubjectAndARecord) {
  const NewRecord row = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  const PutResult put = ImportOne(row);
  EXPECT_EQ(put.outcome, PutOutcome::kNew);
  EXPECT_TRUE(put.new_subject);
  EXPECT_FALSE(put.doubtful);
  const std::vector<Record> records = RecordsOf(*put.subject);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].id, put.record);
  EXPECT_EQ(records[0].subject, put.subject);
  EXPECT_EQ(records[0].revision, 1);
  EXPECT_EQ(records[0].category, row.category);
  EXPECT_EQ(records[0].group, row.group);
  EXPECT_EQ(records[0].source_key, row.source_key);
  EXPECT_EQ(records[0].fact_date, row.fact_date);
  EXPECT_EQ(records[0].fields, row.fields);
  EXPECT_EQ(records[0].meta, row.meta);
}

TEST_F(RecordWriterTest, TheSameFileAgainChangesNothing) {
  std::vector<NewRecord> rows;
  for (int i = 0; i < 20; ++i) {
    rows.push_back(Row(std::to_string(i), MakePerson(kJose, "2007-11-30", kJoseBsn)));
  }
  rows.push_back(GroupRow("1"));
  Import(rows);
  const Rows before = Dump(store_);
  const int synced = store_.synced_writes();
  for (const PutResult& put : Import(rows))
    EXPECT_EQ(put.outcome, PutOutcome::kUnchanged);
  EXPECT_EQ(Dump(store_), before);
  EXPECT_EQ(store_.synced_writes(), synced);
}

TEST_F(RecordWriterTest, AChangedRowMakesANewRevisionOfTheSameRecord) {
  NewRecord row = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  const PutResult first = ImportOne(row);
  row.fields["soort"] = std::string("1.4.6");
  const PutResult second = ImportOne(row);
  EXPECT_EQ(second.outcome, PutOutcome::kRevised);
  EXPECT_EQ(second.record, first.record);
  EXPECT_EQ(second.subject, first.subject);
  const std::vector<Record> records = RecordsOf(*first.subject);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].revision, 2);
  EXPECT_EQ(records[0].fields.at("soort"), FieldValue(std::string("1.4.6")));
  EXPECT_EQ(Subjects(), 1u);
}

TEST_F(RecordWriterTest, EverythingThatARowSaysCountsAsAChange) {
  const NewRecord row = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  ImportOne(row);
  const auto revised = [this, &row](auto change) {
    NewRecord changed = row;
    change(changed);
    const bool seen = ImportOne(changed).outcome == PutOutcome::kRevised;
    ImportOne(row);
    return seen;
  };
  EXPECT_TRUE(revised([](NewRecord& r) { r.hardness = Hardness::kSoft; }));
  EXPECT_TRUE(revised([](NewRecord& r) { r.fact_date = *ParseIsoDate("2026-02-12"); }));
  EXPECT_TRUE(revised([](NewRecord& r) { r.first_processed = *ParseIsoDate("2026-02-12"); }));
  EXPECT_TRUE(revised([](NewRecord& r) { r.meta.erase("wpg_artikel"); }));
  EXPECT_TRUE(revised([](NewRecord& r) { r.meta["wpg_artikel"] = std::string("8"); }));
  EXPECT_TRUE(revised([](NewRecord& r) { r.fields["toelichting"] = Empty{}; }));
  EXPECT_TRUE(revised([](NewRecord& r) { r.group.clear(); }));
  EXPECT_TRUE(revised([](NewRecord& r) { r.person->attributes["afgeschermd"] = true; }));
  EXPECT_TRUE(revised([](NewRecord& r) { r.person->person.adres = "Parkweg 1"; }));
  EXPECT_EQ(RecordsOf(*ImportOne(row).subject).size(), 1u);
}

TEST_F(RecordWriterTest, EqualKeysOfOtherSourcesAreOtherRecords) {
  NewRecord row = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  const PutResult first = ImportOne(row);
  row.source = "zaken";
  const PutResult second = ImportOne(row);
  EXPECT_EQ(second.outcome, PutOutcome::kNew);
  EXPECT_NE(second.record, first.record);
  EXPECT_EQ(second.subject, first.subject);
}

// Trap: diacritics and tussenvoegsel give one person.
TEST_F(RecordWriterTest, OnePersonInTwoSpellingsIsOneSubject) {
  NewRecord brp = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  brp.source = "brp";
  brp.person->leading = true;
  const auto puts = Import({Row("2", MakePerson(kJoseSpelt, "2007-11-30")), brp});
  EXPECT_EQ(puts[0].subject, puts[1].subject);
  EXPECT_EQ(Subjects(), 1u);
  EXPECT_EQ(IdentityOf(*records_->LoadSubject(*puts[0].subject)).naam, kJose);
}

// Trap: two namesakes with other birth dates are two persons and not doubtful.
TEST_F(RecordWriterTest, NamesakesAreTwoSubjects) {
  const auto puts = Import(
      {Row("1", MakePerson(kJose, "2007-11-30")), Row("2", MakePerson(kJose, "2009-01-02"))});
  EXPECT_NE(puts[0].subject, puts[1].subject);
  EXPECT_FALSE(puts[1].doubtful);
  EXPECT_TRUE(records_->ListDoubtful()->empty());
  EXPECT_EQ(RecordsOf(*puts[0].subject).size(), 1u);
}

// Trap: a birth date with unknown day is linked on its BSN.
TEST_F(RecordWriterTest, AnUnknownDayLinksOnTheBsn) {
  const auto puts = Import({Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)),
                            Row("2", MakePerson(kJose, "2007-11-00", kJoseBsn))});
  EXPECT_EQ(puts[0].subject, puts[1].subject);
}

TEST_F(RecordWriterTest, ADoubtfulMatchIsANewSubjectAndListed) {
  const auto puts = Import({Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)),
                            Row("2", MakePerson(kJose, "2007-11-00"))});
  EXPECT_NE(puts[0].subject, puts[1].subject);
  EXPECT_TRUE(puts[1].doubtful);
  EXPECT_TRUE(puts[1].new_subject);
  const auto doubtful = records_->ListDoubtful();
  ASSERT_EQ(doubtful->size(), 1u);
  EXPECT_EQ((*doubtful)[0].subject, *puts[1].subject);
  EXPECT_EQ((*doubtful)[0].candidates, std::vector<Uuid>{*puts[0].subject});
}

TEST_F(RecordWriterTest, OtherBsnsAreNeverOneSubject) {
  const auto puts = Import({Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)),
                            Row("2", MakePerson(kJose, "2007-11-30", kOtherBsn)),
                            Row("3", MakePerson(kKevin, "2007-11-30", kJoseBsn))});
  EXPECT_EQ(Subjects(), 3u);
  EXPECT_TRUE(puts[1].doubtful);
  EXPECT_TRUE(puts[2].doubtful);
}

TEST_F(RecordWriterTest, ABsnThatASecondSourceBringsIsFoundLater) {
  const auto puts = Import({Row("1", MakePerson(kJose, "2007-11-30")),
                            Row("2", MakePerson(kJose, "2007-11-30", kJoseBsn))});
  EXPECT_EQ(puts[0].subject, puts[1].subject);
  EXPECT_EQ(ImportOne(Row("3", MakePerson(kJose, "2007-00-00", kJoseBsn))).subject,
            puts[0].subject);
}

TEST_F(RecordWriterTest, TheSourcesOwnPersonKeyLinksWithoutMatching) {
  NewRecord first = Row("1", MakePerson(kJose, "2007-11-00"));
  first.person->person_key = "P-77";
  NewRecord second = Row("2", MakePerson({"", "", "Meerkerk"}, "0000-00-00"));
  second.person->person_key = "P-77";
  const PutResult one = ImportOne(first);
  EXPECT_EQ(ImportOne(second).subject, one.subject);
  NewRecord other_source = second;
  other_source.source = "zaken";
  EXPECT_NE(ImportOne(other_source).subject, one.subject);
}

TEST_F(RecordWriterTest, APersonKeyDoesNotJoinTwoBsns) {
  NewRecord first = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  first.person->person_key = "P-77";
  NewRecord second = Row("2", MakePerson(kKevin, "2008-01-01", kOtherBsn));
  second.person->person_key = "P-77";
  EXPECT_NE(ImportOne(first).subject, ImportOne(second).subject);
}

TEST_F(RecordWriterTest, SourcesThatDifferAreKeptBesideEachOther) {
  NewRecord other = Row("2", MakePerson(kJose, "2007-11-30", kJoseBsn));
  other.source = "brp";
  other.person->attributes["afgeschermd"] = true;
  const auto puts = Import({Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)), other});
  const auto subject = records_->LoadSubject(*puts[0].subject);
  EXPECT_EQ(subject->views.size(), 2u);
  EXPECT_EQ(AttributeOf(*subject, "afgeschermd"), std::nullopt);
  // Once the other source is corrected, they agree.
  other.person->attributes["afgeschermd"] = false;
  ImportOne(other);
  EXPECT_EQ(AttributeOf(*records_->LoadSubject(*puts[0].subject), "afgeschermd"),
            FieldValue(false));
}

TEST_F(RecordWriterTest, EqualRowsShareOneView) {
  const auto puts = Import({Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)),
                            Row("2", MakePerson(kJose, "2007-11-30", kJoseBsn))});
  const auto subject = records_->LoadSubject(*puts[0].subject);
  ASSERT_EQ(subject->views.size(), 1u);
}

TEST_F(RecordWriterTest, AKeyThatComesTwiceInOneRunIsOneRecord) {
  const NewRecord row = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  NewRecord changed = row;
  changed.fields["soort"] = std::string("1.4.6");
  for (const size_t rows_per_batch : {1U, 1000U}) {
    const auto puts = Import({row, row, changed, changed}, {.rows_per_batch = rows_per_batch});
    EXPECT_EQ(puts[1].outcome, PutOutcome::kUnchanged);
    EXPECT_EQ(puts[2].outcome, PutOutcome::kRevised);
    EXPECT_EQ(puts[3].outcome, PutOutcome::kUnchanged);
    EXPECT_EQ(RecordsOf(*puts[0].subject).size(), 1u);
  }
  EXPECT_EQ(Subjects(), 1u);
}

// The views that are left are those that some row says, however the rows are spread over runs and
// batches.
TEST_F(RecordWriterTest, AViewGoesWithItsLastRow) {
  NewRecord one = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  NewRecord two = Row("2", MakePerson(kJose, "2007-11-30", kJoseBsn));
  const Uuid subject = *Import({one, two})[0].subject;
  const auto sealed = [this, &subject] {
    return AttributeOf(*records_->LoadSubject(subject), "afgeschermd");
  };
  one.person->attributes["afgeschermd"] = true;
  two.fields["soort"] = std::string("1.4.6");
  Import({one, two});
  EXPECT_EQ(sealed(), std::nullopt);
  EXPECT_EQ(records_->LoadSubject(subject)->views.size(), 2u);
  two.person->attributes["afgeschermd"] = true;
  ImportOne(two);
  EXPECT_EQ(sealed(), FieldValue(true));
  EXPECT_EQ(records_->LoadSubject(subject)->views.size(), 1u);
  one.person->attributes["afgeschermd"] = false;
  two.person->attributes["afgeschermd"] = false;
  Import({one, two}, {.rows_per_batch = 1});
  EXPECT_EQ(sealed(), FieldValue(false));
  one.person->attributes["afgeschermd"] = true;
  NewRecord three = Row("3", one.person->person);
  three.person = one.person;
  two.person = one.person;
  Import({three, one, two});
  EXPECT_EQ(sealed(), FieldValue(true));
  EXPECT_EQ(records_->LoadSubject(subject)->views.size(), 1u);
  EXPECT_EQ(RecordsOf(subject).size(), 3u);
}

TEST_F(RecordWriterTest, ACorrectedOnlyRowStaysTheSamePerson) {
  NewRecord row = Row("1", MakePerson(kKevin, "2008-01-01"));
  const PutResult first = ImportOne(row);
  row.person->person.naam.geslachtsnaam = "Bakkersvelt";
  const PutResult second = ImportOne(row);
  EXPECT_EQ(second.subject, first.subject);
  EXPECT_EQ(Subjects(), 1u);
  // The old spelling finds nobody any more, the new one does.
  EXPECT_TRUE(records_->FindCandidates(MakePerson(kKevin, "2008-01-01"))->empty());
  EXPECT_EQ(records_->FindCandidates(row.person->person)->size(), 1u);
}

TEST_F(RecordWriterTest, ARowThatTurnsOutToBeSomebodyElseMovesAlone) {
  NewRecord moved = Row("2", MakePerson(kJose, "2007-11-30", kJoseBsn));
  const auto puts = Import({Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)),
                            moved,
                            Row("3", MakePerson(kKevin, "2008-01-01", kOtherBsn))});
  moved.person->person = MakePerson(kKevin, "2008-01-01", kOtherBsn);
  const PutResult again = ImportOne(moved);
  EXPECT_EQ(again.subject, puts[2].subject);
  EXPECT_EQ(again.record, puts[1].record);
  EXPECT_EQ(RecordsOf(*puts[0].subject).size(), 1u);
  EXPECT_EQ(RecordsOf(*puts[2].subject).size(), 2u);
  EXPECT_EQ(RecordsOfGroup("VLD-2026-001", "incident").size(), 3u);
}

TEST_F(RecordWriterTest, ASubjectWithoutRowsGoesWithItsKey) {
  NewRecord row = Row("1", MakePerson(kJoseSpelt, "2007-11-29"));
  const auto puts = Import({row, Row("2", MakePerson(kJose, "2007-11-30", kJoseBsn))});
  ASSERT_EQ(Subjects(), 2u);
  const Rows old = Dump(store_);
  row.person->person.geboortedatum = *ParseIsoDate("2007-11-30");
  EXPECT_EQ(ImportOne(row).subject, puts[1].subject);
  EXPECT_EQ(Subjects(), 1u);
  EXPECT_EQ(records_->LoadSubject(*puts[0].subject).error().code, ErrorCode::kNotFound);
  // An older copy of its rows no longer opens.
  int closed = 0;
  for (const auto& [key, value] : old) {
    if (key.first != Family::kSubject) continue;
    const auto opened = store::OpenValue(*keys_, Family::kSubject, key.second, value);
    closed += opened.ok() ? 0 : 1;
  }
  EXPECT_EQ(closed, 1);
}

TEST_F(RecordWriterTest, AGroupThatChangesFindsTheRecordInTheNewOneOnly) {
  NewRecord row = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  ImportOne(row);
  row.group = "VLD-2026-002";
  ImportOne(row);
  EXPECT_TRUE(RecordsOfGroup("VLD-2026-001", "incident").empty());
  EXPECT_EQ(RecordsOfGroup("VLD-2026-002", "incident").size(), 1u);
  NewRecord signal = GroupRow("1");
  ImportOne(signal);
  signal.group = "VLD-2026-002";
  ImportOne(signal);
  EXPECT_TRUE(RecordsOfGroup("VLD-2026-001", "signaal").empty());
  EXPECT_EQ(RecordsOfGroup("VLD-2026-002", "signaal").size(), 1u);
}

TEST_F(RecordWriterTest, ARowThatTurnsFromAPersonToAGroupLeavesThePerson) {
  NewRecord row = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  const PutResult first = ImportOne(row);
  row.person.reset();
  row.category = "signaal";
  const PutResult second = ImportOne(row);
  EXPECT_EQ(second.record, first.record);
  EXPECT_EQ(second.subject, std::nullopt);
  EXPECT_EQ(Subjects(), 0u);
  EXPECT_EQ(RecordsOfGroup("VLD-2026-001", "signaal").size(), 1u);
  EXPECT_TRUE(RecordsOf(*first.subject).empty());
}

TEST_F(RecordWriterTest, ABadRowIsRefusedAndTheRunGoesOn) {
  const auto writer = Start();
  NewRecord bad = Row("1", MakePerson(kJose, "2007-11-30"));
  bad.source_key.clear();
  EXPECT_EQ(writer->Put(bad).error().code, ErrorCode::kMalformed);
  EXPECT_TRUE(writer->Put(Row("2", MakePerson(kJose, "2007-11-30"))).ok());
  EXPECT_TRUE(writer->Finish().ok());
  EXPECT_EQ(Subjects(), 1u);
}

TEST_F(RecordWriterTest, BatchesOfAnySizeGiveTheSame) {
  std::vector<NewRecord> rows;
  for (int i = 0; i < 12; ++i) {
    rows.push_back(
        Row(std::to_string(i),
            MakePerson(i % 2 == 0 ? kJose : kKevin, "2007-11-30", i % 3 == 0 ? kJoseBsn : "")));
  }
  const auto one_by_one = Import(rows, {.rows_per_batch = 1});
  RecordStoreTest::Rows unused = Dump(store_);
  std::set<Uuid> subjects;
  for (const PutResult& put : one_by_one)
    subjects.insert(*put.subject);
  const uint64_t tokens = CountRows(store_, Family::kToken);
  for (const auto& [key, value] : unused) {
    store::Batch batch;
    batch.Delete(key.first, key.second);
    EXPECT_TRUE(store_.Write(batch, store::Durability::kSynced).ok());
  }
  std::set<Uuid> again;
  for (const PutResult& put : Import(rows, {.rows_per_batch = 1000}))
    again.insert(*put.subject);
  EXPECT_EQ(again.size(), subjects.size());
  EXPECT_EQ(CountRows(store_, Family::kToken), tokens);
}

TEST_F(RecordWriterTest, NoWriteIsSyncedBeforeTheLast) {
  const auto writer = Start({.rows_per_batch = 2});
  // The pool of data keys is filled in the key table's own store.
  const int before = store_.synced_writes();
  for (int i = 0; i < 9; ++i) {
    ASSERT_TRUE(writer->Put(Row(std::to_string(i), MakePerson(kJose, "2007-11-30"))).ok());
  }
  EXPECT_EQ(store_.synced_writes(), before);
  EXPECT_EQ(CountRows(store_, Family::kRecord), 8u);
  EXPECT_TRUE(writer->Finish().ok());
  EXPECT_EQ(store_.synced_writes(), before + 1);
}

TEST_F(RecordWriterTest, FinishMakesDurableWhatEarlierBatchesWrote) {
  const auto writer = Start({.rows_per_batch = 1});
  ASSERT_TRUE(writer->Put(Row("1", MakePerson(kJose, "2007-11-30"))).ok());
  ASSERT_TRUE(writer->Finish().ok());
  store_.Crash();
  EXPECT_EQ(CountRows(store_, Family::kRecord), 1u);
}

TEST_F(RecordWriterTest, AfterACrashTheSameFileCompletesTheRun) {
  std::vector<NewRecord> rows;
  for (int i = 0; i < 9; ++i) {
    rows.push_back(Row(std::to_string(i), MakePerson(kJose, "2007-11-30", kJoseBsn)));
  }
  {
    const auto writer = Start({.rows_per_batch = 2});
    for (const NewRecord& row : rows)
      ASSERT_TRUE(writer->Put(row).ok());
    store_.Crash();
  }
  const auto puts = Import(rows);
  EXPECT_EQ(Subjects(), 1u);
  EXPECT_EQ(RecordsOf(*puts[0].subject).size(), 9u);
}

TEST_F(RecordWriterTest, AWriteThatFailsEndsTheRunAndLeavesWholeRows) {
  for (int n = 1; n <= 4; ++n) {
    const auto writer = Start({.rows_per_batch = 1});
    store_.FailWrite(n);
    Result<PutResult> put = PutResult{};
    for (int i = 0; i < 6 && put; ++i) {
      put = writer->Put(Row(std::to_string(n * 10 + i), MakePerson(kJose, "2007-11-30")));
    }
    ASSERT_FALSE(put.ok());
    EXPECT_EQ(put.error().code, ErrorCode::kUnavailable);
    EXPECT_FALSE(writer->Put(Row("99", MakePerson(kJose, "2007-11-30"))).ok());
    EXPECT_FALSE(writer->Finish().ok());
    store_.FailWrite(0);
  }
  // 0 + 1 + 2 + 3 rows came through, each with its index row.
  EXPECT_EQ(CountRows(store_, Family::kRecord), 6u);
  EXPECT_EQ(RecordsOfGroup("VLD-2026-001", "incident").size(), 6u);
  EXPECT_EQ(Subjects(), 1u);
}

TEST_F(RecordWriterTest, TheSecondOfTwoWritersIsRefused) {
  const auto first = Start();
  const auto second = Start();
  ASSERT_TRUE(first->Put(Row("1", MakePerson(kJose, "2007-11-30"))).ok());
  ASSERT_TRUE(second->Put(Row("1", MakePerson(kJose, "2007-11-30"))).ok());
  EXPECT_TRUE(first->Finish().ok());
  const auto refused = second->Finish();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(Subjects(), 1u);
}

TEST_F(RecordWriterTest, ADryRunTellsTheSameAndWritesNothing) {
  ImportOne(Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)));
  NewRecord changed = Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn));
  changed.fields["soort"] = std::string("1.4.6");
  const std::vector<NewRecord> rows = {changed,
                                       Row("2", MakePerson(kKevin, "2008-01-01")),
                                       Row("3", MakePerson(kKevin, "2008-01-01")),
                                       Row("4", MakePerson(kKevin, "2008-01-00")),
                                       GroupRow("1"),
                                       changed};
  const Rows before = Dump(store_);
  const Rows keys_before = Dump(key_store_);
  const auto dry = Import(rows, {.dry_run = true, .rows_per_batch = 2});
  EXPECT_EQ(Dump(store_), before);
  EXPECT_EQ(Dump(key_store_), keys_before);
  const auto real = Import(rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(dry[i].outcome, real[i].outcome) << i;
    EXPECT_EQ(dry[i].new_subject, real[i].new_subject) << i;
    EXPECT_EQ(dry[i].doubtful, real[i].doubtful) << i;
  }
}

TEST_F(RecordWriterTest, VanishedNamesTheRowsThatTheRunDidNotPut) {
  NewRecord elsewhere = Row("1", MakePerson(kJose, "2007-11-30"));
  elsewhere.source = "zaken";
  Import({Row("1", MakePerson(kJose, "2007-11-30")),
          Row("2", MakePerson(kJose, "2007-11-30")),
          Row("3", MakePerson(kKevin, "2007-11-30")),
          GroupRow("1"),
          elsewhere});
  const auto writer = Start({.track_seen = true});
  ASSERT_TRUE(writer->Put(Row("2", MakePerson(kJose, "2007-11-30"))).ok());
  const auto vanished = writer->Vanished("bvh");
  ASSERT_TRUE(vanished.ok());
  EXPECT_EQ(*vanished, (std::vector<std::string>{"PL9999-1", "PL9999-3", "SIG-1"}));
  EXPECT_EQ(Subjects(), 2u);
}

TEST_F(RecordWriterTest, AWriterThatIsNotFinishedDropsItsLastBatch) {
  {
    const auto writer = Start();
    ASSERT_TRUE(writer->Put(Row("1", MakePerson(kJose, "2007-11-30"))).ok());
  }
  EXPECT_EQ(Subjects(), 0u);
}

TEST_F(RecordWriterTest, CachesThatAreDroppedChangeNothing) {
  // More subjects than stay open, then a row for the first one.
  const auto writer = Start({.rows_per_batch = 3, .max_open_subjects = 5});
  std::optional<Uuid> first;
  for (int i = 0; i < 100; ++i) {
    Name name = kKevin;
    name.geslachtsnaam += std::to_string(i);
    const auto put = writer->Put(Row(std::to_string(i), MakePerson(name, "2007-11-30")));
    ASSERT_TRUE(put.ok());
    if (!first) first = put->subject;
  }
  Name name = kKevin;
  name.geslachtsnaam += "0";
  const auto again = writer->Put(Row("again", MakePerson(name, "2007-11-30")));
  EXPECT_EQ(again->subject, first);
  ASSERT_TRUE(writer->Finish().ok());
  EXPECT_EQ(Subjects(), 100u);
  EXPECT_EQ(RecordsOf(*first).size(), 2u);
}

}  // namespace
}  // namespace schakel::record
