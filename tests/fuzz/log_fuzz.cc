// A log under appends, failing writes, crashes, restarts and clocks that jump: what was
// acknowledged is there, and the stored log verifies after every step.
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "node/base/check.h"
#include "node/crypto/entropy.h"
#include "node/crypto/secret.h"
#include "node/crypto/sign.h"
#include "node/log/exchange_log.h"
#include "node/log/verify.h"
#include "node/statement/entry.h"
#include "node/store/memory_store.h"

namespace {

using namespace schakel;

log::Commit CommitOf(uint8_t op) {
  log::Commit commit;
  for (int i = 0; i <= op % 3; ++i) {
    statement::Entry entry;
    entry.kind = statement::EntryKind::kEvent;
    entry.type = op % 16 == 15 && commit.entries.empty() ? log::kClockReset : "fuzz";
    if (op % 5 == 0) {
      entry.direction = statement::Direction::kOut;
      entry.peer = op % 2 == 0 ? "a" : "b";
    }
    commit.entries.push_back({entry, std::nullopt});
  }
  const std::string key(1, static_cast<char>('a' + op % 4));
  if (op % 7 == 0) commit.batch.RequireAbsent(store::Family::kExchange, AsBytes(key));
  commit.batch.Put(store::Family::kExchange, AsBytes(key), AsBytes("x"));
  return commit;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  crypto::Init();
  constexpr size_t kMaxSteps = 40;
  crypto::SeededEntropy entropy(1);
  const crypto::SigningKey key = crypto::SigningKey::Generate(entropy);
  const std::string origin = log::LocalOrigin("fuzz.example");
  store::MemoryStore store;
  auto opened = log::ExchangeLog::Open(store, origin, key, entropy);
  CHECK(opened.ok());
  std::unique_ptr<log::ExchangeLog> log = *std::move(opened);
  Instant now{std::chrono::hours{24 * 365 * 56}};
  uint64_t acknowledged = 0;
  std::string checkpoint = log->Checkpoint();
  for (size_t i = 0; i + 1 < std::min(size, 2 * kMaxSteps); i += 2) {
    now += std::chrono::minutes{static_cast<int8_t>(data[i + 1])};
    if (data[i] % 8 == 1) store.FailWrite(1);
    if (data[i] % 8 == 2) store.Crash();
    if (data[i] % 8 < 4) {
      auto reopened = log::ExchangeLog::Open(store, origin, key, entropy);
      CHECK(reopened.ok());
      log = *std::move(reopened);
      CHECK(log->Checkpoint() == checkpoint);
    }
    const auto committed = log->Append(CommitOf(data[i]), now);
    if (committed) {
      CHECK(committed->entries[0].index == acknowledged);
      acknowledged += committed->entries.size();
      checkpoint = committed->checkpoint;
    }
    store.FailWrite(0);
    CHECK(log->size() == acknowledged);
    const auto report = log::VerifyStored(store, origin, std::span(&key.public_key(), 1));
    CHECK(report.ok() && report->faults.empty() && report->size == acknowledged);
  }
  return 0;
}
