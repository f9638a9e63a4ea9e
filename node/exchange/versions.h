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

// A statement that roots of its party signed, with what is asked of it again and again.
struct KeptStatement {
  statement::SignedStatement bytes;
  Hash digest{};
  std::string party;
  int64_t seq = 0;
  std::optional<Hash> named;  // by an Accept, a Revoke, a Leave: the version's hash
  int64_t version = 0;        // and its number
  std::set<Hash> signed_for;  // the versions here by whose roots it is signed
};

// What a node keeps of a lineage.
struct Kept {
  std::map<Hash, KeptVersion> versions;
  // By KeptKey. One statement can be here with other signatures under it: each variant proves
  // something to a version that the others do not.
  std::map<std::string, KeptStatement> statements;
  std::set<std::string> unconfirmed;  // parties that an own operator's addition has not reached
  std::optional<covenant::Overlay> overlay;  // of this node's party, over every version

  // A version that is new here, or a draft's that was activated.
  void Put(KeptVersion version);
  void Erase(const Hash& version);
  // With the versions here by whose roots it is signed.
  [[nodiscard]] KeptStatement Read(const statement::SignedStatement& signed_statement) const;

  // The activated version with the highest number; null when none is.
  [[nodiscard]] const KeptVersion* Highest() const;
  // What the life cycle makes of it. Points into this.
  [[nodiscard]] covenant::Lifecycle LifecycleAt(Instant now) const;
  // Some activated version's roots signed it.
  [[nodiscard]] bool Vouched(const KeptStatement& held) const;
  // No activated version's roots did, but those of a draft accepted it.
  [[nodiscard]] const KeptVersion* DraftAcceptedBy(const KeptStatement& held) const;
  // Some version here counts its signatures and those of no variant that is held.
  [[nodiscard]] bool AddsTo(const KeptStatement& read) const;
  // An Accept that names a version here by another number, or another one before it, than its text.
  [[nodiscard]] bool Contradicts(const KeptStatement& read) const;

  // Of what the party's roots in the version signed, the digests that every node keeps: at most
  // kMaxStatementsPerParty, the same whatever came first. First what the version's standing hangs
  // on (an accept, a revoke and a leave of it and of the one before, two texts under one number),
  // then what ends something, then the rest; among them the highest `seq`. What stays of two sets
  // together is what stays of what stays of each.
  [[nodiscard]] std::set<Hash> StayingUnder(const covenant::Document& document,
                                            const std::string& party) const;
  // Takes out what of the party stays under no activated version here, and returns it. An accept of
  // an activated version stays: it is what shows that it was one.
  std::vector<KeptStatement> Trim(const std::string& party);
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
