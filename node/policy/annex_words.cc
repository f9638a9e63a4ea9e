#include "node/policy/annex_words.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "node/policy/explain.h"
#include "node/policy/words.h"
#include "node/report/words.h"

namespace schakel::policy {
namespace {

using covenant::FactType;
using covenant::FieldType;
using covenant::FormKind;
using report::Language;

constexpr Language kDutch = Language::kDutch;

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<Pair, 15> kLaws{{
    {"AVG", "Algemene verordening gegevensbescherming"},
    {"Bjsg", "Besluit justitiële en strafvorderlijke gegevens"},
    {"Bpg", "Besluit politiegegevens"},
    {"BRP", "basisregistratie personen (Wet basisregistratie personen)"},
    {"BSN", "burgerservicenummer"},
    {"OIN", "organisatie-identificatienummer"},
    {"OM", "Openbaar Ministerie"},
    {"UAVG", "Uitvoeringswet Algemene verordening gegevensbescherming"},
    {"VIR", "verwijsindex risicojongeren"},
    {"WGS", "Wet gegevensverwerking door samenwerkingsverbanden"},
    {"Wjsg", "Wet justitiële en strafvorderlijke gegevens"},
    {"Wpg", "Wet politiegegevens"},
    {"WGBO", "Wet op de geneeskundige behandelingsovereenkomst"},
    {"LPW", "Leerplichtwet 1969"},
    {"Jw", "Jeugdwet"},
}};

constexpr std::array<Pair, 12> kSigners{{
    {"politie", "politiechef, of wie deze heeft gemandateerd"},
    {"gemeente", "burgemeester"},
    {"om", "hoofdofficier of officier van justitie"},
    {"jongerenwerk", "bestuurder"},
    {"halt", "bestuurder"},
    {"reclassering", "bestuurder"},
    {"gi", "bestuurder"},
    {"rvdk", "bestuurder"},
    {"zorg", "bestuurder"},
    {"corporatie", "bestuurder"},
    {"school", "bestuurder"},
    {"auditdienst", "bestuurder"},
}};

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80);
}

// As a word of its own.
bool Holds(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !IsLetter(text[at - 1])) && (end == text.size() || !IsLetter(text[end]))) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string FormWords(const covenant::Form& form) {
  switch (form.kind) {
    case FormKind::kPlain:
      return "volledig";
    case FormKind::kMatch:
      return "alleen om te vergelijken, nooit leesbaar";
    case FormKind::kMonth:
      return "alleen maand en jaar";
    case FormKind::kYear:
      return "alleen het jaar";
    case FormKind::kBand:
      return "alleen de leeftijdsgroep (grenzen " + form.parameter + ")";
    case FormKind::kInitials:
      return "alleen initialen";
    case FormKind::kCoarse:
      return "vergrofd tot " + form.parameter;
    case FormKind::kPseudonymRecipient:
      return "alleen een pseudoniem, voor elke ontvanger een ander";
    case FormKind::kPseudonymCovenant:
      return "alleen een verwijzing binnen dit convenant";
    case FormKind::kReviewed:
      return "nadat een mens de tekst heeft gelezen en vrijgegeven";
    case FormKind::kWithheld:
      return "wordt niet verstrekt";
  }
  return "";
}

std::string TypeWords(FieldType type) {
  switch (type) {
    case FieldType::kDate:
      return "datum";
    case FieldType::kName:
      return "naam";
    case FieldType::kCode:
      return "code";
    case FieldType::kBsn:
      return "burgerservicenummer";
    case FieldType::kRef:
      return "verwijzing";
    case FieldType::kFreetext:
      return "vrije tekst";
    case FieldType::kBool:
      return "ja of nee";
  }
  return "";
}

std::string ConditionWords(const covenant::Document& document,
                           const std::string& fact,
                           const covenant::Test& test) {
  const covenant::FactDeclaration& declared = document.facts.at(fact);
  if (const auto* set = std::get_if<covenant::EnumTest>(&test)) {
    std::vector<std::string> names;  // in the order of the declaration
    std::copy_if(declared.values.begin(),
                 declared.values.end(),
                 std::back_inserter(names),
                 [set](const std::string& value) { return set->in.contains(value); });
    std::string last = std::move(names.back());
    names.pop_back();
    return report::FactName(kDutch, fact) + ": " + Joined(names) + (names.empty() ? "" : " of ") +
           last;
  }
  const auto* flag = std::get_if<covenant::BoolTest>(&test);
  if (flag == nullptr) return ConditionText(kDutch, document, fact, test);
  if (declared.about_person) {
    return std::string(flag->equals ? "staat" : "staat niet") + " op de lijst die " +
           NamesWords(declared.stated_by, "") + " vaststelt (" + fact + ")";
  }
  return report::FactName(kDutch, fact) + ": " + (flag->equals ? "ja" : "nee");
}

std::string KindWords(const covenant::FactDeclaration& fact) {
  switch (fact.type) {
    case FactType::kBool:
      return "ja of nee";
    case FactType::kInt:
      return "een getal";
    case FactType::kEnum:
      return std::string(fact.ordered ? "een van, in deze volgorde: " : "een van: ") +
             Joined(fact.values);
    case FactType::kAge:
      return "leeftijd in jaren";
    case FactType::kElapsed:
      return "hele dagen geleden";
  }
  return "";
}

std::string ReachWords(const covenant::Covenant& covenant, const covenant::Deny& deny) {
  std::set<std::string> reached;
  std::set<std::string> others;
  for (const auto& declared : covenant.document().categories) {
    const std::string& id = declared.first;
    if (!deny.category.empty() && !deny.category.contains(id)) continue;
    const bool all = std::all_of(deny.when.begin(), deny.when.end(), [&](const auto& entry) {
      return covenant.FactReaches(entry.first, id);
    });
    (all ? reached : others).insert(id);
  }
  if (reached.empty()) return "geen soort";
  if (!deny.category.empty()) return NamesWords(reached, "");
  if (others.empty()) return "elke soort";
  if (others.size() < reached.size()) return "elke soort behalve " + NamesWords(others, "");
  return NamesWords(reached, "");
}

std::string SourceWords(const covenant::FactDeclaration& fact) {
  if (!fact.from_person.empty()) return "van de persoon: " + fact.from_person;
  if (!fact.from_record.empty()) return "van het gegeven: " + fact.from_record;
  const std::string names = NamesWords(fact.stated_by, "");
  if (fact.stated_by.size() == 1) return "vastgesteld en ondertekend door " + names;
  return "vastgesteld en ondertekend door ten minste " + std::to_string(fact.stated_threshold) +
         " van: " + names;
}

std::string DayWords(const covenant::Document& document, Instant instant) {
  return report::DayText(kDutch, DayOf(instant, document.zone));
}

std::string UntilWords(const covenant::Document& document, Instant until) {
  return "t/m " + DayWords(document, until - std::chrono::milliseconds{1});
}

std::string PeriodWords(const Period& period) {
  return report::PeriodText(kDutch, ToString(period));
}

std::string CategoryWords(const std::string& category) {
  const std::string name = report::CategoryName(kDutch, category);
  return name == category ? name : name + " (" + category + ")";
}

std::string NamesWords(const std::set<std::string>& names, const std::string& none) {
  return names.empty()
             ? none
             : report::ListText(kDutch, std::vector<std::string>(names.begin(), names.end()));
}

std::vector<std::vector<std::string>> Abbreviations(const covenant::Document& document) {
  std::string all = document.title + " OIN";
  for (const auto& [id, basis] : document.bases) {
    all += " " + basis.law + (basis.bsn.empty() ? "" : " BSN");
    // What the annex itself names beside these laws.
    if (Holds(basis.law, "Wpg")) all += " Bpg";
    if (Holds(basis.law, "AVG")) all += " UAVG";
  }
  for (const auto& [id, text] : document.purposes)
    all += " " + text;
  for (const covenant::Deny& deny : document.denies)
    all += " " + deny.text;
  for (const auto& [id, paper] : document.documents)
    all += " " + paper.title;
  std::vector<std::vector<std::string>> out;
  for (const auto& [word, meaning] : kLaws) {
    if (Holds(all, word)) out.push_back({std::string(word), std::string(meaning)});
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool NamesLaw(std::string_view text, std::string_view law) {
  return Holds(text, law);
}

std::string SignerOf(const std::string& organisation) {
  const auto it = std::find_if(kSigners.begin(), kSigners.end(), [&](const Pair& pair) {
    return pair.first == organisation;
  });
  return it == kSigners.end() ? "" : std::string(it->second);
}

}  // namespace schakel::policy
