// The rules against each other. First those that one other rule contains, from their texts; then
// what each does to every question of its cells.
#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <variant>

#include "node/covenant/tests.h"
#include "node/policy/lint.h"
#include "node/policy/space.h"

namespace schakel::policy {
namespace {

using covenant::Covenant;
using covenant::Deny;
using covenant::Document;
using covenant::FactDeclaration;
using covenant::Form;
using covenant::FormKind;
using covenant::Outcome;
using covenant::Permit;
using covenant::Remark;
using covenant::Test;
using covenant::Truth;
using covenant::Verdict;
using covenant::When;

std::string Name(const std::string& text) {
  return "`" + text + "`";
}

// ---- one rule within another -------------------------------------------------------------------

std::set<std::string> TrueValues(const FactDeclaration& fact, const Test& test) {
  if (const auto* in = std::get_if<covenant::EnumTest>(&test)) return in->in;
  std::set<std::string> out;
  const auto* order = std::get_if<covenant::OrderTest>(&test);
  if (order == nullptr) return out;
  bool within = !order->min;
  for (const std::string& value : fact.values) {
    within = within || value == *order->min;
    if (within) out.insert(value);
    if (order->max && value == *order->max) break;
  }
  return out;
}

// Whether `a` TRUE makes `b` TRUE.
bool Implies(const FactDeclaration& fact, const Test& a, const Test& b) {
  if (const auto* flag = std::get_if<covenant::BoolTest>(&a)) {
    const auto* other = std::get_if<covenant::BoolTest>(&b);
    return other != nullptr && flag->equals == other->equals;
  }
  if (const auto* range = std::get_if<covenant::IntTest>(&a)) {
    const auto* other = std::get_if<covenant::IntTest>(&b);
    if (other == nullptr) return false;
    return (!other->min || (range->min && *range->min >= *other->min)) &&
           (!other->max || (range->max && *range->max <= *other->max));
  }
  const std::set<std::string> x = TrueValues(fact, a);
  const std::set<std::string> y = TrueValues(fact, b);
  return std::includes(y.begin(), y.end(), x.begin(), x.end());
}

bool Implies(const Document& document, const When& a, const When& b) {
  return std::all_of(b.begin(), b.end(), [&](const auto& entry) {
    const auto mine = a.find(entry.first);
    return mine != a.end() && Implies(document.facts.at(entry.first), mine->second, entry.second);
  });
}

template <typename T>
bool Includes(const std::set<T>& outer, const std::set<T>& inner) {
  return std::includes(outer.begin(), outer.end(), inner.begin(), inner.end());
}
// An empty axis of a deny is any.
bool AxisIncludes(const std::set<std::string>& outer, const std::set<std::string>& inner) {
  return outer.empty() || (!inner.empty() && Includes(outer, inner));
}

When ConditionsOf(const Document& document, const Permit& permit) {
  When when = permit.when;
  const std::string& needs = document.bases.at(permit.basis).needs;
  if (!needs.empty()) when.try_emplace(needs, covenant::BoolTest{true});
  return when;
}

bool Gives(const Permit& permit, const std::string& field) {
  const auto form = permit.fields.find(field);
  return form != permit.fields.end() && form->second.kind != FormKind::kWithheld;
}

// Two permits that can be TRUE at once have equal forms, `require` and obligations, or do not
// compile.
bool Contains(const Document& document, const Permit& outer, const Permit& inner) {
  if (outer.from != inner.from || outer.to != inner.to || outer.purpose != inner.purpose ||
      outer.category != inner.category) {
    return false;
  }
  const auto& ends = document.bases.at(outer.basis).until;
  const auto& inner_ends = document.bases.at(inner.basis).until;
  if (ends && *ends < document.valid_until && (!inner_ends || *inner_ends > *ends)) return false;
  return Implies(document, ConditionsOf(document, inner), ConditionsOf(document, outer)) &&
         std::all_of(inner.fields.begin(), inner.fields.end(), [&](const auto& entry) {
           return entry.second.kind == FormKind::kWithheld || Gives(outer, entry.first);
         });
}

bool Contains(const Document& document, const Deny& outer, const Deny& inner) {
  return AxisIncludes(outer.from, inner.from) && AxisIncludes(outer.to, inner.to) &&
         AxisIncludes(outer.purpose, inner.purpose) &&
         AxisIncludes(outer.category, inner.category) &&
         Implies(document, inner.when, outer.when) && AxisIncludes(outer.fields, inner.fields) &&
         (outer.fields.empty() ||
          std::all_of(outer.unless_form.begin(), outer.unless_form.end(), [&](const Form& form) {
            return std::find(inner.unless_form.begin(), inner.unless_form.end(), form) !=
                   inner.unless_form.end();
          }));
}

// ---- every question ----------------------------------------------------------------------------

// What one rule does, over all questions of all its cells.
struct Effect {
  const Permit* permit = nullptr;  // or
  const Deny* deny = nullptr;
  bool needless = false;  // one other rule contains it; already told
  bool decides = false;   // a permit: something goes by it
  bool young = false;     // a permit: also about a newborn
  bool bites = false;     // a deny: stops what a permit would give
  bool needed = false;    // and no other rule does the same
  bool tested = false;
};

class RuleLint {
 public:
  RuleLint(const Covenant& covenant, std::vector<Remark>& remarks)
      : covenant_(covenant), document_(covenant.document()), remarks_(remarks) {
    std::map<std::string, Effect> by_id;
    for (const Permit& permit : document_.permits)
      by_id[permit.id].permit = &permit;
    for (const Deny& deny : document_.denies)
      by_id[deny.id].deny = &deny;
    for (auto& [id, effect] : by_id) {
      numbers_[id] = effects_.size();
      effects_.push_back(effect);
    }
  }

  void Run() {
    FindContained(document_.permits);
    FindContained(document_.denies);
    const std::array<const Covenant*, 1> one{&covenant_};
    for (const Cell& cell : CellsOf(one)) {
      SpaceOptions options;
      options.knowledge = Knowledge::kComplete;
      options.absent_fields = false;
      const Space space(cell, one, std::move(options));
      cell_ = &cell;
      space.Walk([this](const Point& point, std::span<const Verdict> verdicts) {
        See(point, verdicts.front());
        return true;
      });
      FindPartlyNeeded(cell);
    }
    RunTests();
    for (const Effect& effect : effects_) {
      if (effect.permit != nullptr) {
        Tell(effect, *effect.permit);
      } else {
        Tell(effect, *effect.deny);
      }
    }
  }

 private:
  template <typename Rule>
  void FindContained(const std::vector<Rule>& rules) {
    for (const Rule& inner : rules) {
      for (const Rule& outer : rules) {
        if (&inner == &outer || !Contains(document_, outer, inner)) continue;
        const bool same = Contains(document_, inner, outer);
        if (same && inner.index < outer.index) continue;  // told of the later one
        Effect& effect = effects_[numbers_.at(inner.id)];
        effect.needless = true;
        // A guard may be within another, but not the same thing twice.
        if (!same && Guarded(inner)) break;
        remarks_.push_back(
            same ? Warning("W201",
                           RulePath(inner.index),
                           "rule " + Name(inner.id) + " says the same as " + Name(outer.id),
                           "leave one of them out")
                 : Warning("W202",
                           RulePath(inner.index),
                           "rule " + Name(inner.id) + " says nothing that " + Name(outer.id) +
                               " does not say",
                           "leave it out, or change one of the two"));
        break;
      }
    }
  }
  static bool Guarded(const Permit& /*permit*/) { return false; }
  static bool Guarded(const Deny& deny) { return deny.guard; }

  [[nodiscard]] bool InForce(const Permit& permit, Instant now) const {
    const auto& until = document_.bases.at(permit.basis).until;
    return !until || now < *until;
  }

  // The permits of the cell that are TRUE, and the denies that are not FALSE.
  void Sort(const Verdict& verdict, Instant now) {
    permits_.clear();
    record_denies_.clear();
    field_denies_.clear();
    for (const Verdict::RuleTruth& rule : verdict.rules) {
      Effect& effect = effects_[rule.rule];
      if (effect.permit != nullptr) {
        if (rule.whole == Truth::kTrue && InForce(*effect.permit, now)) permits_.push_back(&effect);
      } else if (rule.whole != Truth::kFalse) {
        (effect.deny->fields.empty() ? record_denies_ : field_denies_).push_back(&effect);
      }
    }
  }

  void See(const Point& point, const Verdict& verdict) {
    Sort(verdict, point.now);
    if (permits_.empty()) return;
    if (!record_denies_.empty()) return SeeDenied(record_denies_);
    SeeFields();
    SeeNeeded();
    if (verdict.outcome == Outcome::kDeny) return;
    const bool young = AboutNewborn(point);
    for (Effect* permit : permits_) {
      permit->decides = true;
      permit->young = permit->young || young;
    }
  }

  static void SeeDenied(const std::vector<Effect*>& denies) {
    const auto counts = std::count_if(
        denies.begin(), denies.end(), [](const Effect* deny) { return !deny->needless; });
    for (Effect* deny : denies) {
      deny->bites = true;
      deny->needed = deny->needed || counts == 1;
    }
  }

  void SeeFields() {
    for (const auto& [field, type] : document_.categories.at(cell_->category).fields) {
      const auto giver =
          std::find_if(permits_.begin(), permits_.end(), [&name = field](const Effect* permit) {
            return Gives(*permit->permit, name);
          });
      if (giver == permits_.end()) continue;
      const Form& form = (*giver)->permit->fields.at(field);
      std::vector<Effect*> biting;
      for (Effect* effect : field_denies_) {
        const std::vector<Form>& spared = effect->deny->unless_form;
        if (effect->deny->fields.contains(field) &&
            std::find(spared.begin(), spared.end(), form) == spared.end()) {
          biting.push_back(effect);
        }
      }
      SeeDenied(biting);
    }
  }

  // Which of the permits that are TRUE here give something that no other does.
  void SeeNeeded() {
    for (Effect* mine : permits_) {
      if (mine->needed || mine->needless) continue;
      const auto has = [&](auto&& test) {
        return std::any_of(permits_.begin(), permits_.end(), [&](const Effect* other) {
          return other != mine && !other->needless && test(*other->permit);
        });
      };
      const Permit& permit = *mine->permit;
      const bool covered =
          has([](const Permit&) { return true; }) &&
          std::all_of(permit.fields.begin(), permit.fields.end(), [&](const auto& entry) {
            return entry.second.kind == FormKind::kWithheld ||
                   has([&](const Permit& other) { return Gives(other, entry.first); });
          });
      mine->needed = !covered;
    }
  }

  // Somebody of whom every age is known, and none is one year or more.
  [[nodiscard]] bool AboutNewborn(const Point& point) const {
    for (size_t i = 0; i < point.axes.size(); ++i) {
      const auto fact = document_.facts.find(point.axes[i].fact);
      if (fact == document_.facts.end() || fact->second.type != covenant::FactType::kAge) continue;
      const auto& value = point.axes[i].choices[point.chosen[i]].value;
      const auto* age = value ? std::get_if<IntInterval>(&*value) : nullptr;
      if (age == nullptr || age->low > 0) return false;
    }
    return true;
  }

  // Two rules that halve a third do not replace it for what is known in part.
  void FindPartlyNeeded(const Cell& cell) {
    const auto& permits = covenant_.PermitsFor(QuestionOf(cell));
    const bool open = std::any_of(permits.begin(), permits.end(), [&](const Permit* permit) {
      const Effect& effect = effects_[numbers_.at(permit->id)];
      return effect.decides && !effect.needed && !effect.needless;
    });
    if (!open) return;
    const std::array<const Covenant*, 1> one{&covenant_};
    SpaceOptions options;
    options.knowledge = Knowledge::kPartial;
    options.absent_fields = false;
    options.denied = false;
    const Space space(cell, one, std::move(options));
    if (!space.whole() || space.CountUpTo(kMostPartQuestions + 1) > kMostPartQuestions) {
      for (const Permit* permit : permits)
        effects_[numbers_.at(permit->id)].needed = true;
      return;
    }
    space.Walk([this](const Point& point, std::span<const Verdict> verdicts) {
      Sort(verdicts.front(), point.now);
      if (record_denies_.empty()) SeeNeeded();
      return true;
    });
  }

  // A rule is tested where a test's decision names it, or withholds a field that it denies.
  void RunTests() {
    for (const covenant::InDocumentTest& test : document_.tests) {
      const covenant::Decision decision = covenant_.Decide(QuestionOf(document_, test));
      for (const std::string& id : decision.by)
        effects_[numbers_.at(id)].tested = true;
      for (const covenant::Decision::Trace& rule : decision.trace) {
        Effect& effect = effects_[numbers_.at(rule.rule)];
        if (effect.deny == nullptr || rule.whole == Truth::kFalse) continue;
        for (const std::string& field : effect.deny->fields)
          effect.tested = effect.tested || decision.withheld.contains(field);
      }
    }
  }

  void Tell(const Effect& effect, const Permit& permit) {
    const std::string path = RulePath(permit.index);
    if (!effect.decides) {
      Remark remark = Warning("E201",
                              path,
                              "rule " + Name(permit.id) +
                                  " lets nothing through, whatever the facts "
                                  "are: all that it permits is denied",
                              "leave it out, or change the rule that denies it");
      remark.severity = canon::Finding::Severity::kError;
      remarks_.push_back(std::move(remark));
      return;
    }
    if (!effect.needed && !effect.needless) {
      remarks_.push_back(Warning("W203",
                                 path,
                                 "all that rule " + Name(permit.id) +
                                     " lets through, other rules "
                                     "let through too",
                                 "leave it out, or change one of them"));
    }
    if (effect.young && document_.categories.at(permit.category).about_person) {
      remarks_.push_back(Warning("W209",
                                 path,
                                 "rule " + Name(permit.id) + " gives about children of any age",
                                 "add `age: {min: 12}` to its `when`, or a rule that denies"));
    }
    TellUntested(effect, permit.id, path);
  }

  void Tell(const Effect& effect, const Deny& deny) {
    const std::string path = RulePath(deny.index);
    if (!deny.guard && !effect.needless && !effect.bites) {
      remarks_.push_back(
          Warning("W204",
                  path,
                  "rule " + Name(deny.id) +
                      " stops nothing that a permit would let "
                      "through",
                  "write `guard: true` when it is meant to hold for later rules too"));
    } else if (!deny.guard && !effect.needless && !effect.needed) {
      remarks_.push_back(Warning("W203",
                                 path,
                                 "all that rule " + Name(deny.id) + " stops, other rules stop too",
                                 "leave it out, or write `guard: true` when it is meant so"));
    }
    // What never bites on a field leaves no trace that a test could see.
    if (deny.fields.empty() || effect.bites) TellUntested(effect, deny.id, path);
  }

  void TellUntested(const Effect& effect, const std::string& id, const std::string& path) {
    if (effect.tested) return;
    remarks_.push_back(Warning("W211",
                               path,
                               "no test in the covenant is decided by rule " + Name(id),
                               "add a test that it decides"));
  }

  const Covenant& covenant_;
  const Document& document_;
  std::vector<Remark>& remarks_;
  std::map<std::string, size_t> numbers_;
  std::vector<Effect> effects_;  // by number (verdict.h)
  const Cell* cell_ = nullptr;
  std::vector<Effect*> permits_, record_denies_, field_denies_;
};

}  // namespace

void LintRules(const Covenant& covenant, std::vector<Remark>& remarks) {
  RuleLint(covenant, remarks).Run();
}

}  // namespace schakel::policy
