// Who signs for the parties of the example covenant, and what they sign.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/covenant/trust.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {

inline constexpr std::chrono::hours kDay{24};

inline Instant Start() {
  return FirstInstantOf(Day{std::chrono::year{2026} / 4 / 1}, Zone::kAmsterdam);
}

// The example with its real thresholds: politie 2 of 3, gemeente 2 of 2, om and jongerenwerk 1
// of 2.
inline const Document& Example() {
  static const Document document = MustRead(ExampleYaml());
  return document;
}

template <typename T>
statement::SignedStatement SignBy(const T& content, const std::vector<std::string>& labels) {
  std::vector<crypto::SigningKey> keys;
  for (const std::string& label : labels)
    keys.push_back(KeyOf(label));
  std::vector<const crypto::SigningKey*> pointers;
  for (const crypto::SigningKey& key : keys)
    pointers.push_back(&key);
  return statement::SignedStatement::Sign(T::kType, content.ToValue(), pointers);
}

// From Start for 60 days; the node's keys are named after the party.
inline statement::Delegation DelegationOf(const std::string& party, int64_t seq = 1) {
  statement::Delegation out;
  out.lineage = Example().lineage;
  out.party = party;
  out.node = party + ".veldrijk.example";
  out.seq = seq;
  out.signed_at = Start();
  out.not_before = Start();
  out.not_after = Start() + 60 * kDay;
  out.addresses = {party + ".veldrijk.example:7443"};
  out.keys = {{statement::KeyUse::kStatement, KeyOf(party + " statement").public_key()},
              {statement::KeyUse::kLog, KeyOf(party + " log").public_key()},
              {statement::KeyUse::kTls, KeyOf(party + " tls").public_key()}};
  return out;
}

inline const std::map<std::string, std::vector<std::string>> kRoots{{"politie", {"P1", "P2"}},
                                                                    {"gemeente", {"G1", "G2"}},
                                                                    {"om", {"O1"}},
                                                                    {"jongerenwerk", {"J1"}},
                                                                    {"rekenkamer", {"A1"}}};

inline statement::Verified<statement::Delegation> Verified(
    const statement::Delegation& delegation) {
  auto verified = VerifyDelegation(SignBy(delegation, kRoots.at(delegation.party)), Example());
  EXPECT_TRUE(verified.ok());
  return *verified;
}

inline Delegations AllDelegations() {
  Delegations out;
  for (const auto& [party, roots] : kRoots)
    out.Add(Verified(DelegationOf(party)));
  return out;
}

inline statement::Accept AcceptOf(const std::string& party, const Document& document) {
  return {party,
          document.lineage,
          document.version,
          document.hash,
          document.previous,
          /*seq=*/1,
          Start()};
}

}  // namespace schakel::covenant
