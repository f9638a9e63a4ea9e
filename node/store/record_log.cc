#include "node/store/record_log.h"

#include <algorithm>
#include <array>
#include <istream>

namespace schakel::store {
namespace {

constexpr size_t kBlockBytes = 32 << 10;
constexpr size_t kHeaderBytes = 7;
enum RecordType : uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

using CrcTables = std::array<std::array<uint32_t, 256>, 8>;

// Slicing by eight: a start-up reads up to 16 MiB of log, one byte at a time would show.
constexpr CrcTables MakeCrcTables() {
  CrcTables tables{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78U : crc >> 1;
    tables[0][i] = crc;
  }
  for (uint32_t i = 0; i < 256; ++i) {
    for (size_t t = 1; t < 8; ++t) {
      tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][tables[t - 1][i] & 0xff];
    }
  }
  return tables;
}
constexpr CrcTables kCrc = MakeCrcTables();

uint32_t ReadU32Le(ByteView bytes) {
  return static_cast<uint32_t>(bytes[0]) | static_cast<uint32_t>(bytes[1]) << 8 |
         static_cast<uint32_t>(bytes[2]) << 16 | static_cast<uint32_t>(bytes[3]) << 24;
}

// `state` is the complement of the CRC so far.
uint32_t ExtendCrc(uint32_t state, ByteView bytes) {
  while (bytes.size() >= 8) {
    const uint32_t low = ReadU32Le(bytes) ^ state;
    const uint32_t high = ReadU32Le(bytes.subspan(4));
    state = kCrc[7][low & 0xff] ^ kCrc[6][(low >> 8) & 0xff] ^ kCrc[5][(low >> 16) & 0xff] ^
            kCrc[4][low >> 24] ^ kCrc[3][high & 0xff] ^ kCrc[2][(high >> 8) & 0xff] ^
            kCrc[1][(high >> 16) & 0xff] ^ kCrc[0][high >> 24];
    bytes = bytes.subspan(8);
  }
  for (const uint8_t byte : bytes)
    state = (state >> 8) ^ kCrc[0][(state ^ byte) & 0xff];
  return state;
}

// RocksDB stores a rotated CRC, so that a CRC over bytes that hold CRCs stays useful.
uint32_t Unmask(uint32_t masked) {
  const uint32_t rotated = masked - 0xa282ead8U;
  return (rotated >> 17) | (rotated << 15);
}

bool AllZero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

// True when the checksum holds for some payload shorter than the header says: then it is the length
// that was altered, not the end that is missing.
bool HoldsForAShorterPayload(uint32_t crc, ByteView type_and_rest) {
  uint32_t state = ~0U;
  for (const uint8_t byte : type_and_rest) {
    state = ExtendCrc(state, {&byte, 1});
    if (~state == crc) return true;
  }
  return false;
}

class Checker {
 public:
  // Blocks in order; only the last is shorter than kBlockBytes. False when the check is over.
  bool AddBlock(ByteView block) {
    size_t at = 0;
    while (state_.kind == RecordLogState::Kind::kWhole && at < block.size()) {
      at += CheckRecord(block, at);
    }
    offset_ += block.size();
    return state_.kind == RecordLogState::Kind::kWhole;
  }

  RecordLogState Finish() {
    if (state_.kind == RecordLogState::Kind::kWhole && in_record_) Torn(0);
    return state_;
  }

 private:
  void Damaged(size_t at, std::string_view what) {
    state_ = {RecordLogState::Kind::kDamaged,
              "damaged at byte " + std::to_string(offset_ + at) + ": " + std::string(what)};
  }
  void Torn(size_t at) {
    state_ = {RecordLogState::Kind::kTornTail,
              "its last record is truncated at byte " + std::to_string(offset_ + at)};
  }

  // Returns how many bytes of the block the record takes; any number once the check is over.
  size_t CheckRecord(ByteView block, size_t at) {
    const ByteView rest = block.subspan(at);
    const size_t room = kBlockBytes - at;  // to the end of the block once it is full
    if (room < kHeaderBytes) {
      if (!AllZero(rest)) {
        Damaged(at, "the filler of a block is not zero");
      } else if (rest.size() < room) {
        Torn(at + rest.size());
      }
      return rest.size();
    }
    if (rest.size() < kHeaderBytes) {
      Torn(at + rest.size());
      return rest.size();
    }
    const uint32_t crc = Unmask(ReadU32Le(rest));
    const size_t length = rest[4] | static_cast<size_t>(rest[5]) << 8;
    const size_t whole = kHeaderBytes + length;
    const uint8_t type = rest[6];
    if (whole > room) {
      Damaged(at, "a record reaches beyond its block");
    } else if (whole > rest.size()) {
      if (HoldsForAShorterPayload(crc, rest.subspan(6))) {
        Damaged(at, "the length of a record is not the one that was written");
      } else if (FitsTheOrder(at, type)) {
        Torn(at + rest.size());
      }
    } else if (~ExtendCrc(~0U, rest.subspan(6, 1 + length)) != crc) {
      Damaged(at, "a record does not match its checksum");
    } else if (FitsTheOrder(at, type)) {
      in_record_ = type == kFirst || type == kMiddle;
    }
    return whole;
  }

  bool FitsTheOrder(size_t at, uint8_t type) {
    if (type < kFull || type > kLast) {
      Damaged(at, "a record is of unknown type");
    } else if (in_record_ != (type == kMiddle || type == kLast)) {
      Damaged(at, "a part of a record is missing");
    } else {
      return true;
    }
    return false;
  }

  RecordLogState state_;
  uint64_t offset_ = 0;     // of the block in the file
  bool in_record_ = false;  // the record before goes on in the next one
};

}  // namespace

uint32_t Crc32c(ByteView bytes) {
  return ~ExtendCrc(~0U, bytes);
}

RecordLogState CheckRecordLog(std::istream& in, uint64_t limit) {
  Checker checker;
  std::string buffer(kBlockBytes, '\0');
  for (uint64_t left = limit; left > 0;) {
    const size_t want = static_cast<size_t>(std::min<uint64_t>(kBlockBytes, left));
    in.read(buffer.data(), static_cast<std::streamsize>(want));
    const auto got = static_cast<size_t>(in.gcount());
    if (in.bad()) return {RecordLogState::Kind::kDamaged, "it cannot be read"};
    if (!checker.AddBlock(AsBytes(std::string_view(buffer).substr(0, got))) || got < kBlockBytes) {
      break;
    }
    left -= got;
  }
  return checker.Finish();
}

}  // namespace schakel::store
