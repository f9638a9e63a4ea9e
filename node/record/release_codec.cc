// Release bytes (proto/README.md, "Release").
#include <algorithm>

#include <google/protobuf/stubs/logging.h>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/record/release.h"
#include "schakel/v1/types.pb.h"

namespace schakel::record {
namespace {

using covenant::Category;
using covenant::Document;
using covenant::FieldType;

// One more than the field's index among the category's declared fields, which are sorted by name.
int NumberOf(const Category& category, const std::string& field) {
  const auto found = category.fields.find(field);
  CHECK(found != category.fields.end());
  return static_cast<int>(std::distance(category.fields.begin(), found)) + 1;
}

void WriteValue(const FieldValue& value, v1::Field& out) {
  if (const auto* date = std::get_if<IncompleteDate>(&value)) {
    out.set_text(ToIso(*date));
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    out.set_text(*text);
  } else if (const bool* flag = std::get_if<bool>(&value)) {
    out.set_flag(*flag);
  } else if (const auto* name = std::get_if<Name>(&value)) {
    out.mutable_name()->set_voornamen(name->voornamen);
    out.mutable_name()->set_voorvoegsel(name->voorvoegsel);
    out.mutable_name()->set_geslachtsnaam(name->geslachtsnaam);
  }
}

Result<FieldValue> ReadValue(const v1::Field& in, FieldType type) {
  FieldValue value;
  switch (in.value_case()) {
    case v1::Field::kText: {
      // A plain date has its day, known or not; coarser forms of a date are text.
      const Result<IncompleteDate> date = ParseIsoDate(in.text());
      if (type == FieldType::kDate && date) {
        value = *date;
      } else {
        value = in.text();
      }
      break;
    }
    case v1::Field::kFlag:
      value = in.flag();
      break;
    case v1::Field::kName:
      value = Name{in.name().voornamen(), in.name().voorvoegsel(), in.name().geslachtsnaam()};
      break;
    case v1::Field::VALUE_NOT_SET:
      break;
  }
  if (IsEmpty(value)) return Malformed("a released field without a value");
  // Text may be the coarser form of any type but bool.
  const bool text = std::holds_alternative<std::string>(value) && type != FieldType::kBool;
  if (!text && !HasType(value, type)) return Malformed("a released field of another type");
  if (!CheckValue(value)) return Malformed("a released value outside its limits");
  return value;
}

Result<Uuid> ReadId(const std::string& bytes) {
  Uuid id;
  if (bytes.size() != id.bytes.size()) return Malformed("a release id of the wrong length");
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

Result<Release> FromMessage(const v1::Release& message, const Document& document) {
  const auto category = document.categories.find(message.category());
  if (category == document.categories.end()) return Malformed("a release of an unknown category");
  Release release;
  release.id = TRY(ReadId(message.id()));
  release.category = message.category();
  if (!message.row().empty()) release.row = TRY(ReadId(message.row()));
  if (message.kind() != v1::RECORD_KIND_HARD && message.kind() != v1::RECORD_KIND_SOFT) {
    return Malformed("a release that is neither hard nor soft");
  }
  release.hardness = message.kind() == v1::RECORD_KIND_SOFT ? Hardness::kSoft : Hardness::kHard;
  for (const std::string& rule : message.by()) {
    if (rule.empty() || (!release.by.empty() && release.by.back() >= rule)) {
      return Malformed("rule ids that are not sorted");
    }
    release.by.push_back(rule);
  }
  if (release.by.empty()) return Malformed("a release without a rule");
  release.retain = TRY(ParsePeriod(message.retain()));
  for (const std::string& party : message.onward()) {
    if (!IsName(party)) return Malformed("an onward party that is no name");
    release.onward.insert(party);
  }
  if (message.fields().empty()) return Malformed("a release without fields");
  for (const v1::Field& field : message.fields()) {
    if (field.number() == 0 || field.number() > category->second.fields.size()) {
      return Malformed("a field number outside the catalogue");
    }
    const auto declared =
        std::next(category->second.fields.begin(), static_cast<int>(field.number()) - 1);
    FieldValue value = TRY(ReadValue(field, declared->second));
    if (!release.fields.emplace(declared->first, std::move(value)).second) {
      return Malformed("a field that is released twice");
    }
  }
  return release;
}

}  // namespace

Result<Bytes> EncodeRelease(const Release& release, const Document& document) {
  const auto category = document.categories.find(release.category);
  CHECK(category != document.categories.end());
  CHECK(!release.fields.empty());
  v1::Release message;
  message.set_id(release.id.bytes.data(), release.id.bytes.size());
  message.set_category(release.category);
  if (release.row) message.set_row(release.row->bytes.data(), release.row->bytes.size());
  message.set_kind(release.hardness == Hardness::kSoft ? v1::RECORD_KIND_SOFT
                                                       : v1::RECORD_KIND_HARD);
  for (const std::string& rule : release.by)
    message.add_by(rule);
  message.set_retain(ToString(release.retain));
  for (const std::string& party : release.onward)
    message.add_onward(party);
  for (const auto& [field, value] : release.fields) {
    v1::Field& out = *message.add_fields();
    out.set_number(static_cast<uint32_t>(NumberOf(category->second, field)));
    WriteValue(value, out);
  }
  // A message without maps and unknown fields has one serialisation: fields by number.
  Bytes bytes(message.ByteSizeLong());
  if (bytes.size() > kMaxReleaseBytes) return Exhausted("a release that is too large");
  if (!message.SerializeToArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Malformed("a released text that is not UTF-8");
  }
  return bytes;
}

Result<Release> DecodeRelease(ByteView bytes, const Document& document) {
  if (bytes.size() > kMaxReleaseBytes) return Malformed("a release that is too large");
  v1::Release message;
  // Otherwise the library writes a line of its own to stderr for text that is not UTF-8, as often
  // as a peer likes.
  const google::protobuf::LogSilencer silence;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Malformed("a release that does not parse");
  }
  Release release = TRY(FromMessage(message, document));
  // One release, one spelling: refuses unknown and repeated fields, another order, explicit
  // defaults and overlong numbers at once.
  const Bytes again = TRY(EncodeRelease(release, document));
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) {
    return Malformed("a release in another spelling");
  }
  return release;
}

}  // namespace schakel::record
