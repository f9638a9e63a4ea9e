// Characters that people cannot see, in what people read before they sign it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace schakel::canon {

// True for what no text may hold: controls other than line feed and tab, U+007F to U+009F, U+2028
// and U+2029, the bidi controls (Unicode UAX 9, "Trojan Source"), the interlinear marks, and all
// that Unicode calls default ignorable (DerivedCoreProperties): zero-width and soft-hyphen
// characters, fillers, variation selectors, tags, the BOM.
bool IsUnseen(uint32_t code);

// "U+202E".
std::string CodePointName(uint32_t code);

// The first such character at or after byte `from` of canonical JSON, raw or escaped: where it
// begins, and what comes after it. Precondition: ParseCanonical takes the text, and `from` is 0 or
// the `past` of another.
struct Unseen {
  size_t offset;
  size_t past;
  uint32_t code;
};
std::optional<Unseen> FindUnseen(std::string_view json, size_t from = 0);

}  // namespace schakel::canon
