#include "tests/grpc/peer.h"

#include <algorithm>
#include <map>
#include <utility>

#include <gtest/gtest.h>

#include "node/canon/json.h"
#include "node/crypto/hash.h"
#include "node/exchange/context.h"
#include "node/record/body.h"

namespace schakel::hostile {
namespace {

class Collector final : public rpc::ReplyReceiver {
 public:
  explicit Collector(Reply& reply) : reply_(reply) {}
  Result<void> OnOpening(const wire::Opening& opening) override {
    reply_.openings.push_back(opening);
    return {};
  }
  Result<void> OnFrame(ByteView /*frame*/) override {
    ++reply_.frames;
    return {};
  }

 private:
  Reply& reply_;
};

// What an honest node asks of a certificate: here only that it is one, and whose it says it is.
Result<std::string> WhoeverItIs(const Parties& parties,
                                const crypto::PeerCertificate& certificate) {
  for (const auto& [id, described] : parties.document().parties) {
    if (parties[id].tls.public_key() == certificate.key) return id;
  }
  return Denied("an unknown key");
}

}  // namespace

std::string Reply::code() const {
  if (!answer || answer->cells.size() != 1) return "(no answer)";
  return answer->cells.begin()->second.code;
}

Peer::Peer(Network& network, std::string party)
    : Peer(network, party, [&] {
        const statement::Delegation own = network.parties().Delegation(party, "127.0.0.1:1");
        return IdentityOf(network.parties()[party].tls, own, network.parties().Sign(own));
      }()) {}

Peer::Peer(Network& network, std::string party, crypto::TlsIdentity identity, std::string dialled)
    : network_(network), party_(std::move(party)) {
  rpc::PeerChannelOptions options;
  options.address = network.address("politie");
  options.party = std::move(dialled);
  options.identity = std::move(identity);
  options.authorise = [&network](const crypto::PeerCertificate& certificate) {
    return WhoeverItIs(network.parties(), certificate);
  };
  channel_ = std::make_unique<rpc::PeerChannel>(std::move(options));
}

statement::Request Peer::Ask() {
  const covenant::Document& document = network_.parties().document();
  const Instant now = clock_.Now();
  statement::Request request;
  request.exchange = MakeUuidV7(now, entropy_);
  request.ref = std::string(kGroup) + "/1@politie";
  request.from = party_;
  request.to = "politie";
  request.lineage = document.lineage;
  request.version = document.version;
  request.covenant = document.hash;
  request.purpose = "groepsscan";
  request.group = kGroup;
  request.categories = {"namenlijst"};
  request.actor_role = "regisseur";
  request.actor_commit = crypto::Sha256("actor");
  request.issued = now;
  request.expires = now + std::chrono::days{14};
  return request;
}

Question Peer::Seal(statement::Request request, std::string_view motivation) {
  const statement::Prekey prekey = PrekeyOf();
  const crypto::X25519Pair ephemeral = crypto::GenerateX25519(entropy_);
  request.ephemeral = ephemeral.public_key;
  if (request.prekey.empty()) request.prekey = prekey.id;
  record::Body body;
  body.motivation = std::string(motivation);
  body.requester = {"M. de Boer", "procesregisseur", "088 000 0003"};
  body.facts = {network_.decision()};
  body.group_name = "De Hoek";
  const crypto::Key32 key = Must(
      exchange::BodyKey(ephemeral.secret, prekey.key, ephemeral.public_key, prekey.key, request),
      "body key");
  Bytes sealed = Must(record::SealBody(key, body, entropy_), "seal");
  request.body = crypto::Sha256(sealed);
  return SignOnly(request, std::move(sealed));
}

Question Peer::SignOnly(const statement::Request& request, Bytes body) const {
  return {request,
          SignBy(keys().statement, statement::Type::kRequest, request.ToValue()),
          std::move(body)};
}

Reply Peer::Send(const wire::SendRequest& message) {
  Reply reply;
  Collector collector(reply);
  reply.done = channel_->Send(message, collector);
  if (reply.openings.size() != 1) return reply;
  const auto parsed = Must(statement::SignedStatement::Parse(reply.openings[0].answer), "answer");
  const crypto::PublicKey key = network_.parties()["politie"].statement.public_key();
  const crypto::PublicKey keys[] = {key};
  auto verified = Must(statement::VerifyAs<statement::Answer>(parsed, keys, 1), "verify answer");
  reply.answer = std::move(verified.content);
  return reply;
}

// By politie to this party; a greeting of om, which nobody else sends, has no rival.
statement::Prekey Peer::PrekeyOf() {
  Peer om(network_, "om");
  return Must(om.Greet(), "greet").prekey;
}

Result<statement::Status> Peer::Greet() {
  const covenant::Document& document = network_.parties().document();
  statement::Status status;
  status.lineage = document.lineage;
  status.version = document.version;
  status.covenant = document.hash;
  std::vector<Hash> digests;
  for (const statement::SignedStatement& held : network_.statements())
    digests.push_back(held.Digest());
  status.statements = statement::StatementSet(std::move(digests));
  status.software = "hostile";
  const crypto::X25519Pair pair = crypto::GenerateX25519(entropy_);
  status.prekey = {statement::PrekeyId(pair.public_key), pair.public_key};
  status.issued = clock_.Now();
  status.expires = status.issued + std::chrono::hours{24};
  const auto signed_status = SignBy(keys().statement, statement::Type::kStatus, status.ToValue());
  const wire::Greeting reply = TRY(channel_->Greet({signed_status.Encode(), {}}));
  const auto parsed = TRY(statement::SignedStatement::Parse(reply.status));
  return statement::ParseAs<statement::Status>(parsed);
}

statement::Receipt Peer::ReceiptFor(const Uuid& exchange, const Hash& answer) const {
  statement::Receipt receipt;
  receipt.origin = keys().node() + "/xlog/" +
                   ToString(network_.parties().document().lineage).substr(0, 8) + "/1";
  receipt.exchange = exchange;
  receipt.statement = answer;
  receipt.index = 0;
  receipt.leaf = crypto::Sha256("leaf");
  receipt.size = 1;
  receipt.root = receipt.leaf;
  receipt.time = clock_.Now();
  return receipt;
}

std::vector<statement::Entry> ExportedEntries(Network& network) {
  Peer auditor(network, kAuditor);
  std::map<std::string, Bytes> bundles;
  Must(auditor.channel().Export({network.parties().document().lineage},
                                [&](const wire::ExportChunk& chunk) -> Result<void> {
                                  if (chunk.path.find("tile/entries/") != std::string::npos) {
                                    Append(bundles[chunk.path], chunk.data);
                                  }
                                  return {};
                                }),
       "export");
  std::vector<statement::Entry> entries;
  for (const auto& [path, bytes] : bundles) {
    ByteView rest = bytes;
    while (rest.size() >= 2) {
      const size_t size = static_cast<size_t>(rest[0]) << 8 | rest[1];
      entries.push_back(
          Must(statement::Entry::Parse(AsText(rest.subspan(2, size))), "exported entry"));
      rest = rest.subspan(2 + size);
    }
  }
  return entries;
}

}  // namespace schakel::hostile
