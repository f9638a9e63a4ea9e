#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/covenant/layout.h"

namespace schakel::covenant {
namespace {

constexpr size_t kLongestWord = 40;

using Order = std::vector<std::string_view>;

const std::map<std::string_view, Order>& Orders() {
  static const std::map<std::string_view, Order> orders{
      {"", {"covenant",   "lineage",  "version",        "previous", "title",    "regime",
            "valid",      "timezone", "status_max_age", "limits",   "min_cell", "on_leave",
            "documents",  "parties",  "auditors",       "purposes", "bases",    "facts",
            "categories", "defaults", "rules",          "tests"}},
      {"valid", {"from", "until", "review_by"}},
      {"limits",
       {"subjects_per_request", "persons_per_group_per_quarter", "request_ttl", "approval_ttl"}},
      {"documents.*", {"title", "sha256"}},
      {"parties.*", {"name", "oin", "organisation", "roots", "threshold"}},
      {"auditors.*", {"name", "roots", "threshold", "scope", "detail", "until"}},
      {"auditors.*.scope", {"organisations", "categories"}},
      {"bases.*", {"law", "instrument", "giver", "purposes", "until", "needs", "bsn"}},
      {"facts.*", {"type", "values", "ordered", "range", "about", "from", "stated_by"}},
      {"facts.*.range", {"min", "max"}},
      {"facts.*.stated_by", {"any", "threshold"}},
      {"categories.*", {"about", "fields", "meta", "aggregate", "min_cell", "guard"}},
      {"categories.*.aggregate", {"of", "date", "by", "period", "round"}},
      {"categories.*.aggregate.by.*", {"field", "form"}},
      {"defaults", {"retain", "onward", "journal"}},
      {"rules.*",
       {"id",
        "permit",
        "deny",
        "guard",
        "when",
        "fields",
        "unless_form",
        "require",
        "retain",
        "approval",
        "onward",
        "journal",
        "text"}},
      {"rules.*.permit", {"from", "to", "purpose", "basis", "category"}},
      {"rules.*.deny", {"from", "to", "purpose", "category", "fields"}},
      {"rules.*.when.*", {"min", "max"}},
      {"rules.*.approval", {"by", "role", "not", "valid"}},
      {"tests.*", {"name", "ask", "expect"}},
      {"tests.*.ask", {"from", "to", "purpose", "category", "present", "approved", "now", "facts"}},
      {"tests.*.expect",
       {"decision",
        "code",
        "fields",
        "withheld",
        "by",
        "retain",
        "onward",
        "approval",
        "nearest",
        "failed"}}};
  return orders;
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Words that some YAML reader takes for something else than text.
bool IsTaken(std::string_view text) {
  static const std::set<std::string, std::less<>> taken{
      "true", "false", "yes", "no", "on", "off", "y", "n", "null", "fill", "nan", "inf"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return taken.contains(lower);
}

// A name, an id, `persoon.geboortedatum`, `Europe/Amsterdam`, `P6M`.
bool IsWord(std::string_view text) {
  if (text.empty() || text.size() > kLongestWord || !IsLetter(text[0]) || IsTaken(text)) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsLetter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/';
  });
}

}  // namespace

const std::vector<std::string_view>& KeyOrder(std::string_view path) {
  static const Order none;
  const auto it = Orders().find(path);
  return it == Orders().end() ? none : it->second;
}

std::string SpellText(std::string_view text) {
  const auto date = ParseIsoDate(text);
  if ((date.ok() && date->complete()) || ParseUuid(text).ok()) return std::string(text);
  if (IsWord(text)) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace schakel::covenant
