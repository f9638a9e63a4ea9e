#include "node/policy/never.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "node/base/bytes.h"

namespace schakel::policy {
namespace {

using covenant::Covenant;
using covenant::Document;
using covenant::FactType;
using covenant::FactValue;
using covenant::Outcome;
using covenant::Verdict;

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : text) {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      out.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) out.push_back(word);
  return out;
}

Result<int64_t> ParseNumber(std::string_view text) {
  int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return Malformed("a whole number, or two with `..` between them, is wanted");
  }
  return out;
}

// "11", "0..11", "12..", "..11".
Result<IntInterval> ParseInterval(std::string_view text) {
  constexpr int64_t kFar = 1'000'000;
  const size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    const int64_t one = TRY(ParseNumber(text));
    return IntInterval{one, one};
  }
  IntInterval out{-kFar, kFar};
  if (dots > 0) out.low = TRY(ParseNumber(text.substr(0, dots)));
  if (dots + 2 < text.size()) out.high = TRY(ParseNumber(text.substr(dots + 2)));
  if (out.low > out.high) return Malformed("the second number is below the first");
  return out;
}

template <typename Keyed>
Result<std::optional<std::string>> NameOrAny(const std::string& word,
                                             const Keyed& known,
                                             std::string_view kind) {
  if (word == "any") return std::optional<std::string>{};
  if (!known.contains(word)) {
    return Malformed("unknown " + std::string(kind) + " `" + word + "`");
  }
  return std::optional<std::string>{word};
}

Result<void> ParseCategory(const std::string& word, const Document& document, Never& out) {
  const size_t dot = word.find('.');
  out.category = TRY(NameOrAny(word.substr(0, dot), document.categories, "category"));
  if (dot == std::string::npos) return {};
  const std::string field = word.substr(dot + 1);
  const bool known =
      std::any_of(document.categories.begin(), document.categories.end(), [&](const auto& entry) {
        return (!out.category || entry.first == *out.category) &&
               entry.second.fields.contains(field);
      });
  if (!known) return Malformed("unknown field `" + field + "`");
  out.field = field;
  return {};
}

bool Selects(const std::optional<std::string>& wanted, const std::string& name) {
  return !wanted || *wanted == name;
}

// Some permit gives records about persons in this cell.
bool GivesAboutPersons(const Covenant& covenant, const Cell& cell) {
  const auto category = covenant.document().categories.find(cell.category);
  if (category == covenant.document().categories.end() || !category->second.about_person)
    return false;
  covenant::Question question;
  question.from = cell.from;
  question.to = cell.to;
  question.purpose = cell.purpose;
  question.category = cell.category;
  return !covenant.PermitsFor(question).empty();
}

}  // namespace

Result<GivenFact> ParseGivenFact(std::string_view text, const Document& document) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) return Malformed("write FACT=VALUE");
  GivenFact out{std::string(text.substr(0, equals)), std::nullopt};
  const std::string value(text.substr(equals + 1));
  const auto declared = document.facts.find(out.fact);
  if (declared == document.facts.end()) return Malformed("unknown fact `" + out.fact + "`");
  if (value == "unknown") return out;
  switch (declared->second.type) {
    case FactType::kBool:
      if (value != "true" && value != "false") {
        return Malformed("`" + out.fact + "` is true, false or unknown");
      }
      out.value = FactValue{value == "true"};
      break;
    case FactType::kEnum: {
      const auto& values = declared->second.values;
      if (std::find(values.begin(), values.end(), value) == values.end()) {
        return Malformed("`" + out.fact + "` has no value `" + value + "`");
      }
      out.value = FactValue{value};
      break;
    }
    case FactType::kInt:
    case FactType::kAge:
    case FactType::kElapsed:
      out.value = FactValue{TRY(ParseInterval(value))};
      break;
  }
  return out;
}

Result<Never> ParseNever(std::string_view text, const Document& document) {
  const std::vector<std::string> words = WordsOf(text);
  if (words.size() < 4 || words[0] != "never" || words[2] != "gets") {
    return Malformed("write `never PARTY gets CATEGORY`");
  }
  Never out;
  out.text = std::string(text);
  out.to = TRY(NameOrAny(words[1], document.parties, "party"));
  TRY(ParseCategory(words[3], document, out));
  for (size_t i = 4; i < words.size(); i += 2) {
    const std::string& word = words[i];
    if (i + 1 == words.size()) return Malformed("nothing follows `" + word + "`");
    const std::string& value = words[i + 1];
    if (word == "as" && out.field) {
      out.form = TRY(covenant::ParseForm(value));
    } else if (word == "as") {
      return Malformed("`as` needs a field: CATEGORY.FIELD");
    } else if (word == "from") {
      out.from = TRY(NameOrAny(value, document.parties, "party"));
    } else if (word == "for") {
      out.purpose = TRY(NameOrAny(value, document.purposes, "purpose"));
    } else if (word == "when" || word == "and") {
      GivenFact fact = TRY(ParseGivenFact(value, document));
      if (!fact.value) return Malformed("an invariant is about known values, not `unknown`");
      out.when.insert_or_assign(fact.fact, std::move(*fact.value));
    } else {
      return Malformed("`" + word + "` is none of as, from, for, when, and");
    }
  }
  return out;
}

Proof Prove(const Covenant& covenant, const Never& never) {
  Proof out;
  const std::array<const Covenant*, 1> one{&covenant};
  for (const Cell& cell : CellsOf(one)) {
    if (!Selects(never.to, cell.to) || !Selects(never.from, cell.from) ||
        !Selects(never.category, cell.category) || !Selects(never.purpose, cell.purpose)) {
      continue;
    }
    bool carried = true;
    for (const auto& [fact, value] : never.when) {
      if (covenant.FactReaches(fact, cell.category)) continue;
      carried = false;
      if (GivesAboutPersons(covenant, cell)) out.untold[fact].insert(cell.category);
    }
    if (!carried) continue;
    SpaceOptions options;
    options.knowledge = Knowledge::kComplete;  // what goes half known goes fully known
    options.absent_fields = false;
    options.narrowed = never.when;
    out.questions +=
        Space(cell, one, std::move(options))
            .Walk([&](const Point& point, std::span<const Verdict> verdicts) {
              if (verdicts[0].outcome == Outcome::kDeny) return true;
              const covenant::Decision decision = covenant.Render(verdicts[0]);
              if (never.field) {
                const auto form = decision.fields.find(*never.field);
                if (form == decision.fields.end()) return true;
                if (never.form && form->second != *never.form) return true;
              }
              out.refuted = Refutation{cell, point.Known(), point.Text(), decision.by, point.now};
              return false;
            });
    if (out.refuted) break;
  }
  return out;
}

}  // namespace schakel::policy
