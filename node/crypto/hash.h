// Digests: SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104), keyed BLAKE2b-256 (RFC 7693).
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"

namespace schakel::crypto {

Hash Sha256(ByteView bytes);
Hash Sha256(std::string_view text);

// SHA-256 of what is added, in order. Not safe for concurrent use.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  void Add(ByteView bytes);
  // Ends the stream; nothing may be called after it.
  Hash Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Hash HmacSha256(ByteView key, ByteView bytes);

// Keyed BLAKE2b-256; the key has 16 to 64 bytes.
Hash Blake2b(ByteView key, ByteView bytes);

// Each part behind its u16be length: the framing of every key derivation (exchange.md 15).
// Precondition: every part is shorter than 65536 bytes.
Bytes Frame(std::span<const ByteView> parts);

// Constant time in the contents.
bool EqualConstantTime(ByteView a, ByteView b);

}  // namespace schakel::crypto
