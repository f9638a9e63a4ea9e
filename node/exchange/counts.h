// What a category of counts gives (exchange.md 5, "Aggregates"): each period's count is made once
// per recipient, category and group, and told the same way ever after, so that nobody learns from
// the difference between two answers.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/base/date.h"
#include "node/base/result.h"
#include "node/covenant/verdict.h"
#include "node/exchange/context.h"
#include "node/record/aggregate.h"
#include "node/record/model.h"

namespace schakel::exchange {

struct CountsAsked {
  std::string from, to;  // giver and recipient
  std::string purpose;
  std::string category;
  std::string group;
};

struct CountsGiven {
  // A record of the category per cell, in order of period: to be decided on as any other.
  std::vector<record::Record> cells;
  // What the answer's own commit has to store: from then on these periods are told like this. None
  // when no period is new.
  std::vector<std::pair<Bytes, Bytes>> rows;  // Family::kExchange
};

// Reads the store, writes nothing. Counted are the group's records of `aggregate.of` that no deny
// of the covenant for this giver, recipient and purpose keeps at home, TRUE or UNKNOWN; `stated`
// holds the stated facts. A deny without a condition keeps no record out: it forbids records of
// that category as records. Without `of`, the giver's own records of the category are the counts. A
// period with a record in it is settled by the first answer; one that was settled under another
// definition (an earlier version of the covenant) is told no more. Precondition: the category is
// one of counts. kUnavailable when the store cannot be read.
Result<CountsGiven> CountFor(const Context& context,
                             const covenant::Covenant& covenant,
                             const CountsAsked& asked,
                             const covenant::KnownFacts& stated,
                             Instant now);

}  // namespace schakel::exchange
