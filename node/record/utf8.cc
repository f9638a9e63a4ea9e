#include "node/record/utf8.h"

namespace schakel::record {
namespace {

constexpr std::string_view kNoBreakSpace = "\u00A0";

}  // namespace

char32_t NextCodePoint(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const char32_t lead = byte(at);
  size_t more = 0;
  char32_t value = lead;
  if (lead >= 0xF0) {
    more = 3;
    value = lead & 0x07U;
  } else if (lead >= 0xE0) {
    more = 2;
    value = lead & 0x0FU;
  } else if (lead >= 0xC0) {
    more = 1;
    value = lead & 0x1FU;
  }
  for (size_t i = 1; i <= more; ++i)
    value = (value << 6U) | (byte(at + i) & 0x3FU);
  at += more + 1;
  return value;
}

size_t CodePointCount(std::string_view text) {
  size_t count = 0;
  for (const char c : text)
    count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  size_t start = 0;
  const auto end_word = [&](size_t end) {
    if (end > start) words.push_back(text.substr(start, end - start));
  };
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    const bool wide = text.substr(at).starts_with(kNoBreakSpace);
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || wide) {
      end_word(at);
      at += wide ? kNoBreakSpace.size() : 1;
      start = at;
    } else {
      ++at;
    }
  }
  end_word(text.size());
  return words;
}

std::string Join(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text.push_back(' ');
    text.append(word);
  }
  return text;
}

}  // namespace schakel::record
