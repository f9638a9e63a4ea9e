// Any bytes as any message of the contract: what decodes must encode to what decodes to the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <google/protobuf/stubs/logging.h>

#include "node/rpc/wire/convert.h"

namespace {

template <typename Message>
void Try(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) return;
  const auto decoded = schakel::wire::Decode(message);
  if (!decoded) return;
  const Message again = schakel::wire::Encode(*decoded);
  const auto twice = schakel::wire::Decode(again);
  if (!twice) std::abort();
  if (schakel::wire::Encode(*twice).SerializeAsString() != again.SerializeAsString()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace v1 = schakel::v1;
  google::protobuf::SetLogHandler(nullptr);
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 11) {
    case 0:
      Try<v1::SendRequest>(bytes);
      break;
    case 1:
      Try<v1::SendReply>(bytes);
      break;
    case 2:
      Try<v1::DeliverRequest>(bytes);
      break;
    case 3:
      Try<v1::Greeting>(bytes);
      break;
    case 4:
      Try<v1::ExportRequest>(bytes);
      break;
    case 5:
      Try<v1::ExportChunk>(bytes);
      break;
    case 6:
      Try<v1::CheckpointReply>(bytes);
      break;
    case 7:
      Try<v1::OperatorCall>(bytes);
      break;
    case 8:
      Try<v1::OperatorReply>(bytes);
      break;
    case 9:
      Try<v1::ImportChunk>(bytes);
      break;
    default:
      Try<v1::ImportReply>(bytes);
      break;
  }
  return 0;
}
