// Writes RocksDB's record log as its own writer would.
#pragma once

#include <algorithm>

#include "node/store/record_log.h"

namespace schakel::store {

inline constexpr size_t kLogBlockBytes = 32 << 10;
inline constexpr size_t kLogHeaderBytes = 7;

inline void AppendU32Le(Bytes& out, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<uint8_t>(value >> shift));
}

// One record as RocksDB's writer lays it out, with parts where it crosses blocks.
inline void AppendRecord(Bytes& log, ByteView payload) {
  bool first = true;
  do {
    size_t room = kLogBlockBytes - log.size() % kLogBlockBytes;
    if (room < kLogHeaderBytes) {
      log.insert(log.end(), room, 0);
      room = kLogBlockBytes;
    }
    const size_t length = std::min(payload.size(), room - kLogHeaderBytes);
    const bool last = length == payload.size();
    Bytes checked = {static_cast<uint8_t>(first ? (last ? 1 : 2) : (last ? 4 : 3))};
    Append(checked, payload.first(length));
    const uint32_t crc = Crc32c(checked);
    AppendU32Le(log, ((crc >> 15) | (crc << 17)) + 0xa282ead8U);
    log.push_back(static_cast<uint8_t>(length));
    log.push_back(static_cast<uint8_t>(length >> 8));
    Append(log, checked);
    payload = payload.subspan(length);
    first = false;
  } while (!payload.empty());
}

}  // namespace schakel::store
