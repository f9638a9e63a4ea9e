// The port to partners' nodes: what one exchange needs of a connection. rpc implements it over
// mutual TLS, the simulated world over a lossy queue. Messages carry signed bytes opaquely.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/log/export.h"

namespace schakel::exchange {

// Our status, and what we hold of the lineage when the two sides differ.
struct Greeting {
  std::string status;                    // a signed Status
  std::vector<std::string> statements;   // signed by roots
  std::vector<std::string> documents{};  // canonical bytes of the next version, offered as a draft
};

struct SendMessage {
  std::string request;  // a signed Request
  Bytes body;           // sealed
};

// What comes before the frames.
struct Opening {
  std::string answer;   // a signed Answer
  std::string receipt;  // the contributor's signed receipt for the Request
  std::string status;   // a signed Status, beside PREKEY_UNKNOWN; else empty
};

// Receives one answer in order: the opening once, then the stream header and every frame.
// An error returned from either ends the transfer and is what Send returns.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual Result<void> OnOpening(const Opening& opening) = 0;
  virtual Result<void> OnFrame(ByteView frame) = 0;
};

// One step of reaching a partner: "dns", "tcp", "tls", ...
struct ProbeLine {
  std::string step;
  bool ok = false;
  std::string detail;  // an address, or what went wrong
  Reason reason{};     // of a failure, see base/reason.h
  ReasonArguments arguments{};
};

// Implementations are safe for concurrent use. Every call ends in bounded time; kUnavailable when
// the partner does not answer, kDenied when it refuses with its fixed sentence.
class PeerLink {
 public:
  virtual ~PeerLink() = default;
  virtual Result<Greeting> Greet(std::string_view party, const Greeting& greeting) = 0;
  virtual Result<void> Send(std::string_view party,
                            const SendMessage& message,
                            ReplySink& sink) = 0;
  // Delivers our receipt for the partner's Answer.
  virtual Result<void> Deliver(std::string_view party, std::string_view receipt) = 0;
  // Asks for what the partner has of its exchanges with this node (copies.h), and gives its files.
  virtual Result<void> Copies(std::string_view party, const log::FileSink& take) = 0;
  // What can be told about reaching the partner, step by step up to the first that fails.
  virtual std::vector<ProbeLine> Probe(std::string_view party) = 0;
};

}  // namespace schakel::exchange
