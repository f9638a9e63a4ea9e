// Internal to `covenant`, but for CheckSupport, which the annex says in Dutch: the checks of rules
// against the rest of the document and against each other, shared by Compile and by the author's
// lint.
#pragma once

#include <string_view>

#include "node/covenant/document.h"
#include "node/covenant/reading.h"

namespace schakel::covenant {

// Adds an issue for every rule that cannot stand: a name that is not declared, from == to, a basis
// that is not for this giver or purpose, a form that the type refuses, `match` without a BSN basis,
// a fact whose source the category lacks, retention looser than the default, and permits that can
// be TRUE together but differ in a form or an obligation.
void CheckRules(const Document& document, Issues& issues);

// Adds an issue for everything that CheckSupported refuses.
void CheckSupport(const Document& document, Issues& issues);

// True when a rule about this category can read the fact. Unknown names give false.
bool Reaches(const Document& document, std::string_view fact, std::string_view category);
bool Reaches(const FactDeclaration& fact, const Category& category);

// The permit's own conditions and its basis's `needs`.
When ConditionsOf(const Document& document, const Permit& permit);

// True when some values of the facts make both TRUE. Facts are taken as independent.
bool JointlySatisfiable(const Document& document, const When& a, const When& b);

// The obligations of a permit over the document's defaults.
struct Obligations {
  Period retain;
  std::set<std::string> onward;
  std::string journal;
  std::optional<Approval> approval;
  friend bool operator==(const Obligations&, const Obligations&) = default;
};
Obligations ObligationsOf(const Document& document, const Permit& permit);

}  // namespace schakel::covenant
