// Random questions about any covenant, of which most are about a cell that has a rule and come near
// to a permit.
#pragma once

#include "node/canon/value.h"
#include "node/covenant/decide.h"
#include "tests/oracle/dice.h"

namespace schakel::oracle {

// A line for ask.h.
canon::Value RandomAsk(const covenant::Document& document, Dice& dice);

}  // namespace schakel::oracle
