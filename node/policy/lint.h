// What stands in a covenant without being wrong, and yet is hardly meant: a rule that does nothing,
// a person who is not on the list, a party that unlocks its own permit. README.md has the ids.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "node/covenant/author.h"
#include "node/covenant/decide.h"

namespace schakel::policy {

struct LintReport {
  // By kind of finding; covenant::PlaceRemarks puts them in the order of a file. E201 is an
  // error, and so is E107: what no node of this build does.
  std::vector<covenant::Remark> remarks;
  // No finding, but to be known: for each deny about any category the categories with a permit that
  // it does not reach, because they declare no source for a fact that it reads.
  std::map<std::string, std::set<std::string>> unreached;
};

// Pure. What is said about rules is exact: it comes from asking every question (space.h). A rule
// that other rules make needless only together is passed over when its cell has more partly known
// questions than kMostPartQuestions.
LintReport Lint(const covenant::Covenant& covenant);
inline constexpr uint64_t kMostPartQuestions = 4'000'000;

// Internal to Lint: what its two halves find.
void LintDocument(const covenant::Document& document, std::vector<covenant::Remark>& remarks);
void LintRules(const covenant::Covenant& covenant, std::vector<covenant::Remark>& remarks);
// Also its own: a warning, and the place of a rule.
covenant::Remark Warning(std::string id, std::string path, std::string message, std::string fix);
std::string RulePath(size_t index);

}  // namespace schakel::policy
