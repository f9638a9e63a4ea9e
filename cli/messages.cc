#include "cli/messages.h"

#include <array>

#include "cli/text.h"

namespace schakel::cli {
namespace {

constexpr std::array kSentences{
    Sentence{Message::kAbout, "over", "about"},
    Sentence{Message::kAboutGroup, "de groep", "the group"},
    Sentence{Message::kAboutPersons, "personen", "persons"},
    Sentence{Message::kAnswered, "geantwoord", "answered"},
    Sentence{Message::kAreas, "buurten", "areas"},
    Sentence{Message::kAskAgain,
             "zodra {party} bereikbaar is: schakel scan request {ref} --verzend",
             "once {party} can be reached: schakel scan request {ref} --verzend"},
    Sentence{Message::kAtMost, "u krijgt hoogstens", "you get at most"},
    Sentence{Message::kBytes, "bytes", "bytes"},
    Sentence{Message::kCategory, "categorie", "category"},
    Sentence{Message::kCollectIncomplete,
             "Onvolledig: {parties} ontbreekt. Verzamel later opnieuw in een nieuwe map.",
             "Incomplete: {parties} is missing. Collect again later into a new folder."},
    Sentence{Message::kCollected, "verzameld", "collected"},
    Sentence{Message::kComplete, "volledig", "complete"},
    Sentence{Message::kCovenant, "Convenant", "Covenant"},
    Sentence{Message::kCovenantText,
             "{title}, versie {version}, geldig t/m {until}",
             "{title}, version {version}, valid to {until}"},
    Sentence{Message::kCreated, "begonnen", "started"},
    Sentence{Message::kDecision, "besluit", "decision"},
    Sentence{Message::kDoubtful, "twijfel", "doubtful"},
    Sentence{Message::kDoubtfulAsked,
             "Gevraagd, en misschien een van uw personen:",
             "Asked about, and maybe one of your persons:"},
    Sentence{Message::kDoubtfulImported,
             "Ingelezen, en misschien iemand die al bekend is:",
             "Imported, and maybe somebody who is known already:"},
    Sentence{Message::kDoubtfulNext,
             "Bij twijfel is niets verstrekt. Vul in de bron aan wat onderscheidt, en lees die "
             "opnieuw in.",
             "While in doubt nothing left. Add to the source what tells them apart, and import it "
             "again."},
    Sentence{Message::kDraftTitle,
             "CONCEPT verzoek {ref}, nog niets verzonden",
             "DRAFT request {ref}, nothing was sent"},
    Sentence{Message::kExchange, "uitwisseling", "exchange"},
    Sentence{Message::kExported,
             "{ref} versie {version} staat in {file}. Vertrouwelijk, niet doorgeven.",
             "{ref} version {version} is in {file}. Confidential, not to be passed on."},
    Sentence{Message::kFactFileHint,
             "vraag het bestand opnieuw bij wie het besluit vastlegde",
             "ask for the file again where the decision was stated"},
    Sentence{Message::kFactInForce,
             "Van kracht: ondertekend door {parties}.",
             "In force: signed by {parties}."},
    Sentence{Message::kFactNextSign,
             "Verder, bij een partner: schakel group decide {ref} --sign {file} -o BESTAND",
             "Next, at a partner: schakel group decide {ref} --sign {file} -o FILE"},
    Sentence{Message::kFactOfOtherDocument,
             "{file} gaat over een ander document dan u gaf",
             "{file} is about another document than the one you gave"},
    Sentence{Message::kFactOfOtherDocumentHint,
             "vergelijk eerst de besluiten; er is niets ondertekend",
             "compare the decisions first; nothing was signed"},
    Sentence{Message::kFactOfOtherGroup,
             "{file} gaat over groep {group}",
             "{file} is about group {group}"},
    Sentence{Message::kFactSigned,
             "Ondertekend. Geef {file} terug aan wie het besluit vastlegde.",
             "Signed. Give {file} back to whoever stated the decision."},
    Sentence{Message::kFactText,
             "Stap {step} van {group}, geldig t/m {until}, besluit {document}",
             "Step {step} of {group}, valid to {until}, decision {document}"},
    Sentence{Message::kFactWaits,
             "Nog niet van kracht: ondertekend door {parties}, er ontbreekt een handtekening.",
             "Not in force yet: signed by {parties}, a signature is missing."},
    Sentence{Message::kFields, "velden", "fields"},
    Sentence{Message::kFiles, "bestanden", "files"},
    Sentence{Message::kFound, "gevonden", "found"},
    Sentence{Message::kFrom, "van", "from"},
    Sentence{Message::kGroup, "Groep", "Group"},
    Sentence{
        Message::kGroupOpened,
        "Groep {ref} is geopend. Verder: schakel group decide {ref} --step 2B --document BESLUIT",
        "Group {ref} is open. Next: schakel group decide {ref} --step 2B --document DECISION"},
    Sentence{Message::kInForce, "van kracht", "in force"},
    Sentence{Message::kIncomplete, "onvolledig", "incomplete"},
    Sentence{Message::kIssued, "vastgelegd", "stated"},
    Sentence{Message::kLeft, "verstrekt", "left"},
    Sentence{Message::kLinesNotForYou,
             "wat achterbleef is alleen te zien voor contributor en officer",
             "what stayed here is for contributor and officer alone"},
    Sentence{Message::kLinesNotForYouHint,
             "vraag een van hen, of geef --as OPERATOR",
             "ask one of them, or give --as OPERATOR"},
    Sentence{
        Message::kLinesTotal,
        "{left} verstrekt, {kept} gebleven. De vrager ziet van wat bleef aantal noch reden.",
        "{left} left, {kept} stayed. The asker sees neither number nor reason of what stayed."},
    Sentence{Message::kListEstablished,
             "Namenlijst versie {version} vastgesteld: {persons} personen. Verder: schakel scan "
             "request {ref}",
             "Namenlijst version {version} established: {persons} persons. Next: schakel scan "
             "request {ref}"},
    Sentence{Message::kListVersion, "namenlijst v{version}", "namenlijst v{version}"},
    Sentence{Message::kLogEntries, "logregels", "log entries"},
    Sentence{Message::kMatched, "gevonden", "found"},
    Sentence{Message::kMayBe, "misschien", "maybe"},
    Sentence{Message::kMotivation, "Motivering", "Motivation"},
    Sentence{Message::kMotivationMissing,
             "Motivering ontbreekt. Geef --motivering \"...\" en daarna ook --verzend",
             "The motivation is missing. Give --motivering \"...\" and then --verzend too"},
    Sentence{Message::kName, "naam", "name"},
    Sentence{Message::kNameList, "namenlijst", "namenlijst"},
    Sentence{Message::kNameListText,
             "versie {version}, {persons} personen, vastgesteld {time}",
             "version {version}, {persons} persons, established {time}"},
    Sentence{Message::kNextAuditVerify,
             "Verder: schakel audit verify {folder} --covenant {hash}",
             "Next: schakel audit verify {folder} --covenant {hash}"},
    Sentence{Message::kNextDecide,
             "Verder: schakel group decide {ref} --step 2B --document BESLUIT",
             "Next: schakel group decide {ref} --step 2B --document DECISION"},
    Sentence{Message::kNextEstablish,
             "Verder: schakel group establish {group}",
             "Next: schakel group establish {group}"},
    Sentence{Message::kNextExchangeShow,
             "Verder: schakel exchange show UITWISSELING",
             "Next: schakel exchange show EXCHANGE"},
    Sentence{Message::kNextRequest,
             "Verder: schakel scan request {ref}",
             "Next: schakel scan request {ref}"},
    Sentence{Message::kNextRequestOrShow,
             "Verder: schakel scan request {ref}, of schakel scan show {ref}",
             "Next: schakel scan request {ref}, or schakel scan show {ref}"},
    Sentence{
        Message::kNextSend, "Verder: hetzelfde met --verzend", "Next: the same with --verzend"},
    Sentence{
        Message::kNextShow, "Verder: schakel scan show {group}", "Next: schakel scan show {group}"},
    Sentence{Message::kNoAnswer, "geen antwoord", "no answer"},
    Sentence{Message::kNoCovenant,
             "Er is nog geen convenant van kracht. Verder: schakel covenant activate",
             "No covenant is in force yet. Next: schakel covenant activate"},
    Sentence{
        Message::kNoExchanges, "Er zijn nog geen uitwisselingen.", "There are no exchanges yet."},
    Sentence{Message::kNoGroups,
             "Er zijn nog geen groepen. Verder: schakel group open",
             "There are no groups yet. Next: schakel group open"},
    Sentence{Message::kNoMatch, "onbekend", "unknown"},
    Sentence{Message::kNobody, "niemand", "nobody"},
    Sentence{Message::kNobodyDoubtful, "Over niemand is twijfel.", "Nobody is doubtful."},
    Sentence{Message::kNotAsked, "niet gevraagd", "not asked"},
    Sentence{Message::kNotAskedCount, "{count} niet gevraagd", "{count} not asked"},
    Sentence{Message::kNotCollected, "NIET VERZAMELD", "NOT COLLECTED"},
    Sentence{Message::kNotInForce, "niet van kracht", "not in force"},
    Sentence{Message::kNotSent, "niet verzonden", "not sent"},
    Sentence{Message::kNothing, "niets", "nothing"},
    Sentence{Message::kNumber, "nr.", "no."},
    Sentence{Message::kOfTheGroup, "groep", "group"},
    Sentence{Message::kOpened, "geopend", "opened"},
    Sentence{Message::kOutcome, "uitkomst", "outcome"},
    Sentence{Message::kOwnPerson, "eigen persoon", "own person"},
    Sentence{Message::kPartner, "partner", "partner"},
    Sentence{Message::kPartnerSilent, "{party} heeft niet geantwoord", "{party} did not answer"},
    Sentence{Message::kParty, "partij", "party"},
    Sentence{Message::kPersons, "personen", "persons"},
    Sentence{Message::kPersonsFound,
             "{persons} gevraagd: {matched} gevonden, {doubtful} twijfel",
             "{persons} asked: {matched} found, {doubtful} doubtful"},
    Sentence{Message::kPersonsShort, "pers.", "pers."},
    Sentence{Message::kReceiptDue, "beantwoord, bewijs volgt", "answered, receipt due"},
    Sentence{Message::kReceiptSeen, "beantwoord, bewijs ontvangen", "answered, receipt held"},
    Sentence{Message::kReceived, "ontvangen", "received"},
    Sentence{Message::kRecords, "gegevens", "records"},
    Sentence{Message::kRecordsShort, "geg.", "recs."},
    Sentence{Message::kRefused, "geweigerd", "refused"},
    Sentence{Message::kRemark, "opmerking", "remark"},
    Sentence{Message::kRound, "verzoek", "request"},
    Sentence{Message::kRow, "rij", "row"},
    Sentence{Message::kRule, "regel", "rule"},
    Sentence{Message::kScanVersion,
             "Beeld versie {version} is gemaakt. Verder: schakel scan show {group}",
             "Scan version {version} was made. Next: schakel scan show {group}"},
    Sentence{Message::kSentTitle, "VERZOEK {ref}", "REQUEST {ref}"},
    Sentence{Message::kSigned, "ondertekend", "signed"},
    Sentence{Message::kStand, "stand", "stand"},
    Sentence{Message::kStayed, "gebleven", "stayed"},
    Sentence{Message::kStep, "stap", "step"},
    Sentence{Message::kTime, "tijd", "time"},
    Sentence{Message::kTo, "aan", "to"},
    Sentence{Message::kUnproved, "niet bewezen", "not proved"},
    Sentence{Message::kUpTo, "t/m", "to"},
    Sentence{Message::kValid, "geldig", "valid"},
    Sentence{Message::kVersion, "versie", "version"},
    Sentence{Message::kWithheldTitle,
             "ACHTERGEBLEVEN bij deze partij, met de regel. Alleen voor eigen ogen.",
             "WITHHELD by this party, with the rule. For its own eyes only."},
    Sentence{Message::kWithheldTotal,
             "TOTAAL {count} gegevens achtergebleven, elk met zijn regel",
             "TOTAL {count} records withheld, each with its rule"},
    Sentence{Message::kWorkName, "werknaam", "working name"},
    Sentence{Message::kYouGive,
             "U verstrekt zelf aan {party}: {fields} van {persons} personen",
             "You yourself give to {party}: {fields} of {persons} persons"},
    Sentence{Message::kYouGiveNothing,
             "U verstrekt zelf niets: het verzoek noemt niemand",
             "You yourself give nothing: the request names nobody"},
};

static_assert(kSentences.size() == static_cast<size_t>(kLastMessage) + 1);

}  // namespace

std::span<const Sentence> AllSentences() {
  return kSentences;
}

std::string Say(Message message, Language language, const Marks& marks) {
  const Sentence& sentence = kSentences.at(static_cast<size_t>(message));
  const std::string_view text = language == Language::kDutch ? sentence.dutch : sentence.english;
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find('{', at);
    const size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      out += text.substr(at);
      break;
    }
    out += text.substr(at, open - at);
    const auto mark = marks.find(std::string(text.substr(open + 1, close - open - 1)));
    if (mark != marks.end()) out += Printable(mark->second);
    at = close + 1;
  }
  return out;
}

}  // namespace schakel::cli
