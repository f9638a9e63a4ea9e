#include "cli/forms.h"

#include <array>
#include <optional>
#include <vector>

#include "cli/text.h"
#include "node/report/words.h"

namespace schakel::cli {
namespace {

struct FormName {
  std::string_view form;
  const char* dutch;
  const char* english;
};
constexpr std::array kForms{
    FormName{"plain", "", ""},
    FormName{"match", "alleen om te vergelijken", "only to compare"},
    FormName{"month", "maand", "month"},
    FormName{"year", "jaar", "year"},
    FormName{"band", "groep", "band"},
    FormName{"initials", "voorletters", "initials"},
    FormName{"pseudonym", "pseudoniem", "pseudonym"},
    FormName{"reviewed", "gelezen tekst", "reviewed text"},
    FormName{"withheld", "niet", "withheld"},
};

// What a condition on a fact came to. Without a language: as it stands in the line.
std::string Condition(const std::string& fact,
                      const std::string& truth,
                      std::optional<Language> language) {
  if (!language) return fact + " " + truth;
  const std::string name = report::FactName(*language, fact);
  if (truth == "TRUE") return name;
  const Message found = truth == "FALSE" ? Message::kFactNotMet : Message::kFactNotKnown;
  return Say(found, *language, {{"fact", name}});
}

// The conditions of a rule but those that are `without`: `wpg TRUE, since UNKNOWN`.
std::vector<std::string> Conditions(const canon::Value& rule,
                                    std::string_view without,
                                    std::optional<Language> language) {
  std::vector<std::string> conditions;
  for (const auto& [fact, truth] : ObjectOf(rule, "facts")) {
    const std::string* const value = truth.AsString();
    if (value != nullptr && *value != without) {
      conditions.push_back(Condition(fact, *value, language));
    }
  }
  return conditions;
}

std::string RuleText(const std::string& id, const std::vector<std::string>& conditions) {
  return conditions.empty() ? id : id + ": " + Joined(conditions);
}

std::string Told(const canon::Value& decision,
                 const std::set<std::string>& denies,
                 std::optional<Language> language) {
  const canon::Value::Object& rules = ObjectOf(decision, "rules");
  std::string code = TextOf(decision, "code");
  if (language) code = report::CodeText(*language, code);
  std::vector<std::string> texts;
  for (const std::string& id : TextsOf(decision, "by")) {
    const auto rule = rules.find(id);
    // A permit among them let it through; something else, which the code names, did not.
    const bool forbade = rule != rules.end() && denies.contains(id);
    texts.push_back(RuleText(
        id,
        forbade ? Conditions(rule->second, "FALSE", language) : std::vector<std::string>{code}));
  }
  if (!texts.empty()) return Joined(texts, "; ");
  // No rule forbade it: the permit with the fewest open conditions tells most.
  std::string nearest;
  size_t fewest = 0;
  for (const auto& [id, rule] : rules) {
    if (denies.contains(id)) continue;
    const std::vector<std::string> open = Conditions(rule, "TRUE", language);
    if (!nearest.empty() && open.size() >= fewest) continue;
    nearest = RuleText(id, open.empty() ? std::vector<std::string>{code} : open);
    fewest = open.size();
  }
  return nearest.empty() ? code : nearest;
}

}  // namespace

std::string FormWords(std::string_view form, Language language) {
  const size_t open = form.find('(');
  const std::string_view name = form.substr(0, open);
  if (name == "coarse" && open != std::string_view::npos && form.ends_with(')')) {
    return std::string(form.substr(open + 1, form.size() - open - 2));
  }
  for (const FormName& known : kForms) {
    if (known.form == name) return language == Language::kDutch ? known.dutch : known.english;
  }
  return std::string(form);
}

std::set<std::string> DenyIds(const canon::Value& covenant) {
  std::set<std::string> ids;
  for (const canon::Value& rule : ArrayOf(covenant, "rules")) {
    if (rule.Find("deny") != nullptr) ids.insert(TextOf(rule, "id"));
  }
  return ids;
}

std::string WithheldBy(const canon::Value& decision, const std::set<std::string>& denies) {
  return Told(decision, denies, std::nullopt);
}

std::string WithheldBy(const canon::Value& decision,
                       const std::set<std::string>& denies,
                       Language language) {
  return Told(decision, denies, language);
}

}  // namespace schakel::cli
