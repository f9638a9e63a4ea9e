// Protobuf messages <-> plain structs. Decode is total and bounded: any message that parses gives a
// struct within its limits, or kMalformed (a field missing, unknown or out of range) or kExhausted
// (longer than its limit). Encode is its inverse for everything that Decode gives.
#pragma once

#include <schakel/v1/covenant.pb.h>
#include <schakel/v1/exchange.pb.h>
#include <schakel/v1/log.pb.h>
#include <schakel/v1/operator.pb.h>

#include "node/base/result.h"
#include "node/rpc/wire/messages.h"

namespace schakel::wire {

v1::SendRequest Encode(const SendRequest& request);
v1::SendReply Encode(const SendReply& reply);
v1::SendReply EncodeFrame(ByteView frame);
v1::DeliverRequest Encode(const DeliverRequest& request);
v1::Greeting Encode(const Greeting& greeting);
v1::ExportRequest Encode(const ExportRequest& request);
v1::ExportChunk Encode(const ExportChunk& chunk);
v1::CheckpointRequest Encode(const CheckpointRequest& request);
v1::CheckpointReply Encode(const CheckpointReply& reply);
v1::OperatorCall Encode(const OperatorCall& call);
v1::OperatorReply Encode(const OperatorReply& reply);
v1::ImportChunk Encode(const ImportPart& part);
v1::ImportReply Encode(const ImportReply& reply);

Result<SendRequest> Decode(const v1::SendRequest& message);
Result<SendReply> Decode(const v1::SendReply& message);
Result<DeliverRequest> Decode(const v1::DeliverRequest& message);
Result<void> Decode(const v1::DeliverReply& message);
Result<Greeting> Decode(const v1::Greeting& message);
Result<ExportRequest> Decode(const v1::ExportRequest& message);
Result<ExportChunk> Decode(const v1::ExportChunk& message);
Result<CheckpointRequest> Decode(const v1::CheckpointRequest& message);
Result<CheckpointReply> Decode(const v1::CheckpointReply& message);
Result<OperatorCall> Decode(const v1::OperatorCall& message);
Result<OperatorReply> Decode(const v1::OperatorReply& message);
Result<ImportPart> Decode(const v1::ImportChunk& message);
Result<ImportReply> Decode(const v1::ImportReply& message);

}  // namespace schakel::wire
