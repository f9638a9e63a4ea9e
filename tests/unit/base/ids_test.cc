#include "node/base/ids.h"

#include <gtest/gtest.h>

namespace schakel {
namespace {

class CountingEntropy final : public Entropy {
 public:
  void Fill(std::span<uint8_t> out) override {
    for (uint8_t& byte : out)
      byte = next_++;
  }

 private:
  uint8_t next_ = 0;
};

TEST(UuidTest, HasOneSpelling) {
  const char* text = "019e3a87-3500-7a11-8b22-1c33d44e55f6";
  auto uuid = ParseUuid(text);
  ASSERT_TRUE(uuid.ok());
  EXPECT_EQ(ToString(*uuid), text);
  EXPECT_FALSE(ParseUuid("019E3A87-3500-7a11-8b22-1c33d44e55f6").ok());
  EXPECT_FALSE(ParseUuid("019e3a8735007a118b221c33d44e55f6").ok());
}

TEST(UuidTest, Version7StartsWithTheTime) {
  CountingEntropy entropy;
  const std::string text = ToString(MakeUuidV7(FromMillis(0x019e3a873500), entropy));
  EXPECT_EQ(text.substr(0, 15), "019e3a87-3500-7");
  EXPECT_EQ(ToString(MakeUuidV4(entropy))[14], '4');
}

TEST(RefTest, ReadsWhatPeopleSay) {
  EXPECT_EQ(*ParseRef("VLD-2026-001"), (Ref{"VLD-2026-001", std::nullopt, ""}));
  EXPECT_EQ(*ParseRef("VLD-2026-001/2"), (Ref{"VLD-2026-001", 2, ""}));
  EXPECT_EQ(*ParseRef("VLD-2026-001/2@om"), (Ref{"VLD-2026-001", 2, "om"}));
  EXPECT_EQ(*ParseRef("/2@om"), (Ref{"", 2, "om"}));
  for (const char* text : {"VLD-2026-001", "VLD-2026-001/2@om", "/2"}) {
    EXPECT_EQ(ToString(*ParseRef(text)), text);
  }
}

TEST(RefTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           "vld-2026-001",
                           "VLD-26-001",
                           "VLD-2026-01",
                           "VLD-2026-001/",
                           "VLD-2026-001/0",
                           "VLD-2026-001/02",
                           "VLD-2026-001/2@",
                           "VLD-2026-001/2@OM",
                           "VLD-2026-001@om",
                           "/12345",
                           "VLD-2026-001/2/3"}) {
    EXPECT_FALSE(ParseRef(text).ok()) << text;
  }
}

}  // namespace
}  // namespace schakel
