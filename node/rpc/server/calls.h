// The calls that run: each has an end in time, and can be ended from outside.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>

#include "node/base/mutex.h"

namespace schakel::rpc {

// A call's handle for those who may end it. Shared by the call, its alarm and Calls.
class CallHandle {
 public:
  CallHandle(grpc::ServerContext& context, std::string certificate_pem)
      : pem_(std::move(certificate_pem)), context_(&context) {}
  [[nodiscard]] const std::string& certificate_pem() const { return pem_; }
  // Cancels the call unless it is over.
  void Cancel() EXCLUDES_LOCK(mutex_);
  // After this nothing touches the context.
  void Finish() EXCLUDES_LOCK(mutex_);

 private:
  const std::string pem_;
  Mutex mutex_;
  grpc::ServerContext* context_ GUARDED_BY(mutex_);
};

// Safe for concurrent use.
class Calls {
 public:
  // Cancels every running call whose certificate `refuses` says so of.
  void CancelIf(const std::function<bool(const std::string& certificate_pem)>& refuses)
      EXCLUDES_LOCK(mutex_);

 private:
  friend class RunningCall;
  Mutex mutex_;
  std::set<std::shared_ptr<CallHandle>> running_ GUARDED_BY(mutex_);
};

// Registers a call for as long as it lives, and cancels it after `limit`: the caller's own deadline
// is the caller's choice.
class RunningCall {
 public:
  RunningCall(Calls& calls,
              grpc::ServerContext& context,
              std::string certificate_pem,
              std::chrono::milliseconds limit);
  ~RunningCall();
  RunningCall(const RunningCall&) = delete;
  RunningCall& operator=(const RunningCall&) = delete;

 private:
  Calls& calls_;
  std::shared_ptr<CallHandle> handle_;
  grpc::Alarm alarm_;
};

}  // namespace schakel::rpc
