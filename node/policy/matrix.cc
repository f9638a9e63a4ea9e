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
    }
    return std::move(row_);
  }

 private:
  void See(const Point& point, const Verdict& verdict) {
    key_.clear();
    verdict.AppendKey(key_);
    if (!seen_.insert(key_).second) return;
    const Decision decision = covenant_.Render(verdict);
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
    if (decision.code != "DENIED_BY_RULE") return;
    for (const Decision::Trace& rule : decision.trace) {
      if (rule.whole == covenant::Truth::kTrue && IsPermit(rule.rule)) {
        row_.denies.insert(decision.by.begin(), decision.by.end());
        return;
      }
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
