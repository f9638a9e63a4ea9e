// Random covenants: whatever the language has, within what compiles.
#pragma once

#include <memory>

#include "node/covenant/decide.h"
#include "tests/oracle/dice.h"

namespace schakel::oracle {

// A covenant with facts of every type and source, categories about persons and groups, bases that
// end and that need a fact, denies of records and of fields. Rules that would contradict others are
// left out. Its canonical bytes are `document().canonical`.
std::unique_ptr<const covenant::Covenant> RandomCovenant(Dice& dice);

}  // namespace schakel::oracle
