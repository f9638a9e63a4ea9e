// A category of counts between two nodes: what goes, that it stays as it was told, and that the
// recipient refuses what is no count.
#include <algorithm>

#include <gtest/gtest.h>

#include "node/record/aggregate.h"
#include "node/record/import.h"
#include "node/record/mapping.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

constexpr const char* kCategory = R"(
  incident_telling: {about: group, aggregate: {of: incident, date: datum, by: {hoofdgroep: {field: soort, form: coarse(hoofdgroep)}}, period: quarter}, fields: {periode: code, hoofdgroep: code, aantal: code}}
  signaal:)";
constexpr const char* kRule = R"(
rules:
  - id: T01
    permit: {from: politie, to: gemeente, purpose: groepsscan, basis: wpg-16, category: incident_telling}
    when: {step: {min: "2B"}}
    fields: {periode: plain, hoofdgroep: plain, aantal: plain}
)";

std::string WithCounts(std::string text) {
  const auto replace = [&text](const std::string& from, const std::string& to) {
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  };
  replace("\n  signaal:", kCategory);
  replace("\nrules:\n", kRule);
  return text;
}

// The mapping of the police's incidents in a file of its own.
void ImportIncidents(World& world, const std::vector<std::string>& rows, const char* source) {
  engine::Engine& politie = *world["politie"].engine;
  const covenant::Document& document = politie.covenants().view()->document();
  const std::string path = std::string(SCHAKEL_DEMO_DATA) + "/politie/mapping/incidenten.yaml";
  std::string text = ReadFile(path);
  text.replace(text.find("bvh-incidenten"), std::string("bvh-incidenten").size(), source);
  auto mapping = record::ParseMapping(text, path, document);
  ASSERT_TRUE(mapping.mapping.has_value());
  auto importer =
      record::Importer::Start(politie.records(), document, *mapping.mapping, "incidenten.csv", {});
  ASSERT_TRUE(importer.ok()) << importer.error().detail;
  std::string csv =
      "bvhnr;volgnr;betrokkene;geboren;bsn;pleegdatum;klasse;buurtcode;locatie;rol;art;verwerkt;"
      "gerel;toelichting\n";
  for (const std::string& row : rows)
    csv += row + "\n";
  ASSERT_TRUE((*importer)->Push(AsBytes(csv)).ok());
  const auto report = (*importer)->Finish();
  ASSERT_TRUE(report.ok()) << report.error().detail;
  ASSERT_EQ(report->skipped, 0);
}

// `count` incidents, each of another suspect of 17 or so.
std::vector<std::string> Incidents(int first,
                                   int count,
                                   const std::string& date,
                                   const std::string& sort,
                                   const std::string& born = "01-02-2008",
                                   const std::string& role = "VD",
                                   const std::string& article = "8") {
  std::vector<std::string> rows;
  for (int i = first; i < first + count; ++i) {
    const std::string letters{static_cast<char>('A' + i / 26), static_cast<char>('a' + i % 26)};
    rows.push_back("T" + std::to_string(i) + ";1;Voornaam" + letters + " Verzonnen" + letters +
                   ";" + born + ";;" + date + ";" + sort + ";BU99990102;Stationsplein 4;" + role +
                   ";" + article + ";" + date + ";N;Tekst");
  }
  return rows;
}

void Append(std::vector<std::string>& rows, const std::vector<std::string>& more) {
  rows.insert(rows.end(), more.begin(), more.end());
}

// What the gemeente received of the counts in this round.
std::vector<std::string> Counts(const scan::Round& round) {
  std::vector<std::string> told;
  for (const scan::PartnerPlan& partner : round.partners) {
    if (!partner.received) continue;
    for (const record::Release& release : *partner.received) {
      if (release.category != "incident_telling") continue;
      std::string text;
      for (const auto& [field, value] : release.fields)
        text += (text.empty() ? "" : " ") + field + "=" + std::get<std::string>(value);
      told.push_back(text);
    }
  }
  std::sort(told.begin(), told.end());
  return told;
}

class CountsTest : public ::testing::Test {
 protected:
  void Start(std::function<std::string(std::string)> edit = WithCounts) {
    world_.edit_covenant = std::move(edit);
    world_.RunToList();
  }
  World world_{20261201};
};

TEST_F(CountsTest, GivesCellsThatAreLargeEnoughAndKeepsWhatADenyKeeps) {
  Start();
  std::vector<std::string> rows = Incidents(0, 12, "03-11-2025", "F12");
  Append(rows, Incidents(20, 6, "04-11-2025", "C40"));
  Append(rows, Incidents(40, 5, "04-11-2025", "F47"));
  Append(rows, Incidents(60, 2, "04-11-2025", "A50"));
  // Not counted: too young, a victim, another article of the Wpg.
  Append(rows, Incidents(100, 30, "05-11-2025", "F12", "01-02-2018"));
  Append(rows, Incidents(140, 30, "05-11-2025", "F12", "01-02-2008", "SO"));
  Append(rows, Incidents(180, 30, "05-11-2025", "F12", "01-02-2008", "VD", "9"));
  ImportIncidents(world_, rows, "telling");
  const std::vector<std::string> told = Counts(world_.AskAboutPersons());
  const auto of_quarter = [&](const std::string& text) {
    return std::find(told.begin(), told.end(), text) != told.end();
  };
  EXPECT_TRUE(of_quarter("aantal=25 periode=2025-Q4"));
  EXPECT_TRUE(of_quarter("aantal=10 hoofdgroep=1.4 periode=2025-Q4"));
  EXPECT_TRUE(of_quarter("aantal=5 hoofdgroep=2.2 periode=2025-Q4"));
  // Two shoplifters stay out, and the smallest other cell with them.
  for (const std::string& text : told) {
    EXPECT_EQ(text.find("hoofdgroep=2.5"), std::string::npos) << text;
    EXPECT_EQ(text.find("hoofdgroep=2.1 periode=2025-Q4"), std::string::npos) << text;
  }
}

// As between politie and jongerenwerk: never an incident, only how many (row C05j of the matrix).
TEST_F(CountsTest, ADenyOfRecordsAsRecordsLetsTheirCountGo) {
  Start([](std::string text) {
    text = WithCounts(std::move(text));
    text.insert(text.find("\n  - id: T01"),
                "\n  - id: T02\n    deny: {from: politie, to: any, purpose: any, category: "
                "[incident]}\n    text: \"Alleen als telling\"");
    // Its own tests say that incidents go.
    return text.substr(0, text.find("\ntests:")) + "\ntests: []\n";
  });
  ImportIncidents(world_, Incidents(0, 12, "03-11-2025", "F12"), "telling");
  const scan::Round round = world_.AskAboutPersons();
  for (const scan::PartnerPlan& partner : round.partners) {
    if (!partner.received) continue;
    for (const record::Release& release : *partner.received)
      EXPECT_NE(release.category, "incident");
  }
  // Twelve and three of the data; the three take the twelve along, the total does not.
  EXPECT_EQ(Counts(round), std::vector<std::string>{"aantal=15 periode=2025-Q4"});
}

TEST_F(CountsTest, APeriodIsToldTheSameWayEverAfter) {
  Start();
  ImportIncidents(world_, Incidents(0, 12, "03-11-2025", "F12"), "telling");
  const std::vector<std::string> first = Counts(world_.AskAboutPersons());
  ASSERT_FALSE(first.empty());
  ImportIncidents(world_, Incidents(20, 9, "04-11-2025", "F12"), "later");
  ImportIncidents(world_, Incidents(40, 9, "04-08-2025", "F12"), "older");
  ASSERT_TRUE(world_.Restart("politie").ok());
  const std::vector<std::string> second = Counts(world_.AskAboutPersons());
  for (const std::string& text : first)
    EXPECT_NE(std::find(second.begin(), second.end(), text), second.end()) << text;
  for (const std::string& text : second) {
    if (text.find("2025-Q4") == std::string::npos) continue;
    EXPECT_NE(std::find(first.begin(), first.end(), text), first.end()) << text;
  }
  // A quarter of which nothing was known then is told now.
  EXPECT_NE(std::find(second.begin(), second.end(), "aantal=10 periode=2025-Q3"), second.end());
}

TEST_F(CountsTest, AQuarterThatGoesOnIsNotCounted) {
  Start();
  ImportIncidents(
      world_,
      Incidents(0,
                12,
                ToIso(DayOf(world_.clock.Now(), Zone::kAmsterdam)).substr(8) + "-" +
                    ToIso(DayOf(world_.clock.Now(), Zone::kAmsterdam)).substr(5, 2) + "-" +
                    ToIso(DayOf(world_.clock.Now(), Zone::kAmsterdam)).substr(0, 4),
                "F12"),
      "telling");
  const std::string now = record::PeriodName(covenant::Aggregate::Span::kQuarter,
                                             DayOf(world_.clock.Now(), Zone::kAmsterdam));
  for (const std::string& text : Counts(world_.AskAboutPersons()))
    EXPECT_EQ(text.find(now), std::string::npos) << text;
}

}  // namespace
}  // namespace schakel::sim
