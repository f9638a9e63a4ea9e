// The command line against the commands there are. Wraps CLI11.
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "cli/command.h"

namespace schakel::cli {

// What stands beside any command.
struct Globals {
  std::string home;
  std::string as;
  bool json = false;
  std::string language;  // nl | en; empty: the default
};

// Asked for text: a help or the version.
struct Told {
  std::string text;
};

// The command to run, the text to print, or what is wrong with the arguments. The options' targets
// and `globals` are filled in. `arguments` are without the program's name.
using Parsed = std::variant<const Command*, Told, Failure>;
Parsed Parse(const std::vector<Command>& commands,
             std::span<const std::string> arguments,
             Globals& globals);

}  // namespace schakel::cli
