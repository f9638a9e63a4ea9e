// What leaves, and why: the contributor's decisions about every record and field of one request
// (exchange.md 4 step 2, 5). Reads the store, writes nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/context.h"
#include "node/exchange/facts.h"
#include "node/exchange/lines.h"
#include "node/record/body.h"
#include "node/record/release.h"
#include "node/statement/types.h"

namespace schakel::exchange {

struct Disclosure {
  bool open = false;  // at least one cell is; else nobody was considered
  std::map<std::string, statement::Cell> cells;
  std::vector<Bytes> releases;
  std::vector<DecisionLine> lines;
  // The contributor's own view; the asker learns none of these.
  int64_t matched = 0;
  int64_t doubtful = 0;
  std::vector<std::pair<Uuid, std::vector<Uuid>>> doubtful_rows;  // asked row, own candidates
  // Counts that are settled by this answer (counts.h): rows of Family::kExchange for its commit.
  std::vector<std::pair<Bytes, Bytes>> counts;
};

// The persons that a request names, as far as their proofs hold: row, opened fields, and whether
// the namenlijst proof held (else every answer about this row is the uniform outcome).
struct AskedPerson {
  Uuid row;
  record::Fields opened;
  bool proved = false;
};

// Decides everything. Told is only what DecideCell yields; whatever happens after that, an internal
// error on a record included, looks like "nothing to give". kUnavailable when the store as a whole
// cannot be read.
Result<Disclosure> DecideAll(const Context& context,
                             const LineageView& view,
                             const statement::Request& request,
                             const std::vector<AskedPerson>& persons,
                             const StatedFacts& facts,
                             Instant now);

}  // namespace schakel::exchange
