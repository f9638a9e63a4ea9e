// `covenant status|history|add|fetch`, and `covenant activate` of a next version.
#include <gmock/gmock.h>

#include "cli/files.h"
#include "cli/text.h"
#include "node/covenant/document.h"
#include "node/crypto/hash.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using canon::Value;
using ::testing::HasSubstr;
using ::testing::Not;

Value VersionOf(int64_t number, const std::string& state) {
  return Value::Object{{"version", number},
                       {"hash", std::string(64, number == 1 ? 'a' : 'b')},
                       {"title", "Convenant"},
                       {"state", state},
                       {"valid_from", 1780264800000},
                       {"valid_until", 1798758000000},
                       {"accepted", Value::Array{"om"}},
                       {"missing", Value::Array{"politie"}},
                       {"revoked_by", Value::Array{}},
                       {"left", Value::Array{}},
                       {"offered_by", "om"}};
}

class CovenantLifeTest : public CliTest {
 protected:
  void SetUp() override { ActAs("smit2"); }
};

TEST_F(CovenantLifeTest, StatusTellsWhoLacksWhat) {
  node.Answer("covenant.status",
              Value::Object{{"in_force", VersionOf(1, "revoked")},
                            {"next", Value::Array{VersionOf(2, "draft")}},
                            {"suspended", Value::Array{}},
                            {"unconfirmed", Value::Array{"om"}},
                            {"equivocations",
                             Value::Array{Value::Object{{"party", "politie"}, {"version", 2}}}},
                            {"partners",
                             Value::Array{Value::Object{{"party", "om"},
                                                        {"name", "OM"},
                                                        {"agrees", false},
                                                        {"code", "REVOKED"},
                                                        {"confirmed", false},
                                                        {"version", 1},
                                                        {"hash", std::string(64, 'a')},
                                                        {"issued", 1780264800000}}}}});
  const Ran dutch = Run({"covenant", "status"});
  ASSERT_EQ(dutch.exit, Exit::kDone) << dutch.err;
  EXPECT_THAT(dutch.out, HasSubstr("ingetrokken"));
  EXPECT_THAT(dutch.out, HasSubstr("concept"));
  EXPECT_THAT(dutch.out, HasSubstr("LET OP: politie ondertekende twee teksten"));
  EXPECT_THAT(dutch.out, HasSubstr("nog niet"));
  EXPECT_THAT(dutch.out, HasSubstr("blijft het aanbieden aan: om"));
  EXPECT_THAT(dutch.out, Not(HasSubstr("REVOKED"))) << "no codes for people";
  const Ran english = Run({"covenant", "status", "--lang", "en"});
  EXPECT_THAT(english.out, HasSubstr("ALARM: politie signed two texts"));
  EXPECT_EQ(TextsOf(Json(RunJson({"covenant", "status"})), "unconfirmed"),
            std::vector<std::string>{"om"});
}

TEST_F(CovenantLifeTest, HistoryTellsEveryVersionAndHowToGetADraft) {
  node.Answer("covenant.history",
              Value::Object{{"versions", Value::Array{VersionOf(2, "draft")}},
                            {"equivocations", Value::Array{}}});
  const Ran ran = Run({"covenant", "history"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("wacht op politie"));
  EXPECT_THAT(ran.out, HasSubstr("is aangeboden door om"));
  EXPECT_THAT(ran.out, HasSubstr("schakel covenant fetch bbbbbbbbbbbbbbbb"));
}

// Of a draft that ended before all accepted it that is not said.
TEST_F(CovenantLifeTest, HistorySaysThatAllAcceptedOnlyWhereTheyDid) {
  for (const char* state : {"draft", "accepted", "superseded", "revoked", "expired"}) {
    node.Answer("covenant.history",
                Value::Object{{"versions", Value::Array{VersionOf(2, state)}},
                              {"equivocations", Value::Array{}}});
    const Ran ran = Run({"covenant", "history"});
    const bool accepted = std::string(state) == "accepted";
    EXPECT_EQ(ran.out.find("door alle partijen aanvaard") != std::string::npos, accepted) << state;
    EXPECT_EQ(ran.out.find("Concept bbbb") == std::string::npos, accepted) << state;
  }
}

TEST_F(CovenantLifeTest, AddHandsOverStatementsAndCovenants) {
  const crypto::SigningKey key = crypto::SigningKey::Generate(entropy);
  const crypto::SigningKey* const keys[] = {&key};
  const auto signed_statement = statement::SignedStatement::Sign(
      statement::Type::kRevoke, Value::Object{{"party", "om"}}, keys);
  WriteAll(In("om.revoke.json"), signed_statement.Encode() + "\n");
  node.Answer("covenant.add",
              Value::Object{{"added", 1}, {"unconfirmed", Value::Array{"politie"}}});
  const Ran waiting = Run({"covenant", "add", In("om.revoke.json")});
  EXPECT_EQ(waiting.exit, Exit::kIncomplete) << waiting.err;
  EXPECT_THAT(waiting.out, HasSubstr("Nog niet bevestigd door: politie"));
  EXPECT_EQ(canon::Write(ArrayOf(node.only().params, "statements").front()),
            signed_statement.Encode());
  EXPECT_TRUE(ArrayOf(node.only().params, "covenants").empty());
  node.Answer("covenant.add", Value::Object{{"added", 0}, {"unconfirmed", Value::Array{}}});
  const Ran known = Run({"covenant", "add", In("om.revoke.json"), "--lang", "en"});
  EXPECT_EQ(known.exit, Exit::kDone);
  EXPECT_THAT(known.out, HasSubstr("had this already"));
}

TEST_F(CovenantLifeTest, AddRefusesAFileThatIsNeither) {
  WriteAll(In("notes.json"), "{}");
  const Ran ran = Run({"covenant", "add", In("notes.json")});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("notes.json"));
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(CovenantLifeTest, FetchWritesTheBytes) {
  node.Answer("covenant.draft",
              Value::Object{{"covenant", "{\"covenant\":1}"},
                            {"hash", std::string(64, 'b')},
                            {"version", 2},
                            {"offered_by", "om"}});
  const Ran ran = Run({"covenant", "fetch", "bbbbbbbb", "-o", In("next.json")});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(ReadAll(In("next.json")), "{\"covenant\":1}");
  EXPECT_EQ(Run({"covenant", "fetch", "bbb", "-o", In("other.json")}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"covenant", "fetch", "bbbbbbbb", "-o", In("next.json")}).exit, Exit::kFailed)
      << "what is there stays";
}

class ActivateNextTest : public CliTest {
 protected:
  void SetUp() override {
    for (const char* party : {"politie", "gemeente", "om", "jongerenwerk"})
      MakeHome(party);
    MakeAuditorHome();
    const Ran prepared = Run(PrepareArguments(SCHAKEL_POLICY));
    ASSERT_EQ(prepared.exit, Exit::kDone) << prepared.err;
    first_ = ReadAll(In("covenant.json"));
    Value next = *canon::ParseCanonical(first_);
    (*next.AsObject())["version"] = 2;
    (*next.AsObject())["previous"] = EncodeHex(crypto::Sha256(first_));
    (*next.AsObject())["title"] = "Convenant, herzien";
    next_ = canon::Write(next);
    WriteAll(In("next.json"), next_);
    node.Answer("covenant.draft", Value::Object{{"covenant", first_}});
    node.Answer("covenant.activate",
                Value::Object{{"version", 2}, {"hash", "ab"}, {"in_force", true}});
  }
  std::vector<std::string> Arguments(const std::string& diff) {
    std::vector<std::string> arguments = {
        "covenant", "activate", In("next.json"), "--home", In("gemeente"), "--as", "smit"};
    if (!diff.empty()) arguments.insert(arguments.end(), {"--diff", diff});
    return arguments;
  }
  std::string first_;
  std::string next_;
};

TEST_F(ActivateNextTest, ShowsWhatChangesBeforeAnythingIsSent) {
  for (const std::string diff : {"", "widening"}) {
    const Ran ran = Run(Arguments(diff));
    EXPECT_EQ(ran.exit, Exit::kFailed);
    EXPECT_THAT(ran.err, HasSubstr("nog niet bevestigd"));
    EXPECT_THAT(ran.err, HasSubstr("--diff neutral"));
    for (const Called& called : node.calls)
      EXPECT_EQ(called.call.method, "covenant.draft");
  }
  std::vector<std::string> arguments = Arguments("");
  const Value json = Json(RunJson(arguments));
  EXPECT_EQ(TextOf(json, "class"), "neutral");
  EXPECT_EQ(TextOf(*json.Find("error"), "code"), "unacknowledged");
}

TEST_F(ActivateNextTest, HandsOverWhatWasAcknowledgedAndAsksNoFingerprintAgain) {
  const Ran ran = Run(Arguments("neutral"));
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  const Called& called = node.calls.back();
  EXPECT_EQ(called.call.method, "covenant.activate");
  const Value& acknowledged = *called.params.Find("acknowledged");
  EXPECT_EQ(TextOf(acknowledged, "class"), "neutral");
  EXPECT_EQ(TextOf(acknowledged, "from"), EncodeHex(crypto::Sha256(first_)));
  EXPECT_EQ(TextOf(acknowledged, "to"), EncodeHex(crypto::Sha256(next_)));
  EXPECT_THAT(ran.out, HasSubstr("versie 2"));
}

TEST_F(ActivateNextTest, ANodeThatJoinsHasNothingToCompareWith) {
  node.Refuse("covenant.draft", {"denied", "no covenant is in force", "none", "covenant_none", {}});
  const Ran ran = Run(Arguments(""));
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("bel elke partij"));
}

}  // namespace
}  // namespace schakel::cli
