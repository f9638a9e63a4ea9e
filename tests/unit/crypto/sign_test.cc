#include "node/crypto/sign.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "node/crypto/entropy.h"
#include "tests/unit/crypto/vectors.h"

namespace schakel::crypto {
namespace {

// RFC 8032 7.1, TEST 3.
TEST(SigningKeyTest, GivesTheRfc8032Signature) {
  const SigningKey key =
      SigningKey::FromSeed(Hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"));
  EXPECT_EQ(EncodeHex(key.public_key().bytes),
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  EXPECT_EQ(EncodeHex(key.Sign(Bytes{0xaf, 0x82})),
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
}

TEST(SigningKeyTest, KeepsItsSeedForTheKeyFile) {
  SeededEntropy entropy(1);
  SigningKey key = SigningKey::Generate(entropy);
  const SigningKey again = SigningKey::FromSeed(key.seed());
  EXPECT_EQ(again.public_key(), key.public_key());
  const SigningKey moved = std::move(key);
  EXPECT_EQ(moved.Sign(AsBytes("x")), again.Sign(AsBytes("x")));
  EXPECT_NE(SigningKey::Generate(entropy).public_key(), again.public_key());
}

TEST(VerifySignatureTest, DeniesEveryFlippedBit) {
  SeededEntropy entropy(1);
  const SigningKey key = SigningKey::Generate(entropy);
  const Bytes message = ToBytes("schakel/v1/request\n{}");
  const SignatureBytes signature = key.Sign(message);
  EXPECT_TRUE(VerifySignature(key.public_key(), message, signature).ok());
  for (size_t bit = 0; bit < signature.size() * 8; ++bit) {
    SignatureBytes changed = signature;
    changed[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    const auto verdict = VerifySignature(key.public_key(), message, changed);
    ASSERT_FALSE(verdict.ok()) << bit;
    EXPECT_EQ(verdict.error().code, ErrorCode::kDenied);
  }
  for (size_t bit = 0; bit < message.size() * 8; ++bit) {
    Bytes changed = message;
    changed[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(VerifySignature(key.public_key(), changed, signature).ok()) << bit;
  }
  EXPECT_FALSE(
      VerifySignature(SigningKey::Generate(entropy).public_key(), message, signature).ok());
}

// libsodium's verdict is the norm: other verifiers accept more of these (README.md).
TEST(VerifySignatureTest, Accepts43OfThe914EdgeCases) {
  const auto vectors = ReadVectors("ed25519/ed25519vectors.json");
  ASSERT_EQ(vectors.size(), 914U);
  size_t accepted = 0;
  for (const auto& one : vectors) {
    const PublicKey key{HexArray<32>(one.at("key"))};
    const auto message = one.at("msg").get<std::string>();
    if (!VerifySignature(key, AsBytes(message), HexArray<64>(one.at("sig"))).ok()) continue;
    ++accepted;
    // Under a key that may be enrolled, only an ordinary signature is left.
    if (IsValidPublicKey(key)) {
      EXPECT_TRUE(one.at("flags").is_null()) << one;
    }
  }
  EXPECT_EQ(accepted, 43U);
}

TEST(KeyIdTest, AKeyThatWasSeenMakesNoOtherBytesValid) {
  SeededEntropy entropy(2);
  const PublicKey good = SigningKey::Generate(entropy).public_key();
  ASSERT_TRUE(IsValidPublicKey(good));
  ASSERT_TRUE(IsValidPublicKey(good));
  // The same first byte, and so the same place among the keys that are remembered.
  int refused = 0;
  for (uint8_t change = 1; change <= 40; ++change) {
    PublicKey other = good;
    other.bytes[20] ^= change;
    const bool first = IsValidPublicKey(other);
    EXPECT_EQ(IsValidPublicKey(other), first);
    refused += first ? 0 : 1;
    EXPECT_TRUE(IsValidPublicKey(good));
  }
  EXPECT_GT(refused, 0);
}

TEST(SignTest, ASignatureThatWasSeenMakesNothingElseVerify) {
  SeededEntropy entropy(3);
  const SigningKey key = SigningKey::Generate(entropy);
  const SigningKey other = SigningKey::Generate(entropy);
  const Bytes message = ToBytes("Ein Protokoll");
  const SignatureBytes signature = key.Sign(message);
  for (int time = 0; time < 2; ++time) {
    EXPECT_TRUE(VerifySignature(key.public_key(), message, signature).ok());
    EXPECT_FALSE(VerifySignature(other.public_key(), message, signature).ok());
    EXPECT_FALSE(VerifySignature(key.public_key(), ToBytes("Ein Protokoll "), signature).ok());
    EXPECT_FALSE(VerifySignature(key.public_key(), {}, signature).ok());
    for (size_t bit = 0; bit < signature.size() * 8; ++bit) {
      SignatureBytes flipped = signature;
      flipped[bit / 8] = static_cast<uint8_t>(flipped[bit / 8] ^ 1U << bit % 8);
      EXPECT_FALSE(VerifySignature(key.public_key(), message, flipped).ok()) << bit;
    }
  }
}

TEST(KeyIdTest, RoundTrips) {
  SeededEntropy entropy(1);
  const SigningKey key = SigningKey::Generate(entropy);
  const std::string id = KeyId(key.public_key());
  EXPECT_EQ(id, "ed25519:" + EncodeBase64(key.public_key().bytes));
  auto parsed = ParseKeyId(id);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(*parsed, key.public_key());
}

TEST(KeyIdTest, RefusesOtherSpellings) {
  SeededEntropy entropy(1);
  const std::string id = KeyId(SigningKey::Generate(entropy).public_key());
  for (size_t size = 0; size < id.size(); ++size)
    EXPECT_FALSE(ParseKeyId(id.substr(0, size)).ok()) << size;
  EXPECT_FALSE(ParseKeyId(id + "\n").ok());
  EXPECT_FALSE(ParseKeyId(" " + id).ok());
  EXPECT_FALSE(ParseKeyId("ED25519:" + id.substr(8)).ok());
  EXPECT_FALSE(ParseKeyId("ed25519:" + EncodeBase64(Bytes(33, 1))).ok());
}

TEST(KeyIdTest, RefusesPointsThatNobodyMayEnrol) {
  for (const char* point : {
           // Of small order: the identity, order 2, 4 and 8.
           "0100000000000000000000000000000000000000000000000000000000000000",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "0000000000000000000000000000000000000000000000000000000000000000",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
           // Not canonical: y = p + 1.
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           // Not on the curve.
           "0200000000000000000000000000000000000000000000000000000000000000",
       }) {
    const auto key = ParseKeyId("ed25519:" + EncodeBase64(Hex(point)));
    ASSERT_FALSE(key.ok()) << point;
    EXPECT_EQ(key.error().code, ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace schakel::crypto
