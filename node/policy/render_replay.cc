#include <string>
#include <utility>

#include "node/policy/replay.h"
#include "node/policy/words.h"

namespace schakel::policy {
namespace {

using canon::Value;
using report::Language;

const char* NameOf(Effect effect) {
  switch (effect) {
    case Effect::kSame:
      return "same";
    case Effect::kGiven:
      return "given";
    case Effect::kStays:
      return "stays";
    case Effect::kFiner:
      return "finer";
    case Effect::kCoarser:
      return "coarser";
    case Effect::kOther:
      return "other";
    case Effect::kUnknown:
      return "unknown";
    case Effect::kApart:
      return "apart";
    case Effect::kErased:
      return "erased";
  }
  return "";
}

const char* TextOf(Effect effect, Language language) {
  switch (effect) {
    case Effect::kSame:
      return Words{"hetzelfde", "the same"}.In(language);
    case Effect::kGiven:
      return Words{"bleef, zou nu gaan", "stayed, would go now"}.In(language);
    case Effect::kStays:
      return Words{"ging, zou nu blijven", "went, would stay now"}.In(language);
    case Effect::kFiner:
      return Words{"zou nu voller gaan", "would go in more detail"}.In(language);
    case Effect::kCoarser:
      return Words{"zou nu grover gaan", "would go in less detail"}.In(language);
    case Effect::kOther:
      return Words{"zou nu anders gaan", "would go otherwise"}.In(language);
    case Effect::kUnknown:
      return Words{"niet te zeggen uit het log", "the log does not tell"}.In(language);
    case Effect::kApart:
      return Words{"bleef om een andere reden", "stayed for another reason"}.In(language);
    case Effect::kErased:
      return Words{"gewist", "erased"}.In(language);
  }
  return "";
}

}  // namespace

std::string ReplayText(const Replayed& replayed, Language language, const report::Paper& paper) {
  std::string out = Words{"Uitwisselingen ", "Exchanges "}.In(language) +
                    std::to_string(replayed.exchanges) + "\n";
  report::Table counts;
  counts.AlignRight(1);
  for (int i = 0; i <= static_cast<int>(kLastEffect); ++i) {
    const auto effect = static_cast<Effect>(i);
    if (effect != Effect::kSame && replayed.Count(effect) == 0) continue;
    counts.Add({{TextOf(effect, language)}, {std::to_string(replayed.Count(effect))}});
  }
  out += counts.Write(paper, 2);
  if (replayed.changes.empty()) return out;
  report::Table table({Words{"Van > aan", "From > to"}.In(language),
                       Words{"Soort", "Category"}.In(language),
                       Words{"Wat", "What"}.In(language),
                       Words{"Toen", "Then"}.In(language),
                       Words{"Nu", "Now"}.In(language),
                       Words{"Aantal", "Number"}.In(language)});
  constexpr size_t kNumbers = 5;
  table.AlignRight(kNumbers);
  for (const auto& [change, count] : replayed.changes) {
    table.Add({{change.cell.from + " > " + change.cell.to},
               {change.cell.category},
               {TextOf(change.effect, language)},
               {change.rules},
               {change.now},
               {std::to_string(count)}});
  }
  return out + "\n" + table.Write(paper);
}

Value ReplayJson(const Replayed& replayed) {
  Value::Object counts;
  for (int i = 0; i <= static_cast<int>(kLastEffect); ++i) {
    const auto effect = static_cast<Effect>(i);
    counts.emplace(NameOf(effect), replayed.Count(effect));
  }
  Value::Array changes;
  for (const auto& [change, count] : replayed.changes) {
    changes.push_back(Value::Object{{"from", change.cell.from},
                                    {"to", change.cell.to},
                                    {"purpose", change.cell.purpose},
                                    {"category", change.cell.category},
                                    {"effect", NameOf(change.effect)},
                                    {"before", change.rules},
                                    {"after", change.now},
                                    {"count", count}});
  }
  return Value::Object{{"exchanges", replayed.exchanges},
                       {"counts", std::move(counts)},
                       {"changes", std::move(changes)}};
}

}  // namespace schakel::policy
