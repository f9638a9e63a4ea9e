// What the tests of a covenant reach: which rules they make count, and which outcomes of each
// condition they see. A rule that no test reaches says something that nobody has checked.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "node/canon/value.h"
#include "node/covenant/decide.h"
#include "node/report/messages.h"
#include "node/report/table.h"

namespace schakel::policy {

struct RuleCoverage {
  struct Condition {
    std::string fact;
    // What it can be at all: TRUE and UNKNOWN, and FALSE unless every value of the fact meets it.
    std::set<covenant::Truth> can;
    std::set<covenant::Truth> seen;  // of those, in some test
  };
  std::string id;
  bool permit = true;
  // A permit: a test's permit or needs names it. A deny: it is TRUE in a test.
  bool reached = false;
  std::vector<Condition> conditions;  // by fact; of a permit the `needs` of its basis too
};

struct Coverage {
  struct Count {
    uint64_t seen = 0;
    uint64_t all = 0;
  };
  std::vector<RuleCoverage> rules;  // in the document's order

  [[nodiscard]] Count Rules() const;
  // Outcomes of conditions.
  [[nodiscard]] Count Outcomes() const;
  // Of rules and outcomes together, rounded down; 100 when there are none.
  [[nodiscard]] int Percent() const;
};
Coverage CoverageOf(const covenant::Covenant& covenant,
                    const std::vector<covenant::InDocumentTest>& tests);

std::string CoverageText(const Coverage& coverage,
                         report::Language language,
                         const report::Paper& paper);
// {percent, rules: {seen, all}, outcomes: {seen, all}, missing: [{rule, reached, conditions:
// {FACT: [true|false|unknown]}}]}: what no test reaches.
canon::Value CoverageJson(const Coverage& coverage);

}  // namespace schakel::policy
