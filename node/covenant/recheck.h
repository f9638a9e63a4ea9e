// The recipient's check of what it received (covenant.md, pitfall 13; property (g)). The facts
// about the person stay with the giver, so the recipient cannot decide again; it checks that the
// rules which the giver names could have let exactly this through. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "node/base/date.h"
#include "node/base/result.h"
#include "node/covenant/decide.h"

namespace schakel::covenant {

// One release as the giver labelled it.
struct Delivered {
  std::string from, to, purpose, category;
  std::vector<std::string> by;         // rule ids
  std::map<std::string, Form> fields;  // the form each value has
  Period retain;
  std::set<std::string> onward;
  // What both sides know: the stated facts that the request carried, as for DecideCell, and the
  // time of the answer.
  Facts facts;
  Instant now;
};

// kDenied, with the reason, unless: the cell is open (DecideCell); every rule of `by` is a permit
// of the cell whose basis holds and whose stated facts do, they stand sorted without doubles, and
// their conditions can be TRUE at once; every field is one that they give, in that form or a
// coarser one; no deny that reads nothing or stated facts about the group removes the field or
// the record; everything that they require is there; `retain` is not longer and `onward` is equal.
Result<void> CheckDelivered(const Covenant& covenant, const Delivered& delivered);

}  // namespace schakel::covenant
