// What surrounds every handler: authorisation, the call's end in time, and the end of exceptions.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include "node/base/result.h"
#include "node/rpc/server/calls.h"
#include "node/rpc/server/ports.h"
#include "node/rpc/transport/tls.h"

namespace schakel::rpc {

// Runs `call`; what it throws becomes kInternal. Never the exception's text: it can quote content.
Result<void> Contain(const std::function<Result<void>()>& call);

// An authorised caller, during one call.
class Caller {
 public:
  Caller(std::string party, const std::string& certificate_pem, const Authorise& authorise)
      : party_(std::move(party)), pem_(certificate_pem), authorise_(authorise) {}
  [[nodiscard]] const std::string& party() const { return party_; }
  // Authorises again: kDenied once the certificate is no longer the party's.
  [[nodiscard]] Result<void> Recheck() const;

 private:
  const std::string party_;
  const std::string& pem_;
  const Authorise& authorise_;
};

// Safe for concurrent use; the log outlives it.
class Guard {
 public:
  Guard(Authorise authorise, RefusalLog& log, std::chrono::milliseconds limit)
      : authorise_(std::move(authorise)), log_(log), limit_(limit) {}

  // Authorises the caller by the certificate of its connection and runs `call` for it. Whatever is
  // wrong before that looks the same from outside.
  grpc::Status Run(grpc::ServerContext& context,
                   const char* method,
                   const std::function<Result<void>(const Caller&)>& call);

  // Ends the running calls of certificates that are no longer anybody's.
  void CancelRefused();

 private:
  const Authorise authorise_;
  RefusalLog& log_;
  const std::chrono::milliseconds limit_;
  Calls calls_;
};

}  // namespace schakel::rpc
