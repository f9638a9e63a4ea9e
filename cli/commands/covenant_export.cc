// `schakel covenant export`: a covenant for people who read it on paper, and a schema for editors.
// No node, no key.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/policy_file.h"
#include "cli/text.h"
#include "node/canon/json.h"
#include "node/covenant/schema.h"
#include "node/policy/annex.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct ExportArguments {
  std::optional<std::string> covenant;
  bool jsonschema = false;
  std::optional<std::string> text;
  std::string format = "text";
  std::optional<std::string> output;
};

std::string In(const Context& context, const char* dutch, const char* english) {
  return context.language() == Language::kDutch ? dutch : english;
}

Wrong CheckAnnexLanguage(const std::string& value) {
  if (value == "nl") return {};
  return {"is niet nl; de bijlage is er alleen in het Nederlands",
          "is not nl; the annex is there in Dutch alone"};
}

Wrong CheckAnnexFormat(const std::string& value) {
  if (value == "text" || value == "html") return {};
  return {"is niet text of html", "is neither text nor html"};
}

Outcome<Exit> Put(Context& context,
                  const ExportArguments& arguments,
                  const std::string& text,
                  Value::Object value) {
  if (!arguments.output) {
    value.emplace("text", text);
    return context.Show(Value(std::move(value)), text);
  }
  TRY(Hinted(WriteNewFile(*arguments.output, text, FileMode::kPublic),
             "name a file that is not there yet"));
  return context.Show(
      Value(std::move(value)),
      In(context, "Geschreven: ", "Written: ") + Printable(*arguments.output) + "\n");
}

Outcome<Exit> Schema(Context& context, const ExportArguments& arguments) {
  Policy loaded;
  if (arguments.covenant) loaded = TRY(LoadPolicy(context, *arguments.covenant));
  const Value schema =
      covenant::AuthoringSchema(loaded.covenant ? &loaded.covenant->document() : nullptr);
  const std::string text = canon::WritePretty(schema) + "\n";
  if (!arguments.output) return context.Show(schema, text);
  return Put(context, arguments, text, {});
}

Outcome<Exit> Export(Context& context, const ExportArguments& arguments) {
  if (arguments.jsonschema == arguments.text.has_value()) {
    return UsageFailure(In(context,
                           "geef --jsonschema of --text nl, een van beide",
                           "give --jsonschema or --text nl, one of them"),
                        "schakel covenant export --help");
  }
  if (arguments.jsonschema) return Schema(context, arguments);
  if (!arguments.covenant) {
    return UsageFailure(In(context, "het convenant ontbreekt", "the covenant is missing"),
                        "schakel covenant export --help");
  }
  const Policy loaded = TRY(LoadPolicy(context, *arguments.covenant));
  const policy::Annex annex = policy::MakeAnnex(*loaded.covenant, loaded.draft);
  if (loaded.draft) {
    context.Warn(In(context,
                    "sjabloon: dit is een ontwerp, zonder hash en zonder ondertekenblad",
                    "a template: this is a draft, without a hash and without a signing sheet"));
  }
  const std::string text =
      arguments.format == "html" ? policy::AnnexHtml(annex) : policy::AnnexText(annex);
  return Put(context,
             arguments,
             text,
             {{"hash", annex.hash}, {"draft", loaded.draft}, {"format", arguments.format}});
}

Command ExportCommand() {
  const auto arguments = std::make_shared<ExportArguments>();
  Command command;
  command.name = "covenant export";
  command.purpose = {"schrijf de bijlage met ondertekenblad, of een schema voor een editor",
                     "write the annex with its signing sheet, or a schema for an editor"};
  command.options = {{{"CONVENANT", "COVENANT"},
                      "",
                      {"convenant: YAML of JSON; bij --jsonschema hoeft het niet",
                       "a covenant: YAML or JSON; --jsonschema does without"},
                      &arguments->covenant},
                     {"--text",
                      {"TAAL", "LANGUAGE"},
                      {"de bijlage in deze taal: nl", "the annex in this language: nl"},
                      &arguments->text,
                      false,
                      CheckAnnexLanguage},
                     {"--format",
                      {"VORM", "FORMAT"},
                      {"van de bijlage: text of html", "of the annex: text or html"},
                      &arguments->format,
                      false,
                      CheckAnnexFormat},
                     {"--jsonschema",
                      "",
                      {"een JSON Schema van de YAML; met een convenant kent het zijn namen",
                       "a JSON Schema of the YAML; with a covenant it knows its names"},
                      &arguments->jsonschema},
                     {"-o,--output",
                      {"BESTAND", "FILE"},
                      {"schrijf het hierin", "write it there"},
                      &arguments->output}};
  command.notes = {
      "De bijlage zegt wat het convenant zegt: partijen, grondslagen, wie wat aan wie verstrekt, "
      "verboden, termijnen. Het ondertekenblad staat achteraan, met de hash in groepen om voor te "
      "lezen.",
      "The annex says what the covenant says: parties, legal bases, who gives what to whom, "
      "denies, "
      "terms. The signing sheet is at its end, with the hash in groups to read aloud."};
  command.examples = {"schakel covenant export covenant.json --text nl",
                      "schakel covenant export covenant.json --text nl \\",
                      "  --format html -o bijlage.html",
                      "schakel covenant export --jsonschema -o covenant.schema.json"};
  command.run = [arguments](Context& context) { return Export(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantExportCommands() {
  return {ExportCommand()};
}

}  // namespace schakel::cli
