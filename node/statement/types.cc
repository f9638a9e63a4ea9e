// Delegation, Accept, Status and Fact: what parties state about themselves and about facts.
#include "node/statement/types.h"

#include <algorithm>

#include "node/base/limits.h"
#include "node/canon/reader.h"
#include "node/crypto/hash.h"
#include "node/statement/fields.h"
#include "node/statement/note.h"

namespace schakel::statement {
namespace {

using canon::ObjectReader;
using canon::Value;

constexpr size_t kMaxAddress = 255 + 6;  // a DNS name, a colon and a port
constexpr size_t kMaxDnsName = 253;
constexpr size_t kMaxSoftware = 64;
constexpr size_t kMaxFactValue = 128;
constexpr size_t kPrekeyIdDigits = 16;

bool IsDnsName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxDnsName &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
         });
}

Result<DelegatedKey> ParseDelegatedKey(const Value& value) {
  ObjectReader in(value, "delegation.keys");
  DelegatedKey out;
  const std::string use = TRY(in.Text("use"));
  bool known = false;
  for (const KeyUse candidate : {KeyUse::kStatement, KeyUse::kLog, KeyUse::kTls}) {
    if (use != KeyUseName(candidate)) continue;
    out.use = candidate;
    known = true;
  }
  if (!known) return in.Fault("use", "is not a use of keys");
  out.key = TRY(crypto::ParseKeyId(TRY(in.Text("key"))));
  TRY(in.Done());
  return out;
}

Result<std::vector<DelegatedKey>> ParseDelegatedKeys(ObjectReader& in) {
  const Value::Array* array = TRY(in.Array("keys"));
  if (array->empty() || array->size() > kMaxDelegatedKeys) {
    return in.Fault("keys", "are none or too many");
  }
  std::vector<DelegatedKey> keys;
  for (const Value& item : *array) {
    DelegatedKey next = TRY(ParseDelegatedKey(item));
    // One key in two uses would let a signature for the one be shown as the other.
    const bool twice = std::any_of(
        keys.begin(), keys.end(), [&](const DelegatedKey& key) { return key.key == next.key; });
    if (twice) return in.Fault("keys", "hold one key twice");
    keys.push_back(next);
  }
  return keys;
}

Result<Prekey> ParsePrekey(const Value& value) {
  ObjectReader in(value, "status.prekey");
  Prekey out;
  out.id = TRY(in.Text("id"));
  out.key = TRY(ReadX25519(in, "key"));
  TRY(in.Done());
  if (out.id != PrekeyId(out.key)) return in.Fault("id", "is not that of its key");
  return out;
}

}  // namespace

const char* KeyUseName(KeyUse use) {
  switch (use) {
    case KeyUse::kStatement:
      return "statement";
    case KeyUse::kLog:
      return "log";
    case KeyUse::kTls:
      return "tls";
  }
  return "unknown";
}

std::string PrekeyId(const crypto::X25519Public& key) {
  return EncodeHex(crypto::Sha256(ByteView(key))).substr(0, kPrekeyIdDigits);
}

Result<Delegation> Delegation::Parse(const Value& value) {
  ObjectReader in(value, "delegation");
  Delegation out;
  out.lineage = TRY(ReadUuid(in, "lineage"));
  out.party = TRY(ReadName(in, "party"));
  out.node = TRY(in.Text("node"));
  if (!IsDnsName(out.node)) return in.Fault("node", "is not a DNS name");
  out.seq = TRY(in.Int("seq", 1, kMaxInteger));
  out.signed_at = TRY(in.Time("signed_at"));
  out.not_before = TRY(in.Time("not_before"));
  out.not_after = TRY(in.Time("not_after"));
  if (out.not_after <= out.not_before || out.not_after - out.not_before > kMaxDelegation) {
    return in.Fault("not_after", "is not within 90 days after not_before");
  }
  out.addresses = TRY(in.Texts("addresses"));
  if (out.addresses.size() > kMaxAddresses) return in.Fault("addresses", "are too many");
  for (const std::string& address : out.addresses) {
    if (!IsToken(address, kMaxAddress)) return in.Fault("addresses", "hold what is no address");
  }
  out.keys = TRY(ParseDelegatedKeys(in));
  TRY(in.Done());
  return out;
}

Value Delegation::ToValue() const {
  Value::Array address_values(addresses.begin(), addresses.end());
  Value::Array key_values;
  for (const DelegatedKey& key : keys) {
    key_values.push_back(
        Value::Object{{"use", KeyUseName(key.use)}, {"key", crypto::KeyId(key.key)}});
  }
  return Value::Object{{"lineage", ToString(lineage)},
                       {"party", party},
                       {"node", node},
                       {"seq", seq},
                       {"signed_at", ToMillis(signed_at)},
                       {"not_before", ToMillis(not_before)},
                       {"not_after", ToMillis(not_after)},
                       {"addresses", std::move(address_values)},
                       {"keys", std::move(key_values)}};
}

Result<Accept> Accept::Parse(const Value& value) {
  ObjectReader in(value, "accept");
  Accept out;
  out.party = TRY(ReadName(in, "party"));
  out.lineage = TRY(ReadUuid(in, "lineage"));
  out.version = TRY(in.Int("version", 1, kMaxInteger));
  out.covenant = TRY(in.HashHex("covenant"));
  out.previous = TRY(in.OptionalHash("previous"));
  if (out.previous.has_value() != (out.version > 1)) {
    return in.Fault("previous", "is absent in version 1 and only there");
  }
  out.seq = TRY(in.Int("seq", 1, kMaxInteger));
  out.signed_at = TRY(in.Time("signed_at"));
  TRY(in.Done());
  return out;
}

Value Accept::ToValue() const {
  Value::Object out{{"party", party},
                    {"lineage", ToString(lineage)},
                    {"version", version},
                    {"covenant", EncodeHex(covenant)},
                    {"seq", seq},
                    {"signed_at", ToMillis(signed_at)}};
  if (previous) out.emplace("previous", EncodeHex(*previous));
  return out;
}

Result<Status> Status::Parse(const Value& value) {
  ObjectReader in(value, "status");
  Status out;
  out.lineage = TRY(ReadUuid(in, "lineage"));
  out.version = TRY(in.Int("version", 1, kMaxInteger));
  out.covenant = TRY(in.HashHex("covenant"));
  out.statements = TRY(in.HashHex("statements"));
  out.software = TRY(in.Text("software"));
  const bool printable = std::all_of(
      out.software.begin(), out.software.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!printable || out.software.empty() || out.software.size() > kMaxSoftware) {
    return in.Fault("software", "is not a name and a version");
  }
  out.schema = TRY(in.Int("schema", 1, kMaxInteger));
  out.checkpoint = TRY(in.Text("checkpoint"));
  if (!out.checkpoint.empty()) static_cast<void>(TRY(ReadCheckpointUnverified(out.checkpoint)));
  out.prekey = TRY(ParsePrekey(*TRY(in.Any("prekey"))));
  out.issued = TRY(in.Time("issued"));
  out.expires = TRY(in.Time("expires"));
  if (out.expires <= out.issued) return in.Fault("expires", "is not after issued");
  TRY(in.Done());
  return out;
}

Value Status::ToValue() const {
  return Value::Object{
      {"lineage", ToString(lineage)},
      {"version", version},
      {"covenant", EncodeHex(covenant)},
      {"statements", EncodeHex(statements)},
      {"software", software},
      {"schema", schema},
      {"checkpoint", checkpoint},
      {"prekey", Value::Object{{"id", prekey.id}, {"key", EncodeBase64(prekey.key)}}},
      {"issued", ToMillis(issued)},
      {"expires", ToMillis(expires)}};
}

Result<Fact> Fact::Parse(const Value& value) {
  ObjectReader in(value, "fact");
  Fact out;
  out.lineage = TRY(ReadUuid(in, "lineage"));
  out.fact = TRY(ReadName(in, "fact"));
  out.value = TRY(ReadToken(in, "value", kMaxFactValue));
  out.group = TRY(ReadGroup(in, "group"));
  out.document = TRY(in.HashHex("document"));
  out.issued = TRY(in.Time("issued"));
  out.expires = TRY(in.Time("expires"));
  if (out.expires <= out.issued || out.expires - out.issued > kMaxFactLife) {
    return in.Fault("expires", "is not within 90 days after issued");
  }
  TRY(in.Done());
  return out;
}

Value Fact::ToValue() const {
  return Value::Object{{"lineage", ToString(lineage)},
                       {"fact", fact},
                       {"value", value},
                       {"group", group},
                       {"document", EncodeHex(document)},
                       {"issued", ToMillis(issued)},
                       {"expires", ToMillis(expires)}};
}

Hash StatementSet(std::vector<Hash> digests) {
  std::sort(digests.begin(), digests.end());
  // One statement is in the set once, however many copies of it arrived.
  digests.erase(std::unique(digests.begin(), digests.end()), digests.end());
  std::string text;
  for (const Hash& digest : digests)
    text += EncodeHex(digest) + "\n";
  return crypto::Sha256(text);
}

}  // namespace schakel::statement
