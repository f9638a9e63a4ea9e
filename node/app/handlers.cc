#include "node/app/handlers.h"

#include <algorithm>

#include "node/base/limits.h"
#include "node/base/mutex.h"
#include "node/base/reason.h"
#include "node/canon/json.h"

namespace schakel::app {
namespace {

// From the exchange's sink to the transport's.
class Replies final : public exchange::ReplySink {
 public:
  explicit Replies(rpc::SendSink& sink) : sink_(sink) {}
  Result<void> OnOpening(const exchange::Opening& opening) override {
    return sink_.Open({opening.answer, opening.receipt, opening.status});
  }
  Result<void> OnFrame(ByteView frame) override { return sink_.Frame(frame); }

 private:
  rpc::SendSink& sink_;
};

// Collects the bytes of one file into chunks and closes it when the next begins.
class ChunkWriter {
 public:
  explicit ChunkWriter(rpc::ChunkSink& sink) : sink_(sink) {}

  Result<void> Add(const std::string& path, ByteView bytes) {
    if (path != path_) TRY(Close());
    path_ = path;
    while (!bytes.empty()) {
      const size_t size = std::min(bytes.size(), kMaxChunkBytes);
      TRY(sink_.Put({path_,
                     Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)),
                     /*end=*/false}));
      bytes = bytes.subspan(size);
    }
    return {};
  }

  Result<void> Close() {
    if (path_.empty()) return {};
    TRY(sink_.Put({path_, {}, /*end=*/true}));
    path_.clear();
    return {};
  }

 private:
  rpc::ChunkSink& sink_;
  std::string path_;
};

Result<statement::OperatorCall> FromWire(const wire::OperatorCall& call, const std::string& node) {
  if (call.schema < wire::kFirstOperatorSchema || call.schema > wire::kOperatorSchema) {
    return Malformed("the call has schema " + std::to_string(call.schema) +
                     ", this node serves schema 1 and 2");
  }
  if (!call.signature) {
    return Because(Denied("the call is not signed: give --as OPERATOR"), Reason::kCallUnsigned);
  }
  statement::OperatorCall signed_call;
  signed_call.node = node;
  signed_call.operator_id = call.signature->operator_id;
  signed_call.method = call.method;
  signed_call.params = call.params;
  signed_call.time = call.signature->time;
  signed_call.nonce = call.signature->nonce;
  signed_call.signature = call.signature->signature;
  return signed_call;
}

// As much of a text as a terminal takes, whole characters of it: what somebody typed may be
// repeated in it, and a refusal that cannot be read tells nothing.
std::string Shortened(const std::string& text) {
  size_t size = std::min(text.size(), wire::kMaxErrorTextBytes);
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  while (size > 0 && size < text.size() && continues(text[size]))
    --size;
  return text.substr(0, size);
}

// The reason and its arguments go to who can read them: they came with schema 2.
wire::OperatorReply ToWire(const engine::MethodError& error, uint32_t schema) {
  wire::OperatorError out{
      ErrorCodeName(error.code), Shortened(error.message), Shortened(error.hint)};
  if (schema >= 2) {
    out.reason = ReasonId(error.reason);
    for (const auto& [name, value] : error.arguments)
      out.arguments[name] = Shortened(value);
  }
  return out;
}

wire::OperatorReply ToWire(const engine::MethodResult& result, uint32_t schema) {
  if (result.ok) return canon::Write(result.value);
  return ToWire(result.error, schema);
}

wire::OperatorReply ToWire(const Error& error, uint32_t schema) {
  return ToWire({error.code, error.detail, "", error.reason, error.arguments}, schema);
}

}  // namespace

Result<void> PeerHandler::Send(const std::string& party,
                               const wire::SendRequest& request,
                               rpc::SendSink& sink) {
  Replies replies(sink);
  const auto wait_until = [this](Instant until) {
    if (engine_.now() >= until) return engine_.now();
    // The floor under small answers (exchange.md 5): bounded by kSmallRequestFloor.
    Mutex mutex;
    CondVar never;
    const MutexLock lock(mutex);
    never.WaitFor(mutex, until - engine_.now(), [] { return false; });
    return engine_.now();
  };
  return engine_.OnSend(party, {request.request, request.body}, wait_until, replies);
}

Result<void> PeerHandler::Deliver(const std::string& party, const wire::DeliverRequest& request) {
  return engine_.OnDeliver(party, request.receipt);
}

Result<wire::Greeting> PeerHandler::Greet(const std::string& party,
                                          const wire::Greeting& greeting) {
  exchange::Greeting reply =
      TRY(engine_.OnGreet(party, {greeting.status, greeting.statements, greeting.documents}));
  return wire::Greeting{
      std::move(reply.status), std::move(reply.statements), std::move(reply.documents)};
}

Result<void> LogHandler::Export(const std::string& party,
                                const wire::ExportRequest& request,
                                rpc::ChunkSink& sink) {
  ChunkWriter writer(sink);
  TRY(engine_.OnExport(party, request.lineage, [&](const std::string& path, ByteView bytes) {
    return writer.Add(path, bytes);
  }));
  return writer.Close();
}

Result<void> LogHandler::Copies(const std::string& party,
                                const wire::ExportRequest& request,
                                rpc::ChunkSink& sink) {
  const auto view = engine_.covenants().At(engine_.now());
  if (!view) return Denied("no covenant is in force");
  if (request.lineage != view->document().lineage) return NotFound("another lineage");
  ChunkWriter writer(sink);
  TRY(engine_.OnCopies(
      party, [&](const std::string& path, ByteView bytes) { return writer.Add(path, bytes); }));
  return writer.Close();
}

Result<wire::CheckpointReply> LogHandler::Checkpoint(const std::string& party,
                                                     const wire::CheckpointRequest& request) {
  const auto view = engine_.covenants().At(engine_.now());
  engine::Lineage* const lineage = engine_.lineage();
  if (!view || lineage == nullptr) return Denied("no covenant is in force");
  if (!view->document().parties.contains(party) && !view->document().auditors.contains(party)) {
    return Denied("neither a partner nor an auditor");
  }
  if (request.lineage != view->document().lineage) return NotFound("another lineage");
  return wire::CheckpointReply{lineage->log->Checkpoint()};
}

wire::OperatorReply OperatorHandler::Call(const wire::OperatorCall& call) {
  const auto signed_call = FromWire(call, engine_.self().node);
  if (!signed_call) return ToWire(signed_call.error(), call.schema);
  wire::OperatorReply reply = ToWire(methods_.Call(*signed_call), call.schema);
  after_();
  return reply;
}

wire::OperatorReply OperatorHandler::Import(const wire::OperatorCall& call,
                                            rpc::ImportSource& file,
                                            rpc::ProgressSink& /*progress*/) {
  const auto signed_call = FromWire(call, engine_.self().node);
  if (!signed_call) return ToWire(signed_call.error(), call.schema);
  return ToWire(methods_.Import(*signed_call, [&file] { return file.Next(); }), call.schema);
}

}  // namespace schakel::app
