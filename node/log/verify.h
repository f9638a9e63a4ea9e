// `log verify`: the stored log against itself, every row of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/sign.h"
#include "node/store/store.h"

namespace schakel::log {

struct StoredFault {
  std::optional<uint64_t> index;  // the entry it is about; absent: the log as a whole
  std::string what;               // one English sentence without a full stop; no content
  Reason reason{};                // see base/reason.h
  ReasonArguments arguments{};
};

struct StoredReport {
  uint64_t size = 0;
  Hash root{};
  uint64_t receipts = 0;
  std::vector<StoredFault> faults;  // empty: all is as it was written
};

// Recomputes every leaf from its entry and every node from its children; checks the checkpoint's
// signature (by one of `keys`) and root, every receipt, and every counter and index row, each in
// both directions. Goes on after a fault, so that each bad index is named; at most kMaxFaults.
// kNotFound when the origin has no checkpoint, kUnavailable when the store cannot be read. Reads
// one entry at a time; the indexes (a digest per entry) are in memory. Safe beside an appender:
// what is added meanwhile is not judged.
//
// It does not verify the signatures inside entries: that needs the delegations, see `audit`. And
// whoever holds the log key and the store can rewrite both: only a partner's receipts show that.
inline constexpr size_t kMaxFaults = 1000;
Result<StoredReport> VerifyStored(const store::Store& store,
                                  std::string_view origin,
                                  std::span<const crypto::PublicKey> keys);

}  // namespace schakel::log
