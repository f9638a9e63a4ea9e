#include "cli/failure.h"

#include "node/base/reason.h"

namespace schakel::cli {
Failure FromError(const Error& error) {
  Failure failure{Exit::kFailed, ErrorCodeName(error.code), error.detail, ""};
  failure.reason = ReasonId(error.reason);
  failure.arguments = error.arguments;
  return failure;
}

Failure UsageFailure(std::string message, std::string hint) {
  return {Exit::kUsage, "usage", std::move(message), std::move(hint)};
}

}  // namespace schakel::cli
