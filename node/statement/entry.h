// Log entries: the leaf bytes of an exchange log (exchange.md 15, "entry"; exchange-log.md 2.9).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/statement/signed.h"

namespace schakel::statement {

enum class EntryKind { kStatement, kRefused, kEvent };
enum class Direction { kIn, kOut, kLocal };

struct Entry {
  EntryKind kind = EntryKind::kStatement;
  Direction direction = Direction::kLocal;
  std::string type;      // statement type, or an event's name (IsName)
  std::string peer;      // empty: none
  std::string exchange;  // a UUID as text; empty: none
  // Either the signed statement, or the digest of what was not kept; events have neither.
  std::optional<SignedStatement> statement;
  std::optional<Hash> digest;
  std::string outcome = "ok";  // ok, or a code of exchange.md 15
  std::optional<Hash> subject_root;
  std::optional<Hash> sealed_digest;
  std::optional<int64_t> pair_seq;
  std::array<uint8_t, 16> nonce{};
  Instant time;
  // W3C Trace Context and the register of processing activities (exchange-log.md 5, LDV).
  std::string trace_id;        // 32 hex
  std::string span_id;         // 16 hex
  std::string parent_span_id;  // 16 hex; empty: none
  std::string processing_activity_id;

  // Canonical JSON. Whatever Parse refuses (README.md) must not be stored: the caller holds the
  // fields to their shapes, and checks the size against kMaxLogEntryBytes where a statement is not
  // bounded by types.h.
  [[nodiscard]] std::string Encode() const;
  // kExhausted over kMaxLogEntryBytes, else kMalformed. Verifies no signature.
  static Result<Entry> Parse(std::string_view bytes);
};

}  // namespace schakel::statement
