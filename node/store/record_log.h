// RocksDB's record log, the format of its write-ahead logs and of its MANIFEST, checked byte by
// byte. RocksDB's own reader skips what it cannot read in more cases than a node may (zeroed
// blocks, a last record whose length field grew, the end of a MANIFEST), and names no file.
//
// Format (RocksDB 7.8, legacy records): blocks of 32 KiB, the last one may be short. In a block,
// records of a header (masked CRC-32C over type and payload, u32le; length, u16le; type) and a
// payload; fewer than 7 bytes at a block's end are zeros. Types: 1 full, 2 first, 3 middle, 4 last.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "node/base/bytes.h"

namespace schakel::store {

struct RecordLogState {
  enum class Kind {
    kWhole,
    kTornTail,  // the last record is truncated and nothing else is wrong: a write was cut off
    kDamaged,
  };
  Kind kind = Kind::kWhole;
  std::string what;  // a sentence with the offset; empty when whole
};

// Reads at most `limit` bytes; the end of the stream before that is the end of the log. Memory:
// one block.
RecordLogState CheckRecordLog(std::istream& in, uint64_t limit);

// CRC-32C (Castagnoli), as in RFC 3720 appendix B.4.
uint32_t Crc32c(ByteView bytes);

}  // namespace schakel::store
