// What the versions and statements of a lineage that a node holds mean at one moment: which version
// is in force, which ended and by whom, who is suspended, who lacks what (covenant.md, "Life
// cycle"). Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/seams.h"
#include "node/covenant/document.h"
#include "node/covenant/trust.h"
#include "node/statement/types.h"

namespace schakel::covenant {

enum class VersionState {
  kDraft,       // accepts are missing
  kAccepted,    // every accept is here; not activated, or activated and its time has not come
  kActive,      // in force
  kSuperseded,  // a later version took its place, or another one with its number was activated
  kRevoked,     // by one party for all, or left by one where `on_leave` is `end`
  kExpired,
};
const char* VersionStateName(VersionState state);

// A version that a node holds. The document outlives what is made of it.
struct HeldVersion {
  const Document* document = nullptr;
  std::optional<Instant> activated;  // absent: nobody activated it here
};

struct VersionStanding {
  const Document* document = nullptr;
  std::optional<Instant> activated;
  VersionState state = VersionState::kDraft;
  std::set<std::string> accepted;  // its parties whose accept of exactly it is here
  std::set<std::string>
      missing;  // its parties whose accept is not, under its roots or those before
  std::set<std::string> revoked_by;
  std::set<std::string> left;
};

// A party's roots accepted two texts under one number.
struct Equivocation {
  std::string party;
  int64_t version = 0;
  std::set<Hash> covenants;   // two or more
  std::set<Hash> statements;  // the digests of the accepts: the evidence
  friend auto operator<=>(const Equivocation&, const Equivocation&) = default;
};

struct Lifecycle {
  std::vector<VersionStanding> versions;  // by number, then hash
  // The one whose rules count: of those activated, the highest whose time has come, whether it has
  // ended since or not; the lowest while the time of none has come. Null when none is activated.
  const VersionStanding* in_force = nullptr;
  // What in_force took the place of, when that ended by this alone: within a short grace an answer
  // under it may still arrive.
  const VersionStanding* before = nullptr;
  std::set<std::string> suspended;  // parties with which nothing flows under the version in force
  std::vector<Equivocation> equivocations;
  // While `from` <= now < `until` the version in force is the same; absent: without bound.
  std::optional<Instant> from;
  std::optional<Instant> until;

  [[nodiscard]] bool revoked() const {
    return in_force != nullptr && in_force->state == VersionState::kRevoked;
  }

  Lifecycle() = default;
  Lifecycle(Lifecycle&&) = default;  // what in_force points to moves along
  Lifecycle& operator=(Lifecycle&&) = default;
  Lifecycle(const Lifecycle&) = delete;
  Lifecycle& operator=(const Lifecycle&) = delete;
  ~Lifecycle() = default;
};

// Of versions of one lineage, none twice, of each number at most one activated. The order of both
// changes nothing. Which roots count:
//
// - an accept of a version under that version's own; and what makes it activate, under those of the
//   version before it too (CheckAccepts);
// - a revoke or a leave under those of an activated version from the named one on: roots that were
//   replaced since, perhaps because somebody stole them, still end what they had accepted, and
//   nothing later;
// - as evidence of equivocation an accept under roots that an activated version vouches for, never
//   under those that only a draft names.
//
// Whoever equivocated is suspended until a version with a higher number is in force.
Lifecycle LifecycleOf(std::span<const HeldVersion> held,
                      std::span<const statement::SignedStatement> statements,
                      Instant now);

// Whether the roots of its party in `document` signed it: a Delegation, an Accept, a Revoke, a
// Leave or an Undelegate of the lineage, of whatever version. Other types: false.
bool IsGenuine(const statement::SignedStatement& signed_statement, const Document& document);

}  // namespace schakel::covenant
