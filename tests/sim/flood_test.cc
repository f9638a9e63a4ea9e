// More statements of one party than a node keeps (kMaxStatementsPerParty): every node keeps the
// same ones, whatever came first, and nothing that ends something is among what goes.
#include <algorithm>
#include <array>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "tests/sim/amend.h"

namespace schakel::sim {
namespace {

using statement::SignedStatement;

constexpr auto kMany = static_cast<int64_t>(kMaxStatementsPerParty) + 20;

class Flood : public testing::Test {
 protected:
  Flood() : world_(271) {
    world_.SignAndActivate();
    GreetAll(world_);
    first_ = world_.covenant();
  }
  auto View(std::string_view party = "politie") {
    return world_[party].engine->covenants().At(world_.clock.Now());
  }
  void Bring(std::string_view to, const std::vector<SignedStatement>& statements) {
    const auto taken =
        world_[to].engine->covenants().Take({statements, {}, "om"}, world_.clock.Now());
    EXPECT_TRUE(taken.ok()) << taken.error().detail;
  }
  std::string Fresh(std::string_view at, std::string_view of) {
    return world_[at].engine->statuses().CheckFresh(of, world_.clock.Now());
  }
  template <typename T>
  SignedStatement Om(T content, int64_t seq) {
    content.party = "om";
    content.lineage = covenant::ParseDocument(first_)->lineage;
    content.seq = seq;
    return SignByRoots(world_, "om", T::kType, content.ToValue());
  }
  SignedStatement Delegation(int64_t seq) {
    return Om(*statement::ParseAs<statement::Delegation>(DelegationOf(world_, "om")), seq);
  }
  SignedStatement Undelegate(int64_t seq) {
    statement::Undelegate out;
    out.delegation[0] = static_cast<uint8_t>(seq);
    out.signed_at = world_.clock.Now();
    return Om(out, seq);
  }
  SignedStatement Accept(const std::string& canonical, int64_t seq) {
    return AcceptBy(world_, "om", canonical, seq);
  }
  std::string Titled(const std::string& title) {
    return NextVersion(first_, world_.clock.Now(), [&](auto& object) { object["title"] = title; });
  }

  World world_;
  std::string first_;
};

TEST_F(Flood, TwoThatWereFloodedWithOtherStatementsAgreeAgain) {
  std::vector<SignedStatement> some;
  std::vector<SignedStatement> others;
  for (int64_t i = 0; i < kMany; ++i) {
    some.push_back(Accept(first_, 100 + 2 * i));
    others.push_back(Accept(first_, 101 + 2 * i));
  }
  Bring("politie", some);
  Bring("gemeente", others);
  EXPECT_EQ(Fresh("politie", "gemeente"), "STATUS_STALE");
  GreetAll(world_);
  EXPECT_EQ(Fresh("politie", "gemeente"), "");
  EXPECT_EQ(Fresh("gemeente", "politie"), "");
  EXPECT_EQ(View("politie")->statement_set, View("gemeente")->statement_set);
}

TEST_F(Flood, EndingsComeThrough) {
  std::vector<SignedStatement> many;
  for (int64_t i = 0; i < kMany; ++i) {
    many.push_back(Accept(first_, 100 + i));
    many.push_back(Delegation(100 + i));
    many.push_back(Undelegate(100 + i));
  }
  Bring("politie", many);
  EXPECT_FALSE(View()->revoked);
  Bring("politie", {LeaveBy(world_, "om", first_)});
  EXPECT_TRUE(View()->suspended.contains("om"));
  Bring("politie", {RevokeBy(world_, "om", first_)});
  EXPECT_TRUE(View()->revoked);
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_TRUE(View()->revoked);
  EXPECT_TRUE(View()->suspended.contains("om"));
}

TEST_F(Flood, AnUndelegateGoesBeforeDelegations) {
  std::vector<SignedStatement> many;
  for (int64_t i = 0; i < kMany; ++i)
    many.push_back(Delegation(100 + i));
  Bring("politie", many);
  Bring("politie", {UndelegateBy(world_, "om", Delegation(100 + kMany - 1))});
  EXPECT_EQ(View()->delegations.Current("om", world_.clock.Now())->content.seq, 100 + kMany - 2)
      << "the newest stay, and the newest of those was ended";
}

TEST_F(Flood, WhoAcceptedTwoTextsCannotHideIt) {
  Bring("politie", {Accept(Titled("Tweede"), 40), Accept(Titled("Anders"), 41)});
  ASSERT_TRUE(View()->suspended.contains("om"));
  std::vector<SignedStatement> many;
  for (int64_t i = 0; i < kMany; ++i) {
    many.push_back(Undelegate(100 + i));
    many.push_back(Accept(Titled("Tekst " + std::to_string(i)), 100 + i));
  }
  Bring("politie", many);
  EXPECT_TRUE(View()->suspended.contains("om"));
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_TRUE(View()->suspended.contains("om"));
}

TEST_F(Flood, WhatShowsThatAVersionWasAcceptedStays) {
  const std::string second = Titled("Tweede");
  ActivateEverywhere(world_, first_, second);
  std::vector<SignedStatement> many;
  for (int64_t i = 0; i < kMany; ++i) {
    many.push_back(Accept(first_, 100 + i));
    many.push_back(Undelegate(100 + i));
  }
  Bring("politie", many);
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_EQ(View()->document().version, 2);
}

// Whatever of one heap each node was brought, in whatever order: in the end all keep the same, and
// that is what stays of the whole heap.
TEST_F(Flood, AllKeepTheSame) {
  std::mt19937_64 random(1);
  std::vector<SignedStatement> heap;
  for (int64_t i = 0; i < kMany; ++i) {
    heap.push_back(Accept(first_, 100 + i));
    heap.push_back(Accept(Titled("Tekst " + std::to_string(i % 5)), 300 + i));
    heap.push_back(Delegation(100 + i));
    if (i % 3 == 0) heap.push_back(Undelegate(100 + i));
  }
  for (const char* party : {"politie", "gemeente", "jongerenwerk"}) {
    std::shuffle(heap.begin(), heap.end(), random);
    const std::vector<SignedStatement> part(heap.begin(), heap.begin() + 250);
    Bring(party, part);
  }
  GreetAll(world_);
  GreetAll(world_);
  const Hash set = View("gemeente")->statement_set;
  EXPECT_EQ(View("politie")->statement_set, set);
  EXPECT_EQ(View("jongerenwerk")->statement_set, set);
  // Its own heap leaves om no delegation that still counts: its statuses are refused.
  EXPECT_FALSE(GreetOnce(world_, "om", "gemeente").ok());
  Bring("om", heap);
  Bring("politie", heap);
  EXPECT_EQ(View("om")->statement_set, View("politie")->statement_set);
}

// --- More than one greeting carries.

class LongGreeting : public Flood {
 protected:
  // Of the party, as long as a delegation can be.
  SignedStatement Long(std::string_view party, int64_t seq) {
    auto delegation = *statement::ParseAs<statement::Delegation>(DelegationOf(world_, party));
    delegation.seq = seq;
    delegation.addresses.assign(statement::kMaxAddresses, std::string(250, 'a') + ":7443");
    return SignByRoots(world_, party, statement::Type::kDelegation, delegation.ToValue());
  }
  // A next version of almost the size limit.
  std::string LongVersion() {
    const auto with = [&](size_t documents) {
      return NextVersion(first_, world_.clock.Now(), [&](auto& object) {
        canon::Value::Object papers = *object["documents"].AsObject();
        for (size_t i = 0; i < documents; ++i)
          papers["bijlage-" + std::to_string(10'000 + i)] =
              canon::Value::Object{{"title", "Bijlage"}, {"sha256", EncodeHex(Hash{})}};
        object["documents"] = papers;
      });
    };
    const size_t none = with(0).size();
    const size_t each = with(1).size() - none;
    return with((kMaxCovenantBytes - none) / each);
  }
};

TEST_F(LongGreeting, WhatDoesNotFitTravelsWithTheNext) {
  const std::string next = LongVersion();
  ASSERT_LE(next.size(), kMaxCovenantBytes);
  constexpr std::array<const char*, 4> kParties{"gemeente", "jongerenwerk", "om", "politie"};
  size_t bytes = next.size();
  for (const char* party : kParties) {
    world_.weather[party].down = true;
    exchange::Offered own{{AcceptBy(world_, party, next)}, {next}, ""};
    for (int64_t seq = 100; seq < 197; ++seq) {
      own.statements.push_back(Long(party, seq));
      bytes += own.statements.back().Encode().size();
    }
    const auto added = world_[party].engine->AddToCovenant(own, "officer");
    ASSERT_TRUE(added.ok()) << added.error().detail;
  }
  ASSERT_GT(bytes, kMaxPeerMessageBytes);
  for (const char* party : kParties)
    world_.weather[party] = {};
  const auto greeted = GreetOnce(world_, "politie", "gemeente");
  ASSERT_TRUE(greeted.ok()) << greeted.error().detail;
  EXPECT_EQ(View("politie")->statement_set, View("gemeente")->statement_set);
  GreetAll(world_);
  for (const char* party : kParties) {
    EXPECT_EQ(View(party)->statement_set, View()->statement_set) << party;
    EXPECT_EQ(View(party)->statements.size(), View()->statements.size()) << party;
    const auto history = world_[party].engine->covenants().HistoryAt(world_.clock.Now());
    EXPECT_TRUE(history.unconfirmed.empty()) << party;
    ASSERT_EQ(history.standings.size(), 2U) << party;
    EXPECT_TRUE(history.standings[1].missing.empty()) << party;
  }
}

// --- Endings without end.

template <typename T>
class FloodOf : public Flood {
 protected:
  std::vector<SignedStatement> Endless() {
    std::vector<SignedStatement> out;
    for (int64_t i = 0; i < kMany; ++i) {
      T ending;
      ending.version = 1;
      ending.covenant = covenant::ParseDocument(first_)->hash;
      ending.signed_at = world_.clock.Now();
      out.push_back(Om(ending, 100 + i));
    }
    return out;
  }
  size_t OfOm() {
    size_t count = 0;
    for (const auto& [key, held] : View()->statements)
      count += *held.value().Find("party")->AsString() == "om" ? 1U : 0U;
    return count;
  }
};
using Endings = testing::Types<statement::Revoke, statement::Leave>;
TYPED_TEST_SUITE(FloodOf, Endings);

// One would do. The others take no room of anybody else, and what they say holds.
TYPED_TEST(FloodOf, TakesNoMoreRoomThanItsPartyHas) {
  const size_t others = this->View()->statements.size() - this->OfOm();
  this->Bring("politie", this->Endless());
  EXPECT_LE(this->OfOm(), kMaxStatementsPerParty);
  EXPECT_EQ(this->View()->statements.size() - this->OfOm(), others);
  EXPECT_TRUE(this->View()->revoked || this->View()->suspended.contains("om"));
  ASSERT_TRUE(this->world_.Restart("politie").ok());
  EXPECT_LE(this->OfOm(), kMaxStatementsPerParty);
  EXPECT_TRUE(this->View()->revoked || this->View()->suspended.contains("om"));
}

// --- Accepts by roots that only a draft names.

TEST_F(Flood, AcceptsOfADraftHaveRoomPerParty) {
  std::map<std::string, std::vector<crypto::SigningKey>> roots;
  for (const char* party : {"om", "jongerenwerk"})
    roots[party].push_back(crypto::SigningKey::Generate(*world_["om"].entropy));
  const std::string next = NextVersion(first_, world_.clock.Now(), [&](auto& object) {
    for (const auto& [party, keys] : roots) {
      auto& described = *(*object["parties"].AsObject())[party].AsObject();
      described["roots"] = canon::Value::Array{crypto::KeyId(keys[0].public_key())};
    }
  });
  std::vector<SignedStatement> accepts{Accept(next, 50)};
  for (int64_t i = 0; i < kMany; ++i)
    accepts.push_back(Resigned(Accept(next, 100 + i), roots["om"]));
  const auto taken =
      world_["politie"].engine->covenants().Take({accepts, {next}, "om"}, world_.clock.Now());
  ASSERT_TRUE(taken.ok()) << taken.error().detail;
  const auto missing = [&] {
    return world_["politie"]
        .engine->covenants()
        .HistoryAt(world_.clock.Now())
        .standings.at(1)
        .missing;
  };
  EXPECT_FALSE(missing().contains("om"));
  const size_t before = View()->statements.size();
  EXPECT_EQ(before, 4 + 5 + 1 + kMaxAcceptsPerDraft);
  const SignedStatement other = AcceptBy(world_, "jongerenwerk", next);
  Bring("politie", {other, Resigned(other, roots["jongerenwerk"])});
  EXPECT_FALSE(missing().contains("jongerenwerk"));
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_FALSE(missing().contains("jongerenwerk"));
}

}  // namespace
}  // namespace schakel::sim
