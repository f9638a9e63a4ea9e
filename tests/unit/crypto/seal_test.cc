#include "node/crypto/seal.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/crypto/entropy.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"
#include "tests/unit/crypto/vectors.h"

namespace schakel::crypto {
namespace {

using nlohmann::json;

Key32 HexKey(const json& text) {
  return Key32(HexArray<32>(text));
}

std::vector<Bytes> HexList(const json& list) {
  std::vector<Bytes> out;
  for (const auto& one : list)
    out.push_back(Hex(one));
  return out;
}

std::vector<ByteView> Views(const std::vector<Bytes>& list) {
  return {list.begin(), list.end()};
}

bool SameKey(const Key32& a, const Key32& b) {
  return EqualConstantTime(a.view(), b.view());
}

// ---- kdf.json

TEST(AeadTest, SealsBehindWhatIsThere) {
  SeededEntropy entropy(7);
  const Key32 key = GenerateX25519(entropy).secret;
  const Bytes associated = ToBytes("row");
  for (const char* plain : {"", "x", "a longer value"}) {
    Bytes out = ToBytes("before");
    AeadSealOnto(key, associated, ToBytes(plain), entropy, out);
    ASSERT_EQ(AsText(ByteView(out).first(6)), "before");
    const auto opened = AeadOpen(key, associated, ByteView(out).subspan(6));
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(AsText(*opened), plain);
  }
}

TEST(KdfVectorsTest, PublicKeysFollowFromTheSecrets) {
  const json vectors = ReadVectors("protocol/kdf.json");
  ASSERT_EQ(vectors.at("keys").size(), 3U);
  for (const auto& [name, key] : vectors.at("keys").items()) {
    const X25519Pair pair = X25519FromSecret(Hex(key.at("secret")));
    EXPECT_EQ(EncodeHex(pair.public_key), key.at("public").get<std::string>()) << name;
  }
  const Hash prekey = Sha256(Hex(vectors.at("keys").at("prekey").at("public")));
  EXPECT_EQ(EncodeHex(prekey).substr(0, 16), vectors.at("prekey_id").get<std::string>());
}

void ExpectBothSidesAgree(const json& expected, const json& one, const json& other) {
  const std::vector<Bytes> parts = HexList(expected.at("parts"));
  EXPECT_EQ(EncodeHex(Frame(Views(parts))), expected.at("info").get<std::string>());
  const auto here =
      AgreeKey(HexKey(one.at("secret")), HexArray<32>(other.at("public")), Views(parts));
  const auto there =
      AgreeKey(HexKey(other.at("secret")), HexArray<32>(one.at("public")), Views(parts));
  ASSERT_TRUE(here.ok());
  ASSERT_TRUE(there.ok());
  EXPECT_EQ(EncodeHex(here->view()), expected.at("key").get<std::string>());
  EXPECT_TRUE(SameKey(*here, *there));
}

TEST(KdfVectorsTest, BothSidesGetTheBodyKey) {
  const json vectors = ReadVectors("protocol/kdf.json");
  const json& keys = vectors.at("keys");
  ExpectBothSidesAgree(vectors.at("body"), keys.at("request ephemeral"), keys.at("prekey"));
}

TEST(KdfVectorsTest, BothSidesGetThePayloadKey) {
  const json vectors = ReadVectors("protocol/kdf.json");
  const json& keys = vectors.at("keys");
  ExpectBothSidesAgree(
      vectors.at("payload"), keys.at("request ephemeral"), keys.at("answer ephemeral"));
}

TEST(KdfVectorsTest, DeniesKeysThatGiveAZeroSharedSecret) {
  const json vectors = ReadVectors("protocol/kdf.json");
  const Key32 secret = HexKey(vectors.at("keys").at("prekey").at("secret"));
  ASSERT_EQ(vectors.at("refuse").size(), 5U);
  for (const auto& peer : vectors.at("refuse")) {
    const auto key = AgreeKey(secret, HexArray<32>(peer), {});
    ASSERT_FALSE(key.ok()) << peer;
    EXPECT_EQ(key.error().code, ErrorCode::kDenied);
  }
}

TEST(AgreeKeyTest, DependsOnTheFramingOfTheParts) {
  SeededEntropy entropy(1);
  const X25519Pair here = GenerateX25519(entropy);
  const X25519Pair there = GenerateX25519(entropy);
  const std::vector<ByteView> one = {AsBytes("ab"), AsBytes("c")};
  const std::vector<ByteView> other = {AsBytes("a"), AsBytes("bc")};
  EXPECT_NE(here.public_key, there.public_key);
  EXPECT_FALSE(SameKey(*AgreeKey(here.secret, there.public_key, one),
                       *AgreeKey(here.secret, there.public_key, other)));
}

// ---- body.json

TEST(BodyVectorsTest, SealingWithTheNonceGivesTheBytes) {
  const json vectors = ReadVectors("protocol/body.json");
  const Bytes sealed = AeadSealWithNonce(
      HexKey(vectors.at("key")), Hex(vectors.at("nonce")), {}, Hex(vectors.at("plaintext")));
  EXPECT_EQ(EncodeHex(sealed), vectors.at("sealed").get<std::string>());
  EXPECT_EQ(EncodeHex(Sha256(sealed)), vectors.at("sha256").get<std::string>());
}

TEST(BodyVectorsTest, PaddingGivesThePlaintext) {
  const json vectors = ReadVectors("protocol/body.json");
  const Bytes content = Hex(vectors.at("canonical"));
  EXPECT_EQ(EncodeHex(Pad(content)), vectors.at("plaintext").get<std::string>());
}

TEST(BodyVectorsTest, OpensToTheBody) {
  const json vectors = ReadVectors("protocol/body.json");
  const auto padded = AeadOpen(HexKey(vectors.at("key")), {}, Hex(vectors.at("sealed")));
  ASSERT_TRUE(padded.ok());
  const auto content = Unpad(*padded);
  ASSERT_TRUE(content.ok());
  EXPECT_EQ(EncodeHex(*content), vectors.at("canonical").get<std::string>());
}

// Some do not open; the others open to a plaintext with another padding, size or length.
TEST(BodyVectorsTest, RefusesWhatTheVectorsRefuse) {
  const json vectors = ReadVectors("protocol/body.json");
  const Key32 key = HexKey(vectors.at("key"));
  std::set<std::string> opened;
  std::set<std::string> unopened;
  for (const auto& one : vectors.at("refuse")) {
    const auto reason = one.at("reason").get<std::string>();
    const auto padded = AeadOpen(key, {}, Hex(one.at("sealed")));
    (padded.ok() ? opened : unopened).insert(reason);
    if (padded.ok()) {
      EXPECT_FALSE(Unpad(*padded).ok()) << reason;
    } else {
      EXPECT_EQ(padded.error().code, ErrorCode::kCorrupt) << reason;
    }
  }
  EXPECT_EQ(opened, (std::set<std::string>{"padding", "size", "length"}));
  EXPECT_EQ(unopened, (std::set<std::string>{"bit", "short", "ad"}));
}

// ---- AEAD

TEST(AeadTest, DrawsAnotherNonceEachTime) {
  SeededEntropy entropy(1);
  const Key32 key;
  const Bytes one = AeadSeal(key, AsBytes("cf/key"), AsBytes("waarde"), entropy);
  const Bytes two = AeadSeal(key, AsBytes("cf/key"), AsBytes("waarde"), entropy);
  EXPECT_NE(one, two);
  EXPECT_EQ(one.size(), kAeadOverhead + 6);
  const auto opened = AeadOpen(key, AsBytes("cf/key"), one);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(ToText(*opened), "waarde");
}

TEST(AeadTest, SealsTheEmptyPlaintext) {
  SeededEntropy entropy(1);
  const Bytes sealed = AeadSeal(Key32(), {}, {}, entropy);
  const auto opened = AeadOpen(Key32(), {}, sealed);
  ASSERT_TRUE(opened.ok());
  EXPECT_TRUE(opened->empty());
}

TEST(AeadTest, RefusesEveryFlippedBitEveryTruncationAndOtherAssociatedData) {
  SeededEntropy entropy(1);
  const Key32 key;
  const Bytes sealed = AeadSeal(key, AsBytes("a"), AsBytes("waarde"), entropy);
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(AeadOpen(key, AsBytes("a"), changed).ok()) << bit;
  }
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(AeadOpen(key, AsBytes("a"), ByteView(sealed).first(size)).ok()) << size;
  }
  EXPECT_FALSE(AeadOpen(key, AsBytes("b"), sealed).ok());
  EXPECT_FALSE(AeadOpen(key, {}, sealed).ok());
  std::array<uint8_t, 32> other{};
  other[0] = 1;
  EXPECT_FALSE(AeadOpen(Key32(other), AsBytes("a"), sealed).ok());
}

// ---- Padding

TEST(PadTest, RoundTripsAndHasPadmesLength) {
  for (const size_t size : {0U, 1U, 5U, 60U, 61U, 1000U, 16384U}) {
    const Bytes content(size, 9);
    const Bytes padded = Pad(content);
    EXPECT_EQ(padded.size(), PadmeLength(4 + size));
    const auto back = Unpad(padded);
    ASSERT_TRUE(back.ok()) << size;
    EXPECT_TRUE(EqualConstantTime(*back, content)) << size;
  }
}

TEST(UnpadTest, RefusesEveryOtherSpelling) {
  const Bytes padded = Pad(Bytes(29, 9));  // 33 bytes, padded to 36
  ASSERT_EQ(padded.size(), 36U);
  for (size_t size = 0; size < padded.size(); ++size)
    EXPECT_FALSE(Unpad(ByteView(padded).first(size)).ok()) << size;
  Bytes longer = padded;
  longer.push_back(0);
  EXPECT_FALSE(Unpad(longer).ok());
  Bytes not_zero = padded;
  not_zero.back() = 1;
  EXPECT_FALSE(Unpad(not_zero).ok());
  Bytes huge = padded;
  huge[0] = 0xff;
  EXPECT_FALSE(Unpad(huge).ok());
}

// ---- payload.json

struct Payload {
  Key32 key;
  Bytes header;
  std::vector<Bytes> frames;
};

Payload PayloadOf(const json& one) {
  return {HexKey(one.at("key")), Hex(one.at("header")), HexList(one.at("frames"))};
}

// The joined plaintext; an error unless every frame opens and the last one is final.
Result<Bytes> Pull(const Payload& payload) {
  StreamOpener opener = TRY(StreamOpener::Create(payload.key, payload.header));
  Bytes plaintext;
  for (const Bytes& frame : payload.frames) {
    const Bytes part = TRY(opener.Open(frame));
    Append(plaintext, part);
  }
  if (!opener.finished()) return Corrupt("no final frame");
  return plaintext;
}

std::vector<Bytes> Items(ByteView content) {
  std::vector<Bytes> items;
  while (!content.empty()) {
    const uint32_t size = ReadU32(content);
    const ByteView item = content.subspan(4, size);
    items.emplace_back(item.begin(), item.end());
    content = content.subspan(4 + size);
  }
  return items;
}

TEST(PayloadVectorsTest, OpensToTheItems) {
  const json vectors = ReadVectors("protocol/payload.json");
  ASSERT_EQ(vectors.at("cases").size(), 2U);
  for (const auto& one : vectors.at("cases")) {
    const Payload payload = PayloadOf(one);
    EXPECT_EQ(payload.frames.size(), one.at("frame_count").get<size_t>());
    const auto plaintext = Pull(payload);
    ASSERT_TRUE(plaintext.ok());
    EXPECT_EQ(plaintext->size(), one.at("padded_size").get<size_t>());
    const auto content = Unpad(*plaintext);
    ASSERT_TRUE(content.ok());
    EXPECT_EQ(Items(*content), HexList(one.at("items")));
  }
}

TEST(PayloadVectorsTest, CiphertextHashAndContentRootHold) {
  const json vectors = ReadVectors("protocol/payload.json");
  for (const auto& one : vectors.at("cases")) {
    Sha256Stream ciphertext;
    ciphertext.Add(Hex(one.at("header")));
    for (const Bytes& frame : HexList(one.at("frames")))
      ciphertext.Add(frame);
    EXPECT_EQ(EncodeHex(ciphertext.Finish()), one.at("ciphertext").get<std::string>());
    const std::vector<Bytes> items = HexList(one.at("items"));
    std::vector<Hash> leaves;
    for (size_t i = 1; i < items.size(); ++i)
      leaves.push_back(LeafHash(HmacSha256(items[0], items[i])));
    EXPECT_EQ(EncodeHex(MerkleRoot(leaves)), one.at("content_root").get<std::string>());
  }
}

TEST(PayloadVectorsTest, RefusesADroppedLastFrameAndNoFrameAtAll) {
  const json vectors = ReadVectors("protocol/payload.json");
  Payload payload = PayloadOf(vectors.at("cases").at(0));
  payload.frames.pop_back();
  EXPECT_FALSE(Pull(payload).ok());
  payload.frames.clear();
  EXPECT_FALSE(Pull(payload).ok());
}

TEST(PayloadVectorsTest, RefusesAFrameAfterTheFinalOne) {
  const json vectors = ReadVectors("protocol/payload.json");
  Payload payload = PayloadOf(vectors.at("cases").at(0));
  payload.frames.push_back(payload.frames.back());
  EXPECT_FALSE(Pull(payload).ok());
  // Also one that libsodium itself would open, since a sealer may go on after its final tag.
  StreamOpener opener = *StreamOpener::Create(payload.key, payload.header);
  ASSERT_TRUE(opener.Open(payload.frames[0]).ok());
  ASSERT_TRUE(opener.Open(payload.frames[1]).ok());
  EXPECT_TRUE(opener.finished());
  const auto after = opener.Open(payload.frames[0]);
  ASSERT_FALSE(after.ok());
  EXPECT_EQ(after.error().code, ErrorCode::kCorrupt);
}

TEST(PayloadVectorsTest, RefusesTwoFramesExchanged) {
  const json vectors = ReadVectors("protocol/payload.json");
  Payload payload = PayloadOf(vectors.at("cases").at(0));
  ASSERT_EQ(payload.frames.size(), 2U);
  std::swap(payload.frames[0], payload.frames[1]);
  EXPECT_FALSE(Pull(payload).ok());
}

TEST(PayloadVectorsTest, RefusesEveryFlippedBitOfHeaderAndFrame) {
  const json vectors = ReadVectors("protocol/payload.json");
  const Payload payload = PayloadOf(vectors.at("cases").at(1));
  ASSERT_TRUE(Pull(payload).ok());
  for (size_t bit = 0; bit < payload.header.size() * 8; ++bit) {
    Payload changed = payload;
    changed.header[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(Pull(changed).ok()) << bit;
  }
  for (size_t bit = 0; bit < payload.frames[0].size() * 8; ++bit) {
    Payload changed = payload;
    changed.frames[0][bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(Pull(changed).ok()) << bit;
  }
}

// ---- Streams

TEST(StreamTest, RoundTripsAndHidesNothingBehindTheHeader) {
  const Key32 key;
  StreamSealer first(key);
  StreamSealer second(key);
  EXPECT_NE(first.header(), second.header());
  Payload payload{key, Bytes(first.header().begin(), first.header().end()), {}};
  StreamSealer sealer = std::move(first);
  payload.frames.push_back(sealer.Seal(AsBytes("een"), /*final=*/false));
  payload.frames.push_back(sealer.Seal({}, /*final=*/false));
  payload.frames.push_back(sealer.Seal(AsBytes("twee"), /*final=*/true));
  EXPECT_EQ(payload.frames[0].size(), 3 + kStreamOverhead);
  const auto plaintext = Pull(payload);
  ASSERT_TRUE(plaintext.ok());
  EXPECT_EQ(ToText(*plaintext), "eentwee");
}

TEST(StreamTest, RefusesEveryTruncatedFrameAndHeader) {
  const Key32 key;
  StreamSealer sealer(key);
  const Bytes frame = sealer.Seal(AsBytes("waarde"), /*final=*/true);
  for (size_t size = 0; size < frame.size(); ++size) {
    auto opener = StreamOpener::Create(key, sealer.header());
    ASSERT_TRUE(opener.ok());
    EXPECT_FALSE(opener->Open(ByteView(frame).first(size)).ok()) << size;
    EXPECT_FALSE(opener->finished());
  }
  for (size_t size = 0; size < 24; ++size)
    EXPECT_FALSE(StreamOpener::Create(key, ByteView(sealer.header()).first(size)).ok()) << size;
  EXPECT_FALSE(StreamOpener::Create(key, Bytes(25)).ok());
}

TEST(StreamTest, OneBadFrameEndsTheStream) {
  const Key32 key;
  StreamSealer sealer(key);
  const Bytes good = sealer.Seal(AsBytes("een"), /*final=*/true);
  auto opener = StreamOpener::Create(key, sealer.header());
  ASSERT_TRUE(opener.ok());
  Bytes bad = good;
  bad[0] ^= 1;
  EXPECT_FALSE(opener->Open(bad).ok());
  EXPECT_FALSE(opener->Open(good).ok());
  EXPECT_FALSE(opener->finished());
}

TEST(StreamDeathTest, SealerEndsTheProcessAfterItsFinalFrame) {
  StreamSealer sealer{Key32()};
  static_cast<void>(sealer.Seal({}, /*final=*/true));
  EXPECT_DEATH(static_cast<void>(sealer.Seal({}, /*final=*/false)), "");
}

}  // namespace
}  // namespace schakel::crypto
