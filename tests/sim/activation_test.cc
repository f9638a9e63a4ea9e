// What a node asks before a covenant is in force there, one missing thing at a time; after each
// refusal nothing is in force, and the whole set still activates.
#include <algorithm>

#include <gtest/gtest.h>

#include "node/base/reason.h"
#include "node/covenant/document.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

using statement::SignedStatement;
using statement::Type;

class Activation : public testing::Test {
 protected:
  Activation() : world_(94) {
    world_.Sign();
    confirmed_ = world_.fingerprints();
    statements_ = world_.statements();
  }
  engine::Engine& engine() { return *world_["politie"].engine; }
  Result<void> Activate() {
    return engine().Activate(world_.covenant(), statements_, confirmed_, "admin");
  }
  void ExpectRefused(Reason reason) {
    const auto activated = Activate();
    ASSERT_FALSE(activated.ok());
    EXPECT_EQ(ReasonId(activated.error().reason), ReasonId(reason)) << activated.error().detail;
    EXPECT_EQ(engine().covenants().view(), nullptr);
    confirmed_ = world_.fingerprints();
    statements_ = world_.statements();
    EXPECT_TRUE(Activate().ok());
  }
  SignedStatement& AcceptOf(std::string_view party) {
    const auto found = std::find_if(statements_.begin(), statements_.end(), [&](const auto& one) {
      return one.type() == Type::kAccept && *one.value().Find("party")->AsString() == party;
    });
    EXPECT_NE(found, statements_.end());
    return *found;
  }
  World world_;
  exchange::Fingerprints confirmed_;
  std::vector<SignedStatement> statements_;
};

TEST_F(Activation, WithEverythingIsInForce) {
  ASSERT_TRUE(Activate().ok());
  ASSERT_NE(engine().covenants().view(), nullptr);
}

TEST_F(Activation, OwnRootsNeedNoConfirmation) {
  confirmed_.erase("politie");
  EXPECT_TRUE(Activate().ok());
}

TEST_F(Activation, RootsOfAPartnerThatNobodyConfirmed) {
  confirmed_.erase("om");
  ExpectRefused(Reason::kRootsUnconfirmed);
}

TEST_F(Activation, RootsOfAPartnerThatAreNotTheConfirmedOnes) {
  confirmed_["om"] = confirmed_["gemeente"];
  ExpectRefused(Reason::kRootsDiffer);
}

TEST_F(Activation, AFingerprintThatIsOnlyTheBeginning) {
  confirmed_["om"].pop_back();
  ExpectRefused(Reason::kRootsDiffer);
}

TEST_F(Activation, WithoutTheAcceptOfAPartner) {
  const SignedStatement& gone = AcceptOf("om");
  statements_.erase(statements_.begin() + (&gone - statements_.data()));
  ExpectRefused(Reason::kAcceptMissing);
}

TEST_F(Activation, InForceASecondTimeIsAConflict) {
  ASSERT_TRUE(Activate().ok());
  const auto again = Activate();
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(ReasonId(again.error().reason), ReasonId(Reason::kCovenantInForce));
}

TEST_F(Activation, OnlyBeforeItsEnd) {
  const auto document = covenant::ParseDocument(world_.covenant());
  ASSERT_TRUE(document.ok());
  world_.clock.Set(document->valid_until);
  const auto late = Activate();
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(ReasonId(late.error().reason), ReasonId(Reason::kCovenantExpired));
  EXPECT_EQ(engine().covenants().view(), nullptr);
}

}  // namespace
}  // namespace schakel::sim
