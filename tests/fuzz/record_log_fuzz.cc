// Any bytes are a log that is whole, torn or damaged; a whole one is at most torn wherever it is
// cut.
#include <cstdint>
#include <sstream>

#include "node/base/check.h"
#include "node/store/record_log.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using schakel::store::CheckRecordLog;
  using Kind = schakel::store::RecordLogState::Kind;
  const std::string bytes = schakel::ToText({data, size});

  std::istringstream in(bytes);
  const auto state = CheckRecordLog(in, ~uint64_t{0});
  CHECK((state.kind == Kind::kWhole) == state.what.empty());
  if (state.kind == Kind::kDamaged) return 0;
  for (size_t cut = size; cut > 0; cut /= 2) {
    std::istringstream shorter(bytes);
    CHECK(CheckRecordLog(shorter, cut).kind != Kind::kDamaged);
  }
  return 0;
}
