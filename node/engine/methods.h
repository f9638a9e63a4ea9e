// The operator methods over an engine: what a person at this node can ask and do
// (node/app/README.md has the table). Canonical JSON in and out; identity and roles are checked
// here, for the socket, the console and the simulated world alike.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "node/base/result.h"
#include "node/canon/value.h"
#include "node/engine/engine.h"
#include "node/exchange/operators.h"
#include "node/statement/operator_call.h"

namespace schakel::engine {

// What the caller is told when a method does not succeed: what happened and what to do next. Only
// for this node's own operators; holds no name, BSN or content.
struct MethodError {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string hint;
  Reason reason{};
  ReasonArguments arguments{};
};

struct MethodResult {
  bool ok = false;
  canon::Value value;  // when ok
  MethodError error;   // when not
};

// The bytes of an imported file, in order; nullopt at its end.
using FileSource = std::function<Result<std::optional<Bytes>>()>;

// Safe for concurrent use.
class Methods {
 public:
  explicit Methods(Engine& engine) : engine_(engine) {}

  // Authenticates the call, checks the operator's roles against the method's, reads the parameters
  // strictly and runs it.
  MethodResult Call(const statement::OperatorCall& call);
  MethodResult Import(const statement::OperatorCall& call, const FileSource& file);

 private:
  Engine& engine_;
};

}  // namespace schakel::engine
