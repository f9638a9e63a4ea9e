#include "node/scan/word.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <optional>

namespace schakel::scan {
namespace {

using covenant::FactDeclaration;
using covenant::FactValue;
using covenant::Test;

// The permits of the cell that the giver named, in its order; empty unless every one is there.
std::vector<const covenant::Permit*> NamedPermits(const covenant::Covenant& covenant,
                                                  const covenant::Question& given,
                                                  const std::vector<std::string>& by) {
  const std::vector<const covenant::Permit*>& cell = covenant.PermitsFor(given);
  std::vector<const covenant::Permit*> permits;
  for (const std::string& id : by) {
    const auto found = std::find_if(
        cell.begin(), cell.end(), [&](const auto* permit) { return permit->id == id; });
    if (found == cell.end()) return {};
    permits.push_back(*found);
  }
  return permits;
}

// The values of an enum from the test's lowest to its highest.
std::set<std::string> ValuesBetween(const FactDeclaration& fact, const covenant::OrderTest& test) {
  auto first = fact.values.begin();
  auto last = fact.values.end();
  if (test.min) first = std::find(fact.values.begin(), fact.values.end(), *test.min);
  if (test.max) last = std::find(fact.values.begin(), fact.values.end(), *test.max);
  if (test.max && last != fact.values.end()) ++last;
  return first < last ? std::set<std::string>(first, last) : std::set<std::string>();
}

// An age and a time elapsed: what bounded one from above when the giver decided may not do so now.
bool Grows(const FactDeclaration& fact) {
  return fact.type == covenant::FactType::kAge || fact.type == covenant::FactType::kElapsed;
}

// All that a condition which is TRUE tells of its fact.
FactValue Satisfying(const FactDeclaration& fact, const Test& test) {
  if (const auto* const flag = std::get_if<covenant::BoolTest>(&test)) return flag->equals;
  if (const auto* const range = std::get_if<covenant::IntTest>(&test)) {
    using Limits = std::numeric_limits<int64_t>;
    const IntInterval all = fact.range.value_or(IntInterval{Limits::min(), Limits::max()});
    return IntInterval{std::max(all.low, range->min.value_or(all.low)),
                       std::min(all.high, range->max.value_or(all.high))};
  }
  if (const auto* const order = std::get_if<covenant::OrderTest>(&test)) {
    return ValuesBetween(fact, *order);
  }
  return std::get<covenant::EnumTest>(test).in;
}

// What holds when both do; nothing when they cannot, or are no values of one fact.
std::optional<FactValue> Both(const FactValue& a, const FactValue& b) {
  if (const auto* x = std::get_if<IntInterval>(&a), *y = std::get_if<IntInterval>(&b); x && y) {
    const IntInterval both{std::max(x->low, y->low), std::min(x->high, y->high)};
    if (both.low > both.high) return std::nullopt;
    return both;
  }
  using Names = std::set<std::string>;
  if (const auto* x = std::get_if<Names>(&a), *y = std::get_if<Names>(&b); x && y) {
    Names both;
    std::set_intersection(
        x->begin(), x->end(), y->begin(), y->end(), std::inserter(both, both.end()));
    if (both.empty()) return std::nullopt;
    return both;
  }
  if (a == b) return a;
  return std::nullopt;
}

bool IsStated(const covenant::Document& document, const std::string& fact) {
  const auto declared = document.facts.find(fact);
  return declared == document.facts.end() || !declared->second.stated_by.empty();
}

// True when a deny that was FALSE for the giver still is: it reads nothing that was stated, and
// nothing that has grown to its lower bound meanwhile.
bool StaysFalse(const covenant::Document& document, const covenant::Deny& deny) {
  return std::all_of(deny.when.begin(), deny.when.end(), [&](const auto& condition) {
    const auto& [fact, test] = condition;
    if (IsStated(document, fact)) return false;
    const auto* const range = std::get_if<covenant::IntTest>(&test);
    return range == nullptr || !range->min || !Grows(document.facts.at(fact));
  });
}

// The permit's own conditions and what its basis needs.
covenant::When ConditionsOf(const covenant::Document& document, const covenant::Permit& permit) {
  covenant::When when = permit.when;
  const std::string& needs = document.bases.at(permit.basis).needs;
  if (!needs.empty()) when.try_emplace(needs, covenant::BoolTest{true});
  return when;
}

}  // namespace

GiversWord WordOf(const covenant::Covenant& covenant,
                  const covenant::Question& given,
                  const std::vector<std::string>& by) {
  const covenant::Document& document = covenant.document();
  const std::vector<const covenant::Permit*> permits = NamedPermits(covenant, given, by);
  GiversWord word;
  if (permits.empty()) return word;
  std::map<std::string, std::optional<FactValue>> known;  // empty: contradicted, whatever follows
  for (const covenant::Permit* permit : permits) {
    for (const auto& [fact, test] : ConditionsOf(document, *permit)) {
      if (IsStated(document, fact)) continue;
      const FactValue value = Satisfying(document.facts.at(fact), test);
      const auto [entry, fresh] = known.emplace(fact, value);
      if (!fresh && entry->second) entry->second = Both(*entry->second, value);
    }
  }
  for (auto& [fact, value] : known) {
    if (!value) continue;
    auto* const range = std::get_if<IntInterval>(&*value);
    if (range != nullptr && Grows(document.facts.at(fact))) {
      range->high = std::numeric_limits<int64_t>::max();
    }
    word.facts.emplace(fact, *std::move(value));
  }
  for (const covenant::Deny* deny : covenant.DeniesFor(given)) {
    if (deny->fields.empty() && StaysFalse(document, *deny)) word.passed.insert(deny->id);
  }
  return word;
}

bool BsnMayGoOn(const covenant::Covenant& covenant,
                const covenant::Question& given,
                const std::vector<std::string>& by,
                const std::string& party) {
  for (const covenant::Permit* permit : NamedPermits(covenant, given, by)) {
    const auto form = permit->fields.find("bsn");
    if (form == permit->fields.end() || form->second.kind == covenant::FormKind::kWithheld)
      continue;
    return covenant.document().bases.at(permit->basis).bsn.contains(party);
  }
  return false;
}

}  // namespace schakel::scan
