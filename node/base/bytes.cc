#include "node/base/bytes.h"

#include <bit>
#include <cstring>

#include "node/base/check.h"

namespace schakel {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

int Base64Value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

template <typename T>
void AppendBigEndian(Bytes& out, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<uint8_t>(value >> shift));
  }
}

template <typename T>
T ReadBigEndian(ByteView bytes) {
  CHECK(bytes.size() >= sizeof(T));
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>((value << 8) | bytes[i]);
  return value;
}

}  // namespace

ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes ToBytes(std::string_view text) {
  const ByteView view = AsBytes(text);
  return {view.begin(), view.end()};
}

std::string ToText(ByteView bytes) {
  return std::string(AsText(bytes));
}

std::string EncodeHex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    text.push_back(kHexDigits[byte >> 4]);
    text.push_back(kHexDigits[byte & 15]);
  }
  return text;
}

Result<Bytes> DecodeHex(std::string_view text) {
  if (text.size() % 2 != 0) return Malformed("hex of odd length");
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = HexValue(text[i]);
    const int low = HexValue(text[i + 1]);
    if (high < 0 || low < 0) return Malformed("not a lower-case hex digit");
    bytes.push_back(static_cast<uint8_t>(high * 16 + low));
  }
  return bytes;
}

Result<Hash> DecodeHash(std::string_view text) {
  if (text.size() != 64) return Malformed("a hash has 64 hex digits");
  const Bytes bytes = TRY(DecodeHex(text));
  Hash hash{};
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

std::string EncodeBase64(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t left = bytes.size() - i;
    uint32_t group = static_cast<uint32_t>(bytes[i]) << 16;
    if (left > 1) group |= static_cast<uint32_t>(bytes[i + 1]) << 8;
    if (left > 2) group |= bytes[i + 2];
    text.push_back(kBase64Digits[group >> 18]);
    text.push_back(kBase64Digits[(group >> 12) & 63]);
    text.push_back(left > 1 ? kBase64Digits[(group >> 6) & 63] : '=');
    text.push_back(left > 2 ? kBase64Digits[group & 63] : '=');
  }
  return text;
}

Result<Bytes> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return Malformed("base64 without its padding");
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const int padding = !last || text[i + 3] != '=' ? 0 : (text[i + 2] == '=' ? 2 : 1);
    uint32_t group = 0;
    for (size_t j = 0; j < 4; ++j) {
      const bool padded = j >= 4 - static_cast<size_t>(padding);
      const int value = padded ? 0 : Base64Value(text[i + j]);
      if (value < 0) return Malformed("not a base64 digit");
      group = (group << 6) | static_cast<uint32_t>(value);
    }
    if ((padding == 1 && (group & 0xff) != 0) || (padding == 2 && (group & 0xffff) != 0)) {
      return Malformed("base64 with trailing bits");
    }
    bytes.push_back(static_cast<uint8_t>(group >> 16));
    if (padding < 2) bytes.push_back(static_cast<uint8_t>(group >> 8));
    if (padding < 1) bytes.push_back(static_cast<uint8_t>(group));
  }
  return bytes;
}

void AppendU16(Bytes& out, uint16_t value) {
  AppendBigEndian(out, value);
}
void AppendU32(Bytes& out, uint32_t value) {
  AppendBigEndian(out, value);
}
void AppendU64(Bytes& out, uint64_t value) {
  AppendBigEndian(out, value);
}
void Append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
void Append(Bytes& out, std::string_view text) {
  Append(out, AsBytes(text));
}
uint16_t ReadU16(ByteView bytes) {
  return ReadBigEndian<uint16_t>(bytes);
}
uint32_t ReadU32(ByteView bytes) {
  return ReadBigEndian<uint32_t>(bytes);
}
uint64_t ReadU64(ByteView bytes) {
  return ReadBigEndian<uint64_t>(bytes);
}

uint64_t PadmeLength(uint64_t length) {
  if (length < 2) return length;
  const int exponent = static_cast<int>(std::bit_width(length)) - 1;
  const int width = static_cast<int>(std::bit_width(static_cast<unsigned>(exponent)));
  const uint64_t mask = (uint64_t{1} << (exponent - width)) - 1;
  return (length + mask) & ~mask;
}

bool IsUtf8(std::string_view text) {
  const ByteView bytes = AsBytes(text);
  constexpr uint64_t kHighBits = 0x8080808080808080;
  size_t i = 0;
  while (i < bytes.size()) {
    // Most texts are ASCII for the most part: eight bytes at a time.
    uint64_t eight = kHighBits;
    if (bytes.size() - i >= sizeof(eight)) std::memcpy(&eight, &bytes[i], sizeof(eight));
    if ((eight & kHighBits) == 0) {
      i += sizeof(eight);
      continue;
    }
    const uint8_t first = bytes[i++];
    if (first < 0x80) continue;
    int more = 0;
    uint32_t low = 0;
    uint32_t code = 0;
    if (first >= 0xc2 && first <= 0xdf) {
      more = 1;
      low = 0x80;
      code = first & 0x1f;
    } else if (first >= 0xe0 && first <= 0xef) {
      more = 2;
      low = 0x800;
      code = first & 0x0f;
    } else if (first >= 0xf0 && first <= 0xf4) {
      more = 3;
      low = 0x10000;
      code = first & 0x07;
    } else
      return false;
    for (; more > 0; --more) {
      if (i == bytes.size() || (bytes[i] & 0xc0) != 0x80) return false;
      code = (code << 6) | (bytes[i++] & 0x3f);
    }
    if (code < low || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  }
  return true;
}

}  // namespace schakel
