// Internal to `audit`: one party's log as files (C2SP tlog-tiles), read and held against its signed
// checkpoint.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/audit/collect.h"
#include "node/audit/trust.h"
#include "node/base/bytes.h"
#include "node/base/result.h"

namespace schakel::audit {

// `N` of tlog-tiles, with `.p/W` for a width below 256. Written apart from the log's own: the
// auditor shares no code with what it audits.
std::string TilePath(uint64_t number, uint64_t width);

struct LogFiles {
  bool present = false;  // there is a checkpoint
  std::string origin;
  uint64_t size = 0;
  Hash root{};
  std::string note;
  // The stored leaves, as far as the tiles are there (then `size` of them).
  std::vector<Hash> leaves;
  [[nodiscard]] bool complete() const { return leaves.size() == size; }
};

// The checkpoint, its origin and the leaves; a missing log, a foreign one and broken files become
// findings. The checkpoint's signature is checked by CheckCheckpoint, once the last entry's time is
// known.
Result<LogFiles> ReadLogFiles(const std::string& party, const Trust& trust, Collector& collector);

// Calls `entry` with each entry whose bytes are there, in order of index; `genuine` says that they
// are those of the stored leaf. What is missing, cut off or altered becomes a finding. A leaf hash
// that is wrong while the entry is what was signed is mended in `log.leaves`.
Result<void> ReadEntries(
    const std::string& party,
    LogFiles& log,
    Collector& collector,
    const std::function<void(uint64_t index, std::string_view bytes, bool genuine)>& entry);

// The leaves against the checkpoint's root, the tiles above level 0 against the leaves, and the
// checkpoint's signature under the log keys delegated at `at` (or ever).
Result<void> CheckTree(const std::string& party,
                       const LogFiles& log,
                       const Trust& trust,
                       std::optional<Instant> at,
                       Collector& collector);

// The roots of the prefixes of these sizes; sizes beyond the leaves are left out.
std::map<uint64_t, Hash> PrefixRoots(const std::vector<Hash>& leaves,
                                     const std::set<uint64_t>& sizes);

}  // namespace schakel::audit
