#include "node/statement/note.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/merkle.h"
#include "tests/unit/statement/vectors.h"

namespace schakel::statement {
namespace {

using canon::Value;

constexpr const char* kDash = "\xe2\x80\x94 ";

TEST(CheckpointVectorsTest, LogsOpenAndAreSignedByteForByte) {
  const Value vectors = ReadVectors("protocol/log.json");
  for (const Value& log : *vectors.Find("logs")->AsArray()) {
    const auto key = KeyFromSeed(TextAt(log, "log_key_seed"));
    const std::string origin = TextAt(log, "origin");
    EXPECT_EQ(VerifierKey(origin, key.public_key()), TextAt(log, "vkey"));
    const Value::Array& notes = *log.Find("checkpoints")->AsArray();
    for (size_t size = 0; size < notes.size(); ++size) {
      const auto opened = OpenCheckpoint(*notes[size].AsString(), origin, key.public_key());
      ASSERT_TRUE(opened.ok()) << opened.error().detail;
      EXPECT_EQ(opened->size, size);
      EXPECT_EQ(EncodeHex(opened->root), *log.Find("roots")->AsArray()->at(size).AsString());
      EXPECT_EQ(SignCheckpoint(*opened, key), *notes[size].AsString());
    }
  }
}

struct GoldenLog {
  std::string origin;
  crypto::PublicKey key;
  Value roots;
};

GoldenLog ReadGolden() {
  const Value meta = ReadVectors("golden/meta.json");
  const Value& log = *meta.Find("keys")->Find("log");
  GoldenLog out;
  out.origin = TextAt(log, "name");
  out.key = KeyFromSeed(TextAt(log, "seed_hex")).public_key();
  out.roots = *meta.Find("roots");
  EXPECT_EQ(VerifierKey(out.origin, out.key), TextAt(log, "vkey"));
  Bytes id;
  AppendU32(id, NoteKeyId(out.origin, 0x01, out.key));
  EXPECT_EQ(EncodeHex(id), TextAt(log, "key_id"));
  return out;
}

TEST(CheckpointVectorsTest, GoldenCosignedCheckpointsOpen) {
  const GoldenLog log = ReadGolden();
  size_t opened = 0;
  for (const auto& [size, root] : *log.roots.AsObject()) {
    if (size == "0") continue;
    const auto checkpoint =
        OpenCheckpoint(ReadData("golden/checkpoint." + size), log.origin, log.key);
    ASSERT_TRUE(checkpoint.ok()) << size << ": " << checkpoint.error().detail;
    EXPECT_EQ(std::to_string(checkpoint->size), size);
    EXPECT_EQ(EncodeBase64(checkpoint->root), *root.AsString());
    ++opened;
  }
  EXPECT_EQ(opened, 19u);
}

// Witnesses are not read: a faulty cosignature is a signature by an unknown key.
TEST(CheckpointVectorsTest, GoldenNegativesAreRefusedOnTheLogsPart) {
  const GoldenLog log = ReadGolden();
  const Value why = ReadVectors("golden/negative/why.json");
  ASSERT_EQ(why.AsObject()->size(), 25u);
  for (const auto& [name, reason] : *why.AsObject()) {
    const std::string note = ReadData("golden/negative/" + name + ".checkpoint");
    ASSERT_FALSE(note.empty()) << name;
    const bool only_cosignature_faulty = name.starts_with("cosig-");
    EXPECT_EQ(OpenCheckpoint(note, log.origin, log.key).ok(), only_cosignature_faulty)
        << name << ": " << *reason.AsString();
  }
}

Checkpoint Sample() {
  Checkpoint checkpoint;
  checkpoint.origin = "politie.example/xlog/7b0c4c7e/1";
  checkpoint.size = 8;
  checkpoint.root = crypto::EmptyRoot();
  return checkpoint;
}

TEST(CheckpointTest, RoundTrips) {
  const auto key = TestKey(1);
  const std::string note = SignCheckpoint(Sample(), key);
  EXPECT_EQ(*OpenCheckpoint(note, Sample().origin, key.public_key()), Sample());
  EXPECT_EQ(*ReadCheckpointUnverified(note), Sample());
}

TEST(CheckpointTest, AnotherKeyOrOriginIsDenied) {
  const auto key = TestKey(1);
  const std::string note = SignCheckpoint(Sample(), key);
  EXPECT_EQ(OpenCheckpoint(note, "other", key.public_key()).error().code, ErrorCode::kDenied);
  EXPECT_EQ(OpenCheckpoint(note, Sample().origin, TestKey(2).public_key()).error().code,
            ErrorCode::kDenied);
}

TEST(CheckpointTest, AKnownSignatureThatFailsSpoilsTheNote) {
  const auto key = TestKey(1);
  const std::string note = SignCheckpoint(Sample(), key);
  Bytes bad;
  AppendU32(bad, NoteKeyId(Sample().origin, 0x01, key.public_key()));
  Append(bad, Bytes(64, 3));
  const std::string line = kDash + Sample().origin + " " + EncodeBase64(bad) + "\n";
  const auto verdict = OpenCheckpoint(note + line, Sample().origin, key.public_key());
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.error().code, ErrorCode::kDenied);
  bad.resize(40);
  const std::string shorter = kDash + Sample().origin + " " + EncodeBase64(bad) + "\n";
  EXPECT_FALSE(OpenCheckpoint(note + shorter, Sample().origin, key.public_key()).ok());
}

TEST(CheckpointTest, UnknownSignaturesAreIgnored) {
  const auto key = TestKey(1);
  std::string note = SignCheckpoint(Sample(), key);
  for (int i = 0; i < 20; ++i)
    note += std::string(kDash) + "witness" + std::to_string(i) + " AAAAAAA=\n";
  EXPECT_TRUE(OpenCheckpoint(note, Sample().origin, key.public_key()).ok());
}

// The note of `text`, with a signature line that nobody verifies.
bool Reads(const std::string& text) {
  return ReadCheckpointUnverified(text + "\n" + kDash + "a AAAAAAA=\n").ok();
}

TEST(CheckpointTest, SizesHaveOneSpelling) {
  const std::string root = EncodeBase64(crypto::LeafHash(Bytes{}));
  for (const char* size : {"1", "10", "9223372036854775807"})
    EXPECT_TRUE(Reads("o\n" + std::string(size) + "\n" + root + "\n")) << size;
  for (const char* size :
       {"", "01", "+1", "-1", " 1", "1 ", "0x1", "9223372036854775808", "99999999999999999999"}) {
    EXPECT_FALSE(Reads("o\n" + std::string(size) + "\n" + root + "\n")) << size;
  }
}

TEST(CheckpointTest, SizeZeroIsTheEmptyTree) {
  EXPECT_TRUE(Reads("o\n0\n" + EncodeBase64(crypto::EmptyRoot()) + "\n"));
  EXPECT_FALSE(Reads("o\n0\n" + EncodeBase64(crypto::LeafHash(Bytes{})) + "\n"));
}

TEST(NoteTest, KeyNamesHoldNoSpaceAndNoPlus) {
  const std::string rest = "\n1\n" + EncodeBase64(crypto::EmptyRoot()) + "\n";
  EXPECT_TRUE(Reads("caf\xc3\xa9" + rest));
  for (const char* origin : {"",
                             "a b",
                             "a+b",
                             "a\xc2\xa0"
                             "b",
                             "a\xe3\x80\x80"
                             "b",
                             "a\x7f"})
    EXPECT_FALSE(Reads(origin + rest)) << origin;
}

TEST(NoteTest, RefusesMalformedSignatureLines) {
  const std::string text = "o\n1\n" + EncodeBase64(crypto::EmptyRoot()) + "\n\n";
  const std::string dash(kDash);
  EXPECT_TRUE(ReadCheckpointUnverified(text + dash + "a AAAAAAA=\n").ok());
  for (const std::string& line : {std::string(),
                                  dash + "a AAAAAAA=",
                                  std::string("- a AAAAAAA=\n"),
                                  dash + "a  AAAAAAA=\n",
                                  dash + "a AAAAAA==\n",
                                  dash + "a\n",
                                  dash + "a AAAAAAA= \n",
                                  dash + " AAAAAAA=\n",
                                  dash + "a AAAAAAA=\n\n",
                                  dash + "a+b AAAAAAA=\n",
                                  dash + "a AAAAAAA=\r\n"}) {
    EXPECT_FALSE(ReadCheckpointUnverified(text + line).ok()) << line;
  }
}

TEST(NoteTest, SizeEndsAtTheLimit) {
  const auto key = TestKey(1);
  const std::string note = SignCheckpoint(Sample(), key);
  const auto padded = [&](size_t bytes) {
    const std::string tail = " AAAAAAA=\n";
    return note + kDash + std::string(bytes - note.size() - 4 - tail.size(), 'w') + tail;
  };
  for (const size_t bytes : {kMaxNoteBytes - 1, kMaxNoteBytes}) {
    ASSERT_EQ(padded(bytes).size(), bytes);
    EXPECT_TRUE(OpenCheckpoint(padded(bytes), Sample().origin, key.public_key()).ok());
  }
  const auto over = OpenCheckpoint(padded(kMaxNoteBytes + 1), Sample().origin, key.public_key());
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().code, ErrorCode::kMalformed);
}

TEST(NoteParserTest, RefusesEveryTruncationAndFlippedBit) {
  const auto key = TestKey(1);
  const std::string note = SignCheckpoint(Sample(), key);
  for (size_t length = 0; length < note.size(); ++length) {
    EXPECT_FALSE(OpenCheckpoint(note.substr(0, length), Sample().origin, key.public_key()).ok());
  }
  for (size_t bit = 0; bit < note.size() * 8; ++bit) {
    std::string flipped = note;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(OpenCheckpoint(flipped, Sample().origin, key.public_key()).ok()) << bit;
  }
}

}  // namespace
}  // namespace schakel::statement
