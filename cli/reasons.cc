#include "cli/reasons.h"

#include <algorithm>
#include <array>
#include <vector>

#include "node/report/words.h"

namespace schakel::cli {
namespace {

struct CodeHint {
  std::string_view code;
  const char* dutch;
  const char* english;
};
// By ErrorCode; what the node adds about itself stands in its own hints.
constexpr std::array kHints{
    CodeHint{"malformed",
             "controleer wat u gaf; --help toont een voorbeeld",
             "check what was given; --help shows an example"},
    CodeHint{"denied",
             "vraag wie dit mag, of de functionaris (officer) van deze node",
             "ask who may do this, or the officer of this node"},
    CodeHint{"not_found", "controleer de naam of het pad", "check the name or the path"},
    CodeHint{"conflict",
             "bekijk eerst wat er nu staat; er is niets veranderd",
             "look at what is there first; nothing was changed"},
    CodeHint{"exhausted", "maak het kleiner", "make it smaller"},
    CodeHint{"unavailable",
             "probeer opnieuw; `schakel status` toont of de node draait",
             "try again; `schakel status` shows whether the node runs"},
    CodeHint{"corrupt",
             "gebruik het niet; vraag een nieuwe kopie of draai `schakel log verify`",
             "do not use it; get a new copy or run `schakel log verify`"},
    CodeHint{"internal",
             "bewaar wat er op het scherm staat en meld het de beheerder",
             "keep what is on the screen and tell the maintainers"},
};

// By code of the protocol; a fact's name stands for the fact that was missing or too low.
constexpr std::array kNext{
    CodeHint{"HASH_MISMATCH",
             "kijk wat er verschilt: schakel peer test {party}",
             "see what differs: schakel peer test {party}"},
    CodeHint{"LAPSED",
             "het akkoord of het convenant waaronder gevraagd was is voorbij; kijk wat er nu geldt "
             "(schakel covenant status) en vraag opnieuw: schakel scan request {group}",
             "the approval or the covenant that was asked under is over; see what holds now "
             "(schakel covenant status) and ask again: schakel scan request {group}"},
    CodeHint{"LIMIT",
             "vraag over minder personen, of in het volgende kwartaal; wat er over is staat in het "
             "concept: schakel scan request {group}",
             "ask about fewer persons, or next quarter; the draft tells what is left: schakel scan "
             "request {group}"},
    CodeHint{"RECHECK_FAILED",
             "dit antwoord past niet bij het convenant: het is apart gezet en niet gebruikt. Meld "
             "het de privacyfunctionaris, bel {party}, en vraag daarna opnieuw: schakel scan "
             "request {group}",
             "this answer does not fit the covenant: it was put aside and not used. Tell the "
             "officer, call {party}, then ask again: schakel scan request {group}"},
    CodeHint{"STATUS_STALE",
             "kijk wat er in de weg staat: schakel peer test {party}",
             "see what is in the way: schakel peer test {party}"},
    CodeHint{"step",
             "leg eerst het besluit over de stap vast: schakel group decide {group} --step STAP",
             "state the decision about the step first: schakel group decide {group} --step STEP"},
};

std::vector<ReasonText> Gathered() {
  std::vector<ReasonText> all;
  for (const auto& part :
       {GeneralReasonTexts(), CovenantReasonTexts(), ImportReasonTexts(), ProofReasonTexts()})
    all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end(), [](const ReasonText& a, const ReasonText& b) {
    return a.reason < b.reason;
  });
  return all;
}

}  // namespace

std::span<const ReasonText> AllReasonTexts() {
  static const std::vector<ReasonText> all = Gathered();
  return all;
}

std::optional<Worded> Word(std::string_view id,
                           const ReasonArguments& arguments,
                           Language language) {
  const std::optional<Reason> reason = ParseReason(id);
  if (!reason) return std::nullopt;
  const ReasonText& text = AllReasonTexts()[static_cast<size_t>(*reason) - 1];
  Marks marks = arguments;
  // A structural code such as STATUS_STALE means nothing to a reader.
  if (const auto code = marks.find("code"); code != marks.end()) {
    code->second = report::CodeText(language, code->second);
  }
  const bool dutch = language == Language::kDutch;
  const std::optional<std::string> message = Fill(dutch ? text.dutch : text.english, marks);
  const std::optional<std::string> hint = Fill(dutch ? text.dutch_hint : text.english_hint, marks);
  if (!message || !hint) return std::nullopt;
  return Worded{*message, *hint};
}

std::string HintFor(std::string_view code, Language language) {
  for (const CodeHint& known : kHints) {
    if (known.code == code) return language == Language::kDutch ? known.dutch : known.english;
  }
  return {};
}

std::string NextAfter(std::string_view code, const Marks& marks, Language language) {
  for (const CodeHint& known : kNext) {
    if (known.code != code) continue;
    return Fill(language == Language::kDutch ? known.dutch : known.english, marks).value_or("");
  }
  return {};
}

std::vector<std::string_view> CodesWithNext() {
  std::vector<std::string_view> codes;
  for (const CodeHint& known : kNext)
    codes.push_back(known.code);
  return codes;
}

}  // namespace schakel::cli
