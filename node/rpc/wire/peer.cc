// The messages between nodes, and of logs.
#include <utility>

#include "node/base/limits.h"
#include "node/rpc/wire/checks.h"
#include "node/rpc/wire/convert.h"

namespace schakel::wire {
namespace {

// crypto_secretstream adds a tag byte and a 16-byte authenticator to each frame; the stream's
// header of 24 bytes is shorter than a frame may be.
constexpr size_t kMaxFrameBytes = kFramePlaintextBytes + 17;

bool IsPathCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

bool IsExportPath(std::string_view path) {
  if (path.size() > kMaxExportPathBytes) return false;
  while (true) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    for (const char c : part) {
      if (!IsPathCharacter(c)) return false;
    }
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

v1::SendRequest Encode(const SendRequest& request) {
  v1::SendRequest out;
  out.set_request(request.request);
  out.set_body(request.body.data(), request.body.size());
  return out;
}

v1::SendReply Encode(const SendReply& reply) {
  if (const Frame* frame = std::get_if<Frame>(&reply)) return EncodeFrame(frame->bytes);
  const Opening& opening = std::get<Opening>(reply);
  v1::SendReply out;
  out.mutable_opening()->set_answer(opening.answer);
  out.mutable_opening()->set_receipt(opening.receipt);
  out.mutable_opening()->set_status(opening.status);
  return out;
}

v1::SendReply EncodeFrame(ByteView frame) {
  v1::SendReply out;
  out.set_frame(frame.data(), frame.size());
  return out;
}

v1::DeliverRequest Encode(const DeliverRequest& request) {
  v1::DeliverRequest out;
  out.set_receipt(request.receipt);
  return out;
}

v1::Greeting Encode(const Greeting& greeting) {
  v1::Greeting out;
  out.set_status(greeting.status);
  for (const std::string& statement : greeting.statements)
    out.add_statements(statement);
  for (const std::string& document : greeting.documents)
    out.add_documents(document);
  return out;
}

v1::ExportRequest Encode(const ExportRequest& request) {
  v1::ExportRequest out;
  out.set_lineage(ToString(request.lineage));
  return out;
}

v1::ExportChunk Encode(const ExportChunk& chunk) {
  v1::ExportChunk out;
  out.set_path(chunk.path);
  out.set_data(chunk.data.data(), chunk.data.size());
  out.set_end(chunk.end);
  return out;
}

v1::CheckpointRequest Encode(const CheckpointRequest& request) {
  v1::CheckpointRequest out;
  out.set_lineage(ToString(request.lineage));
  return out;
}

v1::CheckpointReply Encode(const CheckpointReply& reply) {
  v1::CheckpointReply out;
  out.set_note(reply.note);
  return out;
}

Result<SendRequest> Decode(const v1::SendRequest& message) {
  TRY(RefuseUnknownFields(message));
  TRY(CheckLength("request", message.request(), kMaxStatementBytes));
  TRY(CheckLength("body", message.body(), kMaxBodyBytes));
  return SendRequest{message.request(), ToBytes(message.body())};
}

Result<SendReply> Decode(const v1::SendReply& message) {
  TRY(RefuseUnknownFields(message));
  switch (message.part_case()) {
    case v1::SendReply::kOpening: {
      const v1::Opening& opening = message.opening();
      TRY(CheckLength("answer", opening.answer(), kMaxStatementBytes));
      TRY(CheckLength("receipt", opening.receipt(), kMaxStatementBytes));
      TRY(CheckAtMost("status", opening.status(), kMaxStatementBytes));
      return SendReply(Opening{opening.answer(), opening.receipt(), opening.status()});
    }
    case v1::SendReply::kFrame:
      TRY(CheckLength("frame", message.frame(), kMaxFrameBytes));
      return SendReply(Frame{ToBytes(message.frame())});
    case v1::SendReply::PART_NOT_SET:
      break;
  }
  return Malformed("a reply without part");
}

Result<DeliverRequest> Decode(const v1::DeliverRequest& message) {
  TRY(RefuseUnknownFields(message));
  TRY(CheckLength("receipt", message.receipt(), kMaxStatementBytes));
  return DeliverRequest{message.receipt()};
}

Result<void> Decode(const v1::DeliverReply& message) {
  return RefuseUnknownFields(message);
}

Result<Greeting> Decode(const v1::Greeting& message) {
  TRY(RefuseUnknownFields(message));
  TRY(CheckLength("status", message.status(), kMaxStatementBytes));
  Greeting out;
  out.status = message.status();
  if (static_cast<size_t>(message.statements_size()) > kMaxStatementsPerGreeting) {
    return Exhausted("too many statements");
  }
  for (const std::string& statement : message.statements()) {
    TRY(CheckLength("statement", statement, kMaxStatementBytes));
    out.statements.push_back(statement);
  }
  if (static_cast<size_t>(message.documents_size()) > kMaxDocumentsPerGreeting) {
    return Exhausted("too many documents");
  }
  for (const std::string& document : message.documents()) {
    TRY(CheckLength("document", document, kMaxCovenantBytes));
    out.documents.push_back(document);
  }
  return out;
}

Result<ExportRequest> Decode(const v1::ExportRequest& message) {
  TRY(RefuseUnknownFields(message));
  return ExportRequest{TRY(ReadLineage(message.lineage()))};
}

Result<ExportChunk> Decode(const v1::ExportChunk& message) {
  TRY(RefuseUnknownFields(message));
  if (!IsExportPath(message.path())) return Malformed("path is no relative path");
  TRY(CheckAtMost("data", message.data(), kMaxChunkBytes));
  return ExportChunk{message.path(), ToBytes(message.data()), message.end()};
}

Result<CheckpointRequest> Decode(const v1::CheckpointRequest& message) {
  TRY(RefuseUnknownFields(message));
  return CheckpointRequest{TRY(ReadLineage(message.lineage()))};
}

Result<CheckpointReply> Decode(const v1::CheckpointReply& message) {
  TRY(RefuseUnknownFields(message));
  TRY(CheckAtMost("note", message.note(), kMaxNoteBytes));
  return CheckpointReply{message.note()};
}

}  // namespace schakel::wire
