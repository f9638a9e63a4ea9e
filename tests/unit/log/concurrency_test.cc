// Group commit: who shares a write, and who fails alone.
#include <atomic>
#include <thread>
#include <vector>

#include "node/log/exchange_log.h"
#include "node/statement/types.h"
#include "tests/unit/log/log_fixture.h"

namespace schakel::log {
namespace {

using store::Batch;
using store::Durability;
using store::Family;

// A MemoryStore whose Write can be held, and made to meet another writer just before it happens.
class GateStore final : public store::Store {
 public:
  Result<std::optional<Bytes>> Get(Family family, ByteView key) const override {
    return inner_.Get(family, key);
  }
  Result<void> Scan(Family family, ByteView prefix, const Visitor& visit) const override {
    return inner_.Scan(family, prefix, visit);
  }
  Result<void> ScanFrom(Family family,
                        ByteView prefix,
                        ByteView from,
                        const Visitor& visit) const override {
    return inner_.ScanFrom(family, prefix, from, visit);
  }
  Result<void> Write(const Batch& batch, Durability durability) override REQUIRES_LOCK(!mutex_) {
    {
      MutexLock lock(mutex_);
      ++writes_;
      gate_.Wait(mutex_, [this]() REQUIRES_LOCK(mutex_) { return !closed_; });
    }
    if (before_write_) std::exchange(before_write_, nullptr)(inner_);
    return inner_.Write(batch, durability);
  }
  Result<void> Purge(Family family) override { return inner_.Purge(family); }
  Result<std::vector<store::Damage>> VerifyFiles() const override { return inner_.VerifyFiles(); }

  void Close() REQUIRES_LOCK(!mutex_) {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  void OpenGate() REQUIRES_LOCK(!mutex_) {
    MutexLock lock(mutex_);
    closed_ = false;
    gate_.NotifyAll();
  }
  // Writes that came to the gate so far.
  int writes() REQUIRES_LOCK(!mutex_) {
    MutexLock lock(mutex_);
    return writes_;
  }
  // Set while no write is under way.
  void BeforeNextWrite(std::function<void(store::Store&)> action) {
    before_write_ = std::move(action);
  }
  store::MemoryStore& inner() { return inner_; }

 private:
  store::MemoryStore inner_;
  Mutex mutex_;
  CondVar gate_;
  bool closed_ GUARDED_BY(mutex_) = false;
  int writes_ GUARDED_BY(mutex_) = 0;
  std::function<void(store::Store&)> before_write_;
};

class GroupTest : public LogTest {
 protected:
  GroupTest() : log_(MustOpen(store_)) {
    store_.Close();
    const int before = store_.writes();
    Start(Event("leader"));
    while (store_.writes() == before)
      std::this_thread::yield();
  }
  ~GroupTest() override { Finish(); }

  // Queues a commit behind those started before it.
  void Start(Commit commit) {
    results_.push_back(std::make_unique<Result<Committed>>(Internal("not yet")));
    Result<Committed>* const result = results_.back().get();
    threads_.emplace_back(
        [this, result, commit = std::move(commit)] { *result = log_->Append(commit, kStart); });
    while (log_->waiting() < threads_.size())
      std::this_thread::yield();
  }
  void Finish() {
    store_.OpenGate();
    for (std::thread& thread : threads_)
      thread.join();
    threads_.clear();
  }
  const Result<Committed>& ResultOf(size_t i) const { return *results_[i]; }

  GateStore store_;
  std::unique_ptr<ExchangeLog> log_;
  std::vector<std::thread> threads_;
  std::vector<std::unique_ptr<Result<Committed>>> results_;
};

TEST_F(GroupTest, ThoseWhoWaitShareOneWriteAndOneCheckpoint) {
  const int before = store_.writes();
  for (int i = 0; i < 5; ++i)
    Start(Exchange(std::to_string(i)));
  Finish();
  EXPECT_EQ(store_.writes(), before + 1);
  for (size_t i = 1; i <= 5; ++i) {
    ASSERT_TRUE(ResultOf(i).ok());
    EXPECT_EQ(ResultOf(i)->size, 11U);
    EXPECT_EQ(ResultOf(i)->checkpoint, log_->Checkpoint());
    EXPECT_EQ(ResultOf(i)->entries[0].index, 2 * i - 1);
    const auto receipt = statement::ParseAs<statement::Receipt>(*ResultOf(i)->entries[0].receipt);
    EXPECT_EQ(receipt->size, 11);
    EXPECT_EQ(receipt->root, log_->root());
  }
  EXPECT_TRUE(Verify(store_).faults.empty());
}

TEST_F(GroupTest, MemberWithAFailingConditionIsRefusedAlone) {
  Start(EventWithRow("a", "1"));
  Commit conflicting = EventWithRow("b", "2");
  conflicting.batch.RequireValue(Family::kExchange, AsBytes("c"), AsBytes("never"));
  Start(conflicting);
  Start(EventWithRow("d", "3"));
  Finish();
  EXPECT_TRUE(ResultOf(1).ok());
  ASSERT_FALSE(ResultOf(2).ok());
  EXPECT_EQ(ResultOf(2).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(ResultOf(3).ok());
  EXPECT_EQ(RowIn(store_, "b"), "(none)");
  EXPECT_EQ(log_->size(), 3U);
  EXPECT_TRUE(Verify(store_).faults.empty());
}

TEST_F(GroupTest, MemberSeesWhatWasWrittenBeforeIt) {
  Commit first = EventWithRow("state", "1");
  first.batch.RequireAbsent(Family::kExchange, AsBytes("state"));
  Commit second = EventWithRow("state", "2");
  second.batch.RequireValue(Family::kExchange, AsBytes("state"), AsBytes("1"));
  Commit same = first;
  Start(first);
  Start(second);
  Start(same);
  Finish();
  EXPECT_TRUE(ResultOf(1).ok());
  EXPECT_TRUE(ResultOf(2).ok());
  ASSERT_FALSE(ResultOf(3).ok());
  EXPECT_EQ(ResultOf(3).error().code, ErrorCode::kConflict);
  EXPECT_EQ(RowIn(store_, "state"), "2");
  EXPECT_EQ(log_->size(), 3U);
}

TEST_F(GroupTest, FailedWriteFailsEveryMember) {
  for (int i = 0; i < 3; ++i)
    Start(EventWithRow(std::to_string(i), "x"));
  store_.inner().FailWrite(2);  // the leader's own write goes first
  Finish();
  EXPECT_TRUE(ResultOf(0).ok());
  for (size_t i = 1; i <= 3; ++i) {
    ASSERT_FALSE(ResultOf(i).ok());
    EXPECT_EQ(ResultOf(i).error().code, ErrorCode::kUnavailable);
  }
  EXPECT_EQ(log_->size(), 1U);
  EXPECT_TRUE(log_->Append(Event("after"), kStart).ok());
  EXPECT_TRUE(Verify(store_).faults.empty());
}

TEST_F(LogTest, RowChangedByAnotherWriterRefusesItsReaderOnly) {
  GateStore store;
  const auto log = MustOpen(store);
  // Both commits pass the appender's own look; then somebody else writes the row one of them needs.
  store.Close();
  std::atomic<int> refused = 0;
  std::atomic<int> taken = 0;
  const int before = store.writes();
  std::vector<std::thread> threads;
  const auto start = [&](Commit commit) {
    threads.emplace_back([&, commit = std::move(commit)] {
      const Result<Committed> result = log->Append(commit, kStart);
      if (!result && result.error().code == ErrorCode::kConflict) ++refused;
      if (result) ++taken;
    });
    while (log->waiting() < threads.size())
      std::this_thread::yield();
  };
  start(Event("leader"));
  while (store.writes() == before)
    std::this_thread::yield();
  Commit reader = EventWithRow("mine", "1");
  reader.batch.RequireAbsent(Family::kExchange, AsBytes("theirs"));
  start(EventWithRow("other", "1"));
  start(reader);
  int write = 0;
  const std::function<void(store::Store&)> meddle = [&](store::Store& inner) {
    if (++write == 1) return store.BeforeNextWrite(meddle);  // not at the leader's
    Batch batch;
    batch.Put(Family::kExchange, AsBytes("theirs"), AsBytes("x"));
    EXPECT_TRUE(inner.Write(batch, Durability::kSynced).ok());
  };
  store.BeforeNextWrite(meddle);
  store.OpenGate();
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(taken, 2);
  EXPECT_EQ(RowIn(store, "other"), "1");
  EXPECT_EQ(RowIn(store, "mine"), "(none)");
  EXPECT_TRUE(Verify(store).faults.empty());
}

TEST_F(LogTest, ManyThreadsMakeOneConsistentLog) {
  store::MemoryStore store;
  const auto log = MustOpen(store);
  constexpr int kThreads = 8;
  constexpr int kCommits = 25;
  std::vector<std::thread> threads;
  std::atomic<int> written = 0;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        const std::string name = std::to_string(t) + "/" + std::to_string(i);
        Result<Committed> committed = log->Append(Exchange(name), kStart);
        if (!committed) continue;
        ++written;
        // Readers beside the writers see only what is durable.
        EXPECT_GE(log->size(), committed->size);
        EXPECT_EQ(*log->RootAt(committed->size), committed->root);
        EXPECT_EQ(*log->EntryBytes(committed->entries[1].index), committed->entries[1].bytes);
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(written, kThreads * kCommits);
  EXPECT_EQ(log->size(), 2U * kThreads * kCommits);
  EXPECT_LE(store.synced_writes(), 1 + kThreads * kCommits);
  const StoredReport report = Verify(store);
  EXPECT_TRUE(report.faults.empty());
  EXPECT_EQ(report.receipts, static_cast<uint64_t>(kThreads * kCommits));
}

}  // namespace
}  // namespace schakel::log
