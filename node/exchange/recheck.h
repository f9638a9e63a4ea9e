// The two checks of what the other side says it was allowed to give: the fields that a request
// opens, and every release of an answer. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "node/base/result.h"
#include "node/covenant/decide.h"
#include "node/record/body.h"
#include "node/record/release.h"
#include "node/statement/types.h"

namespace schakel::exchange {

// The opened fields of every named person against the requester's own permits for `persoon`: each
// must be one that the rules in the body's decision deliver, in their form (exchange.md 4 step 2).
// kDenied: excess.
Result<void> CheckOpenedFields(const record::Body& body,
                               const statement::Request& request,
                               const covenant::Document& document);

// The releases of an answer, decoded, each checked against the covenant: a released cell, a row
// that was asked (or a handle, when nobody was named), and exactly the fields, forms, retain and
// onward that its rules permit. One that fails refuses the whole (kDenied).
Result<std::vector<record::Release>> CheckReleases(const std::vector<Bytes>& releases,
                                                   const statement::Request& request,
                                                   const statement::Answer& answer,
                                                   const std::set<Uuid>& asked_rows,
                                                   const covenant::Covenant& covenant,
                                                   const covenant::Facts& stated);

// Whether the rules of another version would let the same releases through at `now`, under the same
// ids.
bool StillAllowed(const std::vector<record::Release>& releases,
                  const statement::Request& request,
                  const covenant::Covenant& covenant,
                  const covenant::Facts& stated,
                  Instant now);

}  // namespace schakel::exchange
