// Internal to `audit`: what the trusted hash makes true. From the hash follow the bytes of that
// covenant version and, through `previous`, of those before it; from their roots, the accepts and
// the delegations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/audit/collect.h"
#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/covenant/document.h"
#include "node/covenant/trust.h"
#include "node/statement/types.h"

namespace schakel::audit {

struct Trust {
  std::vector<covenant::Document> versions;  // newest first; empty: the bytes were not found
  covenant::Delegations delegations;         // each verified under the roots in some version

  [[nodiscard]] const covenant::Document& newest() const { return versions.front(); }
  [[nodiscard]] const covenant::Document* Find(const Hash& covenant) const;
  // The keys that the party's delegations give for the use: at `at`, or ever when it is absent.
  [[nodiscard]] std::vector<crypto::PublicKey> KeysOf(std::string_view party,
                                                      statement::KeyUse use,
                                                      std::optional<Instant> at) const;
  // The party among whose delegated nodes the origin's node is, for this lineage; empty: nobody.
  [[nodiscard]] std::string PartyOfOrigin(std::string_view origin) const;
};

// Adds findings for what is missing or wrong. An error only when files cannot be read.
Result<Trust> BuildTrust(const Hash& covenant, Collector& collector);

}  // namespace schakel::audit
