#include "node/record/row_mapper.h"

#include <algorithm>
#include <array>
#include <utility>

#include "node/base/check.h"
#include "node/base/ids.h"
#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/covenant/reading.h"

namespace schakel::record {
namespace {

using covenant::FieldType;

// Fields of these names and types are the person's own, wherever a category declares them.
constexpr std::array<std::pair<std::string_view, FieldType>, 4> kPersonFields = {{
    {"naam", FieldType::kName},
    {"geboortedatum", FieldType::kDate},
    {"bsn", FieldType::kBsn},
    {"adres", FieldType::kCode},
}};

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

RowMapper::RowMapper(const Mapping& mapping, const covenant::Document& catalogue)
    : mapping_(mapping),
      catalogue_(catalogue),
      category_(catalogue.categories.find(mapping.category)->second) {}

std::vector<canon::Finding> RowMapper::Bind(std::span<const csv::Cell> header) {
  for (const csv::Cell& cell : header)
    header_.emplace_back(Trim(cell.text));
  key_ = BindColumns(mapping_.key);
  person_key_ = BindColumns(mapping_.person_key);
  if (mapping_.group) group_ = BindSource(*mapping_.group, FieldType::kCode);
  if (mapping_.fact_date) fact_date_ = BindSource(*mapping_.fact_date, FieldType::kDate);
  if (mapping_.first_processed) {
    first_processed_ = BindSource(*mapping_.first_processed, FieldType::kDate);
  }
  for (const auto& [part, source] : mapping_.person) {
    person_.emplace(part, BindSource(source, FieldType::kCode));
  }
  for (const auto& [attribute, type] : PersonAttributes(catalogue_)) {
    if (mapping_.person.contains(attribute)) known_of_person_.push_back(attribute);
    const auto it = mapping_.attributes.find(attribute);
    if (it == mapping_.attributes.end()) continue;
    attributes_.push_back({attribute, BindSource(it->second, type)});
    attributes_.back().source.values = AttributeValues(catalogue_, attribute);
  }
  const auto bind = [&](const auto& declared, const auto& mapped, std::vector<BoundField>& out) {
    for (const auto& [name, source] : mapped) {
      out.push_back({name, BindSource(source, declared.find(name)->second)});
      out.back().source.values = RecordValues(catalogue_, name);
    }
  };
  bind(category_.fields, mapping_.fields, fields_);
  bind(category_.meta, mapping_.meta, meta_);
  for (const auto& [name, type] : kPersonFields) {
    const auto it = category_.fields.find(std::string(name));
    if (it == category_.fields.end() || it->second != type) continue;
    if (mapping_.fields.contains(name)) continue;
    const bool mapped = name == "naam" || mapping_.person.contains(name);
    if (category_.about_person && mapped) from_person_.emplace_back(name);
  }
  // A source that is used twice (datum and fact_date) is told once.
  const auto place = [](const canon::Finding& finding) { return finding.position; };
  std::sort(findings_.begin(), findings_.end(), [&](const auto& a, const auto& b) {
    return place(a) < place(b);
  });
  const auto rest = std::unique(findings_.begin(),
                                findings_.end(),
                                [&](const auto& a, const auto& b) { return place(a) == place(b); });
  findings_.erase(rest, findings_.end());
  return std::exchange(findings_, {});
}

std::vector<size_t> RowMapper::BindColumns(const std::vector<ColumnName>& columns) {
  std::vector<size_t> out;
  for (const ColumnName& column : columns) {
    named_.insert(column.name);
    const auto found = std::find(header_.begin(), header_.end(), column.name);
    canon::Finding finding{.file = mapping_.file,
                           .position = column.position,
                           .severity = canon::Finding::Severity::kError,
                           .id = "M008",
                           .message = "the file has no column " + covenant::Quoted(column.name),
                           .fix = "",
                           .reason = Reason::kMappingColumn,
                           .arguments = {{"column", column.name}}};
    if (found == header_.end()) {
      finding.fix = covenant::DidYouMean(column.name, header_);
      findings_.push_back(std::move(finding));
    } else if (std::find(found + 1, header_.end(), column.name) != header_.end()) {
      finding.id = "M010";
      finding.reason = Reason::kMappingColumnTwice;
      finding.message = "the file has two columns " + covenant::Quoted(column.name);
      findings_.push_back(std::move(finding));
    } else {
      out.push_back(static_cast<size_t>(found - header_.begin()));
    }
  }
  return out;
}

RowMapper::BoundSource RowMapper::BindSource(const ValueSource& source, FieldType type) {
  return {.source = &source, .cells = BindColumns(source.columns), .type = type, .values = {}};
}

std::string RowMapper::ColumnNameOf(int column) const {
  if (column < 1 || static_cast<size_t>(column) > header_.size()) return {};
  const std::string& name = header_[static_cast<size_t>(column) - 1];
  return named_.contains(name) ? name : std::string{};
}

// Valid until the next call.
std::string_view RowMapper::Text(const BoundSource& source, const csv::Row& row) {
  if (source.cells.empty()) return source.source->constant;
  if (source.cells.size() == 1) return Trim(row.cells[source.cells[0]].text);
  joined_.clear();
  for (const size_t cell : source.cells) {
    const std::string_view text = Trim(row.cells[cell].text);
    if (text.empty()) continue;
    if (!joined_.empty()) joined_ += ' ';
    joined_ += text;
  }
  return joined_;
}

void RowMapper::Fail(Work& work, const std::vector<size_t>& cells, Error error) const {
  work.failed = true;
  ImportProblem problem{.line = work.row.line, .column = 0, .column_name = "", .error = {}};
  if (!cells.empty()) {
    problem.line = work.row.cells[cells[0]].line;
    problem.column = static_cast<int>(cells[0]) + 1;
    problem.column_name = header_[cells[0]];
  }
  problem.error = std::move(error);
  work.problems.push_back(std::move(problem));
}

// Several columns are joined by `|`, with `\` before a `|` or `\` of their own: two rows have one
// key only when every part is equal.
std::string RowMapper::Key(Work& work, const std::vector<size_t>& cells, bool required) const {
  std::string out;
  bool any = false;
  for (const size_t cell : cells) {
    const std::string_view text = Trim(work.row.cells[cell].text);
    if (text.empty() && required)
      Fail(work, {cell}, Because(Malformed("the key is empty"), Reason::kImportKeyEmpty));
    any = any || !text.empty();
    if (cells.size() == 1) {
      out = text;
      break;
    }
    if (cell != cells.front()) out += '|';
    for (const char c : text) {
      if (c == '|' || c == '\\') out += '\\';
      out += c;
    }
  }
  if (out.size() > kMaxSourceKeyBytes) {
    const std::string limit = std::to_string(kMaxSourceKeyBytes);
    Fail(work,
         cells,
         Because(Malformed("the key is longer than " + limit + " bytes"),
                 Reason::kImportKeyLong,
                 {{"limit", limit}}));
  }
  return any ? out : std::string{};
}

std::optional<IncompleteDate> RowMapper::Date(std::string_view text) const {
  const bool compact = text.size() == 8 && text.find_first_of("-/") == std::string_view::npos;
  switch (mapping_.dates) {
    case DateFormat::kIso:
      if (auto date = ParseIsoDate(text)) return *date;
      return std::nullopt;
    case DateFormat::kDutch:
      if (compact) return std::nullopt;
      break;
    case DateFormat::kCompact:
      if (!compact) return std::nullopt;
      break;
  }
  if (auto date = ParseDutchDate(text)) return *date;
  return std::nullopt;
}

// Nothing when a problem was added.
std::optional<FieldValue> RowMapper::Value(Work& work, const BoundSource& source) {
  std::string_view text = Text(source, work.row);
  if (text.empty()) return FieldValue{Empty{}};
  if (!source.source->codes.empty()) {
    const auto it = source.source->codes.find(text);
    if (it == source.source->codes.end()) {
      Fail(work,
           source.cells,
           Because(Malformed("a code that the mapping does not list"), Reason::kImportCode));
      return std::nullopt;
    }
    text = it->second;
  }
  switch (source.type) {
    case FieldType::kDate:
      if (const auto date = Date(text)) return FieldValue{*date};
      Fail(work,
           source.cells,
           Because(Malformed("no date, or a day that does not exist"), Reason::kImportDate));
      return std::nullopt;
    case FieldType::kBool:
      if (const auto flag = ParseYesNo(text)) return FieldValue{*flag};
      Fail(work, source.cells, Because(Malformed("neither ja nor nee"), Reason::kImportBool));
      return std::nullopt;
    case FieldType::kBsn:
      if (auto bsn = ParseBsn(text)) return FieldValue{*std::move(bsn)};
      Fail(work,
           source.cells,
           Because(Malformed("no BSN: nine digits that pass the 11-proef"), Reason::kImportBsn));
      return std::nullopt;
    case FieldType::kName:
      if (auto name = ParseFullName(text)) return FieldValue{*std::move(name)};
      Fail(work,
           source.cells,
           Because(Malformed("no name with a geslachtsnaam"), Reason::kImportName));
      return std::nullopt;
    case FieldType::kCode:
    case FieldType::kRef:
    case FieldType::kFreetext:
      break;
  }
  if (source.values && !source.values->contains(std::string(text))) {
    Fail(work,
         source.cells,
         Because(Malformed("a value that the covenant's facts do not know"), Reason::kImportValue));
    return std::nullopt;
  }
  return FieldValue{std::string(text)};
}

void RowMapper::MapFields(Work& work, const std::vector<BoundField>& bound, Fields& out) {
  for (const BoundField& field : bound) {
    if (auto value = Value(work, field.source)) out.emplace(field.name, *std::move(value));
  }
}

std::string RowMapper::PersonText(Work& work, std::string_view part) {
  const auto it = person_.find(part);
  return it == person_.end() ? std::string{} : std::string(Text(it->second, work.row));
}

void RowMapper::MapName(Work& work, Name& out) {
  if (const auto whole = person_.find("naam"); whole != person_.end()) {
    auto name = ParseFullName(Text(whole->second, work.row));
    if (!name)
      return Fail(work,
                  whole->second.cells,
                  Because(Malformed("no name with a geslachtsnaam"), Reason::kImportName));
    out = *std::move(name);
  } else {
    out = {.voornamen = PersonText(work, "voornamen"),
           .voorvoegsel = PersonText(work, "voorvoegsel"),
           .geslachtsnaam = PersonText(work, "geslachtsnaam")};
    if (out.geslachtsnaam.empty()) {
      return Fail(work,
                  person_.find("geslachtsnaam")->second.cells,
                  Because(Malformed("no geslachtsnaam"), Reason::kImportSurname));
    }
  }
  for (const auto& [part, text] : {std::pair{"voornamen", &out.voornamen},
                                   std::pair{"voorvoegsel", &out.voorvoegsel},
                                   std::pair{"geslachtsnaam", &out.geslachtsnaam}}) {
    if (text->size() <= kMaxNamePartBytes) continue;
    const auto it = person_.contains("naam") ? person_.find("naam") : person_.find(part);
    const std::string limit = std::to_string(kMaxNamePartBytes);
    Fail(work,
         it->second.cells,
         Because(Malformed("a part of the name is longer than " + limit + " bytes"),
                 Reason::kImportNameLong,
                 {{"limit", limit}}));
  }
}

void RowMapper::MapPerson(Work& work, PersonRow& out) {
  MapName(work, out.person.naam);
  const std::string birth = PersonText(work, "geboortedatum");
  if (!birth.empty()) {
    if (const auto date = Date(birth)) {
      out.person.geboortedatum = *date;
    } else {
      Fail(work,
           person_.find("geboortedatum")->second.cells,
           Because(Malformed("no date, or a day that does not exist"), Reason::kImportDate));
    }
  }
  if (const auto it = person_.find("bsn"); it != person_.end()) {
    if (auto bsn = ParseBsn(Text(it->second, work.row))) {
      out.person.bsn = *std::move(bsn);
    } else {
      Fail(work,
           it->second.cells,
           Because(Malformed("no BSN: nine digits that pass the 11-proef"), Reason::kImportBsn));
    }
  }
  out.person.adres = PersonText(work, "adres");
  out.person_key = Key(work, person_key_, false);
  out.leading = mapping_.leading;
  MapFields(work, attributes_, out.attributes);
  if (known_of_person_.empty()) return;
  const Fields own = FieldsOf(out.person);
  for (const std::string& attribute : known_of_person_) {
    if (const auto it = own.find(attribute); it != own.end()) out.attributes.insert(*it);
  }
}

std::optional<NewRecord> RowMapper::Map(const csv::Row& row, std::vector<ImportProblem>& problems) {
  Work work{.row = row, .problems = problems};
  NewRecord out;
  out.category = mapping_.category;
  out.hardness = mapping_.hardness;
  out.source = mapping_.source;
  out.source_key = Key(work, key_, true);
  if (group_) {
    out.group = Text(*group_, row);
    const auto ref = ParseRef(out.group);
    if (!ref || ref->group.empty() || ref->round || !ref->party.empty()) {
      Fail(work,
           group_->cells,
           Because(Malformed("no group such as VLD-2026-001"), Reason::kImportGroup));
    }
  }
  MapFields(work, fields_, out.fields);
  MapFields(work, meta_, out.meta);
  for (const auto& [source, date] : {std::pair{&fact_date_, &out.fact_date},
                                     std::pair{&first_processed_, &out.first_processed}}) {
    // A bad date that a field shows too is already told.
    if (!*source || work.failed) continue;
    const auto value = Value(work, **source);
    if (!value) continue;
    if (const auto* known = std::get_if<IncompleteDate>(&*value)) *date = *known;
  }
  if (category_.about_person) {
    out.person.emplace();
    MapPerson(work, *out.person);
    if (!work.failed && !from_person_.empty()) {
      const Fields own = FieldsOf(out.person->person);
      for (const std::string& name : from_person_)
        out.fields.insert(*own.find(name));
    }
  }
  if (work.failed) return std::nullopt;
  return out;
}

}  // namespace schakel::record
