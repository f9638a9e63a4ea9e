#include "node/policy/matrix.h"

#include <array>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace schakel::policy {
namespace {

using covenant::Covenant;
using covenant::Decision;
using covenant::Outcome;
using covenant::Verdict;

class RowMaker {
 public:
  RowMaker(const Covenant& covenant, const MatrixOptions& options, Cell cell)
      : covenant_(covenant), options_(options) {
    row_.cell = std::move(cell);
    const auto category = covenant.document().categories.find(row_.cell.category);
    if (category != covenant.document().categories.end()) row_.counts = category->second.aggregate;
  }

  MatrixRow Make() && {
    const std::array<const Covenant*, 1> one{&covenant_};
    SpaceOptions space;
    // A permit that holds while a fact is open holds for each of its values too.
    space.knowledge = Knowledge::kComplete;
    space.given = options_.subject;
    space.absent_fields = false;
    space.instants = {options_.now.value_or(covenant_.document().valid_from)};
    Space(row_.cell, one, std::move(space))
        .Walk([this](const Point& point, std::span<const Verdict> verdicts) {
          See(point, verdicts.front());
          return true;
        });
    if (row_.access == MatrixRow::Access::kNever) {
      for (const covenant::Permit* permit : covenant_.PermitsFor(QuestionOf(row_.cell)))
        row_.rules.insert(permit->id);
      row_.denies.insert(always_.begin(), always_.end());
      row_.unmet = std::move(unmet_);
    } else {
      row_.basis_ended = false;
    }
    SeeUncounted();
    return std::move(row_);
  }

 private:
  void See(const Point& point, const Verdict& verdict) {
    key_.clear();
    verdict.AppendKey(key_);
    if (!seen_.insert(key_).second) return;
    const Decision decision = covenant_.Render(verdict);
    SeeWhatHolds(decision);
    if (decision.outcome == Outcome::kDeny) return SeeDenied(decision);
    Take(decision);
    if (!Gives(decision)) return;
    const auto access = decision.outcome == Outcome::kPermit ? MatrixRow::Access::kPermit
                                                             : MatrixRow::Access::kApproval;
    if (access > row_.access) {
      row_.access = access;
      row_.example = point.Text();
    }
  }

  // A deny counts where a permit would have let the record through.
  void SeeDenied(const Decision& decision) {
    if (decision.code == "BASIS_EXPIRED") row_.basis_ended = true;
    // Of a fact that is known in part a deny bites too, by the same list.
    if (decision.code != "DENIED_BY_RULE" && decision.code != "FACT_UNKNOWN") return;
    for (const Decision::Trace& rule : decision.trace) {
      if (rule.whole == covenant::Truth::kTrue && IsPermit(rule.rule)) {
        row_.denies.insert(decision.by.begin(), decision.by.end());
        return;
      }
    }
  }

  // What is there in every question that was asked: denies that bite, conditions of permits that
  // are not met.
  void SeeWhatHolds(const Decision& decision) {
    std::set<std::string> denies;
    std::map<std::string, std::set<std::string>> unmet;
    for (const Decision::Trace& rule : decision.trace) {
      if (!IsPermit(rule.rule)) {
        if (rule.whole != covenant::Truth::kFalse && IsWhole(rule.rule)) denies.insert(rule.rule);
        continue;
      }
      for (const auto& [fact, truth] : rule.conditions) {
        if (truth != covenant::Truth::kTrue) unmet[rule.rule].insert(fact);
      }
    }
    if (!seen_one_) {
      always_ = std::move(denies);
      unmet_ = std::move(unmet);
      seen_one_ = true;
      return;
    }
    std::erase_if(always_, [&](const std::string& id) { return !denies.contains(id); });
    for (auto& [id, facts] : unmet_)
      std::erase_if(facts, [&, rule = id](const std::string& fact) {
        const auto now = unmet.find(rule);
        return now == unmet.end() || !now->second.contains(fact);
      });
    std::erase_if(unmet_, [](const auto& entry) { return entry.second.empty(); });
  }

  // A deny of the record, not of some of its fields.
  [[nodiscard]] bool IsWhole(const std::string& id) const {
    for (const covenant::Deny* deny : covenant_.DeniesFor(QuestionOf(row_.cell))) {
      if (deny->id == id) return deny->fields.empty();
    }
    return false;
  }

  // As exchange/counts.h counts: a deny without a condition keeps no record out of a count.
  void SeeUncounted() {
    if (!row_.counts || row_.counts->of.empty()) return;
    Cell counted = row_.cell;
    counted.category = row_.counts->of;
    for (const covenant::Deny* deny : covenant_.DeniesFor(QuestionOf(counted))) {
      if (!deny->when.empty() && deny->fields.empty()) row_.uncounted.insert(deny->id);
    }
  }

  [[nodiscard]] bool IsPermit(const std::string& id) const {
    for (const covenant::Permit* permit : covenant_.PermitsFor(QuestionOf(row_.cell))) {
      if (permit->id == id) return true;
    }
    return false;
  }

  [[nodiscard]] bool Gives(const Decision& decision) const {
    return !options_.field || decision.fields.contains(*options_.field);
  }

  void Take(const Decision& decision) {
    for (const auto& [field, why] : decision.withheld) {
      if (why != "no form" && (!options_.field || field == *options_.field)) {
        row_.denies.insert(why);
      }
    }
    if (!Gives(decision)) return;
    for (const auto& [field, form] : decision.fields) {
      if (!options_.field || field == *options_.field) row_.fields[field].insert(form);
    }
    row_.rules.insert(decision.by.begin(), decision.by.end());
    if (decision.retain) row_.retain.insert(ToString(*decision.retain));
    row_.onward.insert(decision.onward.begin(), decision.onward.end());
    if (decision.approval) {
      row_.approvals.insert(decision.approval->by + "/" + decision.approval->role);
    }
  }

  const Covenant& covenant_;
  const MatrixOptions& options_;
  MatrixRow row_;
  std::unordered_set<std::string> seen_;
  bool seen_one_ = false;
  std::set<std::string> always_;
  std::map<std::string, std::set<std::string>> unmet_;
  std::string key_;
};

}  // namespace

std::vector<MatrixRow> MatrixOf(const Covenant& covenant, const MatrixOptions& options) {
  std::vector<MatrixRow> out;
  const std::array<const Covenant*, 1> one{&covenant};
  for (const Cell& cell : CellsOf(one)) {
    if (options.party && cell.from != *options.party && cell.to != *options.party) continue;
    const auto category = covenant.document().categories.find(cell.category);
    if (options.field && (category == covenant.document().categories.end() ||
                          !category->second.fields.contains(*options.field))) {
      continue;
    }
    out.push_back(RowMaker(covenant, options, cell).Make());
  }
  return out;
}

}  // namespace schakel::policy
