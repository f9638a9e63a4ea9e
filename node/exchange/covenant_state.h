// What this node holds of its covenant lineage: versions, statements, and which version is in force
// (covenant.md, "Life cycle"; exchange.md 2, 3). Kept in the store; verified again at every start.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/mutex.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/covenant/decide.h"
#include "node/covenant/trust.h"
#include "node/exchange/self.h"
#include "node/statement/types.h"
#include "node/store/store.h"

namespace schakel::exchange {

// One consistent, immutable picture of the lineage: shared by whoever is working with it.
struct LineageView {
  std::shared_ptr<const covenant::Covenant> covenant;  // the version in force
  covenant::Delegations delegations;
  std::map<std::string, statement::SignedStatement> statements;  // hex digest -> statement
  Hash statement_set{};                                          // exchange.md 15

  [[nodiscard]] const covenant::Document& document() const { return covenant->document(); }
};

// `party: fingerprint` of another party's roots (covenant::RootFingerprint), as an operator read it
// aloud on the telephone.
using Fingerprints = std::map<std::string, std::string>;

// Safe for concurrent use.
class CovenantState {
 public:
  // Loads and verifies what is stored: kCorrupt when the stored covenant or a statement no longer
  // verifies. A store without a covenant gives an inactive state.
  static Result<std::unique_ptr<CovenantState>> Open(store::Store& store,
                                                     const Self& self) LOCKS_UNSHARED;

  // Null while no covenant was activated. A version whose time is over stays: what is allowed then
  // is decided per call, by `now`.
  [[nodiscard]] std::shared_ptr<const LineageView> view() const EXCLUDES_LOCK(mutex_);

  // Every version of the lineage in force that is stored, as it is stored, by hash: an entry of the
  // log may name an earlier one. Empty while no covenant was activated; kCorrupt when a stored
  // document cannot be read.
  [[nodiscard]] Result<std::map<Hash, std::string>> Versions() const EXCLUDES_LOCK(mutex_);

  // The log keys that delegations of the lineage ever gave this node, over or not: what is stored
  // may still be signed with an earlier one. Empty while no covenant was activated.
  [[nodiscard]] std::vector<crypto::PublicKey> OwnLogKeys() const EXCLUDES_LOCK(mutex_);

  // What activating would write: the caller commits `batch` together with its log entry and then
  // calls Adopt. Refusals, each in one sentence: not canonical, unsupported, own tests fail, a
  // party whose accept is missing, not this node's party or roots, a fingerprint that differs or
  // was not confirmed, a version that is not the first (amending comes with the life cycle), or a
  // lineage other than the active one.
  struct Activation {
    store::Batch batch;
    std::shared_ptr<const LineageView> view;
  };
  [[nodiscard]] Result<Activation> PrepareActivation(
      std::string_view canonical,
      const std::vector<statement::SignedStatement>& statements,
      const Fingerprints& confirmed,
      Instant now) const EXCLUDES_LOCK(mutex_);
  void Adopt(std::shared_ptr<const LineageView> view) EXCLUDES_LOCK(mutex_);

  // Verifies and keeps Delegations and Accepts of the lineage that a partner or a file brought;
  // known ones are skipped. kDenied for one that does not verify: nothing of the list is kept.
  Result<void> AddStatements(const std::vector<statement::SignedStatement>& statements)
      EXCLUDES_LOCK(mutex_);

 private:
  CovenantState(store::Store& store, const Self& self) : store_(store), self_(self) {}
  Result<void> Load() EXCLUDES_LOCK(mutex_);

  store::Store& store_;
  const Self& self_;
  mutable Mutex mutex_;
  std::shared_ptr<const LineageView> view_ GUARDED_BY(mutex_);
};

}  // namespace schakel::exchange
