#include "node/exchange/prekey.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/entropy.h"

namespace schakel::exchange {
namespace {

constexpr Instant kStart{std::chrono::milliseconds{1'779'098'400'000}};
constexpr std::chrono::milliseconds kTick{1};

TEST(PrekeyRingTest, KeepsOneKeyForTwelveHours) {
  crypto::SeededEntropy entropy(1);
  PrekeyRing ring(entropy);
  const statement::Prekey first = ring.Current(kStart);
  EXPECT_EQ(first.id, statement::PrekeyId(first.key));
  EXPECT_EQ(ring.Current(kStart + kPrekeyRotation - kTick).id, first.id);
  EXPECT_NE(ring.Current(kStart + kPrekeyRotation).id, first.id);
}

TEST(PrekeyRingTest, ThePrivateHalfStaysOneHourMore) {
  crypto::SeededEntropy entropy(2);
  PrekeyRing ring(entropy);
  const statement::Prekey first = ring.Current(kStart);
  const Instant gone = kStart + kPrekeyRotation + kPrekeyGrace;
  const auto held = ring.Find(first.id, gone - kTick);
  ASSERT_TRUE(held.has_value());
  EXPECT_EQ(crypto::X25519FromSecret(held->view()).public_key, first.key);
  EXPECT_FALSE(ring.Find(first.id, gone).has_value());
}

TEST(PrekeyRingTest, AnUnknownIdIsNotFound) {
  crypto::SeededEntropy entropy(3);
  PrekeyRing ring(entropy);
  ring.Current(kStart);
  EXPECT_FALSE(ring.Find("0000000000000000", kStart).has_value());
}

TEST(PrekeyRingTest, TwoRingsHaveDifferentKeys) {
  crypto::SeededEntropy entropy(4);
  PrekeyRing one(entropy);
  PrekeyRing other(entropy);
  EXPECT_NE(one.Current(kStart).id, other.Current(kStart).id);
}

}  // namespace
}  // namespace schakel::exchange
