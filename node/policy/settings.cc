// The part of a comparison that no question shows: terms, limits, who states a fact, who audits.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "node/base/check.h"
#include "node/base/date.h"
#include "node/canon/json.h"
#include "node/canon/value.h"
#include "node/policy/diff.h"

namespace schakel::policy {
namespace {

using canon::Value;

// A path's members; the texts outlive no call.
using Path = std::vector<std::string>;

struct Effect {
  Direction direction = Direction::kNeutral;
  bool unclear = false;
};
constexpr Effect kUnclear{Direction::kMixed, true};

Effect More(bool more) {
  return {more ? Direction::kWidening : Direction::kNarrowing};
}

Effect OfNumber(const Value* before, const Value* after) {
  const auto number = [](const Value* value) {
    const int64_t* known = value == nullptr ? nullptr : value->AsInt();
    return known == nullptr ? 0 : *known;  // an absent limit is 0
  };
  return More(number(after) > number(before));
}

Effect OfPeriod(const Value* before, const Value* after) {
  if (before == nullptr || after == nullptr) return More(after != nullptr);
  const auto was = ParsePeriod(*before->AsString());
  const auto is = ParsePeriod(*after->AsString());
  CHECK(was.ok() && is.ok());
  const auto order = CompareLength(*is, *was);
  return order == std::strong_ordering::equal ? Effect{} : More(order > 0);
}

std::set<std::string> TextsOf(const Value* value) {
  std::set<std::string> out;
  if (value == nullptr || value->AsArray() == nullptr) return out;
  for (const Value& text : *value->AsArray())
    out.insert(text.AsString() == nullptr ? canon::Write(text) : *text.AsString());
  return out;
}

// More members show more.
Effect OfSet(const Value* before, const Value* after) {
  const std::set<std::string> was = TextsOf(before);
  const std::set<std::string> is = TextsOf(after);
  if (was == is) return {};
  if (std::includes(is.begin(), is.end(), was.begin(), was.end())) return More(true);
  if (std::includes(was.begin(), was.end(), is.begin(), is.end())) return More(false);
  return {Direction::kMixed, false};
}

Effect Opposite(Effect effect) {
  if (effect.direction == Direction::kWidening) return {Direction::kNarrowing};
  if (effect.direction == Direction::kNarrowing) return {Direction::kWidening};
  return effect;
}

Effect OfTerm(const Path& path, const Value* before, const Value* after) {
  if (path.size() != 2 || before == nullptr || after == nullptr) return {};
  if (path[1] == "until") return OfNumber(before, after);
  if (path[1] == "from") return Opposite(OfNumber(before, after));
  return {};
}

Effect OfFact(const Path& path, const Value* before, const Value* after) {
  if (path.size() == 2) return {};  // a fact that came or went: its rules tell
  if (path[2] != "stated_by") return kUnclear;
  if (path.size() == 3) return kUnclear;
  if (path[3] == "threshold") return Opposite(OfNumber(before, after));
  return path[3] == "any" ? OfSet(before, after) : kUnclear;
}

Effect OfCategory(const Path& path, const Value* before, const Value* after) {
  if (path.size() == 2) return {};
  const bool member = path.size() == 4 && (path[2] == "fields" || path[2] == "meta");
  // A field that came or went shows itself in what goes.
  if (member && (before == nullptr || after == nullptr)) return {};
  return path[2] == "guard" ? Effect{} : kUnclear;
}

Effect OfAuditor(const Path& path, const Value* before, const Value* after) {
  if (path.size() == 2) return More(after != nullptr);
  const std::string& member = path[2];
  if (member == "until") return OfNumber(before, after);
  if (member == "detail")
    return More(after != nullptr && after->AsString() != nullptr &&
                *after->AsString() == "decisions");
  if (member != "scope") return {};
  if (path.size() == 4 && path[3] == "organisations") return OfSet(before, after);
  const auto any = [](const Value* value) {
    return value != nullptr && value->AsString() != nullptr && *value->AsString() == "any";
  };
  if (path.size() == 4 && path[3] == "categories") {
    if (any(before) || any(after)) return More(any(after));
    return OfSet(before, after);
  }
  return kUnclear;
}

Effect OfLimit(const Path& path, const Value* before, const Value* after) {
  if (path.size() != 2) return kUnclear;
  const Value* some = after != nullptr ? after : before;
  return some->AsInt() != nullptr ? OfNumber(before, after) : OfPeriod(before, after);
}

Effect EffectOf(const Path& path, const Value* before, const Value* after) {
  const std::string& group = path.front();
  if (group == "valid") return OfTerm(path, before, after);
  if (group == "limits") return OfLimit(path, before, after);
  if (group == "status_max_age") return OfPeriod(before, after);
  if (group == "min_cell") return Opposite(OfNumber(before, after));
  if (group == "on_leave") {
    return More(after == nullptr || *after->AsString() == "continue");
  }
  if (group == "facts") return OfFact(path, before, after);
  if (group == "categories") return OfCategory(path, before, after);
  if (group == "auditors") return OfAuditor(path, before, after);
  if (group == "lineage" || group == "regime" || group == "timezone") return kUnclear;
  // Names, texts, papers, keys; legal bases and defaults show themselves in what goes.
  return {};
}

std::string PathText(const Path& path) {
  std::string out;
  for (const std::string& member : path)
    out += "/" + member;
  return out;
}

class Walker {
 public:
  explicit Walker(std::vector<SettingChange>& out) : out_(out) {}

  void Compare(const Value* before, const Value* after) {
    if (before != nullptr && after != nullptr && *before == *after) return;
    const Value::Object* was = before == nullptr ? nullptr : before->AsObject();
    const Value::Object* is = after == nullptr ? nullptr : after->AsObject();
    if (was == nullptr || is == nullptr) return Add(before, after);
    std::set<std::string> names;
    for (const auto& [name, member] : *was)
      names.insert(name);
    for (const auto& [name, member] : *is)
      names.insert(name);
    for (const std::string& name : names) {
      if (path_.empty() && kElsewhere.contains(name)) continue;
      path_.push_back(name);
      Compare(before->Find(name), after->Find(name));
      path_.pop_back();
    }
  }

 private:
  // Rules are compared by what they do; of the rest each version has its own.
  inline static const std::set<std::string> kElsewhere{"rules", "tests", "version", "previous"};

  void Add(const Value* before, const Value* after) {
    const Effect effect = EffectOf(path_, before, after);
    out_.push_back({PathText(path_),
                    before == nullptr ? "" : canon::Write(*before),
                    after == nullptr ? "" : canon::Write(*after),
                    effect.direction,
                    effect.unclear});
  }

  std::vector<SettingChange>& out_;
  Path path_;
};

Value Read(const covenant::Document& document) {
  auto value = canon::ParseCanonical(document.canonical);
  CHECK(value.ok());  // it was read before it became a Document
  return std::move(*value);
}

}  // namespace

std::vector<SettingChange> CompareSettings(const covenant::Document& before,
                                           const covenant::Document& after) {
  std::vector<SettingChange> out;
  const Value was = Read(before);
  const Value is = Read(after);
  Walker(out).Compare(&was, &is);
  return out;
}

}  // namespace schakel::policy
