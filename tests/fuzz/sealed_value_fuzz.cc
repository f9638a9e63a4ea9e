// A stored value is opened or refused, whatever the disk gives back; what was sealed opens.
#include <algorithm>
#include <cstdint>

#include "node/base/check.h"
#include "node/crypto/entropy.h"
#include "node/store/key_table.h"
#include "node/store/memory_store.h"

namespace {

using schakel::Bytes;
using schakel::ByteView;
namespace store = schakel::store;

struct World {
  store::MemoryStore memory;
  schakel::crypto::SeededEntropy entropy{1};
  std::unique_ptr<store::KeyTable> keys;
  store::DataKey key;

  World() {
    keys = *store::KeyTable::Open(memory, Bytes(32, 7), entropy);
    key = *keys->Take();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static World world;
  const ByteView input(data, size);
  const Bytes row_key = schakel::ToBytes("row");

  const auto opened = store::OpenValue(*world.keys, store::Family::kRecord, row_key, input);
  const auto named = store::KeyOfValue(input);
  if (opened) CHECK(named.ok() && opened->size() + store::kSealedOverhead == size);
  if (!named) CHECK(opened.error().code == schakel::ErrorCode::kCorrupt);

  const Bytes sealed =
      store::SealValue(world.key, store::Family::kRecord, row_key, input, world.entropy);
  const auto back = store::OpenValue(*world.keys, store::Family::kRecord, row_key, sealed);
  CHECK(back.ok() && std::equal(back->begin(), back->end(), input.begin(), input.end()));
  return 0;
}
