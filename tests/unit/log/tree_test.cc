// The stored tree against the vectors of the protocol and of a log made with the Go reference.
#include "node/log/tree.h"

#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/crypto/hash.h"
#include "node/log/export.h"
#include "node/log/layout.h"
#include "node/statement/entry.h"
#include "node/statement/note.h"
#include "node/statement/types.h"
#include "node/store/memory_store.h"

namespace schakel::log {
namespace {

using canon::Value;
using store::Family;
using Files = std::map<std::string, std::string>;

std::string ReadData(const std::string& name) {
  std::ifstream file(std::string(SCHAKEL_TEST_DATA) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

Value ReadJson(const std::string& name) {
  Result<Value> value = canon::ParseJson(ReadData(name));
  EXPECT_TRUE(value.ok()) << name << ": " << (value ? "" : value.error().detail);
  return value ? *value : Value();
}

std::string Text(const Value& value, std::string_view key) {
  const Value* member = value.Find(key);
  EXPECT_TRUE(member != nullptr && member->AsString() != nullptr) << key;
  return *member->AsString();
}

const Value::Array& Items(const Value& value, std::string_view key) {
  return *value.Find(key)->AsArray();
}

Hash HexHash(const std::string& hex) {
  return *DecodeHash(hex);
}

Hash Base64Hash(const std::string& text) {
  return *DecodeBase64Array<32>(text);
}

// Writes entries as the appender does, without its entry format.
void Append(store::Store& store, const std::string& origin, const std::vector<Bytes>& entries) {
  crypto::Frontier frontier;
  for (size_t i = 0; i < entries.size(); ++i) {
    store::Batch batch;
    batch.Put(Family::kLog, EntryKey(origin, i), entries[i]);
    AppendLeaf(origin, crypto::LeafHash(entries[i]), frontier, batch);
    ASSERT_TRUE(store.Write(batch, store::Durability::kUnsynced).ok());
  }
}

Files Export(const store::Store& store, const std::string& origin) {
  Files files;
  const Result<void> done = ExportFiles(store, origin, [&](const std::string& path, ByteView b) {
    files[path] += ToText(b);
    return Result<void>();
  });
  EXPECT_TRUE(done.ok());
  return files;
}

class Log600Test : public testing::Test {
 protected:
  void SetUp() override {
    crypto::Init();
    for (int i = 0; i < 600; ++i) {
      const Hash hash = crypto::Sha256("entry " + std::to_string(i));
      Bytes entry;
      for (size_t n = 0; n < hash[0]; ++n)
        entry.push_back(hash[n % hash.size()]);
      entries_.push_back(entry);
    }
    Append(store_, origin_, entries_);
  }

  const std::string origin_ = "exchange.example/node-a";
  std::vector<Bytes> entries_;
  store::MemoryStore store_;
};

TEST_F(Log600Test, RootsAreThoseOfTheReference) {
  const Value meta = ReadJson("log600/meta.json");
  const StoredTree tree(store_, origin_);
  int checked = 0;
  for (const auto& [size, root] : *meta.Find("roots")->AsObject()) {
    if (std::stoull(size) > 600) continue;
    const Result<Hash> stored = tree.Root(std::stoull(size));
    ASSERT_TRUE(stored.ok()) << size;
    EXPECT_EQ(EncodeBase64(*stored), *root.AsString()) << size;
    ++checked;
  }
  EXPECT_GT(checked, 10);
}

TEST_F(Log600Test, ExportIsTheReferencesTilesByteForByte) {
  const std::string checkpoint = ReadData("log600/checkpoint");
  store::Batch batch;
  batch.Put(Family::kLog, CheckpointKey(origin_), AsBytes(checkpoint));
  ASSERT_TRUE(store_.Write(batch, store::Durability::kSynced).ok());

  Files files = Export(store_, origin_);

  EXPECT_EQ(files["receipts.jsonl"], "");
  files.erase("receipts.jsonl");
  Files expected;
  for (const char* name : {"checkpoint",
                           "tile/0/000",
                           "tile/0/001",
                           "tile/0/002.p/88",
                           "tile/1/000.p/2",
                           "tile/entries/000",
                           "tile/entries/001",
                           "tile/entries/002.p/88"}) {
    expected[name] = ReadData(std::string("log600/") + name);
  }
  EXPECT_EQ(files.size(), expected.size());
  for (const auto& [name, bytes] : expected)
    EXPECT_TRUE(files[name] == bytes) << name;
}

TEST_F(Log600Test, ProofTextIsTheReferences) {
  const std::string checkpoint = ReadData("log600/checkpoint");
  const StoredTree tree(store_, origin_);
  for (const uint64_t index : {0U, 255U, 256U, 599U}) {
    const Result<std::vector<Hash>> path = tree.Inclusion(index, 600);
    ASSERT_TRUE(path.ok());
    EXPECT_EQ(TlogProofText(index, *path, checkpoint),
              ReadData("log600/entry" + std::to_string(index) + ".tlog-proof"));
  }
}

TEST_F(Log600Test, ProofsAreThoseOfThePlainTree) {
  std::vector<Hash> leaves;
  for (const Bytes& entry : entries_)
    leaves.push_back(crypto::LeafHash(entry));
  const StoredTree tree(store_, origin_);
  for (const uint64_t size : {1U, 2U, 3U, 7U, 8U, 255U, 256U, 257U, 511U, 600U}) {
    const std::span<const Hash> prefix(leaves.data(), size);
    for (uint64_t index = 0; index < size; index += 1 + index / 3) {
      EXPECT_EQ(*tree.Inclusion(index, size), crypto::InclusionPath(prefix, index));
    }
    for (uint64_t old_size = 0; old_size <= size; old_size += 1 + old_size / 3) {
      EXPECT_EQ(*tree.Consistency(old_size, size), crypto::ConsistencyPath(prefix, old_size));
    }
    const Result<crypto::Frontier> frontier = tree.LoadFrontier(size);
    ASSERT_TRUE(frontier.ok());
    EXPECT_EQ(frontier->Root(), crypto::MerkleRoot(prefix));
  }
}

TEST_F(Log600Test, MissingNodeIsCorruptNotWrong) {
  store::Batch batch;
  batch.Delete(Family::kLog, NodeKey(origin_, 9, 0));
  ASSERT_TRUE(store_.Write(batch, store::Durability::kSynced).ok());
  const Result<Hash> root = StoredTree(store_, origin_).Root(600);
  ASSERT_FALSE(root.ok());
  EXPECT_EQ(root.error().code, ErrorCode::kCorrupt);
}

TEST(TileNameTest, GroupsOfThreeDigits) {
  const Value meta = ReadJson("log600/meta.json");
  for (const auto& [number, path] : *meta.Find("tile_paths")->AsObject()) {
    EXPECT_EQ(TileName(std::stoull(number), 256), *path.AsString());
  }
  EXPECT_EQ(TileName(273, 112), "273.p/112");
}

class ProtocolLogTest : public testing::TestWithParam<int> {
 protected:
  Value Vector() const {
    return Items(ReadJson("protocol/log.json"), "logs")[static_cast<size_t>(GetParam())];
  }
};

TEST_P(ProtocolLogTest, EntriesLeavesRootsAndCheckpoints) {
  crypto::Init();
  const Value vector = Vector();
  const std::string origin = Text(vector, "origin");
  const crypto::SigningKey key =
      crypto::SigningKey::FromSeed(*DecodeHex(Text(vector, "log_key_seed")));
  EXPECT_EQ(statement::VerifierKey(origin, key.public_key()), Text(vector, "vkey"));

  std::vector<Bytes> entries;
  const Value::Array& leaves = Items(vector, "leaf_hashes");
  for (const Value& hex : Items(vector, "entries")) {
    entries.push_back(*DecodeHex(*hex.AsString()));
    const Hash leaf = HexHash(*leaves[entries.size() - 1].AsString());
    EXPECT_EQ(crypto::LeafHash(entries.back()), leaf);
    const Result<statement::Entry> entry = statement::Entry::Parse(AsText(entries.back()));
    ASSERT_TRUE(entry.ok()) << entries.size() - 1;
    EXPECT_EQ(entry->Encode(), AsText(entries.back()));
  }
  store::MemoryStore store;
  Append(store, origin, entries);

  const StoredTree tree(store, origin);
  const Value::Array& roots = Items(vector, "roots");
  const Value::Array& checkpoints = Items(vector, "checkpoints");
  ASSERT_EQ(roots.size(), entries.size() + 1);
  for (uint64_t size = 0; size < roots.size(); ++size) {
    const Result<Hash> root = tree.Root(size);
    ASSERT_TRUE(root.ok());
    EXPECT_EQ(EncodeHex(*root), *roots[size].AsString());
    EXPECT_EQ(statement::SignCheckpoint({origin, size, *root}, key), *checkpoints[size].AsString());
  }
  const Value::Array& paths = Items(vector, "inclusion_at_full_size");
  for (uint64_t index = 0; index < entries.size(); ++index) {
    std::vector<Hash> path;
    for (const Value& hash : *paths[index].AsArray())
      path.push_back(Base64Hash(*hash.AsString()));
    EXPECT_EQ(*tree.Inclusion(index, entries.size()), path);
  }
}

INSTANTIATE_TEST_SUITE_P(Both, ProtocolLogTest, testing::Values(0, 1));

TEST(ProtocolReceiptTest, NamesEntryAndRootOfItsCommit) {
  crypto::Init();
  const Value file = ReadJson("protocol/log.json");
  std::map<std::string, const Value*> logs;
  for (const Value& log : Items(file, "logs"))
    logs[Text(log, "origin")] = &log;
  for (const Value& value : Items(file, "receipts")) {
    const Result<statement::SignedStatement> bytes = statement::SignedStatement::FromValue(value);
    ASSERT_TRUE(bytes.ok());
    const Result<statement::Receipt> receipt = statement::ParseAs<statement::Receipt>(*bytes);
    ASSERT_TRUE(receipt.ok());
    const Value& log = *logs.at(receipt->origin);
    const crypto::SigningKey key =
        crypto::SigningKey::FromSeed(*DecodeHex(Text(log, "log_key_seed")));
    EXPECT_TRUE(statement::VerifySignatures(*bytes, std::span(&key.public_key(), 1), 1).ok());

    const size_t index = static_cast<size_t>(receipt->index);
    const size_t size = static_cast<size_t>(receipt->size);
    EXPECT_EQ(EncodeHex(receipt->leaf), *Items(log, "leaf_hashes")[index].AsString());
    EXPECT_EQ(EncodeHex(receipt->root), *Items(log, "roots")[size].AsString());
    const Bytes entry_bytes = *DecodeHex(*Items(log, "entries")[index].AsString());
    const Result<statement::Entry> entry = statement::Entry::Parse(AsText(entry_bytes));
    ASSERT_TRUE(entry.ok());
    EXPECT_EQ(entry->statement ? entry->statement->Digest() : *entry->digest, receipt->statement);
    EXPECT_EQ(entry->time, receipt->time);
    // Signing again gives the same bytes: ours and the vector's receipts are one format.
    const crypto::SigningKey* const keys[] = {&key};
    EXPECT_EQ(statement::SignedStatement::Sign(statement::Type::kReceipt, receipt->ToValue(), keys)
                  .Encode(),
              bytes->Encode());
  }
}

}  // namespace
}  // namespace schakel::log
