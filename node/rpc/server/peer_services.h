// The gRPC services of the peer port: decode, authorise, call the handler, encode. No rule of their
// own.
#pragma once

#include <schakel/v1/covenant.grpc.pb.h>
#include <schakel/v1/exchange.grpc.pb.h>
#include <schakel/v1/log.grpc.pb.h>

#include "node/rpc/server/guard.h"
#include "node/rpc/server/ports.h"

namespace schakel::rpc {

// Guard and handlers outlive the services.
class ExchangeService final : public v1::Exchange::Service {
 public:
  ExchangeService(Guard& guard, PeerHandler& handler) : guard_(guard), handler_(handler) {}
  grpc::Status Send(grpc::ServerContext* context,
                    const v1::SendRequest* request,
                    grpc::ServerWriter<v1::SendReply>* writer) override;
  grpc::Status Deliver(grpc::ServerContext* context,
                       const v1::DeliverRequest* request,
                       v1::DeliverReply* reply) override;

 private:
  Guard& guard_;
  PeerHandler& handler_;
};

class CovenantService final : public v1::Covenant::Service {
 public:
  CovenantService(Guard& guard, PeerHandler& handler) : guard_(guard), handler_(handler) {}
  grpc::Status Greet(grpc::ServerContext* context,
                     const v1::Greeting* request,
                     v1::Greeting* reply) override;

 private:
  Guard& guard_;
  PeerHandler& handler_;
};

class LogService final : public v1::Log::Service {
 public:
  LogService(Guard& guard, LogHandler& handler) : guard_(guard), handler_(handler) {}
  grpc::Status Export(grpc::ServerContext* context,
                      const v1::ExportRequest* request,
                      grpc::ServerWriter<v1::ExportChunk>* writer) override;
  grpc::Status Copies(grpc::ServerContext* context,
                      const v1::ExportRequest* request,
                      grpc::ServerWriter<v1::ExportChunk>* writer) override;
  grpc::Status Checkpoint(grpc::ServerContext* context,
                          const v1::CheckpointRequest* request,
                          v1::CheckpointReply* reply) override;

 private:
  Guard& guard_;
  LogHandler& handler_;
};

}  // namespace schakel::rpc
