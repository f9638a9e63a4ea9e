// Putting one version of a scan together, part by part.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "node/base/result.h"
#include "node/exchange/context.h"
#include "node/exchange/requester.h"
#include "node/report/model.h"
#include "node/scan/groups.h"
#include "node/scan/list.h"
#include "node/scan/rounds.h"

namespace schakel::scan {

// Used once: the parts in any order, then Finish. Not safe for concurrent use.
class Assembly {
 public:
  // Everything outlives the object.
  Assembly(const exchange::Context& context,
           const exchange::Requester& requester,
           const exchange::LineageView& view,
           const Group& group,
           const List& list,
           Instant now);

  Result<void> AddDecisions(const std::vector<StatedFact>& facts);
  // The answers of a round: its facts, and its cells in the table of gaps.
  Result<void> AddRound(const Round& round);
  // This node's own records about the listed persons and the group: no exchange, no rule.
  Result<void> AddOwn();
  report::ScanReport Finish();

 private:
  report::Person MakePerson(const ListEntry& entry, int number) const;
  int SourceFor(const exchange::OutRow* exchange, const std::string& category);
  // Adds the rules and bases of a release to its source.
  void NameRules(int number, const record::Release& release, const covenant::Document& document);
  report::Fact MakeFact(const record::Release& release, const exchange::OutRow& exchange);
  Result<void> AddPartner(const Round& round, const PartnerPlan& partner);
  void AddGaps(const Round& round,
               const PartnerPlan& partner,
               const std::map<std::string, std::set<Uuid>>& given,
               const std::map<std::string, int>& totals);
  void AddOwnRecord(const record::Record& record, report::Person* person);
  void Count(const report::Fact& fact);

  const exchange::Context& context_;
  const exchange::Requester& requester_;
  const exchange::LineageView& view_;
  const List& list_;
  const Instant now_;
  const Day today_;
  report::ScanReport report_;
  std::map<Uuid, size_t> person_of_row_;
  std::map<std::pair<std::string, std::string>, int> source_numbers_;  // (exchange id, category)
  std::set<std::string> own_categories_;
};

}  // namespace schakel::scan
