// `schakel exchange`: single exchanges as this party sees them. What stayed here, and why, is for
// the contributor's own people alone; the node shows it to nobody else.
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/forms.h"
#include "cli/text.h"
#include "node/base/ids.h"
#include "node/report/words.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct Arguments {
  std::string ref;
  std::string direction;
  bool withheld = false;
};

Wrong CheckDirection(const std::string& value) {
  return value == "in" || value == "out" ? Wrong{} : Wrong{"is niet in of out", "is not in or out"};
}

Wrong CheckExchange(const std::string& value) {
  return ParseUuid(value) ? Wrong{} : CheckRef(value);
}

bool IsIncoming(const Value& row) {
  return TextOf(row, "direction") == "in";
}

std::string StandOf(Context& context, const Value& row) {
  if (IsIncoming(row)) {
    return context.Say(BoolOf(row, "receipt_seen") ? Message::kReceiptSeen : Message::kReceiptDue);
  }
  const std::string state = TextOf(row, "state");
  if (state == "pending") return report::StandText(context.language(), report::Stand::kPending);
  if (state == "answered") return context.Say(Message::kAnswered);
  if (state == "sent" || state == "ended") return context.Say(Message::kNoAnswer);
  const std::string code = TextOf(row, "code");
  return context.Say(Message::kRefused) +
         (code.empty() ? "" : ": " + report::CodeText(context.language(), code));
}

std::string CellsText(Context& context, const Value& row) {
  std::vector<std::string> cells;
  for (const auto& [category, cell] : ObjectOf(row, "cells")) {
    const bool refused = TextOf(cell, "state") == "refused";
    if (TextOf(cell, "state") == "pending") {
      cells.push_back(category + ": " +
                      report::StandText(context.language(), report::Stand::kPending));
      continue;
    }
    cells.push_back(refused ? category + ": " + context.Say(Message::kRefused) + ", " +
                                  report::CodeText(context.language(), TextOf(cell, "code"))
                            : category);
  }
  return cells.empty() ? Joined(TextsOf(row, "categories")) : Joined(cells);
}

Value::Object ListParams(const Arguments& arguments) {
  Value::Object params;
  if (!arguments.direction.empty()) params["direction"] = arguments.direction;
  return params;
}

std::string ListText(Context& context, const Value& result) {
  if (ArrayOf(result, "exchanges").empty()) return context.Say(Message::kNoExchanges) + "\n";
  report::Table table({context.Say(Message::kExchange),
                       context.Say(Message::kPartner),
                       context.Say(Message::kPersonsShort),
                       context.Say(Message::kRecordsShort),
                       context.Say(Message::kStand)});
  table.AlignRight(2);
  table.AlignRight(3);
  for (const Value& row : ArrayOf(result, "exchanges")) {
    const Message way = IsIncoming(row) ? Message::kFrom : Message::kTo;
    // References are copied: they stay on one line.
    table.AtLeast(0, DisplayWidth(TextOf(row, "ref")));
    table.Add({{TextOf(row, "ref")},
               {context.Say(way) + " " + TextOf(row, "partner")},
               {std::to_string(IntOf(row, "persons"))},
               {std::to_string(IntOf(row, "releases"))},
               {StandOf(context, row)}});
  }
  return table.Write(context.paper()) + "\n" + context.Say(Message::kNextExchangeShow) + "\n";
}

// The ids of the covenant's denies, to word decision lines.
Outcome<std::set<std::string>> FetchDenies(Node& node) {
  const Value shown = TRY(node.Call("covenant.show", Value::Object{}));
  const Value* const covenant = shown.Find("covenant");
  return covenant == nullptr ? std::set<std::string>() : DenyIds(*covenant);
}

// What one exchange kept here: (category, reason) -> how many records, and the reason in words.
struct KeptRecords {
  int64_t count = 0;
  std::string words;
};
using Kept = std::map<std::pair<std::string, std::string>, KeptRecords>;
Kept KeptOf(const Value& shown, const std::set<std::string>& denies, Language language) {
  Kept kept;
  for (const Value& line : ArrayOf(shown, "lines")) {
    for (const Value& record : ArrayOf(line, "records")) {
      if (TextOf(record, "outcome") != "WITHHELD") continue;
      KeptRecords& records = kept[{TextOf(record, "category"), WithheldBy(record, denies)}];
      ++records.count;
      records.words = WithheldBy(record, denies, language);
    }
  }
  return kept;
}

Outcome<Exit> ListWithheld(Context& context) {
  Node node = TRY(context.OpenNode());
  const std::set<std::string> denies = TRY(FetchDenies(node));
  const Value result = TRY(node.Call("exchange.list", Value::Object{{"direction", "in"}}));
  report::Table table({context.Say(Message::kExchange),
                       context.Say(Message::kCategory),
                       context.Say(Message::kRecords),
                       context.Say(Message::kRule)});
  table.AlignRight(2);
  Value::Array rows;
  int64_t total = 0;
  for (const Value& row : ArrayOf(result, "exchanges")) {
    // By its id: a repeated request has the reference of the first one.
    const Value shown =
        TRY(node.Call("exchange.show", Value::Object{{"ref", TextOf(row, "exchange")}}));
    if (shown.Find("lines") == nullptr) {
      return Failure{Exit::kFailed,
                     ErrorCodeName(ErrorCode::kDenied),
                     context.Say(Message::kLinesNotForYou),
                     context.Say(Message::kLinesNotForYouHint)};
    }
    for (const auto& [what, records] : KeptOf(shown, denies, context.language())) {
      const auto& [category, reason] = what;
      table.AtLeast(0, DisplayWidth(TextOf(row, "ref")));
      table.Add(
          {{TextOf(row, "ref")}, {category}, {std::to_string(records.count)}, {records.words}});
      rows.push_back(Value::Object{{"ref", TextOf(row, "ref")},
                                   {"exchange", TextOf(row, "exchange")},
                                   {"category", category},
                                   {"rule", reason},
                                   {"records", records.count}});
      total += records.count;
    }
  }
  std::string text = context.Tell(Message::kWithheldTitle);
  if (!table.empty()) text += table.Write(context.paper());
  text += context.Say(Message::kWithheldTotal, {{"count", std::to_string(total)}}) + "\n";
  if (total > 0) text += context.Say(Message::kNextExchangeShow) + "\n";
  return context.Show(Value::Object{{"withheld", std::move(rows)}, {"total", total}}, text);
}

Outcome<Exit> List(Context& context, const Arguments& arguments) {
  if (arguments.withheld && arguments.direction == "out") {
    return UsageFailure(context.Say(Message::kWithheldIsIn),
                        context.Say(Message::kWithheldIsInHint));
  }
  if (arguments.withheld) return ListWithheld(context);
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("exchange.list", ListParams(arguments)));
  return context.Show(result, ListText(context, result));
}

std::string MatchText(Context& context, const std::string& match) {
  static const std::map<std::string, Message> texts = {{"MATCHED", Message::kMatched},
                                                       {"NO_MATCH", Message::kNoMatch},
                                                       {"DOUBTFUL", Message::kDoubtful},
                                                       {"UNPROVED", Message::kUnproved},
                                                       {"GROUP", Message::kOfTheGroup}};
  const auto text = texts.find(match);
  return text == texts.end() ? match : context.Say(text->second);
}

// The fields in which a record left, in words.
std::string FieldsText(Context& context, const Value& record) {
  std::vector<std::string> fields;
  for (const auto& [field, form] : ObjectOf(record, "fields")) {
    const std::string words = FormWords(TextIn(form), context.language());
    fields.push_back(words.empty() ? field : field + " (" + words + ")");
  }
  return Joined(fields);
}

// Per record considered what became of it. Numbers stand for persons: lines hold no name.
std::string LinesText(Context& context, const Value& shown, const std::set<std::string>& denies) {
  report::Table table({context.Say(Message::kNumber),
                       context.Say(Message::kFound),
                       context.Say(Message::kCategory),
                       context.Say(Message::kOutcome),
                       context.Say(Message::kRule),
                       context.Say(Message::kFields)});
  int64_t number = 0;
  int64_t left = 0;
  int64_t kept = 0;
  for (const Value& line : ArrayOf(shown, "lines")) {
    const std::string who = std::to_string(++number);
    const std::string match = MatchText(context, TextOf(line, "match"));
    if (ArrayOf(line, "records").empty()) table.Add({{who}, {match}, {""}, {""}, {""}, {""}});
    for (const Value& record : ArrayOf(line, "records")) {
      const bool released = TextOf(record, "outcome") == "RELEASED";
      (released ? left : kept) += 1;
      table.Add({{who},
                 {match},
                 {TextOf(record, "category")},
                 {context.Say(released ? Message::kLeft : Message::kStayed),
                  released ? report::Ink::kPlain : report::Ink::kStrong},
                 {released ? Joined(TextsOf(record, "by"))
                           : WithheldBy(record, denies, context.language())},
                 {released ? FieldsText(context, record) : ""}});
    }
  }
  std::string text = table.empty() ? "" : "\n" + table.Write(context.paper());
  return text + "\n" +
         context.Tell(Message::kLinesTotal,
                      {{"left", std::to_string(left)}, {"kept", std::to_string(kept)}});
}

// Whom this party named in its own request, and why not. Numbers stand for persons here too.
std::string NamingText(Context& context, const Value& shown, const std::set<std::string>& denies) {
  report::Table table({context.Say(Message::kNumber),
                       context.Say(Message::kStandsOn),
                       context.Say(Message::kOutcome),
                       context.Say(Message::kRule),
                       context.Say(Message::kFields)});
  int64_t number = 0;
  int64_t named = 0;
  for (const Value& line : ArrayOf(shown, "lines")) {
    ++number;
    const bool own = TextOf(line, "match") == "OWN";
    for (const Value& record : ArrayOf(line, "records")) {
      const bool told = TextOf(record, "outcome") == "RELEASED";
      named += told ? 1 : 0;
      table.Add(
          {{std::to_string(number)},
           {context.Say(own ? Message::kOnOwnRecord : Message::kOnGiversWord)},
           {context.Say(told ? Message::kNamed : Message::kNotNamed),
            told ? report::Ink::kPlain : report::Ink::kStrong},
           {told ? Joined(TextsOf(record, "by")) : WithheldBy(record, denies, context.language())},
           {told ? FieldsText(context, record) : ""}});
    }
  }
  if (table.empty()) return "\n" + context.Tell(Message::kNamingNobody);
  return "\n" + table.Write(context.paper()) + "\n" +
         context.Tell(Message::kNamingTotal,
                      {{"named", std::to_string(named)},
                       {"kept", std::to_string(number - named)},
                       {"party", TextOf(shown, "partner")}});
}

Outcome<Exit> ShowExchange(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  const Value shown = TRY(node.Call("exchange.show", Value::Object{{"ref", arguments.ref}}));
  const bool incoming = IsIncoming(shown);
  Lines lines;
  lines.Add(context.Say(incoming ? Message::kFrom : Message::kTo), TextOf(shown, "partner"));
  lines.Add(context.Say(Message::kTime), TimeOf(shown, "created"));
  lines.Add(context.Say(Message::kStand), StandOf(context, shown));
  lines.Add(context.Say(Message::kCategory), CellsText(context, shown));
  const std::string persons = std::to_string(IntOf(shown, "persons"));
  lines.Add(context.Say(Message::kPersons),
            incoming ? context.Say(Message::kPersonsFound,
                                   {{"persons", persons},
                                    {"matched", std::to_string(IntOf(shown, "matched"))},
                                    {"doubtful", std::to_string(IntOf(shown, "doubtful"))}})
                     : persons);
  lines.Add(context.Say(Message::kRecords), std::to_string(IntOf(shown, "releases")));
  std::vector<std::string> entries;
  for (const Value& entry : ArrayOf(shown, "entries")) {
    if (entry.AsInt() != nullptr) entries.push_back(std::to_string(*entry.AsInt()));
  }
  lines.Add(context.Say(Message::kLogEntries), Joined(entries));
  lines.Add("id", TextOf(shown, "exchange"));
  std::string text = report::Inked(TextOf(shown, "ref"), report::Ink::kStrong, context.paper()) +
                     "\n" + lines.Text();
  if (shown.Find("lines") != nullptr) {
    const std::set<std::string> denies = TRY(FetchDenies(node));
    text += incoming ? LinesText(context, shown, denies) : NamingText(context, shown, denies);
  }
  if (!incoming) text += context.Next(shown, TextOf(shown, "partner"), TextOf(shown, "group"));
  return context.Show(shown, text);
}

}  // namespace

std::vector<Command> ExchangeCommands() {
  const auto arguments = std::make_shared<Arguments>();
  Command list;
  list.name = "exchange list";
  list.purpose = {"toon de uitwisselingen, of wat ervan achterbleef en door welke regel",
                  "list exchanges, or what stayed here of them and by which rule"};
  list.options = {{"--direction",
                   {"RICHTING", "WAY"},
                   {"in of out (standaard: beide)", "in or out (default: both)"},
                   &arguments->direction,
                   false,
                   CheckDirection},
                  {"--withheld",
                   "",
                   {"per categorie en regel hoeveel gegevens niet zijn verstrekt",
                    "per category and rule how many records did not leave"},
                   &arguments->withheld}};
  list.examples = {"schakel exchange list --home politie --as jansen",
                   "schakel exchange list --withheld"};
  list.run = [arguments](Context& context) { return List(context, *arguments); };
  Command show;
  show.name = "exchange show";
  show.purpose = {
      "toon een uitwisseling; aan wie erover besliste ook wat is verstrekt, wat bleef, en waarom",
      "show one exchange; to whoever decided on it also what left, what stayed, and why"};
  show.options = {{{"KENMERK", "REF"},
                   "",
                   {"de uitwisseling: VLD-2026-001/2@politie, /2@om, of het id ervan",
                    "the exchange: VLD-2026-001/2@politie, /2@om, or its id"},
                   &arguments->ref,
                   true,
                   CheckExchange}};
  show.examples = {"schakel exchange show VLD-2026-001/2@politie --as jansen"};
  show.run = [arguments](Context& context) { return ShowExchange(context, *arguments); };
  return {std::move(list), std::move(show)};
}

}  // namespace schakel::cli
