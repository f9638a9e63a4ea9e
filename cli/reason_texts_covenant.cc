// The life cycle of a covenant: what a version, a statement or a draft was refused for.
#include <array>

#include "cli/reasons.h"

namespace schakel::cli {
namespace {

constexpr std::array kTexts{
    ReasonText{Reason::kContentEnded,
               "inhoud van en naar {party} gaat niet meer: {code}",
               "content to and from {party} no longer goes: {code}",
               "kijk wie wat beëindigde: schakel covenant status",
               "see who ended what: schakel covenant status"},
    ReasonText{Reason::kCovenantRevoked,
               "{party} heeft deze versie van het convenant ingetrokken",
               "{party} revoked this version of the covenant",
               "maak met de partners een volgende versie",
               "make a next version with the partners"},
    ReasonText{Reason::kDiffUnconfirmed,
               "de nieuwe versie is {class} en dat is nog niet bevestigd: van {from} naar {to}",
               "the new version is {class}, which nobody acknowledged yet: from {from} to {to}",
               "lees wat er verandert en bevestig het: --diff {class}",
               "read what changes and acknowledge it: --diff {class}"},
    ReasonText{Reason::kDraftUnknown,
               "deze node heeft geen concept met hash {hash}",
               "this node has no draft with hash {hash}",
               "bekijk welke er zijn: schakel covenant history",
               "see which there are: schakel covenant history"},
    ReasonText{Reason::kDraftsTooMany,
               "er zijn al te veel concepten van deze versie",
               "there are too many drafts of this version already",
               "spreek met de partners één tekst af: schakel covenant history",
               "agree on one text with the partners: schakel covenant history"},
    ReasonText{Reason::kStatementUnknown,
               "deze verklaring is niet door de bewaarders van {party} ondertekend",
               "this statement was not signed by the roots of {party}",
               "vraag {party} om een verklaring die volledig ondertekend is",
               "ask {party} for a statement that is fully signed"},
    ReasonText{Reason::kStatementsTooMany,
               "deze node houdt van {party} al het hoogste aantal verklaringen",
               "this node holds the largest number of statements of {party} already",
               "bel {party} over waarom het er zo veel zijn",
               "call {party} about why there are so many"},
    ReasonText{Reason::kVersionLower,
               "versie {given} is ouder dan versie {highest}, die hier al geactiveerd is",
               "version {given} is older than version {highest}, which was activated here",
               "gebruik de nieuwste versie: schakel covenant history",
               "use the newest version: schakel covenant history"},
    ReasonText{Reason::kVersionPrevious,
               "deze versie volgt niet op de versie die hier van kracht is ({expected})",
               "this version does not follow the one in force here ({expected})",
               "bel de partners: iemand heeft een andere vorige versie",
               "call the partners: somebody has another version before it"},
    ReasonText{Reason::kOverlayElsewhere,
               "dit is een beperking van {party}, niet van de partij van deze node",
               "this is an overlay of {party}, not of this node's party",
               "schrijf de eigen partij bij `party`",
               "write the own party under `party`"},
    ReasonText{Reason::kOverlayUnfit,
               "de eigen beperking past niet op deze versie: {detail}",
               "the own overlay does not fit this version: {detail}",
               "pas haar eerst aan of haal haar weg: schakel overlay set, schakel overlay clear",
               "change it or take it away first: schakel overlay set, schakel overlay clear"},
    ReasonText{Reason::kVersionSkips,
               "versie {given} volgt niet op versie {highest}: er ontbreekt er een",
               "version {given} does not follow version {highest}: one is missing",
               "activeer eerst de versie ertussen",
               "activate the version between them first"},
    ReasonText{
        Reason::kVersionTwice,
        "er is al een andere tekst met dit nummer geactiveerd: {held}, niet {given}",
        "another text with this number was activated already: {held}, not {given}",
        "bel de partners: wie beide teksten tekende, is uitgesloten: schakel covenant status",
        "call the partners: who signed both is suspended: schakel covenant status"},
};

}  // namespace

std::span<const ReasonText> CovenantReasonTexts() {
  return kTexts;
}

}  // namespace schakel::cli
