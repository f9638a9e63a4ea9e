// Mutual TLS 1.3 whose trust is a callback, for both sides of a connection (architecture.md,
// "Identity, trust and the exchange"; exchange.md 2).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include "node/base/mutex.h"
#include "node/base/result.h"
#include "node/crypto/certificate.h"

namespace schakel::rpc {

// Tells whose certificate it is, or why it is nobody's: the delegation in it under the roots that
// the node keeps, its times, its key. gRPC checks none of these. Called from several threads at
// once.
using Authorise = std::function<Result<std::string>(const crypto::PeerCertificate&)>;

// Told once per refused handshake; the detail is for our own log. Called from gRPC's threads.
using OnHandshakeRefused = std::function<void(const Error&)>;

// Settings that gRPC takes from the environment only. Call it in main before any thread starts and
// before anything of gRPC runs; a second call changes nothing.
//
// The one TLS 1.2 suite left needs an RSA certificate, and nodes have Ed25519 ones: no TLS 1.2
// handshake can succeed, so that TLS 1.3 alone remains. gRPC 1.51 has no switch for the version,
// nor for session tickets: those are forbidden through OpenSSL's own configuration.
void PrepareTransport();

// The party of a PEM certificate. kDenied, whatever was wrong with it.
Result<std::string> PartyOf(std::string_view pem, const Authorise& authorise);

// A server that demands a certificate and ends the handshake unless `authorise` knows it.
std::shared_ptr<grpc::ServerCredentials> ServerTls(const crypto::TlsIdentity& identity,
                                                   Authorise authorise,
                                                   OnHandshakeRefused refused);

// A client that ends the handshake unless `authorise` says that the server is `party`.
std::shared_ptr<grpc::ChannelCredentials> ClientTls(const crypto::TlsIdentity& identity,
                                                    std::string party,
                                                    Authorise authorise,
                                                    OnHandshakeRefused refused);

}  // namespace schakel::rpc
