// Reading the vectors under tests/data.
#pragma once

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/base/bytes.h"

namespace schakel::crypto {

inline nlohmann::json ReadVectors(const std::string& path) {
  std::ifstream file(std::string(SCHAKEL_TEST_DATA) + "/" + path);
  EXPECT_TRUE(file.good()) << path;
  return nlohmann::json::parse(file);
}

inline Bytes Hex(const nlohmann::json& text) {
  auto bytes = DecodeHex(text.get<std::string>());
  EXPECT_TRUE(bytes.ok());
  return bytes.ok() ? *bytes : Bytes{};
}

template <size_t N>
std::array<uint8_t, N> HexArray(const nlohmann::json& text) {
  const Bytes bytes = Hex(text);
  std::array<uint8_t, N> out{};
  EXPECT_EQ(bytes.size(), N);
  std::copy_n(bytes.begin(), std::min(bytes.size(), N), out.begin());
  return out;
}

}  // namespace schakel::crypto
