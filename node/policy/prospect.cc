#include "node/policy/prospect.h"

#include <map>
#include <set>
#include <string>
#include <utility>

namespace schakel::policy {
namespace {

using covenant::Covenant;
using covenant::Decision;
using covenant::Truth;

constexpr size_t kWord = 64;

void Set(std::vector<uint64_t>& words, size_t bit) {
  words[bit / kWord] |= uint64_t{1} << bit % kWord;
}
void Clear(std::vector<uint64_t>& words, size_t bit) {
  words[bit / kWord] &= ~(uint64_t{1} << bit % kWord);
}

// What a covenant's rules in the cell make of one fact, with nothing else known.
std::vector<Decision::Trace> TraceOf(const Covenant& covenant,
                                     covenant::Question question,
                                     const std::string& fact,
                                     const Choice& choice) {
  if (choice.value) question.facts.emplace(fact, *choice.value);
  return covenant.Decide(question).trace;
}

}  // namespace

Prospect::Prospect(const Cell& cell,
                   std::span<const Covenant* const> covenants,
                   std::span<const Axis> axes) {
  covenant::Question question = QuestionOf(cell);
  // Each covenant's rules in the cell get numbers of their own.
  std::vector<std::map<std::string, size_t>> numbers(covenants.size());
  std::vector<std::set<std::string>> permits(covenants.size());
  size_t rules = 0;
  for (size_t one = 0; one < covenants.size(); ++one) {
    for (const covenant::Permit* permit : covenants[one]->PermitsFor(question)) {
      permits[one].insert(permit->id);
      numbers[one].emplace(permit->id, rules++);
    }
    for (const covenant::Deny* deny : covenants[one]->DeniesFor(question)) {
      if (deny->fields.empty()) numbers[one].emplace(deny->id, rules++);
    }
  }
  words_ = (rules + kWord - 1) / kWord;
  const Words none(words_, 0);
  const Words all(words_, ~uint64_t{0});
  for (size_t one = 0; one < covenants.size(); ++one) {
    Rules& own = covenants_.emplace_back(Rules{none, none});
    for (const auto& [id, number] : numbers[one])
      Set(permits[one].contains(id) ? own.permits : own.denies, number);
  }
  alive_.assign(axes.size(), all);
  read_.assign(axes.size(), all);
  for (size_t axis = 0; axis < axes.size(); ++axis) {
    std::vector<Words>& stands = stands_.emplace_back();
    for (const Choice& choice : axes[axis].choices) {
      Words& left = stands.emplace_back(all);
      for (size_t one = 0; one < covenants.size(); ++one) {
        question.now = covenants[one]->document().valid_from;
        for (const Decision::Trace& rule :
             TraceOf(*covenants[one], question, axes[axis].fact, choice)) {
          const auto number = numbers[one].find(rule.rule);
          const auto truth = rule.conditions.find(axes[axis].fact);
          if (number == numbers[one].end() || truth == rule.conditions.end()) continue;
          for (size_t before = 0; before < axis; ++before)
            Clear(read_[before], number->second);
          const bool permit = permits[one].contains(rule.rule);
          const bool stays =
              permit ? truth->second == Truth::kTrue : truth->second != Truth::kFalse;
          if (!stays) Clear(left, number->second);
        }
      }
    }
  }
}

bool Prospect::Choose(size_t axis, size_t choice) {
  const Words& stands = stands_[axis][choice];
  Words& alive = alive_[axis];
  for (size_t word = 0; word < words_; ++word)
    alive[word] = (axis == 0 ? ~uint64_t{0} : alive_[axis - 1][word]) & stands[word];
  for (const Rules& covenant : covenants_) {
    uint64_t permits = 0;
    uint64_t bites = 0;
    for (size_t word = 0; word < words_; ++word) {
      permits |= alive[word] & covenant.permits[word];
      bites |= alive[word] & covenant.denies[word] & read_[axis][word];
    }
    if (permits != 0 && bites == 0) return true;
  }
  return false;
}

}  // namespace schakel::policy
