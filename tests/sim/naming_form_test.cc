// Who may know of a person's field in a coarser form only is told of nobody: a person is named by
// opening commitments to the values themselves.
#include <gtest/gtest.h>

#include "tests/sim/views.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

// P03 gives youth work the year of birth instead of the date.
std::string WithYear(std::string text) {
  const size_t rule = text.find("- id: P03");
  EXPECT_NE(rule, std::string::npos);
  const std::string date = "geboortedatum: plain}";
  text.replace(text.find(date, rule), date.size(), "geboortedatum: year}");
  const std::string expected = "geboortedatum: plain}, withheld: [adres, bsn], by: [P03]";
  const size_t test = text.find(expected);
  EXPECT_NE(test, std::string::npos);
  text.replace(test, date.size(), "geboortedatum: year}");
  return text;
}

const scan::PartnerPlan* PlanOf(const scan::Round& round, std::string_view party) {
  for (const scan::PartnerPlan& plan : round.partners) {
    if (plan.party == party) return &plan;
  }
  return nullptr;
}

TEST(NamingForm, NobodyIsNamedWhereAFieldMayGoCoarserOnly) {
  World world(20261211);
  world.edit_covenant = WithYear;
  world.RunToList();
  const ScanView scan = AskScan(world);
  const scan::PartnerPlan* const youth = PlanOf(scan.round, "jongerenwerk");
  const scan::PartnerPlan* const police = PlanOf(scan.round, "politie");
  ASSERT_NE(police, nullptr);
  EXPECT_FALSE(police->persons.empty()) << "those who may have the date are asked";
  ASSERT_NE(youth, nullptr);
  EXPECT_TRUE(youth->persons.empty());
  EXPECT_FALSE(youth->left_out.empty()) << "the list is not empty, and youth work is not asked";
  for (const scan::NamingDecision& left_out : youth->left_out)
    EXPECT_TRUE(left_out.fields.empty());
}

}  // namespace
}  // namespace schakel::sim
