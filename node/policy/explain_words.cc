#include <string>
#include <string_view>

#include "node/policy/explain.h"
#include "node/policy/words.h"
#include "node/report/words.h"

namespace schakel::policy {
namespace {

using covenant::Document;
using report::Language;

constexpr Words kOr{" of ", " or "};
constexpr Words kNot{"geen ", "no "};
constexpr Words kAlways{"altijd", "always"};
constexpr Words kUntil{"t/m", "until"};

std::string RangeText(Language language,
                      covenant::FactType type,
                      const covenant::IntTest& test,
                      const std::string& name) {
  const bool dutch = language == Language::kDutch;
  const auto number = [](int64_t value) { return report::NumberText(value); };
  if (type == covenant::FactType::kAge) {
    const std::string years = dutch ? " jaar" : " years";
    if (test.min && test.max)
      return number(*test.min) + (dutch ? " t/m " : " to ") + number(*test.max) + years;
    if (test.min) return number(*test.min) + years + (dutch ? " of ouder" : " or older");
    return (dutch ? "jonger dan " : "younger than ") + number(*test.max + 1) + years;
  }
  if (type == covenant::FactType::kElapsed) {
    const std::string days = dutch ? " dagen geleden" : " days ago";
    std::string out = name + " ";
    if (test.min) out += (dutch ? "ten minste " : "at least ") + number(*test.min);
    if (test.min && test.max) out += dutch ? " en " : " and ";
    if (test.max) out += (dutch ? "ten hoogste " : "at most ") + number(*test.max);
    return out + days;
  }
  std::string out = name + " ";
  if (test.min) out += (dutch ? "ten minste " : "at least ") + number(*test.min);
  if (test.min && test.max) out += dutch ? " en " : " and ";
  if (test.max) out += (dutch ? "ten hoogste " : "at most ") + number(*test.max);
  return out;
}

}  // namespace

std::string DecisionCodeText(Language language, std::string_view code) {
  if (code == "FACT_UNKNOWN") {
    return Words{"niet alles is bekend", "not everything is known"}.In(language);
  }
  if (code == "CONDITION_FALSE") {
    return Words{"aan een voorwaarde is niet voldaan", "a condition is not met"}.In(language);
  }
  if (code == "NO_FIELDS") {
    return Words{"er blijft geen veld over", "no field is left"}.In(language);
  }
  if (code == "INCOMPLETE") {
    return Words{"een verplicht veld ontbreekt", "a required field is missing"}.In(language);
  }
  return report::CodeText(language, code);
}

std::string ConditionText(Language language,
                          const Document& document,
                          const std::string& fact,
                          const covenant::Test& test) {
  const std::string name = report::FactName(language, fact);
  if (const auto* flag = std::get_if<covenant::BoolTest>(&test)) {
    return flag->equals ? name : kNot.In(language) + name;
  }
  const auto declared = document.facts.find(fact);
  if (const auto* range = std::get_if<covenant::IntTest>(&test)) {
    const auto type =
        declared == document.facts.end() ? covenant::FactType::kInt : declared->second.type;
    return RangeText(language, type, *range, name);
  }
  if (const auto* in = std::get_if<covenant::EnumTest>(&test)) {
    return name + ": " + Joined(in->in, kOr.In(language));
  }
  const auto& order = std::get<covenant::OrderTest>(test);
  const bool dutch = language == Language::kDutch;
  if (order.min && order.max) {
    return name + " " + *order.min + (dutch ? " t/m " : " to ") + *order.max;
  }
  if (order.min) return name + " " + *order.min + (dutch ? " of later" : " or later");
  return name + " " + *order.max + (dutch ? " of eerder" : " or earlier");
}

std::string ConditionsText(Language language,
                           const Document& document,
                           const covenant::When& when) {
  std::vector<std::string> out;
  for (const auto& [fact, test] : when)
    out.push_back(ConditionText(language, document, fact, test));
  return out.empty() ? kAlways.In(language) : Joined(out, "; ");
}

std::string ConditionsText(Language language,
                           const Document& document,
                           const covenant::Permit& permit) {
  covenant::When all = permit.when;
  const std::string& needs = document.bases.at(permit.basis).needs;
  if (!needs.empty()) all.try_emplace(needs, covenant::BoolTest{true});
  return ConditionsText(language, document, all);
}

std::string BasisText(Language language, const Document& document, const covenant::Permit& permit) {
  const covenant::Basis& basis = document.bases.at(permit.basis);
  std::string out = report::Printable(basis.law);
  const auto paper = document.documents.find(basis.instrument);
  if (paper != document.documents.end()) out += "; " + report::Printable(paper->second.title);
  if (basis.until) {
    const Day last = DayOf(*basis.until - std::chrono::milliseconds{1}, document.zone);
    out += std::string(" ") + kUntil.In(language) + " " + report::DayText(language, last);
  }
  return out;
}

std::string RequiredText(Language language, const covenant::Permit& permit) {
  std::vector<std::string> out;
  for (const std::string& field : permit.require)
    out.push_back(report::FieldName(language, field));
  return Joined(out);
}

}  // namespace schakel::policy
