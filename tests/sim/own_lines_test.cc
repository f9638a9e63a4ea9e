// The gemeente's own decisions about whom it names stand under its Request: shown to the regisseur
// and the officer of the party that asked, and to nobody else.
#include <gtest/gtest.h>

#include "tests/sim/console.h"

namespace schakel::sim {
namespace {

using canon::Value;
using exchange::Role;

constexpr const char* kRef = "VLD-2026-001/2@om";

class OwnLinesTest : public testing::Test {
 protected:
  OwnLinesTest() : world_(72) {
    world_.RunToList();
    round_ = world_.AskAboutPersons();
  }
  Value Shown(const std::string& party, Role role, const std::string& ref = kRef) {
    return Console(world_, party, "somebody", role).Call("exchange.show", {{"ref", ref}});
  }
  const scan::PartnerPlan& Partner(std::string_view party) const {
    for (const scan::PartnerPlan& partner : round_.partners) {
      if (partner.party == party) return partner;
    }
    ADD_FAILURE() << "no partner " << party;
    return round_.partners.front();
  }
  World world_;
  scan::Round round_;
};

TEST_F(OwnLinesTest, TheRegisseurSeesOneLinePerListedPersonWithItsOutcome) {
  const Value shown = Shown("gemeente", Role::kRegisseur);
  ASSERT_NE(shown.Find("lines"), nullptr);
  const Value::Array& lines = *shown.Find("lines")->AsArray();
  const scan::PartnerPlan& om = Partner("om");
  ASSERT_EQ(lines.size(), om.persons.size() + om.left_out.size());
  int64_t named = 0;
  for (const Value& line : lines) {
    const Value& record = line.Find("records")->AsArray()->front();
    EXPECT_EQ(*record.Find("category")->AsString(), "persoon");
    named += *record.Find("outcome")->AsString() == "RELEASED" ? 1 : 0;
  }
  EXPECT_EQ(named, static_cast<int64_t>(om.persons.size()));
  EXPECT_GT(named, 0);
}

TEST_F(OwnLinesTest, TheOfficerSeesThemToo) {
  EXPECT_NE(Shown("gemeente", Role::kOfficer).Find("lines"), nullptr);
}

TEST_F(OwnLinesTest, AnObserverAndAnInfodeskDoNot) {
  EXPECT_EQ(Shown("gemeente", Role::kObserver).Find("lines"), nullptr);
  EXPECT_EQ(Shown("gemeente", Role::kContributor).Find("lines"), nullptr);
}

TEST_F(OwnLinesTest, WhatAContributorDecidedStaysWithItsOwnPeople) {
  EXPECT_NE(Shown("om", Role::kContributor).Find("lines"), nullptr);
  EXPECT_EQ(Shown("om", Role::kRegisseur).Find("lines"), nullptr);
}

TEST_F(OwnLinesTest, ARequestThatNamedNobodyHasNone) {
  const Value shown = Shown("gemeente", Role::kRegisseur, "VLD-2026-001/1@politie");
  ASSERT_NE(shown.Find("lines"), nullptr);
  EXPECT_TRUE(shown.Find("lines")->AsArray()->empty());
}

}  // namespace
}  // namespace schakel::sim
