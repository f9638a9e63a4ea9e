#include "node/policy/coverage.h"

#include <algorithm>
#include <map>
#include <utility>

#include "node/covenant/tests.h"
#include "node/policy/words.h"

namespace schakel::policy {
namespace {

using canon::Value;
using covenant::Covenant;
using covenant::Decision;
using covenant::Document;
using covenant::FactDeclaration;
using covenant::FactType;
using covenant::Outcome;
using covenant::Truth;

// Whether some value of the fact fails the test.
bool CanFail(const FactDeclaration& fact, const covenant::Test& test) {
  if (const auto* range = std::get_if<covenant::IntTest>(&test)) {
    if (fact.range) {
      return (range->min && *range->min > fact.range->low) ||
             (range->max && *range->max < fact.range->high);
    }
    // An age and a time elapsed are 0 at least; nothing else bounds them.
    const bool from_zero = fact.type == FactType::kAge || fact.type == FactType::kElapsed;
    return range->max || !from_zero || *range->min > 0;
  }
  if (const auto* set = std::get_if<covenant::EnumTest>(&test)) {
    return set->in.size() < fact.values.size();
  }
  if (const auto* order = std::get_if<covenant::OrderTest>(&test)) {
    return (order->min && *order->min != fact.values.front()) ||
           (order->max && *order->max != fact.values.back());
  }
  return true;  // a bool
}

RuleCoverage::Condition ConditionOf(const Document& document,
                                    const std::string& fact,
                                    const covenant::Test& test) {
  RuleCoverage::Condition out{fact, {Truth::kTrue, Truth::kUnknown}, {}};
  if (CanFail(document.facts.at(fact), test)) out.can.insert(Truth::kFalse);
  return out;
}

RuleCoverage Unseen(const Document& document,
                    const std::string& id,
                    bool permit,
                    covenant::When when,
                    const std::string& needs) {
  RuleCoverage out;
  out.id = id;
  out.permit = permit;
  if (!needs.empty()) when.emplace(needs, covenant::BoolTest{true});
  for (const auto& [fact, test] : when)
    out.conditions.push_back(ConditionOf(document, fact, test));
  return out;
}

// Empty rules in the document's order.
std::vector<RuleCoverage> AllUnseen(const Document& document) {
  std::map<size_t, RuleCoverage> rules;
  for (const covenant::Permit& permit : document.permits) {
    const std::string& needs = document.bases.at(permit.basis).needs;
    rules.emplace(permit.index, Unseen(document, permit.id, /*permit=*/true, permit.when, needs));
  }
  for (const covenant::Deny& deny : document.denies)
    rules.emplace(deny.index, Unseen(document, deny.id, /*permit=*/false, deny.when, ""));
  std::vector<RuleCoverage> out;
  for (auto& [index, rule] : rules)
    out.push_back(std::move(rule));
  return out;
}

void See(RuleCoverage& rule, const Decision& decision, const Decision::Trace& trace) {
  if (rule.permit) {
    const bool named =
        std::find(decision.by.begin(), decision.by.end(), rule.id) != decision.by.end();
    rule.reached = rule.reached || (decision.outcome != Outcome::kDeny && named);
  } else {
    rule.reached = rule.reached || trace.whole == Truth::kTrue;
  }
  for (RuleCoverage::Condition& condition : rule.conditions) {
    const auto truth = trace.conditions.find(condition.fact);
    if (truth == trace.conditions.end() || !condition.can.contains(truth->second)) continue;
    condition.seen.insert(truth->second);
  }
}

std::vector<Truth> Unseen(const RuleCoverage::Condition& condition) {
  std::vector<Truth> out;
  std::set_difference(condition.can.begin(),
                      condition.can.end(),
                      condition.seen.begin(),
                      condition.seen.end(),
                      std::back_inserter(out));
  return out;
}

const char* NameOf(Truth truth) {
  switch (truth) {
    case Truth::kFalse:
      return "false";
    case Truth::kTrue:
      return "true";
    case Truth::kUnknown:
      return "unknown";
  }
  return "";
}

const char* WordOf(Truth truth, report::Language language) {
  switch (truth) {
    case Truth::kFalse:
      return Words{"onwaar", "false"}.In(language);
    case Truth::kTrue:
      return Words{"waar", "true"}.In(language);
    case Truth::kUnknown:
      return Words{"onbekend", "unknown"}.In(language);
  }
  return "";
}

std::string Counted(const Coverage::Count& count, report::Language language) {
  return std::to_string(count.seen) + Words{" van ", " of "}.In(language) +
         std::to_string(count.all);
}

}  // namespace

Coverage::Count Coverage::Rules() const {
  const auto reached = std::count_if(
      rules.begin(), rules.end(), [](const RuleCoverage& rule) { return rule.reached; });
  return {static_cast<uint64_t>(reached), rules.size()};
}

Coverage::Count Coverage::Outcomes() const {
  Count out;
  for (const RuleCoverage& rule : rules) {
    for (const RuleCoverage::Condition& condition : rule.conditions) {
      out.seen += condition.seen.size();
      out.all += condition.can.size();
    }
  }
  return out;
}

int Coverage::Percent() const {
  const Count rule = Rules();
  const Count outcome = Outcomes();
  const uint64_t all = rule.all + outcome.all;
  if (all == 0) return 100;
  return static_cast<int>((rule.seen + outcome.seen) * 100 / all);
}

Coverage CoverageOf(const Covenant& covenant, const std::vector<covenant::InDocumentTest>& tests) {
  Coverage out{AllUnseen(covenant.document())};
  std::map<std::string, size_t> numbers;
  for (size_t i = 0; i < out.rules.size(); ++i)
    numbers.emplace(out.rules[i].id, i);
  for (const covenant::InDocumentTest& test : tests) {
    const Decision decision = covenant.Decide(QuestionOf(covenant.document(), test));
    for (const Decision::Trace& trace : decision.trace)
      See(out.rules[numbers.at(trace.rule)], decision, trace);
  }
  return out;
}

std::string CoverageText(const Coverage& coverage,
                         report::Language language,
                         const report::Paper& paper) {
  std::string out =
      Words{"Dekking ", "Coverage "}.In(language) + std::to_string(coverage.Percent()) +
      Words{"%: regels ", "%: rules "}.In(language) + Counted(coverage.Rules(), language) +
      Words{", uitkomsten van voorwaarden ", ", outcomes of conditions "}.In(language) +
      Counted(coverage.Outcomes(), language) + "\n";
  report::Table table;
  for (const RuleCoverage& rule : coverage.rules) {
    std::vector<std::string> lacks;
    if (!rule.reached) {
      lacks.emplace_back(
          rule.permit
              ? Words{"laat in geen proef iets gaan", "lets nothing through in any test"}.In(
                    language)
              : Words{"geldt in geen proef", "holds in no test"}.In(language));
    }
    for (const RuleCoverage::Condition& condition : rule.conditions) {
      std::vector<std::string> words;
      for (const Truth truth : Unseen(condition))
        words.emplace_back(WordOf(truth, language));
      if (words.empty()) continue;
      lacks.push_back(condition.fact + Words{" nooit ", " never "}.In(language) +
                      Joined(words, Words{" of ", " or "}.In(language)));
    }
    if (!lacks.empty()) table.Add({{rule.id}, {Joined(lacks, "; ")}});
  }
  if (!table.empty()) out += table.Write(paper, 2);
  return out;
}

Value CoverageJson(const Coverage& coverage) {
  const auto count = [](const Coverage::Count& of) {
    return Value(Value::Object{{"seen", of.seen}, {"all", of.all}});
  };
  Value::Array missing;
  for (const RuleCoverage& rule : coverage.rules) {
    Value::Object conditions;
    for (const RuleCoverage::Condition& condition : rule.conditions) {
      Value::Array truths;
      for (const Truth truth : Unseen(condition))
        truths.emplace_back(NameOf(truth));
      if (!truths.empty()) conditions.emplace(condition.fact, std::move(truths));
    }
    if (rule.reached && conditions.empty()) continue;
    missing.push_back(Value::Object{
        {"rule", rule.id}, {"reached", rule.reached}, {"conditions", std::move(conditions)}});
  }
  return Value::Object{{"percent", coverage.Percent()},
                       {"rules", count(coverage.Rules())},
                       {"outcomes", count(coverage.Outcomes())},
                       {"missing", std::move(missing)}};
}

}  // namespace schakel::policy
