#include <string>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/rpc/wire/convert.h"
#include "tests/unit/wire/samples.h"

namespace schakel::wire {
namespace {

TEST(OperatorCallTest, RoundTrips) {
  const Result<OperatorCall> back = Decode(Encode(SampleCall()));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->method, "group.decide");
  EXPECT_EQ(back->params, SampleCall().params);
  EXPECT_EQ(back->schema, kSchema);
  ASSERT_TRUE(back->signature);
  EXPECT_EQ(back->signature->operator_id, "fatima");
  EXPECT_EQ(back->signature->time, SampleCall().signature->time);
  EXPECT_EQ(back->signature->nonce, SampleCall().signature->nonce);
  EXPECT_EQ(back->signature->signature, SampleCall().signature->signature);
}

TEST(OperatorCallTest, UnsignedRoundTrips) {
  const Result<OperatorCall> back = Decode(Encode(OperatorCall{"status", "{}", kSchema, {}}));
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->signature);
}

TEST(OperatorCallTest, SignatureIsWholeOrAbsent) {
  v1::OperatorCall message = Encode(SampleCall());
  message.clear_nonce();
  EXPECT_FALSE(Decode(message));
  message = Encode(SampleCall());
  message.mutable_signature()->push_back('x');
  EXPECT_FALSE(Decode(message));
  message = Encode(SampleCall());
  message.clear_signature();
  EXPECT_FALSE(Decode(message));
  message = Encode(SampleCall());
  message.clear_operator_();
  EXPECT_FALSE(Decode(message));
  message = Encode(SampleCall());
  message.set_operator_("Fatima!");
  EXPECT_FALSE(Decode(message));
}

TEST(OperatorCallTest, MethodIsWordsWithDots) {
  for (const char* method : {"status", "group.decide", "person.doubtful", "a_b.c"}) {
    EXPECT_TRUE(IsMethod(method)) << method;
  }
  for (const char* method : {"", ".", "a.", ".a", "a..b", "A", "a b", "a1", "_a", "a_", "a._b"}) {
    EXPECT_FALSE(IsMethod(method)) << method;
  }
  EXPECT_TRUE(IsMethod(std::string(60, 'a')));
  EXPECT_FALSE(IsMethod(std::string(61, 'a')));
}

TEST(OperatorCallTest, LimitsParams) {
  EXPECT_TRUE(Decode(Encode(OperatorCall{"a", std::string(kMaxOperatorParamsBytes, 'x'), 1, {}})));
  EXPECT_FALSE(
      Decode(Encode(OperatorCall{"a", std::string(kMaxOperatorParamsBytes + 1, 'x'), 1, {}})));
  EXPECT_FALSE(Decode(Encode(OperatorCall{"a", "", 1, {}})));
}

TEST(OperatorReplyTest, ResultRoundTripsUpToItsLimit) {
  const Result<OperatorReply> back = Decode(Encode(OperatorReply(std::string("{}"))));
  ASSERT_TRUE(back);
  EXPECT_EQ(std::get<std::string>(*back), "{}");
  const std::string most(kMaxOperatorResultBytes, 'x');
  EXPECT_TRUE(Decode(Encode(OperatorReply(most))));
  EXPECT_LT(Encode(OperatorReply(most)).ByteSizeLong(), kMaxOperatorMessageBytes);
  EXPECT_FALSE(Decode(Encode(OperatorReply(most + "x"))));
}

TEST(OperatorReplyTest, ErrorRoundTrips) {
  const Result<OperatorReply> back = Decode(Encode(SampleError()));
  ASSERT_TRUE(back);
  const OperatorError& error = std::get<OperatorError>(*back);
  EXPECT_EQ(error.code, "conflict");
  EXPECT_EQ(error.message, "Group exists.");
  EXPECT_EQ(error.hint, "Take another number.");
}

TEST(OperatorReplyTest, AReasonRoundTripsWithItsArguments) {
  OperatorError sent{"not_found", "no group", "", "group_unknown", {{"group", "VLD-2026-001"}}};
  const Result<OperatorReply> back = Decode(Encode(OperatorReply(sent)));
  ASSERT_TRUE(back);
  EXPECT_EQ(std::get<OperatorError>(*back).reason, "group_unknown");
  EXPECT_EQ(std::get<OperatorError>(*back).arguments, sent.arguments);
  sent.arguments = {{"Group", "x"}};
  EXPECT_FALSE(Decode(Encode(OperatorReply(sent))));
}

TEST(OperatorReplyTest, LimitsAReasonAndItsArguments) {
  OperatorError sent{"denied", "x", "", std::string(60, 'a'), {{"a", std::string(4096, 'x')}}};
  for (int i = 0; i < 15; ++i)
    sent.arguments["b" + std::to_string(i)] = "";
  EXPECT_TRUE(Decode(Encode(OperatorReply(sent))));
  OperatorError more = sent;
  more.arguments["c"] = "";
  EXPECT_FALSE(Decode(Encode(OperatorReply(more))));
  more = sent;
  more.arguments["a"] += "x";
  EXPECT_FALSE(Decode(Encode(OperatorReply(more))));
  more = sent;
  more.reason += "a";
  EXPECT_FALSE(Decode(Encode(OperatorReply(more))));
}

TEST(OperatorReplyTest, IsEitherResultOrError) {
  EXPECT_FALSE(Decode(v1::OperatorReply()));
  v1::OperatorReply both = Encode(SampleError());
  both.set_result("{}");
  EXPECT_FALSE(Decode(both));
  both.set_ok(true);
  EXPECT_FALSE(Decode(both));
}

TEST(OperatorReplyTest, RefusesAnUnknownFieldInsideTheError) {
  v1::OperatorReply message = Encode(SampleError());
  v1::OperatorError* error = message.mutable_error();
  error->GetReflection()->MutableUnknownFields(error)->AddVarint(9, 1);
  EXPECT_FALSE(Decode(message));
}

TEST(ImportTest, PartsRoundTrip) {
  const Result<ImportPart> call = Decode(Encode(ImportPart(SampleCall())));
  ASSERT_TRUE(call);
  EXPECT_EQ(std::get<OperatorCall>(*call).method, "group.decide");
  const Result<ImportPart> data = Decode(Encode(ImportPart(Bytes(kMaxChunkBytes, 1))));
  ASSERT_TRUE(data);
  EXPECT_EQ(std::get<Bytes>(*data).size(), kMaxChunkBytes);
  const Result<ImportPart> end = Decode(Encode(ImportPart(ImportEnd{77})));
  ASSERT_TRUE(end);
  EXPECT_EQ(std::get<ImportEnd>(*end).size, 77U);
}

TEST(ImportTest, RefusesNoPartAndLongData) {
  EXPECT_FALSE(Decode(v1::ImportChunk()));
  EXPECT_FALSE(Decode(Encode(ImportPart(Bytes{}))));
  EXPECT_FALSE(Decode(Encode(ImportPart(Bytes(kMaxChunkBytes + 1, 1)))));
}

TEST(ImportTest, RepliesRoundTrip) {
  const Result<ImportReply> back = Decode(Encode(ImportReply{SampleError(), true}));
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->last);
  EXPECT_TRUE(std::holds_alternative<OperatorError>(back->reply));
  EXPECT_FALSE(Decode(v1::ImportReply()));
}

}  // namespace
}  // namespace schakel::wire
