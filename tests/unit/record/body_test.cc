#include "node/record/body.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/entropy.h"
#include "node/crypto/hash.h"
#include "node/crypto/seal.h"
#include "tests/unit/record/example.h"
#include "tests/unit/record/vectors.h"

namespace schakel::record {
namespace {

using canon::Value;

const Value& Vectors() {
  static const Value vectors = ReadVectors("protocol/body.json");
  return vectors;
}

Bytes HexOf(const Value& value, const char* field) {
  return *DecodeHex(*value.Find(field)->AsString());
}

std::string Canonical() {
  return ToText(HexOf(Vectors(), "canonical"));
}

crypto::Key32 VectorKey() {
  crypto::Key32 key;
  const Bytes bytes = HexOf(Vectors(), "key");
  std::copy(bytes.begin(), bytes.end(), key.mutable_view().begin());
  return key;
}

// The vectors' body with a change, as canonical bytes.
template <typename Change>
std::string Changed(Change change) {
  Value body = *Vectors().Find("body");
  change(*body.AsObject());
  return canon::Write(body);
}

Value::Array& ArrayIn(Value::Object& object, const char* field) {
  return *object.at(field).AsArray();
}

TEST(BodyVectorsTest, ParsesAndWritesByteForByte) {
  const auto body = ParseBody(Canonical());
  ASSERT_TRUE(body.ok()) << body.error().detail;
  EXPECT_EQ(body->about, Body::About::kPersons);
  EXPECT_EQ(body->subjects.size(), 1u);
  EXPECT_EQ(body->decision[0].by, std::vector<std::string>{"P01"});
  EXPECT_EQ(body->facts.size(), 2u);
  EXPECT_EQ(body->requester.function, "regisseur");
  EXPECT_EQ(canon::Write(ToValue(*body)), Canonical());
}

TEST(BodyVectorsTest, SealedBytesOpenToTheBody) {
  const auto json = OpenBody(VectorKey(), HexOf(Vectors(), "sealed"));
  ASSERT_TRUE(json.ok()) << json.error().detail;
  EXPECT_EQ(*json, Canonical());
}

TEST(BodyVectorsTest, SealingGivesTheVectorsPlaintextAndBytes) {
  crypto::SeededEntropy entropy(1);
  const auto sealed = SealBody(VectorKey(), *ParseBody(Canonical()), entropy);
  ASSERT_TRUE(sealed.ok());
  const Bytes plaintext = *crypto::AeadOpen(VectorKey(), {}, *sealed);
  EXPECT_EQ(plaintext, HexOf(Vectors(), "plaintext"));
  const Bytes again =
      crypto::AeadSealWithNonce(VectorKey(), HexOf(Vectors(), "nonce"), {}, plaintext);
  EXPECT_EQ(again, HexOf(Vectors(), "sealed"));
  EXPECT_EQ(EncodeHex(crypto::Sha256(ByteView(again))), *Vectors().Find("sha256")->AsString());
}

TEST(BodyVectorsTest, EverySealedOfRefuseIsRefused) {
  const Value::Array& refuse = *Vectors().Find("refuse")->AsArray();
  ASSERT_EQ(refuse.size(), 6u);
  for (const Value& entry : refuse) {
    EXPECT_FALSE(OpenBody(VectorKey(), HexOf(entry, "sealed")).ok())
        << *entry.Find("reason")->AsString();
  }
}

TEST(OpenBodyTest, EveryTruncationIsRefused) {
  const Bytes sealed = HexOf(Vectors(), "sealed");
  for (size_t length = 0; length < sealed.size(); ++length) {
    ASSERT_FALSE(OpenBody(VectorKey(), ByteView(sealed).first(length)).ok()) << length;
  }
}

TEST(OpenBodyTest, AnotherKeyOpensNothing) {
  crypto::Key32 other = VectorKey();
  other.mutable_view()[0] ^= 1;
  EXPECT_EQ(OpenBody(other, HexOf(Vectors(), "sealed")).error().code, ErrorCode::kCorrupt);
}

TEST(OpenBodyTest, APlaintextShorterThanItsLengthIsRefused) {
  crypto::SeededEntropy entropy(1);
  for (const size_t size : {0U, 1U, 3U}) {
    const Bytes sealed = crypto::AeadSeal(VectorKey(), {}, Bytes(size), entropy);
    EXPECT_FALSE(OpenBody(VectorKey(), sealed).ok()) << size;
  }
  const Bytes empty = crypto::AeadSeal(VectorKey(), {}, Bytes(4), entropy);
  EXPECT_EQ(*OpenBody(VectorKey(), empty), "");
}

TEST(SealBodyTest, SizeTellsTheClassOnly) {
  crypto::SeededEntropy entropy(1);
  Body body = *ParseBody(Canonical());
  const size_t before = SealBody(VectorKey(), body, entropy)->size();
  body.motivation += "!!!";
  EXPECT_EQ(SealBody(VectorKey(), body, entropy)->size(), before);
  EXPECT_EQ(before, PadmeLength(4 + Canonical().size()) + crypto::kAeadOverhead);
}

TEST(SealBodyTest, WhatCouldNotBeReadIsNotSealed) {
  crypto::SeededEntropy entropy(1);
  Body unprintable = *ParseBody(Canonical());
  unprintable.motivation = "x\x7f";
  EXPECT_FALSE(SealBody(VectorKey(), unprintable, entropy).ok());
  Body undecided = *ParseBody(Canonical());
  undecided.decision.clear();
  EXPECT_FALSE(SealBody(VectorKey(), undecided, entropy).ok());
}

// Every kind of part once. Without the facts, whose own tests are statement's.
std::string SmallCanonical() {
  return Changed([](Value::Object& body) {
    ArrayIn(body, "facts").clear();
    Value::Object& subject = *ArrayIn(body, "subjects")[0].AsObject();
    ArrayIn(subject, "path").resize(1);
    for (const char* part : {"adres", "bsn", "geboortedatum"}) {
      subject.at("leaf").AsObject()->at("fields").AsObject()->erase(part);
      subject.at("open").AsObject()->erase(part);
    }
  });
}

TEST(ParseBodyTest, EveryTruncationIsRefused) {
  const std::string canonical = SmallCanonical();
  for (size_t length = 0; length < canonical.size(); ++length) {
    ASSERT_FALSE(ParseBody(std::string_view(canonical).substr(0, length)).ok()) << length;
  }
}

TEST(ParseBodyTest, EveryFlippedBitIsRefusedOrAnotherBody) {
  const std::string canonical = SmallCanonical();
  for (size_t bit = 0; bit < canonical.size() * 8; ++bit) {
    std::string changed = canonical;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    const auto body = ParseBody(changed);
    if (!body) continue;
    EXPECT_EQ(canon::Write(ToValue(*body)), changed) << bit;
  }
}

TEST(ParseBodyTest, ARowNamedTwiceIsRefused) {
  EXPECT_FALSE(ParseBody(Changed([](Value::Object& body) {
                 ArrayIn(body, "subjects").push_back(ArrayIn(body, "subjects")[0]);
                 ArrayIn(body, "decision").push_back(ArrayIn(body, "decision")[0]);
               })).ok());
}

TEST(ParseBodyTest, AboutMustAgreeWithSubjects) {
  EXPECT_FALSE(ParseBody(Changed([](Value::Object& body) { body["about"] = "group"; })).ok());
  EXPECT_FALSE(ParseBody(Changed([](Value::Object& body) { body["about"] = "all"; })).ok());
  const auto without = [](const char* about) {
    return Changed([about](Value::Object& body) {
      body["about"] = about;
      body["subjects"] = Value::Array{};
      body["decision"] = Value::Array{};
    });
  };
  EXPECT_TRUE(ParseBody(without("group")).ok());
  EXPECT_FALSE(ParseBody(without("persons")).ok());
}

TEST(ParseBodyTest, EachSubjectHasItsDecision) {
  EXPECT_FALSE(
      ParseBody(Changed([](Value::Object& body) { ArrayIn(body, "decision").clear(); })).ok());
  EXPECT_FALSE(ParseBody(Changed([](Value::Object& body) {
                 ArrayIn(body, "decision").push_back(ArrayIn(body, "decision")[0]);
               })).ok());
  EXPECT_FALSE(ParseBody(Changed([](Value::Object& body) {
                 (*ArrayIn(body, "decision")[0].AsObject())["row"] =
                     "00000000-0000-4000-8000-000000000000";
               })).ok());
}

TEST(ParseBodyTest, ADecisionIsSortedAndInOneSpelling) {
  const auto with = [](const char* field, Value value) {
    return ParseBody(Changed([&](Value::Object& body) {
             (*ArrayIn(body, "decision")[0].AsObject())[field] = std::move(value);
           }))
        .ok();
  };
  EXPECT_TRUE(with("by", Value::Array{"P01", "P02"}));
  EXPECT_FALSE(with("by", Value::Array{"P02", "P01"}));
  EXPECT_FALSE(with("by", Value::Array{"P01", "P01"}));
  EXPECT_FALSE(with("by", Value::Array{}));
  EXPECT_TRUE(with("onward", Value::Array{"jongerenwerk", "om"}));
  EXPECT_FALSE(with("onward", Value::Array{"om", "jongerenwerk"}));
  EXPECT_FALSE(with("retain", "P006M"));
  EXPECT_FALSE(with("retain", "half a year"));
  EXPECT_FALSE(with("more", "x"));
}

TEST(ParseBodyTest, EveryPartIsNeededAndNoOtherAllowed) {
  for (const char* part :
       {"about", "subjects", "decision", "motivation", "requester", "facts", "group_name"}) {
    EXPECT_FALSE(ParseBody(Changed([part](Value::Object& body) { body.erase(part); })).ok())
        << part;
  }
  EXPECT_FALSE(ParseBody(Changed([](Value::Object& body) { body["more"] = 1; })).ok());
  EXPECT_FALSE(ParseBody(Canonical() + " ").ok());
  EXPECT_FALSE(ParseBody("[]").ok());
}

TEST(ParseBodyTest, OnlyFactsStandAmongTheFacts) {
  const Value statements = ReadVectors("protocol/statements.json");
  const Value& example = *statements.Find("examples")->Find("request");
  const Value request = Value::Object{{"type", *example.Find("type")},
                                      {"statement", *example.Find("statement")},
                                      {"sigs", *example.Find("sigs")}};
  ASSERT_TRUE(statement::SignedStatement::FromValue(request).ok());
  EXPECT_FALSE(ParseBody(Changed([&request](Value::Object& body) {
                 ArrayIn(body, "facts").push_back(request);
               })).ok());
  EXPECT_TRUE(ParseBody(Changed([](Value::Object& body) { ArrayIn(body, "facts").clear(); })).ok());
}

TEST(ParseBodyTest, LimitsHoldBelowAtAndAbove) {
  const auto motivation = [](size_t size) {
    return ParseBody(Changed([size](Value::Object& body) {
             body["motivation"] = std::string(size, 'x');
           }))
        .ok();
  };
  EXPECT_TRUE(motivation(kMaxMotivationBytes - 1));
  EXPECT_TRUE(motivation(kMaxMotivationBytes));
  EXPECT_FALSE(motivation(kMaxMotivationBytes + 1));
  const auto facts = [](size_t count) {
    return ParseBody(Changed([count](Value::Object& body) {
             body["facts"] = Value::Array(count, ArrayIn(body, "facts")[0]);
           }))
        .ok();
  };
  EXPECT_TRUE(facts(kMaxBodyFacts));
  EXPECT_FALSE(facts(kMaxBodyFacts + 1));
  EXPECT_EQ(ParseBody(std::string(kMaxBodyBytes + 1, '{')).error().code, ErrorCode::kExhausted);
}

}  // namespace
}  // namespace schakel::record
