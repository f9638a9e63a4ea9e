#include "cli/client/peer.h"

#include <algorithm>

#include "node/covenant/trust.h"

namespace schakel::cli {

Result<std::string> PartyOfCertificate(const crypto::PeerCertificate& certificate,
                                       const covenant::Document& document,
                                       Instant now) {
  const auto parsed = statement::SignedStatement::Parse(AsText(certificate.delegation));
  if (!parsed) return Denied("tls: the certificate carries no delegation");
  const auto verified = covenant::VerifyDelegation(*parsed, document);
  if (!verified) return Denied("tls: the delegation does not verify under the covenant");
  const statement::Delegation& delegation = verified->content;
  const bool given = std::any_of(
      delegation.keys.begin(), delegation.keys.end(), [&](const statement::DelegatedKey& key) {
        return key.use == statement::KeyUse::kTls && key.key == certificate.key;
      });
  if (!given) return Denied("tls: the key is not the one that " + delegation.party + " delegated");
  if (now < delegation.not_before || now >= delegation.not_after) {
    return Denied("tls: the delegation of " + delegation.party + " is not valid today");
  }
  return delegation.party;
}

}  // namespace schakel::cli
