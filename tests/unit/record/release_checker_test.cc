#include <gtest/gtest.h>

#include "node/crypto/entropy.h"
#include "node/record/release.h"
#include "tests/unit/record/policy.h"

namespace schakel::record {
namespace {

const ReleaseAxes kAxes{"politie", "gemeente", "groepsscan"};

class ReleaseCheckerTest : public testing::Test {
 protected:
  ReleaseCheckerTest()
      : covenant_((crypto::Init(), LoadCovenant())),
        now_(FirstInstantOf(Day{std::chrono::year{2026} / 6 / 15}, Zone::kAmsterdam)),
        checker_(*covenant_, kAxes, stated_, now_) {}

  Release Incident() {
    Release release;
    release.id = MakeUuidV4(entropy_);
    release.category = "incident";
    release.row = MakeUuidV4(entropy_);
    release.by = {"I01"};
    release.retain = *ParsePeriod("P3M");
    release.fields = {{"datum", std::string("2026-02")},
                      {"plaats", std::string("BU99990102")},
                      {"soort", std::string("1.4.5")}};
    return release;
  }

  // Asked after a release that made the label known, of a checker that has seen none, and without
  // one: the same.
  bool Passes(const Release& release) {
    const bool again = checker_.Check(release).ok();
    EXPECT_EQ(ReleaseChecker(*covenant_, kAxes, stated_, now_).Check(release).ok(), again);
    EXPECT_EQ(CheckRelease(release, *covenant_, kAxes, stated_, now_).ok(), again);
    return again;
  }

  crypto::SystemEntropy entropy_;
  std::unique_ptr<const covenant::Covenant> covenant_;
  covenant::Facts stated_{{"listed", true}, {"step", std::string("2B")}};
  Instant now_;
  ReleaseChecker checker_;
};

TEST_F(ReleaseCheckerTest, TakesManyOfOneLabel) {
  EXPECT_TRUE(Passes(Incident()));
  EXPECT_TRUE(Passes(Incident()));
  Release other = Incident();
  other.fields["datum"] = std::string("2026-03");
  EXPECT_TRUE(Passes(other));
}

TEST_F(ReleaseCheckerTest, RefusesAValueInAFinerFormUnderAKnownLabel) {
  ASSERT_TRUE(Passes(Incident()));
  Release finer = Incident();
  finer.fields["datum"] = *ParseIsoDate("2026-02-03");
  EXPECT_FALSE(Passes(finer));
}

TEST_F(ReleaseCheckerTest, RefusesAMissingRowUnderAKnownLabel) {
  ASSERT_TRUE(Passes(Incident()));
  Release nobody = Incident();
  nobody.row.reset();
  EXPECT_FALSE(Passes(nobody));
}

TEST_F(ReleaseCheckerTest, EveryPartOfTheLabelCounts) {
  ASSERT_TRUE(Passes(Incident()));
  Release changed = Incident();
  changed.by = {"A01"};
  EXPECT_FALSE(Passes(changed));
  changed = Incident();
  changed.by = {"I01", "I01"};
  EXPECT_FALSE(Passes(changed));
  changed = Incident();
  changed.category = "antecedent";
  EXPECT_FALSE(Passes(changed));
  changed = Incident();
  changed.retain = *ParsePeriod("P4M");
  EXPECT_FALSE(Passes(changed));
  changed = Incident();
  changed.onward = {"om"};
  EXPECT_FALSE(Passes(changed));
  changed = Incident();
  changed.fields["toelichting"] = std::string("x");
  EXPECT_FALSE(Passes(changed));
  EXPECT_TRUE(Passes(Incident()));
}

// A category of counts beside the others.
TEST(CountReleaseTest, IsHeldToWhatACountIs) {
  crypto::Init();
  auto covenant = LoadCovenant();
  ASSERT_NE(covenant, nullptr);
  covenant::Document document = covenant->document();
  covenant::Category& category = document.categories["telling"];
  category.about_person = false;
  category.fields = {{"periode", covenant::FieldType::kCode},
                     {"aantal", covenant::FieldType::kCode}};
  category.aggregate.emplace();
  category.aggregate->of = "incident";
  category.aggregate->date = "datum";
  category.aggregate->min_cell = 8;
  covenant::Permit permit;
  permit.id = "T01";
  permit.index = document.permits.size() + document.denies.size();
  permit.from = "politie";
  permit.to = "gemeente";
  permit.purpose = "groepsscan";
  permit.basis = "wpg-16";
  permit.category = "telling";
  permit.fields = {{"periode", {covenant::FormKind::kPlain, ""}},
                   {"aantal", {covenant::FormKind::kPlain, ""}}};
  document.permits.push_back(permit);
  covenant = covenant::MustCompile(std::move(document));
  const Instant now = FirstInstantOf(Day{std::chrono::year{2026} / 7 / 1}, Zone::kAmsterdam);
  ReleaseChecker checker(*covenant, kAxes, {}, now);
  crypto::SystemEntropy entropy;
  const auto passes = [&](const std::string& period, const std::string& count) {
    Release release;
    release.id = MakeUuidV4(entropy);
    release.category = "telling";
    release.by = {"T01"};
    release.retain = *ParsePeriod("P6M");
    release.fields = {{"periode", period}, {"aantal", count}};
    const bool again = checker.Check(release).ok();
    EXPECT_EQ(CheckRelease(release, *covenant, kAxes, {}, now).ok(), again);
    return again;
  };
  EXPECT_TRUE(passes("2026-Q2", "10"));
  EXPECT_TRUE(passes("2026-Q2", "15"));
  EXPECT_FALSE(passes("2026-Q2", "5"));   // below the smallest cell
  EXPECT_FALSE(passes("2026-Q2", "12"));  // not rounded
  EXPECT_FALSE(passes("2026-Q3", "10"));  // goes on
  EXPECT_FALSE(passes("2026-06", "10"));  // another kind of period
}

}  // namespace
}  // namespace schakel::record
