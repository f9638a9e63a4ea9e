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
  explicit ChunkSource(Stream& stream) : stream_(stream) {}

  Result<std::optional<Bytes>> Next() override {
    if (ended_) return std::optional<Bytes>();
    v1::ImportChunk chunk;
    // A command that was killed half-way must not look like the end of a shorter file.
    if (!stream_.Read(&chunk)) return Unavailable("the file broke off");
    wire::ImportPart part = TRY(wire::Decode(chunk));
    if (Bytes* data = std::get_if<Bytes>(&part)) {
      size_ += data->size();
      return std::optional<Bytes>(std::move(*data));
    }
    const wire::ImportEnd* end = std::get_if<wire::ImportEnd>(&part);
    if (end == nullptr) return Malformed("a second call in one import");
    if (end->size != size_) return Corrupt("the file has another size than its end says");
    ended_ = true;
    return std::optional<Bytes>();
  }

 private:
  Stream& stream_;
  uint64_t size_ = 0;
  bool ended_ = false;
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

grpc::Status OperatorService::Import(grpc::ServerContext* /*context*/, Stream* stream) {
  return Finish("Operator.Import", Contain([&]() -> Result<void> {
                  v1::ImportChunk first;
                  if (!stream->Read(&first)) return Malformed("an import without call");
                  const wire::ImportPart part = TRY(wire::Decode(first));
                  const wire::OperatorCall* call = std::get_if<wire::OperatorCall>(&part);
                  if (call == nullptr) return Malformed("data before the call");
                  ChunkSource file(*stream);
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
