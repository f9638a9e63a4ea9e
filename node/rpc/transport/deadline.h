// Deadlines for gRPC, counted from now on the monotonic clock: a step of the wall clock neither
// ends a call nor keeps it alive.
#pragma once

#include <chrono>

#include <grpc/support/time.h>

namespace schakel::rpc {

inline gpr_timespec After(std::chrono::milliseconds duration) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_millis(duration.count(), GPR_TIMESPAN));
}

}  // namespace schakel::rpc
