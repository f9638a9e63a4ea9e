// Memory for secrets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "node/base/bytes.h"

namespace schakel::crypto {

// Starts libsodium; every process calls it first, and may call it again, from any thread. Ends the
// process on failure.
void Init();

// Overwrites; the compiler does not remove it.
void Wipe(std::span<uint8_t> bytes);

// Guarded, locked memory (sodium_malloc) for node and master keys. Moves, never copies; wiped on
// destruction. No operator<<, no comparison.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(size_t size);        // zeros
  explicit SecretBytes(ByteView contents);  // copies; the caller wipes its own
  ~SecretBytes();
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  [[nodiscard]] ByteView view() const { return {data_, size_}; }
  [[nodiscard]] std::span<uint8_t> mutable_view() { return {data_, size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// A 32-byte key in ordinary memory, wiped on destruction: for data keys, of which there are
// thousands.
class Key32 {
 public:
  Key32() = default;
  explicit Key32(const std::array<uint8_t, 32>& bytes) : bytes_(bytes) {}
  ~Key32() { Wipe(bytes_); }
  Key32(const Key32&) = default;
  Key32& operator=(const Key32&) = default;
  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] std::span<uint8_t, 32> mutable_view() { return bytes_; }

 private:
  std::array<uint8_t, 32> bytes_{};
};

}  // namespace schakel::crypto
