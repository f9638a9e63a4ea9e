// A connection to one partner's node, made when first needed and again after it broke.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "node/base/result.h"
#include "node/rpc/transport/tls.h"
#include "node/rpc/wire/messages.h"

namespace schakel::rpc {

struct PeerChannelOptions {
  std::string address;  // `politie.veldrijk.example:7443`
  std::string party;    // the one expected there: anybody else ends the handshake
  crypto::TlsIdentity identity;
  Authorise authorise;
  std::chrono::milliseconds connect_limit = std::chrono::seconds{3};
  std::chrono::milliseconds call_limit = std::chrono::seconds{60};
  std::chrono::milliseconds stream_limit = std::chrono::minutes{5};  // a stream as a whole
};

// Takes an answer in order: the opening once, then the stream's header and frames. An error ends
// the call and is what it returns.
class ReplyReceiver {
 public:
  virtual ~ReplyReceiver() = default;
  virtual Result<void> OnOpening(const wire::Opening& opening) = 0;
  virtual Result<void> OnFrame(ByteView frame) = 0;
};

using ChunkReceiver = std::function<Result<void>(const wire::ExportChunk&)>;

// Every call ends in bounded time. kUnavailable when the partner does not answer, kDenied when the
// handshake or the call was refused by either side, kMalformed, kExhausted or kCorrupt when what
// came back is not what the protocol says. Safe for concurrent use; PrepareTransport() comes first.
class PeerChannel {
 public:
  explicit PeerChannel(PeerChannelOptions options);
  ~PeerChannel();
  PeerChannel(const PeerChannel&) = delete;
  PeerChannel& operator=(const PeerChannel&) = delete;

  // Name, TCP, TLS and delegation, without a call. Tries at once, also shortly after a failure.
  Result<void> Connect();

  Result<void> Send(const wire::SendRequest& request, ReplyReceiver& receiver);
  Result<void> Deliver(const wire::DeliverRequest& request);
  Result<wire::Greeting> Greet(const wire::Greeting& greeting);
  Result<void> Export(const wire::ExportRequest& request, const ChunkReceiver& receiver);
  Result<void> Copies(const wire::ExportRequest& request, const ChunkReceiver& receiver);
  Result<wire::CheckpointReply> Checkpoint(const wire::CheckpointRequest& request);
  // Whether the node says of itself that it serves (grpc.health.v1).
  Result<bool> Healthy();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace schakel::rpc
