#include "node/policy/space.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <variant>

#include "node/policy/axes.h"
#include "node/policy/prospect.h"

namespace schakel::policy {
namespace {

using covenant::Covenant;

// Counts through all combinations, the last place fastest.
class Odometer {
 public:
  explicit Odometer(const std::vector<Axis>& axes) : axes_(axes), places_(axes.size(), 0) {}

  [[nodiscard]] std::span<const size_t> places() const { return places_; }
  // Steps on, the places from `past` on beginning again, and returns the first place that changed;
  // nullopt past the end.
  std::optional<size_t> Step(size_t past) {
    std::fill(places_.begin() + static_cast<ptrdiff_t>(past), places_.end(), 0);
    for (size_t i = past; i-- > 0;) {
      if (++places_[i] < axes_[i].choices.size()) return i;
      places_[i] = 0;
    }
    return std::nullopt;
  }

 private:
  const std::vector<Axis>& axes_;
  std::vector<size_t> places_;
};

// One covenant being asked.
struct Asked {
  const Covenant* covenant;
  covenant::KnownFacts facts;
  std::vector<uint32_t> numbers;  // per axis: the fact's number
  covenant::PresentSet present;
  covenant::Case question;

  Asked(const Covenant& asked, const Cell& cell, const std::vector<Axis>& axes)
      : covenant(&asked), facts(asked) {
    question.axes = asked.AxesOf(cell.from, cell.to, cell.purpose, cell.category);
    for (const Axis& axis : axes)
      numbers.push_back(asked.FactNumber(axis.fact));
  }

  void Know(size_t axis, const Choice& choice) {
    if (numbers[axis] == covenant::kNoNumber) return;
    if (choice.value) {
      facts.Set(numbers[axis], *choice.value);
    } else {
      facts.Forget(numbers[axis]);
    }
  }

  // Every declared field but this one.
  void LeaveOut(const std::string& absent) {
    if (absent.empty()) {
      question.present = nullptr;
      return;
    }
    present.Restart(*covenant, question.axes.category);
    const auto& categories = covenant->document().categories;
    if (question.axes.category == covenant::kNoNumber) return;
    const auto category = std::next(categories.begin(), question.axes.category);
    for (const auto& [field, type] : category->second.fields) {
      if (field != absent) present.Add(*covenant, field);
    }
    question.present = &present;
  }
};

}  // namespace

covenant::Question QuestionOf(const Cell& cell) {
  covenant::Question out;
  out.from = cell.from;
  out.to = cell.to;
  out.purpose = cell.purpose;
  out.category = cell.category;
  return out;
}

std::set<Cell> CellsOf(std::span<const Covenant* const> covenants) {
  std::set<Cell> out;
  for (const Covenant* covenant : covenants) {
    for (const covenant::Permit& permit : covenant->document().permits)
      out.insert({permit.from, permit.to, permit.purpose, permit.category});
  }
  return out;
}

covenant::Facts Point::Known() const {
  covenant::Facts out;
  for (size_t i = 0; i < axes.size(); ++i) {
    const Choice& choice = axes[i].choices[chosen[i]];
    if (choice.value) out.emplace(axes[i].fact, *choice.value);
  }
  return out;
}

bool Choice::single() const {
  if (!value) return false;
  if (const auto* range = std::get_if<IntInterval>(&*value)) return range->low == range->high;
  return !std::holds_alternative<std::set<std::string>>(*value);
}

std::string Point::Text() const {
  std::string out;
  for (size_t i = 0; i < axes.size(); ++i) {
    if (!out.empty()) out += " ";
    out += axes[i].fact + "=" + axes[i].choices[chosen[i]].label;
  }
  return out;
}

size_t Point::Open() const {
  size_t out = 0;
  for (size_t i = 0; i < axes.size(); ++i)
    out += axes[i].choices[chosen[i]].single() ? 0U : 1U;
  return out;
}

std::vector<Instant> InstantsOf(const Cell& cell, std::span<const Covenant* const> covenants) {
  Instant first{Instant::duration::min()};
  Instant past{Instant::duration::max()};
  for (const Covenant* covenant : covenants) {
    first = std::max(first, covenant->document().valid_from);
    past = std::min(past, covenant->document().valid_until);
  }
  std::set<Instant> out;
  if (first >= past) return {};
  out.insert(first);
  for (const Covenant* covenant : covenants) {
    for (const covenant::Permit* permit : covenant->PermitsFor(QuestionOf(cell))) {
      const auto& until = covenant->document().bases.at(permit->basis).until;
      if (until && *until > first && *until < past) out.insert(*until);
    }
  }
  return {out.begin(), out.end()};
}

Space::Space(Cell cell, std::span<const Covenant* const> covenants, SpaceOptions options)
    : cell_(std::move(cell)),
      covenants_(covenants.begin(), covenants.end()),
      denied_(options.denied),
      absent_{""},
      instants_(std::move(options.instants)) {
  axes_ = AxesOf(cell_, covenants, options, whole_);
  if (instants_.empty()) instants_ = InstantsOf(cell_, covenants);
  if (!options.absent_fields) return;
  const covenant::Question question = QuestionOf(cell_);
  std::set<std::string> required;
  for (const Covenant* covenant : covenants) {
    for (const covenant::Permit* permit : covenant->PermitsFor(question))
      required.insert(permit->require.begin(), permit->require.end());
  }
  absent_.insert(absent_.end(), required.begin(), required.end());
}

// The combinations of choices that are asked, in order.
class Space::Steps {
 public:
  explicit Steps(const Space& space) : odometer_(space.axes_), axes_(space.axes_.size()) {
    if (!space.denied_) prospect_.emplace(space.cell_, space.covenants_, space.axes_);
  }

  [[nodiscard]] std::span<const size_t> places() const { return odometer_.places(); }

  // The first place that changed since the step before; nullopt past the end.
  std::optional<size_t> Next() {
    std::optional<size_t> changed = begun_ ? odometer_.Step(axes_) : 0;
    begun_ = true;
    size_t first = axes_;
    while (changed) {
      first = std::min(first, *changed);
      const size_t hopeless = FirstHopeless(*changed);
      if (hopeless == axes_) return first;
      changed = odometer_.Step(hopeless + 1);
    }
    return std::nullopt;
  }

 private:
  // The first axis with which every covenant denies, the number of axes when there is none.
  size_t FirstHopeless(size_t changed) {
    if (!prospect_) return axes_;
    for (size_t axis = changed; axis < axes_; ++axis) {
      if (!prospect_->Choose(axis, odometer_.places()[axis])) return axis;
    }
    return axes_;
  }

  Odometer odometer_;
  size_t axes_;
  std::optional<Prospect> prospect_;
  bool begun_ = false;
};

uint64_t Space::size() const {
  uint64_t out = absent_.size() * instants_.size();
  for (const Axis& axis : axes_) {
    const uint64_t choices = axis.choices.size();
    if (out > std::numeric_limits<uint64_t>::max() / choices) {
      return std::numeric_limits<uint64_t>::max();
    }
    out *= choices;
  }
  return out;
}

uint64_t Space::CountUpTo(uint64_t most) const {
  if (denied_) return std::min(size(), most);
  const uint64_t each = absent_.size() * instants_.size();
  if (each == 0) return 0;
  uint64_t count = 0;
  Steps steps(*this);
  while (count < most && steps.Next())
    count += each;
  return std::min(count, most);
}

uint64_t Space::Walk(const See& see) const {
  std::vector<std::unique_ptr<Asked>> asked;  // apart: a question points into its own
  for (const Covenant* covenant : covenants_)
    asked.push_back(std::make_unique<Asked>(*covenant, cell_, axes_));
  std::vector<covenant::Verdict> verdicts(asked.size());
  uint64_t count = 0;
  for (const Instant now : instants_) {
    for (const std::string& absent : absent_) {
      for (const auto& one : asked) {
        one->LeaveOut(absent);
        one->question.now = now;
        one->question.facts = &one->facts;
      }
      Steps steps(*this);
      while (const std::optional<size_t> changed = steps.Next()) {
        const std::span<const size_t> places = steps.places();
        for (size_t one = 0; one < asked.size(); ++one) {
          for (size_t i = *changed; i < places.size(); ++i)
            asked[one]->Know(i, axes_[i].choices[places[i]]);
          asked[one]->covenant->Decide(asked[one]->question, verdicts[one]);
        }
        ++count;
        if (!see(Point{axes_, places, absent, now}, verdicts)) return count;
      }
    }
  }
  return count;
}

Result<void> CheckAskable(std::span<const Covenant* const> covenants, uint64_t most) {
  for (const Cell& cell : CellsOf(covenants)) {
    if (Space(cell, covenants).size() <= most) continue;
    return Exhausted("the rules from " + cell.from + " to " + cell.to + " about " + cell.category +
                     " tell apart more questions than can be asked");
  }
  return {};
}

}  // namespace schakel::policy
