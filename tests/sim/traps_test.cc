// Every trap of the demo's data end to end: what the requester sees, what it received, and what the
// contributor sealed. deploy/demo-data/README.md says who carries which.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"
#include "node/exchange/lines.h"
#include "node/exchange/rows.h"
#include "node/statement/decision_line.h"
#include "tests/sim/views.h"

namespace schakel::sim {
namespace {

using report::Stand;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// One scan for all tests of the suite that only look at it.
class Traps : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World(11);
    world_->RunToList();
    for (const char* party : {"politie", "om", "jongerenwerk", "gemeente"}) {
      subjects_[party] = *(*world_)[party].engine->records().CountSubjects();
    }
    scan_ = new ScanView(AskScan(*world_));
  }
  static void TearDownTestSuite() {
    delete scan_;
    delete world_;
    scan_ = nullptr;
    world_ = nullptr;
  }

  static World& world() { return *world_; }
  static const ScanView& scan() { return *scan_; }
  // The exchange of round 1, in which the police gave the namenlijst.
  static Uuid ListExchange() {
    return exchange::OutByRef(*world()["gemeente"].data, "VLD-2026-001/1@politie")->at(0).exchange;
  }
  static PersonLine Line(std::string_view party, const report::Person& person) {
    return LineAbout(world(), scan(), party, person);
  }
  // In no rendering of the scan, in nothing received, and in no body that was sent.
  static void ExpectNowhere(const std::string& text) {
    for (const auto& [name, rendering] : Renderings(scan().report)) {
      EXPECT_THAT(rendering, Not(HasSubstr(text))) << name;
    }
    EXPECT_THAT(ReceivedBytes(world(), "gemeente"), Not(HasSubstr(text)));
    for (const char* party : {"politie", "om", "jongerenwerk"}) {
      EXPECT_THAT(BodyTo(world(), scan(), party), Not(HasSubstr(text))) << party;
    }
  }

  static World* world_;
  static ScanView* scan_;
  static std::map<std::string, uint64_t> subjects_;
};
World* Traps::world_ = nullptr;
ScanView* Traps::scan_ = nullptr;
std::map<std::string, uint64_t> Traps::subjects_;

// The lines of round 1 in which rule `rule` is `whole` for the namenlijst.
int ListLines(World& world, const Uuid& exchange, std::string_view rule, std::string_view whole) {
  int count = 0;
  for (const PersonLine& line : LinesAt(world, "politie", "gemeente", exchange)) {
    count += line.Count("namenlijst", rule, whole);
  }
  return count;
}

TEST_F(Traps, SiblingUnderTwelveOnThePolicesNamenlijst) {
  EXPECT_EQ(scan().Gap("politie", "namenlijst").stand, Stand::kDelivered);
  EXPECT_EQ(scan().report.persons.size(), 7U);
  ExpectNowhere("Noor");
  ExpectNowhere("999906215");
  // D01 is TRUE for her alone; her line is one of the ten considered.
  const Uuid exchange = ListExchange();
  EXPECT_EQ(LinesAt(world(), "politie", "gemeente", exchange).size(), 10U);
  EXPECT_EQ(ListLines(world(), exchange, "D01", "TRUE"), 1);
}

TEST_F(Traps, ChildWhoTurnsTwelveThisQuarterLooksTheSame) {
  ExpectNowhere("Finn");
  ExpectNowhere("999907013");
  const Uuid exchange = ListExchange();
  EXPECT_EQ(ListLines(world(), exchange, "D01", "UNKNOWN"), 1);
  EXPECT_EQ(ListLines(world(), exchange, "D01", "FALSE"), 8);
}

TEST_F(Traps, IncidentFirstProcessedOverFiveYearsAgo) {
  // Others remain: fact six years old, processed four years ago, related; and a fresh one.
  const report::Person& jose = scan().Person("José van der Meer");
  EXPECT_EQ(scan().Cell(jose, "politie", "incident"), Stand::kDelivered);
  EXPECT_THAT(Texts(jose, "incident", "datum"), ElementsAre("2020-05", "2026-05"));
  const PersonLine line = Line("politie", jose);
  EXPECT_EQ(line.Of("incident").size(), 3U);
  int too_old = 0;
  for (const RecordLine& record : line.Of("incident")) {
    if (record.outcome == "RELEASED") continue;
    ++too_old;
    EXPECT_EQ(record.rules.at("I01").facts.at("since"), "FALSE");
    EXPECT_EQ(record.rules.at("I02").facts.at("since"), "FALSE");
    EXPECT_EQ(record.rules.at("I02").facts.at("related"), "TRUE");
  }
  EXPECT_EQ(too_old, 1);
  EXPECT_EQ(line.Count("incident", "I02", "TRUE"), 1);
}

TEST_F(Traps, OnlyIncidentFirstProcessedOverFiveYearsAgoIsNoResult) {
  const report::Person& max = scan().Person(
      "Maximiliaan Alexander Ferdinand Christoffel van Zuidwijck tot Hogenoordermeer-Achterveld");
  EXPECT_EQ(scan().Cell(max, "politie", "incident"), Stand::kNoResult);
  const PersonLine line = Line("politie", max);
  ASSERT_EQ(line.Of("incident").size(), 1U);
  EXPECT_EQ(line.Of("incident")[0].code, "CONDITION_FALSE");
  EXPECT_EQ(line.Of("incident")[0].rules.at("I02").facts.at("since"), "FALSE");
}

TEST_F(Traps, PersonIsVictimOrWitness) {
  const report::Person& daniel = scan().Person("Daniël van den Heuvel");
  EXPECT_EQ(scan().Cell(daniel, "politie", "incident"), Stand::kNoResult);
  EXPECT_EQ(scan().Cell(daniel, "politie", "antecedent"), Stand::kNoResult);
  EXPECT_EQ(scan().Cell(daniel, "om", "strafzaak"), Stand::kNoResult);
  const PersonLine line = Line("politie", daniel);
  EXPECT_EQ(line.Of("incident").size(), 2U);
  EXPECT_EQ(line.Count("incident", "X3", "TRUE"), 2);
  EXPECT_EQ(line.Count("antecedent", "X3", "TRUE"), 1);
  EXPECT_EQ(Line("om", daniel).Count("strafzaak", "X3", "TRUE"), 1);
}

TEST_F(Traps, SuspectsCopyNeverNamesTheVictim) {
  const report::Person& younes = scan().Person("Younes el Amrani");
  EXPECT_THAT(Texts(younes, "incident", "datum"), Contains("2026-03"));
  EXPECT_THAT(ReceivedBytes(world(), "gemeente"), HasSubstr("Daniel"));  // round 1: he is listed
  for (const record::Release& release : ReceivedAbout(world(), scan(), "politie", younes)) {
    for (const auto& [field, value] : release.fields) {
      const auto* const text = std::get_if<std::string>(&value);
      if (text == nullptr) continue;
      EXPECT_THAT(*text, Not(HasSubstr("Heuvel"))) << field;
      EXPECT_THAT(*text, Not(HasSubstr("aangifte"))) << field;
    }
  }
  ExpectNowhere("Ilse");
  ExpectNowhere("aangifte");
}

TEST_F(Traps, RoleNotFilledInIsUnknown) {
  const report::Person& sem = scan().Person("Sem Veldkamp", 2010);
  EXPECT_THAT(Texts(sem, "incident", "datum"), ElementsAre("2026-02"));
  const PersonLine line = Line("politie", sem);
  EXPECT_EQ(line.Of("incident").size(), 2U);
  EXPECT_EQ(line.Count("incident", "X3", "UNKNOWN"), 1);
  for (const RecordLine& record : line.Of("incident")) {
    if (record.rules.at("X3").whole == "UNKNOWN") {
      EXPECT_EQ(record.code, "FACT_UNKNOWN");
      EXPECT_EQ(record.rules.at("X3").facts.at("role"), "UNKNOWN");
    }
  }
}

TEST_F(Traps, RecordUnderWpgArticle9) {
  const report::Person& younes = scan().Person("Younes el Amrani");
  EXPECT_EQ(scan().Cell(younes, "politie", "incident"), Stand::kDelivered);
  for (const std::string& kind : Texts(younes, "incident", "soort")) {
    EXPECT_THAT(kind, Not(HasSubstr("Drugshandel")));
  }
  EXPECT_EQ(Line("politie", younes).Count("incident", "X2", "TRUE"), 1);
  // All that there is: no result.
  const report::Person& max = scan().Person(
      "Maximiliaan Alexander Ferdinand Christoffel van Zuidwijck tot Hogenoordermeer-Achterveld");
  EXPECT_EQ(scan().Cell(max, "politie", "mutatie"), Stand::kNoResult);
  EXPECT_EQ(Line("politie", max).Count("mutatie", "X2", "TRUE"), 1);
  // On the list itself: the name does not come.
  ExpectNowhere("Ouali");
  EXPECT_EQ(ListLines(world(), ListExchange(), "X2", "TRUE"), 1);
}

TEST_F(Traps, WpgArticleNotFilledInIsUnknown) {
  const report::Person& sem = scan().Person("Sem Veldkamp", 2008);
  EXPECT_EQ(scan().Cell(sem, "politie", "incident"), Stand::kNoResult);
  const PersonLine line = Line("politie", sem);
  ASSERT_EQ(line.Of("incident").size(), 1U);
  EXPECT_EQ(line.Of("incident")[0].code, "FACT_UNKNOWN");
  EXPECT_EQ(line.Of("incident")[0].rules.at("X2").whole, "UNKNOWN");
  EXPECT_EQ(line.Of("incident")[0].rules.at("X2").facts.at("wpg"), "UNKNOWN");
}

TEST_F(Traps, AddressUnderVerstrekkingsbeperking) {
  const std::string to_politie = BodyTo(world(), scan(), "politie");
  EXPECT_THAT(to_politie, Not(HasSubstr("Lindenhofje")));
  EXPECT_THAT(to_politie, HasSubstr("Kanaalstraat 112"));  // the control person
  for (const char* party : {"om", "jongerenwerk"}) {
    const std::string body = BodyTo(world(), scan(), party);
    EXPECT_THAT(body, HasSubstr("Heuvel")) << party;
    EXPECT_THAT(body, Not(HasSubstr("Lindenhofje"))) << party;
    EXPECT_THAT(body, Not(HasSubstr("Kanaalstraat"))) << party;
  }
  EXPECT_EQ(scan().Person("Daniël van den Heuvel").address, report::Address::kShielded);
  EXPECT_EQ(scan().Person("Younes el Amrani").address, report::Address::kShown);
  const std::map<std::string, std::string> renderings = Renderings(scan().report);
  for (const auto& [name, text] : renderings) {
    EXPECT_THAT(text, Not(HasSubstr("Lindenhofje"))) << name;
    EXPECT_THAT(text, HasSubstr("Kanaalstraat 112")) << name;
  }
  EXPECT_THAT(renderings.at("text nl"), HasSubstr("Adres         adres afgeschermd"));
  EXPECT_THAT(renderings.at("html nl"), HasSubstr("adres afgeschermd"));
  EXPECT_THAT(renderings.at("text en"), HasSubstr("address shielded"));
  EXPECT_THAT(renderings.at("html en"), HasSubstr("address shielded"));
  EXPECT_THAT(renderings.at("json"), HasSubstr("\"address\": \"shielded\""));
}

// The same trap at the gemeente: its own decision, in its own sealed lines.
TEST_F(Traps, AddressUnderVerstrekkingsbeperkingIsTheGemeentesOwnDecision) {
  const report::Person& shielded = scan().Person("Daniël van den Heuvel");
  for (const char* party : {"politie", "om", "jongerenwerk"}) {
    const PersonLine line = NamingLine(world(), scan(), party, shielded);
    EXPECT_EQ(line.match, "OWN") << party;
    ASSERT_EQ(line.Of("persoon").size(), 1U) << party;
    const RecordLine persoon = line.Of("persoon")[0];
    EXPECT_EQ(persoon.outcome, "RELEASED") << party;
    EXPECT_EQ(persoon.rules.at("D05").whole, "TRUE") << party;
    EXPECT_EQ(persoon.rules.at("D05").facts.at("brp_stop"), "TRUE") << party;
    EXPECT_FALSE(persoon.fields.contains("adres")) << party;
    EXPECT_TRUE(persoon.fields.contains("naam")) << party;
    // Only the police would get an address at all.
    EXPECT_EQ(persoon.withheld.at("adres"), std::string(party) == "politie" ? "D05" : "no form");
  }
  const PersonLine control =
      NamingLine(world(), scan(), "politie", scan().Person("Younes el Amrani"));
  EXPECT_EQ(control.Count("persoon", "D05", "FALSE"), 1);
  ASSERT_EQ(control.Of("persoon").size(), 1U);
  EXPECT_EQ(control.Of("persoon")[0].fields.at("adres"), "plain");
}

// The entry of the Request names the lines at the gemeente only; a round that names nobody has
// none.
TEST_F(Traps, TheAskersOwnEntryHoldsTheRootOfItsNamingLines) {
  const auto request_entry = [&](const char* party, const Uuid& exchange) {
    const log::ExchangeLog& log = *world()[party].lineage().log;
    const auto found = log.FindExchange(exchange);
    for (const uint64_t index : *found) {
      statement::Entry entry = *log.Entry(index);
      if (entry.type == "request") return entry;
    }
    ADD_FAILURE() << "no Request at " << party;
    return statement::Entry();
  };
  for (const char* party : {"politie", "om", "jongerenwerk"}) {
    const Uuid exchange = scan().exchange(party).exchange;
    const statement::Entry own = request_entry("gemeente", exchange);
    const statement::Entry theirs = request_entry(party, exchange);
    ASSERT_TRUE(own.subject_root && own.sealed_digest) << party;
    EXPECT_FALSE(theirs.subject_root || theirs.sealed_digest) << party;
    EXPECT_EQ(own.statement->Digest(), theirs.statement->Digest()) << party;
    const auto commitments = world()["gemeente"].store().Get(
        store::Family::kMeta,
        store::KeyBuilder().Text("line-commitments").Text("gemeente").Raw(exchange.bytes).Build());
    ASSERT_TRUE(commitments.ok() && commitments->has_value()) << party;
    std::vector<Hash> leaves;
    crypto::Sha256Stream digest;
    std::set<size_t> sizes;
    ASSERT_TRUE(
        world()["gemeente"]
            .store()
            .Scan(store::Family::kLine,
                  exchange::LinePrefix("gemeente", exchange),
                  [&](ByteView, ByteView sealed) {
                    Hash commitment{};
                    std::copy_n(
                        (*commitments)->begin() + static_cast<std::ptrdiff_t>(leaves.size() * 32),
                        32,
                        commitment.begin());
                    leaves.push_back(statement::LineLeaf(commitment, crypto::Sha256(sealed)));
                    digest.Add(sealed);
                    sizes.insert(sealed.size());
                    return true;
                  })
            .ok());
    EXPECT_GE(leaves.size(), exchange::kMinLines) << party;
    EXPECT_EQ(leaves.size() & (leaves.size() - 1), 0U) << party;
    EXPECT_EQ(sizes.size(), 1U) << party;
    EXPECT_EQ(*own.subject_root, crypto::MerkleRoot(leaves)) << party;
    EXPECT_EQ(*own.sealed_digest, digest.Finish()) << party;
  }
  EXPECT_FALSE(request_entry("gemeente", ListExchange()).subject_root);
}

TEST_F(Traps, TwoNamesakesWithOtherBirthDates) {
  const report::Person& younger = scan().Person("Sem Veldkamp", 2010);
  const report::Person& older = scan().Person("Sem Veldkamp", 2008);
  EXPECT_NE(younger.row, older.row);
  // om knows the older only, jongerenwerk the younger only.
  EXPECT_EQ(scan().Cell(older, "om", "strafzaak"), Stand::kDelivered);
  EXPECT_EQ(scan().Cell(younger, "om", "strafzaak"), Stand::kNoResult);
  EXPECT_EQ(scan().Cell(older, "jongerenwerk", "contact"), Stand::kNoResult);
  EXPECT_EQ(scan().Cell(younger, "jongerenwerk", "contact"), Stand::kDelivered);
  EXPECT_THAT(Texts(older, "mutatie", "thema"), ElementsAre("drugs"));
  EXPECT_THAT(Texts(younger, "mutatie", "thema"), ElementsAre("thuis"));
  EXPECT_THAT(Texts(older, "overlastmelding", "soort"), ElementsAre("Zwerfafval"));
  EXPECT_THAT(Texts(younger, "overlastmelding", "soort"), ElementsAre("Vernieling"));
  EXPECT_EQ(Line("politie", older).match, "MATCHED");
  EXPECT_EQ(Line("politie", younger).match, "MATCHED");
  EXPECT_EQ(Line("om", older).match, "MATCHED");
  EXPECT_EQ(Line("om", younger).match, "NO_MATCH");
  EXPECT_EQ(Line("jongerenwerk", older).match, "NO_MATCH");
  EXPECT_EQ(Line("jongerenwerk", younger).match, "MATCHED");
  for (const char* party : {"politie", "om", "jongerenwerk"}) {
    const auto listed = world()[party].lineage().contributor.ListDoubtful();
    ASSERT_TRUE(listed.ok());
    for (const auto& doubtful : *listed) {
      EXPECT_NE(ToString(doubtful.row), older.row) << party;
      EXPECT_NE(ToString(doubtful.row), younger.row) << party;
    }
  }
}

TEST_F(Traps, BirthDateWithUnknownDay) {
  const report::Person& zoe = scan().Person("Zoë ten Broeke");
  EXPECT_EQ(ToIso(zoe.birth), "2009-02-00");
  // On BSN: delivered where the interval of ages clears the bound.
  EXPECT_EQ(scan().Cell(zoe, "politie", "incident"), Stand::kDelivered);
  EXPECT_EQ(scan().Cell(zoe, "om", "strafzaak"), Stand::kDelivered);
  EXPECT_EQ(Line("politie", zoe).match, "MATCHED");
  EXPECT_EQ(Line("om", zoe).match, "MATCHED");
  for (const auto& [name, text] : Renderings(scan().report)) {
    if (name == "json") continue;
    EXPECT_THAT(
        text,
        HasSubstr(name.ends_with("nl") ? "feb 2009 (dag onbekend)" : "Feb 2009 (day unknown)"))
        << name;
  }
  // Without BSN: doubtful, and in the contributor's own list.
  EXPECT_EQ(scan().Cell(zoe, "jongerenwerk", "contact"), Stand::kNoResult);
  const PersonLine line = Line("jongerenwerk", zoe);
  EXPECT_EQ(line.match, "DOUBTFUL");
  EXPECT_THAT(line.records, IsEmpty());
  const auto doubtful = *world()["jongerenwerk"].lineage().contributor.ListDoubtful();
  ASSERT_EQ(doubtful.size(), 1U);
  EXPECT_EQ(ToString(doubtful[0].row), zoe.row);
  EXPECT_EQ(doubtful[0].ref, "VLD-2026-001/2@jongerenwerk");
  ASSERT_EQ(doubtful[0].candidates.size(), 1U);
  const auto own = world()["jongerenwerk"].engine->records().LoadSubject(doubtful[0].candidates[0]);
  EXPECT_EQ(record::IdentityOf(*own).naam.geslachtsnaam, "Broeke");
}

TEST_F(Traps, DiacriticsAndTussenvoegsel) {
  // The police write "Meer, Jose van der", "Broeke, Zoe ten" and "Heuvel, Daniel van den".
  const std::string received = ReceivedBytes(world(), "gemeente");
  EXPECT_THAT(received, HasSubstr("Jose"));
  EXPECT_THAT(received, Not(HasSubstr("José")));
  for (const char* name : {"José van der Meer", "Zoë ten Broeke", "Daniël van den Heuvel"}) {
    const report::Person& person = scan().Person(name);
    const std::string spoken = person.name;
    EXPECT_EQ(std::count_if(scan().report.persons.begin(),
                            scan().report.persons.end(),
                            [&](const report::Person& other) { return other.name == spoken; }),
              1);
    EXPECT_EQ(Line("politie", person).match, "MATCHED") << name;
    EXPECT_EQ(Line("om", person).match, "MATCHED") << name;
  }
  EXPECT_EQ(Line("jongerenwerk", scan().Person("José van der Meer")).match, "MATCHED");
  for (const auto& [name, text] : Renderings(scan().report)) {
    EXPECT_THAT(text, Not(HasSubstr("Jose "))) << name;
  }
}

TEST_F(Traps, PersonUnknownToOnePartner) {
  const report::Person& max = scan().Person(
      "Maximiliaan Alexander Ferdinand Christoffel van Zuidwijck tot Hogenoordermeer-Achterveld");
  EXPECT_EQ(scan().Cell(max, "jongerenwerk", "contact"), Stand::kNoResult);
  const PersonLine line = Line("jongerenwerk", max);
  EXPECT_EQ(line.match, "NO_MATCH");
  EXPECT_THAT(line.records, IsEmpty());
  for (const auto& [party, count] : subjects_) {
    EXPECT_EQ(*world()[party].engine->records().CountSubjects(), count) << party;
  }
}

// The table of gaps shows the same word for all of them.
TEST_F(Traps, EveryNoResultReadsTheSame) {
  int cells = 0;
  for (const report::Person& person : scan().report.persons) {
    for (const auto& [cell, stand] : person.cells) {
      EXPECT_TRUE(stand == Stand::kDelivered || stand == Stand::kNoResult || stand == Stand::kOwn);
      cells += stand == Stand::kNoResult ? 1 : 0;
    }
  }
  EXPECT_EQ(cells, 14);
  for (const char* party : {"politie", "om", "jongerenwerk"}) {
    for (const auto& [category, cell] : scan().exchange(party).cells) {
      EXPECT_EQ(cell.state, statement::CellState::kReleased) << party << " " << category;
      EXPECT_EQ(cell.code, "OK") << party << " " << category;
    }
  }
}

}  // namespace
}  // namespace schakel::sim
