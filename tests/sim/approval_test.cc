// Cells that wait for an approval: nothing goes before a person at the giver said so, nothing but
// what that person saw goes after, and the asker cannot tell an approval of nothing from a refusal.
#include <algorithm>

#include <gtest/gtest.h>

#include "node/base/reason.h"
#include "node/covenant/decide.h"
#include "node/exchange/approvals.h"
#include "node/record/import.h"
#include "node/record/mapping.h"
#include "tests/sim/amend.h"
#include "tests/sim/approving.h"
#include "tests/sim/console.h"
#include "tests/sim/views.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

using canon::Value;
using exchange::OutState;
using statement::CellState;

class ApprovalTest : public ::testing::Test {
 protected:
  ApprovalTest() {
    world_.edit_covenant = WithApproval;
    world_.RunToList();
  }

  exchange::OutRow Of(const scan::Round& round, std::string_view party = "politie") {
    for (const scan::PartnerPlan& partner : round.partners) {
      if (partner.party == party && partner.exchange) return *partner.exchange;
    }
    ADD_FAILURE() << "no exchange with " << party;
    return {};
  }
  std::vector<record::Release> Received(const exchange::OutRow& row, std::string_view category) {
    auto all = world_["gemeente"].lineage().requester.Received(row.exchange);
    EXPECT_TRUE(all.ok());
    std::erase_if(*all,
                  [&](const record::Release& release) { return release.category != category; });
    return *std::move(all);
  }
  Value Look(Console& console) {
    return console.Call("inbox.show", Value::Object{{"ref", ref_}, {"category", "mutatie"}});
  }
  static std::string Seen(const Value& look) { return *look.Find("seen")->AsString(); }
  engine::MethodResult Decide(Console& console,
                              const std::string& seen,
                              const std::string& decision = "approve",
                              Value::Array without = {}) {
    Value::Object params{
        {"ref", ref_}, {"category", "mutatie"}, {"decision", decision}, {"seen", seen}};
    if (!without.empty()) params["without"] = without;
    if (!without.empty() || decision == "refuse") params["reason"] = "herleidbaar";
    return console.Try("inbox.decide", params);
  }
  // The same question once more.
  exchange::OutRow Again() { return Of(world_.AskAboutPersons(2)); }
  size_t Items(const Value& look) { return look.Find("items")->AsArray()->size(); }

  const std::string ref_ = std::string(kGroup) + "/2@politie";
  World world_{20261204};
};

TEST_F(ApprovalTest, WaitsForEverybodyAndGivesTheRestAtOnce) {
  const ScanView scan = AskScan(world_);
  const exchange::OutRow row = Of(scan.round);
  EXPECT_EQ(row.state, OutState::kPending);
  EXPECT_EQ(row.cells.at("mutatie"), (statement::Cell{CellState::kPending, "APPROVAL"}));
  EXPECT_EQ(row.cells.at("incident").state, CellState::kReleased);
  EXPECT_FALSE(Received(row, "incident").empty());
  EXPECT_TRUE(Received(row, "mutatie").empty());
  EXPECT_TRUE(scan.round.Incomplete());
  EXPECT_EQ(scan.Gap("politie", "mutatie").stand, report::Stand::kPending);
  ASSERT_TRUE(scan.Gap("politie", "mutatie").deadline.has_value());
  // Known or not: whoever was asked about waits.
  for (const report::Person& person : scan.report.persons) {
    const report::Stand stand = scan.Cell(person, "politie", "mutatie");
    EXPECT_TRUE(stand == report::Stand::kPending || stand == report::Stand::kNotAsked);
  }
}

TEST_F(ApprovalTest, GivesWhatWasApprovedAndKeepsWhatCameFirst) {
  const exchange::OutRow first = Of(world_.AskAboutPersons());
  const auto incidents = Received(first, "incident");
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  const Value list = approver.Call("inbox.list", {});
  ASSERT_EQ(list.Find("waiting")->AsArray()->size(), 1U);
  const Value look = Look(approver);
  ASSERT_GT(Items(look), 1U);
  EXPECT_TRUE(Decide(approver, Seen(look)).ok);
  EXPECT_EQ(EventsOf(world_, "politie", "approval_given"), 1);
  const exchange::OutRow row = Again();
  EXPECT_EQ(row.exchange, first.exchange);
  EXPECT_EQ(row.state, OutState::kAnswered);
  EXPECT_EQ(Received(row, "incident"), incidents);
  const auto given = Received(row, "mutatie");
  EXPECT_EQ(given.size(), Items(look));
  size_t texts = 0;
  for (const record::Release& release : given)
    texts += release.fields.contains("toelichting") ? 1U : 0U;
  EXPECT_GT(texts, 0U);
  // Nothing more waits, at either side.
  EXPECT_TRUE(approver.Call("inbox.list", {}).Find("waiting")->AsArray()->empty());
  EXPECT_EQ(Again().state, OutState::kAnswered);
  // Each release of either answer can be proved by its giver.
  const auto& giver = world_["politie"].lineage().contributor;
  const auto all = world_["gemeente"].lineage().requester.Received(row.exchange);
  ASSERT_TRUE(all.ok());
  for (const record::Release& release : *all) {
    const Bytes bytes =
        *record::EncodeRelease(release, world_["politie"].engine->covenants().view()->document());
    EXPECT_TRUE(giver.ProveGiven("gemeente", row.exchange, bytes).ok());
  }
}

TEST_F(ApprovalTest, GivesNothingWithoutADecisionHoweverOftenItIsAsked) {
  const exchange::OutRow first = Of(world_.AskAboutPersons());
  const uint64_t entries = world_["politie"].lineage().log->size();
  const exchange::OutRow again = Again();
  EXPECT_EQ(again.state, OutState::kPending);
  EXPECT_EQ(again.answer, first.answer);
  // Asking again whether it was decided is no entry of its own.
  EXPECT_EQ(world_["politie"].lineage().log->size(), entries);
  EXPECT_TRUE(Received(again, "mutatie").empty());
}

TEST_F(ApprovalTest, LooksTheSameToTheAskerWhateverKeptItAtHome) {
  const exchange::OutRow first = Of(world_.AskAboutPersons());
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  ASSERT_TRUE(Decide(approver, Seen(Look(approver)), "refuse").ok);
  const exchange::OutRow refused = Again();
  EXPECT_EQ(refused.exchange, first.exchange);
  EXPECT_EQ(refused.state, OutState::kAnswered);
  EXPECT_EQ(refused.cells.at("mutatie"), (statement::Cell{CellState::kReleased, "OK"}));
  EXPECT_TRUE(Received(refused, "mutatie").empty());
}

TEST_F(ApprovalTest, ClosesAtTheDeadlineAsIfThereWasNothing) {
  world_.AskAboutPersons();
  world_.clock.Advance(std::chrono::days{3} - std::chrono::minutes{2});
  GreetAll(world_);
  EXPECT_EQ(Again().state, OutState::kPending);
  world_.clock.Advance(std::chrono::minutes{2});
  GreetAll(world_);
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  EXPECT_TRUE(approver.Call("inbox.list", {}).Find("waiting")->AsArray()->empty());
  const engine::MethodResult late =
      approver.Try("inbox.show", Value::Object{{"ref", ref_}, {"category", "mutatie"}});
  EXPECT_EQ(late.error.reason, Reason::kApprovalNone);
  const exchange::OutRow row = Again();
  EXPECT_EQ(row.state, OutState::kAnswered);
  EXPECT_EQ(row.cells.at("mutatie"), (statement::Cell{CellState::kReleased, "OK"}));
  EXPECT_TRUE(Received(row, "mutatie").empty());
}

TEST_F(ApprovalTest, LeavesOutWhatTheApproverLeavesOut) {
  world_.AskAboutPersons();
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  const Value look = Look(approver);
  const engine::MethodResult bare = approver.Try("inbox.decide",
                                                 Value::Object{{"ref", ref_},
                                                               {"decision", "approve"},
                                                               {"seen", Seen(look)},
                                                               {"without", Value::Array{1}}});
  EXPECT_FALSE(bare.ok);
  EXPECT_EQ(bare.error.reason, Reason::kApprovalReason);
  const auto beyond = static_cast<int64_t>(Items(look)) + 1;
  EXPECT_FALSE(Decide(approver, Seen(look), "approve", {beyond}).ok);
  ASSERT_TRUE(Decide(approver, Seen(look), "approve", {1}).ok);
  EXPECT_EQ(Received(Again(), "mutatie").size(), Items(look) - 1);
}

TEST_F(ApprovalTest, KeepsAtHomeWhatChangedSinceItWasApproved) {
  world_.AskAboutPersons();
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  const Value look = Look(approver);
  ASSERT_TRUE(Decide(approver, Seen(look)).ok);
  // The first one's text, and nothing else, is another one now.
  engine::Engine& politie = *world_["politie"].engine;
  const covenant::Document& document = politie.covenants().view()->document();
  const std::string path = std::string(SCHAKEL_DEMO_DATA) + "/politie/mapping/mutaties.yaml";
  auto mapping = record::ParseMapping(ReadFile(path), path, document);
  ASSERT_TRUE(mapping.mapping.has_value());
  std::string csv = ReadTestFile("veldrijk/politie/mutaties.csv");
  const std::string text = "Stuurt kleinere jongens aan";
  ASSERT_NE(csv.find(text), std::string::npos);
  csv.replace(csv.find(text), text.size(), "Staat bij kleinere jongens");
  auto importer =
      record::Importer::Start(politie.records(), document, *mapping.mapping, "mutaties.csv", {});
  ASSERT_TRUE(importer.ok());
  ASSERT_TRUE((*importer)->Push(AsBytes(csv)).ok());
  const auto report = (*importer)->Finish();
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->revised, 1);
  const auto given = Received(Again(), "mutatie");
  EXPECT_EQ(given.size(), Items(look) - 1);
  for (const record::Release& release : given) {
    const auto read = release.fields.find("toelichting");
    ASSERT_NE(read, release.fields.end());
    EXPECT_EQ(std::get<std::string>(read->second).find("kleinere jongens"), std::string::npos);
  }
}

TEST_F(ApprovalTest, NeedsTheRoleAndTheLookOfThisMoment) {
  world_.AskAboutPersons();
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  Console contributor(world_, "politie", "jansen2", exchange::Role::kContributor);
  Console admin(world_, "politie", "beheer", exchange::Role::kAdmin);
  const std::string seen = Seen(Look(approver));
  const engine::MethodResult role = Decide(contributor, seen);
  EXPECT_FALSE(role.ok);
  EXPECT_EQ(role.error.reason, Reason::kApprovalRole);
  EXPECT_FALSE(admin.Try("inbox.list", {}).ok);
  const engine::MethodResult other = Decide(approver, std::string(64, '0'));
  EXPECT_FALSE(other.ok);
  EXPECT_EQ(other.error.reason, Reason::kApprovalChanged);
  ASSERT_TRUE(Decide(approver, seen).ok);
  const engine::MethodResult twice = Decide(approver, seen, "refuse");
  EXPECT_FALSE(twice.ok);
  EXPECT_EQ(twice.error.reason, Reason::kApprovalDecided);
}

TEST_F(ApprovalTest, AnApprovalEndsAndIsAskedForAgain) {
  world_.AskAboutPersons();
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  ASSERT_TRUE(Decide(approver, Seen(Look(approver))).ok);
  world_.clock.Advance(std::chrono::days{1});
  GreetAll(world_);
  const exchange::OutRow row = Again();
  EXPECT_EQ(row.state, OutState::kPending);
  EXPECT_TRUE(Received(row, "mutatie").empty());
  const Value look = Look(approver);
  EXPECT_TRUE(Decide(approver, Seen(look)).ok);
  EXPECT_EQ(Received(Again(), "mutatie").size(), Items(look));
}

TEST_F(ApprovalTest, LapsesWithTheVersionThatItWasAskedUnder) {
  const exchange::OutRow first = Of(world_.AskAboutPersons());
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  ASSERT_TRUE(Decide(approver, Seen(Look(approver))).ok);
  const std::string next = NextVersion(world_.covenant(), world_.clock.Now());
  ActivateEverywhere(world_, world_.covenant(), next);
  GreetAll(world_);
  EXPECT_TRUE(approver.Call("inbox.list", {}).Find("waiting")->AsArray()->empty());
  const exchange::OutRow row = Again();
  EXPECT_EQ(row.exchange, first.exchange);
  EXPECT_EQ(row.state, OutState::kAnswered);
  EXPECT_EQ(row.cells.at("mutatie"), (statement::Cell{CellState::kRefused, "LAPSED"}));
  EXPECT_TRUE(Received(row, "mutatie").empty());
  // What came before stays.
  EXPECT_FALSE(Received(row, "incident").empty());
}

TEST_F(ApprovalTest, LapsesWhenAPartyRevokes) {
  world_.AskAboutPersons();
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  ASSERT_TRUE(Decide(approver, Seen(Look(approver))).ok);
  ASSERT_TRUE(world_["politie"]
                  .engine->AddToCovenant({{RevokeBy(world_, "om", world_.covenant())}, {}, ""}, "x")
                  .ok());
  GreetAll(world_);
  const exchange::OutRow row = Again();
  EXPECT_NE(row.state, OutState::kPending);
  EXPECT_EQ(row.cells.at("mutatie"), (statement::Cell{CellState::kRefused, "LAPSED"}));
  EXPECT_TRUE(Received(row, "mutatie").empty());
}

TEST_F(ApprovalTest, IsTakenOnceWhenASideIsCutOff) {
  world_.AskAboutPersons();
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  const Value look = Look(approver);
  ASSERT_TRUE(Decide(approver, Seen(look)).ok);
  world_.weather["politie"].cut_after_frames = 0;
  EXPECT_EQ(Again().state, OutState::kPending);
  world_.weather["politie"] = {};
  ASSERT_TRUE(world_.Restart("politie").ok());
  ASSERT_TRUE(world_.Restart("gemeente").ok());
  const exchange::OutRow row = Again();
  EXPECT_EQ(row.state, OutState::kAnswered);
  EXPECT_EQ(Received(row, "mutatie").size(), Items(look));
  // Request, two answers and a receipt; at the giver a receipt for each.
  const auto entries = [&](std::string_view party) {
    return world_[party].lineage().log->FindExchange(row.exchange)->size();
  };
  EXPECT_EQ(entries("gemeente"), 4U);
  EXPECT_EQ(entries("politie"), 5U);
}

TEST_F(ApprovalTest, LapsesWhenTheSecondAnswerDidNotComeAcrossInTime) {
  world_.AskAboutPersons();
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  ASSERT_TRUE(Decide(approver, Seen(Look(approver))).ok);
  world_.weather["politie"].cut_after_frames = 0;
  EXPECT_EQ(Again().state, OutState::kPending);
  world_.weather["politie"] = {};
  ASSERT_TRUE(world_["politie"]
                  .engine->AddToCovenant({{RevokeBy(world_, "om", world_.covenant())}, {}, ""}, "x")
                  .ok());
  GreetAll(world_);
  const exchange::OutRow row = Again();
  EXPECT_EQ(row.state, OutState::kAnswered);
  EXPECT_EQ(row.cells.at("mutatie"), (statement::Cell{CellState::kRefused, "LAPSED"}));
  EXPECT_TRUE(Received(row, "mutatie").empty());
  EXPECT_FALSE(Received(row, "incident").empty());
}

TEST_F(ApprovalTest, KeepsItsSecretsUntilItIsSettledAndNoLonger) {
  world_.AskAboutPersons();
  world_.clock.Advance(std::chrono::hours{25});
  GreetAll(world_);
  for (const char* const party : {"gemeente", "politie"})
    ASSERT_TRUE(world_[party].lineage().requester.ShredSecrets(world_.clock.Now()).ok());
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  const Value look = Look(approver);
  ASSERT_TRUE(Decide(approver, Seen(look)).ok);
  const exchange::OutRow row = Again();
  EXPECT_EQ(Received(row, "mutatie").size(), Items(look));
  for (const char* const party : {"gemeente", "politie"}) {
    ASSERT_TRUE(world_[party].lineage().requester.ShredSecrets(world_.clock.Now()).ok());
    EXPECT_FALSE(
        exchange::GetPrivate(
            world_[party].store(), world_[party].engine->keys(), "body", "gemeente", row.exchange)
            .ok());
  }
}

TEST_F(ApprovalTest, AnAskerRefusesWhatWasNotWaitedFor) {
  world_.interceptors["politie"] = [&](const std::string& from,
                                       const exchange::SendMessage& message,
                                       exchange::ReplySink& sink) {
    class Promoting final : public exchange::ReplySink {
     public:
      Promoting(World& world, exchange::ReplySink& to) : world_(world), to_(to) {}
      Result<void> OnOpening(const exchange::Opening& opening) override {
        // The same answer, with the waiting cell called released.
        auto answer = *statement::ParseAs<statement::Answer>(
            *statement::SignedStatement::Parse(opening.answer));
        if (answer.cells.contains("mutatie"))
          answer.cells["mutatie"] = {CellState::kReleased, "OK"};
        const crypto::SigningKey* const signers[] = {world_["politie"].statement_key.get()};
        exchange::Opening forged = opening;
        forged.answer =
            statement::SignedStatement::Sign(statement::Type::kAnswer, answer.ToValue(), signers)
                .Encode();
        return to_.OnOpening(forged);
      }
      Result<void> OnFrame(ByteView frame) override { return to_.OnFrame(frame); }

     private:
      World& world_;
      exchange::ReplySink& to_;
    };
    Promoting promoting(world_, sink);
    return world_["politie"].engine->OnSend(from, message, world_.wait_until, promoting);
  };
  const exchange::OutRow row = Of(world_.AskAboutPersons());
  EXPECT_EQ(row.state, OutState::kQuarantined);
  EXPECT_EQ(row.code, "RECHECK_FAILED");
}

}  // namespace
}  // namespace schakel::sim
