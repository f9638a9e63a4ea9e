#include "node/log/exchange_log.h"

#include <fstream>
#include <sstream>

#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/statement/note.h"
#include "node/statement/types.h"
#include "tests/unit/log/log_fixture.h"

namespace schakel::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using store::Family;
using store::MemoryStore;

TEST(OriginTest, NamesNodeLineageAndEpoch) {
  const Uuid lineage = *ParseUuid("7b0c4c7e-6f2a-4d53-9c55-5f4f5d0b9a11");
  EXPECT_EQ(Origin("politie.veldrijk.example", lineage, 1),
            "politie.veldrijk.example/xlog/7b0c4c7e/1");
  EXPECT_EQ(LocalOrigin("politie.veldrijk.example"), "politie.veldrijk.example/local/1");
}

TEST_F(LogTest, NewLogHasASignedEmptyCheckpoint) {
  MemoryStore store;
  const auto log = MustOpen(store);
  const Result<statement::Checkpoint> checkpoint =
      statement::OpenCheckpoint(log->Checkpoint(), origin_, key_.public_key());
  ASSERT_TRUE(checkpoint.ok());
  EXPECT_EQ(*checkpoint, (statement::Checkpoint{origin_, 0, crypto::EmptyRoot()}));
  EXPECT_EQ(log->LastTime(), std::nullopt);
  EXPECT_EQ(MustOpen(store)->Checkpoint(), log->Checkpoint());
  EXPECT_TRUE(Verify(store).faults.empty());
}

TEST_F(LogTest, AppendFillsInAndReceipts) {
  MemoryStore store;
  const auto log = MustOpen(store);
  ASSERT_TRUE(log->Append(Event("first"), kStart).ok());
  const Result<Committed> committed = log->Append(Exchange("one"), kStart + milliseconds{7});
  ASSERT_TRUE(committed.ok()) << committed.error().detail;

  ASSERT_EQ(committed->entries.size(), 2U);
  EXPECT_EQ(committed->size, 3U);
  EXPECT_EQ(committed->root, log->root());
  EXPECT_EQ(committed->checkpoint, log->Checkpoint());
  const AppendedEntry& request = committed->entries[0];
  EXPECT_EQ(request.index, 1U);
  EXPECT_EQ(request.leaf, crypto::LeafHash(request.bytes));
  EXPECT_EQ(*log->EntryBytes(1), request.bytes);
  const Result<statement::Entry> entry = log->Entry(1);
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->time, kStart + milliseconds{7});
  EXPECT_EQ(entry->pair_seq, 1);
  EXPECT_EQ(entry->span_id.size(), 16U);
  EXPECT_EQ(entry->trace_id.size(), 32U);
  EXPECT_NE(entry->nonce, log->Entry(2)->nonce);
  EXPECT_EQ(log->Entry(0)->pair_seq, std::nullopt);

  ASSERT_TRUE(request.receipt.has_value());
  EXPECT_FALSE(committed->entries[1].receipt.has_value());
  EXPECT_TRUE(
      statement::VerifySignatures(*request.receipt, std::span(&key_.public_key(), 1), 1).ok());
  const Result<statement::Receipt> receipt =
      statement::ParseAs<statement::Receipt>(*request.receipt);
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt->origin, origin_);
  EXPECT_EQ(receipt->exchange, sample::Id("one"));
  EXPECT_EQ(receipt->statement, RequestIn("one").entry.statement->Digest());
  EXPECT_EQ(receipt->index, 1);
  EXPECT_EQ(receipt->leaf, request.leaf);
  EXPECT_EQ(receipt->size, 3);
  EXPECT_EQ(receipt->root, committed->root);
  EXPECT_EQ(receipt->time, entry->time);
  EXPECT_TRUE(receipt->accepted);
  EXPECT_EQ(log->Receipt(1)->Encode(), request.receipt->Encode());
  EXPECT_EQ(log->Receipt(2).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(Verify(store).faults.empty());
  EXPECT_EQ(Verify(store).receipts, 1U);
}

TEST_F(LogTest, RefusedReceiptCarriesItsCode) {
  MemoryStore store;
  const auto log = MustOpen(store);
  NewEntry refused = RequestIn("one");
  refused.entry.kind = statement::EntryKind::kRefused;
  refused.entry.outcome = "ISSUED";
  refused.receipt->accepted = false;
  refused.receipt->code = "ISSUED";
  const Result<Committed> committed = log->Append({{refused}, {}}, kStart);
  ASSERT_TRUE(committed.ok()) << committed.error().detail;
  const Result<statement::Receipt> receipt =
      statement::ParseAs<statement::Receipt>(*committed->entries[0].receipt);
  EXPECT_FALSE(receipt->accepted);
  EXPECT_EQ(receipt->code, "ISSUED");
}

TEST_F(LogTest, FindsByDigestAndExchange) {
  MemoryStore store;
  const auto log = MustOpen(store);
  ASSERT_TRUE(log->Append(Exchange("one"), kStart).ok());
  ASSERT_TRUE(log->Append(Exchange("two"), kStart).ok());
  EXPECT_EQ(*log->FindExchange(sample::Id("two")), (std::vector<uint64_t>{2, 3}));
  EXPECT_EQ(*log->FindDigest(RequestIn("two").entry.statement->Digest()),
            (std::vector<uint64_t>{2}));
  EXPECT_TRUE(log->FindExchange(sample::Id("three"))->empty());
  EXPECT_EQ(log->EntryBytes(4).error().code, ErrorCode::kNotFound);
}

TEST_F(LogTest, PairHeadIsTheSameOnBothSides) {
  MemoryStore store;
  MemoryStore other_store;
  const auto log = MustOpen(store);
  const auto other = MustOpen(other_store);
  EXPECT_EQ(*log->HeadOf("gemeente"), (ExchangeLog::PairHead{0, crypto::EmptyRoot()}));
  ASSERT_TRUE(log->Append(Exchange("one"), kStart).ok());
  ASSERT_TRUE(log->Append(Exchange("two"), kStart).ok());
  // The other side has them in another order, and the other way.
  Commit both = {{AnswerOut("two"), RequestIn("two"), AnswerOut("one"), RequestIn("one")}, {}};
  for (NewEntry& entry : both.entries) {
    entry.entry.direction = entry.entry.direction == statement::Direction::kIn
                                ? statement::Direction::kOut
                                : statement::Direction::kIn;
    entry.entry.peer = "politie";
  }
  ASSERT_TRUE(other->Append(both, kStart).ok());
  EXPECT_EQ(*log->HeadOf("gemeente"), *other->HeadOf("politie"));
  EXPECT_EQ(log->HeadOf("gemeente")->count, 4U);
  EXPECT_EQ(log->HeadOf("gem")->count, 0U);
}

TEST_F(LogTest, ProofsHoldUnderReceiptAndCheckpoint) {
  MemoryStore store;
  const auto log = MustOpen(store);
  std::vector<Committed> commits;
  for (int i = 0; i < 9; ++i) {
    Result<Committed> committed = log->Append(Exchange(std::to_string(i)), kStart);
    ASSERT_TRUE(committed.ok());
    commits.push_back(*std::move(committed));
  }
  for (const Committed& commit : commits) {
    EXPECT_EQ(*log->RootAt(commit.size), commit.root);
    EXPECT_TRUE(crypto::VerifyConsistency(commit.size,
                                          commit.root,
                                          log->size(),
                                          log->root(),
                                          *log->ConsistencyProof(commit.size, log->size()))
                    .ok());
    for (const AppendedEntry& entry : commit.entries) {
      EXPECT_TRUE(crypto::VerifyInclusion(entry.leaf,
                                          entry.index,
                                          log->size(),
                                          *log->InclusionProof(entry.index, log->size()),
                                          log->root())
                      .ok());
    }
  }
  const Result<std::string> proof = log->TlogProof(3);
  ASSERT_TRUE(proof.ok());
  EXPECT_EQ(proof->find("c2sp.org/tlog-proof@v1\nindex 3\n"), 0U);
  EXPECT_NE(proof->find("\n\n" + log->Checkpoint()), std::string::npos);

  EXPECT_EQ(log->InclusionProof(18, 18).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(log->InclusionProof(0, 19).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(log->ConsistencyProof(0, 18).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(log->ConsistencyProof(9, 8).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(log->RootAt(19).error().code, ErrorCode::kMalformed);
}

TEST_F(LogTest, ClockGuardAtBelowAndAbove) {
  MemoryStore store;
  const auto log = MustOpen(store);
  ASSERT_TRUE(log->Append(Event("noon"), kStart).ok());

  EXPECT_TRUE(log->CheckClock(kStart - minutes{5}).ok());
  ASSERT_TRUE(log->Append(Event("behind"), kStart - minutes{5}).ok());
  EXPECT_EQ(log->Entry(1)->time, kStart);  // never back

  const Instant too_far = kStart - minutes{5} - milliseconds{1};
  EXPECT_FALSE(log->CheckClock(too_far).ok());
  const Result<Committed> refused = log->Append(Event("too_far"), too_far);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error().detail.find("CLOCK:"), 0U);
  EXPECT_EQ(log->size(), 2U);

  // The guard is the log's own, so it holds after a restart.
  EXPECT_FALSE(MustOpen(store)->CheckClock(too_far).ok());
}

TEST_F(LogTest, ClockResetIsALoggedEvent) {
  MemoryStore store;
  const auto log = MustOpen(store);
  const Instant future = kStart + std::chrono::hours{24 * 365};
  ASSERT_TRUE(log->Append(Event("wrong_clock"), future).ok());
  Commit among_others = Event(kClockReset);
  among_others.entries.push_back({sample::EventEntry("other"), {}});
  EXPECT_FALSE(log->Append(among_others, kStart).ok());
  ASSERT_TRUE(log->Append(Event(kClockReset), kStart).ok());
  EXPECT_EQ(log->LastTime(), kStart);
  ASSERT_TRUE(log->Append(Event("right_clock"), kStart).ok());
  EXPECT_EQ(log->Entry(2)->time, kStart);
  EXPECT_TRUE(Verify(store).faults.empty());
}

TEST_F(LogTest, EntryLimitBelowAtAndAbove) {
  MemoryStore store;
  const auto log = MustOpen(store);
  // An answer about many categories comes near the limit, the activity's name makes up the rest.
  NewEntry entry = AnswerOut("one", 145);
  entry.entry.processing_activity_id = "x";
  const Result<Committed> small = log->Append({{entry}, {}}, kStart);
  ASSERT_TRUE(small.ok()) << small.error().detail;
  const size_t spare = kMaxLogEntryBytes - small->entries[0].bytes.size();
  ASSERT_LT(spare, 250U);
  for (const auto& [extra, fits] :
       std::map<size_t, bool>{{spare - 1, true}, {spare, true}, {spare + 1, false}}) {
    entry.entry.processing_activity_id = std::string(1 + extra, 'x');
    const Result<Committed> committed = log->Append({{entry}, {}}, kStart);
    ASSERT_EQ(committed.ok(), fits) << extra;
    if (fits) {
      EXPECT_EQ(committed->entries[0].bytes.size(), kMaxLogEntryBytes - spare + extra);
    } else {
      EXPECT_EQ(committed.error().code, ErrorCode::kExhausted);
    }
  }
  EXPECT_EQ(log->size(), 3U);
}

TEST_F(LogTest, RefusesWhatItsReaderWouldRefuse) {
  MemoryStore store;
  const auto log = MustOpen(store);
  EXPECT_EQ(log->Append(Event("No Name"), kStart).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(log->size(), 0U);
}

TEST_F(LogTest, RefusesACommitWithoutEntries) {
  MemoryStore store;
  const auto log = MustOpen(store);
  EXPECT_EQ(log->Append({}, kStart).error().code, ErrorCode::kMalformed);
}

TEST_F(LogTest, OneBadEntryRefusesItsWholeCommit) {
  MemoryStore store;
  const auto log = MustOpen(store);
  ASSERT_TRUE(log->Append(Exchange("one"), kStart).ok());
  Commit commit = Exchange("two");
  commit.entries.push_back({sample::EventEntry("No Name"), {}});
  EXPECT_FALSE(log->Append(commit, kStart).ok());
  EXPECT_EQ(log->size(), 2U);
  ASSERT_TRUE(log->Append(Exchange("two"), kStart).ok());
  EXPECT_EQ(log->Entry(2)->pair_seq, 2);  // the refused commit used no number
}

TEST_F(LogTest, CallersRowsComeWithTheEntryOrNotAtAll) {
  MemoryStore store;
  const auto log = MustOpen(store);
  Commit first = EventWithRow("state", "sent");
  first.batch.RequireAbsent(Family::kExchange, AsBytes("state"));
  ASSERT_TRUE(log->Append(first, kStart).ok());
  EXPECT_EQ(RowIn(store, "state"), "sent");

  Commit again = EventWithRow("state", "twice");
  again.batch.RequireAbsent(Family::kExchange, AsBytes("state"));
  const Result<Committed> refused = log->Append(again, kStart);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(RowIn(store, "state"), "sent");
  EXPECT_EQ(log->size(), 1U);
}

TEST_F(LogTest, FailedWriteLeavesTheLogAsItWas) {
  for (int n = 1; n <= 4; ++n) {
    MemoryStore store;
    auto log = MustOpen(store);
    store.FailWrite(n);
    uint64_t written = 0;
    for (int i = 1; i <= 4; ++i) {
      const std::string row = std::to_string(i);
      const Result<Committed> committed = log->Append(EventWithRow(row, "x"), kStart);
      ASSERT_EQ(committed.ok(), i != n);
      if (committed) {
        EXPECT_EQ(committed->entries[0].index, written++);
      } else {
        EXPECT_EQ(committed.error().code, ErrorCode::kUnavailable);
      }
      EXPECT_EQ(RowIn(store, row), committed ? "x" : "(none)");
    }
    EXPECT_EQ(log->size(), 3U);
    EXPECT_TRUE(Verify(store).faults.empty());
    EXPECT_EQ(MustOpen(store)->Checkpoint(), log->Checkpoint());
  }
}

TEST_F(LogTest, AllWritesFailingThenHealthyAgain) {
  MemoryStore store;
  const auto log = MustOpen(store);
  ASSERT_TRUE(log->Append(Event("before"), kStart).ok());
  store.FailAllWrites();
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(log->Append(Event("during"), kStart).ok());
  store.FailWrite(0);
  const Result<Committed> after = log->Append(Event("after"), kStart);
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->size, 2U);
  EXPECT_TRUE(Verify(store).faults.empty());
}

TEST_F(LogTest, AcknowledgedEntriesSurviveACrash) {
  MemoryStore store;
  std::string checkpoint;
  {
    const auto log = MustOpen(store);
    for (int i = 0; i < 5; ++i)
      ASSERT_TRUE(log->Append(Exchange(std::to_string(i)), kStart).ok());
    checkpoint = log->Checkpoint();
  }
  store.Crash();
  const auto log = MustOpen(store);
  EXPECT_EQ(log->Checkpoint(), checkpoint);
  EXPECT_EQ(log->size(), 10U);
  ASSERT_TRUE(log->Append(Exchange("5"), kStart).ok());
  EXPECT_EQ(log->Entry(10)->pair_seq, 6);
  EXPECT_TRUE(Verify(store).faults.empty());
}

TEST_F(LogTest, NewKeyOpensALogOfAnEarlierOne) {
  MemoryStore store;
  ASSERT_TRUE(MustOpen(store)->Append(Event("old_key"), kStart).ok());
  const crypto::SigningKey next = sample::Key("politie log 2");
  EXPECT_EQ(ExchangeLog::Open(store, origin_, next, entropy_).error().code, ErrorCode::kCorrupt);
  const auto log = ExchangeLog::Open(store, origin_, next, entropy_, {key_.public_key()});
  ASSERT_TRUE(log.ok());
  ASSERT_TRUE((*log)->Append(Event("new_key"), kStart).ok());
  EXPECT_TRUE(statement::OpenCheckpoint((*log)->Checkpoint(), origin_, next.public_key()).ok());
}

TEST_F(LogTest, TwoLogsOfOneStoreDoNotMix) {
  MemoryStore store;
  const auto log = MustOpen(store);
  const auto local = ExchangeLog::Open(store, LocalOrigin("politie.example"), key_, entropy_);
  ASSERT_TRUE(local.ok());
  ASSERT_TRUE(log->Append(Exchange("one"), kStart).ok());
  ASSERT_TRUE((*local)->Append(Event("operator_added"), kStart).ok());
  EXPECT_EQ(log->size(), 2U);
  EXPECT_EQ((*local)->size(), 1U);
  EXPECT_TRUE((*local)->FindExchange(sample::Id("one"))->empty());
  EXPECT_TRUE(Verify(store).faults.empty());
}

TEST_F(LogTest, SecondWriterIsNoticed) {
  MemoryStore store;
  const auto log = MustOpen(store);
  const auto other = MustOpen(store);
  ASSERT_TRUE(other->Append(Event("theirs"), kStart).ok());
  const Result<Committed> committed = log->Append(Event("ours"), kStart);
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().code, ErrorCode::kCorrupt);
  EXPECT_TRUE(Verify(store).faults.empty());
}

// Gives nonces and span ids out of a list, in the order in which the appender asks.
class ScriptedEntropy final : public Entropy {
 public:
  explicit ScriptedEntropy(Bytes bytes) : bytes_(std::move(bytes)) {}
  void Fill(std::span<uint8_t> out) override {
    ASSERT_LE(at_ + out.size(), bytes_.size());
    for (uint8_t& byte : out)
      byte = bytes_[at_++];
  }

 private:
  Bytes bytes_;
  size_t at_ = 0;
};

// The appender gives the numbers, nonces and heads of the protocol's vector. Its times differ: the
// vector's entries of one commit have times of their own.
TEST_F(LogTest, NumbersAreThoseOfTheProtocolVector) {
  std::ifstream file(std::string(SCHAKEL_TEST_DATA) + "/protocol/log.json");
  std::ostringstream text;
  text << file.rdbuf();
  const Result<canon::Value> vectors = canon::ParseJson(text.str());
  ASSERT_TRUE(vectors.ok());
  for (const canon::Value& vector : *vectors->Find("logs")->AsArray()) {
    std::vector<statement::Entry> entries;
    Bytes script;
    for (const canon::Value& hex : *vector.Find("entries")->AsArray()) {
      const Bytes bytes = *DecodeHex(*hex.AsString());
      Result<statement::Entry> entry = statement::Entry::Parse(AsText(bytes));
      ASSERT_TRUE(entry.ok());
      Append(script, entry->nonce);
      Append(script, *DecodeHex(entry->span_id));
      entries.push_back(*std::move(entry));
    }
    ScriptedEntropy entropy(script);
    MemoryStore store;
    const auto log = ExchangeLog::Open(store, origin_, key_, entropy);
    ASSERT_TRUE(log.ok());
    for (size_t i = 0; i < entries.size(); ++i) {
      ASSERT_TRUE((*log)->Append({{{entries[i], {}}}, {}}, entries[i].time).ok());
      const Result<statement::Entry> logged = (*log)->Entry(i);
      ASSERT_TRUE(logged.ok());
      EXPECT_EQ(logged->Encode(), entries[i].Encode()) << i;
      if (i != 1) continue;
      const std::string peer = entries[0].peer;
      EXPECT_EQ(EncodeHex((*log)->HeadOf(peer)->root),
                *vectors->Find("pair_head")->Find("root")->AsString());
    }
    EXPECT_EQ(EncodeHex((*log)->root()), *vector.Find("roots")->AsArray()->back().AsString());
  }
}

}  // namespace
}  // namespace schakel::log
