#include "node/rpc/server/calls.h"

#include <utility>
#include <vector>

#include "node/rpc/transport/deadline.h"

namespace schakel::rpc {

void CallHandle::Cancel() {
  MutexLock lock(mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

void CallHandle::Finish() {
  MutexLock lock(mutex_);
  context_ = nullptr;
}

void Calls::CancelIf(const std::function<bool(const std::string&)>& refuses) {
  std::vector<std::shared_ptr<CallHandle>> running;
  {
    MutexLock lock(mutex_);
    running.assign(running_.begin(), running_.end());
  }
  for (const std::shared_ptr<CallHandle>& call : running) {
    if (refuses(call->certificate_pem())) call->Cancel();
  }
}

RunningCall::RunningCall(Calls& calls,
                         grpc::ServerContext& context,
                         std::string certificate_pem,
                         std::chrono::milliseconds limit)
    : calls_(calls), handle_(std::make_shared<CallHandle>(context, std::move(certificate_pem))) {
  {
    MutexLock lock(calls_.mutex_);
    calls_.running_.insert(handle_);
  }
  // The alarm's function may still run after the alarm is gone, so it holds the handle itself.
  alarm_.Set(After(limit), [handle = handle_](bool expired) {
    if (expired) handle->Cancel();
  });
}

RunningCall::~RunningCall() {
  handle_->Finish();
  MutexLock lock(calls_.mutex_);
  calls_.running_.erase(handle_);
}

}  // namespace schakel::rpc
