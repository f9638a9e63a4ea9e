// What waits for a person at the contributor before it may leave (covenant.md, "Approval";
// exchange.md 5 and 9). A cell whose rules ask for an approval is PENDING for everybody asked,
// known or not, and is closed as a whole: by an approver, or at the deadline. "Nothing to give" is
// closed by a person too, and to the asker looks like a refusal and like a deadline that passed.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/context.h"
#include "node/exchange/disclosure.h"
#include "node/exchange/rows.h"
#include "node/record/body.h"
#include "node/statement/operator_call.h"
#include "node/statement/types.h"

namespace schakel::exchange {

// One cell of one Request that waits.
struct Waiting {
  Uuid exchange;
  std::string from;
  std::string ref;
  std::string group;
  std::string category;
  std::set<std::string> roles;  // each must be the approver's
  Instant created;
  Instant deadline;
  std::optional<Instant> decided;  // waits for the asker to come for it
};

// What an approver looks at, under the covenant and the records of this moment.
struct Look {
  Waiting waiting;
  record::Body body;  // motivation and who asks
  int64_t asked = 0, matched = 0, doubtful = 0;
  std::vector<ApprovalItem> items;
  std::string closed;  // not empty: the cell would give nothing now, for this code
  Hash seen{};         // of exactly this look
};

// A decision about a whole cell.
struct CellApproval {
  bool refused = false;
  std::set<size_t> without;  // places in Look::items that stay at home
  Hash seen{};               // the look that it is about
  std::string reason;        // of a refusal, or for what stays at home
};

inline constexpr size_t kMaxApprovalReasonBytes = 1000;

// Keeps no state of its own; safe for concurrent use.
class Approvals {
 public:
  explicit Approvals(const Context& context) : context_(context) {}

  // Every cell that waits under the version in force at `now`, the nearest deadline first.
  [[nodiscard]] Result<std::vector<Waiting>> List(Instant now) const;

  // kNotFound when the cell does not wait (any more).
  [[nodiscard]] Result<Look> Show(std::string_view from,
                                  const Uuid& exchange,
                                  std::string_view category,
                                  Instant now) const;

  // The rows of a decision and its event; the caller commits them in the local log. `call` is what
  // the approver signed, kept sealed beside it under the exchange's key. A decision is used once,
  // by the answer that closes the cell; it can be made again only after its validity ended.
  // kConflict when it stands, or when the look changed since; kMalformed for a place that is not
  // there, or a text that is too long.
  struct Decided {
    store::Batch batch;
    Hash record{};
    size_t items = 0;  // that may leave
  };
  [[nodiscard]] Result<Decided> Decide(const Look& look,
                                       const CellApproval& approval,
                                       const statement::OperatorCall& call,
                                       Instant now) const;

  // What the cells of a row that waits may give at `now`: absent while somebody can still decide
  // about one of them.
  [[nodiscard]] Result<std::optional<Closing>> ClosingOf(const InRow& row,
                                                         const LineageView& view,
                                                         Instant now) const;

 private:
  struct Kept;
  [[nodiscard]] Result<std::optional<Kept>> Find(const InRow& row,
                                                 std::string_view category,
                                                 Instant now) const;
  [[nodiscard]] Result<Waiting> WaitingOf(const InRow& row,
                                          const statement::Request& request,
                                          const LineageView& view,
                                          const std::string& category,
                                          Instant now) const;

  const Context& context_;
};

// The Request of a row, as the lineage's log keeps it.
Result<statement::Request> RequestOf(const Context& context, const InRow& row);

}  // namespace schakel::exchange
