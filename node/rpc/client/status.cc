#include "node/rpc/client/status.h"

#include "node/base/reason.h"

namespace schakel::rpc {

// The inverse of the server's status map; codes that only gRPC itself makes are folded in. Those of
// another library version cannot be ruled out, hence the last return.
Result<void> FromStatus(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
      return {};
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::OUT_OF_RANGE:
      return Malformed("the other side could not read our message");
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
      return Because(Denied("the other side does not serve that to us"), Reason::kPeerRefuses);
    case grpc::StatusCode::NOT_FOUND:
      return NotFound("the other side has nothing under that name");
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::FAILED_PRECONDITION:
      return Conflict("at the other side something else stands under that name");
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return Exhausted("a limit was reached at the other side or on the way");
    case grpc::StatusCode::UNAVAILABLE:
      return Because(Unavailable("the other side does not answer"), Reason::kPeerSilent);
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return Because(Unavailable("the other side did not answer in time"), Reason::kPeerSlow);
    case grpc::StatusCode::CANCELLED:
      return Unavailable("the call was cancelled");
    case grpc::StatusCode::DATA_LOSS:
      return Corrupt("what we sent does not verify at the other side");
    case grpc::StatusCode::UNIMPLEMENTED:
      return Malformed("the other side does not know this call: another version");
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::DO_NOT_USE:
      break;
  }
  return Because(Unavailable("the other side failed"), Reason::kPeerFailed);
}

}  // namespace schakel::rpc
