// Every row of a log, changed, taken away or added, is noticed at Open or named by VerifyStored.
#include "node/log/verify.h"

#include <algorithm>

#include "node/base/reason.h"
#include "node/log/export.h"
#include "node/statement/note.h"
#include "tests/unit/log/log_fixture.h"

namespace schakel::log {
namespace {

class VerifyTest : public LogTest {
 protected:
  void SetUp() override {
    store::MemoryStore store;
    const auto log = MustOpen(store);
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(log->Append(Exchange(std::to_string(i)), kStart).ok());
      before_last_ = i == 1 ? log->Checkpoint() : before_last_;
    }
    ASSERT_TRUE(log->Append(Event("end"), kStart).ok());
    rows_ = RowsOf(store);
  }

  bool Noticed(const Rows& rows) {
    const auto store = StoreWith(rows);
    if (!ExchangeLog::Open(*store, origin_, key_, entropy_)) return true;
    const StoredReport report = Verify(*store);
    for (const StoredFault& fault : report.faults)
      EXPECT_NE(fault.reason, Reason::kNone) << fault.what;
    return !report.faults.empty();
  }
  std::vector<uint64_t> NamedIn(const Rows& rows) {
    std::vector<uint64_t> named;
    for (const StoredFault& fault : Verify(*StoreWith(rows)).faults) {
      if (fault.index) named.push_back(*fault.index);
    }
    return named;
  }

  Rows rows_;
  std::string before_last_;
};

TEST_F(VerifyTest, UntouchedLogHasNoFault) {
  EXPECT_FALSE(Noticed(rows_));
  EXPECT_EQ(Verify(*StoreWith(rows_)).size, 7U);
}

TEST_F(VerifyTest, EveryChangedRowIsNoticed) {
  for (const auto& [key, value] : rows_) {
    for (size_t at : {size_t{0}, value.size() / 2, value.size() - 1}) {
      if (at >= value.size()) continue;
      Rows changed = rows_;
      changed[key][at] ^= 0x01;
      EXPECT_TRUE(Noticed(changed)) << EncodeHex(key) << " at " << at;
    }
    Rows shorter = rows_;
    if (value.empty()) continue;
    shorter[key].pop_back();
    EXPECT_TRUE(Noticed(shorter)) << EncodeHex(key);
  }
}

TEST_F(VerifyTest, EveryMissingRowIsNoticed) {
  for (const auto& [key, value] : rows_) {
    // A receipt that is gone leaves no trace of its own here: the partner holds it.
    if (key.size() > origin_.size() + 1 && key[origin_.size() + 1] == 'r') continue;
    Rows without = rows_;
    without.erase(key);
    EXPECT_TRUE(Noticed(without)) << EncodeHex(key);
  }
}

TEST_F(VerifyTest, EverySurplusRowIsNoticed) {
  const Hash digest = crypto::Sha256("nothing");
  const Uuid uuid = sample::Id("nothing");
  const Bytes eight(8);
  for (const auto& [key, value] : Rows{
           {EntryKey(origin_, 7), rows_[EntryKey(origin_, 6)]},
           {NodeKey(origin_, 0, 7), Bytes(32)},
           {ReceiptKey(origin_, 6), rows_[ReceiptKey(origin_, 0)]},
           {CounterKey(origin_, "om", statement::Direction::kIn), eight},
           {DigestKey(origin_, digest, 0), {}},
           {ExchangeKey(origin_, uuid, 0), {}},
           {PairKey(origin_, "gemeente", digest), {}},
           {RowPrefix(origin_, static_cast<Row>('z')), {}},
       }) {
    Rows more = rows_;
    more[key] = value;
    EXPECT_TRUE(Noticed(more)) << EncodeHex(key);
  }
}

TEST_F(VerifyTest, AlteredEntryIsNamedAndNothingElse) {
  for (uint64_t index = 0; index < 7; ++index) {
    Rows changed = rows_;
    Bytes& entry = changed[EntryKey(origin_, index)];
    const std::string field = "\"time_ms\":1779098400000";
    const auto at = std::search(entry.begin(), entry.end(), field.begin(), field.end());
    ASSERT_NE(at, entry.end());
    *(at + static_cast<std::ptrdiff_t>(field.size()) - 1) = '1';
    EXPECT_EQ(NamedIn(changed), std::vector<uint64_t>{index});
    EXPECT_EQ(Verify(*StoreWith(changed)).faults.size(), 1U);
    // Start-up looks at the frontier only: the node still serves its auditor.
    EXPECT_TRUE(ExchangeLog::Open(*StoreWith(changed), origin_, key_, entropy_).ok());
  }
}

TEST_F(VerifyTest, EachOfSeveralIsNamed) {
  Rows changed = rows_;
  changed[EntryKey(origin_, 1)][5] ^= 0x01;
  changed.erase(EntryKey(origin_, 4));
  EXPECT_EQ(NamedIn(changed), (std::vector<uint64_t>{1, 1, 4}));  // altered, and does not parse
}

TEST_F(VerifyTest, OlderCheckpointPutBackIsRefused) {
  Rows rows = rows_;
  rows[CheckpointKey(origin_)] = ToBytes(before_last_);
  EXPECT_EQ(ExchangeLog::Open(*StoreWith(rows), origin_, key_, entropy_).error().code,
            ErrorCode::kCorrupt);
}

TEST_F(VerifyTest, ForeignKeyIsNamed) {
  const crypto::SigningKey other = sample::Key("somebody");
  const auto store = StoreWith(rows_);
  const Result<StoredReport> report =
      VerifyStored(*store, origin_, std::span(&other.public_key(), 1));
  ASSERT_TRUE(report.ok());
  EXPECT_GE(report->faults.size(), 4U);  // the checkpoint and three receipts
}

TEST_F(VerifyTest, CheckpointOfAnAbsurdSizeEnds) {
  Rows rows = rows_;
  rows[CheckpointKey(origin_)] =
      ToBytes(statement::SignCheckpoint({origin_, uint64_t{1} << 60, crypto::EmptyRoot()}, key_));
  const auto store = StoreWith(rows);
  EXPECT_FALSE(Verify(*store).faults.empty());
  size_t files = 0;
  EXPECT_TRUE(ExportFiles(*store, origin_, [&](const std::string&, ByteView) {
                ++files;
                return Result<void>();
              }).ok());
  EXPECT_LT(files, 20U);
}

TEST_F(VerifyTest, NoLogIsNotFound) {
  store::MemoryStore store;
  const Result<StoredReport> report =
      VerifyStored(store, origin_, std::span(&key_.public_key(), 1));
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
}

TEST_F(VerifyTest, ExportHandsOverADamagedLogAsItIs) {
  Rows rows = rows_;
  rows.erase(EntryKey(origin_, 2));
  rows.erase(NodeKey(origin_, 0, 3));
  std::map<std::string, std::string> files;
  EXPECT_TRUE(ExportFiles(*StoreWith(rows), origin_, [&](const std::string& path, ByteView bytes) {
                files[path] += ToText(bytes);
                return Result<void>();
              }).ok());
  EXPECT_EQ(files["tile/0/000.p/7"].size(), 7U * 32U);
  EXPECT_EQ(files["tile/0/000.p/7"].substr(3 * 32, 32), std::string(32, '\0'));
  EXPECT_EQ(std::count(files["receipts.jsonl"].begin(), files["receipts.jsonl"].end(), '\n'), 3);
}

TEST_F(VerifyTest, SinkThatFailsStopsTheExport) {
  int calls = 0;
  const Result<void> done =
      ExportFiles(*StoreWith(rows_), origin_, [&](const std::string&, ByteView) -> Result<void> {
        if (++calls == 3) return Unavailable("disk full");
        return {};
      });
  EXPECT_FALSE(done.ok());
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace schakel::log
