// A checkpoint that reads, signed again, opens as the same checkpoint; nothing opens under a key
// that did not sign.
#include <cstdint>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/crypto/secret.h"
#include "node/statement/note.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schakel;
  crypto::Init();
  static const auto kKey = crypto::SigningKey::FromSeed(Bytes(32, 9));
  const std::string_view note = AsText({data, size});
  const auto read = statement::ReadCheckpointUnverified(note);
  if (!read) return 0;
  CHECK(!statement::OpenCheckpoint(note, read->origin, kKey.public_key()).ok());
  const std::string again = statement::SignCheckpoint(*read, kKey);
  if (again.size() > kMaxNoteBytes) return 0;
  const auto opened = statement::OpenCheckpoint(again, read->origin, kKey.public_key());
  CHECK(opened.ok() && *opened == *read);
  return 0;
}
