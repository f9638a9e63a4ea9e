#include "cli/reasons.h"

#include <array>

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

}  // namespace

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

}  // namespace schakel::cli
