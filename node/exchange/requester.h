// The requester's side of one exchange (exchange.md 4 steps 1, 3, 4; 7): seal the question, log it,
// send it, verify and check the answer, keep it, and give a receipt.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/context.h"
#include "node/exchange/lines.h"
#include "node/exchange/payload.h"
#include "node/exchange/peer_link.h"
#include "node/exchange/rows.h"
#include "node/record/body.h"
#include "node/record/release.h"

namespace schakel::exchange {

// One question to one partner. The caller has decided what it may tell: `body` opens only fields
// that its own covenant rules permit towards this partner.
struct Ask {
  std::string ref;  // VLD-2026-001/2@om
  std::string to;
  std::string purpose;
  std::string group;
  std::vector<std::string> categories;
  record::Body body;
  // Our own decisions about whom to name, kept sealed under the Request's entry; none in a request
  // that names nobody.
  std::vector<DecisionLine> lines;
  std::string actor;  // operator id; only a commitment to it leaves
  std::string actor_role;
};

// What came of asking.
struct Taken {
  OutRow row;
  bool fresh = false;  // this call took the answer; else the row was so before
  // Of a fresh answer that was accepted: what Received gives.
  std::optional<std::vector<record::Release>> releases;
};

// Keeps no state of its own: different exchanges run side by side.
class Requester {
 public:
  Requester(const Context& context, PeerLink& link) : context_(context), link_(link) {}

  // While this node is in recovery, Start, Continue and Run give kUnavailable with
  // Reason::kRecovering before anything is sent or logged.
  //
  // Connects to the partner for its status and prekey, seals the body to it, and logs the Request
  // (commit 1). From here on the exchange exists and can be continued. kUnavailable when the
  // partner does not answer: nothing was logged, the caller keeps its draft.
  Result<OutRow> Start(const Ask& ask, Instant now);

  // Connects, sends the Request (again) and takes the answer: commit 3. An answer that leaves cells
  // PENDING makes the exchange kPending; continuing it asks whether they were closed, and what
  // lapsed or expired meanwhile is refused with that code, beside what was received. What was asked
  // under a version that has ended is not sent again: it becomes a refusal with LAPSED. Returns the
  // row with what came of it; an exchange that is not in state kSent or kPending is returned as it
  // is, and one that expired ends. kUnavailable: no answer yet, the exchange stays as it is.
  Result<OutRow> Continue(const Uuid& exchange, Instant now);

  // As Continue and Run, with what was received; the receipt stays due.
  Result<Taken> ContinueTaking(const Uuid& exchange, Instant now);
  Result<Taken> RunTaking(const Ask& ask, Instant now);

  // Delivers the receipt that is due for this exchange, if one is. What is not delivered stays due.
  void DeliverReceipt(OutRow& row);

  // Start, then as Continue. When the partner forgot its prekey or our status, or found the Request
  // too old, that exchange ends and one more is made.
  Result<OutRow> Run(const Ask& ask, Instant now);

  // Delivers the receipts that partners do not have yet; none in recovery. Returns how many are
  // still due.
  Result<int> DeliverReceipts();

  // The releases of an answered exchange, opened, in the order in which they came. Those of a
  // destroyed key are left out.
  [[nodiscard]] Result<std::vector<record::Release>> Received(const Uuid& exchange) const;

  // The body of our own question, while its key exists.
  [[nodiscard]] Result<record::Body> BodyOf(const Uuid& exchange) const;

  // How many distinct persons the partner was told about the group this quarter, as it counts them:
  // those of requests that it answered with a payload.
  [[nodiscard]] Result<int> PersonsThisQuarter(std::string_view partner,
                                               std::string_view group,
                                               Instant now) const;

  // Destroys the keys of exchanges whose secret is no longer needed: answered and receipted,
  // refused, ended or expired (exchange.md 11), on either side. What was received stays under its
  // own keys. An own Request that expired without an answer ends with EXPIRED; the outbox of a
  // partner's expired one goes too, and a receipt that comes later is still logged.
  // kCorrupt when a key's row is there but does not open: the other keys are destroyed all the
  // same, that one stays. In recovery nothing is destroyed.
  Result<int> ShredSecrets(Instant now);

 private:
  struct Answered;
  [[nodiscard]] Result<Bytes> GetOwn(std::string_view part, const Uuid& exchange) const;
  Result<Taken> ContinuePending(OutRow row, Instant now);
  Result<Taken> SendAndTake(OutRow row, Instant now);
  Result<Answered> Fetch(const OutRow& row, const std::string& request_bytes, Instant now);
  Result<Taken> Accept(OutRow row, Answered answered, Instant now);
  Result<Taken> AcceptWithout(OutRow row, const Answered& answered, Instant now);
  Result<void> StoreReleases(const OutRow& row,
                             const OpenedPayload& opened,
                             const std::vector<record::Release>& releases);
  Result<Taken> Lapse(OutRow row, const Answered& answered, store::Batch batch, Instant now);
  Result<Taken> Quarantine(OutRow row, const Answered& answered, store::Batch batch, Instant now);
  Result<Taken> FinishWith(
      OutRow row, const Answered& answered, store::Batch batch, std::string_view code, Instant now);
  // Without an answer: EXPIRED, after which a new exchange takes its place, or LAPSED.
  Result<void> EndAs(const OutRow& row, std::string_view code);
  [[nodiscard]] Result<bool> MaySendAgain(const OutRow& row, Instant now) const;
  Result<void> DeliverOne(const OutRow& row);

  Context context_;
  PeerLink& link_;
};

// Removes received rows that no committed exchange names (a crash before commit 3). At start-up.
Result<void> RemoveReceivedOrphans(const Context& context);

}  // namespace schakel::exchange
