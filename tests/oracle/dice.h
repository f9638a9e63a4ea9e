// Chance that is the same in every run of one seed, on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace schakel::oracle {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  // Below `count`, which is not 0.
  size_t Below(size_t count) { return static_cast<size_t>(Next() % count); }
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Below(static_cast<size_t>(high - low + 1)));
  }
  bool Chance(int percent) { return Below(100) < static_cast<size_t>(percent); }

  template <typename T>
  const T& OneOf(const std::vector<T>& values) {
    return values[Below(values.size())];
  }
  // Some of the values, in their order; may be none.
  template <typename T>
  std::vector<T> Some(const std::vector<T>& values, int percent) {
    std::vector<T> out;
    for (const T& value : values) {
      if (Chance(percent)) out.push_back(value);
    }
    return out;
  }

 private:
  // SplitMix64.
  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15U;
    uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  uint64_t state_;
};

}  // namespace schakel::oracle
