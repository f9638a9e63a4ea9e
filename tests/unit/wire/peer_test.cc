#include <string>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/rpc/wire/convert.h"
#include "tests/unit/wire/samples.h"

namespace schakel::wire {
namespace {

TEST(SendTest, RoundTrips) {
  const Result<SendRequest> back = Decode(Encode(SampleSend()));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->request, SampleSend().request);
  EXPECT_EQ(back->body, SampleSend().body);
}

TEST(SendTest, RefusesWithoutRequestOrBody) {
  EXPECT_EQ(Decode(Encode(SendRequest{"", Bytes{1}})).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(Decode(Encode(SendRequest{"{}", Bytes{}})).error().code, ErrorCode::kMalformed);
}

TEST(SendTest, LimitsStatementAndBody) {
  const std::string most(kMaxStatementBytes, 'x');
  EXPECT_TRUE(Decode(Encode(SendRequest{most, Bytes(kMaxBodyBytes)})));
  EXPECT_EQ(Decode(Encode(SendRequest{most + "x", Bytes{1}})).error().code, ErrorCode::kExhausted);
  EXPECT_EQ(Decode(Encode(SendRequest{"{}", Bytes(kMaxBodyBytes + 1)})).error().code,
            ErrorCode::kExhausted);
}

TEST(SendTest, TheLargestRequestFitsInAMessage) {
  const SendRequest largest{std::string(kMaxStatementBytes, 'x'), Bytes(kMaxBodyBytes)};
  EXPECT_LT(Encode(largest).ByteSizeLong(), kMaxPeerMessageBytes);
}

TEST(SendTest, RefusesAFieldItDoesNotKnow) {
  v1::SendRequest message = Encode(SampleSend());
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(15, 1);
  EXPECT_EQ(Decode(message).error().code, ErrorCode::kMalformed);
}

TEST(SendReplyTest, OpeningRoundTrips) {
  const Result<SendReply> back = Decode(Encode(SampleOpening()));
  ASSERT_TRUE(back);
  const Opening& opening = std::get<Opening>(*back);
  const Opening sample = std::get<Opening>(SampleOpening());
  EXPECT_EQ(opening.answer, sample.answer);
  EXPECT_EQ(opening.receipt, sample.receipt);
  EXPECT_EQ(opening.status, sample.status);
}

TEST(SendReplyTest, OpeningNeedsAnswerAndReceiptButNoStatus) {
  EXPECT_TRUE(Decode(Encode(SendReply(Opening{"{}", "{}", ""}))));
  EXPECT_FALSE(Decode(Encode(SendReply(Opening{"", "{}", "{}"}))));
  EXPECT_FALSE(Decode(Encode(SendReply(Opening{"{}", "", "{}"}))));
}

TEST(SendReplyTest, RefusesAnUnknownFieldInsideTheOpening) {
  v1::SendReply message = Encode(SampleOpening());
  v1::Opening* opening = message.mutable_opening();
  opening->GetReflection()->MutableUnknownFields(opening)->AddLengthDelimited(9, "x");
  EXPECT_EQ(Decode(message).error().code, ErrorCode::kMalformed);
}

TEST(SendReplyTest, FrameRoundTripsUpToItsLimit) {
  const size_t most = kFramePlaintextBytes + 17;
  const Result<SendReply> back = Decode(EncodeFrame(Bytes(most, 4)));
  ASSERT_TRUE(back);
  EXPECT_EQ(std::get<Frame>(*back).bytes, Bytes(most, 4));
  EXPECT_EQ(Decode(EncodeFrame(Bytes(most + 1, 4))).error().code, ErrorCode::kExhausted);
  EXPECT_EQ(Decode(EncodeFrame({})).error().code, ErrorCode::kMalformed);
}

TEST(SendReplyTest, RefusesNoPart) {
  EXPECT_EQ(Decode(v1::SendReply()).error().code, ErrorCode::kMalformed);
}

TEST(DeliverTest, RoundTripsAndLimits) {
  EXPECT_EQ(Decode(Encode(DeliverRequest{"{}"}))->receipt, "{}");
  EXPECT_FALSE(Decode(v1::DeliverRequest()));
  EXPECT_FALSE(Decode(Encode(DeliverRequest{std::string(kMaxStatementBytes + 1, 'x')})));
  EXPECT_TRUE(Decode(v1::DeliverReply()));
}

TEST(GreetingTest, RoundTrips) {
  const Result<Greeting> back = Decode(Encode(SampleGreeting()));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->status, SampleGreeting().status);
  EXPECT_EQ(back->statements, SampleGreeting().statements);
}

TEST(GreetingTest, LimitsTheNumberOfStatements) {
  Greeting greeting{"{}", std::vector<std::string>(kMaxStatementsPerGreeting, "{}")};
  EXPECT_TRUE(Decode(Encode(greeting)));
  greeting.statements.emplace_back("{}");
  EXPECT_EQ(Decode(Encode(greeting)).error().code, ErrorCode::kExhausted);
}

TEST(GreetingTest, CarriesOneDocumentOfABoundedSize) {
  Greeting greeting{"{}", {}, {std::string(kMaxCovenantBytes, 'x')}};
  const Result<Greeting> back = Decode(Encode(greeting));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->documents, greeting.documents);
  greeting.documents[0] += 'x';
  EXPECT_FALSE(Decode(Encode(greeting)));
  EXPECT_FALSE(Decode(Encode(Greeting{"{}", {}, {""}})));
  EXPECT_EQ(Decode(Encode(Greeting{"{}", {}, {"{}", "{}"}})).error().code, ErrorCode::kExhausted);
}

TEST(GreetingTest, RefusesAnEmptyOrLongStatement) {
  EXPECT_FALSE(Decode(Encode(Greeting{"{}", {""}})));
  EXPECT_FALSE(Decode(Encode(Greeting{"{}", {std::string(kMaxStatementBytes + 1, 'x')}})));
}

TEST(ExportTest, RequestHoldsALineage) {
  EXPECT_EQ(Decode(Encode(ExportRequest{SampleLineage()}))->lineage, SampleLineage());
  EXPECT_EQ(Decode(Encode(CheckpointRequest{SampleLineage()}))->lineage, SampleLineage());
  v1::ExportRequest wrong;
  wrong.set_lineage("7071");
  EXPECT_EQ(Decode(wrong).error().code, ErrorCode::kMalformed);
  EXPECT_FALSE(Decode(v1::CheckpointRequest()));
}

TEST(ExportTest, ChunkRoundTripsUpToItsLimit) {
  const Result<ExportChunk> back = Decode(Encode(SampleChunk()));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->path, SampleChunk().path);
  EXPECT_EQ(back->data, SampleChunk().data);
  EXPECT_TRUE(back->end);
  EXPECT_TRUE(Decode(Encode(ExportChunk{"a", Bytes(kMaxChunkBytes), false})));
  EXPECT_FALSE(Decode(Encode(ExportChunk{"a", Bytes(kMaxChunkBytes + 1), false})));
}

TEST(ExportTest, PathsStayInsideTheirFolder) {
  for (const char* path : {"a", "checkpoint", "tile/0/x001/000.p/4", "a..b", "A-1_b.json"}) {
    EXPECT_TRUE(IsExportPath(path)) << path;
  }
  for (const char* path : {"",
                           "/",
                           "/a",
                           "a/",
                           "a//b",
                           ".",
                           "..",
                           "../a",
                           "a/../b",
                           "a/./b",
                           "a b",
                           "a\\b",
                           "a\nb",
                           "é"}) {
    EXPECT_FALSE(IsExportPath(path)) << path;
  }
  EXPECT_FALSE(IsExportPath(std::string("a\0b", 3)));
  EXPECT_TRUE(IsExportPath(std::string(kMaxExportPathBytes, 'a')));
  EXPECT_FALSE(IsExportPath(std::string(kMaxExportPathBytes + 1, 'a')));
}

TEST(CheckpointTest, NoteMayBeEmptyAndIsLimited) {
  EXPECT_EQ(Decode(Encode(CheckpointReply{""}))->note, "");
  EXPECT_TRUE(Decode(Encode(CheckpointReply{std::string(kMaxNoteBytes, 'x')})));
  EXPECT_FALSE(Decode(Encode(CheckpointReply{std::string(kMaxNoteBytes + 1, 'x')})));
}

}  // namespace
}  // namespace schakel::wire
