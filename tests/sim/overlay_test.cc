// A party's own overlay at its node: less goes, at once, and nobody else is told.
#include "node/covenant/overlay.h"

#include <gtest/gtest.h>

#include "node/base/reason.h"
#include "tests/sim/amend.h"
#include "tests/sim/console.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

using canon::Value;

Value::Object Deny(const std::string& id, Value::Object axes) {
  return Value::Object{{"id", id}, {"deny", std::move(axes)}};
}

class OverlayTest : public ::testing::Test {
 protected:
  std::string Overlay(const std::string& party, Value::Array rules, const char* retain = nullptr) {
    const covenant::Document& document = world_[party].engine->covenants().view()->document();
    Value::Object value{{"overlay", 1},
                        {"lineage", ToString(document.lineage)},
                        {"party", party},
                        {"reason", "Lopend onderzoek"}};
    if (!rules.empty()) value["rules"] = std::move(rules);
    if (retain != nullptr) value["retain"] = retain;
    return canon::Write(value);
  }
  std::string NoIncidents() {
    return Overlay("politie",
                   {Deny("lokaal-1",
                         {{"from", "politie"},
                          {"to", "any"},
                          {"purpose", "any"},
                          {"category", Value::Array{"incident"}}})});
  }
  int64_t Received(const scan::Round& round, const std::string& category) {
    int64_t count = 0;
    for (const scan::PartnerPlan& partner : round.partners) {
      if (!partner.received) continue;
      for (const record::Release& release : *partner.received)
        count += release.category == category ? 1 : 0;
    }
    return count;
  }
  World world_{20261202};
};

TEST_F(OverlayTest, KeepsAtHomeAndGivesAgainWhenCleared) {
  world_.RunToList();
  EXPECT_GT(Received(world_.AskAboutPersons(), "incident"), 0);
  engine::Engine& politie = *world_["politie"].engine;
  ASSERT_TRUE(politie.SetOverlay(NoIncidents(), "officer").ok());
  const scan::Round less = world_.AskAboutPersons();
  EXPECT_EQ(Received(less, "incident"), 0);
  EXPECT_GT(Received(less, "antecedent"), 0);
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_EQ(Received(world_.AskAboutPersons(), "incident"), 0);
  ASSERT_TRUE(world_["politie"].engine->SetOverlay("", "officer").ok());
  EXPECT_GT(Received(world_.AskAboutPersons(), "incident"), 0);
  EXPECT_EQ(EventsOf(world_, "politie", "overlay_set"), 1);
  EXPECT_EQ(EventsOf(world_, "politie", "overlay_cleared"), 1);
  // The partners' rules are the signed ones all along, and so is the hash that both tell.
  EXPECT_EQ(world_["politie"].engine->covenants().view()->document().hash,
            world_["gemeente"].engine->covenants().view()->document().hash);
}

TEST_F(OverlayTest, AShorterTermIsAcceptedByTheRecipient) {
  world_.RunToList();
  ASSERT_TRUE(world_["politie"].engine->SetOverlay(Overlay("politie", {}, "P7D"), "officer").ok());
  int64_t seen = 0;
  for (const scan::PartnerPlan& partner : world_.AskAboutPersons().partners) {
    if (partner.party != "politie") continue;
    ASSERT_TRUE(partner.received.has_value());
    for (const record::Release& release : *partner.received) {
      EXPECT_EQ(release.retain, *ParsePeriod("P7D")) << release.category;
      ++seen;
    }
  }
  EXPECT_GT(seen, 0);
}

TEST_F(OverlayTest, NarrowsWhomTheAskerNames) {
  world_.RunToList();
  ASSERT_TRUE(world_["gemeente"]
                  .engine
                  ->SetOverlay(Overlay("gemeente",
                                       {Deny("lokaal-1",
                                             {{"from", "gemeente"},
                                              {"to", Value::Array{"jongerenwerk"}},
                                              {"purpose", "any"},
                                              {"category", Value::Array{"persoon"}}})}),
                               "officer")
                  .ok());
  const scan::Round round = world_.AskAboutPersons();
  for (const scan::PartnerPlan& partner : round.partners)
    EXPECT_EQ(partner.exchange.has_value(), partner.party != "jongerenwerk") << partner.party;
}

TEST_F(OverlayTest, AnAnswerThatWaitsLapsesWhenItWouldGiveMore) {
  world_.RunToList();
  world_.weather["politie"].cut_after_frames = 0;
  (void)world_.AskAboutPersons(2);
  world_.weather["politie"].cut_after_frames = -1;
  ASSERT_TRUE(world_["politie"].engine->SetOverlay(NoIncidents(), "officer").ok());
  const scan::Round again = world_.AskAboutPersons(2);
  EXPECT_EQ(Received(again, "incident"), 0);
  for (const scan::PartnerPlan& partner : again.partners) {
    if (partner.party != "politie") continue;
    ASSERT_TRUE(partner.exchange.has_value());
    EXPECT_EQ(partner.exchange->code, "LAPSED");
  }
}

TEST_F(OverlayTest, RefusesWhatIsNotItsOwnAndKeepsWhatItHad) {
  world_.RunToList();
  engine::Engine& politie = *world_["politie"].engine;
  ASSERT_TRUE(politie.SetOverlay(NoIncidents(), "officer").ok());
  const auto held = politie.covenants().OwnOverlay()->hash;
  const auto elsewhere = politie.SetOverlay(Overlay("gemeente", {}, "P7D"), "officer");
  ASSERT_FALSE(elsewhere.ok());
  EXPECT_EQ(elsewhere.error().reason, Reason::kOverlayElsewhere);
  std::string broken = NoIncidents();
  broken.replace(broken.find("incident"), 8, "incydent");
  EXPECT_FALSE(politie.SetOverlay(broken, "officer").ok());
  EXPECT_FALSE(politie.SetOverlay(NoIncidents() + " ", "officer").ok());
  EXPECT_EQ(politie.covenants().OwnOverlay()->hash, held);
}

TEST_F(OverlayTest, AVersionThatItDoesNotFitIsNotActivatedBeforeItIsMended) {
  world_.RunToList();
  engine::Engine& politie = *world_["politie"].engine;
  ASSERT_TRUE(politie.SetOverlay(NoIncidents(), "officer").ok());
  const std::string next =
      NextVersion(world_.covenant(), world_.clock.Now(), [](Value::Object& covenant) {
        Value::Array kept;
        for (const Value& rule : *covenant["rules"].AsArray()) {
          if (canon::Write(rule).find("\"incident\"") == std::string::npos) kept.push_back(rule);
        }
        covenant["rules"] = kept;
        covenant["tests"] = Value::Array{};
        Value::Object categories = *covenant["categories"].AsObject();
        categories.erase("incident");
        covenant["categories"] = categories;
      });
  const auto accepts = AcceptByAll(world_, next);
  const auto refused = ActivateNext(world_, "politie", world_.covenant(), next, accepts);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, Reason::kOverlayUnfit) << refused.error().detail;
  ASSERT_TRUE(politie.SetOverlay("", "officer").ok());
  const auto activated = ActivateNext(world_, "politie", world_.covenant(), next, accepts);
  EXPECT_TRUE(activated.ok()) << activated.error().detail;
}

TEST_F(OverlayTest, AnOfficerSetsIt) {
  world_.RunToList();
  Console officer(world_, "politie", "fg", exchange::Role::kOfficer);
  Console contributor(world_, "politie", "infodesk", exchange::Role::kContributor);
  const Value::Object params{{"overlay", NoIncidents()}};
  EXPECT_FALSE(contributor.Try("overlay.set", params).ok);
  EXPECT_FALSE(*officer.Call("overlay.show", {}).Find("set")->AsBool());
  EXPECT_TRUE(*officer.Call("overlay.set", params).Find("set")->AsBool());
  EXPECT_EQ(*contributor.Call("overlay.show", {}).Find("reason")->AsString(), "Lopend onderzoek");
  EXPECT_FALSE(contributor.Try("overlay.clear", {}).ok);
  EXPECT_FALSE(*officer.Call("overlay.clear", {}).Find("set")->AsBool());
}

}  // namespace
}  // namespace schakel::sim
