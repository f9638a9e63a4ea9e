#include "node/log/layout.h"

#include "node/base/check.h"
#include "node/store/store.h"

namespace schakel::log {
namespace {

using store::KeyBuilder;

KeyBuilder Start(std::string_view origin, Row row) {
  const uint8_t kind = static_cast<uint8_t>(row);
  return KeyBuilder().Text(origin).Raw(ByteView(&kind, 1));
}

}  // namespace

Bytes LogPrefix(std::string_view origin) {
  return KeyBuilder().Text(origin).Build();
}

Bytes RowPrefix(std::string_view origin, Row row) {
  return Start(origin, row).Build();
}

Bytes CheckpointKey(std::string_view origin) {
  return Start(origin, Row::kCheckpoint).Build();
}

Bytes TimeKey(std::string_view origin) {
  return Start(origin, Row::kTime).Build();
}

Bytes EntryKey(std::string_view origin, uint64_t index) {
  return Start(origin, Row::kEntry).U64(index).Build();
}

Bytes NodeKey(std::string_view origin, int level, uint64_t index) {
  const uint8_t level_byte = static_cast<uint8_t>(level);
  return Start(origin, Row::kNode).Raw(ByteView(&level_byte, 1)).U64(index).Build();
}

Bytes ReceiptKey(std::string_view origin, uint64_t index) {
  return Start(origin, Row::kReceipt).U64(index).Build();
}

Bytes CounterKey(std::string_view origin, std::string_view peer, statement::Direction direction) {
  const uint8_t way = direction == statement::Direction::kIn ? 'i' : 'o';
  return Start(origin, Row::kCounter).Text(peer).Raw(ByteView(&way, 1)).Build();
}

Bytes DigestPrefix(std::string_view origin, const Hash& digest) {
  return Start(origin, Row::kDigest).Raw(digest).Build();
}

Bytes DigestKey(std::string_view origin, const Hash& digest, uint64_t index) {
  return Start(origin, Row::kDigest).Raw(digest).U64(index).Build();
}

Bytes ExchangePrefix(std::string_view origin, const Uuid& exchange) {
  return Start(origin, Row::kExchange).Raw(exchange.bytes).Build();
}

Bytes ExchangeKey(std::string_view origin, const Uuid& exchange, uint64_t index) {
  return Start(origin, Row::kExchange).Raw(exchange.bytes).U64(index).Build();
}

Bytes PairPrefix(std::string_view origin, std::string_view peer) {
  return Start(origin, Row::kPair).Text(peer).Build();
}

Bytes PairKey(std::string_view origin, std::string_view peer, const Hash& digest) {
  return Start(origin, Row::kPair).Text(peer).Raw(digest).Build();
}

uint64_t TrailingU64(ByteView bytes) {
  CHECK(bytes.size() >= 8);
  return ReadU64(bytes.last(8));
}

}  // namespace schakel::log
