// Internal to `audit`: the decision lines that a node opened, held against the subject_root of
// their entry (README, "Decision lines").
#pragma once

#include <map>
#include <string>

#include "node/audit/collect.h"
#include "node/audit/match.h"
#include "node/audit/report.h"
#include "node/audit/trust.h"
#include "node/audit/verify.h"

namespace schakel::audit {

struct LineCounts {
  uint64_t entries = 0;  // whose lines were opened
  uint64_t opened = 0;   // dummies too
  uint64_t erased = 0;
};

// Per party. A line that does not prove, or is missing where others of its entry or the mandate say
// that it must be there, is a finding. One file in memory at a time.
Result<std::map<std::string, LineCounts>> CheckLines(const PartyLogs& logs,
                                                     const Trust& trust,
                                                     const Options& options,
                                                     Collector& collector);

}  // namespace schakel::audit
