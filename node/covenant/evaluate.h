// Internal to `covenant`: three-valued conditions (covenant.md, "Meaning", step 1).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "node/covenant/decide.h"

namespace schakel::covenant {

// Kleene's AND.
Truth And(Truth a, Truth b);

// One test against what is known of its fact; null: nothing. A value of another type than the
// declared one, or outside the declared values, is no knowledge either.
Truth Evaluate(const FactDeclaration& fact, const Test& test, const FactValue* value);

// The same for the value of an enum that stands at `rank` among the declared ones.
Truth EvaluateRank(const FactDeclaration& fact, const Test& test, size_t rank);

// True when the fact can be this number: it has numbers, and all of the interval is in its range.
bool IsWithin(const FactDeclaration& fact, const IntInterval& value);

struct Evaluation {
  Truth whole = Truth::kTrue;
  std::map<std::string, Truth> conditions;
  // The facts that are FALSE or UNKNOWN, sorted.
  [[nodiscard]] std::vector<std::string> NotTrue() const;
};

// Every condition, none skipped. A fact that the document does not declare is UNKNOWN.
Evaluation Evaluate(const Document& document, const When& when, const Facts& facts);

// True when the deny reads stated facts about the group, or nothing: what both sides can evaluate.
bool ReadsGroupOnly(const Document& document, const Deny& deny);

// The stated facts of the permit, its basis's `needs` included, that are missing or fail. For one
// about a person only its presence counts: whether this person's row is proved is nobody's to
// learn.
std::set<std::string> FailedStated(const Document& document,
                                   const Permit& permit,
                                   const Facts& facts);

}  // namespace schakel::covenant
