// Reads the test vectors.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "node/canon/json.h"
#include "node/record/person.h"

namespace schakel::record {

inline canon::Value ReadVectors(const std::string& name) {
  std::ifstream file(std::string(SCHAKEL_TEST_DATA) + "/" + name, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto value = canon::ParseJson(text);
  return value ? *value : canon::Value();
}

inline Name NameOf(const canon::Value& value) {
  return {*value.Find("voornamen")->AsString(),
          *value.Find("voorvoegsel")->AsString(),
          *value.Find("geslachtsnaam")->AsString()};
}

}  // namespace schakel::record
