#include "node/statement/signed.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/crypto/hash.h"

namespace schakel::statement {
namespace {

constexpr std::string_view kDomain = "schakel/v1/";
constexpr Type kTypes[] = {Type::kDelegation,
                           Type::kAccept,
                           Type::kRevoke,
                           Type::kLeave,
                           Type::kUndelegate,
                           Type::kStatus,
                           Type::kFact,
                           Type::kRequest,
                           Type::kAnswer,
                           Type::kReceipt};

Result<Signature> ParseSignature(const canon::Value& value) {
  canon::ObjectReader in(value, "sig");
  Signature signature;
  signature.key = TRY(crypto::ParseKeyId(TRY(in.Text("key"))));
  const Bytes bytes = TRY(in.Base64("sig", signature.signature.size()));
  std::copy(bytes.begin(), bytes.end(), signature.signature.begin());
  TRY(in.Done());
  return signature;
}

// Sorted by the text of the key id, which is not the order of the key's bytes: base64 has its own.
Result<std::vector<Signature>> ParseSignatures(const canon::Value& value) {
  const canon::Value::Array* array = value.AsArray();
  if (array == nullptr || array->empty()) return Malformed("a statement without signatures");
  if (array->size() > kMaxSignatures) return Exhausted("a statement with too many signatures");
  std::vector<Signature> signatures;
  std::string last;
  for (const canon::Value& item : *array) {
    signatures.push_back(TRY(ParseSignature(item)));
    std::string id = crypto::KeyId(signatures.back().key);
    if (id <= last) return Malformed("signatures that are unsorted or double");
    last = std::move(id);
  }
  return signatures;
}

bool KeyIdLess(const Signature& a, const Signature& b) {
  return crypto::KeyId(a.key) < crypto::KeyId(b.key);
}

Signature MakeSignature(const crypto::SigningKey& key, std::string_view signed_bytes) {
  return {key.public_key(), key.Sign(AsBytes(signed_bytes))};
}

}  // namespace

const char* TypeName(Type type) {
  switch (type) {
    case Type::kDelegation:
      return "delegation";
    case Type::kAccept:
      return "accept";
    case Type::kRevoke:
      return "revoke";
    case Type::kLeave:
      return "leave";
    case Type::kUndelegate:
      return "undelegate";
    case Type::kStatus:
      return "status";
    case Type::kFact:
      return "fact";
    case Type::kRequest:
      return "request";
    case Type::kAnswer:
      return "answer";
    case Type::kReceipt:
      return "receipt";
  }
  return "unknown";
}

Result<Type> ParseType(std::string_view name) {
  for (const Type type : kTypes) {
    if (name == TypeName(type)) return type;
  }
  return Malformed("an unknown type of statement");
}

std::string SignedBytes(Type type, std::string_view canonical) {
  std::string bytes(kDomain);
  bytes += TypeName(type);
  bytes.push_back('\n');
  bytes += canonical;
  return bytes;
}

Result<SignedStatement> SignedStatement::Parse(std::string_view bytes) {
  if (bytes.size() > kMaxStatementBytes) return Exhausted("a statement over the size limit");
  return FromValue(TRY(canon::ParseCanonical(bytes)));
}

Result<SignedStatement> SignedStatement::FromValue(const canon::Value& value) {
  canon::ObjectReader in(value, "signed statement");
  const Type type = TRY(ParseType(TRY(in.Text("type"))));
  const canon::Value* statement = TRY(in.Any("statement"));
  const canon::Value* sigs = TRY(in.Any("sigs"));
  TRY(in.Done());
  return FromParts(type, *statement, *sigs);
}

Result<SignedStatement> SignedStatement::FromParts(Type type,
                                                   const canon::Value& statement,
                                                   const canon::Value& sigs) {
  if (statement.AsObject() == nullptr) return Malformed("a statement that is no object");
  SignedStatement out;
  out.type_ = type;
  out.signatures_ = TRY(ParseSignatures(sigs));
  // These are the bytes as received: ParseCanonical accepts only what Write gives.
  out.canonical_ = canon::Write(statement);
  out.value_ = statement;
  if (out.Encode().size() > kMaxStatementBytes) return Exhausted("a statement over the size limit");
  return out;
}

SignedStatement SignedStatement::Sign(Type type,
                                      const canon::Value& statement,
                                      std::span<const crypto::SigningKey* const> keys) {
  CHECK(statement.AsObject() != nullptr);
  CHECK(!keys.empty() && keys.size() <= kMaxSignatures);
  SignedStatement out;
  out.type_ = type;
  out.canonical_ = canon::Write(statement);
  out.value_ = statement;
  const std::string bytes = SignedBytes(type, out.canonical_);
  for (const crypto::SigningKey* key : keys)
    out.signatures_.push_back(MakeSignature(*key, bytes));
  std::sort(out.signatures_.begin(), out.signatures_.end(), KeyIdLess);
  const auto twice = std::adjacent_find(
      out.signatures_.begin(), out.signatures_.end(), [](const Signature& a, const Signature& b) {
        return a.key == b.key;
      });
  CHECK(twice == out.signatures_.end());
  return out;
}

Result<SignedStatement> SignedStatement::AddSignature(const crypto::SigningKey& key) const {
  for (const Signature& signature : signatures_) {
    if (signature.key == key.public_key())
      return Because(Conflict("this key has signed already"), Reason::kStatementSigned);
  }
  if (signatures_.size() == kMaxSignatures) return Exhausted("too many signatures");
  SignedStatement out = *this;
  out.signatures_.push_back(MakeSignature(key, SignedBytes(type_, canonical_)));
  std::sort(out.signatures_.begin(), out.signatures_.end(), KeyIdLess);
  return out;
}

Result<SignedStatement> SignedStatement::MergeSignatures(const SignedStatement& other) const {
  if (type_ != other.type_ || canonical_ != other.canonical_) {
    return Conflict("signatures of another statement");
  }
  SignedStatement out = *this;
  for (const Signature& theirs : other.signatures_) {
    const auto ours = std::find_if(signatures_.begin(), signatures_.end(), [&](const Signature& s) {
      return s.key == theirs.key;
    });
    if (ours == signatures_.end()) {
      out.signatures_.push_back(theirs);
    } else if (ours->signature != theirs.signature) {
      return Conflict("two signatures of one key");
    }
  }
  if (out.signatures_.size() > kMaxSignatures) return Exhausted("too many signatures");
  std::sort(out.signatures_.begin(), out.signatures_.end(), KeyIdLess);
  return out;
}

// Put together as text, so that the signed bytes go out as they came in. Key ids, signatures and
// type names hold nothing that JSON escapes.
std::string SignedStatement::Encode() const {
  std::string out = "{\"sigs\":[";
  for (const Signature& signature : signatures_) {
    if (out.back() == '}') out.push_back(',');
    out += "{\"key\":\"" + crypto::KeyId(signature.key) + "\",\"sig\":\"" +
           EncodeBase64(signature.signature) + "\"}";
  }
  out += "],\"statement\":";
  out += canonical_;
  out += ",\"type\":\"";
  out += TypeName(type_);
  out += "\"}";
  return out;
}

canon::Value SignedStatement::ToValue() const {
  canon::Value::Array sigs;
  for (const Signature& signature : signatures_) {
    sigs.push_back(canon::Value::Object{{"key", crypto::KeyId(signature.key)},
                                        {"sig", EncodeBase64(signature.signature)}});
  }
  return canon::Value::Object{
      {"type", TypeName(type_)}, {"statement", value_}, {"sigs", std::move(sigs)}};
}

Hash SignedStatement::Digest() const {
  return crypto::Sha256(SignedBytes(type_, canonical_));
}

Result<void> VerifySignatures(const SignedStatement& statement,
                              std::span<const crypto::PublicKey> keys,
                              int threshold) {
  if (threshold < 1) return Denied("a threshold below 1");
  const std::string bytes = SignedBytes(statement.type(), statement.canonical());
  int count = 0;
  for (const Signature& signature : statement.signatures()) {
    if (std::find(keys.begin(), keys.end(), signature.key) == keys.end()) {
      return Because(Denied("a signature by a key that may not sign this"),
                     Reason::kStatementSigner);
    }
    TRY(crypto::VerifySignature(signature.key, AsBytes(bytes), signature.signature));
    ++count;  // keys are distinct: Parse refuses doubles
  }
  if (count < threshold) return Denied("too few signatures");
  return {};
}

}  // namespace schakel::statement
