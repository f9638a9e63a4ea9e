// The command line's side of the operator socket.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/rpc/wire/messages.h"

namespace schakel::rpc {

struct OperatorClientOptions {
  std::string path;  // of the socket
  std::chrono::milliseconds connect_limit = std::chrono::seconds{5};
  std::chrono::milliseconds call_limit = std::chrono::minutes{10};
};

// Gives the next bytes of a file (1 to kMaxChunkBytes), none at its end. Called from another thread
// than Import's caller, one call at a time; an error ends the import.
using FileReader = std::function<Result<std::optional<Bytes>>()>;
// Takes reports of progress, canonical JSON.
using OnProgress = std::function<void(const std::string&)>;

// What the node refuses is an OperatorReply; an error means that there is none: kUnavailable when
// the node does not run or went away. Safe for concurrent use.
class OperatorClient {
 public:
  explicit OperatorClient(OperatorClientOptions options);
  ~OperatorClient();
  OperatorClient(const OperatorClient&) = delete;
  OperatorClient& operator=(const OperatorClient&) = delete;

  Result<wire::OperatorReply> Call(const wire::OperatorCall& call);
  Result<wire::OperatorReply> Import(const wire::OperatorCall& call,
                                     const FileReader& file,
                                     const OnProgress& progress);
  Result<bool> Healthy();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace schakel::rpc
