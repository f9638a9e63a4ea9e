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

// What a help says, in both languages beside each other. With one text it is English alone: of the
// options of a technician's command, or where there is nothing to say.
class HelpText {
 public:
  constexpr HelpText() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a command is written as a list of texts.
  constexpr HelpText(const char* english) : english_(english) {}
  constexpr HelpText(const char* dutch, const char* english) : dutch_(dutch), english_(english) {}

  [[nodiscard]] constexpr std::string_view dutch() const { return dutch_; }
  [[nodiscard]] constexpr std::string_view english() const { return english_; }
  [[nodiscard]] constexpr bool empty() const { return dutch_.empty() && english_.empty(); }
  // In that language, or else in English.
  [[nodiscard]] std::string In(Language language) const;

 private:
  std::string_view dutch_;
  std::string_view english_;
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
  HelpText name;   // "--from", "-o,--output", or "REF": without a dash it goes by its place
  HelpText value;  // what stands behind it in the help: "DAY"; empty for a flag
  HelpText help;
  Target target;
  bool required = false;
  Check check = nullptr;
  // A list takes several values behind one name, unless this is set: then one, and the name again.
  bool one_at_a_time = false;
};

struct Command {
  std::string name;  // "covenant prepare": a noun and a verb, or a word
  HelpText purpose;  // always in both languages: the overview tells them all
  std::vector<Option> options;
  std::vector<std::string> examples;  // whole lines, at least one
  HelpText notes;                     // for the help, may be empty
  std::function<Outcome<Exit>(Context&)> run;
  Reader reader = Reader::kPeople;
};

// Whether there is a help in Dutch, which then is the one that is shown unless --lang en.
bool HasDutchHelp(const Command& command);
// At most 78 columns wide, ends in a newline. `given` is the value of --lang: nl, en or nothing.
std::string HelpFor(const Command& command, std::string_view given);
// Of the program, or of the commands that share the noun.
std::string Overview(const std::vector<Command>& commands,
                     std::string_view noun,
                     std::string_view given);

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
