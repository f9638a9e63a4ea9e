#include "node/exchange/payload.h"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace schakel::exchange {
namespace {

nlohmann::json Vectors() {
  std::ifstream file(std::string(SCHAKEL_TEST_DATA) + "/protocol/payload.json");
  return nlohmann::json::parse(file);
}

struct Case {
  crypto::Key32 key;
  statement::Answer::Payload announced;
  std::vector<Bytes> frames;  // header first
  Bytes k;
  std::vector<Bytes> releases;
};

Case ReadCase(size_t number) {
  const nlohmann::json entry = Vectors()["cases"][number];
  Case read;
  std::array<uint8_t, 32> key{};
  const Bytes bytes = *DecodeHex(entry["key"].get<std::string>());
  std::copy(bytes.begin(), bytes.end(), key.begin());
  read.key = crypto::Key32(key);
  read.frames.push_back(*DecodeHex(entry["header"].get<std::string>()));
  for (const auto& frame : entry["frames"]) {
    read.frames.push_back(*DecodeHex(frame.get<std::string>()));
  }
  bool first = true;
  for (const auto& item : entry["items"]) {
    Bytes value = *DecodeHex(item.get<std::string>());
    if (first) {
      read.k = std::move(value);
    } else {
      read.releases.push_back(std::move(value));
    }
    first = false;
  }
  read.announced.frames = entry["frame_count"];
  read.announced.padded_size = entry["padded_size"];
  read.announced.ciphertext = *DecodeHash(entry["ciphertext"].get<std::string>());
  read.announced.content_root = *DecodeHash(entry["content_root"].get<std::string>());
  return read;
}

Result<OpenedPayload> Read(const Case& read) {
  PayloadReader reader(read.key, read.announced);
  for (const Bytes& frame : read.frames)
    TRY(reader.Add(frame));
  return reader.Finish();
}

TEST(PayloadTest, OpensTheVectors) {
  for (size_t number = 0; number < Vectors()["cases"].size(); ++number) {
    const Case read = ReadCase(number);
    auto opened = Read(read);
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    EXPECT_EQ(opened->k, read.k);
    EXPECT_EQ(opened->releases, read.releases);
    EXPECT_EQ(ContentRoot(read.k, read.releases), read.announced.content_root);
  }
}

TEST(PayloadTest, RefusesADroppedLastFrame) {
  Case read = ReadCase(0);
  read.frames.pop_back();
  EXPECT_FALSE(Read(read).ok());
}

TEST(PayloadTest, RefusesFramesInAnotherOrderAndOneTooMany) {
  Case swapped = ReadCase(0);
  ASSERT_GE(swapped.frames.size(), 3U);
  std::swap(swapped.frames[1], swapped.frames[2]);
  EXPECT_FALSE(Read(swapped).ok());
  Case extra = ReadCase(0);
  extra.frames.push_back(extra.frames.back());
  EXPECT_FALSE(Read(extra).ok());
}

TEST(PayloadTest, RefusesNoFrameAtAll) {
  Case read = ReadCase(0);
  read.frames.clear();
  EXPECT_FALSE(Read(read).ok());
}

TEST(PayloadTest, RefusesEveryFlippedByteOfHeaderAndSmallFrame) {
  const Case whole = ReadCase(1);
  for (size_t frame = 0; frame < whole.frames.size(); ++frame) {
    for (size_t i = 0; i < whole.frames[frame].size(); ++i) {
      Case read = whole;
      read.frames[frame][i] ^= 1;
      EXPECT_FALSE(Read(read).ok()) << frame << ":" << i;
    }
  }
}

TEST(PayloadTest, RefusesAnotherAnnouncement) {
  const Case whole = ReadCase(0);
  Case size = whole;
  size.announced.padded_size += 1;
  EXPECT_FALSE(Read(size).ok());
  Case hash = whole;
  hash.announced.ciphertext[0] ^= 1;
  EXPECT_FALSE(Read(hash).ok());
  Case root = whole;
  root.announced.content_root[0] ^= 1;
  EXPECT_FALSE(Read(root).ok());
}

TEST(PayloadTest, SealedPayloadOpensAgain) {
  crypto::Init();
  const Case base = ReadCase(0);
  const std::vector<Bytes> releases = {Bytes(40'000, 7), {}, Bytes(3, 1)};
  std::vector<Bytes> frames;
  const auto sealed = SealPayload(base.key, base.k, releases, [&](ByteView frame) {
    frames.emplace_back(frame.begin(), frame.end());
    return Result<void>();
  });
  ASSERT_TRUE(sealed.ok());
  EXPECT_EQ(static_cast<int64_t>(frames.size()), sealed->frames + 1);
  Case read = base;
  read.frames = frames;
  read.announced = {{},
                    sealed->frames,
                    sealed->padded_size,
                    sealed->ciphertext,
                    ContentRoot(base.k, releases),
                    {}};
  auto opened = Read(read);
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  EXPECT_EQ(opened->releases, releases);
}

TEST(PayloadTest, AnErrorOfTheSinkEndsSealing) {
  const Case base = ReadCase(0);
  const auto sealed = SealPayload(base.key, base.k, {}, [](ByteView) -> Result<void> {
    return Unavailable("the disk is full");
  });
  EXPECT_EQ(sealed.error().code, ErrorCode::kUnavailable);
}

TEST(PayloadTest, RefusesMoreThanTheLimit) {
  const Case base = ReadCase(0);
  const std::vector<Bytes> releases(1, Bytes(kMaxPayloadBytes + 1));
  const auto sealed =
      SealPayload(base.key, base.k, releases, [](ByteView) { return Result<void>(); });
  EXPECT_EQ(sealed.error().code, ErrorCode::kExhausted);
}

}  // namespace
}  // namespace schakel::exchange
