// Whatever stands in a store: a scan that is written as it stood, or none.
#include <cstdint>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/canon/json.h"
#include "node/report/model.h"

using namespace schakel;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto value = canon::ParseCanonical(AsText({data, size}));
  if (!value) return 0;
  const auto report = report::ParseScanReport(*value);
  if (report) CHECK(report::ToValue(*report) == *value);
  return 0;
}
