#include "node/crypto/entropy.h"

#include <algorithm>

#include <sodium.h>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/crypto/hash.h"
#include "node/crypto/secret.h"

namespace schakel::crypto {

void SystemEntropy::Fill(std::span<uint8_t> out) {
  if (out.empty()) return;  // libsodium wants an address even for no bytes
  Init();
  randombytes_buf(out.data(), out.size());
}

SeededEntropy::SeededEntropy(uint64_t seed) {
  Bytes input = ToBytes("schakel/seeded-entropy");
  AppendU64(input, seed);
  key_ = Sha256(input);
}

// Every call starts at a fresh block of the stream, so that what is left of one is not kept.
void SeededEntropy::Fill(std::span<uint8_t> out) {
  if (out.empty()) return;
  constexpr size_t kBlockBytes = 64;
  constexpr std::array<uint8_t, crypto_stream_chacha20_NONCEBYTES> kNonce{};
  const uint64_t first = next_block_.fetch_add((out.size() + kBlockBytes - 1) / kBlockBytes);
  std::fill(out.begin(), out.end(), uint8_t{0});
  CHECK(crypto_stream_chacha20_xor_ic(
            out.data(), out.data(), out.size(), kNonce.data(), first, key_.data()) == 0);
}

}  // namespace schakel::crypto
