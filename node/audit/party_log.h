// Internal to `audit`: one party's log, entry by entry: what it holds, and whether each entry is
// what it says it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/audit/collect.h"
#include "node/audit/log_files.h"
#include "node/audit/trust.h"
#include "node/base/bytes.h"
#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/statement/entry.h"
#include "node/statement/types.h"

namespace schakel::audit {

// What an entry says of itself, for every entry that parses.
struct EntryFacts {
  statement::EntryKind kind = statement::EntryKind::kEvent;
  statement::Direction direction = statement::Direction::kLocal;
  std::string type;
  std::string peer;
  std::string exchange;  // as written; may be empty
  std::optional<Hash> digest;
  std::optional<int64_t> pair_seq;
  std::optional<Hash> subject_root;
  Instant time;
  bool genuine = true;  // the bytes are those of the stored leaf
};

// A statement kept in an entry that is genuine, fits its peer, and is signed as it must be.
template <typename T>
struct Kept {
  uint64_t index = 0;
  statement::Direction direction = statement::Direction::kIn;
  std::string peer;
  bool refused = false;
  Hash digest{};
  T content;
};

struct PartyLog {
  std::string party;
  LogFiles files;
  std::map<uint64_t, EntryFacts> entries;
  std::vector<Kept<statement::Request>> requests;
  std::vector<Kept<statement::Answer>> answers;
  std::vector<Kept<statement::Receipt>> receipts;       // of the partners, as logged
  std::map<uint64_t, statement::Receipt> own_receipts;  // by index; signed and well placed
  uint64_t refused_calls = 0;

  // The entry is there and is what was logged.
  [[nodiscard]] bool Genuine(uint64_t index) const;
};

// Reads and checks everything of the log that needs no other log.
Result<PartyLog> ReadPartyLog(const std::string& party, const Trust& trust, Collector& collector);

}  // namespace schakel::audit
