// The gRPC service of the operator socket.
#pragma once

#include <schakel/v1/operator.grpc.pb.h>

#include "node/rpc/server/ports.h"

namespace schakel::rpc {

// Handler and log outlive the service.
class OperatorService final : public v1::Operator::Service {
 public:
  OperatorService(OperatorHandler& handler, RefusalLog& log) : handler_(handler), log_(log) {}
  grpc::Status Call(grpc::ServerContext* context,
                    const v1::OperatorCall* request,
                    v1::OperatorReply* reply) override;
  grpc::Status Import(grpc::ServerContext* context,
                      grpc::ServerReaderWriter<v1::ImportReply, v1::ImportChunk>* stream) override;

 private:
  grpc::Status Finish(const char* method, const Result<void>& done);

  OperatorHandler& handler_;
  RefusalLog& log_;
};

}  // namespace schakel::rpc
