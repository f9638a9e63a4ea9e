// The link to partners over gRPC: one channel per partner, made when first needed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "node/base/mutex.h"
#include "node/crypto/sign.h"
#include "node/engine/engine.h"
#include "node/exchange/peer_link.h"
#include "node/rpc/client/peer_channel.h"

namespace schakel::app {

// Safe for concurrent use. Addresses come from the partner's current delegation. A connection lasts
// as long as the two delegations under which it was made are the current ones.
class GrpcLink final : public exchange::PeerLink {
 public:
  explicit GrpcLink(const crypto::SigningKey& tls_key) : tls_key_(tls_key) {}
  // The engine that this link serves; before the first call, and the engine outlives it.
  void Attach(engine::Engine& engine) { engine_ = &engine; }

  Result<exchange::Greeting> Greet(std::string_view party,
                                   const exchange::Greeting& greeting) override
      EXCLUDES_LOCK(mutex_);
  Result<void> Send(std::string_view party,
                    const exchange::SendMessage& message,
                    exchange::ReplySink& sink) override EXCLUDES_LOCK(mutex_);
  Result<void> Deliver(std::string_view party, std::string_view receipt) override
      EXCLUDES_LOCK(mutex_);
  Result<void> Copies(std::string_view party, const log::FileSink& take) override
      EXCLUDES_LOCK(mutex_);
  std::vector<exchange::ProbeLine> Probe(std::string_view party) override EXCLUDES_LOCK(mutex_);

 private:
  struct Held {
    std::string address;
    Hash own{};      // the delegation in our certificate
    Hash partner{};  // the partner's current one
    std::shared_ptr<rpc::PeerChannel> channel;
  };
  // Where the partner listens, by its current delegation, and under which delegations we meet.
  Result<Held> PlanFor(std::string_view party) const;
  Result<std::shared_ptr<rpc::PeerChannel>> ChannelTo(std::string_view party) EXCLUDES_LOCK(mutex_);

  const crypto::SigningKey& tls_key_;
  engine::Engine* engine_ = nullptr;
  Mutex mutex_;
  std::map<std::string, Held, std::less<>> channels_ GUARDED_BY(mutex_);
};

}  // namespace schakel::app
