// Whose certificate is this? The callback that the transport trusts, over the covenant that is kept
// (exchange.md 2).
#pragma once

#include "node/base/seams.h"
#include "node/crypto/certificate.h"
#include "node/engine/engine.h"

namespace schakel::app {

// The party (or auditor) of the certificate: its delegation verifies under the roots in the
// a covenant version activated here, covers this moment, and gives the certificate's key for tls.
// kDenied otherwise.
Result<std::string> PartyOfCertificate(engine::Engine& engine,
                                       const crypto::PeerCertificate& certificate);

// The newest delegation of this node that gives it this tls key now, or null: one that was signed
// for a later key waits until the node has that. Valid as long as the view.
const statement::Verified<statement::Delegation>* OwnDelegation(const exchange::LineageView& view,
                                                                const exchange::Self& self,
                                                                const crypto::PublicKey& tls_key,
                                                                Instant now);

// This node's certificate: its tls key and its own current delegation. kNotFound while none is
// held.
Result<crypto::TlsIdentity> OwnIdentity(engine::Engine& engine, const crypto::SigningKey& tls_key);

}  // namespace schakel::app
