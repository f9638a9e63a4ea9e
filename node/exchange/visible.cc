#include "node/exchange/visible.h"

#include <tuple>

#include "node/covenant/verdict.h"
#include "node/record/facts.h"
#include "node/record/release.h"

namespace schakel::exchange {
namespace {

class Viewer {
 public:
  Viewer(const Context& context,
         const covenant::Covenant& covenant,
         const record::Subject& subject,
         const covenant::Facts& stated,
         Instant now)
      : context_(context),
        covenant_(covenant),
        subject_(subject),
        stated_(stated),
        now_(now),
        today_(DayOf(now, covenant.document().zone)) {}

  Result<VisibleCell> View(const std::string& to,
                           const std::string& purpose,
                           const std::string& category) {
    VisibleCell cell;
    cell.to = to;
    cell.purpose = purpose;
    cell.category = category;
    covenant::Question asked;
    asked.from = context_.self.party;
    asked.to = to;
    asked.purpose = purpose;
    asked.category = category;
    asked.facts = stated_;
    asked.now = now_;
    const covenant::CellDecision decision = covenant_.DecideCell(asked);
    if (!decision.open) cell.closed = decision.code;
    TRY(context_.records.ScanSubject(
        subject_.id, category, [&](const Result<record::Record>& stored) {
          ++cell.records;
          if (!stored) {
            ++cell.refused[{"ERROR", {}}];
          } else if (!cell.closed.empty()) {
            ++cell.refused[{cell.closed, {}}];
          } else {
            Decide(asked, *stored, cell);
          }
          return true;
        }));
    return cell;
  }

 private:
  void Decide(covenant::Question asked, const record::Record& stored, VisibleCell& cell) const {
    for (auto& [fact, value] :
         record::FactsOf(covenant_.document(), cell.category, stored, &subject_, today_))
      asked.facts.insert_or_assign(fact, value);
    asked.present = record::PresentFields(stored);
    const covenant::Decision decision = covenant_.Decide(asked);
    if (decision.outcome == covenant::Outcome::kNeeds) {
      ++cell.approval;
      for (const auto& [field, form] : decision.fields)
        cell.fields[field].insert(ToString(form));
      return;
    }
    const record::Pseudonyms pseudonyms(covenant_.document().lineage,
                                        cell.purpose,
                                        cell.to,
                                        record::PseudonymSecret(context_.keys));
    const record::Projection projection = record::Project(covenant_.document(),
                                                          stored,
                                                          decision,
                                                          std::nullopt,
                                                          today_,
                                                          &pseudonyms,
                                                          context_.entropy);
    if (!projection.release) {
      const std::vector<std::string>& hangs_on =
          decision.by.empty() ? decision.failed : decision.by;
      ++cell.refused[{projection.code, hangs_on}];
      return;
    }
    ++cell.given;
    for (const auto& [field, value] : projection.release->fields)
      cell.fields[field].insert(ToString(decision.fields.at(field)));
    for (const auto& [field, why] : projection.withheld)
      cell.withheld[field].insert(why);
  }

  const Context& context_;
  const covenant::Covenant& covenant_;
  const record::Subject& subject_;
  const covenant::Facts& stated_;
  const Instant now_;
  const Day today_;
};

}  // namespace

Result<std::vector<VisibleCell>> VisibleOf(const Context& context,
                                           const covenant::Covenant& covenant,
                                           const Uuid& subject,
                                           const covenant::Facts& stated,
                                           std::string_view party,
                                           Instant now) {
  const record::Subject person = TRY(context.records.LoadSubject(subject));
  std::set<std::tuple<std::string, std::string, std::string>> cells;
  const covenant::Document& document = covenant.document();
  for (const covenant::Permit& permit : document.permits) {
    if (permit.from != context.self.party || (!party.empty() && permit.to != party)) continue;
    // Naming somebody in a question is a disclosure of the asker's; it holds no records.
    if (!document.categories.at(permit.category).about_person || permit.category == "persoon")
      continue;
    cells.emplace(permit.to, permit.purpose, permit.category);
  }
  Viewer viewer(context, covenant, person, stated, now);
  std::vector<VisibleCell> out;
  for (const auto& [to, purpose, category] : cells)
    out.push_back(TRY(viewer.View(to, purpose, category)));
  return out;
}

}  // namespace schakel::exchange
