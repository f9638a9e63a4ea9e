// What this node holds of its covenant lineage: versions, statements, and which version is in force
// (covenant.md, "Life cycle"; exchange.md 2, 3). Kept in the store; verified again at every start.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/mutex.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/covenant/lifecycle.h"
#include "node/exchange/lineage_view.h"
#include "node/exchange/self.h"
#include "node/exchange/versions.h"
#include "node/log/exchange_log.h"
#include "node/statement/types.h"
#include "node/store/store.h"

namespace schakel::exchange {

// `party: fingerprint` of another party's roots (covenant::RootFingerprint), as an operator read it
// aloud on the telephone.
using Fingerprints = std::map<std::string, std::string>;

// What came with a greeting or from an operator, as bytes that nobody has looked at.
struct Offered {
  std::vector<statement::SignedStatement> statements;
  std::vector<std::string> documents;  // canonical bytes of a next version
  std::string from;                    // the party that greets; empty: an own operator
};

// Safe for concurrent use.
class CovenantState {
 public:
  // Loads and verifies what is stored: kCorrupt when the stored covenant or a statement no longer
  // verifies. A store without a covenant gives an inactive state.
  static Result<std::unique_ptr<CovenantState>> Open(store::Store& store,
                                                     const Self& self) LOCKS_UNSHARED;
  // Where events of the life cycle go, before the first addition; it outlives this.
  void LogTo(log::ExchangeLog& local_log) { local_log_ = &local_log; }
  // Called after every Take that kept something, without a lock; set before the first addition.
  void AfterTaking(std::function<void()> told) { told_ = std::move(told); }

  // The picture at `now`; null while no covenant was activated. A version whose time is over, or
  // that a party revoked, stays: what is allowed then is decided per call (LineageView::CheckFlow).
  [[nodiscard]] std::shared_ptr<const LineageView> At(Instant now) const EXCLUDES_LOCK(mutex_);
  // The picture of the moment that was last asked about, for what does not depend on the moment:
  // names, catalogues of what is stored, all keys ever.
  [[nodiscard]] std::shared_ptr<const LineageView> view() const EXCLUDES_LOCK(mutex_);

  // Every version that is held, drafts included, at `now`.
  struct History {
    std::vector<KeptVersion> versions;
    std::vector<covenant::VersionStanding> standings;  // of the same, in the same order
    std::vector<covenant::Equivocation> equivocations;
    std::set<std::string> unconfirmed;
  };
  [[nodiscard]] History HistoryAt(Instant now) const EXCLUDES_LOCK(mutex_);

  // Every version of the lineage in force that was activated here, as it is stored, by hash: an
  // entry of the log may name an earlier one. Empty while no covenant was activated; kCorrupt when
  // a stored document cannot be read.
  [[nodiscard]] Result<std::map<Hash, std::string>> Versions() const EXCLUDES_LOCK(mutex_);

  // The log keys that delegations of the lineage ever gave this node, over or not: what is stored
  // may still be signed with an earlier one. Empty while no covenant was activated.
  [[nodiscard]] std::vector<crypto::PublicKey> OwnLogKeys() const EXCLUDES_LOCK(mutex_);

  // What becomes true with `batch`: the caller commits that and calls Adopt. What two callers
  // prepare side by side adds up, two activations exclude each other (kConflict at the commit).
  struct Change {
    store::Batch batch;
    std::vector<KeptVersion> versions;
    std::vector<statement::SignedStatement> statements;
    std::vector<statement::SignedStatement> dropped;  // made room for those
    std::set<std::string> unconfirmed;
    // For the local log: what happened, and of which party.
    struct Event {
      std::string type;
      std::string party;
    };
    std::vector<Event> events;
    int skipped = 0;  // what a partner sent and nothing held vouches for
    // Set: the overlay from now on, or none.
    std::optional<std::optional<covenant::Overlay>> overlay;
  };

  // Activates the next version, or the first that this node has. Statements that are held count
  // besides those given. Refusals, each with its reason: not canonical, unsupported, own tests
  // fail, a party whose accept is missing (under the roots before and after), not this node's party
  // or, at first, roots; the fingerprint of a party that joins differs or was not confirmed; a
  // lower number (rollback), one that skips, the same number with other bytes, another `previous`,
  // another lineage; a version that ended already.
  [[nodiscard]] Result<Change> PrepareActivation(
      std::string_view canonical,
      const std::vector<statement::SignedStatement>& statements,
      const Fingerprints& confirmed,
      Instant now) const EXCLUDES_LOCK(mutex_);

  // Takes statements and drafts of the next version. A statement that a root of another party
  // signed refuses the whole (kDenied). From a partner: what else no roots vouch for is skipped,
  // since it may be of a version to come, and so is what goes over a limit; a draft is taken from
  // who accepted it itself. From an own operator either refuses the whole, and what is new is to be
  // brought to every partner. Nothing new: an empty batch.
  [[nodiscard]] Result<Change> PrepareAddition(const Offered& offered, Instant now) const
      EXCLUDES_LOCK(mutex_);

  // Puts the party's own overlay in place of the one that holds (empty text: none from now on).
  // kDenied when it is for another party; otherwise as covenant::ParseOverlay over every version
  // that is activated here and has not ended. From the commit on nothing is given that it keeps at
  // home, answers that wait to be fetched included.
  [[nodiscard]] Result<Change> PrepareOverlay(std::string_view canonical, Instant now) const
      EXCLUDES_LOCK(mutex_);
  // The overlay that holds, or nullopt.
  [[nodiscard]] std::optional<covenant::Overlay> OwnOverlay() const EXCLUDES_LOCK(mutex_);
  void Adopt(const Change& change) EXCLUDES_LOCK(mutex_);

  // PrepareAddition for a partner's greeting, committed: with events in the local log when
  // something ended.
  Result<void> Take(const Offered& offered, Instant now) EXCLUDES_LOCK(mutex_);
  // An own operator's addition has not reached the partner, as far as this node knows.
  [[nodiscard]] bool Unconfirmed(std::string_view party) const EXCLUDES_LOCK(mutex_);
  // The canonical bytes that a partner is offered whose status names version `known`: the version
  // after that, when it was activated here; else the next version as this node's own party accepted
  // it last, when it is held and not activated. At most kMaxDocumentsPerGreeting.
  [[nodiscard]] std::vector<std::string> ToOffer(int64_t known) const EXCLUDES_LOCK(mutex_);
  // The partner has what this node has; it needs no more pushing.
  Result<void> Confirm(std::string_view party) EXCLUDES_LOCK(mutex_);

 private:
  CovenantState(store::Store& store, const Self& self) : store_(store), self_(self) {}
  [[nodiscard]] bool Holds(const Offered& offered) const EXCLUDES_LOCK(mutex_);
  [[nodiscard]] Kept Copy() const EXCLUDES_LOCK(mutex_);

  store::Store& store_;
  const Self& self_;
  log::ExchangeLog* local_log_ = nullptr;
  std::function<void()> told_;
  mutable Mutex mutex_;
  Kept kept_ GUARDED_BY(mutex_);
  // Made when first asked for; good from `from_` until `until_`.
  mutable std::shared_ptr<const LineageView> view_ GUARDED_BY(mutex_);
  mutable std::optional<Instant> from_ GUARDED_BY(mutex_);
  mutable std::optional<Instant> until_ GUARDED_BY(mutex_);
};

// That a statement of roots came to this node, as an entry: it holds the whole statement, so that
// its digest, its version and its signatures stand beside the time.
log::NewEntry TakenEntry(const statement::SignedStatement& taken);

// The entries of a change for the local log: its events, and each statement taken that accepts or
// ends something.
std::vector<log::NewEntry> EventsOf(const CovenantState::Change& change);

}  // namespace schakel::exchange
