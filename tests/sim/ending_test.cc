// One party ends a version: at once for whoever knows, for what is asked, what was answered and
// what is on its way; and it is told until everybody has it.
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "tests/sim/amend.h"
#include "tests/sim/checks.h"
#include "tests/sim/console.h"
#include "tests/sim/forge.h"

namespace schakel::sim {
namespace {

using exchange::OutState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Ending : public testing::Test {
 protected:
  explicit Ending(size_t records = 1) : world_(211) {
    Prepare(world_);
    std::vector<record::NewRecord> rows;
    for (size_t i = 0; i < records; ++i)
      rows.push_back(Incident(Invented("Aad"), std::to_string(10000 + i)));
    PutRecords(world_, "politie", rows);
    list_.emplace(world_, std::vector<record::Person>{Invented("Aad")});
    GreetAll(world_);
  }
  engine::Engine& engine(std::string_view party) { return *world_[party].engine; }
  // The party's officer adds what its own roots signed.
  void Add(std::string_view party, const statement::SignedStatement& signed_statement) {
    const auto added = engine(party).AddToCovenant({{signed_statement}, {}, ""}, "officer");
    ASSERT_TRUE(added.ok()) << added.error().detail;
    EXPECT_EQ(*added, 1);
  }
  [[nodiscard]] statement::SignedStatement Revoke(std::string_view party) {
    return RevokeBy(world_, party, world_.covenant());
  }
  exchange::Ask Question() { return AskOf(list_->Naming(0, "politie"), "politie", {"incident"}); }
  Forged Ask() { return ForgeUnder(world_, StatusNow(world_, "politie"), Question(), {}); }
  Reply Send(const Forged& forged) { return SendTo(world_, "politie", "gemeente", forged.message); }
  std::string CodeAt(std::string_view party, std::string_view partner) {
    return engine(party)
        .covenants()
        .At(world_.clock.Now())
        ->CheckFlow(party, partner, world_.clock.Now());
  }
  std::set<std::string> Unconfirmed(std::string_view party) {
    return engine(party).covenants().HistoryAt(world_.clock.Now()).unconfirmed;
  }

  World world_;
  std::optional<InventedList> list_;
};

TEST_F(Ending, WithoutItContentGoes) {
  EXPECT_FALSE(Send(Ask()).frames.empty());
}

TEST_F(Ending, AfterARevokeANewRequestIsRefused) {
  const Forged early = Ask();
  Add("politie", Revoke("politie"));
  const Reply refused = Send(early);
  ASSERT_TRUE(refused.done.ok());
  EXPECT_EQ(refused.code(), "REVOKED");
  EXPECT_TRUE(refused.frames.empty());
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_EQ(CodeAt("politie", "gemeente"), "REVOKED") << "durable";
  EXPECT_EQ(EventsOf(world_, "politie", "covenant_revoked"), 1);
  ExpectLogsVerify(world_);
}

TEST_F(Ending, TheAskerHoldsItselfToItToo) {
  Add("gemeente", Revoke("gemeente"));
  const uint64_t before = Entries(world_, "gemeente");
  const auto started = world_["gemeente"].lineage().requester.Start(Question(), world_.clock.Now());
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(ReasonId(started.error().reason), ReasonId(Reason::kContentEnded));
  EXPECT_EQ(Entries(world_, "gemeente"), before) << "no name was sealed for anybody";
}

TEST_F(Ending, TheAskerLearnsOfItFromTheGreetingThatComesFirst) {
  Add("politie", Revoke("politie"));
  const auto started = world_["gemeente"].lineage().requester.Start(Question(), world_.clock.Now());
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(ReasonId(started.error().reason), ReasonId(Reason::kContentEnded));
  EXPECT_EQ(CodeAt("gemeente", "om"), "REVOKED") << "for all flows";
}

TEST_F(Ending, OneWhoLeavesIsSuspendedAndTheOthersGoOn) {
  Add("om", LeaveBy(world_, "om", world_.covenant()));
  engine("om").PushCovenant(/*at_once=*/true);
  EXPECT_EQ(CodeAt("politie", "om"), "PARTY_SUSPENDED");
  EXPECT_EQ(CodeAt("om", "politie"), "PARTY_SUSPENDED");
  EXPECT_EQ(CodeAt("politie", "gemeente"), "");
  GreetAll(world_);
  EXPECT_FALSE(Send(Ask()).frames.empty());
  exchange::Ask to_om = AskOf(list_->Naming(0, "om"), "om", {"afdoening"});
  const auto started = world_["gemeente"].lineage().requester.Start(to_om, world_.clock.Now());
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(ReasonId(started.error().reason), ReasonId(Reason::kContentEnded));
}

TEST_F(Ending, WhatWasAnsweredLapsesWhenItIsAskedForAgain) {
  const Forged good = Ask();
  const Reply first = Send(good);
  ASSERT_FALSE(first.frames.empty());
  Add("politie", Revoke("politie"));
  const uint64_t before = Entries(world_, "politie");
  const Reply second = Send(good);
  ASSERT_TRUE(second.done.ok()) << second.done.error().detail;
  EXPECT_EQ(second.code(), "LAPSED");
  EXPECT_TRUE(second.frames.empty());
  const auto answered = statement::SignedStatement::Parse(first.opening->answer);
  EXPECT_EQ(second.answer().voids, answered->Digest());
  EXPECT_EQ(Entries(world_, "politie"), before + 1) << "the second Answer";
  const Reply third = Send(good);
  EXPECT_EQ(third.opening->answer, second.opening->answer) << "the same one";
  EXPECT_EQ(Entries(world_, "politie"), before + 1);
  int frames = 0;
  ASSERT_TRUE(world_["politie"]
                  .store()
                  .Scan(store::Family::kOutbox,
                        {},
                        [&](ByteView, ByteView) {
                          ++frames;
                          return true;
                        })
                  .ok());
  EXPECT_EQ(frames, 0) << "the outbox went with the commit";
  ExpectLogsVerify(world_);
}

TEST_F(Ending, TheAskersLogHoldsTheSecondAnswer) {
  world_.weather["politie"].cut_after_frames = 0;
  const auto run = world_["gemeente"].lineage().requester.Run(Question(), world_.clock.Now());
  ASSERT_FALSE(run.ok()) << "the answer was cut";
  world_.weather["politie"].cut_after_frames = -1;
  // Only the police know, and the gemeente asks on.
  Add("politie", LeaveBy(world_, "politie", world_.covenant()));
  const auto rows = exchange::AllOut(world_["gemeente"].store());
  ASSERT_EQ(rows->size(), 1U);
  const auto taken =
      world_["gemeente"].lineage().requester.Continue(rows->front().exchange, world_.clock.Now());
  ASSERT_TRUE(taken.ok()) << taken.error().detail;
  EXPECT_EQ(taken->state, OutState::kRefused);
  EXPECT_EQ(taken->code, "LAPSED") << "the greeting brought the end before anything was sent";
  EXPECT_EQ(taken->cells.at("incident").code, "LAPSED");
  EXPECT_TRUE(world_["gemeente"].lineage().requester.Received(taken->exchange)->empty());
}

TEST_F(Ending, AnAnswerThatComesAfterTheEndIsNotKept) {
  bool revoked = false;
  world_.wait_until = [&](Instant until) {
    world_.clock.Set(std::max(until, world_.clock.Now()));
    if (!std::exchange(revoked, true)) Add("gemeente", Revoke("gemeente"));
    return world_.clock.Now();
  };
  const auto run = world_["gemeente"].lineage().requester.Run(Question(), world_.clock.Now());
  ASSERT_TRUE(run.ok()) << run.error().detail;
  ASSERT_TRUE(revoked);
  EXPECT_EQ(run->state, OutState::kRefused);
  EXPECT_EQ(run->code, "LAPSED");
  EXPECT_TRUE(world_["gemeente"].lineage().requester.Received(run->exchange)->empty());
  ExpectLogsVerify(world_);
}

class LongEnding : public Ending {
 protected:
  LongEnding() : Ending(10000) {}
};

// Ends the version when it has this frame.
class Breaker final : public exchange::ReplySink {
 public:
  explicit Breaker(std::function<void()> end) : end_(std::move(end)) {}
  Result<void> OnOpening(const exchange::Opening&) override { return {}; }
  Result<void> OnFrame(ByteView) override {
    if (++frames == 10) end_();
    return {};
  }
  int frames = 0;

 private:
  std::function<void()> end_;
};

TEST_F(LongEnding, ARunningAnswerStopsWithinSixtyFourFrames) {
  const Forged good = Ask();
  const Reply whole = Send(good);
  ASSERT_GT(whole.frames.size(), 70U) << "long enough to be stopped";
  Breaker breaker([&] { Add("politie", Revoke("politie")); });
  const auto done = engine("politie").OnSend("gemeente", good.message, world_.wait_until, breaker);
  EXPECT_FALSE(done.ok());
  EXPECT_EQ(breaker.frames, 64);
  EXPECT_EQ(Send(good).code(), "LAPSED");
}

TEST_F(Ending, WhoRevokesTellsUntilEverybodyHasIt) {
  world_.weather["om"].down = true;
  Add("politie", Revoke("politie"));
  EXPECT_THAT(Unconfirmed("politie"), ElementsAre("gemeente", "jongerenwerk", "om"));
  ASSERT_TRUE(engine("politie").Tend().ok());
  EXPECT_THAT(Unconfirmed("politie"), ElementsAre("om"));
  EXPECT_EQ(CodeAt("gemeente", "jongerenwerk"), "REVOKED");
  EXPECT_EQ(CodeAt("om", "gemeente"), "");
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_TRUE(Unconfirmed("politie").contains("om")) << "who is left to tell is durable";
  world_.weather["om"].down = false;
  for (int i = 0; i < 3 && !Unconfirmed("politie").empty(); ++i) {
    world_.clock.Advance(std::chrono::minutes{1});
    ASSERT_TRUE(engine("politie").Tend().ok());
  }
  EXPECT_THAT(Unconfirmed("politie"), IsEmpty());
  EXPECT_EQ(CodeAt("om", "gemeente"), "REVOKED");
}

TEST_F(Ending, WhoDoesNotAnswerIsAskedLessOften) {
  world_.weather["om"].down = true;
  Add("politie", Revoke("politie"));
  ASSERT_TRUE(engine("politie").Tend().ok());
  world_.weather["om"].down = false;
  ASSERT_TRUE(engine("politie").Tend().ok());
  EXPECT_THAT(Unconfirmed("politie"), ElementsAre("om")) << "its time has not come";
  engine("politie").PushCovenant(/*at_once=*/true);
  EXPECT_THAT(Unconfirmed("politie"), IsEmpty());
}

TEST_F(Ending, TheOfficerAddsItAndEverybodySeesWhoLacksIt) {
  Console officer(world_, "om", "officer", exchange::Role::kOfficer);
  Console observer(world_, "om", "kijker", exchange::Role::kObserver);
  world_.weather["jongerenwerk"].down = true;
  const canon::Value::Object params{{"statements", canon::Value::Array{Revoke("om").ToValue()}}};
  EXPECT_FALSE(observer.Try("covenant.add", params).ok);
  const canon::Value added = officer.Call("covenant.add", params);
  EXPECT_EQ(*added.Find("added")->AsInt(), 1);
  const canon::Value status = observer.Call("covenant.status", {});
  EXPECT_EQ(canon::Write(*status.Find("unconfirmed")), R"(["jongerenwerk"])");
  EXPECT_EQ(*status.Find("in_force")->Find("state")->AsString(), "revoked");
  EXPECT_EQ(canon::Write(*status.Find("in_force")->Find("revoked_by")), R"(["om"])");
  for (const canon::Value& partner : *status.Find("partners")->AsArray()) {
    EXPECT_EQ(*partner.Find("code")->AsString(), "REVOKED");
    EXPECT_EQ(*partner.Find("confirmed")->AsBool(),
              *partner.Find("party")->AsString() != "jongerenwerk");
  }
  EXPECT_EQ(*officer.Call("covenant.add", params).Find("added")->AsInt(), 0) << "known";
}

TEST_F(Ending, WhatSurvivesAVersionThatEnded) {
  const auto run = world_["gemeente"].lineage().requester.Run(Question(), world_.clock.Now());
  ASSERT_TRUE(run.ok());
  ASSERT_EQ(run->state, OutState::kAnswered);
  Add("politie", Revoke("politie"));
  GreetAll(world_);
  const auto received = world_["gemeente"].lineage().requester.Received(run->exchange);
  ASSERT_TRUE(received.ok()) << received.error().detail;
  EXPECT_EQ(received->size(), 1U);
  const auto due = world_["gemeente"].lineage().requester.DeliverReceipts();
  ASSERT_TRUE(due.ok());
  EXPECT_EQ(*due, 0);
  ASSERT_TRUE(world_["gemeente"].lineage().requester.ShredSecrets(world_.clock.Now()).ok());
  EXPECT_EQ(engine("gemeente").covenants().Versions()->size(), 1U);
  ASSERT_TRUE(world_.Restart("gemeente").ok());
  EXPECT_EQ(world_["gemeente"].lineage().requester.Received(run->exchange)->size(), 1U);
  ExpectLogsVerify(world_);
}

TEST_F(Ending, AVersionThatWasRevokedIsNotActivated) {
  const std::string next = NextVersion(world_.covenant(), world_.clock.Now());
  auto statements = AcceptByAll(world_, next);
  statements.push_back(RevokeBy(world_, "om", next));
  statements.push_back(AcceptBy(world_, "om", next, /*seq=*/99));
  const auto activated = ActivateNext(world_, "politie", world_.covenant(), next, statements);
  ASSERT_FALSE(activated.ok());
  EXPECT_EQ(ReasonId(activated.error().reason), ReasonId(Reason::kCovenantRevoked))
      << "whatever it accepted later";
}

// --- Since when a node knew.

class Knew : public Ending {
 protected:
  // The entries of a log that hold this statement.
  static std::vector<statement::Entry> Holding(const log::ExchangeLog& log,
                                               const statement::SignedStatement& held) {
    std::vector<statement::Entry> entries;
    const auto found = log.FindDigest(held.Digest());
    EXPECT_TRUE(found.ok());
    for (const uint64_t index : *found)
      entries.push_back(*log.Entry(index));
    return entries;
  }
  std::vector<statement::Entry> Local(std::string_view party,
                                      const statement::SignedStatement& held) {
    return Holding(engine(party).local_log(), held);
  }
  std::vector<statement::Entry> Shared(std::string_view party,
                                       const statement::SignedStatement& held) {
    return Holding(*engine(party).lineage()->log, held);
  }
};

TEST_F(Knew, BothLogsHoldWhatEndsSomethingFromItsTakingOn) {
  const auto revoke = Revoke("gemeente");
  const auto leave = LeaveBy(world_, "om", world_.covenant());
  const auto end = UndelegateBy(world_, "om", DelegationOf(world_, "om"));
  Add("gemeente", revoke);
  world_.clock.Advance(std::chrono::minutes{3});
  const Instant at = world_.clock.Now();
  ASSERT_TRUE(engine("politie").covenants().Take({{revoke, leave, end}, {}, "gemeente"}, at).ok());
  for (const auto& taken : {revoke, leave, end}) {
    for (const auto& entries : {Local("politie", taken), Shared("politie", taken)}) {
      ASSERT_EQ(entries.size(), 1U) << statement::TypeName(taken.type());
      EXPECT_EQ(entries[0].time, at);
      ASSERT_TRUE(entries[0].statement.has_value());
      EXPECT_EQ(entries[0].statement->Encode(), taken.Encode())
          << "with its version and its signatures";
      EXPECT_EQ(entries[0].type, statement::TypeName(taken.type()));
    }
  }
  ASSERT_EQ(Shared("gemeente", revoke).size(), 1U) << "its own officer's";
  EXPECT_LT(Shared("gemeente", revoke)[0].time, at);
  // Told again, and after a restart: it is not news.
  ASSERT_TRUE(engine("politie")
                  .covenants()
                  .Take({{revoke, leave, end}, {}, "om"}, world_.clock.Now())
                  .ok());
  ASSERT_TRUE(world_.Restart("politie").ok());
  ASSERT_TRUE(engine("politie").Tend().ok());
  EXPECT_EQ(Local("politie", revoke).size(), 1U);
  EXPECT_EQ(Shared("politie", revoke).size(), 1U);
  ExpectLogsVerify(world_);
}

TEST_F(Knew, TheLocalLogHoldsAcceptsToo) {
  const std::string next = NextVersion(world_.covenant(), world_.clock.Now());
  const auto accept = AcceptBy(world_, "om", next);
  ASSERT_TRUE(
      engine("politie").covenants().Take({{accept}, {next}, "om"}, world_.clock.Now()).ok());
  EXPECT_EQ(Local("politie", accept).size(), 1U);
  EXPECT_TRUE(Shared("politie", accept).empty());
}

TEST_F(Knew, InARecoveryTheLineagesLogWaits) {
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  const auto revoke = Revoke("gemeente");
  ASSERT_TRUE(
      engine("politie").covenants().Take({{revoke}, {}, "gemeente"}, world_.clock.Now()).ok());
  EXPECT_EQ(Local("politie", revoke).size(), 1U);
  EXPECT_TRUE(Shared("politie", revoke).empty());
}

// --- Time ends a version too.

class EndingInTime : public Ending {
 protected:
  EndingInTime() {
    until_ = world_.clock.Now() + std::chrono::hours{1};
    const std::string next = NextVersion(world_.covenant(), world_.clock.Now(), [&](auto& object) {
      canon::Value::Object& valid = *object["valid"].AsObject();
      valid["until"] = ToMillis(until_);
      valid["review_by"] = ToMillis(until_);
    });
    ActivateEverywhere(world_, world_.covenant(), next);
    GreetAll(world_);
  }
  static void ExpectLapsed(const Reply& reply) {
    ASSERT_TRUE(reply.done.ok()) << reply.done.error().detail;
    EXPECT_TRUE(reply.frames.empty());
    EXPECT_EQ(reply.code(), "LAPSED");
    EXPECT_TRUE(reply.answer().voids.has_value());
  }
  Instant until_;
};

TEST_F(EndingInTime, AnAnswerThatWaitsLapsesAtTheExpiry) {
  const Forged good = Ask();
  ASSERT_FALSE(Send(good).frames.empty());
  world_.clock.Set(until_ - std::chrono::milliseconds{1});
  ASSERT_FALSE(Send(good).frames.empty());
  world_.clock.Set(until_);
  ExpectLapsed(Send(good));
  ExpectLapsed(Send(good));
}

TEST_F(EndingInTime, ItLapsesAlsoWhenTheExpiryFallsWithinTheCall) {
  const Forged good = Ask();
  // The wait for the floor under a small answer reaches it.
  bool opened = false;
  class Opening final : public exchange::ReplySink {
   public:
    explicit Opening(bool& opened) : opened_(opened) {}
    Result<void> OnOpening(const exchange::Opening& opening) override {
      opened_ = true;
      const auto answer =
          statement::ParseAs<statement::Answer>(*statement::SignedStatement::Parse(opening.answer));
      EXPECT_EQ(answer->cells.begin()->second.code, "LAPSED");
      EXPECT_TRUE(answer->voids.has_value());
      return {};
    }
    Result<void> OnFrame(ByteView) override {
      ADD_FAILURE() << "content went";
      return {};
    }

   private:
    bool& opened_;
  };
  Opening sink(opened);
  const auto at_expiry = [&](Instant) {
    world_.clock.Set(until_);
    return until_;
  };
  ASSERT_TRUE(engine("politie").OnSend("gemeente", good.message, at_expiry, sink).ok());
  EXPECT_TRUE(opened);
}

TEST_F(EndingInTime, WhatTheAskerStillWaitedForIsNotSentAgain) {
  auto started = world_["gemeente"].lineage().requester.Start(Question(), world_.clock.Now());
  ASSERT_TRUE(started.ok()) << started.error().detail;
  world_.clock.Set(until_);
  const size_t sent = world_.recorded.size();
  const auto late =
      world_["gemeente"].lineage().requester.Continue(started->exchange, world_.clock.Now());
  ASSERT_TRUE(late.ok()) << late.error().detail;
  EXPECT_EQ(late->code, "LAPSED");
  EXPECT_EQ(world_.recorded.size(), sent);
}

}  // namespace
}  // namespace schakel::sim
