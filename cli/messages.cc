#include "cli/messages.h"

#include <array>

#include "cli/text.h"

namespace schakel::cli {
namespace {

constexpr std::array kSentences{
    Sentence{Message::kYes, "ja", "yes"},
    Sentence{Message::kNo, "nee", "no"},
    Sentence{Message::kNoCovenant,
             "Er is nog geen convenant van kracht. Verder: schakel covenant activate",
             "No covenant is in force yet. Next: schakel covenant activate"},
    Sentence{Message::kVersion, "versie", "version"},
    Sentence{Message::kValid, "geldig", "valid"},
    Sentence{Message::kUpTo, "t/m", "to"},
    Sentence{Message::kParty, "partij", "party"},
    Sentence{Message::kName, "naam", "name"},
    Sentence{Message::kSigned, "ondertekend", "signed"},
};

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
