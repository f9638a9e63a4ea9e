#include "node/rpc/server/server.h"

#include <utility>

#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "node/base/limits.h"
#include "node/rpc/server/guard.h"
#include "node/rpc/server/operator_service.h"
#include "node/rpc/server/peer_services.h"
#include "node/rpc/transport/deadline.h"

namespace schakel::rpc {
namespace {

constexpr int kHandshakeTimeoutMillis = 5'000;
constexpr int kIdleMillis = 600'000;
constexpr int kKeepaliveMillis = 60'000;
constexpr int kKeepaliveTimeoutMillis = 20'000;
constexpr int kMaxMetadataBytes = 8 << 10;
constexpr size_t kMaxBufferedBytes = 64 << 20;

// What both doors share. A compressed message is refused: a small one could unpack to a large one.
void Limit(grpc::ServerBuilder& builder, const char* name, int threads) {
  grpc::ResourceQuota quota(name);
  quota.SetMaxThreads(threads);
  quota.Resize(kMaxBufferedBytes);
  builder.SetResourceQuota(quota);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, /*enabled=*/false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, /*enabled=*/false);
  // Two nodes on one port is a mistake to refuse, not to share.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

void SetHealth(grpc::Server& server, bool serving) {
  grpc::HealthCheckServiceInterface* health = server.GetHealthCheckService();
  if (health != nullptr) health->SetServingStatus(serving);
}

void Stop(grpc::Server& server, std::chrono::milliseconds grace) {
  SetHealth(server, /*serving=*/false);
  server.Shutdown(After(grace));
  server.Wait();
}

}  // namespace

struct PeerServer::State {
  State(PeerServerOptions options, PeerHandler& peers, LogHandler& logs, RefusalLog& refusals)
      : guard(std::move(options.authorise), refusals, options.call_limit),
        exchange(guard, peers),
        covenant(guard, peers),
        logs_service(guard, logs) {}

  Guard guard;
  ExchangeService exchange;
  CovenantService covenant;
  LogService logs_service;
  int port = 0;
  std::unique_ptr<grpc::Server> server;  // goes first: nothing calls a service after it
};

PeerServer::PeerServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

PeerServer::~PeerServer() {
  Shutdown(std::chrono::milliseconds{0});
}

Result<std::unique_ptr<PeerServer>> PeerServer::Start(PeerServerOptions options,
                                                      PeerHandler& peers,
                                                      LogHandler& logs,
                                                      RefusalLog& log) {
  grpc::EnableDefaultHealthCheckService(/*enable=*/true);
  grpc::ServerBuilder builder;
  Limit(builder, "peers", options.max_threads);
  builder.SetMaxReceiveMessageSize(static_cast<int>(kMaxPeerMessageBytes));
  builder.SetMaxSendMessageSize(static_cast<int>(kMaxPeerMessageBytes));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_streams_per_connection);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMillis);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kIdleMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMillis);
  const auto refused = [&log](const Error& error) { log.OnRefusal({"handshake", "", "", error}); };
  const std::string listen = options.listen;
  int port = 0;
  builder.AddListeningPort(listen, ServerTls(options.identity, options.authorise, refused), &port);
  auto state = std::make_unique<State>(std::move(options), peers, logs, log);
  builder.RegisterService(&state->exchange);
  builder.RegisterService(&state->covenant);
  builder.RegisterService(&state->logs_service);
  state->server = builder.BuildAndStart();
  if (state->server == nullptr || port <= 0) return Unavailable("cannot listen on " + listen);
  state->port = port;
  return std::unique_ptr<PeerServer>(new PeerServer(std::move(state)));
}

int PeerServer::port() const {
  return state_->port;
}

void PeerServer::SetServing(bool serving) {
  SetHealth(*state_->server, serving);
}

void PeerServer::CancelRefused() {
  state_->guard.CancelRefused();
}

void PeerServer::Shutdown(std::chrono::milliseconds grace) {
  Stop(*state_->server, grace);
}

struct OperatorServer::State {
  State(OperatorHandler& handler, RefusalLog& log) : service(handler, log) {}

  OperatorService service;
  std::unique_ptr<grpc::Server> server;
};

OperatorServer::OperatorServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

OperatorServer::~OperatorServer() {
  Shutdown(std::chrono::milliseconds{0});
}

Result<std::unique_ptr<OperatorServer>> OperatorServer::Start(const OperatorServerOptions& options,
                                                              OperatorHandler& handler,
                                                              RefusalLog& log) {
  if (options.path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Malformed("the socket's path is longer than " +
                     std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes: " + options.path);
  }
  grpc::EnableDefaultHealthCheckService(/*enable=*/true);
  grpc::ServerBuilder builder;
  Limit(builder, "operators", options.max_threads);
  builder.SetMaxReceiveMessageSize(static_cast<int>(kMaxOperatorMessageBytes));
  builder.SetMaxSendMessageSize(static_cast<int>(kMaxOperatorMessageBytes));
  builder.AddListeningPort("unix:" + options.path, grpc::InsecureServerCredentials());
  auto state = std::make_unique<State>(handler, log);
  builder.RegisterService(&state->service);
  state->server = builder.BuildAndStart();
  if (state->server == nullptr) return Unavailable("cannot open the socket " + options.path);
  auto server = std::unique_ptr<OperatorServer>(new OperatorServer(std::move(state)));
  if (chmod(options.path.c_str(), options.mode) != 0) {
    return Unavailable("cannot set the mode of the socket " + options.path);
  }
  return server;
}

void OperatorServer::SetServing(bool serving) {
  SetHealth(*state_->server, serving);
}

void OperatorServer::Shutdown(std::chrono::milliseconds grace) {
  Stop(*state_->server, grace);
}

}  // namespace schakel::rpc
