// Exchange ids are a namespace per caller (exchange.md 7): nobody touches another's exchange by
// using its id.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/forge.h"
#include "tests/sim/views.h"

namespace schakel::sim {
namespace {

// A question about the whole group, with the facts that its asker has seen.
exchange::Ask GroupQuestion(World& world, const std::string& to, const std::string& category) {
  record::Body body;
  body.motivation = "Vraag over de groep";
  body.requester = {"A. Agent", "wijkagent", "088 000 0001"};
  body.facts = FactsInForce(world);
  return AskOf(std::move(body), to, {category});
}

TEST(ExchangeIds, PartnerUsingOurIdLeavesOurBodyAlone) {
  World world(41);
  Prepare(world);
  const InventedList list(world, {Invented("Aad")});
  exchange::Requester& requester = world["gemeente"].lineage().requester;
  const auto started =
      requester.Start(AskOf(list.Naming(0, "politie"), "politie", {"incident"}), world.clock.Now());
  ASSERT_TRUE(started.ok());
  // The police send a question of their own under the very id that they have just been sent.
  const Forged theirs = Forge(
      world,
      GroupQuestion(world, "gemeente", "overlastmelding"),
      {"politie", "", [&](statement::Request& request) { request.exchange = started->exchange; }});
  const Reply reply = SendTo(world, "gemeente", "politie", theirs.message);
  EXPECT_TRUE(reply.done.ok());
  EXPECT_EQ(reply.answer().exchange, started->exchange);
  // Whom we asked about decides which releases we accept: it is still our own body.
  const auto body = requester.BodyOf(started->exchange);
  ASSERT_TRUE(body.ok());
  ASSERT_EQ(body->subjects.size(), 1U);
  EXPECT_EQ(body->subjects[0].row, list.row(0));
  const auto done = requester.Continue(started->exchange, world.clock.Now());
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->state, exchange::OutState::kAnswered);
}

TEST(ExchangeIds, TwoCallersWithOneIdKeepTheirOwnLinesAndDoubts) {
  World world(42);
  Prepare(world);
  PutRecords(world, "politie", {Incident(Invented("Aad", {2008, 4, 0}), "0001")});
  const InventedList list(world, {Invented("Aad")});
  const auto asked = world["gemeente"].lineage().requester.Run(
      AskOf(list.Naming(0, "politie"), "politie", {"incident"}), world.clock.Now());
  ASSERT_TRUE(asked.ok());
  const std::vector<PersonLine> before = LinesAt(world, "politie", "gemeente", asked->exchange);
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0].match, "DOUBTFUL");
  const Bytes body = *exchange::GetPrivate(world["politie"].lineage().context.store,
                                           world["politie"].lineage().context.keys,
                                           "body",
                                           "gemeente",
                                           asked->exchange);
  const Forged theirs =
      Forge(world,
            GroupQuestion(world, "politie", "signaal"),
            {"om", "", [&](auto& request) { request.exchange = asked->exchange; }});
  EXPECT_TRUE(SendTo(world, "politie", "om", theirs.message).done.ok());
  EXPECT_EQ(LinesAt(world, "politie", "gemeente", asked->exchange).size(), 1U);
  EXPECT_EQ(*exchange::GetPrivate(world["politie"].lineage().context.store,
                                  world["politie"].lineage().context.keys,
                                  "body",
                                  "gemeente",
                                  asked->exchange),
            body);
  const auto doubtful = *world["politie"].lineage().contributor.ListDoubtful();
  ASSERT_EQ(doubtful.size(), 1U);
  EXPECT_EQ(doubtful[0].from, "gemeente");
  EXPECT_EQ(doubtful[0].row, list.row(0));
}

}  // namespace
}  // namespace schakel::sim
