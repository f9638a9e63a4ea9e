// What must hold in a simulated world whatever happened to it, and asking again.
#pragma once

#include "node/base/result.h"
#include "node/scan/rounds.h"
#include "tests/sim/world.h"

namespace schakel::sim {

// Runs round `number` of the group, for the first time or again for what is missing.
Result<scan::Round> Ask(World& world, int number);

// Every stored log of every party, row by row.
void ExpectLogsVerify(World& world);

// On either side an exchange has all the entries of a commit or none: one while it was only asked,
// three when it is answered; none, two, or with the receipt three at the contributor. Its rows say
// the same, and nothing received is visible without its Answer. The log holds nothing else.
void ExpectNothingHalfRecorded(World& world);

// Both sides of every exchange have Request, Answer and the other's receipt, and it is over.
void ExpectThreeEntriesOnEachSide(World& world);

// No row of a received release or of an outbox frame belongs to nobody; after a restart.
void ExpectNoOrphans(World& world);

// From now on, whenever `party` lets go of an opening or a frame, its power is cut: what it then
// still has must hold the Answer.
void CutPowerAtEveryByte(World& world, const std::string& party);

}  // namespace schakel::sim
