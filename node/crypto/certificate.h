// The self-signed X.509 certificate of a node: made with the tls key, carrying the delegation in an
// extension (exchange.md 2). Verifying it against a covenant is the caller's.
#pragma once

#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/crypto/sign.h"

namespace schakel::crypto {

// Under a private arc of a random UUID (X.667), so it collides with nobody's.
inline constexpr const char* kDelegationOid = "2.25.216547931604872159813746912038512476390";

struct TlsIdentity {
  std::string certificate_pem;
  std::string
      private_key_pem;  // PKCS#8; the one secret outside guarded memory (gRPC takes a string)
};

// `delegation` are the bytes of the signed delegation; `name` becomes the common name and the only
// DNS subject alternative name.
Result<TlsIdentity> MakeTlsIdentity(const SigningKey& tls_key,
                                    std::string_view name,
                                    ByteView delegation,
                                    Instant not_before,
                                    Instant not_after);

struct PeerCertificate {
  PublicKey key;     // Ed25519
  Bytes delegation;  // as found in the extension, not verified
  Instant not_before;
  Instant not_after;
};
// Reads one PEM certificate: exactly one delegation extension, an Ed25519 key, a self-signature
// that verifies. kMalformed otherwise.
Result<PeerCertificate> ParsePeerCertificate(std::string_view pem);

}  // namespace schakel::crypto
