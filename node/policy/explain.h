// One cell, or one question about it, explained to whoever has to defend it: the outcome, the rules
// and legal bases behind it, what has to be true, what stops it, and on a refusal which rule came
// nearest and what would unlock it. The internal tier of covenant.md: never for the party that
// asks.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/seams.h"
#include "node/canon/value.h"
#include "node/covenant/decide.h"
#include "node/policy/matrix.h"
#include "node/policy/space.h"
#include "node/report/messages.h"
#include "node/report/table.h"

namespace schakel::policy {

struct Explanation {
  Cell cell;
  Instant now;
  // What may go at all, by asking every question of the cell with the given facts held still.
  MatrixRow row;
  // Rules of the cell, by id; they live as long as the covenant.
  std::vector<const covenant::Permit*> permits;
  std::vector<const covenant::Deny*> denies;
  // The decision about the question, when facts were given, no permit is there, or `now` is outside
  // the covenant's term.
  covenant::Facts facts;
  std::optional<covenant::Decision> decision;
  // Of a cell without a permit: the one that differs in the fewest of giver, recipient, purpose and
  // category, then by id; what NO_RULE calls nearest. None when the covenant has no permit.
  const covenant::Permit* nearest = nullptr;
  // The covenant is a draft (render.h, Origin); for whoever loads it to say.
  bool draft = false;
  // The covenant's own tests about this cell, and how many of them fail.
  size_t tests = 0;
  size_t failed_tests = 0;
};

// `facts` empty: the cell as a whole. Pure. A cell with a name that the covenant does not have is
// explained by its decision's code.
Explanation Explain(const covenant::Covenant& covenant,
                    const Cell& cell,
                    const covenant::Facts& facts,
                    Instant now);

std::string ExplanationText(const covenant::Covenant& covenant,
                            const Explanation& explanation,
                            report::Language language,
                            const report::Paper& paper);
canon::Value ExplanationJson(const Explanation& explanation);

// The code of a decision in words, those too that no partner is ever told.
std::string DecisionCodeText(report::Language language, std::string_view code);

// "12 jaar of ouder", "stap 2B of later", "rol: verdachte of veroordeelde".
std::string ConditionText(report::Language language,
                          const covenant::Document& document,
                          const std::string& fact,
                          const covenant::Test& test);

// All that has to be true for the permit, what its basis needs included; "altijd" for nothing.
std::string ConditionsText(report::Language language,
                           const covenant::Document& document,
                           const covenant::Permit& permit);
std::string ConditionsText(report::Language language,
                           const covenant::Document& document,
                           const covenant::When& when);
// The law of the permit's basis, its instrument and its last day.
std::string BasisText(report::Language language,
                      const covenant::Document& document,
                      const covenant::Permit& permit);
// The fields without which nothing goes; empty for none.
std::string RequiredText(report::Language language, const covenant::Permit& permit);

}  // namespace schakel::policy
