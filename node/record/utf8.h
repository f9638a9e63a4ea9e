// Walking through UTF-8 text that IsUtf8 accepts, and its words. For this module's own files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace schakel::record {

// The code point at `at`, which moves behind it. Precondition: IsUtf8(text), at < text.size().
char32_t NextCodePoint(std::string_view text, size_t& at);

size_t CodePointCount(std::string_view text);

// What stands between blanks, tabs, no-break spaces and line ends; no empty words.
std::vector<std::string_view> Words(std::string_view text);
// With one blank in between.
std::string Join(const std::vector<std::string_view>& words);

}  // namespace schakel::record
