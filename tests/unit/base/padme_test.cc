#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/base/bytes.h"

namespace schakel {
namespace {

TEST(PadmeTest, GivesEveryLengthOfTheVectors) {
  std::ifstream file(std::string(SCHAKEL_TEST_DATA) + "/protocol/padme.json");
  const nlohmann::json vectors = nlohmann::json::parse(file);
  ASSERT_GT(vectors.at("pairs").size(), 100U);
  for (const auto& pair : vectors.at("pairs")) {
    EXPECT_EQ(PadmeLength(pair.at(0).get<uint64_t>()), pair.at(1).get<uint64_t>());
  }
}

TEST(PadmeTest, KeepsTheEmptyLength) {
  EXPECT_EQ(PadmeLength(0), 0U);
}

}  // namespace
}  // namespace schakel
