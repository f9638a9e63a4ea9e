// The one place where an error becomes what a peer sees: a status and a fixed sentence. The detail
// stays here.
#pragma once

#include <grpcpp/support/status.h>

#include "node/base/result.h"

namespace schakel::rpc {

grpc::Status ToStatus(ErrorCode code);

}  // namespace schakel::rpc
