#include "node/exchange/context.h"

#include <algorithm>
#include <array>

#include "node/base/limits.h"

namespace schakel::exchange {

Result<crypto::Key32> BodyKey(const crypto::Key32& own_secret,
                              const crypto::X25519Public& other,
                              const crypto::X25519Public& ephemeral,
                              const crypto::X25519Public& prekey,
                              const statement::Request& request) {
  const std::string exchange = ToString(request.exchange);
  const std::array<ByteView, 6> parts = {AsBytes("schakel/v1/body"),
                                         ephemeral,
                                         prekey,
                                         AsBytes(exchange),
                                         AsBytes(request.from),
                                         AsBytes(request.to)};
  return crypto::AgreeKey(own_secret, other, parts);
}

Result<std::chrono::milliseconds> MaxRequestLife(const covenant::Document& document) {
  if (!document.limits.request_ttl) return kDefaultRequestLife;
  return ToMilliseconds(*document.limits.request_ttl);
}

Instant ApprovalDeadline(const covenant::Document& document, Instant created, Instant expires) {
  if (!document.limits.approval_ttl) return expires;
  const auto life = ToMilliseconds(*document.limits.approval_ttl);
  return life ? std::min(created + *life, expires) : created;
}

log::NewEntry StatementEntry(const Self& self,
                             statement::Direction direction,
                             std::string_view peer,
                             const Uuid& exchange,
                             std::string_view purpose,
                             const statement::SignedStatement& signed_statement,
                             std::string_view outcome,
                             bool keep_bytes) {
  log::NewEntry added;
  statement::Entry& entry = added.entry;
  const bool refused_incoming = direction == statement::Direction::kIn && outcome != "ok";
  entry.kind = refused_incoming ? statement::EntryKind::kRefused : statement::EntryKind::kStatement;
  entry.direction = direction;
  entry.type = statement::TypeName(signed_statement.type());
  entry.peer = std::string(peer);
  entry.exchange = ToString(exchange);
  if (keep_bytes) {
    entry.statement = signed_statement;
  } else {
    entry.digest = signed_statement.Digest();
  }
  entry.outcome = std::string(outcome);
  // Both sides write the same trace without telling each other: it is the exchange's id.
  entry.trace_id = EncodeHex(exchange.bytes);
  if (!purpose.empty()) {
    entry.processing_activity_id =
        "https://" + self.node + "/verwerkingen/" + std::string(purpose) + "/1";
  }
  return added;
}

log::NewEntry EventEntry(std::string_view type,
                         std::string_view peer,
                         std::string_view exchange,
                         std::string_view outcome) {
  log::NewEntry added;
  added.entry.kind = statement::EntryKind::kEvent;
  added.entry.direction = statement::Direction::kLocal;
  added.entry.type = std::string(type);
  added.entry.peer = std::string(peer);
  added.entry.exchange = std::string(exchange);
  added.entry.outcome = std::string(outcome);
  return added;
}

}  // namespace schakel::exchange
