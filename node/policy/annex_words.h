// Internal to `policy`: the words of the annex.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/covenant/decide.h"

namespace schakel::policy {

// "alleen maand en jaar".
std::string FormWords(const covenant::Form& form);
// "datum", "vrije tekst".
std::string TypeWords(covenant::FieldType type);
// "12 jaar of ouder", "toestemming: ja", "staat op de lijst die gemeente vaststelt".
std::string ConditionWords(const covenant::Document& document,
                           const std::string& fact,
                           const covenant::Test& test);
// "ja of nee", "een van: verdachte, getuige".
std::string KindWords(const covenant::FactDeclaration& fact);
// Which categories the deny is about: not those that lack what it reads (covenant.md, step 1).
std::string ReachWords(const covenant::Covenant& covenant, const covenant::Deny& deny);
// Where a fact comes from: "van de persoon: geboortedatum", "vastgesteld door 2 van ...".
std::string SourceWords(const covenant::FactDeclaration& fact);
// "t/m 31-12-2026" of an exclusive end.
std::string UntilWords(const covenant::Document& document, Instant until);
std::string DayWords(const covenant::Document& document, Instant instant);
// "3 maanden".
std::string PeriodWords(const Period& period);
// "incidenten (incident)"; one name when both are the same.
std::string CategoryWords(const std::string& category);
// "gemeente, om en politie"; `none` for nobody.
std::string NamesWords(const std::set<std::string>& names, const std::string& none);
// The laws that the abbreviations in the covenant stand for: {"Wpg", "Wet politiegegevens"}.
std::vector<std::vector<std::string>> Abbreviations(const covenant::Document& document);
// The abbreviation of a law stands in the text, as a word of its own.
bool NamesLaw(std::string_view text, std::string_view law);
// Who would sign for an organisation: "burgemeester"; empty when this does not know.
std::string SignerOf(const std::string& organisation);

}  // namespace schakel::policy
