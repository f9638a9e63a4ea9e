#include "node/policy/diff.h"

#include <algorithm>

#include "tests/unit/covenant/random.h"
#include "tests/unit/policy/rules.h"

namespace schakel::policy {
namespace {

using covenant::Covenant;
using covenant::Decision;
using covenant::Document;
using covenant::Mini;
using covenant::MiniYaml;
using covenant::Outcome;
using covenant::Question;
using Kind = Change::Kind;

Difference CompareRules(const Rule& before, const Rule& after) {
  return Compare(*Mini(Text(before)), *Mini(Text(after)));
}

std::vector<Kind> KindsOf(const Difference& difference) {
  std::vector<Kind> out;
  for (const Change& change : difference.changes)
    out.push_back(change.kind);
  return out;
}

TEST(Diff, OfEqualCovenantsIsEmptyAndNeutral) {
  const Difference difference = CompareRules({}, {});
  EXPECT_TRUE(difference.changes.empty());
  EXPECT_TRUE(difference.settings.empty());
  EXPECT_EQ(difference.direction, Direction::kNeutral);
}

TEST(Diff, OfRulesInAnotherOrderIsNeutral) {
  const std::string other =
      "\n  - id: K2\n    permit: {from: a, to: c, purpose: p, basis: open, category: k}\n"
      "    fields: {soort: plain}";
  const Difference difference = Compare(*Mini(Text({}) + other), *Mini(other + Text({})));
  EXPECT_EQ(difference.direction, Direction::kNeutral);
  EXPECT_EQ(difference.questions, 0U);
}

TEST(Diff, ALowerAgeAllowsMoreAndTheWitnessShowsIt) {
  const Difference difference = CompareRules({}, {.when = "{age: {min: 11}}"});
  ASSERT_EQ(KindsOf(difference), std::vector<Kind>{Kind::kAllowed});
  const Change& change = difference.changes.front();
  EXPECT_EQ(change.witness_text, "age=11");
  EXPECT_EQ(change.before, "CONDITION_FALSE");
  EXPECT_EQ(change.after, "K1");
  EXPECT_EQ(difference.direction, Direction::kWidening);
}

TEST(Diff, AHigherAgeDeniesMore) {
  const Difference difference = CompareRules({}, {.when = "{age: {min: 13}}"});
  ASSERT_EQ(KindsOf(difference), std::vector<Kind>{Kind::kDenied});
  EXPECT_EQ(difference.changes.front().witness_text, "age=12");
  EXPECT_EQ(difference.direction, Direction::kNarrowing);
}

TEST(Diff, AMovedRangeIsMixed) {
  const Difference difference =
      CompareRules({.when = "{age: {min: 12, max: 17}}"}, {.when = "{age: {min: 13, max: 18}}"});
  EXPECT_EQ(difference.direction, Direction::kMixed);
}

TEST(Diff, OneConditionInTwoHalvesPartsOverWhatIsPartlyKnown) {
  const std::string halves =
      Text({.when = "{age: {min: 12, max: 15}}"}) +
      "\n  - id: K2\n    permit: {from: a, to: b, purpose: p, basis: open, category: k}\n"
      "    when: {age: {min: 16}}\n    fields: {naam: plain, datum: month}";
  const Difference difference = Compare(*Mini(Text({})), *Mini(halves));
  ASSERT_EQ(KindsOf(difference), std::vector<Kind>{Kind::kDenied});
  EXPECT_EQ(difference.changes.front().witness_text, "age=somewhere in 12..");
}

TEST(Diff, NamesWhatChangesInARecordThatGoes) {
  struct Row {
    Rule before, after;
    Kind kind;
    std::string field, was, is;
    Direction direction;
  };
  const std::vector<Row> rows{
      {{},
       {.fields = "{naam: plain, datum: month, soort: plain}"},
       Kind::kFieldAdded,
       "soort",
       "",
       "plain",
       Direction::kWidening},
      {{},
       {.fields = "{naam: plain}"},
       Kind::kFieldGone,
       "datum",
       "month",
       "",
       Direction::kNarrowing},
      {{},
       {.fields = "{naam: plain, datum: plain}"},
       Kind::kFiner,
       "datum",
       "month",
       "plain",
       Direction::kWidening},
      {{},
       {.fields = "{naam: plain, datum: year}"},
       Kind::kCoarser,
       "datum",
       "month",
       "year",
       Direction::kNarrowing},
      {{},
       {.fields = "{naam: plain, datum: \"band(12,18)\"}"},
       Kind::kOtherForm,
       "datum",
       "month",
       "band(12,18)",
       Direction::kMixed},
      {{},
       {.more = "\n    retain: P3M"},
       Kind::kKeptShorter,
       "",
       "P6M",
       "P3M",
       Direction::kNarrowing},
      {{.more = "\n    retain: P3M"},
       {},
       Kind::kKeptLonger,
       "",
       "P3M",
       "P6M",
       Direction::kWidening},
      {{}, {.more = "\n    onward: [c]"}, Kind::kOnwardMore, "", "none", "c", Direction::kWidening},
      {{.more = "\n    onward: [c]"},
       {},
       Kind::kOnwardFewer,
       "",
       "c",
       "none",
       Direction::kNarrowing},
      {{},
       {.more = "\n    approval: {by: a, role: approver, not: requester, valid: P7D}"},
       Kind::kApprovalAdded,
       "",
       "",
       "a/approver P7D",
       Direction::kNarrowing},
      {{.more = "\n    approval: {by: a, role: approver, not: requester, valid: P7D}"},
       {},
       Kind::kApprovalGone,
       "",
       "a/approver P7D",
       "",
       Direction::kWidening},
  };
  for (const Row& row : rows) {
    const Difference difference = CompareRules(row.before, row.after);
    ASSERT_EQ(KindsOf(difference), std::vector<Kind>{row.kind}) << NameOf(row.kind);
    const Change& change = difference.changes.front();
    EXPECT_EQ(change.field, row.field);
    EXPECT_EQ(change.before, row.was);
    EXPECT_EQ(change.after, row.is);
    EXPECT_EQ(difference.direction, row.direction) << NameOf(row.kind);
  }
}

TEST(Diff, ARequiredFieldDeniesRecordsThatLackIt) {
  const Difference difference = CompareRules({}, {.more = "\n    require: [naam]"});
  ASSERT_EQ(KindsOf(difference), std::vector<Kind>{Kind::kDenied});
  EXPECT_EQ(difference.changes.front().absent, "naam");
}

TEST(Diff, ABasisThatEndsLaterAllowsInBetween) {
  const std::string rule =
      "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: ended, category: k}\n"
      "    fields: {soort: plain}";
  const std::string later =
      covenant::Replaced(MiniYaml(rule), "until: 2026-06-30", "until: 2026-09-30");
  const Difference difference =
      Compare(*Mini(rule), *covenant::MustCompile(covenant::MustRead(later)));
  ASSERT_EQ(KindsOf(difference), std::vector<Kind>{Kind::kAllowed});
  EXPECT_EQ(difference.changes.front().at,
            FirstInstantOf(Day{std::chrono::year{2026} / 7 / 1}, Zone::kAmsterdam));
}

TEST(Diff, TermsThatDoNotMeetAreNotCompared) {
  const std::string next = covenant::Replaced(MiniYaml(Text({})),
                                              "{from: 2026-01-01, until: 2026-12-31}",
                                              "{from: 2027-01-01, until: 2027-12-31}");
  const Difference difference =
      Compare(*Mini(Text({})), *covenant::MustCompile(covenant::MustRead(next)));
  EXPECT_FALSE(difference.compared);
  EXPECT_EQ(difference.direction, Direction::kMixed);
}

TEST(Diff, TellsWhatASettingMeans) {
  struct Row {
    std::string from, to, path;
    Direction direction;
    bool unclear = false;
  };
  const std::vector<Row> rows{
      {"until: 2026-12-31}\ntime",
       "until: 2027-12-31}\ntime",
       "/valid/until",
       Direction::kWidening},
      {"from: 2026-01-01", "from: 2026-02-01", "/valid/from", Direction::kNarrowing},
      {"status_max_age: PT24H", "status_max_age: PT48H", "/status_max_age", Direction::kWidening},
      {"subjects_per_request: 40",
       "subjects_per_request: 39",
       "/limits/subjects_per_request",
       Direction::kNarrowing},
      {"request_ttl: P14D", "request_ttl: P15D", "/limits/request_ttl", Direction::kWidening},
      {"{any: [a, b], threshold: 2}",
       "{any: [a, b], threshold: 1}",
       "/facts/step/stated_by/threshold",
       Direction::kWidening},
      {"{any: [a, b], threshold: 2}",
       "{any: [a, b, c], threshold: 2}",
       "/facts/step/stated_by/any",
       Direction::kWidening},
      {"from: persoon.geboortedatum",
       "from: record.datum",
       "/facts/age/from",
       Direction::kMixed,
       true},
      {"title: Klein", "title: Groot", "/title", Direction::kNeutral},
      {"bsn: [a, b]}", "bsn: [a, b, c]}", "/bases/open/bsn", Direction::kWidening},
      {"open: {law: wet,", "open: {law: wetje,", "/bases/open/law", Direction::kMixed, true},
      {"basis: open", "basis: ended", "/rules/K1/permit/basis", Direction::kMixed, true},
      {"fields: {naam: plain,",
       "fields: {naam: initials,",
       "/rules/K1/fields/naam",
       Direction::kNeutral},
      {"{name: A, ", "{name: AA, ", "/parties/a/name", Direction::kNeutral},
  };
  for (const Row& row : rows) {
    const std::string text =
        covenant::Replaced(MiniYaml(Text({.when = "{listed: true}"})), row.from, row.to);
    const std::vector<SettingChange> changes = CompareSettings(
        covenant::MustRead(MiniYaml(Text({.when = "{listed: true}"}))), covenant::MustRead(text));
    ASSERT_EQ(changes.size(), 1U) << row.path;
    EXPECT_EQ(changes.front().path, row.path);
    EXPECT_EQ(changes.front().direction, row.direction) << row.path;
    EXPECT_EQ(changes.front().unclear, row.unclear) << row.path;
  }
}

TEST(Diff, TellsOfATextThatChangesNothingThatGoes) {
  const std::string permit = Text({.when = "{age: {min: 12}}"});
  const std::string deny = DenyText("D1", "when: {age: {max: 5}}");
  const auto paths = [](const std::string& before, const std::string& after) {
    std::vector<std::string> out;
    const Difference difference = Compare(*Mini(before), *Mini(after));
    EXPECT_TRUE(difference.changes.empty());
    EXPECT_EQ(difference.direction, Direction::kNeutral);
    for (const SettingChange& setting : difference.settings)
      out.push_back(setting.path);
    return out;
  };
  using Paths = std::vector<std::string>;
  EXPECT_EQ(paths(permit + deny, permit), Paths{"/rules/D1"});
  EXPECT_EQ(paths(permit, permit + deny), Paths{"/rules/D1"});
  EXPECT_EQ(paths(permit + deny, permit + covenant::Replaced(deny, "text: t", "text: u")),
            Paths{"/rules/D1/text"});
  EXPECT_EQ(paths(permit + deny, permit + deny + "\n    guard: true"), Paths{"/rules/D1/guard"});
  EXPECT_EQ(paths(permit, covenant::Replaced(permit, "id: K1", "id: K2")),
            (Paths{"/rules/K1", "/rules/K2"}));
  EXPECT_EQ(paths(permit + deny, deny + permit), Paths{});
}

TEST(Diff, TellsOfATestThatChanged) {
  const std::string test =
      "\n  - name: een\n    ask: {from: a, to: b, purpose: p, category: k, facts: {age: 20}}\n"
      "    expect: {decision: permit, by: [K1]}";
  const auto paths = [](const std::string& before, const std::string& after) {
    std::vector<std::string> out;
    for (const SettingChange& setting :
         CompareSettings(covenant::MustRead(MiniYaml(Text({}), before)),
                         covenant::MustRead(MiniYaml(Text({}), after))))
      out.push_back(setting.path);
    return out;
  };
  using Paths = std::vector<std::string>;
  EXPECT_EQ(paths(test, " []"), Paths{"/tests/een"});
  EXPECT_EQ(paths(" []", test), Paths{"/tests/een"});
  EXPECT_EQ(paths(test, covenant::Replaced(test, "age: 20", "age: 21")),
            Paths{"/tests/een/ask/facts/age"});
}

// Direction joins as two directions do: either with its opposite is mixed.
TEST(Diff, DirectionsJoin) {
  EXPECT_EQ(Join(Direction::kNeutral, Direction::kWidening), Direction::kWidening);
  EXPECT_EQ(Join(Direction::kNarrowing, Direction::kNeutral), Direction::kNarrowing);
  EXPECT_EQ(Join(Direction::kNarrowing, Direction::kWidening), Direction::kMixed);
  EXPECT_EQ(Join(Direction::kMixed, Direction::kNeutral), Direction::kMixed);
}

// ---- exactness ---------------------------------------------------------------------------------

bool SameForAsker(const Decision& a, const Decision& b) {
  return a.outcome == b.outcome && a.fields == b.fields && a.retain == b.retain &&
         a.onward == b.onward && a.approval == b.approval;
}

// Whatever anybody asks: an answer that differs is among the changes.
RC_GTEST_PROP(DiffProperty, NoDifferenceIsMissed, ()) {
  const auto before = covenant::Compiled(covenant::RandomDocument());
  Document changed = before->document();
  if (!changed.permits.empty() && covenant::Chance(50)) changed.permits.pop_back();
  if (covenant::Chance(50)) changed.denies.push_back(covenant::RandomDeny(99));
  const auto after = covenant::Compiled(std::move(changed));
  const Difference difference = Compare(*before, *after);
  for (int i = 0; i < 20; ++i) {
    const Question question = covenant::RandomQuestion(before->document());
    const Decision was = before->Decide(question);
    const Decision is = after->Decide(question);
    const bool told = std::any_of(
        difference.changes.begin(), difference.changes.end(), [&](const Change& change) {
          return change.cell.to == question.to && change.cell.purpose == question.purpose &&
                 change.cell.category == question.category;
        });
    RC_CLASSIFY(!SameForAsker(was, is), "differs");
    RC_ASSERT(told || SameForAsker(was, is));
  }
}

// And every change that is told can be asked.
RC_GTEST_PROP(DiffProperty, EveryWitnessShowsItsChange, ()) {
  const auto before = covenant::Compiled(covenant::RandomDocument());
  Document changed = covenant::RandomDocument();
  const auto after = covenant::Compiled(std::move(changed));
  const Difference difference = Compare(*before, *after);
  RC_CLASSIFY(!difference.changes.empty(), "differs");
  for (const Change& change : difference.changes) {
    Question question = QuestionOf(change.cell);
    question.facts = change.witness;
    question.now = change.at;
    if (!change.absent.empty()) {
      question.present.emplace();
      for (const auto& [field, type] :
           before->document().categories.at(change.cell.category).fields) {
        if (field != change.absent) question.present->insert(field);
      }
    }
    const Decision was = before->Decide(question);
    const Decision is = after->Decide(question);
    RC_ASSERT(!SameForAsker(was, is));
    if (change.kind == Kind::kAllowed) RC_ASSERT(was.outcome == Outcome::kDeny);
    if (change.kind == Kind::kDenied) RC_ASSERT(is.outcome == Outcome::kDeny);
    if (change.kind == Kind::kFieldAdded) RC_ASSERT(!was.fields.contains(change.field));
    if (change.kind == Kind::kFieldGone) RC_ASSERT(!is.fields.contains(change.field));
  }
}

}  // namespace
}  // namespace schakel::policy
