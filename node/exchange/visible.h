// What partners would see of one own person: every category that a rule lets this node give,
// decided on the records as they are stored. For an own operator who checks the covenant against
// practice; nothing of it is told to anybody else.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/covenant/decide.h"
#include "node/exchange/context.h"

namespace schakel::exchange {

// One (recipient, purpose, category) that has a permit.
struct VisibleCell {
  std::string to, purpose, category;
  std::string closed;  // the code that the recipient would be told; empty: the cell is open
  int64_t records = 0;
  int64_t given = 0;     // would leave, whole or in part
  int64_t approval = 0;  // would leave after an approval
  // Of what would leave: field -> its forms as the covenant writes them.
  std::map<std::string, std::set<std::string>> fields;
  // Fields that some of those records have and that stay at home -> why: a deny's id, "no form"
  // (no rule gives it), "form" (its value cannot be put so).
  std::map<std::string, std::set<std::string>> withheld;
  // Of what would not: (code, what it hangs on: rule ids, or facts that are not TRUE) -> records.
  std::map<std::pair<std::string, std::vector<std::string>>, int64_t> refused;
};

// By recipient, purpose and category; `party` only when it is not empty. `stated` holds the facts
// that parties stated about the group; a fact about persons that is `true` there counts as proved
// for this one. A record that does not open counts as refused with the code ERROR. kNotFound when
// there is no such subject; kUnavailable when the store cannot be read.
Result<std::vector<VisibleCell>> VisibleOf(const Context& context,
                                           const covenant::Covenant& covenant,
                                           const Uuid& subject,
                                           const covenant::Facts& stated,
                                           std::string_view party,
                                           Instant now);

}  // namespace schakel::exchange
