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

CLI::Option* AddTarget(CLI::App& app, const Option& option) {
  const auto add = [&](auto* target) -> CLI::Option* {
    using Kind = std::remove_pointer_t<decltype(target)>;
    if constexpr (std::is_same_v<Kind, bool>) {
      return app.add_flag(option.name, *target, option.help);
    } else {
      return app.add_option(option.name, *target, option.help);
    }
  };
  return std::visit(add, option.target);
}

void AddOption(CLI::App& app, const Option& option) {
  CLI::Option* const added = AddTarget(app, option);
  added->required(option.required);
  if (std::holds_alternative<std::vector<std::string>*>(option.target)) {
    added->allow_extra_args(!option.one_at_a_time);
  }
  if (option.check == nullptr) return;
  const Check check = option.check;
  added->check(CLI::Validator(
      [check](std::string& value) {
        const std::string wrong = check(value);
        return wrong.empty() ? wrong : "'" + value + "' " + wrong;
      },
      ""));
}

// The whole tree of commands, and which app runs what.
class Tree {
 public:
  Tree(const std::vector<Command>& commands, Globals& globals) : commands_(commands) {
    app_.name("schakel");
    app_.fallthrough();
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string("schakel ") + kVersion);
    app_.add_option("--home", globals.home);
    app_.add_option("--as", globals.as);
    app_.add_flag("--json", globals.json);
    app_.add_option("--lang", globals.language)->check(CLI::IsMember({"nl", "en"}));
    for (const Command& command : commands)
      Add(command);
  }

  Parsed Parse(std::span<const std::string> arguments) {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
      app_.parse(reversed);
    } catch (const CLI::CallForVersion&) {
      return Told{std::string("schakel ") + kVersion + "\n"};
    } catch (const CLI::CallForHelp&) {
      return Told{Help()};
    } catch (const CLI::ParseError& error) {
      return UsageFailure(error.what(), "see `" + Words() + " --help`");
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
      AddOption(*app, option);
    runs_[app] = &command;
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
    if (command != nullptr) return HelpFor(*command);
    const CLI::App* const app = Innermost();
    return Overview(commands_, app == &app_ ? std::string() : app->get_name());
  }

  [[nodiscard]] std::string Words() const {
    const Command* const command = Chosen();
    if (command != nullptr) return "schakel " + command->name;
    const CLI::App* const app = Innermost();
    return app == &app_ ? "schakel" : "schakel " + app->get_name();
  }

  const std::vector<Command>& commands_;
  CLI::App app_;
  std::map<std::string, CLI::App*> nouns_;
  std::map<const CLI::App*, const Command*> runs_;
};

}  // namespace

Parsed Parse(const std::vector<Command>& commands,
             std::span<const std::string> arguments,
             Globals& globals) {
  Tree tree(commands, globals);
  return tree.Parse(arguments);
}

}  // namespace schakel::cli
