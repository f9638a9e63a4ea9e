#include "cli/forms.h"

#include <array>
#include <vector>

#include "cli/text.h"

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

// The conditions of a rule but those that are `without`: `wpg TRUE, since UNKNOWN`.
std::vector<std::string> Conditions(const canon::Value& rule, std::string_view without) {
  std::vector<std::string> conditions;
  for (const auto& [fact, truth] : ObjectOf(rule, "facts")) {
    const std::string* const value = truth.AsString();
    if (value != nullptr && *value != without) conditions.push_back(fact + " " + *value);
  }
  return conditions;
}

std::string RuleText(const std::string& id, const std::vector<std::string>& conditions) {
  return conditions.empty() ? id : id + ": " + Joined(conditions);
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
  const canon::Value::Object& rules = ObjectOf(decision, "rules");
  const std::string code = TextOf(decision, "code");
  std::vector<std::string> texts;
  for (const std::string& id : TextsOf(decision, "by")) {
    const auto rule = rules.find(id);
    // A permit among them let it through; something else, which the code names, did not.
    const bool forbade = rule != rules.end() && denies.contains(id);
    texts.push_back(
        RuleText(id, forbade ? Conditions(rule->second, "FALSE") : std::vector<std::string>{code}));
  }
  if (!texts.empty()) return Joined(texts, "; ");
  // No rule forbade it: the permit with the fewest open conditions tells most.
  std::string nearest;
  size_t fewest = 0;
  for (const auto& [id, rule] : rules) {
    if (denies.contains(id)) continue;
    const std::vector<std::string> open = Conditions(rule, "TRUE");
    if (!nearest.empty() && open.size() >= fewest) continue;
    nearest = RuleText(id, open.empty() ? std::vector<std::string>{code} : open);
    fewest = open.size();
  }
  return nearest.empty() ? code : nearest;
}

}  // namespace schakel::cli
