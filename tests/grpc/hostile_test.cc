// Requests that a node must refuse, sent over the wire by somebody with real keys: each is refused,
// logged where it can be, and the node goes on.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "tests/grpc/fixture.h"

namespace schakel::hostile {
namespace {

using statement::Entry;
using statement::EntryKind;

class HostileRequestTest : public HostileTest {};

TEST_F(HostileRequestTest, AnHonestRequestIsAnswered) {
  ExpectHonestAnswer();
  // The exchange that the two nodes had between them: both Requests, Answers and Receipts.
  for (const char* party : {"politie", "gemeente"}) {
    EXPECT_EQ(OutcomesOf(party, network_.honest()), (std::vector<std::string>{"ok", "ok", "ok"}));
  }
}

TEST_F(HostileRequestTest, AnotherPartysRequestReplayedIsAPartyMismatchAndReservesNothing) {
  const Question question = gemeente_.Seal(gemeente_.Ask());
  const Reply stolen = om_.Send(question);
  ASSERT_TRUE(stolen.done.ok());
  EXPECT_EQ(stolen.code(), "PARTY_MISMATCH");
  EXPECT_EQ(stolen.answer->to, "om");
  EXPECT_EQ(stolen.frames, 0U);

  // The Request is logged as its digest only: who sent it did not sign it.
  const Entry logged = FirstEntryOf(question.content.exchange);
  EXPECT_EQ(logged.kind, EntryKind::kRefused);
  EXPECT_EQ(logged.peer, "om");
  EXPECT_EQ(logged.outcome, "PARTY_MISMATCH");
  EXPECT_FALSE(logged.statement.has_value());
  EXPECT_EQ(logged.digest, question.request.Digest());

  // The owner's own sending of the same Request still works.
  const Reply owners = gemeente_.Send(question);
  EXPECT_EQ(owners.code(), "OK");
  EXPECT_GT(owners.frames, 1U);
  EXPECT_EQ(owners.answer->to, "gemeente");
  EXPECT_NE(owners.openings[0].receipt, stolen.openings[0].receipt);
  // And the thief learns nothing afterwards either.
  const Reply again = om_.Send(question);
  EXPECT_EQ(again.code(), "PARTY_MISMATCH");
  EXPECT_EQ(again.frames, 0U);
}

TEST_F(HostileRequestTest, ARequestToAnotherPartyIsAPartyMismatch) {
  statement::Request request = gemeente_.Ask();
  request.to = "om";
  request.ref = std::string(kGroup) + "/1@om";
  const Reply reply = gemeente_.Send(gemeente_.Seal(request));
  EXPECT_EQ(reply.code(), "PARTY_MISMATCH");
  ExpectRefusedEntry(request.exchange, "gemeente", "PARTY_MISMATCH");
  ExpectHonestAnswer();
}

TEST_F(HostileRequestTest, ARequestInAnotherPartysNameSignedByOurselvesGetsTheFixedSentence) {
  statement::Request request = om_.Ask();
  request.from = "gemeente";
  ExpectFixedSentence(om_, om_.Seal(request).message(), "om");
}

TEST_F(HostileRequestTest, ABrokenSignatureGetsTheFixedSentence) {
  const Question question = gemeente_.Seal(gemeente_.Ask());
  // Signed by a key of the same party that is delegated for something else.
  const auto by_log_key =
      SignBy(gemeente_.keys().log, statement::Type::kRequest, question.content.ToValue());
  ExpectFixedSentence(gemeente_, {by_log_key.Encode(), question.body}, "gemeente");
  // The signature of another Request.
  statement::Request other = question.content;
  other.ref = std::string(kGroup) + "/2@politie";
  std::string mixed = question.request.Encode();
  const std::string ref = question.content.ref;
  mixed.replace(mixed.find(ref), ref.size(), other.ref);
  ExpectFixedSentence(gemeente_, {mixed, question.body}, "gemeente");
  // Untouched it is answered: nothing was reserved.
  EXPECT_EQ(gemeente_.Send(question).code(), "OK");
}

TEST_F(HostileRequestTest, ARequestThatDoesNotParseGetsTheFixedSentence) {
  const Question question = gemeente_.Seal(gemeente_.Ask());
  const std::string good = question.request.Encode();
  for (const std::string& bytes : {std::string("{}"),
                                   std::string("not even JSON"),
                                   std::string("\xff\xfe\x00\x01", 4),
                                   good.substr(0, good.size() - 1),
                                   " " + good,
                                   std::string(200, '[')}) {
    ExpectFixedSentence(gemeente_, {bytes, question.body}, "gemeente");
  }
}

TEST_F(HostileRequestTest, AStatementOfAnotherTypeIsNoRequest) {
  const Question question = gemeente_.Seal(gemeente_.Ask());
  ExpectFixedSentence(gemeente_, {network_.decision().Encode(), question.body}, "gemeente");
  ExpectFixedSentence(
      gemeente_, {network_.statements().front().Encode(), question.body}, "gemeente");
}

TEST_F(HostileRequestTest, TheSameIdWithOtherBytesIsIdReused) {
  const Question first = gemeente_.Seal(gemeente_.Ask());
  const Reply answered = gemeente_.Send(first);
  ASSERT_EQ(answered.code(), "OK");

  const Question other = gemeente_.Seal(first.content, "Iets heel anders");
  ASSERT_NE(other.request.Digest(), first.request.Digest());
  const Reply reused = gemeente_.Send(other);
  EXPECT_EQ(reused.code(), "ID_REUSED");
  EXPECT_EQ(reused.frames, 0U);
  // The same Request beside another body is another use of the id too.
  EXPECT_EQ(gemeente_.Send({first.request.Encode(), other.body}).code(), "ID_REUSED");
  EXPECT_EQ(
      OutcomesOf("politie", first.content.exchange),
      (std::vector<std::string>{"ok", "ok", "ID_REUSED", "ID_REUSED", "ID_REUSED", "ID_REUSED"}));
  // The id still stands for what it stood for.
  const Reply resent = gemeente_.Send(first);
  EXPECT_EQ(resent.openings[0].answer, answered.openings[0].answer);
  EXPECT_EQ(resent.frames, answered.frames);
}

TEST_F(HostileRequestTest, AnIdenticalResendGetsTheStoredAnswerAndNoSecondEntry) {
  const Question question = gemeente_.Seal(gemeente_.Ask());
  const Reply first = gemeente_.Send(question);
  const size_t entries = network_.Log("politie").size();
  for (int i = 0; i < 3; ++i) {
    const Reply again = gemeente_.Send(question);
    ASSERT_TRUE(again.done.ok());
    EXPECT_EQ(again.openings[0].answer, first.openings[0].answer);
    EXPECT_EQ(again.openings[0].receipt, first.openings[0].receipt);
    EXPECT_EQ(again.frames, first.frames);
  }
  EXPECT_EQ(network_.Log("politie").size(), entries);
  EXPECT_EQ(OutcomesOf("politie", question.content.exchange),
            (std::vector<std::string>{"ok", "ok"}));
}

TEST_F(HostileRequestTest, AnotherPartyMayUseTheSameIdForItself) {
  const Question ours = gemeente_.Seal(gemeente_.Ask());
  ASSERT_EQ(gemeente_.Send(ours).code(), "OK");
  statement::Request theirs = om_.Ask();
  theirs.exchange = ours.content.exchange;
  const Reply reply = om_.Send(om_.Seal(theirs));
  EXPECT_NE(reply.code(), "ID_REUSED");
  EXPECT_NE(reply.code(), "OK");  // the covenant lets politie name nobody to om
  EXPECT_EQ(gemeente_.Send(ours).code(), "OK");
}

TEST_F(HostileRequestTest, AnExpiredRequestIsRefused) {
  statement::Request request = gemeente_.Ask();
  request.issued -= std::chrono::minutes{4};
  request.expires = request.issued + std::chrono::minutes{3};
  ExpectRefusal(gemeente_.Seal(request), "EXPIRED");
}

TEST_F(HostileRequestTest, ARequestIssuedTooFarOffIsRefused) {
  for (const std::chrono::minutes off : {std::chrono::minutes{-6}, std::chrono::minutes{6}}) {
    statement::Request request = gemeente_.Ask();
    request.issued += off;
    request.expires += off;
    ExpectRefusal(gemeente_.Seal(request), "ISSUED");
  }
  statement::Request request = gemeente_.Ask();
  request.issued -= std::chrono::minutes{4};
  request.expires -= std::chrono::minutes{4};
  EXPECT_EQ(gemeente_.Send(gemeente_.Seal(request)).code(), "OK");
}

TEST_F(HostileRequestTest, ABodyThatDoesNotMatchItsHashIsRefused) {
  Question question = gemeente_.Seal(gemeente_.Ask());
  question.body.back() ^= 1;
  ExpectRefusal(question, "BODY_HASH");
}

TEST_F(HostileRequestTest, ABodyThatDoesNotOpenIsRefused) {
  const Question question = gemeente_.Seal(gemeente_.Ask());
  Bytes body = question.body;
  body.back() ^= 1;
  statement::Request request = question.content;
  request.body = crypto::Sha256(body);
  ExpectRefusal(gemeente_.SignOnly(request, body), "BODY");
}

TEST_F(HostileRequestTest, AnUnknownPrekeyIsRefusedWithTheStatusBeside) {
  statement::Request request = gemeente_.Ask();
  request.prekey = "0123456789abcdef";
  const Question question = gemeente_.Seal(request);
  const Reply reply = ExpectRefusal(question, "PREKEY_UNKNOWN");
  const auto status =
      Must(statement::SignedStatement::Parse(reply.openings[0].status), "status beside");
  const crypto::PublicKey keys[] = {network_.parties()["politie"].statement.public_key()};
  const auto verified =
      Must(statement::VerifyAs<statement::Status>(status, keys, 1), "verify status");
  EXPECT_NE(verified.content.prekey.id, request.prekey);
  // A refusal of anything else has none.
  EXPECT_EQ(om_.Send(question).openings[0].status, "");
}

TEST_F(HostileRequestTest, AnotherCovenantIsRefused) {
  statement::Request hash = gemeente_.Ask();
  hash.covenant = crypto::Sha256("another");
  ExpectRefusal(gemeente_.Seal(hash), "HASH_MISMATCH");
  statement::Request version = gemeente_.Ask();
  version.version = 2;
  ExpectRefusal(gemeente_.Seal(version), "NOT_ACTIVE");
  statement::Request lineage = gemeente_.Ask();
  lineage.lineage.bytes[0] ^= 1;
  ExpectRefusal(gemeente_.Seal(lineage), "COVENANT_UNKNOWN");
}

TEST_F(HostileRequestTest, APartnerWhoseStatusIsUnknownGetsNothing) {
  Peer jongerenwerk(network_, "jongerenwerk");
  EXPECT_EQ(jongerenwerk.Send(jongerenwerk.Seal(jongerenwerk.Ask())).code(), "STATUS_STALE");
  ExpectHonestAnswer();
}

TEST_F(HostileRequestTest, AnAuditorIsGivenNoContent) {
  Peer auditor(network_, kAuditor);
  // Its certificate opens the connection, and its status is heard; that is all.
  ASSERT_TRUE(auditor.Greet().ok());
  const Question own = auditor.Seal(auditor.Ask());
  const Reply reply = auditor.Send(own);
  EXPECT_EQ(reply.frames, 0U);
  EXPECT_NE(reply.code(), "OK");
  // Nor with a partner's Request.
  const Question partners = gemeente_.Seal(gemeente_.Ask());
  const Reply stolen = auditor.Send(partners);
  EXPECT_EQ(stolen.frames, 0U);
  EXPECT_NE(stolen.code(), "OK");
  EXPECT_EQ(gemeente_.Send(partners).code(), "OK");
}

TEST_F(HostileRequestTest, AStatusThatIsNotTheCallersIsRefused) {
  const auto signed_by = [&](const crypto::SigningKey& key) {
    statement::Status status = Must(om_.Greet(), "greet");
    return SignBy(key, statement::Type::kStatus, status.ToValue()).Encode();
  };
  EXPECT_FALSE(om_.channel().Greet({signed_by(gemeente_.keys().statement), {}}).ok());
  EXPECT_FALSE(om_.channel().Greet({signed_by(om_.keys().log), {}}).ok());
  EXPECT_FALSE(om_.channel().Greet({"{}", {}}).ok());
  ExpectHonestAnswer();
}

TEST_F(HostileRequestTest, AGreetingWithAForgedDelegationKeepsNothing) {
  const statement::Delegation forged = network_.parties().Delegation("gemeente", "127.0.0.1:2", 9);
  const std::string by_om = network_.parties().Sign(forged, "om").Encode();
  statement::Status status = Must(om_.Greet(), "greet");
  const std::string bytes =
      SignBy(om_.keys().statement, statement::Type::kStatus, status.ToValue()).Encode();
  EXPECT_EQ(om_.channel().Greet({bytes, {by_om}}).error().code, ErrorCode::kDenied);
  // The sets of statements still agree, or content would wait.
  ExpectHonestAnswer();
}

}  // namespace
}  // namespace schakel::hostile
