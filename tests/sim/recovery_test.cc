// A node whose store lost its last record (exchange.md 12): nothing of content moves, on either
// side, until each partner is settled.
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/exchange/copies.h"
#include "node/exchange/rows.h"
#include "tests/sim/console.h"
#include "tests/sim/home.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

using canon::Value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RecoveryTest : public testing::Test {
 protected:
  RecoveryTest() { world_.RunToList(); }

  engine::Engine& engine(const std::string& party) { return *world_[party].engine; }

  // The types of the local log's entries, without those of enrolments and imports.
  std::vector<std::string> Events(const std::string& party) {
    std::vector<std::string> events;
    const log::ExchangeLog& log = engine(party).local_log();
    for (uint64_t index = 0; index < log.size(); ++index) {
      const auto entry = log.Entry(index);
      EXPECT_TRUE(entry.ok());
      const bool about = entry->type.starts_with("recovery") || entry->type == "request_held";
      if (about) events.push_back(entry->type + (entry->peer.empty() ? "" : " " + entry->peer));
    }
    return events;
  }

  bool Recovering(const std::string& party) {
    return !engine(party).recovery().CheckContent().ok();
  }

  // Frames that a party gave in answer since then.
  size_t FramesFrom(const std::string& party, size_t since) {
    size_t frames = 0;
    for (size_t i = since; i < world_.recorded.size(); ++i) {
      if (world_.recorded[i].to == party) frames += world_.recorded[i].frames.size();
    }
    return frames;
  }

  const scan::PartnerPlan& Of(const scan::Round& round, const std::string& party) {
    for (const scan::PartnerPlan& partner : round.partners) {
      if (partner.party == party) return partner;
    }
    ADD_FAILURE() << "no " << party;
    std::abort();
  }

  World world_{31};
};

TEST_F(RecoveryTest, AContributorGivesNothingAndWritesNothingInTheLineagesLog) {
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  ASSERT_TRUE(Recovering("politie"));
  const uint64_t entries = world_["politie"].lineage().log->size();
  const size_t since = world_.recorded.size();

  const scan::Round round = world_.AskAboutPersons();
  const scan::PartnerPlan& politie = Of(round, "politie");
  // As from a partner that is away: there is no signed word about why.
  ASSERT_TRUE(politie.error.has_value());
  EXPECT_EQ(politie.error->code, ErrorCode::kUnavailable);
  EXPECT_EQ(FramesFrom("politie", since), 0U);
  EXPECT_EQ(world_["politie"].lineage().log->size(), entries);
  EXPECT_THAT(Events("politie"), ElementsAre("recovery_started", "request_held gemeente"));
  // The others are not held up.
  EXPECT_EQ(Of(round, "om").exchange->state, exchange::OutState::kAnswered);
}

TEST_F(RecoveryTest, ARequesterAsksNobody) {
  Console regisseur(world_, "gemeente", "deboer", exchange::Role::kRegisseur);
  ASSERT_TRUE(world_.RestartTruncated("gemeente").ok());
  const size_t since = world_.recorded.size();
  const uint64_t entries = world_["gemeente"].lineage().log->size();
  const Value::Object sent{{"ref", kGroup}, {"send", true}, {"motivation", "Beeld"}};
  const engine::MethodResult refused = regisseur.Try("scan.request", sent);
  ASSERT_FALSE(refused.ok);
  EXPECT_EQ(refused.error.code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error.reason, Reason::kRecovering);
  EXPECT_EQ(world_.recorded.size(), since);
  EXPECT_EQ(world_["gemeente"].lineage().log->size(), entries);
  // What it would ask can be seen.
  EXPECT_TRUE(regisseur.Try("scan.request", Value::Object{{"ref", kGroup}, {"send", false}}).ok);
  // Whoever comes past the method meets the same gate.
  const scan::Round round = world_.AskAboutPersons();
  for (const scan::PartnerPlan& partner : round.partners)
    EXPECT_EQ(partner.error.value_or(Error{}).reason, Reason::kRecovering) << partner.party;
  EXPECT_EQ(world_.recorded.size(), since);
}

TEST_F(RecoveryTest, StaysOverRestartsAndSecondCuts) {
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_TRUE(Recovering("politie"));
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  EXPECT_TRUE(Recovering("politie"));
  EXPECT_THAT(Events("politie"), ElementsAre("recovery_started"));
  ASSERT_TRUE(world_.Restart("om").ok());
  EXPECT_FALSE(Recovering("om"));
}

TEST_F(RecoveryTest, BackgroundWorkHoldsStill) {
  // Keys of settled exchanges, which go at the next shredding.
  world_.AskAboutPersons();
  const auto rows = exchange::AllOut(world_["gemeente"].store());
  ASSERT_TRUE(rows.ok());
  const auto standing = [&] {
    size_t keys = 0;
    for (const exchange::OutRow& row : *rows)
      keys += engine("gemeente").keys().Get(row.key).ok() ? 1U : 0U;
    return keys;
  };
  ASSERT_TRUE(world_.RestartTruncated("gemeente").ok());
  ASSERT_TRUE(engine("gemeente").Tend().ok());
  EXPECT_EQ(standing(), rows->size());
  // A node that is not in recovery destroys them.
  ASSERT_TRUE(engine("om").Tend().ok());
  const auto given = exchange::AllIn(world_["om"].store());
  ASSERT_TRUE(given.ok() && !given->empty());
  EXPECT_FALSE(engine("om").keys().Get(given->front().key).ok());
}

TEST_F(RecoveryTest, AReceiptIsNotTaken) {
  ASSERT_TRUE(world_.RestartTruncated("om").ok());
  EXPECT_EQ(engine("om").OnDeliver("gemeente", "{}").error().code, ErrorCode::kUnavailable);
}

// A receipt that is due at a node in recovery stays due.
TEST_F(RecoveryTest, AReceiptIsNotDelivered) {
  world_.interceptors["om"] = [&](const std::string& from,
                                  const exchange::SendMessage& message,
                                  exchange::ReplySink& sink) {
    const auto done = engine("om").OnSend(from, message, world_.wait_until, sink);
    world_.weather["om"].down = true;  // the receipt does not get through
    return done;
  };
  EXPECT_TRUE(Of(world_.AskAboutPersons(), "om").exchange->receipt_due);
  world_.weather["om"].down = false;
  ASSERT_TRUE(world_.RestartTruncated("gemeente").ok());
  const auto due = engine("gemeente").Tend();
  ASSERT_TRUE(due.ok());
  EXPECT_GE(*due, 1);  // those whose delivery the power cut forgot are due once more
  EXPECT_FALSE(exchange::AllIn(world_["om"].store())->front().receipt_seen);
}

TEST_F(RecoveryTest, TheRestIsServed) {
  Console officer(world_, "politie", "officer", exchange::Role::kOfficer);
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  EXPECT_FALSE(engine("politie").health().recovered);
  EXPECT_TRUE(engine("politie").health().log);
  const Value status = officer.Call("node.status", Value::Object{});
  EXPECT_FALSE(*status.Find("health")->Find("recovered")->AsBool());
  ASSERT_NE(status.Find("recovery"), nullptr);
  EXPECT_EQ(status.Find("recovery")->Find("missing")->AsArray()->size(), 3U);
  EXPECT_TRUE(*officer.Call("log.verify", Value::Object{}).Find("ok")->AsBool());
  officer.Call("log.show", Value::Object{});
  // Partners still get its status and give theirs.
  EXPECT_TRUE(*officer.Call("peer.test", Value::Object{{"party", "om"}}).Find("ok")->AsBool());
  Console other(world_, "om", "officer", exchange::Role::kOfficer);
  EXPECT_TRUE(*other.Call("peer.test", Value::Object{{"party", "politie"}}).Find("ok")->AsBool());
}

TEST_F(RecoveryTest, OnePartnerShortStaysBlockedAndTheLastOneEndsIt) {
  Console officer(world_, "politie", "officer", exchange::Role::kOfficer);
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  const auto lost = [&](const char* party) {
    world_.weather[party].down = true;
    auto result = officer.Try("recovery.declare_lost",
                              Value::Object{{"party", party}, {"reason", "Partner is opgeheven"}});
    world_.weather[party].down = false;
    return result;
  };
  EXPECT_FALSE(*lost("om").value.Find("ended")->AsBool());
  const engine::MethodResult second = lost("jongerenwerk");
  ASSERT_TRUE(second.ok) << second.error.message;
  EXPECT_FALSE(*second.value.Find("ended")->AsBool());
  EXPECT_THAT(*second.value.Find("missing")->AsArray(), testing::SizeIs(1));
  EXPECT_EQ(lost("om").error.reason, Reason::kRecoverySettled);
  EXPECT_EQ(lost("politie").error.reason, Reason::kPartyUnknown);
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_TRUE(Recovering("politie"));
  const size_t since = world_.recorded.size();
  EXPECT_TRUE(Of(world_.AskAboutPersons(), "politie").error.has_value());
  EXPECT_EQ(FramesFrom("politie", since), 0U);

  EXPECT_TRUE(*lost("gemeente").value.Find("ended")->AsBool());
  EXPECT_FALSE(Recovering("politie"));
  EXPECT_TRUE(engine("politie").health().recovered);
  EXPECT_THAT(Events("politie"),
              ElementsAre("recovery_started",
                          "recovery_lost om",
                          "recovery_lost jongerenwerk",
                          "request_held gemeente",
                          "recovery_lost gemeente",
                          "recovery_ended"));
  EXPECT_EQ(Of(world_.AskAboutPersons(2), "politie").exchange->state,
            exchange::OutState::kAnswered);
  EXPECT_GT(FramesFrom("politie", since), 0U);
  EXPECT_EQ(lost("om").error.reason, Reason::kRecoveryNone);
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_FALSE(Recovering("politie"));
}

TEST_F(RecoveryTest, OnlyAnOfficerDeclaresAPartnerLostAndSaysWhy) {
  Console admin(world_, "politie", "smit", exchange::Role::kAdmin);
  Console officer(world_, "politie", "officer", exchange::Role::kOfficer);
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  const engine::MethodResult refused =
      admin.Try("recovery.declare_lost", Value::Object{{"party", "om"}, {"reason", "Weg"}});
  EXPECT_EQ(refused.error.reason, Reason::kRoleNeeded);
  for (const std::string& reason : {std::string(), std::string(1001, 'x')}) {
    EXPECT_EQ(
        officer.Try("recovery.declare_lost", Value::Object{{"party", "om"}, {"reason", reason}})
            .error.code,
        ErrorCode::kMalformed);
  }
  EXPECT_THAT(Events("politie"), ElementsAre("recovery_started"));
  // The reason is kept sealed with who said it; no entry has it.
  world_.weather["om"].down = true;
  ASSERT_TRUE(
      officer.Try("recovery.declare_lost", Value::Object{{"party", "om"}, {"reason", "Opgeheven"}})
          .ok);
  const log::ExchangeLog& log = engine("politie").local_log();
  const auto bytes = log.EntryBytes(log.size() - 1);
  ASSERT_TRUE(bytes.ok());
  EXPECT_THAT(std::string(AsText(*bytes)), testing::Not(HasSubstr("Opgeheven")));
  EXPECT_TRUE(log.Entry(log.size() - 1)->sealed_digest.has_value());
}

TEST_F(RecoveryTest, ShowTellsWhoIsMissing) {
  Console officer(world_, "politie", "officer", exchange::Role::kOfficer);
  const Value none = officer.Call("recovery.show", Value::Object{});
  EXPECT_FALSE(*none.Find("recovering")->AsBool());
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  world_.weather["om"].down = true;
  officer.Call("recovery.declare_lost", Value::Object{{"party", "om"}, {"reason", "Weg"}});
  const Value shown = officer.Call("recovery.show", Value::Object{});
  EXPECT_TRUE(*shown.Find("recovering")->AsBool());
  std::vector<std::string> states;
  for (const Value& partner : *shown.Find("partners")->AsArray()) {
    states.push_back(*partner.Find("party")->AsString() + " " + *partner.Find("state")->AsString());
  }
  EXPECT_THAT(states, ElementsAre("gemeente missing", "jongerenwerk missing", "om lost"));
}

class RecoveryAskTest : public RecoveryTest {
 protected:
  // "party state" for everybody who was asked.
  static std::vector<std::string> StatesOf(const Value& asked) {
    std::vector<std::string> states;
    for (const Value& partner : *asked.Find("partners")->AsArray()) {
      states.push_back(*partner.Find("party")->AsString() + " " +
                       *partner.Find("state")->AsString());
    }
    return states;
  }
  Value Ask() { return officer_.Call("recovery.ask", Value::Object{}); }
  bool Ended(const Value& asked) { return *asked.Find("ended")->AsBool(); }

  // The party's data as it is now, and as it was: what a disk gives back that lost synced writes.
  std::map<RowName, Bytes> Keep(const std::string& party) { return AllRows(world_[party].store()); }
  void Rewind(const std::string& party, const std::map<RowName, Bytes>& rows) {
    store::Batch batch;
    for (const auto& [row, value] : AllRows(world_[party].store()))
      batch.Delete(row.first, row.second);
    for (const auto& [row, value] : rows)
      batch.Put(row.first, row.second, value);
    ASSERT_TRUE(world_[party].store().Write(batch, store::Durability::kSynced).ok());
  }

  Console officer_{world_, "politie", "officer", exchange::Role::kOfficer};
};

TEST_F(RecoveryAskTest, WhatPartnersReturnEndsIt) {
  world_.AskAboutPersons();
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  const Value asked = Ask();
  EXPECT_TRUE(Ended(asked));
  EXPECT_THAT(StatesOf(asked),
              ElementsAre("gemeente returned", "jongerenwerk returned", "om returned"));
  // Two exchanges: the gemeente holds both Answers of the politie and both receipts for Requests.
  const Value& gemeente = asked.Find("partners")->AsArray()->front();
  EXPECT_EQ(*gemeente.Find("entries")->AsInt(), 6);
  EXPECT_EQ(*gemeente.Find("statements")->AsInt(), 2);
  EXPECT_EQ(*gemeente.Find("receipts")->AsInt(), 2);
  EXPECT_EQ(*gemeente.Find("lacking")->AsInt(), 0);
  EXPECT_FALSE(Recovering("politie"));
  EXPECT_THAT(Events("politie"),
              ElementsAre("recovery_started",
                          "recovery_returned gemeente",
                          "recovery_returned jongerenwerk",
                          "recovery_returned om",
                          "recovery_ended"));
  const size_t since = world_.recorded.size();
  EXPECT_EQ(Of(world_.AskAboutPersons(), "politie").exchange->state, exchange::OutState::kAnswered);
  EXPECT_GT(FramesFrom("politie", since), 0U);
}

TEST_F(RecoveryAskTest, ARequesterIsProvedToo) {
  world_.AskAboutPersons();
  Console officer(world_, "gemeente", "officer", exchange::Role::kOfficer);
  ASSERT_TRUE(world_.RestartTruncated("gemeente").ok());
  const Value asked = officer.Call("recovery.ask", Value::Object{});
  EXPECT_TRUE(Ended(asked));
  for (const Value& partner : *asked.Find("partners")->AsArray())
    EXPECT_GE(*partner.Find("statements")->AsInt(), 1) << canon::Write(partner);
}

TEST_F(RecoveryAskTest, OnePartnerThatIsAwayStaysMissing) {
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  world_.weather["om"].down = true;
  const Value asked = Ask();
  EXPECT_FALSE(Ended(asked));
  EXPECT_THAT(StatesOf(asked),
              ElementsAre("gemeente returned", "jongerenwerk returned", "om missing"));
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_TRUE(Recovering("politie"));
  world_.weather["om"].down = false;
  const Value again = Ask();
  EXPECT_THAT(StatesOf(again), ElementsAre("om returned"));  // nobody is asked twice
  EXPECT_TRUE(Ended(again));
  EXPECT_EQ(officer_.Try("recovery.ask", Value::Object{}).error.reason, Reason::kRecoveryNone);
}

TEST_F(RecoveryAskTest, ALostAnswerIsProvedByWhoGotItAndNothingMovesAnyMore) {
  const auto before = Keep("politie");
  world_.AskAboutPersons();
  Rewind("politie", before);
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  const Value asked = Ask();
  EXPECT_FALSE(Ended(asked));
  EXPECT_THAT(StatesOf(asked),
              ElementsAre("gemeente differs", "jongerenwerk returned", "om returned"));
  // The Answer, and the receipt for the Request.
  EXPECT_EQ(*asked.Find("partners")->AsArray()->front().Find("lacking")->AsInt(), 2);
  // No word of an officer opens a log that is proved to be short.
  const engine::MethodResult lost =
      officer_.Try("recovery.declare_lost", Value::Object{{"party", "gemeente"}, {"reason", "-"}});
  EXPECT_EQ(lost.error.reason, Reason::kRecoveryDiffers);
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_THAT(*Ask().Find("partners")->AsArray(), IsEmpty());
  EXPECT_TRUE(Recovering("politie"));
}

TEST_F(RecoveryAskTest, ALostRequestIsProvedByWhoAnsweredIt) {
  Console officer(world_, "gemeente", "officer", exchange::Role::kOfficer);
  const auto before = Keep("gemeente");
  world_.AskAboutPersons();
  Rewind("gemeente", before);
  ASSERT_TRUE(world_.RestartTruncated("gemeente").ok());
  const Value asked = officer.Call("recovery.ask", Value::Object{});
  EXPECT_THAT(StatesOf(asked),
              ElementsAre("jongerenwerk differs", "om differs", "politie differs"));
}

// Who answers is not lost: nobody waves away a partner that can prove something.
TEST_F(RecoveryAskTest, APartnerThatAnswersIsSettledByItsAnswerThoughDeclaredLost) {
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  const Value declared =
      officer_.Call("recovery.declare_lost", Value::Object{{"party", "om"}, {"reason", "Weg"}});
  EXPECT_EQ(*declared.Find("state")->AsString(), "returned");
  EXPECT_THAT(Events("politie"), ElementsAre("recovery_started", "recovery_returned om"));
  world_.weather["jongerenwerk"].down = true;
  const Value lost = officer_.Call("recovery.declare_lost",
                                   Value::Object{{"party", "jongerenwerk"}, {"reason", "Weg"}});
  EXPECT_EQ(*lost.Find("state")->AsString(), "lost");
}

TEST_F(RecoveryAskTest, APartnerThatProvesALossIsNotDeclaredLost) {
  const auto before = Keep("politie");
  world_.AskAboutPersons();
  Rewind("politie", before);
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  const Value::Object declared{{"party", "gemeente"}, {"reason", "Weg"}};
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(officer_.Try("recovery.declare_lost", declared).error.reason,
              Reason::kRecoveryDiffers);
  }
  EXPECT_THAT(Events("politie"), ElementsAre("recovery_started", "recovery_returned gemeente"));
}

TEST_F(RecoveryAskTest, APartnerGivesWhatIsAboutTheCallerAndNothingElse) {
  world_.AskAboutPersons();
  std::string lines;
  ASSERT_TRUE(engine("gemeente")
                  .OnCopies("om",
                            [&](const std::string& path, ByteView bytes) -> Result<void> {
                              if (path == exchange::kCopiesEntries) lines += AsText(bytes);
                              return {};
                            })
                  .ok());
  std::istringstream in(lines);
  int count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    const auto entry = statement::Entry::Parse(line);
    ASSERT_TRUE(entry.ok());
    EXPECT_EQ(entry->peer, "om");
  }
  EXPECT_EQ(count, 3);
  EXPECT_THAT(lines, testing::Not(HasSubstr("politie")));
  const auto nothing = [](const std::string&, ByteView) -> Result<void> { return {}; };
  EXPECT_EQ(engine("gemeente").OnCopies("auditdienst", nothing).error().code, ErrorCode::kDenied);
  EXPECT_EQ(engine("gemeente").OnCopies("gemeente", nothing).error().code, ErrorCode::kDenied);
}

// What comes back is believed only as far as it is signed.
TEST_F(RecoveryAskTest, CopiesThatNoHonestNodeReturnsSettleNobody) {
  world_.AskAboutPersons();
  ASSERT_TRUE(world_.RestartTruncated("politie").ok());
  std::string checkpoint;
  std::string lines;
  const auto gather = [&](const std::string& path, ByteView bytes) -> Result<void> {
    (path == exchange::kCopiesEntries ? lines : checkpoint) += AsText(bytes);
    return {};
  };
  ASSERT_TRUE(engine("gemeente").OnCopies("politie", gather).ok());
  const exchange::Context& context = world_["politie"].lineage().context;
  const auto check = [&](const std::string& note,
                         const std::string& entries) -> Result<exchange::CheckedCopies> {
    exchange::CopyCheck one(context, "gemeente", engine("politie").LogKeys());
    TRY(one.Take("checkpoint", AsBytes(note)));
    TRY(one.Take("entries.jsonl", AsBytes(entries)));
    return one.Finish();
  };
  ASSERT_TRUE(check(checkpoint, lines).ok());
  EXPECT_EQ(check(checkpoint, lines)->missing, 0U);
  // No entries at all is what a partner has who never exchanged anything.
  EXPECT_TRUE(check(checkpoint, "").ok());
  EXPECT_FALSE(check("", lines).ok());
  const std::string foreign = engine("om").lineage()->log->Checkpoint();
  EXPECT_EQ(check(foreign, lines).error().code, ErrorCode::kDenied);
  for (size_t size = 1; size < lines.size(); size += 97) {
    const bool whole = lines[size - 1] == '\n';
    EXPECT_EQ(check(checkpoint, lines.substr(0, size)).ok(), whole) << size;
  }
  // An entry about somebody else, one whose signature is wrong, and another file.
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = lines;
    const size_t at = other.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return other.replace(at, from.size(), to);
  };
  EXPECT_EQ(check(checkpoint, changed(R"("peer":"politie")", R"("peer":"jongeren")")).error().code,
            ErrorCode::kDenied);
  EXPECT_FALSE(
      check(checkpoint, changed(R"("outcome":"accepted")", R"("outcome":"refused")")).ok());
  exchange::CopyCheck other(context, "gemeente", engine("politie").LogKeys());
  EXPECT_FALSE(other.Take("receipts.jsonl", {}).ok());
  exchange::CopyCheck endless(context, "gemeente", engine("politie").LogKeys());
  EXPECT_FALSE(endless.Take("entries.jsonl", Bytes(kMaxLogEntryBytes + 1, 'x')).ok());
}

// Without a covenant nobody can be asked; the partners of the one that is activated must be.
TEST(RecoveryWithoutCovenantTest, WaitsForThePartnersOfTheCovenantToCome) {
  World world{32};
  ASSERT_TRUE(world.RestartTruncated("politie").ok());
  world.SignAndActivate();
  EXPECT_FALSE(world["politie"].engine->recovery().CheckContent().ok());
  ASSERT_TRUE(world.Restart("politie").ok());
  EXPECT_FALSE(world["politie"].engine->recovery().CheckContent().ok());
}

}  // namespace
}  // namespace schakel::sim
