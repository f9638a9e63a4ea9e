// Forms and the lattice of each field type (covenant.md, "Document model").
#include <algorithm>
#include <array>
#include <utility>

#include "node/covenant/document.h"

namespace schakel::covenant {
namespace {

constexpr int kMaxBandYears = 150;

constexpr std::array<std::pair<FormKind, std::string_view>, 9> kFixedForms{{
    {FormKind::kPlain, "plain"},
    {FormKind::kMatch, "match"},
    {FormKind::kMonth, "month"},
    {FormKind::kYear, "year"},
    {FormKind::kInitials, "initials"},
    {FormKind::kPseudonymRecipient, "pseudonym(recipient)"},
    {FormKind::kPseudonymCovenant, "pseudonym(covenant)"},
    {FormKind::kReviewed, "reviewed"},
    {FormKind::kWithheld, "withheld"},
}};

// The text between `prefix(` and the last `)`.
std::optional<std::string_view> Argument(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size() + 3 || text.substr(0, prefix.size()) != prefix ||
      text[prefix.size()] != '(' || text.back() != ')') {
    return std::nullopt;
  }
  return text.substr(prefix.size() + 1, text.size() - prefix.size() - 2);
}

// Ages in years, ascending, without spaces: one spelling per band.
bool IsBandList(std::string_view text) {
  int previous = 0;
  while (true) {
    const size_t comma = text.find(',');
    const std::string_view number = text.substr(0, comma);
    if (number.empty() || number.size() > 3 || number[0] == '0') return false;
    int years = 0;
    for (const char c : number) {
      if (c < '0' || c > '9') return false;
      years = years * 10 + (c - '0');
    }
    if (years <= previous || years > kMaxBandYears) return false;
    previous = years;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

// How coarse, on the one chain a type has; forms beside the chain are handled by Coarser.
int Rank(FormKind kind) {
  switch (kind) {
    case FormKind::kPlain:
    case FormKind::kMatch:
      return 0;
    case FormKind::kMonth:
    case FormKind::kBand:
    case FormKind::kInitials:
    case FormKind::kCoarse:
    case FormKind::kPseudonymRecipient:
    case FormKind::kPseudonymCovenant:
    case FormKind::kReviewed:
      return 1;
    case FormKind::kYear:
      return 2;
    case FormKind::kWithheld:
      return 3;
  }
  return 3;
}

}  // namespace

std::string ToString(const Form& form) {
  if (form.kind == FormKind::kBand) return "band(" + form.parameter + ")";
  if (form.kind == FormKind::kCoarse) return "coarse(" + form.parameter + ")";
  for (const auto& [kind, name] : kFixedForms) {
    if (kind == form.kind) return std::string(name);
  }
  return "withheld";
}

Result<Form> ParseForm(std::string_view text) {
  for (const auto& [kind, name] : kFixedForms) {
    if (name == text) return Form{kind, ""};
  }
  if (const auto bounds = Argument(text, "band"); bounds && IsBandList(*bounds)) {
    return Form{FormKind::kBand, std::string(*bounds)};
  }
  if (const auto map = Argument(text, "coarse"); map && IsName(*map)) {
    return Form{FormKind::kCoarse, std::string(*map)};
  }
  return Malformed("not a form");
}

bool Accepts(FieldType type, const Form& form) {
  const FormKind kind = form.kind;
  if (kind == FormKind::kWithheld) return true;
  switch (type) {
    case FieldType::kDate:
      return kind == FormKind::kPlain || kind == FormKind::kMonth || kind == FormKind::kYear ||
             kind == FormKind::kBand;
    case FieldType::kName:
      return kind == FormKind::kPlain || kind == FormKind::kInitials;
    case FieldType::kCode:
      return kind == FormKind::kPlain || kind == FormKind::kCoarse;
    case FieldType::kBsn:
      return kind == FormKind::kMatch || kind == FormKind::kPseudonymRecipient;
    case FieldType::kRef:
      return kind == FormKind::kPseudonymCovenant;
    case FieldType::kFreetext:
      return kind == FormKind::kReviewed;
    case FieldType::kBool:
      return kind == FormKind::kPlain;
  }
  return false;
}

std::optional<Form> Coarser(FieldType type, const Form& a, const Form& b) {
  if (!Accepts(type, a) || !Accepts(type, b)) return std::nullopt;
  if (a == b) return a;
  if (a.kind == b.kind) return std::nullopt;  // two bands, two maps
  const bool a_band = a.kind == FormKind::kBand;
  const bool b_band = b.kind == FormKind::kBand;
  if ((a_band && (b.kind == FormKind::kMonth || b.kind == FormKind::kYear)) ||
      (b_band && (a.kind == FormKind::kMonth || a.kind == FormKind::kYear))) {
    return std::nullopt;
  }
  return Rank(a.kind) < Rank(b.kind) ? b : a;
}

}  // namespace schakel::covenant
