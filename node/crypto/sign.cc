#include "node/crypto/sign.h"

#include <algorithm>

#include <sodium.h>

#include "node/base/check.h"

namespace schakel::crypto {
namespace {

constexpr std::string_view kKeyIdPrefix = "ed25519:";

}  // namespace

std::string KeyId(const PublicKey& key) {
  return std::string(kKeyIdPrefix) + EncodeBase64(key.bytes);
}

Result<PublicKey> ParseKeyId(std::string_view id) {
  if (!id.starts_with(kKeyIdPrefix)) return Malformed("a key id starts with ed25519:");
  const PublicKey key{TRY(DecodeBase64Array<32>(id.substr(kKeyIdPrefix.size())))};
  if (!IsValidPublicKey(key)) return Malformed("not a usable Ed25519 key");
  return key;
}

bool IsValidPublicKey(const PublicKey& key) {
  return crypto_core_ed25519_is_valid_point(key.bytes.data()) == 1;
}

SigningKey SigningKey::FromSeed(ByteView seed32) {
  CHECK(seed32.size() == crypto_sign_SEEDBYTES);
  SigningKey key;
  key.secret_ = SecretBytes(size_t{crypto_sign_SECRETKEYBYTES});
  CHECK(crypto_sign_seed_keypair(
            key.public_key_.bytes.data(), key.secret_.mutable_view().data(), seed32.data()) == 0);
  return key;
}

SigningKey SigningKey::Generate(Entropy& entropy) {
  SecretBytes seed(size_t{crypto_sign_SEEDBYTES});
  entropy.Fill(seed.mutable_view());
  return FromSeed(seed.view());
}

SignatureBytes SigningKey::Sign(ByteView message) const {
  CHECK(!secret_.empty());  // not moved from
  SignatureBytes signature{};
  CHECK(crypto_sign_detached(
            signature.data(), nullptr, message.data(), message.size(), secret_.view().data()) == 0);
  return signature;
}

ByteView SigningKey::seed() const {
  CHECK(!secret_.empty());
  return secret_.view().first(crypto_sign_SEEDBYTES);
}

Result<void> VerifySignature(const PublicKey& key,
                             ByteView message,
                             const SignatureBytes& signature) {
  if (crypto_sign_verify_detached(
          signature.data(), message.data(), message.size(), key.bytes.data()) != 0) {
    return Denied("the signature does not verify");
  }
  return {};
}

}  // namespace schakel::crypto
