// An entry that parses is encoded to the same bytes: the leaf hash is over what was stored.
#include <cstdint>

#include "node/base/check.h"
#include "node/crypto/secret.h"
#include "node/statement/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schakel;
  crypto::Init();
  const std::string_view bytes = AsText({data, size});
  const auto entry = statement::Entry::Parse(bytes);
  if (entry) CHECK(entry->Encode() == bytes);
  return 0;
}
