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

}  // namespace
}  // namespace schakel::covenant
