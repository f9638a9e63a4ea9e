// Status: what two nodes tell each other when they connect, and how old it may be for content to
// flow (exchange.md 3).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "node/base/mutex.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/covenant_state.h"
#include "node/exchange/peer_link.h"
#include "node/exchange/prekey.h"
#include "node/log/exchange_log.h"

namespace schakel::exchange {

// The partners' last verified statuses; in memory only, so that after a restart nothing flows
// before partners have greeted again. Safe for concurrent use.
class StatusBook {
 public:
  StatusBook(const Self& self, CovenantState& covenants, PrekeyRing& prekeys)
      : self_(self), covenants_(covenants), prekeys_(prekeys) {}

  // Our own status, signed, as of `now`; `checkpoint` is our log's last one. Precondition: a
  // covenant is in force.
  [[nodiscard]] std::string Make(std::string_view checkpoint, Instant now);

  // Verifies a greeting of `party` (the authenticated caller or the partner dialled): its
  // statements are kept, then its status must be signed by a current statement key of the party and
  // have this node's schema (kDenied). A
  // status issued before the one held is refused (kConflict). Returns the status.
  Result<statement::Status> Take(std::string_view party, const Greeting& greeting, Instant now)
      EXCLUDES_LOCK(mutex_);

  // The held status of the party when it is fresh: not older than the covenant's status_max_age and
  // of the version in force here. Empty text: fine. Else the code: STATUS_STALE, HASH_MISMATCH.
  [[nodiscard]] std::string CheckFresh(std::string_view party, Instant now) const
      EXCLUDES_LOCK(mutex_);
  [[nodiscard]] std::optional<statement::Status> Of(std::string_view party) const
      EXCLUDES_LOCK(mutex_);

  // Connects, exchanges statuses, and once more with all statements when the sets differ.
  Result<statement::Status> Greet(PeerLink& link,
                                  std::string_view party,
                                  std::string_view checkpoint,
                                  Instant now) EXCLUDES_LOCK(mutex_);
  // The other side of Greet: what to answer to a verified greeting.
  Result<Greeting> Answer(std::string_view party,
                          const Greeting& greeting,
                          std::string_view checkpoint,
                          Instant now) EXCLUDES_LOCK(mutex_);

 private:
  // Our status with everything that the partner may lack.
  Greeting Whole(std::string_view checkpoint, Instant now);
  [[nodiscard]] bool Agrees(const statement::Status& status, Instant now) const;
  [[nodiscard]] std::vector<std::string> AllStatements() const;
  [[nodiscard]] std::vector<std::string> OwnDelegations() const;

  const Self& self_;
  CovenantState& covenants_;
  PrekeyRing& prekeys_;
  mutable Mutex mutex_;
  std::map<std::string, statement::Status, std::less<>> held_ GUARDED_BY(mutex_);
};

}  // namespace schakel::exchange
