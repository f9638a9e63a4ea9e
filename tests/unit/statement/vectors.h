// The vectors of tests/data, read once for several tests.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/canon/json.h"
#include "node/crypto/secret.h"
#include "node/crypto/sign.h"

namespace schakel::statement {

inline std::string ReadData(const std::string& name) {
  std::ifstream file(std::string(SCHAKEL_TEST_DATA) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline canon::Value ReadVectors(const std::string& name) {
  crypto::Init();
  const auto value = canon::ParseJson(ReadData(name));
  EXPECT_TRUE(value.ok()) << name;
  return value ? *value : canon::Value();
}

// The signed examples of every type, by name.
inline canon::Value Examples() {
  canon::Value all = *ReadVectors("protocol/statements.json").Find("examples");
  const canon::Value more = ReadVectors("protocol/lifecycle.json");
  for (const auto& [name, example] : *more.Find("examples")->AsObject())
    (*all.AsObject())[name] = example;
  return all;
}

inline std::string TextAt(const canon::Value& value, std::string_view key) {
  const canon::Value* member = value.Find(key);
  EXPECT_NE(member, nullptr) << key;
  return member == nullptr ? "" : *member->AsString();
}

inline std::string UnhexAt(const canon::Value& value, std::string_view key) {
  return ToText(*DecodeHex(TextAt(value, key)));
}

inline crypto::SigningKey KeyFromSeed(std::string_view hex) {
  return crypto::SigningKey::FromSeed(*DecodeHex(hex));
}

// A key of which every byte of the seed is `byte`.
inline crypto::SigningKey TestKey(uint8_t byte) {
  crypto::Init();
  return crypto::SigningKey::FromSeed(Bytes(32, byte));
}

}  // namespace schakel::statement
