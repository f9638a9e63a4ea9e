#include "node/covenant/evaluate.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "node/base/bytes.h"

namespace schakel::covenant {
namespace {

Truth FromBool(bool value) {
  return value ? Truth::kTrue : Truth::kFalse;
}

Truth EvaluateRange(const IntTest& test, const IntInterval& value) {
  Truth at_least = Truth::kTrue;
  if (test.min && value.low < *test.min) {
    at_least = value.high < *test.min ? Truth::kFalse : Truth::kUnknown;
  }
  Truth at_most = Truth::kTrue;
  if (test.max && value.high > *test.max) {
    at_most = value.low > *test.max ? Truth::kFalse : Truth::kUnknown;
  }
  return And(at_least, at_most);
}

std::optional<size_t> RankOf(const FactDeclaration& fact, const std::string& value) {
  const auto it = std::find(fact.values.begin(), fact.values.end(), value);
  if (it == fact.values.end()) return std::nullopt;
  return static_cast<size_t>(it - fact.values.begin());
}

Truth EvaluateOrder(const FactDeclaration& fact, const OrderTest& test, size_t rank) {
  if (test.min) {
    const auto low = RankOf(fact, *test.min);
    if (!low) return Truth::kUnknown;
    if (rank < *low) return Truth::kFalse;
  }
  if (test.max) {
    const auto high = RankOf(fact, *test.max);
    if (!high) return Truth::kUnknown;
    if (rank > *high) return Truth::kFalse;
  }
  return Truth::kTrue;
}

// A list or an order against one value of the enum.
Truth EvaluateName(const FactDeclaration& fact, const Test& test, const std::string& name) {
  const auto rank = RankOf(fact, name);
  return rank ? EvaluateRank(fact, test, *rank) : Truth::kUnknown;
}

// What all members agree on.
Truth EvaluateNames(const FactDeclaration& fact,
                    const Test& test,
                    const std::set<std::string>& names) {
  if (names.empty()) return Truth::kUnknown;
  const Truth first = EvaluateName(fact, test, *names.begin());
  const bool agreed = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return EvaluateName(fact, test, name) == first;
  });
  return agreed ? first : Truth::kUnknown;
}

}  // namespace

Truth And(Truth a, Truth b) {
  if (a == Truth::kFalse || b == Truth::kFalse) return Truth::kFalse;
  if (a == Truth::kUnknown || b == Truth::kUnknown) return Truth::kUnknown;
  return Truth::kTrue;
}

bool IsWithin(const FactDeclaration& fact, const IntInterval& value) {
  if (fact.type == FactType::kBool || fact.type == FactType::kEnum) return false;
  if (value.low > value.high) return false;
  return !fact.range || (value.low >= fact.range->low && value.high <= fact.range->high);
}

Truth EvaluateRank(const FactDeclaration& fact, const Test& test, size_t rank) {
  if (const auto* order = std::get_if<OrderTest>(&test)) return EvaluateOrder(fact, *order, rank);
  const auto* any_of = std::get_if<EnumTest>(&test);
  return any_of == nullptr ? Truth::kUnknown : FromBool(any_of->in.contains(fact.values[rank]));
}

Truth Evaluate(const FactDeclaration& fact, const Test& test, const FactValue* value) {
  if (value == nullptr) return Truth::kUnknown;
  if (const auto* range = std::get_if<IntTest>(&test)) {
    const auto* number = std::get_if<IntInterval>(value);
    const bool known = number != nullptr && IsWithin(fact, *number);
    return known ? EvaluateRange(*range, *number) : Truth::kUnknown;
  }
  if (const auto* flag = std::get_if<BoolTest>(&test)) {
    const auto* known = std::get_if<bool>(value);
    if (known == nullptr || fact.type != FactType::kBool) return Truth::kUnknown;
    return FromBool(*known == flag->equals);
  }
  if (fact.type != FactType::kEnum) return Truth::kUnknown;
  if (const auto* name = std::get_if<std::string>(value)) return EvaluateName(fact, test, *name);
  const auto* names = std::get_if<std::set<std::string>>(value);
  return names != nullptr ? EvaluateNames(fact, test, *names) : Truth::kUnknown;
}

std::vector<std::string> Evaluation::NotTrue() const {
  std::vector<std::string> out;
  for (const auto& [fact, truth] : conditions) {
    if (truth != Truth::kTrue) out.push_back(fact);
  }
  return out;
}

Evaluation Evaluate(const Document& document, const When& when, const Facts& facts) {
  Evaluation out;
  for (const auto& [name, test] : when) {
    const auto declared = document.facts.find(name);
    const auto value = facts.find(name);
    Truth truth = Truth::kUnknown;
    if (declared != document.facts.end() && value != facts.end()) {
      truth = Evaluate(declared->second, test, &value->second);
    }
    out.conditions.emplace(name, truth);
    out.whole = And(out.whole, truth);
  }
  return out;
}

Result<FactValue> ParseStatedValue(const FactDeclaration& fact, std::string_view value) {
  if (fact.stated_by.empty()) return Malformed("nobody states this fact");
  if (fact.about_person) {
    TRY(DecodeHash(value));
    return FactValue{true};
  }
  if (fact.type == FactType::kBool) {
    if (value == "true") return FactValue{true};
    if (value == "false") return FactValue{false};
    return Malformed("a stated bool is `true` or `false`");
  }
  if (fact.type == FactType::kEnum) {
    std::string name(value);
    if (!RankOf(fact, name)) return Malformed("not a value of the fact");
    return FactValue{std::move(name)};
  }
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  // One number, one spelling: no sign or zero in front that need not be there.
  if (error != std::errc{} || end != value.data() + value.size() ||
      std::to_string(number) != value) {
    return Malformed("not a whole number");
  }
  if (fact.range && (number < fact.range->low || number > fact.range->high)) {
    return Malformed("outside the fact's range");
  }
  return FactValue{IntInterval{number, number}};
}

}  // namespace schakel::covenant
