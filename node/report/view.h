// What the text and the page both tell about a report: totals, and facts in words. Internal to the
// module.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/report/messages.h"
#include "node/report/model.h"

namespace schakel::report {

struct Totals {
  int cells = 0;
  int open = 0;
  int hard = 0;
  int soft = 0;
  int shielded = 0;
  // The police delivered more than the list of names, so there is a groepsscan in it. The whole is
  // never called one (domain.md 9, trap 1).
  bool police = false;
};
Totals TotalsOf(const ScanReport& report);

struct FactView {
  std::string date;
  std::string what;     // one of its category
  std::string details;  // all other fields, the kind or theme first
  std::string expires;  // its month; empty when nothing makes it expire
  bool own = false;     // the municipality's own data
};
FactView ViewOf(Language language, const ScanReport& report, const Fact& fact);

// Null when the report has no such source.
const Source* FindSource(const ScanReport& report, int number);

struct EmptyCell {
  std::string party;
  std::string category;
  Stand stand = Stand::kNoResult;
  std::string code;  // kRefused: that of the cell in the table of gaps
};
// The person's cells from which no fact came, by party and category.
std::vector<EmptyCell> EmptyCells(const ScanReport& report, const Person& person);

}  // namespace schakel::report
