#include "node/rpc/client/connect.h"

#include <grpc/health/v1/health.grpc.pb.h>

#include "node/base/reason.h"
#include "node/rpc/client/status.h"
#include "node/rpc/transport/deadline.h"

namespace schakel::rpc {

grpc::ChannelArguments ChannelLimits(size_t message_bytes) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(message_bytes));
  arguments.SetMaxSendMessageSize(static_cast<int>(message_bytes));
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 8 << 10);
  return arguments;
}

std::shared_ptr<grpc::Channel> Connection::Current() {
  MutexLock lock(mutex_);
  if (channel_ == nullptr ||
      channel_->GetState(/*try_to_connect=*/false) == GRPC_CHANNEL_TRANSIENT_FAILURE) {
    channel_ = make_();
  }
  return channel_;
}

Result<std::shared_ptr<grpc::Channel>> Connection::Get() {
  const gpr_timespec deadline = After(limit_);
  std::shared_ptr<grpc::Channel> channel = Current();
  while (true) {
    const grpc_connectivity_state state = channel->GetState(/*try_to_connect=*/true);
    if (state == GRPC_CHANNEL_READY) return channel;
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE) {
      return Because(Unavailable("no connection"), Reason::kPeerSilent);
    }
    if (!channel->WaitForStateChange(state, deadline)) {
      return Because(Unavailable("no connection in time"), Reason::kPeerSlow);
    }
  }
}

Result<bool> CheckHealth(const std::shared_ptr<grpc::Channel>& channel,
                         std::chrono::milliseconds limit) {
  const auto stub = grpc::health::v1::Health::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(After(limit));
  grpc::health::v1::HealthCheckResponse response;
  TRY(FromStatus(stub->Check(&context, {}, &response)));
  return response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
}

}  // namespace schakel::rpc
