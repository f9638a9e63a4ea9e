// The statements of exchange.md 1 and 15 as types: strict parse from, and conversion to, canonical
// values. Field names are those of the table in exchange.md 15. Parsing checks shapes and ranges;
// who may sign what is decided by `covenant`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/canon/value.h"
#include "node/crypto/seal.h"
#include "node/crypto/sign.h"
#include "node/statement/signed.h"

namespace schakel::statement {

// Bounds that keep a Request, an Answer or a Receipt with one signature under kMaxLogEntryBytes.
inline constexpr size_t kMaxCategories = 32;
inline constexpr size_t kMaxAddresses = 8;
inline constexpr size_t kMaxDelegatedKeys = 16;

enum class KeyUse { kStatement, kLog, kTls };
const char* KeyUseName(KeyUse use);

struct DelegatedKey {
  KeyUse use = KeyUse::kStatement;
  crypto::PublicKey key;
};

struct Delegation {
  static constexpr Type kType = Type::kDelegation;
  Uuid lineage;
  std::string party;  // or an auditor's id
  std::string node;   // DNS name, the first part of a log's origin
  int64_t seq = 0;
  Instant signed_at;
  Instant not_before;
  Instant not_after;  // at most 90 days after not_before
  std::vector<std::string> addresses;
  std::vector<DelegatedKey> keys;  // a key appears once
  static Result<Delegation> Parse(const canon::Value& value);
  [[nodiscard]] canon::Value ToValue() const;
};

struct Accept {
  static constexpr Type kType = Type::kAccept;
  std::string party;
  Uuid lineage;
  int64_t version = 0;
  Hash covenant{};
  std::optional<Hash> previous;  // absent in version 1
  int64_t seq = 0;
  Instant signed_at;
  static Result<Accept> Parse(const canon::Value& value);
  [[nodiscard]] canon::Value ToValue() const;
};

// What a party's roots say to end a covenant version: Revoke for everybody, Leave for itself. The
// two have the same fields; the type, which is part of what is signed, keeps them apart.
template <Type kOf>
struct Ending {
  static constexpr Type kType = kOf;
  std::string party;
  Uuid lineage;
  int64_t version = 0;
  Hash covenant{};
  int64_t seq = 0;
  Instant signed_at;
  static Result<Ending> Parse(const canon::Value& value);
  [[nodiscard]] canon::Value ToValue() const;
};
using Revoke = Ending<Type::kRevoke>;
using Leave = Ending<Type::kLeave>;

// The keys of one Delegation are refused from now on.
struct Undelegate {
  static constexpr Type kType = Type::kUndelegate;
  std::string party;  // or an auditor's id
  Uuid lineage;
  Hash delegation{};  // its digest
  int64_t seq = 0;
  Instant signed_at;
  static Result<Undelegate> Parse(const canon::Value& value);
  [[nodiscard]] canon::Value ToValue() const;
};

struct Prekey {
  std::string id;  // first 16 hex digits of SHA-256(key)
  crypto::X25519Public key{};
};
std::string PrekeyId(const crypto::X25519Public& key);

// Of what this node writes and reads: a status of another schema is refused.
inline constexpr int64_t kSchema = 2;

struct Status {
  static constexpr Type kType = Type::kStatus;
  Uuid lineage;
  int64_t version = 0;
  Hash covenant{};
  Hash statements{};
  std::string software;
  int64_t schema = kSchema;
  std::string checkpoint;  // a signed note; empty before the first entry
  Prekey prekey;
  Instant issued;
  Instant expires;
  static Result<Status> Parse(const canon::Value& value);
  [[nodiscard]] canon::Value ToValue() const;
};

// `value` is text: a step ("2B") or the hex root of a namenlijst version.
struct Fact {
  static constexpr Type kType = Type::kFact;
  Uuid lineage;
  std::string fact;
  std::string value;
  std::string group;
  Hash document{};
  Instant issued;
  Instant expires;  // at most 90 days after issued
  static Result<Fact> Parse(const canon::Value& value);
  [[nodiscard]] canon::Value ToValue() const;
};

struct Request {
  static constexpr Type kType = Type::kRequest;
  Uuid exchange;
  std::string ref;  // VLD-2026-001/2@politie
  std::string from;
  std::string to;
  Uuid lineage;
  int64_t version = 0;
  Hash covenant{};
  std::string purpose;
  std::string group;
  std::vector<std::string> categories;  // sorted, no doubles, at least one
  std::string actor_role;
  Hash actor_commit{};
  crypto::X25519Public ephemeral{};
  std::string prekey;
  Hash body{};  // SHA-256 of the sealed body
  Instant issued;
  Instant expires;
  static Result<Request> Parse(const canon::Value& value);
  [[nodiscard]] canon::Value ToValue() const;
};

enum class CellState { kReleased, kPending, kRefused };

struct Cell {
  CellState state = CellState::kRefused;
  std::string code;  // exchange.md 15
  friend bool operator==(const Cell&, const Cell&) = default;
};

struct Answer {
  static constexpr Type kType = Type::kAnswer;
  Uuid exchange;
  std::string from;
  std::string to;
  Hash request{};  // digest of the Request
  std::map<std::string, Cell> cells;
  Instant issued;
  // All present when a payload exists, all absent for a refusal of the whole.
  struct Payload {
    crypto::X25519Public ephemeral{};
    int64_t frames = 0;  // without the header
    int64_t padded_size = 0;
    Hash ciphertext{};
    Hash content_root{};
    Hash subject_root{};
  };
  std::optional<Payload> payload;
  // Digest of an Answer to the same Request that this one takes the place of, or of one whose
  // PENDING cells it closes: those cells alone are here then, and what that one gave stands. Never
  // both.
  std::optional<Hash> voids;
  std::optional<Hash> follows;
  static Result<Answer> Parse(const canon::Value& value);
  [[nodiscard]] canon::Value ToValue() const;
};

struct Receipt {
  static constexpr Type kType = Type::kReceipt;
  std::string origin;
  Uuid exchange;
  Hash statement{};
  int64_t index = 0;
  Hash leaf{};
  int64_t size = 0;
  Hash root{};
  bool accepted = true;
  std::string code;  // absent when accepted
  Instant time;
  static Result<Receipt> Parse(const canon::Value& value);
  [[nodiscard]] canon::Value ToValue() const;
};

// A statement that verified, with the bytes that did. Only verifying code makes one.
template <typename T>
struct Verified {
  T content;
  SignedStatement bytes;
};

// Parses the content of a signed statement of type T::kType; kMalformed for another type.
template <typename T>
Result<T> ParseAs(const SignedStatement& statement) {
  if (statement.type() != T::kType) return Malformed("a statement of another type");
  return T::Parse(statement.value());
}

// Verifies under `keys` (see VerifySignatures) and parses.
template <typename T>
Result<Verified<T>> VerifyAs(const SignedStatement& statement,
                             std::span<const crypto::PublicKey> keys,
                             int threshold) {
  T content = TRY(ParseAs<T>(statement));
  TRY(VerifySignatures(statement, keys, threshold));
  return Verified<T>{std::move(content), statement};
}

// SHA-256 over the sorted hex digests, a newline after each (exchange.md 15, "Statement set").
Hash StatementSet(std::vector<Hash> digests);

}  // namespace schakel::statement
