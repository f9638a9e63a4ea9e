#include "cli/failure.h"

namespace schakel::cli {
namespace {

const char* HintFor(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed:
      return "check what was given; --help shows an example";
    case ErrorCode::kDenied:
      return "ask who may do this, or the officer of this node";
    case ErrorCode::kNotFound:
      return "check the name or the path";
    case ErrorCode::kConflict:
      return "look at what is there first; nothing was changed";
    case ErrorCode::kExhausted:
      return "make it smaller";
    case ErrorCode::kUnavailable:
      return "try again; `schakel status` shows whether the node runs";
    case ErrorCode::kCorrupt:
      return "do not use it; get a new copy or run `schakel log verify`";
    case ErrorCode::kInternal:
      return "keep what is on the screen and tell the maintainers";
  }
  return "";
}

}  // namespace

Failure FromError(const Error& error) {
  return {Exit::kFailed, ErrorCodeName(error.code), error.detail, HintFor(error.code)};
}

Failure UsageFailure(std::string message, std::string hint) {
  return {Exit::kUsage, "usage", std::move(message), std::move(hint)};
}

}  // namespace schakel::cli
