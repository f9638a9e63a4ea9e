// Random bytes for one run of an import, drawn ahead. For this module's own files.
#pragma once

#include <algorithm>
#include <array>

#include "node/base/seams.h"

namespace schakel::record {

// Draws a kilobyte at a time: a row needs an id and a nonce, and each would be a call to the
// kernel. For what is stored in the clear beside the value, never for keys: what is drawn ahead
// lies in memory before it is used. Not safe for concurrent use.
class EntropyAhead final : public Entropy {
 public:
  // `entropy` outlives the object.
  explicit EntropyAhead(Entropy& entropy) : entropy_(entropy) {}

  void Fill(std::span<uint8_t> out) override {
    if (out.size() > drawn_.size()) return entropy_.Fill(out);
    if (out.size() > drawn_.size() - used_) {
      entropy_.Fill(drawn_);
      used_ = 0;
    }
    std::copy_n(drawn_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
    used_ += out.size();
  }

 private:
  Entropy& entropy_;
  std::array<uint8_t, 1024> drawn_{};
  size_t used_ = drawn_.size();
};

}  // namespace schakel::record
