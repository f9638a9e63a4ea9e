#include "cli/client/node.h"

#include <algorithm>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/statement/operator_call.h"

namespace schakel::cli {
namespace {

// What the writer of canonical bytes takes: arguments come from a terminal in any encoding.
bool IsWritable(const canon::Value& value) {
  if (const std::string* text = value.AsString()) {
    return IsUtf8(*text) && text->find('\x7f') == std::string::npos;
  }
  if (const auto* array = value.AsArray()) {
    return std::all_of(array->begin(), array->end(), IsWritable);
  }
  if (const auto* object = value.AsObject()) {
    return std::all_of(object->begin(), object->end(), [](const auto& member) {
      return std::all_of(member.first.begin(),
                         member.first.end(),
                         [](char c) { return c >= ' ' && c < '\x7f'; }) &&
             IsWritable(member.second);
    });
  }
  return true;
}

}  // namespace

Outcome<wire::OperatorCall> Node::Signed(std::string_view method, const canon::Value& params) {
  if (!IsWritable(params)) {
    Failure failure =
        FromError(Because(Malformed("a value is no text in UTF-8"), Reason::kCallNoText));
    failure.exit = Exit::kUsage;
    failure.code = "usage";
    return failure;
  }
  statement::OperatorCall call;
  call.node = caller_.node;
  call.operator_id = caller_.operator_id;
  call.method = method;
  call.params = canon::Write(params);
  if (call.params.size() > kMaxOperatorParamsBytes) {
    return Because(Exhausted("what goes to the node is larger than 2 MiB"),
                   Reason::kCallTooLarge,
                   {{"limit", std::to_string(kMaxOperatorParamsBytes)}});
  }
  call.time = clock_.Now();
  entropy_.Fill(call.nonce);
  statement::SignOperatorCall(call, key_);
  wire::OperatorCall out;
  out.method = call.method;
  out.params = call.params;
  out.schema = wire::kOperatorSchema;
  out.signature = wire::OperatorSignature{call.operator_id, call.time, call.nonce, call.signature};
  return out;
}

Outcome<canon::Value> Node::Read(const Result<wire::OperatorReply>& reply) const {
  if (!reply && reply.error().code == ErrorCode::kUnavailable) {
    return Because(Unavailable("the node does not answer at " + caller_.socket),
                   Reason::kNodeSilent,
                   {{"socket", caller_.socket}, {"home", caller_.home}});
  }
  if (!reply) return reply.error();
  if (const auto* refused = std::get_if<wire::OperatorError>(&*reply)) {
    return Failure{Exit::kFailed,
                   refused->code,
                   refused->message,
                   "",
                   refused->reason,
                   refused->arguments,
                   refused->hint};
  }
  return TRY(canon::ParseCanonical(std::get<std::string>(*reply)));
}

Outcome<canon::Value> Node::Call(std::string_view method, const canon::Value& params) {
  return Read(link_->Call(TRY(Signed(method, params))));
}

Outcome<canon::Value> Node::Import(const canon::Value& params, const rpc::FileReader& file) {
  return Read(link_->Import(TRY(Signed("import", params)), file));
}

}  // namespace schakel::cli
