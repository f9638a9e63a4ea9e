// Status: what two nodes tell each other when they connect, and how old it may be for content to
// flow (exchange.md 3).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "node/base/limits.h"
#include "node/base/mutex.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/covenant_state.h"
#include "node/exchange/peer_link.h"
#include "node/exchange/prekey.h"
#include "node/log/exchange_log.h"

namespace schakel::exchange {

// What a greeting carries at most beside its status, so that it stays a message under
// kMaxPeerMessageBytes whatever parties signed. The rest travels with the greetings that follow.
inline constexpr size_t kMaxGreetingBytes = kMaxPeerMessageBytes - 2 * kMaxStatementBytes;
// How often one Greet goes to and fro until the two agree.
inline constexpr int kMaxGreetings = 8;

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

  // Connects, exchanges statuses, and when the sets differ once more with all statements; where
  // those are more than a greeting carries again, at most kMaxGreetings times, and the next call
  // goes on.
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
  // Our status with what the partner may lack: everything, or as much as fits behind what it was
  // given last.
  Greeting Whole(std::string_view party, std::string_view checkpoint, Instant now)
      EXCLUDES_LOCK(mutex_);
  [[nodiscard]] bool Agrees(const statement::Status& status, Instant now) const;
  [[nodiscard]] std::vector<std::string> NextStatements(std::string_view party, size_t room)
      EXCLUDES_LOCK(mutex_);
  // The newest first, as many as fit.
  [[nodiscard]] std::vector<std::string> OwnDelegations() const;

  const Self& self_;
  CovenantState& covenants_;
  PrekeyRing& prekeys_;
  mutable Mutex mutex_;
  std::map<std::string, statement::Status, std::less<>> held_ GUARDED_BY(mutex_);
  // The key of the last statement that each partner was given.
  std::map<std::string, std::string, std::less<>> given_ GUARDED_BY(mutex_);
};

}  // namespace schakel::exchange
