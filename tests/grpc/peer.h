// A peer that holds a party's keys and does with them what a node would not.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/rpc/client/peer_channel.h"
#include "node/statement/entry.h"
#include "node/statement/types.h"
#include "tests/grpc/network.h"

namespace schakel::hostile {

// One question, signed and sealed.
struct Question {
  statement::Request content;
  statement::SignedStatement request;
  Bytes body;
  [[nodiscard]] wire::SendRequest message() const { return {request.Encode(), body}; }
};

// What came back.
struct Reply {
  Result<void> done;
  std::vector<wire::Opening> openings;
  size_t frames = 0;
  // Of the one opening, verified as the contributor's.
  std::optional<statement::Answer> answer;
  // The code of the one cell.
  [[nodiscard]] std::string code() const;
};

class Peer {
 public:
  // Connects to politie as `party`, with its tls key and a good delegation.
  Peer(Network& network, std::string party);
  // With another certificate, and expecting `dialled` at the address of politie.
  Peer(Network& network,
       std::string party,
       crypto::TlsIdentity identity,
       std::string dialled = "politie");

  // A good question about the group, for the test to bend.
  [[nodiscard]] statement::Request Ask();
  // Seals a body to the prekey and signs with the party's statement key.
  [[nodiscard]] Question Seal(statement::Request request,
                              std::string_view motivation = "Toename van meldingen");
  // The request as it is, signed by the party; the body of another question.
  [[nodiscard]] Question SignOnly(const statement::Request& request, Bytes body) const;

  [[nodiscard]] Reply Send(const wire::SendRequest& message);
  [[nodiscard]] Reply Send(const Question& question) { return Send(question.message()); }
  // A greeting with a status by this party; politie's status.
  Result<statement::Status> Greet();
  [[nodiscard]] rpc::PeerChannel& channel() { return *channel_; }
  // A receipt as this party's node would make it for politie's answer, unsigned.
  [[nodiscard]] statement::Receipt ReceiptFor(const Uuid& exchange, const Hash& answer) const;
  [[nodiscard]] const PartyKeys& keys() const { return network_.parties()[party_]; }

 private:
  [[nodiscard]] statement::Prekey PrekeyOf();

  Network& network_;
  const std::string party_;
  crypto::SystemEntropy entropy_;
  SystemClock clock_;
  std::unique_ptr<rpc::PeerChannel> channel_;
};

// politie's log of the lineage, as the auditor is given it.
std::vector<statement::Entry> ExportedEntries(Network& network);

}  // namespace schakel::hostile
