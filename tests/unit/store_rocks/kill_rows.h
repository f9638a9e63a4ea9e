// The rows that kill_child.cc writes and rocks_kill_test.cc expects.
#pragma once

#include <string>

#include "node/store/store.h"

namespace schakel::store {

inline Bytes RowKey(uint64_t row) {
  return KeyBuilder().U64(row).Build();
}

// Between nothing and 160 kB, so that some rows take several appends to the log.
inline std::string RowValue(uint64_t seed, uint64_t row) {
  const uint64_t mixed = (seed + row) * 0x9e3779b97f4a7c15U >> 32;
  const size_t size = mixed % 10 == 0 ? mixed % 160'000 : mixed % 700;
  return std::string(size, static_cast<char>('a' + mixed % 26));
}

}  // namespace schakel::store
