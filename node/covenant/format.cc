#include "node/covenant/format.h"

#include <algorithm>
#include <utility>

#include "node/base/check.h"
#include "node/base/date.h"
#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/canon/yaml_comments.h"
#include "node/covenant/author.h"
#include "node/covenant/layout.h"

namespace schakel::covenant {
namespace {

using canon::Value;
using canon::YamlNode;

bool IsFill(const YamlNode& node) {
  return node.kind == YamlNode::Kind::kScalar && !node.quoted && node.scalar == "fill";
}

// The same apart from the order of members, which means nothing, and from spelling.
bool SameMeaning(const YamlNode& a, const YamlNode& b) {
  if (a.kind != b.kind || IsFill(a) != IsFill(b)) return false;
  switch (a.kind) {
    case YamlNode::Kind::kScalar: {
      const auto left = canon::ToValue(a);
      const auto right = canon::ToValue(b);
      return left.ok() && right.ok() && *left == *right;
    }
    case YamlNode::Kind::kSequence:
      return std::equal(
          a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), SameMeaning);
    case YamlNode::Kind::kMapping:
      return a.entries.size() == b.entries.size() &&
             std::all_of(a.entries.begin(), a.entries.end(), [&](const auto& entry) {
               const YamlNode* other = b.Find(entry.key);
               return other != nullptr && SameMeaning(entry.value, *other);
             });
  }
  return false;
}

YamlNode NodeOf(const Value& value) {
  YamlNode node;
  if (const bool* flag = value.AsBool()) {
    node.scalar = *flag ? "true" : "false";
  } else if (const int64_t* number = value.AsInt()) {
    node.scalar = std::to_string(*number);
  } else if (const std::string* text = value.AsString()) {
    node.scalar = *text;
    node.quoted = true;
  } else if (const Value::Array* array = value.AsArray()) {
    node.kind = YamlNode::Kind::kSequence;
    for (const Value& item : *array)
      node.items.push_back(NodeOf(item));
  } else {
    node.kind = YamlNode::Kind::kMapping;
    for (const auto& [key, member] : *value.AsObject())
      node.entries.push_back({key, {}, NodeOf(member)});
  }
  return node;
}

Value* Member(Value* value, std::string_view key) {
  Value::Object* object = value == nullptr ? nullptr : value->AsObject();
  if (object == nullptr) return nullptr;
  const auto it = object->find(key);
  return it == object->end() ? nullptr : &it->second;
}

// The reverse of what ConvertYaml does to a date.
Result<void> ToDate(Value* instant, bool after, Zone zone, const std::string& what) {
  if (instant == nullptr || instant->AsInt() == nullptr) return {};
  constexpr int64_t kLatestMillis = 253'402'300'799'999;
  const int64_t millis = *instant->AsInt();
  if (millis < 0 || millis > kLatestMillis) return Malformed(what + " is no day");
  const Day day = DayOf(FromMillis(millis), zone);
  if (ToMillis(FirstInstantOf(day, zone)) != millis) {
    return Malformed(what + " is not the beginning of a day in the covenant's zone");
  }
  *instant = Value(ToIso(day - std::chrono::days{after ? 1 : 0}));
  return {};
}

Result<void> ToDates(Value& value) {
  Zone zone = Zone::kAmsterdam;
  if (const Value* name = Member(&value, "timezone"); name != nullptr && name->AsString()) {
    if (const auto parsed = ParseZone(*name->AsString()); parsed.ok()) zone = *parsed;
  }
  Value* valid = Member(&value, "valid");
  TRY(ToDate(Member(valid, "from"), /*after=*/false, zone, "valid.from"));
  TRY(ToDate(Member(valid, "until"), /*after=*/true, zone, "valid.until"));
  TRY(ToDate(Member(valid, "review_by"), /*after=*/true, zone, "valid.review_by"));
  for (const char* list : {"bases", "auditors"}) {
    Value* holders = Member(&value, list);
    if (holders == nullptr || holders->AsObject() == nullptr) continue;
    for (auto& [id, holder] : *holders->AsObject()) {
      const std::string what = std::string(list) + "." + id + ".until";
      TRY(ToDate(Member(&holder, "until"), /*after=*/true, zone, what));
    }
  }
  return {};
}

}  // namespace

FormattedYaml FormatYaml(std::string_view text, std::string_view file) {
  canon::YamlResult yaml = canon::ParseYaml(text, file, kMaxCovenantBytes);
  if (!yaml.root) return {std::nullopt, std::move(yaml.findings)};
  const std::vector<canon::YamlComment> comments = canon::ReadComments(text, *yaml.root);
  std::string out = WriteLayout(*yaml.root, text, comments);
  // What a slip in the layout would cost is a covenant that says something else.
  canon::YamlResult again = canon::ParseYaml(out, file, kMaxCovenantBytes);
  if (!again.root) return {std::nullopt, std::move(again.findings)};
  CHECK(SameMeaning(*yaml.root, *again.root));
  return {std::move(out), {}};
}

Result<std::string> FormatCanonical(std::string_view canonical) {
  if (canonical.size() > kMaxCovenantBytes) return Exhausted("a covenant of more than 1 MiB");
  Value value = TRY(canon::ParseCanonical(canonical));
  TRY(ToDates(value));
  std::string out = WriteLayout(NodeOf(value), {}, {});
  if (out.size() > kMaxCovenantBytes) return Exhausted("more than 1 MiB as YAML");
  const ConvertedYaml again = ConvertYaml(out, "");
  if (!again.value) return Malformed("cannot be YAML: " + again.findings.front().message);
  if (canon::Write(*again.value) != canonical) {
    return Malformed("a covenant that reads otherwise as YAML");
  }
  return out;
}

}  // namespace schakel::covenant
