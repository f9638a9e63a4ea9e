#include "node/crypto/entropy.h"

#include <set>

#include <gtest/gtest.h>

#include "node/base/bytes.h"

namespace schakel::crypto {
namespace {

Bytes Draw(Entropy& entropy, size_t size) {
  Bytes bytes(size);
  entropy.Fill(bytes);
  return bytes;
}

TEST(SystemEntropyTest, DrawsDifferentBytesEachTime) {
  SystemEntropy entropy;
  std::set<Bytes> seen;
  for (int i = 0; i < 100; ++i)
    seen.insert(Draw(entropy, 16));
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_TRUE(Draw(entropy, 0).empty());
}

TEST(SeededEntropyTest, RepeatsItselfForTheSameSeedOnly) {
  SeededEntropy first(7);
  SeededEntropy second(7);
  SeededEntropy other(8);
  EXPECT_EQ(Draw(first, 100), Draw(second, 100));
  EXPECT_EQ(Draw(first, 1), Draw(second, 1));
  const Bytes next = Draw(first, 32);
  EXPECT_EQ(next, Draw(second, 32));
  EXPECT_NE(next, Draw(other, 32));
  EXPECT_TRUE(Draw(first, 0).empty());
  EXPECT_NE(next, Draw(first, 32));
}

// ChaCha20 under SHA-256("schakel/seeded-entropy" || u64be seed), checked with openssl enc.
TEST(SeededEntropyTest, GivesAPinnedStream) {
  SeededEntropy entropy(1);
  EXPECT_EQ(EncodeHex(Draw(entropy, 16)), "bee5a76c9334274f568cde4840ffb732");
}

TEST(SeededEntropyTest, NeverGivesABlockTwice) {
  SeededEntropy entropy(1);
  std::set<Bytes> seen;
  for (size_t i = 0; i < 100; ++i) {
    const Bytes bytes = Draw(entropy, 64 + i);
    seen.insert(Bytes(bytes.begin(), bytes.begin() + 64));
  }
  EXPECT_EQ(seen.size(), 100U);
}

}  // namespace
}  // namespace schakel::crypto
