#include "tests/oracle/questions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "node/base/seams.h"

namespace schakel::oracle {
namespace {

using canon::Value;
using covenant::Document;
using covenant::FactDeclaration;
using covenant::FactType;
using covenant::Test;

template <typename Map>
std::vector<std::string> KeysOf(const Map& map) {
  std::vector<std::string> keys;
  for (const auto& entry : map)
    keys.push_back(entry.first);
  return keys;
}

// A number at, beside or far from a bound.
Value NumberNear(Dice& dice, const std::optional<int64_t>& min, const std::optional<int64_t>& max) {
  int64_t at = dice.Between(-2, 30);
  if (min && (!max || dice.Chance(50))) {
    at = *min + dice.Between(-1, 3);
  } else if (max) {
    at = *max + dice.Between(-3, 1);
  }
  if (!dice.Chance(20)) return at;
  return Value::Array{at, at + dice.Between(0, 3)};
}

// What makes the test true.
Value Satisfying(Dice& dice, const FactDeclaration& fact, const Test& test) {
  if (const auto* flag = std::get_if<covenant::BoolTest>(&test)) return flag->equals;
  if (const auto* names = std::get_if<covenant::EnumTest>(&test)) {
    return dice.OneOf(std::vector<std::string>(names->in.begin(), names->in.end()));
  }
  if (const auto* order = std::get_if<covenant::OrderTest>(&test)) {
    const auto place = [&](const std::string& name) {
      return std::find(fact.values.begin(), fact.values.end(), name) - fact.values.begin();
    };
    const int64_t low = order->min ? place(*order->min) : 0;
    const int64_t high = order->max ? place(*order->max) : std::ssize(fact.values) - 1;
    return fact.values[static_cast<size_t>(dice.Between(low, high))];
  }
  const auto& range = std::get<covenant::IntTest>(test);
  const int64_t low = range.min ? *range.min : *range.max - dice.Between(0, 9);
  const int64_t high = range.max ? *range.max : low + dice.Between(0, 9);
  const int64_t at = dice.Between(low, high);
  if (!dice.Chance(20)) return at;
  return Value::Array{at, dice.Between(at, high)};
}

// Any value, mostly near what the rules ask.
Value AnyValue(Dice& dice, const Document& document, const std::string& name) {
  const FactDeclaration& fact = document.facts.at(name);
  if (fact.type == FactType::kBool) return dice.Chance(50);
  if (fact.type == FactType::kEnum) return dice.OneOf(fact.values);
  std::vector<covenant::IntTest> tests{{}};
  const auto take = [&](const covenant::When& when) {
    const auto test = when.find(name);
    if (test == when.end()) return;
    if (const auto* range = std::get_if<covenant::IntTest>(&test->second)) tests.push_back(*range);
  };
  for (const auto& permit : document.permits)
    take(permit.when);
  for (const auto& deny : document.denies)
    take(deny.when);
  const covenant::IntTest& test = dice.OneOf(tests);
  return NumberNear(dice, test.min, test.max);
}

// Mostly what the permit asks and no deny takes; one or two facts are anything, or unknown.
Value::Object FactsFor(Dice& dice, const Document& document, const covenant::Permit* permit) {
  Value::Object out;
  const int careful = dice.Chance(70) ? 92 : 60;
  for (const auto& [name, fact] : document.facts) {
    if (permit != nullptr && permit->when.contains(name) && dice.Chance(careful)) {
      out[name] = Satisfying(dice, fact, permit->when.at(name));
      continue;
    }
    if (permit != nullptr && name == document.bases.at(permit->basis).needs &&
        dice.Chance(careful)) {
      out[name] = true;
      continue;
    }
    if (dice.Chance(careful > 80 ? 10 : 35)) continue;
    out[name] = AnyValue(dice, document, name);
  }
  return out;
}

Value::Array PresentIn(Dice& dice, const covenant::Category& category) {
  Value::Array out;
  const bool few = dice.Chance(30);
  for (const auto* fields : {&category.fields, &category.meta}) {
    for (const auto& [field, type] : *fields) {
      if (dice.Chance(few ? 25 : 85)) out.emplace_back(field);
    }
  }
  if (dice.Chance(10)) out.emplace_back("verzonnen");
  return out;
}

int64_t Now(Dice& dice, const Document& document) {
  const int64_t from = ToMillis(document.valid_from);
  const int64_t until = ToMillis(document.valid_until);
  std::vector<int64_t> instants{from, until - 1};
  for (const auto& [id, basis] : document.bases) {
    if (!basis.until) continue;
    instants.push_back(ToMillis(*basis.until));
    instants.push_back(ToMillis(*basis.until) - 1);
  }
  if (dice.Chance(4)) return dice.OneOf<int64_t>({from - 1, until, 0});
  return std::max<int64_t>(0, dice.OneOf(instants));
}

}  // namespace

Value RandomAsk(const Document& document, Dice& dice) {
  const covenant::Permit* permit = nullptr;
  if (!document.permits.empty() && dice.Chance(92)) permit = &dice.OneOf(document.permits);
  std::map<std::string, std::string> axes{{"from", dice.OneOf(KeysOf(document.parties))},
                                          {"to", dice.OneOf(KeysOf(document.parties))},
                                          {"purpose", dice.OneOf(KeysOf(document.purposes))},
                                          {"category", dice.OneOf(KeysOf(document.categories))}};
  if (permit != nullptr) {
    const std::map<std::string, std::string> cell{{"from", permit->from},
                                                  {"to", permit->to},
                                                  {"purpose", permit->purpose},
                                                  {"category", permit->category}};
    for (const auto& [axis, name] : cell) {
      if (dice.Chance(97)) axes[axis] = name;
    }
  }
  if (dice.Chance(1)) axes[dice.OneOf(KeysOf(axes))] = "niemand";
  Value::Object out;
  for (const auto& [axis, name] : axes)
    out[axis] = name;
  out["facts"] = FactsFor(dice, document, permit);
  const auto category = document.categories.find(axes["category"]);
  if (category != document.categories.end() && dice.Chance(50)) {
    out["present"] = PresentIn(dice, category->second);
  }
  if (dice.Chance(30)) out["approved"] = dice.Chance(70);
  if (dice.Chance(60)) out["now"] = Now(dice, document);
  return out;
}

}  // namespace schakel::oracle
