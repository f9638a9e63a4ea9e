#include "node/report/view.h"

#include <algorithm>
#include <array>

#include "node/report/words.h"

namespace schakel::report {
namespace {

// The first of these that a fact has stands in front, without its name.
constexpr std::array<std::string_view, 3> kLeading = {"soort", "thema", "reden"};
constexpr std::array<std::string_view, 2> kDates = {"datum", "van"};

template <size_t N>
const FieldText* FirstOf(const Fact& fact, const std::array<std::string_view, N>& names) {
  for (const std::string_view name : names) {
    for (const FieldText& field : fact.fields) {
      if (field.name == name && IsForDisplay(field)) return &field;
    }
  }
  return nullptr;
}

}  // namespace

Totals TotalsOf(const ScanReport& report) {
  Totals totals;
  for (const Gap& gap : report.gaps) {
    ++totals.cells;
    if (IsOpen(gap.stand)) ++totals.open;
    totals.police |=
        gap.party == "politie" && gap.category != "namenlijst" && gap.stand == Stand::kDelivered;
  }
  const auto count = [&totals](const std::vector<Fact>& facts) {
    for (const Fact& fact : facts)
      ++(fact.soft ? totals.soft : totals.hard);
  };
  count(report.group_facts);
  for (const Person& person : report.persons) {
    count(person.facts);
    if (person.address == Address::kShielded) ++totals.shielded;
  }
  return totals;
}

FactView ViewOf(Language language, const ScanReport& report, const Fact& fact) {
  FactView view;
  view.what = CategoryOne(language, fact.category);
  const FieldText* const date = FirstOf(fact, kDates);
  const FieldText* const leading = FirstOf(fact, kLeading);
  if (date != nullptr) view.date = ValueText(language, *date);
  if (leading != nullptr) view.details = ValueText(language, *leading);
  for (const FieldText& field : fact.fields) {
    if (&field == date || &field == leading || !IsForDisplay(field)) continue;
    if (!view.details.empty()) view.details += "; ";
    view.details += FieldName(language, field.name) + " " + ValueText(language, field);
  }
  if (fact.expires) view.expires = MonthText(language, *fact.expires);
  const Source* const source = FindSource(report, fact.source);
  view.own = source != nullptr && source->own;
  return view;
}

const Source* FindSource(const ScanReport& report, int number) {
  const auto source = std::find_if(report.sources.begin(),
                                   report.sources.end(),
                                   [number](const Source& s) { return s.number == number; });
  return source == report.sources.end() ? nullptr : &*source;
}

std::vector<EmptyCell> EmptyCells(const ScanReport& report, const Person& person) {
  std::vector<EmptyCell> out;
  for (const auto& [cell, stand] : person.cells) {
    if (stand == Stand::kDelivered || stand == Stand::kOwn) continue;
    EmptyCell empty{cell.first, cell.second, stand, ""};
    for (const Gap& gap : report.gaps) {
      const bool same = gap.party == empty.party && gap.category == empty.category;
      if (stand == Stand::kRefused && same && gap.stand == stand) empty.code = gap.code;
    }
    out.push_back(std::move(empty));
  }
  return out;
}

}  // namespace schakel::report
