// Writes rows until it is killed and says on stdout which it was told are durable. Run by
// rocks_kill_test.cc: kill_child <database> <first row> <seed>.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "node/store/rocks_store.h"
#include "tests/unit/store_rocks/kill_rows.h"

int main(int argc, char** argv) {
  using namespace schakel::store;
  if (argc != 4) return 2;
  const uint64_t seed = std::strtoull(argv[3], nullptr, 10);
  const auto store =
      RocksStore::Open({.path = argv[1], .create_if_missing = true, .allow_torn_tail = true});
  if (!store.ok()) {
    std::fprintf(stderr, "%s\n", store.error().detail.c_str());
    return 1;
  }
  for (uint64_t row = std::strtoull(argv[2], nullptr, 10);; ++row) {
    // Every third row is unsynced: the next synced one vouches for it.
    const bool synced = row % 3 != 0;
    Batch batch;
    batch.RequireAbsent(Family::kLog, RowKey(row));
    batch.Put(Family::kLog, RowKey(row), schakel::AsBytes(RowValue(seed, row)));
    batch.Put(Family::kMeta, schakel::AsBytes("last"), RowKey(row));
    if (!(*store)->Write(batch, synced ? Durability::kSynced : Durability::kUnsynced).ok())
      return 1;
    if (row % 40 == 39 && !(*store)->Purge(Family::kMeta).ok()) return 1;
    const std::string line = std::to_string(row) + "\n";
    if (synced && write(STDOUT_FILENO, line.data(), line.size()) < 0) return 1;
  }
}
