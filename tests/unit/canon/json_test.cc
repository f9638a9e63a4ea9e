#include "node/canon/json.h"

#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/base/bytes.h"
#include "node/base/limits.h"
#include "node/canon/json_parse.h"

namespace schakel::canon {
namespace {

std::string ReadData(const std::string& name) {
  std::ifstream file(std::string(SCHAKEL_TEST_DATA) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Unhex(const Value& item) {
  return ToText(*DecodeHex(*item.Find("hex")->AsString()));
}

TEST(CanonicalVectorsTest, AcceptedValuesReadAndWriteByteForByte) {
  const auto vectors = ParseJson(ReadData("protocol/canonical.json"));
  ASSERT_TRUE(vectors.ok()) << vectors.error().detail;
  const Value::Array& accept = *vectors->Find("accept")->AsArray();
  ASSERT_EQ(accept.size(), 16u);
  for (const Value& item : accept) {
    const std::string name = *item.Find("name")->AsString();
    EXPECT_EQ(Write(*item.Find("value")), Unhex(item)) << name;
    const auto read = ParseCanonical(Unhex(item));
    ASSERT_TRUE(read.ok()) << name << ": " << read.error().detail;
    EXPECT_EQ(*read, *item.Find("value")) << name;
  }
}

TEST(CanonicalVectorsTest, RefusedInputsAreRefused) {
  const auto vectors = ParseJson(ReadData("protocol/canonical.json"));
  ASSERT_TRUE(vectors.ok());
  const Value::Array& refuse = *vectors->Find("refuse")->AsArray();
  ASSERT_GT(refuse.size(), 50u);
  for (const Value& item : refuse) {
    const auto read = ParseCanonical(Unhex(item));
    ASSERT_FALSE(read.ok()) << *item.Find("reason")->AsString() << " " << Unhex(item);
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed);
  }
}

// The free reader forgives only spelling: white space, order of keys, escapes that are not needed.
TEST(ParseJsonTest, RefusesAllButOtherSpellings) {
  const auto vectors = ParseJson(ReadData("protocol/canonical.json"));
  ASSERT_TRUE(vectors.ok());
  const std::set<std::string> spelling = {"unsorted", "whitespace"};
  for (const Value& item : *vectors->Find("refuse")->AsArray()) {
    const std::string reason = *item.Find("reason")->AsString();
    const std::string text = Unhex(item);
    const bool pair = text == "\"\\ud83d\\ude00\"";
    const bool escape = reason == "escape" && text != "\"\\x41\"";
    const bool expected = spelling.contains(reason) || pair || escape;
    EXPECT_EQ(ParseJson(text).ok(), expected) << reason << " " << text;
  }
}

TEST(ParseJsonTest, ReadsOtherSpellingsAsTheSameValue) {
  const auto read =
      ParseJson(" { \"b\" : [ 1 , -2 ] ,\r\n\t\"a\" : \"\\u0061\\/\\ud83d\\uDE00\" } ");
  ASSERT_TRUE(read.ok()) << read.error().detail;
  EXPECT_EQ(Write(*read), "{\"a\":\"a/\xf0\x9f\x98\x80\",\"b\":[1,-2]}");
}

TEST(ParseJsonTest, TellsWhereItFailed) {
  size_t at = 7;
  EXPECT_TRUE(ParseJson("{\"a\": 1}", &at).ok());
  EXPECT_EQ(at, 7U);
  EXPECT_FALSE(ParseJson("{\"a\": x}", &at).ok());
  EXPECT_EQ(at, 6U);
  EXPECT_FALSE(ParseJson("{\"a\": 1} 2", &at).ok());
  EXPECT_EQ(at, 9U);
}

TEST(ParseJsonTest, RefusesADoubleKeyThatIsOutOfOrderOrEscaped) {
  EXPECT_FALSE(ParseJson("{\"b\":1,\"a\":2,\"b\":3}").ok());
  EXPECT_FALSE(ParseJson("{\"a\":1,\"\\u0061\":2}").ok());
}

std::string Nested(size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(ParseOutlineTest, KeepsAllButTheItemsOfTheList) {
  const std::string text =
      R"({"a":[1,2],"b":{"t":[3]},"t":[{"t":[4],"u":"x"},[],"y",-5,true],"z":false})";
  const auto outline = ParseOutline(text, "t");
  ASSERT_TRUE(outline.ok()) << outline.error().detail;
  EXPECT_EQ(Write(outline->value), R"({"a":[1,2],"b":{"t":[3]},"t":[],"z":false})");
  const std::vector<std::string_view> items{R"({"t":[4],"u":"x"})", "[]", R"("y")", "-5", "true"};
  EXPECT_EQ(outline->items, items);
}

TEST(ParseOutlineTest, WithoutSuchAListItIsParseCanonical) {
  for (const std::string text :
       {R"({"a":[1]})", R"({"t":{"t":[1]}})", R"([["t"]])", R"({"":[1]})"}) {
    const auto outline = ParseOutline(text, "t");
    ASSERT_TRUE(outline.ok()) << text;
    EXPECT_EQ(Write(outline->value), text);
    EXPECT_TRUE(outline->items.empty());
  }
}

// What is not kept is read as strictly, and what is wrong with it is said in the same words.
TEST(ParseOutlineTest, RefusesInTheListWhatParseCanonicalRefuses) {
  const auto vectors = ParseJson(ReadData("protocol/canonical.json"));
  ASSERT_TRUE(vectors.ok());
  size_t refused = 0;
  for (const char* list : {"accept", "refuse"}) {
    for (const Value& item : *vectors->Find(list)->AsArray()) {
      const std::string text = R"({"a":1,"t":[{"k":)" + Unhex(item) + "}]}";
      const auto whole = ParseCanonical(text);
      const auto outline = ParseOutline(text, "t");
      ASSERT_EQ(outline.ok(), whole.ok()) << text;
      if (whole) continue;
      ++refused;
      EXPECT_EQ(outline.error().detail, whole.error().detail);
    }
  }
  EXPECT_GT(refused, 50u);
}

TEST(ParseOutlineTest, NestsExactlyToTheLimit) {
  const auto nested = [](size_t depth) {
    return R"({"t":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_TRUE(ParseOutline(nested(kMaxJsonDepth), "t").ok());
  EXPECT_FALSE(ParseOutline(nested(kMaxJsonDepth + 1), "t").ok());
}

TEST(ParseTest, NestsExactlyToTheLimit) {
  EXPECT_TRUE(ParseCanonical(Nested(kMaxJsonDepth - 1)).ok());
  EXPECT_TRUE(ParseCanonical(Nested(kMaxJsonDepth)).ok());
  EXPECT_FALSE(ParseCanonical(Nested(kMaxJsonDepth + 1)).ok());
  EXPECT_FALSE(ParseCanonical(Nested(1'000'000)).ok());
  EXPECT_FALSE(ParseJson(Nested(kMaxJsonDepth + 1)).ok());
}

TEST(ParseTest, DepthCountsObjectsAndIsGivenBack) {
  std::string deep;
  for (size_t i = 0; i < kMaxJsonDepth; ++i)
    deep += "{\"a\":";
  const std::string end(kMaxJsonDepth, '}');
  EXPECT_TRUE(ParseCanonical(deep + "1" + end).ok());
  EXPECT_FALSE(ParseCanonical(deep + "[]" + end).ok());
  std::string wide = "[[]";
  for (size_t i = 0; i < 2 * kMaxJsonDepth; ++i)
    wide += ",[],{}";
  EXPECT_TRUE(ParseCanonical(wide + "]").ok());
}

TEST(ParseTest, IntegersEndAtTwoToThe53) {
  EXPECT_TRUE(ParseCanonical("9007199254740990").ok());
  EXPECT_EQ(*ParseCanonical("9007199254740991")->AsInt(), 9007199254740991);
  EXPECT_EQ(*ParseCanonical("-9007199254740991")->AsInt(), -9007199254740991);
  EXPECT_FALSE(ParseCanonical("9007199254740992").ok());
  EXPECT_FALSE(ParseCanonical("-9007199254740992").ok());
  EXPECT_FALSE(ParseCanonical("99999999999999999999999999").ok());
}

constexpr std::string_view kSample =
    "{\"a\":[1,-20,true,false],\"b\":{\"k\\n\":\"Jos\xc3\xa9 \\\"q\\\" \\u001f\xf0\x9f\x98\x80\"},"
    "\"c\":\"\",\"d\":[[],{}]}";

TEST(ParseTest, RefusesEveryTruncation) {
  ASSERT_TRUE(ParseCanonical(kSample).ok());
  for (size_t length = 0; length < kSample.size(); ++length) {
    EXPECT_FALSE(ParseCanonical(kSample.substr(0, length)).ok()) << length;
    EXPECT_FALSE(ParseJson(kSample.substr(0, length)).ok()) << length;
  }
}

// A flipped bit is refused or is another value with exactly these bytes, never a second spelling.
TEST(ParseTest, EveryFlippedBitIsRefusedOrAnotherValue) {
  const Value original = *ParseCanonical(kSample);
  for (size_t bit = 0; bit < kSample.size() * 8; ++bit) {
    std::string flipped(kSample);
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto read = ParseCanonical(flipped);
    if (!read) continue;
    EXPECT_EQ(Write(*read), flipped);
    EXPECT_FALSE(*read == original) << bit;
  }
}

TEST(WriteTest, PrettyIndentsByTwoAndKeepsEmptyOnesShort) {
  const Value value = *ParseCanonical(kSample);
  const std::string pretty = WritePretty(value);
  EXPECT_EQ(*ParseJson(pretty), value);
  EXPECT_EQ(WritePretty(Value(Value::Object{{"a", Value::Array{1, 2}}, {"b", Value::Object{}}})),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

// Another implementation, which for this subset writes RFC 8785 too.
TEST(WriteTest, AgreesWithNlohmann) {
  const auto vectors = ParseJson(ReadData("protocol/canonical.json"));
  ASSERT_TRUE(vectors.ok());
  for (const Value& item : *vectors->Find("accept")->AsArray()) {
    EXPECT_EQ(nlohmann::json::parse(WritePretty(*item.Find("value"))).dump(), Unhex(item));
  }
  for (const char* name : {"statements", "log", "namenlijst", "covenant"}) {
    const std::string text = ReadData("protocol/" + std::string(name) + ".json");
    const auto value = ParseJson(text);
    ASSERT_TRUE(value.ok()) << name << value.error().detail;
    EXPECT_EQ(Write(*value), nlohmann::json::parse(text).dump()) << name;
  }
}

TEST(WriteDeathTest, RefusesWhatHasNoCanonicalForm) {
  EXPECT_DEATH(Write(Value("\x7f")), "");
  EXPECT_DEATH(Write(Value("\xff")), "");
  EXPECT_DEATH(Write(Value(int64_t{9007199254740992})), "");
  EXPECT_DEATH(Write(Value(Value::Object{{"\xc3\xa9", 1}})), "");
}

TEST(ValueTest, FindLooksOnlyIntoObjects) {
  const Value value(Value::Object{{"a", 1}});
  ASSERT_NE(value.Find("a"), nullptr);
  EXPECT_EQ(*value.Find("a")->AsInt(), 1);
  EXPECT_EQ(value.Find("b"), nullptr);
  EXPECT_EQ(Value(Value::Array{}).Find("a"), nullptr);
}

}  // namespace
}  // namespace schakel::canon
