// What the requester must not lose or refuse by itself: an answer that came by another road, and
// one that was right when it was asked for.
#include <gtest/gtest.h>

#include "node/crypto/hash.h"
#include "node/exchange/facts.h"
#include "tests/sim/forge.h"

namespace schakel::sim {
namespace {

exchange::Requester& Gemeente(World& world) {
  return world["gemeente"].lineage().requester;
}

// Commit 1 of a request to the police about one person, of whom they have one incident to give.
exchange::OutRow StartAboutAad(World& world) {
  Prepare(world);
  PutRecords(world, "politie", {Incident(Invented("Aad"), "0001")});
  const InventedList list(world, {Invented("Aad")});
  auto started = Gemeente(world).Start(AskOf(list.Naming(0, "politie"), "politie", {"incident"}),
                                       world.clock.Now());
  EXPECT_TRUE(started.ok());
  return *started;
}

TEST(RequesterTest, AnAnswerThatCameMeanwhileIsKept) {
  World world(61);
  const exchange::OutRow started = StartAboutAad(world);
  const uint64_t before = Entries(world, "gemeente");
  // While one Continue waits for the partner, another one finishes the exchange, receipt included:
  // the partner then has no frames left to give to the first.
  bool nested = false;
  world.interceptors["politie"] = [&](const std::string& from,
                                      const exchange::SendMessage& message,
                                      exchange::ReplySink& sink) -> Result<void> {
    if (!nested) {
      nested = true;
      EXPECT_TRUE(Gemeente(world).Continue(started.exchange, world.clock.Now()).ok());
    }
    return world["politie"].engine->OnSend(from, message, world.wait_until, sink);
  };
  const auto done = Gemeente(world).Continue(started.exchange, world.clock.Now());
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->state, exchange::OutState::kAnswered) << done->code;
  EXPECT_EQ(Entries(world, "gemeente"), before + 2);  // the Answer and the partner's receipt, once
  const auto received = Gemeente(world).Received(started.exchange);
  ASSERT_TRUE(received.ok());
  EXPECT_EQ(received->size(), 1U);
}

TEST(RequesterTest, AFactSeenMeanwhileDoesNotSpoilAnAnswer) {
  World world(62);
  const exchange::OutRow started = StartAboutAad(world);
  // As contributor to somebody else the gemeente sees a newer step, back to 1.
  world.clock.Advance(std::chrono::seconds{1});
  const auto stated = world["gemeente"].engine->groups().State(
      kGroup, "step", "1", crypto::Sha256("later"), world.clock.Now());
  ASSERT_TRUE(stated.ok());
  const auto both = world["politie"].engine->groups().Countersign(*stated, world.clock.Now());
  ASSERT_TRUE(both.ok());
  engine::Lineage& lineage = world["gemeente"].lineage();
  auto taken = exchange::TakeFacts({*both},
                                   kGroup,
                                   *world["gemeente"].engine->covenants().view(),
                                   lineage.context.store,
                                   world.clock.Now());
  ASSERT_TRUE(taken.ok());
  ASSERT_FALSE(taken->seen.empty());
  ASSERT_TRUE(lineage.context.store.Write(taken->seen, store::Durability::kSynced).ok());
  const auto done = Gemeente(world).Continue(started.exchange, world.clock.Now());
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->state, exchange::OutState::kAnswered) << done->code;
}

TEST(RequesterTest, ARequestToAnotherPartyIsKeptWithItsBytesWhenTheCallerSignedIt) {
  World world(63);
  Prepare(world);
  const InventedList list(world, {Invented("Aad")});
  const Forged misdirected = Forge(world,
                                   AskOf(list.Naming(0, "politie"), "politie", {"incident"}),
                                   {"gemeente", "", [](statement::Request& request) {
                                      request.to = "om";
                                      request.ref = std::string(kGroup) + "/2@om";
                                    }});
  const Reply reply = SendTo(world, "politie", "gemeente", misdirected.message);
  ASSERT_TRUE(reply.done.ok());
  EXPECT_EQ(reply.code(), "PARTY_MISMATCH");
  const statement::Entry entry = EntryAt(world, "politie", Entries(world, "politie") - 2);
  EXPECT_EQ(entry.outcome, "PARTY_MISMATCH");
  ASSERT_TRUE(entry.statement.has_value());
  EXPECT_EQ(entry.statement->Digest(), misdirected.bytes.Digest());
}

TEST(RequesterTest, ADeliveryThatACrashForgetsIsDoneOnceMore) {
  World world(64);
  const exchange::OutRow started = StartAboutAad(world);
  const auto done = Gemeente(world).Continue(started.exchange, world.clock.Now());
  ASSERT_TRUE(done.ok());
  ASSERT_FALSE(done->receipt_due);
  const auto due = [&] {
    return (*exchange::FindOut(world["gemeente"].store(), started.exchange))->receipt_due;
  };
  const uint64_t entries = Entries(world, "politie");
  ASSERT_TRUE(world.Restart("gemeente").ok());
  EXPECT_TRUE(due());  // a sync for it would buy nothing
  const auto left = Gemeente(world).DeliverReceipts();
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(*left, 0);
  EXPECT_FALSE(due());
  EXPECT_EQ(Entries(world, "politie"), entries);
}

}  // namespace
}  // namespace schakel::sim
