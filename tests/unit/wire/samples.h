// One message of every kind, each with every field filled.
#pragma once

#include <string>

#include "node/rpc/wire/messages.h"

namespace schakel::wire {

inline SendRequest SampleSend() {
  return {"{\"request\":1}", Bytes{1, 2, 3, 0, 255}};
}
inline SendReply SampleOpening() {
  return Opening{"{\"answer\":1}", "{\"receipt\":1}", "{\"status\":1}"};
}
inline SendReply SampleFrame() {
  return Frame{Bytes{9, 8, 7}};
}
inline Greeting SampleGreeting() {
  return {"{\"status\":1}", {"{\"a\":1}", "{\"b\":2}"}};
}
inline ExportChunk SampleChunk() {
  return {"log/tile/0/000", Bytes{5, 6}, true};
}
inline Uuid SampleLineage() {
  Uuid out;
  for (size_t i = 0; i < out.bytes.size(); ++i)
    out.bytes[i] = static_cast<uint8_t>(0x70 + i);
  return out;
}
inline OperatorCall SampleCall() {
  OperatorCall out{"group.decide", "{\"step\":\"2B\"}", kSchema, OperatorSignature{}};
  out.signature->operator_id = "fatima";
  out.signature->time = FromMillis(1'795'000'000'123);
  out.signature->nonce.fill(7);
  out.signature->signature.fill(9);
  return out;
}
inline OperatorReply SampleError() {
  return OperatorError{"conflict", "Group exists.", "Take another number."};
}

}  // namespace schakel::wire
