#include "node/canon/unseen.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "node/canon/yaml_text.h"

namespace schakel::canon {
namespace {

using Range = std::pair<uint32_t, uint32_t>;  // inclusive

// In order.
constexpr std::array<Range, 18> kUnseen{{
    {0x7f, 0x9f},
    {0xad, 0xad},
    {0x34f, 0x34f},
    {0x61c, 0x61c},
    {0x115f, 0x1160},
    {0x17b4, 0x17b5},
    {0x180b, 0x180f},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0x3164, 0x3164},
    {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},
    {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
}};

constexpr size_t kHexDigits = 4;

// What the escape at `offset` stands for, as far as it can be a character that people cannot see.
uint32_t EscapedAt(std::string_view json, size_t offset) {
  switch (json[offset + 1]) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'r':
      return '\r';
    case 'u': {
      uint32_t code = 0;
      const std::string_view digits = json.substr(offset + 2, kHexDigits);
      std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
      return code;
    }
    default:
      return ' ';
  }
}

}  // namespace

bool IsUnseen(uint32_t code) {
  if (code < 0x20) return code != '\n' && code != '\t';
  const auto* const found =
      std::lower_bound(kUnseen.begin(), kUnseen.end(), code, [](const Range& range, uint32_t one) {
        return range.second < one;
      });
  return found != kUnseen.end() && found->first <= code;
}

std::string CodePointName(uint32_t code) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name = "U+";
  const int first = code > 0xfffff ? 20 : code > 0xffff ? 16 : 12;
  for (int shift = first; shift >= 0; shift -= 4)
    name.push_back(kDigits[(code >> shift) & 15]);
  return name;
}

std::optional<Unseen> FindUnseen(std::string_view json, size_t from) {
  size_t at = from;
  while (at < json.size()) {
    const size_t start = at;
    uint32_t code = ' ';
    if (json[at] == '\\') {
      code = EscapedAt(json, at);
      at += 2;
    } else if (static_cast<unsigned char>(json[at]) < 0x80) {
      ++at;
    } else {
      code = NextCodePoint(json, at);
    }
    if (IsUnseen(code)) return Unseen{start, at, code};
  }
  return std::nullopt;
}

}  // namespace schakel::canon
