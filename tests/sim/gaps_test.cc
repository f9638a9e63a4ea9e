// A partner that is down: the gap is shown, and asking again asks only the missing one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/console.h"
#include "tests/sim/views.h"

namespace schakel::sim {
namespace {

using canon::Value;
using report::Stand;
using ::testing::ElementsAre;

// The parties to which a Request went since `from`.
std::vector<std::string> Asked(const World& world, size_t from) {
  std::vector<std::string> parties;
  for (size_t i = from; i < world.recorded.size(); ++i)
    parties.push_back(world.recorded[i].to);
  return parties;
}

// The stand of the partner's cells, of the whole and of every person: one and the same.
Stand OnlyStand(const ScanView& scan, const std::string& party, const std::string& category) {
  const Stand stand = scan.Gap(party, category).stand;
  for (const report::Person& person : scan.report.persons) {
    EXPECT_EQ(scan.Cell(person, party, category), stand);
  }
  return stand;
}

TEST(PartnerDown, DuringTheRequestIsNoAnswerAndAskingAgainAsksOnlyTheMissingOne) {
  World world(21);
  world.RunToList();
  Console console(world, "gemeente", "regisseur", exchange::Role::kRegisseur);
  const auto call = [&](const std::string& method, const Value::Object& params) {
    world.clock.Advance(std::chrono::minutes{1});
    return console.Call(method, params);
  };
  world.weather["om"].down = true;
  const size_t before = world.recorded.size();
  const Value first =
      call("scan.request",
           {{"ref", kGroup}, {"send", true}, {"motivation", "Beeld per persoon voor het overleg"}});
  EXPECT_TRUE(*first.Find("incomplete")->AsBool());
  EXPECT_EQ(*first.Find("scan_version")->AsInt(), 1);
  EXPECT_THAT(Asked(world, before), ElementsAre("jongerenwerk", "politie"));
  const scan::Round round =
      *world["gemeente"].lineage().rounds.Plan(Ref{kGroup, 2, ""}, world.clock.Now());
  const ScanView incomplete = Assemble(world, round);
  EXPECT_EQ(OnlyStand(incomplete, "om", "strafzaak"), Stand::kNoAnswer);
  EXPECT_FALSE(incomplete.report.Complete());
  EXPECT_EQ(world["om"].lineage().log->size(), 0U);
  EXPECT_EQ(world["politie"].lineage().log->size(), 6U);

  world.weather["om"].down = false;
  const size_t again = world.recorded.size();
  const Value second = call("scan.request", {{"ref", "VLD-2026-001/2"}, {"send", true}});
  EXPECT_FALSE(*second.Find("incomplete")->AsBool());
  EXPECT_EQ(*second.Find("scan_version")->AsInt(), 2);
  EXPECT_THAT(Asked(world, again), ElementsAre("om"));
  EXPECT_EQ(world["om"].lineage().log->size(), 3U);
  EXPECT_EQ(world["politie"].lineage().log->size(), 6U);
  EXPECT_EQ(world["jongerenwerk"].lineage().log->size(), 3U);
  const Value shown = call("scan.show", {{"ref", kGroup}});
  EXPECT_TRUE(*shown.Find("complete")->AsBool());
  EXPECT_EQ(*shown.Find("version")->AsInt(), 2);
  // The first version stays what it was.
  const Value old = call("scan.show", {{"ref", kGroup}, {"version", 1}});
  EXPECT_FALSE(*old.Find("complete")->AsBool());

  // Nothing is missing: a third time asks nobody and makes no version.
  const size_t third = world.recorded.size();
  const Value same = call("scan.request", {{"ref", "VLD-2026-001/2"}, {"send", true}});
  EXPECT_THAT(Asked(world, third), ElementsAre());
  EXPECT_EQ(same.Find("scan_version"), nullptr);
}

TEST(PartnerDown, AnswerLostOnTheWayIsTakenUpWithTheSameRequest) {
  World world(22);
  world.RunToList();
  world.weather["om"].cut_after_frames = 0;
  const ScanView first = AskScan(world);
  EXPECT_TRUE(first.round.Incomplete());
  EXPECT_EQ(OnlyStand(first, "om", "strafzaak"), Stand::kNoAnswer);
  EXPECT_EQ(world["om"].lineage().log->size(), 2U);
  const Uuid exchange = first.exchange("om").exchange;

  world.weather["om"].cut_after_frames = -1;
  const ScanView second = AskScan(world, 2);
  EXPECT_FALSE(second.round.Incomplete());
  EXPECT_EQ(second.exchange("om").exchange, exchange);
  EXPECT_EQ(second.Gap("om", "strafzaak").stand, Stand::kDelivered);
  EXPECT_EQ(second.report.version, 2);
  EXPECT_EQ(world["om"].lineage().log->size(), 3U);
  EXPECT_EQ(world["gemeente"].lineage().log->size(), 12U);
}

TEST(PartnerDown, RestartedBetweenGreetingAndRequestIsAskedAgain) {
  World world(23);
  world.RunToList();
  world.weather["om"].cut_after_frames = 0;
  const ScanView first = AskScan(world);
  ASSERT_EQ(first.exchange("om").state, exchange::OutState::kSent);
  world.weather["om"].cut_after_frames = -1;
  ASSERT_TRUE(world.Restart("om").ok());
  // The gemeente still holds om's status, om has lost the gemeente's: it must not end in a cell
  // that stays empty for good.
  const ScanView second = AskScan(world, 2);
  EXPECT_FALSE(second.round.Incomplete());
  EXPECT_EQ(second.Gap("om", "strafzaak").stand, Stand::kDelivered);
}

}  // namespace
}  // namespace schakel::sim
