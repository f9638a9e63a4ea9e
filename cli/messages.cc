#include "cli/messages.h"

#include <algorithm>
#include <vector>

#include "cli/text.h"

namespace schakel::cli {
namespace {

// A mark that is not given becomes nothing, and clears `whole`.
std::string Filled(std::string_view text, const Marks& marks, bool& whole) {
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
    whole = whole && mark != marks.end();
    if (mark != marks.end()) out += Printable(mark->second);
    at = close + 1;
  }
  return out;
}

std::vector<Sentence> Gathered() {
  std::vector<Sentence> all;
  for (const auto& part : {ExchangeSentences(), CovenantSentences(), NodeSentences()})
    all.insert(all.end(), part.begin(), part.end());
  std::sort(all.begin(), all.end(), [](const Sentence& a, const Sentence& b) {
    return a.message < b.message;
  });
  return all;
}

}  // namespace

std::span<const Sentence> AllSentences() {
  static const std::vector<Sentence> all = Gathered();
  return all;
}

std::optional<std::string> Fill(std::string_view text, const Marks& marks) {
  bool whole = true;
  std::string filled = Filled(text, marks, whole);
  if (!whole) return std::nullopt;
  return filled;
}

std::string Say(Message message, Language language, const Marks& marks) {
  const Sentence& sentence = AllSentences()[static_cast<size_t>(message)];
  bool whole = true;
  return Filled(language == Language::kDutch ? sentence.dutch : sentence.english, marks, whole);
}

}  // namespace schakel::cli
