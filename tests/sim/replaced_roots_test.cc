// A party replaced its roots in version 2, because somebody else had them: what the roots of before
// still can, and what not.
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "tests/sim/amend.h"
#include "tests/sim/forge.h"

namespace schakel::sim {
namespace {

using statement::KeyUse;
using statement::SignedStatement;

class ReplacedRoots : public testing::Test {
 protected:
  ReplacedRoots() : world_(251) {
    world_.SignAndActivate();
    GreetAll(world_);
    first_ = world_.covenant();
    stolen_ = ReplaceRoots(world_, "om", first_, second_);
    GreetAll(world_);
  }
  auto View(std::string_view party = "politie") {
    return world_[party].engine->covenants().At(world_.clock.Now());
  }
  void Bring(const std::vector<SignedStatement>& statements) {
    const auto taken =
        world_["politie"].engine->covenants().Take({statements, {}, "om"}, world_.clock.Now());
    EXPECT_TRUE(taken.ok()) << taken.error().detail;
  }
  // Of the key `key`, unsigned.
  statement::Delegation Delegated(const crypto::SigningKey& key, int64_t seq) {
    auto delegation = *statement::ParseAs<statement::Delegation>(DelegationOf(world_, "om"));
    delegation.seq = seq;
    delegation.keys = {{KeyUse::kStatement, key.public_key()}};
    return delegation;
  }
  SignedStatement ByThief(const statement::Delegation& delegation) {
    return Resigned(SignByRoots(world_, "om", statement::Type::kDelegation, delegation.ToValue()),
                    stolen_);
  }
  bool Gives(const crypto::SigningKey& key) {
    return View()
        ->TrustedOf("om")
        .PartyOf(key.public_key(), KeyUse::kStatement, world_.clock.Now())
        .ok();
  }
  Result<statement::Status> Status(const crypto::SigningKey& key) {
    const crypto::SigningKey* const keys[] = {&key};
    world_.clock.Advance(std::chrono::seconds{1});
    const auto status =
        SignedStatement::Sign(statement::Type::kStatus, StatusNow(world_, "om").ToValue(), keys);
    return world_["politie"].engine->statuses().Take(
        "om", {status.Encode(), {}}, world_.clock.Now());
  }

  World world_;
  std::string first_;
  std::string second_;
  std::vector<crypto::SigningKey> stolen_;
  crypto::SigningKey key_ = crypto::SigningKey::Generate(*world_["om"].entropy);
};

TEST_F(ReplacedRoots, TheVersionBearsThemAndContentGoesOn) {
  for (const char* party : {"politie", "gemeente", "jongerenwerk", "om"}) {
    EXPECT_EQ(View(party)->document().version, 2) << party;
    const auto restarted = world_.Restart(party);
    ASSERT_TRUE(restarted.ok()) << party << restarted.error().detail;
    EXPECT_EQ(View(party)->document().version, 2) << party;
  }
  GreetAll(world_);
  EXPECT_EQ(world_["politie"].engine->statuses().CheckFresh("om", world_.clock.Now()), "");
}

TEST_F(ReplacedRoots, AStatusByTheirDelegationIsDenied) {
  Bring({ByThief(Delegated(key_, 9))});
  const auto denied = Status(key_);
  ASSERT_FALSE(denied.ok());
  EXPECT_EQ(denied.error().code, ErrorCode::kDenied);
  EXPECT_FALSE(Gives(key_));
  EXPECT_TRUE(Status(*world_["om"].statement_key).ok()) << "by the new roots' delegation";
}

TEST_F(ReplacedRoots, TheyEndWhatTheyGaveAndNothingElse) {
  const SignedStatement theirs = ByThief(Delegated(key_, 9));
  Bring({theirs});
  const SignedStatement good = View()->delegations.Current("om", world_.clock.Now())->bytes;
  Bring({Resigned(UndelegateBy(world_, "om", good), stolen_)});
  EXPECT_TRUE(Gives(*world_["om"].statement_key));
  EXPECT_TRUE(
      View()
          ->known
          .PartyOf(world_["om"].statement_key->public_key(), KeyUse::kStatement, world_.clock.Now())
          .ok());
  EXPECT_FALSE(View()->Ended(good));
  Bring({Resigned(UndelegateBy(world_, "om", theirs), stolen_)});
  EXPECT_FALSE(
      View()->known.PartyOf(key_.public_key(), KeyUse::kStatement, world_.clock.Now()).ok());
  EXPECT_TRUE(View()->Ended(theirs));
  Bring({UndelegateBy(world_, "om", good)});
  EXPECT_TRUE(View()->Ended(good));
}

TEST_F(ReplacedRoots, TheySuspendNobody) {
  const auto titled = [&](const std::string& before, const std::string& title) {
    return NextVersion(before, world_.clock.Now(), [&](auto& object) { object["title"] = title; });
  };
  for (const std::string& other : {titled(first_, "Anders"), titled(second_, "Derde")})
    Bring({Resigned(AcceptBy(world_, "om", other), stolen_)});
  Bring({AcceptBy(world_, "om", titled(second_, "Derde, goed"))});
  EXPECT_TRUE(View()->suspended.empty());
  EXPECT_EQ(View()->CheckFlow("politie", "om", world_.clock.Now()), "");
  Bring({AcceptBy(world_, "om", titled(first_, "Anders"))});
  EXPECT_TRUE(View()->suspended.contains("om")) << "the roots of now say two things";
}

// The same words under other signatures: the version that they end is not the thief's to end.
TEST_F(ReplacedRoots, TheirRevokeDoesNotStandInForTheTrueOne) {
  const SignedStatement revoke = RevokeBy(world_, "om", second_);
  Bring({Resigned(revoke, stolen_)});
  EXPECT_FALSE(View()->revoked);
  Bring({revoke});
  EXPECT_TRUE(View()->revoked);
}

TEST_F(ReplacedRoots, TheirFloodTakesNoRoomFromTheNewOnes) {
  std::vector<SignedStatement> many;
  for (int64_t i = 0; i < static_cast<int64_t>(kMaxStatementsPerParty) + 20; ++i) {
    many.push_back(ByThief(Delegated(key_, 1'000 + i)));
    auto end = *statement::ParseAs<statement::Undelegate>(UndelegateBy(world_, "om", many.back()));
    end.seq = 1'000 + i;
    many.push_back(
        Resigned(SignByRoots(world_, "om", statement::Type::kUndelegate, end.ToValue()), stolen_));
  }
  Bring(many);
  Bring({SignByRoots(world_, "om", statement::Type::kDelegation, Delegated(key_, 3).ToValue())});
  EXPECT_TRUE(Gives(key_));
  ASSERT_TRUE(world_.Restart("politie").ok()) << "what showed that version 2 was accepted is there";
  EXPECT_TRUE(Gives(key_));
}

}  // namespace
}  // namespace schakel::sim
