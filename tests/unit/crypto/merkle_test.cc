#include "node/crypto/merkle.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/crypto/hash.h"
#include "tests/unit/crypto/vectors.h"

namespace schakel::crypto {
namespace {

using nlohmann::json;

// The text of RFC 6962 2.1, word for word, as the model for the faster functions.
Hash Mth(std::span<const Hash> leaves) {
  if (leaves.empty()) return EmptyRoot();
  if (leaves.size() == 1) return leaves[0];
  size_t split = 1;
  while (split * 2 < leaves.size())
    split *= 2;
  return NodeHash(Mth(leaves.first(split)), Mth(leaves.subspan(split)));
}

std::vector<Hash> MakeLeaves(size_t count) {
  std::vector<Hash> leaves;
  for (size_t i = 0; i < count; ++i)
    leaves.push_back(LeafHash(AsBytes("entry " + std::to_string(i))));
  return leaves;
}

// Some cases hold a text of another length in the place of a hash. Those are refused for their type
// here, so they become a hash that equals no other.
Hash Base64Hash(const json& text, const std::string& place) {
  const auto bytes = DecodeBase64(text.is_null() ? "" : text.get<std::string>());
  EXPECT_TRUE(bytes.ok());
  Hash hash{};
  if (bytes->size() != hash.size()) return Sha256(place + ToText(*bytes));
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

std::vector<Hash> Proof(const json& one) {
  std::vector<Hash> proof;
  for (const auto& hash : one.at("proof"))
    proof.push_back(Base64Hash(hash, "proof"));
  return proof;
}

bool InclusionHolds(const json& one) {
  return VerifyInclusion(Base64Hash(one.at("leafHash"), "leafHash"),
                         one.at("leafIdx").get<uint64_t>(),
                         one.at("treeSize").get<uint64_t>(),
                         Proof(one),
                         Base64Hash(one.at("root"), "root"))
      .ok();
}

bool ConsistencyHolds(const json& one) {
  return VerifyConsistency(one.at("size1").get<uint64_t>(),
                           Base64Hash(one.at("root1"), "root1"),
                           one.at("size2").get<uint64_t>(),
                           Base64Hash(one.at("root2"), "root2"),
                           Proof(one))
      .ok();
}

std::vector<std::string> FilesUnder(const std::string& folder) {
  const std::filesystem::path data(SCHAKEL_TEST_DATA);
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data / folder)) {
    if (entry.is_regular_file()) files.push_back(std::filesystem::relative(entry.path(), data));
  }
  return files;
}

// ---- Hashes and roots

TEST(MerkleHashTest, GivesTheKnownAnswers) {
  const json hasher = ReadVectors("merkle/rfc6962-8leaf.json").at("hasher");
  EXPECT_EQ(EncodeHex(EmptyRoot()), hasher.at("empty").get<std::string>());
  EXPECT_EQ(EncodeHex(LeafHash({})), hasher.at("leaf('')").get<std::string>());
  EXPECT_EQ(EncodeHex(LeafHash(AsBytes("L123456"))),
            hasher.at("leaf('L123456')").get<std::string>());
}

TEST(MerkleHashTest, LeavesAndNodesAreOfDifferentDomains) {
  const Hash left = Sha256("left");
  const Hash right = Sha256("right");
  Bytes both = {0x01};
  Append(both, left);
  Append(both, right);
  EXPECT_EQ(NodeHash(left, right), Sha256(both));
  EXPECT_NE(NodeHash(left, right), LeafHash(ByteView(both).subspan(1)));
  EXPECT_NE(NodeHash(left, right), NodeHash(right, left));
}

TEST(MerkleHashTest, LeafHashIsThatOfThePrefixedEntryForEveryLength) {
  for (const size_t size : {0U, 1U, 1023U, 1024U, 1025U, 8192U}) {
    const Bytes entry(size, 0x5a);
    Bytes prefixed = {0x00};
    Append(prefixed, entry);
    EXPECT_EQ(LeafHash(entry), Sha256(prefixed)) << size;
  }
}

TEST(MerkleRootTest, GivesTheRootsOfTheEightLeaves) {
  const json vectors = ReadVectors("merkle/rfc6962-8leaf.json");
  std::vector<Hash> leaves;
  Frontier frontier;
  for (size_t size = 0; size <= 8; ++size) {
    const auto root = vectors.at("roots_hex_by_size").at(size).get<std::string>();
    EXPECT_EQ(EncodeHex(MerkleRoot(leaves)), root) << size;
    EXPECT_EQ(EncodeHex(frontier.Root()), root) << size;
    if (size == 8) break;
    leaves.push_back(LeafHash(Hex(vectors.at("leaf_inputs_hex").at(size))));
    frontier.Append(leaves.back());
  }
}

TEST(MerkleRootTest, GivesTheRootsOfTheProtocolsLogs) {
  const json vectors = ReadVectors("protocol/log.json");
  ASSERT_EQ(vectors.at("logs").size(), 2U);
  for (const auto& log : vectors.at("logs")) {
    std::vector<Hash> leaves;
    for (size_t i = 0; i < log.at("entries").size(); ++i) {
      EXPECT_EQ(EncodeHex(MerkleRoot(leaves)), log.at("roots").at(i).get<std::string>());
      leaves.push_back(LeafHash(Hex(log.at("entries").at(i))));
      EXPECT_EQ(EncodeHex(leaves.back()), log.at("leaf_hashes").at(i).get<std::string>());
    }
    EXPECT_EQ(EncodeHex(MerkleRoot(leaves)), log.at("roots").back().get<std::string>());
  }
}

TEST(MerkleRootTest, IsTheRfcsForEverySize) {
  const std::vector<Hash> leaves = MakeLeaves(130);
  for (size_t size = 0; size <= leaves.size(); ++size) {
    const auto some = std::span(leaves).first(size);
    EXPECT_EQ(MerkleRoot(some), Mth(some)) << size;
  }
}

// ---- Vectors of others

TEST(InclusionVectorsTest, TransparencyDev) {
  const auto files = FilesUnder("merkle/transparency-dev/inclusion");
  ASSERT_EQ(files.size(), 98U);
  for (const std::string& file : files) {
    const json one = ReadVectors(file);
    EXPECT_EQ(InclusionHolds(one), !one.at("wantErr").get<bool>()) << file;
  }
}

TEST(ConsistencyVectorsTest, TransparencyDev) {
  // Takes two equal texts of 12 bytes for equal roots: no Hash says that.
  const std::string out_of_domain =
      "merkle/transparency-dev/consistency/additional/"
      "sizes-are-equal-one-and-proof-is-empty.json";
  const auto files = FilesUnder("merkle/transparency-dev/consistency");
  ASSERT_EQ(files.size(), 98U);
  ASSERT_EQ(std::count(files.begin(), files.end(), out_of_domain), 1);
  for (const std::string& file : files) {
    if (file == out_of_domain) continue;
    const json one = ReadVectors(file);
    EXPECT_EQ(ConsistencyHolds(one), !one.at("wantErr").get<bool>()) << file;
  }
}

TEST(InclusionVectorsTest, Golden) {
  const json vectors = ReadVectors("merkle/golden/inclusion.json");
  ASSERT_EQ(vectors.size(), 106U);
  for (const auto& one : vectors)
    EXPECT_TRUE(InclusionHolds(one)) << one;
}

TEST(ConsistencyVectorsTest, Golden) {
  const json vectors = ReadVectors("merkle/golden/consistency.json");
  ASSERT_EQ(vectors.size(), 131U);
  for (const auto& one : vectors)
    EXPECT_TRUE(ConsistencyHolds(one)) << one;
}

// ---- Making and verifying

TEST(InclusionTest, EveryPathHoldsForItsLeafAlone) {
  const std::vector<Hash> leaves = MakeLeaves(33);
  for (size_t size = 1; size <= leaves.size(); ++size) {
    const auto some = std::span(leaves).first(size);
    const Hash root = MerkleRoot(some);
    for (size_t index = 0; index < size; ++index) {
      const std::vector<Hash> path = InclusionPath(some, index);
      EXPECT_TRUE(VerifyInclusion(leaves[index], index, size, path, root).ok());
      for (size_t other = 0; other <= size; ++other) {
        if (other == index) continue;
        EXPECT_FALSE(VerifyInclusion(leaves[index], other, size, path, root).ok())
            << index << " as " << other << " of " << size;
      }
    }
  }
}

TEST(InclusionTest, DeniesChangedLongerAndShorterPaths) {
  const std::vector<Hash> leaves = MakeLeaves(13);
  const Hash root = MerkleRoot(leaves);
  for (size_t index = 0; index < leaves.size(); ++index) {
    const std::vector<Hash> path = InclusionPath(leaves, index);
    for (size_t i = 0; i < path.size(); ++i) {
      std::vector<Hash> changed = path;
      changed[i][31] ^= 1;
      EXPECT_FALSE(VerifyInclusion(leaves[index], index, 13, changed, root).ok());
      const auto shorter = std::span(path).first(i);
      EXPECT_FALSE(VerifyInclusion(leaves[index], index, 13, shorter, root).ok());
    }
    std::vector<Hash> longer = path;
    longer.push_back(root);
    EXPECT_FALSE(VerifyInclusion(leaves[index], index, 13, longer, root).ok());
    const auto denied = VerifyInclusion(root, index, 13, path, root);
    ASSERT_FALSE(denied.ok());
    EXPECT_EQ(denied.error().code, ErrorCode::kDenied);
  }
}

TEST(InclusionTest, TakesTheLargestSizesWithoutReadingBeyondThePath) {
  const Hash leaf = Sha256("leaf");
  EXPECT_FALSE(VerifyInclusion(leaf, UINT64_MAX - 1, UINT64_MAX, {}, leaf).ok());
  EXPECT_FALSE(VerifyInclusion(leaf, UINT64_MAX, UINT64_MAX, {}, leaf).ok());
  EXPECT_FALSE(VerifyInclusion(leaf, 0, 0, {}, leaf).ok());
  const std::vector<Hash> path(200, leaf);
  EXPECT_FALSE(VerifyInclusion(leaf, 0, UINT64_MAX, path, leaf).ok());
  EXPECT_FALSE(VerifyConsistency(1, leaf, UINT64_MAX, leaf, path).ok());
  EXPECT_FALSE(VerifyConsistency(UINT64_MAX - 1, leaf, UINT64_MAX, leaf, path).ok());
}

TEST(ConsistencyTest, EveryProofHoldsForItsSizesAlone) {
  const std::vector<Hash> leaves = MakeLeaves(20);
  for (size_t size = 1; size <= leaves.size(); ++size) {
    const auto some = std::span(leaves).first(size);
    const Hash root = MerkleRoot(some);
    for (size_t old_size = 1; old_size <= size; ++old_size) {
      const Hash old_root = MerkleRoot(some.first(old_size));
      const std::vector<Hash> path = ConsistencyPath(some, old_size);
      EXPECT_TRUE(VerifyConsistency(old_size, old_root, size, root, path).ok())
          << old_size << " of " << size;
      for (size_t other = 0; other <= leaves.size(); ++other) {
        if (other == old_size) continue;
        EXPECT_FALSE(VerifyConsistency(other, old_root, size, root, path).ok());
      }
    }
  }
}

TEST(ConsistencyTest, DeniesChangedLongerAndShorterProofs) {
  const std::vector<Hash> leaves = MakeLeaves(13);
  const Hash root = MerkleRoot(leaves);
  for (size_t old_size = 1; old_size < leaves.size(); ++old_size) {
    const Hash old_root = MerkleRoot(std::span(leaves).first(old_size));
    const std::vector<Hash> path = ConsistencyPath(leaves, old_size);
    for (size_t i = 0; i < path.size(); ++i) {
      std::vector<Hash> changed = path;
      changed[i][0] ^= 1;
      EXPECT_FALSE(VerifyConsistency(old_size, old_root, 13, root, changed).ok());
      EXPECT_FALSE(VerifyConsistency(old_size, old_root, 13, root, std::span(path).first(i)).ok());
    }
    std::vector<Hash> longer = path;
    longer.push_back(root);
    EXPECT_FALSE(VerifyConsistency(old_size, old_root, 13, root, longer).ok());
    EXPECT_FALSE(VerifyConsistency(old_size, root, 13, root, path).ok());
    EXPECT_FALSE(VerifyConsistency(old_size, old_root, 13, old_root, path).ok());
  }
}

TEST(ConsistencyTest, AnEmptyTreeProvesNothing) {
  const std::vector<Hash> leaves = MakeLeaves(3);
  EXPECT_TRUE(ConsistencyPath(leaves, 0).empty());
  EXPECT_TRUE(ConsistencyPath(leaves, 3).empty());
  EXPECT_FALSE(VerifyConsistency(0, EmptyRoot(), 3, MerkleRoot(leaves), {}).ok());
  EXPECT_FALSE(VerifyConsistency(0, EmptyRoot(), 0, EmptyRoot(), {}).ok());
}

TEST(MerkleDeathTest, PathsNeedALeafThatExists) {
  const std::vector<Hash> leaves = MakeLeaves(3);
  EXPECT_DEATH(static_cast<void>(InclusionPath(leaves, 3)), "");
  EXPECT_DEATH(static_cast<void>(ConsistencyPath(leaves, 4)), "");
}

// ---- Frontier

TEST(FrontierTest, GoesOnFromStoredSizeAndRoots) {
  const std::vector<Hash> leaves = MakeLeaves(70);
  Frontier frontier;
  for (size_t i = 0; i < leaves.size(); ++i) {
    auto reopened = Frontier::Create(frontier.size(), frontier.roots());
    ASSERT_TRUE(reopened.ok());
    frontier = *reopened;
    frontier.Append(leaves[i]);
    EXPECT_EQ(frontier.size(), i + 1);
    EXPECT_EQ(frontier.Root(), Mth(std::span(leaves).first(i + 1)));
  }
}

TEST(FrontierTest, RefusesANumberOfRootsThatDoesNotFitTheSize) {
  const std::vector<Hash> two(2);
  EXPECT_TRUE(Frontier::Create(5, two).ok());
  for (const uint64_t size : {0U, 4U, 7U}) {
    const auto frontier = Frontier::Create(size, two);
    ASSERT_FALSE(frontier.ok()) << size;
    EXPECT_EQ(frontier.error().code, ErrorCode::kCorrupt);
  }
  EXPECT_TRUE(Frontier::Create(0, {}).ok());
}

// 2^40 leaves cost no more than their 40 merges: appending never walks the tree.
TEST(FrontierTest, AppendsToATreeThatNoMemoryHolds) {
  const std::vector<Hash> roots(40, Sha256("subtree"));
  auto frontier = Frontier::Create((uint64_t{1} << 40) - 1, roots);
  ASSERT_TRUE(frontier.ok());
  frontier->Append(Sha256("leaf"));
  EXPECT_EQ(frontier->size(), uint64_t{1} << 40);
  EXPECT_EQ(frontier->roots().size(), 1U);
  EXPECT_EQ(frontier->Root(), frontier->roots()[0]);
}

}  // namespace
}  // namespace schakel::crypto
