// Each exchange on both sides, and against its covenant.
#include <gtest/gtest.h>

#include "tests/unit/audit/network.h"

namespace schakel::audit {
namespace {

class MatchTest : public Network {
 protected:
  void SetUp() override { Start(); }
  Match OnlyMatch(const Report& report) {
    EXPECT_EQ(report.exchanges.size(), 1U) << Show(report);
    return report.exchanges.empty() ? Match::kLogMissing : report.exchanges[0].match;
  }
  // The only finding there is.
  void ExpectOnly(const Report& report, Problem problem, const std::string& party) {
    EXPECT_EQ(report.verdict, Verdict::kNotVerified);
    EXPECT_EQ(report.findings.size(), 1U) << Show(report);
    EXPECT_NE(Find(report, problem, party), nullptr) << Show(report);
  }
};

TEST_F(MatchTest, RequestUnderWayIsPending) {
  Steps steps;
  steps.request_reaches_giver = false;
  Exchange("1", "gemeente", "politie", steps);
  const Report report = Audit();
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_EQ(OnlyMatch(report), Match::kPending);
  EXPECT_EQ(ToSentence(report, Language::kEnglish),
            "verified, 0 exchanges matched on both sides, 1 still open");
}

TEST_F(MatchTest, AnswerUnderWayIsSentNoReceipt) {
  Steps steps;
  steps.answer_reaches_asker = false;
  Exchange("1", "gemeente", "politie", steps);
  const Report report = Audit();
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_EQ(OnlyMatch(report), Match::kSentNoReceipt);
}

TEST_F(MatchTest, ReceiptUnderWayIsSentNoReceipt) {
  Steps steps;
  steps.receipt_reaches_giver = false;
  Exchange("1", "gemeente", "politie", steps);
  const Report report = Audit();
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_EQ(OnlyMatch(report), Match::kSentNoReceipt);
}

TEST_F(MatchTest, HeadsOfAPairAreThoseOfTheLogs) {
  Exchange("1", "gemeente", "politie");
  const Report before = Audit();
  ASSERT_EQ(before.pairs.size(), 1U);
  EXPECT_EQ(before.pairs[0].a, "gemeente");
  EXPECT_EQ(before.pairs[0].b, "politie");
  EXPECT_TRUE(before.pairs[0].equal());
  EXPECT_EQ(before.pairs[0].count_at_a, 2U);
  EXPECT_EQ(before.pairs[0].head_at_a, At("gemeente").log->HeadOf("politie")->root);
  Steps steps;
  steps.answer_reaches_asker = false;
  Exchange("2", "gemeente", "politie", steps);
  const Report after = Audit();
  EXPECT_FALSE(after.pairs[0].equal());
  EXPECT_EQ(after.pairs[0].head_at_b, At("politie").log->HeadOf("gemeente")->root);
}

TEST_F(MatchTest, PendingCellIsPending) {
  Steps steps;
  steps.state = statement::CellState::kPending;
  Exchange("1", "gemeente", "politie", steps);
  EXPECT_EQ(OnlyMatch(Audit()), Match::kPending);
}

TEST_F(MatchTest, RefusalOfTheWholeIsMatched) {
  Steps steps;
  steps.state = statement::CellState::kRefused;
  Exchange("1", "gemeente", "politie", steps);
  const Report report = Audit();
  EXPECT_EQ(OnlyMatch(report), Match::kMatched) << Show(report);
  EXPECT_TRUE(report.exchanges[0].released.empty());
}

TEST_F(MatchTest, SecondAnswerVoidsTheFirst) {
  Exchange("1", "gemeente", "politie");
  Node& politie = At("politie");
  const auto first = *politie.log->Entry(2);
  statement::Answer second = *statement::ParseAs<statement::Answer>(*first.statement);
  second.cells["incident"] = {statement::CellState::kRefused, "LAPSED"};
  second.payload.reset();
  second.voids = first.statement->Digest();
  const SignedStatement bytes =
      sample::SignBy(politie.statement_key, Type::kAnswer, second.ToValue());
  MustAppend(politie, {EntryFor(bytes, Direction::kOut, "gemeente", "1")});
  EXPECT_EQ(OnlyMatch(Audit()), Match::kSentNoReceipt);
  const auto receipt =
      MustAppend(At("gemeente"), {EntryFor(bytes, Direction::kIn, "politie", "1", true)})
          .entries[0]
          .receipt;
  MustAppend(politie, {EntryFor(*receipt, Direction::kIn, "gemeente", "1")});
  const Report report = Audit();
  EXPECT_EQ(OnlyMatch(report), Match::kMatched) << Show(report);
  EXPECT_TRUE(report.exchanges[0].released.empty());
}

// The giver's refusal of a second use of the id, under the very digest that it accepted before.
TEST_F(MatchTest, RefusedSecondUseLeavesTheAnswerThatCounts) {
  Exchange("1", "gemeente", "politie");
  Node& politie = At("politie");
  const auto first = *politie.log->Entry(2);
  statement::Answer reused = *statement::ParseAs<statement::Answer>(*first.statement);
  reused.cells["incident"] = {statement::CellState::kRefused, "ID_REUSED"};
  reused.payload.reset();
  MustAppend(politie,
             {EntryFor(sample::SignBy(politie.statement_key, Type::kAnswer, reused.ToValue()),
                       Direction::kOut,
                       "gemeente",
                       "1")});
  Report report = Audit();
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_EQ(OnlyMatch(report), Match::kMatched);
  EXPECT_EQ(report.exchanges[0].released, std::vector<std::string>{"incident"});
  EXPECT_EQ(report.exchanges[0].answer_at_to, 2U);
  // Any other refusal behind it does count.
  reused.cells["incident"].code = "LIMIT";
  MustAppend(politie,
             {EntryFor(sample::SignBy(politie.statement_key, Type::kAnswer, reused.ToValue()),
                       Direction::kOut,
                       "gemeente",
                       "1")});
  report = Audit();
  EXPECT_EQ(OnlyMatch(report), Match::kSentNoReceipt);
  EXPECT_TRUE(report.exchanges[0].released.empty());
}

TEST_F(MatchTest, RequestThatTheAskerDidNotLogIsNamed) {
  Steps steps;
  steps.request_logged_by_asker = false;
  steps.answer_reaches_asker = false;
  Exchange("1", "gemeente", "politie", steps);
  const Report report = Audit();
  ExpectOnly(report, Problem::kNotSent, "gemeente");
  EXPECT_EQ(OnlyMatch(report), Match::kReceivedNotSent);
  EXPECT_EQ(report.findings[0].shown_by, std::vector<std::string>{"politie"});
}

TEST_F(MatchTest, AnswerThatTheGiverDidNotLogIsNamed) {
  Steps steps;
  steps.answer_logged_by_giver = false;
  steps.receipt_reaches_giver = false;
  Exchange("1", "gemeente", "politie", steps);
  const Report report = Audit();
  ExpectOnly(report, Problem::kNotSent, "politie");
  EXPECT_EQ(OnlyMatch(report), Match::kReceivedNotSent);
}

TEST_F(MatchTest, OtherRequestUnderTheSameIdIsNamed) {
  Steps steps;
  steps.change_givers_request = [](statement::Request& request) { request.actor_role = "ander"; };
  steps.answer_reaches_asker = false;
  Exchange("1", "gemeente", "politie", steps);
  const Report report = Audit();
  ExpectOnly(report, Problem::kDigestMismatch, "gemeente");
  EXPECT_EQ(OnlyMatch(report), Match::kDigestMismatch);
}

TEST_F(MatchTest, WrongSignatureIsNamed) {
  Steps steps;
  steps.signer = "om";
  steps.request_reaches_giver = false;
  Exchange("1", "gemeente", "politie", steps);
  const Report report = Audit();
  EXPECT_NE(Find(report, Problem::kSignature, "gemeente", 1), nullptr) << Show(report);
}

TEST_F(MatchTest, DirectionThatDoesNotFitIsNamed) {
  Steps steps;
  const SignedStatement request = RequestOf("1", "gemeente", "politie", steps, nullptr);
  // Logged as sent to om, and by politie as its own.
  MustAppend(At("gemeente"), {EntryFor(request, Direction::kOut, "om", "1")});
  EXPECT_NE(Find(Audit(), Problem::kParties, "gemeente", 1), nullptr);
  MustAppend(At("om"), {EntryFor(request, Direction::kIn, "gemeente", "1", true)});
  EXPECT_NE(Find(Audit(), Problem::kParties, "om", 1), nullptr);
  // Under another exchange's id.
  MustAppend(At("politie"), {EntryFor(request, Direction::kIn, "gemeente", "2")});
  EXPECT_NE(Find(Audit(), Problem::kParties, "politie", 1), nullptr);
}

TEST_F(MatchTest, ReceiptForSomethingNeverSentIsNamed) {
  Exchange("1", "gemeente", "om", [] {
    Steps steps;
    steps.categories = {"strafzaak"};
    return steps;
  }());
  const auto receipt = At("om").log->Receipt(1);
  ASSERT_TRUE(receipt.ok());
  MustAppend(At("politie"), {EntryFor(*receipt, Direction::kIn, "om", "1")});
  EXPECT_NE(Find(Audit(), Problem::kParties, "politie", 1), nullptr);
}

// Another party sends a Request again in its own name: refused, logged by its digest, no exchange.
TEST_F(MatchTest, RefusedCallOfAThirdPartyIsNoExchange) {
  Exchange("1", "gemeente", "politie");
  Node& politie = At("politie");
  const Hash digest = politie.log->Entry(1)->statement->Digest();
  statement::Entry refused;
  refused.kind = statement::EntryKind::kRefused;
  refused.direction = Direction::kIn;
  refused.type = "request";
  refused.peer = "om";
  refused.exchange = ToString(sample::Id("1"));
  refused.digest = digest;
  refused.outcome = "PARTY_MISMATCH";
  statement::Answer answer;
  answer.exchange = sample::Id("1");
  answer.from = "politie";
  answer.to = "om";
  answer.request = digest;
  answer.cells["incident"] = {statement::CellState::kRefused, "PARTY_MISMATCH"};
  answer.issued = now_;
  const SignedStatement bytes =
      sample::SignBy(politie.statement_key, Type::kAnswer, answer.ToValue());
  MustAppend(politie,
             {{refused, log::ReceiptOrder{sample::Id("1"), digest, false, "PARTY_MISMATCH"}},
              EntryFor(bytes, Direction::kOut, "om", "1")});
  const Report report = Audit();
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_EQ(OnlyMatch(report), Match::kMatched);
  EXPECT_EQ(report.logs[3].refused_calls, 1U);
}

TEST_F(MatchTest, QuarantinedAnswerIsMatchedAndReceiptedAsRefused) {
  Steps steps;
  steps.answer_reaches_asker = false;
  Exchange("1", "gemeente", "politie", steps);
  const auto answer = *At("politie").log->Entry(2);
  log::NewEntry refused = EntryFor(*answer.statement, Direction::kIn, "politie", "1", true);
  refused.entry.kind = statement::EntryKind::kRefused;
  refused.entry.outcome = "RECHECK_FAILED";
  refused.receipt->accepted = false;
  refused.receipt->code = "RECHECK_FAILED";
  const auto receipt = MustAppend(At("gemeente"), {refused}).entries[0].receipt;
  MustAppend(At("gemeente"),
             {EntryFor(*At("politie").log->Receipt(1), Direction::kIn, "politie", "1")});
  MustAppend(At("politie"), {EntryFor(*receipt, Direction::kIn, "gemeente", "1")});
  const Report report = Audit();
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_EQ(OnlyMatch(report), Match::kMatched);
}

TEST_F(MatchTest, RequestOutsideItsCovenantIsNamed) {
  using Change = std::function<void(statement::Request&)>;
  const std::map<std::string, Change> changes{
      {"onzin", [](auto& request) { request.categories = {"onzin"}; }},
      {"pret", [](auto& request) { request.purpose = "pret"; }},
      {"version", [](auto& request) { request.version = 2; }},
      {"lineage", [](auto& request) { request.lineage = sample::Id("other"); }},
  };
  int number = 0;
  for (const auto& [subject, change] : changes) {
    Steps steps;
    steps.change_request = change;
    steps.request_reaches_giver = false;
    Exchange(std::to_string(++number), "gemeente", "politie", steps);
    const Report report = Audit();
    const Finding* const finding = Find(report, Problem::kNotInCovenant, "gemeente", number);
    ASSERT_NE(finding, nullptr) << subject << "\n" << Show(report);
    EXPECT_EQ(finding->subject, subject);
  }
}

TEST_F(MatchTest, RequestUnderACovenantThatIsNotAtHandIsNamed) {
  Steps steps;
  steps.change_request = [](statement::Request& request) {
    request.covenant = crypto::Sha256("another");
  };
  steps.request_reaches_giver = false;
  Exchange("1", "gemeente", "politie", steps);
  EXPECT_NE(Find(Audit(), Problem::kCovenantMissing, ""), nullptr);
}

TEST_F(MatchTest, AnswerAboutOtherCategoriesIsNamed) {
  Steps steps;
  steps.change_answer = [](statement::Answer& answer) {
    answer.cells["signaal"] = {statement::CellState::kRefused, "LIMIT"};
  };
  Exchange("1", "gemeente", "politie", steps);
  const Report report = Audit();
  ExpectOnly(report, Problem::kAnswerCells, "politie");
  EXPECT_EQ(report.findings[0].index, 2U);
}

TEST_F(MatchTest, ReleaseWithoutARuleIsNamed) {
  Exchange("1", "gemeente", "om");  // om has no rule for incident
  const Report report = Audit();
  ExpectOnly(report, Problem::kNotPermitted, "om");
  EXPECT_EQ(report.findings[0].subject, "incident");
}

TEST_F(MatchTest, AnswerToAnotherRequestIsNamed) {
  Steps steps;
  steps.change_answer = [](statement::Answer& answer) { answer.request = crypto::Sha256("x"); };
  Exchange("1", "gemeente", "politie", steps);
  EXPECT_NE(Find(Audit(), Problem::kDigestMismatch, "politie"), nullptr);
}

// A log signed anew with other numbers or times is caught by what it says itself.
TEST_F(MatchTest, GapAndTimeAreNamed) {
  Exchange("1", "gemeente", "politie");
  Node& politie = At("politie");
  statement::Entry early = *politie.log->Entry(3);
  early.time = kStart - kDay;
  Files files = Export();
  ExportRewritten("politie", 3, early.Encode(), files);
  EXPECT_NE(Find(AuditOf(files), Problem::kTime, "politie", 3), nullptr);
  // tamper::RewriteLog numbers anew, so the gap is made by an appender that starts too high.
  store::Batch batch;
  Bytes nine;
  AppendU64(nine, 9);
  batch.Put(store::Family::kLog, log::CounterKey(OriginOf("om"), "gemeente", Direction::kIn), nine);
  ASSERT_TRUE(At("om").store.Write(batch, store::Durability::kSynced).ok());
  Steps steps;
  steps.categories = {"strafzaak"};
  Exchange("2", "gemeente", "om", steps);
  EXPECT_NE(Find(Audit(), Problem::kGap, "om", 1), nullptr);
}

}  // namespace
}  // namespace schakel::audit
