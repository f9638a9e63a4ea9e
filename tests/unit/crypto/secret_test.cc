#include "node/crypto/secret.h"

#include <array>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

namespace schakel::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);

TEST(InitTest, MayBeCalledAgain) {
  Init();
  Init();
}

TEST(WipeTest, Overwrites) {
  std::array<uint8_t, 4> bytes = {1, 2, 3, 4};
  Wipe(bytes);
  EXPECT_EQ(bytes, (std::array<uint8_t, 4>{}));
  Wipe({});
}

TEST(SecretBytesTest, StartsWithZerosOrTheContents) {
  const SecretBytes zeros(size_t{33});
  EXPECT_EQ(zeros.view().size(), 33U);
  for (const uint8_t byte : zeros.view())
    EXPECT_EQ(byte, 0);
  const SecretBytes secret(AsBytes("geheim"));
  EXPECT_EQ(ToText(secret.view()), "geheim");
  EXPECT_TRUE(SecretBytes().empty());
  EXPECT_TRUE(SecretBytes(size_t{0}).empty());
}

TEST(SecretBytesTest, MovesWithoutLeavingTheSecretBehind) {
  SecretBytes first(AsBytes("geheim"));
  const uint8_t* where = first.view().data();
  SecretBytes second(std::move(first));
  EXPECT_TRUE(
      first.empty());  // NOLINT(bugprone-use-after-move): the state after a move is promised
  EXPECT_EQ(first.view().data(), nullptr);
  EXPECT_EQ(second.view().data(), where);
  SecretBytes third(AsBytes("ander"));
  third = std::move(second);
  EXPECT_EQ(ToText(third.view()), "geheim");
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
  SecretBytes& itself = third;
  third = std::move(itself);
  EXPECT_EQ(ToText(third.view()), "geheim");
}

// The memory is behind a guard page, so that what runs over it ends the process.
TEST(SecretBytesDeathTest, EndsTheProcessOnAWritePastTheEnd) {
  EXPECT_DEATH(
      {
        SecretBytes secret(size_t{32});
        volatile uint8_t* end = secret.mutable_view().data() + 32;
        *end = 1;
      },
      "");
}

TEST(Key32Test, WipesItselfWhenItEnds) {
  alignas(Key32) std::array<uint8_t, sizeof(Key32)> place{};
  std::array<uint8_t, 32> bytes{};
  bytes.fill(7);
  auto* key = new (place.data()) Key32(bytes);
  EXPECT_EQ(key->view().size(), 32U);
  EXPECT_EQ(key->view()[31], 7);
  key->~Key32();
  EXPECT_EQ(place, (std::array<uint8_t, sizeof(Key32)>{}));
}

}  // namespace
}  // namespace schakel::crypto
