// C2SP signed notes and checkpoints (exchange-log.md 2.2, 2.3), byte for byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/sign.h"

namespace schakel::statement {

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root{};
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The first 4 bytes of SHA-256(name || 0x0A || type || key).
uint32_t NoteKeyId(std::string_view name, uint8_t type, const crypto::PublicKey& key);
// `name+hex8+base64(0x01 || key)`.
std::string VerifierKey(std::string_view name, const crypto::PublicKey& key);

// The signed note of a checkpoint; the origin is the key name.
std::string SignCheckpoint(const Checkpoint& checkpoint, const crypto::SigningKey& log_key);

// Opens a note whose origin is `origin` under the log key: kMalformed when it does not parse,
// kDenied when the log's signature is missing or wrong. Signatures by unknown keys are ignored.
Result<Checkpoint> OpenCheckpoint(std::string_view note,
                                  std::string_view origin,
                                  const crypto::PublicKey& log_key);
// The text only, nothing verified: to learn the origin.
Result<Checkpoint> ReadCheckpointUnverified(std::string_view note);

}  // namespace schakel::statement
