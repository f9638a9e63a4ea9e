// The whole program but its process: arguments in, exit code out.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/context.h"

namespace schakel::cli {

// Every command there is, with targets of its own: fit for one run.
std::vector<Command> AllCommands();

// Parses, runs and prints. `arguments` are without the program's name.
Exit Run(std::span<const std::string> arguments,
         const Environment& environment,
         const Seams& seams);

}  // namespace schakel::cli
