// What the servers call: from messages to the engine and back. No rules.
#pragma once

#include <algorithm>
#include <functional>
#include <string>

#include "node/engine/engine.h"
#include "node/engine/methods.h"
#include "node/rpc/server/ports.h"

namespace schakel::app {

class PeerHandler final : public rpc::PeerHandler {
 public:
  explicit PeerHandler(engine::Engine& engine) : engine_(engine) {}
  Result<void> Send(const std::string& party,
                    const wire::SendRequest& request,
                    rpc::SendSink& sink) override;
  Result<void> Deliver(const std::string& party, const wire::DeliverRequest& request) override;
  Result<wire::Greeting> Greet(const std::string& party, const wire::Greeting& greeting) override;

 private:
  engine::Engine& engine_;
};

// The lineage's log goes to an auditor whom the covenant names, and its checkpoint also to
// partners.
class LogHandler final : public rpc::LogHandler {
 public:
  explicit LogHandler(engine::Engine& engine) : engine_(engine) {}
  Result<void> Export(const std::string& party,
                      const wire::ExportRequest& request,
                      rpc::ChunkSink& sink) override;
  Result<void> Copies(const std::string& party,
                      const wire::ExportRequest& request,
                      rpc::ChunkSink& sink) override;
  Result<wire::CheckpointReply> Checkpoint(const std::string& party,
                                           const wire::CheckpointRequest& request) override;

 private:
  engine::Engine& engine_;
};

class OperatorHandler final : public rpc::OperatorHandler {
 public:
  // `after` runs after every call: the node opens its peer port once a covenant is in force.
  OperatorHandler(engine::Engine& engine, std::function<void()> after)
      : engine_(engine), methods_(engine), after_(std::move(after)) {}
  wire::OperatorReply Call(const wire::OperatorCall& call) override;
  wire::OperatorReply Import(const wire::OperatorCall& call,
                             rpc::ImportSource& file,
                             rpc::ProgressSink& progress) override;

 private:
  engine::Engine& engine_;
  engine::Methods methods_;
  std::function<void()> after_;
};

}  // namespace schakel::app
