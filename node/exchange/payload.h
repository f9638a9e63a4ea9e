// The payload of an Answer: k and the release bytes, padded and sealed in frames (exchange.md 1,
// 15).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/hash.h"
#include "node/crypto/seal.h"
#include "node/statement/types.h"

namespace schakel::exchange {

inline constexpr size_t kKBytes = 32;
inline constexpr size_t kMaxPayloadBytes = 64 << 20;  // of release bytes in one answer

// BLAKE2b-256(X25519(request ephemeral, answer ephemeral), "schakel/v1/payload" || ...).
// Each side passes its own secret and the other's public key.
Result<crypto::Key32> PayloadKey(const crypto::Key32& own_secret,
                                 const crypto::X25519Public& other,
                                 const crypto::X25519Public& request_ephemeral,
                                 const crypto::X25519Public& answer_ephemeral,
                                 const Hash& request_digest);

// The RFC 6962 root over HMAC-SHA-256(k, release bytes); the empty root when there is none.
Hash ContentRoot(ByteView k, const std::vector<Bytes>& releases);

// The leaves of that root, in the order of the releases.
std::vector<Hash> ContentLeaves(ByteView k, const std::vector<Bytes>& releases);

// That one release stands under an Answer's content_root: k, its place, and the path. Tells nothing
// about the other releases but hashes keyed with k.
struct ContentProof {
  Bytes k;
  uint64_t index = 0;
  uint64_t size = 0;
  std::vector<Hash> path;
};
// kNotFound when the release is none of them.
Result<ContentProof> ProveRelease(ByteView k, const std::vector<Hash>& leaves, ByteView release);
// kDenied when the proof does not hold.
Result<void> VerifyRelease(const ContentProof& proof, ByteView release, const Hash& content_root);

// What the Answer says about the sealed bytes.
struct SealedPayload {
  int64_t frames = 0;       // without the header
  int64_t padded_size = 0;  // of the plaintext
  Hash ciphertext{};        // SHA-256(header, frames)
};

// Seals k and the releases; `emit` gets the header first, then every frame. kExhausted above
// kMaxPayloadBytes; an error of `emit` is passed on.
using Emit = std::function<Result<void>(ByteView)>;
Result<SealedPayload> SealPayload(const crypto::Key32& key,
                                  ByteView k,
                                  const std::vector<Bytes>& releases,
                                  const Emit& emit);

struct OpenedPayload {
  Bytes k;                      // 32 bytes
  std::vector<Bytes> releases;  // release bytes as sent
};

// Opens what an Answer announced, frame by frame. Everything that differs from the announcement or
// from the format is kCorrupt. Not safe for concurrent use.
class PayloadReader {
 public:
  PayloadReader(const crypto::Key32& key, const statement::Answer::Payload& announced);
  // The header first, then the frames.
  Result<void> Add(ByteView frame);
  // After the last frame: checks the hash, the final tag, the padding, and the content root.
  Result<OpenedPayload> Finish();

 private:
  crypto::Key32 key_;
  statement::Answer::Payload announced_;
  std::optional<crypto::StreamOpener> opener_;
  crypto::Sha256Stream hash_;
  Bytes plaintext_;
  int64_t frames_ = 0;
};

}  // namespace schakel::exchange
