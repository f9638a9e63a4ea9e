#include "node/app/config.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <optional>

#include "node/base/ids.h"
#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"

namespace schakel::app {
namespace {

using canon::Finding;
using canon::YamlNode;

Finding At(std::string_view file,
           canon::Position position,
           std::string id,
           std::string message,
           std::string fix) {
  Finding finding;
  finding.file = std::string(file);
  finding.position = position;
  finding.id = std::move(id);
  finding.message = std::move(message);
  finding.fix = std::move(fix);
  return finding;
}

bool IsHostPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const std::string_view port = text.substr(colon + 1);
  if (port.size() > 5) return false;
  int number = 0;
  for (const char c : port) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  return number <= 65535;
}

bool IsLogLevel(std::string_view text) {
  return text == "debug" || text == "info" || text == "warn" || text == "error";
}

bool NotEmpty(std::string_view text) {
  return !text.empty();
}

struct TextKey {
  std::string Config::*member;
  bool required;
  bool (*valid)(std::string_view);
  const char* expected;
};

const std::map<std::string_view, TextKey>& TextKeys() {
  static const std::map<std::string_view, TextKey> keys = {
      {"party", {&Config::party, true, IsName, "a party's short name"}},
      {"node", {&Config::node, true, NotEmpty, "a DNS name"}},
      {"listen", {&Config::listen, true, IsHostPort, "HOST:PORT"}},
      {"data", {&Config::data, false, NotEmpty, "a folder"}},
      {"key_table", {&Config::key_table, false, NotEmpty, "a folder"}},
      {"socket", {&Config::socket, false, NotEmpty, "a path"}},
      {"log_level", {&Config::log_level, false, IsLogLevel, "debug, info, warn or error"}},
  };
  return keys;
}

}  // namespace

std::string Config::Path(std::string_view relative) const {
  return (std::filesystem::path(home) / relative).string();
}

ConfigResult ParseConfig(std::string_view yaml, std::string_view file, std::string_view home) {
  ConfigResult result;
  canon::YamlResult parsed = canon::ParseYaml(yaml, file, kMaxConfigBytes);
  result.findings = std::move(parsed.findings);
  if (!parsed.root) return result;
  const YamlNode& root = *parsed.root;
  if (root.kind != YamlNode::Kind::kMapping) {
    result.findings.push_back(At(file,
                                 root.position,
                                 "E201",
                                 "the config is no mapping",
                                 "write lines such as `party: politie`"));
    return result;
  }
  Config config;
  config.home = std::string(home);
  for (const YamlNode::Entry& entry : root.entries) {
    if (entry.key == "addresses") {
      for (const YamlNode& item : entry.value.items) {
        if (item.kind != YamlNode::Kind::kScalar || !IsHostPort(item.scalar)) {
          result.findings.push_back(At(file, item.position, "E203", "an address is HOST:PORT", ""));
          continue;
        }
        config.addresses.push_back(item.scalar);
      }
      if (entry.value.kind != YamlNode::Kind::kSequence) {
        result.findings.push_back(
            At(file, entry.value.position, "E203", "`addresses` is a list", "[host:7443]"));
      }
      continue;
    }
    const auto known = TextKeys().find(entry.key);
    if (known == TextKeys().end()) {
      std::string names = "addresses";
      for (const auto& [name, key] : TextKeys())
        names += ", " + std::string(name);
      result.findings.push_back(
          At(file, entry.position, "E202", "unknown key '" + entry.key + "'", "known: " + names));
      continue;
    }
    if (entry.value.kind != YamlNode::Kind::kScalar || !known->second.valid(entry.value.scalar)) {
      result.findings.push_back(At(file,
                                   entry.value.position,
                                   "E203",
                                   "`" + entry.key + "` is not " + known->second.expected,
                                   ""));
      continue;
    }
    config.*(known->second.member) = entry.value.scalar;
  }
  for (const auto& [name, key] : TextKeys()) {
    if (key.required && root.Find(name) == nullptr) {
      result.findings.push_back(
          At(file, root.position, "E204", "key '" + std::string(name) + "' is missing", ""));
    }
  }
  if (result.findings.empty()) result.config = std::move(config);
  return result;
}

Result<Config> ReadConfig(std::string_view home) {
  const std::string path = (std::filesystem::path(home) / "schakel.yaml").string();
  const std::string text = TRY(ReadFile(path, kMaxConfigBytes));
  ConfigResult result = ParseConfig(text, path, home);
  if (result.config) return *std::move(result.config);
  std::string all;
  for (const Finding& finding : result.findings) {
    all += (all.empty() ? "" : "\n") + canon::ToString(finding);
  }
  return Malformed(all);
}

Result<std::string> ReadFile(const std::string& path, size_t limit) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return NotFound("cannot read " + path);
  if (size > limit) return Exhausted(path + " is larger than " + std::to_string(limit) + " bytes");
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof()) return Unavailable("cannot read " + path);
  return text;
}

Result<PartyFile> ParsePartyFile(std::string_view json) {
  const canon::Value value = TRY(canon::ParseJson(json));
  canon::ObjectReader in(value, "party.json");
  PartyFile file;
  file.party = TRY(in.Text("party"));
  file.name = TRY(in.Text("name"));
  if (in.Has("oin")) file.oin = TRY(in.Text("oin"));
  for (const std::string& root : TRY(in.Texts("roots"))) {
    file.roots.push_back(TRY(crypto::ParseKeyId(root)));
  }
  file.threshold = static_cast<int>(TRY(in.Int("threshold", 1, 16)));
  TRY(in.Done());
  if (file.roots.size() < static_cast<size_t>(file.threshold)) {
    return Malformed("party.json has fewer roots than its threshold");
  }
  return file;
}

}  // namespace schakel::app
