// ParsePeerCertificate over PEM as it comes, and over DER that is put into right PEM, so that the
// mutations reach the certificate behind it.
#include <string>

#include "node/base/check.h"
#include "node/crypto/certificate.h"

namespace {

std::string PemOf(schakel::ByteView der) {
  const std::string digits = schakel::EncodeBase64(der);
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (size_t i = 0; i < digits.size(); i += 64)
    pem += digits.substr(i, 64) + "\n";
  return pem + "-----END CERTIFICATE-----\n";
}

// What was taken holds what the header promises.
void Read(std::string_view pem) {
  const auto peer = schakel::crypto::ParsePeerCertificate(pem);
  if (!peer) {
    CHECK(peer.error().code == schakel::ErrorCode::kMalformed);
    return;
  }
  CHECK(schakel::crypto::IsValidPublicKey(peer->key));
  CHECK(!peer->delegation.empty());
  CHECK(peer->delegation.size() <= schakel::crypto::kMaxDelegationBytes);
  CHECK(peer->not_before < peer->not_after);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const schakel::ByteView input(data, size);
  Read(schakel::AsText(input));
  Read(PemOf(input));
  return 0;
}
