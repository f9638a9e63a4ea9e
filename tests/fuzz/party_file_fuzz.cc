// Whatever a party or an auditor says of itself, to who prepares a covenant or to its own node: an
// id, roots that can sign and a threshold that they can reach, or nothing.
#include <cstdint>

#include "cli/home.h"
#include "node/app/config.h"
#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/crypto/secret.h"

using namespace schakel;

namespace {

template <typename File>
void Check(const std::string& id, const File& file) {
  CHECK(!id.empty());
  CHECK(file.threshold >= 1);
  CHECK(static_cast<size_t>(file.threshold) <= file.roots.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  crypto::Init();
  const std::string_view text = AsText({data, size});
  if (const auto party = cli::ParsePartyFile(text)) Check(party->id, *party);
  if (const auto party = app::ParsePartyFile(text)) Check(party->party, *party);
  return 0;
}
