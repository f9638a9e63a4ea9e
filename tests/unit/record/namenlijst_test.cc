#include "node/record/namenlijst.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/entropy.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"
#include "tests/unit/record/example.h"
#include "tests/unit/record/vectors.h"

namespace schakel::record {
namespace {

using covenant::FieldType;

covenant::Category Persoon() {
  return ExampleCovenant().categories.at("persoon");
}

const canon::Value& Vectors() {
  static const canon::Value vectors = ReadVectors("protocol/namenlijst.json");
  return vectors;
}

Hash VectorRoot() {
  return *DecodeHash(*Vectors().Find("root")->AsString());
}

// The list of the vectors, with their salts and fillers.
Namenlijst VectorList() {
  Namenlijst list;
  for (const canon::Value& row : *Vectors().Find("rows")->AsArray()) {
    ListedPerson person;
    person.row = *ParseUuid(*row.Find("row")->AsString());
    for (const auto& [field, value] : *row.Find("values")->AsObject()) {
      person.values[field] = *ReadCommitted(value, Persoon().fields.at(field));
      person.salts[field] = *DecodeBase64Array<32>(*row.Find("salts")->Find(field)->AsString());
    }
    list.persons.push_back(person);
  }
  for (const canon::Value& filler : *Vectors().Find("fillers")->AsArray()) {
    list.fillers.push_back(*DecodeHash(*filler.AsString()));
  }
  return list;
}

Uuid RowOf(size_t person) {
  return VectorList().persons[person].row;
}

std::vector<ListRow> SomeRows(size_t count) {
  crypto::SeededEntropy entropy(7);
  std::vector<ListRow> rows;
  for (size_t i = 0; i < count; ++i) {
    rows.push_back({MakeUuidV4(entropy), {{"naam", MakeName("Jan", "", "Bakker")}}});
  }
  return rows;
}

TEST(NamenlijstVectorsTest, LeavesAndRootAreThoseOfTheVectors) {
  const Namenlijst list = VectorList();
  for (size_t i = 0; i < list.persons.size(); ++i) {
    const canon::Value& row = (*Vectors().Find("rows")->AsArray())[i];
    const auto subject = Open(list, list.persons[i].row, {});
    ASSERT_TRUE(subject.ok());
    const canon::Value leaf = *ToValue(*subject).Find("leaf");
    EXPECT_EQ(EncodeHex(AsBytes(canon::Write(leaf))), *row.Find("leaf_bytes")->AsString());
    EXPECT_EQ(EncodeHex(crypto::LeafHash(AsBytes(canon::Write(leaf)))),
              *row.Find("leaf_hash")->AsString());
  }
  EXPECT_EQ(EncodeHex(RootOf(list)), *Vectors().Find("root")->AsString());
}

TEST(NamenlijstVectorsTest, OpeningGivesTheVectorsSubject) {
  const auto subject = Open(VectorList(), RowOf(2), {"naam", "geboortedatum"});
  ASSERT_TRUE(subject.ok());
  EXPECT_EQ(canon::Write(ToValue(*subject)), canon::Write(*Vectors().Find("subject")));
}

TEST(NamenlijstVectorsTest, TheSubjectVerifies) {
  const auto subject = ParseListedSubject(*Vectors().Find("subject"));
  ASSERT_TRUE(subject.ok()) << subject.error().detail;
  const auto opened = VerifySubject(*subject, VectorRoot(), Persoon());
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  EXPECT_EQ(*opened,
            (Fields{{"naam", MakeName("José", "van der", "Meer")},
                    {"geboortedatum", *ParseIsoDate("2007-11-30")}}));
}

TEST(NamenlijstVectorsTest, EveryEntryOfRefuseFails) {
  const canon::Value::Array& refuse = *Vectors().Find("refuse")->AsArray();
  ASSERT_EQ(refuse.size(), 6u);
  for (const canon::Value& entry : refuse) {
    const auto subject = ParseListedSubject(*entry.Find("subject"));
    ASSERT_TRUE(subject.ok()) << *entry.Find("reason")->AsString();
    const auto opened = VerifySubject(*subject, VectorRoot(), Persoon());
    ASSERT_FALSE(opened.ok()) << *entry.Find("reason")->AsString();
    EXPECT_EQ(opened.error().code, ErrorCode::kDenied);
  }
}

TEST(OpenTest, EmptyFieldsStayClosed) {
  // The third row has no address.
  const auto subject = Open(VectorList(), RowOf(2), {"naam", "adres", "kleur"});
  ASSERT_TRUE(subject.ok());
  EXPECT_EQ(subject->open.size(), 1u);
  EXPECT_EQ(subject->leaf_fields.size(), 4u);
}

TEST(OpenTest, ARowThatIsNotListedIsNotFound) {
  EXPECT_EQ(Open(VectorList(), Uuid{}, {"naam"}).error().code, ErrorCode::kNotFound);
}

TEST(VerifySubjectTest, EveryPersonVerifiesWithEveryField) {
  const Namenlijst list = VectorList();
  for (const ListedPerson& person : list.persons) {
    const auto subject = Open(list, person.row, {"naam", "geboortedatum", "bsn", "adres"});
    const auto opened = VerifySubject(*subject, VectorRoot(), Persoon());
    ASSERT_TRUE(opened.ok());
    for (const auto& [field, value] : *opened)
      EXPECT_EQ(value, person.values.at(field));
  }
}

TEST(VerifySubjectTest, AnotherPersonsFieldIsRefused) {
  const Namenlijst list = VectorList();
  ListedSubject subject = *Open(list, RowOf(2), {"naam"});
  subject.open = Open(list, RowOf(3), {"naam"})->open;
  EXPECT_FALSE(VerifySubject(subject, VectorRoot(), Persoon()).ok());
}

TEST(VerifySubjectTest, AnotherRowsProofIsRefused) {
  const Namenlijst list = VectorList();
  ListedSubject subject = *Open(list, RowOf(2), {"naam"});
  const ListedSubject other = *Open(list, RowOf(3), {"naam"});
  subject.path = other.path;
  EXPECT_FALSE(VerifySubject(subject, VectorRoot(), Persoon()).ok());
  subject = *Open(list, RowOf(2), {"naam"});
  subject.row = other.row;
  EXPECT_FALSE(VerifySubject(subject, VectorRoot(), Persoon()).ok());
}

// An outdated or foreign version of the list has another root.
TEST(VerifySubjectTest, AnotherListVersionIsRefused) {
  crypto::SeededEntropy entropy(3);
  const auto next = MakeNamenlijst({{RowOf(2), {}}}, Persoon(), entropy);
  const ListedSubject subject = *Open(VectorList(), RowOf(2), {"naam"});
  EXPECT_FALSE(VerifySubject(subject, RootOf(*next), Persoon()).ok());
}

TEST(VerifySubjectTest, AnIndexOutsideTheTreeIsRefused) {
  ListedSubject subject = *Open(VectorList(), RowOf(2), {"naam"});
  subject.index = 8;
  EXPECT_FALSE(VerifySubject(subject, VectorRoot(), Persoon()).ok());
  subject.index = -1;
  EXPECT_FALSE(VerifySubject(subject, VectorRoot(), Persoon()).ok());
}

TEST(VerifySubjectTest, AnOpenedEmptyFieldIsRefused) {
  const Namenlijst list = VectorList();
  ListedSubject subject = *Open(list, RowOf(2), {"naam"});
  subject.open["adres"] = Opening{"", list.persons[2].salts.at("adres")};
  EXPECT_FALSE(VerifySubject(subject, VectorRoot(), Persoon()).ok());
}

TEST(VerifySubjectTest, AnUndeclaredOrMistypedFieldIsRefused) {
  covenant::Category without = Persoon();
  without.fields.erase("naam");
  const ListedSubject subject = *Open(VectorList(), RowOf(2), {"naam"});
  EXPECT_FALSE(VerifySubject(subject, VectorRoot(), without).ok());
  covenant::Category mistyped = Persoon();
  mistyped.fields["naam"] = FieldType::kDate;
  EXPECT_FALSE(VerifySubject(subject, VectorRoot(), mistyped).ok());
}

TEST(MakeNamenlijstTest, IsFilledToAPowerOfTwoOfAtLeastEight) {
  crypto::SeededEntropy entropy(3);
  const auto leaves = [&entropy](size_t count) {
    const auto list = MakeNamenlijst(SomeRows(count), Persoon(), entropy);
    return list->persons.size() + list->fillers.size();
  };
  EXPECT_EQ(leaves(0), 8u);
  EXPECT_EQ(leaves(7), 8u);
  EXPECT_EQ(leaves(8), 8u);
  EXPECT_EQ(leaves(9), 16u);
  EXPECT_EQ(leaves(17), 32u);
}

TEST(MakeNamenlijstTest, EveryPersonOfEveryListVerifies) {
  crypto::SeededEntropy entropy(3);
  for (const size_t count : {1U, 8U, 9U, 20U}) {
    const auto list = MakeNamenlijst(SomeRows(count), Persoon(), entropy);
    const Hash root = RootOf(*list);
    for (const ListedPerson& person : list->persons) {
      EXPECT_TRUE(VerifySubject(*Open(*list, person.row, {"naam"}), root, Persoon()).ok());
    }
  }
}

TEST(MakeNamenlijstTest, StandsInOrderOfRowWithEveryFieldCommitted) {
  crypto::SeededEntropy entropy(3);
  std::vector<ListRow> rows = SomeRows(5);
  const auto list = MakeNamenlijst(rows, Persoon(), entropy);
  for (size_t i = 1; i < list->persons.size(); ++i) {
    EXPECT_LT(list->persons[i - 1].row, list->persons[i].row);
  }
  EXPECT_EQ(list->persons[0].values.size(), 4u);
  EXPECT_EQ(list->persons[0].salts.size(), 4u);
  std::reverse(rows.begin(), rows.end());
  crypto::SeededEntropy same(3);
  EXPECT_EQ(RootOf(*MakeNamenlijst(rows, Persoon(), same)), RootOf(*list));
}

TEST(MakeNamenlijstTest, SaltsAreFreshPerFieldPersonAndVersion) {
  crypto::SeededEntropy entropy(3);
  const auto list = MakeNamenlijst(SomeRows(2), Persoon(), entropy);
  std::set<Salt> salts;
  for (const ListedPerson& person : list->persons) {
    for (const auto& [field, salt] : person.salts)
      salts.insert(salt);
  }
  EXPECT_EQ(salts.size(), 8u);
  EXPECT_NE(RootOf(*MakeNamenlijst(SomeRows(2), Persoon(), entropy)), RootOf(*list));
}

TEST(MakeNamenlijstTest, BadRowsAreRefused) {
  crypto::SeededEntropy entropy(3);
  std::vector<ListRow> twice = SomeRows(1);
  twice.push_back(twice[0]);
  EXPECT_EQ(MakeNamenlijst(twice, Persoon(), entropy).error().code, ErrorCode::kConflict);
  std::vector<ListRow> undeclared = SomeRows(1);
  undeclared[0].values["kleur"] = std::string("x");
  EXPECT_FALSE(MakeNamenlijst(undeclared, Persoon(), entropy).ok());
  std::vector<ListRow> mistyped = SomeRows(1);
  mistyped[0].values["naam"] = std::string("x");
  EXPECT_FALSE(MakeNamenlijst(mistyped, Persoon(), entropy).ok());
  std::vector<ListRow> unprintable = SomeRows(1);
  unprintable[0].values["adres"] = std::string("x\x7f");
  EXPECT_FALSE(MakeNamenlijst(unprintable, Persoon(), entropy).ok());
}

TEST(MakeNamenlijstTest, PersonsHaveALimit) {
  crypto::SeededEntropy entropy(3);
  EXPECT_TRUE(MakeNamenlijst(SomeRows(kMaxSubjectsPerRequest), Persoon(), entropy).ok());
  EXPECT_EQ(MakeNamenlijst(SomeRows(kMaxSubjectsPerRequest + 1), Persoon(), entropy).error().code,
            ErrorCode::kExhausted);
}

TEST(NamenlijstValueTest, RoundTrips) {
  const Namenlijst list = VectorList();
  const auto parsed = ParseNamenlijst(ToValue(list), Persoon());
  ASSERT_TRUE(parsed.ok()) << parsed.error().detail;
  EXPECT_EQ(RootOf(*parsed), VectorRoot());
  EXPECT_EQ(canon::Write(ToValue(*parsed)), canon::Write(ToValue(list)));
}

TEST(NamenlijstValueTest, DisorderAndMissingFillersAreRefused) {
  Namenlijst swapped = VectorList();
  std::swap(swapped.persons[0], swapped.persons[1]);
  EXPECT_FALSE(ParseNamenlijst(ToValue(swapped), Persoon()).ok());
  Namenlijst shorter = VectorList();
  shorter.fillers.pop_back();
  EXPECT_FALSE(ParseNamenlijst(ToValue(shorter), Persoon()).ok());
  Namenlijst longer = VectorList();
  longer.fillers.emplace_back();
  EXPECT_FALSE(ParseNamenlijst(ToValue(longer), Persoon()).ok());
}

TEST(ParseListedSubjectTest, OtherShapesAreRefused) {
  const auto refused = [](auto change) {
    canon::Value value = *Vectors().Find("subject");
    change(*value.AsObject());
    return !ParseListedSubject(value).ok();
  };
  EXPECT_FALSE(refused([](canon::Value::Object&) {}));
  EXPECT_TRUE(refused([](canon::Value::Object& o) { o["more"] = 1; }));
  EXPECT_TRUE(refused([](canon::Value::Object& o) { o.erase("leaf"); }));
  EXPECT_TRUE(refused([](canon::Value::Object& o) { o["row"] = "x"; }));
  EXPECT_TRUE(refused([](canon::Value::Object& o) { o["index"] = -1; }));
  EXPECT_TRUE(refused([](canon::Value::Object& o) { o["index"] = 1024; }));
  EXPECT_TRUE(refused([](canon::Value::Object& o) { o["path"] = "x"; }));
  EXPECT_TRUE(refused([](canon::Value::Object& o) { o["path"] = canon::Value::Array{"eA=="}; }));
  EXPECT_TRUE(refused([](canon::Value::Object& o) {
    o["path"] = canon::Value::Array(11, (*o.at("path").AsArray())[0]);
  }));
  EXPECT_TRUE(refused([](canon::Value::Object& o) {
    (*o.at("open").AsObject())["bsn"] = canon::Value::Object{{"value", "x"}};
  }));
  EXPECT_TRUE(refused([](canon::Value::Object& o) { (*o.at("leaf").AsObject())["more"] = "x"; }));
}

TEST(ReadCommittedTest, WhatIsCommittedComesBack) {
  for (const auto& [type, value] : std::vector<std::pair<FieldType, FieldValue>>{
           {FieldType::kName, MakeName("José", "", "Meer")},
           {FieldType::kDate, *ParseIsoDate("2009-05-00")},
           {FieldType::kBsn, std::string("123456782")},
           {FieldType::kBool, true},
           {FieldType::kCode, Empty{}}}) {
    EXPECT_EQ(*ReadCommitted(CommittedValue(value), type), value);
  }
  EXPECT_EQ(CommittedValue(Name{}), canon::Value(""));
  EXPECT_FALSE(ReadCommitted("0000-00-00", FieldType::kDate).ok());
  EXPECT_FALSE(ReadCommitted("2009-5-1", FieldType::kDate).ok());
  EXPECT_FALSE(ReadCommitted(5, FieldType::kCode).ok());
}

TEST(IdentityTokenTest, IsOfNameDateAndBsnAsOpened) {
  const Fields opened = {{"naam", MakeName("José", "van der", "Meer")}, {"bsn", Empty{}}};
  Fields with_address = opened;
  with_address["adres"] = std::string("Parkweg 1");
  const Bytes key(32, 1);
  const Bytes other_key(32, 2);
  EXPECT_EQ(IdentityToken(key, opened), IdentityToken(key, with_address));
  EXPECT_NE(IdentityToken(key, opened), IdentityToken(other_key, opened));
  Fields other = opened;
  other["bsn"] = std::string("123456782");
  EXPECT_NE(IdentityToken(key, opened), IdentityToken(key, other));
  const std::string expected =
      R"({"naam":{"geslachtsnaam":"Meer","voornamen":"José","voorvoegsel":"van der"}})";
  EXPECT_EQ(IdentityToken(key, opened), crypto::Blake2b(key, AsBytes(expected)));
}

}  // namespace
}  // namespace schakel::record
