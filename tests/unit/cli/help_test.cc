// The help, and what holds for every command.
#include <set>

#include <gmock/gmock.h>

#include "cli/text.h"
#include "node/base/version.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> WordsOf(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

std::set<std::string> Nouns() {
  std::set<std::string> nouns;
  for (const Command& command : AllCommands()) {
    if (command.name.find(' ') != std::string::npos) nouns.insert(WordsOf(command.name).front());
  }
  return nouns;
}

// Something for every option that a command cannot do without.
std::string ValueFor(const Option& option) {
  static const std::map<std::string, std::string> kValues = {{"--from", "2026-06-01"},
                                                             {"--until", "2026-12-31"},
                                                             {"REF", "VLD-2026-001"},
                                                             {"ID", "deboer"},
                                                             {"PARTY", "politie"},
                                                             {"--step", "2B"},
                                                             {"--covenant", std::string(64, 'a')}};
  const auto value = kValues.find(std::string(option.name.english()));
  return value == kValues.end() ? "x" : value->second;
}

std::vector<std::string> Minimal(const Command& command) {
  std::vector<std::string> arguments = WordsOf(command.name);
  for (const Option& option : command.options) {
    if (!option.required) continue;
    const std::string name(option.name.english());
    if (name.starts_with("-")) arguments.push_back(name.substr(name.find("--")));
    arguments.push_back(ValueFor(option));
  }
  return arguments;
}

// What of a command's help has no text in both languages; empty: nothing.
std::vector<std::string> Untold(const Command& command) {
  std::vector<std::string> untold;
  const auto check = [&](const std::string& what, const HelpText& text) {
    if (text.dutch().empty() || text.english().empty()) untold.push_back(what);
  };
  check("purpose", command.purpose);
  if (!HasDutchHelp(command)) return untold;
  for (const Option& option : command.options) {
    const std::string name(option.name.english());
    check(name + " help", option.help);
    if (!option.value.empty()) check(name + " value", option.value);
    if (!name.starts_with("-")) check(name + " name", option.name);
  }
  if (!command.notes.empty()) check("notes", command.notes);
  return untold;
}

class HelpTest : public CliTest {
 protected:
  // Every help there is, with `more` behind its words.
  std::string AllHelps(const std::vector<std::string>& more) {
    const auto help = [&](std::vector<std::string> arguments) {
      arguments.emplace_back("--help");
      arguments.insert(arguments.end(), more.begin(), more.end());
      const Ran ran = Run(arguments);
      EXPECT_EQ(ran.exit, Exit::kDone) << Joined(arguments, " ");
      EXPECT_EQ(ran.err, "") << Joined(arguments, " ");
      return ran.out;
    };
    std::string all = help({});
    for (const std::string& noun : Nouns())
      all += "\n### " + noun + "\n" + help({noun});
    for (const Command& command : AllCommands())
      all += "\n### " + command.name + "\n" + help(WordsOf(command.name));
    return all;
  }

  void ExpectGolden(const std::string& name, const std::string& all) {
    const std::string written = In(name);
    WriteAll(written, all);
    EXPECT_EQ(all, ReadAll(std::string(SCHAKEL_TEST_DATA) + "/cli/" + name))
        << "look at the difference; if it is meant: SCHAKEL_KEEP=1 keeps " << name;
    if (std::getenv("SCHAKEL_KEEP") != nullptr) {
      std::filesystem::copy_file(
          written, testing::TempDir() + name, std::filesystem::copy_options::overwrite_existing);
    }
  }
};

TEST_F(HelpTest, MatchesTheGoldenFile) {
  ExpectGolden("help.txt", AllHelps({}));
}

TEST_F(HelpTest, MatchesTheGoldenFileInEnglish) {
  ExpectGolden("help_en.txt", AllHelps({"--lang", "en"}));
}

TEST_F(HelpTest, EveryCommandHasAPurposeAndAnExampleOfItself) {
  for (const Command& command : AllCommands()) {
    EXPECT_FALSE(command.purpose.empty()) << command.name;
    EXPECT_EQ(command.purpose.english().find('\n'), std::string_view::npos) << command.name;
    EXPECT_EQ(command.purpose.dutch().find('\n'), std::string_view::npos) << command.name;
    ASSERT_FALSE(command.examples.empty()) << command.name;
    EXPECT_THAT(command.examples.front(), HasSubstr("schakel " + command.name)) << command.name;
    EXPECT_THAT(HelpFor(command, "en"), HasSubstr("\nExample")) << command.name;
    if (HasDutchHelp(command)) {
      EXPECT_THAT(HelpFor(command, ""), HasSubstr("\nVoorbeeld")) << command.name;
    }
  }
}

TEST_F(HelpTest, EveryOverviewHasAnExample) {
  for (const std::string& noun : Nouns())
    EXPECT_THAT(Run({noun, "--help", "--lang", "en"}).out,
                HasSubstr("\nExample:\n  schakel " + noun));
  EXPECT_THAT(Run({"--help"}).out, HasSubstr("\nVoorbeelden:\n  schakel "));
}

TEST_F(HelpTest, WhatPeopleReadIsToldInBothLanguages) {
  for (const Command& command : AllCommands()) {
    EXPECT_THAT(Untold(command), IsEmpty()) << command.name;
    EXPECT_NE(command.purpose.dutch(), command.purpose.english()) << command.name;
    if (!HasDutchHelp(command)) continue;
    for (const Option& option : command.options)
      EXPECT_NE(option.help.dutch(), option.help.english())
          << command.name << " " << option.help.english();
  }
}

TEST_F(HelpTest, ATextThatIsMissingIsSeen) {
  bool flag = false;
  std::string word;
  Command command;
  command.purpose = {"toon iets", "show something"};
  command.options = {{{"KENMERK", "REF"}, "", {"de groep", "the group"}, &word},
                     {"--name", {"NAAM", "NAME"}, {"de naam", "the name"}, &word},
                     {"--flag", "", {"een vlag", "a flag"}, &flag}};
  EXPECT_THAT(Untold(command), IsEmpty());
  Command other = command;
  other.options[0].name = "REF";
  other.options[1].value = "NAME";
  other.options[2].help = "a flag";
  other.notes = "more";
  other.purpose = "show something";
  EXPECT_THAT(Untold(other),
              ElementsAre("purpose", "REF name", "--name value", "--flag help", "notes"));
  other = command;
  other.options[1].value = {"NAAM", ""};
  other.options[2].help = {"een vlag", ""};
  EXPECT_THAT(Untold(other), ElementsAre("--name value", "--flag help"));
}

TEST_F(HelpTest, TheHelpOfATechniciansCommandIsEnglish) {
  std::set<std::string> english;
  for (const Command& command : AllCommands()) {
    std::vector<std::string> arguments = WordsOf(command.name);
    arguments.emplace_back("--help");
    const Ran ran = Run(arguments);
    EXPECT_THAT(ran.out, AnyOf(HasSubstr("\nGebruik: schakel "), HasSubstr("\nUsage: schakel ")));
    if (ran.out.find("\nUsage: ") != std::string::npos) english.insert(command.name);
  }
  EXPECT_THAT(english, ElementsAre("init", "operator add"));
  EXPECT_THAT(Run({"operator", "--help"}).out, HasSubstr("Gebruik: schakel operator OPDRACHT"));
  EXPECT_THAT(Run({"covenant", "--help"}).out, HasSubstr("Gebruik: schakel covenant OPDRACHT"));
}

// No sentence of the library or of the other language stands in a help in Dutch.
TEST_F(HelpTest, AHelpInDutchIsDutchThroughout) {
  const std::vector<Command> commands = AllCommands();
  std::vector<std::string> helps = {Overview(commands, "", "")};
  for (const char* noun : {"audit", "covenant", "exchange", "group", "log", "person", "scan"})
    helps.push_back(Overview(commands, noun, ""));
  for (const Command& command : commands) {
    if (!HasDutchHelp(command)) continue;
    helps.push_back(HelpFor(command, ""));
    EXPECT_EQ(helps.back(), HelpFor(command, "nl")) << command.name;
  }
  for (const std::string& help : helps) {
    for (const char* word : {"Usage",
                             "OPTIONS",
                             "options",
                             "REQUIRED",
                             "Example",
                             "Exit code",
                             "Every",
                             "COMMAND",
                             "role:",
                             " the ",
                             " FILE",
                             " REF",
                             " DIR"}) {
      EXPECT_THAT(help, Not(HasSubstr(word)));
    }
  }
}

TEST_F(HelpTest, TheLanguageIsChosenAnywhereOnTheLine) {
  const std::string english = Run({"scan", "request", "--help", "--lang", "en"}).out;
  EXPECT_THAT(english, HasSubstr("\nUsage: schakel scan request REF [options]\n"));
  EXPECT_EQ(Run({"--lang", "en", "scan", "request", "--help"}).out, english);
  EXPECT_EQ(Run({"scan", "--lang=en", "request", "--help"}).out, english);
  const std::string dutch = Run({"scan", "request", "--help"}).out;
  EXPECT_THAT(dutch, HasSubstr("\nGebruik: schakel scan request KENMERK [opties]\n"));
  EXPECT_EQ(Run({"--lang", "nl", "scan", "request", "--help"}).out, dutch);
  EXPECT_THAT(Run({"--help"}).out, HasSubstr("Gebruik: schakel OPDRACHT [opties]"));
  EXPECT_THAT(Run({"--help", "--lang", "en"}).out, HasSubstr("Usage: schakel COMMAND [options]"));
  EXPECT_EQ(Run({"--lang", "en", "--help"}).out, Run({"--help", "--lang", "en"}).out);
}

TEST_F(HelpTest, NoLineOfAHelpIsWiderThanAScreen) {
  for (const char* name : {"/cli/help.txt", "/cli/help_en.txt"}) {
    std::istringstream lines(ReadAll(std::string(SCHAKEL_TEST_DATA) + name));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(DisplayWidth(line), 78U) << line;
  }
}

// Whatever becomes of it: one document on standard output, nothing beside it.
TEST_F(HelpTest, EveryCommandSpeaksJson) {
  for (const Command& command : AllCommands()) {
    if (command.name == "init") continue;  // init_test.cc
    const Ran ran = RunJson(Minimal(command));
    EXPECT_NE(ran.exit, Exit::kDone) << command.name;
    const canon::Value value = Json(ran);
    ASSERT_NE(value.Find("error"), nullptr) << command.name << ran.out;
    for (const char* member : {"code", "message", "hint"}) {
      EXPECT_FALSE(TextOf(*value.Find("error"), member).empty()) << command.name << " " << member;
    }
    EXPECT_EQ(ran.err, "") << command.name;
  }
}

TEST_F(HelpTest, WrongUseIsExitTwoAndSaysWhere) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                    {"nonsense"},
                                                    {"covenant"},
                                                    {"covenant", "nonsense"},
                                                    {"covenant", "sign"},
                                                    {"operator", "list", "--nonsense"},
                                                    {"operator", "list", "extra"},
                                                    {"operator", "list", "--lang", "fr"},
                                                    {"operator", "list", "--home"}}) {
    const Ran ran = Run(arguments);
    EXPECT_EQ(ran.exit, Exit::kUsage) << Joined(arguments, " ");
    EXPECT_THAT(ran.err, HasSubstr("--help`")) << Joined(arguments, " ");
    EXPECT_EQ(ran.out, "") << Joined(arguments, " ");
  }
  EXPECT_EQ(TextOf(*Json(RunJson({"nonsense"})).Find("error"), "code"), "usage");
}

TEST_F(HelpTest, GlobalOptionsStandAnywhere) {
  const std::string home = ActAs("smit2");
  environment = {};
  node.Answer("operator.list", canon::Value::Object{{"operators", canon::Value::Array{}}});
  EXPECT_EQ(Run({"--home", home, "--as", "smit", "operator", "list", "--json"}).exit, Exit::kDone);
  EXPECT_EQ(Run({"operator", "--json", "list", "--as", "smit", "--home", home}).exit, Exit::kDone);
}

TEST_F(HelpTest, OfAGlobalOptionThatIsGivenTwiceTheLastCounts) {
  const std::string home = ActAs("smit2");
  environment = {};
  node.Answer("operator.list", canon::Value::Object{{"operators", canon::Value::Array{}}});
  EXPECT_EQ(Run({"--home",
                 In("none"),
                 "--as",
                 "smit2",
                 "operator",
                 "list",
                 "--as",
                 "smit",
                 "--home",
                 home})
                .exit,
            Exit::kDone);
  EXPECT_EQ(node.only().call.operator_id, "smit");
}

TEST_F(HelpTest, AnIdMayBeTheWordOfACommand) {
  environment.home = MakeHome("gemeente");
  EXPECT_EQ(Run({"operator", "new", "list"}).exit, Exit::kDone);
  EXPECT_EQ(Run({"operator", "new", "covenant"}).exit, Exit::kDone);
  EXPECT_TRUE(std::filesystem::exists(In("gemeente/operators/covenant.key")));
}

TEST_F(HelpTest, Version) {
  const Ran ran = Run({"--version"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_EQ(ran.out, std::string("schakel ") + kVersion + "\n");
}

}  // namespace
}  // namespace schakel::cli
