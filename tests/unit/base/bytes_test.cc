#include "node/base/bytes.h"

#include <gtest/gtest.h>

namespace schakel {
namespace {

TEST(HexTest, RoundTripsLowerCase) {
  auto bytes = DecodeHex("00ff");
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(*bytes, (Bytes{0x00, 0xff}));
  EXPECT_EQ(EncodeHex(*bytes), "00ff");
}

TEST(HexTest, RefusesUpperCaseOddLengthAndOtherCharacters) {
  EXPECT_EQ(DecodeHex("FF").error().code, ErrorCode::kMalformed);
  EXPECT_FALSE(DecodeHex("abc").ok());
  EXPECT_FALSE(DecodeHex("0g").ok());
}

TEST(HexTest, HashNeeds64Digits) {
  EXPECT_FALSE(DecodeHash(std::string(63, '0')).ok());
  EXPECT_TRUE(DecodeHash(std::string(64, '0')).ok());
  EXPECT_FALSE(DecodeHash(std::string(66, '0')).ok());
}

// RFC 4648 section 10.
TEST(Base64Test, MatchesTheRfcVectors) {
  EXPECT_EQ(EncodeBase64(AsBytes("")), "");
  EXPECT_EQ(EncodeBase64(AsBytes("f")), "Zg==");
  EXPECT_EQ(EncodeBase64(AsBytes("fo")), "Zm8=");
  EXPECT_EQ(EncodeBase64(AsBytes("foobar")), "Zm9vYmFy");
  for (const char* text : {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"}) {
    auto bytes = DecodeBase64(text);
    ASSERT_TRUE(bytes.ok()) << text;
    EXPECT_EQ(EncodeBase64(*bytes), text);
  }
}

TEST(Base64Test, RefusesEverySecondSpelling) {
  for (const char* text : {"Zg",
                           "Zg=",
                           "Zh==",
                           "Zm9=",
                           "Z===",
                           "====",
                           "Zg==Zg==",
                           "Zm 8=",
                           "Zm8-",
                           "Zm8\n",
                           "Zm9vYg==\n"}) {
    EXPECT_FALSE(DecodeBase64(text).ok()) << text;
  }
}

TEST(Utf8Test, RefusesSurrogatesOverlongAndTruncated) {
  EXPECT_TRUE(
      IsUtf8("Esm\xc3\xa9"
             "e \xf0\x9f\x98\x80"));
  for (const char* text :
       {"\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80", "\xc3", "\xff", "\xe0\x80\xaf"}) {
    EXPECT_FALSE(IsUtf8(text));
  }
}

TEST(BigEndianTest, RoundTrips) {
  Bytes out;
  AppendU16(out, 0x0102);
  AppendU32(out, 0x03040506);
  AppendU64(out, 0x0708090a0b0c0d0eULL);
  EXPECT_EQ(EncodeHex(out), "0102030405060708090a0b0c0d0e");
  EXPECT_EQ(ReadU16(out), 0x0102);
  EXPECT_EQ(ReadU32(ByteView(out).subspan(2)), 0x03040506U);
  EXPECT_EQ(ReadU64(ByteView(out).subspan(6)), 0x0708090a0b0c0d0eULL);
}

}  // namespace
}  // namespace schakel
