#include <algorithm>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>

#include "node/policy/explain.h"
#include "node/policy/render.h"
#include "node/policy/words.h"
#include "node/report/words.h"

namespace schakel::policy {
namespace {

using canon::Value;
using report::Ink;

Words WordsOf(Direction direction) {
  switch (direction) {
    case Direction::kNeutral:
      return {"GELIJK: er wordt niet meer en niet minder verstrekt",
              "NEUTRAL: no more and no less is given"};
    case Direction::kNarrowing:
      return {"BEPERKING: er wordt alleen minder verstrekt", "NARROWING: only less is given"};
    case Direction::kWidening:
      return {"VERRUIMING: er wordt alleen meer verstrekt", "WIDENING: only more is given"};
    case Direction::kMixed:
      return {"GEMENGD: hier meer, daar minder, of niet te vergelijken",
              "MIXED: more here and less there, or not comparable"};
  }
  return {"", ""};
}

Words WordsOf(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::kAllowed:
      return {"mag nu", "newly allowed"};
    case Change::Kind::kDenied:
      return {"mag niet meer", "newly denied"};
    case Change::Kind::kFieldAdded:
      return {"veld erbij", "field added"};
    case Change::Kind::kFieldGone:
      return {"veld weg", "field withheld"};
    case Change::Kind::kFiner:
      return {"fijnere vorm", "form finer"};
    case Change::Kind::kCoarser:
      return {"grovere vorm", "form coarser"};
    case Change::Kind::kOtherForm:
      return {"andere vorm", "other form"};
    case Change::Kind::kKeptLonger:
      return {"langer bewaard", "kept longer"};
    case Change::Kind::kKeptShorter:
      return {"korter bewaard", "kept shorter"};
    case Change::Kind::kOnwardMore:
      return {"door naar meer partijen", "onward to more"};
    case Change::Kind::kOnwardFewer:
      return {"door naar minder partijen", "onward to fewer"};
    case Change::Kind::kApprovalGone:
      return {"zonder akkoord", "approval dropped"};
    case Change::Kind::kApprovalAdded:
      return {"pas na akkoord", "approval added"};
    case Change::Kind::kApprovalOther:
      return {"ander akkoord", "other approval"};
  }
  return {"", ""};
}

constexpr Words kYes{"ja", "yes"};
constexpr Words kNo{"nee", "no"};
constexpr Words kUnknown{"onbekend", "unknown"};
constexpr Words kOrMore{"of meer", "or more"};
constexpr Words kTo{"t/m", "to"};
constexpr Words kOr{" of ", " or "};
constexpr Words kExample{"voorbeeld", "example"};
constexpr Words kWas{"eerst", "was"};
constexpr Words kIs{"nu", "now"};
constexpr Words kBy{"door", "by"};
constexpr Words kNot{"niet", "not"};
constexpr Words kLasts{"geldig", "valid"};
constexpr Words kNobody{"niemand", "nobody"};
constexpr Words kWithout{"zonder", "without"};
constexpr Words kOther{"Verder anders", "Also different"};
constexpr Words kRuleTexts{"Tekst van de regels", "Text of the rules"};
constexpr Words kTestTexts{"Proeven", "Tests"};
constexpr Words kNew{"nieuw: ", "new: "};
constexpr Words kGone{"vervallen: ", "gone: "};
constexpr Words kMore{"andere; --json noemt ze alle", "others; --json has them all"};
constexpr Words kUnclear{"wat dit betekent is niet te berekenen", "its effect cannot be computed"};
constexpr Words kAsked{"aan beide versies gesteld: alles wat een van beide nog kan doorlaten",
                       "asked of both versions: all that either can still let through"};
constexpr Words kApart{"De looptijden overlappen niet; alleen de instellingen zijn vergeleken.",
                       "Their terms do not overlap; only settings were compared."};
constexpr Words kPartly{"Niet volledig voor deels bekende gegevens (te veel combinaties)",
                        "Not exhaustive for partly known facts (too many combinations)"};

// A sign in front, for those who read no colour: more, less, other.
const char* SignOf(Direction direction) {
  switch (direction) {
    case Direction::kWidening:
      return "+";
    case Direction::kNarrowing:
      return "-";
    case Direction::kNeutral:
      return " ";
    case Direction::kMixed:
      return "~";
  }
  return " ";
}

std::string CellText(const Cell& cell) {
  return cell.from + " > " + cell.to + "  " + cell.category + "  (" + cell.purpose + ")";
}

std::vector<std::string> WordsIn(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

// A permit's rules: "door I1"; why not: "niet (aan een voorwaarde is niet voldaan: D1)".
std::string OutcomeText(const std::string& side, bool goes, Language language) {
  std::vector<std::string> words = WordsIn(side);
  if (goes) return std::string(kBy.In(language)) + " " + Joined(words);
  if (words.empty()) return kNot.In(language);
  std::string out =
      std::string(kNot.In(language)) + " (" + DecisionCodeText(language, words.front());
  words.erase(words.begin());
  if (!words.empty()) out += ": " + Joined(words);
  return out + ")";
}

// "politie/approver P7D": "politie (approver), geldig 7 dagen".
std::string ApprovalText(const std::string& side, Language language) {
  const size_t slash = side.find('/');
  const size_t space = side.find(' ');
  if (slash == std::string::npos || space == std::string::npos || space < slash) return side;
  return side.substr(0, slash) + " (" + side.substr(slash + 1, space - slash - 1) + "), " +
         kLasts.In(language) + " " + report::PeriodText(language, side.substr(space + 1));
}

// A form, a period, the parties or the code of one side, in words.
std::string SideText(Change::Kind kind, const std::string& side, bool after, Language language) {
  switch (kind) {
    case Change::Kind::kAllowed:
      return OutcomeText(side, after, language);
    case Change::Kind::kDenied:
      return OutcomeText(side, !after, language);
    case Change::Kind::kFieldAdded:
    case Change::Kind::kFieldGone:
    case Change::Kind::kFiner:
    case Change::Kind::kCoarser:
    case Change::Kind::kOtherForm:
      return report::FormName(language, side);
    case Change::Kind::kKeptLonger:
    case Change::Kind::kKeptShorter:
      return report::PeriodText(language, side);
    case Change::Kind::kOnwardMore:
    case Change::Kind::kOnwardFewer:
      return side == "none" ? kNobody.In(language) : Joined(WordsIn(side));
    case Change::Kind::kApprovalGone:
    case Change::Kind::kApprovalAdded:
    case Change::Kind::kApprovalOther:
      return ApprovalText(side, language);
  }
  return side;
}

std::string FromTo(const Change& change, Language language) {
  std::string out = change.field.empty() ? "" : report::FieldName(language, change.field);
  if (!change.before.empty()) {
    out += (out.empty() ? "" : " ") + std::string(kWas.In(language)) + " " +
           SideText(change.kind, change.before, false, language);
  }
  if (!change.after.empty()) {
    out += (out.empty() ? "" : ", ") + std::string(kIs.In(language)) + " " +
           SideText(change.kind, change.after, true, language);
  }
  return out;
}

// "0..365", "12..", "true" or a name of an enum, as people say it.
std::string ValueText(const std::string& value, Language language) {
  if (value == "true") return kYes.In(language);
  if (value == "false") return kNo.In(language);
  if (value == "unknown") return kUnknown.In(language);
  const size_t dots = value.find("..");
  if (dots == std::string::npos) return report::Printable(value);
  const std::string low = value.substr(0, dots);
  const std::string high = value.substr(dots + 2);
  if (high.empty()) return low + " " + kOrMore.In(language);
  return low + " " + kTo.In(language) + " " + high;
}

// A rule that came or went is told whole, so a text of any length can stand here.
std::string SettingText(const std::string& text, const std::optional<Day>& day, Language language) {
  constexpr size_t kMost = 240;
  if (day) return report::DayText(language, *day);
  return text.size() <= kMost ? text : text.substr(0, kMost) + "...";
}

bool Within(const SettingChange& setting, std::string_view group) {
  return setting.path.starts_with(group);
}

// Settings first, then the text of rules, then of tests; of those at most kMostTests.
std::string SettingsText(const std::vector<SettingChange>& settings,
                         Language language,
                         const report::Paper& paper) {
  constexpr size_t kMostTests = 12;
  std::string out;
  const auto part = [&](const Words& title, size_t most, const auto& belongs) {
    report::Table table;
    size_t count = 0;
    for (const SettingChange& setting : settings) {
      if (!belongs(setting) || ++count > most) continue;
      const std::string was = SettingText(setting.before, setting.day_before, language);
      const std::string is = SettingText(setting.after, setting.day_after, language);
      std::string text = setting.before.empty()  ? kNew.In(language) + is
                         : setting.after.empty() ? kGone.In(language) + was
                                                 : was + " > " + is;
      if (setting.unclear) text += std::string("; ") + kUnclear.In(language);
      table.Add({{std::string(SignOf(setting.direction)) + " " + setting.path}, {text}});
    }
    if (count == 0) return;
    out += std::string("\n") + title.In(language) + "\n" + table.Write(paper, 2);
    if (count > most) {
      out += "  " + report::NumberText(static_cast<int64_t>(count - most)) + " " +
             kMore.In(language) + "\n";
    }
  };
  part(kOther, settings.size(), [](const SettingChange& setting) {
    return !Within(setting, "/rules/") && !Within(setting, "/tests/");
  });
  part(kRuleTexts, settings.size(), [](const SettingChange& setting) {
    return Within(setting, "/rules/");
  });
  part(kTestTexts, kMostTests, [](const SettingChange& setting) {
    return Within(setting, "/tests/");
  });
  return out;
}

}  // namespace

std::string WitnessText(const std::string& witness, Language language) {
  std::vector<std::pair<std::string, std::vector<std::string>>> facts;
  size_t at = 0;
  while (at < witness.size()) {
    const size_t end = std::min(witness.find(' ', at), witness.size());
    std::string word = witness.substr(at, end - at);
    at = end + 1;
    const size_t equals = word.find('=');
    if (equals != std::string::npos) {
      facts.push_back({word.substr(0, equals), {}});
      word.erase(0, equals + 1);
    }
    if (facts.empty()) return report::Printable(witness);
    facts.back().second.push_back(ValueText(word, language));
  }
  std::string out;
  for (const auto& [fact, values] : facts) {
    out += (out.empty() ? "" : "; ") + report::FactName(language, fact) + " ";
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += i + 1 == values.size() ? kOr.In(language) : ", ";
      out += values[i];
    }
  }
  return out;
}

std::string DifferenceText(const Difference& difference,
                           Language language,
                           const report::Paper& paper) {
  std::string out = report::Inked(WordsOf(difference.direction).In(language), Ink::kStrong, paper);
  out += "\n";
  const Cell* last = nullptr;
  for (const Change& change : difference.changes) {
    if (last == nullptr || *last != change.cell) out += "\n" + CellText(change.cell) + "\n";
    last = &change.cell;
    report::Table table;
    table.AtLeast(0, 26);
    const Ink ink = change.direction == Direction::kNarrowing ? Ink::kPlain : Ink::kWarn;
    table.Add(
        {{std::string(SignOf(change.direction)) + " " + WordsOf(change.kind).In(language), ink},
         {FromTo(change, language)}});
    std::string example = WitnessText(change.witness_text, language);
    if (!change.absent.empty()) {
      example += std::string(example.empty() ? "" : ", ") + kWithout.In(language) + " " +
                 report::FieldName(language, change.absent);
    }
    if (!example.empty()) {
      table.Add({{std::string("  ") + kExample.In(language), Ink::kQuiet}, {example, Ink::kQuiet}});
    }
    out += table.Write(paper, 2);
  }
  out += SettingsText(difference.settings, language, paper);
  out += "\n";
  if (!difference.compared) out += std::string(kApart.In(language)) + "\n";
  for (const Cell& cell : difference.partly)
    out += std::string(kPartly.In(language)) + ": " + CellText(cell) + "\n";
  const auto questions = static_cast<int64_t>(difference.questions);
  const bool dutch = language == Language::kDutch;
  return out +
         report::Plural(questions, dutch ? "vraag" : "question", dutch ? "vragen" : "questions") +
         " " + kAsked.In(language) + "\n";
}

Value FactsJson(const covenant::Facts& facts) {
  Value::Object out;
  for (const auto& [fact, value] : facts) {
    if (const auto* flag = std::get_if<bool>(&value)) {
      out[fact] = *flag;
    } else if (const auto* number = std::get_if<IntInterval>(&value)) {
      out[fact] = number->low == number->high
                      ? Value(number->low)
                      : Value(Value::Array{Value(number->low), Value(number->high)});
    } else if (const auto* name = std::get_if<std::string>(&value)) {
      out[fact] = *name;
    } else {
      const auto& names = std::get<std::set<std::string>>(value);
      out[fact] = Value(Value::Array(names.begin(), names.end()));
    }
  }
  return Value(std::move(out));
}

Value DifferenceJson(const Difference& difference) {
  const auto cell = [](const Cell& of) {
    return Value::Object{
        {"from", of.from}, {"to", of.to}, {"purpose", of.purpose}, {"category", of.category}};
  };
  Value::Array changes;
  for (const Change& change : difference.changes) {
    Value::Object one = cell(change.cell);
    one["kind"] = NameOf(change.kind);
    one["direction"] = NameOf(change.direction);
    one["before"] = change.before;
    one["after"] = change.after;
    if (!change.field.empty()) one["field"] = change.field;
    Value::Object witness = cell(change.cell);
    witness["facts"] = FactsJson(change.witness);
    witness["now"] = ToMillis(change.at);
    if (!change.absent.empty()) witness["absent"] = change.absent;
    one["witness"] = std::move(witness);
    one["cases"] = change.cases;
    changes.emplace_back(std::move(one));
  }
  Value::Array settings;
  for (const SettingChange& setting : difference.settings) {
    settings.push_back(Value::Object{{"path", setting.path},
                                     {"before", setting.before},
                                     {"after", setting.after},
                                     {"direction", NameOf(setting.direction)},
                                     {"unclear", setting.unclear}});
  }
  Value::Array partly;
  for (const Cell& one : difference.partly)
    partly.emplace_back(cell(one));
  return Value(Value::Object{{"class", NameOf(difference.direction)},
                             {"changes", std::move(changes)},
                             {"settings", std::move(settings)},
                             {"compared", difference.compared},
                             {"questions", difference.questions},
                             {"partly", std::move(partly)}});
}

}  // namespace schakel::policy
