#include "node/policy/axes.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

namespace schakel::policy {
namespace {

using covenant::Covenant;
using covenant::Document;
using covenant::FactDeclaration;
using covenant::FactType;
using covenant::FactValue;
using covenant::Test;

// A fact as all covenants together see it.
struct Reading {
  const FactDeclaration* declaration = nullptr;  // of the first that has it
  std::vector<std::string> values;               // an enum's, of all of them, in order
  std::vector<IntInterval> ranges;               // a number's, of those that declare one
  bool bounded = true;                           // all of them do
  std::vector<const Test*> tests;
};

void AddDeclaration(const FactDeclaration& declared, Reading& reading) {
  if (reading.declaration == nullptr) reading.declaration = &declared;
  if (declared.range) reading.ranges.push_back(*declared.range);
  reading.bounded = reading.bounded && declared.range.has_value();
  for (const std::string& value : declared.values) {
    if (std::find(reading.values.begin(), reading.values.end(), value) == reading.values.end()) {
      reading.values.push_back(value);
    }
  }
}

// Every fact that a rule of the cell reads.
std::map<std::string, Reading> Readings(const Cell& cell,
                                        std::span<const Covenant* const> covenants) {
  std::map<std::string, Reading> out;
  static const Test kTrue = covenant::BoolTest{true};
  for (const Covenant* covenant : covenants) {
    const Document& document = covenant->document();
    const auto read = [&](const std::string& fact, const Test& test) {
      const auto declared = document.facts.find(fact);
      if (declared == document.facts.end()) return;
      Reading& reading = out[fact];
      AddDeclaration(declared->second, reading);
      reading.tests.push_back(&test);
    };
    const covenant::Question question = QuestionOf(cell);
    for (const covenant::Permit* permit : covenant->PermitsFor(question)) {
      for (const auto& [fact, test] : permit->when)
        read(fact, test);
      const std::string& needs = document.bases.at(permit->basis).needs;
      if (!needs.empty()) read(needs, kTrue);
    }
    for (const covenant::Deny* deny : covenant->DeniesFor(question)) {
      for (const auto& [fact, test] : deny->when)
        read(fact, test);
    }
  }
  return out;
}

// ---- numbers -----------------------------------------------------------------------------------

struct Stretch {
  int64_t low, high;
  bool open_below, open_above;  // where the fact itself has no end
};

constexpr int64_t kFar = 1'000'000;  // beyond every age in years and every elapsed day

// The stretches between the bounds that any test draws.
std::vector<Stretch> Stretches(const Reading& reading, const FactValue* narrowed) {
  std::set<int64_t> starts;  // first values of a stretch, but the first
  const auto* within = narrowed == nullptr ? nullptr : std::get_if<IntInterval>(narrowed);
  if (within != nullptr) {
    starts.insert(within->low);
    starts.insert(within->high + 1);
  }
  for (const Test* test : reading.tests) {
    const auto* range = std::get_if<covenant::IntTest>(test);
    if (range == nullptr) continue;
    if (range->min) starts.insert(*range->min);
    if (range->max) starts.insert(*range->max + 1);
  }
  const bool declared = reading.bounded;
  const bool counted = reading.declaration->type != FactType::kInt;  // age, elapsed: from 0
  int64_t lowest = declared ? reading.ranges.front().low : counted ? 0 : -kFar;
  int64_t highest = declared ? reading.ranges.front().high : kFar;
  // A number outside its range is unknown to the covenant that says so.
  for (const IntInterval& range : reading.ranges) {
    starts.insert(range.low);
    starts.insert(range.high + 1);
    if (!declared) continue;
    lowest = std::min(lowest, range.low);
    highest = std::max(highest, range.high);
  }
  if (!declared && !starts.empty()) {
    highest = std::max(highest, *starts.rbegin());
    if (!counted) lowest = std::min(lowest, *starts.begin() - 1);
  }
  std::vector<Stretch> out;
  int64_t low = lowest;
  for (const int64_t start : starts) {
    if (start <= lowest || start > highest) continue;
    out.push_back({low, start - 1, low == lowest && !declared && !counted, false});
    low = start;
  }
  out.push_back({low, highest, low == lowest && !declared && !counted, !declared});
  return out;
}

std::string LabelOf(const Stretch& first, const Stretch& last) {
  if (first.open_below && last.open_above) return "any";
  const std::string low = first.open_below ? "" : std::to_string(first.low);
  if (!first.open_below && !last.open_above && first.low == last.high) return low;
  return low + ".." + (last.open_above ? "" : std::to_string(last.high));
}

void AddNumbers(const Reading& reading,
                Knowledge knowledge,
                const FactValue* narrowed,
                Axis& axis) {
  std::vector<Stretch> all = Stretches(reading, narrowed);
  const auto* within = narrowed == nullptr ? nullptr : std::get_if<IntInterval>(narrowed);
  if (within != nullptr) {
    std::erase_if(
        all, [&](const Stretch& one) { return one.low < within->low || one.high > within->high; });
  }
  // What the fact cannot be is no knowledge.
  if (all.empty()) axis.choices.push_back({std::nullopt, "unknown"});
  for (size_t first = 0; first < all.size(); ++first) {
    const Stretch& one = all[first];
    const int64_t value = one.open_below ? one.high : one.low;
    axis.choices.push_back({IntInterval{value, value}, LabelOf(one, one)});
    if (knowledge != Knowledge::kPartial) continue;
    for (size_t last = first + 1; last < all.size(); ++last) {
      axis.choices.push_back(
          {IntInterval{value, all[last].low}, "somewhere in " + LabelOf(one, all[last])});
    }
  }
}

// ---- names -------------------------------------------------------------------------------------

constexpr size_t kMostClasses = 8;

// Which tests the value passes. A test of order counts from the declaration of its own covenant;
// places in the joint list keep that order as far as the covenants agree on it, and where they do
// not, each value stands alone.
std::string SignatureOf(const Reading& reading,
                        const std::string& value,
                        std::span<const Covenant* const> covenants,
                        const std::string& fact) {
  std::string out;
  for (const Covenant* covenant : covenants) {
    const auto declared = covenant->document().facts.find(fact);
    if (declared == covenant->document().facts.end()) continue;
    const std::vector<std::string>& values = declared->second.values;
    const auto place = std::find(values.begin(), values.end(), value);
    out += place == values.end() ? '-' : '+';
    for (const Test* test : reading.tests) {
      if (const auto* in = std::get_if<covenant::EnumTest>(test)) {
        out += in->in.contains(value) ? '1' : '0';
      } else if (const auto* order = std::get_if<covenant::OrderTest>(test)) {
        const auto low =
            order->min ? std::find(values.begin(), values.end(), *order->min) : values.begin();
        const auto high =
            order->max ? std::find(values.begin(), values.end(), *order->max) : values.end();
        out += place >= low ? '1' : '0';
        out += high == values.end() || place <= high ? '1' : '0';
      }
    }
  }
  return out;
}

// False when there are too many sets of values to take every set of them.
bool AddNames(const std::string& fact,
              const Reading& reading,
              std::span<const Covenant* const> covenants,
              Knowledge knowledge,
              Axis& axis) {
  std::vector<std::pair<std::string, std::vector<std::string>>> classes;  // signature -> values
  for (const std::string& value : reading.values) {
    std::string signature = SignatureOf(reading, value, covenants, fact);
    auto found = std::find_if(
        classes.begin(), classes.end(), [&](const auto& one) { return one.first == signature; });
    if (found == classes.end()) found = classes.insert(classes.end(), {std::move(signature), {}});
    found->second.push_back(value);
  }
  const auto label = [&](size_t sets) {
    std::string out;
    for (size_t i = 0; i < classes.size(); ++i) {
      if ((sets >> i & 1U) == 0) continue;
      for (const std::string& value : classes[i].second)
        out += (out.empty() ? "" : " ") + value;
    }
    return out;
  };
  for (size_t i = 0; i < classes.size(); ++i)
    axis.choices.push_back({classes[i].second.front(), label(size_t{1} << i)});
  if (knowledge != Knowledge::kPartial) return true;
  if (classes.size() > kMostClasses) return false;
  for (size_t sets = 3; sets < size_t{1} << classes.size(); ++sets) {
    if ((sets & (sets - 1)) == 0) continue;  // one alone
    std::set<std::string> values;
    for (size_t i = 0; i < classes.size(); ++i) {
      if ((sets >> i & 1U) != 0) values.insert(classes[i].second.front());
    }
    axis.choices.push_back({std::move(values), "one of " + label(sets)});
  }
  return true;
}

Axis AxisOf(const std::string& fact,
            const Reading& reading,
            std::span<const Covenant* const> covenants,
            const SpaceOptions& options,
            bool& whole) {
  Axis axis{fact, {}};
  if (const auto given = options.given.find(fact); given != options.given.end()) {
    axis.choices.push_back({given->second, "given"});
    return axis;
  }
  const auto place = options.narrowed.find(fact);
  const FactValue* narrowed = place == options.narrowed.end() ? nullptr : &place->second;
  switch (reading.declaration->type) {
    case FactType::kBool:
      axis.choices = {{FactValue{true}, "true"}, {FactValue{false}, "false"}};
      break;
    case FactType::kEnum:
      whole = AddNames(fact, reading, covenants, options.knowledge, axis) && whole;
      break;
    case FactType::kInt:
    case FactType::kAge:
    case FactType::kElapsed:
      AddNumbers(reading, options.knowledge, narrowed, axis);
      break;
  }
  if (narrowed != nullptr && !std::holds_alternative<IntInterval>(*narrowed)) {
    axis.choices = {{*narrowed, "given"}};
  }
  if (narrowed == nullptr && options.knowledge != Knowledge::kComplete) {
    axis.choices.push_back({std::nullopt, "unknown"});
  }
  return axis;
}

}  // namespace

std::vector<Axis> AxesOf(const Cell& cell,
                         std::span<const Covenant* const> covenants,
                         const SpaceOptions& options,
                         bool& whole) {
  std::vector<Axis> out;
  for (const auto& [fact, reading] : Readings(cell, covenants))
    out.push_back(AxisOf(fact, reading, covenants, options, whole));
  return out;
}

}  // namespace schakel::policy
