// The axes of a space: for each fact that a rule of the cell reads, one value of every set of
// values that no rule tells apart.
#pragma once

#include <span>
#include <vector>

#include "node/policy/space.h"

namespace schakel::policy {

// In order of the facts' names. `whole` becomes false when a fact has too many sets of values for
// Knowledge::kPartial to take them all apart (Space::whole).
std::vector<Axis> AxesOf(const Cell& cell,
                         std::span<const covenant::Covenant* const> covenants,
                         const SpaceOptions& options,
                         bool& whole);

}  // namespace schakel::policy
