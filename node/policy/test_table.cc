#include "node/policy/test_table.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "node/base/bytes.h"
#include "node/base/date.h"
#include "node/csv/reader.h"
#include "node/policy/never.h"

namespace schakel::policy {
namespace {

using canon::Finding;
using covenant::Document;
using covenant::Form;
using covenant::InDocumentTest;

constexpr std::string_view kFact = "facts.";
constexpr std::string_view kField = "fields.";
constexpr std::string_view kNone = "-";  // a list of nothing

const std::set<std::string, std::less<>> kColumns{"name",
                                                  "from",
                                                  "to",
                                                  "purpose",
                                                  "category",
                                                  "present",
                                                  "approved",
                                                  "now",
                                                  "decision",
                                                  "code",
                                                  "withheld",
                                                  "by",
                                                  "retain",
                                                  "onward",
                                                  "approval",
                                                  "nearest",
                                                  "failed",
                                                  "fields"};
const std::set<std::string, std::less<>> kNeeded{"from", "to", "category", "decision"};

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> out;
  if (text == kNone) return out;
  std::string word;
  for (const char c : std::string(text) + " ") {
    if (c != ' ' && c != '\n' && c != '\t') {
      word += c;
    } else if (!word.empty()) {
      out.push_back(std::exchange(word, {}));
    }
  }
  return out;
}

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \n\t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \n\t") - begin + 1);
}

// One row on its way to a test: its cells by column, and what is wrong with them.
class RowReader {
 public:
  struct At {
    std::string_view text;  // not empty
    int64_t line;
    int column;
  };
  using Cells = std::map<std::string, At, std::less<>>;

  RowReader(const Document& document, const Cells& cells) : document_(document), cells_(cells) {}

  std::optional<InDocumentTest> Read() {
    InDocumentTest test;
    if (const At* cell = Cell("name")) test.name = std::string(cell->text);
    test.from = Known("from", document_.parties, "party").value_or("");
    test.to = Known("to", document_.parties, "party").value_or("");
    test.category = Known("category", document_.categories, "category").value_or("");
    if (Cell("purpose") == nullptr && document_.purposes.size() == 1) {
      test.purpose = document_.purposes.begin()->first;
    } else {
      test.purpose = Known("purpose", document_.purposes, "purpose").value_or("");
    }
    if (const At* cell = Cell("present")) {
      const std::vector<std::string> words = Words(cell->text);
      test.present.emplace(words.begin(), words.end());
    }
    if (const At* cell = Cell("approved")) {
      test.approved = cell->text == "true";
      if (!test.approved && cell->text != "false") Wrong(*cell, "must be `true` or `false`");
    }
    if (const At* cell = Cell("now")) {
      const auto date = ParseIsoDate(cell->text);
      if (date.ok() && date->complete()) {
        test.now = FirstInstantOf(date->Earliest(), document_.zone);
      } else {
        Wrong(*cell, "must be a day", "write it as 2026-12-31");
      }
    }
    ReadFacts(test.facts);
    ReadExpectation(test);
    if (!findings_.empty()) return std::nullopt;
    return test;
  }

  std::vector<Finding>& findings() { return findings_; }

 private:
  [[nodiscard]] const At* Cell(std::string_view column) const {
    const auto it = cells_.find(column);
    return it == cells_.end() ? nullptr : &it->second;
  }

  void Wrong(const At& cell, std::string message, std::string fix = "") {
    Finding finding;
    finding.position = {static_cast<int>(cell.line), cell.column};
    finding.id = "E302";
    finding.message = std::move(message);
    finding.fix = std::move(fix);
    findings_.push_back(std::move(finding));
  }

  template <typename Keyed>
  bool IsKnown(const At& cell, const std::string& name, const Keyed& known, const char* what) {
    if (known.contains(name)) return true;
    Wrong(cell, "unknown " + std::string(what) + " `" + name + "`");
    return false;
  }

  template <typename Keyed>
  std::optional<std::string> Known(std::string_view column, const Keyed& known, const char* what) {
    const At* cell = Cell(column);
    if (cell == nullptr) {
      if (kNeeded.contains(column) || column == "purpose") {
        Finding finding;
        finding.id = "E302";
        finding.message = "`" + std::string(column) + "` is empty";
        findings_.push_back(std::move(finding));
      }
      return std::nullopt;
    }
    const std::string name(cell->text);
    if (!IsKnown(*cell, name, known, what)) return std::nullopt;
    return name;
  }

  template <typename Keyed>
  std::optional<std::vector<std::string>> List(std::string_view column,
                                               const Keyed& known,
                                               const char* what) {
    const At* cell = Cell(column);
    if (cell == nullptr) return std::nullopt;
    std::vector<std::string> words = Words(cell->text);
    for (const std::string& word : words)
      IsKnown(*cell, word, known, what);
    std::sort(words.begin(), words.end());
    return words;
  }

  void ReadFacts(covenant::Facts& facts) {
    for (auto it = cells_.lower_bound(kFact); it != cells_.end() && it->first.starts_with(kFact);
         ++it) {
      const std::string name = it->first.substr(kFact.size());
      const auto given = ParseGivenFact(name + "=" + std::string(it->second.text), document_);
      if (!given.ok()) {
        Wrong(it->second, given.error().detail);
      } else if (given->value) {
        facts.insert_or_assign(name, *given->value);
      }
    }
  }

  void AddForm(const At& cell,
               const InDocumentTest& test,
               const std::string& field,
               const std::string& text,
               std::map<std::string, Form>& forms) {
    const auto category = document_.categories.find(test.category);
    if (category == document_.categories.end()) return;
    if (!IsKnown(cell, field, category->second.fields, "field")) return;
    const auto form = covenant::ParseForm(text);
    if (!form.ok()) {
      Wrong(cell, "unknown form `" + text + "`");
    } else if (form->kind != covenant::FormKind::kWithheld) {
      forms.insert_or_assign(field, *form);
    }
  }

  // `fields` has them all in one cell, `fields.NAME` one of them; `withheld` says that it stays.
  void ReadForms(InDocumentTest& test) {
    std::map<std::string, Form> forms;
    bool any = false;
    if (const At* cell = Cell("fields")) {
      any = true;
      for (const std::string& word : Words(cell->text)) {
        const size_t equals = word.find('=');
        if (equals == std::string::npos) {
          Wrong(*cell, "`" + word + "` is no field and its form", "write datum=month soort=plain");
          continue;
        }
        AddForm(*cell, test, word.substr(0, equals), word.substr(equals + 1), forms);
      }
    }
    for (auto it = cells_.lower_bound(kField); it != cells_.end() && it->first.starts_with(kField);
         ++it) {
      any = true;
      AddForm(
          it->second, test, it->first.substr(kField.size()), std::string(it->second.text), forms);
    }
    if (any) test.expect.fields = std::move(forms);
  }

  void ReadExpectation(InDocumentTest& test) {
    static const std::set<std::string> decisions{"permit", "needs", "deny"};
    InDocumentTest::Expectation& expect = test.expect;
    expect.decision = Known("decision", decisions, "decision").value_or("");
    if (const At* cell = Cell("code")) {
      expect.code = std::string(cell->text);
      if (expect.decision != "deny") Wrong(*cell, "only a deny has a code");
    }
    ReadForms(test);
    const auto category = document_.categories.find(test.category);
    if (category != document_.categories.end()) {
      if (const auto withheld = List("withheld", category->second.fields, "field")) {
        expect.withheld.emplace(withheld->begin(), withheld->end());
      }
    }
    std::set<std::string> rules;
    for (const covenant::Permit& permit : document_.permits)
      rules.insert(permit.id);
    for (const covenant::Deny& deny : document_.denies)
      rules.insert(deny.id);
    expect.by = List("by", rules, "rule");
    expect.failed = List("failed", document_.facts, "fact");
    expect.nearest = Known("nearest", rules, "rule");
    if (const auto onward = List("onward", document_.parties, "party")) {
      expect.onward.emplace(onward->begin(), onward->end());
    }
    if (const At* cell = Cell("retain")) {
      const auto period = ParsePeriod(cell->text);
      if (period.ok()) {
        expect.retain = *period;
      } else {
        Wrong(*cell, "is not a period", "write it as P6M");
      }
    }
    if (const At* cell = Cell("approval")) expect.approval = std::string(cell->text);
  }

  const Document& document_;
  const Cells& cells_;
  std::vector<Finding> findings_;
};

class TableSink final : public csv::Sink {
 public:
  TableSink(const Document& document, std::string_view file, TestTable& out)
      : document_(document), file_(file), out_(out) {}

  Result<void> OnHeader(const csv::Row& row) override {
    std::set<std::string, std::less<>> seen;
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const std::string name(Trimmed(row.cells[i].text));
      columns_.push_back(name);
      const Place at{row.cells[i].line, static_cast<int>(i) + 1};
      if (!seen.insert(name).second) {
        Tell(at, "E301", "a second column `" + name + "`");
      } else if (!IsColumn(name)) {
        Tell(at,
             "E301",
             "unknown column `" + name + "`",
             "name, from, to, purpose, category, facts.FACT, present, approved, now; decision, "
             "code, fields, fields.FIELD, withheld, by, retain, onward, approval, nearest, failed");
      }
    }
    for (const std::string& needed : kNeeded) {
      if (!seen.contains(needed)) {
        Tell({row.line, 1}, "E301", "the column `" + needed + "` is missing");
      }
    }
    if (!out_.findings.empty()) return Malformed("columns");
    return {};
  }

  Result<void> OnRow(const csv::Row& row) override {
    RowReader::Cells cells;
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const std::string_view text = Trimmed(row.cells[i].text);
      if (text.empty()) continue;
      cells.insert_or_assign(columns_[i],
                             RowReader::At{text, row.cells[i].line, static_cast<int>(i) + 1});
    }
    RowReader reader(document_, cells);
    auto test = reader.Read();
    for (Finding& finding : reader.findings()) {
      // What is missing has no cell: the row is where it lacks.
      if (finding.position == canon::Position{}) finding.position = {static_cast<int>(row.line), 1};
      finding.file = std::string(file_);
      out_.findings.push_back(std::move(finding));
    }
    if (!test) return {};
    if (test->name.empty()) test->name = std::string(file_) + ":" + std::to_string(row.line);
    if (!names_.insert(test->name).second) {
      Tell({row.line, 1}, "E303", "`" + test->name + "` is the name of an earlier test");
      return {};
    }
    out_.tests.push_back({std::move(*test), row.line});
    return {};
  }

  Result<void> OnProblem(const csv::Problem& problem) override {
    Tell({problem.line, std::max(1, problem.column)}, "E303", problem.error.detail);
    return {};
  }

 private:
  struct Place {
    int64_t line;
    int column;
  };

  void Tell(Place place, const char* id, std::string message, std::string fix = "") {
    out_.findings.push_back({std::string(file_),
                             {static_cast<int>(place.line), place.column},
                             Finding::Severity::kError,
                             id,
                             std::move(message),
                             std::move(fix)});
  }

  [[nodiscard]] bool IsColumn(const std::string& name) const {
    if (kColumns.contains(name)) return true;
    if (name.starts_with(kFact)) return document_.facts.contains(name.substr(kFact.size()));
    if (!name.starts_with(kField)) return false;
    const std::string field = name.substr(kField.size());
    return std::any_of(document_.categories.begin(),
                       document_.categories.end(),
                       [&](const auto& entry) { return entry.second.fields.contains(field); });
  }

  const Document& document_;
  std::string_view file_;
  TestTable& out_;
  std::vector<std::string> columns_;
  std::set<std::string> names_;
};

}  // namespace

TestTable ReadTestTable(const Document& document, std::string_view csv, std::string_view file) {
  TestTable out;
  TableSink sink(document, file, out);
  csv::Reader reader({}, sink);
  Result<void> done = reader.Push(AsBytes(csv));
  if (done) done = reader.Finish();
  if (!done && out.findings.empty()) {
    out.findings.push_back({std::string(file),
                            {1, 1},
                            Finding::Severity::kError,
                            "E303",
                            done.error().detail,
                            "save the table as CSV in UTF-8"});
  }
  return out;
}

}  // namespace schakel::policy
