#include "cli/home.h"

#include <algorithm>
#include <filesystem>

#include "cli/files.h"
#include "node/base/ids.h"
#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/canon/yaml.h"
#include "node/crypto/hash.h"
#include "node/crypto/key_file.h"

namespace schakel::cli {
namespace {

constexpr size_t kSeedBytes = 32;
constexpr const char* kDefaultSocket = "run/operator.sock";

Result<std::string> Scalar(const canon::YamlNode& root, std::string_view key) {
  const canon::YamlNode* const node = root.Find(key);
  if (node == nullptr || node->kind != canon::YamlNode::Kind::kScalar) {
    return Malformed("schakel.yaml has no `" + std::string(key) + "`");
  }
  return node->scalar;
}

Result<PartyFile> ParseParty(const canon::Value& value) {
  canon::ObjectReader in(value, "party.json");
  PartyFile party;
  party.auditor = in.Has("auditor");
  party.id = TRY(in.Text(party.auditor ? "auditor" : "party"));
  if (!IsName(party.id)) return in.Fault("party", "is no id");
  party.name = TRY(in.Text("name"));
  if (!party.auditor) party.oin = TRY(in.Text("oin"));
  for (const std::string& root : TRY(in.Texts("roots"))) {
    party.roots.push_back(TRY(crypto::ParseKeyId(root)));
  }
  const auto count = static_cast<int64_t>(party.roots.size());
  if (count == 0 || party.roots.size() > kMaxSignatures) {
    return in.Fault("roots", "are none or too many");
  }
  party.threshold = static_cast<int>(TRY(in.Int("threshold", 1, count)));
  TRY(in.Done());
  return party;
}

}  // namespace

canon::Value ToValue(const PartyFile& party) {
  canon::Value::Array roots;
  for (const crypto::PublicKey& root : party.roots)
    roots.emplace_back(crypto::KeyId(root));
  canon::Value::Object object{{party.auditor ? "auditor" : "party", party.id},
                              {"name", party.name},
                              {"roots", std::move(roots)},
                              {"threshold", party.threshold}};
  if (!party.auditor) object["oin"] = party.oin;
  return object;
}

Result<PartyFile> ParsePartyFile(std::string_view json) {
  return ParseParty(TRY(canon::ParseJson(json)));
}

Result<PartyFile> ReadPartyFile(const std::string& path) {
  auto party = ParsePartyFile(TRY(ReadFile(path, kMaxConfigBytes)));
  if (!party) {
    return Because(Error{party.error().code, path + ": " + party.error().detail},
                   Reason::kPartyFileFormat,
                   {{"file", path}, {"detail", party.error().detail}});
  }
  return party;
}

Result<NodeConfig> ReadNodeConfig(const std::string& home) {
  const std::string path = InFolder(home, "schakel.yaml");
  const std::string text = TRY(ReadFile(path, kMaxConfigBytes));
  const canon::YamlResult yaml = canon::ParseYaml(text, path, kMaxConfigBytes);
  if (!yaml.root) return Malformed(canon::ToString(yaml.findings.front()));
  NodeConfig config;
  config.party = TRY(Scalar(*yaml.root, "party"));
  config.node = TRY(Scalar(*yaml.root, "node"));
  config.socket = kDefaultSocket;
  if (yaml.root->Find("socket") != nullptr) config.socket = TRY(Scalar(*yaml.root, "socket"));
  config.socket = InFolder(home, config.socket);
  if (const canon::YamlNode* addresses = yaml.root->Find("addresses"); addresses != nullptr) {
    for (const canon::YamlNode& item : addresses->items)
      config.addresses.push_back(item.scalar);
  }
  return config;
}

Result<crypto::SigningKey> ReadSigningKey(const std::string& path) {
  const crypto::SecretBytes seed = TRY(crypto::ReadKeyFile(path, kSeedBytes));
  return crypto::SigningKey::FromSeed(seed.view());
}

Result<crypto::SigningKey> MakeSigningKey(const std::string& path, Entropy& entropy) {
  crypto::SigningKey key = crypto::SigningKey::Generate(entropy);
  TRY(crypto::WriteKeyFile(path, key.seed()));
  return key;
}

Result<std::vector<crypto::SigningKey>> ReadRoots(const std::string& home) {
  std::vector<crypto::SigningKey> roots;
  const std::string folder = InFolder(home, "roots");
  for (const std::string& name : TRY(ListFiles(folder, ".key"))) {
    roots.push_back(TRY(ReadSigningKey(InFolder(folder, name))));
  }
  if (roots.empty()) return NotFound(folder + " holds no root key");
  return roots;
}

std::string InFolder(const std::string& folder, std::string_view name) {
  return (std::filesystem::path(folder) / name).string();
}

}  // namespace schakel::cli
