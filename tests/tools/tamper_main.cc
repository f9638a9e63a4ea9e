// schakel-tamper --home DIR --entry N: rewrites one entry of a stopped node's lineage log through
// the store, as somebody with access to the database could. For the demo and functional tests only.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "node/app/config.h"
#include "node/covenant/document.h"
#include "node/log/exchange_log.h"
#include "node/store/rocks_store.h"
#include "tests/tools/tamper.h"

namespace schakel::tamper {
namespace {

Result<Uuid> LineageOf(const store::Store& store) {
  Result<Uuid> lineage = NotFound("the node holds no covenant");
  const Bytes prefix = store::KeyBuilder().Text("document").Build();
  TRY(store.Scan(store::Family::kCovenant, prefix, [&](ByteView, ByteView canonical) {
    auto document = covenant::ParseDocument(AsText(canonical));
    lineage = document ? Result<Uuid>(document->lineage) : Result<Uuid>(document.error());
    return false;
  }));
  return lineage;
}

Result<void> Run(const std::string& home, uint64_t index) {
  const app::Config config = TRY(app::ReadConfig(home));
  store::RocksOptions options;
  options.path = config.Path(config.data);
  const auto store = TRY(store::RocksStore::Open(options));
  const Uuid lineage = TRY(LineageOf(*store));
  return AlterEntry(*store, log::Origin(config.node, lineage, 1), index);
}

}  // namespace
}  // namespace schakel::tamper

int main(int argc, char** argv) {
  std::string home;
  std::string entry;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string(argv[i]) == "--home") home = argv[i + 1];
    if (std::string(argv[i]) == "--entry") entry = argv[i + 1];
  }
  char* end = nullptr;
  const uint64_t index = std::strtoull(entry.c_str(), &end, 10);
  if (home.empty() || entry.empty() || *end != '\0') {
    std::fprintf(stderr, "usage: schakel-tamper --home DIR --entry N\n");
    return 2;
  }
  const auto done = schakel::tamper::Run(home, index);
  if (done) return 0;
  std::fprintf(stderr, "schakel-tamper: %s\n", done.error().detail.c_str());
  return 1;
}
