#include "cli/commands/matrix_about.h"

#include <utility>

#include "cli/command.h"
#include "cli/text.h"
#include "node/base/bytes.h"
#include "node/base/date.h"
#include "node/report/words.h"

namespace schakel::cli {
namespace {

using canon::Value;
using Words = HelpText;

constexpr Words kNobody{"Niemand in de eigen gegevens is deze persoon.",
                        "Nobody in the own records is this person."};
constexpr Words kDoubtful{
    "Niet zeker wie dit is: er is twijfel, dus een partner zou niets krijgen. Verder: schakel "
    "person "
    "doubtful",
    "It is not certain who this is, so a partner would get nothing. Next: schakel person doubtful"};
constexpr Words kNothing{"Geen regel geeft een partner iets over een persoon.",
                         "No rule gives a partner anything about a person."};
constexpr Words kHead{"Wat een partner nu van deze persoon zou zien",
                      "What a partner would see now"};
constexpr Words kRecords{"gegevens", "records"};
constexpr Words kGo{"gaan", "go"};
constexpr Words kAfter{"na akkoord", "after approval"};
constexpr Words kClosed{"dicht", "closed"};
constexpr Words kSees{"ziet", "sees"};
constexpr Words kHome{"blijft thuis", "stays at home"};
constexpr Words kNot{"gaat niet", "does not go"};
constexpr Words kNoForm{"geen regel geeft het", "no rule gives it"};
constexpr Words kForm{"deze waarde kan niet in die vorm", "this value has no such form"};
constexpr Words kOnlySuppose{
    "Verstrekt wordt pas na een vraag van de partner, en alleen over wie op zijn lijst staat.",
    "Nothing is given before the partner asks, and only about who is on its list."};

std::vector<std::string> TextsIn(const Value& value) {
  std::vector<std::string> out;
  if (value.AsArray() == nullptr) return out;
  for (const Value& text : *value.AsArray())
    if (text.AsString() != nullptr) out.push_back(*text.AsString());
  return out;
}

std::string FieldsText(const Value& cell, std::string_view key, report::Language language) {
  const Value* const fields = cell.Find(key);
  std::string out;
  if (fields == nullptr || fields->AsObject() == nullptr) return out;
  for (const auto& [field, texts] : *fields->AsObject()) {
    std::vector<std::string> words;
    for (const std::string& text : TextsIn(texts)) {
      if (text == "no form") {
        words.emplace_back(kNoForm.In(language));
      } else if (text == "form") {
        words.emplace_back(kForm.In(language));
      } else {
        words.push_back(key == "fields" ? report::FormName(language, text) : text);
      }
    }
    out += (out.empty() ? "" : ", ") + report::FieldName(language, field) + ": " +
           Joined(words, " / ");
  }
  return out;
}

std::string CellText(const Value& cell, const Context& context) {
  const report::Language language = context.language();
  const auto in = [&](const Words& words) { return std::string(words.In(language)); };
  std::string out = report::Inked(TextOf(cell, "to") + "  " + TextOf(cell, "category"),
                                  report::Ink::kStrong,
                                  context.paper()) +
                    "  (" + TextOf(cell, "purpose") + ")\n";
  report::Table table;
  std::string counts = std::to_string(IntOf(cell, "records")) + ", " + in(kGo) + " " +
                       std::to_string(IntOf(cell, "given"));
  if (IntOf(cell, "approval") != 0)
    counts += ", " + in(kAfter) + " " + std::to_string(IntOf(cell, "approval"));
  table.Add({{in(kRecords)}, {counts}});
  const std::string closed = TextOf(cell, "closed");
  if (!closed.empty()) table.Add({{in(kClosed)}, {closed, report::Ink::kWarn}});
  const std::string sees = FieldsText(cell, "fields", language);
  if (!sees.empty()) table.Add({{in(kSees)}, {sees}});
  const std::string home = FieldsText(cell, "withheld", language);
  if (!home.empty()) table.Add({{in(kHome)}, {home}});
  if (closed.empty()) {
    for (const Value& refused : ArrayOf(cell, "refused")) {
      const Value* const by = refused.Find("by");
      const std::string on = by == nullptr ? "" : Joined(TextsIn(*by), " ");
      table.Add({{in(kNot)},
                 {std::to_string(IntOf(refused, "records")) + ": " + TextOf(refused, "code") +
                  (on.empty() ? "" : " (" + on + ")")}});
    }
  }
  return out + table.Write(context.paper(), 2);
}

}  // namespace

Outcome<Exit> MatrixAbout(Context& context, const About& about, const std::string& party) {
  Value::Object params{{"name", about.name}};
  if (!about.born.empty()) {
    const auto born = ParseDutchDate(about.born);
    if (!born) return UsageFailure(about.born + " is no date", "write dd-mm-yyyy");
    params["birth"] = ToIso(*born);
  }
  if (!about.group.empty()) params["group"] = about.group;
  if (!party.empty()) params["party"] = party;
  Value::Object facts;
  for (const std::string& given : about.facts) {
    const size_t at = given.find('=');
    if (at == std::string::npos || at == 0)
      return UsageFailure(given + " is no fact", "write FACT=VALUE, such as step=2B");
    facts[given.substr(0, at)] = given.substr(at + 1);
  }
  if (!facts.empty()) params["facts"] = std::move(facts);
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("person.visible", std::move(params)));
  const auto in = [&](const Words& words) { return std::string(words.In(context.language())); };
  const std::string found = TextOf(result, "found");
  if (found != "matched") {
    return context.Show(
        result, in(found == "doubtful" ? kDoubtful : kNobody) + "\n", Exit::kIncomplete);
  }
  std::string text = in(kHead) + "\n" + TextOf(result, "hash") + "\n\n";
  if (ArrayOf(result, "cells").empty()) text += in(kNothing) + "\n";
  for (const Value& cell : ArrayOf(result, "cells"))
    text += CellText(cell, context) + "\n";
  return context.Show(result, text + in(kOnlySuppose) + "\n");
}

}  // namespace schakel::cli
