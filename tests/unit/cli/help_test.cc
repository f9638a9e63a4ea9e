// The help, and what holds for every command.
#include <set>

#include <gmock/gmock.h>

#include "cli/text.h"
#include "node/base/version.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::HasSubstr;
using HelpTest = CliTest;

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
  const auto value = kValues.find(option.name);
  return value == kValues.end() ? "x" : value->second;
}

std::vector<std::string> Minimal(const Command& command) {
  std::vector<std::string> arguments = WordsOf(command.name);
  for (const Option& option : command.options) {
    if (!option.required) continue;
    if (option.name.starts_with("-"))
      arguments.push_back(option.name.substr(option.name.find("--")));
    arguments.push_back(ValueFor(option));
  }
  return arguments;
}

TEST_F(HelpTest, MatchesTheGoldenFile) {
  std::string all = Run({"--help"}).out;
  for (const std::string& noun : Nouns())
    all += "\n### " + noun + "\n" + Run({noun, "--help"}).out;
  for (const Command& command : AllCommands()) {
    std::vector<std::string> arguments = WordsOf(command.name);
    arguments.emplace_back("--help");
    const Ran ran = Run(arguments);
    EXPECT_EQ(ran.exit, Exit::kDone) << command.name;
    all += "\n### " + command.name + "\n" + ran.out;
  }
  const std::string golden = std::string(SCHAKEL_TEST_DATA) + "/cli/help.txt";
  const std::string written = In("help.txt");
  WriteAll(written, all);
  EXPECT_EQ(all, ReadAll(golden)) << "look at the difference; if it is meant: "
                                  << "SCHAKEL_KEEP=1 keeps " << written;
  if (std::getenv("SCHAKEL_KEEP") != nullptr) {
    std::filesystem::copy_file(written,
                               testing::TempDir() + "help.txt",
                               std::filesystem::copy_options::overwrite_existing);
  }
}

TEST_F(HelpTest, EveryCommandHasAPurposeAndAnExampleOfItself) {
  for (const Command& command : AllCommands()) {
    EXPECT_FALSE(command.purpose.empty()) << command.name;
    EXPECT_EQ(command.purpose.find('\n'), std::string::npos) << command.name;
    ASSERT_FALSE(command.examples.empty()) << command.name;
    EXPECT_THAT(command.examples.front(), HasSubstr("schakel " + command.name)) << command.name;
    EXPECT_THAT(HelpFor(command), HasSubstr("\nExample")) << command.name;
  }
}

TEST_F(HelpTest, NoLineOfAHelpIsWiderThanAScreen) {
  std::istringstream lines(ReadAll(std::string(SCHAKEL_TEST_DATA) + "/cli/help.txt"));
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(DisplayWidth(line), 78U) << line;
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
