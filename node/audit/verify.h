// The audit: everything follows from one trusted hash, and nobody is believed (README).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "node/audit/report.h"
#include "node/audit/source.h"
#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/canon/value.h"

namespace schakel::audit {

// The decision lines that were opened under one entry, each proved: who gave to whom, and what is
// told of each record (exchange::DecisionValue).
struct DecisionLines {
  std::string from, to, purpose;
  Hash covenant{};  // the version that the Request names
  Instant at;
  std::vector<canon::Value> lines;  // {records}; those without a record are left out
  int64_t erased = 0;
};

struct Options {
  std::string mandate{};  // shown in the report
  // An auditor of the newest version: with `detail: decisions` lines that its mandate opens and
  // that are not there are findings. Empty: what is there is verified.
  std::string auditor{};
  // Called for every entry whose lines are there and prove.
  std::function<void(const DecisionLines&)> on_lines{};
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
