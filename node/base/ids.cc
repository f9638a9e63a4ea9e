#include "node/base/ids.h"

#include <algorithm>

#include "node/base/bytes.h"

namespace schakel {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool IsGroup(std::string_view text) {
  const size_t first = text.find('-');
  if (first == std::string_view::npos || first < 2 || first > 6) return false;
  const size_t second = text.find('-', first + 1);
  if (second != first + 5) return false;
  const std::string_view number = text.substr(second + 1);
  const std::string_view year = text.substr(first + 1, 4);
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(first), IsUpper) &&
         std::all_of(year.begin(), year.end(), IsDigit) && number.size() >= 3 &&
         number.size() <= 6 && std::all_of(number.begin(), number.end(), IsDigit);
}

}  // namespace

std::string ToString(const Uuid& uuid) {
  std::string text = EncodeHex(uuid.bytes);
  for (const size_t position : {8U, 13U, 18U, 23U})
    text.insert(position, 1, '-');
  return text;
}

Result<Uuid> ParseUuid(std::string_view text) {
  if (text.size() != 36) return Malformed("a UUID has 36 characters");
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return Malformed("not a UUID");
    if (!dash) digits.push_back(text[i]);
  }
  const Bytes bytes = TRY(DecodeHex(digits));
  Uuid uuid;
  std::copy(bytes.begin(), bytes.end(), uuid.bytes.begin());
  return uuid;
}

Uuid MakeUuidV4(Entropy& entropy) {
  Uuid uuid;
  entropy.Fill(uuid.bytes);
  uuid.bytes[6] = static_cast<uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
  uuid.bytes[8] = static_cast<uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
  return uuid;
}

Uuid MakeUuidV7(Instant now, Entropy& entropy) {
  Uuid uuid;
  entropy.Fill(uuid.bytes);
  const auto millis = static_cast<uint64_t>(ToMillis(now));
  for (size_t i = 0; i < 6; ++i)
    uuid.bytes[i] = static_cast<uint8_t>(millis >> (40 - 8 * i));
  uuid.bytes[6] = static_cast<uint8_t>((uuid.bytes[6] & 0x0f) | 0x70);
  uuid.bytes[8] = static_cast<uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
  return uuid;
}

Result<Ref> ParseRef(std::string_view text) {
  Ref ref;
  const size_t slash = text.find('/');
  ref.group = std::string(text.substr(0, slash));
  if (!ref.group.empty() && !IsGroup(ref.group)) return Malformed("not a group reference");
  if (slash == std::string_view::npos) {
    if (ref.group.empty()) return Malformed("an empty reference");
    return ref;
  }
  std::string_view rest = text.substr(slash + 1);
  const size_t at = rest.find('@');
  if (at != std::string_view::npos) {
    ref.party = std::string(rest.substr(at + 1));
    if (!IsName(ref.party)) return Malformed("not a party in the reference");
    rest = rest.substr(0, at);
  }
  if (rest.empty() || rest.size() > 4 || rest[0] == '0' ||
      !std::all_of(rest.begin(), rest.end(), IsDigit)) {
    return Malformed("not a round in the reference");
  }
  int round = 0;
  for (const char c : rest)
    round = round * 10 + (c - '0');
  ref.round = round;
  return ref;
}

std::string ToString(const Ref& ref) {
  std::string text = ref.group;
  if (ref.round) text += "/" + std::to_string(*ref.round);
  if (!ref.party.empty()) text += "@" + ref.party;
  return text;
}

bool IsName(std::string_view text) {
  if (text.empty() || text.size() > 40 || text[0] < 'a' || text[0] > 'z') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || IsDigit(c) || c == '_' || c == '-';
  });
}

}  // namespace schakel
