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

}  // namespace schakel::policy
