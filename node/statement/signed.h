// Signed statements: canonical JSON, signed as bytes, checked as received (README.md). Values, safe
// to read from any thread. The process has called crypto::Init().
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/canon/value.h"
#include "node/crypto/sign.h"

namespace schakel::statement {

enum class Type {
  kDelegation,
  kAccept,
  kRevoke,
  kLeave,
  kUndelegate,
  kStatus,
  kFact,
  kRequest,
  kAnswer,
  kReceipt
};
const char* TypeName(Type type);
Result<Type> ParseType(std::string_view name);

struct Signature {
  crypto::PublicKey key;
  crypto::SignatureBytes signature{};
};

// The bytes that are signed: "schakel/v1/<type>\n" || canonical statement.
std::string SignedBytes(Type type, std::string_view canonical);

// A statement with its signatures, well-formed but NOT verified. Holds the canonical bytes as
// received; never re-encoded.
class SignedStatement {
 public:
  // From {type, statement, sigs}: refuses bytes that are not canonical, an unknown type, no
  // signature, more than kMaxSignatures, unsorted or double key ids, more than kMaxStatementBytes.
  static Result<SignedStatement> Parse(std::string_view bytes);
  // kExhausted when a limit is passed, kMalformed for the rest.
  static Result<SignedStatement> FromValue(const canon::Value& value);
  // From the parts of it that a log entry holds.
  static Result<SignedStatement> FromParts(Type type,
                                           const canon::Value& statement,
                                           const canon::Value& sigs);
  // Signs with every key; the signatures are sorted by key id. Precondition (CHECKed): `statement`
  // is an object; 1 to kMaxSignatures keys, none twice. Its size is the caller's to bound.
  static SignedStatement Sign(Type type,
                              const canon::Value& statement,
                              std::span<const crypto::SigningKey* const> keys);
  // The same statement with one more signature (a Fact or Accept that gathers them). kConflict when
  // the key has signed already, kExhausted when kMaxSignatures have.
  [[nodiscard]] Result<SignedStatement> AddSignature(const crypto::SigningKey& key) const;
  // The union of the signatures of two copies of one statement. kConflict when the statements
  // differ, or one key signed them differently.
  [[nodiscard]] Result<SignedStatement> MergeSignatures(const SignedStatement& other) const;

  [[nodiscard]] Type type() const { return type_; }
  [[nodiscard]] const std::string& canonical() const { return canonical_; }  // of the statement
  [[nodiscard]] const canon::Value& value() const { return value_; }         // of the statement
  [[nodiscard]] const std::vector<Signature>& signatures() const { return signatures_; }
  // {type, statement, sigs}, canonical.
  [[nodiscard]] std::string Encode() const;
  [[nodiscard]] canon::Value ToValue() const;
  // SHA-256 of the signed bytes.
  [[nodiscard]] Hash Digest() const;

 private:
  Type type_ = Type::kRequest;
  std::string canonical_;
  canon::Value value_;
  std::vector<Signature> signatures_;
};

// Every signature must verify, and at least `threshold` of the keys must have signed: one signature
// per key counts, signatures by other keys make the statement refused. kDenied otherwise, and for a
// threshold below 1.
Result<void> VerifySignatures(const SignedStatement& statement,
                              std::span<const crypto::PublicKey> keys,
                              int threshold);

}  // namespace schakel::statement
