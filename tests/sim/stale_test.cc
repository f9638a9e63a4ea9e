// A partner whose status is older than the covenant's limit gets no content (exchange.md 3),
// neither for a new question nor for one that was answered before.
#include <optional>

#include <gtest/gtest.h>

#include "tests/sim/forge.h"

namespace schakel::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class StaleTest : public testing::Test {
 protected:
  StaleTest() : world_(92) {
    Prepare(world_);
    PutRecords(world_, "politie", {Incident(Invented("Aad"), "0001")});
    list_.emplace(world_, std::vector<record::Person>{Invented("Aad")});
    const auto age =
        ToMilliseconds(world_["politie"].engine->covenants().view()->document().status_max_age);
    EXPECT_TRUE(age.ok());
    max_age_ = *age;
  }

  // The police get a status of the gemeente that is of now and says to expire after `life`.
  void Greet(milliseconds life) {
    statement::Status status = StatusNow(world_, "gemeente");
    status.expires = status.issued + life;
    const crypto::SigningKey* const signers[] = {world_["gemeente"].statement_key.get()};
    const auto bytes =
        statement::SignedStatement::Sign(statement::Type::kStatus, status.ToValue(), signers);
    const auto taken = world_["politie"].lineage().context.statuses.Take(
        "gemeente", {bytes.Encode(), {}}, world_.clock.Now());
    ASSERT_TRUE(taken.ok()) << taken.error().detail;
  }
  // A question that is new and right in everything but the status that the police hold.
  Forged Ask() {
    return ForgeUnder(world_,
                      StatusNow(world_, "politie"),
                      AskOf(list_->Naming(0, "politie"), "politie", {"incident"}),
                      {});
  }
  Reply Send(const Forged& forged) { return SendTo(world_, "politie", "gemeente", forged.message); }
  // Content before the status' end, and none from then on.
  void ExpectNothingFrom(milliseconds end) {
    const Instant start = world_.clock.Now();
    world_.clock.Set(start + end - milliseconds{1});
    const Forged good = Ask();
    const Reply answered = Send(good);
    ASSERT_TRUE(answered.done.ok());
    EXPECT_EQ(answered.answer().cells.at("incident").state, statement::CellState::kReleased);
    EXPECT_FALSE(answered.frames.empty());
    for (const milliseconds beyond : {milliseconds{0}, milliseconds{1}}) {
      SCOPED_TRACE(beyond.count());
      world_.clock.Set(start + end + beyond);
      const uint64_t before = Entries(world_, "politie");
      // What was answered waits for the next greeting; nothing of it leaves, and nothing is logged.
      const Reply waiting = Send(good);
      ASSERT_FALSE(waiting.done.ok());
      EXPECT_EQ(waiting.done.error().code, ErrorCode::kUnavailable);
      EXPECT_FALSE(waiting.opening.has_value());
      EXPECT_TRUE(waiting.frames.empty());
      EXPECT_EQ(Entries(world_, "politie"), before);
      // What is new is refused.
      const Reply refused = Send(Ask());
      ASSERT_TRUE(refused.done.ok());
      EXPECT_EQ(refused.code(), "STATUS_STALE");
      EXPECT_TRUE(refused.frames.empty());
      EXPECT_EQ(Entries(world_, "politie"), before + 2);
    }
    Greet(max_age_);
    EXPECT_EQ(Send(good).frames, answered.frames);
    EXPECT_FALSE(Send(Ask()).frames.empty());
  }

  World world_;
  std::optional<InventedList> list_;
  milliseconds max_age_{};
};

// However long the partner itself would have it last.
TEST_F(StaleTest, AStatusLastsAsLongAsTheCovenantSays) {
  Greet(max_age_ + hours{100});
  ExpectNothingFrom(max_age_);
}

TEST_F(StaleTest, AStatusLastsNoLongerThanItSaysItself) {
  Greet(hours{5});
  ExpectNothingFrom(hours{5});
}

TEST_F(StaleTest, WithoutAStatusNothingIsAnswered) {
  Greet(max_age_);
  ASSERT_TRUE(world_.Restart("politie").ok());  // statuses are in memory only
  const Reply refused = Send(Ask());
  ASSERT_TRUE(refused.done.ok());
  EXPECT_EQ(refused.code(), "STATUS_STALE");
  EXPECT_TRUE(refused.frames.empty());
}

}  // namespace
}  // namespace schakel::sim
