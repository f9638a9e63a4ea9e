// The worked example of the specification, with real keys in place of its placeholders.
#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "node/covenant/author.h"
#include "node/covenant/decide.h"
#include "node/crypto/hash.h"
#include "node/crypto/secret.h"
#include "node/crypto/sign.h"

namespace schakel::covenant {

inline std::string ReadTestFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

// The key that a label stands for, in every run the same.
inline crypto::SigningKey KeyOf(const std::string& label) {
  crypto::Init();
  return crypto::SigningKey::FromSeed(crypto::Sha256("covenant test " + label));
}

inline std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  while (at != std::string::npos) {
    text.replace(at, from.size(), to);
    at = text.find(from, at + to.size());
  }
  return text;
}

inline std::string ExampleYaml() {
  std::string text = ReadTestFile(SCHAKEL_TEST_DATA "/covenant/example.yaml");
  for (const std::string label : {"P1", "P2", "P3", "G1", "G2", "O1", "O2", "J1", "J2", "A1"}) {
    text = Replaced(text, "ed25519:" + label, crypto::KeyId(KeyOf(label).public_key()));
  }
  return text;
}

// The document of a YAML text that must have no finding.
inline Document MustRead(const std::string& yaml) {
  AuthoredCovenant authored = ReadYaml(yaml, "test.yaml");
  for (const canon::Finding& finding : authored.findings)
    ADD_FAILURE() << ToString(finding);
  return authored.document ? std::move(*authored.document) : Document{};
}

inline std::unique_ptr<const Covenant> MustCompile(Document document) {
  auto covenant = Covenant::Compile(std::move(document));
  EXPECT_TRUE(covenant.ok()) << (covenant.ok() ? "" : covenant.error().detail);
  return covenant.ok() ? std::move(*covenant) : nullptr;
}

inline std::unique_ptr<const Covenant> CompileExample() {
  return MustCompile(MustRead(ExampleYaml()));
}

}  // namespace schakel::covenant
