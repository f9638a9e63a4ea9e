#include "node/covenant/author.h"

#include <nlohmann/json.hpp>

#include "node/canon/json.h"
#include "tests/unit/covenant/example.h"

namespace schakel::covenant {
namespace {

// The vector whose YAML is the worked example.
nlohmann::json ExampleVector() {
  const auto vectors =
      nlohmann::json::parse(ReadTestFile(SCHAKEL_TEST_DATA "/protocol/covenant.json"));
  for (const auto& vector : vectors["covenants"]) {
    if (vector["name"] == "covenant-example.yaml") return vector;
  }
  ADD_FAILURE() << "no such vector";
  return {};
}

TEST(ConvertYamlTest, GivesTheCanonicalBytesOfTheVector) {
  const auto vector = ExampleVector();
  const std::string yaml = ReadTestFile(SCHAKEL_TEST_DATA "/covenant/example.yaml");
  ASSERT_EQ(EncodeHex(crypto::Sha256(yaml)), vector["source_sha256"]) << "another example file";
  const ConvertedYaml converted = ConvertYaml(yaml, "example.yaml");
  ASSERT_TRUE(converted.value.has_value());
  const std::string canonical = canon::Write(*converted.value);
  EXPECT_EQ(canonical.size(), vector["length"]);
  EXPECT_EQ(canonical, vector["canonical"]);
  EXPECT_EQ(EncodeHex(crypto::Sha256(canonical)), vector["sha256"]);
}

// Every JSON text is YAML: with its instants written as days again, each vector is its own source.
TEST(ConvertYamlTest, TurnsTheDaysOfEveryVectorIntoItsInstants) {
  const auto vectors =
      nlohmann::json::parse(ReadTestFile(SCHAKEL_TEST_DATA "/protocol/covenant.json"));
  ASSERT_EQ(vectors["covenants"].size(), 2u);
  for (const auto& vector : vectors["covenants"]) {
    auto source = nlohmann::json::parse(vector["canonical"].get<std::string>());
    for (const auto& conversion : vector["conversions"]) {
      auto& slot = source[nlohmann::json::json_pointer(conversion["path"])];
      ASSERT_EQ(slot, conversion["instant"]);
      slot = conversion["date"];
    }
    const ConvertedYaml converted = ConvertYaml(source.dump(), "vector.yaml");
    for (const canon::Finding& finding : converted.findings)
      ADD_FAILURE() << ToString(finding);
    ASSERT_TRUE(converted.value.has_value());
    EXPECT_EQ(canon::Write(*converted.value), vector["canonical"]);
  }
}

TEST(ConvertYamlTest, UsesTheZoneThatTheCovenantNames) {
  const auto from = [](const std::string& zone) {
    const ConvertedYaml converted =
        ConvertYaml("timezone: " + zone + "\nvalid: {from: 2026-07-01, until: 2026-12-31}\n", "x");
    const canon::Value* valid = converted.value->Find("valid");
    return std::pair(*valid->Find("from")->AsInt(), *valid->Find("until")->AsInt());
  };
  constexpr int64_t kHour = 3'600'000;
  const auto utc = from("UTC");
  const auto amsterdam = from("Europe/Amsterdam");
  EXPECT_EQ(utc.first - amsterdam.first, 2 * kHour) << "summer time";
  EXPECT_EQ(utc.second - amsterdam.second, kHour) << "winter time";
}

}  // namespace
}  // namespace schakel::covenant
