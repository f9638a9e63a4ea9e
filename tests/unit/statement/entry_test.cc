#include "node/statement/entry.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/merkle.h"
#include "node/statement/types.h"
#include "tests/unit/statement/vectors.h"

namespace schakel::statement {
namespace {

using canon::Value;

TEST(EntryVectorsTest, EntriesReadAndWriteByteForByteUnderTheirLeafHashes) {
  const Value vectors = ReadVectors("protocol/log.json");
  size_t read = 0;
  for (const Value& log : *vectors.Find("logs")->AsArray()) {
    const Value::Array& leaves = *log.Find("leaf_hashes")->AsArray();
    std::vector<Hash> hashes;
    for (const Value& item : *log.Find("entries")->AsArray()) {
      const std::string bytes = ToText(*DecodeHex(*item.AsString()));
      const auto entry = Entry::Parse(bytes);
      ASSERT_TRUE(entry.ok()) << entry.error().detail;
      EXPECT_EQ(entry->Encode(), bytes);
      hashes.push_back(crypto::LeafHash(AsBytes(bytes)));
      EXPECT_EQ(EncodeHex(hashes.back()), *leaves[hashes.size() - 1].AsString());
      ++read;
    }
    EXPECT_EQ(EncodeHex(crypto::MerkleRoot(hashes)),
              *log.Find("roots")->AsArray()->back().AsString());
  }
  EXPECT_EQ(read, 11u);
}

TEST(EntryVectorsTest, FieldsAreThoseOfTheEntry) {
  const Value vectors = ReadVectors("protocol/log.json");
  const Value::Array& entries = *vectors.Find("logs")->AsArray()->at(1).Find("entries")->AsArray();
  const auto answer = Entry::Parse(ToText(*DecodeHex(*entries[1].AsString())));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->kind, EntryKind::kStatement);
  EXPECT_EQ(answer->direction, Direction::kOut);
  EXPECT_EQ(answer->statement->type(), Type::kAnswer);
  EXPECT_EQ(answer->peer, "gemeente");
  EXPECT_EQ(answer->pair_seq, 1);
  EXPECT_EQ(ToMillis(answer->time), 1779098400030);
  EXPECT_TRUE(answer->subject_root.has_value());
  EXPECT_TRUE(answer->sealed_digest.has_value());
  EXPECT_EQ(answer->trace_id, "ac83e4c71f1db5b4e912516287168a1c");
  const auto refused = Entry::Parse(ToText(*DecodeHex(*entries[3].AsString())));
  ASSERT_TRUE(refused.ok());
  EXPECT_EQ(refused->kind, EntryKind::kRefused);
  EXPECT_EQ(refused->outcome, "PARTY_MISMATCH");
  EXPECT_FALSE(refused->statement.has_value());
  EXPECT_TRUE(refused->digest.has_value());
}

TEST(EntryVectorsTest, ReceiptsNameTheirEntry) {
  const Value vectors = ReadVectors("protocol/log.json");
  for (const Value& item : *vectors.Find("receipts")->AsArray()) {
    const auto statement = SignedStatement::FromValue(item);
    ASSERT_TRUE(statement.ok());
    const auto receipt = ParseAs<Receipt>(*statement);
    ASSERT_TRUE(receipt.ok());
    const Value* log = nullptr;
    for (const Value& candidate : *vectors.Find("logs")->AsArray()) {
      if (TextAt(candidate, "origin") == receipt->origin) log = &candidate;
    }
    ASSERT_NE(log, nullptr);
    const auto index = static_cast<size_t>(receipt->index);
    EXPECT_EQ(EncodeHex(receipt->leaf), *log->Find("leaf_hashes")->AsArray()->at(index).AsString());
    EXPECT_EQ(EncodeHex(receipt->root),
              *log->Find("roots")->AsArray()->at(static_cast<size_t>(receipt->size)).AsString());
    const auto entry =
        Entry::Parse(ToText(*DecodeHex(*log->Find("entries")->AsArray()->at(index).AsString())));
    ASSERT_TRUE(entry.ok());
    EXPECT_EQ(receipt->statement, entry->statement ? entry->statement->Digest() : *entry->digest);
    EXPECT_EQ(receipt->accepted, entry->kind == EntryKind::kStatement);
    EXPECT_EQ(receipt->time, entry->time);
    const auto key = KeyFromSeed(TextAt(*log, "log_key_seed")).public_key();
    EXPECT_TRUE(VerifySignatures(*statement, std::vector{key}, 1).ok());
  }
}

Entry Event() {
  Entry entry;
  entry.kind = EntryKind::kEvent;
  entry.type = "epoch_closed";
  entry.time = FromMillis(1779098400000);
  return entry;
}

Entry StatementEntry() {
  const auto key = TestKey(1);
  const crypto::SigningKey* keys[] = {&key};
  Entry entry;
  entry.kind = EntryKind::kStatement;
  entry.direction = Direction::kOut;
  entry.type = "fact";
  entry.statement = SignedStatement::Sign(Type::kFact, Value(Value::Object{{"a", 1}}), keys);
  entry.time = FromMillis(1);
  return entry;
}

TEST(EntryTest, AnEventOmitsWhatIsAbsent) {
  const std::string bytes = Event().Encode();
  EXPECT_EQ(bytes,
            "{\"direction\":\"local\",\"kind\":\"event\",\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA==\","
            "\"outcome\":\"ok\",\"time_ms\":1779098400000,\"type\":\"epoch_closed\",\"v\":1}");
  const auto read = Entry::Parse(bytes);
  ASSERT_TRUE(read.ok()) << read.error().detail;
  EXPECT_EQ(read->Encode(), bytes);
}

bool Parses(const Entry& entry) {
  return Entry::Parse(entry.Encode()).ok();
}

TEST(EntryTest, AStatementEntryHoldsAStatementAndNoDigest) {
  Entry entry = StatementEntry();
  EXPECT_TRUE(Parses(entry));
  entry.digest = Hash{};
  EXPECT_FALSE(Parses(entry));
  entry.statement.reset();
  EXPECT_FALSE(Parses(entry));
  entry.digest.reset();
  EXPECT_FALSE(Parses(entry));
}

TEST(EntryTest, ARefusedEntryCameInAndHoldsStatementOrDigest) {
  Entry entry = StatementEntry();
  entry.kind = EntryKind::kRefused;
  entry.direction = Direction::kIn;
  entry.outcome = "ID_REUSED";
  EXPECT_TRUE(Parses(entry));
  entry.digest = Hash{};
  EXPECT_FALSE(Parses(entry));
  entry.statement.reset();
  EXPECT_TRUE(Parses(entry));
  entry.direction = Direction::kOut;
  EXPECT_FALSE(Parses(entry));
  entry.direction = Direction::kIn;
  entry.outcome = "ok";
  EXPECT_FALSE(Parses(entry));
}

TEST(EntryTest, AnEventHoldsNeither) {
  Entry entry = Event();
  entry.digest = Hash{};
  EXPECT_FALSE(Parses(entry));
  entry = StatementEntry();
  entry.kind = EntryKind::kEvent;
  EXPECT_FALSE(Parses(entry));
}

TEST(EntryTest, TheTypeIsThatOfTheStatement) {
  Entry entry = StatementEntry();
  entry.type = "gossip";
  EXPECT_FALSE(Parses(entry));
  entry.type = "accept";  // another type: parses, but the digest and the signature are not its own
  const auto read = Entry::Parse(entry.Encode());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->statement->type(), Type::kAccept);
  EXPECT_NE(read->statement->Digest(), entry.statement->Digest());
  EXPECT_FALSE(VerifySignatures(*read->statement, std::vector{TestKey(1).public_key()}, 1).ok());
}

TEST(EntryTest, RefusesFieldsOutOfShape) {
  const Value good = *canon::ParseCanonical(Event().Encode());
  const auto with = [&good](const char* member, const Value& value) {
    Value changed = good;
    (*changed.AsObject())[member] = value;
    return Entry::Parse(canon::Write(changed)).ok();
  };
  EXPECT_TRUE(with("peer", "om"));
  EXPECT_FALSE(with("peer", ""));
  EXPECT_FALSE(with("peer", "Jan Jansen"));
  EXPECT_FALSE(with("exchange", "019E3A87-3500-7a11-8b22-1c33d44e55f6"));
  EXPECT_TRUE(with("pair_seq", 1));
  EXPECT_FALSE(with("pair_seq", 0));
  EXPECT_FALSE(with("nonce", "AAAA"));
  EXPECT_FALSE(with("v", 2));
  EXPECT_FALSE(with("kind", "gossip"));
  EXPECT_FALSE(with("direction", "up"));
  EXPECT_FALSE(with("outcome", "not a code"));
  EXPECT_FALSE(with("trace_id", "AC83E4C71F1DB5B4E912516287168A1C"));
  EXPECT_FALSE(with("span_id", "ac83"));
  EXPECT_TRUE(with("parent_span_id", "ac83e4c71f1db5b4"));
  EXPECT_FALSE(with("processing_activity_id", "free text is refused"));
  EXPECT_FALSE(with("subject_root", "00"));
  EXPECT_FALSE(with("note", "x"));
  EXPECT_FALSE(with("sigs", Value::Array{}));
  EXPECT_FALSE(with("time_ms", -1));
}

TEST(EntryTest, SizeEndsAtTheLimit) {
  const auto key = TestKey(1);
  const crypto::SigningKey* keys[] = {&key};
  const auto sized = [&](size_t letters) {
    Entry entry = StatementEntry();
    entry.statement = SignedStatement::Sign(
        Type::kFact, Value(Value::Object{{"a", std::string(letters, 'x')}}), keys);
    return entry.Encode();
  };
  const size_t frame = sized(0).size();
  EXPECT_TRUE(Entry::Parse(sized(kMaxLogEntryBytes - 1 - frame)).ok());
  EXPECT_TRUE(Entry::Parse(sized(kMaxLogEntryBytes - frame)).ok());
  EXPECT_EQ(Entry::Parse(sized(kMaxLogEntryBytes + 1 - frame)).error().code, ErrorCode::kExhausted);
}

TEST(EntryParserTest, RefusesEveryTruncationAndKeepsEveryFlippedBit) {
  const Value vectors = ReadVectors("protocol/log.json");
  const std::string bytes = ToText(*DecodeHex(
      *vectors.Find("logs")->AsArray()->at(1).Find("entries")->AsArray()->at(3).AsString()));
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(Entry::Parse(bytes.substr(0, length)).ok()) << length;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto entry = Entry::Parse(flipped);
    EXPECT_TRUE(!entry.ok() || entry->Encode() == flipped) << bit;
  }
}

}  // namespace
}  // namespace schakel::statement
