#include "node/policy/space.h"

#include <algorithm>
#include <array>

#include "tests/unit/covenant/random.h"

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

// A number that only one of two covenants can have is unknown to the other.
TEST(Space, PartsNumbersAtTheRangeOfEachCovenant) {
  const std::string text = covenant::MiniYaml(Permit("{size: {min: 5}}"));
  const auto before = covenant::MustCompile(covenant::MustRead(text));
  const auto after = covenant::MustCompile(
      covenant::MustRead(covenant::Replaced(text, "{min: 0, max: 99}", "{min: 2, max: 200}")));
  const auto open = covenant::MustCompile(
      covenant::MustRead(covenant::Replaced(text, "range: {min: 0, max: 99}, ", "")));
  const auto labels = [](const Covenant& one, const Covenant& other) {
    const std::array<const Covenant*, 2> both{&one, &other};
    return LabelsOf(Space(kCell, both, {}), "size");
  };
  EXPECT_EQ(labels(*before, *after), (Labels{"0..1", "2..4", "5..99", "100..200", "unknown"}));
  EXPECT_EQ(labels(*after, *before), (Labels{"0..1", "2..4", "5..99", "100..200", "unknown"}));
  EXPECT_EQ(labels(*before, *open), (Labels{"..-1", "0..4", "5..99", "100..", "unknown"}));
}

TEST(Space, ANumberThatTheFactCannotBeIsUnknown) {
  const auto covenant = Mini(Permit("{size: {min: 5}}"));
  const auto labels = [&](int64_t value) {
    return LabelsOf(SpaceOf(*covenant, {.narrowed = {{"size", IntInterval{value, value}}}}),
                    "size");
  };
  EXPECT_EQ(labels(99), (Labels{"99"}));
  EXPECT_EQ(labels(100), (Labels{"unknown"}));
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

std::string Deny(const std::string& when, const std::string& fields = "") {
  return "\n  - id: D1\n    deny: {from: any, to: any, purpose: any, category: any" + fields +
         "}\n    when: " + when + "\n    text: t\n";
}

// The questions that are asked of all of them, by their text.
Labels AskedOf(std::span<const Covenant* const> covenants, const SpaceOptions& options) {
  Labels out;
  const Space space(kCell, covenants, options);
  const uint64_t asked = space.Walk([&](const Point& point, auto) {
    out.push_back(point.Text());
    return true;
  });
  EXPECT_EQ(asked, out.size());
  EXPECT_EQ(space.CountUpTo(asked + 1), asked);
  EXPECT_EQ(space.CountUpTo(asked / 2), asked / 2);
  return out;
}
Labels AskedOf(const Covenant& covenant, const SpaceOptions& options) {
  const std::array<const Covenant*, 1> one{&covenant};
  return AskedOf(one, options);
}

SpaceOptions Hopeful(Knowledge knowledge) {
  return {.knowledge = knowledge, .denied = false};
}

TEST(Space, LeavesOutWhatNoPermitLetsThrough) {
  const auto covenant = Mini(Permit("{age: {min: 12}, listed: true}"));
  EXPECT_EQ(AskedOf(*covenant, Hopeful(Knowledge::kPartial)), (Labels{"age=12.. listed=true"}));
  const auto needs = Mini(
      "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: asked, category: k}\n"
      "    fields: {soort: plain}");
  EXPECT_EQ(AskedOf(*needs, Hopeful(Knowledge::kUnknown)), (Labels{"consent=true"}));
  const auto free = Mini(
      "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: open, category: k}\n"
      "    fields: {soort: plain}");
  EXPECT_EQ(AskedOf(*free, Hopeful(Knowledge::kUnknown)), (Labels{""}));
}

TEST(Space, LeavesOutWhatADenyOfWholeRecordsStops) {
  const SpaceOptions options = Hopeful(Knowledge::kUnknown);
  const std::string permit = Permit("{listed: true}");
  const auto young = Mini(permit + Deny("{age: {max: 11}}"));
  EXPECT_EQ(AskedOf(*young, options), (Labels{"age=12.. listed=true"}));
  // Two conditions: only where neither of them is FALSE, and what is unknown stops too.
  const auto two = Mini(permit + Deny("{age: {max: 11}, sealed: true}"));
  EXPECT_EQ(AskedOf(*two, options),
            (Labels{"age=0..11 listed=true sealed=false",
                    "age=12.. listed=true sealed=true",
                    "age=12.. listed=true sealed=false",
                    "age=12.. listed=true sealed=unknown",
                    "age=unknown listed=true sealed=false"}));
  // One field: the others go all the same.
  const auto field = Mini(permit + Deny("{age: {max: 11}}", ", fields: [naam]"));
  EXPECT_EQ(AskedOf(*field, options).size(), 3U);
  const auto all = Mini(permit + Deny("{age: {min: 0}}"));
  EXPECT_EQ(AskedOf(*all, options), Labels{});
}

TEST(Space, AsksWhatOneOfTheCovenantsMayLetThrough) {
  const std::string permit = Permit("{listed: true}");
  const auto young = Mini(permit + Deny("{age: {max: 11}}"));
  const auto younger = Mini(permit + Deny("{age: {max: 8}}"));
  const std::array<const Covenant*, 2> both{young.get(), younger.get()};
  EXPECT_EQ(AskedOf(both, Hopeful(Knowledge::kUnknown)),
            (Labels{"age=9..11 listed=true", "age=12.. listed=true"}));
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

// With every question asked, whatever goes is among those that are asked without the hopeless ones.
RC_GTEST_PROP(SpaceProperty, NothingThatGoesIsLeftOut, ()) {
  const auto first = covenant::Compiled(covenant::RandomDocument());
  const auto second = covenant::Compiled(covenant::RandomDocument());
  const std::array<const Covenant*, 2> both{first.get(), second.get()};
  const auto knowledge =
      covenant::OneOf<Knowledge>({Knowledge::kComplete, Knowledge::kUnknown, Knowledge::kPartial});
  size_t goes = 0;
  size_t left_out = 0;
  for (const Cell& cell : CellsOf(both)) {
    SpaceOptions options;
    options.knowledge = knowledge;
    if (Space(cell, both, options).size() > 20'000) continue;
    const auto text = [](const Point& point) {
      return point.Text() + "/" + point.absent + "/" +
             std::to_string(point.now.time_since_epoch().count());
    };
    std::set<std::string> all;
    std::set<std::string> going;
    Space(cell, both, options).Walk([&](const Point& point, auto verdicts) {
      all.insert(text(point));
      const bool any = std::any_of(verdicts.begin(), verdicts.end(), [](const auto& verdict) {
        return verdict.outcome != covenant::Outcome::kDeny;
      });
      if (any) going.insert(text(point));
      return true;
    });
    options.denied = false;
    std::set<std::string> asked;
    Space(cell, both, options).Walk([&](const Point& point, auto) {
      RC_ASSERT(asked.insert(text(point)).second);
      return true;
    });
    RC_ASSERT(std::includes(all.begin(), all.end(), asked.begin(), asked.end()));
    RC_ASSERT(std::includes(asked.begin(), asked.end(), going.begin(), going.end()));
    goes += going.size();
    left_out += all.size() - asked.size();
  }
  RC_CLASSIFY(goes > 0, "something goes");
  RC_CLASSIFY(left_out > 0, "something is left out");
}

TEST(Space, StopsWhenToldTo) {
  const auto covenant = Mini(Permit("{age: {min: 12}, listed: true}"));
  EXPECT_EQ(SpaceOf(*covenant).Walk([](const Point&, auto) { return false; }), 1U);
}

}  // namespace
}  // namespace schakel::policy
