#include "node/record/repository.h"

#include "tests/unit/record/store_fixture.h"

namespace schakel::record {
namespace {

using store::Family;
using RecordsTest = RecordStoreTest;

bool Holds(const Bytes& haystack, std::string_view needle) {
  return AsText(haystack).find(needle) != std::string_view::npos;
}

TEST_F(RecordsTest, FindsByBsnAndByName) {
  const PutResult put = ImportOne(Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)));
  const auto by_bsn = records_->Find(MakePerson(kJoseSpelt, "2007-11-00", kJoseBsn));
  EXPECT_EQ(by_bsn->kind, MatchResult::Kind::kMatched);
  EXPECT_EQ(by_bsn->subject, put.subject);
  const auto by_name = records_->Find(MakePerson(kJoseSpelt, "2007-11-30"));
  EXPECT_EQ(by_name->kind, MatchResult::Kind::kMatched);
  EXPECT_EQ(by_name->subject, put.subject);
}

// Trap: a person unknown to one partner. Asking makes no subject.
TEST_F(RecordsTest, AnUnknownPersonIsNoMatchAndStaysUnknown) {
  ImportOne(Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)));
  const Rows before = Dump(store_);
  EXPECT_EQ(records_->Find(MakePerson(kKevin, "2008-01-01", kOtherBsn))->kind,
            MatchResult::Kind::kNoMatch);
  EXPECT_EQ(records_->Find(MakePerson({}, "0000-00-00"))->kind, MatchResult::Kind::kNoMatch);
  EXPECT_EQ(Dump(store_), before);
  EXPECT_EQ(Subjects(), 1u);
}

TEST_F(RecordsTest, AnotherBsnWithTheSameNameAndDateIsDoubtful) {
  const PutResult put = ImportOne(Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)));
  const auto found = records_->Find(MakePerson(kJose, "2007-11-30", kOtherBsn));
  EXPECT_EQ(found->kind, MatchResult::Kind::kDoubtful);
  EXPECT_EQ(found->candidates, std::vector<Uuid>{*put.subject});
}

TEST_F(RecordsTest, ScansOneCategoryOrAll) {
  NewRecord list = Row("2", MakePerson(kJose, "2007-11-30", kJoseBsn));
  list.category = "namenlijst";
  list.fields = {{"reden", std::string("lid")}};
  list.meta.clear();
  const auto puts = Import({Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)),
                            list,
                            Row("3", MakePerson(kKevin, "2007-11-30"))});
  EXPECT_EQ(RecordsOf(*puts[0].subject).size(), 2u);
  EXPECT_EQ(RecordsOf(*puts[0].subject, "namenlijst").size(), 1u);
  EXPECT_EQ(RecordsOf(*puts[0].subject, "namen").size(), 0u);
  EXPECT_EQ(RecordsOf(Uuid{}).size(), 0u);
}

TEST_F(RecordsTest, AGroupHasItsOwnRecordsAndThoseOfItsPersons) {
  NewRecord no_group = Row("3", MakePerson(kKevin, "2007-11-30"));
  no_group.group.clear();
  Import({Row("1", MakePerson(kJose, "2007-11-30")),
          Row("2", MakePerson(kKevin, "2007-11-30")),
          no_group,
          GroupRow("1")});
  const std::vector<Record> incidents = RecordsOfGroup("VLD-2026-001", "incident");
  ASSERT_EQ(incidents.size(), 2u);
  EXPECT_TRUE(incidents[0].subject.has_value());
  EXPECT_NE(incidents[0].subject, incidents[1].subject);
  const std::vector<Record> signals = RecordsOfGroup("VLD-2026-001", "signaal");
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].subject, std::nullopt);
  EXPECT_TRUE(RecordsOfGroup("VLD-2026-002", "incident").empty());
  EXPECT_TRUE(RecordsOfGroup("VLD-2026-00", "incident").empty());
}

TEST_F(RecordsTest, AScanStopsWhenTheVisitorSaysSo) {
  const auto puts = Import(
      {Row("1", MakePerson(kJose, "2007-11-30")), Row("2", MakePerson(kJose, "2007-11-30"))});
  int visited = 0;
  const auto stop = [&visited](const Result<Record>& /*record*/) {
    ++visited;
    return false;
  };
  EXPECT_TRUE(records_->ScanSubject(*puts[0].subject, {}, stop).ok());
  EXPECT_TRUE(records_->ScanGroup("VLD-2026-001", "incident", stop).ok());
  EXPECT_EQ(visited, 2);
}

TEST_F(RecordsTest, ADamagedRecordArrivesAsAnErrorBesideTheOthers) {
  const auto puts = Import(
      {Row("1", MakePerson(kJose, "2007-11-30")), Row("2", MakePerson(kJose, "2007-11-30"))});
  for (const auto& [key, value] : Dump(store_)) {
    if (key.first != Family::kRecord) continue;
    Bytes damaged = value;
    damaged.back() ^= 1;
    store::Batch batch;
    batch.Put(key.first, key.second, damaged);
    ASSERT_TRUE(store_.Write(batch, store::Durability::kSynced).ok());
    break;
  }
  int good = 0;
  int bad = 0;
  EXPECT_TRUE(records_
                  ->ScanSubject(*puts[0].subject,
                                {},
                                [&](const Result<Record>& record) {
                                  ++(record.ok() ? good : bad);
                                  return true;
                                })
                  .ok());
  EXPECT_EQ(good, 1);
  EXPECT_EQ(bad, 1);
}

// "Encryption is real": nothing that the rows say can be read in any key or value.
TEST_F(RecordsTest, NothingPersonalStandsInKeysOrValues) {
  NewRecord row = Row("4711", MakePerson(kJose, "2007-11-30", kJoseBsn));
  row.person->person.adres = "Parkwegplein 12";
  row.person->person_key = "P-4711-0815";
  row.fields["toelichting"] = std::string("met zijn broer bij het station");
  Import({row, GroupRow("4712"), Row("1", MakePerson(kJose, "2007-11-00"))});
  for (const store::MemoryStore* store : {&store_, &key_store_}) {
    for (const auto& [key, value] : Dump(*store)) {
      for (const std::string_view text : {"Meerkerk",
                                          "José",
                                          "Jos\xe9",
                                          "meerkerk",
                                          kJoseBsn,
                                          "Parkwegplein",
                                          "P-4711",
                                          "PL9999",
                                          "SIG-",
                                          "Stationsplein",
                                          "Vernieling",
                                          "broer",
                                          "hangjeugd",
                                          "verdachte",
                                          "2007-11",
                                          "20071130"}) {
        EXPECT_FALSE(Holds(key.second, text)) << text;
        EXPECT_FALSE(Holds(value, text)) << text;
      }
    }
  }
}

TEST_F(RecordsTest, TokensOfOtherKeyTablesDiffer) {
  ImportOne(Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)));
  crypto::SeededEntropy other_entropy(12);
  store::MemoryStore other_keys_store;
  auto other_keys = store::KeyTable::Open(other_keys_store, Bytes(32, 0x4d), other_entropy);
  ASSERT_TRUE(other_keys.ok());
  Records other(store_, **other_keys, other_entropy);
  EXPECT_TRUE(other.FindCandidates(MakePerson(kJose, "2007-11-30", kJoseBsn))->empty());
}

TEST_F(RecordsTest, ShreddingOneSubjectClosesNobodyElse) {
  const auto puts = Import({Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)),
                            Row("2", MakePerson(kJose, "2007-11-30", kJoseBsn)),
                            Row("3", MakePerson(kKevin, "2008-01-01", kOtherBsn)),
                            GroupRow("1")});
  const Rows older = Dump(store_);
  ASSERT_TRUE(records_->ShredSubject(*puts[0].subject).ok());
  EXPECT_EQ(Subjects(), 1u);
  EXPECT_TRUE(RecordsOf(*puts[0].subject).empty());
  EXPECT_EQ(records_->LoadSubject(*puts[0].subject).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(records_->FindCandidates(MakePerson(kJose, "2007-11-30", kJoseBsn))->empty());
  EXPECT_EQ(RecordsOf(*puts[2].subject).size(), 1u);
  EXPECT_EQ(RecordsOfGroup("VLD-2026-001", "incident").size(), 1u);
  EXPECT_EQ(RecordsOfGroup("VLD-2026-001", "signaal").size(), 1u);
  // No row leads to the subject any more; nothing is left to do.
  for (const auto& [key, value] : Dump(store_)) {
    EXPECT_FALSE(Holds(key.second, AsText(puts[0].subject->bytes)));
    EXPECT_FALSE(Holds(value, AsText(puts[0].subject->bytes)));
  }
  EXPECT_TRUE(records_->FinishShredding().ok());
  // An older copy of the database opens the survivors and nothing else.
  int opened = 0;
  int closed = 0;
  for (const auto& [key, value] : older) {
    if (key.first != Family::kRecord && key.first != Family::kSubject) continue;
    const bool ok = store::OpenValue(*keys_, key.first, key.second, value).ok();
    ++(ok ? opened : closed);
  }
  EXPECT_EQ(opened, 3);  // Kevin, his record, the signal
  EXPECT_EQ(closed, 3);  // José, his two records
}

TEST_F(RecordsTest, ASubjectIsShreddedOnce) {
  const PutResult put = ImportOne(Row("1", MakePerson(kJose, "2007-11-30")));
  EXPECT_TRUE(records_->ShredSubject(*put.subject).ok());
  EXPECT_EQ(records_->ShredSubject(*put.subject).error().code, ErrorCode::kNotFound);
}

TEST_F(RecordsTest, AfterShreddingTheSameFileMakesANewPerson) {
  const NewRecord row = Row("1", MakePerson(kJose, "2007-11-30"));
  const PutResult first = ImportOne(row);
  ASSERT_TRUE(records_->ShredSubject(*first.subject).ok());
  const PutResult second = ImportOne(row);
  EXPECT_EQ(second.outcome, PutOutcome::kNew);
  EXPECT_NE(second.subject, first.subject);
}

TEST_F(RecordsTest, AnInterruptedShreddingIsFinishedAtStartUp) {
  const auto puts = Import(
      {Row("1", MakePerson(kJose, "2007-11-30")), Row("2", MakePerson(kKevin, "2008-01-01"))});
  const Rows older = Dump(store_);
  // The rows go, then the key table's disk refuses.
  key_store_.FailAllWrites();
  EXPECT_FALSE(records_->ShredSubject(*puts[0].subject).ok());
  key_store_.FailWrite(0);
  const auto closed = [this, &older] {
    int count = 0;
    for (const auto& [key, value] : older) {
      if (key.first != Family::kSubject) continue;
      count += store::OpenValue(*keys_, key.first, key.second, value).ok() ? 0 : 1;
    }
    return count;
  };
  EXPECT_EQ(closed(), 0);
  ASSERT_TRUE(records_->FinishShredding().ok());
  EXPECT_EQ(closed(), 1);
  EXPECT_EQ(RecordsOf(*puts[1].subject).size(), 1u);
}

TEST_F(RecordsTest, ASubjectWhoseKeyIsGoneCanStillBeRemoved) {
  const auto puts = Import({Row("1", MakePerson(kJose, "2007-11-30", kJoseBsn)),
                            Row("2", MakePerson(kKevin, "2008-01-01"))});
  for (const auto& [key, value] : Dump(store_)) {
    if (key.first != Family::kSubject || !Holds(key.second, AsText(puts[0].subject->bytes))) {
      continue;
    }
    ASSERT_TRUE(keys_->Shred({*store::KeyOfValue(value)}).ok());
  }
  EXPECT_TRUE(records_->FindCandidates(MakePerson(kJose, "2007-11-30", kJoseBsn))->empty());
  ASSERT_TRUE(records_->ShredSubject(*puts[0].subject).ok());
  for (const auto& [key, value] : Dump(store_)) {
    EXPECT_FALSE(Holds(key.second, AsText(puts[0].subject->bytes)));
    EXPECT_FALSE(Holds(value, AsText(puts[0].subject->bytes)));
  }
  EXPECT_EQ(RecordsOf(*puts[1].subject).size(), 1u);
}

TEST_F(RecordsTest, ShreddingMakesARunningImportStop) {
  const PutResult put = ImportOne(Row("1", MakePerson(kJose, "2007-11-30")));
  const auto writer = Start();
  ASSERT_TRUE(writer->Put(Row("2", MakePerson(kJose, "2007-11-30"))).ok());
  ASSERT_TRUE(records_->ShredSubject(*put.subject).ok());
  EXPECT_EQ(writer->Finish().error().code, ErrorCode::kConflict);
  EXPECT_EQ(Subjects(), 0u);
}

TEST_F(RecordsTest, RecordsSurviveReopening) {
  const PutResult put = ImportOne(Row("1", MakePerson(kJose, "2007-11-30")));
  auto keys = store::KeyTable::Open(key_store_, Bytes(32, 0x4d), entropy_);
  ASSERT_TRUE(keys.ok());
  const Records reopened(store_, **keys, entropy_);
  EXPECT_EQ(reopened.Find(MakePerson(kJose, "2007-11-30"))->subject, put.subject);
}

}  // namespace
}  // namespace schakel::record
