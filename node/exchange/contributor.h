// The contributor's side of one exchange (exchange.md 4, steps 2 to 4; 5; 7): authorise, verify,
// decide every record and field, seal to the outbox, log, and only then let bytes leave.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/context.h"
#include "node/exchange/disclosure.h"
#include "node/exchange/payload.h"
#include "node/exchange/peer_link.h"
#include "node/exchange/rows.h"
#include "node/record/body.h"

namespace schakel::exchange {

// Keeps no state of its own: calls for different exchanges run side by side, and two for the same
// one are ordered by the store.
class Contributor {
 public:
  explicit Contributor(const Context& context) : context_(context) {}

  // Handles a Request that `caller` (the authenticated peer) sent, and gives the answer to `sink`:
  // the opening, then the stream header and frames from the outbox.
  //
  // Before the caller is authorised, when the log cannot be written, and while this node is in
  // recovery (kUnavailable, and only the local log has it), the result is an error and nothing was
  // given; everything else is a signed Answer. An identical resend gets the stored
  // Answer and no second entry, unless what it was given under has ended: a second Answer then
  // voids it, and none of its frames goes. Cells that an approver closed, or nobody by the
  // deadline, come in a second Answer that follows the first, made when the asker comes for it:
  // what was approved is decided once more then, under the rules and records of that moment. A
  // request about fewer than kSmallRequestSubjects is given no earlier than kSmallRequestFloor
  // after `now`: `wait_until` is called with that time before the opening. It returns what time it
  // then is: what is given hangs on the gates as they stand when bytes leave, and time alone can
  // close one.
  using WaitUntil = std::function<Instant(Instant)>;
  Result<void> Handle(std::string_view caller,
                      const SendMessage& message,
                      Instant now,
                      const WaitUntil& wait_until,
                      ReplySink& sink);

  // Logs the requester's receipt for our Answer and drops the outbox entry. Repeating is no error.
  // kUnavailable in recovery: it stays due at the requester.
  Result<void> TakeReceipt(std::string_view caller, std::string_view receipt, Instant now);

  // Proves that our Answer to `asker` gave this release (its bytes as they went). kNotFound when it
  // was not given, or when the exchange's key was destroyed: then nothing can be proved any more.
  [[nodiscard]] Result<ContentProof> ProveGiven(std::string_view asker,
                                                const Uuid& exchange,
                                                ByteView release) const;

  // Removes outbox frames that no committed exchange names (a crash between seal and commit).
  Result<void> RemoveOrphans();

  // The asked rows that matched in doubt, for a person's decision at this node.
  struct Doubtful {
    std::string from;  // who asked
    Uuid exchange;
    std::string ref;
    Uuid row;
    std::vector<Uuid> candidates;
  };
  [[nodiscard]] Result<std::vector<Doubtful>> ListDoubtful() const;

 private:
  struct Incoming;
  Result<void> Refuse(const Incoming& incoming, std::string_view code, ReplySink& sink);
  Result<void> Resend(const Incoming& incoming,
                      const InRow& row,
                      const WaitUntil& wait_until,
                      ReplySink& sink);
  [[nodiscard]] bool Lapsed(const Incoming& incoming, const InRow& row, Instant now) const;
  [[nodiscard]] bool FlowEnded(const Incoming& incoming, const InRow& row, Instant now) const;
  Result<void> Close(Incoming& incoming,
                     const InRow& row,
                     const WaitUntil& wait_until,
                     ReplySink& sink);
  Result<std::optional<Disclosure>> DecideClosing(Incoming& incoming, const InRow& row);
  Result<void> Lapse(const Incoming& incoming, const InRow& row, ReplySink& sink);
  Result<std::string> CheckStructure(Incoming& incoming);
  Result<std::string> OpenAndCheck(Incoming& incoming);
  Result<void> Release(Incoming& incoming, const WaitUntil& wait_until, ReplySink& sink);
  [[nodiscard]] InRow NewRow(const Incoming& incoming, const Disclosure& disclosure) const;
  // `follows`: the Answer whose PENDING cells this one closes; `row.closed` says so.
  Result<statement::SignedStatement> SealAnswer(const Incoming& incoming,
                                                const Disclosure& disclosure,
                                                const store::DataKey& exchange_key,
                                                const std::optional<Hash>& follows,
                                                InRow& row,
                                                store::Batch& batch);
  void AddRows(Incoming& incoming,
               const Disclosure& disclosure,
               const store::DataKey& exchange_key,
               const InRow& row,
               store::Batch& batch);
  void AddDoubtful(const Incoming& incoming,
                   const Disclosure& disclosure,
                   store::Batch& batch) const;
  Result<std::string> ReceiptFor(const Incoming& incoming) const;

  Context context_;
};

}  // namespace schakel::exchange
