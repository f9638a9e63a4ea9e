#include "node/covenant/author.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/canon/unseen.h"
#include "node/covenant/check.h"
#include "node/covenant/read_document.h"
#include "node/covenant/reading.h"
#include "node/crypto/hash.h"
#include "node/crypto/sign.h"

namespace schakel::covenant {
namespace {

using canon::Finding;
using canon::Position;
using canon::YamlNode;

constexpr std::string_view kFill = "fill";

// The steps of a JSON pointer, unescaped.
std::vector<std::string> Steps(std::string_view path) {
  std::vector<std::string> steps;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t slash = path.find('/');
    std::string step;
    for (size_t i = 0; i < std::min(slash, path.size()); ++i) {
      if (path[i] == '~' && i + 1 < path.size()) {
        step += path[++i] == '1' ? '/' : '~';
      } else {
        step += path[i];
      }
    }
    steps.push_back(std::move(step));
    path.remove_prefix(std::min(slash, path.size()));
  }
  return steps;
}

std::optional<size_t> IndexOf(const std::string& step) {
  constexpr size_t kMaxDigits = 9;
  if (step.empty() || step.size() > kMaxDigits) return std::nullopt;
  size_t index = 0;
  for (const char c : step) {
    if (c < '0' || c > '9') return std::nullopt;
    index = index * 10 + static_cast<size_t>(c - '0');
  }
  return index;
}

// Where a path stands in the file: the deepest node of the path that exists.
struct Place {
  Position position;
  const YamlNode* node;
};
Place PlaceOf(const YamlNode& root, std::string_view path, bool key) {
  const YamlNode* node = &root;
  Position position = root.position;
  for (const std::string& step : Steps(path)) {
    if (node->kind == YamlNode::Kind::kSequence) {
      const auto index = IndexOf(step);
      if (!index || *index >= node->items.size()) break;
      node = &node->items[*index];
      position = node->position;
      continue;
    }
    const auto entry = std::find_if(node->entries.begin(),
                                    node->entries.end(),
                                    [&](const auto& candidate) { return candidate.key == step; });
    if (entry == node->entries.end()) break;
    node = &entry->value;
    // A mapping's own position is its first key, which tells less than the key that holds it.
    const bool at_key = key || node->kind == YamlNode::Kind::kMapping;
    position = at_key ? entry->position : node->position;
  }
  return {position, node};
}

bool IsFill(const YamlNode& node) {
  return node.kind == YamlNode::Kind::kScalar && !node.quoted && node.scalar == kFill;
}

void AddFindings(const YamlNode& root,
                 std::string_view file,
                 const Issues& issues,
                 std::vector<Finding>& findings) {
  for (const Issue& issue : issues.list()) {
    findings.push_back({std::string(file),
                        PlaceOf(root, issue.path, issue.at == Issue::At::kKey).position,
                        Finding::Severity::kError,
                        issue.id,
                        issue.message,
                        issue.fix});
  }
}

// A date of the covenant becomes an instant; `after` for those that are exclusive ends.
void ConvertDate(canon::Value* holder,
                 std::string_view path,
                 std::string_view key,
                 bool after,
                 Zone zone,
                 Issues& issues) {
  canon::Value::Object* object = holder == nullptr ? nullptr : holder->AsObject();
  if (object == nullptr) return;
  const auto member = object->find(key);
  if (member == object->end()) return;
  const std::string* text = member->second.AsString();
  const auto date =
      text == nullptr ? Result<IncompleteDate>(Malformed("no text")) : ParseIsoDate(*text);
  if (!date.ok() || !date->complete()) {
    issues.Add("E119", Join(path, key), "must be a day", "write it as 2026-12-31");
    return;
  }
  const Day day = date->Earliest() + std::chrono::days{after ? 1 : 0};
  member->second = canon::Value(ToMillis(FirstInstantOf(day, zone)));
}

canon::Value* Member(canon::Value& value, std::string_view key) {
  canon::Value::Object* object = value.AsObject();
  if (object == nullptr) return nullptr;
  const auto it = object->find(key);
  return it == object->end() ? nullptr : &it->second;
}

void ConvertDates(canon::Value& value, Issues& issues) {
  Zone zone = Zone::kAmsterdam;
  if (const canon::Value* name = value.Find("timezone"); name != nullptr && name->AsString()) {
    // An unknown zone is found again, and reported, by the reader.
    if (const auto parsed = ParseZone(*name->AsString()); parsed.ok()) zone = *parsed;
  }
  canon::Value* valid = Member(value, "valid");
  ConvertDate(valid, "/valid", "from", /*after=*/false, zone, issues);
  ConvertDate(valid, "/valid", "until", /*after=*/true, zone, issues);
  ConvertDate(valid, "/valid", "review_by", /*after=*/true, zone, issues);
  for (const std::string_view list : {"bases", "auditors"}) {
    canon::Value* holders = Member(value, list);
    if (holders == nullptr || holders->AsObject() == nullptr) continue;
    for (auto& [id, holder] : *holders->AsObject()) {
      ConvertDate(&holder, Join(Join("", list), id), "until", /*after=*/true, zone, issues);
    }
  }
}

void FindUnfilled(const YamlNode& node, std::string_view file, std::vector<Finding>& findings) {
  if (IsFill(node)) {
    findings.push_back({std::string(file),
                        node.position,
                        Finding::Severity::kError,
                        "E120",
                        "is still to be filled in",
                        "`schakel covenant prepare` puts in what it knows"});
  }
  for (const YamlNode& item : node.items)
    FindUnfilled(item, file, findings);
  for (const YamlNode::Entry& entry : node.entries)
    FindUnfilled(entry.value, file, findings);
}

// In the order of the file; at one place only the first, which names the cause.
void Tidy(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    const bool a_unfilled = a.id == "E120";
    const bool b_unfilled = b.id == "E120";
    return std::tuple(a.position, !a_unfilled) < std::tuple(b.position, !b_unfilled);
  });
  const auto after = [](const Finding& a, const Finding& b) {
    return a.position == b.position && (a.id == "E120" || (a.id == b.id && a.message == b.message));
  };
  findings.erase(std::unique(findings.begin(), findings.end(), after), findings.end());
}

ConvertedYaml Convert(const YamlNode& root, std::string_view file) {
  ConvertedYaml out;
  auto value = canon::ToValue(root);
  if (!value.ok()) {
    out.findings.push_back({std::string(file),
                            root.position,
                            Finding::Severity::kError,
                            "E103",
                            value.error().detail,
                            ""});
    return out;
  }
  Issues issues;
  ConvertDates(*value, issues);
  AddFindings(root, file, issues, out.findings);
  if (out.findings.empty()) out.value = std::move(*value);
  return out;
}

AuthoredCovenant ReadTree(const YamlNode& root, std::string_view file, bool for_use) {
  AuthoredCovenant out;
  FindUnfilled(root, file, out.findings);
  if (root.kind == YamlNode::Kind::kMapping && !root.entries.empty() &&
      root.entries.front().key != "covenant") {
    out.findings.push_back({std::string(file),
                            root.entries.front().position,
                            Finding::Severity::kError,
                            "E100",
                            "the first key must be `covenant`, the language version",
                            "begin with `covenant: 1`"});
  }
  ConvertedYaml converted = Convert(root, file);
  std::move(converted.findings.begin(), converted.findings.end(), std::back_inserter(out.findings));
  if (converted.value) {
    Issues issues;
    Document document = ReadDocument(*converted.value, issues);
    CheckRules(document, issues);
    if (for_use) CheckSupport(document, issues);
    document.canonical = canon::Write(*converted.value);
    // JSON is longer than YAML, and the limit is the nodes'.
    if (document.canonical.size() > kMaxCovenantBytes) {
      issues.Add("E104", "", "is larger than 1 MiB in its signed form");
    }
    AddFindings(root, file, issues, out.findings);
    if (out.findings.empty()) {
      document.hash = crypto::Sha256(document.canonical);
      out.document = std::move(document);
    }
  }
  Tidy(out.findings);
  return out;
}

YamlNode Scalar(std::string text, bool quoted, Position position) {
  YamlNode node;
  node.position = position;
  node.scalar = std::move(text);
  node.quoted = quoted;
  return node;
}

YamlNode* Child(YamlNode* node, std::string_view key) {
  if (node == nullptr) return nullptr;
  for (YamlNode::Entry& entry : node->entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

// Puts the text where the template says `fill`.
void Fill(YamlNode* node, std::string_view key, const std::string& text, bool quoted = true) {
  YamlNode* slot = Child(node, key);
  if (slot == nullptr || !IsFill(*slot)) return;
  *slot = Scalar(text, quoted, slot->position);
}

void FillHolder(YamlNode* node, const PrepareOptions::Holder& holder) {
  Fill(node, "threshold", std::to_string(holder.threshold), /*quoted=*/false);
  YamlNode* slot = Child(node, "roots");
  if (slot == nullptr || !IsFill(*slot)) return;
  const Position position = slot->position;
  YamlNode roots;
  roots.kind = YamlNode::Kind::kSequence;
  roots.position = position;
  for (const crypto::PublicKey& key : holder.roots) {
    roots.items.push_back(Scalar(crypto::KeyId(key), /*quoted=*/true, position));
  }
  *slot = std::move(roots);
}

// What the options bring that the template has no place for: a misspelt name would otherwise
// leave a party without its keys, or bring in one that nobody agreed on.
template <typename Brought>
void CheckPlaces(YamlNode& root,
                 std::string_view file,
                 const Brought& brought,
                 const std::vector<std::string_view>& lists,
                 std::vector<Finding>& findings) {
  for (const auto& entry : brought) {
    const std::string& id = entry.first;
    const bool known = std::any_of(lists.begin(), lists.end(), [&](std::string_view list) {
      return Child(Child(&root, list), id) != nullptr;
    });
    if (known) continue;
    findings.push_back(
        {std::string(file),
         root.position,
         Finding::Severity::kError,
         "E105",
         "the template does not name " + Quoted(id) + " under `" + std::string(lists.front()) + "`",
         ""});
  }
}

void FillTemplate(YamlNode& root, const PrepareOptions& options) {
  Fill(&root, "lineage", ToString(options.lineage));
  if (options.previous) Fill(&root, "previous", EncodeHex(*options.previous));
  YamlNode* valid = Child(&root, "valid");
  Fill(valid, "from", ToIso(options.from));
  Fill(valid, "until", ToIso(options.until));
  if (options.review_by) Fill(valid, "review_by", ToIso(*options.review_by));
  for (const std::string_view list : {"bases", "auditors"}) {
    YamlNode* holders = Child(&root, list);
    if (holders == nullptr) continue;
    for (YamlNode::Entry& entry : holders->entries) {
      Fill(&entry.value, "until", ToIso(options.until));
    }
  }
  for (const auto& [id, holder] : options.holders) {
    FillHolder(Child(Child(&root, "parties"), id), holder);
    FillHolder(Child(Child(&root, "auditors"), id), holder);
  }
  for (const auto& [id, hash] : options.documents) {
    Fill(Child(Child(&root, "documents"), id), "sha256", EncodeHex(hash));
  }
}

bool HasUnfilled(const YamlNode& node) {
  std::vector<Finding> findings;
  FindUnfilled(node, "", findings);
  return !findings.empty();
}

// Something for every `fill` that the template can have.
PrepareOptions StandIns(YamlNode& root, Day from) {
  PrepareOptions options;
  options.lineage = *ParseUuid("00000000-0000-4000-8000-000000000000");
  options.previous = Hash{};
  options.from = from;
  options.until = from + std::chrono::days{364};
  options.review_by = from + std::chrono::days{182};
  for (const std::string_view list : {"parties", "auditors"}) {
    const YamlNode* holders = Child(&root, list);
    if (holders == nullptr) continue;
    for (const YamlNode::Entry& entry : holders->entries) {
      const Hash seed = crypto::Sha256("stand-in root of " + std::string(list) + " " + entry.key);
      options.holders[entry.key] = {{crypto::SigningKey::FromSeed(ByteView(seed)).public_key()}, 1};
    }
  }
  if (const YamlNode* documents = Child(&root, "documents"); documents != nullptr) {
    for (const YamlNode::Entry& entry : documents->entries)
      options.documents[entry.key] = Hash{};
  }
  return options;
}

std::vector<Finding> UnseenIn(std::string_view canonical, std::string_view file) {
  constexpr size_t kMost = 20;
  std::vector<Finding> findings;
  for (auto unseen = canon::FindUnseen(canonical); unseen && findings.size() < kMost;
       unseen = canon::FindUnseen(canonical, unseen->past)) {
    findings.push_back(
        {std::string(file),
         canon::PositionOf(canonical, unseen->offset),
         Finding::Severity::kError,
         "E005",
         "the character " + canon::CodePointName(unseen->code) + ", which people cannot see",
         "remove it"});
  }
  return findings;
}

}  // namespace

ConvertedYaml ConvertYaml(std::string_view text, std::string_view file) {
  canon::YamlResult yaml = canon::ParseYaml(text, file, kMaxCovenantBytes);
  if (!yaml.root) return {std::nullopt, std::move(yaml.findings)};
  return Convert(*yaml.root, file);
}

AuthoredCovenant ReadYaml(std::string_view text, std::string_view file) {
  canon::YamlResult yaml = canon::ParseYaml(text, file, kMaxCovenantBytes);
  if (!yaml.root) return {std::nullopt, std::move(yaml.findings)};
  return ReadTree(*yaml.root, file, /*for_use=*/false);
}

AuthoredCovenant ReadCanonical(std::string_view text, std::string_view file) {
  AuthoredCovenant out;
  const auto stop = [&](const char* id, Position position, std::string message, std::string fix) {
    out.findings.push_back({std::string(file),
                            position,
                            Finding::Severity::kError,
                            id,
                            std::move(message),
                            std::move(fix)});
    return std::move(out);
  };
  if (text.size() > kMaxCovenantBytes) return stop("E001", {}, "is larger than 1 MiB", "");
  size_t at = 0;
  const auto value = canon::ParseCanonical(text, &at);
  if (!value.ok()) {
    // What is wrong in YAML too has an id of its own: a key twice, one that is not ASCII, bad
    // UTF-8.
    out.findings = canon::ParseYaml(text, file, kMaxCovenantBytes).findings;
    if (!out.findings.empty()) return out;
    return stop("E007",
                canon::PositionOf(text, at),
                "not canonical JSON: " + value.error().detail,
                "give the file as `schakel covenant prepare` made it, or the YAML");
  }
  out.findings = UnseenIn(text, file);
  if (!out.findings.empty()) return out;
  Issues issues;
  Document document = ReadDocument(*value, issues);
  CheckRules(document, issues);
  const canon::YamlResult yaml = canon::ParseYaml(text, file, kMaxCovenantBytes);
  AddFindings(yaml.root.value_or(YamlNode{}), file, issues, out.findings);
  Tidy(out.findings);
  if (!out.findings.empty()) return out;
  document.canonical = std::string(text);
  document.hash = crypto::Sha256(text);
  out.document = std::move(document);
  return out;
}

AuthoredCovenant Prepare(std::string_view text,
                         std::string_view file,
                         const PrepareOptions& options) {
  canon::YamlResult yaml = canon::ParseYaml(text, file, kMaxCovenantBytes);
  if (!yaml.root) return {std::nullopt, std::move(yaml.findings)};
  YamlNode& root = *yaml.root;
  std::vector<Finding> findings;
  CheckPlaces(root, file, options.holders, {"parties", "auditors"}, findings);
  CheckPlaces(root, file, options.documents, {"documents"}, findings);
  FillTemplate(root, options);
  AuthoredCovenant out = ReadTree(root, file, /*for_use=*/true);
  out.findings.insert(out.findings.begin(), findings.begin(), findings.end());
  if (!findings.empty()) out.document.reset();
  return out;
}

DraftCovenant ReadDraft(std::string_view text, std::string_view file, Day from) {
  canon::YamlResult yaml = canon::ParseYaml(text, file, kMaxCovenantBytes);
  if (!yaml.root) return {{std::nullopt, std::move(yaml.findings)}, false};
  YamlNode& root = *yaml.root;
  const bool filled = HasUnfilled(root);
  if (filled) FillTemplate(root, StandIns(root, from));
  return {ReadTree(root, file, /*for_use=*/false), filled};
}

std::vector<Finding> PlaceRemarks(std::string_view text,
                                  std::string_view file,
                                  const std::vector<Remark>& remarks) {
  const canon::YamlResult yaml = canon::ParseYaml(text, file, kMaxCovenantBytes);
  std::vector<Finding> findings;
  for (const Remark& remark : remarks) {
    Place place{{}, nullptr};
    if (yaml.root) place = PlaceOf(*yaml.root, remark.path, remark.at_key);
    if (place.node != nullptr && IsFill(*place.node)) continue;
    findings.push_back({std::string(file),
                        place.position,
                        remark.severity,
                        remark.id,
                        remark.message,
                        remark.fix});
  }
  Tidy(findings);
  return findings;
}

}  // namespace schakel::covenant
