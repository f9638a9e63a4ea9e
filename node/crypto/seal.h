// What an exchange is sealed with: X25519 agreement, XChaCha20-Poly1305 for bodies and stored
// values, secretstream for payloads (exchange.md 1, 15).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/crypto/secret.h"

namespace schakel::crypto {

using X25519Public = std::array<uint8_t, 32>;

struct X25519Pair {
  Key32 secret;
  X25519Public public_key{};
};
X25519Pair GenerateX25519(Entropy& entropy);
X25519Pair X25519FromSecret(ByteView secret32);
// BLAKE2b-256(key = X25519(secret, peer), framed parts). kDenied when the shared secret is zero.
Result<Key32> AgreeKey(const Key32& secret,
                       const X25519Public& peer,
                       std::span<const ByteView> parts);

// XChaCha20-Poly1305 (libsodium's IETF form). The result is a random 24-byte nonce, then the
// ciphertext. Open gives kCorrupt when anything differs.
inline constexpr size_t kAeadOverhead = 24 + 16;
Bytes AeadSeal(const Key32& key, ByteView associated, ByteView plaintext, Entropy& entropy);
// Appends the same to `out`.
void AeadSealOnto(
    const Key32& key, ByteView associated, ByteView plaintext, Entropy& entropy, Bytes& out);
Bytes AeadSealWithNonce(const Key32& key,
                        ByteView nonce24,
                        ByteView associated,
                        ByteView plaintext);
Result<Bytes> AeadOpen(const Key32& key, ByteView associated, ByteView sealed);

// The plaintext form of bodies and payloads: u32be length, content, zeros up to Padme of the whole
// (exchange.md 15). Precondition: content.size() <= 2^32 - 5.
Bytes Pad(ByteView content);
// The content inside `padded`, not copied. kMalformed unless Pad(content) gives exactly `padded`.
Result<ByteView> Unpad(ByteView padded);

// crypto_secretstream_xchacha20poly1305. Frames in order; the last carries TAG_FINAL. A sealed
// frame is longer than its plaintext by:
inline constexpr size_t kStreamOverhead = 17;
class StreamSealer {
 public:
  // Draws the header from libsodium's generator (exchange.md 14).
  explicit StreamSealer(const Key32& key);
  ~StreamSealer();
  StreamSealer(StreamSealer&&) noexcept;
  [[nodiscard]] const std::array<uint8_t, 24>& header() const;
  // Precondition: no frame was final before.
  Bytes Seal(ByteView plaintext, bool final);

 private:
  struct State;
  std::unique_ptr<State> state_;
};
class StreamOpener {
 public:
  // kCorrupt for a header of the wrong length.
  static Result<StreamOpener> Create(const Key32& key, ByteView header);
  ~StreamOpener();
  StreamOpener(StreamOpener&&) noexcept;
  // kCorrupt for a frame that does not open or comes after the final one; one such frame ends the
  // stream.
  Result<Bytes> Open(ByteView frame);
  // True once the frame with TAG_FINAL was opened.
  [[nodiscard]] bool finished() const;

 private:
  StreamOpener();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace schakel::crypto
