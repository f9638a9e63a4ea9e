// The node's two doors: the peer port (mutual TLS 1.3) and the operator socket (Unix, local). Both
// carry the standard gRPC health service. PrepareTransport() comes before either.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <sys/types.h>

#include "node/base/result.h"
#include "node/rpc/server/ports.h"
#include "node/rpc/transport/tls.h"

namespace schakel::rpc {

struct PeerServerOptions {
  std::string listen;  // `0.0.0.0:7443`, `[::]:7443`, `127.0.0.1:0`; port 0: a free one
  crypto::TlsIdentity identity;
  Authorise authorise;
  // Whatever its deadline says, a call ends after this.
  std::chrono::milliseconds call_limit = std::chrono::minutes{10};
  int max_threads = 48;
  int max_streams_per_connection = 16;
};

// Serves until Shutdown or destruction. Safe for concurrent use.
class PeerServer {
 public:
  // Handlers and log outlive the server. kUnavailable when the address cannot be had.
  static Result<std::unique_ptr<PeerServer>> Start(PeerServerOptions options,
                                                   PeerHandler& peers,
                                                   LogHandler& logs,
                                                   RefusalLog& log);
  ~PeerServer();
  [[nodiscard]] int port() const;
  // What the health service says, to a caller whose handshake was accepted.
  void SetServing(bool serving);
  // After a revocation: ends the running calls of certificates that `authorise` now refuses.
  void CancelRefused();
  // Takes no new calls, waits for running ones up to `grace`, then cancels them and waits for their
  // handlers.
  void Shutdown(std::chrono::milliseconds grace);

 private:
  struct State;
  explicit PeerServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct OperatorServerOptions {
  std::string path;    // of the socket; a stale one is replaced
  mode_t mode = 0600;  // of the socket; its folder should be the node's alone
  int max_threads = 16;
};

class OperatorServer {
 public:
  // Handler and log outlive the server. kMalformed for a path longer than a socket's may be,
  // kUnavailable when it cannot be had.
  static Result<std::unique_ptr<OperatorServer>> Start(const OperatorServerOptions& options,
                                                       OperatorHandler& handler,
                                                       RefusalLog& log);
  ~OperatorServer();
  void SetServing(bool serving);
  void Shutdown(std::chrono::milliseconds grace);

 private:
  struct State;
  explicit OperatorServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace schakel::rpc
