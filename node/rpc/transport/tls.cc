#include "node/rpc/transport/tls.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include <google/protobuf/stubs/logging.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "node/base/reason.h"
#include "node/crypto/tls_policy.h"

namespace schakel::rpc {
namespace {

namespace tls = grpc::experimental;

// Runs after the handshake's own proof that the peer holds the certificate's key.
class PartyVerifier final : public tls::ExternalCertificateVerifier {
 public:
  // `party` empty: any that `authorise` knows.
  PartyVerifier(std::string party, Authorise authorise, OnHandshakeRefused refused)
      : party_(std::move(party)), authorise_(std::move(authorise)), refused_(std::move(refused)) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)> /*callback*/,
              grpc::Status* sync_status) override {
    const grpc::string_ref pem = request->peer_cert();
    Result<std::string> party = PartyOf({pem.data(), pem.size()}, authorise_);
    if (party && !party_.empty() && *party != party_) {
      party = Because(Denied("another party answers"), Reason::kPeerOther);
    }
    if (party) {
      *sync_status = grpc::Status::OK;
    } else {
      refused_(party.error());
      *sync_status = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "certificate refused");
    }
    return true;
  }

  void Cancel(tls::TlsCustomVerificationCheckRequest* /*request*/) override {}

 private:
  const std::string party_;
  const Authorise authorise_;
  const OnHandshakeRefused refused_;
};

void Configure(tls::TlsCredentialsOptions& options,
               std::string party,
               Authorise authorise,
               OnHandshakeRefused refused) {
  options.watch_identity_key_cert_pairs();
  options.set_check_call_host(/*check_call_host=*/false);
  options.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<PartyVerifier>(
      std::move(party), std::move(authorise), std::move(refused)));
}

std::shared_ptr<tls::CertificateProviderInterface> Provider(const crypto::TlsIdentity& identity) {
  return std::make_shared<tls::StaticDataCertificateProvider>(
      std::vector<tls::IdentityKeyCertPair>{{identity.private_key_pem, identity.certificate_pem}});
}

}  // namespace

void PrepareTransport() {
  crypto::ForbidTlsResumption();
  setenv("GRPC_SSL_CIPHER_SUITES", "ECDHE-RSA-AES256-GCM-SHA384", /*replace=*/1);
  // gRPC writes a line for every stranger that knocks, protobuf one for every malformed message;
  // refusals reach our own log another way.
  setenv("GRPC_VERBOSITY", "NONE", /*replace=*/0);
  google::protobuf::SetLogHandler(nullptr);
}

Result<std::string> PartyOf(std::string_view pem, const Authorise& authorise) {
  const Result<crypto::PeerCertificate> certificate = crypto::ParsePeerCertificate(pem);
  if (!certificate) return Because(Denied(certificate.error().detail), Reason::kPeerKey);
  Result<std::string> party = authorise(*certificate);
  if (!party) return Because(Denied(party.error().detail), Reason::kPeerKey);
  if (party->empty()) return Because(Denied("a certificate of nobody"), Reason::kPeerKey);
  return party;
}

std::shared_ptr<grpc::ServerCredentials> ServerTls(const crypto::TlsIdentity& identity,
                                                   Authorise authorise,
                                                   OnHandshakeRefused refused) {
  tls::TlsServerCredentialsOptions options(Provider(identity));
  Configure(options, "", std::move(authorise), std::move(refused));
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  return tls::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> ClientTls(const crypto::TlsIdentity& identity,
                                                    std::string party,
                                                    Authorise authorise,
                                                    OnHandshakeRefused refused) {
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(Provider(identity));
  Configure(options, std::move(party), std::move(authorise), std::move(refused));
  options.set_verify_server_certs(/*verify_server_certs=*/false);
  return tls::TlsCredentials(options);
}

}  // namespace schakel::rpc
