// Operators: the people (and feeding machines) who may act at this node, their keys and roles
// (exchange.md 9).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/crypto/sign.h"
#include "node/statement/operator_call.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::exchange {

enum class Role { kRegisseur, kContributor, kApprover, kOfficer, kAdmin, kObserver, kFeeder };
const char* RoleName(Role role);
Result<Role> ParseRole(std::string_view name);
// Roles that can see what is in records: enrolling one needs an officer besides an admin.
bool IsContentRole(Role role);

struct Operator {
  std::string id;  // short, IsName
  std::string name;
  std::string function;
  std::string telephone;
  crypto::PublicKey key;
  std::set<Role> roles;
  std::set<Role> pending;        // asked for by an admin, waiting for an officer
  std::set<std::string> groups;  // empty: not limited to groups
  [[nodiscard]] bool Has(Role role) const { return roles.contains(role); }
};

// The operators of this node, kept sealed in Family::kOperator. Keeps no state of its own; safe for
// concurrent use.
class Operators {
 public:
  Operators(store::Store& store, store::KeyTable& keys, Entropy& entropy)
      : store_(store), keys_(keys), entropy_(entropy) {}

  // The rows that enrol (or change) an operator; the caller commits them with a log entry.
  // kConflict when another operator holds the key; kMalformed for an empty name, key or role set.
  Result<store::Batch> Enroll(const Operator& enrolled);
  [[nodiscard]] Result<std::optional<Operator>> Find(std::string_view id) const;
  [[nodiscard]] Result<std::vector<Operator>> List() const;

  // The operator who signed the call: known, signature right, for this node, made within
  // kIssuedTolerance of `now`, its nonce never used before. The nonce is spent by this. kDenied
  // with one sentence per reason (it stays on this machine).
  Result<Operator> Authenticate(const statement::OperatorCall& call,
                                std::string_view node,
                                Instant now);

  // A sealed record of who did something (Wpg art. 32a and NEN 7513 ask for it; the log itself
  // names no person): adds the row and returns its digest, for the entry's `sealed_digest`. What
  // belongs to it and no log may hold, as their reason, is kept beside it.
  Result<Hash> SealActor(store::Batch& batch,
                         std::string_view by,
                         std::string_view event,
                         Instant now,
                         std::string_view note = {});

 private:
  Result<store::DataKey> Key();

  store::Store& store_;
  store::KeyTable& keys_;
  Entropy& entropy_;
};

}  // namespace schakel::exchange
