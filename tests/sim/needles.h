// What must be found nowhere in the clear: the cells of the CSV files of tests/data/veldrijk.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "node/base/bytes.h"

namespace schakel::sim {

// Every cell of eight bytes or more of every party's files, in UTF-8 and Windows-1252, as written
// and in lower case; the parts of a text between line ends and quotation marks; the words of a
// name, and the whole name where a file has it in parts; every BSN with and without its leading
// zero; every date also as yyyy-mm-dd and dd-mm-yyyy. `bad/` is left out: nobody imports it.
std::set<std::string> VeldrijkNeedles();

// Finds many texts of at least eight bytes in one pass.
class Searcher {
 public:
  explicit Searcher(const std::set<std::string>& needles);
  [[nodiscard]] std::set<std::string> FindIn(ByteView haystack) const;

 private:
  std::vector<bool> may_start_;  // by a hash of the first eight bytes
  std::unordered_map<uint64_t, std::vector<std::string>> by_start_;
};

}  // namespace schakel::sim
