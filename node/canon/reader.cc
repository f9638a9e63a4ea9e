#include "node/canon/reader.h"

#include <algorithm>

namespace schakel::canon {
namespace {

constexpr size_t kMaxNamedKey = 40;

// A surplus key comes from outside: it is named only when it looks like a field name, so that
// nobody writes sentences or line breaks into our log.
std::string SafeName(std::string_view key) {
  const bool plain =
      !key.empty() && key.size() <= kMaxNamedKey && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
      });
  return plain ? std::string(key) : "(unnamable)";
}

}  // namespace

ObjectReader::ObjectReader(const Value& value, std::string_view what)
    : value_(&value), what_(what) {}

Error ObjectReader::Fault(std::string_view key, std::string_view what) const {
  return Malformed(what_ + "." + std::string(key) + ": " + std::string(what));
}

Result<const Value*> ObjectReader::Any(std::string_view key) {
  if (value_->AsObject() == nullptr) return Malformed(what_ + " is no object");
  const Value* member = value_->Find(key);
  if (member == nullptr) return Fault(key, "is missing");
  read_.emplace(key);
  return member;
}

Result<std::string> ObjectReader::Text(std::string_view key) {
  const std::string* text = TRY(Any(key))->AsString();
  if (text == nullptr) return Fault(key, "is not text");
  return *text;
}

Result<int64_t> ObjectReader::Int(std::string_view key) {
  const int64_t* number = TRY(Any(key))->AsInt();
  if (number == nullptr) return Fault(key, "is not an integer");
  return *number;
}

Result<int64_t> ObjectReader::Int(std::string_view key, int64_t low, int64_t high) {
  const int64_t number = TRY(Int(key));
  if (number < low || number > high) return Fault(key, "is out of range");
  return number;
}

Result<bool> ObjectReader::Bool(std::string_view key) {
  const bool* flag = TRY(Any(key))->AsBool();
  if (flag == nullptr) return Fault(key, "is not true or false");
  return *flag;
}

Result<Instant> ObjectReader::Time(std::string_view key) {
  const int64_t millis = TRY(Int(key));
  if (millis < 0) return Fault(key, "is before 1970");
  return FromMillis(millis);
}

Result<Hash> ObjectReader::HashHex(std::string_view key) {
  const std::string text = TRY(Text(key));
  const Result<Hash> hash = DecodeHash(text);
  if (!hash) return Fault(key, "is not 64 hex digits");
  return *hash;
}

Result<Bytes> ObjectReader::Base64(std::string_view key, size_t length) {
  const std::string text = TRY(Text(key));
  Result<Bytes> bytes = DecodeBase64(text);
  if (!bytes || bytes->size() != length) {
    return Fault(key, "is not base64 of " + std::to_string(length) + " bytes");
  }
  return bytes;
}

Result<const Value::Array*> ObjectReader::Array(std::string_view key) {
  const Value::Array* array = TRY(Any(key))->AsArray();
  if (array == nullptr) return Fault(key, "is not an array");
  return array;
}

Result<const Value::Object*> ObjectReader::Object(std::string_view key) {
  const Value::Object* object = TRY(Any(key))->AsObject();
  if (object == nullptr) return Fault(key, "is not an object");
  return object;
}

Result<std::vector<std::string>> ObjectReader::Texts(std::string_view key) {
  const Value::Array* array = TRY(Array(key));
  std::vector<std::string> texts;
  texts.reserve(array->size());
  for (const Value& item : *array) {
    const std::string* text = item.AsString();
    if (text == nullptr) return Fault(key, "holds something that is not text");
    texts.push_back(*text);
  }
  return texts;
}

Result<std::optional<std::string>> ObjectReader::OptionalText(std::string_view key) {
  if (!Has(key)) return std::optional<std::string>();
  return std::optional<std::string>(TRY(Text(key)));
}

Result<std::optional<int64_t>> ObjectReader::OptionalInt(std::string_view key) {
  if (!Has(key)) return std::optional<int64_t>();
  return std::optional<int64_t>(TRY(Int(key)));
}

Result<std::optional<Hash>> ObjectReader::OptionalHash(std::string_view key) {
  if (!Has(key)) return std::optional<Hash>();
  return std::optional<Hash>(TRY(HashHex(key)));
}

bool ObjectReader::Has(std::string_view key) const {
  return value_->Find(key) != nullptr;
}

Result<void> ObjectReader::Done() const {
  const Value::Object* object = value_->AsObject();
  if (object == nullptr) return Malformed(what_ + " is no object");
  for (const auto& [key, member] : *object) {
    if (!read_.contains(key)) return Fault(SafeName(key), "is not a member of it");
  }
  return {};
}

}  // namespace schakel::canon
