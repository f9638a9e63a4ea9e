#include "node/log/export.h"

#include <algorithm>

#include "node/log/layout.h"
#include "node/log/tree.h"
#include "node/statement/note.h"

namespace schakel::log {
namespace {

using store::Family;

constexpr uint64_t kTileWidth = 256;
constexpr int kTileLevels = 8;

std::string ThreeDigits(uint64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(3 - digits.size(), '0') + digits;
}

// Calls `write(number, width)` for every tile over `count` items.
template <typename Write>
Result<void> ForEachTile(uint64_t count, Write write) {
  for (uint64_t number = 0; number * kTileWidth < count; ++number) {
    TRY(write(number, std::min(kTileWidth, count - number * kTileWidth)));
  }
  return {};
}

Result<void> ExportTree(const store::Store& store,
                        std::string_view origin,
                        uint64_t size,
                        const FileSink& sink) {
  for (int level = 0; level * kTileLevels < 64; ++level) {
    const int height = level * kTileLevels;
    const auto write = [&](uint64_t number, uint64_t width) -> Result<void> {
      Bytes tile;
      for (uint64_t i = 0; i < width; ++i) {
        const uint64_t index = number * kTileWidth + i;
        std::optional<Bytes> node = TRY(store.Get(Family::kLog, NodeKey(origin, height, index)));
        if (!node || node->size() != Hash().size()) node = Bytes(Hash().size());
        Append(tile, *node);
      }
      return sink("tile/" + std::to_string(level) + "/" + TileName(number, width), tile);
    };
    TRY(ForEachTile(size >> height, write));
  }
  return {};
}

Result<void> ExportEntries(const store::Store& store,
                           std::string_view origin,
                           uint64_t size,
                           const FileSink& sink) {
  return ForEachTile(size, [&](uint64_t number, uint64_t width) -> Result<void> {
    Bytes bundle;
    for (uint64_t i = 0; i < width; ++i) {
      const Bytes key = EntryKey(origin, number * kTileWidth + i);
      std::optional<Bytes> entry = TRY(store.Get(Family::kLog, key));
      if (!entry || entry->size() > UINT16_MAX) entry = Bytes();
      AppendU16(bundle, static_cast<uint16_t>(entry->size()));
      Append(bundle, *entry);
    }
    return sink("tile/entries/" + TileName(number, width), bundle);
  });
}

Result<void> ExportReceipts(const store::Store& store,
                            std::string_view origin,
                            uint64_t size,
                            const FileSink& sink) {
  const std::string path = "receipts.jsonl";
  TRY(sink(path, {}));  // the file is there, also without receipts
  Result<void> written;
  TRY(store.Scan(Family::kLog, RowPrefix(origin, Row::kReceipt), [&](ByteView key, ByteView row) {
    if (TrailingU64(key) >= size) return false;
    Bytes line(row.begin(), row.end());
    line.push_back('\n');
    written = sink(path, line);
    return written.ok();
  }));
  return written;
}

}  // namespace

std::string TileName(uint64_t number, uint64_t width) {
  std::string name = ThreeDigits(number % 1000);
  for (number /= 1000; number != 0; number /= 1000) {
    name.insert(0, "x" + ThreeDigits(number % 1000) + "/");
  }
  if (width < kTileWidth) name += ".p/" + std::to_string(width);
  return name;
}

Result<void> ExportFiles(const store::Store& store, std::string_view origin, const FileSink& sink) {
  const std::optional<Bytes> note = TRY(store.Get(Family::kLog, CheckpointKey(origin)));
  if (!note) return NotFound("log: no checkpoint of " + std::string(origin));
  const Result<statement::Checkpoint> checkpoint =
      statement::ReadCheckpointUnverified(AsText(*note));
  if (!checkpoint) return Corrupt("log: the checkpoint does not parse");
  const uint64_t size = TRY(KnownSize(store, origin, checkpoint->size));
  TRY(sink("checkpoint", *note));
  TRY(ExportTree(store, origin, size, sink));
  TRY(ExportEntries(store, origin, size, sink));
  return ExportReceipts(store, origin, size, sink);
}

}  // namespace schakel::log
