#include "node/crypto/hash.h"

#include <algorithm>
#include <array>
#include <cstring>

// The SHA256_* functions are marked deprecated in OpenSSL 3 but use the same SHA-NI code as EVP, at
// 74 ns instead of 124 (reused context) or 349 (one-shot) for a tree node of 65 bytes.
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/sha.h>
#include <sodium.h>

#include "node/base/check.h"

namespace schakel::crypto {
namespace {

constexpr size_t kSha256BlockBytes = 64;

Hash Finish(SHA256_CTX& context) {
  Hash hash{};
  CHECK(SHA256_Final(hash.data(), &context) == 1);
  return hash;
}

}  // namespace

struct Sha256Stream::State {
  SHA256_CTX context;
};

Hash Sha256(ByteView bytes) {
  SHA256_CTX context;
  CHECK(SHA256_Init(&context) == 1);
  CHECK(SHA256_Update(&context, bytes.data(), bytes.size()) == 1);
  return Finish(context);
}

Hash Sha256(std::string_view text) {
  return Sha256(AsBytes(text));
}

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  CHECK(SHA256_Init(&state_->context) == 1);
}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::Add(ByteView bytes) {
  CHECK(state_ != nullptr);
  CHECK(SHA256_Update(&state_->context, bytes.data(), bytes.size()) == 1);
}

Hash Sha256Stream::Finish() {
  CHECK(state_ != nullptr);
  const Hash hash = crypto::Finish(state_->context);
  state_.reset();
  return hash;
}

// libsodium has HMAC too, but over its portable SHA-256, which is five times slower.
Hash HmacSha256(ByteView key, ByteView bytes) {
  std::array<uint8_t, kSha256BlockBytes> block{};
  if (key.size() > block.size()) {
    const Hash hashed = Sha256(key);
    std::copy(hashed.begin(), hashed.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  for (uint8_t& byte : block)
    byte ^= 0x36;
  SHA256_CTX context;
  CHECK(SHA256_Init(&context) == 1);
  CHECK(SHA256_Update(&context, block.data(), block.size()) == 1);
  CHECK(SHA256_Update(&context, bytes.data(), bytes.size()) == 1);
  const Hash inner = Finish(context);
  for (uint8_t& byte : block)
    byte ^= 0x36 ^ 0x5c;
  CHECK(SHA256_Init(&context) == 1);
  CHECK(SHA256_Update(&context, block.data(), block.size()) == 1);
  CHECK(SHA256_Update(&context, inner.data(), inner.size()) == 1);
  const Hash outer = Finish(context);
  sodium_memzero(block.data(), block.size());
  sodium_memzero(&context, sizeof(context));
  return outer;
}

Hash Blake2b(ByteView key, ByteView bytes) {
  CHECK(key.size() >= crypto_generichash_KEYBYTES_MIN &&
        key.size() <= crypto_generichash_KEYBYTES_MAX);
  Hash hash{};
  CHECK(crypto_generichash(
            hash.data(), hash.size(), bytes.data(), bytes.size(), key.data(), key.size()) == 0);
  return hash;
}

Bytes Frame(std::span<const ByteView> parts) {
  Bytes framed;
  for (const ByteView part : parts) {
    CHECK(part.size() <= UINT16_MAX);
    AppendU16(framed, static_cast<uint16_t>(part.size()));
    Append(framed, part);
  }
  return framed;
}

bool EqualConstantTime(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace schakel::crypto
