#include "node/rpc/server/peer_services.h"

#include "node/rpc/wire/convert.h"

namespace schakel::rpc {
namespace {

// A stream authorises its caller again after so many messages (exchange.md 2).
constexpr int kRecheckEvery = 64;

// Writes messages to a caller as long as it is there and authorised.
template <typename Message>
class Stream {
 public:
  Stream(grpc::ServerWriter<Message>& writer, const Caller& caller)
      : writer_(writer), caller_(caller) {}

  Result<void> Write(const Message& message) {
    if (++written_ % kRecheckEvery == 0) TRY(caller_.Recheck());
    if (!writer_.Write(message)) return Unavailable("the caller is gone, or was too slow");
    return {};
  }

 private:
  grpc::ServerWriter<Message>& writer_;
  const Caller& caller_;
  int written_ = 0;
};

class ReplyStream final : public SendSink {
 public:
  ReplyStream(grpc::ServerWriter<v1::SendReply>& writer, const Caller& caller)
      : stream_(writer, caller) {}
  Result<void> Open(const wire::Opening& opening) override {
    return stream_.Write(wire::Encode(wire::SendReply(opening)));
  }
  Result<void> Frame(ByteView frame) override { return stream_.Write(wire::EncodeFrame(frame)); }

 private:
  Stream<v1::SendReply> stream_;
};

class ChunkStream final : public ChunkSink {
 public:
  ChunkStream(grpc::ServerWriter<v1::ExportChunk>& writer, const Caller& caller)
      : stream_(writer, caller) {}
  Result<void> Put(const wire::ExportChunk& chunk) override {
    return stream_.Write(wire::Encode(chunk));
  }

 private:
  Stream<v1::ExportChunk> stream_;
};

}  // namespace

grpc::Status ExchangeService::Send(grpc::ServerContext* context,
                                   const v1::SendRequest* request,
                                   grpc::ServerWriter<v1::SendReply>* writer) {
  return guard_.Run(*context, "Exchange.Send", [&](const Caller& caller) -> Result<void> {
    const wire::SendRequest decoded = TRY(wire::Decode(*request));
    ReplyStream sink(*writer, caller);
    return handler_.Send(caller.party(), decoded, sink);
  });
}

grpc::Status ExchangeService::Deliver(grpc::ServerContext* context,
                                      const v1::DeliverRequest* request,
                                      v1::DeliverReply* /*reply*/) {
  return guard_.Run(*context, "Exchange.Deliver", [&](const Caller& caller) -> Result<void> {
    return handler_.Deliver(caller.party(), TRY(wire::Decode(*request)));
  });
}

grpc::Status CovenantService::Greet(grpc::ServerContext* context,
                                    const v1::Greeting* request,
                                    v1::Greeting* reply) {
  return guard_.Run(*context, "Covenant.Greet", [&](const Caller& caller) -> Result<void> {
    *reply = wire::Encode(TRY(handler_.Greet(caller.party(), TRY(wire::Decode(*request)))));
    return {};
  });
}

grpc::Status LogService::Export(grpc::ServerContext* context,
                                const v1::ExportRequest* request,
                                grpc::ServerWriter<v1::ExportChunk>* writer) {
  return guard_.Run(*context, "Log.Export", [&](const Caller& caller) -> Result<void> {
    const wire::ExportRequest decoded = TRY(wire::Decode(*request));
    ChunkStream sink(*writer, caller);
    return handler_.Export(caller.party(), decoded, sink);
  });
}

grpc::Status LogService::Copies(grpc::ServerContext* context,
                                const v1::ExportRequest* request,
                                grpc::ServerWriter<v1::ExportChunk>* writer) {
  return guard_.Run(*context, "Log.Copies", [&](const Caller& caller) -> Result<void> {
    const wire::ExportRequest decoded = TRY(wire::Decode(*request));
    ChunkStream sink(*writer, caller);
    return handler_.Copies(caller.party(), decoded, sink);
  });
}

grpc::Status LogService::Checkpoint(grpc::ServerContext* context,
                                    const v1::CheckpointRequest* request,
                                    v1::CheckpointReply* reply) {
  return guard_.Run(*context, "Log.Checkpoint", [&](const Caller& caller) -> Result<void> {
    *reply = wire::Encode(TRY(handler_.Checkpoint(caller.party(), TRY(wire::Decode(*request)))));
    return {};
  });
}

}  // namespace schakel::rpc
