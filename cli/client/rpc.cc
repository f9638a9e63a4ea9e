#include "cli/client/rpc.h"

#include "node/rpc/client/peer_channel.h"
#include "node/rpc/transport/tls.h"

namespace schakel::cli {
namespace {

class SocketLink final : public NodeLink {
 public:
  explicit SocketLink(const std::string& socket) : client_(rpc::OperatorClientOptions{socket}) {}

  Result<wire::OperatorReply> Call(const wire::OperatorCall& call) override {
    return client_.Call(call);
  }
  Result<wire::OperatorReply> Import(const wire::OperatorCall& call,
                                     const rpc::FileReader& file) override {
    return client_.Import(call, file, [](const std::string& /*progress*/) {});
  }

 private:
  rpc::OperatorClient client_;
};

}  // namespace

void PrepareRpc() {
  rpc::PrepareTransport();
}

std::unique_ptr<NodeLink> ConnectToNode(const std::string& socket) {
  return std::make_unique<SocketLink>(socket);
}

Result<void> ExportOverRpc(const ExportCall& call, const TakeChunk& take) {
  rpc::PeerChannelOptions options;
  options.address = call.address;
  options.party = call.party;
  options.identity = call.identity;
  options.authorise = call.authorise;
  rpc::PeerChannel channel(std::move(options));
  TRY(channel.Connect());
  return channel.Export(wire::ExportRequest{call.lineage}, take);
}

}  // namespace schakel::cli
