// Rows of one kind that are numbered: the rounds of a group, its lists, its scans.
#pragma once

#include <cstdint>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/store/store.h"

namespace schakel::scan {

// The highest number among the keys `prefix || u64be(number)`; 0 without any. Reads a number of
// rows that grows with the logarithm of that number, so that a group's history costs nothing.
Result<uint64_t> LastNumber(const store::Store& store, store::Family family, ByteView prefix);

}  // namespace schakel::scan
