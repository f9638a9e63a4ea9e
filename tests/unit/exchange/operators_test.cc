#include "node/exchange/operators.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/entropy.h"
#include "node/store/memory_store.h"

namespace schakel::exchange {
namespace {

constexpr Instant kNow{std::chrono::milliseconds{1'779'098'400'000}};
constexpr const char* kNode = "politie.veldrijk.example";

class OperatorsTest : public testing::Test {
 protected:
  OperatorsTest() {
    crypto::Init();
    const Bytes master(32, 9);
    keys_ = *store::KeyTable::Open(key_data_, master, entropy_);
    operators_ = std::make_unique<Operators>(data_, *keys_, entropy_);
    key_ = std::make_unique<crypto::SigningKey>(crypto::SigningKey::Generate(entropy_));
  }

  Operator Named(const std::string& id, const crypto::PublicKey& key) {
    Operator made;
    made.id = id;
    made.name = "Invented Person";
    made.function = "infodesk";
    made.key = key;
    made.roles = {Role::kContributor};
    return made;
  }

  void Enrol(const Operator& made) {
    auto batch = operators_->Enroll(made);
    ASSERT_TRUE(batch.ok()) << batch.error().detail;
    ASSERT_TRUE(data_.Write(*batch, store::Durability::kSynced).ok());
  }

  statement::OperatorCall Call(const std::string& id) {
    statement::OperatorCall call;
    call.node = kNode;
    call.operator_id = id;
    call.method = "node.status";
    call.params = "{}";
    call.time = kNow;
    entropy_.Fill(call.nonce);
    statement::SignOperatorCall(call, *key_);
    return call;
  }

  store::MemoryStore data_;
  store::MemoryStore key_data_;
  crypto::SeededEntropy entropy_{7};
  std::unique_ptr<store::KeyTable> keys_;
  std::unique_ptr<Operators> operators_;
  std::unique_ptr<crypto::SigningKey> key_;
};

TEST_F(OperatorsTest, ASignedCallNamesItsOperatorOnce) {
  Enrol(Named("infodesk", key_->public_key()));
  const statement::OperatorCall call = Call("infodesk");
  auto caller = operators_->Authenticate(call, kNode, kNow);
  ASSERT_TRUE(caller.ok()) << caller.error().detail;
  EXPECT_EQ(caller->id, "infodesk");
  EXPECT_EQ(operators_->Authenticate(call, kNode, kNow).error().code, ErrorCode::kDenied);
}

TEST_F(OperatorsTest, RefusesEveryChangedPartOfACall) {
  Enrol(Named("infodesk", key_->public_key()));
  auto method = Call("infodesk");
  method.method = "group.decide";
  EXPECT_FALSE(operators_->Authenticate(method, kNode, kNow).ok());
  auto params = Call("infodesk");
  params.params = R"({"a":1})";
  EXPECT_FALSE(operators_->Authenticate(params, kNode, kNow).ok());
  auto nonce = Call("infodesk");
  nonce.nonce[0] ^= 1;
  EXPECT_FALSE(operators_->Authenticate(nonce, kNode, kNow).ok());
  EXPECT_FALSE(operators_->Authenticate(Call("infodesk"), "om.veldrijk.example", kNow).ok());
  EXPECT_FALSE(operators_->Authenticate(Call("nobody"), kNode, kNow).ok());
}

TEST_F(OperatorsTest, ACallIsGoodForFiveMinutesEitherWay) {
  Enrol(Named("infodesk", key_->public_key()));
  constexpr std::chrono::milliseconds tick{1};
  EXPECT_TRUE(operators_->Authenticate(Call("infodesk"), kNode, kNow + kIssuedTolerance).ok());
  EXPECT_FALSE(
      operators_->Authenticate(Call("infodesk"), kNode, kNow + kIssuedTolerance + tick).ok());
  EXPECT_TRUE(operators_->Authenticate(Call("infodesk"), kNode, kNow - kIssuedTolerance).ok());
  EXPECT_FALSE(
      operators_->Authenticate(Call("infodesk"), kNode, kNow - kIssuedTolerance - tick).ok());
}

TEST_F(OperatorsTest, OneKeyBelongsToOnePerson) {
  Enrol(Named("infodesk", key_->public_key()));
  EXPECT_EQ(operators_->Enroll(Named("other", key_->public_key())).error().code,
            ErrorCode::kConflict);
}

TEST_F(OperatorsTest, RefusesAnIdNameOrRoleThatIsMissing) {
  Operator no_role = Named("infodesk", key_->public_key());
  no_role.roles.clear();
  EXPECT_FALSE(operators_->Enroll(no_role).ok());
  Operator no_name = Named("infodesk", key_->public_key());
  no_name.name.clear();
  EXPECT_FALSE(operators_->Enroll(no_name).ok());
  EXPECT_FALSE(operators_->Enroll(Named("Not A Name", key_->public_key())).ok());
}

TEST_F(OperatorsTest, NamesAreSealedInTheStore) {
  Enrol(Named("infodesk", key_->public_key()));
  ASSERT_TRUE(data_
                  .Scan(store::Family::kOperator,
                        {},
                        [](ByteView, ByteView value) {
                          EXPECT_EQ(AsText(value).find("Invented Person"), std::string_view::npos);
                          return true;
                        })
                  .ok());
  auto found = operators_->Find("infodesk");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->name, "Invented Person");
}

}  // namespace
}  // namespace schakel::exchange
