// What a call's end means to its caller.
#pragma once

#include <grpcpp/support/status.h>

#include "node/base/result.h"

namespace schakel::rpc {

// By the status code alone. The other side's text is not passed on: it is the other side's.
Result<void> FromStatus(const grpc::Status& status);

}  // namespace schakel::rpc
