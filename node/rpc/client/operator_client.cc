#include "node/rpc/client/operator_client.h"

#include <thread>
#include <utility>

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <schakel/v1/operator.grpc.pb.h>

#include "node/base/limits.h"
#include "node/rpc/client/connect.h"
#include "node/rpc/client/status.h"
#include "node/rpc/transport/deadline.h"
#include "node/rpc/wire/convert.h"

namespace schakel::rpc {
namespace {

using Stream = grpc::ClientReaderWriter<v1::ImportChunk, v1::ImportReply>;

// Writes the call and the file. Its own error, or success also when the node stopped listening:
// then the reply says why.
Result<void> WriteAll(const wire::OperatorCall& call,
                      const FileReader& file,
                      grpc::ClientContext& context,
                      Stream& stream) {
  if (!stream.Write(wire::Encode(wire::ImportPart(call)))) return {};
  uint64_t size = 0;
  while (true) {
    Result<std::optional<Bytes>> bytes = file();
    if (!bytes) {
      context.TryCancel();
      return std::move(bytes).error();
    }
    if (!bytes->has_value()) break;
    size += (*bytes)->size();
    if (!stream.Write(wire::Encode(wire::ImportPart(std::move(**bytes))))) return {};
  }
  stream.Write(wire::Encode(wire::ImportPart(wire::ImportEnd{size})));
  stream.WritesDone();
  return {};
}

// Reads up to the last reply.
Result<std::optional<wire::OperatorReply>> ReadAll(Stream& stream, const OnProgress& progress) {
  std::optional<wire::OperatorReply> last;
  v1::ImportReply message;
  while (stream.Read(&message)) {
    if (last) return Malformed("a reply after the last one");
    wire::ImportReply reply = TRY(wire::Decode(message));
    if (reply.last) {
      last = std::move(reply.reply);
    } else if (const std::string* report = std::get_if<std::string>(&reply.reply)) {
      progress(*report);
    }
  }
  return last;
}

}  // namespace

struct OperatorClient::State {
  explicit State(OperatorClientOptions given)
      : options(std::move(given)),
        connection(
            [this] {
              return grpc::CreateCustomChannel("unix:" + options.path,
                                               grpc::InsecureChannelCredentials(),
                                               ChannelLimits(kMaxOperatorMessageBytes));
            },
            options.connect_limit) {}

  const OperatorClientOptions options;
  Connection connection;
};

OperatorClient::OperatorClient(OperatorClientOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}

OperatorClient::~OperatorClient() = default;

Result<wire::OperatorReply> OperatorClient::Call(const wire::OperatorCall& call) {
  const auto stub = v1::Operator::NewStub(TRY(state_->connection.Get()));
  grpc::ClientContext context;
  context.set_deadline(After(state_->options.call_limit));
  v1::OperatorReply reply;
  TRY(FromStatus(stub->Call(&context, wire::Encode(call), &reply)));
  return wire::Decode(reply);
}

Result<wire::OperatorReply> OperatorClient::Import(const wire::OperatorCall& call,
                                                   const FileReader& file,
                                                   const OnProgress& progress) {
  const auto stub = v1::Operator::NewStub(TRY(state_->connection.Get()));
  grpc::ClientContext context;
  context.set_deadline(After(state_->options.call_limit));
  const auto stream = stub->Import(&context);
  // Reports come while the file still goes: one thread for each direction.
  Result<void> written;
  std::thread writer([&] { written = WriteAll(call, file, context, *stream); });
  Result<std::optional<wire::OperatorReply>> last = ReadAll(*stream, progress);
  if (!last) context.TryCancel();
  writer.join();
  const grpc::Status status = stream->Finish();
  TRY(std::move(written));
  std::optional<wire::OperatorReply> reply = TRY(std::move(last));
  if (reply) return std::move(*reply);
  TRY(FromStatus(status));
  return Malformed("an import without reply");
}

Result<bool> OperatorClient::Healthy() {
  return CheckHealth(TRY(state_->connection.Get()), state_->options.connect_limit);
}

}  // namespace schakel::rpc
