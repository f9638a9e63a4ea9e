// `schakel covenant explain|matrix|diff`: what a covenant means, from its text alone. No node,
// no key.
#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "cli/commands/commands.h"
#include "cli/commands/matrix_about.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/policy_file.h"
#include "cli/text.h"
#include "node/base/bytes.h"
#include "node/policy/diff.h"
#include "node/policy/explain.h"
#include "node/policy/matrix.h"
#include "node/policy/never.h"
#include "node/policy/render.h"

namespace schakel::cli {
namespace {

using canon::Value;
using policy::Language;

std::string In(Language language, const char* dutch, const char* english) {
  return language == Language::kDutch ? dutch : english;
}

template <typename Map>
std::string NamesOf(const Map& all) {
  std::string out;
  for (const auto& [name, value] : all)
    out += (out.empty() ? "" : ", ") + name;
  return out;
}

// What is wrong with FACT=VALUE, and what would be right.
Failure NoFact(Language language, const std::string& text, const covenant::Document& document) {
  const size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto fact = document.facts.find(name);
  if (equals == std::string::npos) {
    return UsageFailure(
        text + In(language, " is geen FEIT=WAARDE", " is no FACT=VALUE"),
        In(language, "zoals age=11 of listed=true", "such as age=11 or listed=true"));
  }
  if (fact == document.facts.end()) {
    return UsageFailure(
        In(language, "het convenant kent geen feit ", "the covenant has no fact ") + name,
        In(language, "kies uit: ", "choose from: ") + NamesOf(document.facts));
  }
  std::string values = "true, false";
  if (fact->second.type == covenant::FactType::kEnum) {
    values.clear();
    for (const std::string& value : fact->second.values)
      values += (values.empty() ? "" : ", ") + value;
  } else if (fact->second.type != covenant::FactType::kBool) {
    values = In(language,
                "een getal, of een reeks zoals 12..17 of 12..",
                "a number, or a range such as 12..17 or 12..");
  }
  return UsageFailure(
      text.substr(equals + 1) + In(language, " is geen waarde van ", " is no value of ") + name,
      In(language, "kies uit: ", "choose from: ") + values + ", unknown");
}

// What is known, as FACT=VALUE; `unknown` says nothing.
Outcome<covenant::Facts> FactsFrom(Language language,
                                   const std::vector<std::string>& texts,
                                   const covenant::Document& document) {
  covenant::Facts out;
  for (const std::string& text : texts) {
    auto given = policy::ParseGivenFact(text, document);
    if (!given) return NoFact(language, text, document);
    if (given->value) out.insert_or_assign(given->fact, std::move(*given->value));
  }
  return out;
}

// ---- matrix ------------------------------------------------------------------------------------

struct MatrixArguments {
  std::string covenant;
  About about;
  std::optional<std::string> party;
  std::optional<std::string> field;
  std::vector<std::string> subject;
  std::string format = "text";
  std::optional<std::string> output;
};

Wrong CheckFormat(const std::string& value) {
  if (value == "text" || value == "csv" || value == "md" || value == "html") return {};
  return {"is niet text, csv, md of html", "is none of text, csv, md, html"};
}

// A name that the covenant does not have would give an empty table, which reads as "never".
Outcome<policy::MatrixOptions> OptionsFrom(Language language,
                                           const MatrixArguments& arguments,
                                           const covenant::Document& document) {
  policy::MatrixOptions options;
  if (arguments.party && !document.parties.contains(*arguments.party)) {
    return UsageFailure(
        In(language, "het convenant kent geen partij ", "the covenant has no party ") +
            *arguments.party,
        In(language, "kies uit: ", "choose from: ") + NamesOf(document.parties));
  }
  if (arguments.field) {
    std::set<std::string> fields;
    for (const auto& [name, category] : document.categories) {
      for (const auto& [field, type] : category.fields)
        fields.insert(field);
    }
    if (!fields.contains(*arguments.field)) {
      return UsageFailure(
          In(language, "geen categorie heeft het veld ", "no category has the field ") +
              *arguments.field,
          In(language, "kies uit: ", "choose from: ") + Joined({fields.begin(), fields.end()}));
    }
  }
  options.party = arguments.party;
  options.field = arguments.field;
  options.subject = TRY(FactsFrom(language, arguments.subject, document));
  if (options.subject.size() != arguments.subject.size()) {
    return UsageFailure(
        In(language, "noem elk feit eenmaal, met een waarde", "name each fact once, with a value"),
        In(language,
           "laat weg wat onbekend is: dan telt elke waarde ervan mee",
           "leave an unknown fact out; every value of it is then looked at"));
  }
  return options;
}

Outcome<Exit> Matrix(Context& context, const MatrixArguments& arguments) {
  const Language language = context.language();
  if (!arguments.about.name.empty()) {
    if (!arguments.covenant.empty()) {
      return UsageFailure(In(language,
                             "--about vraagt de node, met het convenant dat daar geldt",
                             "--about asks the node, by the covenant that is in force there"),
                          In(language, "laat het bestand weg", "leave the covenant's file out"));
    }
    return MatrixAbout(context, arguments.about, arguments.party.value_or(""));
  }
  if (arguments.covenant.empty()) {
    return UsageFailure(In(language, "er is geen convenant genoemd", "no covenant is named"),
                        In(language,
                           "geef een bestand, of --about voor de eigen gegevens",
                           "give a file, or --about for your own records"));
  }
  const Policy loaded = TRY(LoadPolicy(context, arguments.covenant));
  const covenant::Document& document = loaded.covenant->document();
  const policy::MatrixOptions options = TRY(OptionsFrom(language, arguments, document));
  const std::vector<policy::MatrixRow> rows = policy::MatrixOf(*loaded.covenant, options);
  std::string text;
  if (arguments.format == "csv") {
    text = policy::MatrixCsv({document, loaded.draft}, rows);
  } else if (arguments.format == "md") {
    text = policy::MatrixMarkdown({document, loaded.draft}, rows, language);
  } else if (arguments.format == "html") {
    text = policy::MatrixHtml({document, loaded.draft}, rows, language);
  } else {
    text = policy::MatrixText({document, loaded.draft}, rows, language, context.paper());
  }
  if (loaded.draft) {
    context.Warn(In(language,
                    "sjabloon: sleutels en data zijn nog niet ingevuld, de hash telt niet",
                    "a template: keys and dates are not filled in, the hash means nothing"));
  }
  const Value value(Value::Object{{"hash", EncodeHex(document.hash)},
                                  {"draft", loaded.draft},
                                  {"rows", policy::MatrixJson(rows)}});
  if (!arguments.output) return context.Show(value, text);
  TRY(Hinted(WriteNewFile(*arguments.output, text, FileMode::kPublic),
             "name a file that is not there yet"));
  return context.Show(
      value, In(language, "Geschreven: ", "Written: ") + Printable(*arguments.output) + "\n");
}

Command MatrixCommand() {
  const auto arguments = std::make_shared<MatrixArguments>();
  Command command;
  command.name = "covenant matrix";
  command.purpose = {"toon wie wat mag krijgen, in welke vorm en waarom",
                     "show who may get what, in which form and why"};
  command.options = {
      {{"CONVENANT", "COVENANT"},
       "",
       {"convenant: YAML of JSON", "a covenant: YAML or JSON"},
       &arguments->covenant,
       false},
      {"--party",
       {"PARTIJ", "PARTY"},
       {"alleen wat deze partij geeft of krijgt", "only what this party gives or gets"},
       &arguments->party,
       false,
       CheckName},
      {"--field",
       {"VELD", "FIELD"},
       {"alleen dit veld", "only this field"},
       &arguments->field,
       false,
       CheckName},
      {"--subject",
       {"FEIT=WAARDE", "FACT=VALUE"},
       {"over iemand van wie dit bekend is: age=11",
        "about somebody of whom this is known: age=11"},
       &arguments->subject,
       false,
       nullptr,
       true},
      {"--about",
       {"NAAM", "NAME"},
       {"niet uit de tekst maar over iemand in de eigen gegevens (contributor, officer)",
        "not from the text but about somebody in the own records (contributor, officer)"},
       &arguments->about.name},
      {"--geboren",
       {"DATUM", "DATE"},
       {"van deze persoon, dd-mm-jjjj", "of that person, dd-mm-yyyy"},
       &arguments->about.born},
      {"--groep",
       {"GROEP", "GROUP"},
       {"met wat over deze groep is vastgesteld", "with what is stated about this group"},
       &arguments->about.group},
      {"--feit",
       {"FEIT=WAARDE", "FACT=VALUE"},
       {"bij --about: stel dat dit is vastgesteld: step=2B",
        "with --about: suppose that this is stated: step=2B"},
       &arguments->about.facts,
       false,
       nullptr,
       true},
      {"--format",
       {"VORM", "FORMAT"},
       {"text, csv, md of html", "text, csv, md or html"},
       &arguments->format,
       false,
       CheckFormat},
      {"-o,--output",
       {"BESTAND", "FILE"},
       {"schrijf het hierin", "write it there"},
       &arguments->output}};
  command.notes = {
      "Alle vragen die het convenant kan onderscheiden zijn gesteld: wat hier niet staat, gaat "
      "nooit.",
      "Every question that the covenant can tell apart was asked: what is not here never goes."};
  command.examples = {"schakel covenant matrix policies/veldrijk.yaml --party jongerenwerk",
                      "schakel covenant matrix covenant.json --format html -o bijlage.html",
                      "schakel covenant matrix policies/veldrijk.yaml --subject age=11",
                      "schakel covenant matrix --about 'Jan de Vries' --geboren 01-02-2008 \\",
                      "  --feit step=2B --feit listed=true --home politie"};
  command.run = [arguments](Context& context) { return Matrix(context, *arguments); };
  return command;
}

// ---- diff --------------------------------------------------------------------------------------

struct DiffArguments {
  std::string before;
  std::string after;
  bool class_exit = false;
};

Exit ExitOf(policy::Direction direction) {
  switch (direction) {
    case policy::Direction::kNarrowing:
      return Exit::kNarrowing;
    case policy::Direction::kWidening:
      return Exit::kWidening;
    case policy::Direction::kMixed:
      return Exit::kMixed;
    case policy::Direction::kNeutral:
      return Exit::kNeutral;
  }
  return Exit::kFailed;
}

Outcome<Exit> Diff(Context& context, const DiffArguments& arguments) {
  const Policy before = TRY(LoadPolicy(context, arguments.before));
  const Policy after = TRY(LoadPolicy(context, arguments.after));
  const std::array<const covenant::Covenant*, 2> both{before.covenant.get(), after.covenant.get()};
  TRY(Hinted(policy::CheckAskable(both), kTooMany));
  const policy::Difference difference = policy::Compare(*before.covenant, *after.covenant);
  return context.Show(policy::DifferenceJson(difference),
                      policy::DifferenceText(difference, context.language(), context.paper()),
                      arguments.class_exit ? ExitOf(difference.direction) : Exit::kDone);
}

Command DiffCommand() {
  const auto arguments = std::make_shared<DiffArguments>();
  Command command;
  command.name = "covenant diff";
  command.purpose = {"toon wat een versie meer of minder laat gaan dan een andere",
                     "show what one version lets through more or less than another"};
  command.options = {
      {{"OUD", "BEFORE"},
       "",
       {"convenant: YAML of JSON", "a covenant: YAML or JSON"},
       &arguments->before,
       true},
      {{"NIEUW", "AFTER"}, "", {"de andere versie", "the other version"}, &arguments->after, true},
      {"--class-exit",
       "",
       {"exitcode 10 beperking, 11 verruiming, 12 gemengd, 13 gelijk",
        "exit code 10 narrowing, 11 widening, 12 mixed, 13 neutral"},
       &arguments->class_exit}};
  command.notes = {
      "Beide versies krijgen elke vraag die ze kunnen onderscheiden; bij elke verandering staat "
      "een voorbeeld.",
      "Both versions are asked every question that they can tell apart; each change has an "
      "example."};
  command.examples = {"schakel covenant diff policies/veldrijk.yaml nieuw.yaml",
                      "schakel covenant diff v1.json v2.json --class-exit"};
  command.run = [arguments](Context& context) { return Diff(context, *arguments); };
  return command;
}

// ---- explain -----------------------------------------------------------------------------------

struct ExplainArguments {
  std::string covenant;
  policy::Cell cell;
  std::vector<std::string> facts;
  std::optional<std::string> on;
};

// The one purpose for which anything of the kind may go, or the covenant's only one.
Outcome<std::string> PurposeOf(Language language,
                               const policy::Cell& cell,
                               const covenant::Document& document) {
  if (document.purposes.size() == 1) return document.purposes.begin()->first;
  std::set<std::string> fit;
  for (const covenant::Permit& permit : document.permits) {
    if (permit.from == cell.from && permit.to == cell.to && permit.category == cell.category)
      fit.insert(permit.purpose);
  }
  if (fit.size() == 1) return *fit.begin();
  return UsageFailure(
      In(language, "het convenant heeft meer dan een doel", "the covenant has several purposes"),
      In(language, "noem er een met --doel: ", "name one with --doel: ") +
          (fit.empty() ? NamesOf(document.purposes) : Joined({fit.begin(), fit.end()})));
}

Outcome<Exit> Explain(Context& context, ExplainArguments arguments) {
  const Policy loaded = TRY(LoadPolicy(context, arguments.covenant));
  const covenant::Document& document = loaded.covenant->document();
  policy::Cell& cell = arguments.cell;
  if (cell.purpose.empty()) cell.purpose = TRY(PurposeOf(context.language(), cell, document));
  const covenant::Facts facts = TRY(FactsFrom(context.language(), arguments.facts, document));
  Instant now = document.valid_from;
  if (arguments.on) {
    now = FirstInstantOf(TRY(ParseIsoDate(*arguments.on)).Earliest(), document.zone);
  } else if (context.clock().Now() > now) {
    now = std::min(context.clock().Now(), document.valid_until - std::chrono::milliseconds{1});
  }
  policy::Explanation explanation = policy::Explain(*loaded.covenant, cell, facts, now);
  explanation.draft = loaded.draft;
  return context.Show(
      policy::ExplanationJson(explanation),
      policy::ExplanationText(*loaded.covenant, explanation, context.language(), context.paper()));
}

Command ExplainCommand() {
  const auto arguments = std::make_shared<ExplainArguments>();
  Command command;
  command.name = "covenant explain";
  command.purpose = {"leg uit wat een partij van een andere mag krijgen, en waarom",
                     "explain what one party may get from another, and why"};
  command.options = {
      {{"CONVENANT", "COVENANT"},
       "",
       {"convenant: YAML of JSON", "a covenant: YAML or JSON"},
       &arguments->covenant,
       true},
      {"--van",
       {"PARTIJ", "PARTY"},
       {"wie geeft", "who gives"},
       &arguments->cell.from,
       true,
       CheckName},
      {"--aan",
       {"PARTIJ", "PARTY"},
       {"wie krijgt", "who gets"},
       &arguments->cell.to,
       true,
       CheckName},
      {"--categorie",
       {"CATEGORIE", "CATEGORY"},
       {"waarover", "about what"},
       &arguments->cell.category,
       true,
       CheckName},
      {"--doel",
       {"DOEL", "PURPOSE"},
       {"nodig als het convenant er meer heeft", "needed when the covenant has several"},
       &arguments->cell.purpose,
       false,
       CheckName},
      {"--feit",
       {"FEIT=WAARDE", "FACT=VALUE"},
       {"één vraag: wat bekend is, age=15; de rest is onbekend",
        "one question: what is known, age=15; all else is unknown"},
       &arguments->facts,
       false,
       nullptr,
       true},
      {"--op",
       {"DAG", "DAY"},
       {"op deze dag; anders vandaag", "on this day; else today"},
       &arguments->on,
       false,
       CheckDay}};
  command.notes = {
      "Voor wie de regels maakt, controleert of verdedigt. De vragende partij krijgt deze uitleg "
      "niet.",
      "For whoever writes, checks or defends the rules. The party that asks is never told this."};
  command.examples = {"schakel covenant explain policies/veldrijk.yaml \\",
                      "  --van politie --aan gemeente --categorie incident",
                      "schakel covenant explain covenant.json --van politie \\",
                      "  --aan gemeente --categorie namenlijst --feit age=11 --feit step=3"};
  command.run = [arguments](Context& context) { return Explain(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantPolicyCommands() {
  return {ExplainCommand(), MatrixCommand(), DiffCommand()};
}

}  // namespace schakel::cli
