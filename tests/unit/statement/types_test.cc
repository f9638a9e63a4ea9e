#include "node/statement/types.h"

#include <functional>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/statement/entry.h"
#include "tests/unit/statement/vectors.h"

namespace schakel::statement {
namespace {

using canon::Value;

constexpr int64_t kDay = 86'400'000;

// Parses as T and writes back; nothing when it does not parse.
template <typename T>
std::optional<Value> Again(const Value& value) {
  const auto parsed = T::Parse(value);
  if (!parsed) return std::nullopt;
  return parsed->ToValue();
}

const std::map<std::string, std::function<std::optional<Value>(const Value&)>>& Readers() {
  static const std::map<std::string, std::function<std::optional<Value>(const Value&)>> kReaders = {
      {"delegation", Again<Delegation>},
      {"accept", Again<Accept>},
      {"revoke", Again<Revoke>},
      {"leave", Again<Leave>},
      {"undelegate", Again<Undelegate>},
      {"status", Again<Status>},
      {"fact", Again<Fact>},
      {"request", Again<Request>},
      {"answer", Again<Answer>},
      {"receipt", Again<Receipt>}};
  return kReaders;
}

// The statement of an example.
Value Example(const std::string& name) {
  return *Examples().Find(name)->Find("statement");
}

Value With(const Value& statement, const std::string& member, const Value& value) {
  Value changed = statement;
  (*changed.AsObject())[member] = value;
  return changed;
}

Value Without(const Value& statement, const std::string& member) {
  Value changed = statement;
  changed.AsObject()->erase(member);
  return changed;
}

TEST(TypesVectorsTest, EveryExampleParsesAndWritesBack) {
  const Value examples = Examples();
  std::set<std::string> seen;
  for (const auto& [name, example] : *examples.AsObject()) {
    const std::string type = TextAt(example, "type");
    const auto again = Readers().at(type)(*example.Find("statement"));
    ASSERT_TRUE(again.has_value()) << name;
    EXPECT_EQ(*again, *example.Find("statement")) << name;
    seen.insert(type);
  }
  EXPECT_EQ(seen.size(), Readers().size());
}

TEST(TypesVectorsTest, EveryMemberIsNeededTypedAndTheOnlyOne) {
  const Value examples = Examples();
  for (const auto& [name, example] : *examples.AsObject()) {
    const auto& read = Readers().at(TextAt(example, "type"));
    const Value& statement = *example.Find("statement");
    EXPECT_FALSE(read(With(statement, "surplus", 1))) << name;
    for (const auto& [member, value] : *statement.AsObject()) {
      EXPECT_FALSE(read(With(statement, member, true))) << name << "." << member;
      const bool optional = member == "voids";
      EXPECT_EQ(read(Without(statement, member)).has_value(), optional) << name << "." << member;
    }
  }
}

TEST(TypesVectorsTest, StatementSetMatches) {
  const Value vectors = ReadVectors("protocol/statements.json");
  std::vector<Hash> digests;
  for (const Value& digest : *vectors.Find("statement_set")->Find("digests")->AsArray())
    digests.push_back(*DecodeHash(*digest.AsString()));
  const std::string expected = TextAt(*vectors.Find("statement_set"), "sha256");
  EXPECT_EQ(EncodeHex(StatementSet(digests)), expected);
  std::swap(digests.front(), digests.back());
  EXPECT_EQ(EncodeHex(StatementSet(digests)), expected);
  digests.push_back(digests.front());
  EXPECT_EQ(EncodeHex(StatementSet(digests)), expected) << "a set holds a statement once";
  digests.clear();
  EXPECT_NE(EncodeHex(StatementSet(digests)), expected);
}

TEST(VerifyAsTest, ChecksTypeContentAndSignatures) {
  const Value vectors = ReadVectors("protocol/statements.json");
  const Value& example = *vectors.Find("examples")->Find("receipt");
  const auto signed_receipt =
      SignedStatement::FromValue(Value::Object{{"type", "receipt"},
                                               {"statement", *example.Find("statement")},
                                               {"sigs", *example.Find("sigs")}});
  ASSERT_TRUE(signed_receipt.ok());
  const std::vector keys = {signed_receipt->signatures()[0].key};
  const auto verified = VerifyAs<Receipt>(*signed_receipt, keys, 1);
  ASSERT_TRUE(verified.ok());
  EXPECT_EQ(verified->content.index, 0);
  EXPECT_EQ(verified->bytes.Digest(), signed_receipt->Digest());
  EXPECT_EQ(VerifyAs<Receipt>(*signed_receipt, keys, 2).error().code, ErrorCode::kDenied);
  EXPECT_EQ(VerifyAs<Request>(*signed_receipt, keys, 1).error().code, ErrorCode::kMalformed);
}

TEST(DelegationTest, LastsMoreThanNothingAndAtMostNinetyDays) {
  const Value good = Example("delegation");
  const int64_t start = *good.Find("not_before")->AsInt();
  const auto lasting = [&](int64_t millis) {
    return Delegation::Parse(With(good, "not_after", start + millis)).ok();
  };
  EXPECT_TRUE(lasting(90 * kDay));
  EXPECT_TRUE(lasting(90 * kDay - 1));
  EXPECT_FALSE(lasting(90 * kDay + 1));
  EXPECT_TRUE(lasting(1));
  EXPECT_FALSE(lasting(0));
  EXPECT_FALSE(lasting(-1));
}

TEST(DelegationTest, NamesKeysOnceAndByTheirUse) {
  const Value good = Example("delegation");
  Value changed = good;
  auto& keys = *changed.AsObject()->at("keys").AsArray();
  (*keys[1].AsObject())["key"] = *keys[0].Find("key");
  EXPECT_FALSE(Delegation::Parse(changed).ok());
  EXPECT_FALSE(Delegation::Parse(With(good, "keys", Value::Array{})).ok());
  Value use = good;
  (*use.AsObject()->at("keys").AsArray()->at(0).AsObject())["use"] = "witness";
  EXPECT_FALSE(Delegation::Parse(use).ok());
  Value weak = good;
  (*weak.AsObject()->at("keys").AsArray()->at(0).AsObject())["key"] =
      "ed25519:" + EncodeBase64(Bytes(32, 0));
  EXPECT_FALSE(Delegation::Parse(weak).ok());
}

TEST(DelegationTest, BoundsKeysAndAddresses) {
  const Value good = Example("delegation");
  const auto keys = [&](size_t count) {
    Value::Array list;
    for (size_t i = 0; i < count; ++i) {
      const auto key = TestKey(static_cast<uint8_t>(i + 1)).public_key();
      list.push_back(Value::Object{{"use", "statement"}, {"key", crypto::KeyId(key)}});
    }
    return Delegation::Parse(With(good, "keys", list)).ok();
  };
  EXPECT_TRUE(keys(kMaxDelegatedKeys));
  EXPECT_FALSE(keys(kMaxDelegatedKeys + 1));
  const auto addresses = [&](size_t count) {
    return Delegation::Parse(With(good, "addresses", Value::Array(count, Value("h:1")))).ok();
  };
  EXPECT_TRUE(addresses(0));
  EXPECT_TRUE(addresses(kMaxAddresses));
  EXPECT_FALSE(addresses(kMaxAddresses + 1));
}

TEST(DelegationTest, RefusesNamesOutOfShape) {
  const Value good = Example("delegation");
  EXPECT_FALSE(Delegation::Parse(With(good, "node", "Politie.example")).ok());
  EXPECT_FALSE(Delegation::Parse(With(good, "node", "")).ok());
  EXPECT_FALSE(Delegation::Parse(With(good, "node", std::string(254, 'a'))).ok());
  EXPECT_TRUE(Delegation::Parse(With(good, "node", std::string(253, 'a'))).ok());
  EXPECT_FALSE(Delegation::Parse(With(good, "party", "De Politie")).ok());
  EXPECT_FALSE(Delegation::Parse(With(good, "seq", 0)).ok());
  EXPECT_FALSE(Delegation::Parse(With(good, "addresses", Value::Array{Value("a b")})).ok());
}

TEST(AcceptTest, PreviousIsAbsentInVersionOneOnly) {
  const Value later = Example("accept");
  const Value first = Example("accept1");
  EXPECT_FALSE(Accept::Parse(With(later, "version", 1)).ok());
  EXPECT_FALSE(Accept::Parse(With(first, "version", 2)).ok());
  EXPECT_FALSE(Accept::Parse(With(first, "version", 0)).ok());
  EXPECT_FALSE(Accept::Parse(With(first, "previous", *later.Find("previous"))).ok());
}

TEST(EndingTest, NamesAVersionFromOneOn) {
  for (const std::string name : {"revoke", "leave"}) {
    const Value ending = Example(name);
    const auto parses = [&](const Value& value) { return Readers().at(name)(value).has_value(); };
    EXPECT_TRUE(parses(With(ending, "version", 1))) << name;
    EXPECT_FALSE(parses(With(ending, "version", 0))) << name;
    EXPECT_TRUE(parses(With(ending, "seq", 1))) << name;
    EXPECT_FALSE(parses(With(ending, "seq", 0))) << name;
    EXPECT_FALSE(parses(With(ending, "party", "Politie"))) << name;
    EXPECT_FALSE(parses(With(ending, "covenant", "00"))) << name;
    EXPECT_FALSE(parses(With(ending, "previous", *ending.Find("covenant")))) << name;
  }
}

TEST(UndelegateTest, NamesOneDelegationByItsDigest) {
  const Value undelegate = Example("undelegate");
  EXPECT_TRUE(Undelegate::Parse(undelegate).ok());
  EXPECT_FALSE(Undelegate::Parse(With(undelegate, "delegation", "00")).ok());
  EXPECT_FALSE(Undelegate::Parse(With(undelegate, "seq", 0)).ok());
  EXPECT_FALSE(Undelegate::Parse(With(undelegate, "party", "Politie")).ok());
  EXPECT_FALSE(Undelegate::Parse(With(undelegate, "version", 3)).ok());
}

TEST(StatusTest, PrekeyIdIsThatOfItsKey) {
  const Value good = Example("status");
  Value changed = good;
  (*changed.AsObject()->at("prekey").AsObject())["id"] = "bc527b558c51639b";
  EXPECT_FALSE(Status::Parse(changed).ok());
  const auto status = Status::Parse(good);
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(PrekeyId(status->prekey.key), status->prekey.id);
}

TEST(StatusTest, CheckpointIsEmptyOrANote) {
  const Value good = Example("status");
  EXPECT_TRUE(Status::Parse(With(good, "checkpoint", "")).ok());
  EXPECT_FALSE(Status::Parse(With(good, "checkpoint", "a note")).ok());
}

TEST(StatusTest, ExpiresAfterItIsIssuedAndNamesItsSoftwareShortly) {
  const Value good = Example("status");
  EXPECT_FALSE(Status::Parse(With(good, "expires", *good.Find("issued"))).ok());
  EXPECT_TRUE(Status::Parse(With(good, "software", std::string(64, 'a'))).ok());
  EXPECT_FALSE(Status::Parse(With(good, "software", std::string(65, 'a'))).ok());
  EXPECT_FALSE(Status::Parse(With(good, "software", "")).ok());
  EXPECT_FALSE(Status::Parse(With(good, "software", "a\nb")).ok());
}

TEST(FactTest, LivesAtMostNinetyDays) {
  const Value good = Example("fact_step");
  const int64_t issued = *good.Find("issued")->AsInt();
  const auto living = [&](int64_t millis) {
    return Fact::Parse(With(good, "expires", issued + millis)).ok();
  };
  EXPECT_TRUE(living(90 * kDay - 1));
  EXPECT_TRUE(living(90 * kDay));
  EXPECT_FALSE(living(90 * kDay + 1));
  EXPECT_FALSE(living(0));
}

TEST(FactTest, ValueIsAWordAndGroupIsAGroup) {
  const Value good = Example("fact_step");
  EXPECT_TRUE(Fact::Parse(With(good, "value", "2B")).ok());
  EXPECT_FALSE(Fact::Parse(With(good, "value", "")).ok());
  EXPECT_FALSE(Fact::Parse(With(good, "value", "two words")).ok());
  EXPECT_TRUE(Fact::Parse(With(good, "value", std::string(128, 'a'))).ok());
  EXPECT_FALSE(Fact::Parse(With(good, "value", std::string(129, 'a'))).ok());
  EXPECT_FALSE(Fact::Parse(With(good, "group", "VLD-2026-001/2")).ok());
  EXPECT_FALSE(Fact::Parse(With(good, "group", "/2")).ok());
}

TEST(RequestTest, CategoriesAreSortedNamesWithoutDoubles) {
  const Value good = Example("request");
  const auto with = [&](Value::Array categories) {
    return Request::Parse(With(good, "categories", std::move(categories))).ok();
  };
  EXPECT_TRUE(with({Value("a"), Value("b")}));
  EXPECT_FALSE(with({Value("b"), Value("a")}));
  EXPECT_FALSE(with({Value("a"), Value("a")}));
  EXPECT_FALSE(with({}));
  EXPECT_FALSE(with({Value("Not a name")}));
  const auto count = [&](size_t size) {
    Value::Array categories;
    for (size_t i = 0; i < size; ++i)
      categories.emplace_back("c" + std::to_string(100 + i));
    return with(std::move(categories));
  };
  EXPECT_TRUE(count(kMaxCategories));
  EXPECT_FALSE(count(kMaxCategories + 1));
}

TEST(RequestTest, TheRefNamesGroupRoundAndReceiver) {
  const Value good = Example("request");
  EXPECT_TRUE(Request::Parse(With(good, "ref", "VLD-2026-001/3@politie")).ok());
  for (const char* ref : {"VLD-2026-001",
                          "VLD-2026-001/2",
                          "/2@politie",
                          "VLD-2026-001/2@om",
                          "VLD-2026-002/2@politie",
                          "VLD-2026-001/0@politie",
                          ""}) {
    EXPECT_FALSE(Request::Parse(With(good, "ref", ref)).ok()) << ref;
  }
}

TEST(RequestTest, RefusesOtherFaults) {
  const Value good = Example("request");
  EXPECT_FALSE(Request::Parse(With(good, "to", "gemeente")).ok());
  EXPECT_FALSE(Request::Parse(With(good, "expires", *good.Find("issued"))).ok());
  EXPECT_FALSE(Request::Parse(With(good, "prekey", "BC527B558C51639A")).ok());
  EXPECT_FALSE(Request::Parse(With(good, "ephemeral", EncodeBase64(Bytes(31, 0)))).ok());
  EXPECT_FALSE(Request::Parse(With(good, "exchange", "x")).ok());
}

Value Cells(const char* state, const char* code) {
  return Value::Object{{"incident", Value::Object{{"state", state}, {"code", code}}}};
}

TEST(AnswerTest, StateAndCodeAgree) {
  const Value released = Example("answer");
  const Value refused = Example("answer_refused");
  EXPECT_TRUE(Answer::Parse(With(released, "cells", Cells("RELEASED", "OK"))).ok());
  EXPECT_FALSE(Answer::Parse(With(released, "cells", Cells("RELEASED", "LIMIT"))).ok());
  EXPECT_TRUE(Answer::Parse(With(refused, "cells", Cells("REFUSED", "listed"))).ok());
  EXPECT_TRUE(Answer::Parse(With(refused, "cells", Cells("PENDING", "APPROVAL"))).ok());
  EXPECT_FALSE(Answer::Parse(With(refused, "cells", Cells("REFUSED", "OK"))).ok());
  EXPECT_FALSE(Answer::Parse(With(refused, "cells", Cells("LOST", "LIMIT"))).ok());
  EXPECT_FALSE(Answer::Parse(With(refused, "cells", Cells("REFUSED", "Some text"))).ok());
  EXPECT_FALSE(Answer::Parse(With(refused, "cells", Value::Object{})).ok());
}

TEST(AnswerTest, APayloadIsWholeAndThereWhenSomethingIsReleased) {
  const Value released = Example("answer");
  const Value refused = Example("answer_refused");
  EXPECT_FALSE(Answer::Parse(With(refused, "cells", Cells("RELEASED", "OK"))).ok());
  const auto answer = Answer::Parse(released);
  ASSERT_TRUE(answer.ok());
  ASSERT_TRUE(answer->payload.has_value());
  EXPECT_EQ(answer->payload->frames, 2);
  EXPECT_FALSE(Answer::Parse(refused)->payload.has_value());
}

TEST(AnswerTest, FramesFollowFromTheSize) {
  const Value good = Example("answer");
  const auto with = [&](int64_t frames, int64_t size) {
    return Answer::Parse(With(With(good, "frames", frames), "padded_size", size)).ok();
  };
  EXPECT_TRUE(with(1, 1));
  EXPECT_TRUE(with(1, 16384));
  EXPECT_FALSE(with(1, 16385));
  EXPECT_TRUE(with(2, 16385));
  EXPECT_FALSE(with(2, 16384));
  EXPECT_FALSE(with(0, 0));
  const auto most = static_cast<int64_t>(kMaxFrames);
  EXPECT_TRUE(with(most, most * 16384));
  EXPECT_FALSE(with(most + 1, most * 16384 + 1));
}

TEST(ReceiptTest, LiesInsideItsTreeAndHasACodeOnlyWhenRefused) {
  const Value accepted = Example("receipt");
  const Value refused = Example("receipt_refused");
  EXPECT_TRUE(Receipt::Parse(With(accepted, "size", 1)).ok());
  EXPECT_FALSE(Receipt::Parse(With(accepted, "size", 0)).ok());
  EXPECT_FALSE(Receipt::Parse(With(accepted, "index", 2)).ok());
  EXPECT_FALSE(Receipt::Parse(With(accepted, "code", "LIMIT")).ok());
  EXPECT_FALSE(Receipt::Parse(With(refused, "outcome", "accepted")).ok());
  EXPECT_FALSE(Receipt::Parse(With(accepted, "outcome", "perhaps")).ok());
  EXPECT_EQ(Receipt::Parse(refused)->code, "PARTY_MISMATCH");
}

TEST(TypesTest, AnAnswerThatFollowsClosesWhatItNames) {
  const auto cell = [](const char* state, const char* code) {
    return Value(Value::Object{{"state", state}, {"code", code}});
  };
  const auto with_cell = [&](const Value& one) {
    Value::Object object = *With(Example("answer"), "follows", EncodeHex(Hash{})).AsObject();
    object.erase("voids");
    object["cells"] = Value::Object{{"mutatie", one}};
    return Value(object);
  };
  const auto closed = Answer::Parse(with_cell(cell("RELEASED", "OK")));
  ASSERT_TRUE(closed.ok());
  EXPECT_EQ(closed->follows, Hash{});
  EXPECT_EQ(closed->ToValue(), with_cell(cell("RELEASED", "OK")));
  EXPECT_TRUE(Answer::Parse(with_cell(cell("REFUSED", "LAPSED"))).ok());
  EXPECT_FALSE(Answer::Parse(with_cell(cell("PENDING", "APPROVAL"))).ok());
  const Value both = With(with_cell(cell("RELEASED", "OK")), "voids", EncodeHex(Hash{}));
  EXPECT_FALSE(Answer::Parse(both).ok());
  EXPECT_FALSE(Answer::Parse(With(with_cell(cell("RELEASED", "OK")), "follows", "00")).ok());
}

// The bounds of types.h promise that what a peer's statement may hold fits into a log entry.
TEST(TypesTest, TheLargestRequestAndAnswerFitIntoALogEntry) {
  const auto key = TestKey(1);
  const crypto::SigningKey* keys[] = {&key};
  Value::Array categories;
  Value::Object cells;
  for (size_t i = 0; i < kMaxCategories; ++i) {
    const std::string name = "c" + std::to_string(10 + i) + std::string(37, 'x');
    categories.emplace_back(name);
    cells.emplace(name, Value::Object{{"state", "RELEASED"}, {"code", "OK"}});
  }
  cells.begin()->second = Value::Object{{"state", "REFUSED"}, {"code", std::string(40, 'F')}};
  const Value request = With(Example("request"), "categories", categories);
  const Value answer = With(With(Example("answer"), "cells", cells), "follows", EncodeHex(Hash{}));
  ASSERT_TRUE(Request::Parse(request).ok());
  ASSERT_TRUE(Answer::Parse(answer).ok());
  for (const auto& [type, value] : {std::pair{Type::kRequest, request}, {Type::kAnswer, answer}}) {
    Entry entry;
    entry.direction = Direction::kIn;
    entry.type = TypeName(type);
    entry.statement = SignedStatement::Sign(type, value, keys);
    entry.subject_root = entry.sealed_digest = Hash{};
    entry.trace_id = std::string(32, 'a');
    entry.processing_activity_id = std::string(255, 'a');
    EXPECT_TRUE(Entry::Parse(entry.Encode()).ok()) << entry.Encode().size();
  }
}

}  // namespace
}  // namespace schakel::statement
