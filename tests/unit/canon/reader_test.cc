#include "node/canon/reader.h"

#include <gtest/gtest.h>

#include "node/canon/json.h"

namespace schakel::canon {
namespace {

const char* const kHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Value Sample() {
  return Value(Value::Object{{"text", "a"},
                             {"int", -3},
                             {"flag", true},
                             {"time", int64_t{1779012000000}},
                             {"hash", kHash},
                             {"bytes", "AAEC"},
                             {"texts", Value::Array{"x", "y"}},
                             {"object", Value::Object{{"k", 1}}}});
}

TEST(ObjectReaderTest, ReadsEveryType) {
  const Value value = Sample();
  ObjectReader in(value, "sample");
  EXPECT_EQ(*in.Text("text"), "a");
  EXPECT_EQ(*in.Int("int"), -3);
  EXPECT_TRUE(*in.Bool("flag"));
  EXPECT_EQ(ToMillis(*in.Time("time")), 1779012000000);
  EXPECT_EQ(EncodeHex(*in.HashHex("hash")), kHash);
  EXPECT_EQ(*in.Base64("bytes", 3), (Bytes{0, 1, 2}));
  EXPECT_EQ(*in.Texts("texts"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ((*in.Object("object"))->size(), 1u);
  EXPECT_TRUE(in.Done().ok());
}

TEST(ObjectReaderTest, NamesTheMemberThatIsMissingOrMistyped) {
  const Value value = Sample();
  ObjectReader in(value, "sample");
  EXPECT_EQ(in.Text("absent").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(in.Text("absent").error().detail, "sample.absent: is missing");
  EXPECT_EQ(in.Text("int").error().detail, "sample.int: is not text");
  EXPECT_EQ(in.Int("text").error().detail, "sample.text: is not an integer");
  EXPECT_FALSE(in.Int("flag").ok());
  EXPECT_FALSE(in.Bool("int").ok());
  EXPECT_FALSE(in.Time("int").ok());
  EXPECT_FALSE(in.HashHex("text").ok());
  EXPECT_FALSE(in.Base64("bytes", 2).ok());
  EXPECT_FALSE(in.Base64("text", 1).ok());
  EXPECT_FALSE(in.Array("object").ok());
  EXPECT_FALSE(in.Object("texts").ok());
}

TEST(ObjectReaderTest, RangesIncludeTheirBounds) {
  const Value value(Value::Object{{"n", 5}});
  EXPECT_TRUE(ObjectReader(value, "v").Int("n", 5, 5).ok());
  EXPECT_FALSE(ObjectReader(value, "v").Int("n", 6, 9).ok());
  EXPECT_FALSE(ObjectReader(value, "v").Int("n", 0, 4).ok());
}

TEST(ObjectReaderTest, OptionalIsAbsentOrOfTheType) {
  const Value value = Sample();
  ObjectReader in(value, "sample");
  EXPECT_FALSE(in.OptionalText("absent")->has_value());
  EXPECT_EQ(**in.OptionalText("text"), "a");
  EXPECT_FALSE(in.OptionalText("int").ok());
  EXPECT_FALSE(in.OptionalInt("absent")->has_value());
  EXPECT_EQ(**in.OptionalInt("int"), -3);
  EXPECT_FALSE(in.OptionalInt("text").ok());
  EXPECT_FALSE(in.OptionalHash("absent")->has_value());
  EXPECT_TRUE(in.OptionalHash("hash")->has_value());
  EXPECT_FALSE(in.OptionalHash("text").ok());
}

TEST(ObjectReaderTest, DoneRefusesAMemberNobodyAskedFor) {
  const Value value(Value::Object{{"a", 1}, {"b", 2}});
  ObjectReader in(value, "v");
  ASSERT_TRUE(in.Int("a").ok());
  EXPECT_EQ(in.Done().error().detail, "v.b: is not a member of it");
  ASSERT_TRUE(in.Any("b").ok());
  EXPECT_TRUE(in.Done().ok());
}

TEST(ObjectReaderTest, ASurplusKeyIsQuotedOnlyWhenItLooksLikeAFieldName) {
  const Value value(Value::Object{{"Jan\nJansen", 1}});
  EXPECT_EQ(ObjectReader(value, "v").Done().error().detail, "v.(unnamable): is not a member of it");
}

TEST(ObjectReaderTest, RefusesWhatIsNoObject) {
  const Value value(3);
  ObjectReader in(value, "v");
  EXPECT_EQ(in.Any("a").error().detail, "v is no object");
  EXPECT_FALSE(in.Done().ok());
}

TEST(ObjectReaderTest, TextsRefusesAMixedArray) {
  const Value value(Value::Object{{"a", Value::Array{"x", 1}}});
  EXPECT_FALSE(ObjectReader(value, "v").Texts("a").ok());
}

}  // namespace
}  // namespace schakel::canon
