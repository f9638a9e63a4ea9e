#include "node/crypto/secret.h"

#include <algorithm>
#include <utility>

#include <sodium.h>

#include "node/base/check.h"

namespace schakel::crypto {

void Init() {
  static const int status = sodium_init();  // 1: somebody else was first
  CHECK(status >= 0);
}

void Wipe(std::span<uint8_t> bytes) {
  sodium_memzero(bytes.data(), bytes.size());
}

SecretBytes::SecretBytes(size_t size) : size_(size) {
  if (size == 0) return;
  Init();
  data_ = static_cast<uint8_t*>(sodium_malloc(size));
  CHECK(data_ != nullptr);
  std::fill_n(data_, size, uint8_t{0});
}

SecretBytes::SecretBytes(ByteView contents) : SecretBytes(contents.size()) {
  std::copy(contents.begin(), contents.end(), data_);
}

// sodium_free wipes, and ends the process if something wrote past the end.
SecretBytes::~SecretBytes() {
  sodium_free(data_);
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    sodium_free(data_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

}  // namespace schakel::crypto
