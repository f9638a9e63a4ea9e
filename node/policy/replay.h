// Decisions that a log has, under another version of the covenant: what would now go, and what no
// longer. A decision line holds no values, only which conditions were TRUE, FALSE or UNKNOWN
// (exchange.md 5), so every question that fits those is put to both versions; what they do not
// agree on cannot be told from the log, and is said to be so.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node/base/seams.h"
#include "node/canon/value.h"
#include "node/covenant/decide.h"
#include "node/policy/space.h"
#include "node/report/messages.h"
#include "node/report/table.h"

namespace schakel::policy {

enum class Effect {
  kSame,     // the same fields in the same forms, or again nothing
  kGiven,    // stayed, and would go now, as far as its fields are filled in
  kStays,    // went, and would stay now (or wait for an approval)
  kFiner,    // would go with more fields or in finer forms
  kCoarser,  // would go with fewer fields or in coarser forms
  kOther,    // some of both
  kUnknown,  // the log does not say enough
  kApart,    // stayed for a reason that is not the covenant's: a person, a budget, a record's state
  kErased,   // its key was destroyed
};
inline constexpr Effect kLastEffect = Effect::kErased;

// One exchange as `exchange.show` gives it (node/app/README.md).
struct Logged {
  std::string from, to, purpose;
  Instant at;
  std::vector<canon::Value> lines;
  int64_t erased = 0;  // lines that no longer open
};

struct Replayed {
  struct Change {
    Cell cell;
    Effect effect = Effect::kSame;
    std::string rules;  // that decided: "I01" before, or a code
    std::string now;    // the same of the other version; empty for kUnknown, kApart
    friend auto operator<=>(const Change&, const Change&) = default;
  };
  int64_t exchanges = 0;
  std::map<Effect, int64_t> counts;   // of records; of lines for kErased
  std::map<Change, int64_t> changes;  // all but kSame and kErased

  [[nodiscard]] int64_t Count(Effect effect) const;
  void Add(const Replayed& other);
};

// Not safe for concurrent use.
class Replay {
 public:
  // `before` decided what is in the log. Both outlive it.
  Replay(const covenant::Covenant& before, const covenant::Covenant& after);
  ~Replay();

  // Reads lines as exchange::DecisionValue writes them; a record that it does not understand, or
  // that another version decided than `before`, counts as kUnknown.
  void Add(const Logged& logged);
  [[nodiscard]] const Replayed& result() const { return result_; }

 private:
  struct CellSpace;
  struct Record;
  struct Answer {
    Effect effect = Effect::kUnknown;
    std::string rules, now;
  };
  CellSpace& SpaceOf(const Cell& cell);
  Answer Ask(const Cell& cell, Instant at, const canon::Value& record);
  Answer AskAll(CellSpace& space, const Cell& cell, Instant at, const Record& record);
  bool Narrow(CellSpace& space, const Record& record, std::vector<std::vector<size_t>>& fits);

  const covenant::Covenant& before_;
  const covenant::Covenant& after_;
  std::map<Cell, std::unique_ptr<CellSpace>> spaces_;
  std::map<std::string, Answer> known_;  // by cell, time and record
  Replayed result_;
};

std::string ReplayText(const Replayed& replayed,
                       report::Language language,
                       const report::Paper& paper);
// {exchanges, counts: {same, given, stays, finer, coarser, other, unknown, apart, erased}, changes:
// [{from, to, purpose, category, effect, before, after, count}]}
canon::Value ReplayJson(const Replayed& replayed);

}  // namespace schakel::policy
