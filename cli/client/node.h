// Signed calls to the own node: what a person does there, they sign (exchange.md 9).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cli/failure.h"
#include "node/base/seams.h"
#include "node/canon/value.h"
#include "node/crypto/sign.h"
#include "node/rpc/client/operator_client.h"
#include "node/rpc/wire/messages.h"

namespace schakel::cli {

// The operator socket, as a port. Errors as of rpc::OperatorClient.
class NodeLink {
 public:
  virtual ~NodeLink() = default;
  virtual Result<wire::OperatorReply> Call(const wire::OperatorCall& call) = 0;
  virtual Result<wire::OperatorReply> Import(const wire::OperatorCall& call,
                                             const rpc::FileReader& file) = 0;
};

// Who calls, and where.
struct Caller {
  std::string operator_id;
  std::string node;    // a call is for one node
  std::string socket;  // for messages
  std::string home;    // for messages
};

// Not safe for concurrent use.
class Node {
 public:
  // Clock and entropy outlive it.
  Node(std::unique_ptr<NodeLink> link,
       Caller caller,
       crypto::SigningKey key,
       const Clock& clock,
       Entropy& entropy)
      : link_(std::move(link)),
        caller_(std::move(caller)),
        key_(std::move(key)),
        clock_(clock),
        entropy_(entropy) {}

  // What the node returned, or its error with its own code and hint; when it does not answer, what
  // to start. kMalformed, before anything is sent, for a parameter that is no text.
  Outcome<canon::Value> Call(std::string_view method, const canon::Value& params);
  Outcome<canon::Value> Import(const canon::Value& params, const rpc::FileReader& file);

 private:
  Outcome<wire::OperatorCall> Signed(std::string_view method, const canon::Value& params);
  [[nodiscard]] Outcome<canon::Value> Read(const Result<wire::OperatorReply>& reply) const;

  std::unique_ptr<NodeLink> link_;
  Caller caller_;
  crypto::SigningKey key_;
  const Clock& clock_;
  Entropy& entropy_;
};

}  // namespace schakel::cli
