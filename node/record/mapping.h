// The mapping file of a source: which column of its CSV becomes which field of which category
// (README.md, "Mapping files"). Strict: an unknown key, category or field is an error with its line
// and column, and what the covenant needs to know about a person is mapped or set.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/canon/yaml.h"
#include "node/covenant/document.h"
#include "node/csv/reader.h"
#include "node/record/model.h"

namespace schakel::record {

struct ColumnName {
  std::string name;  // as the CSV's header spells it
  canon::Position position;
};

// Where a value comes from: the text of its columns, joined by a blank where they have text, or the
// constant. With codes, the text is the left side of one of them and the value its right side.
struct ValueSource {
  std::vector<ColumnName> columns;  // empty: the constant
  std::string constant;
  std::map<std::string, std::string, std::less<>> codes;  // empty: the text is the value
  canon::Position position;
};

enum class DateFormat { kDutch, kIso, kCompact };  // dd-mm-jjjj, jjjj-mm-dd, jjjjmmdd

struct Mapping {
  std::string file;
  std::string source;
  std::string category;
  Hardness hardness = Hardness::kHard;
  std::optional<csv::Encoding> encoding;
  std::optional<char> separator;
  DateFormat dates = DateFormat::kDutch;
  std::optional<ValueSource> group;
  std::vector<ColumnName> key;  // at least one
  std::optional<ValueSource> fact_date;
  std::optional<ValueSource> first_processed;

  // Categories about persons. By name: naam, or voornamen, voorvoegsel, geslachtsnaam; then
  // geboortedatum, bsn, adres.
  std::map<std::string, ValueSource, std::less<>> person;
  // By the name that the covenant's facts read: every one of them that is no part of `person`.
  std::map<std::string, ValueSource, std::less<>> attributes;
  std::vector<ColumnName> person_key;  // may be empty
  bool leading = false;

  std::map<std::string, ValueSource, std::less<>> fields;
  std::map<std::string, ValueSource, std::less<>> meta;
};

// The mapping, or what is wrong with it; warnings come beside a mapping.
struct MappingResult {
  std::optional<Mapping> mapping;
  std::vector<canon::Finding> findings;
};

// Reads and checks against the covenant's catalogue. `file` goes into findings and Mapping::file.
MappingResult ParseMapping(std::string_view yaml,
                           std::string_view file,
                           const covenant::Document& catalogue);

// An example for a category: a mapping that ParseMapping takes without a finding, and the header of
// the CSV file that it reads. kNotFound when the covenant has no such category.
struct MappingTemplate {
  std::string yaml;
  std::string csv_header;
};
Result<MappingTemplate> MakeTemplate(std::string_view category,
                                     const covenant::Document& catalogue);

// The `persoon` attributes that the covenant's facts read, with the type of their values.
std::map<std::string, covenant::FieldType> PersonAttributes(const covenant::Document& catalogue);

// The values that every enum fact which reads the field knows; nullopt when none reads it.
std::optional<std::set<std::string>> RecordValues(const covenant::Document& catalogue,
                                                  std::string_view field);
std::optional<std::set<std::string>> AttributeValues(const covenant::Document& catalogue,
                                                     std::string_view attribute);

// ja, nee, j, n, true, false, 1, 0; in any case. kMalformed otherwise.
Result<bool> ParseYesNo(std::string_view text);

}  // namespace schakel::record
