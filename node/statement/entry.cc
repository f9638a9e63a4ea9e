#include "node/statement/entry.h"

#include <algorithm>

#include "node/base/ids.h"
#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/statement/fields.h"

namespace schakel::statement {
namespace {

using canon::ObjectReader;
using canon::Value;

constexpr int64_t kVersion = 1;
constexpr size_t kTraceDigits = 32;
constexpr size_t kSpanDigits = 16;
constexpr size_t kMaxActivity = 255;

const char* KindName(EntryKind kind) {
  switch (kind) {
    case EntryKind::kStatement:
      return "statement";
    case EntryKind::kRefused:
      return "refused";
    case EntryKind::kEvent:
      return "event";
  }
  return "unknown";
}

const char* DirectionName(Direction direction) {
  switch (direction) {
    case Direction::kIn:
      return "in";
    case Direction::kOut:
      return "out";
    case Direction::kLocal:
      return "local";
  }
  return "unknown";
}

Result<EntryKind> ReadKind(ObjectReader& in) {
  const std::string text = TRY(in.Text("kind"));
  for (const EntryKind kind : {EntryKind::kStatement, EntryKind::kRefused, EntryKind::kEvent}) {
    if (text == KindName(kind)) return kind;
  }
  return in.Fault("kind", "is unknown");
}

Result<Direction> ReadDirection(ObjectReader& in) {
  const std::string text = TRY(in.Text("direction"));
  for (const Direction direction : {Direction::kIn, Direction::kOut, Direction::kLocal}) {
    if (text == DirectionName(direction)) return direction;
  }
  return in.Fault("direction", "is unknown");
}

Result<std::string> OptionalHexId(ObjectReader& in, std::string_view key, size_t length) {
  if (!in.Has(key)) return std::string();
  return ReadHexId(in, key, length);
}

Result<std::optional<SignedStatement>> ReadStatement(ObjectReader& in, std::string_view type) {
  if (!in.Has("statement") && !in.Has("sigs")) return std::optional<SignedStatement>();
  const Value* statement = TRY(in.Any("statement"));
  const Value* sigs = TRY(in.Any("sigs"));
  const Type parsed = TRY(ParseType(type));
  return std::optional<SignedStatement>(TRY(SignedStatement::FromParts(parsed, *statement, *sigs)));
}

// Which parts belong to which kind (exchange.md 15).
Result<void> CheckKind(const ObjectReader& in, const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::kStatement:
      if (!entry.statement || entry.digest) return in.Fault("statement", "is what this kind holds");
      return {};
    case EntryKind::kRefused:
      if (entry.statement.has_value() == entry.digest.has_value()) {
        return in.Fault("digest", "or a statement is what this kind holds");
      }
      if (entry.direction != Direction::kIn || entry.outcome == "ok") {
        return in.Fault("outcome", "is of something that came in and was refused");
      }
      return {};
    case EntryKind::kEvent:
      if (entry.statement || entry.digest) return in.Fault("kind", "holds no statement");
      return {};
  }
  return Internal("an entry of no kind");
}

// Who, when, and in which trace.
Result<void> ReadContext(ObjectReader& in, Entry& out) {
  if (in.Has("peer")) out.peer = TRY(ReadName(in, "peer"));
  if (in.Has("exchange")) out.exchange = ToString(TRY(ReadUuid(in, "exchange")));
  if (in.Has("pair_seq")) out.pair_seq = TRY(in.Int("pair_seq", 1, kMaxInteger));
  const Bytes nonce = TRY(in.Base64("nonce", out.nonce.size()));
  std::copy(nonce.begin(), nonce.end(), out.nonce.begin());
  out.time = TRY(in.Time("time_ms"));
  out.trace_id = TRY(OptionalHexId(in, "trace_id", kTraceDigits));
  out.span_id = TRY(OptionalHexId(in, "span_id", kSpanDigits));
  out.parent_span_id = TRY(OptionalHexId(in, "parent_span_id", kSpanDigits));
  if (in.Has("processing_activity_id")) {
    out.processing_activity_id = TRY(ReadToken(in, "processing_activity_id", kMaxActivity));
  }
  return {};
}

}  // namespace

std::string Entry::Encode() const {
  Value::Object out{{"v", kVersion},
                    {"kind", KindName(kind)},
                    {"direction", DirectionName(direction)},
                    {"type", type},
                    {"outcome", outcome},
                    {"nonce", EncodeBase64(nonce)},
                    {"time_ms", ToMillis(time)}};
  const auto add_text = [&out](const char* key, const std::string& text) {
    if (!text.empty()) out.emplace(key, text);
  };
  const auto add_hash = [&out](const char* key, const std::optional<Hash>& hash) {
    if (hash) out.emplace(key, EncodeHex(*hash));
  };
  add_text("peer", peer);
  add_text("exchange", exchange);
  add_text("trace_id", trace_id);
  add_text("span_id", span_id);
  add_text("parent_span_id", parent_span_id);
  add_text("processing_activity_id", processing_activity_id);
  add_hash("digest", digest);
  add_hash("subject_root", subject_root);
  add_hash("sealed_digest", sealed_digest);
  if (pair_seq) out.emplace("pair_seq", *pair_seq);
  if (statement) {
    Value parts = statement->ToValue();
    out.emplace("statement", std::move(parts.AsObject()->at("statement")));
    out.emplace("sigs", std::move(parts.AsObject()->at("sigs")));
  }
  return canon::Write(Value(std::move(out)));
}

Result<Entry> Entry::Parse(std::string_view bytes) {
  if (bytes.size() > kMaxLogEntryBytes) return Exhausted("a log entry over the size limit");
  const Value value = TRY(canon::ParseCanonical(bytes));
  ObjectReader in(value, "entry");
  static_cast<void>(TRY(in.Int("v", kVersion, kVersion)));
  Entry out;
  out.kind = TRY(ReadKind(in));
  out.direction = TRY(ReadDirection(in));
  out.type = TRY(ReadName(in, "type"));
  out.outcome = TRY(ReadCode(in, "outcome"));
  out.statement = TRY(ReadStatement(in, out.type));
  out.digest = TRY(in.OptionalHash("digest"));
  out.subject_root = TRY(in.OptionalHash("subject_root"));
  out.sealed_digest = TRY(in.OptionalHash("sealed_digest"));
  TRY(ReadContext(in, out));
  TRY(in.Done());
  TRY(CheckKind(in, out));
  return out;
}

}  // namespace schakel::statement
