#include "node/record/model.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "tests/unit/record/example.h"

namespace schakel::record {
namespace {

using covenant::FieldType;

NewRecord Incident() {
  NewRecord row;
  row.category = "incident";
  row.source = "bvh";
  row.source_key = "PL9999-2026000001";
  row.fields = {{"datum", *ParseIsoDate("2026-03-14")}, {"soort", std::string("1.4.5")}};
  row.meta = {{"betrokkenheid", std::string("verdachte")}, {"gerelateerd", true}};
  row.person.emplace().person = MakePerson(MakeName("José", "van der", "Meer"), "2007-11-30");
  return row;
}

Subject::View View(uint32_t id, const char* source, const Person& person, Fields attributes = {}) {
  Subject::View view;
  view.id = id;
  view.source = source;
  view.row.person = person;
  view.row.attributes = std::move(attributes);
  return view;
}

TEST(FieldValueTest, EmptyIsWhatHoldsNothing) {
  EXPECT_TRUE(IsEmpty(Empty{}));
  EXPECT_TRUE(IsEmpty(std::string()));
  EXPECT_TRUE(IsEmpty(IncompleteDate{}));
  EXPECT_TRUE(IsEmpty(Name{}));
  EXPECT_FALSE(IsEmpty(false));
  EXPECT_FALSE(IsEmpty(std::string("x")));
  EXPECT_FALSE(IsEmpty(*ParseIsoDate("2009-00-00")));
  EXPECT_FALSE(IsEmpty(MakeName("", "", "Meer")));
}

TEST(FieldValueTest, PresentButEmptyIsNotAbsent) {
  NewRecord absent = Incident();
  NewRecord empty = Incident();
  empty.meta.emplace("wpg_artikel", Empty{});
  EXPECT_NE(absent.meta, empty.meta);
}

TEST(FieldValueTest, EachTypeHasItsAlternative) {
  EXPECT_TRUE(HasType(IncompleteDate{}, FieldType::kDate));
  EXPECT_TRUE(HasType(Name{}, FieldType::kName));
  EXPECT_TRUE(HasType(true, FieldType::kBool));
  for (const FieldType type :
       {FieldType::kCode, FieldType::kBsn, FieldType::kRef, FieldType::kFreetext}) {
    EXPECT_TRUE(HasType(std::string("x"), type));
    EXPECT_TRUE(HasType(Empty{}, type));
    EXPECT_FALSE(HasType(IncompleteDate{}, type));
    EXPECT_FALSE(HasType(true, type));
  }
  EXPECT_FALSE(HasType(std::string("2009-01-01"), FieldType::kDate));
  EXPECT_FALSE(HasType(std::string("ja"), FieldType::kBool));
  EXPECT_FALSE(HasType(std::string("Meer"), FieldType::kName));
}

TEST(CheckValueTest, TextsHaveALimit) {
  EXPECT_TRUE(CheckValue(std::string(kMaxFieldBytes - 1, 'x')).ok());
  EXPECT_TRUE(CheckValue(std::string(kMaxFieldBytes, 'x')).ok());
  EXPECT_FALSE(CheckValue(std::string(kMaxFieldBytes + 1, 'x')).ok());
  EXPECT_TRUE(CheckValue(Name{"", "", std::string(kMaxNamePartBytes, 'x')}).ok());
  EXPECT_FALSE(CheckValue(Name{"", "", std::string(kMaxNamePartBytes + 1, 'x')}).ok());
}

TEST(CheckValueTest, ControlCharactersAndBadUtf8AreRefused) {
  EXPECT_TRUE(CheckValue(std::string("een\ntwee\tdrie")).ok());
  EXPECT_FALSE(CheckValue(std::string("een\x1b[31m")).ok());
  EXPECT_FALSE(CheckValue(std::string("een\x7f")).ok());
  EXPECT_FALSE(CheckValue(std::string("een\0twee", 8)).ok());
  EXPECT_FALSE(CheckValue(std::string("een\xc3")).ok());
  EXPECT_FALSE(CheckValue(MakeName("een\ntwee", "", "")).ok());
  EXPECT_FALSE(CheckValue(MakeName("", "", "een\x7f")).ok());
}

TEST(CheckRowTest, AGoodRowPasses) {
  EXPECT_TRUE(CheckRow(Incident()).ok());
}

TEST(CheckRowTest, SourceKeyAndCategoryAreNeeded) {
  for (std::string NewRecord::*part :
       {&NewRecord::source, &NewRecord::source_key, &NewRecord::category}) {
    NewRecord row = Incident();
    (row.*part).clear();
    EXPECT_FALSE(CheckRow(row).ok());
  }
}

TEST(CheckRowTest, TheSourceKeyHasALimit) {
  NewRecord row = Incident();
  row.source_key.assign(kMaxSourceKeyBytes, 'k');
  EXPECT_TRUE(CheckRow(row).ok());
  row.source_key.push_back('k');
  EXPECT_FALSE(CheckRow(row).ok());
}

TEST(CheckRowTest, APersonOrAGroupIsNeeded) {
  NewRecord row = Incident();
  row.person.reset();
  EXPECT_FALSE(CheckRow(row).ok());
  row.group = "VLD-2026-001";
  EXPECT_TRUE(CheckRow(row).ok());
  row.group = "VLD-2026-001/2";
  EXPECT_FALSE(CheckRow(row).ok());
  row.group = "Stationsplein";
  EXPECT_FALSE(CheckRow(row).ok());
}

TEST(CheckRowTest, RefusalsNameTheFieldAndNeverTheValue) {
  NewRecord row = Incident();
  row.fields["soort"] = std::string("geheim\x01");
  const auto refused = CheckRow(row);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().detail.find("soort"), std::string::npos);
  EXPECT_EQ(refused.error().detail.find("geheim"), std::string::npos);
}

TEST(CheckRowTest, ARefusalHasAReasonThatNamesTheField) {
  NewRecord row = Incident();
  row.fields["plaats"] = std::string(kMaxFieldBytes + 1, 'x');
  EXPECT_EQ(CheckRow(row).error().reason, Reason::kImportFieldLong);
  EXPECT_EQ(CheckRow(row).error().arguments.at("field"), "plaats");
  row.fields["plaats"] = std::string("a\x01");
  EXPECT_EQ(CheckRow(row).error().reason, Reason::kImportFieldBytes);
  EXPECT_EQ(CheckRow(row).error().arguments.at("field"), "plaats");
  row = Incident();
  row.person->person_key = std::string(kMaxSourceKeyBytes + 1, 'x');
  EXPECT_EQ(CheckRow(row).error().reason, Reason::kImportPersonKey);
  row = Incident();
  row.person.reset();
  EXPECT_EQ(CheckRow(row).error().reason, Reason::kImportGroupMissing);
}

TEST(CheckRowTest, ABsnHasNineDigitsOrIsUnknown) {
  NewRecord row = Incident();
  row.person->person.bsn = "123456782";
  EXPECT_TRUE(CheckRow(row).ok());
  row.person->person.bsn = "12345678";
  EXPECT_FALSE(CheckRow(row).ok());
}

TEST(CheckDeclaredTest, WhatTheCovenantDeclaresPasses) {
  EXPECT_TRUE(CheckDeclared(Incident(), ExampleCovenant()).ok());
}

TEST(CheckDeclaredTest, WhatItDoesNotDeclareIsRefused) {
  const covenant::Document covenant = ExampleCovenant();
  NewRecord category = Incident();
  category.category = "strafzaak";
  EXPECT_FALSE(CheckDeclared(category, covenant).ok());
  NewRecord field = Incident();
  field.fields["kleur"] = std::string("blauw");
  EXPECT_FALSE(CheckDeclared(field, covenant).ok());
  NewRecord meta_as_field = Incident();
  meta_as_field.fields["betrokkenheid"] = std::string("verdachte");
  EXPECT_FALSE(CheckDeclared(meta_as_field, covenant).ok());
  NewRecord type = Incident();
  type.fields["datum"] = std::string("2026-03-14");
  EXPECT_FALSE(CheckDeclared(type, covenant).ok());
  NewRecord person = Incident();
  person.person.reset();
  EXPECT_FALSE(CheckDeclared(person, covenant).ok());
}

TEST(CheckDeclaredTest, ACategoryAboutAGroupHasAGroupAndNoPerson) {
  NewRecord row;
  row.category = "signaal";
  row.source = "bvh";
  row.source_key = "1";
  EXPECT_FALSE(CheckDeclared(row, ExampleCovenant()).ok());
  row.group = "VLD-2026-001";
  EXPECT_TRUE(CheckDeclared(row, ExampleCovenant()).ok());
  row.person.emplace();
  EXPECT_FALSE(CheckDeclared(row, ExampleCovenant()).ok());
}

TEST(IdentityOfTest, LeadingSourceGivesTheSpelling) {
  Subject subject;
  Person police = MakePerson(MakeName("Jose", "", "vd Meer"), "2007-11-30", "123456782");
  police.adres = "Parkweg 1";
  subject.views = {View(1, "bvh", police),
                   View(2, "brp", MakePerson(MakeName("José", "van der", "Meer"), "2007-11-30"))};
  EXPECT_EQ(IdentityOf(subject).naam, police.naam);
  subject.views[1].row.leading = true;
  const Person identity = IdentityOf(subject);
  EXPECT_EQ(identity.naam, MakeName("José", "van der", "Meer"));
  EXPECT_EQ(identity.bsn, "123456782");
  EXPECT_EQ(identity.adres, "Parkweg 1");
}

TEST(IdentityOfTest, TheMostCompleteDateCountsUnlessTheyContradict) {
  const Name name = MakeName("José", "van der", "Meer");
  Subject subject;
  subject.views = {View(1, "a", MakePerson(name, "2007-00-00")),
                   View(2, "b", MakePerson(name, "2007-11-30")),
                   View(3, "c", MakePerson(name, "2007-11-00"))};
  EXPECT_EQ(ToIso(IdentityOf(subject).geboortedatum), "2007-11-30");
  subject.views.push_back(View(4, "d", MakePerson(name, "2007-12-00")));
  EXPECT_TRUE(IdentityOf(subject).geboortedatum.unknown());
}

TEST(AttributeOfTest, SourcesThatAgreeGiveTheValue) {
  Subject subject;
  subject.views = {View(1, "a", {}, {{"afgeschermd", false}}),
                   View(2, "b", {}, {{"afgeschermd", false}}),
                   View(3, "c", {})};
  EXPECT_EQ(AttributeOf(subject, "afgeschermd"), FieldValue(false));
  EXPECT_EQ(AttributeOf(subject, "verstrekkingsbeperking"), std::nullopt);
}

TEST(AttributeOfTest, SourcesThatDifferGiveUnknown) {
  Subject subject;
  subject.views = {View(1, "a", {}, {{"afgeschermd", false}}),
                   View(2, "b", {}, {{"afgeschermd", true}})};
  EXPECT_EQ(AttributeOf(subject, "afgeschermd"), std::nullopt);
}

TEST(AttributeOfTest, OneThatIsMappedButEmptyGivesUnknown) {
  Subject subject;
  subject.views = {View(1, "a", {}, {{"afgeschermd", false}}),
                   View(2, "b", {}, {{"afgeschermd", Empty{}}})};
  EXPECT_EQ(AttributeOf(subject, "afgeschermd"), std::nullopt);
}

TEST(AttributeOfTest, TheBirthDateComesFromThePersonWhenKnown) {
  Subject subject;
  subject.views = {View(1, "a", MakePerson({}, "2007-11-30")), View(2, "b", {})};
  EXPECT_EQ(AttributeOf(subject, "geboortedatum"), FieldValue(*ParseIsoDate("2007-11-30")));
  subject.views[1].row.attributes["geboortedatum"] = Empty{};
  EXPECT_EQ(AttributeOf(subject, "geboortedatum"), std::nullopt);
  subject.views[1].row.attributes["geboortedatum"] = *ParseIsoDate("2007-11-00");
  EXPECT_EQ(AttributeOf(subject, "geboortedatum"), std::nullopt);
}

TEST(FieldsOfTest, PersonAndFieldsConvertBothWays) {
  Person person = MakePerson(MakeName("José", "van der", "Meer"), "2007-11-30", "123456782");
  person.adres = "Parkweg 1";
  EXPECT_EQ(PersonOf(FieldsOf(person)), person);
  EXPECT_EQ(FieldsOf({}).size(), 4u);
  for (const auto& [name, value] : FieldsOf({}))
    EXPECT_EQ(value, FieldValue(Empty{})) << name;
  EXPECT_EQ(PersonOf({{"naam", std::string("x")}, {"bsn", true}}), Person());
}

}  // namespace
}  // namespace schakel::record
