#include "node/report/words.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace schakel::report {
namespace {

// An id of the protocol or of a covenant, worded in both languages.
struct Worded {
  std::string_view id;
  std::string_view dutch;
  std::string_view english;
};

constexpr std::array<Worded, 10> kCategories = {{
    {"namenlijst", "namenlijst", "list of names"},
    {"incident", "incidenten", "incidents"},
    {"antecedent", "antecedenten", "antecedents"},
    {"mutatie", "wijkagent", "neighbourhood officer"},
    {"signaal", "signalen", "signals"},
    {"persoon", "persoonsgegevens", "personal details"},
    {"overlastmelding", "overlast", "nuisance"},
    {"maatregel", "maatregelen", "measures"},
    {"strafzaak", "strafzaken", "criminal cases"},
    {"contact", "contact", "contact"},
}};
constexpr std::array<Worded, 10> kOneOfCategory = {{
    {"namenlijst", "namenlijst", "list of names"},
    {"incident", "incident", "incident"},
    {"antecedent", "antecedent", "antecedent"},
    {"mutatie", "wijkagent", "neighbourhood officer"},
    {"signaal", "signaal", "signal"},
    {"persoon", "persoonsgegevens", "personal details"},
    {"overlastmelding", "overlastmelding", "nuisance report"},
    {"maatregel", "maatregel", "measure"},
    {"strafzaak", "strafzaak", "criminal case"},
    {"contact", "contactmoment", "contact"},
}};
constexpr std::array<Worded, 12> kFields = {{
    {"datum", "datum", "date"},
    {"soort", "soort", "kind"},
    {"plaats", "plaats", "place"},
    {"toelichting", "toelichting", "text"},
    {"aantal", "aantal", "number"},
    {"bron", "bron", "source"},
    {"betrouwbaarheid", "betrouwbaarheid", "reliability"},
    {"thema", "thema", "theme"},
    {"reden", "reden", "reason"},
    {"gebied", "gebied", "area"},
    {"van", "van", "from"},
    {"tot", "tot", "until"},
}};
constexpr std::array<Worded, 21> kFacts = {{
    {"step", "stap", "step"},
    {"listed", "namenlijst", "list of names"},
    {"age", "leeftijd", "age"},
    {"sealed", "afgeschermd dossier", "sealed file"},
    {"brp_stop", "verstrekkingsbeperking", "restriction on disclosure"},
    {"role", "rol", "role"},
    {"wpg", "artikel Wpg", "Wpg article"},
    {"since", "eerste verwerking", "first processing"},
    {"related", "gerelateerd", "related"},
    {"consent", "toestemming", "consent"},
    {"consent_parents", "toestemming van de ouders", "consent of the parents"},
    {"shareable", "woord van de jongerenwerker", "word of the youth worker"},
    {"both_listed", "ander ook op namenlijst", "other on the list too"},
    {"relation", "soort relatie", "kind of relation"},
    {"outcome", "beslissing OM", "decision of the prosecutor"},
    {"traceable", "herleidbaar tot een ander", "traceable to another"},
    {"public_post", "openbaar bericht", "public post"},
    {"systematic", "stelselmatig gevolgd", "followed systematically"},
    {"informant", "van een informant", "from an informant"},
    {"by_person", "door een mens", "by a person"},
    {"holder", "wie de actie heeft", "who has the action"},
}};
constexpr std::array<Worded, 11> kForms = {{
    {"plain", "volledig", "in full"},
    {"month", "maand", "month"},
    {"year", "jaar", "year"},
    {"band", "leeftijdsgroep", "age group"},
    {"coarse(buurt)", "buurt", "neighbourhood"},
    {"initials", "voorletters", "initials"},
    {"match", "alleen om te vergelijken", "for comparing only"},
    {"pseudonym(recipient)", "pseudoniem", "pseudonym"},
    {"pseudonym(covenant)", "pseudoniem", "pseudonym"},
    {"reviewed", "gelezen tekst", "reviewed text"},
    {"withheld", "nooit", "never"},
}};
// Those of covenant.md step 0 and exchange.md 15.
constexpr std::array<Worded, 27> kCodes = {{
    {"LANGUAGE_UNKNOWN", "taal van het convenant onbekend", "covenant language unknown"},
    {"COVENANT_UNKNOWN", "convenant onbekend", "covenant unknown"},
    {"HASH_MISMATCH", "ander convenant bij de partner", "the partner has another covenant"},
    {"NOT_ACTIVE", "convenant niet in werking", "covenant not in force"},
    {"NOT_YET_VALID", "convenant nog niet geldig", "covenant not yet valid"},
    {"EXPIRED", "termijn verlopen", "term over"},
    {"REVOKED", "convenant ingetrokken", "covenant revoked"},
    {"STATUS_STALE", "te lang geen contact tussen de partners", "no contact for too long"},
    {"PARTY_UNKNOWN", "partij onbekend", "party unknown"},
    {"PARTY_SUSPENDED", "partij geschorst", "party suspended"},
    {"PURPOSE_UNKNOWN", "doel onbekend", "purpose unknown"},
    {"CATEGORY_UNKNOWN", "categorie onbekend", "category unknown"},
    {"BASIS_EXPIRED", "grondslag verlopen", "legal basis expired"},
    {"NO_RULE", "geen regel in het convenant", "no rule in the covenant"},
    {"DENIED_BY_RULE", "verboden door het convenant", "forbidden by the covenant"},
    {"ID_REUSED", "kenmerk al gebruikt", "id used before"},
    {"PARTY_MISMATCH", "verkeerde afzender of ontvanger", "wrong sender or recipient"},
    {"ISSUED", "tijd van het verzoek klopt niet", "time of the request is off"},
    {"PREKEY_UNKNOWN", "sleutel verlopen, vraag opnieuw", "key out of date, ask again"},
    {"BODY_HASH", "inhoud hoort niet bij het verzoek", "content is not the request's"},
    {"BODY", "inhoud van het verzoek klopt niet", "content of the request is wrong"},
    {"LIMIT", "meer personen dan afgesproken", "more persons than agreed"},
    {"EXCESS", "verzoek bevat meer dan mag", "request holds more than allowed"},
    {"RECHECK_FAILED", "antwoord bij controle afgekeurd", "answer failed our check"},
    {"LAPSED", "vervallen, niet op tijd akkoord", "lapsed, not approved in time"},
    {"UNSUPPORTED", "kan de partner nog niet", "not supported by the partner"},
    {"OBLIGATION_UNSUPPORTED", "voorwaarde niet uitvoerbaar", "obligation not supported"},
}};

constexpr std::array<std::string_view, 12> kDutchMonths = {
    "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"};
constexpr std::array<std::string_view, 12> kEnglishMonths = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

template <size_t N>
std::string Word(const std::array<Worded, N>& words, Language language, std::string_view id) {
  const auto word =
      std::find_if(words.begin(), words.end(), [id](const Worded& w) { return w.id == id; });
  if (word == words.end()) return std::string(id);
  return std::string(language == Language::kDutch ? word->dutch : word->english);
}

std::string TwoDigits(unsigned value) {
  return {static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)};
}

std::string WholeDateText(Language language, const IncompleteDate& date) {
  if (language == Language::kDutch) {
    return TwoDigits(date.day) + "-" + TwoDigits(date.month) + "-" + std::to_string(date.year);
  }
  return std::to_string(date.day) + " " + std::string(MonthName(language, date.month)) + " " +
         std::to_string(date.year);
}

}  // namespace

std::string NumberText(int64_t number) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    const size_t left = digits.size() - i;
    if (i > 0 && left % 3 == 0 && digits[i - 1] != '-') out += "\u00A0";
    out += digits[i];
  }
  return out;
}

std::string Plural(int64_t count, std::string_view one, std::string_view many) {
  return NumberText(count) + " " + std::string(count == 1 ? one : many);
}

std::string PeriodText(Language language, std::string_view period) {
  const auto known = ParsePeriod(period);
  if (!known) return std::string(period);
  const bool dutch = language == Language::kDutch;
  switch (known->unit) {
    case Period::Unit::kMinutes:
      return dutch ? Plural(known->count, "minuut", "minuten")
                   : Plural(known->count, "minute", "minutes");
    case Period::Unit::kHours:
      return dutch ? Plural(known->count, "uur", "uur") : Plural(known->count, "hour", "hours");
    case Period::Unit::kDays:
      return dutch ? Plural(known->count, "dag", "dagen") : Plural(known->count, "day", "days");
    case Period::Unit::kMonths:
      return dutch ? Plural(known->count, "maand", "maanden")
                   : Plural(known->count, "month", "months");
    case Period::Unit::kYears:
      return dutch ? Plural(known->count, "jaar", "jaar") : Plural(known->count, "year", "years");
  }
  return std::string(period);
}

std::string ListText(Language language, const std::vector<std::string>& items) {
  std::string out;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) {
      out += i + 1 == items.size() ? " " + Say(language, Message::kAnd) + " " : std::string(", ");
    }
    out += items[i];
  }
  return out;
}

std::string DayText(Language language, Day day) {
  return WholeDateText(language, FromDay(day));
}

std::string InstantText(Language language, Instant instant, Zone zone) {
  const std::string local = ToLocalText(instant, zone);
  return DayText(language, DayOf(instant, zone)) +
         local.substr(std::min(local.find(' '), local.size()));
}

std::string_view MonthName(Language language, unsigned month) {
  if (month < 1 || month > 12) return {};
  return language == Language::kDutch ? kDutchMonths[month - 1] : kEnglishMonths[month - 1];
}

std::string MonthText(Language language, Day day) {
  const IncompleteDate date = FromDay(day);
  return std::string(MonthName(language, date.month)) + " " + std::to_string(date.year);
}

std::string MonthText(Language language, std::string_view month) {
  const auto date = ParseIsoDate(std::string(month) + "-00");
  if (!date || date->month == 0) return std::string(month);
  return std::string(MonthName(language, date->month)) + " " + std::to_string(date->year);
}

std::string DateText(Language language, const IncompleteDate& date) {
  if (date.unknown()) return Say(language, Message::kUnknownDate);
  const std::string year = std::to_string(date.year);
  if (date.month == 0) return Say(language, Message::kMonthUnknown, {year});
  if (date.day != 0) return WholeDateText(language, date);
  const std::string month = std::string(MonthName(language, date.month)) + " " + year;
  return Say(language, Message::kDayUnknown, {month});
}

std::string AgeText(Language language, const IntInterval& age) {
  if (age.low == age.high) return Say(language, Message::kYears, {NumberText(age.low)});
  return Say(language, Message::kYearsBetween, {NumberText(age.low), NumberText(age.high)});
}

std::string CategoryName(Language language, std::string_view category) {
  return Word(kCategories, language, category);
}

std::string CategoryOne(Language language, std::string_view category) {
  return Word(kOneOfCategory, language, category);
}

std::string FieldName(Language language, std::string_view field) {
  return Word(kFields, language, field);
}

std::string FactName(Language language, std::string_view fact) {
  return Word(kFacts, language, fact);
}

std::string FormName(Language language, std::string_view form) {
  return Word(kForms, language, form.starts_with("band(") ? "band" : form);
}

std::string CodeText(Language language, std::string_view code) {
  // Codes are in capitals and facts in lower case, so neither hides the other.
  const std::string fact = FactName(language, code);
  return fact != code ? fact : Word(kCodes, language, code);
}

std::string StandText(Language language, Stand stand, std::string_view code) {
  switch (stand) {
    case Stand::kDelivered:
      return Say(language, Message::kDelivered);
    case Stand::kNoResult:
      return Say(language, Message::kNoResult);
    case Stand::kPending:
      return Say(language, Message::kPending);
    case Stand::kRefused:
      if (code.empty()) return Say(language, Message::kRefusedPlain);
      return Say(language, Message::kRefused, {CodeText(language, code)});
    case Stand::kNoAnswer:
      return Say(language, Message::kNoAnswer);
    case Stand::kNotAsked:
      return Say(language, Message::kNotAsked);
    case Stand::kOwn:
      return Say(language, Message::kOwnData);
  }
  return {};
}

std::string ValueText(Language language, const FieldText& field) {
  if (field.form == "month") return MonthText(language, field.text);
  if (field.form == "plain") {
    const auto date = ParseIsoDate(field.text);
    return date ? DateText(language, *date) : field.text;
  }
  if (field.form == "year") return field.text;
  return field.text + " (" + FormName(language, field.form) + ")";
}

}  // namespace schakel::report
