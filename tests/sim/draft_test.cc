// What a draft tells before anything is sent: what is left to ask this quarter, and until when an
// answer would be waited for.
#include <gtest/gtest.h>

#include "node/exchange/budget.h"
#include "tests/sim/console.h"

namespace schakel::sim {
namespace {

using canon::Value;

constexpr const char* kGroup = "VLD-2026-001";

class DraftTest : public testing::Test {
 protected:
  DraftTest() : world_(71) {
    world_.RunToList();
    regisseur_.emplace(world_, "gemeente", "deboer", exchange::Role::kRegisseur);
  }
  Value Draft() { return regisseur_->Call("scan.request", {{"ref", kGroup}, {"send", false}}); }
  Value Send(const std::string& ref) {
    return regisseur_->Call("scan.request",
                            {{"ref", ref}, {"send", true}, {"motivation", "Voor het overleg"}});
  }
  static const Value& PartnerIn(const Value& round, std::string_view party) {
    for (const Value& partner : *round.Find("partners")->AsArray()) {
      if (*partner.Find("party")->AsString() == party) return partner;
    }
    ADD_FAILURE() << "no partner " << party;
    return round;
  }
  static int64_t BudgetOf(const Value& round, std::string_view party, const char* what) {
    return *PartnerIn(round, party).Find("budget")->Find(what)->AsInt();
  }
  World world_;
  std::optional<Console> regisseur_;
};

TEST_F(DraftTest, CountsEachPersonOnceAQuarterAndPerPartner) {
  const Value before = Draft();
  EXPECT_EQ(BudgetOf(before, "politie", "spent"), 0);
  EXPECT_EQ(BudgetOf(before, "politie", "left"), 60);
  EXPECT_EQ(BudgetOf(before, "politie", "limit"), 60);
  const int64_t persons = *PartnerIn(before, "politie").Find("persons")->AsInt();
  ASSERT_GT(persons, 0);
  // Who does not answer has counted nothing, and nor have we.
  world_.weather["om"].down = true;
  Send(kGroup);
  world_.weather["om"].down = false;
  const Value once = Draft();
  EXPECT_EQ(BudgetOf(once, "politie", "spent"), persons);
  EXPECT_EQ(BudgetOf(once, "politie", "left"), 60 - persons);
  EXPECT_EQ(BudgetOf(once, "om", "spent"), 0);
  Send(kGroup);
  EXPECT_EQ(BudgetOf(Draft(), "politie", "spent"), persons);
  EXPECT_EQ(BudgetOf(Draft(), "om", "spent"), *PartnerIn(Draft(), "om").Find("persons")->AsInt());
}

TEST_F(DraftTest, CountsAsThePartnerDoes) {
  Send(kGroup);
  const Instant now = world_.clock.Now();
  for (const char* partner : {"politie", "om", "jongerenwerk"}) {
    const auto& context = world_[partner].lineage().context;
    const Day today = DayOf(now, context.covenants.view()->document().zone);
    const auto there =
        exchange::Budget(context.store, context.keys).Spent("gemeente", kGroup, today);
    const auto here =
        world_["gemeente"].lineage().requester.PersonsThisQuarter(partner, kGroup, now);
    ASSERT_TRUE(there && here);
    EXPECT_EQ(*there, *here) << partner;
    EXPECT_GT(*there, 0) << partner;
  }
}

TEST_F(DraftTest, AnotherQuarterAndAnotherGroupBeginAnew) {
  Send(kGroup);
  const Instant now = world_.clock.Now();
  const auto& requester = world_["gemeente"].lineage().requester;
  EXPECT_GT(*requester.PersonsThisQuarter("politie", kGroup, now), 0);
  EXPECT_EQ(*requester.PersonsThisQuarter("politie", kGroup, now + std::chrono::days{92}), 0);
  EXPECT_EQ(*requester.PersonsThisQuarter("politie", "VLD-2026-002", now), 0);
  EXPECT_EQ(*requester.PersonsThisQuarter("gemeente", kGroup, now), 0);
}

TEST_F(DraftTest, TellsTheDeadlineThatTheRequestWillHave) {
  const Value draft = Draft();
  EXPECT_EQ(*draft.Find("answer_by")->AsInt(),
            ToMillis(world_.clock.Now() + std::chrono::days{14}));
  const Value sent = Send(kGroup);
  EXPECT_EQ(sent.Find("answer_by"), nullptr);
  const auto rows = exchange::AllOut(world_["gemeente"].store());
  ASSERT_TRUE(rows.ok());
  for (const exchange::OutRow& row : *rows) {
    if (row.about_persons) {
      EXPECT_EQ(ToMillis(row.expires), *draft.Find("answer_by")->AsInt());
    }
  }
}

}  // namespace
}  // namespace schakel::sim
