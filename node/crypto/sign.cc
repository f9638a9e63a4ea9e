#include "node/crypto/sign.h"

#include <algorithm>
#include <array>
#include <optional>

#include <sodium.h>

#include "node/base/check.h"
#include "node/base/mutex.h"
#include "node/crypto/hash.h"

namespace schakel::crypto {
namespace {

constexpr std::string_view kKeyIdPrefix = "ed25519:";

// Public keys that were found to be valid points. The test costs as much as half a verification,
// and a node meets the same few keys in every statement; whether bytes are a point never changes.
// One place per key, so that no number of keys makes it grow.
class KnownPoints {
 public:
  bool Has(const PublicKey& key) EXCLUDES_LOCK(mutex_) {
    const MutexLock lock(mutex_);
    return points_[PlaceOf(key)] == key;
  }
  void Add(const PublicKey& key) EXCLUDES_LOCK(mutex_) {
    const MutexLock lock(mutex_);
    points_[PlaceOf(key)] = key;
  }

 private:
  static constexpr size_t kPlaces = 256;
  static size_t PlaceOf(const PublicKey& key) { return key.bytes[0] % kPlaces; }

  Mutex mutex_;
  std::array<std::optional<PublicKey>, kPlaces> points_ GUARDED_BY(mutex_);
};

// Signatures that were found to verify. A node meets the same delegations and facts in every call
// and every exchange; whether a signature verifies never changes. A hash over key, signature and
// message names each: who finds two with one hash has broken SHA-256. One place per hash, so that
// no number of signatures makes it grow.
class KnownSignatures {
 public:
  static Hash NameOf(const PublicKey& key, ByteView message, const SignatureBytes& signature) {
    // Key and signature have one length each, so this is said in one way only.
    Bytes all;
    all.reserve(key.bytes.size() + signature.size() + message.size());
    Append(all, key.bytes);
    Append(all, signature);
    Append(all, message);
    return Sha256(all);
  }
  bool Has(const Hash& name) EXCLUDES_LOCK(mutex_) {
    const MutexLock lock(mutex_);
    return names_[PlaceOf(name)] == name;
  }
  void Add(const Hash& name) EXCLUDES_LOCK(mutex_) {
    const MutexLock lock(mutex_);
    names_[PlaceOf(name)] = name;
  }

 private:
  static constexpr size_t kPlaces = 1024;
  static size_t PlaceOf(const Hash& name) { return (name[0] * size_t{256} + name[1]) % kPlaces; }

  Mutex mutex_;
  std::array<std::optional<Hash>, kPlaces> names_ GUARDED_BY(mutex_);
};

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
  static KnownPoints known;
  if (known.Has(key)) return true;
  if (crypto_core_ed25519_is_valid_point(key.bytes.data()) != 1) return false;
  known.Add(key);
  return true;
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
  static KnownSignatures known;
  const Hash name = KnownSignatures::NameOf(key, message, signature);
  if (known.Has(name)) return {};
  if (crypto_sign_verify_detached(
          signature.data(), message.data(), message.size(), key.bytes.data()) != 0) {
    return Denied("the signature does not verify");
  }
  known.Add(name);
  return {};
}

}  // namespace schakel::crypto
