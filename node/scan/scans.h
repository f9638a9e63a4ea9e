// The scan: what all partners said, put together in immutable versions (domain.md 1.3). Every fact
// keeps its exchange and its rule; a gap is shown, never papered over.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/context.h"
#include "node/exchange/requester.h"
#include "node/report/model.h"
#include "node/scan/groups.h"
#include "node/scan/list.h"
#include "node/scan/rounds.h"

namespace schakel::scan {

// Keeps no state of its own. Each person in a version is sealed under that listed person's key.
class Scans {
 public:
  Scans(const exchange::Context& context,
        const Groups& groups,
        const Lists& lists,
        const exchange::Requester& requester)
      : context_(context), groups_(groups), lists_(lists), requester_(requester) {}

  // Assembles a round that names persons, with the answers to the rounds that named the list
  // (Rounds::BeforeList), and this node's own records. The version number is the next one.
  [[nodiscard]] Result<report::ScanReport> Assemble(const Round& round,
                                                    const std::vector<Round>& before_list,
                                                    Instant now) const;
  // The rows that store the report as a version; kConflict when that version exists.
  [[nodiscard]] Result<store::Batch> Keep(report::ScanReport report) const;

  // A stored version, or the latest; persons who were erased since are gone from it.
  [[nodiscard]] Result<std::optional<report::ScanReport>> Version(std::string_view group,
                                                                  std::optional<int> version) const;
  [[nodiscard]] Result<int> LatestVersion(std::string_view group) const;

 private:
  const exchange::Context& context_;
  const Groups& groups_;
  const Lists& lists_;
  const exchange::Requester& requester_;
};

}  // namespace schakel::scan
