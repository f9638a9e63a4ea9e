// What an exchange leaves behind when its last message never came: at its expiry both sides destroy
// its key, and neither side's picture of what happened changes. Until then either can prove what
// was given.
#include <algorithm>

#include <gtest/gtest.h>

#include "node/crypto/hash.h"
#include "node/exchange/payload.h"
#include "node/record/release.h"
#include "tests/sim/forge.h"

namespace schakel::sim {
namespace {

using exchange::InRow;
using exchange::OutRow;
using exchange::OutState;

class Expiry : public testing::Test {
 protected:
  Expiry() : world_(71) {
    Prepare(world_);
    PutRecords(
        world_, "politie", {Incident(Invented("Aad"), "0001"), Incident(Invented("Bea"), "0002")});
    list_.emplace(world_, std::vector<record::Person>{Invented("Aad"), Invented("Bea")});
    auto started = Gemeente().Start(
        AskOf(list_->Naming({0, 1}, "politie"), "politie", {"incident"}), world_.clock.Now());
    EXPECT_TRUE(started.ok());
    row_ = *std::move(started);
  }

  exchange::Requester& Gemeente() { return world_["gemeente"].lineage().requester; }
  exchange::Contributor& Politie() { return world_["politie"].lineage().contributor; }
  OutRow Out() { return **exchange::FindOut(world_["gemeente"].store(), row_.exchange); }
  InRow In() { return **exchange::FindIn(world_["politie"].store(), "gemeente", row_.exchange); }
  bool HasKey(const char* party, const store::DataKeyId& id) {
    return world_[party].lineage().context.keys.Get(id).ok();
  }
  size_t Outbox() {
    size_t frames = 0;
    const auto scanned =
        world_["politie"].store().Scan(store::Family::kOutbox, {}, [&](ByteView, ByteView) {
          ++frames;
          return true;
        });
    EXPECT_TRUE(scanned.ok());
    return frames;
  }
  int Shred(const char* party, Instant now) {
    const auto shredded = world_[party].lineage().requester.ShredSecrets(now);
    EXPECT_TRUE(shredded.ok());
    return shredded ? *shredded : -1;
  }

  World world_;
  std::optional<InventedList> list_;
  OutRow row_;
};

constexpr std::chrono::milliseconds kTick{1};

TEST_F(Expiry, TheContributorWithoutAReceiptDestroysTheKeyAndTheOutbox) {
  world_.weather["politie"].cut_after_frames = 0;
  EXPECT_FALSE(Gemeente().Continue(row_.exchange, world_.clock.Now()).ok());
  ASSERT_EQ(In().expires, row_.expires);
  ASSERT_GT(Outbox(), 0U);
  const size_t frames = Outbox();
  EXPECT_EQ(Shred("politie", row_.expires - kTick), 0);
  EXPECT_TRUE(HasKey("politie", In().key));
  EXPECT_EQ(Outbox(), frames);
  EXPECT_EQ(Shred("politie", row_.expires), 1);
  EXPECT_FALSE(HasKey("politie", In().key));
  EXPECT_EQ(Outbox(), 0U);
  EXPECT_FALSE(In().receipt_seen);
  EXPECT_EQ(Shred("politie", row_.expires + kTick), 0);
}

TEST_F(Expiry, ALateReceiptIsStillLogged) {
  world_.weather["politie"].cut_after_frames = -1;
  const auto answered = Gemeente().Continue(row_.exchange, world_.clock.Now());
  ASSERT_TRUE(answered.ok());
  ASSERT_FALSE(answered->receipt_due);
  // As it was before the receipt came: the link delivered it at once, so a second one is asked for.
  InRow before = In();
  before.receipt_seen = false;
  store::Batch batch;
  batch.Put(store::Family::kExchange, exchange::InKey("gemeente", row_.exchange), before.Encode());
  ASSERT_TRUE(world_["politie"].store().Write(batch, store::Durability::kSynced).ok());
  OutRow due = Out();
  due.receipt_due = true;
  store::Batch again;
  again.Put(store::Family::kExchange, exchange::OutKey(row_.exchange), due.Encode());
  again.Put(store::Family::kExchange, exchange::ReceiptDueKey("politie", row_.exchange), {});
  ASSERT_TRUE(world_["gemeente"].store().Write(again, store::Durability::kSynced).ok());

  world_.clock.Set(row_.expires + std::chrono::hours{1});
  EXPECT_EQ(Shred("politie", world_.clock.Now()), 1);
  EXPECT_EQ(Shred("gemeente", world_.clock.Now()), 1);
  const uint64_t entries = Entries(world_, "politie");
  const auto left = Gemeente().DeliverReceipts();
  ASSERT_TRUE(left.ok());
  EXPECT_EQ(*left, 0);
  EXPECT_TRUE(In().receipt_seen);
  EXPECT_EQ(Entries(world_, "politie"), entries + 1);
}

TEST_F(Expiry, TheContributorProvesOneReleaseUntilTheKeyIsDestroyed) {
  const auto answered = Gemeente().Continue(row_.exchange, world_.clock.Now());
  ASSERT_TRUE(answered.ok());
  ASSERT_EQ(answered->releases, 2);
  std::vector<Bytes> releases;
  const exchange::Context& context = world_["gemeente"].lineage().context;
  ASSERT_TRUE(world_["gemeente"]
                  .store()
                  .Scan(store::Family::kReceived,
                        exchange::ReceivedPrefix(row_.exchange),
                        [&](ByteView key, ByteView value) {
                          const auto kept =
                              store::OpenValue(context.keys, store::Family::kReceived, key, value);
                          EXPECT_TRUE(kept.ok());
                          releases.emplace_back(kept->begin() + exchange::kKBytes, kept->end());
                          return true;
                        })
                  .ok());
  ASSERT_EQ(releases.size(), 2U);
  const auto signed_answer = statement::SignedStatement::Parse(In().answer);
  const auto answer = statement::ParseAs<statement::Answer>(*signed_answer);
  const Hash root = answer->payload->content_root;
  for (size_t i = 0; i < 2; ++i) {
    const auto proof = Politie().ProveGiven("gemeente", row_.exchange, releases[i]);
    ASSERT_TRUE(proof.ok());
    EXPECT_TRUE(exchange::VerifyRelease(*proof, releases[i], root).ok());
    EXPECT_FALSE(exchange::VerifyRelease(*proof, releases[1 - i], root).ok());
    Hash other = root;
    other[0] ^= 1;
    EXPECT_FALSE(exchange::VerifyRelease(*proof, releases[i], other).ok());
    Bytes altered = releases[i];
    altered.back() ^= 1;
    EXPECT_EQ(Politie().ProveGiven("gemeente", row_.exchange, altered).error().code,
              ErrorCode::kNotFound);
  }
  EXPECT_FALSE(Politie().ProveGiven("om", row_.exchange, releases[0]).ok());
  EXPECT_EQ(Shred("politie", world_.clock.Now()), 1);  // the receipt came at once
  EXPECT_EQ(Politie().ProveGiven("gemeente", row_.exchange, releases[0]).error().code,
            ErrorCode::kNotFound);
}

TEST_F(Expiry, AnUnansweredRequestEndsAtItsExpiryAndCanBeAskedAnew) {
  EXPECT_EQ(Shred("gemeente", row_.expires - kTick), 0);
  EXPECT_EQ(Out().state, OutState::kSent);
  EXPECT_TRUE(HasKey("gemeente", row_.key));
  EXPECT_EQ(Shred("gemeente", row_.expires), 1);
  EXPECT_EQ(Out().state, OutState::kEnded);
  EXPECT_EQ(Out().code, "EXPIRED");
  EXPECT_FALSE(HasKey("gemeente", row_.key));
  EXPECT_EQ(Shred("gemeente", row_.expires + kTick), 0);
  const auto again = Gemeente().Continue(row_.exchange, row_.expires + kTick);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->state, OutState::kEnded);
}

TEST_F(Expiry, ContinuingAtItsExpiryAsksNobody) {
  const size_t sent = world_.recorded.size();
  const auto late = Gemeente().Continue(row_.exchange, row_.expires);
  ASSERT_TRUE(late.ok());
  EXPECT_EQ(late->state, OutState::kEnded);
  EXPECT_EQ(late->code, "EXPIRED");
  EXPECT_EQ(world_.recorded.size(), sent);
  // The clock of the world still stands before it.
  EXPECT_EQ(Out().state, OutState::kEnded);
}

TEST_F(Expiry, TheSameRequestSentAfterItsExpiryGetsNoContent) {
  world_.weather["politie"].cut_after_frames = 0;
  EXPECT_FALSE(Gemeente().Continue(row_.exchange, world_.clock.Now()).ok());
  const auto part = [&](const char* name) {
    return *exchange::GetPrivate(world_["gemeente"].store(),
                                 world_["gemeente"].lineage().context.keys,
                                 name,
                                 "gemeente",
                                 row_.exchange);
  };
  const exchange::SendMessage message{ToText(part("request")), part("sealed")};
  world_.clock.Set(row_.expires);
  const Reply reply = SendTo(world_, "politie", "gemeente", message);
  ASSERT_FALSE(reply.done.ok());
  EXPECT_EQ(reply.done.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(reply.frames.empty());
  EXPECT_FALSE(reply.opening.has_value());
}

// A key's row that does not open is damage, and told; the others are destroyed all the same.
TEST_F(Expiry, AKeyThatDoesNotOpenIsNotTakenForADestroyedOne) {
  world_.weather["politie"].cut_after_frames = 0;
  EXPECT_FALSE(Gemeente().Continue(row_.exchange, world_.clock.Now()).ok());
  const store::DataKeyId damaged = In().key;
  auto other = Gemeente().Start(AskOf(list_->Naming(0, "politie"), "politie", {"incident"}),
                                world_.clock.Now());
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE(Gemeente().Continue(other->exchange, world_.clock.Now()).ok());
  const store::DataKeyId sound =
      (**exchange::FindIn(world_["politie"].store(), "gemeente", other->exchange)).key;
  ASSERT_TRUE(HasKey("politie", sound));
  store::Store& keys = world_["politie"].key_store();
  store::Batch flipped;
  ASSERT_TRUE(keys.Scan(store::Family::kMeta,
                        {},
                        [&](ByteView key, ByteView value) {
                          if (key.size() < damaged.size() ||
                              !std::equal(damaged.begin(), damaged.end(), key.end() - 16)) {
                            return true;
                          }
                          Bytes changed(value.begin(), value.end());
                          changed.back() ^= 1;
                          flipped.Put(store::Family::kMeta, key, changed);
                          return true;
                        })
                  .ok());
  ASSERT_EQ(flipped.operations().size(), 1U);
  ASSERT_TRUE(keys.Write(flipped, store::Durability::kSynced).ok());
  const auto shredded = world_["politie"].lineage().requester.ShredSecrets(other->expires);
  ASSERT_FALSE(shredded.ok());
  EXPECT_EQ(shredded.error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(HasKey("politie", sound));
  const auto kept = world_["politie"].lineage().context.keys.Get(damaged);
  EXPECT_EQ(kept.error().code, ErrorCode::kCorrupt);
  // Destroyed keys alone are no error.
  store::Batch gone;
  gone.Delete(store::Family::kMeta, flipped.operations().front().key);
  ASSERT_TRUE(keys.Write(gone, store::Durability::kSynced).ok());
  EXPECT_EQ(Shred("politie", other->expires), 0);
}

// A partner of another schema: its status is refused and nothing of it is held.
class Schema : public testing::TestWithParam<int64_t> {};

TEST_P(Schema, OnlyOnesOwnIsTaken) {
  World world(72);
  world.SignAndActivate();
  engine::Lineage& gemeente = world["gemeente"].lineage();
  const auto taken = [&] { return gemeente.context.statuses.Of("politie").has_value(); };
  Party& politie = world["politie"];
  const std::string bytes = politie.lineage().context.statuses.Make(
      politie.lineage().log->Checkpoint(), world.clock.Now());
  auto status = statement::ParseAs<statement::Status>(*statement::SignedStatement::Parse(bytes));
  ASSERT_TRUE(status.ok());
  status->schema = GetParam();
  const crypto::SigningKey* const keys[] = {politie.statement_key.get()};
  const std::string altered =
      statement::SignedStatement::Sign(statement::Type::kStatus, status->ToValue(), keys).Encode();
  ASSERT_FALSE(taken());
  const auto answer = gemeente.context.statuses.Take("politie", {altered, {}}, world.clock.Now());
  const bool own = GetParam() == statement::kSchema;
  EXPECT_EQ(answer.ok(), own);
  EXPECT_EQ(taken(), own);
  if (!own) {
    EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, Schema, testing::Values(statement::kSchema, statement::kSchema + 1, int64_t{1} << 40));

}  // namespace
}  // namespace schakel::sim
