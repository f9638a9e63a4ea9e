// The self-signed X.509 certificate of a node: made with the tls key, carrying the delegation in an
// extension (exchange.md 2). Verifying it against a covenant is the caller's. Both functions are
// pure and leave OpenSSL's error queue as they found it.
#pragma once

#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/crypto/sign.h"

namespace schakel::crypto {

// The random UUID a76cb9a3-d37e-4a70-9071-26bb56a0e8c8 under the arc that is open to everybody's
// UUIDs in parts of 16 and 24 bits (oid-base.com/get/1.2.840.113556.1.8000.2554). The arc 2.25
// takes a UUID as one number of 128 bits, which Go and Python's cryptography refuse to parse.
inline constexpr const char* kDelegationOid =
    "1.2.840.113556.1.8000.2554.42860.47523.54142.19056.36977.2538326.10545352";

// Far above a delegation with 16 signatures. Not kMaxStatementBytes: the session ticket in which
// OpenSSL's server keeps the client's certificate ends below 64 KiB, and with it the handshake.
inline constexpr size_t kMaxDelegationBytes = 16 << 10;

struct TlsIdentity {
  std::string certificate_pem;
  std::string
      private_key_pem;  // PKCS#8; the one secret outside guarded memory (gRPC takes a string)
};

// `delegation` are the bytes of the signed delegation; `name` becomes the common name and the only
// DNS subject alternative name. Dates are cut to whole seconds. The same input gives the same
// certificate. kMalformed unless the name has 1 to 64 characters of [a-z0-9._-], the delegation 1
// to kMaxDelegationBytes bytes, and the dates lie in 1970 to 9999, the second at least a second
// after the first.
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
// Reads one PEM certificate: exactly one delegation extension, an Ed25519 key that IsValidPublicKey
// takes, a self-signature that verifies, one spelling (DER; PEM as OpenSSL and so gRPC write it).
// kMalformed otherwise. Says nothing about who may connect, and nothing about the present time.
Result<PeerCertificate> ParsePeerCertificate(std::string_view pem);

}  // namespace schakel::crypto
