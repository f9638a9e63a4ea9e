// Groups and the decisions about them (domain.md 1.2; exchange.md 6): opened in step 1, persons
// from step 2B on, each step a Fact that the convenantpartners sign.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/exchange/covenant_state.h"
#include "node/exchange/self.h"
#include "node/statement/types.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::scan {

struct Group {
  std::string ref;                 // VLD-2026-001
  std::string name;                // working name; never a person's
  std::vector<std::string> areas;  // neighbourhood codes
  Instant opened;
};

// A Fact about a group as this node holds it.
struct StatedFact {
  statement::Fact fact;
  statement::SignedStatement bytes;
  std::set<std::string> signed_by;
  bool in_force = false;  // enough parties signed it, and its term runs
};

// Keeps no state of its own; safe for concurrent use. Everything but the facts is sealed under the
// group's own data key.
class Groups {
 public:
  Groups(store::Store& store,
         store::KeyTable& keys,
         Entropy& entropy,
         const exchange::CovenantState& covenants,
         const exchange::Self& self)
      : store_(store), keys_(keys), entropy_(entropy), covenants_(covenants), self_(self) {}

  // kConflict when the group exists, kMalformed for a ref that is no group's or an empty name. The
  // returned rows open it; the caller commits them with a log entry.
  Result<store::Batch> Open(const Group& group);
  [[nodiscard]] Result<std::optional<Group>> Find(std::string_view ref) const;
  [[nodiscard]] Result<std::vector<Group>> List() const;

  // A new Fact about the group, signed by this party. `value` is a declared value of the fact, or
  // the hex root of a namenlijst version. kDenied when the covenant does not let this party state
  // it.
  [[nodiscard]] Result<statement::SignedStatement> State(std::string_view group,
                                                         std::string_view fact,
                                                         std::string_view value,
                                                         const Hash& document,
                                                         Instant now) const;
  // This party's signature under a partner's Fact; refuses one that is not of this lineage, is
  // over, or that this party has no say in.
  [[nodiscard]] Result<statement::SignedStatement> Countersign(
      const statement::SignedStatement& fact, Instant now) const;

  // Keeps a Fact (its signatures are merged with those held). The rows; kDenied when a signature is
  // wrong or by somebody without a say.
  Result<store::Batch> Keep(const statement::SignedStatement& fact, Instant now);
  // All held about the group, newest first.
  [[nodiscard]] Result<std::vector<StatedFact>> FactsAbout(std::string_view group,
                                                           Instant now) const;
  // The newest in force per fact: what a request's body carries, and what this node decides with.
  [[nodiscard]] Result<std::vector<StatedFact>> InForce(std::string_view group, Instant now) const;

  // The group's data key; kNotFound when there is no such group.
  [[nodiscard]] Result<store::DataKey> KeyOf(std::string_view ref) const;

 private:
  store::Store& store_;
  store::KeyTable& keys_;
  Entropy& entropy_;
  const exchange::CovenantState& covenants_;
  const exchange::Self& self_;
};

}  // namespace schakel::scan
