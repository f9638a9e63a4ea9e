// What others fell into (covenant.md, "Pitfalls"), one test each by its number, as far as it is
// about reading and deciding; tests/README.md says where the others are.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "node/canon/json.h"
#include "node/covenant/recheck.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {
namespace {

using ::testing::HasSubstr;

constexpr const char* kPermit = R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {age: {min: 12}}
    fields: {naam: plain, datum: month})";

Facts Age(int64_t age) {
  return {{"age", Between(age, age)}, {"sealed", Is(false)}, {"role", Is("dader")}};
}

std::string FirstFinding(const std::string& yaml) {
  const AuthoredCovenant authored = ReadYaml(yaml, "klein.yaml");
  EXPECT_FALSE(authored.document.has_value());
  return authored.findings.empty() ? "" : ToString(authored.findings.front());
}

// 1. What is not understood is never skipped: the whole covenant is refused.
TEST(Pitfalls, P01SkippingWhatIsNotUnderstood) {
  const std::string yaml = MiniYaml(kPermit);
  EXPECT_THAT(FirstFinding(Replaced(yaml, "age: {min: 12}", "age: {min: 12, unless: 3}")),
              HasSubstr("unknown key `unless`"));
  EXPECT_THAT(FirstFinding(Replaced(yaml, "age: {min: 12}", "agee: {min: 12}")),
              HasSubstr("unknown fact `agee`"));
  EXPECT_THAT(FirstFinding(Replaced(yaml, "datum: month}", "datum: week}")),
              HasSubstr("unknown form `week`"));
  EXPECT_THAT(FirstFinding(Replaced(yaml, "covenant: 1", "covenant: 2")),
              HasSubstr("unknown language version"));
}

// 2. No rule is passed over because another decided already: the trace has all, and the obligations
// are there whichever comes first.
TEST(Pitfalls, P02ShortCircuitLosingObligations) {
  const std::string second = R"(
  - id: K2
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    fields: {soort: plain}
    onward: [c])";
  const std::string first = std::string(kPermit) + "\n    onward: [c]";
  for (const std::string& rules : {first + second, second + first}) {
    const Decision decision = Mini(rules)->Decide(AskMini("k", Age(15)));
    EXPECT_EQ(decision.by, (std::vector<std::string>{"K1", "K2"}));
    EXPECT_EQ(decision.onward, std::set<std::string>{"c"});
    EXPECT_EQ(decision.fields.size(), 3U);
    EXPECT_EQ(decision.trace.size(), 2U);
  }
  const std::string denied = first + second + R"(
  - id: D1
    deny: {from: any, to: any, purpose: any, category: any}
    text: nooit)";
  EXPECT_EQ(Mini(denied)->Decide(AskMini("k", Age(15))).trace.size(), 3U);
}

// 3. Neither place nor name gives a rule precedence.
TEST(Pitfalls, P03OrderOrNameBasedPrecedence) {
  const auto deny = [](const std::string& id) {
    return "\n  - id: " + id +
           "\n    deny: {from: any, to: any, purpose: any, category: k}\n    when: {sealed: "
           "false}\n    text: nooit";
  };
  for (const char* id : {"A0", "Z9"}) {
    for (const std::string& rules : {kPermit + deny(id), deny(id) + kPermit}) {
      const Decision decision = Mini(rules)->Decide(AskMini("k", Age(15)));
      EXPECT_EQ(decision.code, "DENIED_BY_RULE");
      EXPECT_EQ(decision.by, std::vector<std::string>{id});
    }
  }
}

// 4. A key that stands twice means nothing, in either form.
TEST(Pitfalls, P04DuplicateKeysBetweenYamlAndJson) {
  EXPECT_THAT(
      FirstFinding(Replaced(MiniYaml(kPermit), "title: Klein", "title: Klein\ntitle: Groot")),
      HasSubstr("E015"));
  const std::string json = MustRead(MiniYaml(kPermit)).canonical;
  EXPECT_TRUE(ParseDocument(json).ok());
  EXPECT_FALSE(ParseDocument(
                   Replaced(json, "\"title\":\"Klein\"", "\"title\":\"Groot\",\"title\":\"Klein\""))
                   .ok());
}

// 6. What the asker is told does not change with the person.
TEST(Pitfalls, P06ReasonAsAnOracleAboutAPerson) {
  const auto covenant = Mini(std::string(kPermit) + R"(
  - id: D1
    deny: {from: any, to: any, purpose: any, category: any}
    when: {sealed: true}
    text: "Afgeschermd")");
  Facts sealed = Age(15);
  sealed["sealed"] = Is(true);
  for (const Facts& person : {Age(15), Age(11), sealed, Facts{}}) {
    const CellDecision told = covenant->DecideCell(AskMini("k", person));
    EXPECT_TRUE(told.open);
    EXPECT_EQ(told.code, "");
  }
}

// 7. An age that could be on either side of the bound, in the quarter of a birthday, is unknown.
TEST(Pitfalls, P07AgeBandFlippingOnTheBirthday) {
  const auto covenant = Mini(kPermit);
  Facts facts = Age(12);
  facts["age"] = Between(11, 12);
  const Decision decision = covenant->Decide(AskMini("k", facts));
  EXPECT_EQ(decision.code, "FACT_UNKNOWN");
  EXPECT_EQ(decision.failed, std::vector<std::string>{"age"});
}

// 8. Text can hold every other field, so it never goes unread.
TEST(Pitfalls, P08FreeTextCarryingWithheldFields) {
  EXPECT_THAT(FirstFinding(Replaced(MiniYaml(kPermit), "datum: month}", "tekst: plain}")),
              HasSubstr("free text never goes unread"));
}

// 12. The time comes with the question; the same question has the same answer at any hour.
TEST(Pitfalls, P12ClockReadInsideTheEvaluator) {
  // Nothing in the module that decides may ask for the time.
  size_t sources = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(std::string(SCHAKEL_POLICIES) + "/../node/covenant")) {
    const std::string extension = file.path().extension();
    if (extension != ".cc" && extension != ".h") continue;
    ++sources;
    std::ifstream in(file.path());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    for (const char* clock : {"system_clock::now", "steady_clock", "time(nullptr", ".Now()"})
      EXPECT_EQ(text.find(clock), std::string::npos) << file.path() << " reads " << clock;
  }
  EXPECT_GT(sources, 20U);
  const auto covenant = Mini(R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: ended, category: k}
    fields: {naam: plain})");
  Question question = AskMini("k");
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
  question.now = FirstInstantOf(Day{std::chrono::year{2026} / 7 / 1}, Zone::kAmsterdam);
  EXPECT_EQ(covenant->Decide(question).code, "BASIS_EXPIRED");
}

// 13. The recipient, who sees no fact about the person, still checks all that the named rules fix.
TEST(Pitfalls, P13RecipientCannotRecheckHiddenFacts) {
  const auto covenant = Mini(kPermit);
  Delivered delivered;
  delivered.from = "a";
  delivered.to = "b";
  delivered.purpose = "p";
  delivered.category = "k";
  delivered.by = {"K1"};
  delivered.fields = {{"naam", {FormKind::kPlain, ""}}};
  delivered.retain = *ParsePeriod("P6M");
  delivered.now = AskMini("k").now;
  EXPECT_TRUE(CheckDelivered(*covenant, delivered).ok());
  Delivered finer = delivered;
  finer.fields["datum"] = {FormKind::kPlain, ""};
  EXPECT_FALSE(CheckDelivered(*covenant, finer).ok());
  Delivered longer = delivered;
  longer.retain = *ParsePeriod("P7M");
  EXPECT_FALSE(CheckDelivered(*covenant, longer).ok());
  Delivered unnamed = delivered;
  unnamed.by = {};
  EXPECT_FALSE(CheckDelivered(*covenant, unnamed).ok());
}

// 15. What may go for one purpose goes for no other.
TEST(Pitfalls, P15PurposeInheritance) {
  const auto covenant = Mini(kPermit);
  Question question = AskMini("k", Age(15));
  EXPECT_EQ(covenant->Decide(question).outcome, Outcome::kPermit);
  question.purpose = "q";
  EXPECT_EQ(covenant->Decide(question).code, "NO_RULE");
}

// 16. No switch turns a rule or a check off.
TEST(Pitfalls, P16AdminAndDisabledSwitches) {
  for (const char* key : {"disabled", "enabled", "admin", "override", "mode", "test_mode"}) {
    EXPECT_THAT(FirstFinding(Replaced(MiniYaml(kPermit),
                                      "    when: {age",
                                      "    " + std::string(key) + ": true\n    when: {age")),
                HasSubstr("unknown key"))
        << key;
    EXPECT_THAT(
        FirstFinding(Replaced(
            MiniYaml(kPermit), "title: Klein", "title: Klein\n" + std::string(key) + ": true")),
        HasSubstr("unknown key"))
        << key;
  }
}

// 17. In an emergency too only a rule lets something go: one with its own basis and a fact that
// parties state, decided like every other; a deny still overrides it.
TEST(Pitfalls, P17EmergencyIsARuleNotAFlag) {
  const std::string rules = R"(
  - id: N1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {size: {min: 50}}
    fields: {naam: plain}
    retain: P7D
  - id: D1
    deny: {from: any, to: any, purpose: any, category: any}
    when: {sealed: true}
    text: "Afgeschermd")";
  const auto covenant = Mini(rules);
  Facts facts = Age(15);
  EXPECT_EQ(covenant->Decide(AskMini("k", facts)).code, "FACT_UNKNOWN");
  facts["size"] = Between(60, 60);
  const Decision decision = covenant->Decide(AskMini("k", facts));
  EXPECT_EQ(decision.outcome, Outcome::kPermit);
  EXPECT_EQ(decision.retain, *ParsePeriod("P7D"));
  facts["sealed"] = Is(true);
  EXPECT_EQ(covenant->Decide(AskMini("k", facts)).code, "DENIED_BY_RULE");
}

}  // namespace
}  // namespace schakel::covenant
