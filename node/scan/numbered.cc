#include "node/scan/numbered.h"

#include <optional>

namespace schakel::scan {
namespace {

// The lowest number that is at least `from`.
Result<std::optional<uint64_t>> NumberFrom(const store::Store& store,
                                           store::Family family,
                                           ByteView prefix,
                                           uint64_t from) {
  Bytes start(prefix.begin(), prefix.end());
  AppendU64(start, from);
  std::optional<uint64_t> found;
  TRY(store.ScanFrom(family, prefix, start, [&](ByteView key, ByteView /*value*/) {
    if (key.size() != prefix.size() + sizeof(uint64_t)) return true;
    found = ReadU64(key.subspan(prefix.size()));
    return false;
  }));
  return found;
}

}  // namespace

Result<uint64_t> LastNumber(const store::Store& store, store::Family family, ByteView prefix) {
  constexpr uint64_t kHighest = uint64_t{1} << 62;  // so that doubling cannot overflow
  uint64_t last = 0;
  uint64_t beyond = 1;
  while (const auto found = TRY(NumberFrom(store, family, prefix, beyond))) {
    last = *found;
    if (last > kHighest) return Corrupt("a numbered row has an impossible number");
    beyond = last * 2;
  }
  // Nothing is numbered from `beyond` on, and something is numbered `last`.
  while (beyond - last > 1) {
    const uint64_t middle = last + (beyond - last) / 2;
    const auto found = TRY(NumberFrom(store, family, prefix, middle));
    if (found) {
      last = *found;
    } else {
      beyond = middle;
    }
  }
  return last;
}

}  // namespace schakel::scan
