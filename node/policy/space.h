// Every question that can be asked of one cell, in finitely many: for each fact one value of every
// set that no rule tells apart. What holds for all of these holds for all questions, so a diff, a
// matrix or an invariant that walks them is exact and needs no solver (covenant.md, decision 1).
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/covenant/decide.h"
#include "node/covenant/verdict.h"

namespace schakel::policy {

// Who gives what to whom, and for what.
struct Cell {
  std::string from, to, purpose, category;
  friend auto operator<=>(const Cell&, const Cell&) = default;
};

// The question about the cell, with nothing known.
covenant::Question QuestionOf(const Cell& cell);

// The cells that a permit of any of the covenants names, sorted. Every other cell denies.
std::set<Cell> CellsOf(std::span<const covenant::Covenant* const> covenants);

// How much a question may leave open.
enum class Knowledge {
  kComplete,  // every fact has one value
  kUnknown,   // or none at all
  kPartial,   // or an interval, or a set of an enum's values
};

// One way to be for one fact: all its values give the same decision, whatever the other facts are.
struct Choice {
  std::optional<covenant::FactValue> value;  // none: unknown
  // The whole set that `value` stands for: "0..11", "12..", "verdachte veroordeelde", "unknown".
  std::string label;

  // One value, and nothing open.
  [[nodiscard]] bool single() const;
};
struct Axis {
  std::string fact;
  std::vector<Choice> choices;  // at least one
};

struct SpaceOptions {
  Knowledge knowledge = Knowledge::kUnknown;
  // Facts that are given: their axis has this one choice. A fact that no rule reads is ignored.
  covenant::Facts given{};
  // Facts that are one of these values: an interval stands for each number in it.
  covenant::Facts narrowed{};
  // Without: leaves out what no covenant can let through, as far as its rules tell one by one
  // (Prospect). For who looks for what goes, or for what differs in it: of the model's questions
  // that is one in hundreds.
  bool denied = true;
  // Whether fields that a permit requires are left out of the record too, one at a time.
  bool absent_fields = true;
  // When; empty: all of them that differ (InstantsOf).
  std::vector<Instant> instants{};
};

// One question of the space.
struct Point {
  std::span<const Axis> axes;
  std::span<const size_t> chosen;  // per axis
  std::string absent;              // a field that the record lacks, or empty
  Instant now;

  // What is known, unknown facts left out.
  [[nodiscard]] covenant::Facts Known() const;
  // How many facts are unknown or known in part.
  [[nodiscard]] size_t Open() const;
  // "age=12.. listed=true", in order of the facts' names.
  [[nodiscard]] std::string Text() const;
};

// The questions of one cell, for one covenant or for several at once.
class Space {
 public:
  // The covenants must outlive this.
  Space(Cell cell, std::span<const covenant::Covenant* const> covenants, SpaceOptions options = {});

  [[nodiscard]] const Cell& cell() const { return cell_; }
  [[nodiscard]] const std::vector<Axis>& axes() const { return axes_; }
  // False when a fact has too many sets of values for kPartial to take them all apart; then those
  // of more than one value are left out.
  [[nodiscard]] bool whole() const { return whole_; }
  // How many questions there are, left out or not; UINT64_MAX when there are more.
  [[nodiscard]] uint64_t size() const;
  // How many Walk asks, or `most` when it asks more.
  [[nodiscard]] uint64_t CountUpTo(uint64_t most) const;

  // Asks them of each covenant, in a fixed order; `see` gets one verdict per covenant and
  // returns false to stop. A covenant that is not in force at the point's time denies. Returns how
  // many questions were asked.
  using See = std::function<bool(const Point&, std::span<const covenant::Verdict> verdicts)>;
  uint64_t Walk(const See& see) const;

 private:
  class Steps;

  Cell cell_;
  std::vector<const covenant::Covenant*> covenants_;
  std::vector<Axis> axes_;
  bool whole_ = true;
  bool denied_ = true;
  std::vector<std::string> absent_;  // the empty text first
  std::vector<Instant> instants_;
};

// The instants at which the decisions about the cell begin to differ, within the terms of all the
// covenants: the latest beginning, and each end after it of a legal basis that a permit of the cell
// has. Sorted. Empty when their terms do not meet.
std::vector<Instant> InstantsOf(const Cell& cell,
                                std::span<const covenant::Covenant* const> covenants);

// More questions than this about one cell are asked by nobody: about ten seconds of deciding.
inline constexpr uint64_t kMostQuestions = 50'000'000;

// kExhausted, with the first such cell, when a cell of the covenants together has more questions
// than `most` (Knowledge::kUnknown). Whoever walks covenants of others asks this first: a document
// of 1 MiB can draw more bounds than anybody can walk.
Result<void> CheckAskable(std::span<const covenant::Covenant* const> covenants,
                          uint64_t most = kMostQuestions);

}  // namespace schakel::policy
