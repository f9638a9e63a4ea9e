// Statements for tests: one exchange between two parties, with keys from fixed seeds.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/ids.h"
#include "node/crypto/hash.h"
#include "node/crypto/sign.h"
#include "node/statement/entry.h"
#include "node/statement/signed.h"
#include "node/statement/types.h"

namespace schakel::sample {

inline crypto::SigningKey Key(std::string_view name) {
  crypto::Init();
  return crypto::SigningKey::FromSeed(crypto::Sha256(name));
}

inline statement::SignedStatement SignBy(const crypto::SigningKey& key,
                                         statement::Type type,
                                         const canon::Value& value) {
  const crypto::SigningKey* const keys[] = {&key};
  return statement::SignedStatement::Sign(type, value, keys);
}

inline Uuid Id(std::string_view name) {
  Uuid uuid;
  const Hash hash = crypto::Sha256(name);
  std::copy(hash.begin(), hash.begin() + 16, uuid.bytes.begin());
  uuid.bytes[6] = static_cast<uint8_t>(0x40 | (uuid.bytes[6] & 0x0f));
  uuid.bytes[8] = static_cast<uint8_t>(0x80 | (uuid.bytes[8] & 0x3f));
  return uuid;
}

inline constexpr Instant kStart = Instant{std::chrono::milliseconds{1779098400000}};

inline statement::Request MakeRequest(std::string_view exchange,
                                      const std::string& from,
                                      const std::string& to,
                                      Instant issued = kStart) {
  statement::Request request;
  request.exchange = Id(exchange);
  request.ref = "VLD-2026-001/2@" + to;
  request.from = from;
  request.to = to;
  request.lineage = Id("lineage");
  request.version = 1;
  request.covenant = crypto::Sha256("covenant");
  request.purpose = "groepsscan";
  request.group = "VLD-2026-001";
  request.categories = {"incident"};
  request.actor_role = "regisseur";
  request.actor_commit = crypto::Sha256("actor");
  request.ephemeral = crypto::Sha256("ephemeral");
  request.prekey = statement::PrekeyId(crypto::Sha256("prekey"));
  request.body = crypto::Sha256("body");
  request.issued = issued;
  request.expires = issued + std::chrono::hours{24};
  return request;
}

inline statement::Entry EntryOf(const statement::SignedStatement& bytes,
                                statement::Direction direction,
                                const std::string& peer,
                                const Uuid& exchange) {
  statement::Entry entry;
  entry.direction = direction;
  entry.type = statement::TypeName(bytes.type());
  entry.peer = peer;
  entry.exchange = ToString(exchange);
  entry.statement = bytes;
  entry.processing_activity_id = "https://politie.example/verwerkingen/groepsscan/1";
  return entry;
}

inline statement::Entry EventEntry(const std::string& type) {
  statement::Entry entry;
  entry.kind = statement::EntryKind::kEvent;
  entry.type = type;
  entry.processing_activity_id = "https://politie.example/verwerkingen/beheer/1";
  return entry;
}

}  // namespace schakel::sample
