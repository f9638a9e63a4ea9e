// What each side of a simulated scan sees: the requester's report and what it received, and the
// contributor's own sealed lines.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/record/release.h"
#include "node/report/model.h"
#include "tests/sim/world.h"

namespace schakel::sim {

// A rule in a sealed line: TRUE, FALSE or UNKNOWN, as a whole and per fact.
struct RuleLine {
  std::string whole;
  std::map<std::string, std::string> facts;
};

// What a sealed line says about one record.
struct RecordLine {
  std::string category;
  std::string outcome;  // RELEASED, WITHHELD
  std::string code;
  std::vector<std::string> by;
  std::map<std::string, std::string> fields;    // field -> form
  std::map<std::string, std::string> withheld;  // field -> why
  std::map<std::string, RuleLine> rules;
};

// One sealed line: one person considered, or a group's own records.
struct PersonLine {
  std::string match;
  std::vector<RecordLine> records;
  [[nodiscard]] std::vector<RecordLine> Of(std::string_view category) const;
  // How many records were decided so: an outcome, and a rule that is TRUE, FALSE or UNKNOWN.
  [[nodiscard]] int Count(std::string_view category,
                          std::string_view rule,
                          std::string_view whole) const;
};

// The lines that the party sealed about the exchange, in order, dummies left out. `from` is who
// asked.
std::vector<PersonLine> LinesAt(World& world,
                                std::string_view party,
                                std::string_view from,
                                const Uuid& exchange);

// A round with the scan that was assembled from it.
struct ScanView {
  scan::Round round;
  report::ScanReport report;

  // The partner's exchange; fails the test when there is none.
  [[nodiscard]] const exchange::OutRow& exchange(std::string_view party) const;
  // By spoken name, and by birth year where two share it.
  [[nodiscard]] const report::Person& Person(std::string_view name, int year = 0) const;
  [[nodiscard]] report::Stand Cell(const report::Person& person,
                                   std::string_view party,
                                   std::string_view category) const;
  // What the partner said about the whole category, from the table of gaps.
  [[nodiscard]] const report::Gap& Gap(std::string_view party, std::string_view category) const;
};
// Asks (or asks again), assembles at the gemeente, and keeps the version.
ScanView AskScan(World& world, std::optional<int> round = std::nullopt);
// The same without asking.
ScanView Assemble(World& world, const scan::Round& round);

// The line that the partner sealed about the person.
PersonLine LineAbout(World& world,
                     const ScanView& scan,
                     std::string_view party,
                     const report::Person& person);

// The line that the asker sealed about its own naming of the person to the partner. Those who were
// left out stand behind those who were named.
PersonLine NamingLine(World& world,
                      const ScanView& scan,
                      std::string_view party,
                      const report::Person& person);

// The values of a field in the person's facts of the category, sorted.
std::vector<std::string> Texts(const report::Person& person,
                               std::string_view category,
                               std::string_view field);

// What the gemeente received from the partner, about the person.
std::vector<record::Release> ReceivedAbout(World& world,
                                           const ScanView& scan,
                                           std::string_view party,
                                           const report::Person& person);

// Every received value in the party's store, opened: the bytes as they came.
std::string ReceivedBytes(World& world, std::string_view party);
// Every body that was sent to the party in round 2, as canonical JSON.
std::string BodyTo(World& world, const ScanView& scan, std::string_view party);

// Every rendering of the report: text and page in both languages, and JSON.
std::map<std::string, std::string> Renderings(const report::ScanReport& report);

}  // namespace schakel::sim
