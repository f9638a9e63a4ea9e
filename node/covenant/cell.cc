// What the asker may be told (exchange.md 5): a function of covenant, time and stated facts.
#include <algorithm>
#include <utility>

#include "node/covenant/check.h"
#include "node/covenant/decide.h"
#include "node/covenant/evaluate.h"
#include "node/covenant/verdict.h"

namespace schakel::covenant {

namespace {

bool IsStated(const Document& document, const std::string& fact) {
  const auto it = document.facts.find(fact);
  return it != document.facts.end() && !it->second.stated_by.empty();
}

}  // namespace

bool ReadsGroupOnly(const Document& document, const Deny& deny) {
  return std::all_of(deny.when.begin(), deny.when.end(), [&](const auto& entry) {
    return IsStated(document, entry.first) && !document.facts.at(entry.first).about_person;
  });
}

std::set<std::string> FailedStated(const Document& document,
                                   const Permit& permit,
                                   const Facts& facts) {
  std::set<std::string> failed;
  for (const auto& [name, test] : ConditionsOf(document, permit)) {
    if (!IsStated(document, name)) continue;
    const FactDeclaration& fact = document.facts.at(name);
    const auto value = facts.find(name);
    const bool holds = value != facts.end() &&
                       (fact.about_person || Evaluate(fact, test, &value->second) == Truth::kTrue);
    if (!holds) failed.insert(name);
  }
  return failed;
}
CellDecision Covenant::DecideCell(const Question& question) const {
  const Axes axes = AxesOf(question.from, question.to, question.purpose, question.category);
  if (const std::string_view code = GateCode(axes, question.now); !code.empty()) {
    return {false, std::string(code)};
  }
  std::set<std::string> unknown;
  for (const Deny* deny : DeniesFor(question)) {
    if (!deny->fields.empty() || !ReadsGroupOnly(document_, *deny)) continue;
    const Evaluation evaluation = Evaluate(document_, deny->when, question.facts);
    if (evaluation.whole == Truth::kTrue) return {false, "DENIED_BY_RULE"};
    if (evaluation.whole != Truth::kUnknown) continue;
    for (const auto& [fact, truth] : evaluation.conditions) {
      if (truth == Truth::kUnknown) unknown.insert(fact);
    }
  }
  // The deny bites because a Fact is missing: that Fact is what the asker must bring.
  if (!unknown.empty()) return {false, *unknown.begin()};
  const std::vector<const Permit*>& cell = PermitsFor(question);
  if (cell.empty()) return {false, "NO_RULE"};
  std::optional<std::set<std::string>> failed_by_all;
  for (const Permit* permit : cell) {
    const Basis& basis = document_.bases.at(permit->basis);
    if (basis.until && question.now >= *basis.until) continue;
    std::set<std::string> failed = FailedStated(document_, *permit, question.facts);
    if (!failed_by_all) {
      failed_by_all = std::move(failed);
      continue;
    }
    std::erase_if(*failed_by_all, [&](const auto& fact) { return !failed.contains(fact); });
  }
  if (!failed_by_all) return {false, "BASIS_EXPIRED"};
  if (!failed_by_all->empty()) return {false, *failed_by_all->begin()};
  return {true, ""};
}

std::set<std::string> Covenant::ApproversOf(const Question& question) const {
  std::set<std::string> roles;
  for (const Permit* permit : PermitsFor(question)) {
    if (permit->approval) roles.insert(permit->approval->role);
  }
  return roles;
}

}  // namespace schakel::covenant
