#include <algorithm>

#include "node/canon/yaml.h"

namespace schakel::canon {
namespace {

constexpr size_t kMaxDigits = 16;  // of 2^53 - 1
constexpr int64_t kMaxInteger = 9007199254740991;

// `0`, `-5`, `2026`; none of `012`, `-0`, `+1`, `1_000`, `0x1f`, nor what a JSON integer cannot
// hold.
std::optional<int64_t> PlainInteger(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits.size() > kMaxDigits) return std::nullopt;
  if (digits[0] == '0' && (digits.size() > 1 || negative)) return std::nullopt;
  int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > kMaxInteger) return std::nullopt;
  return negative ? -value : value;
}

Result<Value> ScalarValue(const YamlNode& node) {
  if (node.quoted) return Value(node.scalar);
  if (node.scalar.empty()) {
    return Malformed("line " + std::to_string(node.position.line) + ": a value is missing");
  }
  if (node.scalar == "true") return Value(true);
  if (node.scalar == "false") return Value(false);
  if (const std::optional<int64_t> integer = PlainInteger(node.scalar)) return Value(*integer);
  return Value(node.scalar);
}

}  // namespace

std::string ToString(const Finding& finding) {
  std::string text = finding.file + ":" + std::to_string(finding.position.line) + ":" +
                     std::to_string(finding.position.column) + ": ";
  text += finding.severity == Finding::Severity::kError ? "error " : "warning ";
  text += finding.id + " " + finding.message;
  if (!finding.fix.empty()) text += "; " + finding.fix;
  return text;
}

const YamlNode* YamlNode::Find(std::string_view key) const {
  const auto found = std::find_if(
      entries.begin(), entries.end(), [key](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Result<Value> ToValue(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kScalar:
      return ScalarValue(node);
    case YamlNode::Kind::kSequence: {
      Value::Array array;
      array.reserve(node.items.size());
      for (const YamlNode& item : node.items)
        array.push_back(TRY(ToValue(item)));
      return Value(std::move(array));
    }
    case YamlNode::Kind::kMapping: {
      Value::Object object;
      for (const YamlNode::Entry& entry : node.entries) {
        Value member = TRY(ToValue(entry.value));
        if (!object.emplace(entry.key, std::move(member)).second) {
          return Malformed("line " + std::to_string(entry.position.line) + ": a key twice");
        }
      }
      return Value(std::move(object));
    }
  }
  return Internal("a YAML node of no kind");
}

}  // namespace schakel::canon
