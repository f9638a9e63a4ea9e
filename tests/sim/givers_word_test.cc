// Listed persons of whom the gemeente has no record of its own: whether they are named to a partner
// stands on the decision by which the police named them (exchange.md 6, "Own attributes").
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "tests/sim/forge.h"
#include "tests/sim/views.h"

namespace schakel::sim {
namespace {

class GiversWordTest : public testing::Test {
 protected:
  GiversWordTest() : world_(94) {
    world_.SignAndActivate();
    world_.ImportAll();
    world_.OpenGroup();
    world_.Decide("2B");
    PutRecords(world_,
               "politie",
               {Listed("Aad", {2008, 4, 7}, true),
                Listed("Bea", {1999, 3, 7}, true),
                Listed("Dik", {1999, 0, 0}, true),
                Listed("Ed", {2000, 0, 0}, true),
                Listed("Fay", {2008, 4, 7}, false)});
    world_.AskForList();
    world_.Establish();
    world_.Decide("3");
    scan_.emplace(AskScan(world_));
  }
  // The police name the person; with the birth date, or knowing it and keeping it back.
  static record::NewRecord Listed(const std::string& name, IncompleteDate birth, bool tell_birth) {
    const record::Person person = Invented(name, birth);
    record::NewRecord row = Incident(person, name);
    row.category = "namenlijst";
    row.source = "namenlijst-de-hoek";
    row.fields = {{"naam", person.naam}, {"reden", std::string("Gezien in de groep")}};
    if (tell_birth) row.fields["geboortedatum"] = birth;
    row.meta = {{"wpg_artikel", std::string("8")}};
    return row;
  }
  RecordLine DecidedOn(const std::string& name, std::string_view party) {
    const PersonLine line =
        NamingLine(world_, *scan_, party, scan_->Person(name + " van Testenstein"));
    EXPECT_EQ(line.match, "GIVER") << name << " " << party;
    EXPECT_EQ(line.records.size(), 1U) << name << " " << party;
    return line.records.empty() ? RecordLine() : line.records[0];
  }

  World world_;
  std::optional<ScanView> scan_;
};

TEST_F(GiversWordTest, WhoFitsEveryBoundIsNamedWithoutWhatNobodyVouchesFor) {
  for (const char* party : {"politie", "om", "jongerenwerk"}) {
    for (const char* name : {"Aad", "Ed"}) {
      const RecordLine decided = DecidedOn(name, party);
      EXPECT_EQ(decided.outcome, "RELEASED") << name << " " << party << " " << decided.code;
      // The police passed the deny on shielded persons.
      EXPECT_EQ(decided.rules.at("D03").whole, "FALSE") << name << " " << party;
      EXPECT_FALSE(decided.fields.contains("adres")) << name << " " << party;
    }
  }
}

// What the birth date tells is told exactly: a year of 26 and 27 is not known to be within 26.
TEST_F(GiversWordTest, ABoundOutsideOrAcrossTheBirthDateIsNotMet) {
  EXPECT_EQ(DecidedOn("Bea", "politie").outcome, "RELEASED");
  EXPECT_EQ(DecidedOn("Dik", "politie").outcome, "RELEASED");
  EXPECT_EQ(DecidedOn("Bea", "jongerenwerk").code, "CONDITION_FALSE");
  EXPECT_EQ(DecidedOn("Dik", "jongerenwerk").code, "FACT_UNKNOWN");
}

// Without a birth date the police's own condition stands: twelve or older, and nothing above it.
TEST_F(GiversWordTest, TheGiversBoundIsKnownBelowAndOpenAbove) {
  const RecordLine police = DecidedOn("Fay", "politie");
  EXPECT_EQ(police.code, "INCOMPLETE");  // the rule applies, and asks for a birth date
  EXPECT_EQ(police.rules.at("P01").facts.at("age"), "TRUE");
  EXPECT_EQ(police.rules.at("D01").whole, "FALSE");  // under twelve
  const RecordLine youth = DecidedOn("Fay", "jongerenwerk");
  EXPECT_EQ(youth.code, "FACT_UNKNOWN");
  EXPECT_EQ(youth.rules.at("P03").facts.at("age"), "UNKNOWN");
}

}  // namespace
}  // namespace schakel::sim
