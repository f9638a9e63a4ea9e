// The prekey ring: the X25519 keys to which partners seal request bodies (exchange.md 3). Private
// halves live in memory only: a restart forgets them, and a request sealed to a forgotten key is
// answered PREKEY_UNKNOWN.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/mutex.h"
#include "node/base/seams.h"
#include "node/crypto/seal.h"
#include "node/statement/types.h"

namespace schakel::exchange {

// Safe for concurrent use.
class PrekeyRing {
 public:
  explicit PrekeyRing(Entropy& entropy) : entropy_(entropy) {}

  // The key to put in a Status issued at `now`; made anew every kPrekeyRotation.
  statement::Prekey Current(Instant now) EXCLUDES_LOCK(mutex_);
  // The private half, while the key is current or at most kPrekeyGrace past its rotation.
  std::optional<crypto::Key32> Find(std::string_view id, Instant now) EXCLUDES_LOCK(mutex_);

 private:
  struct Held {
    statement::Prekey prekey;
    crypto::Key32 secret;
    Instant made;
  };
  void Rotate(Instant now) REQUIRES_LOCK(mutex_);

  Entropy& entropy_;
  Mutex mutex_;
  std::vector<Held> held_ GUARDED_BY(mutex_);  // newest last; at most two
};

}  // namespace schakel::exchange
