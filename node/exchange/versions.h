// The versions and statements of a lineage as rows of the store, and the pictures made of them.
// Internal to exchange: CovenantState is what others use.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/covenant/lifecycle.h"
#include "node/covenant/overlay.h"
#include "node/exchange/lineage_view.h"
#include "node/exchange/self.h"
#include "node/statement/types.h"
#include "node/store/store.h"

namespace schakel::exchange {

struct KeptVersion {
  std::shared_ptr<const covenant::Covenant> covenant;
  std::optional<Instant> activated;  // absent: a draft
  std::string offered_by;            // of a draft: the party; empty for an own operator's
  Instant kept;                      // of a draft: since when
  [[nodiscard]] const covenant::Document& document() const { return covenant->document(); }
};

// What is kept only ever grows, but that a draft becomes activated.
struct Kept {
  std::map<Hash, KeptVersion> versions;
  // By KeptKey. One statement can be here with other signatures under it: each variant proves
  // something to a version that the others do not.
  std::map<std::string, statement::SignedStatement> statements;
  std::set<std::string> unconfirmed;  // parties that an own operator's addition has not reached
  std::optional<covenant::Overlay> overlay;  // of this node's party, over every version

  // The activated version with the highest number; null when none is.
  [[nodiscard]] const KeptVersion* Highest() const;
  // What the life cycle makes of it. Points into this.
  [[nodiscard]] covenant::Lifecycle LifecycleAt(Instant now) const;
  // Some activated version's roots signed it.
  [[nodiscard]] bool Vouched(const statement::SignedStatement& signed_statement) const;
  // No activated version's roots did, but those of a draft accepted it.
  [[nodiscard]] const KeptVersion* DraftAcceptedBy(
      const statement::SignedStatement& signed_statement) const;
  // Some version here counts its signatures and those of no variant that is held.
  [[nodiscard]] bool AddsTo(const statement::SignedStatement& signed_statement) const;
  // An Accept that names a version here by another number, or another one before it, than its text.
  [[nodiscard]] bool Contradicts(const statement::SignedStatement& signed_statement) const;
  // Which of too many statements of a party stay, the lowest first: those that accept an activated
  // version, those that end something, all others; among them by what they are, not by when they
  // came.
  [[nodiscard]] std::pair<int, std::string> RankOf(
      const statement::SignedStatement& signed_statement) const;
};

// Names a statement with its signatures: the hex SHA-256 of its encoding.
std::string KeptKey(const statement::SignedStatement& signed_statement);

// Compiles canonical bytes; what is wrong with them is in the error.
Result<std::shared_ptr<const covenant::Covenant>> CompileVersion(std::string_view canonical);

// The document gives this node's party exactly the roots and threshold pinned at init.
Result<void> CheckOwnRoots(const covenant::Document& document, const Self& self);

// Everything of the lineage, verified again. kCorrupt when something does not verify.
Result<Kept> LoadKept(const store::Store& store, const Self& self);

// The picture at `now`; null when no version was activated.
std::shared_ptr<const LineageView> ViewOf(const Kept& kept, const covenant::Lifecycle& lifecycle);

// Rows.
void PutStatement(store::Batch& batch, const statement::SignedStatement& signed_statement);
void DropStatement(store::Batch& batch, const statement::SignedStatement& signed_statement);
void PutDraft(store::Batch& batch, const KeptVersion& draft);
// The version's document and that it was activated, in place of `highest`, the one before.
void PutActivation(store::Batch& batch, const KeptVersion& version, const KeptVersion* highest);
// In place of what was there; absent: none from now on. Every overlay stays under its hash, so that
// it can be told later what kept something at home.
void PutOverlay(store::Batch& batch, const std::optional<covenant::Overlay>& overlay);
void PutUnconfirmed(store::Batch& batch, std::string_view party, bool unconfirmed);
Bytes DocumentPrefix();

}  // namespace schakel::exchange
