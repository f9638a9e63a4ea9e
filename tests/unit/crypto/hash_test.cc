#include "node/crypto/hash.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace schakel::crypto {
namespace {

// FIPS 180-4 examples.
TEST(Sha256Test, GivesTheKnownAnswers) {
  EXPECT_EQ(EncodeHex(Sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(EncodeHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(EncodeHex(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(EncodeHex(Sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, StreamEqualsOneShotForEverySplit) {
  Bytes bytes(150);
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<uint8_t>(i);
  for (size_t split = 0; split <= bytes.size(); ++split) {
    Sha256Stream stream;
    stream.Add(ByteView(bytes).first(split));
    Sha256Stream moved = std::move(stream);
    moved.Add(ByteView(bytes).subspan(split));
    EXPECT_EQ(moved.Finish(), Sha256(bytes)) << split;
  }
}

TEST(Sha256DeathTest, StreamEndsTheProcessWhenUsedAfterItsEnd) {
  Sha256Stream stream;
  stream.Add(AsBytes("abc"));
  static_cast<void>(stream.Finish());
  EXPECT_DEATH(stream.Add(AsBytes("d")), "");
}

struct HmacCase {
  Bytes key;
  Bytes data;
  std::string tag;
};

// RFC 4231, cases 1, 2, 3, 4, 6 and 7: short, short, long data, odd key, and keys over one block.
TEST(HmacSha256Test, GivesTheRfc4231Answers) {
  Bytes counting(25);
  for (size_t i = 0; i < counting.size(); ++i)
    counting[i] = static_cast<uint8_t>(i + 1);
  const std::vector<HmacCase> cases = {
      {Bytes(20, 0x0b),
       ToBytes("Hi There"),
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {ToBytes("Jefe"),
       ToBytes("what do ya want for nothing?"),
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {Bytes(20, 0xaa),
       Bytes(50, 0xdd),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {counting,
       Bytes(50, 0xcd),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {Bytes(131, 0xaa),
       ToBytes("Test Using Larger Than Block-Size Key - Hash Key First"),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {Bytes(131, 0xaa),
       ToBytes("This is a test using a larger than block-size key and a larger than block-size "
               "data. The key needs to be hashed before being used by the HMAC algorithm."),
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const HmacCase& one : cases)
    EXPECT_EQ(EncodeHex(HmacSha256(one.key, one.data)), one.tag);
}

// The zero padding of RFC 2104 makes these two keys one; a key of exactly one block is not hashed.
TEST(HmacSha256Test, PadsKeysUpToOneBlock) {
  EXPECT_EQ(HmacSha256(Bytes(63, 1), AsBytes("x")) == HmacSha256(Bytes(64, 1), AsBytes("x")),
            false);
  Bytes padded(64, 1);
  padded[63] = 0;
  EXPECT_EQ(HmacSha256(Bytes(63, 1), AsBytes("x")), HmacSha256(padded, AsBytes("x")));
  EXPECT_EQ(HmacSha256(Bytes(65, 1), AsBytes("x")), HmacSha256(Sha256(Bytes(65, 1)), AsBytes("x")));
}

// Made with Python's hashlib.blake2b(data, key=key, digest_size=32).
TEST(Blake2bTest, GivesTheKnownAnswers) {
  Bytes key(64);
  for (size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<uint8_t>(i);
  EXPECT_EQ(EncodeHex(Blake2b(ByteView(key).first(32), AsBytes(""))),
            "4e51e7a913fc80137da52880fecca175bf81e117d5c68126dc2774033517ea0d");
  EXPECT_EQ(EncodeHex(Blake2b(ByteView(key).first(16), AsBytes("abc"))),
            "3fd8fd31501cdbe942607b204368e3dc4ebce5744de1a955a6025f5c9848bb20");
  EXPECT_EQ(EncodeHex(Blake2b(key, AsBytes("abc"))),
            "dff38c978666dff5631db35ca15535520d134f5c8060ea569c6a178ad393719f");
}

TEST(Blake2bDeathTest, RefusesKeysOutside16To64Bytes) {
  EXPECT_DEATH(static_cast<void>(Blake2b(Bytes(15), AsBytes("abc"))), "");
  EXPECT_DEATH(static_cast<void>(Blake2b(Bytes(65), AsBytes("abc"))), "");
}

TEST(FrameTest, PutsEveryPartBehindItsLength) {
  const Bytes long_part(256, 7);
  const std::array<ByteView, 3> parts = {AsBytes("ab"), ByteView{}, long_part};
  Bytes expected = {0, 2, 'a', 'b', 0, 0, 1, 0};
  Append(expected, long_part);
  EXPECT_EQ(Frame(parts), expected);
  EXPECT_EQ(Frame({}), Bytes{});
}

TEST(FrameTest, TakesPartsOf65535Bytes) {
  const Bytes largest(65535);
  const std::array<ByteView, 1> parts = {largest};
  EXPECT_EQ(Frame(parts).size(), 65537U);
}

TEST(FrameDeathTest, RefusesPartsOf65536Bytes) {
  const Bytes too_large(65536);
  const std::array<ByteView, 1> parts = {too_large};
  EXPECT_DEATH(static_cast<void>(Frame(parts)), "");
}

TEST(EqualConstantTimeTest, ComparesContentAndLength) {
  EXPECT_TRUE(EqualConstantTime(AsBytes("abc"), AsBytes("abc")));
  EXPECT_FALSE(EqualConstantTime(AsBytes("abc"), AsBytes("abd")));
  EXPECT_FALSE(EqualConstantTime(AsBytes("abc"), AsBytes("ab")));
  EXPECT_TRUE(EqualConstantTime({}, {}));
}

}  // namespace
}  // namespace schakel::crypto
