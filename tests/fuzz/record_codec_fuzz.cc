// Stored values, opened: refused, or exactly what the encoder makes of what they decode to. The
// first byte picks the kind.
#include <cstdint>

#include "node/base/check.h"
#include "node/record/codec.h"

namespace {

using namespace schakel;

void Same(ByteView bytes, const Bytes& again) {
  CHECK(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(data + 1, size - 1);
  if (data[0] % 3 == 0) {
    const auto value = record::DecodeRecord(bytes);
    if (value) Same(bytes, record::EncodeRecord(*value));
  } else if (data[0] % 3 == 1) {
    const auto value = record::DecodeViews({}, bytes);
    if (value) Same(bytes, record::EncodeViews(*value));
  } else {
    const auto value = record::DecodeRowRef(bytes);
    if (value) Same(bytes, record::EncodeRowRef(*value));
  }
  return 0;
}
