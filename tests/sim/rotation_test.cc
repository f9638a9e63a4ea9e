// A node's keys are replaced, or one is stolen (exchange.md 2): what partners believe before and
// after, and what was signed meanwhile.
#include <optional>

#include <gtest/gtest.h>

#include "tests/sim/amend.h"
#include "tests/sim/checks.h"
#include "tests/sim/forge.h"

namespace schakel::sim {
namespace {

using exchange::OutState;
using statement::KeyUse;
using statement::SignedStatement;

class Rotation : public testing::Test {
 protected:
  Rotation() : world_(241) {
    Prepare(world_);
    PutRecords(world_, "politie", {Incident(Invented("Aad"), "0001")});
    list_.emplace(world_, std::vector<record::Person>{Invented("Aad")});
    GreetAll(world_);
  }
  // A delegation of these keys at the party's node, from now on.
  SignedStatement Delegated(std::string_view party,
                            const crypto::SigningKey& statement_key,
                            const crypto::SigningKey& log_key,
                            int64_t seq) {
    statement::Delegation delegation =
        *statement::ParseAs<statement::Delegation>(DelegationOf(world_, party));
    delegation.seq = seq;
    delegation.signed_at = delegation.not_before = world_.clock.Now();
    delegation.not_after = delegation.not_before + std::chrono::days{90};
    delegation.keys = {{KeyUse::kStatement, statement_key.public_key()},
                       {KeyUse::kLog, log_key.public_key()},
                       {KeyUse::kTls, world_[party].tls_key->public_key()}};
    return SignByRoots(world_, party, statement::Type::kDelegation, delegation.ToValue());
  }
  std::unique_ptr<crypto::SigningKey> NewKey(std::string_view party) {
    return std::make_unique<crypto::SigningKey>(
        crypto::SigningKey::Generate(*world_[party].entropy));
  }
  // The police get new keys, and their node restarts to load them. Nobody else does anything.
  SignedStatement Rotate() {
    Party& politie = world_["politie"];
    auto statement_key = NewKey("politie");
    auto log_key = NewKey("politie");
    const SignedStatement delegated = Delegated("politie", *statement_key, *log_key, 2);
    EXPECT_TRUE(politie.engine->AddToCovenant({{delegated}, {}, ""}, "officer").ok());
    politie.engine.reset();
    politie.statement_key = std::move(statement_key);
    politie.log_key = std::move(log_key);
    const auto restarted = world_.Restart("politie");
    EXPECT_TRUE(restarted.ok()) << restarted.error().detail;
    return delegated;
  }
  Result<exchange::OutRow> Ask() {
    return world_["gemeente"].lineage().requester.Run(
        AskOf(list_->Naming(0, "politie"), "politie", {"incident"}), world_.clock.Now());
  }

  World world_;
  std::optional<InventedList> list_;
};

TEST_F(Rotation, PartnersGoOnWithTheNewKeysAtTheNextGreeting) {
  ASSERT_TRUE(Ask().ok());
  Rotate();
  world_.clock.Advance(std::chrono::minutes{1});
  const auto asked = Ask();
  ASSERT_TRUE(asked.ok()) << asked.error().detail;
  EXPECT_EQ(asked->state, OutState::kAnswered) << asked->code;
  EXPECT_EQ(world_["gemeente"].lineage().requester.Received(asked->exchange)->size(), 1U);
  EXPECT_EQ(*world_["gemeente"].lineage().requester.DeliverReceipts(), 0);
}

TEST_F(Rotation, WhatTheOldKeySignedInItsTimeCounts) {
  // The step and the list were stated with the keys of before; both sides still take them.
  Rotate();
  GreetAll(world_);
  const auto view = world_["om"].engine->covenants().At(world_.clock.Now());
  for (const SignedStatement& fact : FactsInForce(world_)) {
    EXPECT_TRUE(
        covenant::VerifyFact(fact, view->document(), view->delegations, world_.clock.Now()).ok());
  }
  EXPECT_EQ(Ask()->state, OutState::kAnswered);
}

// A delegation does not show that its party holds the key.
TEST_F(Rotation, WhoClaimsAnothersKeyTakesNothingFromIt) {
  const SignedStatement claimed =
      Delegated("om", *world_["politie"].statement_key, *world_["om"].log_key, 2);
  ASSERT_TRUE(world_["om"].engine->AddToCovenant({{claimed}, {}, ""}, "officer").ok());
  GreetAll(world_);
  const auto view = world_["gemeente"].engine->covenants().At(world_.clock.Now());
  for (const SignedStatement& fact : FactsInForce(world_)) {
    EXPECT_TRUE(
        covenant::VerifyFact(fact, view->document(), view->delegations, world_.clock.Now()).ok());
  }
  const auto asked = Ask();
  ASSERT_TRUE(asked.ok()) << asked.error().detail;
  EXPECT_EQ(asked->state, OutState::kAnswered) << asked->code;
  EXPECT_EQ(world_["gemeente"].lineage().requester.Received(asked->exchange)->size(), 1U);
}

TEST_F(Rotation, AnEndedDelegationIsRefusedAtOnceAndTheNewOneIsNot) {
  const SignedStatement stolen = DelegationOf(world_, "gemeente");
  const Forged by_thief = ForgeUnder(world_,
                                     StatusNow(world_, "politie"),
                                     AskOf(list_->Naming(0, "politie"), "politie", {"incident"}),
                                     {});
  const auto end = UndelegateBy(world_, "gemeente", stolen);
  const auto taken =
      world_["politie"].engine->covenants().Take({{end}, {}, "om"}, world_.clock.Now());
  ASSERT_TRUE(taken.ok());
  const Reply refused = SendTo(world_, "politie", "gemeente", by_thief.message);
  EXPECT_FALSE(refused.done.ok()) << "the fixed sentence: nobody's key";
  EXPECT_FALSE(refused.opening.has_value());
  EXPECT_EQ(EventsOf(world_, "politie", "request_unverified"), 1);
  // With new keys the gemeente is heard again.
  auto key = NewKey("gemeente");
  const SignedStatement fresh = Delegated("gemeente", *key, *world_["gemeente"].log_key, 2);
  ASSERT_TRUE(world_["politie"]
                  .engine->covenants()
                  .Take({{fresh}, {}, "gemeente"}, world_.clock.Now())
                  .ok());
  EXPECT_TRUE(world_["politie"]
                  .engine->covenants()
                  .At(world_.clock.Now())
                  ->delegations.PartyOf(key->public_key(), KeyUse::kStatement, world_.clock.Now())
                  .ok());
}

TEST_F(Rotation, AnEndWhileContentGoesStopsIt) {
  const Forged good = ForgeUnder(world_,
                                 StatusNow(world_, "politie"),
                                 AskOf(list_->Naming(0, "politie"), "politie", {"incident"}),
                                 {});
  ASSERT_FALSE(SendTo(world_, "politie", "gemeente", good.message).frames.empty());
  ASSERT_TRUE(world_["politie"]
                  .engine->covenants()
                  .Take({{UndelegateBy(world_, "gemeente", DelegationOf(world_, "gemeente"))},
                         {},
                         "gemeente"},
                        world_.clock.Now())
                  .ok());
  EXPECT_TRUE(SendTo(world_, "politie", "gemeente", good.message).frames.empty());
}

}  // namespace
}  // namespace schakel::sim
