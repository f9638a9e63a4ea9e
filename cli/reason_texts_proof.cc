// What is wrong with a stored log, a signed statement or a covenant.
#include <array>

#include "cli/reasons.h"

namespace schakel::cli {
namespace {

constexpr ReasonText Broken(Reason reason, const char* dutch, const char* english) {
  return {reason,
          dutch,
          english,
          "gebruik deze node niet meer en meld het de privacyfunctionaris",
          "stop using this node and tell the officer"};
}

constexpr ReasonText Wrong(Reason reason, const char* dutch, const char* english) {
  return {reason,
          dutch,
          english,
          "haal het bestand eruit en vraag een nieuw",
          "take the file out and ask for a new one"};
}

constexpr std::array kTexts{
    ReasonText{Reason::kCovenantEnded,
               "het convenant liep tot en met {day}",
               "the covenant ended on {day}",
               "maak met de partners een nieuw convenant",
               "make a new covenant with the partners"},
    ReasonText{Reason::kCovenantFile,
               "{file} is geen bruikbaar convenant: {detail}",
               "{file} is no covenant that can be used: {detail}",
               "gebruik het bestand zoals `schakel covenant prepare` het maakte; niemand mag een "
               "byte veranderen",
               "use the file as `schakel covenant prepare` made it; nobody may change a byte"},
    ReasonText{Reason::kCovenantTest,
               "de proef `{test}` van het convenant mislukt: verwacht {expected}, kreeg {got}",
               "the covenant's own test `{test}` fails: expected {expected}, got {got}",
               "verbeter de regels of de proef",
               "mend the rules or the test"},
    Broken(Reason::kLogCheckpoint,
           "het checkpoint is niet ondertekend met de logsleutel van deze node",
           "the checkpoint is not signed by this node's log key"),
    Broken(Reason::kLogCounter,
           "een teller per partner klopt niet met de regels",
           "a pair counter does not match the entries"),
    Broken(Reason::kLogEntryChanged,
           "dit is niet de regel die is vastgelegd",
           "the entry is not the one that was logged"),
    Broken(Reason::kLogEntryMissing, "de regel ontbreekt", "the entry is missing"),
    Broken(Reason::kLogEntryPair,
           "het volgnummer met deze partner sluit niet aan",
           "its pair_seq does not follow"),
    Broken(Reason::kLogEntryTime,
           "de tijd ligt voor die van de regel ervoor",
           "its time lies before that of the entry in front of it"),
    Broken(Reason::kLogEntryUnreadable, "de regel is niet te lezen", "the entry does not parse"),
    Broken(Reason::kLogLastTime,
           "de laatste tijd is niet die van de laatste regel",
           "the last time is not that of the last entry"),
    Broken(Reason::kLogLeafMissing,
           "de hash van de regel ontbreekt in de boom",
           "its leaf hash is missing from the tree"),
    Broken(Reason::kLogReceiptFormat,
           "het ontvangstbewijs van de regel is niet te lezen",
           "its receipt does not parse"),
    Broken(Reason::kLogReceiptOther,
           "het ontvangstbewijs van de regel gaat over iets anders",
           "its receipt is about something else"),
    Broken(Reason::kLogReceiptSigner,
           "het ontvangstbewijs van de regel is niet ondertekend met de logsleutel van deze node",
           "its receipt is not signed by this node's log key"),
    Broken(Reason::kLogRoot,
           "de wortel van de boom is niet die van het checkpoint",
           "the root of the tree is not the one of the checkpoint"),
    Broken(Reason::kLogRowMissing, "in de index ontbreekt een rij", "an index row is missing"),
    Broken(Reason::kLogRowUnknown,
           "er is een rij die bij geen regel hoort",
           "there is a row that no entry accounts for"),
    Broken(Reason::kLogShort,
           "het checkpoint noemt meer regels dan er zijn",
           "the checkpoint names more entries than there are"),
    Broken(Reason::kLogTree,
           "knoop {node} van de boom volgt niet uit wat eronder staat",
           "tree node {node} does not follow from what is below it"),
    ReasonText{Reason::kPartyFileFormat,
               "{file} is geen party.json: {detail}",
               "{file} is no party.json: {detail}",
               "geef de party.json die `schakel init` maakte",
               "give the party.json that `schakel init` made"},
    Wrong(Reason::kStatementExpired, "de delegatie is afgelopen", "the delegation has expired"),
    Wrong(Reason::kStatementFormat,
          "{file} is geen ondertekende verklaring",
          "{file} is no signed statement"),
    Wrong(Reason::kStatementKind,
          "is geen verklaring die de roots van een partij ondertekenen",
          "is no statement that a party's roots sign"),
    Wrong(Reason::kStatementLineage,
          "gaat over een andere versiereeks van convenanten",
          "is a statement of another lineage"),
    Wrong(Reason::kStatementNobody,
          "noemt geen partij van het convenant",
          "names no party of the covenant"),
    Wrong(Reason::kStatementOther,
          "stemt in met een andere versie of andere bytes",
          "accepts another version or other bytes"),
    Wrong(Reason::kStatementSigned,
          "deze sleutel heeft al ondertekend",
          "this key has signed already"),
    Wrong(Reason::kStatementSigner,
          "een handtekening van een sleutel die dit niet mag ondertekenen",
          "a signature by a key that may not sign this"),
};

}  // namespace

std::span<const ReasonText> ProofReasonTexts() {
  return kTexts;
}

}  // namespace schakel::cli
