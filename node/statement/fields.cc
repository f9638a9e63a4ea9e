#include "node/statement/fields.h"

#include <algorithm>

namespace schakel::statement {
namespace {

constexpr size_t kMaxCode = 40;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool IsHexId(std::string_view text, size_t length) {
  return text.size() == length && std::all_of(text.begin(), text.end(), [](char c) {
           return IsDigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool IsToken(std::string_view text, size_t max) {
  return !text.empty() && text.size() <= max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '!' && c <= '~'; });
}

bool IsCode(std::string_view text) {
  if (IsName(text)) return true;
  if (text.empty() || text.size() > kMaxCode || text[0] < 'A' || text[0] > 'Z') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_';
  });
}

Result<Uuid> ReadUuid(canon::ObjectReader& in, std::string_view key) {
  const Result<Uuid> uuid = ParseUuid(TRY(in.Text(key)));
  if (!uuid) return in.Fault(key, "is not a UUID");
  return *uuid;
}

Result<std::string> ReadName(canon::ObjectReader& in, std::string_view key) {
  std::string name = TRY(in.Text(key));
  if (!IsName(name)) return in.Fault(key, "is not a name");
  return name;
}

Result<std::string> ReadToken(canon::ObjectReader& in, std::string_view key, size_t max) {
  std::string token = TRY(in.Text(key));
  if (!IsToken(token, max)) return in.Fault(key, "is not a short word");
  return token;
}

Result<std::string> ReadCode(canon::ObjectReader& in, std::string_view key) {
  std::string code = TRY(in.Text(key));
  if (!IsCode(code)) return in.Fault(key, "is not a code");
  return code;
}

Result<std::string> ReadGroup(canon::ObjectReader& in, std::string_view key) {
  std::string text = TRY(in.Text(key));
  const Result<Ref> ref = ParseRef(text);
  if (!ref || ref->group != text) return in.Fault(key, "is not a group");
  return text;
}

Result<std::string> ReadHexId(canon::ObjectReader& in, std::string_view key, size_t length) {
  std::string id = TRY(in.Text(key));
  if (!IsHexId(id, length)) return in.Fault(key, "is not hex of its length");
  return id;
}

Result<crypto::X25519Public> ReadX25519(canon::ObjectReader& in, std::string_view key) {
  crypto::X25519Public out{};
  const Bytes bytes = TRY(in.Base64(key, out.size()));
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

}  // namespace schakel::statement
