// Who may open which door: certificates at the peer port, callers of the log, receipts, and the
// operator socket.
#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <schakel/v1/exchange.grpc.pb.h>

#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/crypto/hash.h"
#include "node/rpc/transport/tls.h"
#include "node/rpc/wire/convert.h"
#include "tests/grpc/fixture.h"
#include "tests/unit/rpc_server/probe.h"

namespace schakel::hostile {
namespace {

using canon::Value;

class HostileCertificateTest : public HostileTest {
 protected:
  // The handshake is refused and named in the node's own lines with this reason.
  void ExpectNoEntry(crypto::TlsIdentity identity, const std::string& reason) {
    network_.lines().Clear();
    Peer peer(network_, "gemeente", std::move(identity));
    const Result<statement::Status> reply = peer.Greet();
    EXPECT_FALSE(reply.ok());
    network_.lines().Await({"refused handshake", reason});
    ExpectHonestAnswer();
  }

  [[nodiscard]] statement::Delegation Good(std::string_view party = "gemeente") const {
    return network_.parties().Delegation(party, "127.0.0.1:1");
  }
  [[nodiscard]] const Parties& parties() const { return network_.parties(); }
};

TEST_F(HostileCertificateTest, AnUnknownKeyIsRefused) {
  crypto::SystemEntropy entropy;
  const crypto::SigningKey stranger = crypto::SigningKey::Generate(entropy);
  // The delegation is gemeente's own, copied from one of its connections.
  ExpectNoEntry(IdentityOf(stranger, Good(), parties().Sign(Good())), "not delegated for tls");
  // Or of the stranger's making: the key is in it, and signed by no root of gemeente.
  statement::Delegation own = Good();
  own.keys = {{statement::KeyUse::kTls, stranger.public_key()}};
  const auto by_stranger = SignBy(stranger, statement::Type::kDelegation, own.ToValue());
  ExpectNoEntry(IdentityOf(stranger, own, by_stranger), "denied");
  // Or by the roots of another party.
  ExpectNoEntry(IdentityOf(stranger, own, parties().Sign(own, "om")), "denied");
  // Or of a party that is in no covenant.
  own.party = "stadswacht";
  ExpectNoEntry(IdentityOf(stranger, own, parties().Sign(own, "om")), "names no party");
}

TEST_F(HostileCertificateTest, ACertificateWithoutDelegationIsRefused) {
  ExpectNoEntry(rpc::BareIdentity(), "denied");
}

TEST_F(HostileCertificateTest, ADelegationOfAnotherCovenantIsRefused) {
  statement::Delegation other = Good();
  other.lineage.bytes[0] ^= 1;
  ExpectNoEntry(IdentityOf(parties()["gemeente"].tls, other, parties().Sign(other)),
                "a delegation of another lineage");
}

TEST_F(HostileCertificateTest, AnExpiredDelegationIsRefused) {
  statement::Delegation past = Good();
  past.not_after = past.not_before + std::chrono::minutes{30};
  ExpectNoEntry(IdentityOf(parties()["gemeente"].tls, past, parties().Sign(past)),
                "does not cover this moment");
}

TEST_F(HostileCertificateTest, ADelegationOfTomorrowIsRefused) {
  statement::Delegation next = Good();
  next.not_before += std::chrono::hours{24};
  ExpectNoEntry(IdentityOf(parties()["gemeente"].tls, next, parties().Sign(next)),
                "does not cover this moment");
}

TEST_F(HostileCertificateTest, ADelegationShortOfItsThresholdIsRefused) {
  const auto one =
      SignBy(parties()["gemeente"].roots[0], statement::Type::kDelegation, Good().ToValue());
  ExpectNoEntry(IdentityOf(parties()["gemeente"].tls, Good(), one), "denied");
}

TEST_F(HostileCertificateTest, AKeyDelegatedForAnotherUseIsRefused) {
  const PartyKeys& keys = parties()["gemeente"];
  ExpectNoEntry(IdentityOf(keys.statement, Good(), parties().Sign(Good())),
                "not delegated for tls");
  ExpectNoEntry(IdentityOf(keys.log, Good(), parties().Sign(Good())), "not delegated for tls");
}

TEST_F(HostileCertificateTest, AnotherPartyAtTheAddressIsNotTalkedTo) {
  Peer client(network_,
              "gemeente",
              IdentityOf(parties()["gemeente"].tls, Good(), parties().Sign(Good())),
              "om");
  EXPECT_EQ(client.Greet().error().detail, "another party answers");
  // gemeente's node has an address of om at which politie answers.
  const Value test =
      network_.MustCall("gemeente", "regisseur", "peer.test", Value::Object{{"party", "om"}});
  EXPECT_FALSE(*test.Find("ok")->AsBool());
  const Value& last = test.Find("lines")->AsArray()->back();
  EXPECT_EQ(*last.Find("step")->AsString(), "tls");
  EXPECT_EQ(*last.Find("detail")->AsString(), "another party answers");
  ExpectHonestAnswer();
}

TEST_F(HostileCertificateTest, PlainTcpGetsNoAnswer) {
  for (const char* bytes : {"GET / HTTP/1.1\r\nHost: politie\r\n\r\n",
                            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                            "\x16\x03\x01\x02"}) {
    const rpc::Socket socket(network_.port("politie"));
    EXPECT_EQ(send(socket.fd(), bytes, strlen(bytes), MSG_NOSIGNAL),
              static_cast<ssize_t>(strlen(bytes)));
    EXPECT_EQ(shutdown(socket.fd(), SHUT_WR), 0);
    std::string reply;
    char byte = 0;
    while (recv(socket.fd(), &byte, 1, 0) == 1)
      reply += byte;
    EXPECT_EQ(reply.find("HTTP"), std::string::npos);
  }
  ExpectHonestAnswer();
}

TEST_F(HostileCertificateTest, Tls12IsRefused) {
  const crypto::TlsIdentity own =
      IdentityOf(parties()["gemeente"].tls, Good(), parties().Sign(Good()));
  const rpc::TlsProbe older(network_.port("politie"), TLS1_2_VERSION, &own);
  EXPECT_FALSE(older.connected());
  EXPECT_FALSE(older.served());
  EXPECT_TRUE(rpc::TlsProbe(network_.port("politie"), TLS1_3_VERSION, &own).served());
  ExpectHonestAnswer();
}

TEST_F(HostileCertificateTest, AnOversizedMessageIsRefused) {
  const size_t entries = network_.Log("politie").size();
  const size_t local = network_.Log("politie", /*local=*/true).size();
  const Question question = gemeente_.Seal(gemeente_.Ask());
  EXPECT_EQ(gemeente_.Send({question.request.Encode(), Bytes(kMaxBodyBytes + 1)}).done.error().code,
            ErrorCode::kExhausted);
  EXPECT_FALSE(gemeente_.Send({std::string(kMaxStatementBytes + 1, 'x'), Bytes{1}}).done.ok());
  // Beyond what our own client would send.
  const auto stub = v1::Exchange::NewStub(grpc::CreateChannel(
      network_.address("politie"),
      rpc::ClientTls(
          IdentityOf(parties()["gemeente"].tls, Good(), parties().Sign(Good())),
          "politie",
          [](const crypto::PeerCertificate&) { return Result<std::string>("politie"); },
          [](const Error&) {})));
  grpc::ClientContext context;
  const auto reader = stub->Send(
      &context, wire::Encode(wire::SendRequest{question.request.Encode(), Bytes(16 << 20)}));
  v1::SendReply reply;
  EXPECT_FALSE(reader->Read(&reply));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(network_.Log("politie").size(), entries);
  EXPECT_EQ(network_.Log("politie", /*local=*/true).size(), local);
  EXPECT_EQ(gemeente_.Send(question).code(), "OK");
}

class HostileLogTest : public HostileTest {
 protected:
  Result<void> Export(Peer& peer, const Uuid& lineage) {
    return peer.channel().Export({lineage}, [&](const wire::ExportChunk&) -> Result<void> {
      ++chunks_;
      return {};
    });
  }
  int chunks_ = 0;
};

TEST_F(HostileLogTest, APartnerIsNotGivenTheLog) {
  const Uuid lineage = network_.parties().document().lineage;
  const size_t local = network_.Log("politie", /*local=*/true).size();
  EXPECT_EQ(Export(gemeente_, lineage).error().code, ErrorCode::kDenied);
  EXPECT_EQ(Export(om_, lineage).error().code, ErrorCode::kDenied);
  EXPECT_EQ(chunks_, 0);
  network_.lines().Await({"refused Log.Export from gemeente", "not an auditor"});
  EXPECT_EQ(network_.Log("politie", /*local=*/true).size(), local);
  // The checkpoint is theirs.
  EXPECT_TRUE(om_.channel().Checkpoint({lineage}).ok());

  Peer auditor(network_, kAuditor);
  EXPECT_TRUE(Export(auditor, lineage).ok());
  EXPECT_GT(chunks_, 0);
  EXPECT_EQ(network_.Log("politie", /*local=*/true).back().type, "log_exported");
}

// A bundle of entries is larger than one chunk may be: the receiver would refuse the whole export.
TEST_F(HostileLogTest, AnExportOfMoreThanOneChunkArrivesWhole) {
  while (network_.Log("politie").size() < 120)
    ExpectHonestAnswer();
  Peer auditor(network_, kAuditor);
  std::map<std::string, size_t> sizes;
  EXPECT_TRUE(auditor.channel()
                  .Export({network_.parties().document().lineage},
                          [&](const wire::ExportChunk& chunk) -> Result<void> {
                            sizes[chunk.path] += chunk.data.size();
                            return {};
                          })
                  .ok());
  const auto largest = std::max_element(
      sizes.begin(), sizes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  EXPECT_GT(largest->second, kMaxChunkBytes);
  EXPECT_EQ(ExportedEntries(network_).size(), network_.Log("politie").size());
}

TEST_F(HostileLogTest, AnotherLineagesLogIsNotGiven) {
  Uuid other = network_.parties().document().lineage;
  other.bytes[0] ^= 1;
  Peer auditor(network_, kAuditor);
  EXPECT_EQ(Export(auditor, other).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(om_.channel().Checkpoint({other}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(chunks_, 0);
}

class HostileReceiptTest : public HostileTest {
 protected:
  void SetUp() override {
    question_ = std::make_unique<Question>(gemeente_.Seal(gemeente_.Ask()));
    const Reply reply = gemeente_.Send(*question_);
    ASSERT_EQ(reply.code(), "OK");
    answer_ = Must(statement::SignedStatement::Parse(reply.openings[0].answer), "answer").Digest();
  }

  [[nodiscard]] statement::Receipt Good() const {
    return gemeente_.ReceiptFor(question_->content.exchange, answer_);
  }
  Result<void> Deliver(Peer& peer,
                       const statement::Receipt& receipt,
                       const crypto::SigningKey& key) {
    return peer.channel().Deliver(
        {SignBy(key, statement::Type::kReceipt, receipt.ToValue()).Encode()});
  }
  // Refused, nothing logged; the right one is taken afterwards.
  void ExpectRefused(const Result<void>& delivered, ErrorCode code, size_t entries) {
    EXPECT_EQ(delivered.error().code, code);
    EXPECT_EQ(network_.Log("politie").size(), entries);
    EXPECT_EQ(OutcomesOf("politie", question_->content.exchange),
              (std::vector<std::string>{"ok", "ok"}));
    network_.lines().Await({"refused Exchange.Deliver"});
    EXPECT_TRUE(Deliver(gemeente_, Good(), gemeente_.keys().log).ok());
    EXPECT_EQ(OutcomesOf("politie", question_->content.exchange),
              (std::vector<std::string>{"ok", "ok", "ok"}));
  }

  std::unique_ptr<Question> question_;
  Hash answer_{};
};

TEST_F(HostileReceiptTest, ForAnUnknownExchangeIsRefused) {
  const size_t entries = network_.Log("politie").size();
  statement::Receipt receipt = Good();
  receipt.exchange.bytes[15] ^= 1;
  ExpectRefused(Deliver(gemeente_, receipt, gemeente_.keys().log), ErrorCode::kNotFound, entries);
}

TEST_F(HostileReceiptTest, ForAnotherPartysExchangeIsRefused) {
  const size_t entries = network_.Log("politie").size();
  ExpectRefused(Deliver(om_, Good(), om_.keys().log), ErrorCode::kNotFound, entries);
}

TEST_F(HostileReceiptTest, SignedByAnotherPartyIsRefused) {
  const size_t entries = network_.Log("politie").size();
  ExpectRefused(Deliver(gemeente_, Good(), om_.keys().log), ErrorCode::kDenied, entries);
}

TEST_F(HostileReceiptTest, BroughtByAnotherPartyIsRefused) {
  const size_t entries = network_.Log("politie").size();
  ExpectRefused(Deliver(om_, Good(), gemeente_.keys().log), ErrorCode::kDenied, entries);
}

TEST_F(HostileReceiptTest, SignedWithAKeyForAnotherUseIsRefused) {
  const size_t entries = network_.Log("politie").size();
  ExpectRefused(
      Deliver(gemeente_, Good(), gemeente_.keys().statement), ErrorCode::kDenied, entries);
}

TEST_F(HostileReceiptTest, ForAnotherStatementIsRefused) {
  const size_t entries = network_.Log("politie").size();
  statement::Receipt receipt = Good();
  receipt.statement = question_->request.Digest();  // ours, not the Answer
  ExpectRefused(Deliver(gemeente_, receipt, gemeente_.keys().log), ErrorCode::kDenied, entries);
}

TEST_F(HostileReceiptTest, TheSameTwiceMakesNoSecondEntry) {
  EXPECT_TRUE(Deliver(gemeente_, Good(), gemeente_.keys().log).ok());
  const size_t entries = network_.Log("politie").size();
  EXPECT_TRUE(Deliver(gemeente_, Good(), gemeente_.keys().log).ok());
  EXPECT_EQ(network_.Log("politie").size(), entries);
}

class HostileOperatorTest : public HostileTest {
 protected:
  static constexpr const char* kNotTheirs = "the signature does not verify";

  // Refused with this in the sentence, and nothing was done.
  void ExpectRefused(const wire::OperatorReply& reply, const std::string& message) {
    const auto* const error = std::get_if<wire::OperatorError>(&reply);
    ASSERT_NE(error, nullptr) << std::get<std::string>(reply);
    EXPECT_EQ(error->code, "denied");
    EXPECT_NE(error->message.find(message), std::string::npos) << error->message;
  }
  void ExpectRefused(const statement::OperatorCall& call, const std::string& message) {
    ExpectRefused(network_.Send("gemeente", call), message);
  }
  static Value OpenParams() {
    return Value::Object{{"ref", "VLD-2026-009"}, {"name", "X"}, {"areas", Value::Array{"BU1"}}};
  }
  void TearDown() override {
    const Value groups = network_.MustCall("gemeente", "regisseur", "group.list", Value::Object{});
    EXPECT_EQ(groups.Find("groups")->AsArray()->size(), 1U);
    ExpectHonestAnswer();
  }
  crypto::SystemEntropy entropy_;
};

TEST_F(HostileOperatorTest, ACallWithoutSignatureIsRefused) {
  for (const char* method : {"node.status", "group.open", "covenant.show", "log.show"}) {
    const auto reply = network_.client("gemeente").Call({method, "{}", wire::kSchema, {}});
    ExpectRefused(Must(reply, "call"), "not signed");
  }
}

TEST_F(HostileOperatorTest, ARefusalSaysItsReasonFromSchemaTwoOn) {
  const auto refused = [&](uint32_t schema) {
    const auto reply = network_.client("gemeente").Call({"node.status", "{}", schema, {}});
    return std::get<wire::OperatorError>(Must(reply, "call"));
  };
  EXPECT_EQ(refused(1).reason, "");
  EXPECT_EQ(refused(2).reason, "call_unsigned");
  EXPECT_EQ(refused(1).message, refused(2).message);
  for (const uint32_t other : {0U, 3U})
    EXPECT_EQ(refused(other).code, "malformed") << other;
}

TEST_F(HostileOperatorTest, ARefusalThatRepeatsALongTextIsStillReadable) {
  // At the limit of a text and beyond, of one byte a character and of two.
  for (const std::string said : {"x", "é"}) {
    for (const size_t count : {2000U, 5000U}) {
      std::string ref;
      for (size_t i = 0; i < count; ++i)
        ref += said;
      const auto reply =
          network_.Call("gemeente", "regisseur", "exchange.show", Value::Object{{"ref", ref}});
      const auto* const error = std::get_if<wire::OperatorError>(&reply);
      ASSERT_NE(error, nullptr);
      EXPECT_EQ(error->code, "malformed");
      EXPECT_EQ(error->message.substr(0, 41), ("'" + ref).substr(0, 41));
      EXPECT_LE(error->message.size(), wire::kMaxErrorTextBytes);
      EXPECT_GE(error->message.size(), std::min(ref.size(), wire::kMaxErrorTextBytes - 1));
    }
  }
}

TEST_F(HostileOperatorTest, AReplayedCallIsRefused) {
  const statement::OperatorCall call =
      network_.Sign("gemeente", "admin", "operator.list", Value::Object{});
  EXPECT_TRUE(std::holds_alternative<std::string>(network_.Send("gemeente", call)));
  ExpectRefused(call, "made before");
}

TEST_F(HostileOperatorTest, AStrangersCallIsRefused) {
  const crypto::SigningKey stranger = crypto::SigningKey::Generate(entropy_);
  statement::OperatorCall call = network_.Sign("gemeente", "regisseur", "group.open", OpenParams());
  statement::SignOperatorCall(call, stranger);
  ExpectRefused(call, kNotTheirs);
  call.operator_id = "stranger";
  statement::SignOperatorCall(call, stranger);
  ExpectRefused(call, "unknown operator");
}

TEST_F(HostileOperatorTest, AnotherOperatorsKeyIsRefused) {
  statement::OperatorCall call = network_.Sign("gemeente", "regisseur", "group.open", OpenParams());
  statement::SignOperatorCall(call, network_.OperatorKey("gemeente", "admin"));
  ExpectRefused(call, kNotTheirs);
}

TEST_F(HostileOperatorTest, AnAlteredCallIsRefused) {
  const statement::OperatorCall signed_call =
      network_.Sign("gemeente", "regisseur", "group.list", Value::Object{});
  statement::OperatorCall method = signed_call;
  method.method = "group.open";
  method.params = canon::Write(OpenParams());
  ExpectRefused(method, kNotTheirs);
  statement::OperatorCall nonce = signed_call;
  nonce.nonce[0] ^= 1;
  ExpectRefused(nonce, kNotTheirs);
  statement::OperatorCall time = signed_call;
  time.time += std::chrono::milliseconds{1};
  ExpectRefused(time, kNotTheirs);
  // None of them spent the call's own nonce.
  EXPECT_TRUE(std::holds_alternative<std::string>(network_.Send("gemeente", signed_call)));
}

TEST_F(HostileOperatorTest, ACallForAnotherNodeIsRefused) {
  // Both nodes have an operator `admin`; the key decides for whom it is, and so does the name.
  const statement::OperatorCall call =
      network_.Sign("politie", "admin", "operator.list", Value::Object{});
  ExpectRefused(call, kNotTheirs);
  statement::OperatorCall renamed = call;
  renamed.node = "politie.veldrijk.example";
  statement::SignOperatorCall(renamed, network_.OperatorKey("gemeente", "admin"));
  ExpectRefused(renamed, kNotTheirs);
}

TEST_F(HostileOperatorTest, ACallFromAnotherTimeIsRefused) {
  for (const std::chrono::minutes off : {std::chrono::minutes{-6}, std::chrono::minutes{6}}) {
    statement::OperatorCall call =
        network_.Sign("gemeente", "regisseur", "group.open", OpenParams());
    call.time += off;
    statement::SignOperatorCall(call, network_.OperatorKey("gemeente", "regisseur"));
    ExpectRefused(call, "five minutes");
  }
}

TEST_F(HostileOperatorTest, AWrongRoleIsRefused) {
  const auto refused = [&](const char* by, const char* method, const Value& params) {
    ExpectRefused(network_.Call("gemeente", by, method, params), "needs the role");
  };
  refused("admin", "group.open", OpenParams());
  refused("officer", "group.open", OpenParams());
  refused(
      "admin", "scan.request", Value::Object{{"ref", kGroup}, {"send", true}, {"motivation", "x"}});
  refused("admin", "exchange.list", Value::Object{});
  refused("admin", "operator.confirm", Value::Object{{"id", "regisseur"}});
  refused("regisseur", "operator.add", Value::Object{});
  refused("regisseur", "operator.list", Value::Object{});
  refused("officer", "operator.add", Value::Object{});
  refused("officer", "covenant.activate", Value::Object{});
  refused("regisseur", "person.doubtful", Value::Object{});
}

TEST_F(HostileOperatorTest, AnImportByTheWrongRoleIsRefused) {
  const statement::OperatorCall call =
      network_.Sign("gemeente", "regisseur", "import", Value::Object{});
  const auto reply =
      network_.client("gemeente")
          .Import(
              {call.method,
               call.params,
               wire::kSchema,
               wire::OperatorSignature{call.operator_id, call.time, call.nonce, call.signature}},
              []() -> Result<std::optional<Bytes>> { return std::optional<Bytes>(); },
              [](const std::string&) {});
  ExpectRefused(Must(reply, "import"), "needs the role");
}

TEST_F(HostileOperatorTest, AnAdminAloneGivesNobodySightOfContent) {
  const crypto::SigningKey key = crypto::SigningKey::Generate(entropy_);
  const Value added = network_.MustCall("gemeente",
                                        "admin",
                                        "operator.add",
                                        Value::Object{{"id", "kijker"},
                                                      {"name", "K. Kijker"},
                                                      {"function", "observer"},
                                                      {"telephone", "088 000 0009"},
                                                      {"key", crypto::KeyId(key.public_key())},
                                                      {"roles", Value::Array{"observer"}}});
  EXPECT_EQ(*added.Find("state")->AsString(), "pending");
  statement::OperatorCall call =
      network_.Sign("gemeente", "admin", "exchange.list", Value::Object{});
  call.operator_id = "kijker";
  statement::SignOperatorCall(call, key);
  ExpectRefused(call, "needs the role");
}

}  // namespace
}  // namespace schakel::hostile
