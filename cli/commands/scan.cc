// `schakel scan`: asking the partners, and showing what came of it.
#include <memory>
#include <set>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/text.h"
#include "node/canon/json.h"
#include "node/report/html.h"
#include "node/report/text.h"
#include "node/report/words.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct Arguments {
  std::string ref;
  std::string motivation;
  bool send = false;
  std::optional<int> version;
  std::string format = "html";
  std::string output;
};

Wrong CheckFormat(const std::string& value) {
  return value == "html" || value == "json" || value == "text"
             ? Wrong{}
             : Wrong{"is niet html, json of text", "is not html, json or text"};
}

Wrong CheckVersion(const std::string& value) {
  const bool good = !value.empty() && value.size() <= 6 &&
                    value.find_first_not_of("0123456789") == std::string::npos && value[0] != '0';
  return good ? Wrong{} : Wrong{"is geen versie: 1, 2, ...", "is no version: 1, 2, ..."};
}

bool IsNoAnswer(const Value& partner) {
  return TextOf(partner, "state") == "no_answer";
}

std::string HeadText(Context& context, const Value& round, Message title) {
  const Value* const covenant = round.Find("covenant");
  const Value agreed = covenant == nullptr ? Value() : *covenant;
  report::Table lines;
  std::string group = TextOf(round, "name");
  if (IntOf(round, "list_version") > 0) {
    group += ", " + context.Say(Message::kListVersion,
                                {{"version", std::to_string(IntOf(round, "list_version"))}});
  }
  lines.Add({{context.Say(Message::kGroup)}, {group}});
  lines.Add({{context.Say(Message::kCovenant)},
             {context.Say(Message::kCovenantText,
                          {{"title", TextOf(agreed, "title")},
                           {"version", std::to_string(IntOf(agreed, "version"))},
                           {"until", LastDay(FromMillis(IntOf(agreed, "valid_until")))}})}});
  const std::string motivation = TextOf(round, "motivation");
  if (!motivation.empty()) lines.Add({{context.Say(Message::kMotivation)}, {motivation}});
  return report::Inked(context.Say(title, {{"ref", TextOf(round, "ref")}}),
                       report::Ink::kStrong,
                       context.paper()) +
         "\n" + lines.Write(context.paper());
}

// What this party tells about persons by asking: a disclosure of its own.
std::string DisclosureText(Context& context, const Value& round) {
  std::string text;
  for (const Value& partner : ArrayOf(round, "partners")) {
    if (!BoolOf(round, "names_persons") || IntOf(partner, "persons") == 0) continue;
    text += context.Tell(Message::kYouGive,
                         {{"party", TextOf(partner, "party")},
                          {"fields", Joined(TextsOf(partner, "discloses"))},
                          {"persons", std::to_string(IntOf(partner, "persons"))}});
  }
  return text.empty() ? context.Tell(Message::kYouGiveNothing) : text;
}

std::string AtMost(Context& context, const Value& partner, const std::string& category) {
  const Value* const bounds = partner.Find("at_most");
  if (bounds == nullptr) return "";
  std::vector<std::string> fields;
  for (const auto& [field, form] : ObjectOf(*bounds, category)) {
    const std::string words = FormWords(TextIn(form), context.language());
    fields.push_back(words.empty() ? field : field + " (" + words + ")");
  }
  return fields.empty() ? context.Say(Message::kNothing) : Joined(fields);
}

std::string PersonsText(Context& context, const Value& round, const Value& partner) {
  if (!BoolOf(round, "names_persons")) return context.Say(Message::kNobody);
  std::string text = std::to_string(IntOf(partner, "persons"));
  if (IntOf(partner, "left_out") > 0) {
    text += ", " + context.Say(Message::kNotAskedCount,
                               {{"count", std::to_string(IntOf(partner, "left_out"))}});
  }
  return text;
}

// What is left to ask this quarter, of each partner, and until when an answer is waited for.
std::string TermsText(Context& context, const Value& round) {
  std::set<int64_t> spent;
  std::vector<std::string> partners;
  std::string short_of;
  int64_t limit = 0;
  for (const Value& partner : ArrayOf(round, "partners")) {
    const Value* const budget = partner.Find("budget");
    if (budget == nullptr || !BoolOf(round, "names_persons")) continue;
    limit = IntOf(*budget, "limit");
    spent.insert(IntOf(*budget, "spent"));
    partners.push_back(TextOf(partner, "party") + " " + std::to_string(IntOf(*budget, "spent")));
    if (IntOf(partner, "persons") <= IntOf(*budget, "left")) continue;
    short_of += context.Tell(Message::kBudgetShort,
                             {{"party", TextOf(partner, "party")},
                              {"left", std::to_string(IntOf(*budget, "left"))},
                              {"persons", std::to_string(IntOf(partner, "persons"))}});
  }
  std::string line;
  if (spent.size() == 1) {
    line =
        context.Say(Message::kBudget,
                    {{"spent", std::to_string(*spent.begin())}, {"limit", std::to_string(limit)}});
  } else if (!spent.empty()) {
    line = context.Say(Message::kBudgetPerPartner,
                       {{"partners", Joined(partners)}, {"limit", std::to_string(limit)}});
  }
  if (IntOf(round, "answer_by") > 0) {
    line +=
        (line.empty() ? "" : " ") +
        context.Say(Message::kAnswerBy, {{"day", LocalDay(FromMillis(IntOf(round, "answer_by")))}});
  }
  std::string text;
  for (const std::string& wrapped : report::Wrap(line, context.paper().width))
    text += wrapped + "\n";
  return (line.empty() ? "" : text) + short_of;
}

Exit ShowDraft(Context& context, const Value& round, const Arguments& arguments) {
  report::Table table({context.Say(Message::kPartner),
                       context.Say(Message::kCategory),
                       context.Say(Message::kAtMost),
                       context.Say(Message::kPersons)});
  for (const Value& partner : ArrayOf(round, "partners")) {
    bool first = true;
    for (const std::string& category : TextsOf(partner, "categories")) {
      table.Add({{first ? TextOf(partner, "party") : ""},
                 {category},
                 {AtMost(context, partner, category)},
                 {first ? PersonsText(context, round, partner) : ""}});
      first = false;
    }
  }
  const Message next =
      arguments.motivation.empty() ? Message::kMotivationMissing : Message::kNextSend;
  return context.Show(round,
                      HeadText(context, round, Message::kDraftTitle) +
                          DisclosureText(context, round) + "\n" + table.Write(context.paper()) +
                          "\n" + TermsText(context, round) + context.Say(next) + "\n");
}

// How a partner stands, in the words of the gap table.
std::string StandOf(Context& context, const Value& partner) {
  const std::string state = TextOf(partner, "state");
  if (state == "answered") return context.Say(Message::kAnswered);
  if (state == "refused") {
    const std::string code = TextOf(partner, "code");
    return context.Say(Message::kRefused) +
           (code.empty() ? "" : ": " + report::CodeText(context.language(), code));
  }
  if (state == "not_asked") return context.Say(Message::kNotAsked);
  if (state == "draft") return context.Say(Message::kNotSent);
  return context.Say(Message::kNoAnswer);
}

std::string RefusedCells(Context& context, const Value& partner) {
  std::vector<std::string> refused;
  for (const auto& [category, cell] : ObjectOf(partner, "cells")) {
    if (TextOf(cell, "state") != "refused") continue;
    refused.push_back(category + ": " + context.Say(Message::kRefused) + ", " +
                      report::CodeText(context.language(), TextOf(cell, "code")));
  }
  return Joined(refused);
}

Exit ShowSent(Context& context, const Value& round) {
  report::Table table({context.Say(Message::kPartner),
                       context.Say(Message::kStand),
                       context.Say(Message::kReceived),
                       context.Say(Message::kPersons),
                       context.Say(Message::kRemark)});
  table.AlignRight(2);
  const std::string ref = TextOf(round, "ref");
  const std::string group = ref.substr(0, ref.find('/'));
  std::vector<std::string> missing;
  for (const Value& partner : ArrayOf(round, "partners")) {
    const bool answered = TextOf(partner, "state") == "answered";
    table.Add({{TextOf(partner, "party")},
               {StandOf(context, partner)},
               {answered ? std::to_string(IntOf(partner, "releases")) : ""},
               {PersonsText(context, round, partner)},
               {RefusedCells(context, partner)}});
    if (IsNoAnswer(partner)) missing.push_back(TextOf(partner, "party"));
  }
  const bool incomplete = BoolOf(round, "incomplete");
  std::string text =
      HeadText(context, round, Message::kSentTitle) + "\n" + table.Write(context.paper()) + "\n";
  if (IntOf(round, "scan_version") > 0) {
    text +=
        context.Say(Message::kScanVersion,
                    {{"version", std::to_string(IntOf(round, "scan_version"))}, {"group", group}}) +
        "\n";
  } else if (!incomplete) {
    const Message next =
        BoolOf(round, "names_persons") ? Message::kNextShow : Message::kNextEstablish;
    text += context.Say(next, {{"group", group}}) + "\n";
  }
  for (const Value& partner : ArrayOf(round, "partners"))
    text += context.Next(partner, TextOf(partner, "party"), group);
  for (const Value& partner : ArrayOf(round, "partners")) {
    if (!IsNoAnswer(partner)) continue;
    const std::string why =
        context.Explain(TextOf(partner, "reason"), ArgumentsOf(partner), TextOf(partner, "error"));
    context.Warn(
        "schakel: " + context.Say(Message::kPartnerSilent, {{"party", TextOf(partner, "party")}}) +
        (why.empty() ? "" : " (" + why + ")"));
  }
  if (!missing.empty()) {
    context.Warn("         " +
                 context.Say(Message::kAskAgain, {{"ref", ref}, {"party", missing.front()}}));
  }
  return context.Show(round, text, incomplete ? Exit::kIncomplete : Exit::kDone);
}

Outcome<Exit> Request(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  Value::Object params{{"ref", arguments.ref}, {"send", arguments.send}};
  if (!arguments.motivation.empty()) params["motivation"] = arguments.motivation;
  const Value round = TRY(node.Call("scan.request", params));
  if (arguments.send) return ShowSent(context, round);
  // A round that was sent before shows how it stands, without asking anybody.
  return BoolOf(round, "draft") ? ShowDraft(context, round, arguments) : ShowSent(context, round);
}

Outcome<Value> Fetch(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  Value::Object params{{"ref", arguments.ref}};
  if (arguments.version) params["version"] = *arguments.version;
  return node.Call("scan.show", params);
}

// A scan in which a partner's answer is missing is shown and written, but a script must notice.
Exit ExitOf(const report::ScanReport& scan) {
  return scan.Complete() ? Exit::kDone : Exit::kIncomplete;
}

Outcome<Exit> ShowScan(Context& context, const Arguments& arguments) {
  const Value value = TRY(Fetch(context, arguments));
  const report::ScanReport scan = TRY(report::ParseScanReport(value));
  report::TextOptions options;
  options.language = context.language();
  options.paper = context.paper();
  return context.Show(value, report::WriteText(scan, options), ExitOf(scan));
}

Outcome<Exit> Export(Context& context, const Arguments& arguments) {
  const Value value = TRY(Fetch(context, arguments));
  const report::ScanReport scan = TRY(report::ParseScanReport(value));
  std::string content;
  if (arguments.format == "json") {
    content = canon::WritePretty(value) + "\n";
  } else if (arguments.format == "text") {
    report::TextOptions options;
    options.language = context.language();
    content = report::WriteText(scan, options);
  } else {
    report::HtmlOptions options;
    options.language = context.language();
    content = report::WriteHtml(scan, options);
  }
  TRY(Hinted(ReplaceFile(arguments.output, content, FileMode::kPrivate),
             context.Say(Message::kFolderHint)));
  return context.Show(Value::Object{{"file", arguments.output},
                                    {"format", arguments.format},
                                    {"ref", scan.ref},
                                    {"version", scan.version},
                                    {"bytes", static_cast<int64_t>(content.size())}},
                      context.Say(Message::kExported,
                                  {{"ref", scan.ref},
                                   {"version", std::to_string(scan.version)},
                                   {"file", arguments.output}}) +
                          "\n",
                      ExitOf(scan));
}

Command RequestCommand(const std::shared_ptr<Arguments>& arguments) {
  Command command;
  command.name = "scan request";
  command.purpose = {"toon wat een verzoek zou vragen en geven, en verzend het (rol: regisseur)",
                     "show what a request would ask and give, and send it (role: regisseur)"};
  command.options = {
      {{"KENMERK", "REF"},
       "",
       {"een groep voor het volgende verzoek, of een verzoek zoals VLD-2026-001/2 om opnieuw te "
        "vragen",
        "a group for the next round, or a round such as VLD-2026-001/2 to ask again"},
       &arguments->ref,
       true,
       CheckRef},
      {"--motivering",
       {"TEKST", "TEXT"},
       {"waarom, zoals de partners het lezen", "why, as the partners will read it"},
       &arguments->motivation,
       false,
       CheckText},
      {"--verzend",
       "",
       {"verzend het; zonder dit gaat er niets weg", "send it; without this nothing leaves"},
       &arguments->send}};
  command.notes = {
      "Exitcode 3: een partner antwoordde niet. Hetzelfde verzoek opnieuw vraagt alleen wie nog "
      "ontbreekt.",
      "Exit code 3: a partner did not answer. Asking the round again asks only who is missing."};
  command.examples = {"schakel scan request VLD-2026-001",
                      "schakel scan request VLD-2026-001 --motivering \"...\" --verzend",
                      "schakel scan request VLD-2026-001/2 --verzend"};
  command.run = [arguments](Context& context) { return Request(context, *arguments); };
  return command;
}

Command ExportCommand(const std::shared_ptr<Arguments>& arguments) {
  Command command;
  command.name = "scan export";
  command.purpose = {"schrijf een versie van het beeld naar een bestand: pagina, tekst of JSON",
                     "write a version of the scan to a file: a page, text or JSON"};
  command.options = {
      {{"KENMERK", "REF"}, "", {"de groep", "the group"}, &arguments->ref, true, CheckRef},
      {"--format",
       {"VORM", "FORMAT"},
       {"html (standaard), json of text", "html (default), json or text"},
       &arguments->format,
       false,
       CheckFormat},
      {"--versie",
       {"N", "N"},
       {"standaard: de nieuwste", "default: the newest"},
       &arguments->version,
       false,
       CheckVersion},
      {"-o,--output",
       {"BESTAND", "FILE"},
       {"wordt overschreven; alleen voor de eigenaar leesbaar",
        "written anew, for the owner alone"},
       &arguments->output,
       true}};
  command.examples = {"schakel scan export VLD-2026-001 --format html -o scan.html"};
  command.run = [arguments](Context& context) { return Export(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> ScanCommands() {
  const auto arguments = std::make_shared<Arguments>();
  Command show;
  show.name = "scan show";
  show.purpose = {"toon het beeld: groep, personen, hiaten en de herkomst van elk feit",
                  "show the scan: group, persons, gaps, where each fact comes from"};
  show.options = {
      {{"KENMERK", "REF"}, "", {"de groep", "the group"}, &arguments->ref, true, CheckRef},
      {"--versie",
       {"N", "N"},
       {"standaard: de nieuwste", "default: the newest"},
       &arguments->version,
       false,
       CheckVersion}};
  show.examples = {"schakel scan show VLD-2026-001", "schakel scan show VLD-2026-001 --versie 1"};
  show.run = [arguments](Context& context) { return ShowScan(context, *arguments); };
  return {RequestCommand(arguments), std::move(show), ExportCommand(arguments)};
}

}  // namespace schakel::cli
