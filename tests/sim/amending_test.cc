// The next version of a covenant: who may activate it when, what refuses it, and that content goes
// on under it.
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "tests/sim/amend.h"
#include "tests/sim/views.h"

namespace schakel::sim {
namespace {

using statement::SignedStatement;
using std::chrono::hours;

class Amending : public testing::Test {
 protected:
  Amending() : world_(201) {
    world_.SignAndActivate();
    first_ = world_.covenant();
    next_ = NextVersion(first_, world_.clock.Now() - hours{1}, [](auto& object) {
      object["title"] = "Convenant, herzien";
    });
  }
  engine::Engine& engine(std::string_view party = "politie") { return *world_[party].engine; }
  [[nodiscard]] int64_t InForce(std::string_view party) {
    return engine(party).covenants().At(world_.clock.Now())->document().version;
  }
  void ExpectRefused(const Result<void>& activated, Reason reason) {
    ASSERT_FALSE(activated.ok());
    EXPECT_EQ(ReasonId(activated.error().reason), ReasonId(reason)) << activated.error().detail;
    EXPECT_EQ(InForce("politie"), 1);
    const auto good = ActivateNext(world_, "politie", first_, next_, AcceptByAll(world_, next_));
    EXPECT_TRUE(good.ok()) << good.error().detail;
    EXPECT_EQ(InForce("politie"), 2);
  }

  World world_;
  std::string first_;
  std::string next_;
};

TEST_F(Amending, TheNextVersionIsInForceAndAfterARestartToo) {
  ASSERT_TRUE(ActivateNext(world_, "politie", first_, next_, AcceptByAll(world_, next_)).ok());
  EXPECT_EQ(InForce("politie"), 2);
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_EQ(InForce("politie"), 2);
  EXPECT_EQ(engine().covenants().Versions()->size(), 2U) << "the store keeps the one before";
  EXPECT_EQ(EventsOf(world_, "politie", "covenant_activated"), 2);
}

TEST_F(Amending, WhatItChangesMustBeAcknowledged) {
  const auto accepts = AcceptByAll(world_, next_);
  const auto silent = engine().Activate(next_, accepts, world_.fingerprints(), "admin");
  ASSERT_FALSE(silent.ok());
  EXPECT_EQ(ReasonId(silent.error().reason), ReasonId(Reason::kDiffUnconfirmed));
  const engine::Acknowledged right = Acknowledge(first_, next_);
  bool named = false;
  for (const auto& [name, value] : silent.error().arguments)
    named = named || (name == "class" && value == right.direction);
  EXPECT_TRUE(named) << "the refusal says what to read";
  engine::Acknowledged wrong = right;
  wrong.direction = right.direction == "widening" ? "narrowing" : "widening";
  EXPECT_FALSE(engine().Activate(next_, accepts, world_.fingerprints(), "admin", wrong).ok());
  wrong = right;
  wrong.to[0] ^= 1;
  EXPECT_FALSE(engine().Activate(next_, accepts, world_.fingerprints(), "admin", wrong).ok());
  wrong = right;
  wrong.from[0] ^= 1;
  ExpectRefused(engine().Activate(next_, accepts, world_.fingerprints(), "admin", wrong),
                Reason::kDiffUnconfirmed);
}

TEST_F(Amending, EveryPartyAccepts) {
  auto accepts = AcceptByAll(world_, next_);
  accepts.pop_back();
  ExpectRefused(ActivateNext(world_, "politie", first_, next_, accepts), Reason::kAcceptMissing);
}

TEST_F(Amending, AcceptsThatCameBeforeCount) {
  const auto accepts = AcceptByAll(world_, next_);
  ASSERT_TRUE(engine().AddToCovenant({{accepts[0], accepts[1]}, {}, ""}, "officer").ok());
  EXPECT_TRUE(
      ActivateNext(world_, "politie", first_, next_, {accepts.begin() + 2, accepts.end()}).ok());
}

// Whoever was handed the files brings them to those who were not, accepts and all; and does not
// say that a partner has them before it does.
TEST_F(Amending, AVersionThatCameAsFilesTravelsToPartnersWithoutThem) {
  const auto unconfirmed = [&] {
    return engine().covenants().HistoryAt(world_.clock.Now()).unconfirmed;
  };
  ASSERT_TRUE(ActivateNext(world_, "politie", first_, next_, AcceptByAll(world_, next_)).ok());
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_EQ(unconfirmed(), (std::set<std::string>{"gemeente", "jongerenwerk", "om"}));
  engine().PushCovenant(/*at_once=*/true);
  EXPECT_EQ(engine("gemeente").covenants().HistoryAt(world_.clock.Now()).versions.size(), 2U);
  EXPECT_EQ(InForce("gemeente"), 1) << "nothing is activated before a person has read it";
  EXPECT_TRUE(unconfirmed().contains("gemeente"));
  ASSERT_TRUE(ActivateNext(world_, "gemeente", first_, next_, {}).ok());
  EXPECT_EQ(InForce("gemeente"), 2);
  engine().PushCovenant(/*at_once=*/true);
  EXPECT_FALSE(unconfirmed().contains("gemeente"));
  EXPECT_TRUE(unconfirmed().contains("om"));
}

// A draft of the version behind it does not stand in its way.
TEST_F(Amending, APartnerIsOfferedTheVersionThatItLacksBeforeADraft) {
  ASSERT_TRUE(ActivateNext(world_, "politie", first_, next_, AcceptByAll(world_, next_)).ok());
  const std::string third = NextVersion(
      next_, world_.clock.Now(), [](auto& object) { object["title"] = "Convenant, derde"; });
  ASSERT_TRUE(
      engine().AddToCovenant({{AcceptBy(world_, "politie", third)}, {third}, ""}, "f").ok());
  EXPECT_EQ(engine().covenants().ToOffer(1), std::vector<std::string>{next_});
  EXPECT_EQ(engine().covenants().ToOffer(2), std::vector<std::string>{third});
  engine().PushCovenant(/*at_once=*/true);
  EXPECT_TRUE(ActivateNext(world_, "gemeente", first_, next_, {}).ok());
}

TEST_F(Amending, APartyThatJoinsIsConfirmedByItsFingerprint) {
  World other(202);
  const Party& newcomer = other["om"];
  const std::string joined = NextVersion(first_, world_.clock.Now(), [&](auto& object) {
    canon::Value party = *object["parties"].Find("om");
    canon::Value::Array roots;
    for (const auto& root : newcomer.roots)
      roots.emplace_back(crypto::KeyId(root.public_key()));
    (*party.AsObject())["roots"] = roots;
    (*party.AsObject())["organisation"] = "leerplicht";
    (*party.AsObject())["oin"] = "00000099000000009999";
    (*object["parties"].AsObject())["leerplicht"] = party;
  });
  const auto document = covenant::ParseDocument(joined);
  ASSERT_TRUE(document.ok()) << document.error().detail;
  std::vector<SignedStatement> accepts;
  for (const auto& [party, described] : document->parties) {
    if (party == "leerplicht") {
      const statement::Accept accept{
          party, document->lineage, 2, document->hash, document->previous, 1, {}};
      const crypto::SigningKey* const keys[] = {&newcomer.roots[0]};
      accepts.push_back(SignedStatement::Sign(statement::Type::kAccept, accept.ToValue(), keys));
    } else {
      accepts.push_back(AcceptBy(world_, party, joined));
    }
  }
  const auto unconfirmed = ActivateNext(world_, "politie", first_, joined, accepts);
  ASSERT_FALSE(unconfirmed.ok());
  EXPECT_EQ(ReasonId(unconfirmed.error().reason), ReasonId(Reason::kRootsUnconfirmed))
      << unconfirmed.error().detail;
  exchange::Fingerprints confirmed{
      {"leerplicht", covenant::RootFingerprint(document->parties.at("leerplicht").roots)}};
  EXPECT_TRUE(
      engine().Activate(joined, accepts, confirmed, "admin", Acknowledge(first_, joined)).ok())
      << "the others' roots were confirmed once";
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_EQ(InForce("politie"), 2);
}

TEST_F(Amending, OwnTestsPass) {
  const std::string broken = NextVersion(first_, world_.clock.Now(), [](auto& object) {
    canon::Value::Array& tests = *object["tests"].AsArray();
    for (canon::Value& test : tests) {
      canon::Value::Object& expected = *(*test.AsObject())["expect"].AsObject();
      if (expected.contains("retain")) expected["retain"] = "P5M";
    }
  });
  const auto refused = ActivateNext(world_, "politie", first_, broken, AcceptByAll(world_, broken));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().detail.find("own test fails"), std::string::npos)
      << refused.error().detail;
}

TEST_F(Amending, BeforeItsTimeTheOneBeforeStaysAndThenItTakesOverByItself) {
  const Instant from = world_.clock.Now() + hours{2};
  const std::string later = NextVersion(first_, from);
  ActivateEverywhere(world_, first_, later);
  EXPECT_EQ(InForce("politie"), 1);
  GreetAll(world_);
  EXPECT_EQ(engine().statuses().CheckFresh("gemeente", world_.clock.Now()), "") << "both under 1";
  world_.clock.Set(from - std::chrono::milliseconds{1});
  EXPECT_EQ(InForce("politie"), 1);
  world_.clock.Set(from);
  EXPECT_EQ(InForce("politie"), 2);
  EXPECT_EQ(engine().statuses().CheckFresh("gemeente", world_.clock.Now()), "HASH_MISMATCH")
      << "the status was of before";
  GreetAll(world_);
  EXPECT_EQ(engine().statuses().CheckFresh("gemeente", world_.clock.Now()), "");
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_EQ(InForce("politie"), 2);
}

TEST_F(Amending, ContentWaitsForThePartnerThatHasNotActivated) {
  const auto accepts = AcceptByAll(world_, next_);
  ASSERT_TRUE(ActivateNext(world_, "politie", first_, next_, accepts).ok());
  GreetAll(world_);
  const Instant now = world_.clock.Now();
  EXPECT_EQ(engine("gemeente").statuses().CheckFresh("politie", now), "HASH_MISMATCH");
  EXPECT_EQ(engine("gemeente").statuses().CheckFresh("om", now), "") << "they agree";
  ASSERT_TRUE(ActivateNext(world_, "gemeente", first_, next_, {}).ok())
      << "the accepts came with the greeting";
  GreetAll(world_);
  EXPECT_EQ(engine("gemeente").statuses().CheckFresh("politie", world_.clock.Now()), "");
}

TEST(AmendedTest, TheWholeStoryGoesOnUnderTheNextVersion) {
  World world(203);
  world.RunToList();
  const std::string first = world.covenant();
  const scan::Round before = world.AskAboutPersons();
  const std::string next = NextVersion(
      first, world.clock.Now(), [](auto& object) { object["title"] = "Convenant, herzien"; });
  ActivateEverywhere(world, first, next);
  GreetAll(world);
  const scan::Round after = world.AskAboutPersons();
  ASSERT_EQ(after.partners.size(), before.partners.size());
  int answered = 0;
  for (const scan::PartnerPlan& partner : after.partners) {
    if (!partner.exchange) continue;
    EXPECT_FALSE(partner.error.has_value()) << partner.error->detail;
    EXPECT_EQ(partner.exchange->covenant, covenant::ParseDocument(next)->hash);
    answered += partner.exchange->state == exchange::OutState::kAnswered ? 1 : 0;
  }
  EXPECT_GT(answered, 0);
  // What was received under the first version still opens, and the list of then is the list.
  for (const scan::PartnerPlan& partner : before.partners) {
    if (!partner.exchange || partner.exchange->releases == 0) continue;
    const auto received =
        world["gemeente"].lineage().requester.Received(partner.exchange->exchange);
    ASSERT_TRUE(received.ok()) << received.error().detail;
    EXPECT_EQ(static_cast<int64_t>(received->size()), partner.exchange->releases);
  }
}

}  // namespace
}  // namespace schakel::sim
