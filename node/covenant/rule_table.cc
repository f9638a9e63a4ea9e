#include "node/covenant/rule_table.h"

#include <algorithm>
#include <limits>
#include <set>

#include "node/covenant/evaluate.h"

namespace schakel::covenant {
namespace {

constexpr size_t kWordBits = 64;

size_t WordsFor(size_t bits) {
  return std::max<size_t>(1, (bits + kWordBits - 1) / kWordBits);
}

void SetBit(uint64_t* words, size_t bit) {
  words[bit / kWordBits] |= uint64_t{1} << (bit % kWordBits);
}

template <typename Map>
std::vector<std::string_view> NamesOf(const Map& map) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : map)
    names.push_back(name);
  return names;
}

uint32_t NumberOf(const std::vector<std::string_view>& sorted, std::string_view name) {
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), name);
  if (found == sorted.end() || *found != name) return kNoNumber;
  return static_cast<uint32_t>(found - sorted.begin());
}

bool Selects(const std::set<std::string>& selector, std::string_view name) {
  return selector.empty() || selector.contains(std::string(name));
}

}  // namespace

RuleTable::RuleTable(const Document& document)
    : parties(NamesOf(document.parties)), purposes(NamesOf(document.purposes)) {
  AddFacts(document);
  AddCategories(document);
  AddRules(document);
  PutOnAxes(document);
}

void RuleTable::AddFacts(const Document& document) {
  for (const auto& [name, declaration] : document.facts) {
    FactPlace place{name, &declaration, false, static_cast<uint32_t>(fact_words), 0};
    switch (declaration.type) {
      case FactType::kBool:
        place.size = 1;
        break;
      case FactType::kEnum:
        place.size = static_cast<uint32_t>(WordsFor(declaration.values.size()));
        break;
      case FactType::kInt:
      case FactType::kAge:
      case FactType::kElapsed:
        place.number = true;
        place.size = 2;
        break;
    }
    fact_words += place.size;
    facts.push_back(place);
  }
}

void RuleTable::AddCategories(const Document& document) {
  for (const auto& [name, category] : document.categories) {
    CategoryPlace place{name, &category, NamesOf(category.fields), {}};
    place.denies.resize(place.fields.size());
    most_fields = std::max(most_fields, place.fields.size());
    categories.push_back(std::move(place));
  }
}

void RuleTable::AddRules(const Document& document) {
  for (const Permit& permit : document.permits) {
    rules.emplace_back();
    rules.back().id = permit.id;
    rules.back().permit = &permit;
  }
  for (const Deny& deny : document.denies) {
    rules.emplace_back();
    rules.back().id = deny.id;
    rules.back().deny = &deny;
  }
  std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) { return a.id < b.id; });
  for (size_t number = 0; number < rules.size(); ++number) {
    Rule& rule = rules[number];
    if (rule.permit != nullptr) {
      AddPermit(document, rule);
      continue;
    }
    AddConditions(rule.deny->when, rule);
    if (rule.deny->fields.empty()) continue;
    for (CategoryPlace& place : categories) {
      for (size_t field = 0; field < place.fields.size(); ++field) {
        if (!rule.deny->fields.contains(std::string(place.fields[field]))) continue;
        place.denies[field].push_back(static_cast<uint32_t>(number));
      }
    }
  }
}

void RuleTable::AddPermit(const Document& document, Rule& rule) {
  const Permit& permit = *rule.permit;
  rule.axes = Find(permit.from, permit.to, permit.purpose, permit.category);
  rule.basis = &document.bases.at(permit.basis);
  rule.obligations = ObligationsOf(document, permit);
  AddConditions(ConditionsOf(document, permit), rule);
  rule.forms = static_cast<uint32_t>(forms.size());
  // Both in order of the fields' names.
  auto given = permit.fields.begin();
  for (const std::string_view field : categories[rule.axes.category].fields) {
    while (given != permit.fields.end() && given->first < field)
      ++given;
    const bool gives = given != permit.fields.end() && given->first == field;
    forms.push_back(gives ? &given->second : nullptr);
  }
  for (const std::string& field : permit.require)
    rule.require.push_back(FindField(rule.axes.category, field));
}

// A deny may read a fact that nothing declares: it is on no category then, so it needs no test.
void RuleTable::AddConditions(const When& when, Rule& rule) {
  rule.first = static_cast<uint32_t>(conditions.size());
  for (const auto& [name, test] : when) {
    const uint32_t fact = FindFact(name);
    if (fact == kNoNumber) continue;
    const auto first = static_cast<uint32_t>(tests.size());
    conditions.push_back({fact, first, AddTest(facts[fact], test)});
  }
  rule.past = static_cast<uint32_t>(conditions.size());
}

// False when the test is none for this type of fact.
bool RuleTable::AddTest(const FactPlace& place, const Test& test) {
  const FactDeclaration& declaration = *place.declaration;
  if (place.number) {
    using Int = std::numeric_limits<int64_t>;
    const auto* const range = std::get_if<IntTest>(&test);
    if (range == nullptr) return false;
    tests.push_back(static_cast<uint64_t>(range->min.value_or(Int::min())));
    tests.push_back(static_cast<uint64_t>(range->max.value_or(Int::max())));
    return true;
  }
  const size_t first = tests.size();
  tests.resize(first + size_t{2} * place.size);
  const auto put = [&](size_t value, Truth truth) {
    if (truth == Truth::kUnknown) return;
    SetBit(&tests[first + (truth == Truth::kTrue ? 0 : place.size)], value);
  };
  if (declaration.type == FactType::kBool) {
    for (const bool value : {false, true}) {
      const FactValue known = value;
      put(value ? 1 : 0, covenant::Evaluate(declaration, test, &known));
    }
    return true;
  }
  for (size_t value = 0; value < declaration.values.size(); ++value)
    put(value, EvaluateRank(declaration, test, value));
  return true;
}

void RuleTable::PutOnAxes(const Document& document) {
  width = WordsFor(rules.size());
  const std::array<size_t, kAxes> sizes = {
      parties.size(), parties.size(), purposes.size(), categories.size()};
  for (size_t axis = 0; axis < kAxes; ++axis)
    axes[axis].resize((sizes[axis] + 1) * width);
  for (size_t bit = 0; bit < rules.size(); ++bit) {
    const Rule& rule = rules[bit];
    const auto put = [&](Axis axis, size_t number) { SetBit(&axes[axis][number * width], bit); };
    if (rule.permit != nullptr) {
      put(kFrom, rule.axes.from);
      put(kTo, rule.axes.to);
      put(kPurpose, rule.axes.purpose);
      put(kCategory, rule.axes.category);
      continue;
    }
    const Deny& deny = *rule.deny;
    const auto put_all = [&](Axis axis, const auto& names, const std::set<std::string>& selector) {
      for (size_t number = 0; number < names.size(); ++number) {
        if (Selects(selector, names[number])) put(axis, number);
      }
      if (selector.empty()) put(axis, names.size());
    };
    put_all(kFrom, parties, deny.from);
    put_all(kTo, parties, deny.to);
    put_all(kPurpose, purposes, deny.purpose);
    std::vector<const FactDeclaration*> read;
    for (const auto& [name, test] : deny.when) {
      const auto declared = document.facts.find(name);
      read.push_back(declared == document.facts.end() ? nullptr : &declared->second);
    }
    for (size_t number = 0; number < categories.size(); ++number) {
      const CategoryPlace& place = categories[number];
      const bool readable = std::all_of(read.begin(), read.end(), [&](const auto* fact) {
        return fact != nullptr && Reaches(*fact, *place.category);
      });
      if (readable && Selects(deny.category, place.name)) put(kCategory, number);
    }
    if (deny.category.empty() && deny.when.empty()) put(kCategory, categories.size());
  }
}

Axes RuleTable::Find(std::string_view from,
                     std::string_view to,
                     std::string_view purpose,
                     std::string_view category) const {
  const auto place = std::lower_bound(
      categories.begin(), categories.end(), category, [](const auto& a, std::string_view name) {
        return a.name < name;
      });
  const bool found = place != categories.end() && place->name == category;
  return {NumberOf(parties, from),
          NumberOf(parties, to),
          NumberOf(purposes, purpose),
          found ? static_cast<uint32_t>(place - categories.begin()) : kNoNumber};
}

uint32_t RuleTable::FindFact(std::string_view name) const {
  const auto found =
      std::lower_bound(facts.begin(), facts.end(), name, [](const auto& a, std::string_view b) {
        return a.name < b;
      });
  if (found == facts.end() || found->name != name) return kNoNumber;
  return static_cast<uint32_t>(found - facts.begin());
}

uint32_t RuleTable::FindField(uint32_t category, std::string_view name) const {
  return NumberOf(categories[category].fields, name);
}

Truth RuleTable::Evaluate(const Condition& condition, const std::vector<uint64_t>& known) const {
  if (!condition.fits) return Truth::kUnknown;
  const FactPlace& place = facts[condition.fact];
  const uint64_t* const value = &known[place.first];
  const uint64_t* const test = &tests[condition.first];
  if (place.number) {
    const auto low = static_cast<int64_t>(value[0]);
    const auto high = static_cast<int64_t>(value[1]);
    const auto min = static_cast<int64_t>(test[0]);
    const auto max = static_cast<int64_t>(test[1]);
    if (low > high) return Truth::kUnknown;
    if (low >= min && high <= max) return Truth::kTrue;
    return high < min || low > max ? Truth::kFalse : Truth::kUnknown;
  }
  uint64_t any = 0;
  uint64_t not_true = 0;
  uint64_t not_false = 0;
  for (uint32_t i = 0; i < place.size; ++i) {
    any |= value[i];
    not_true |= value[i] & ~test[i];
    not_false |= value[i] & ~test[place.size + i];
  }
  if (any == 0) return Truth::kUnknown;
  if (not_true == 0) return Truth::kTrue;
  return not_false == 0 ? Truth::kFalse : Truth::kUnknown;
}

}  // namespace schakel::covenant
