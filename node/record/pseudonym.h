// Names that stand for a BSN or a reference where neither may be known (covenant.md, "Transform
// details"; exchange.md 6).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "node/base/ids.h"
#include "node/crypto/secret.h"
#include "node/store/key_table.h"

namespace schakel::record {

// The names that one giver uses towards one recipient for one purpose. Immutable, so safe for
// several threads.
class Pseudonyms {
 public:
  // `secret` is the giver's own and is shared with nobody: who has it can find the BSN behind a
  // name by trying all of them.
  Pseudonyms(const Uuid& lineage,
             std::string purpose,
             std::string recipient,
             const crypto::Key32& secret);

  // pseudonym(recipient): links what this giver delivers to this recipient for this purpose, and
  // nothing else. HMAC-SHA-256 under the giver's secret over lineage, purpose, recipient and value.
  [[nodiscard]] std::string ForRecipient(std::string_view value) const;

  // pseudonym(covenant): the same from every giver to every recipient of the lineage, for one
  // purpose, so that a party that knows the reference (the row of its own list) finds it again. Its
  // key is derived from the lineage and hides nothing: what keeps the reference unknown is that it
  // cannot be guessed. So only a UUIDv4 in lower case, which has 122 random bits, has one; nullopt
  // for all else.
  [[nodiscard]] std::optional<std::string> ForCovenant(std::string_view value) const;

 private:
  Uuid lineage_;
  std::string purpose_;
  std::string recipient_;
  crypto::SecretBytes secret_;
};

// What a node keeps for them: stable over restarts, derived from its table of keys.
crypto::Key32 PseudonymSecret(const store::KeyTable& keys);

// 32 lower-case hexadecimal digits: the first half of the MAC. No UUID and no BSN has that shape.
bool IsPseudonym(std::string_view text);

}  // namespace schakel::record
