// Damaged bytes of every message: what still parses is within its limits and stable.
#include <string>

#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include "node/rpc/wire/convert.h"
#include "tests/unit/wire/samples.h"

namespace schakel::wire {
namespace {

// Feeds damaged copies of a valid message to the decoder. Returns how many still decode; each of
// those must encode to what decodes again.
template <typename Message>
int Survivors(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) return 0;
  auto decoded = Decode(message);
  if (!decoded) return 0;
  EXPECT_TRUE(Decode(Encode(*decoded)));
  EXPECT_EQ(Encode(*decoded).SerializeAsString(),
            Encode(*Decode(Encode(*decoded))).SerializeAsString());
  return 1;
}

template <typename Message>
void Damage(const Message& valid) {
  google::protobuf::SetLogHandler(nullptr);
  const std::string bytes = valid.SerializeAsString();
  ASSERT_EQ(Survivors<Message>(bytes), 1);
  int flips = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    Survivors<Message>(bytes.substr(0, i));
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      flips += Survivors<Message>(flipped);
    }
  }
  // Tags and lengths are among the bits, so not every flip may pass.
  EXPECT_LT(flips, static_cast<int>(bytes.size()) * 8);
  EXPECT_EQ(Survivors<Message>(bytes + std::string("\x7a\x01x", 3)), 0)
      << "an unknown field passes";
}

TEST(DamageTest, SendRequest) {
  Damage(Encode(SampleSend()));
}
TEST(DamageTest, Opening) {
  Damage(Encode(SampleOpening()));
}
TEST(DamageTest, Frame) {
  Damage(Encode(SampleFrame()));
}
TEST(DamageTest, DeliverRequest) {
  Damage(Encode(DeliverRequest{"{\"receipt\":1}"}));
}
TEST(DamageTest, Greeting) {
  Damage(Encode(SampleGreeting()));
}
TEST(DamageTest, ExportRequest) {
  Damage(Encode(ExportRequest{SampleLineage()}));
}
TEST(DamageTest, ExportChunk) {
  Damage(Encode(SampleChunk()));
}
TEST(DamageTest, CheckpointReply) {
  Damage(Encode(CheckpointReply{"origin\n1\nroot\n"}));
}
TEST(DamageTest, OperatorCall) {
  Damage(Encode(SampleCall()));
}
TEST(DamageTest, OperatorReply) {
  Damage(Encode(SampleError()));
}
TEST(DamageTest, ImportChunk) {
  Damage(Encode(ImportPart(SampleCall())));
}
TEST(DamageTest, ImportReply) {
  Damage(Encode(ImportReply{OperatorReply(std::string("{}")), true}));
}

}  // namespace
}  // namespace schakel::wire
