#include "node/app/trust.h"

#include <algorithm>

#include "node/base/limits.h"

namespace schakel::app {

Result<std::string> PartyOfCertificate(engine::Engine& engine,
                                       const crypto::PeerCertificate& certificate) {
  const auto view = engine.covenants().At(engine.now());
  if (!view) return Denied("no covenant is in force");
  const auto parsed = TRY(statement::SignedStatement::Parse(AsText(certificate.delegation)));
  // Under the roots of any version activated here: a party that left still brings receipts and
  // statements. What it may ask is decided per call.
  Result<statement::Verified<statement::Delegation>> verified = Denied("nobody's delegation");
  for (auto version = view->activated.rbegin(); version != view->activated.rend() && !verified;
       ++version) {
    verified = covenant::VerifyDelegation(parsed, (*version)->document());
  }
  const auto delegation = TRY(std::move(verified));
  const auto& parties = view->document().parties;
  // Roots that a party gave up give nothing while it is a party.
  const auto by_roots_of_now = [&](const auto& version) {
    return version->document().version >= view->document().version &&
           covenant::VerifyDelegation(parsed, version->document()).ok();
  };
  if (parties.contains(delegation.content.party) &&
      std::none_of(view->activated.begin(), view->activated.end(), by_roots_of_now)) {
    return Denied("the delegation in the certificate is by roots of before");
  }
  if (view->Ended(parsed)) {
    return Denied("the delegation in the certificate was ended");
  }
  const Instant now = engine.now();
  if (now < delegation.content.not_before || now >= delegation.content.not_after) {
    return Denied("the delegation in the certificate does not cover this moment");
  }
  const auto& keys = delegation.content.keys;
  const bool given = std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
    return key.use == statement::KeyUse::kTls && key.key == certificate.key;
  });
  if (!given) return Denied("the certificate's key is not delegated for tls");
  return delegation.content.party;
}

const statement::Verified<statement::Delegation>* OwnDelegation(const exchange::LineageView& view,
                                                                const exchange::Self& self,
                                                                const crypto::PublicKey& tls_key,
                                                                Instant now) {
  const statement::Verified<statement::Delegation>* newest = nullptr;
  for (const auto& held : view.known.all()) {
    const statement::Delegation& delegation = held.content;
    if (delegation.party != self.party || delegation.node != self.node ||
        now < delegation.not_before || now >= delegation.not_after ||
        view.known.Ended(delegation.party, held.bytes.Digest())) {
      continue;
    }
    const bool gives =
        std::any_of(delegation.keys.begin(), delegation.keys.end(), [&](const auto& key) {
          return key.use == statement::KeyUse::kTls && key.key == tls_key;
        });
    if (gives && (newest == nullptr || newest->content.seq < delegation.seq)) newest = &held;
  }
  return newest;
}

Result<crypto::TlsIdentity> OwnIdentity(engine::Engine& engine, const crypto::SigningKey& tls_key) {
  const auto view = engine.covenants().At(engine.now());
  if (!view) return NotFound("no covenant is in force");
  const Instant now = engine.now();
  const auto* const own = OwnDelegation(*view, engine.self(), tls_key.public_key(), now);
  if (own == nullptr) return NotFound("no delegation of this node's keys covers this moment");
  return crypto::MakeTlsIdentity(tls_key,
                                 engine.self().node,
                                 AsBytes(own->bytes.Encode()),
                                 own->content.not_before,
                                 own->content.not_after);
}

}  // namespace schakel::app
