// Who may get what, why, and in which form: one row per cell that a permit names, by asking every
// question of the cell (space.h). The annex that partners put their name under is made of this.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "node/base/seams.h"
#include "node/covenant/decide.h"
#include "node/policy/space.h"

namespace schakel::policy {

struct MatrixOptions {
  covenant::Facts subject{};           // what is known: {"age": 11}
  std::optional<std::string> party{};  // gives or gets
  std::optional<std::string> field{};  // categories that have it; only this field
  std::optional<Instant> now{};        // default: the first instant of the covenant's term
};

struct MatrixRow {
  enum class Access {
    kNever,     // nothing goes, whatever else is true
    kApproval,  // only after an approval
    kPermit,    // under conditions
  };
  Cell cell;
  std::optional<covenant::Aggregate> counts;  // the category is one of counts
  Access access = Access::kNever;
  // The permits that let something through; on kNever those of the cell.
  std::set<std::string> rules;
  // What can go, and in which forms; a field that never goes is not here.
  std::map<std::string, std::set<covenant::Form>> fields;
  std::set<std::string> retain;  // as ISO 8601 periods
  std::set<std::string> onward;
  std::set<std::string> approvals;  // "om/approver"
  // The denies that stop at least one record which a permit would let through, whole or a field; on
  // kNever also those that stop every record of the cell, so that none of them goes unnamed.
  std::set<std::string> denies;
  // On kNever: what no record of the cell meets of a permit's own conditions, by rule: the facts.
  std::map<std::string, std::set<std::string>> unmet;
  // On kNever: a permit fails on its basis alone, which has ended.
  bool basis_ended = false;
  // Of counts of the giver's records: the denies that keep a record out of the count.
  std::set<std::string> uncounted;
  // A record that goes, with the fewest facts needed: "age=12.. listed=true"; empty on kNever.
  std::string example;
};

// By giver, recipient, purpose and category. Pure. A row is kNever exactly when no facts make
// Decide permit or wait for an approval (property (f) of covenant.md).
std::vector<MatrixRow> MatrixOf(const covenant::Covenant& covenant, const MatrixOptions& options);

}  // namespace schakel::policy
