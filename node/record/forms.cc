#include "node/record/forms.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <vector>

#include "node/base/bytes.h"
#include "node/record/utf8.h"

namespace schakel::record {
namespace {

using covenant::FieldType;
using covenant::Form;
using covenant::FormKind;

constexpr std::string_view kBuurt = "buurt";
constexpr size_t kBuurtCodeLength = 10;  // BU and eight digits (CBS)
constexpr std::string_view kMainGroup = "hoofdgroep";

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsBuurtCode(std::string_view text) {
  return text.size() == kBuurtCodeLength && text.starts_with("BU") && AllDigits(text.substr(2));
}

bool IsMainGroup(std::string_view text) {
  return text.size() == 3 && text[1] == '.' && AllDigits(text.substr(0, 1)) &&
         AllDigits(text.substr(2));
}

// "1.4" of "1.4.3" or "Openlijk geweld (1.4.3)": a code of CBS 47018NED, "SoortMisdrijf".
std::optional<std::string> MainGroup(std::string_view text) {
  if (text.ends_with(')')) {
    const size_t open = text.rfind('(');
    if (open == std::string_view::npos) return std::nullopt;
    text = text.substr(open + 1, text.size() - open - 2);
  }
  const std::string_view group = text.substr(0, 3);
  if (!IsMainGroup(group) || text.size() < 5 || text[3] != '.' || !AllDigits(text.substr(4)))
    return std::nullopt;
  return std::string(group);
}

std::string Digits(int value, int width) {
  char text[16];
  std::snprintf(text, sizeof text, "%0*d", width, value);
  return text;
}

// The bounds of a band form, ascending; empty when they are not well-formed.
std::vector<int> Bounds(std::string_view parameter) {
  std::vector<int> bounds;
  while (true) {
    const size_t comma = parameter.find(',');
    const std::string_view part = parameter.substr(0, comma);
    int bound = 0;
    if (!AllDigits(part) || part.size() > 3) return {};
    std::from_chars(part.data(), part.data() + part.size(), bound);
    if (bound == 0 || (!bounds.empty() && bound <= bounds.back())) return {};
    bounds.push_back(bound);
    if (comma == std::string_view::npos) return bounds;
    parameter.remove_prefix(comma + 1);
  }
}

std::string BandLabel(const std::vector<int>& bounds, size_t band) {
  if (band == bounds.size()) return std::to_string(bounds.back()) + "+";
  const int low = band == 0 ? 0 : bounds[band - 1];
  return std::to_string(low) + "-" + std::to_string(bounds[band] - 1);
}

std::optional<FieldValue> Band(const Form& form, const IncompleteDate& birth, Day today) {
  const std::vector<int> bounds = Bounds(form.parameter);
  if (bounds.empty()) return std::nullopt;
  const Day first = QuarterOf(today).first;
  const int low = AgeOn(birth.Latest(), first);
  const int high = AgeOn(birth.Earliest(), first);
  const auto band_of = [&bounds](int age) {
    return static_cast<size_t>(std::upper_bound(bounds.begin(), bounds.end(), age) -
                               bounds.begin());
  };
  // Somebody born this quarter is minus one on its first day: no age, no band.
  if (low < 0 || band_of(low) != band_of(high)) return std::nullopt;
  return BandLabel(bounds, band_of(low));
}

std::string FirstLetter(std::string_view text) {
  const std::vector<std::string_view> words = Words(text);
  if (words.empty() || !IsUtf8(text)) return {};
  size_t end = 0;
  NextCodePoint(words.front(), end);
  std::string letter(words.front().substr(0, end));
  if (letter.size() == 1 && letter[0] >= 'a' && letter[0] <= 'z') {
    letter[0] = static_cast<char>(letter[0] - 'a' + 'A');
  }
  return letter;
}

std::optional<FieldValue> Initials(const Name& name) {
  std::string initials;
  for (const std::string* part : {&name.voornamen, &name.geslachtsnaam}) {
    const std::string letter = FirstLetter(*part);
    if (!letter.empty()) initials += letter + ".";
  }
  if (initials.empty()) return std::nullopt;
  return initials;
}

std::optional<FieldValue> DateForm(const Form& form, const IncompleteDate& date, Day today) {
  switch (form.kind) {
    case FormKind::kPlain:
      return date;
    case FormKind::kMonth:
      if (date.month == 0) return std::nullopt;
      return Digits(date.year, 4) + "-" + Digits(static_cast<int>(date.month), 2);
    case FormKind::kYear:
      return Digits(date.year, 4);
    case FormKind::kBand:
      return Band(form, date, today);
    case FormKind::kMatch:
    case FormKind::kInitials:
    case FormKind::kCoarse:
    case FormKind::kPseudonymRecipient:
    case FormKind::kPseudonymCovenant:
    case FormKind::kReviewed:
    case FormKind::kWithheld:
      break;
  }
  return std::nullopt;
}

std::optional<FieldValue> TextForm(FieldType type,
                                   const Form& form,
                                   const std::string& text,
                                   const Pseudonyms* pseudonyms) {
  if (form.kind == FormKind::kPlain || form.kind == FormKind::kReviewed) return text;
  if (form.kind == FormKind::kMatch && type == FieldType::kBsn && HasBsnShape(text)) return text;
  if (form.kind == FormKind::kCoarse && form.parameter == kBuurt) {
    const std::string_view code = std::string_view(text).substr(0, kBuurtCodeLength);
    // "BU999901021" is no code with something behind it.
    const bool ends = text.size() == kBuurtCodeLength || text[kBuurtCodeLength] == ' ';
    if (IsBuurtCode(code) && ends) return std::string(code);
  }
  if (form.kind == FormKind::kCoarse && form.parameter == kMainGroup) return MainGroup(text);
  if (pseudonyms == nullptr) return std::nullopt;
  if (form.kind == FormKind::kPseudonymRecipient) return pseudonyms->ForRecipient(text);
  if (form.kind == FormKind::kPseudonymCovenant) return pseudonyms->ForCovenant(text);
  return std::nullopt;
}

bool IsMonth(std::string_view text) {
  return text.size() == 7 && text[4] == '-' && text.substr(5) != "00" &&
         ParseIsoDate(std::string(text) + "-00").ok();
}

bool IsYear(std::string_view text) {
  return text.size() == 4 && text != "0000" && ParseIsoDate(std::string(text) + "-00-00").ok();
}

bool IsBand(const Form& form, std::string_view text) {
  const std::vector<int> bounds = Bounds(form.parameter);
  if (bounds.empty()) return false;
  for (size_t band = 0; band <= bounds.size(); ++band) {
    if (BandLabel(bounds, band) == text) return true;
  }
  return false;
}

// One or two letters, each with its dot: more would be the name.
bool IsInitials(std::string_view text) {
  if (!IsUtf8(text)) return false;
  size_t letters = 0;
  size_t at = 0;
  while (at < text.size()) {
    if (NextCodePoint(text, at) == U'.' || at >= text.size() || text[at] != '.') return false;
    ++at;
    ++letters;
  }
  return letters == 1 || letters == 2;
}

bool TextHasForm(FieldType type, const Form& form, const std::string& text) {
  switch (form.kind) {
    case FormKind::kPlain:
      return type == FieldType::kCode || type == FieldType::kRef;
    case FormKind::kMatch:
      return HasBsnShape(text);
    case FormKind::kMonth:
      return IsMonth(text);
    case FormKind::kYear:
      return IsYear(text);
    case FormKind::kBand:
      return IsBand(form, text);
    case FormKind::kInitials:
      return IsInitials(text);
    case FormKind::kCoarse:
      return (form.parameter == kBuurt && IsBuurtCode(text)) ||
             (form.parameter == kMainGroup && IsMainGroup(text));
    case FormKind::kReviewed:
      return type == FieldType::kFreetext;
    case FormKind::kPseudonymRecipient:
    case FormKind::kPseudonymCovenant:
      return IsPseudonym(text);
    case FormKind::kWithheld:
      break;
  }
  return false;
}

}  // namespace

std::optional<FieldValue> ApplyForm(FieldType type,
                                    const Form& form,
                                    const FieldValue& value,
                                    Day today,
                                    const Pseudonyms* pseudonyms) {
  if (IsEmpty(value) || !HasType(value, type) || !covenant::Accepts(type, form)) {
    return std::nullopt;
  }
  if (const auto* date = std::get_if<IncompleteDate>(&value)) return DateForm(form, *date, today);
  if (const auto* text = std::get_if<std::string>(&value))
    return TextForm(type, form, *text, pseudonyms);
  if (form.kind == FormKind::kPlain) return value;
  if (const auto* name = std::get_if<Name>(&value)) {
    if (form.kind == FormKind::kInitials) return Initials(*name);
  }
  return std::nullopt;
}

Result<void> CheckForm(FieldType type, const Form& form, const FieldValue& value) {
  if (!covenant::Accepts(type, form)) return Denied("a form that the field's type does not take");
  if (IsEmpty(value)) return Denied("a field without a value");
  if (!CheckValue(value)) return Denied("a value outside its limits");
  bool fits = false;
  if (const auto* text = std::get_if<std::string>(&value)) {
    fits = TextHasForm(type, form, *text);
  } else {
    fits = form.kind == FormKind::kPlain && HasType(value, type);
  }
  if (!fits) return Denied("a value in another form than " + covenant::ToString(form));
  return {};
}

}  // namespace schakel::record
