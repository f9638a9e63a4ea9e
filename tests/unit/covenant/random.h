// Random rules, facts and questions over the small covenant of mini.h, for properties.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
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

// One form, one set of obligations and one `require` per category, so that every mix compiles.
inline Permit RandomPermit(int number) {
  Permit permit;
  permit.id = "K" + std::to_string(number);
  permit.from = "a";
  permit.to = OneOf<std::string>({"b", "b", "c"});
  permit.purpose = OneOf<std::string>({"p", "p", "q"});
  permit.category = OneOf(kCategories);
  permit.basis = OneOf<std::string>({"open", "open", "ended"});
  for (auto& [fact, test] : RandomWhen()) {
    if (Base().categories.contains(permit.category)) permit.when.emplace(fact, test);
  }
  const Form plain{FormKind::kPlain, ""};
  if (permit.category == "persoon") {
    permit.fields = {{"naam", plain}};
    if (Chance(50)) permit.fields["geboortedatum"] = {FormKind::kYear, ""};
    permit.require = {"naam"};
  } else {
    permit.fields = {{"soort", plain}};
    if (Chance(50)) permit.fields["datum"] = {FormKind::kMonth, ""};
    if (permit.category == "k" && Chance(50)) permit.fields["naam"] = plain;
    permit.retain = *ParsePeriod("P3M");
  }
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
  if (Chance(40)) deny.fields = {OneOf<std::string>({"naam", "datum", "soort"})};
  return deny;
}

// A document whose permits read only facts that their category declares.
inline Document RandomDocument() {
  Document document = Base();
  const auto plain = MustCompile(Base());
  const int permits = InRange(1, 9);
  for (int i = 0; i < permits; ++i) {
    Permit permit = RandomPermit(i);
    std::erase_if(permit.when, [&](const auto& entry) {
      return !plain->FactReaches(entry.first, permit.category);
    });
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
