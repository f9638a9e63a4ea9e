// Entropy from libsodium, and a seeded one for simulations.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "node/base/seams.h"

namespace schakel::crypto {

// libsodium's generator (getrandom).
class SystemEntropy final : public Entropy {
 public:
  void Fill(std::span<uint8_t> out) override;
};

// A ChaCha20 stream under the seed: the same seed gives the same bytes. Never in a node.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(uint64_t seed);
  void Fill(std::span<uint8_t> out) override;

 private:
  std::array<uint8_t, 32> key_{};
  std::atomic<uint64_t> next_block_ = 0;
};

}  // namespace schakel::crypto
