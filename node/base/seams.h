// The seams through which everything that is not deterministic enters the domain.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

namespace schakel {

// A point in time in UTC, to the millisecond; statements carry its count since 1970.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

inline int64_t ToMillis(Instant instant) {
  return instant.time_since_epoch().count();
}
inline Instant FromMillis(int64_t millis) {
  return Instant{std::chrono::milliseconds{millis}};
}

// Tells the time. Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant Now() const = 0;
};

// The machine's clock. Only composition roots construct one.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant Now() const override;
};

// Fills memory with bytes that nobody can predict (in production; a seeded stream in simulations).
// Implementations are safe to call from any thread and do not fail: no randomness, no process.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void Fill(std::span<uint8_t> out) = 0;
};

}  // namespace schakel
