// An opened decision line is read from any bytes without a crash, is written back to them, and
// proves nothing under a root that is not its own.
#include <cstdint>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/canon/json.h"
#include "node/crypto/secret.h"
#include "node/statement/decision_line.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schakel;
  crypto::Init();
  const std::string_view text = AsText({data, size});
  const std::vector<std::string> categories{"contact", "incident"};
  static_cast<void>(statement::LineParts(text, categories));
  const auto line = statement::OpenedLine::Parse(text);
  if (!line) return 0;
  CHECK(canon::Write(line->ToValue()) == text);
  CHECK(!line->Verify(Hash{}, categories).ok());
  for (const auto& part : line->parts)
    static_cast<void>(statement::LineRecords(part.part));
  return 0;
}
