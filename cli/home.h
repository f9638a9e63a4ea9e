// A node's home, as far as the command line reads and writes it (node/app/README.md, "A node's
// home").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/canon/value.h"
#include "node/crypto/sign.h"

namespace schakel::cli {

// party.json: public, for whoever prepares the covenant. Of a party
// `{party, name, oin, roots, threshold}`, of an auditor `{auditor, name, roots, threshold}`.
struct PartyFile {
  std::string id;
  bool auditor = false;
  std::string name;
  std::string oin;  // parties only
  std::vector<crypto::PublicKey> roots;
  int threshold = 1;
};
canon::Value ToValue(const PartyFile& party);
// kMalformed names the member that is wrong; refuses a threshold that the roots cannot meet.
Result<PartyFile> ParsePartyFile(std::string_view json);
Result<PartyFile> ReadPartyFile(const std::string& path);

// What the command line needs of schakel.yaml. The node reads the whole of it, strictly.
struct NodeConfig {
  std::string party;
  std::string node;
  std::vector<std::string> addresses;
  std::string socket;  // a path
};
Result<NodeConfig> ReadNodeConfig(const std::string& home);

Result<crypto::SigningKey> ReadSigningKey(const std::string& path);
// Makes a key and its file. kConflict when the file exists.
Result<crypto::SigningKey> MakeSigningKey(const std::string& path, Entropy& entropy);
// roots/root-1.key and on, in order. kNotFound when there are none: they may be kept elsewhere.
Result<std::vector<crypto::SigningKey>> ReadRoots(const std::string& home);

std::string InFolder(const std::string& folder, std::string_view name);

}  // namespace schakel::cli
