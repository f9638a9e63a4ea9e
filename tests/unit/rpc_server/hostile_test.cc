// Peers that do not play by the rules: each is refused, and the node goes on.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <grpcpp/server_builder.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/base/limits.h"
#include "node/rpc/wire/convert.h"
#include "tests/unit/rpc_server/fixture.h"
#include "tests/unit/rpc_server/probe.h"

namespace schakel::rpc {
namespace {

using HostileTest = PeerServerTest;

TEST_F(HostileTest, AnUnknownKeyEndsTheHandshake) {
  PeerChannel stranger(ClientOptions(stranger_, "gemeente"));
  EXPECT_EQ(stranger.Greet({"status", {}}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refusals_.Await("handshake").error.code, ErrorCode::kDenied);
  EXPECT_EQ(node_.calls(), 0);
  ExpectStillServes();
}

TEST_F(HostileTest, AnotherPartyAtTheAddressIsNotTalkedTo) {
  PeerChannelOptions options = ClientOptions(gemeente_, "gemeente");
  options.party = "om";
  PeerChannel client(std::move(options));
  const Result<wire::Greeting> reply = client.Greet({"status", {}});
  EXPECT_EQ(reply.error().code, ErrorCode::kDenied);
  EXPECT_EQ(reply.error().detail, "another party answers");
  EXPECT_EQ(node_.calls(), 0);
  ExpectStillServes();
}

TEST_F(HostileTest, AServerThatNobodyKnowsIsNotTalkedTo) {
  registry_.Drop(politie_.public_key());
  EXPECT_EQ(Client()->Greet({"status", {}}).error().code, ErrorCode::kDenied);
  EXPECT_EQ(node_.calls(), 0);
}

TEST_F(HostileTest, PlainTextGetsNoAnswer) {
  const std::string reply =
      Socket(server_->port()).Converse("GET / HTTP/1.1\r\nHost: politie\r\n\r\n");
  EXPECT_EQ(reply.find("HTTP"), std::string::npos);
  EXPECT_EQ(Socket(server_->port()).Converse("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").find("HTTP"),
            std::string::npos);
  EXPECT_EQ(node_.calls(), 0);
  ExpectStillServes();
}

TEST_F(HostileTest, Tls13IsTheOnlyVersion) {
  const crypto::TlsIdentity own = IdentityOf(gemeente_, "gemeente");
  const TlsProbe newest(server_->port(), TLS1_3_VERSION, &own);
  EXPECT_TRUE(newest.served());
  for (const int version : {TLS1_2_VERSION, TLS1_1_VERSION, TLS1_VERSION}) {
    const TlsProbe older(server_->port(), version, &own);
    EXPECT_FALSE(older.connected()) << version;
    EXPECT_FALSE(older.served()) << version;
  }
  ExpectStillServes();
}

TEST_F(HostileTest, AClientWithoutCertificateIsRefused) {
  const TlsProbe nobody(server_->port(), TLS1_3_VERSION, nullptr);
  EXPECT_FALSE(nobody.served());
  ExpectStillServes();
}

TEST_F(HostileTest, ACertificateWithoutDelegationIsRefused) {
  const crypto::TlsIdentity bare = BareIdentity();
  const TlsProbe probe(server_->port(), TLS1_3_VERSION, &bare);
  EXPECT_FALSE(probe.served());
  EXPECT_EQ(refusals_.Await("handshake").error.code, ErrorCode::kDenied);
  ExpectStillServes();
}

TEST_F(HostileTest, NoSessionCanBeResumed) {
  const crypto::TlsIdentity own = IdentityOf(gemeente_, "gemeente");
  // Tickets would come before the server's first bytes.
  const TlsProbe probe(server_->port(), TLS1_3_VERSION, &own);
  EXPECT_TRUE(probe.served());
  EXPECT_EQ(probe.tickets(), 0);
}

class HostileMessageTest : public PeerServerTest {
 protected:
  // Sends what PeerChannel would not.
  grpc::StatusCode Send(const v1::SendRequest& request,
                        grpc_compression_algorithm compression = GRPC_COMPRESS_NONE) {
    const auto stub = v1::Exchange::NewStub(RawChannel());
    grpc::ClientContext context;
    context.set_compression_algorithm(compression);
    const auto reader = stub->Send(&context, request);
    v1::SendReply reply;
    while (reader->Read(&reply)) {
    }
    return reader->Finish().error_code();
  }

  static v1::SendRequest Request(size_t body_bytes) {
    return wire::Encode(wire::SendRequest{"request", Bytes(body_bytes, 1)});
  }
};

TEST_F(HostileMessageTest, AMessageOverTheLimitIsRefused) {
  EXPECT_EQ(Send(Request(kMaxBodyBytes)), grpc::StatusCode::OK);
  EXPECT_EQ(Send(Request(kMaxBodyBytes + 1)), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(Send(Request(kMaxPeerMessageBytes)), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(node_.calls(), 1);
  ExpectStillServes();
}

TEST_F(HostileMessageTest, AMessageWithAFieldTooManyIsRefused) {
  v1::SendRequest request = Request(1);
  request.GetReflection()->MutableUnknownFields(&request)->AddVarint(99, 1);
  EXPECT_EQ(Send(request), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Send(v1::SendRequest()), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(node_.calls(), 0);
}

TEST_F(HostileMessageTest, ACompressedMessageIsRefused) {
  EXPECT_EQ(Send(Request(1000), GRPC_COMPRESS_GZIP), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(Send(Request(1000), GRPC_COMPRESS_DEFLATE), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(node_.calls(), 0);
  ExpectStillServes();
}

// A partner's node gone bad: it answers with what a test gives it.
class BadNode final : public v1::Exchange::Service {
 public:
  std::vector<v1::SendReply> replies;
  grpc::Status Send(grpc::ServerContext* /*context*/,
                    const v1::SendRequest* /*request*/,
                    grpc::ServerWriter<v1::SendReply>* writer) override {
    for (const v1::SendReply& reply : replies) {
      if (!writer->Write(reply)) break;
    }
    return grpc::Status::OK;
  }
};

class BadAnswerTest : public PeerServerTest {
 protected:
  void SetUp() override {
    PeerServerTest::SetUp();
    grpc::ServerBuilder builder;
    builder.AddListeningPort(
        "127.0.0.1:0",
        ServerTls(IdentityOf(politie_, "politie"), registry_.authorise(), [](const Error&) {}),
        &port_);
    builder.RegisterService(&bad_);
    bad_server_ = builder.BuildAndStart();
  }

  Result<void> Ask(std::vector<v1::SendReply> replies) {
    bad_.replies = std::move(replies);
    PeerChannelOptions options = ClientOptions(gemeente_, "gemeente");
    options.address = "127.0.0.1:" + std::to_string(port_);
    return PeerChannel(std::move(options)).Send({"request", Bytes{1}}, answer_);
  }

  static v1::SendReply Opening() {
    return wire::Encode(wire::SendReply(wire::Opening{"answer", "receipt", ""}));
  }

  BadNode bad_;
  Collector answer_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> bad_server_;
};

TEST_F(BadAnswerTest, GoodRepliesPass) {
  EXPECT_TRUE(Ask({Opening(), wire::EncodeFrame(Bytes{1}), wire::EncodeFrame(Bytes{2})}).ok());
  EXPECT_EQ(answer_.frames.size(), 2U);
}

TEST_F(BadAnswerTest, AnAnswerHasOneOpeningAndItComesFirst) {
  EXPECT_EQ(Ask({}).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(Ask({wire::EncodeFrame(Bytes{1})}).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(Ask({Opening(), Opening()}).error().code, ErrorCode::kMalformed);
}

TEST_F(BadAnswerTest, AFrameOverTheLimitIsRefused) {
  EXPECT_TRUE(Ask({Opening(), wire::EncodeFrame(Bytes(kFramePlaintextBytes + 17))}).ok());
  EXPECT_EQ(Ask({Opening(), wire::EncodeFrame(Bytes(kFramePlaintextBytes + 18))}).error().code,
            ErrorCode::kExhausted);
  EXPECT_EQ(Ask({Opening(), wire::EncodeFrame(Bytes(kMaxPeerMessageBytes + 1))}).error().code,
            ErrorCode::kExhausted);
}

TEST_F(BadAnswerTest, TooManyFramesAreRefused) {
  std::vector<v1::SendReply> replies(kMaxFrames + 2, wire::EncodeFrame(Bytes{1}));
  replies[0] = Opening();
  // Header and kMaxFrames frames.
  EXPECT_TRUE(Ask(replies).ok());
  replies.push_back(wire::EncodeFrame(Bytes{1}));
  EXPECT_EQ(Ask(replies).error().code, ErrorCode::kExhausted);
}

}  // namespace
}  // namespace schakel::rpc
