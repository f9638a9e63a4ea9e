// While a space is walked, fact by fact: can any covenant still let something through?
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "node/policy/space.h"

namespace schakel::policy {

// For one walk; not for several threads. The axes are chosen from the first to the last; choosing
// one again forgets those behind it.
class Prospect {
 public:
  // The axes hold every fact that a rule of the cell reads (AxesOf).
  Prospect(const Cell& cell,
           std::span<const covenant::Covenant* const> covenants,
           std::span<const Axis> axes);

  // False when every covenant denies the record whatever the axes behind this one are: it has no
  // permit left of which each condition so far is TRUE, or a deny of whole records of which all
  // conditions are chosen and none is FALSE (covenant.md, "Meaning", steps 2 to 4).
  bool Choose(size_t axis, size_t choice);

 private:
  using Words = std::vector<uint64_t>;  // a bit for each rule of every covenant
  struct Rules {
    Words permits;  // a covenant's own
    Words denies;   // of whole records
  };

  std::vector<Rules> covenants_;
  std::vector<std::vector<Words>> stands_;  // per axis and choice: rules that it leaves standing
  std::vector<Words> read_;                 // per axis: denies that read no fact behind it
  std::vector<Words> alive_;                // per axis: rules that stand after it
  size_t words_ = 0;
};

}  // namespace schakel::policy
