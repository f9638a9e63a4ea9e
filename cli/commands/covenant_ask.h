// `schakel covenant test --ask`: questions in, decisions out, a line of JSON each.
#pragma once

#include <string>

#include "cli/context.h"

namespace schakel::cli {

// Of the covenant in one file about the questions in the other; `-` is standard input. A decision
// is written when its question was read, and nothing is held. The first line that is no question
// ends it: what came before is answered.
Outcome<Exit> Ask(Context& context, const std::string& covenant, const std::string& questions);

}  // namespace schakel::cli
