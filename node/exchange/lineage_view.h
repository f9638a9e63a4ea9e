// One consistent, immutable picture of a covenant lineage at a moment: what a call works with from
// its beginning to its end.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/seams.h"
#include "node/covenant/decide.h"
#include "node/covenant/trust.h"
#include "node/statement/types.h"

namespace schakel::exchange {

struct LineageView {
  // Whose rules count (covenant::Lifecycle::in_force): its time may not have come, or be over.
  std::shared_ptr<const covenant::Covenant> covenant;
  // By which this node's party gives: the same, narrowed by its own overlay. What it receives is
  // held against `covenant`.
  std::shared_ptr<const covenant::Covenant> giving;
  std::optional<Hash> overlay;  // the overlay's hash; absent: none
  // What it took the place of, when that ended by this alone; else null.
  std::shared_ptr<const covenant::Covenant> before;
  // Every version activated here, by number; and since when each was in force.
  std::vector<std::shared_ptr<const covenant::Covenant>> activated;
  std::vector<Instant> since;
  bool revoked = false;             // one party ended it for all
  std::set<std::string> suspended;  // nothing flows from and to these

  // Under the roots of the version in force: whose word counts for content.
  covenant::Delegations delegations;
  // Under those of any version activated here: who may connect, give receipts and statuses.
  covenant::Delegations known;
  std::map<std::string, statement::SignedStatement> statements;  // by KeptKey, all kept
  // exchange.md 15, over those that the roots of the version in force signed: two nodes under one
  // version agree on them, whatever either knows of versions before and after.
  Hash statement_set{};

  [[nodiscard]] const covenant::Document& document() const { return covenant->document(); }
  // Whose keys count for what the party says: of a party under the version in force those that its
  // roots there delegated, so that roots which it gave up give nothing; of one that is no party any
  // more those of before.
  [[nodiscard]] const covenant::Delegations& TrustedOf(std::string_view party) const {
    return document().parties.contains(std::string(party)) ? delegations : known;
  }
  // Its party ended the delegation, by the roots of a version under which it was given.
  [[nodiscard]] bool Ended(const statement::SignedStatement& delegation) const;

  // Whether content may flow between this node's party and `partner` at `now`, as far as the
  // lineage goes. Empty text: it may. Else the code: NOT_YET_VALID, EXPIRED, REVOKED,
  // PARTY_UNKNOWN, PARTY_SUSPENDED.
  [[nodiscard]] std::string CheckFlow(std::string_view self,
                                      std::string_view partner,
                                      Instant now) const;
  // The part of it that no waiting mends: REVOKED, PARTY_UNKNOWN, PARTY_SUSPENDED.
  [[nodiscard]] std::string CheckEnded(std::string_view self, std::string_view partner) const;
  // `version` is the one in force, or was until less than kSupersededGrace ago: an answer to what
  // was asked under it may still arrive. Empty text, or why not: LAPSED.
  [[nodiscard]] std::string CheckAnswerUnder(const Hash& version, Instant now) const;
  // The version activated here with this hash; null for another.
  [[nodiscard]] std::shared_ptr<const covenant::Covenant> Find(const Hash& hash) const;
  // The version of a row that names the one it was made under; a row without is from when there was
  // only one.
  [[nodiscard]] const covenant::Covenant& Under(const std::optional<Hash>& hash) const;
  // The version that was in force here at a moment in the past.
  [[nodiscard]] const covenant::Covenant& InForceAt(Instant at) const;
};

}  // namespace schakel::exchange
