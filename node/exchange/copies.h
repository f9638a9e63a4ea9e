// What a partner has of its exchanges with this node, asked for in a recovery (exchange.md 12): its
// last checkpoint and its log's entries about this node, which hold this node's own statements and
// receipts. Held against the own log they show whether anything is missing there that somebody else
// has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/sign.h"
#include "node/exchange/context.h"
#include "node/log/export.h"

namespace schakel::exchange {

// Files of what is returned: a signed note, and entries, one a line as they are stored.
inline constexpr std::string_view kCopiesCheckpoint = "checkpoint";
inline constexpr std::string_view kCopiesEntries = "entries.jsonl";

// Gives `caller` this node's last checkpoint and the bytes of every entry below it that is about
// the caller; nothing about anybody else.
Result<void> GiveCopies(const Context& context, std::string_view caller, const log::FileSink& sink);

// What came of holding a partner's copies against the own log.
struct CheckedCopies {
  uint64_t entries = 0;     // about this node, in the partner's log
  uint64_t statements = 0;  // of them, Requests and Answers that this node signed
  uint64_t receipts = 0;    // of them, receipts that this node signed
  // Own statements that the own log does not hold, and own receipts that do not hold in it: proof,
  // by this node's own signature, that entries are gone or other than they were.
  uint64_t missing = 0;
  Hash digest{};  // of all that was returned: a chain over its lines
};

// Takes what one partner returns, line by line; memory for one line. Believes nothing but
// signatures: those of this node over its own words, and the partner's over its checkpoint. A
// partner that keeps entries back cannot be noticed here.
class CopyCheck {
 public:
  // `log_keys`: every key under which this node's log may have been signed. The context outlives
  // the check.
  CopyCheck(const Context& context, std::string party, std::vector<crypto::PublicKey> log_keys);

  // As log::FileSink. kMalformed or kDenied for what no honest node returns; then nothing of it
  // counts.
  Result<void> Take(std::string_view path, ByteView bytes);
  // After the last bytes: kCorrupt when the stream broke off, kDenied for a checkpoint that the
  // partner did not sign.
  Result<CheckedCopies> Finish();

 private:
  Result<void> CheckLine(std::string_view line);
  Result<bool> InLog(const statement::SignedStatement& own) const;
  Result<bool> Holds(const statement::Receipt& own) const;
  Result<void> CheckCheckpoint() const;

  const Context& context_;
  const std::string party_;
  const std::vector<crypto::PublicKey> log_keys_;
  const std::shared_ptr<const LineageView> view_;
  CheckedCopies checked_;
  std::string checkpoint_;
  std::string line_;
  bool entries_seen_ = false;
};

}  // namespace schakel::exchange
