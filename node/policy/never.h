// Named invariants: what no question may ever get, proved by asking all of them or refuted by one
// (covenant.md, "Tools").
//
//   never jongerenwerk gets incident
//   never jongerenwerk gets persoon.bsn
//   never gemeente gets incident.datum as plain from politie for groepsscan
//   never any gets any when age=0..11
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/covenant/decide.h"
#include "node/policy/space.h"

namespace schakel::policy {

struct Never {
  std::string text;                                               // as it was written
  std::optional<std::string> to, category, field, from, purpose;  // none: any
  std::optional<covenant::Form> form;                             // none: any; needs a field
  covenant::Facts when;
};

// kMalformed with what is wrong: a word out of place, a name that the covenant does not have, a
// value that the fact cannot have.
Result<Never> ParseNever(std::string_view text, const covenant::Document& document);

// One fact as people write it: `age=11`, `age=0..11`, `listed=true`, `role=verdachte`,
// `wpg=unknown`. The value is none for unknown. kMalformed otherwise.
struct GivenFact {
  std::string fact;
  std::optional<covenant::FactValue> value;
};
Result<GivenFact> ParseGivenFact(std::string_view text, const covenant::Document& document);

struct Refutation {
  Cell cell;
  covenant::Facts facts;
  std::string example;  // "age=12.. listed=true"
  std::vector<std::string> by;
  Instant at;
};
struct Proof {
  uint64_t questions = 0;  // that were asked; 0: no rule gives anything of the kind
  std::optional<Refutation> refuted;
  // Categories about persons that a rule gives and that do not carry a fact of the condition, by
  // that fact: whether a record of theirs is of that kind, no rule can tell, so nothing is proved
  // of them.
  std::map<std::string, std::set<std::string>> untold;
  [[nodiscard]] bool Proved() const { return !refuted && untold.empty(); }
};
// An approval does not make it less: what may go after one refutes it too. A condition on a person
// or a record says nothing of what is about a group: `when age=11`. Pure.
Proof Prove(const covenant::Covenant& covenant, const Never& never);

}  // namespace schakel::policy
