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
#include "cli/messages.h"

namespace schakel::cli {

class Context;

// What is wrong with a value, to stand behind it in a sentence; empty: nothing is.
struct Wrong {
  std::string_view dutch;
  std::string_view english;
  [[nodiscard]] bool empty() const { return english.empty(); }
};
// A value that fails it is wrong use (exit 2).
using Check = Wrong (*)(const std::string& value);

// Who reads what a command says, and so its language unless --lang is given.
enum class Reader {
  kPeople,      // a regisseur, infodesk, officer, auditor: Dutch
  kTechnician,  // a beheerder or developer: English
};

// Where an option's value goes. The target outlives the command.
using Target = std::variant<bool*,
                            int*,
                            std::string*,
                            std::optional<std::string>*,
                            std::optional<int>*,
                            std::vector<std::string>*>;

// `given` is the value of --lang: nl, en or nothing.
Language LanguageFor(std::string_view given, Reader reader);

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
  Reader reader = Reader::kPeople;
};

// At most 78 columns wide, ends in a newline.
std::string HelpFor(const Command& command);
// Of the program, or of the commands that share the noun.
std::string Overview(const std::vector<Command>& commands, std::string_view noun);

// Checks that several commands share.
Wrong CheckRef(const std::string& value);    // VLD-2026-001, VLD-2026-001/2, /2@om
Wrong CheckGroup(const std::string& value);  // VLD-2026-001
Wrong CheckName(const std::string& value);   // ids of parties, operators, categories
Wrong CheckDay(const std::string& value);    // 2026-12-31
Wrong CheckKeyId(const std::string& value);  // ed25519:...
Wrong CheckHash(const std::string& value);   // 64 hex digits
Wrong CheckUuid(const std::string& value);
Wrong CheckAddress(const std::string& value);  // host:port
Wrong CheckText(const std::string& value);     // UTF-8 without controls, not empty

}  // namespace schakel::cli
