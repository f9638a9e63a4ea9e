// The meaning of covenant.md read plainly, step by step, over texts: slow, and with nothing in
// common with how the node decides but the test of one value. Properties hold the two against each
// other.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "node/covenant/check.h"
#include "node/covenant/decide.h"
#include "node/covenant/evaluate.h"

namespace schakel::covenant::plain {

inline bool Selects(const std::set<std::string>& axis, const std::string& name) {
  return axis.empty() || axis.contains(name);
}

// One permit of the cell, evaluated.
struct Candidate {
  const Permit* permit;
  Evaluation evaluation;
  bool basis_holds;
};

inline Decision Refused(Decision decision, std::string code) {
  decision.outcome = Outcome::kDeny;
  decision.code = std::move(code);
  decision.fields.clear();
  return decision;
}

inline void AddTrace(Decision& decision, const std::string& rule, const Evaluation& evaluation) {
  decision.trace.push_back({rule, evaluation.whole, evaluation.conditions});
}

// How many of the four axes of the question the permit does not have.
inline int DifferingAxes(const Permit& permit, const Question& question) {
  return (permit.from != question.from ? 1 : 0) + (permit.to != question.to ? 1 : 0) +
         (permit.purpose != question.purpose ? 1 : 0) +
         (permit.category != question.category ? 1 : 0);
}

// Step 4 for an empty cell; the permits stand in order of id, so the first minimum wins.
inline std::string NearestByAxes(const std::vector<const Permit*>& permits,
                                 const Question& question) {
  const auto nearest =
      std::min_element(permits.begin(), permits.end(), [&](const Permit* a, const Permit* b) {
        return DifferingAxes(*a, question) < DifferingAxes(*b, question);
      });
  return nearest == permits.end() ? "" : (*nearest)->id;
}

// Step 4: none of the cell's permits lets anything through.
inline Decision NoPermit(Decision decision, const std::vector<Candidate>& cell, bool onward_holds) {
  const auto nearest =
      std::min_element(cell.begin(), cell.end(), [](const Candidate& a, const Candidate& b) {
        return a.evaluation.NotTrue().size() < b.evaluation.NotTrue().size();
      });
  decision.nearest = nearest->permit->id;
  decision.failed = nearest->evaluation.NotTrue();
  const auto any = [&](auto predicate) { return std::any_of(cell.begin(), cell.end(), predicate); };
  const auto is = [](Truth truth) {
    return [truth](const Candidate& candidate) { return candidate.evaluation.whole == truth; };
  };
  if (onward_holds && any(is(Truth::kTrue))) return Refused(std::move(decision), "BASIS_EXPIRED");
  if (!any(is(Truth::kTrue)) && any(is(Truth::kUnknown))) {
    return Refused(std::move(decision), "FACT_UNKNOWN");
  }
  return Refused(std::move(decision), "CONDITION_FALSE");
}

// A field-level deny of those that apply and bite, or null (step 2).
inline const Deny* FieldDeny(const std::vector<std::pair<const Deny*, Truth>>& denies,
                             const std::string& field,
                             const Form& form) {
  for (const auto& [deny, truth] : denies) {
    if (truth == Truth::kFalse || !deny->fields.contains(field)) continue;
    if (std::find(deny->unless_form.begin(), deny->unless_form.end(), form) ==
        deny->unless_form.end()) {
      return deny;
    }
  }
  return nullptr;
}

// Steps 5 to 8 for the permits that let the record through.
inline Decision Deliver(Decision decision,
                        const Document& document,
                        const Question& question,
                        const std::vector<const Permit*>& permits,
                        const std::vector<std::pair<const Deny*, Truth>>& field_denies) {
  const Category& category = document.categories.at(question.category);
  if (question.present) {
    for (const std::string& field : *question.present) {
      if (category.fields.contains(field) || category.meta.contains(field)) continue;
      return Refused(std::move(decision), "UNDECLARED_FIELD");
    }
  }
  std::set<std::string> require;
  for (const Permit* permit : permits) {
    require.insert(permit->require.begin(), permit->require.end());
  }
  for (const auto& [field, type] : category.fields) {
    if (question.present && !question.present->contains(field)) continue;
    Form form;  // withheld, unless a permit gives it; Compile made the permits agree
    for (const Permit* permit : permits) {
      const auto given = permit->fields.find(field);
      if (given != permit->fields.end()) form = given->second;
    }
    const Deny* deny =
        form.kind == FormKind::kWithheld ? nullptr : FieldDeny(field_denies, field, form);
    if (form.kind == FormKind::kWithheld) {
      decision.withheld.emplace(field, "no form");
    } else if (deny != nullptr) {
      decision.withheld.emplace(field, deny->id);
    } else {
      decision.fields.emplace(field, form);
    }
  }
  if (decision.fields.empty()) return Refused(std::move(decision), "NO_FIELDS");
  for (const std::string& field : require) {
    if (!decision.fields.contains(field)) return Refused(std::move(decision), "INCOMPLETE");
  }
  Obligations obligations = ObligationsOf(document, *permits.front());
  for (const auto& [field, form] : decision.fields) {
    if (question.unsupported_forms.contains(form.kind)) {
      return Refused(std::move(decision), "OBLIGATION_UNSUPPORTED");
    }
  }
  decision.retain = obligations.retain;
  decision.onward = std::move(obligations.onward);
  decision.journal = std::move(obligations.journal);
  decision.outcome = Outcome::kPermit;
  if (obligations.approval && !question.approved) {
    decision.outcome = Outcome::kNeeds;
    decision.approval = std::move(obligations.approval);
  }
  return decision;
}

inline std::string GateCode(const Document& document, const Question& question) {
  if (question.now < document.valid_from) return "NOT_YET_VALID";
  if (question.now >= document.valid_until) return "EXPIRED";
  if (!document.parties.contains(question.from) || !document.parties.contains(question.to)) {
    return "PARTY_UNKNOWN";
  }
  if (!document.purposes.contains(question.purpose)) return "PURPOSE_UNKNOWN";
  if (!document.categories.contains(question.category)) return "CATEGORY_UNKNOWN";
  return "";
}

inline std::vector<const Deny*> DeniesFor(const Document& document, const Question& question) {
  std::vector<const Deny*> out;
  for (const Deny& deny : document.denies) {
    if (!Selects(deny.from, question.from) || !Selects(deny.to, question.to) ||
        !Selects(deny.purpose, question.purpose) || !Selects(deny.category, question.category)) {
      continue;
    }
    const bool readable = std::all_of(deny.when.begin(), deny.when.end(), [&](const auto& test) {
      return Reaches(document, test.first, question.category);
    });
    if (readable) out.push_back(&deny);
  }
  std::sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  return out;
}

inline Decision Decide(const Document& document, const Question& question) {
  std::vector<const Permit*> all;
  for (const Permit& permit : document.permits)
    all.push_back(&permit);
  std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  Decision decision;
  if (std::string code = GateCode(document, question); !code.empty()) {
    return Refused(std::move(decision), std::move(code));
  }
  // Every rule is evaluated before anything is decided: no rule hides another.
  std::vector<std::pair<const Deny*, Truth>> field_denies;
  std::vector<std::string> denied_true;
  std::vector<std::string> denied_unknown;
  for (const Deny* deny : DeniesFor(document, question)) {
    Evaluation evaluation = Evaluate(document, deny->when, question.facts);
    if (evaluation.whole == Truth::kUnknown && question.passed.contains(deny->id)) {
      evaluation.whole = Truth::kFalse;
    }
    AddTrace(decision, deny->id, evaluation);
    if (!deny->fields.empty()) {
      field_denies.emplace_back(deny, evaluation.whole);
    } else if (evaluation.whole == Truth::kTrue) {
      denied_true.push_back(deny->id);
    } else if (evaluation.whole == Truth::kUnknown) {
      denied_unknown.push_back(deny->id);
    }
  }
  const bool onward_holds = !question.received || question.to == question.received->giver ||
                            question.received->onward.contains(question.to);
  std::vector<Candidate> cell;
  std::vector<const Permit*> permits;
  for (const Permit* permit : all) {
    if (DifferingAxes(*permit, question) != 0) continue;
    const Basis& basis = document.bases.at(permit->basis);
    Candidate candidate{permit,
                        Evaluate(document, ConditionsOf(document, *permit), question.facts),
                        !basis.until || question.now < *basis.until};
    AddTrace(decision, permit->id, candidate.evaluation);
    if (candidate.evaluation.whole == Truth::kTrue && candidate.basis_holds && onward_holds) {
      permits.push_back(permit);
    }
    cell.push_back(std::move(candidate));
  }
  std::sort(decision.trace.begin(), decision.trace.end(), [](const auto& a, const auto& b) {
    return a.rule < b.rule;
  });
  if (!denied_true.empty() || !denied_unknown.empty()) {
    const bool certain = !denied_true.empty();
    decision.by = certain ? std::move(denied_true) : std::move(denied_unknown);
    return Refused(std::move(decision), certain ? "DENIED_BY_RULE" : "FACT_UNKNOWN");
  }
  if (cell.empty()) {
    decision.nearest = NearestByAxes(all, question);
    return Refused(std::move(decision), "NO_RULE");
  }
  if (permits.empty()) return NoPermit(std::move(decision), cell, onward_holds);
  for (const Permit* permit : permits)
    decision.by.push_back(permit->id);
  return Deliver(std::move(decision), document, question, permits, field_denies);
}

}  // namespace schakel::covenant::plain
