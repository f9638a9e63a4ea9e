// A mapping bound to the columns of one file: turns rows into records. For import.cc.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/canon/yaml.h"
#include "node/covenant/document.h"
#include "node/csv/reader.h"
#include "node/record/import.h"
#include "node/record/mapping.h"
#include "node/record/model.h"

namespace schakel::record {

// Not safe for concurrent use: keeps room for one row's text.
class RowMapper {
 public:
  // Finds every column that the mapping names. Both must outlive the mapper.
  RowMapper(const Mapping& mapping, const covenant::Document& catalogue);

  // Binds to the header; the findings say which columns are missing or stand there twice.
  std::vector<canon::Finding> Bind(std::span<const csv::Cell> header);

  // The record, or nothing when a problem was added. Precondition: Bind gave no findings.
  std::optional<NewRecord> Map(const csv::Row& row, std::vector<ImportProblem>& problems);

  // The mapping's name of a column, or empty.
  [[nodiscard]] std::string ColumnNameOf(int column) const;

 private:
  struct BoundSource {
    const ValueSource* source = nullptr;
    std::vector<size_t> cells;
    covenant::FieldType type = covenant::FieldType::kCode;
    std::optional<std::set<std::string>> values;  // those that a fact knows
  };
  struct BoundField {
    std::string name;
    BoundSource source;
  };
  // One row under way.
  struct Work {
    const csv::Row& row;
    std::vector<ImportProblem>& problems;
    bool failed = false;
  };

  std::vector<size_t> BindColumns(const std::vector<ColumnName>& columns);
  BoundSource BindSource(const ValueSource& source, covenant::FieldType type);
  std::string_view Text(const BoundSource& source, const csv::Row& row);
  void Fail(Work& work, const std::vector<size_t>& cells, Error error) const;
  std::string Key(Work& work, const std::vector<size_t>& cells, bool required) const;
  std::optional<FieldValue> Value(Work& work, const BoundSource& source);
  std::optional<IncompleteDate> Date(std::string_view text) const;
  void MapFields(Work& work, const std::vector<BoundField>& bound, Fields& out);
  void MapPerson(Work& work, PersonRow& out);
  void MapName(Work& work, Name& out);
  std::string PersonText(Work& work, std::string_view part);

  const Mapping& mapping_;
  const covenant::Document& catalogue_;
  const covenant::Category& category_;

  std::vector<std::string> header_;
  std::vector<canon::Finding> findings_;
  std::set<std::string> named_;  // columns that the mapping names

  std::vector<size_t> key_;
  std::vector<size_t> person_key_;
  std::optional<BoundSource> group_;
  std::optional<BoundSource> fact_date_;
  std::optional<BoundSource> first_processed_;
  std::map<std::string, BoundSource, std::less<>> person_;
  std::vector<BoundField> attributes_;
  std::vector<BoundField> fields_;
  std::vector<BoundField> meta_;
  std::vector<std::string> from_person_;      // fields that the person fills
  std::vector<std::string> known_of_person_;  // attributes that are parts of the person
  std::string joined_;
};

}  // namespace schakel::record
