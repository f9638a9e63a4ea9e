// What is wrong with the text of a YAML file before anything is parsed, and where things are in it.
// Internal to canon.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "node/canon/yaml.h"

namespace schakel::canon {

// Turns byte offsets into positions as editors count them: columns in code points. Rising offsets
// cost the text once, however long its lines. The text must outlive it.
class LineMap {
 public:
  explicit LineMap(std::string_view text);
  [[nodiscard]] Position At(size_t offset);

 private:
  std::string_view text_;
  std::vector<size_t> starts_;  // of each line
  size_t last_offset_ = 0;      // asked last, with its answer
  Position last_;
};

// The code point at `offset`, and advances over it. Precondition: the text is UTF-8.
uint32_t NextCodePoint(std::string_view text, size_t& offset);

// Findings E001 to E006, with an empty `file`.
std::vector<Finding> ScanText(std::string_view text, size_t max_bytes);

}  // namespace schakel::canon
