#include "node/policy/space.h"

#include <algorithm>
#include <array>

#include "tests/unit/covenant/mini.h"

namespace schakel::policy {
namespace {

using covenant::Covenant;
using covenant::Mini;

const Cell kCell{"a", "b", "p", "k"};

std::vector<std::string> LabelsOf(const Space& space, const std::string& fact) {
  std::vector<std::string> out;
  for (const Axis& axis : space.axes()) {
    if (axis.fact != fact) continue;
    for (const Choice& choice : axis.choices)
      out.push_back(choice.label);
  }
  return out;
}

std::string Permit(const std::string& when, const std::string& more = "") {
  return "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: open, category: k}\n"
         "    when: " +
         when + "\n    fields: {naam: plain, soort: plain}" + more;
}

Space SpaceOf(const Covenant& covenant, SpaceOptions options = {}) {
  const std::array<const Covenant*, 1> one{&covenant};
  return Space(kCell, one, std::move(options));
}

using Labels = std::vector<std::string>;

TEST(Space, PartsNumbersAtEveryBound) {
  const auto covenant = Mini(Permit("{age: {min: 12, max: 17}}"));
  EXPECT_EQ(LabelsOf(SpaceOf(*covenant), "age"), (Labels{"0..11", "12..17", "18..", "unknown"}));
  EXPECT_EQ(LabelsOf(SpaceOf(*covenant, {.knowledge = Knowledge::kComplete}), "age"),
            (Labels{"0..11", "12..17", "18.."}));
  EXPECT_EQ(LabelsOf(SpaceOf(*covenant, {.knowledge = Knowledge::kPartial}), "age"),
            (Labels{"0..11",
                    "somewhere in 0..17",
                    "somewhere in 0..",
                    "12..17",
                    "somewhere in 12..",
                    "18..",
                    "unknown"}));
}

TEST(Space, KeepsToTheRangeOfADeclaredNumber) {
  const auto covenant = Mini(Permit("{size: {min: 99}}"));
  EXPECT_EQ(LabelsOf(SpaceOf(*covenant), "size"), (Labels{"0..98", "99", "unknown"}));
  const auto whole = Mini(Permit("{size: {min: 0}}"));
  EXPECT_EQ(LabelsOf(SpaceOf(*whole), "size"), (Labels{"0..99", "unknown"}));
}

TEST(Space, PutsValuesTogetherThatNoRuleTellsApart) {
  const auto covenant = Mini(Permit("{step: {min: \"2\"}, role: [dader]}"));
  EXPECT_EQ(LabelsOf(SpaceOf(*covenant), "step"), (Labels{"1", "2 3", "unknown"}));
  EXPECT_EQ(LabelsOf(SpaceOf(*covenant), "role"), (Labels{"dader", "getuige", "unknown"}));
}

TEST(Space, ReadsTheDeniesThatReachTheCellToo) {
  const auto covenant = Mini(Permit("{listed: true}") +
                             "\n  - id: D1\n    deny: {from: any, to: any, purpose: any, category: "
                             "any}\n    when: {age: {max: 11}}\n    text: t\n"
                             "  - id: D2\n    deny: {from: any, to: c, purpose: any, category: "
                             "any}\n    when: {sealed: true}\n    text: t");
  const Space space = SpaceOf(*covenant);
  ASSERT_EQ(space.axes().size(), 2U);  // `sealed` is of another recipient
  EXPECT_EQ(space.axes()[0].fact, "age");
  EXPECT_EQ(space.axes()[1].fact, "listed");
}

TEST(Space, AsksEveryQuestionOnce) {
  const auto covenant = Mini(Permit("{age: {min: 12}, listed: true}"));
  const Space space = SpaceOf(*covenant);
  std::set<std::string> seen;
  uint64_t permits = 0;
  const uint64_t asked = space.Walk([&](const Point& point, auto verdicts) {
    EXPECT_TRUE(seen.insert(point.Text()).second);
    if (verdicts[0].outcome == covenant::Outcome::kPermit) ++permits;
    return true;
  });
  EXPECT_EQ(asked, 9U);
  EXPECT_EQ(asked, space.size());
  EXPECT_EQ(seen.size(), 9U);
  EXPECT_EQ(permits, 1U);
}

TEST(Space, LeavesOutEachRequiredField) {
  const auto covenant = Mini(Permit("{listed: true}", "\n    require: [naam]"));
  const Space space = SpaceOf(*covenant, {.knowledge = Knowledge::kComplete});
  EXPECT_EQ(space.size(), 4U);
  std::vector<std::string> codes;
  space.Walk([&](const Point& point, auto verdicts) {
    codes.push_back(point.absent + ":" + std::string(verdicts[0].code));
    return true;
  });
  std::sort(codes.begin(), codes.end());
  EXPECT_EQ(codes, (Labels{":", ":CONDITION_FALSE", "naam:CONDITION_FALSE", "naam:INCOMPLETE"}));
}

TEST(Space, AsksAgainAfterEachEndOfABasis) {
  const auto covenant = Mini(
      "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: ended, category: k}\n"
      "    fields: {soort: plain}");
  const std::array<const Covenant*, 1> one{covenant.get()};
  const std::vector<Instant> instants = InstantsOf(kCell, one);
  ASSERT_EQ(instants.size(), 2U);
  EXPECT_EQ(instants[0], covenant->document().valid_from);
  std::vector<std::string> codes;
  SpaceOf(*covenant).Walk([&](const Point&, auto verdicts) {
    codes.emplace_back(verdicts[0].code);
    return true;
  });
  EXPECT_EQ(codes, (Labels{"", "BASIS_EXPIRED"}));
}

TEST(Space, HoldsAGivenFactStill) {
  const auto covenant = Mini(Permit("{age: {min: 12}, listed: true}"));
  const Space space =
      SpaceOf(*covenant,
              {.knowledge = Knowledge::kComplete, .given = {{"age", covenant::Between(11, 11)}}});
  EXPECT_EQ(space.size(), 2U);
  space.Walk([&](const Point&, auto verdicts) {
    EXPECT_EQ(verdicts[0].code, "CONDITION_FALSE");
    return true;
  });
}

TEST(Space, TooManyQuestionsAreRefusedBeforeTheyAreAsked) {
  const auto covenant = Mini(Permit("{age: {min: 12}, listed: true}"));
  const std::array<const Covenant*, 1> one{covenant.get()};
  const uint64_t size = SpaceOf(*covenant).size();
  EXPECT_TRUE(CheckAskable(one, size + 1).ok());
  EXPECT_TRUE(CheckAskable(one, size).ok());
  const auto refused = CheckAskable(one, size - 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kExhausted);
}

TEST(Space, StopsWhenToldTo) {
  const auto covenant = Mini(Permit("{age: {min: 12}, listed: true}"));
  EXPECT_EQ(SpaceOf(*covenant).Walk([](const Point&, auto) { return false; }), 1U);
}

}  // namespace
}  // namespace schakel::policy
