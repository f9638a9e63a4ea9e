// Log appends per second: a Request with its receipt in each, synced, under a signed checkpoint.
// Threads share one log and are merged into groups; RocksDB's figure is mostly the disk's.
#include <memory>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "node/log/exchange_log.h"
#include "node/store/memory_store.h"
#include "node/store/rocks_store.h"
#include "tests/bench/support.h"
#include "tests/support/sample.h"

namespace schakel::bench {
namespace {

// What the threads of one run share.
struct Shared {
  Folder folder;
  crypto::SystemEntropy entropy;
  crypto::SigningKey key = sample::Key("log");
  std::unique_ptr<store::Store> store;
  std::unique_ptr<log::ExchangeLog> log;
};
std::unique_ptr<Shared> shared;

void Open(std::unique_ptr<store::Store> (*open)(const std::string& path)) {
  shared = std::make_unique<Shared>();
  shared->store = open(shared->folder.path() + "/db");
  shared->log =
      Must(log::ExchangeLog::Open(
               *shared->store, "politie.example/xlog/00000000/1", shared->key, shared->entropy),
           "log");
}
void OpenMemory(const benchmark::State& /*state*/) {
  Open([](const std::string&) -> std::unique_ptr<store::Store> {
    return std::make_unique<store::MemoryStore>();
  });
}
void OpenRocks(const benchmark::State& /*state*/) {
  Open([](const std::string& path) -> std::unique_ptr<store::Store> {
    return Must(store::RocksStore::Open({.path = path, .create_if_missing = true}), "database");
  });
}
void Close(const benchmark::State& /*state*/) {
  shared->log.reset();
  shared.reset();
}

void Append(benchmark::State& state) {
  // The request is signed once for all: its signature is the sender's work, not the log's.
  const auto request = sample::SignBy(sample::Key("gemeente"),
                                      statement::Type::kRequest,
                                      sample::MakeRequest("e", "gemeente", "politie").ToValue());
  const log::NewEntry entry = {
      sample::EntryOf(request, statement::Direction::kIn, "gemeente", sample::Id("e")),
      log::ReceiptOrder{sample::Id("e"), request.Digest(), true, ""}};
  for (auto _ : state) {
    log::Commit commit;
    commit.entries.push_back(entry);
    benchmark::DoNotOptimize(
        Must(shared->log->Append(std::move(commit), sample::kStart), "append"));
  }
  state.SetItemsProcessed(state.iterations());
}
void AppendMemory(benchmark::State& state) {
  Append(state);
}
void AppendRocks(benchmark::State& state) {
  Append(state);
}
BENCHMARK(AppendMemory)->Setup(OpenMemory)->Teardown(Close)->Threads(1)->Threads(8)->UseRealTime();
BENCHMARK(AppendRocks)->Setup(OpenRocks)->Teardown(Close)->Threads(1)->Threads(8)->UseRealTime();

}  // namespace
}  // namespace schakel::bench
