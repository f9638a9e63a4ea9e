// The node's one config file, and where things are in its home (README.md, "A node's home").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/canon/yaml.h"
#include "node/crypto/sign.h"

namespace schakel::app {

struct Config {
  std::string home;
  std::string party;
  std::string node;                    // DNS name, in certificates and log origins
  std::string listen;                  // 0.0.0.0:7443; port 0: a free one
  std::vector<std::string> addresses;  // where partners reach it; goes into the delegation
  std::string data = "db";             // relative to the home, as the next two
  std::string key_table = "keytable";
  std::string socket = "run/operator.sock";
  std::string log_level = "info";

  [[nodiscard]] std::string Path(std::string_view relative) const;
};

// Strict: an unknown or missing key, a value of another shape and whatever canon/yaml.h refuses is
// a finding with its line. No config when there is one.
struct ConfigResult {
  std::optional<Config> config;
  std::vector<canon::Finding> findings;
};
ConfigResult ParseConfig(std::string_view yaml, std::string_view file, std::string_view home);

// Reads HOME/schakel.yaml. The error's detail holds every finding, one a line.
Result<Config> ReadConfig(std::string_view home);

// A whole file of at most `limit` bytes. kNotFound, kExhausted, kUnavailable.
Result<std::string> ReadFile(const std::string& path, size_t limit);

// HOME/party.json: the party's public roots and threshold, pinned at init.
struct PartyFile {
  std::string party;
  std::string name;
  std::string oin;
  std::vector<crypto::PublicKey> roots;
  int threshold = 1;
};
Result<PartyFile> ParsePartyFile(std::string_view json);

}  // namespace schakel::app
