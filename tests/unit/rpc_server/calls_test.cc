// What a partner gets: every call, its errors, and authorisation per call.
#include <stdexcept>

#include "node/rpc/client/status.h"
#include "node/rpc/server/status_map.h"
#include "node/rpc/wire/convert.h"
#include "tests/unit/rpc_server/fixture.h"

namespace schakel::rpc {
namespace {

const wire::SendRequest kRequest{"request", Bytes{1, 2, 3}};

// Frames until the sink refuses one, or `most` of them.
Result<void> WriteFrames(SendSink& sink, int most) {
  TRY(sink.Open({"answer", "receipt", ""}));
  for (int i = 0; i < most; ++i) {
    TRY(sink.Frame(Bytes(16, static_cast<uint8_t>(i))));
  }
  return {};
}

TEST_F(PeerServerTest, GreetsWithTheCallersParty) {
  const Result<wire::Greeting> reply = Client()->Greet({"status", {"a", "b"}});
  ASSERT_TRUE(reply.ok()) << reply.error().detail;
  EXPECT_EQ(reply->status, "hello gemeente");
  EXPECT_EQ(reply->statements, (std::vector<std::string>{"a", "b"}));
}

TEST_F(PeerServerTest, SendsTheOpeningAndThenEveryFrameInOrder) {
  node_.on_send = [](const std::string& party, const wire::SendRequest& request, SendSink& sink) {
    EXPECT_EQ(party, "gemeente");
    EXPECT_EQ(request.request, "request");
    EXPECT_EQ(request.body, (Bytes{1, 2, 3}));
    return WriteFrames(sink, 200);
  };
  Collector answer;
  const Result<void> sent = Client()->Send(kRequest, answer);
  ASSERT_TRUE(sent.ok()) << sent.error().detail;
  ASSERT_EQ(answer.openings.size(), 1U);
  EXPECT_EQ(answer.openings[0].answer, "answer");
  ASSERT_EQ(answer.frames.size(), 200U);
  EXPECT_EQ(answer.frames[0], Bytes(16, 0));
  EXPECT_EQ(answer.frames[199], Bytes(16, 199));
}

TEST_F(PeerServerTest, ARefusingReceiverEndsTheTransfer) {
  node_.on_send = [](const std::string&, const wire::SendRequest&, SendSink& sink) {
    return WriteFrames(sink, 1 << 30);
  };
  Collector answer;
  answer.on_frame = [] { return Corrupt("enough"); };
  EXPECT_EQ(Client()->Send(kRequest, answer).error().detail, "enough");
  EXPECT_EQ(refusals_.Await("Exchange.Send").error.code, ErrorCode::kUnavailable);
}

TEST_F(PeerServerTest, DeliversReceiptsAndTellsOfABadOne) {
  EXPECT_TRUE(Client()->Deliver({"receipt"}).ok());
  EXPECT_EQ(Client()->Deliver({"other"}).error().code, ErrorCode::kCorrupt);
}

TEST_F(PeerServerTest, ExportsChunksAndCheckpoints) {
  node_.on_export = [](ChunkSink& sink) -> Result<void> {
    TRY(sink.Put({"log/entries", Bytes{1}, false}));
    return sink.Put({"log/entries", Bytes{2}, true});
  };
  std::vector<wire::ExportChunk> chunks;
  const Result<void> done = Client()->Export({Uuid{}}, [&](const wire::ExportChunk& chunk) {
    chunks.push_back(chunk);
    return Result<void>();
  });
  ASSERT_TRUE(done.ok()) << done.error().detail;
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].data, Bytes{1});
  EXPECT_TRUE(chunks[1].end);
  EXPECT_EQ(Client()->Checkpoint({Uuid{}})->note, "gemeente\n00000000-0000-0000-0000-000000000000");
  std::string copies;
  ASSERT_TRUE(Client()
                  ->Copies({Uuid{}},
                           [&](const wire::ExportChunk& chunk) -> Result<void> {
                             copies += AsText(chunk.data);
                             return {};
                           })
                  .ok());
  EXPECT_EQ(copies, "copies for gemeente");
}

TEST_F(PeerServerTest, HandlerErrorsKeepTheirCodeAndLoseTheirDetail) {
  EXPECT_EQ(Client()
                ->Export({Uuid{}}, [](const wire::ExportChunk&) { return Result<void>(); })
                .error()
                .code,
            ErrorCode::kNotFound);
  const Refusal refusal = refusals_.Await("Log.Export");
  EXPECT_EQ(refusal.party, "gemeente");
  EXPECT_EQ(refusal.error.detail, "no such lineage");
}

TEST_F(PeerServerTest, AnEscapingExceptionIsAnInternalErrorWithoutItsText) {
  node_.on_deliver = [](const std::string&) -> Result<void> {
    throw std::runtime_error("content of a record");
  };
  const auto stub = v1::Exchange::NewStub(RawChannel());
  grpc::ClientContext context;
  v1::DeliverRequest request;
  request.set_receipt("receipt");
  v1::DeliverReply reply;
  const grpc::Status status = stub->Deliver(&context, request, &reply);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(status.error_message(), ToStatus(ErrorCode::kInternal).error_message());
  EXPECT_EQ(refusals_.Await("Exchange.Deliver").error.detail.find("content"), std::string::npos);
  node_.on_deliver = nullptr;
  ExpectStillServes();
}

TEST_F(PeerServerTest, EachCallIsAuthorisedAgain) {
  const auto client = Client();
  ASSERT_TRUE(client->Greet({"status", {}}).ok());
  registry_.Drop(gemeente_.public_key());
  // The connection stands; the call does not.
  const Result<wire::Greeting> refused = client->Greet({"status", {}});
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_EQ(node_.calls(), 1);
  EXPECT_EQ(refusals_.Await("Covenant.Greet").party, "");
}

TEST_F(PeerServerTest, ARefusedCallerAndARefusedCallLookTheSame) {
  const auto stub = v1::Exchange::NewStub(RawChannel());
  v1::DeliverRequest request;
  request.set_receipt("receipt");
  v1::DeliverReply reply;
  node_.on_deliver = [](const std::string&) { return Denied("no party"); };
  grpc::ClientContext first;
  const grpc::Status by_handler = stub->Deliver(&first, request, &reply);
  registry_.Drop(gemeente_.public_key());
  grpc::ClientContext second;
  const grpc::Status by_guard = stub->Deliver(&second, request, &reply);
  // A caller that is not authorised learns nothing about its message either.
  grpc::ClientContext third;
  const grpc::Status malformed = stub->Deliver(&third, v1::DeliverRequest(), &reply);
  EXPECT_EQ(by_handler.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(by_guard.error_code(), by_handler.error_code());
  EXPECT_EQ(by_guard.error_message(), by_handler.error_message());
  EXPECT_EQ(malformed.error_code(), by_handler.error_code());
  EXPECT_EQ(malformed.error_message(), by_handler.error_message());
}

TEST_F(PeerServerTest, AStreamIsAuthorisedAgainWithin64Frames) {
  node_.on_send = [](const std::string&, const wire::SendRequest&, SendSink& sink) {
    return WriteFrames(sink, 1 << 30);
  };
  Collector answer;
  answer.on_frame = [this] {
    registry_.Drop(gemeente_.public_key());
    return Result<void>();
  };
  EXPECT_EQ(Client()->Send(kRequest, answer).error().code, ErrorCode::kDenied);
  EXPECT_EQ(refusals_.Await("Exchange.Send").error.code, ErrorCode::kDenied);
}

TEST_F(PeerServerTest, ARevocationEndsRunningCallsOfThatKeyAlone) {
  Mutex mutex;
  CondVar changed;
  int sending = 0;
  bool finish = false;
  node_.on_send = [&](const std::string& party, const wire::SendRequest&, SendSink& sink) {
    Result<void> written = WriteFrames(sink, 1);
    {
      MutexLock lock(mutex);
      ++sending;
      changed.NotifyAll();
      if (party == "om") changed.Wait(mutex, [&] { return finish; });
    }
    while (written && party == "gemeente")
      written = sink.Frame(Bytes{1});
    return written;
  };
  PeerChannel om(ClientOptions(om_, "om"));
  Result<void> om_result = Unavailable("not run");
  std::thread om_call([&] {
    Collector answer;
    om_result = om.Send(kRequest, answer);
  });
  Result<void> gemeente_result;
  std::thread gemeente_call([&] {
    Collector answer;
    gemeente_result = Client()->Send(kRequest, answer);
  });
  {
    MutexLock lock(mutex);
    changed.Wait(mutex, [&] { return sending == 2; });
  }
  registry_.Drop(gemeente_.public_key());
  server_->CancelRefused();
  gemeente_call.join();
  {
    MutexLock lock(mutex);
    finish = true;
    changed.NotifyAll();
  }
  om_call.join();
  EXPECT_FALSE(gemeente_result.ok());
  EXPECT_TRUE(om_result.ok());
}

TEST_F(PeerServerTest, ACallEndsAtTheServersLimit) {
  Start("127.0.0.1:0", std::chrono::milliseconds{50});
  node_.on_send = [](const std::string&, const wire::SendRequest&, SendSink& sink) {
    return WriteFrames(sink, 1 << 30);
  };
  Collector answer;
  EXPECT_EQ(Client()->Send(kRequest, answer).error().code, ErrorCode::kUnavailable);
}

TEST_F(PeerServerTest, HealthIsWhatTheNodeSays) {
  EXPECT_TRUE(*Client()->Healthy());
  server_->SetServing(false);
  EXPECT_FALSE(*Client()->Healthy());
}

TEST_F(PeerServerTest, TwoServersDoNotShareAPort) {
  PeerServerOptions options;
  options.listen = address();
  options.identity = IdentityOf(politie_, "politie");
  options.authorise = registry_.authorise();
  const auto second = PeerServer::Start(std::move(options), node_, node_, refusals_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  ExpectStillServes();
}

TEST_F(PeerServerTest, ShutdownEndsAStreamThatWouldGoOnForever) {
  node_.on_send = [](const std::string&, const wire::SendRequest&, SendSink& sink) {
    return WriteFrames(sink, 1 << 30);
  };
  Collector answer;
  std::thread stopper;
  answer.on_frame = [&]() -> Result<void> {
    if (!stopper.joinable()) {
      stopper = std::thread([this] { server_->Shutdown(std::chrono::milliseconds{0}); });
    }
    return {};
  };
  EXPECT_FALSE(Client()->Send(kRequest, answer).ok());
  stopper.join();
}

TEST_F(PeerServerTest, AChannelFindsAPartnerThatWasAway) {
  const std::string there = address();
  const auto client = Client();
  ASSERT_TRUE(client->Greet({"status", {}}).ok());
  server_.reset();
  EXPECT_EQ(client->Greet({"status", {}}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(client->Greet({"status", {}}).error().code, ErrorCode::kUnavailable);
  Start(there);
  const Result<wire::Greeting> back = client->Greet({"status", {}});
  EXPECT_TRUE(back.ok()) << back.error().detail;
}

TEST(StatusMapTest, EveryCodeComesBackAsItselfWithASentenceOfItsOwn) {
  std::map<std::string, int> sentences;
  for (const ErrorCode code : {ErrorCode::kMalformed,
                               ErrorCode::kDenied,
                               ErrorCode::kNotFound,
                               ErrorCode::kConflict,
                               ErrorCode::kExhausted,
                               ErrorCode::kUnavailable,
                               ErrorCode::kCorrupt}) {
    EXPECT_EQ(FromStatus(ToStatus(code)).error().code, code);
    ++sentences[ToStatus(code).error_message()];
  }
  // Another node's bug is not ours: to us it does not answer.
  EXPECT_EQ(FromStatus(ToStatus(ErrorCode::kInternal)).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(sentences.size(), 7U);
}

}  // namespace
}  // namespace schakel::rpc
