// Sealing of an answer's payload in MB of release bytes per second, releases of 400 bytes.
#include <vector>

#include <benchmark/benchmark.h>

#include "node/exchange/payload.h"
#include "tests/bench/support.h"

namespace schakel::bench {
namespace {

void Seal(benchmark::State& state) {
  crypto::Init();
  crypto::SystemEntropy entropy;
  crypto::Key32 key;
  entropy.Fill(key.mutable_view());
  Bytes k(exchange::kKBytes);
  entropy.Fill(k);
  std::vector<Bytes> releases(static_cast<size_t>(state.range(0)) / 400, Bytes(400));
  for (Bytes& release : releases)
    entropy.Fill(release);
  size_t sealed = 0;
  const exchange::Emit emit = [&](ByteView frame) -> Result<void> {
    sealed += frame.size();
    return {};
  };
  for (auto _ : state) {
    benchmark::DoNotOptimize(Must(exchange::SealPayload(key, k, releases, emit), "seal"));
  }
  if (sealed == 0) Stop("seal", "no frame came out");
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(releases.size()) * 400);
}
BENCHMARK(Seal)->Arg(64 << 10)->Arg(1 << 20)->Arg(16 << 20);

}  // namespace
}  // namespace schakel::bench
