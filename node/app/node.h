// The composition root: one node over RocksDB, the system's clock, gRPC and spdlog.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "node/app/config.h"
#include "node/app/grpc_link.h"
#include "node/app/handlers.h"
#include "node/crypto/entropy.h"
#include "node/crypto/secret.h"
#include "node/engine/engine.h"
#include "node/rpc/server/server.h"
#include "node/store/rocks_store.h"

namespace schakel::app {

// Secret keys of the node, as read from its home.
struct NodeKeys {
  crypto::SigningKey statement;
  crypto::SigningKey log;
  crypto::SigningKey tls;
  crypto::SecretBytes master;
};
Result<NodeKeys> ReadKeys(const Config& config);

class Node final : public rpc::RefusalLog {
 public:
  // Opens everything: keys, databases, engine, the operator socket, and the peer port when a
  // covenant is in force. One clear sentence when something does not verify. Databases are created
  // when the home has none.
  static Result<std::unique_ptr<Node>> Start(const Config& config) LOCKS_UNSHARED;
  // As Start, up to the engine, without opening a door: `schakel-node --check`.
  static Result<void> Check(const Config& config);
  ~Node() override;

  // The peer port, or 0 while it is closed.
  [[nodiscard]] int peer_port() const { return peer_port_.load(); }
  // Ends calls, closes the doors and the databases. Called once.
  void Stop() EXCLUDES_LOCK(port_mutex_) EXCLUDES_LOCK(stop_mutex_);

  void OnRefusal(const rpc::Refusal& refusal) override;

 private:
  Node(Config config, NodeKeys keys);
  // `recover`: opens over a truncated last record, in recovery (exchange.md 12).
  Result<void> Open(bool recover);
  Result<void> Enrol();
  Result<void> OpenPeerPort() EXCLUDES_LOCK(port_mutex_);
  void Tend() EXCLUDES_LOCK(port_mutex_) EXCLUDES_LOCK(stop_mutex_);
  void TendOnce();
  void ShowHealth() EXCLUDES_LOCK(port_mutex_);
  void VerifyFiles() EXCLUDES_LOCK(port_mutex_);

  const Config config_;
  const NodeKeys keys_;
  PartyFile party_;
  SystemClock clock_;
  crypto::SystemEntropy entropy_;
  std::unique_ptr<store::RocksStore> data_;
  std::unique_ptr<store::RocksStore> key_data_;
  GrpcLink link_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<PeerHandler> peers_;
  std::unique_ptr<LogHandler> logs_;
  std::unique_ptr<OperatorHandler> operators_;
  std::unique_ptr<rpc::OperatorServer> operator_server_;
  Mutex port_mutex_;
  std::unique_ptr<rpc::PeerServer> peer_server_ GUARDED_BY(port_mutex_);
  std::atomic<int> peer_port_ = 0;
  std::atomic<bool> tended_ = true;              // the last Tend went well
  bool healthy_ GUARDED_BY(port_mutex_) = true;  // as the peer port shows it
  Mutex stop_mutex_;
  bool stopping_ GUARDED_BY(stop_mutex_) = false;
  bool covenant_changed_ GUARDED_BY(stop_mutex_) = false;
  CondVar stop_;
  std::jthread tending_;
  std::jthread verifying_;
};

}  // namespace schakel::app
