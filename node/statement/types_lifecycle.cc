// Revoke, Leave and Undelegate: the statements that end something.
#include "node/canon/reader.h"
#include "node/statement/fields.h"
#include "node/statement/types.h"

namespace schakel::statement {

using canon::ObjectReader;
using canon::Value;

template <Type kOf>
Result<Ending<kOf>> Ending<kOf>::Parse(const Value& value) {
  ObjectReader in(value, TypeName(kOf));
  Ending out;
  out.party = TRY(ReadName(in, "party"));
  out.lineage = TRY(ReadUuid(in, "lineage"));
  out.version = TRY(in.Int("version", 1, kMaxInteger));
  out.covenant = TRY(in.HashHex("covenant"));
  out.seq = TRY(in.Int("seq", 1, kMaxInteger));
  out.signed_at = TRY(in.Time("signed_at"));
  TRY(in.Done());
  return out;
}

template <Type kOf>
Value Ending<kOf>::ToValue() const {
  return Value::Object{{"party", party},
                       {"lineage", ToString(lineage)},
                       {"version", version},
                       {"covenant", EncodeHex(covenant)},
                       {"seq", seq},
                       {"signed_at", ToMillis(signed_at)}};
}

template struct Ending<Type::kRevoke>;
template struct Ending<Type::kLeave>;

Result<Undelegate> Undelegate::Parse(const Value& value) {
  ObjectReader in(value, "undelegate");
  Undelegate out;
  out.party = TRY(ReadName(in, "party"));
  out.lineage = TRY(ReadUuid(in, "lineage"));
  out.delegation = TRY(in.HashHex("delegation"));
  out.seq = TRY(in.Int("seq", 1, kMaxInteger));
  out.signed_at = TRY(in.Time("signed_at"));
  TRY(in.Done());
  return out;
}

Value Undelegate::ToValue() const {
  return Value::Object{{"party", party},
                       {"lineage", ToString(lineage)},
                       {"delegation", EncodeHex(delegation)},
                       {"seq", seq},
                       {"signed_at", ToMillis(signed_at)}};
}

}  // namespace schakel::statement
