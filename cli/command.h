// What a command is: its words, its options and what it does. A plain description, from which the
// parser (parse.h) and the help are made, so that no command knows the parsing library.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/failure.h"

namespace schakel::cli {

class Context;

// Says what is wrong with a value, or nothing. A value that fails it is wrong use (exit 2).
using Check = std::string (*)(const std::string& value);

// Where an option's value goes. The target outlives the command.
using Target = std::variant<bool*,
                            int*,
                            std::string*,
                            std::optional<std::string>*,
                            std::optional<int>*,
                            std::vector<std::string>*>;

struct Option {
  std::string name;   // "--from", "-o,--output", or "REF": without a dash it goes by its place
  std::string value;  // what stands behind it in the help: "DAY"; empty for a flag
  std::string help;
  Target target;
  bool required = false;
  Check check = nullptr;
  // A list takes several values behind one name, unless this is set: then one, and the name again.
  bool one_at_a_time = false;
};

struct Command {
  std::string name;  // "covenant prepare": a noun and a verb, or a word
  std::string purpose;
  std::vector<Option> options;
  std::vector<std::string> examples;  // whole lines, at least one
  std::string notes;                  // for the help, may be empty
  std::function<Outcome<Exit>(Context&)> run;
};

// At most 78 columns wide, ends in a newline.
std::string HelpFor(const Command& command);
// Of the program, or of the commands that share the noun.
std::string Overview(const std::vector<Command>& commands, std::string_view noun);

// Checks that several commands share.
std::string CheckRef(const std::string& value);    // VLD-2026-001, VLD-2026-001/2, /2@om
std::string CheckGroup(const std::string& value);  // VLD-2026-001
std::string CheckName(const std::string& value);   // ids of parties, operators, categories
std::string CheckDay(const std::string& value);    // 2026-12-31
std::string CheckKeyId(const std::string& value);  // ed25519:...
std::string CheckHash(const std::string& value);   // 64 hex digits
std::string CheckUuid(const std::string& value);
std::string CheckAddress(const std::string& value);  // host:port
std::string CheckText(const std::string& value);     // UTF-8 without controls, not empty

}  // namespace schakel::cli
