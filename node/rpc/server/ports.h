// What the servers call: the domain's side of the services. Implementations are safe for concurrent
// use, end in bounded time and throw nothing (what escapes all the same becomes kInternal). An
// error reaches the peer as the fixed sentence of its code (status_map.h), never with its detail.
#pragma once

#include <optional>
#include <string>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/rpc/wire/messages.h"

namespace schakel::rpc {

// Takes the answer to a request, in order: the opening once, then the stream's header and frames.
// kUnavailable when the caller is gone or too slow, kDenied when it is no longer authorised: the
// handler stops and returns that error.
class SendSink {
 public:
  virtual ~SendSink() = default;
  virtual Result<void> Open(const wire::Opening& opening) = 0;
  virtual Result<void> Frame(ByteView frame) = 0;
};

// Takes the chunks of an export, in order. Errors as for SendSink.
class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  virtual Result<void> Put(const wire::ExportChunk& chunk) = 0;
};

// Between nodes. `party` is the authenticated caller: a party of the covenant or an auditor; which
// calls it may make is the handler's to decide.
class PeerHandler {
 public:
  virtual ~PeerHandler() = default;
  virtual Result<void> Send(const std::string& party,
                            const wire::SendRequest& request,
                            SendSink& sink) = 0;
  virtual Result<void> Deliver(const std::string& party, const wire::DeliverRequest& request) = 0;
  virtual Result<wire::Greeting> Greet(const std::string& party,
                                       const wire::Greeting& greeting) = 0;
};

class LogHandler {
 public:
  virtual ~LogHandler() = default;
  virtual Result<void> Export(const std::string& party,
                              const wire::ExportRequest& request,
                              ChunkSink& sink) = 0;
  virtual Result<void> Copies(const std::string& party,
                              const wire::ExportRequest& request,
                              ChunkSink& sink) = 0;
  virtual Result<wire::CheckpointReply> Checkpoint(const std::string& party,
                                                   const wire::CheckpointRequest& request) = 0;
};

// Gives the bytes of an imported file, in order; none at its end. kUnavailable when the file breaks
// off, kCorrupt when it has another size than the command said.
class ImportSource {
 public:
  virtual ~ImportSource() = default;
  virtual Result<std::optional<Bytes>> Next() = 0;
};

// Takes reports of progress, canonical JSON. kUnavailable when the operator's command
// is gone.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  virtual Result<void> Report(const std::string& progress) = 0;
};

// On the local socket. Who signed the call is the handler's to verify.
class OperatorHandler {
 public:
  virtual ~OperatorHandler() = default;
  virtual wire::OperatorReply Call(const wire::OperatorCall& call) = 0;
  virtual wire::OperatorReply Import(const wire::OperatorCall& call,
                                     ImportSource& file,
                                     ProgressSink& progress) = 0;
};

// Something that was refused or failed, for our own log: no content, no names of persons.
struct Refusal {
  std::string method;   // "Exchange.Send", "handshake"
  std::string party;    // empty: not authorised
  std::string address;  // as gRPC prints it; empty at a handshake
  Error error;
};

// Called from any thread; must not block.
class RefusalLog {
 public:
  virtual ~RefusalLog() = default;
  virtual void OnRefusal(const Refusal& refusal) = 0;
};

}  // namespace schakel::rpc
