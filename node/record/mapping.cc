#include "node/record/mapping.h"

#include <algorithm>
#include <array>
#include <utility>

#include "node/base/ids.h"
#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/covenant/reading.h"

namespace schakel::record {
namespace {

using covenant::DidYouMean;
using covenant::FieldType;
using covenant::Quoted;

constexpr std::array<std::string_view, 6> kPersonParts = {
    "naam", "voornamen", "voorvoegsel", "geslachtsnaam", "geboortedatum", "bsn"};
constexpr std::array<std::string_view, 14> kKeys = {"mapping",
                                                    "source",
                                                    "category",
                                                    "kind",
                                                    "encoding",
                                                    "separator",
                                                    "dates",
                                                    "group",
                                                    "key",
                                                    "fact_date",
                                                    "first_processed",
                                                    "person",
                                                    "fields",
                                                    "meta"};
constexpr std::string_view kList = "namenlijst";

template <typename Keyed>
std::vector<std::string> KeysOf(const Keyed& keyed) {
  std::vector<std::string> out;
  for (const auto& entry : keyed)
    out.push_back(entry.first);
  return out;
}

// One pass over the document. Findings are collected, so that one run tells all of them.
class Reader {
 public:
  Reader(std::string_view file, const covenant::Document& catalogue)
      : file_(file), catalogue_(catalogue) {
    mapping_.file = file;
  }

  MappingResult Read(const canon::YamlNode& root) {
    if (root.kind != canon::YamlNode::Kind::kMapping) {
      Error("M003",
            root.position,
            "a mapping file is a mapping of keys to values",
            Reason::kMappingKeys);
      return Done();
    }
    ReadHead(root);
    const canon::YamlNode* category = Need(root, "category");
    if (category == nullptr) return Done();
    mapping_.category = Text(*category);
    const auto found = catalogue_.categories.find(mapping_.category);
    if (found == catalogue_.categories.end()) {
      Error("M004",
            category->position,
            "the covenant has no category " + Quoted(mapping_.category),
            Reason::kMappingCategory,
            DidYouMean(mapping_.category, KeysOf(catalogue_.categories)));
      With({{"category", mapping_.category}});
      return Done();
    }
    category_ = &found->second;
    ReadGroup(root);
    ReadPerson(root);
    ReadValues(root, "fields", category_->fields, category_->meta, mapping_.fields);
    ReadValues(root, "meta", category_->meta, category_->fields, mapping_.meta);
    ReadDates(root);
    WarnOfSilentMeta(root);
    return Done();
  }

 private:
  using Node = canon::YamlNode;
  using Kind = canon::YamlNode::Kind;

  void With(ReasonArguments arguments) { findings_.back().arguments = std::move(arguments); }
  void Error(const std::string& id,
             canon::Position position,
             const std::string& message,
             Reason reason = Reason::kNone,
             const std::string& fix = "") {
    findings_.push_back({.file = file_,
                         .position = position,
                         .severity = canon::Finding::Severity::kError,
                         .id = id,
                         .message = message,
                         .fix = fix,
                         .reason = reason});
  }

  MappingResult Done() {
    std::stable_sort(findings_.begin(), findings_.end(), [](const auto& a, const auto& b) {
      return a.position < b.position;
    });
    const bool failed = std::any_of(findings_.begin(), findings_.end(), [](const auto& finding) {
      return finding.severity == canon::Finding::Severity::kError;
    });
    MappingResult out;
    if (!failed) out.mapping = std::move(mapping_);
    out.findings = std::move(findings_);
    return out;
  }

  const Node* Need(const Node& parent, std::string_view key) {
    if (const Node* node = parent.Find(key)) return node;
    Error("M002", parent.position, Quoted(key) + " is missing", Reason::kMappingKeyMissing);
    With({{"key", std::string(key)}});
    return nullptr;
  }

  // The scalar's text; a finding and "" for another kind and for an empty one.
  std::string Text(const Node& node) {
    if (node.kind == Kind::kScalar && !node.scalar.empty()) return node.scalar;
    Error("M003", node.position, "must be a text that is not empty", Reason::kMappingTextEmpty);
    return {};
  }

  void RefuseOtherKeys(const Node& node, const std::vector<std::string>& known) {
    for (const Node::Entry& entry : node.entries) {
      if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
      Error("M001",
            entry.position,
            "unknown key " + Quoted(entry.key),
            Reason::kMappingKeyUnknown,
            DidYouMean(entry.key, known));
      With({{"key", entry.key}});
    }
  }

  // The value of a table for a scalar that must be one of its keys.
  template <typename T>
  std::optional<T> OneOf(const Node& node, const std::map<std::string, T>& table) {
    const std::string text = Text(node);
    if (const auto it = table.find(text); it != table.end()) return it->second;
    if (text.empty()) return std::nullopt;
    std::string names;
    for (const auto& [name, value] : table)
      names += (names.empty() ? "" : ", ") + name;
    Error("M003", node.position, Quoted(text) + " is none of: " + names, Reason::kMappingValue);
    With({{"value", text}, {"choices", names}});
    return std::nullopt;
  }

  void ReadHead(const Node& root) {
    RefuseOtherKeys(root, {kKeys.begin(), kKeys.end()});
    const Node* version = Need(root, "mapping");
    if (version != nullptr && (version->kind != Kind::kScalar || version->scalar != "1")) {
      Error("M003",
            version->position,
            "this build reads mapping files of version 1",
            Reason::kMappingVersion);
    }
    if (const Node* node = Need(root, "source")) {
      mapping_.source = Text(*node);
      if (!mapping_.source.empty() && !IsName(mapping_.source)) {
        Error("M003",
              node->position,
              "a source's name has a-z, 0-9, - and _, at most 40",
              Reason::kMappingSourceName);
      }
    }
    if (const Node* node = Need(root, "kind")) {
      mapping_.hardness =
          OneOf<Hardness>(*node, {{"hard", Hardness::kHard}, {"soft", Hardness::kSoft}})
              .value_or(Hardness::kHard);
    }
    if (const Node* node = root.Find("encoding")) {
      mapping_.encoding = OneOf<csv::Encoding>(
          *node, {{"utf-8", csv::Encoding::kUtf8}, {"windows-1252", csv::Encoding::kWindows1252}});
    }
    if (const Node* node = root.Find("separator")) {
      mapping_.separator = OneOf<char>(*node, {{";", ';'}, {",", ','}});
    }
    if (const Node* node = root.Find("dates")) {
      mapping_.dates = OneOf<DateFormat>(*node,
                                         {{"dd-mm-jjjj", DateFormat::kDutch},
                                          {"jjjj-mm-dd", DateFormat::kIso},
                                          {"jjjjmmdd", DateFormat::kCompact}})
                           .value_or(DateFormat::kDutch);
    }
    if (const Node* node = Need(root, "key")) mapping_.key = Columns(*node);
  }

  // One column's name, or a list of them.
  std::vector<ColumnName> Columns(const Node& node) {
    std::vector<ColumnName> out;
    if (node.kind == Kind::kScalar) {
      out.push_back({.name = Text(node), .position = node.position});
    } else if (node.kind == Kind::kSequence && !node.items.empty()) {
      for (const Node& item : node.items) {
        out.push_back({.name = Text(item), .position = item.position});
      }
    } else {
      Error(
          "M003", node.position, "must be a column or a list of columns", Reason::kMappingColumns);
    }
    return out;
  }

  ValueSource Source(const Node& node) {
    ValueSource out;
    out.position = node.position;
    if (node.kind != Kind::kMapping) {
      out.columns = Columns(node);
      return out;
    }
    RefuseOtherKeys(node, {"column", "columns", "constant", "codes"});
    int ways = 0;
    for (const char* key : {"column", "columns"}) {
      if (const Node* columns = node.Find(key)) {
        ++ways;
        out.columns = Columns(*columns);
      }
    }
    if (const Node* constant = node.Find("constant")) {
      ++ways;
      out.constant = Text(*constant);
    }
    const Node* codes = node.Find("codes");
    if (ways != 1 || (codes != nullptr && out.columns.empty())) {
      Error("M003",
            node.position,
            "needs one of column, columns and constant",
            Reason::kMappingOneWay,
            "{column: NAME}, {column: NAME, codes: {A: value}} or {constant: value}");
    }
    if (codes != nullptr) ReadCodes(*codes, out);
    return out;
  }

  void ReadCodes(const Node& node, ValueSource& out) {
    if (node.kind != Kind::kMapping || node.entries.empty()) {
      Error("M003",
            node.position,
            "codes are a mapping of what the column holds to the value",
            Reason::kMappingCodes);
      return;
    }
    for (const Node::Entry& entry : node.entries) {
      out.codes.emplace(entry.key, Text(entry.value));
      code_positions_[{out.position, entry.key}] = entry.value.position;
    }
  }

  // What is known of the values beforehand must fit: constants and the right sides of codes.
  void CheckSource(const ValueSource& source,
                   FieldType type,
                   const std::optional<std::set<std::string>>& values) {
    if (!source.codes.empty() && type != FieldType::kCode && type != FieldType::kBool) {
      Error("M003",
            source.position,
            "codes are for values of type code and bool",
            Reason::kMappingCodesType);
      return;
    }
    if (source.columns.empty() && !source.constant.empty()) {
      CheckKnownValue(source.constant, source.position, type, values);
    }
    for (const auto& [code, value] : source.codes) {
      CheckKnownValue(value, code_positions_[{source.position, code}], type, values);
    }
  }

  void CheckKnownValue(const std::string& value,
                       canon::Position position,
                       FieldType type,
                       const std::optional<std::set<std::string>>& values) {
    if (type == FieldType::kBool && !value.empty() && !ParseYesNo(value)) {
      Error("M007", position, Quoted(value) + " is neither ja nor nee", Reason::kMappingBool);
      With({{"value", value}});
    }
    if (type == FieldType::kCode && values && !value.empty() && !values->contains(value)) {
      Error("M007",
            position,
            "the covenant's facts do not know the value " + Quoted(value),
            Reason::kMappingFactValue,
            DidYouMean(value, {values->begin(), values->end()}));
      With({{"value", value}});
    }
    if (type != FieldType::kBool && type != FieldType::kCode) {
      Error("M003",
            position,
            "a constant is for values of type code and bool",
            Reason::kMappingConstantType);
    }
  }

  void ReadGroup(const Node& root) {
    const Node* node = root.Find("group");
    if (node == nullptr) {
      if (!category_->about_person || mapping_.category == kList) {
        Error("M002",
              root.position,
              "`group` is missing: every row belongs to a group",
              Reason::kMappingGroupMissing,
              "group: {constant: VLD-2026-001}");
      }
      return;
    }
    mapping_.group = Source(*node);
    if (mapping_.group->columns.empty() && !IsGroupRef(mapping_.group->constant)) {
      Error(
          "M003", node->position, "must be a group such as VLD-2026-001", Reason::kMappingGroupRef);
    }
  }

  static bool IsGroupRef(std::string_view text) {
    const auto ref = ParseRef(text);
    return ref.ok() && !ref->group.empty() && !ref->round && ref->party.empty();
  }

  void ReadPerson(const Node& root) {
    const Node* node = root.Find("person");
    if (!category_->about_person) {
      if (node != nullptr) {
        Error("M011",
              node->position,
              "the category is about a group: its rows name no person",
              Reason::kMappingPersonUnwanted);
      }
      return;
    }
    if (node == nullptr) {
      Error("M002",
            root.position,
            "`person` is missing: the category is about persons",
            Reason::kMappingPersonMissing);
      return;
    }
    if (node->kind != Kind::kMapping) {
      Error("M003", node->position, "must be a mapping", Reason::kMappingKeys);
      return;
    }
    const auto attributes = PersonAttributes(catalogue_);
    std::vector<std::string> known = KeysOf(attributes);
    for (const std::string_view part : kPersonParts)
      known.emplace_back(part);
    for (const char* key : {"adres", "key", "leading"})
      known.emplace_back(key);
    RefuseOtherKeys(*node, known);
    for (const Node::Entry& entry : node->entries)
      ReadPersonEntry(entry, attributes);
    CheckPersonIsWhole(*node, attributes);
  }

  void ReadPersonEntry(const Node::Entry& entry,
                       const std::map<std::string, FieldType>& attributes) {
    if (entry.key == "key") {
      mapping_.person_key = Columns(entry.value);
    } else if (entry.key == "leading") {
      mapping_.leading =
          OneOf<bool>(entry.value, {{"true", true}, {"false", false}}).value_or(false);
    } else if (entry.key == "adres" ||
               std::find(kPersonParts.begin(), kPersonParts.end(), entry.key) !=
                   kPersonParts.end()) {
      ValueSource source = Source(entry.value);
      if (source.columns.empty() || !source.codes.empty()) {
        Error("M003",
              entry.value.position,
              "who a person is stands in the file: name a column",
              Reason::kMappingPersonColumn);
      }
      mapping_.person.emplace(entry.key, std::move(source));
    } else if (const auto it = attributes.find(entry.key); it != attributes.end()) {
      ValueSource source = Source(entry.value);
      CheckSource(source, it->second, AttributeValues(catalogue_, entry.key));
      mapping_.attributes.emplace(entry.key, std::move(source));
    }
  }

  void CheckPersonIsWhole(const Node& node, const std::map<std::string, FieldType>& attributes) {
    const auto has = [&](std::string_view part) { return mapping_.person.contains(part); };
    const bool parts = has("voornamen") || has("voorvoegsel") || has("geslachtsnaam");
    if (has("naam") == parts || (parts && !(has("voornamen") && has("geslachtsnaam")))) {
      Error("M002",
            node.position,
            "a person has `naam`, or `voornamen` and `geslachtsnaam`",
            Reason::kMappingPersonName);
    }
    if (!has("geboortedatum")) {
      Error("M002", node.position, "`geboortedatum` is missing", Reason::kMappingKeyMissing);
      With({{"key", "geboortedatum"}});
    }
    for (const auto& [attribute, type] : attributes) {
      if (mapping_.attributes.contains(attribute) || has(attribute)) continue;
      Error("M006",
            node.position,
            "the covenant reads persoon." + attribute + ": map it or set it",
            Reason::kMappingAttribute,
            type == FieldType::kBool ? attribute + ": {constant: nee}" : attribute + ": COLUMN");
      With({{"attribute", attribute}});
    }
  }

  void ReadValues(const Node& root,
                  std::string_view key,
                  const std::map<std::string, FieldType>& declared,
                  const std::map<std::string, FieldType>& others,
                  std::map<std::string, ValueSource, std::less<>>& out) {
    const Node* node = root.Find(key);
    if (node == nullptr) return;
    if (node->kind != Kind::kMapping) {
      Error("M003", node->position, "must be a mapping", Reason::kMappingKeys);
      return;
    }
    for (const Node::Entry& entry : node->entries) {
      const auto it = declared.find(entry.key);
      if (it == declared.end()) {
        const std::string fix =
            others.contains(entry.key)
                ? "it stands under " + std::string(key == "meta" ? "fields" : "meta")
                : DidYouMean(entry.key, KeysOf(declared));
        Error("M005",
              entry.position,
              "category " + mapping_.category + " has no such entry in its " + std::string(key) +
                  ": " + Quoted(entry.key),
              Reason::kMappingEntry,
              fix);
        With({{"category", mapping_.category}, {"part", std::string(key)}, {"key", entry.key}});
        continue;
      }
      ValueSource source = Source(entry.value);
      CheckSource(source, it->second, RecordValues(catalogue_, entry.key));
      out.emplace(entry.key, std::move(source));
    }
  }

  // The envelope's dates: named, or those that the fields have anyway.
  void ReadDates(const Node& root) {
    const auto read = [&](const char* key,
                          const auto& values,
                          const char* field,
                          std::optional<ValueSource>& out) {
      if (const Node* node = root.Find(key)) {
        out = Source(*node);
        if (out->columns.empty())
          Error("M003", node->position, "a date stands in the file", Reason::kMappingDateColumn);
      } else if (const auto it = values.find(field); it != values.end()) {
        out = it->second;
      }
    };
    read("fact_date", mapping_.fields, "datum", mapping_.fact_date);
    read("first_processed", mapping_.meta, "eerste_verwerking", mapping_.first_processed);
  }

  void WarnOfSilentMeta(const Node& root) {
    for (const auto& [name, type] : category_->meta) {
      if (mapping_.meta.contains(name)) continue;
      Error("M009",
            root.position,
            "meta " + name + " is not mapped: a rule that reads it never lets a record leave",
            Reason::kMappingMeta,
            "meta: {" + name + ": COLUMN}");
      findings_.back().severity = canon::Finding::Severity::kWarning;
      With({{"meta", name}});
    }
  }

  std::string file_;
  const covenant::Document& catalogue_;
  const covenant::Category* category_ = nullptr;
  Mapping mapping_;
  std::vector<canon::Finding> findings_;
  std::map<std::pair<canon::Position, std::string>, canon::Position> code_positions_;
};

}  // namespace

MappingResult ParseMapping(std::string_view yaml,
                           std::string_view file,
                           const covenant::Document& catalogue) {
  canon::YamlResult parsed = canon::ParseYaml(yaml, file, kMaxConfigBytes);
  if (!parsed.root) {
    for (canon::Finding& finding : parsed.findings) {
      finding.reason = Reason::kMappingYaml;
      finding.arguments = {{"detail", finding.message}};
    }
    return {.mapping = {}, .findings = std::move(parsed.findings)};
  }
  return Reader(file, catalogue).Read(*parsed.root);
}

}  // namespace schakel::record
