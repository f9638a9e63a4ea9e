#include "node/record/facts.h"

#include <gtest/gtest.h>

#include "tests/unit/record/example.h"

namespace schakel::record {
namespace {

using covenant::FactValue;

// The last day of a quarter.
const Day kToday = DayOn("2026-03-31");

Subject SubjectBorn(const char* born, Fields attributes = {}) {
  Subject subject;
  Subject::View view;
  view.id = 1;
  view.source = "bvh";
  view.row.person = MakePerson(MakeName("José", "van der", "Meer"), born);
  view.row.attributes = std::move(attributes);
  subject.views = {view};
  return subject;
}

Record Incident(Fields meta) {
  Record record;
  record.category = "incident";
  record.meta = std::move(meta);
  return record;
}

covenant::Facts RecordFacts(Fields meta) {
  return FactsOf(ExampleCovenant(), "incident", Incident(std::move(meta)), nullptr, kToday);
}

std::optional<FactValue> FactIn(const covenant::Facts& facts, const char* name) {
  const auto found = facts.find(name);
  if (found == facts.end()) return std::nullopt;
  return found->second;
}

std::optional<FactValue> AgeOf(const char* born) {
  const Subject subject = SubjectBorn(born);
  return FactIn(FactsOf(ExampleCovenant(), "incident", {}, &subject, kToday), "age");
}

TEST(FactsOfTest, AgeRunsOverTheCalendarQuarter) {
  EXPECT_EQ(AgeOf("2009-03-14"), FactValue(IntInterval{16, 17}));
  EXPECT_EQ(AgeOf("2009-06-14"), FactValue(IntInterval{16, 16}));
}

// Trap: a child that turns twelve this quarter.
TEST(FactsOfTest, WhoTurnsTwelveThisQuarterIsElevenToTwelve) {
  EXPECT_EQ(AgeOf("2014-01-01"), FactValue(IntInterval{12, 12}));
  EXPECT_EQ(AgeOf("2014-01-02"), FactValue(IntInterval{11, 12}));
  EXPECT_EQ(AgeOf("2014-03-31"), FactValue(IntInterval{11, 12}));
  EXPECT_EQ(AgeOf("2014-04-01"), FactValue(IntInterval{11, 11}));
}

// Trap: a birth date with unknown day.
TEST(FactsOfTest, AnIncompleteBirthDateGivesAnInterval) {
  EXPECT_EQ(AgeOf("2009-05-00"), FactValue(IntInterval{16, 16}));
  EXPECT_EQ(AgeOf("2009-00-00"), FactValue(IntInterval{16, 17}));
  EXPECT_EQ(AgeOf("0000-00-00"), std::nullopt);
}

TEST(FactsOfTest, SourcesThatDifferAreUnknown) {
  Subject subject = SubjectBorn("2009-03-14", {{"afgeschermd", false}});
  Subject::View other = subject.views[0];
  other.id = 2;
  other.source = "brp";
  other.row.person.geboortedatum = *ParseIsoDate("2009-03-15");
  other.row.attributes["afgeschermd"] = true;
  subject.views.push_back(other);
  const auto facts = FactsOf(ExampleCovenant(), "incident", {}, &subject, kToday);
  EXPECT_EQ(FactIn(facts, "age"), std::nullopt);
  EXPECT_EQ(FactIn(facts, "sealed"), std::nullopt);
}

TEST(FactsOfTest, PersonFactsExistInCategoriesAboutPersonsOnly) {
  const Subject subject = SubjectBorn("2009-03-14", {{"afgeschermd", true}});
  const auto about_person = FactsOf(ExampleCovenant(), "incident", {}, &subject, kToday);
  EXPECT_EQ(FactIn(about_person, "sealed"), FactValue(true));
  EXPECT_TRUE(FactsOf(ExampleCovenant(), "signaal", {}, &subject, kToday).empty());
  EXPECT_TRUE(FactsOf(ExampleCovenant(), "unheard-of", {}, &subject, kToday).empty());
}

TEST(FactsOfTest, BoolsAreJaAndNee) {
  EXPECT_EQ(FactIn(RecordFacts({{"gerelateerd", true}}), "related"), FactValue(true));
  EXPECT_EQ(FactIn(RecordFacts({{"gerelateerd", std::string("ja")}}), "related"), FactValue(true));
  EXPECT_EQ(FactIn(RecordFacts({{"gerelateerd", std::string("nee")}}), "related"),
            FactValue(false));
  for (const char* text : {"", "Ja", "j", "true", "onbekend"}) {
    EXPECT_EQ(FactIn(RecordFacts({{"gerelateerd", std::string(text)}}), "related"), std::nullopt)
        << text;
  }
}

// Trap: the role is empty; the article is empty.
TEST(FactsOfTest, EmptyAndUnknownCodesAreUnknown) {
  const auto facts = RecordFacts({{"betrokkenheid", Empty{}}, {"wpg_artikel", std::string()}});
  EXPECT_EQ(FactIn(facts, "role"), std::nullopt);
  EXPECT_EQ(FactIn(facts, "wpg"), std::nullopt);
  EXPECT_EQ(FactIn(RecordFacts({{"betrokkenheid", std::string("dader")}}), "role"), std::nullopt);
  EXPECT_EQ(FactIn(RecordFacts({}), "role"), std::nullopt);
  EXPECT_EQ(FactIn(RecordFacts({{"betrokkenheid", std::string("getuige")}}), "role"),
            FactValue(std::string("getuige")));
  EXPECT_EQ(FactIn(RecordFacts({{"wpg_artikel", std::string("9")}}), "wpg"),
            FactValue(std::string("9")));
}

// Trap: first processed over five years ago.
TEST(FactsOfTest, ElapsedIsWholeDaysBeforeToday) {
  const auto since = [](const char* date) {
    return FactIn(RecordFacts({{"eerste_verwerking", *ParseIsoDate(date)}}), "since");
  };
  EXPECT_EQ(since("2026-03-31"), FactValue(IntInterval{0, 0}));
  EXPECT_EQ(since("2025-03-31"), FactValue(IntInterval{365, 365}));
  EXPECT_EQ(since("2021-03-30"), FactValue(IntInterval{1827, 1827}));
  EXPECT_EQ(since("2026-02-00"), FactValue(IntInterval{31, 58}));
  EXPECT_EQ(since("0000-00-00"), std::nullopt);
}

TEST(FactsOfTest, ADateAheadHasNoElapsedDays) {
  EXPECT_EQ(FactIn(RecordFacts({{"eerste_verwerking", *ParseIsoDate("2026-04-01")}}), "since"),
            std::nullopt);
  const auto this_month = FactsOf(ExampleCovenant(),
                                  "incident",
                                  Incident({{"eerste_verwerking", *ParseIsoDate("2026-03-00")}}),
                                  nullptr,
                                  DayOn("2026-03-10"));
  EXPECT_EQ(FactIn(this_month, "since"), FactValue(IntInterval{0, 9}));
}

TEST(FactsOfTest, AFieldThatTheCategoryDoesNotDeclareIsNotRead) {
  Record record = Incident({{"betrokkenheid", std::string("verdachte")}});
  record.category = "namenlijst";
  EXPECT_TRUE(FactsOf(ExampleCovenant(), "namenlijst", record, nullptr, kToday).empty());
}

TEST(FactsOfTest, AnIntIsDecimalDigits) {
  covenant::Document covenant = ExampleCovenant();
  covenant::FactDeclaration count;
  count.type = covenant::FactType::kInt;
  count.from_record = "wpg_artikel";
  covenant.facts.emplace("count", count);
  const auto read = [&covenant](const char* text) {
    return FactIn(
        FactsOf(
            covenant, "incident", Incident({{"wpg_artikel", std::string(text)}}), nullptr, kToday),
        "count");
  };
  EXPECT_EQ(read("12"), FactValue(IntInterval{12, 12}));
  EXPECT_EQ(read("999999999"), FactValue(IntInterval{999999999, 999999999}));
  for (const char* text : {"", "-1", "1.5", " 1", "1000000000", "een"}) {
    EXPECT_EQ(read(text), std::nullopt) << text;
  }
}

TEST(PersonFactsTest, ReadAttributesThatAreGivenDirectly) {
  const Fields attributes = {{"geboortedatum", *ParseIsoDate("2009-06-14")},
                             {"verstrekkingsbeperking", true},
                             {"afgeschermd", Empty{}}};
  const auto facts = PersonFacts(ExampleCovenant(), attributes, kToday);
  EXPECT_EQ(FactIn(facts, "age"), FactValue(IntInterval{16, 16}));
  EXPECT_EQ(FactIn(facts, "brp_stop"), FactValue(true));
  EXPECT_EQ(FactIn(facts, "sealed"), std::nullopt);
}

TEST(PresentFieldsTest, EmptyFieldsAreNotPresent) {
  Record record;
  record.fields = {{"datum", IncompleteDate{}}, {"soort", std::string("x")}, {"plaats", Empty{}}};
  EXPECT_EQ(PresentFields(record), std::set<std::string>{"soort"});
}

}  // namespace
}  // namespace schakel::record
