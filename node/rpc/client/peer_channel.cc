#include "node/rpc/client/peer_channel.h"

#include <optional>
#include <utility>

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <schakel/v1/covenant.grpc.pb.h>
#include <schakel/v1/exchange.grpc.pb.h>
#include <schakel/v1/log.grpc.pb.h>

#include "node/base/limits.h"
#include "node/rpc/client/connect.h"
#include "node/rpc/client/status.h"
#include "node/rpc/transport/deadline.h"
#include "node/rpc/wire/convert.h"

namespace schakel::rpc {
namespace {

// The reason of the last handshake that we refused ourselves. gRPC calls it from its own threads,
// also when the channel is on its way out; so both share it.
class LastRefusal {
 public:
  void Set(const Error& error) EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    error_ = error;
  }
  std::optional<Error> Take() EXCLUDES_LOCK(mutex_) {
    MutexLock lock(mutex_);
    return std::exchange(error_, std::nullopt);
  }

 private:
  Mutex mutex_;
  std::optional<Error> error_ GUARDED_BY(mutex_);
};

std::shared_ptr<grpc::Channel> MakeChannel(const PeerChannelOptions& options,
                                           const std::shared_ptr<LastRefusal>& refusal) {
  grpc::ChannelArguments arguments = ChannelLimits(kMaxPeerMessageBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  const auto refused = [refusal](const Error& error) { refusal->Set(error); };
  return grpc::CreateCustomChannel(
      options.address,
      ClientTls(options.identity, options.party, options.authorise, refused),
      arguments);
}

// Reads a stream to its end; `take` gets every message. Ends the call when `take` refuses one.
template <typename Message>
Result<void> ReadAll(grpc::ClientContext& context,
                     grpc::ClientReader<Message>& reader,
                     const std::function<Result<void>(const Message&)>& take) {
  Message message;
  Result<void> taken;
  while (taken && reader.Read(&message)) {
    taken = take(message);
    if (!taken) context.TryCancel();
  }
  const grpc::Status status = reader.Finish();
  if (!taken) return taken;
  return FromStatus(status);
}

// Hands the parts of an answer on, in the order that the protocol says.
Result<void> TakeReply(const v1::SendReply& message, size_t index, ReplyReceiver& receiver) {
  // The header of the stream comes before its frames and is not one of them.
  if (index > kMaxFrames + 1) return Exhausted("too many frames");
  const wire::SendReply reply = TRY(wire::Decode(message));
  const wire::Opening* opening = std::get_if<wire::Opening>(&reply);
  if ((opening != nullptr) != (index == 0)) return Malformed("an answer out of order");
  if (opening != nullptr) return receiver.OnOpening(*opening);
  return receiver.OnFrame(std::get<wire::Frame>(reply).bytes);
}

}  // namespace

struct PeerChannel::State {
  explicit State(PeerChannelOptions given)
      : options(std::move(given)),
        refusal(std::make_shared<LastRefusal>()),
        connection([this] { return MakeChannel(options, refusal); }, options.connect_limit) {}

  // The channel, with our own refusal of the other side's certificate as the error where there is
  // one: gRPC tells of both alike.
  Result<std::shared_ptr<grpc::Channel>> Connected() {
    refusal->Take();
    Result<std::shared_ptr<grpc::Channel>> channel = connection.Get();
    if (channel) return channel;
    std::optional<Error> refused = refusal->Take();
    return refused ? std::move(*refused) : std::move(channel).error();
  }

  const PeerChannelOptions options;
  const std::shared_ptr<LastRefusal> refusal;
  Connection connection;
};

PeerChannel::PeerChannel(PeerChannelOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}

PeerChannel::~PeerChannel() = default;

Result<void> PeerChannel::Connect() {
  TRY(state_->Connected());
  return {};
}

Result<void> PeerChannel::Send(const wire::SendRequest& request, ReplyReceiver& receiver) {
  const auto stub = v1::Exchange::NewStub(TRY(state_->Connected()));
  grpc::ClientContext context;
  context.set_deadline(After(state_->options.stream_limit));
  const auto reader = stub->Send(&context, wire::Encode(request));
  size_t index = 0;
  TRY(ReadAll<v1::SendReply>(context, *reader, [&](const v1::SendReply& message) {
    return TakeReply(message, index++, receiver);
  }));
  if (index == 0) return Malformed("an answer without opening");
  return {};
}

Result<void> PeerChannel::Deliver(const wire::DeliverRequest& request) {
  const auto stub = v1::Exchange::NewStub(TRY(state_->Connected()));
  grpc::ClientContext context;
  context.set_deadline(After(state_->options.call_limit));
  v1::DeliverReply reply;
  TRY(FromStatus(stub->Deliver(&context, wire::Encode(request), &reply)));
  return wire::Decode(reply);
}

Result<wire::Greeting> PeerChannel::Greet(const wire::Greeting& greeting) {
  const auto stub = v1::Covenant::NewStub(TRY(state_->Connected()));
  grpc::ClientContext context;
  context.set_deadline(After(state_->options.call_limit));
  v1::Greeting reply;
  TRY(FromStatus(stub->Greet(&context, wire::Encode(greeting), &reply)));
  return wire::Decode(reply);
}

Result<void> PeerChannel::Export(const wire::ExportRequest& request,
                                 const ChunkReceiver& receiver) {
  const auto stub = v1::Log::NewStub(TRY(state_->Connected()));
  grpc::ClientContext context;
  context.set_deadline(After(state_->options.stream_limit));
  const auto reader = stub->Export(&context, wire::Encode(request));
  return ReadAll<v1::ExportChunk>(
      context, *reader, [&](const v1::ExportChunk& message) -> Result<void> {
        return receiver(TRY(wire::Decode(message)));
      });
}

Result<void> PeerChannel::Copies(const wire::ExportRequest& request,
                                 const ChunkReceiver& receiver) {
  const auto stub = v1::Log::NewStub(TRY(state_->Connected()));
  grpc::ClientContext context;
  context.set_deadline(After(state_->options.stream_limit));
  const auto reader = stub->Copies(&context, wire::Encode(request));
  return ReadAll<v1::ExportChunk>(
      context, *reader, [&](const v1::ExportChunk& message) -> Result<void> {
        return receiver(TRY(wire::Decode(message)));
      });
}

Result<wire::CheckpointReply> PeerChannel::Checkpoint(const wire::CheckpointRequest& request) {
  const auto stub = v1::Log::NewStub(TRY(state_->Connected()));
  grpc::ClientContext context;
  context.set_deadline(After(state_->options.call_limit));
  v1::CheckpointReply reply;
  TRY(FromStatus(stub->Checkpoint(&context, wire::Encode(request), &reply)));
  return wire::Decode(reply);
}

Result<bool> PeerChannel::Healthy() {
  return CheckHealth(TRY(state_->Connected()), state_->options.call_limit);
}

}  // namespace schakel::rpc
