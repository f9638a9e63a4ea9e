#include "node/policy/diff.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace schakel::policy {
namespace {

using covenant::Covenant;
using covenant::Decision;
using covenant::Form;
using covenant::Outcome;
using covenant::Verdict;

// More questions than this about partly known facts of one cell are not asked.
constexpr uint64_t kMostPartly = 4'000'000;

std::string Texts(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& name : names)
    out += (out.empty() ? "" : " ") + name;
  return out.empty() ? "none" : out;
}

std::string Texts(const std::vector<std::string>& names) {
  return Texts(std::set<std::string>(names.begin(), names.end()));
}

// A permit's rules, or the code and rules of a deny.
std::string Reason(const Decision& decision) {
  if (decision.outcome != Outcome::kDeny) return Texts(decision.by);
  std::string out = decision.code;
  for (const std::string& rule : decision.by)
    out += " " + rule;
  return out;
}

Direction DirectionOf(Change::Kind kind) {
  using Kind = Change::Kind;
  switch (kind) {
    case Kind::kAllowed:
    case Kind::kFieldAdded:
    case Kind::kFiner:
    case Kind::kKeptLonger:
    case Kind::kOnwardMore:
    case Kind::kApprovalGone:
      return Direction::kWidening;
    case Kind::kDenied:
    case Kind::kFieldGone:
    case Kind::kCoarser:
    case Kind::kKeptShorter:
    case Kind::kOnwardFewer:
    case Kind::kApprovalAdded:
      return Direction::kNarrowing;
    case Kind::kOtherForm:
    case Kind::kApprovalOther:
      return Direction::kMixed;
  }
  return Direction::kMixed;
}

// One difference between two answers to one question.
struct Found {
  Change::Kind kind;
  std::string field, before, after;
};

class AnswerComparison {
 public:
  AnswerComparison(const covenant::Document& before, const covenant::Document& after)
      : before_(before), after_(after) {}

  // Everything in which the two answers differ for those who ask.
  std::vector<Found> Compare(const std::string& category, const Decision& a, const Decision& b) {
    found_.clear();
    const bool went = a.outcome != Outcome::kDeny;
    const bool goes = b.outcome != Outcome::kDeny;
    if (went != goes) {
      Add(goes ? Change::Kind::kAllowed : Change::Kind::kDenied, "", Reason(a), Reason(b));
      return std::move(found_);
    }
    if (!went) return {};
    CompareFields(category, a, b);
    CompareObligations(a, b);
    return std::move(found_);
  }

 private:
  void Add(Change::Kind kind, std::string field, std::string before, std::string after) {
    found_.push_back({kind, std::move(field), std::move(before), std::move(after)});
  }

  void CompareFields(const std::string& category, const Decision& a, const Decision& b) {
    std::set<std::string> names;
    for (const auto& [field, form] : a.fields)
      names.insert(field);
    for (const auto& [field, form] : b.fields)
      names.insert(field);
    for (const std::string& field : names) {
      const auto was = a.fields.find(field);
      const auto is = b.fields.find(field);
      if (was == a.fields.end()) {
        Add(Change::Kind::kFieldAdded, field, "", ToString(is->second));
      } else if (is == b.fields.end()) {
        Add(Change::Kind::kFieldGone, field, ToString(was->second), "");
      } else if (was->second != is->second) {
        Add(FormChange(category, field, was->second, is->second),
            field,
            ToString(was->second),
            ToString(is->second));
      }
    }
  }

  [[nodiscard]] Change::Kind FormChange(const std::string& category,
                                        const std::string& field,
                                        const Form& was,
                                        const Form& is) const {
    const covenant::FieldType type = before_.categories.at(category).fields.at(field);
    if (after_.categories.at(category).fields.at(field) != type) return Change::Kind::kOtherForm;
    const auto coarser = Coarser(type, was, is);
    if (!coarser) return Change::Kind::kOtherForm;
    return *coarser == is ? Change::Kind::kCoarser : Change::Kind::kFiner;
  }

  void CompareObligations(const Decision& a, const Decision& b) {
    if (a.retain && b.retain && !(*a.retain == *b.retain)) {
      const auto length = CompareLength(*b.retain, *a.retain);
      // Two spellings of one length keep as long.
      if (length != std::strong_ordering::equal) {
        Add(length > 0 ? Change::Kind::kKeptLonger : Change::Kind::kKeptShorter,
            "",
            ToString(*a.retain),
            ToString(*b.retain));
      }
    }
    const auto lacks = [](const std::set<std::string>& all, const std::set<std::string>& some) {
      return !std::includes(all.begin(), all.end(), some.begin(), some.end());
    };
    if (lacks(a.onward, b.onward)) {
      Add(Change::Kind::kOnwardMore, "", Texts(a.onward), Texts(b.onward));
    }
    if (lacks(b.onward, a.onward)) {
      Add(Change::Kind::kOnwardFewer, "", Texts(a.onward), Texts(b.onward));
    }
    if (a.approval == b.approval) return;
    const auto text = [](const Decision& decision) {
      return decision.approval ? decision.approval->by + "/" + decision.approval->role + " " +
                                     decision.approval->valid
                               : std::string();
    };
    Add(!b.approval   ? Change::Kind::kApprovalGone
        : !a.approval ? Change::Kind::kApprovalAdded
                      : Change::Kind::kApprovalOther,
        "",
        text(a),
        text(b));
  }

  const covenant::Document& before_;
  const covenant::Document& after_;
  std::vector<Found> found_;
};

// Asks both covenants about one cell and gathers what changed.
class CellComparison {
 public:
  CellComparison(Cell cell, const Covenant& before, const Covenant& after)
      : cell_(std::move(cell)),
        covenants_{&before, &after},
        answers_(before.document(), after.document()) {}

  // Returns how many questions were asked.
  uint64_t Ask(const SpaceOptions& options) {
    const Space space(cell_, covenants_, options);
    return space.Walk([this](const Point& point, std::span<const Verdict> verdicts) {
      See(point, verdicts);
      return true;
    });
  }

  void Take(std::vector<Change>& out) && {
    for (auto& [key, change] : changes_)
      out.push_back(std::move(change.change));
  }

 private:
  using Key = std::tuple<Change::Kind, std::string, std::string, std::string>;
  struct Gathered {
    Change change;
    size_t open = 0;
  };

  void See(const Point& point, std::span<const Verdict> verdicts) {
    // Both denied, or one pair of answers seen before: by far the most.
    if (verdicts[0].outcome == Outcome::kDeny && verdicts[1].outcome == Outcome::kDeny) return;
    key_.clear();
    verdicts[0].AppendKey(key_);
    verdicts[1].AppendKey(key_);
    auto seen = seen_.find(key_);
    if (seen == seen_.end()) {
      const Decision was = covenants_[0]->Render(verdicts[0]);
      const Decision is = covenants_[1]->Render(verdicts[1]);
      seen = seen_.emplace(key_, answers_.Compare(cell_.category, was, is)).first;
    }
    for (const Found& found : seen->second)
      Gather(found, point);
  }

  void Gather(const Found& found, const Point& point) {
    // Which rule stopped a record is told by the witness; all of them are one change.
    const bool whole = found.kind == Change::Kind::kAllowed || found.kind == Change::Kind::kDenied;
    const Key key = whole ? Key{found.kind, "", "", ""}
                          : Key{found.kind, found.field, found.before, found.after};
    const size_t open = point.Open();
    auto [place, added] = changes_.try_emplace(key);
    Gathered& gathered = place->second;
    ++gathered.change.cases;
    if (!added && gathered.open <= open) return;
    gathered.open = open;
    gathered.change.kind = found.kind;
    gathered.change.direction = DirectionOf(found.kind);
    gathered.change.cell = cell_;
    gathered.change.field = found.field;
    gathered.change.before = found.before;
    gathered.change.after = found.after;
    gathered.change.witness = point.Known();
    gathered.change.witness_text = point.Text();
    gathered.change.absent = point.absent;
    gathered.change.at = point.now;
  }

  Cell cell_;
  std::array<const Covenant*, 2> covenants_;
  AnswerComparison answers_;
  std::map<Key, Gathered> changes_;
  std::map<std::string, std::vector<Found>> seen_;
  std::string key_;
};

// All that the answers of one cell depend on, but the time: equal, equal answers.
struct Words {
  std::map<std::string, covenant::Permit> permits;
  std::map<std::string, covenant::Deny> denies;
  std::map<std::string, covenant::Basis> bases;
  std::map<std::string, covenant::FactDeclaration> facts;
  std::map<std::string, covenant::Category> category;
  Period retain;
  std::set<std::string> onward;
  std::string journal;
  friend bool operator==(const Words&, const Words&) = default;
};

Words WordsOf(const Covenant& covenant, const Cell& cell) {
  const covenant::Document& document = covenant.document();
  Words out{{},
            {},
            {},
            {},
            {},
            document.default_retain,
            document.default_onward,
            document.default_journal};
  const auto read = [&](const std::string& fact) {
    const auto declared = document.facts.find(fact);
    if (declared != document.facts.end()) out.facts.insert(*declared);
  };
  const covenant::Question question = QuestionOf(cell);
  for (const covenant::Permit* permit : covenant.PermitsFor(question)) {
    covenant::Permit& copy = out.permits[permit->id] = *permit;
    copy.index = 0;  // where a rule stands means nothing
    const covenant::Basis& basis = document.bases.at(permit->basis);
    out.bases[permit->basis] = basis;
    if (!basis.needs.empty()) read(basis.needs);
    for (const auto& [fact, test] : permit->when)
      read(fact);
  }
  for (const covenant::Deny* deny : covenant.DeniesFor(question)) {
    covenant::Deny& copy = out.denies[deny->id] = *deny;
    copy.index = 0;
    for (const auto& [fact, test] : deny->when)
      read(fact);
  }
  const auto category = document.categories.find(cell.category);
  if (category != document.categories.end()) out.category.insert(*category);
  return out;
}

}  // namespace

std::string_view NameOf(Direction direction) {
  switch (direction) {
    case Direction::kNeutral:
      return "neutral";
    case Direction::kNarrowing:
      return "narrowing";
    case Direction::kWidening:
      return "widening";
    case Direction::kMixed:
      return "mixed";
  }
  return "";
}

Direction Join(Direction a, Direction b) {
  if (a == b || b == Direction::kNeutral) return a;
  return a == Direction::kNeutral ? b : Direction::kMixed;
}

std::string_view NameOf(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::kAllowed:
      return "newly allowed";
    case Change::Kind::kDenied:
      return "newly denied";
    case Change::Kind::kFieldAdded:
      return "field added";
    case Change::Kind::kFieldGone:
      return "field withheld";
    case Change::Kind::kFiner:
      return "form finer";
    case Change::Kind::kCoarser:
      return "form coarser";
    case Change::Kind::kOtherForm:
      return "other form";
    case Change::Kind::kKeptLonger:
      return "kept longer";
    case Change::Kind::kKeptShorter:
      return "kept shorter";
    case Change::Kind::kOnwardMore:
      return "onward to more";
    case Change::Kind::kOnwardFewer:
      return "onward to fewer";
    case Change::Kind::kApprovalGone:
      return "approval dropped";
    case Change::Kind::kApprovalAdded:
      return "approval added";
    case Change::Kind::kApprovalOther:
      return "other approval";
  }
  return "";
}

Difference Compare(const Covenant& before, const Covenant& after) {
  Difference out;
  const std::array<const Covenant*, 2> both{&before, &after};
  out.settings = CompareSettings(before.document(), after.document());
  for (const SettingChange& setting : out.settings)
    out.direction = Join(out.direction, setting.direction);
  out.compared = std::max(before.document().valid_from, after.document().valid_from) <
                 std::min(before.document().valid_until, after.document().valid_until);
  if (!out.compared) {
    out.direction = Direction::kMixed;
    return out;
  }
  for (const Cell& cell : CellsOf(both)) {
    if (WordsOf(before, cell) == WordsOf(after, cell)) continue;
    CellComparison comparison(cell, before, after);
    // Also what is only partly known: two halves of one condition are TRUE of no interval that has
    // part of each, the whole condition is.
    SpaceOptions options;
    options.knowledge = Knowledge::kPartial;
    options.denied = false;
    if (const Space space(cell, both, options);
        !space.whole() || space.CountUpTo(kMostPartly + 1) > kMostPartly) {
      options.knowledge = Knowledge::kUnknown;
      out.partly.push_back(cell);
    }
    out.questions += comparison.Ask(options);
    std::move(comparison).Take(out.changes);
  }
  for (const Change& change : out.changes)
    out.direction = Join(out.direction, change.direction);
  return out;
}

}  // namespace schakel::policy
