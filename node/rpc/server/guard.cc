#include "node/rpc/server/guard.h"

#include <utility>
#include <vector>

#include <grpc/grpc_security_constants.h>

#include "node/rpc/server/status_map.h"

namespace schakel::rpc {
namespace {

// The PEM certificate of the connection; empty when there is not exactly one.
std::string CertificateOf(const grpc::ServerContext& context) {
  const std::vector<grpc::string_ref> found =
      context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (found.size() != 1) return {};
  return {found.front().data(), found.front().size()};
}

}  // namespace

Result<void> Contain(const std::function<Result<void>()>& call) {
  try {
    return call();
  } catch (...) {
    return Internal("an exception escaped from a handler");
  }
}

Result<void> Caller::Recheck() const {
  const std::string party = TRY(PartyOf(pem_, authorise_));
  if (party != party_) return Denied("the certificate changed hands");
  return {};
}

grpc::Status Guard::Run(grpc::ServerContext& context,
                        const char* method,
                        const std::function<Result<void>(const Caller&)>& call) {
  const std::string pem = CertificateOf(context);
  const RunningCall running(calls_, context, pem, limit_);
  std::string party;
  const Result<void> done = Contain([&]() -> Result<void> {
    party = TRY(PartyOf(pem, authorise_));
    return call(Caller(party, pem, authorise_));
  });
  if (done) return grpc::Status::OK;
  log_.OnRefusal({method, party, context.peer(), done.error()});
  return ToStatus(done.error().code);
}

void Guard::CancelRefused() {
  calls_.CancelIf([this](const std::string& pem) { return !PartyOf(pem, authorise_).ok(); });
}

}  // namespace schakel::rpc
