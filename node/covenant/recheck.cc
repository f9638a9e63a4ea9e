#include "node/covenant/recheck.h"

#include <algorithm>

#include "node/covenant/check.h"
#include "node/covenant/evaluate.h"

namespace schakel::covenant {
namespace {

// The permits that the giver names, each of which could have applied.
Result<std::vector<const Permit*>> NamedPermits(const Covenant& covenant,
                                                const Question& cell,
                                                const std::vector<std::string>& by) {
  const Document& document = covenant.document();
  if (by.empty()) return Denied("no rule is named");
  // One spelling: sorted, no doubles.
  if (std::adjacent_find(by.begin(), by.end(), std::greater_equal<>()) != by.end()) {
    return Denied("the rules are not sorted, or one is named twice");
  }
  std::vector<const Permit*> permits;
  for (const std::string& id : by) {
    const auto& candidates = covenant.PermitsFor(cell);
    const auto found = std::find_if(
        candidates.begin(), candidates.end(), [&](const auto* permit) { return permit->id == id; });
    if (found == candidates.end()) return Denied("a rule is named that is no permit of the cell");
    const Permit& permit = **found;
    const Basis& basis = document.bases.at(permit.basis);
    if (basis.until && cell.now >= *basis.until) return Denied(id + ": its basis has ended");
    if (!FailedStated(document, permit, cell.facts).empty()) {
      return Denied(id + ": a stated fact that it needs does not hold");
    }
    for (const Permit* other : permits) {
      if (JointlySatisfiable(
              document, ConditionsOf(document, *other), ConditionsOf(document, permit))) {
        continue;
      }
      return Denied(id + ": cannot apply together with " + other->id);
    }
    permits.push_back(&permit);
  }
  return permits;
}

// The form in which the named permits give the field; withheld when none does.
Form GivenForm(const std::vector<const Permit*>& permits, const std::string& field) {
  for (const Permit* permit : permits) {
    const auto given = permit->fields.find(field);
    if (given != permit->fields.end()) return given->second;
  }
  return {};
}

Result<void> CheckField(const Category& category,
                        const std::vector<const Permit*>& permits,
                        const std::vector<const Deny*>& biting,
                        const std::string& field,
                        const Form& form) {
  const auto declared = category.fields.find(field);
  if (declared == category.fields.end()) return Denied("a field that the category does not have");
  const Form given = GivenForm(permits, field);
  if (given.kind == FormKind::kWithheld || form.kind == FormKind::kWithheld) {
    return Denied(field + ": the rules do not give it");
  }
  if (Coarser(declared->second, given, form) != form) {
    return Denied(field + ": finer than " + ToString(given));
  }
  for (const Deny* deny : biting) {
    if (!deny->fields.contains(field)) continue;
    if (std::find(deny->unless_form.begin(), deny->unless_form.end(), given) !=
        deny->unless_form.end()) {
      continue;
    }
    return Denied(field + ": refused by " + deny->id);
  }
  return {};
}

}  // namespace

Result<void> CheckDelivered(const Covenant& covenant, const Delivered& delivered) {
  Question cell;
  cell.from = delivered.from;
  cell.to = delivered.to;
  cell.purpose = delivered.purpose;
  cell.category = delivered.category;
  cell.facts = delivered.facts;
  cell.now = delivered.now;
  if (const CellDecision decision = covenant.DecideCell(cell); !decision.open) {
    return Denied("the cell gives nothing: " + decision.code);
  }
  const Document& document = covenant.document();
  const std::vector<const Permit*> permits = TRY(NamedPermits(covenant, cell, delivered.by));
  std::vector<const Deny*> biting;  // those for the whole record closed the cell already
  for (const Deny* deny : covenant.DeniesFor(cell)) {
    if (deny->fields.empty() || !ReadsGroupOnly(document, *deny)) continue;
    if (Evaluate(document, deny->when, cell.facts).whole != Truth::kFalse) biting.push_back(deny);
  }
  if (delivered.fields.empty()) return Denied("nothing is delivered");
  const Category& category = document.categories.at(delivered.category);
  for (const auto& [field, form] : delivered.fields) {
    TRY(CheckField(category, permits, biting, field, form));
  }
  for (const Permit* permit : permits) {
    for (const std::string& field : permit->require) {
      if (!delivered.fields.contains(field)) return Denied(field + ": required and not there");
    }
  }
  const Obligations obligations = ObligationsOf(document, *permits.front());
  if (CompareLength(delivered.retain, obligations.retain) > 0) {
    return Denied("kept longer than the rules allow");
  }
  if (delivered.onward != obligations.onward) return Denied("onward differs from the rules");
  return {};
}

}  // namespace schakel::covenant
