// The messages of the operator socket.
#include <algorithm>

#include "node/base/limits.h"
#include "node/rpc/wire/checks.h"
#include "node/rpc/wire/convert.h"

namespace schakel::wire {
namespace {

constexpr size_t kMaxMethodBytes = 60;
constexpr size_t kMaxErrorArguments = 16;

Result<OperatorSignature> ReadSignature(const v1::OperatorCall& message) {
  OperatorSignature out;
  if (!IsName(message.operator_())) return Malformed("operator is no name");
  out.operator_id = message.operator_();
  out.time = FromMillis(message.time_ms());
  if (message.nonce().size() != out.nonce.size()) return Malformed("nonce is not 16 bytes");
  std::copy(message.nonce().begin(), message.nonce().end(), out.nonce.begin());
  if (message.signature().size() != out.signature.size()) {
    return Malformed("signature is not 64 bytes");
  }
  std::copy(message.signature().begin(), message.signature().end(), out.signature.begin());
  return out;
}

}  // namespace

bool IsMethod(std::string_view method) {
  if (method.size() > kMaxMethodBytes) return false;
  char before = '.';
  for (const char c : method) {
    const bool letter = c >= 'a' && c <= 'z';
    if (!letter && (before == '.' || (c != '.' && c != '_'))) return false;
    before = c;
  }
  return before >= 'a' && before <= 'z';
}

v1::OperatorCall Encode(const OperatorCall& call) {
  v1::OperatorCall out;
  out.set_method(call.method);
  out.set_params(call.params);
  out.set_schema(call.schema);
  if (call.signature) {
    const OperatorSignature& signature = *call.signature;
    out.set_operator_(signature.operator_id);
    out.set_time_ms(ToMillis(signature.time));
    out.set_nonce(signature.nonce.data(), signature.nonce.size());
    out.set_signature(signature.signature.data(), signature.signature.size());
  }
  return out;
}

v1::OperatorReply Encode(const OperatorReply& reply) {
  v1::OperatorReply out;
  if (const std::string* result = std::get_if<std::string>(&reply)) {
    out.set_ok(true);
    out.set_result(*result);
    return out;
  }
  const OperatorError& error = std::get<OperatorError>(reply);
  out.mutable_error()->set_code(error.code);
  out.mutable_error()->set_message(error.message);
  out.mutable_error()->set_hint(error.hint);
  out.mutable_error()->set_reason(error.reason);
  for (const auto& [name, value] : error.arguments)
    (*out.mutable_error()->mutable_arguments())[name] = value;
  return out;
}

v1::ImportChunk Encode(const ImportPart& part) {
  v1::ImportChunk out;
  if (const OperatorCall* call = std::get_if<OperatorCall>(&part)) {
    *out.mutable_call() = Encode(*call);
  } else if (const Bytes* data = std::get_if<Bytes>(&part)) {
    out.set_data(data->data(), data->size());
  } else {
    out.mutable_end()->set_size(std::get<ImportEnd>(part).size);
  }
  return out;
}

v1::ImportReply Encode(const ImportReply& reply) {
  v1::ImportReply out;
  *out.mutable_reply() = Encode(reply.reply);
  out.set_last(reply.last);
  return out;
}

Result<OperatorCall> Decode(const v1::OperatorCall& message) {
  TRY(RefuseUnknownFields(message));
  if (!IsMethod(message.method())) return Malformed("method is no method's name");
  TRY(CheckLength("params", message.params(), kMaxOperatorParamsBytes));
  OperatorCall out;
  out.method = message.method();
  out.params = message.params();
  out.schema = message.schema();
  if (!message.operator_().empty()) {
    out.signature = TRY(ReadSignature(message));
  } else if (message.time_ms() != 0 || !message.nonce().empty() || !message.signature().empty()) {
    return Malformed("a signature without operator");
  }
  return out;
}

Result<OperatorReply> Decode(const v1::OperatorReply& message) {
  TRY(RefuseUnknownFields(message));
  if (message.ok()) {
    if (message.has_error()) return Malformed("an error beside a result");
    TRY(CheckLength("result", message.result(), kMaxOperatorResultBytes));
    return OperatorReply(message.result());
  }
  if (!message.result().empty()) return Malformed("a result beside an error");
  const v1::OperatorError& error = message.error();
  TRY(CheckLength("code", error.code(), kMaxErrorTextBytes));
  TRY(CheckLength("message", error.message(), kMaxErrorTextBytes));
  TRY(CheckAtMost("hint", error.hint(), kMaxErrorTextBytes));
  TRY(CheckAtMost("reason", error.reason(), kMaxMethodBytes));
  if (error.arguments().size() > kMaxErrorArguments) return Malformed("too many arguments");
  OperatorError out{error.code(), error.message(), error.hint(), error.reason(), {}};
  for (const auto& [name, value] : error.arguments()) {
    if (!IsName(name)) return Malformed("an argument has no name");
    TRY(CheckAtMost("argument", value, kMaxErrorTextBytes));
    out.arguments.emplace(name, value);
  }
  return OperatorReply(std::move(out));
}

Result<ImportPart> Decode(const v1::ImportChunk& message) {
  TRY(RefuseUnknownFields(message));
  switch (message.part_case()) {
    case v1::ImportChunk::kCall:
      return ImportPart(TRY(Decode(message.call())));
    case v1::ImportChunk::kData:
      TRY(CheckLength("data", message.data(), kMaxChunkBytes));
      return ImportPart(ToBytes(message.data()));
    case v1::ImportChunk::kEnd:
      return ImportPart(ImportEnd{message.end().size()});
    case v1::ImportChunk::PART_NOT_SET:
      break;
  }
  return Malformed("a chunk without part");
}

Result<ImportReply> Decode(const v1::ImportReply& message) {
  TRY(RefuseUnknownFields(message));
  if (!message.has_reply()) return Malformed("reply is missing");
  return ImportReply{TRY(Decode(message.reply())), message.last()};
}

}  // namespace schakel::wire
