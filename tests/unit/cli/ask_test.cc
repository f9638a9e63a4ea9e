// `covenant test --ask`: questions in, decisions out.
#include <gmock/gmock.h>

#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class AskTest : public CliTest {
 protected:
  Ran Ask(const std::string& questions, const std::vector<std::string>& more = {}) {
    WriteAll(In("q.jsonl"), questions);
    std::vector<std::string> arguments{"covenant", "test", SCHAKEL_POLICY, "--ask", In("q.jsonl")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
  // The answer to one question.
  std::string Answer(const std::string& question) {
    const Ran ran = Ask(question + "\n");
    EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
    return ran.out;
  }
};

const std::string kCell =
    R"("from":"politie","to":"gemeente","purpose":"groepsscan","category":"namenlijst")";

std::string Names(const std::string& facts, const std::string& more = "") {
  return "{" + kCell + R"(,"facts":{)" + facts + "}" + more + "}";
}

TEST_F(AskTest, APermitSaysWhatGoesAndUnderWhatTerms) {
  EXPECT_EQ(Answer(Names(R"("step":"2B","age":15,"sealed":false,"wpg":"8")")),
            R"({"by":["N01"],"decision":"permit","failed":[],"fields":{"bsn":"match",)"
            R"("geboortedatum":"plain","naam":"plain","reden":"plain"},"onward":["jongerenwerk",)"
            R"("om"],"retain":"P6M","withheld":[]})"
            "\n");
}

TEST_F(AskTest, ADenySaysItsCodeAndTheNearestRule) {
  EXPECT_EQ(Answer(Names(R"("step":"2A","age":15,"sealed":false,"wpg":"8")")),
            R"({"by":[],"code":"CONDITION_FALSE","decision":"deny","failed":["step"],"fields":{},)"
            R"("nearest":"N01","onward":[],"withheld":[]})"
            "\n");
}

TEST_F(AskTest, AnIntervalThatStraddlesABoundIsUnknown) {
  EXPECT_THAT(Answer(Names(R"("step":"3","age":[11,12],"sealed":false,"wpg":"8")")),
              HasSubstr(R"("by":["D01"],"code":"FACT_UNKNOWN")"));
  EXPECT_THAT(Answer(Names(R"("step":"3","age":[12,13],"sealed":false,"wpg":"8")")),
              HasSubstr(R"("decision":"permit")"));
}

TEST_F(AskTest, WithoutPresentEveryFieldIsThere) {
  const std::string facts = R"("step":"2B","age":15,"sealed":false,"wpg":"8")";
  EXPECT_THAT(Answer(Names(facts, R"(,"present":["naam","wpg_artikel"])")),
              HasSubstr(R"("fields":{"naam":"plain"})"));
  EXPECT_THAT(Answer(Names(facts, R"(,"present":[])")), HasSubstr("NO_FIELDS"));
  EXPECT_THAT(Answer(Names(facts, R"(,"present":["bsn"])")), HasSubstr("INCOMPLETE"));
  EXPECT_THAT(Answer(Names(facts, R"(,"present":["naam","lengte"])")),
              HasSubstr("UNDECLARED_FIELD"));
}

TEST_F(AskTest, NamesThatTheCovenantLacksHaveTheirCodes) {
  const auto asked =
      [this](const std::string& from, const std::string& purpose, const std::string& category) {
        return Answer(R"({"from":")" + from + R"(","to":"gemeente","purpose":")" + purpose +
                      R"(","category":")" + category + R"("})");
      };
  EXPECT_THAT(asked("zorg", "groepsscan", "incident"), HasSubstr("PARTY_UNKNOWN"));
  EXPECT_THAT(asked("politie", "reclame", "incident"), HasSubstr("PURPOSE_UNKNOWN"));
  EXPECT_THAT(asked("politie", "groepsscan", "dossier"), HasSubstr("CATEGORY_UNKNOWN"));
}

TEST_F(AskTest, ValidityIsTheOnlyGateThatCounts) {
  const std::string facts = R"("step":"2B","age":15,"sealed":false,"wpg":"8")";
  EXPECT_THAT(Answer(Names(facts, R"(,"now":0)")), HasSubstr("NOT_YET_VALID"));
  EXPECT_THAT(Answer(Names(facts, R"(,"now":253402300799999)")), HasSubstr("EXPIRED"));
}

TEST_F(AskTest, AnApprovalIsNeededUntilItIsThere) {
  std::string text = ReadAll(SCHAKEL_POLICY);
  const std::string rule = "    fields: {datum: year, soort: plain}\n";
  ASSERT_NE(text.find(rule), std::string::npos);
  text.insert(text.find(rule) + rule.size(),
              "    approval: {by: om, role: approver, not: requester, valid: P7D}\n");
  WriteAll(In("approval.yaml"), text);
  const std::string question =
      R"({"from":"om","to":"gemeente","purpose":"groepsscan","category":"strafzaak",)"
      R"("facts":{"listed":true,"step":"3","age":17,"sealed":false,"role":"verdachte"})";
  input = question + "}\n" + question + R"(,"approved":true})" + "\n";
  const Ran ran = Run({"covenant", "test", In("approval.yaml"), "--ask", "-"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  const size_t end = ran.out.find('\n');
  EXPECT_EQ(ran.out.substr(0, end),
            R"({"approval":"approver","by":["S01"],"decision":"needs","failed":[],"fields":)"
            R"({"datum":"year","soort":"plain"},"onward":[],"retain":"P6M","withheld":[]})");
  EXPECT_THAT(ran.out.substr(end), HasSubstr(R"("decision":"permit")"));
  EXPECT_THAT(ran.out.substr(end), Not(HasSubstr("approv")));
}

TEST_F(AskTest, ALineThatIsNoQuestionIsNamedWithItsPlaceAndTheRestIsAnswered) {
  const std::string good = "{" + kCell + "}\n";
  const Ran ran = Ask(good + Names(R"("leeftijd":15)") + "\n" + good);
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 1);
  EXPECT_THAT(ran.err, HasSubstr("q.jsonl:2:91: `facts.leeftijd` staat niet in het convenant"));
  EXPECT_THAT(Ask(Names(R"("agee":15)")).err, HasSubstr("bedoelt u `age`?"));
  EXPECT_THAT(Ask(Names(R"("step":3)")).err, HasSubstr("dubbele aanhalingstekens"));
  const Ran english = Ask(good + Names(R"("agee":15)") + "\n", {"--lang", "en"});
  EXPECT_THAT(english.err, HasSubstr("q.jsonl:2:91: `facts.agee`: unknown fact `agee`"));
  EXPECT_THAT(english.err, HasSubstr("did you mean `age`?"));
}

TEST_F(AskTest, RefusesWhatIsNoQuestion) {
  for (const std::string& line :
       {std::string("{"),
        std::string(),
        std::string("[]"),
        "{" + kCell + "} {}",
        std::string(R"({"from":"politie"})"),
        "{" + kCell + R"(,"vraag":1})",
        "{" + kCell + R"(,"from":"om"})",
        "{" + kCell + R"(,"approved":1})",
        "{" + kCell + R"(,"approved":null})",
        "{" + kCell + R"(,"now":-1})",
        "{" + kCell + R"(,"now":1.5})",
        "{" + kCell + R"(,"now":253402300800000})",
        "{" + kCell + R"(,"present":["naam","naam"]})",
        "{" + kCell + R"(,"present":"naam"})",
        "{" + kCell + R"(,"facts":[]})",
        Names(R"("step":"9")"),
        Names(R"("step":3)"),
        Names(R"("sealed":"false")"),
        Names(R"("age":"15")"),
        Names(R"("age":[12,11])"),
        Names(R"("age":[12])"),
        Names(R"("age":[12,13,14])"),
        "{" + kCell + R"(,"facts":{},"x":")" + std::string(64 << 10, 'x') + "\"}"}) {
    const Ran ran = Ask(line + "\n");
    EXPECT_EQ(ran.exit, Exit::kFailed) << line.substr(0, 200);
    EXPECT_EQ(ran.out, "") << line.substr(0, 200);
    EXPECT_THAT(ran.err, HasSubstr("q.jsonl:1:")) << line.substr(0, 200);
  }
}

TEST_F(AskTest, ALineIsAsLongAsItMayBe) {
  const std::string question = "{" + kCell + "}";
  const std::string spaces((64 << 10) - question.size(), ' ');
  EXPECT_EQ(Ask(question + spaces + "\n").exit, Exit::kDone);
  EXPECT_EQ(Ask(question + spaces + " \n").exit, Exit::kFailed);
  EXPECT_EQ(Ask(question).exit, Exit::kDone);  // without a newline
  EXPECT_EQ(Ask(question + "\r\n").exit, Exit::kDone);
  EXPECT_EQ(Ask("").out, "");
  EXPECT_EQ(Ask("").exit, Exit::kDone);
}

TEST_F(AskTest, WhatCannotBeReadIsAFailure) {
  const Ran none = Run({"covenant", "test", SCHAKEL_POLICY, "--ask", In("none.jsonl")});
  EXPECT_EQ(none.exit, Exit::kFailed);
  EXPECT_THAT(none.err, HasSubstr("kan niet gelezen worden"));
  EXPECT_EQ(Run({"covenant", "test", SCHAKEL_POLICY, "--ask", In("")}).exit, Exit::kFailed);
  EXPECT_EQ(Ask("", {"--never", "never jongerenwerk gets incident"}).exit, Exit::kUsage);
}

TEST_F(AskTest, ATestThatFailsAndAnApprovalThatCannotBeGivenAreNotInTheWay) {
  std::string text = ReadAll(SCHAKEL_POLICY);
  const std::string limit = "when: {age: {max: 11}}";
  text.replace(text.find(limit), limit.size(), "when: {age: {max: 10}}");
  WriteAll(In("changed.yaml"), text);
  EXPECT_EQ(Run({"covenant", "test", In("changed.yaml")}).exit, Exit::kFailed);
  input = Names(R"("step":"2B","age":11,"sealed":false,"wpg":"8")");
  const Ran ran = Run({"covenant", "test", In("changed.yaml"), "--ask", "-"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_THAT(ran.out, HasSubstr(R"("nearest":"N01")"));
}

}  // namespace
}  // namespace schakel::cli
