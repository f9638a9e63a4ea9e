// What channels to partners and to the local node have in common.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include <grpcpp/channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "node/base/mutex.h"
#include "node/base/result.h"

namespace schakel::rpc {

// Limits of a channel: message sizes, no proxy, no settings from DNS, no connection shared with
// another channel, nothing repeated or unpacked by the library.
grpc::ChannelArguments ChannelLimits(size_t message_bytes);

// A channel that is made anew after it failed: gRPC's own hides whether it has tried since, and
// waits longer each time. Safe for concurrent use.
class Connection {
 public:
  using Make = std::function<std::shared_ptr<grpc::Channel>()>;
  Connection(Make make, std::chrono::milliseconds limit) : make_(std::move(make)), limit_(limit) {}

  // The channel, connected. kUnavailable at the first failure, or when `limit` has passed.
  Result<std::shared_ptr<grpc::Channel>> Get() EXCLUDES_LOCK(mutex_);

 private:
  std::shared_ptr<grpc::Channel> Current() EXCLUDES_LOCK(mutex_);

  const Make make_;
  const std::chrono::milliseconds limit_;
  Mutex mutex_;
  std::shared_ptr<grpc::Channel> channel_ GUARDED_BY(mutex_);
};

// Asks the standard health service about the server as a whole.
Result<bool> CheckHealth(const std::shared_ptr<grpc::Channel>& channel,
                         std::chrono::milliseconds limit);

}  // namespace schakel::rpc
