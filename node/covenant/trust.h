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

// What people read to each other to know whose roots these are: the first 24 hex digits of SHA-256
// over the sorted key ids, a newline after each.
std::string RootFingerprint(const std::vector<crypto::PublicKey>& roots);

// Verified under the roots and the threshold of the party (or, for a Delegation, the auditor) it
// names in `document`: kDenied when it names nobody there, is of another lineage, has too few
// signatures or one by any other key. An Accept may be of another version than `document`: a new
// version is accepted under the roots of the previous one and its own (CheckAccepts).
Result<statement::Verified<statement::Delegation>> VerifyDelegation(
    const statement::SignedStatement& signed_delegation, const Document& document);
Result<statement::Verified<statement::Accept>> VerifyAccept(
    const statement::SignedStatement& signed_accept, const Document& document);

// The same for a statement that ends something; T is Revoke, Leave (both by parties only) or
// Undelegate. Whether what it names exists is the caller's to ask.
template <typename T>
Result<statement::Verified<T>> VerifyEnding(const statement::SignedStatement& signed_statement,
                                            const Document& document);

// How far a statement by roots is with the signatures of its party's roots.
struct RootSignatures {
  std::string party;
  int given = 0;   // at least 1, each by another root
  int needed = 0;  // the party's threshold
};
// Of a statement that gathers its signatures: as the Verify functions, but below the
// threshold too. kDenied for every other fault, one signature by any other key included;
// kMalformed for another type of statement.
Result<RootSignatures> CountRootSignatures(const statement::SignedStatement& signed_statement,
                                           const Document& document);

// What activation asks of the statements: every party of `document` accepted exactly it (hash,
// version, previous), under its own roots, and the parties that `previous` knows also under the
// roots of `previous`. kNotFound names the parties whose accept is missing; statements that do not
// verify or accept something else count for nothing. `previous` is null for version 1, or when the
// node does not hold it.
Result<void> CheckAccepts(std::span<const statement::SignedStatement> accepts,
                          const Document& document,
                          const Document* previous);

// `next` follows `previous`: same lineage, the next version, the previous hash. kConflict
// otherwise.
Result<void> CheckSuccession(const Document& previous, const Document& next);

// All delegations held of a lineage; answers whose key something is. A value: copies are
// independent; const members are safe for concurrent use.
class Delegations {
 public:
  // A delegation that is held already changes nothing.
  void Add(statement::Verified<statement::Delegation> delegation);
  // The delegation that it names, when the same party has it, gives no key any more, for no moment:
  // whoever stole a key can sign with an earlier time. It stays in all(), where what was logged
  // before is read with it. In either order with Add.
  void End(const statement::Undelegate& undelegate);
  // The party ended the delegation with this digest, held here or not.
  [[nodiscard]] bool Ended(const std::string& party, const Hash& delegation) const {
    return ended_.contains({party, delegation});
  }
  // The keys of the party for the use whose delegation covers `at` (not_before <= at < not_after);
  // without doubles, those of the newest delegation first.
  [[nodiscard]] std::vector<crypto::PublicKey> KeysOf(std::string_view party,
                                                      statement::KeyUse use,
                                                      Instant at) const;
  // The party whose delegation gives the key for the use at `at`; kDenied when there is none, or
  // more than one party claims it.
  [[nodiscard]] Result<std::string> PartyOf(const crypto::PublicKey& key,
                                            statement::KeyUse use,
                                            Instant at) const;
  // Everybody whose delegation gives the key for the use at `at`. A delegation does not prove that
  // its party holds the key, so another party can be among them by its own word.
  [[nodiscard]] std::set<std::string> ClaimantsOf(const crypto::PublicKey& key,
                                                  statement::KeyUse use,
                                                  Instant at) const;
  // The delegation of the party with the highest seq that covers `at`, or null: its node name and
  // addresses. Valid until the next Add.
  [[nodiscard]] const statement::Verified<statement::Delegation>* Current(std::string_view party,
                                                                          Instant at) const;
  [[nodiscard]] const std::vector<statement::Verified<statement::Delegation>>& all() const {
    return all_;
  }

 private:
  [[nodiscard]] bool Stands(size_t index) const;

  std::vector<statement::Verified<statement::Delegation>> all_;
  std::vector<Hash> digests_;                     // of all_, in its order
  std::set<std::pair<std::string, Hash>> ended_;  // party, digest
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
// its `issued` (exchange.md 6). Parties with one organisation count once; a
// signature counts for one party, also when several claim its key, so that claiming another's key
// takes nothing from it. Returns the parties.
// kDenied when it is of another lineage, short of the threshold, signed by anybody else, issued
// later than `now` (kIssuedTolerance aside) or expired; kMalformed when the covenant has no such
// stated fact or the value is none of its values (ParseStatedValue).
Result<std::set<std::string>> VerifyFact(const statement::SignedStatement& signed_fact,
                                         const Document& document,
                                         const Delegations& delegations,
                                         Instant now);

}  // namespace schakel::covenant
