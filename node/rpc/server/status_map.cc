#include "node/rpc/server/status_map.h"

namespace schakel::rpc {

// proto/README, "Errors".
grpc::Status ToStatus(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed:
      return {grpc::StatusCode::INVALID_ARGUMENT, "The message is not what the protocol says."};
    case ErrorCode::kDenied:
      return {grpc::StatusCode::PERMISSION_DENIED, "This node does not serve that to you."};
    case ErrorCode::kNotFound:
      return {grpc::StatusCode::NOT_FOUND, "There is nothing under that name."};
    case ErrorCode::kConflict:
      return {grpc::StatusCode::ABORTED, "Something else stands under that name."};
    case ErrorCode::kExhausted:
      return {grpc::StatusCode::RESOURCE_EXHAUSTED, "A limit was reached."};
    case ErrorCode::kUnavailable:
      return {grpc::StatusCode::UNAVAILABLE, "Not now. Try again later."};
    case ErrorCode::kCorrupt:
      return {grpc::StatusCode::DATA_LOSS, "What was sent does not verify."};
    case ErrorCode::kInternal:
      return {grpc::StatusCode::INTERNAL, "This node failed."};
  }
  return {grpc::StatusCode::INTERNAL, "This node failed."};
}

}  // namespace schakel::rpc
