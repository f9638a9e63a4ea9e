// What partners would see of one own person is what they get.
#include "node/exchange/visible.h"

#include <gtest/gtest.h>

#include "tests/sim/console.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

Uuid SubjectNamed(Party& party, const std::string& name) {
  Uuid found;
  int count = 0;
  EXPECT_TRUE(party.engine->records()
                  .ScanSubjects([&](const Uuid& id) {
                    const auto subject = party.engine->records().LoadSubject(id);
                    if (!subject) return true;
                    if (record::SpokenName(record::IdentityOf(*subject).naam) == name) {
                      found = id;
                      ++count;
                    }
                    return true;
                  })
                  .ok());
  EXPECT_EQ(count, 1) << name;
  return found;
}

class VisibleTest : public ::testing::Test {
 protected:
  VisibleTest() { world_.RunToList(); }
  std::vector<exchange::VisibleCell> Of(const Uuid& subject, const covenant::Facts& stated) {
    Party& politie = world_["politie"];
    auto cells = exchange::VisibleOf(politie.lineage().context,
                                     *politie.engine->covenants().view()->covenant,
                                     subject,
                                     stated,
                                     "gemeente",
                                     world_.clock.Now());
    EXPECT_TRUE(cells.ok());
    return *std::move(cells);
  }
  World world_{7};
  const covenant::Facts stated_{{"step", std::string("2B")}, {"listed", true}};
};

TEST_F(VisibleTest, IsWhatThePartnerReceivesOfEverybody) {
  Party& politie = world_["politie"];
  std::map<std::string, int64_t> expected;
  const scan::Round round = world_.AskAboutPersons();
  for (const scan::PartnerPlan& partner : round.partners) {
    if (partner.party != "politie" || !partner.received) continue;
    for (const record::Release& release : *partner.received)
      if (release.row) ++expected[release.category];
  }
  ASSERT_FALSE(expected.empty());
  // Over all own persons: at least what went about those on the list; nobody gets less.
  std::map<std::string, int64_t> visible;
  ASSERT_TRUE(politie.engine->records()
                  .ScanSubjects([&](const Uuid& id) {
                    for (const exchange::VisibleCell& cell : Of(id, stated_)) {
                      visible[cell.category] += cell.given;
                      int64_t refused = 0;
                      for (const auto& [why, count] : cell.refused)
                        refused += count;
                      EXPECT_EQ(cell.records, cell.given + cell.approval + refused);
                      EXPECT_EQ(cell.given > 0, !cell.fields.empty());
                    }
                    return true;
                  })
                  .ok());
  for (const auto& [category, count] : expected)
    EXPECT_GE(visible[category], count) << category;
}

TEST_F(VisibleTest, OneSuspectInFull) {
  const Uuid subject = SubjectNamed(world_["politie"], "Younes el Amrani");
  bool seen = false;
  for (const exchange::VisibleCell& cell : Of(subject, stated_)) {
    if (cell.category != "incident") continue;
    seen = true;
    EXPECT_EQ(cell.closed, "");
    EXPECT_GT(cell.given, 0);
    EXPECT_EQ(cell.fields.at("plaats"), std::set<std::string>{"coarse(buurt)"});
    EXPECT_FALSE(cell.fields.contains("toelichting"));
    EXPECT_TRUE(cell.withheld.contains("toelichting"));
  }
  EXPECT_TRUE(seen);
}

TEST_F(VisibleTest, WithoutTheStepTheCellIsClosedAndSaysSo) {
  const Uuid subject = SubjectNamed(world_["politie"], "Younes el Amrani");
  for (const exchange::VisibleCell& cell : Of(subject, {})) {
    EXPECT_FALSE(cell.closed.empty()) << cell.category;
    EXPECT_EQ(cell.given, 0);
    EXPECT_TRUE(cell.fields.empty());
  }
}

TEST_F(VisibleTest, NobodyIsNotFound) {
  Party& politie = world_["politie"];
  const auto cells = exchange::VisibleOf(politie.lineage().context,
                                         *politie.engine->covenants().view()->covenant,
                                         Uuid{},
                                         stated_,
                                         "",
                                         world_.clock.Now());
  ASSERT_FALSE(cells.ok());
  EXPECT_EQ(cells.error().code, ErrorCode::kNotFound);
}

TEST_F(VisibleTest, AsAContributorAsksTheNode) {
  Console contributor(world_, "politie", "infodesk", exchange::Role::kContributor);
  const uint64_t before = world_["politie"].engine->local_log().size();
  const canon::Value::Object asked{
      {"name", "el Amrani, Younes"},
      {"birth", "2009-02-24"},
      {"party", "gemeente"},
      {"facts", canon::Value::Object{{"step", "2B"}, {"listed", "true"}}}};
  const canon::Value shown = contributor.Call("person.visible", asked);
  EXPECT_EQ(*shown.Find("found")->AsString(), "matched");
  int64_t given = 0;
  for (const canon::Value& cell : *shown.Find("cells")->AsArray()) {
    EXPECT_EQ(*cell.Find("to")->AsString(), "gemeente");
    if (*cell.Find("category")->AsString() == "incident") given = *cell.Find("given")->AsInt();
  }
  EXPECT_GT(given, 0);
  // Looking at somebody is an event.
  EXPECT_EQ(world_["politie"].engine->local_log().size(), before + 1);

  EXPECT_EQ(
      *contributor.Call("person.visible", {{"name", "Niemand Bestaat"}}).Find("found")->AsString(),
      "none");
  for (const canon::Value::Object& wrong :
       {canon::Value::Object{{"name", "el Amrani, Younes"}, {"party", "zorg"}},
        canon::Value::Object{{"name", "el Amrani, Younes"}, {"birth", "24-02-2009"}},
        canon::Value::Object{{"name", "el Amrani, Younes"},
                             {"facts", canon::Value::Object{{"age", "12"}}}},
        canon::Value::Object{{"name", "el Amrani, Younes"},
                             {"facts", canon::Value::Object{{"step", "9"}}}},
        canon::Value::Object{{"naam", "x"}}}) {
    EXPECT_FALSE(contributor.Try("person.visible", wrong).ok);
  }
  Console admin(world_, "politie", "beheer", exchange::Role::kAdmin);
  EXPECT_FALSE(admin.Try("person.visible", asked).ok);
}

}  // namespace
}  // namespace schakel::sim
