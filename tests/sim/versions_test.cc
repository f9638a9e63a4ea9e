// What a node stores of its lineage's covenant versions, and so what an auditor is handed: each
// version that an entry of the log can name, and nothing of another lineage.
#include <gtest/gtest.h>

#include "node/canon/json.h"
#include "node/crypto/hash.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

using canon::Value;

class Versions : public testing::Test {
 protected:
  Versions() : world_(93) { world_.SignAndActivate(); }
  [[nodiscard]] Result<std::map<Hash, std::string>> Stored() {
    return world_["politie"].engine->covenants().Versions();
  }
  // As the life cycle would leave it, under its hash.
  std::string Put(const std::string& member, const Value& value) {
    Value document = *canon::ParseCanonical(world_.covenant());
    (*document.AsObject())[member] = value;
    std::string canonical = canon::Write(document);
    PutBytes(AsBytes(canonical), crypto::Sha256(canonical));
    return canonical;
  }
  void PutBytes(ByteView bytes, const Hash& hash) {
    store::Batch batch;
    batch.Put(
        store::Family::kCovenant, store::KeyBuilder().Text("document").Raw(hash).Build(), bytes);
    ASSERT_TRUE(world_["politie"].store().Write(batch, store::Durability::kSynced).ok());
  }
  World world_;
};

TEST_F(Versions, TheOneInForce) {
  const auto stored = Stored();
  ASSERT_TRUE(stored.ok());
  ASSERT_EQ(stored->size(), 1U);
  EXPECT_EQ(stored->begin()->second, world_.covenant());
  EXPECT_EQ(stored->begin()->first, crypto::Sha256(world_.covenant()));
}

TEST_F(Versions, EveryOtherOfTheLineage) {
  const std::string next = Put("version", Value(int64_t{2}));
  const auto stored = Stored();
  ASSERT_TRUE(stored.ok());
  ASSERT_EQ(stored->size(), 2U);
  EXPECT_EQ(stored->at(crypto::Sha256(next)), next);
  EXPECT_EQ(stored->at(crypto::Sha256(world_.covenant())), world_.covenant());
}

TEST_F(Versions, NoneOfAnotherLineage) {
  Put("lineage", Value("7b0c4c7e-6f2a-4d53-9c55-000000000000"));
  const auto stored = Stored();
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(stored->size(), 1U);
}

TEST_F(Versions, ADamagedOneIsNamed) {
  PutBytes(AsBytes("{"), Hash{});
  EXPECT_EQ(Stored().error().code, ErrorCode::kCorrupt);
}

TEST(VersionsTest, NoneWithoutACovenant) {
  World world(94);
  const auto stored = world["politie"].engine->covenants().Versions();
  ASSERT_TRUE(stored.ok());
  EXPECT_TRUE(stored->empty());
}

}  // namespace
}  // namespace schakel::sim
