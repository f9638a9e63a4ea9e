// The audit: everything follows from one trusted hash, and nobody is believed (README).
#pragma once

#include <string>

#include "node/audit/report.h"
#include "node/audit/source.h"
#include "node/base/bytes.h"
#include "node/base/result.h"

namespace schakel::audit {

struct Options {
  std::string mandate;  // shown in the report
};

// Verifies the logs of every party of the covenant with this hash, and matches every exchange on
// both sides. `covenant` is the only trusted input: names, keys, delegations and origins count only
// as far as they chain to it. Pure but for reading `source`: no clock, no network.
//
// What is wrong with the files is in the report, never an error; an error means that the files
// could not be read at all. Memory: 32 bytes per entry and the parsed requests, answers and
// receipts; entries are read one bundle at a time.
Result<Report> Verify(const Source& source, const Hash& covenant, const Options& options = {});

}  // namespace schakel::audit
