#include "node/exchange/prekey.h"

#include "node/base/limits.h"

namespace schakel::exchange {

void PrekeyRing::Rotate(Instant now) {
  // Key32 wipes itself, so dropping an element wipes the private half.
  std::erase_if(held_, [now](const Held& held) {
    return now >= held.made + kPrekeyRotation + kPrekeyGrace || now < held.made - kPrekeyGrace;
  });
  if (!held_.empty() && now < held_.back().made + kPrekeyRotation) return;
  crypto::X25519Pair pair = crypto::GenerateX25519(entropy_);
  held_.push_back({{statement::PrekeyId(pair.public_key), pair.public_key}, pair.secret, now});
}

statement::Prekey PrekeyRing::Current(Instant now) {
  const MutexLock lock(mutex_);
  Rotate(now);
  return held_.back().prekey;
}

std::optional<crypto::Key32> PrekeyRing::Find(std::string_view id, Instant now) {
  const MutexLock lock(mutex_);
  Rotate(now);
  for (const Held& held : held_) {
    if (held.prekey.id == id) return held.secret;
  }
  return std::nullopt;
}

}  // namespace schakel::exchange
