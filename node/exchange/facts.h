// Stated facts of one exchange: which Fact statements of a body hold, and what they say
// (exchange.md 6).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/covenant/decide.h"
#include "node/exchange/covenant_state.h"
#include "node/statement/types.h"
#include "node/store/store.h"

namespace schakel::exchange {

struct StatedFacts {
  // Group-level values for DecideCell and Decide; a fact that does not hold is absent. A fact about
  // persons (`listed`) is `true` here when its statement holds; per person the proof decides.
  covenant::Facts group;
  // The root that `listed` states, for the row proofs.
  std::optional<Hash> list_root;
  // What to write when the exchange is committed: the newest Fact seen per (fact, group).
  store::Batch seen;
};

// Checks each statement: of this lineage and group, inside its term, enough parties of the fact's
// `stated_by`, not older than the newest this node has seen; two different ones issued at the same
// time both fall away. What fails a check is absent, never an error; kUnavailable when the store
// cannot be read.
Result<StatedFacts> TakeFacts(const std::vector<statement::SignedStatement>& statements,
                              std::string_view group,
                              const LineageView& view,
                              const store::Store& store,
                              Instant now);

// What our own question stated when it was asked, whatever this node has seen since: for holding an
// answer against the question. Pure.
covenant::Facts FactsAt(const std::vector<statement::SignedStatement>& statements,
                        std::string_view group,
                        const LineageView& view,
                        Instant at);

}  // namespace schakel::exchange
