// The auditor's side of a party's node: its log, handed over under mutual TLS.
#pragma once

#include <functional>
#include <string>

#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/covenant/document.h"
#include "node/crypto/certificate.h"
#include "node/rpc/wire/messages.h"

namespace schakel::cli {

// Whose certificate it is: the party whose roots, in `document`, delegated its key for tls at
// `now`. kDenied with one sentence otherwise; the covenant is the only trust there is.
Result<std::string> PartyOfCertificate(const crypto::PeerCertificate& certificate,
                                       const covenant::Document& document,
                                       Instant now);

struct ExportCall {
  std::string address;
  std::string party;  // anybody else there ends the handshake
  crypto::TlsIdentity identity;
  std::function<Result<std::string>(const crypto::PeerCertificate&)> authorise;
  Uuid lineage;
};
using TakeChunk = std::function<Result<void>(const wire::ExportChunk&)>;

// As a port. kUnavailable when the node does not answer, kDenied when either side refuses.
using ExportLog = std::function<Result<void>(const ExportCall& call, const TakeChunk& take)>;

}  // namespace schakel::cli
