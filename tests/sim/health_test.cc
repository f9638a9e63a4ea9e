// What a node says of itself: a damaged file of either database stays visible until the node is
// started on sound files, whatever it does in between.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "node/store/memory_store.h"
#include "tests/sim/console.h"

namespace schakel::sim {
namespace {

using canon::Value;

// What VerifyFiles finds, by store.
struct Found {
  std::vector<store::Damage> data;
  std::vector<store::Damage> keys;
  bool keys_unreadable = false;
};

class FoundStore final : public store::Store {
 public:
  FoundStore(Found& found, bool for_keys) : found_(found), for_keys_(for_keys) {}
  Result<std::optional<Bytes>> Get(store::Family family, ByteView key) const override {
    return inner_.Get(family, key);
  }
  Result<void> Scan(store::Family family, ByteView prefix, const Visitor& visit) const override {
    return inner_.Scan(family, prefix, visit);
  }
  Result<void> ScanFrom(store::Family family,
                        ByteView prefix,
                        ByteView from,
                        const Visitor& visit) const override {
    return inner_.ScanFrom(family, prefix, from, visit);
  }
  Result<void> Write(const store::Batch& batch, store::Durability durability) override {
    return inner_.Write(batch, durability);
  }
  Result<void> Purge(store::Family family) override { return inner_.Purge(family); }
  Result<std::vector<store::Damage>> VerifyFiles() const override {
    if (for_keys_ && found_.keys_unreadable) return Unavailable("the disk does not answer");
    return for_keys_ ? found_.keys : found_.data;
  }

 private:
  Found& found_;
  const bool for_keys_;
  store::MemoryStore inner_;
};

class HealthTest : public ::testing::Test {
 protected:
  engine::Engine& engine() { return *world_["politie"].engine; }

  Value Call(const std::string& method) { return officer_.Call(method, {}); }
  bool Health(const std::string& part) {
    const Value status = Call("node.status");
    const Value* const shown = status.Find("health")->Find(part);
    EXPECT_NE(shown, nullptr) << part;
    return shown != nullptr && *shown->AsBool();
  }

  Found found_;
  World world_{91, [this](const std::string& /*party*/, bool for_keys) {
                 return std::make_unique<FoundStore>(found_, for_keys);
               }};
  Console officer_{world_, "politie", "officer", exchange::Role::kOfficer};
};

TEST_F(HealthTest, IsGreenOnSoundFiles) {
  EXPECT_TRUE(engine().VerifyFiles()->empty());
  EXPECT_TRUE(engine().undamaged());
  for (const char* part : {"sign", "log", "store", "clock", "decrypt"})
    EXPECT_TRUE(Health(part)) << part;
  EXPECT_TRUE(*Call("log.verify").Find("ok")->AsBool());
}

TEST_F(HealthTest, DamageInTheDataStaysThoughTheNodeTends) {
  found_.data = {{"000012.sst", "checksum"}};
  EXPECT_EQ(engine().VerifyFiles()->size(), 1U);
  EXPECT_FALSE(Health("store"));
  ASSERT_TRUE(engine().Tend().ok());
  EXPECT_FALSE(engine().undamaged());
  EXPECT_FALSE(Health("store"));
  EXPECT_TRUE(Health("decrypt"));
  // Even a later check that finds nothing: what was read meanwhile may have been wrong.
  found_.data.clear();
  EXPECT_TRUE(engine().VerifyFiles()->empty());
  EXPECT_FALSE(Health("store"));
}

TEST_F(HealthTest, LogVerifyNamesDamageInTheKeyTableToo) {
  found_.keys = {{"000007.sst", "checksum"}};
  const Value result = Call("log.verify");
  EXPECT_FALSE(*result.Find("ok")->AsBool());
  const Value::Array& damaged = *result.Find("damaged")->AsArray();
  ASSERT_EQ(damaged.size(), 1U);
  EXPECT_EQ(*damaged[0].Find("file")->AsString(), "key table: 000007.sst");
  EXPECT_FALSE(Health("store"));
}

TEST_F(HealthTest, FilesThatCannotBeReadAreNoSoundFiles) {
  found_.keys_unreadable = true;
  EXPECT_EQ(engine().VerifyFiles().error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(Health("store"));
  found_.data = {{"000012.sst", "checksum"}};
  EXPECT_EQ(engine().VerifyFiles()->size(), 1U);
}

TEST_F(HealthTest, SignIsRedOnceNoDelegationCoversTheMoment) {
  world_.SignAndActivate();
  EXPECT_TRUE(engine().health().sign);
  world_.clock.Advance(std::chrono::days{91});
  EXPECT_FALSE(engine().health().sign);
}

TEST_F(HealthTest, ClockIsRedBehindTheLog) {
  world_.clock.Advance(-std::chrono::hours{1});
  EXPECT_FALSE(engine().health().clock);
  EXPECT_TRUE(engine().health().store);
}

}  // namespace
}  // namespace schakel::sim
