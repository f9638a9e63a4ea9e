// Whom the asker may not name to a partner: left out of the round, and that is a decision of its
// own, sealed under the Request like those about the persons whom it names.
#include <gtest/gtest.h>

#include "tests/sim/forge.h"
#include "tests/sim/views.h"

namespace schakel::sim {
namespace {

TEST(LeftOutTest, HasALineOfTheAskersOwnDecisionAndIsNotNamed) {
  World world(93);
  world.RunToList();
  // A second source of the gemeente shields the address of one listed person: sources that differ
  // leave that unknown, and the unknown is not named.
  record::NewRecord shielded = Incident(Invented("Younes", {2009, 2, 24}, "999901011"), "0001");
  shielded.category = "overlastmelding";
  shielded.source = "melddesk";
  shielded.meta = {{"betrokkenheid", std::string("contact")}};
  shielded.person->person.naam = {"Younes", "el", "Amrani"};
  shielded.person->attributes["afgeschermd"] = true;
  PutRecords(world, "gemeente", {shielded});

  const ScanView scan = AskScan(world);
  ASSERT_FALSE(scan.round.partners.empty());
  for (const scan::PartnerPlan& partner : scan.round.partners) {
    SCOPED_TRACE(partner.party);
    ASSERT_FALSE(partner.persons.empty());
    ASSERT_EQ(partner.left_out.size(), 1U);
    const std::vector<PersonLine> lines =
        LinesAt(world, "gemeente", "gemeente", scan.exchange(partner.party).exchange);
    ASSERT_EQ(lines.size(), partner.persons.size() + 1);
    for (size_t i = 0; i < lines.size(); ++i) {
      ASSERT_EQ(lines[i].records.size(), 1U) << i;
      const bool named = i < partner.persons.size();
      EXPECT_EQ(lines[i].records[0].outcome, named ? "RELEASED" : "WITHHELD") << i;
    }
    const RecordLine& decided = lines.back().records[0];
    EXPECT_EQ(decided.category, "persoon");
    EXPECT_EQ(decided.code, "FACT_UNKNOWN");
    EXPECT_TRUE(decided.fields.empty());
    const std::string row = ToString(partner.left_out[0].body.row);
    EXPECT_EQ(BodyTo(world, scan, partner.party).find(row), std::string::npos);
  }
}

}  // namespace
}  // namespace schakel::sim
