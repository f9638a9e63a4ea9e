// Ed25519 signatures. libsodium's verdict is the norm (exchange-log.md 7, pitfall 1).
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/crypto/secret.h"

namespace schakel::crypto {

using SignatureBytes = std::array<uint8_t, 64>;

struct PublicKey {
  std::array<uint8_t, 32> bytes{};
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

// `ed25519:` + base64 of the key.
std::string KeyId(const PublicKey& key);
// kMalformed for another spelling and for any key that IsValidPublicKey refuses.
Result<PublicKey> ParseKeyId(std::string_view id);
// A canonical point of the main subgroup, not of small order (crypto_core_ed25519_is_valid_point).
bool IsValidPublicKey(const PublicKey& key);

class SigningKey {
 public:
  static SigningKey FromSeed(ByteView seed32);
  static SigningKey Generate(Entropy& entropy);
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] SignatureBytes Sign(ByteView message) const;
  // The 32-byte seed, for the key file.
  [[nodiscard]] ByteView seed() const;

 private:
  SigningKey() = default;
  PublicKey public_key_;
  SecretBytes secret_;  // libsodium's 64 bytes, seed first
};

// kDenied when the signature does not verify.
Result<void> VerifySignature(const PublicKey& key,
                             ByteView message,
                             const SignatureBytes& signature);

}  // namespace schakel::crypto
