// Who may sign what: parties, delegations and thresholds of a covenant. Pure: the caller brings the
// statements and the time.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/covenant/document.h"
#include "node/statement/types.h"

namespace schakel::covenant {

// Verified under the roots and the threshold of the party (or auditor) it names in `document`.
Result<statement::Verified<statement::Delegation>> VerifyDelegation(
    const statement::SignedStatement& signed_delegation, const Document& document);
Result<statement::Verified<statement::Accept>> VerifyAccept(
    const statement::SignedStatement& signed_accept, const Document& document);

// All delegations held of a lineage; answers whose key something is.
class Delegations {
 public:
  void Add(statement::Verified<statement::Delegation> delegation);
  // The keys of the party for the use whose delegation covers `at`.
  [[nodiscard]] std::vector<crypto::PublicKey> KeysOf(std::string_view party,
                                                      statement::KeyUse use,
                                                      Instant at) const;
  // The party whose delegation gives the key for the use at `at`; kDenied when there is none.
  [[nodiscard]] Result<std::string> PartyOf(const crypto::PublicKey& key,
                                            statement::KeyUse use,
                                            Instant at) const;
  // The newest delegation of the party that covers `at`: its node name and addresses.
  [[nodiscard]] const statement::Verified<statement::Delegation>* Current(std::string_view party,
                                                                          Instant at) const;
  [[nodiscard]] const std::vector<statement::Verified<statement::Delegation>>& all() const {
    return all_;
  }

 private:
  std::vector<statement::Verified<statement::Delegation>> all_;
};

// A signed statement by one node: verified under one current key of the party for the use.
template <typename T>
Result<statement::Verified<T>> VerifyByParty(const statement::SignedStatement& signed_statement,
                                             const Delegations& delegations,
                                             std::string_view party,
                                             statement::KeyUse use,
                                             Instant at) {
  return statement::VerifyAs<T>(signed_statement, delegations.KeysOf(party, use, at), 1);
}

// A Fact: enough parties of the fact's `stated_by` signed, each with a statement key delegated at
// its `issued` (exchange.md 6). Parties with one organisation count once. Returns the parties.
// kDenied when short of the threshold or when any signature is by somebody else.
Result<std::set<std::string>> VerifyFact(const statement::SignedStatement& signed_fact,
                                         const Document& document,
                                         const Delegations& delegations,
                                         Instant now);

}  // namespace schakel::covenant
