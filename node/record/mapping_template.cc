#include <array>

#include "node/record/mapping.h"

namespace schakel::record {
namespace {

using covenant::FieldType;

constexpr std::array<std::string_view, 4> kPersonColumns = {
    "voornamen", "voorvoegsel", "geslachtsnaam", "geboortedatum"};

const char* Shape(FieldType type) {
  switch (type) {
    case FieldType::kDate:
      return "dd-mm-jjjj; 00 for a day or month that nobody knows";
    case FieldType::kName:
      return "as people say it: José van der Meer";
    case FieldType::kCode:
      return "";
    case FieldType::kBsn:
      return "nine digits; Excel's lost zero is put back";
    case FieldType::kRef:
      return "a random UUID";
    case FieldType::kFreetext:
      return "text; leaves only when a person has reviewed it";
    case FieldType::kBool:
      return "ja or nee";
  }
  return "";
}

class Template {
 public:
  Template(std::string_view category, const covenant::Document& catalogue)
      : id_(category),
        category_(catalogue.categories.at(std::string(category))),
        catalogue_(catalogue) {}

  MappingTemplate Make() {
    Line("mapping: 1");
    Line("source: " + id_, "names the source; with the key it names the record");
    Line("category: " + id_);
    Line("kind: hard", "hard: from a system; soft: what somebody saw or thinks");
    Line("encoding: utf-8", "or windows-1252; left out: found in the file");
    Line("separator: \";\"", "or \",\"; left out: found in the header");
    Line("dates: dd-mm-jjjj", "or jjjj-mm-dd, jjjjmmdd");
    Line("key: [kenmerk]", "the columns that name a row within the source");
    Column("kenmerk");
    Line("group: groep", "or {constant: VLD-2026-001}");
    Column("groep");
    if (category_.about_person) Person();
    Section("fields", category_.fields);
    Section("meta", category_.meta);
    return {.yaml = std::move(yaml_), .csv_header = std::move(header_) + "\n"};
  }

 private:
  void Line(const std::string& text, const std::string& comment = "") {
    constexpr size_t kCommentColumn = 44;
    yaml_ += text;
    if (!comment.empty()) {
      yaml_.append(text.size() < kCommentColumn ? kCommentColumn - text.size() : 1, ' ');
      yaml_ += "# " + comment;
    }
    yaml_ += "\n";
  }

  void Column(std::string_view name) {
    if (!columns_.insert(std::string(name)).second) return;
    if (!header_.empty()) header_ += ';';
    header_ += name;
  }

  // A value that comes from a column of its own name.
  void Value(const std::string& name,
             FieldType type,
             const std::optional<std::set<std::string>>& values) {
    Column(name);
    if (!values || values->empty()) return Line("  " + name + ": " + name, Shape(type));
    std::string codes;
    for (const std::string& value : *values) {
      codes += (codes.empty() ? "" : ", ") + ('"' + value + "\": \"" + value + '"');
    }
    Line("  " + name + ": {column: " + name + ", codes: {" + codes + "}}",
         "what the column holds: what it means");
  }

  void Person() {
    Line("person:");
    for (const std::string_view column : kPersonColumns) {
      const std::string name(column);
      Column(name);
      Line("  " + name + ": " + name,
           name == "voornamen" ? "or naam: COLUMN, when one column holds the whole name" : "");
    }
    for (const char* name : {"bsn", "adres"}) {
      Column(name);
      Line("  " + std::string(name) + ": " + name, "may be left out");
    }
    for (const auto& [name, type] : PersonAttributes(catalogue_)) {
      if (name == "geboortedatum" || name == "bsn" || name == "adres") continue;
      if (type == FieldType::kBool) {
        Line("  " + name + ": {constant: nee}", "or a column with ja and nee");
      } else {
        Value(name, type, AttributeValues(catalogue_, name));
      }
    }
  }

  void Section(const std::string& title, const std::map<std::string, FieldType>& declared) {
    bool begun = false;
    for (const auto& [name, type] : declared) {
      // The person gives these.
      const bool own = (name == "naam" && type == FieldType::kName) ||
                       (name == "geboortedatum" && type == FieldType::kDate) ||
                       (name == "bsn" && type == FieldType::kBsn) ||
                       (name == "adres" && type == FieldType::kCode);
      if (own && category_.about_person && title == "fields") continue;
      if (!begun) Line(title + ":");
      begun = true;
      Value(name, type, RecordValues(catalogue_, name));
    }
  }

  std::string id_;
  const covenant::Category& category_;
  const covenant::Document& catalogue_;
  std::string yaml_;
  std::string header_;
  std::set<std::string> columns_;
};

}  // namespace

Result<MappingTemplate> MakeTemplate(std::string_view category,
                                     const covenant::Document& catalogue) {
  if (!catalogue.categories.contains(std::string(category))) {
    return NotFound("the covenant has no such category");
  }
  return Template(category, catalogue).Make();
}

}  // namespace schakel::record
