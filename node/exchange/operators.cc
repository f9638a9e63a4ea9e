#include "node/exchange/operators.h"

#include <algorithm>
#include <array>

#include "node/base/ids.h"
#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/crypto/hash.h"

namespace schakel::exchange {
namespace {

using canon::ObjectReader;
using canon::Value;
using store::Family;
using store::KeyBuilder;

constexpr std::array<Role, 7> kRoles = {Role::kRegisseur,
                                        Role::kContributor,
                                        Role::kApprover,
                                        Role::kOfficer,
                                        Role::kAdmin,
                                        Role::kObserver,
                                        Role::kFeeder};

Bytes OperatorKey(std::string_view id) {
  return KeyBuilder().Text("operator").Text(id).Build();
}
Bytes OperatorPrefix() {
  return KeyBuilder().Text("operator").Build();
}
Bytes DataKeyKey() {
  return KeyBuilder().Text("operator-key").Build();
}
// Sorted by time, so that spent nonces past the tolerance can be dropped from the front.
Bytes NoncePrefix() {
  return KeyBuilder().Text("nonce").Build();
}
Bytes NonceKey(const statement::OperatorCall& call) {
  return KeyBuilder()
      .Text("nonce")
      .U64(static_cast<uint64_t>(ToMillis(call.time)))
      .Text(call.operator_id)
      .Raw(call.nonce)
      .Build();
}

Bytes Encode(const Operator& enrolled) {
  Value::Array roles;
  for (const Role role : enrolled.roles)
    roles.emplace_back(RoleName(role));
  Value::Array pending;
  for (const Role role : enrolled.pending)
    pending.emplace_back(RoleName(role));
  Value::Array groups;
  for (const std::string& group : enrolled.groups)
    groups.emplace_back(group);
  const Value value(Value::Object{{"id", enrolled.id},
                                  {"name", enrolled.name},
                                  {"function", enrolled.function},
                                  {"telephone", enrolled.telephone},
                                  {"key", crypto::KeyId(enrolled.key)},
                                  {"roles", roles},
                                  {"pending", pending},
                                  {"groups", groups}});
  return ToBytes(canon::Write(value));
}

Result<Operator> Decode(ByteView bytes) {
  const Value value = TRY(canon::ParseCanonical(AsText(bytes)));
  ObjectReader in(value, "operator");
  Operator read;
  read.id = TRY(in.Text("id"));
  read.name = TRY(in.Text("name"));
  read.function = TRY(in.Text("function"));
  read.telephone = TRY(in.Text("telephone"));
  read.key = TRY(crypto::ParseKeyId(TRY(in.Text("key"))));
  for (const std::string& role : TRY(in.Texts("roles")))
    read.roles.insert(TRY(ParseRole(role)));
  for (const std::string& role : TRY(in.Texts("pending")))
    read.pending.insert(TRY(ParseRole(role)));
  for (const std::string& group : TRY(in.Texts("groups")))
    read.groups.insert(group);
  TRY(in.Done());
  return read;
}

}  // namespace

const char* RoleName(Role role) {
  switch (role) {
    case Role::kRegisseur:
      return "regisseur";
    case Role::kContributor:
      return "contributor";
    case Role::kApprover:
      return "approver";
    case Role::kOfficer:
      return "officer";
    case Role::kAdmin:
      return "admin";
    case Role::kObserver:
      return "observer";
    case Role::kFeeder:
      return "feeder";
  }
  return "observer";
}

Result<Role> ParseRole(std::string_view name) {
  for (const Role role : kRoles) {
    if (name == RoleName(role)) return role;
  }
  const std::string known = "regisseur, contributor, approver, officer, admin, observer, feeder";
  return Because(Malformed("unknown role '" + std::string(name) + "'; known: " + known),
                 Reason::kRoleUnknown,
                 {{"role", std::string(name)}, {"roles", known}});
}

bool IsContentRole(Role role) {
  return role != Role::kAdmin && role != Role::kFeeder;
}

Result<store::DataKey> Operators::Key() {
  const std::optional<Bytes> held = TRY(store_.Get(Family::kOperator, DataKeyKey()));
  if (held) {
    store::DataKey key;
    if (held->size() != key.id.size()) return Corrupt("the operators' key row is damaged");
    std::copy(held->begin(), held->end(), key.id.begin());
    key.key = TRY(keys_.Get(key.id));
    return key;
  }
  const store::DataKey key = TRY(keys_.Take());
  store::Batch batch;
  batch.RequireAbsent(Family::kOperator, DataKeyKey());
  batch.Put(Family::kOperator, DataKeyKey(), key.id);
  TRY(store_.Write(batch, store::Durability::kSynced));
  return key;
}

Result<store::Batch> Operators::Enroll(const Operator& enrolled) {
  if (!IsName(enrolled.id)) return Malformed("an operator's id is a short lower-case name");
  if (enrolled.name.empty()) return Malformed("an operator has a name");
  if (enrolled.roles.empty() && enrolled.pending.empty())
    return Malformed("an operator has at least one role");
  for (const Operator& other : TRY(List())) {
    if (other.id != enrolled.id && other.key == enrolled.key) {
      return Because(Conflict("the key is " + other.id + "'s; every person has their own"),
                     Reason::kOperatorKeyTaken,
                     {{"operator", other.id}});
    }
  }
  const store::DataKey key = TRY(Key());
  store::Batch batch;
  const Bytes row = OperatorKey(enrolled.id);
  batch.Put(Family::kOperator,
            row,
            store::SealValue(key, Family::kOperator, row, Encode(enrolled), entropy_));
  return batch;
}

Result<std::optional<Operator>> Operators::Find(std::string_view id) const {
  const Bytes row = OperatorKey(id);
  const std::optional<Bytes> value = TRY(store_.Get(Family::kOperator, row));
  if (!value) return std::optional<Operator>();
  const Bytes plain = TRY(store::OpenValue(keys_, Family::kOperator, row, *value));
  return std::optional<Operator>(TRY(Decode(plain)));
}

Result<std::vector<Operator>> Operators::List() const {
  std::vector<Operator> all;
  Result<void> read;
  TRY(store_.Scan(Family::kOperator, OperatorPrefix(), [&](ByteView key, ByteView value) {
    auto plain = store::OpenValue(keys_, Family::kOperator, key, value);
    auto decoded = plain ? Decode(*plain) : Result<Operator>(plain.error());
    if (!decoded) {
      read = decoded.error();
      return false;
    }
    all.push_back(*std::move(decoded));
    return true;
  }));
  TRY(std::move(read));
  return all;
}

Result<Operator> Operators::Authenticate(const statement::OperatorCall& call,
                                         std::string_view node,
                                         Instant now) {
  if (call.node != node)
    return Because(Denied("the call is for another node"), Reason::kCallOtherNode);
  if (call.time > now + kIssuedTolerance || call.time < now - kIssuedTolerance) {
    return Because(Denied("the call was made more than five minutes from this node's time"),
                   Reason::kCallTime);
  }
  std::optional<Operator> found = TRY(Find(call.operator_id));
  if (!found) {
    return Because(Denied("unknown operator '" + call.operator_id + "'"),
                   Reason::kOperatorUnknown,
                   {{"operator", call.operator_id}});
  }
  auto verified = statement::VerifyOperatorCall(call, found->key);
  if (!verified) {
    return Because(
        std::move(verified).error(), Reason::kCallSignature, {{"operator", call.operator_id}});
  }

  store::Batch batch;
  batch.RequireAbsent(Family::kOperator, NonceKey(call));
  batch.Put(Family::kOperator, NonceKey(call), {});
  const Bytes oldest = KeyBuilder()
                           .Text("nonce")
                           .U64(static_cast<uint64_t>(ToMillis(now - 2 * kIssuedTolerance)))
                           .Build();
  TRY(store_.Scan(Family::kOperator, NoncePrefix(), [&](ByteView key, ByteView) {
    if (!std::lexicographical_compare(key.begin(), key.end(), oldest.begin(), oldest.end())) {
      return false;
    }
    batch.Delete(Family::kOperator, key);
    return true;
  }));
  // A spent nonce that a crash forgets can be replayed only within the tolerance, so it is synced.
  const auto written = store_.Write(batch, store::Durability::kSynced);
  if (!written) {
    if (written.error().code == ErrorCode::kConflict)
      return Because(Denied("the call was made before"), Reason::kCallRepeated);
    return written.error();
  }
  return *std::move(found);
}

Result<Hash> Operators::SealActor(store::Batch& batch,
                                  std::string_view by,
                                  std::string_view event,
                                  Instant now,
                                  std::string_view note) {
  const store::DataKey key = TRY(Key());
  std::array<uint8_t, 16> id{};
  entropy_.Fill(id);
  const Bytes row = KeyBuilder().Text("actor").Raw(id).Build();
  Value::Object record{{"by", by}, {"event", event}, {"time", ToMillis(now)}};
  if (!note.empty()) record["note"] = note;
  const Bytes sealed =
      store::SealValue(key, Family::kOperator, row, AsBytes(canon::Write(record)), entropy_);
  batch.Put(Family::kOperator, row, sealed);
  return crypto::Sha256(sealed);
}

}  // namespace schakel::exchange
