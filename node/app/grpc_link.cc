#include "node/app/grpc_link.h"

#include <utility>

#include "node/app/trust.h"
#include "node/base/reason.h"
#include "node/rpc/client/probe.h"

namespace schakel::app {
namespace {

constexpr std::chrono::milliseconds kTcpLimit = std::chrono::seconds{3};

// Passes an answer from the channel to the exchange.
class Receiver final : public rpc::ReplyReceiver {
 public:
  explicit Receiver(exchange::ReplySink& sink) : sink_(sink) {}
  Result<void> OnOpening(const wire::Opening& opening) override {
    return sink_.OnOpening({opening.answer, opening.receipt, opening.status});
  }
  Result<void> OnFrame(ByteView frame) override { return sink_.OnFrame(frame); }

 private:
  exchange::ReplySink& sink_;
};

}  // namespace

Result<GrpcLink::Held> GrpcLink::PlanFor(std::string_view party) const {
  const Instant now = engine_->now();
  const auto view = engine_->covenants().At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  const auto* const delegation = view->TrustedOf(party).Current(party, now);
  if (delegation == nullptr) {
    return Because(Unavailable("no delegation of " + std::string(party) + " covers this moment"),
                   Reason::kPeerNoAddress);
  }
  if (delegation->content.addresses.empty()) {
    return Because(Unavailable("the delegation of " + std::string(party) + " names no address"),
                   Reason::kPeerNoAddress);
  }
  const auto* const own = OwnDelegation(*view, engine_->self(), tls_key_.public_key(), now);
  return Held{delegation->content.addresses.front(),
              own == nullptr ? Hash{} : own->bytes.Digest(),
              delegation->bytes.Digest(),
              nullptr};
}

Result<std::shared_ptr<rpc::PeerChannel>> GrpcLink::ChannelTo(std::string_view party) {
  Held wanted = TRY(PlanFor(party));
  const MutexLock lock(mutex_);
  const auto held = channels_.find(party);
  if (held != channels_.end() && held->second.address == wanted.address &&
      held->second.own == wanted.own && held->second.partner == wanted.partner) {
    return held->second.channel;
  }
  rpc::PeerChannelOptions options;
  options.address = wanted.address;
  options.party = std::string(party);
  options.identity = TRY(OwnIdentity(*engine_, tls_key_));
  options.authorise = [engine = engine_](const crypto::PeerCertificate& certificate) {
    return PartyOfCertificate(*engine, certificate);
  };
  wanted.channel = std::make_shared<rpc::PeerChannel>(std::move(options));
  auto channel = wanted.channel;
  channels_.insert_or_assign(std::string(party), std::move(wanted));
  return channel;
}

Result<exchange::Greeting> GrpcLink::Greet(std::string_view party,
                                           const exchange::Greeting& greeting) {
  wire::Greeting reply =
      TRY(TRY(ChannelTo(party))->Greet({greeting.status, greeting.statements, greeting.documents}));
  return exchange::Greeting{
      std::move(reply.status), std::move(reply.statements), std::move(reply.documents)};
}

Result<void> GrpcLink::Send(std::string_view party,
                            const exchange::SendMessage& message,
                            exchange::ReplySink& sink) {
  Receiver receiver(sink);
  return TRY(ChannelTo(party))->Send({message.request, message.body}, receiver);
}

Result<void> GrpcLink::Deliver(std::string_view party, std::string_view receipt) {
  return TRY(ChannelTo(party))->Deliver({std::string(receipt)});
}

Result<void> GrpcLink::Copies(std::string_view party, const log::FileSink& take) {
  const auto view = engine_->covenants().At(engine_->now());
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  bool closed = false;
  TRY(TRY(ChannelTo(party))
          ->Copies({view->document().lineage}, [&](const wire::ExportChunk& chunk) {
            closed = chunk.end;
            return take(chunk.path, chunk.data);
          }));
  if (!closed) return Corrupt("the copies broke off");
  return {};
}

std::vector<exchange::ProbeLine> GrpcLink::Probe(std::string_view party) {
  const auto plan = PlanFor(party);
  if (!plan) {
    const Error& error = plan.error();
    return {{"address", false, error.detail, error.reason, error.arguments}};
  }
  std::vector<exchange::ProbeLine> lines;
  const auto add = [&](const char* step, const Result<std::string>& outcome) {
    if (outcome) {
      lines.push_back({step, true, *outcome});
    } else {
      const Error& error = outcome.error();
      lines.push_back({step, false, error.detail, error.reason, error.arguments});
    }
    return outcome.ok();
  };
  const auto endpoint = rpc::ParseEndpoint(plan->address);
  const auto resolved =
      endpoint ? rpc::ResolveName(*endpoint) : Result<std::vector<std::string>>(endpoint.error());
  if (!add("dns",
           resolved ? Result<std::string>(resolved->front())
                    : Result<std::string>(resolved.error()))) {
    return lines;
  }
  Result<void> reached = Because(Unavailable("nobody listens there"), Reason::kPeerSilent);
  for (const std::string& numeric : *resolved) {
    reached = rpc::TryTcp(numeric, endpoint->port, kTcpLimit);
    if (reached) break;
  }
  if (!add("tcp",
           reached ? Result<std::string>("port " + endpoint->port)
                   : Result<std::string>(reached.error()))) {
    return lines;
  }
  const auto channel = ChannelTo(party);
  const auto connected = channel ? (*channel)->Connect() : Result<void>(channel.error());
  add("tls",
      connected ? Result<std::string>("TLS 1.3, key delegated by " + std::string(party))
                : Result<std::string>(connected.error()));
  return lines;
}

}  // namespace schakel::app
