// A memory store that counts what is read, so that a test can say how much work something is
// without a clock.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "node/store/memory_store.h"

namespace schakel::store {

// What a store was asked for.
struct Reads {
  uint64_t gets = 0;
  uint64_t scans = 0;
  uint64_t rows = 0;  // visited by scans
};

// A memory store that counts what is read.
class CountingStore final : public Store {
 public:
  explicit CountingStore(Reads& reads) : reads_(reads) {}
  Result<std::optional<Bytes>> Get(Family family, ByteView key) const override {
    ++reads_.gets;
    return inner_.Get(family, key);
  }
  Result<void> Scan(Family family, ByteView prefix, const Visitor& visit) const override {
    return ScanFrom(family, prefix, prefix, visit);
  }
  Result<void> ScanFrom(Family family,
                        ByteView prefix,
                        ByteView from,
                        const Visitor& visit) const override {
    ++reads_.scans;
    return inner_.ScanFrom(family, prefix, from, [&](ByteView key, ByteView value) {
      ++reads_.rows;
      return visit(key, value);
    });
  }
  Result<void> Write(const Batch& batch, Durability durability) override {
    return inner_.Write(batch, durability);
  }
  Result<void> Purge(Family family) override { return inner_.Purge(family); }
  Result<std::vector<Damage>> VerifyFiles() const override { return inner_.VerifyFiles(); }

 private:
  Reads& reads_;
  MemoryStore inner_;
};

}  // namespace schakel::store
