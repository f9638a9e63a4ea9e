#include "cli/parse.h"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>

#include "node/base/version.h"

namespace schakel::cli {
namespace {

std::string NounOf(const Command& command) {
  return command.name.substr(0, command.name.find(' '));
}

std::string VerbOf(const Command& command) {
  const size_t space = command.name.find(' ');
  return space == std::string::npos ? std::string() : command.name.substr(space + 1);
}

CLI::Option* AddTarget(CLI::App& app, const Option& option, Language language) {
  // What goes by its place has a name in each language, for the library to name it when missing.
  const std::string name = option.name.In(language);
  const auto add = [&](auto* target) -> CLI::Option* {
    using Kind = std::remove_pointer_t<decltype(target)>;
    if constexpr (std::is_same_v<Kind, bool>) {
      return app.add_flag(name, *target);
    } else {
      return app.add_option(name, *target);
    }
  };
  return std::visit(add, option.target);
}

void AddOption(CLI::App& app, const Option& option, Language language) {
  CLI::Option* const added = AddTarget(app, option, language);
  added->required(option.required);
  if (std::holds_alternative<std::vector<std::string>*>(option.target)) {
    added->allow_extra_args(!option.one_at_a_time);
  }
  if (option.check == nullptr) return;
  const Check check = option.check;
  added->check(CLI::Validator(
      [check, language](std::string& value) {
        const Wrong wrong = check(value);
        if (wrong.empty()) return std::string();
        return "'" + value + "' " +
               std::string(language == Language::kDutch ? wrong.dutch : wrong.english);
      },
      ""));
}

// The whole tree of commands, and which app runs what.
class Tree {
 public:
  // `language` is what --lang says, read ahead: nl, en or anything else.
  Tree(const std::vector<Command>& commands, Globals& globals, std::string language)
      : commands_(commands), given_(std::move(language)) {
    app_.name("schakel");
    app_.fallthrough();
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string("schakel ") + kVersion);
    // Given twice, the last one counts: a wrapper gives the first.
    app_.add_option("--home", globals.home)->take_last();
    app_.add_option("--as", globals.as)->take_last();
    app_.add_flag("--json", globals.json);
    app_.add_option("--lang", globals.language)->check(CLI::IsMember({"nl", "en"}));
    for (const Command& command : commands)
      Add(command);
  }

  Parsed Parse(std::span<const std::string> arguments) {
    if (!arguments.empty()) first_ = arguments.front();
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
      app_.parse(reversed);
    } catch (const CLI::CallForVersion&) {
      return Told{std::string("schakel ") + kVersion + "\n"};
    } catch (const CLI::CallForHelp&) {
      return Told{Help()};
    } catch (const CLI::ParseError& error) {
      return UsageFailure(WhatIsWrong(error),
                          Say(Message::kSeeHelp, Spoken(), {{"command", Words()}}));
    }
    return Chosen();
  }

 private:
  void Add(const Command& command) {
    const std::string noun = NounOf(command);
    const std::string verb = VerbOf(command);
    CLI::App* app = nullptr;
    const auto known = nouns_.find(noun);
    if (known != nouns_.end()) {
      app = known->second;
    } else {
      app = app_.add_subcommand(noun);
      nouns_[noun] = app;
    }
    if (!verb.empty()) {
      app->require_subcommand(1);
      app = app->add_subcommand(verb);
    }
    for (const Option& option : command.options)
      AddOption(*app, option, LanguageFor(given_, command.reader));
    runs_[app] = &command;
  }

  // The language of the command that was meant, as far as it was understood.
  [[nodiscard]] Language Spoken() const {
    const Command* const command = Chosen();
    return LanguageFor(given_, command == nullptr ? Reader::kPeople : command->reader);
  }

  // In Dutch the library's sentences are made anew, from their kind and from what they name; one of
  // another kind names the option and says in Dutch already what is wrong with it.
  [[nodiscard]] std::string WhatIsWrong(const CLI::ParseError& error) const {
    const std::string text = error.what();
    const Language language = Spoken();
    if (language == Language::kEnglish) return text;
    const auto is = [&](CLI::ExitCodes kind) {
      return error.get_exit_code() == static_cast<int>(kind);
    };
    if (is(CLI::ExitCodes::RequiredError)) {
      const size_t end = text.find(" is required");
      if (end == std::string::npos || text.find("ubcommand") != std::string::npos) {
        if (!first_.empty() && first_.front() != '-' && !nouns_.contains(first_)) {
          return Say(Message::kCommandUnknown, language, {{"command", first_}});
        }
        return Say(Message::kCommandMissing, language);
      }
      return Say(Message::kOptionMissing, language, {{"option", text.substr(0, end)}});
    }
    if (is(CLI::ExitCodes::ExtrasError)) {
      const size_t colon = text.find(": ");
      return Say(Message::kNotExpected,
                 language,
                 {{"arguments", colon == std::string::npos ? text : text.substr(colon + 2)}});
    }
    if (is(CLI::ExitCodes::ArgumentMismatch)) {
      return Say(Message::kValueMissing, language, {{"option", text.substr(0, text.find(':'))}});
    }
    if (is(CLI::ExitCodes::ConversionError)) {
      return Say(Message::kValueWrong, language, {{"what", text}});
    }
    if (text.starts_with("--lang")) return Say(Message::kLanguageUnknown, language);
    return text;
  }

  // The innermost word that was understood.
  [[nodiscard]] const CLI::App* Innermost() const {
    const CLI::App* app = &app_;
    while (!app->get_subcommands().empty())
      app = app->get_subcommands().front();
    return app;
  }

  [[nodiscard]] const Command* Chosen() const {
    const auto found = runs_.find(Innermost());
    return found == runs_.end() ? nullptr : found->second;
  }

  [[nodiscard]] std::string Help() const {
    const Command* const command = Chosen();
    if (command != nullptr) return HelpFor(*command, given_);
    const CLI::App* const app = Innermost();
    return Overview(commands_, app == &app_ ? std::string() : app->get_name(), given_);
  }

  [[nodiscard]] std::string Words() const {
    const Command* const command = Chosen();
    if (command != nullptr) return "schakel " + command->name;
    const CLI::App* const app = Innermost();
    return app == &app_ ? "schakel" : "schakel " + app->get_name();
  }

  const std::vector<Command>& commands_;
  const std::string given_;
  std::string first_;  // argument
  CLI::App app_;
  std::map<std::string, CLI::App*> nouns_;
  std::map<const CLI::App*, const Command*> runs_;
};

// The value of --lang before anything is parsed: what is wrong elsewhere is said in it.
std::string LanguageAhead(std::span<const std::string> arguments) {
  constexpr std::string_view kOption = "--lang";
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == kOption && i + 1 < arguments.size()) return arguments[i + 1];
    if (argument.starts_with("--lang=")) return argument.substr(kOption.size() + 1);
  }
  return {};
}

}  // namespace

Parsed Parse(const std::vector<Command>& commands,
             std::span<const std::string> arguments,
             Globals& globals) {
  Tree tree(commands, globals, LanguageAhead(arguments));
  return tree.Parse(arguments);
}

}  // namespace schakel::cli
