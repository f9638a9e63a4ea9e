// `schakel import`: the own records, from a file that another system wrote.
#include <fstream>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/text.h"
#include "node/base/limits.h"
#include "node/base/reason.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct Arguments {
  std::string file;
  std::string mapping;
  std::string category;  // of the template
  bool dry_run = false;
};

// The file in pieces, so that one of any size needs little memory.
Result<rpc::FileReader> OpenFile(const std::string& path) {
  if (IsFolder(path))
    return Because(Malformed(path + " is a folder"), Reason::kFileIsFolder, {{"file", path}});
  const auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  if (!*file)
    return Because(
        NotFound(path + " is not there or cannot be read"), Reason::kFileMissing, {{"file", path}});
  return rpc::FileReader([file, path]() -> Result<std::optional<Bytes>> {
    Bytes piece(kMaxChunkBytes);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are bytes
    file->read(reinterpret_cast<char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
    if (file->bad())
      return Because(
          Unavailable(path + " cannot be read"), Reason::kFileUnreadable, {{"file", path}});
    piece.resize(static_cast<size_t>(file->gcount()));
    if (piece.empty()) return std::optional<Bytes>();
    return std::optional<Bytes>(std::move(piece));
  });
}

// What is wrong with a place in a file, and what may have been meant.
std::string ErrorText(Context& context, const Value& error) {
  const std::string id = TextOf(error, "id");
  const std::string reason = TextOf(error, "reason");
  const std::string text = context.Explain(id, ArgumentsOf(error), reason);
  const std::string fix = TextOf(error, "fix");
  // The node's own text has it already.
  if (text == reason || fix.empty()) return text;
  constexpr std::string_view kGuess = "did you mean ";
  constexpr std::string_view kElsewhere = "it stands under ";
  if (fix.starts_with(kElsewhere)) {
    const std::string part = fix.substr(kElsewhere.size());
    return text + "; " + context.Say(Message::kStandsUnder, {{"part", part}});
  }
  if (!fix.starts_with(kGuess)) return text + "; " + fix;
  return text + "; " + context.Say(Message::kDidYouMean, {{"value", fix.substr(kGuess.size())}});
}

void WarnErrors(Context& context, const Value& result) {
  const Value::Array& errors = ArrayOf(result, "errors");
  for (const Value& error : errors) {
    const std::string name = TextOf(error, "name");
    context.Warn(TextOf(error, "file") + ":" + std::to_string(IntOf(error, "line")) + ":" +
                 std::to_string(IntOf(error, "column")) + ": " + (name.empty() ? "" : name + ": ") +
                 ErrorText(context, error));
  }
  const int64_t more = IntOf(result, "error_count") - static_cast<int64_t>(errors.size());
  if (more > 0) context.Warn(context.Say(Message::kImportMore, {{"count", std::to_string(more)}}));
}

std::string Summary(Context& context, const Arguments& arguments, const Value& result) {
  const auto count = [&](const char* key) { return std::to_string(IntOf(result, key)); };
  std::string text = context.Say(Message::kImportSummary,
                                 {{"file", arguments.file},
                                  {"rows", count("rows")},
                                  {"new", count("new")},
                                  {"revised", count("revised")},
                                  {"unchanged", count("unchanged")},
                                  {"skipped", count("skipped")}});
  text += arguments.dry_run ? "; " + context.Say(Message::kImportDryRun) + "\n" : "\n";
  if (IntOf(result, "doubtful") > 0) {
    text += context.Say(Message::kImportDoubtful, {{"count", count("doubtful")}}) + "\n";
  }
  if (!BoolOf(result, "complete")) {
    // Without a row it is the mapping that is wrong.
    text += context.Tell(IntOf(result, "rows") == 0 ? Message::kImportMendMapping
                                                    : Message::kImportMend);
  }
  return text;
}

Outcome<Exit> Template(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  const Value result =
      TRY(node.Call("import.template", Value::Object{{"category", arguments.category}}));
  return context.Show(result,
                      context.Say(Message::kCsvHeader, {{"header", TextOf(result, "header")}}) +
                          "\n" + TextOf(result, "mapping"));
}

Outcome<Exit> Import(Context& context, const Arguments& arguments) {
  const bool has_file = !arguments.file.empty();
  if (!arguments.category.empty() && !has_file && arguments.mapping.empty()) {
    return Template(context, arguments);
  }
  if (!arguments.category.empty() || !has_file || arguments.mapping.empty()) {
    return UsageFailure(context.Say(Message::kImportArguments),
                        context.Say(Message::kSeeHelp, {{"command", "schakel import"}}));
  }
  const std::string mapping = TRY(Hinted(ReadFile(arguments.mapping, kMaxConfigBytes),
                                         context.Say(Message::kImportTemplateHint)));
  const rpc::FileReader file =
      TRY(Hinted(OpenFile(arguments.file), context.Say(Message::kPathHint)));
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Import(Value::Object{{"mapping", mapping},
                                                     {"mapping_name", arguments.mapping},
                                                     {"file_name", arguments.file},
                                                     {"dry_run", arguments.dry_run}},
                                       file));
  WarnErrors(context, result);
  return context.Show(result,
                      Summary(context, arguments, result),
                      BoolOf(result, "complete") ? Exit::kDone : Exit::kFailed);
}

}  // namespace

std::vector<Command> ImportCommands() {
  const auto arguments = std::make_shared<Arguments>();
  Command import;
  import.name = "import";
  import.purpose = {
      "lees de eigen gegevens uit een CSV-bestand in op de node (rol: contributor of feeder)",
      "put the own records of a CSV file into the node (role: contributor or feeder)"};
  import.options = {
      {{"BESTAND", "FILE"},
       "",
       {"het CSV-bestand, zoals Excel of een export het maakt",
        "the CSV file, as Excel or an export makes it"},
       &arguments->file},
      {"--mapping",
       {"BESTAND", "FILE"},
       {"hoe de kolommen velden worden (YAML)", "how its columns become fields (YAML)"},
       &arguments->mapping},
      {"--dry-run",
       "",
       {"lees en controleer alles, bewaar niets", "read and check everything, store nothing"},
       &arguments->dry_run},
      { "--template",
        {"CATEGORIE", "CATEGORY"},
        {"in plaats daarvan: toon een mapping om mee te beginnen",
         "instead: print a mapping to begin with"},
        &arguments->category,
        false,
        CheckName }};
  import.notes = {
      "Een rij die niet bruikbaar is wordt genoemd met bestand, regel en kolom; de rest wordt "
      "ingelezen en de exitcode is 1. Hetzelfde bestand nog eens verandert niets.",
      "A row that cannot be used is named with file, line and column; the rest is imported and "
      "the exit code is 1. The same file again changes nothing."};
  import.examples = {"schakel import incidenten.csv --mapping incidenten.yaml --as jansen",
                     "schakel import --template incident > incidenten.yaml"};
  import.run = [arguments](Context & context) { return Import(context, *arguments);
};
return {import};
}  // namespace schakel::cli

}  // namespace schakel::cli
