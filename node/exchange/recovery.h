// The state of a node that was opened on a store which lost its last record (exchange.md 12,
// "Recovery and restore"). While the row is there no content moves: the contributor gives nothing,
// the requester asks nothing, receipts and shredding wait.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/store/store.h"

namespace schakel::exchange {

// How a partner's part was settled.
enum class Settled {
  kReturned,  // it returned its copies, and they were held against the own log
  kLost,      // an officer declared that it cannot
  // Its copies prove that the own log misses something. This is the one state that ends no
  // recovery: whatever were logged next would grow from a log that others know otherwise.
  kDiffers,
};

const char* SettledName(Settled how);

// The row in Family::kMeta that is there as long as the node is in recovery.
struct RecoveryRow {
  Instant since;
  std::map<std::string, Settled, std::less<>> settled;  // by partner
  static Bytes Key();
  [[nodiscard]] Bytes Encode() const;
  static Result<RecoveryRow> Decode(ByteView bytes);
  // Those of `partners` who hold the recovery up: not settled, or kDiffers.
  [[nodiscard]] std::set<std::string> Missing(const std::set<std::string>& partners) const;
};

// Reads the row; keeps no state of its own. Safe for concurrent use.
class Recovery {
 public:
  explicit Recovery(const store::Store& store) : store_(store) {}

  // nullopt: no recovery is under way.
  [[nodiscard]] Result<std::optional<RecoveryRow>> Row() const;
  // ok when content may move. kUnavailable with Reason::kRecovering in recovery; what the store
  // says when the row cannot be read, which moves nothing either.
  [[nodiscard]] Result<void> CheckContent() const;

 private:
  const store::Store& store_;
};

}  // namespace schakel::exchange
