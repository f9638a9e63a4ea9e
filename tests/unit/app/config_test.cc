#include "node/app/config.h"

#include <gtest/gtest.h>

namespace schakel::app {
namespace {

constexpr const char* kGood =
    "party: politie\n"
    "node: politie.veldrijk.example\n"
    "listen: 127.0.0.1:0\n"
    "addresses: [\"politie.veldrijk.example:7443\"]\n";

std::string FirstFinding(const std::string& yaml) {
  const ConfigResult result = ParseConfig(yaml, "schakel.yaml", "/home");
  EXPECT_FALSE(result.config.has_value());
  return result.findings.empty() ? "" : canon::ToString(result.findings.front());
}

TEST(ConfigTest, ReadsAWholeFileWithItsDefaults) {
  const ConfigResult result = ParseConfig(kGood, "schakel.yaml", "/srv/schakel");
  ASSERT_TRUE(result.config.has_value());
  EXPECT_EQ(result.config->party, "politie");
  EXPECT_EQ(result.config->addresses.size(), 1U);
  EXPECT_EQ(result.config->log_level, "info");
  EXPECT_EQ(result.config->Path(result.config->data), "/srv/schakel/db");
}

TEST(ConfigTest, AnUnknownKeyIsNamedWithItsLine) {
  const std::string finding = FirstFinding(std::string(kGood) + "lsten: 127.0.0.1:1\n");
  EXPECT_NE(finding.find("schakel.yaml:5:1"), std::string::npos) << finding;
  EXPECT_NE(finding.find("lsten"), std::string::npos) << finding;
}

TEST(ConfigTest, AMissingKeyIsNamed) {
  EXPECT_NE(FirstFinding("party: politie\nnode: x\n").find("listen"), std::string::npos);
}

TEST(ConfigTest, RefusesValuesOfAnotherShape) {
  for (const char* line : {"listen: 7443",
                           "listen: host:99999",
                           "listen: host:",
                           "party: Politie",
                           "log_level: loud",
                           "addresses: here",
                           "addresses: [nowhere]"}) {
    std::string yaml = kGood;
    const std::string key = std::string(line).substr(0, std::string(line).find(':') + 1);
    const size_t at = yaml.find(key);
    if (at != std::string::npos) yaml.erase(at, yaml.find('\n', at) - at + 1);
    EXPECT_NE(FirstFinding(yaml + line + "\n"), "") << line;
  }
}

TEST(ConfigTest, RefusesWhatIsNoMapping) {
  EXPECT_NE(FirstFinding("- party\n"), "");
  EXPECT_NE(FirstFinding(""), "");
}

TEST(PartyFileTest, ThresholdIsWithinTheRoots) {
  const std::string root = "\"ed25519:F7UOS5zp3kUgOzao67lvC9wSuXxquVVZePqxNVeFm9c=\"";
  const auto file = [&](const std::string& threshold) {
    return R"({"party":"om","name":"OM","roots":[)" + root + R"(],"threshold":)" + threshold + "}";
  };
  EXPECT_TRUE(ParsePartyFile(file("1")).ok());
  EXPECT_FALSE(ParsePartyFile(file("0")).ok());
  EXPECT_FALSE(ParsePartyFile(file("2")).ok());
  EXPECT_FALSE(ParsePartyFile(R"({"party":"om","name":"OM","roots":[],"threshold":1})").ok());
}

}  // namespace
}  // namespace schakel::app
