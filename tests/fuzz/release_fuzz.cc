// Whatever the bytes are: refused, or a release that encodes to exactly those bytes, and the
// recipient's check says yes or no to it.
#include <cstdint>

#include "node/base/check.h"
#include "node/record/release.h"
#include "tests/unit/record/example.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schakel;
  static const covenant::Document covenant = record::ExampleCovenant();
  const ByteView bytes(data, size);
  const auto release = record::DecodeRelease(bytes, covenant);
  if (!release) return 0;
  CHECK(!release->fields.empty() && !release->by.empty());
  const auto again = record::EncodeRelease(*release, covenant);
  CHECK(again.ok() && std::equal(again->begin(), again->end(), bytes.begin(), bytes.end()));
  const auto checked =
      record::CheckRelease(*release, covenant, {"politie", "gemeente", "groepsscan"});
  // Free text never passes, whatever else is in the release.
  CHECK(!checked.ok() || release->fields.count("toelichting") == 0);
  return 0;
}
