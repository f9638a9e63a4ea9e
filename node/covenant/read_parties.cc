#include <algorithm>
#include <utility>

#include "node/base/limits.h"
#include "node/covenant/read_document.h"

namespace schakel::covenant {
namespace {

constexpr size_t kOinDigits = 20;
constexpr size_t kMaxRoots = kMaxSignatures;  // more could never sign together

}  // namespace

std::vector<crypto::PublicKey> DocumentReader::ReadRoots(Fields& in) {
  std::vector<crypto::PublicKey> roots;
  size_t i = 0;
  for (const std::string& id : in.Texts("roots")) {
    const std::string path = Join(in.At("roots"), i++);
    const auto key = crypto::ParseKeyId(id);
    if (key.ok()) {
      roots.push_back(*key);
    } else {
      issues_.Add("E104", path, "is not an Ed25519 public key", "write ed25519: and its base64");
    }
  }
  if (roots.size() > kMaxRoots) {
    issues_.Add("E104", in.At("roots"), "are more than " + std::to_string(kMaxRoots) + " keys");
  }
  return roots;
}

void DocumentReader::ReadParties(Fields& in) {
  ForEachNamed(in, "parties", /*required=*/true, issues_, [&](const auto& id, Fields& fields) {
    Party& party = document_.parties[id];
    party.name = fields.Text("name");
    party.oin = fields.Text("oin");
    const bool digits = std::all_of(
        party.oin.begin(), party.oin.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!party.oin.empty() && (party.oin.size() != kOinDigits || !digits)) {
      issues_.Add("E104", fields.At("oin"), "must have 20 digits, between double quotes");
    }
    party.organisation = fields.Text("organisation");
    if (!party.organisation.empty() && !IsName(party.organisation)) {
      issues_.Add("E104", fields.At("organisation"), Quoted(party.organisation) + " is no name");
    }
    party.roots = ReadRoots(fields);
    party.threshold =
        static_cast<int>(fields.Int("threshold", 1, std::max<int64_t>(1, std::ssize(party.roots))));
  });
  if (document_.parties.size() < 2) {
    issues_.Add("E104", in.At("parties"), "a covenant needs at least two parties");
  }
  std::map<std::string, std::string> oins;
  for (const auto& [id, party] : document_.parties) {
    const auto [it, added] = oins.emplace(party.oin, id);
    if (!added && !party.oin.empty()) {
      issues_.Add("E106",
                  Join(Join(in.At("parties"), id), "oin"),
                  "is also the number of " + Quoted(it->second));
    }
  }
}

void DocumentReader::ReadAuditors(Fields& in) {
  std::set<std::string> organisations;
  for (const auto& [id, party] : document_.parties)
    organisations.insert(party.organisation);
  ForEachNamed(in, "auditors", /*required=*/false, issues_, [&](const auto& id, Fields& fields) {
    if (document_.parties.contains(id)) {
      issues_.Add("E106", fields.path(), Quoted(id) + " is also a party");
    }
    Auditor& auditor = document_.auditors[id];
    auditor.name = fields.Text("name");
    auditor.roots = ReadRoots(fields);
    auditor.threshold = static_cast<int>(
        fields.Int("threshold", 1, std::max<int64_t>(1, std::ssize(auditor.roots))));
    if (const canon::Value* value = fields.Need("scope")) {
      Fields scope(*value, fields.At("scope"), issues_);
      if (scope.Need("organisations") != nullptr) {
        for (const auto& name : KnownTexts(scope, "organisations", organisations, "organisation")) {
          auditor.organisations.push_back(name);
        }
      }
      const canon::Value* categories = scope.Need("categories");
      const std::string* any = categories == nullptr ? nullptr : categories->AsString();
      if (categories != nullptr && (any == nullptr || *any != "any")) {
        auditor.categories = scope.MaybeTexts("categories");
      }
      scope.Done();
    }
    auditor.detail = fields.Text("detail");
    if (auditor.detail != "metadata" && auditor.detail != "decisions" && !auditor.detail.empty()) {
      issues_.Add("E104", fields.At("detail"), "must be `metadata` or `decisions`");
    }
    auditor.until = fields.Time("until");
  });
  CheckKeysAreApart(in.path());
}

// One key, one holder: a key of two parties would let one of them sign for both, and an auditor
// that is a party checks itself (exchange.md 13).
void DocumentReader::CheckKeysAreApart(const std::string& path) {
  std::map<crypto::PublicKey, std::string> holders;
  const auto check = [&](const std::string& id,
                         const std::string& at,
                         const std::vector<crypto::PublicKey>& roots) {
    for (size_t i = 0; i < roots.size(); ++i) {
      const auto [it, added] = holders.emplace(roots[i], id);
      if (!added) {
        issues_.Add("E106",
                    Join(Join(Join(Join(path, at), id), "roots"), i),
                    "is also a root key of " + Quoted(it->second));
      }
    }
  };
  for (const auto& [id, party] : document_.parties)
    check(id, "parties", party.roots);
  for (const auto& [id, auditor] : document_.auditors)
    check(id, "auditors", auditor.roots);
}

}  // namespace schakel::covenant
