// Random rules, facts and questions over the small covenant of mini.h, for properties.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "node/covenant/check.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {

inline const Document& Base() {
  static const Document document = MustRead(MiniYaml(" []"));
  return document;
}

template <typename T>
T OneOf(const std::vector<T>& values) {
  return *rc::gen::elementOf(values);
}

// At any size the whole range: small cases are no simpler here, only poorer.
template <typename T>
T InRange(T low, T past) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(low, past));
}

inline bool Chance(int percent) {
  return InRange(0, 100) < percent;
}

// A test of a fact that the category declares; nothing for others.
inline void AddTest(When& when, const std::string& fact) {
  const FactDeclaration& declared = Base().facts.at(fact);
  switch (declared.type) {
    case FactType::kBool:
      when[fact] = BoolTest{Chance(60)};
      return;
    case FactType::kEnum:
      if (declared.ordered && Chance(70)) {
        when[fact] = OrderTest{OneOf(declared.values), std::nullopt};
      } else {
        when[fact] = EnumTest{{OneOf(declared.values)}};
      }
      return;
    case FactType::kInt:
    case FactType::kAge:
    case FactType::kElapsed: {
      const int64_t low = InRange<int64_t>(0, 20);
      when[fact] = Chance(50) ? IntTest{low, std::nullopt} : IntTest{std::nullopt, low};
      return;
    }
  }
}

inline const std::vector<std::string> kFacts{
    "step", "listed", "size", "age", "sealed", "role", "consent"};
inline const std::vector<std::string> kCategories{"k", "g", "persoon"};

inline When RandomWhen() {
  When when;
  for (const std::string& fact : kFacts) {
    if (Chance(15)) AddTest(when, fact);
  }
  return when;
}

// What the rules of one cell that can apply at once have to agree on.
struct Style {
  std::map<std::string, Form> forms;
  std::set<std::string> require;
  std::optional<Period> retain;
  std::optional<std::set<std::string>> onward;
  std::optional<Approval> approval;
};

inline Form FormOf(std::string_view text) {
  return *ParseForm(text);
}

inline Style RandomStyle(const std::string& category) {
  Style style;
  const auto form = [&](const std::string& field, const std::vector<std::string>& forms) {
    style.forms[field] = FormOf(OneOf(forms));
    if (style.forms[field].kind != FormKind::kWithheld && Chance(15)) style.require.insert(field);
  };
  const std::vector<std::string> dates{"plain", "month", "month", "year", "band(12,16,18)"};
  if (category == "persoon") {
    form("naam", {"plain", "initials"});
    form("geboortedatum", dates);
    form("bsn", {"pseudonym(recipient)", "withheld"});
  } else {
    form("soort", {"plain", "plain", "coarse(buurt)"});
    form("datum", dates);
  }
  if (category == "k") {
    form("naam", {"plain", "initials", "withheld"});
    form("tekst", {"reviewed", "withheld"});
  }
  if (Chance(40)) style.retain = *ParsePeriod(OneOf<std::string>({"P3M", "P14D"}));
  if (Chance(40)) {
    style.onward.emplace();
    if (Chance(70)) style.onward->insert(OneOf<std::string>({"b", "c"}));
  }
  if (Chance(20)) {
    style.approval = Approval{"a", OneOf<std::string>({"approver", "officer"}), true, "P7D"};
  }
  return style;
}

inline void PutOn(Permit& permit, const Style& style) {
  permit.fields.clear();
  for (const auto& [field, form] : style.forms) {
    if (style.require.contains(field) || Chance(60)) permit.fields[field] = form;
  }
  if (permit.fields.empty()) permit.fields.insert(*style.forms.begin());
  permit.require = style.require;
  permit.retain = style.retain;
  permit.onward = style.onward;
  permit.approval = style.approval;
}

// A permit with an agreement of its own on what it gives: PutOn makes it agree with others.
inline Permit RandomPermit(int number) {
  Permit permit;
  permit.id = "K" + std::to_string(number);
  permit.from = "a";
  permit.to = OneOf<std::string>({"b", "b", "c"});
  permit.purpose = OneOf<std::string>({"p", "p", "q"});
  permit.category = OneOf(kCategories);
  permit.basis = OneOf<std::string>({"open", "open", "ended"});
  permit.when = RandomWhen();
  std::erase_if(permit.when,
                [&](const auto& entry) { return !Reaches(Base(), entry.first, permit.category); });
  // `asked` needs consent, which `k` alone has.
  if (permit.category == "k" && permit.purpose == "p" && Chance(30)) {
    permit.basis = "asked";
    permit.when.erase("consent");
  }
  PutOn(permit, RandomStyle(permit.category));
  return permit;
}

inline Deny RandomDeny(int number) {
  Deny deny;
  deny.id = "D" + std::to_string(number);
  if (Chance(40)) deny.to = {OneOf<std::string>({"b", "c"})};
  if (Chance(40)) deny.category = {OneOf(kCategories)};
  deny.when = RandomWhen();
  std::erase_if(deny.when, [&](const auto& entry) {
    return std::any_of(deny.category.begin(), deny.category.end(), [&](const auto& category) {
      return !Reaches(Base(), entry.first, category);
    });
  });
  if (Chance(40)) {
    deny.fields = {OneOf<std::string>({"naam", "datum", "soort"})};
    for (const char* form : {"month", "year", "initials", "coarse(buurt)"}) {
      if (Chance(15)) deny.unless_form.push_back(FormOf(form));
    }
  }
  return deny;
}

// One value of a fact per side: rules of one cell that exclude each other, so that they need not
// agree.
inline std::pair<std::string, Test> SideOf(const std::string& category, bool first) {
  if (Base().categories.at(category).about_person) return {"listed", BoolTest{first}};
  return {"step", EnumTest{{first ? "1" : "3"}}};
}

// Its rules agree in each cell, or on each side of a cell that is split in two.
inline Document RandomDocument() {
  Document document = Base();
  struct Cell {
    std::array<Style, 2> styles;
    bool split = false;
  };
  std::map<std::string, Cell> cells;
  const int permits = InRange(1, 9);
  for (int i = 0; i < permits; ++i) {
    Permit permit = RandomPermit(i);
    const auto [place, fresh] =
        cells.try_emplace(permit.to + " " + permit.purpose + " " + permit.category);
    Cell& cell = place->second;
    if (fresh) {
      cell.split = Chance(30);
      for (Style& style : cell.styles)
        style = RandomStyle(permit.category);
    }
    const bool first = !cell.split || Chance(50);
    if (cell.split) {
      auto [fact, test] = SideOf(permit.category, first);
      permit.when[fact] = std::move(test);
    }
    PutOn(permit, cell.styles[first ? 0 : 1]);
    document.permits.push_back(std::move(permit));
  }
  const int denies = InRange(0, 4);
  for (int i = 0; i < denies; ++i)
    document.denies.push_back(RandomDeny(i));
  return document;
}

inline Facts RandomFacts() {
  Facts facts;
  for (const std::string& fact : kFacts) {
    if (Chance(15)) continue;
    const FactDeclaration& declared = Base().facts.at(fact);
    if (declared.type == FactType::kBool) {
      facts[fact] = FactValue{Chance(70)};
    } else if (declared.type == FactType::kEnum) {
      facts[fact] = FactValue{OneOf(declared.values)};
    } else {
      int64_t low = InRange<int64_t>(0, 25);
      if (declared.range && Chance(10)) low += declared.range->high - 10;  // or beyond it
      facts[fact] = Between(low, low + (Chance(80) ? 0 : 1));
    }
  }
  return facts;
}

// Mostly about a cell that has a permit.
inline Question RandomQuestion(const Document& document) {
  Question question = AskMini(OneOf(kCategories), RandomFacts());
  question.to = OneOf<std::string>({"b", "c"});
  question.purpose = OneOf<std::string>({"p", "q"});
  if (!document.permits.empty() && Chance(85)) {
    const Permit permit = document.permits[InRange<size_t>(0, document.permits.size())];
    question.to = permit.to;
    question.purpose = permit.purpose;
    question.category = permit.category;
  }
  if (Chance(30)) {
    question.present.emplace();
    for (const auto& [field, type] : Base().categories.at(question.category).fields) {
      if (Chance(70)) question.present->insert(field);
    }
  }
  question.approved = Chance(50);
  if (Chance(20)) {
    question.now = FirstInstantOf(Day{std::chrono::year{2026} / 7 / 1}, Zone::kAmsterdam);
  }
  return question;
}

inline std::unique_ptr<const Covenant> Compiled(Document document) {
  auto covenant = Covenant::Compile(std::move(document));
  RC_ASSERT(covenant.ok());
  return std::move(*covenant);
}

}  // namespace schakel::covenant
