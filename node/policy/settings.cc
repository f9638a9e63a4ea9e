// The part of a comparison that no question shows: terms, limits, who states a fact, who audits;
// and the text of rules and tests, for what it says beside what goes (a legal basis, why not).
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

// On which law something goes is not for a computation to weigh, so nobody is told that it is
// equal.
Effect OfBasis(const Path& path, const Value* before, const Value* after) {
  if (path.size() < 3) return {};
  if (path[2] == "bsn") return OfSet(before, after);
  return path[2] == "law" || path[2] == "instrument" ? kUnclear : Effect{};
}

Effect OfRule(const Path& path) {
  return path.size() == 4 && path[2] == "permit" && path[3] == "basis" ? kUnclear : Effect{};
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
  if (group == "bases") return OfBasis(path, before, after);
  if (group == "rules") return OfRule(path);
  if (group == "documents") return path.back() == "sha256" ? kUnclear : Effect{};
  if (group == "lineage" || group == "regime" || group == "timezone") return kUnclear;
  // Names, texts, keys, tests; what defaults and rules do shows itself in what goes.
  return {};
}

std::string PathText(const Path& path) {
  std::string out;
  for (const std::string& member : path)
    out += "/" + member;
  return out;
}

// The day of a moment; nothing for another member.
std::optional<Day> DayAt(const Path& path, const Value* value, const covenant::Document& document) {
  const int64_t* moment = value == nullptr ? nullptr : value->AsInt();
  if (moment == nullptr) return std::nullopt;
  const std::string& member = path.back();
  const bool end = member == "until" || member == "review_by";
  if (!end && path != Path{"valid", "from"}) return std::nullopt;
  return DayOf(Instant{std::chrono::milliseconds{*moment - (end ? 1 : 0)}}, document.zone);
}

class Walker {
 public:
  Walker(const covenant::Document& before,
         const covenant::Document& after,
         std::vector<SettingChange>& out)
      : before_(before), after_(after), out_(out) {}

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
  // Each version has its own.
  inline static const std::set<std::string> kElsewhere{"version", "previous"};

  void Add(const Value* before, const Value* after) {
    const Effect effect = EffectOf(path_, before, after);
    out_.push_back({PathText(path_),
                    before == nullptr ? "" : canon::Write(*before),
                    after == nullptr ? "" : canon::Write(*after),
                    effect.direction,
                    effect.unclear,
                    DayAt(path_, before, before_),
                    DayAt(path_, after, after_)});
  }

  const covenant::Document& before_;
  const covenant::Document& after_;
  std::vector<SettingChange>& out_;
  Path path_;
};

// The list as members by the name that each has for itself: another order is no difference.
void NameMembers(Value::Object& document, const std::string& list, const std::string& name) {
  const auto place = document.find(list);
  if (place == document.end()) return;
  Value::Object out;
  for (const Value& member : *place->second.AsArray()) {
    Value::Object rest = *member.AsObject();
    rest.erase(name);
    out.emplace(*member.Find(name)->AsString(), Value(std::move(rest)));
  }
  place->second = Value(std::move(out));
}

Value Read(const covenant::Document& document) {
  auto value = canon::ParseCanonical(document.canonical);
  CHECK(value.ok());  // it was read before it became a Document
  Value::Object members = *value->AsObject();
  NameMembers(members, "rules", "id");
  NameMembers(members, "tests", "name");
  return Value(std::move(members));
}

}  // namespace

std::vector<SettingChange> CompareSettings(const covenant::Document& before,
                                           const covenant::Document& after) {
  std::vector<SettingChange> out;
  const Value was = Read(before);
  const Value is = Read(after);
  Walker(before, after, out).Compare(&was, &is);
  return out;
}

}  // namespace schakel::policy
