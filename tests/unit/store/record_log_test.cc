#include "node/store/record_log.h"

#include <sstream>

#include <gtest/gtest.h>

#include "tests/unit/store/record_log_writer.h"

namespace schakel::store {
namespace {

using Kind = RecordLogState::Kind;

constexpr size_t kBlock = kLogBlockBytes;
constexpr size_t kHeader = kLogHeaderBytes;

RecordLogState Check(ByteView log, uint64_t limit = ~uint64_t{0}) {
  std::istringstream in(ToText(log));
  return CheckRecordLog(in, limit);
}

Bytes SmallLog() {
  Bytes log;
  for (const char* text : {"first", "", "the third record"})
    AppendRecord(log, AsBytes(text));
  return log;
}

// Three records, the second in three blocks.
Bytes LongLog() {
  Bytes log;
  AppendRecord(log, Bytes(1000, 'a'));
  AppendRecord(log, Bytes(2 * kBlock, 'b'));
  AppendRecord(log, Bytes(1000, 'c'));
  return log;
}

TEST(Crc32cTest, GivesThePublishedValues) {
  EXPECT_EQ(Crc32c({}), 0U);
  EXPECT_EQ(Crc32c(AsBytes("123456789")), 0xe3069283U);
  EXPECT_EQ(Crc32c(Bytes(32, 0x00)), 0x8a9136aaU);  // RFC 3720 B.4
  EXPECT_EQ(Crc32c(Bytes(32, 0xff)), 0x62a8ab43U);
}

TEST(RecordLogTest, TakesWholeLogs) {
  EXPECT_EQ(Check({}).kind, Kind::kWhole);
  EXPECT_EQ(Check(SmallLog()).kind, Kind::kWhole);
  EXPECT_EQ(Check(LongLog()).kind, Kind::kWhole);
  EXPECT_TRUE(Check(LongLog()).what.empty());
}

TEST(RecordLogTest, TakesRecordsThatEndAtOrNearTheEndOfABlock) {
  for (size_t short_of_block = 0; short_of_block < 9; ++short_of_block) {
    Bytes log;
    AppendRecord(log, Bytes(kBlock - kHeader - short_of_block, 'a'));
    AppendRecord(log, AsBytes("after"));
    EXPECT_EQ(Check(log).kind, Kind::kWhole) << short_of_block;
  }
}

TEST(RecordLogTest, FindsATornTailWhereverTheLastRecordIsCut) {
  const Bytes log = SmallLog();
  const size_t last = log.size() - kHeader - 16;
  for (size_t size = last + 1; size < log.size(); ++size) {
    const RecordLogState state = Check(ByteView(log).first(size));
    EXPECT_EQ(state.kind, Kind::kTornTail) << size;
    EXPECT_EQ(state.what, "its last record is truncated at byte " + std::to_string(size));
  }
  EXPECT_EQ(Check(ByteView(log).first(last)).kind, Kind::kWhole);
}

TEST(RecordLogTest, FindsATornTailBetweenTheBlocksOfARecord) {
  Bytes log;
  AppendRecord(log, Bytes(3 * kBlock, 'a'));
  for (const size_t size : {kBlock - 1, kBlock, kBlock + 3, 2 * kBlock, 3 * kBlock}) {
    EXPECT_EQ(Check(ByteView(log).first(size)).kind, Kind::kTornTail) << size;
  }
}

TEST(RecordLogTest, FindsATornTailInTheFillerOfABlock) {
  Bytes log;
  AppendRecord(log, Bytes(kBlock - kHeader - 5, 'a'));
  EXPECT_EQ(Check(log).kind, Kind::kWhole);
  log.push_back(0);
  EXPECT_EQ(Check(log).kind, Kind::kTornTail);
  log.insert(log.end(), 4, 0);
  EXPECT_EQ(Check(log).kind, Kind::kWhole);
}

TEST(RecordLogTest, FindsEveryFlippedBitOfAShortLogDamaged) {
  const Bytes sound = SmallLog();
  for (size_t bit = 0; bit < sound.size() * 8; ++bit) {
    Bytes flipped = sound;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
    const RecordLogState state = Check(flipped);
    EXPECT_EQ(state.kind, Kind::kDamaged) << "bit " << bit;
    EXPECT_TRUE(state.what.starts_with("damaged at byte ")) << state.what;
  }
}

TEST(RecordLogTest, FindsFlippedBytesOfALongLogDamaged) {
  const Bytes sound = LongLog();
  for (size_t at = 0; at < sound.size(); at += 101) {
    Bytes flipped = sound;
    flipped[at] ^= 0x80;
    EXPECT_EQ(Check(flipped).kind, Kind::kDamaged) << at;
  }
}

TEST(RecordLogTest, TakesAGrownLengthOfTheLastRecordForDamage) {
  Bytes log = SmallLog();
  const size_t length_at = log.size() - 16 - 3;
  log[length_at] += 100;
  const RecordLogState state = Check(log);
  EXPECT_EQ(state.kind, Kind::kDamaged);
  EXPECT_NE(state.what.find("the length of a record"), std::string::npos);
}

TEST(RecordLogTest, FindsZerosWhereRecordsWereDamaged) {
  // RocksDB's reader skips to the next block here and says nothing.
  Bytes log = LongLog();
  std::fill(log.begin(), log.begin() + 512, uint8_t{0});
  EXPECT_EQ(Check(log).kind, Kind::kDamaged);
  Bytes tail = SmallLog();
  tail.insert(tail.end(), 100, 0);
  EXPECT_EQ(Check(tail).kind, Kind::kDamaged);
}

TEST(RecordLogTest, FindsAFillerThatIsNotZeroDamaged) {
  Bytes log;
  AppendRecord(log, Bytes(kBlock - kHeader - 3, 'a'));
  AppendRecord(log, AsBytes("after"));
  log[kBlock - 2] = 1;
  EXPECT_EQ(Check(log).kind, Kind::kDamaged);
}

TEST(RecordLogTest, FindsAMissingPartOfARecordDamaged) {
  const Bytes log = LongLog();
  Bytes without_middle(log.begin(), log.begin() + kBlock);
  without_middle.insert(without_middle.end(), log.begin() + 2 * kBlock, log.end());
  EXPECT_EQ(Check(without_middle).kind, Kind::kWhole);  // the parts say nothing of their number
  const Bytes without_first(log.begin() + kBlock, log.end());
  EXPECT_EQ(Check(without_first).kind, Kind::kDamaged);
  Bytes without_last(log.begin(), log.begin() + 2 * kBlock);
  AppendRecord(without_last, AsBytes("next"));
  EXPECT_EQ(Check(without_last).kind, Kind::kDamaged);
}

TEST(RecordLogTest, ReadsUpToTheLimit) {
  Bytes log = SmallLog();
  const size_t whole = log.size();
  log.insert(log.end(), 50, 0xee);
  EXPECT_EQ(Check(log).kind, Kind::kDamaged);
  EXPECT_EQ(Check(log, whole).kind, Kind::kWhole);
  EXPECT_EQ(Check(log, whole - 1).kind, Kind::kTornTail);
  EXPECT_EQ(Check(log, 0).kind, Kind::kWhole);
}

}  // namespace
}  // namespace schakel::store
