// Where the rows of a log lie in Family::kLog (README, "Rows"). For this module and its tests.
#pragma once

#include <cstdint>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/ids.h"
#include "node/statement/entry.h"

namespace schakel::log {

// The kinds of rows of one origin, each a byte behind the origin in the key.
enum class Row : char {
  kCheckpoint = 'c',  // the signed note; every write requires the one it builds on
  kTime = 't',        // u64 time_ms of the last entry
  kEntry = 'e',       // index -> leaf bytes
  kNode = 'h',        // level, index -> hash of a complete subtree; level 0 are the leaves
  kReceipt = 'r',     // index -> signed statement
  kCounter = 'p',     // peer, direction -> u64 last pair_seq
  kDigest = 'd',      // statement digest, index -> empty
  kExchange = 'x',    // exchange id, index -> empty
  kPair = 'q',        // peer, digest of a Request or Answer -> empty
};

// Every row of the origin; every row of one kind.
Bytes LogPrefix(std::string_view origin);
Bytes RowPrefix(std::string_view origin, Row row);

Bytes CheckpointKey(std::string_view origin);
Bytes TimeKey(std::string_view origin);
Bytes EntryKey(std::string_view origin, uint64_t index);
Bytes NodeKey(std::string_view origin, int level, uint64_t index);
Bytes ReceiptKey(std::string_view origin, uint64_t index);
Bytes CounterKey(std::string_view origin, std::string_view peer, statement::Direction direction);
Bytes DigestPrefix(std::string_view origin, const Hash& digest);
Bytes DigestKey(std::string_view origin, const Hash& digest, uint64_t index);
Bytes ExchangePrefix(std::string_view origin, const Uuid& exchange);
Bytes ExchangeKey(std::string_view origin, const Uuid& exchange, uint64_t index);
Bytes PairPrefix(std::string_view origin, std::string_view peer);
Bytes PairKey(std::string_view origin, std::string_view peer, const Hash& digest);

// The eight bytes at the end of a key, or of a value of eight bytes. Precondition: at least eight.
uint64_t TrailingU64(ByteView bytes);

}  // namespace schakel::log
