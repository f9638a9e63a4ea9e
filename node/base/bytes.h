// Bytes and their spellings. One value has one spelling: decoders are strict.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"

namespace schakel {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;
using Hash = std::array<uint8_t, 32>;  // SHA-256 or an RFC 6962 node.

// The bytes of a string, not copied: the view lives as long as the string.
ByteView AsBytes(std::string_view text);
std::string_view AsText(ByteView bytes);
Bytes ToBytes(std::string_view text);
std::string ToText(ByteView bytes);

// Lower-case hexadecimal.
std::string EncodeHex(ByteView bytes);
// Refuses upper case, odd length and anything that is not a digit.
Result<Bytes> DecodeHex(std::string_view text);
// As DecodeHex, and refuses any length but 64 digits.
Result<Hash> DecodeHash(std::string_view text);

// RFC 4648 section 4, with padding.
std::string EncodeBase64(ByteView bytes);
// Refuses missing or surplus padding, white space, the URL alphabet and non-zero trailing bits.
Result<Bytes> DecodeBase64(std::string_view text);

// Decodes into exactly N bytes or refuses.
template <size_t N>
Result<std::array<uint8_t, N>> DecodeBase64Array(std::string_view text) {
  const Bytes bytes = TRY(DecodeBase64(text));
  if (bytes.size() != N) return Malformed("base64 of the wrong length");
  std::array<uint8_t, N> out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

// Big-endian integers.
void AppendU16(Bytes& out, uint16_t value);
void AppendU32(Bytes& out, uint32_t value);
void AppendU64(Bytes& out, uint64_t value);
void Append(Bytes& out, ByteView bytes);
void Append(Bytes& out, std::string_view text);
// `bytes` holds at least the width; the caller has checked.
uint16_t ReadU16(ByteView bytes);
uint32_t ReadU32(ByteView bytes);
uint64_t ReadU64(ByteView bytes);

// The padded length after Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files
// and Communication with PURBs", 2019): at most 12 % longer, so that lengths fall in few classes.
uint64_t PadmeLength(uint64_t length);

// True when `text` is well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool IsUtf8(std::string_view text);

}  // namespace schakel
