#include "node/report/messages.h"

#include <array>

namespace schakel::report {
namespace {

struct Row {
  Message message = Message::kLast;
  std::string_view wording;
};
using Words = std::array<Row, kMessageCount>;

// Row n words message n: so a message left out, added or swapped in one language does not compile.
constexpr bool IsWhole(const Words& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].message != static_cast<Message>(i) || words[i].wording.empty()) return false;
  }
  return true;
}

using M = Message;

constexpr Words kDutchWords = {{
    {M::kTitle, "Integraal beeld {0}"},
    {M::kTitleVersion, "Integraal beeld {0}, versie {1}"},
    {M::kWithPolice, "Met groepsscan politie"},
    {M::kIncomplete, "ONVOLLEDIG: {0} van {1} cellen open"},
    {M::kComplete, "VOLLEDIG: geen van {0} cellen open"},
    {M::kIncompleteAlert, "Onvolledig: {0} van {1} onderdelen staan open."},
    {M::kConfidential, "Vertrouwelijk: niet doorverstrekken"},
    {M::kGroup, "Groep"},
    {M::kReferenceDay, "Peildatum"},
    {M::kReferenceDayExpires, "{0}, vervalt {1}"},
    {M::kExpiresOn, "Vervalt {0}"},
    {M::kCovenant, "Convenant"},
    {M::kCovenantText, "{0}, v{1} ({2})"},
    {M::kDecision, "Besluit"},
    {M::kDecisionText, "stap {0} van {1}, getekend door {2}"},
    {M::kStep, "stap {0}"},
    {M::kAreas, "in {0}"},
    {M::kNames, "Namen"},
    {M::kFacts, "Feiten"},
    {M::kFactsText, "{0} hard, {1} zacht"},
    {M::kAboutGroup, "{0} over de groep"},
    {M::kShieldedCountOne, "1 adres afgeschermd"},
    {M::kShieldedCountMany, "{0} adressen afgeschermd"},
    {M::kListText, "{0} op de namenlijst, v{1}"},
    {M::kListTime, "van {0}"},
    {M::kGroupPicture, "Groepsbeeld"},
    {M::kListOfNames, "Namenlijst"},
    {M::kPerPerson, "Per persoon"},
    {M::kGaps, "Hiaten"},
    {M::kProvenance, "Herkomst"},
    {M::kContents, "Inhoud"},
    {M::kNumber, "Nr"},
    {M::kName, "Naam"},
    {M::kBorn, "Geboren"},
    {M::kAge, "Leeftijd"},
    {M::kAddress, "Adres"},
    {M::kListedBy, "Genoemd door"},
    {M::kReasons, "Reden"},
    {M::kDate, "Datum"},
    {M::kKind, "Aard"},
    {M::kWhat, "Wat"},
    {M::kDetails, "Gegevens"},
    {M::kSource, "Bron"},
    {M::kExpires, "Vervalt"},
    {M::kOnward, "Door naar"},
    {M::kParty, "Partner"},
    {M::kCategory, "Categorie"},
    {M::kStand, "Stand"},
    {M::kDeadline, "Termijn"},
    {M::kExchange, "Uitwisseling"},
    {M::kRule, "Regel"},
    {M::kBasis, "Grondslag"},
    {M::kReceived, "Ontvangen"},
    {M::kMonth, "Maand"},
    {M::kTotal, "Totaal"},
    {M::kSignedBy, "Getekend door"},
    {M::kDocument, "Document (SHA-256)"},
    {M::kReference, "kenmerk {0}, versie {1}"},
    {M::kVersion, "versie {0}"},
    {M::kHard, "hard"},
    {M::kSoft, "zacht"},
    {M::kShielded, "adres afgeschermd"},
    {M::kAddressUnknown, "adres niet bekend"},
    {M::kNotOnward, "niet doorverstrekken"},
    {M::kNotOnwardShort, "niemand"},
    {M::kOnwardTo, "mag door naar {0}"},
    {M::kOwnShort, "eigen"},
    {M::kExpiresShort, "vervalt {0}"},
    {M::kUnknownDate, "onbekend"},
    {M::kDayUnknown, "{0} (dag onbekend)"},
    {M::kMonthUnknown, "{0} (dag en maand onbekend)"},
    {M::kYears, "{0} jaar"},
    {M::kYearsBetween, "{0} of {1} jaar"},
    {M::kYearOnly, "{0} (alleen jaar)"},
    {M::kAnd, "en"},
    {M::kDelivered, "geleverd"},
    {M::kNoResult, "geen gegevens te verstrekken"},
    {M::kPending, "in behandeling"},
    {M::kRefused, "geweigerd: {0}"},
    {M::kRefusedPlain, "geweigerd"},
    {M::kNoAnswer, "geen antwoord"},
    {M::kNotAsked, "niet gevraagd"},
    {M::kOwnData, "eigen gegevens"},
    {M::kNeverSays, "“Geen gegevens te verstrekken” zegt nooit of er gegevens bestaan."},
    {M::kSoftMeans,
     "Zacht: gezien of gehoord, niet vastgesteld. Weeg bron en betrouwbaarheid mee."},
    {M::kNumbersMean, "Elk nummer achter een feit wijst naar zijn bron in deze tabel."},
    {M::kNoFacts, "Geen feiten ontvangen."},
    {M::kNoPersons, "Geen personen op de namenlijst."},
    {M::kNoCounts, "Geen feiten met een datum."},
    {M::kWithoutFacts, "Zonder feiten"},
    {M::kChart, "Feiten per maand, {0} tot en met {1}"},
    {M::kCountsCaption, "Feiten per maand en categorie"},
    {M::kNotSummed, "Eén gebeurtenis telt bij elke betrokken persoon en bij elke bron mee."},
    {M::kCovenantHash, "Convenant sha256 {0}"},
    {M::kNextComplete, "Verder: schakel exchange list toont elke uitwisseling hierachter."},
    {M::kNextIncomplete, "Doe nu: vraag opnieuw wat onvolledig is, zie schakel group show {0}"},
    {M::kCheck, "Een uitwisseling nalezen: schakel exchange show {0}"},
    {M::kGrounds, "Op grond van {0}, v{1}"},
    {M::kDueBy, "uiterlijk {0}"},
    {M::kSeeGaps, "Zie {0}"},
    {M::kPersons, "Personen"},
    {M::kListVersion, "namenlijst v{0}"},
    {M::kHardFacts, "Harde feiten"},
    {M::kSoftFacts, "Zachte feiten"},
    {M::kLabelled, "overal zo gemerkt"},
    {M::kOpenCells, "Cellen open"},
    {M::kOfCells, "van {0}"},
    {M::kShieldedAddresses, "Adres afgeschermd"},
    {M::kGroupFacts, "Feiten over de groep"},
    {M::kSourceNumber, "herkomst {0}"},
    {M::kTerms, "Bewaren en doorgeven"},
    {M::kDecisions, "Besluiten over deze groep"},
    {M::kStepHead, "Stap"},
    {M::kIssued, "Vastgelegd"},
}};

constexpr Words kEnglishWords = {{
    {M::kTitle, "Integral picture {0}"},
    {M::kTitleVersion, "Integral picture {0}, version {1}"},
    {M::kWithPolice, "With the police's group scan"},
    {M::kIncomplete, "INCOMPLETE: {0} of {1} cells open"},
    {M::kComplete, "COMPLETE: none of {0} cells open"},
    {M::kIncompleteAlert, "Incomplete: {0} of {1} parts are open."},
    {M::kConfidential, "Confidential: do not pass on"},
    {M::kGroup, "Group"},
    {M::kReferenceDay, "As of"},
    {M::kReferenceDayExpires, "{0}, expires {1}"},
    {M::kExpiresOn, "Expires {0}"},
    {M::kCovenant, "Covenant"},
    {M::kCovenantText, "{0}, v{1} ({2})"},
    {M::kDecision, "Decision"},
    {M::kDecisionText, "step {0} of {1}, signed by {2}"},
    {M::kStep, "step {0}"},
    {M::kAreas, "in {0}"},
    {M::kNames, "Names"},
    {M::kFacts, "Facts"},
    {M::kFactsText, "{0} hard, {1} soft"},
    {M::kAboutGroup, "{0} about the group"},
    {M::kShieldedCountOne, "1 address shielded"},
    {M::kShieldedCountMany, "{0} addresses shielded"},
    {M::kListText, "{0} on the list, v{1}"},
    {M::kListTime, "of {0}"},
    {M::kGroupPicture, "Group picture"},
    {M::kListOfNames, "List of names"},
    {M::kPerPerson, "Per person"},
    {M::kGaps, "Gaps"},
    {M::kProvenance, "Provenance"},
    {M::kContents, "Contents"},
    {M::kNumber, "No"},
    {M::kName, "Name"},
    {M::kBorn, "Born"},
    {M::kAge, "Age"},
    {M::kAddress, "Address"},
    {M::kListedBy, "Named by"},
    {M::kReasons, "Reason"},
    {M::kDate, "Date"},
    {M::kKind, "Kind"},
    {M::kWhat, "What"},
    {M::kDetails, "Details"},
    {M::kSource, "Source"},
    {M::kExpires, "Expires"},
    {M::kOnward, "Onward to"},
    {M::kParty, "Partner"},
    {M::kCategory, "Category"},
    {M::kStand, "State"},
    {M::kDeadline, "Due"},
    {M::kExchange, "Exchange"},
    {M::kRule, "Rule"},
    {M::kBasis, "Legal basis"},
    {M::kReceived, "Received"},
    {M::kMonth, "Month"},
    {M::kTotal, "Total"},
    {M::kSignedBy, "Signed by"},
    {M::kDocument, "Document (SHA-256)"},
    {M::kReference, "reference {0}, version {1}"},
    {M::kVersion, "version {0}"},
    {M::kHard, "hard"},
    {M::kSoft, "soft"},
    {M::kShielded, "address shielded"},
    {M::kAddressUnknown, "address not known"},
    {M::kNotOnward, "do not pass on"},
    {M::kNotOnwardShort, "nobody"},
    {M::kOnwardTo, "may go on to {0}"},
    {M::kOwnShort, "own"},
    {M::kExpiresShort, "expires {0}"},
    {M::kUnknownDate, "unknown"},
    {M::kDayUnknown, "{0} (day unknown)"},
    {M::kMonthUnknown, "{0} (day and month unknown)"},
    {M::kYears, "{0} years"},
    {M::kYearsBetween, "{0} or {1} years"},
    {M::kYearOnly, "{0} (year only)"},
    {M::kAnd, "and"},
    {M::kDelivered, "delivered"},
    {M::kNoResult, "no data to give"},
    {M::kPending, "being handled"},
    {M::kRefused, "refused: {0}"},
    {M::kRefusedPlain, "refused"},
    {M::kNoAnswer, "no answer"},
    {M::kNotAsked, "not asked"},
    {M::kOwnData, "own data"},
    {M::kNeverSays, "“No data to give” never says whether data exist."},
    {M::kSoftMeans, "Soft: seen or heard, not established. Weigh source and reliability."},
    {M::kNumbersMean, "Each number behind a fact points to its source in this table."},
    {M::kNoFacts, "No facts received."},
    {M::kNoPersons, "Nobody on the list of names."},
    {M::kNoCounts, "No facts with a date."},
    {M::kWithoutFacts, "Without facts"},
    {M::kChart, "Facts per month, {0} to {1}"},
    {M::kCountsCaption, "Facts per month and category"},
    {M::kNotSummed, "One event counts for every person involved and for every source."},
    {M::kCovenantHash, "Covenant sha256 {0}"},
    {M::kNextComplete, "Next: schakel exchange list shows every exchange behind this."},
    {M::kNextIncomplete, "Do now: ask again what is incomplete, see schakel group show {0}"},
    {M::kCheck, "To read an exchange: schakel exchange show {0}"},
    {M::kGrounds, "On the ground of {0}, v{1}"},
    {M::kDueBy, "due {0}"},
    {M::kSeeGaps, "See {0}"},
    {M::kPersons, "Persons"},
    {M::kListVersion, "list of names v{0}"},
    {M::kHardFacts, "Hard facts"},
    {M::kSoftFacts, "Soft facts"},
    {M::kLabelled, "labelled everywhere"},
    {M::kOpenCells, "Cells open"},
    {M::kOfCells, "of {0}"},
    {M::kShieldedAddresses, "Address shielded"},
    {M::kGroupFacts, "Facts about the group"},
    {M::kSourceNumber, "source {0}"},
    {M::kTerms, "Keep and pass on"},
    {M::kDecisions, "Decisions about this group"},
    {M::kStepHead, "Step"},
    {M::kIssued, "Recorded"},
}};

static_assert(IsWhole(kDutchWords), "a message has no Dutch wording, or stands out of order");
static_assert(IsWhole(kEnglishWords), "a message has no English wording, or stands out of order");

}  // namespace

Result<Language> ParseLanguage(std::string_view name) {
  if (name == "nl") return Language::kDutch;
  if (name == "en") return Language::kEnglish;
  return Malformed("language is nl or en");
}

const char* LanguageName(Language language) {
  return language == Language::kDutch ? "nl" : "en";
}

std::string_view Wording(Language language, Message message) {
  const Words& words = language == Language::kDutch ? kDutchWords : kEnglishWords;
  const auto index = static_cast<size_t>(message);
  return index < words.size() ? words[index].wording : std::string_view();
}

std::string Say(Language language,
                Message message,
                std::initializer_list<std::string_view> arguments) {
  const std::string_view wording = Wording(language, message);
  std::string out;
  for (size_t i = 0; i < wording.size(); ++i) {
    const bool slot = wording[i] == '{' && i + 2 < wording.size() && wording[i + 2] == '}';
    if (!slot) {
      out += wording[i];
      continue;
    }
    const auto number = static_cast<size_t>(wording[i + 1] - '0');
    if (number < arguments.size()) out += arguments.begin()[number];
    i += 2;
  }
  return out;
}

}  // namespace schakel::report
