// The story of one scan over four nodes in one process (exchange.md 4).
#include <gtest/gtest.h>

#include "node/exchange/lines.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

TEST(StoryTest, RoundOneGivesTheList) {
  World world(1);
  world.SignAndActivate();
  world.ImportAll();
  world.OpenGroup();
  world.Decide("2B");
  const scan::Round round = world.AskForList();
  ASSERT_EQ(round.partners.size(), 1U);
  ASSERT_TRUE(round.partners[0].exchange.has_value()) << round.partners[0].party;
  EXPECT_EQ(round.partners[0].exchange->state, exchange::OutState::kAnswered)
      << round.partners[0].exchange->code;
  EXPECT_GT(round.partners[0].exchange->releases, 0);
  EXPECT_FALSE(round.Incomplete());
}

TEST(StoryTest, RoundTwoAsksEveryPartnerAndEachSideLogsThreeEntries) {
  World world(2);
  world.RunToList();
  const scan::Round round = world.AskAboutPersons();
  ASSERT_EQ(round.partners.size(), 3U);
  for (const scan::PartnerPlan& partner : round.partners) {
    ASSERT_TRUE(partner.exchange.has_value())
        << partner.party << ": " << (partner.error ? partner.error->detail : "");
    EXPECT_EQ(partner.exchange->state, exchange::OutState::kAnswered)
        << partner.party << " " << partner.exchange->code;
    EXPECT_FALSE(partner.exchange->receipt_due);
    // What the scan is put together from is what is stored.
    const auto stored = world["gemeente"].lineage().requester.Received(partner.exchange->exchange);
    ASSERT_TRUE(stored.ok());
    ASSERT_TRUE(partner.received.has_value());
    EXPECT_EQ(*partner.received, *stored);
  }
  EXPECT_EQ(world["gemeente"].lineage().log->size(), 12U);
  EXPECT_EQ(world["politie"].lineage().log->size(), 6U);
  EXPECT_EQ(world["om"].lineage().log->size(), 3U);
  EXPECT_EQ(world["jongerenwerk"].lineage().log->size(), 3U);
}

}  // namespace
}  // namespace schakel::sim
