#include "node/record/import.h"

#include <array>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "node/base/reason.h"
#include "node/crypto/hash.h"
#include "node/csv/reader.h"
#include "node/record/row_mapper.h"
#include "node/record/writer.h"

namespace schakel::record {
namespace {

// Half of a BLAKE2b of a source key: names it among the keys of one file without keeping it.
using KeyDigest = std::array<uint8_t, 16>;
struct FirstBytes {
  size_t operator()(const KeyDigest& digest) const {
    size_t out = 0;
    std::memcpy(&out, digest.data(), sizeof out);
    return out;
  }
};

KeyDigest DigestOf(std::string_view key) {
  const Hash hash = crypto::Blake2b(AsBytes("schakel/import/source-key"), AsBytes(key));
  KeyDigest out{};
  std::memcpy(out.data(), hash.data(), out.size());
  return out;
}

Error KeyTwice(int64_t line) {
  const std::string at = std::to_string(line);
  return Because(Malformed("the key of this row stands on line " + at + " already"),
                 Reason::kImportKeyTwice,
                 {{"line", at}});
}

}  // namespace

std::string ToString(const std::string& file, const ImportProblem& problem) {
  std::string out = file + ":" + std::to_string(problem.line) + ": ";
  if (problem.column != 0) {
    out += "column " + std::to_string(problem.column);
    if (!problem.column_name.empty()) out += " (" + problem.column_name + ")";
    out += ": ";
  }
  return out + problem.error.detail;
}

class Importer::State final : public csv::Sink {
 public:
  State(const covenant::Document& catalogue,
        Mapping mapping,
        std::string file,
        const ImportOptions& options,
        std::unique_ptr<RecordWriter> writer)
      : mapping_(std::move(mapping)),
        options_(options),
        writer_(std::move(writer)),
        mapper_(mapping_, catalogue),
        reader_({.separator = mapping_.separator, .encoding = mapping_.encoding}, *this) {
    report_.file = std::move(file);
    report_.source = mapping_.source;
    report_.category = mapping_.category;
    report_.dry_run = options.dry_run;
  }

  Result<void> Push(ByteView bytes) { return reader_.Push(bytes); }

  Result<ImportReport> Finish() {
    TRY(reader_.Finish());
    TRY(writer_->Finish());
    return std::move(report_);
  }

  [[nodiscard]] const std::vector<canon::Finding>& findings() const { return findings_; }

  Result<void> OnHeader(const csv::Row& row) override {
    findings_ = mapper_.Bind(row.cells);
    if (findings_.empty()) return {};
    std::string detail;
    for (const canon::Finding& finding : findings_) {
      detail += (detail.empty() ? "" : "\n") + canon::ToString(finding);
    }
    return Malformed(std::move(detail));
  }

  Result<void> OnRow(const csv::Row& row) override {
    TRY(CountRow());
    row_problems_.clear();
    std::optional<NewRecord> record = mapper_.Map(row, row_problems_);
    if (!record) return Skip();
    const auto [earlier, fresh] = lines_.emplace(DigestOf(record->source_key), row.line);
    if (!fresh) {
      row_problems_.push_back(
          {.line = row.line, .column = 0, .column_name = "", .error = KeyTwice(earlier->second)});
      return Skip();
    }
    Result<PutResult> put = writer_->Put(*record);
    if (!put) {
      if (put.error().code != ErrorCode::kMalformed) return std::move(put).error();
      row_problems_.push_back(
          {.line = row.line, .column = 0, .column_name = "", .error = std::move(put).error()});
      return Skip();
    }
    Count(*put);
    return {};
  }

  Result<void> OnProblem(const csv::Problem& problem) override {
    TRY(CountRow());
    row_problems_ = {{.line = problem.line,
                      .column = problem.column,
                      .column_name = mapper_.ColumnNameOf(problem.column),
                      .error = problem.error}};
    return Skip();
  }

 private:
  Result<void> CountRow() {
    if (++report_.rows <= options_.max_rows) return {};
    const std::string limit = std::to_string(options_.max_rows);
    return Because(Exhausted("the file has more than " + limit + " rows"),
                   Reason::kImportRows,
                   {{"limit", limit}});
  }

  Result<void> Skip() {
    ++report_.skipped;
    for (ImportProblem& problem : row_problems_) {
      ++report_.problem_count;
      if (report_.problems.size() < options_.max_problems) {
        report_.problems.push_back(std::move(problem));
      }
    }
    return {};
  }

  void Count(const PutResult& put) {
    switch (put.outcome) {
      case PutOutcome::kNew:
        ++report_.created;
        break;
      case PutOutcome::kRevised:
        ++report_.revised;
        break;
      case PutOutcome::kUnchanged:
        ++report_.unchanged;
        break;
    }
    report_.new_subjects += put.new_subject ? 1 : 0;
    report_.doubtful += put.doubtful ? 1 : 0;
  }

  const Mapping mapping_;
  const ImportOptions options_;
  std::unique_ptr<RecordWriter> writer_;
  RowMapper mapper_;
  csv::Reader reader_;
  ImportReport report_;
  std::vector<canon::Finding> findings_;
  std::vector<ImportProblem> row_problems_;
  std::unordered_map<KeyDigest, int64_t, FirstBytes> lines_;  // of the rows that were put
};

Result<std::unique_ptr<Importer>> Importer::Start(Records& records,
                                                  const covenant::Document& catalogue,
                                                  Mapping mapping,
                                                  std::string file,
                                                  const ImportOptions& options) {
  if (!catalogue.categories.contains(mapping.category)) {
    return Conflict("the mapping was read against another covenant");
  }
  auto writer = TRY(RecordWriter::Start(records, {.dry_run = options.dry_run}));
  auto state = std::make_unique<State>(
      catalogue, std::move(mapping), std::move(file), options, std::move(writer));
  return std::unique_ptr<Importer>(new Importer(std::move(state)));
}

Importer::Importer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Importer::~Importer() = default;

Result<void> Importer::Push(ByteView bytes) {
  return state_->Push(bytes);
}
Result<ImportReport> Importer::Finish() {
  return state_->Finish();
}
const std::vector<canon::Finding>& Importer::findings() const {
  return state_->findings();
}

}  // namespace schakel::record
