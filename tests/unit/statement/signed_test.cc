#include "node/statement/signed.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "tests/unit/statement/vectors.h"

namespace schakel::statement {
namespace {

using canon::Value;

std::vector<crypto::PublicKey> SignersOf(const SignedStatement& statement) {
  std::vector<crypto::PublicKey> keys;
  for (const Signature& signature : statement.signatures())
    keys.push_back(signature.key);
  return keys;
}

Value SignedValue(const Value& example) {
  return Value::Object{{"type", *example.Find("type")},
                       {"statement", *example.Find("statement")},
                       {"sigs", *example.Find("sigs")}};
}

TEST(StatementVectorsTest, BytesDigestsAndSignaturesMatch) {
  const Value examples = Examples();
  for (const auto& [name, example] : *examples.AsObject()) {
    const std::string bytes = canon::Write(SignedValue(example));
    EXPECT_EQ(EncodeHex(crypto::Sha256(bytes)), TextAt(example, "signed_statement_sha256")) << name;
    const auto parsed = SignedStatement::Parse(bytes);
    ASSERT_TRUE(parsed.ok()) << name << ": " << parsed.error().detail;
    EXPECT_EQ(TypeName(parsed->type()), TextAt(example, "type"));
    EXPECT_EQ(parsed->canonical(), UnhexAt(example, "canonical")) << name;
    EXPECT_EQ(SignedBytes(parsed->type(), parsed->canonical()), UnhexAt(example, "signed_bytes"));
    EXPECT_EQ(EncodeHex(parsed->Digest()), TextAt(example, "digest")) << name;
    EXPECT_EQ(parsed->Encode(), bytes) << name;
    EXPECT_EQ(canon::Write(parsed->ToValue()), bytes) << name;
    const auto keys = SignersOf(*parsed);
    EXPECT_TRUE(VerifySignatures(*parsed, keys, static_cast<int>(keys.size())).ok()) << name;
  }
}

TEST(StatementVectorsTest, SigningWithTheSeedsGivesTheSameBytes) {
  const Value examples = Examples();
  for (const auto& [name, example] : *examples.AsObject()) {
    std::vector<crypto::SigningKey> keys;
    for (const Value& key : *example.Find("keys")->AsArray())
      keys.push_back(KeyFromSeed(TextAt(key, "seed")));
    std::reverse(keys.begin(), keys.end());
    std::vector<const crypto::SigningKey*> pointers;
    for (const crypto::SigningKey& key : keys)
      pointers.push_back(&key);
    const auto type = ParseType(TextAt(example, "type"));
    ASSERT_TRUE(type.ok());
    const auto made = SignedStatement::Sign(*type, *example.Find("statement"), pointers);
    EXPECT_EQ(made.Encode(), canon::Write(SignedValue(example))) << name;
  }
}

TEST(StatementVectorsTest, RefusedExamplesDoNotParseOrDoNotVerify) {
  const Value vectors = ReadVectors("protocol/statements.json");
  std::set<std::string> reasons;
  for (const Value& item : *vectors.Find("refuse")->AsArray()) {
    const std::string reason = TextAt(item, "reason");
    reasons.insert(reason);
    const auto parsed = SignedStatement::FromValue(*item.Find("signed_statement"));
    EXPECT_EQ(parsed.ok(), reason != "base64") << reason;
    if (!parsed) continue;
    const auto verdict = VerifySignatures(*parsed, SignersOf(*parsed), 1);
    ASSERT_FALSE(verdict.ok()) << reason;
    EXPECT_EQ(verdict.error().code, ErrorCode::kDenied) << reason;
  }
  EXPECT_EQ(reasons, (std::set<std::string>{"type", "statement", "signature", "base64", "key"}));
}

const Value kContent(Value::Object{{"a", 1}, {"b", "x"}});

SignedStatement SignWith(std::initializer_list<const crypto::SigningKey*> keys,
                         const Value& content = kContent,
                         Type type = Type::kFact) {
  return SignedStatement::Sign(type, content, std::vector<const crypto::SigningKey*>(keys));
}

TEST(SignedStatementTest, EveryTypeHasAName) {
  for (const char* name :
       {"delegation", "accept", "status", "fact", "request", "answer", "receipt"}) {
    const auto type = ParseType(name);
    ASSERT_TRUE(type.ok());
    EXPECT_STREQ(TypeName(*type), name);
  }
  EXPECT_FALSE(ParseType("Request").ok());
  EXPECT_FALSE(ParseType("").ok());
}

TEST(SignedStatementTest, RefusesOtherMembersTypesAndShapes) {
  const auto key = TestKey(1);
  const Value good = SignWith({&key}).ToValue();
  ASSERT_TRUE(SignedStatement::FromValue(good).ok());
  const auto with = [&good](const char* member, const Value& value) {
    Value changed = good;
    (*changed.AsObject())[member] = value;
    return SignedStatement::FromValue(changed).ok();
  };
  EXPECT_FALSE(with("surplus", 1));
  EXPECT_FALSE(with("type", "unknown"));
  EXPECT_FALSE(with("type", 1));
  EXPECT_FALSE(with("statement", "text"));
  EXPECT_FALSE(with("statement", Value::Array{}));
  EXPECT_FALSE(with("sigs", Value::Array{}));
  EXPECT_FALSE(with("sigs", Value::Object{}));
  EXPECT_FALSE(with("sigs", Value::Array{Value(1)}));
  for (const char* member : {"type", "statement", "sigs"}) {
    Value changed = good;
    changed.AsObject()->erase(member);
    EXPECT_FALSE(SignedStatement::FromValue(changed).ok()) << member;
  }
}

TEST(SignedStatementTest, RefusesUnsortedAndDoubleSignatures) {
  const auto a = TestKey(1);
  const auto b = TestKey(2);
  const Value good = SignWith({&a, &b}).ToValue();
  ASSERT_TRUE(SignedStatement::FromValue(good).ok());
  Value swapped = good;
  auto& sigs = *swapped.AsObject()->at("sigs").AsArray();
  std::swap(sigs[0], sigs[1]);
  EXPECT_FALSE(SignedStatement::FromValue(swapped).ok());
  sigs[0] = sigs[1];
  EXPECT_FALSE(SignedStatement::FromValue(swapped).ok());
}

// Base64 sorts `+` and `/` before digits and capitals before small letters; bytes do not.
TEST(SignedStatementTest, SortsByTheTextOfTheKeyId) {
  std::vector<crypto::SigningKey> keys;
  std::vector<const crypto::SigningKey*> pointers;
  for (uint8_t i = 1; i <= kMaxSignatures; ++i)
    keys.push_back(TestKey(i));
  for (const auto& key : keys)
    pointers.push_back(&key);
  const auto made = SignedStatement::Sign(Type::kFact, kContent, pointers);
  std::vector<std::string> ids;
  std::vector<crypto::PublicKey> raw;
  for (const Signature& signature : made.signatures()) {
    ids.push_back(crypto::KeyId(signature.key));
    raw.push_back(signature.key);
  }
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_FALSE(std::is_sorted(raw.begin(), raw.end()));
  EXPECT_TRUE(SignedStatement::Parse(made.Encode()).ok());
}

TEST(SignedStatementTest, HoldsAtMostSixteenSignatures) {
  std::vector<crypto::SigningKey> keys;
  for (uint8_t i = 1; i <= kMaxSignatures + 1; ++i)
    keys.push_back(TestKey(i));
  SignedStatement statement = SignWith({&keys[0]});
  for (size_t i = 1; i < kMaxSignatures; ++i) {
    const auto next = statement.AddSignature(keys[i]);
    ASSERT_TRUE(next.ok());
    statement = *next;
  }
  EXPECT_TRUE(SignedStatement::Parse(statement.Encode()).ok());
  EXPECT_EQ(statement.AddSignature(keys[kMaxSignatures]).error().code, ErrorCode::kExhausted);
  const auto other = SignWith({&keys[kMaxSignatures]});
  EXPECT_EQ(statement.MergeSignatures(other).error().code, ErrorCode::kExhausted);
  Value over = statement.ToValue();
  over.AsObject()->at("sigs").AsArray()->push_back(other.ToValue().Find("sigs")->AsArray()->at(0));
  EXPECT_EQ(SignedStatement::FromValue(over).error().code, ErrorCode::kExhausted);
}

TEST(SignedStatementTest, SizeEndsAtTheLimit) {
  const auto key = TestKey(1);
  const size_t frame = SignWith({&key}, Value(Value::Object{{"a", ""}})).Encode().size();
  const auto sized = [&](size_t bytes) {
    return SignWith({&key}, Value(Value::Object{{"a", std::string(bytes - frame, 'x')}}));
  };
  for (const size_t bytes : {kMaxStatementBytes - 1, kMaxStatementBytes}) {
    const std::string encoded = sized(bytes).Encode();
    ASSERT_EQ(encoded.size(), bytes);
    EXPECT_TRUE(SignedStatement::Parse(encoded).ok());
    EXPECT_TRUE(SignedStatement::FromValue(sized(bytes).ToValue()).ok());
  }
  const auto over = sized(kMaxStatementBytes + 1);
  EXPECT_EQ(SignedStatement::Parse(over.Encode()).error().code, ErrorCode::kExhausted);
  EXPECT_EQ(SignedStatement::FromValue(over.ToValue()).error().code, ErrorCode::kExhausted);
}

TEST(SignedStatementTest, MergesTheSignaturesOfTwoCopies) {
  const auto a = TestKey(1);
  const auto b = TestKey(2);
  const auto c = TestKey(3);
  const auto merged = SignWith({&a, &b}).MergeSignatures(SignWith({&c, &b}));
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ(merged->Encode(), SignWith({&a, &b, &c}).Encode());
  EXPECT_EQ(SignWith({&a}).AddSignature(b)->Encode(), SignWith({&a, &b}).Encode());
  EXPECT_EQ(SignWith({&a}).AddSignature(a).error().code, ErrorCode::kConflict);
}

TEST(SignedStatementTest, MergesNothingElse) {
  const auto a = TestKey(1);
  const auto one = SignWith({&a});
  EXPECT_EQ(one.MergeSignatures(SignWith({&a}, Value(Value::Object{}))).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(one.MergeSignatures(SignWith({&a}, kContent, Type::kAccept)).error().code,
            ErrorCode::kConflict);
  Value forged = one.ToValue();
  (*forged.AsObject()->at("sigs").AsArray()->at(0).AsObject())["sig"] = EncodeBase64(Bytes(64, 7));
  EXPECT_EQ(one.MergeSignatures(*SignedStatement::FromValue(forged)).error().code,
            ErrorCode::kConflict);
}

TEST(SignedStatementDeathTest, SigningNeedsDistinctKeysAndAnObject) {
  const auto a = TestKey(1);
  EXPECT_DEATH(SignWith({}), "");
  EXPECT_DEATH(SignWith({&a, &a}), "");
  EXPECT_DEATH(SignWith({&a}, Value("text")), "");
}

TEST(VerifySignaturesTest, CountsDistinctKeysOfTheListUpToTheThreshold) {
  const auto a = TestKey(1);
  const auto b = TestKey(2);
  const auto c = TestKey(3);
  const std::vector<crypto::PublicKey> keys = {a.public_key(), b.public_key(), a.public_key()};
  const auto denied = [&](const SignedStatement& statement, int threshold) {
    const auto verdict = VerifySignatures(statement, keys, threshold);
    return !verdict.ok() && verdict.error().code == ErrorCode::kDenied;
  };
  EXPECT_FALSE(denied(SignWith({&a, &b}), 2));
  EXPECT_FALSE(denied(SignWith({&a}), 1));
  EXPECT_TRUE(denied(SignWith({&a}), 2));      // a key listed twice counts once
  EXPECT_TRUE(denied(SignWith({&a, &c}), 1));  // a stranger's signature spoils it
  EXPECT_TRUE(denied(SignWith({&c}), 1));
  EXPECT_TRUE(denied(SignWith({&a}), 0));
}

TEST(StatementVectorsTest, AnEndingIsNotShownAsAnother) {
  const Value vectors = ReadVectors("protocol/lifecycle.json");
  for (const Value& item : *vectors.Find("refuse")->AsArray()) {
    const auto parsed = SignedStatement::FromValue(*item.Find("signed_statement"));
    ASSERT_TRUE(parsed.ok());
    const auto verdict = VerifySignatures(*parsed, SignersOf(*parsed), 1);
    ASSERT_FALSE(verdict.ok()) << TypeName(parsed->type());
    EXPECT_EQ(verdict.error().code, ErrorCode::kDenied);
  }
}

TEST(SignedStatementParserTest, RefusesEveryTruncationAndFlippedBit) {
  const Value examples = Examples();
  for (const std::string name : {"receipt", "revoke", "leave", "undelegate"}) {
    const std::string bytes = canon::Write(SignedValue(*examples.Find(name)));
    const auto original = SignedStatement::Parse(bytes);
    ASSERT_TRUE(original.ok());
    const auto keys = SignersOf(*original);
    for (size_t length = 0; length < bytes.size(); ++length)
      EXPECT_FALSE(SignedStatement::Parse(bytes.substr(0, length)).ok()) << name << length;
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      std::string flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      const auto parsed = SignedStatement::Parse(flipped);
      EXPECT_FALSE(parsed.ok() && VerifySignatures(*parsed, keys, 1).ok()) << name << bit;
    }
  }
}

}  // namespace
}  // namespace schakel::statement
