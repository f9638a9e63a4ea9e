#include "node/rpc/server/operator_service.h"

#include <utility>

#include "node/rpc/server/guard.h"
#include "node/rpc/server/status_map.h"
#include "node/rpc/wire/convert.h"

namespace schakel::rpc {
namespace {

using Stream = grpc::ServerReaderWriter<v1::ImportReply, v1::ImportChunk>;

class ChunkSource final : public ImportSource {
 public:
  explicit ChunkSource(grpc::ServerContext& context, Stream& stream)
      : context_(context), stream_(stream) {}

  Result<std::optional<Bytes>> Next() override {
    v1::ImportChunk chunk;
    if (!stream_.Read(&chunk)) {
      // A command that was killed half-way must not look like the end of a shorter file.
      if (context_.IsCancelled()) return Unavailable("the operator's command is gone");
      return std::optional<Bytes>();
    }
    wire::ImportPart part = TRY(wire::Decode(chunk));
    if (!std::holds_alternative<Bytes>(part)) return Malformed("a second call in one import");
    return std::optional<Bytes>(std::get<Bytes>(std::move(part)));
  }

 private:
  grpc::ServerContext& context_;
  Stream& stream_;
};

class ReplySink final : public ProgressSink {
 public:
  explicit ReplySink(Stream& stream) : stream_(stream) {}

  Result<void> Report(const std::string& progress) override {
    const wire::ImportReply reply{wire::OperatorReply(progress), /*last=*/false};
    if (!stream_.Write(wire::Encode(reply))) return Unavailable("the operator's command is gone");
    return {};
  }

 private:
  Stream& stream_;
};

}  // namespace

grpc::Status OperatorService::Finish(const char* method, const Result<void>& done) {
  if (done) return grpc::Status::OK;
  log_.OnRefusal({method, "", "operator socket", done.error()});
  return ToStatus(done.error().code);
}

grpc::Status OperatorService::Call(grpc::ServerContext* /*context*/,
                                   const v1::OperatorCall* request,
                                   v1::OperatorReply* reply) {
  return Finish("Operator.Call", Contain([&]() -> Result<void> {
                  *reply = wire::Encode(handler_.Call(TRY(wire::Decode(*request))));
                  return {};
                }));
}

grpc::Status OperatorService::Import(grpc::ServerContext* context, Stream* stream) {
  return Finish("Operator.Import", Contain([&]() -> Result<void> {
                  v1::ImportChunk first;
                  if (!stream->Read(&first)) return Malformed("an import without call");
                  const wire::ImportPart part = TRY(wire::Decode(first));
                  const wire::OperatorCall* call = std::get_if<wire::OperatorCall>(&part);
                  if (call == nullptr) return Malformed("data before the call");
                  ChunkSource file(*context, *stream);
                  ReplySink progress(*stream);
                  const wire::ImportReply last{handler_.Import(*call, file, progress),
                                               /*last=*/true};
                  if (!stream->Write(wire::Encode(last))) {
                    return Unavailable("the operator's command is gone");
                  }
                  return {};
                }));
}

}  // namespace schakel::rpc
