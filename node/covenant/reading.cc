#include "node/covenant/reading.h"

#include <algorithm>
#include <array>
#include <utility>

namespace schakel::covenant {
namespace {

constexpr size_t kNearEdits = 2;
constexpr size_t kFew = 16;  // so many are compared one by one

// Levenshtein distance; both texts are names, so short.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Join(std::string_view path, std::string_view member) {
  std::string out(path);
  out += '/';
  for (const char c : member) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Join(std::string_view path, size_t index) {
  return std::string(path) + "/" + std::to_string(index);
}

std::string Quoted(std::string_view text) {
  constexpr size_t kShown = 60;
  std::string out = "`";
  for (const char c : text.substr(0, kShown)) {
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  // A cut inside a UTF-8 sequence drops the sequence.
  if (text.size() > kShown) {
    while (out.size() > 1 && (static_cast<unsigned char>(out.back()) & 0x80) != 0)
      out.pop_back();
    out += "...";
  }
  return out + "`";
}

std::string DidYouMean(std::string_view given, const std::vector<std::string>& candidates) {
  constexpr size_t kLongestName = 64;
  if (given.size() > kLongestName) return "";
  const std::string* best = nullptr;
  size_t best_distance = kNearEdits + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestName) continue;
    const size_t distance = EditDistance(given, candidate);
    // A wholly different short name is no suggestion.
    if (distance < best_distance && distance < candidate.size()) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best == nullptr ? "" : "did you mean `" + *best + "`?";
}

Fields::Fields(const canon::Value& value, std::string path, Issues& issues)
    : object_(value.AsObject()), path_(std::move(path)), issues_(issues) {
  if (object_ == nullptr) issues_.Add("E103", path_, "must be a mapping");
}

Fields::Fields(const canon::Value& value,
               const Fields& parent,
               std::string_view key,
               std::optional<size_t> index)
    : object_(value.AsObject()),
      parent_(&parent),
      key_(key),
      index_(index),
      issues_(parent.issues_) {
  if (object_ == nullptr) issues_.Add("E103", path(), "must be a mapping");
}

std::string Fields::path() const {
  if (parent_ == nullptr) return path_;
  std::string path = parent_->At(key_);
  return index_ ? Join(path, *index_) : path;
}

const canon::Value* Fields::Get(std::string_view key, bool required) {
  if (object_ == nullptr) return nullptr;
  const auto it = object_->find(key);
  const canon::Value* const member = it == object_->end() ? nullptr : &it->second;
  if (count_ < asked_.size()) {
    asked_[count_++] = {key, member};
  } else {
    more_.push_back({key, member});
  }
  if (member == nullptr && required) issues_.Add("E102", path(), Quoted(key) + " is missing");
  return member;
}

bool Fields::WasAsked(const canon::Value& member) const {
  const auto is_it = [&member](const Asked& asked) { return asked.member == &member; };
  const auto* const end = asked_.data() + count_;
  return std::find_if(asked_.data(), end, is_it) != end ||
         std::any_of(more_.begin(), more_.end(), is_it);
}

const canon::Value* Fields::Need(std::string_view key) {
  return Get(key, /*required=*/true);
}

const canon::Value* Fields::Maybe(std::string_view key) {
  return Get(key, /*required=*/false);
}

bool Fields::Has(std::string_view key) {
  return Maybe(key) != nullptr;
}

std::string Fields::Text(std::string_view key) {
  const canon::Value* value = Need(key);
  if (value == nullptr) return "";
  return TextOf(key, *value).value_or("");
}

std::optional<std::string> Fields::MaybeText(std::string_view key) {
  const canon::Value* value = Maybe(key);
  if (value == nullptr) return std::nullopt;
  return TextOf(key, *value);
}

std::optional<std::string> Fields::TextOf(std::string_view key, const canon::Value& value) {
  const std::string* text = value.AsString();
  if (text == nullptr || text->empty()) {
    issues_.Add("E103",
                At(key),
                "must be a text that is not empty",
                text == nullptr ? "put it between double quotes" : "");
    return std::nullopt;
  }
  return *text;
}

int64_t Fields::Int(std::string_view key, int64_t low, int64_t high) {
  const canon::Value* value = Need(key);
  if (value == nullptr) return low;
  return IntOf(key, *value, low, high).value_or(low);
}

std::optional<int64_t> Fields::MaybeInt(std::string_view key, int64_t low, int64_t high) {
  const canon::Value* value = Maybe(key);
  if (value == nullptr) return std::nullopt;
  return IntOf(key, *value, low, high);
}

std::optional<int64_t> Fields::IntOf(std::string_view key,
                                     const canon::Value& value,
                                     int64_t low,
                                     int64_t high) {
  const int64_t* number = value.AsInt();
  if (number == nullptr) {
    issues_.Add("E103", At(key), "must be a whole number");
    return std::nullopt;
  }
  if (*number < low || *number > high) {
    issues_.Add("E104",
                At(key),
                "must lie between " + std::to_string(low) + " and " + std::to_string(high));
    return std::nullopt;
  }
  return *number;
}

bool Fields::MaybeBool(std::string_view key, bool fallback) {
  const canon::Value* value = Maybe(key);
  if (value == nullptr) return fallback;
  if (const bool* flag = value->AsBool()) return *flag;
  issues_.Add("E103", At(key), "must be true or false");
  return fallback;
}

std::optional<Instant> Fields::MaybeTime(std::string_view key) {
  // The year 9999: far beyond any covenant, and far below where calendar arithmetic overflows.
  constexpr int64_t kLatestMillis = 253'402'300'799'999;
  const auto millis = MaybeInt(key, 0, kLatestMillis);
  if (!millis) return std::nullopt;
  return FromMillis(*millis);
}

Instant Fields::Time(std::string_view key) {
  if (Need(key) == nullptr) return Instant{};
  return MaybeTime(key).value_or(Instant{});
}

std::optional<Period> Fields::MaybePeriod(std::string_view key) {
  const auto text = MaybeText(key);
  if (!text) return std::nullopt;
  const auto period = ParsePeriod(*text);
  if (!period.ok()) {
    issues_.Add("E104", At(key), "is not a period", "write it as P6M, P14D or PT24H");
    return std::nullopt;
  }
  return *period;
}

Period Fields::NeedPeriod(std::string_view key) {
  if (Need(key) == nullptr) return Period{};
  return MaybePeriod(key).value_or(Period{});
}

std::vector<std::string> Fields::Texts(std::string_view key) {
  if (Need(key) == nullptr) return {};
  return MaybeTexts(key);
}

std::vector<std::string> Fields::MaybeTexts(std::string_view key) {
  const canon::Value* value = Maybe(key);
  if (value == nullptr) return {};
  return ReadTexts(*value, At(key), issues_);
}

void Fields::Unsupported(std::string_view key) {
  if (!Has(key)) return;
  issues_.Add(
      Issue{"E107", At(key), Issue::At::kKey, Quoted(key) + " is not supported by this build", ""});
}

void Fields::Done() {
  if (object_ == nullptr) return;
  for (const auto& [key, value] : *object_) {
    if (WasAsked(value)) continue;
    std::vector<std::string> known;
    for (size_t i = 0; i < count_; ++i)
      known.emplace_back(asked_[i].key);
    for (const Asked& asked : more_)
      known.emplace_back(asked.key);
    issues_.Add(Issue{
        "E101", At(key), Issue::At::kKey, "unknown key " + Quoted(key), DidYouMean(key, known)});
  }
}

std::vector<std::string> ReadTexts(const canon::Value& value,
                                   const std::string& path,
                                   Issues& issues) {
  const canon::Value::Array* array = value.AsArray();
  if (array == nullptr || array->empty()) {
    issues.Add("E103", path, "must be a list of at least one text");
    return {};
  }
  std::vector<std::string> out;
  out.reserve(array->size());
  std::set<std::string_view> seen;
  const bool few = array->size() <= kFew;
  for (size_t i = 0; i < array->size(); ++i) {
    const std::string* text = (*array)[i].AsString();
    if (text == nullptr || text->empty()) {
      issues.Add("E103",
                 Join(path, i),
                 "must be a text that is not empty",
                 "put it between double quotes");
      continue;
    }
    const bool again =
        few ? std::find(out.begin(), out.end(), *text) != out.end() : !seen.insert(*text).second;
    if (again) {
      issues.Add("E106", Join(path, i), Quoted(*text) + " stands here twice");
      continue;
    }
    out.push_back(*text);
  }
  return out;
}

std::string UsualFix(std::string_view id) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kFixes{{
      {"E100", "write the version of the language that this build reads"},
      {"E101", "leave it out; `schakel covenant export --jsonschema` has every key for an editor"},
      {"E102", "add it; `schakel covenant export --jsonschema` tells an editor its type"},
      {"E103", "write a value of that type"},
      {"E104", "write a value that it may have"},
      {"E105", "write a name that the covenant declares, or declare it"},
      {"E106", "give each its own, and name nothing twice"},
      {"E107", "leave it out: this build does not do it"},
      {"E108", "name one party, purpose and category; only a deny may say `any`"},
      {"E109", "name another party, or leave the rule out"},
      {"E110", "name a basis whose `giver` has the party, or add the party there"},
      {"E111", "name a basis whose `purposes` has the purpose, or add the purpose there"},
      {"E112", "write a form that the type has, or `withheld`"},
      {"E113", "write `reviewed`, `match` or `withheld`"},
      {"E114", "leave the field out here"},
      {"E115", "write at most the default"},
      {"E116", "write the same in both rules, or conditions that cannot be true together"},
      {"E117",
       "declare the source in the category's `fields` or `meta`, or leave the condition out"},
      {"E118", "write conditions that can be true together"},
      {"E119", "write a day, as 2026-12-31"},
  }};
  for (const auto& [known, fix] : kFixes) {
    if (known == id) return std::string(fix);
  }
  return "";
}

void CheckName(const std::string& name, const std::string& path, Issues& issues) {
  if (IsName(name) && name != "any" && name != "none") return;
  issues.Add(Issue{"E104",
                   path,
                   Issue::At::kKey,
                   Quoted(name) + " is no name",
                   "use a-z, 0-9, `-` and `_`, a letter first, at most 40; not `any` or `none`"});
}

}  // namespace schakel::covenant
