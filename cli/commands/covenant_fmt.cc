// `schakel covenant fmt`: a covenant's YAML in its normal form, and signed bytes as YAML to read.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/text.h"
#include "node/covenant/format.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct FmtArguments {
  std::string covenant;
  bool check = false;
  bool write = false;
  std::optional<std::string> output;
};

std::string In(const Context& context, const char* dutch, const char* english) {
  return context.language() == Language::kDutch ? dutch : english;
}

Outcome<std::string> NormalForm(Context& context, const std::string& path, std::string text) {
  if (path.ends_with(".json")) {
    if (text.ends_with('\n')) text.pop_back();
    return Hinted(covenant::FormatCanonical(text),
                  "give the file as `schakel covenant prepare` made it, or the YAML");
  }
  covenant::FormattedYaml formatted = covenant::FormatYaml(text, path);
  if (formatted.text) return std::move(*formatted.text);
  for (const canon::Finding& finding : formatted.findings)
    context.Warn(Printable(canon::ToString(finding)));
  Failure failure;
  failure.code = ErrorCodeName(ErrorCode::kMalformed);
  failure.message = canon::ToString(formatted.findings.front());
  failure.hint = "mend the places named above; schakel covenant lint tells them all";
  return failure;
}

// The first line in which they differ, as an editor counts.
int64_t FirstDifference(const std::string& before, const std::string& after) {
  const auto end = std::mismatch(before.begin(), before.end(), after.begin(), after.end()).first;
  return std::count(before.begin(), end, '\n') + 1;
}

Outcome<Exit> Check(Context& context, const std::string& path, const Value& value, int64_t line) {
  const std::string where = Printable(path) + (line == 0 ? "" : ":" + std::to_string(line));
  if (line == 0) {
    return context.Show(value,
                        where + In(context, ": in de vaste vorm\n", ": in its normal form\n"));
  }
  return context.Show(value,
                      where +
                          In(context,
                             ": niet in de vaste vorm; dit zet het recht:\n  schakel covenant fmt ",
                             ": not in its normal form; this mends it:\n  schakel covenant fmt ") +
                          Printable(path) + " --write\n",
                      Exit::kFailed);
}

Outcome<Exit> Fmt(Context& context, const FmtArguments& arguments) {
  const std::string& path = arguments.covenant;
  const bool canonical = path.ends_with(".json");
  if (static_cast<int>(arguments.check) + static_cast<int>(arguments.write) +
          static_cast<int>(arguments.output.has_value()) >
      1) {
    return UsageFailure(HelpText("--check, --write en -o sluiten elkaar uit",
                                 "--check, --write and -o exclude each other")
                            .In(context.language()),
                        HelpText("geef er een van", "give one of them").In(context.language()));
  }
  if (canonical && (arguments.check || arguments.write)) {
    return UsageFailure(HelpText("ondertekende bytes hebben één vorm", "signed bytes have one form")
                            .In(context.language()),
                        HelpText("schrijf de YAML elders: -o BESTAND.yaml",
                                 "write the YAML elsewhere: -o FILE.yaml")
                            .In(context.language()));
  }
  const std::string before = TRY(Hinted(ReadCovenantFile(path), context.Say(Message::kPathHint)));
  const std::string after = TRY(NormalForm(context, path, before));
  const bool normal = !canonical && before == after;
  const int64_t line = normal ? 0 : FirstDifference(before, after);
  Value::Object value{{"file", path}, {"normal", normal}};
  if (!canonical) value.emplace("first_difference", line);
  if (arguments.check) return Check(context, path, value, line);
  if (arguments.write) {
    if (!normal) TRY(ReplaceFile(path, after, FileMode::kPublic));
    value.emplace("written", !normal);
    return context.Show(value,
                        Printable(path) + (normal ? In(context,
                                                       ": stond al in de vaste vorm\n",
                                                       ": was in its normal form already\n")
                                                  : In(context, ": geschreven\n", ": written\n")));
  }
  if (arguments.output) {
    TRY(Hinted(WriteNewFile(*arguments.output, after, FileMode::kPublic),
               "name a file that is not there yet"));
    return context.Show(
        value, In(context, "Geschreven: ", "Written: ") + Printable(*arguments.output) + "\n");
  }
  value.emplace("text", after);
  return context.Show(value, after);
}

Command FmtCommand() {
  const auto arguments = std::make_shared<FmtArguments>();
  Command command;
  command.name = "covenant fmt";
  command.purpose = {"schrijf een convenant in de vaste vorm, of ondertekende bytes als YAML",
                     "write a covenant in its normal form, or signed bytes as YAML"};
  command.options = {{{"CONVENANT", "COVENANT"},
                      "",
                      {"convenant: YAML of JSON", "a covenant: YAML or JSON"},
                      &arguments->covenant,
                      true},
                     {"--check",
                      "",
                      {"toon niets, exitcode 1 als het anders staat",
                       "show nothing, exit code 1 when it is written otherwise"},
                      &arguments->check},
                     {"--write",
                      "",
                      {"schrijf het in het bestand zelf", "write it into the file itself"},
                      &arguments->write},
                     {"-o,--output",
                      {"BESTAND", "FILE"},
                      {"schrijf het hierin", "write it there"},
                      &arguments->output}};
  command.notes = {
      "Waarden, `fill` en opmerkingen blijven wat zij zijn; de hash verandert niet. De vorm staat "
      "in "
      "node/covenant/README.md.",
      "Values, `fill` and comments stay what they are; the hash does not change. The form is in "
      "node/covenant/README.md."};
  command.examples = {"schakel covenant fmt policies/veldrijk.yaml --check",
                      "schakel covenant fmt covenant.json -o leesbaar.yaml"};
  command.run = [arguments](Context& context) { return Fmt(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantFmtCommands() {
  return {FmtCommand()};
}

}  // namespace schakel::cli
