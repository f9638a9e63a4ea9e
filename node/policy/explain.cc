#include "node/policy/explain.h"

#include <algorithm>
#include <utility>

#include "node/covenant/tests.h"

namespace schakel::policy {
namespace {

using covenant::Covenant;
using covenant::Document;

bool IsAbout(const covenant::InDocumentTest& test, const Cell& cell) {
  return Cell{test.from, test.to, test.purpose, test.category} == cell;
}

// The one row of the cell; that of a cell without a permit is empty and never.
MatrixRow RowOf(const Covenant& covenant,
                const Cell& cell,
                const covenant::Facts& facts,
                Instant now) {
  MatrixOptions options;
  options.subject = facts;
  options.party = cell.from;
  options.now = now;
  for (MatrixRow& row : MatrixOf(covenant, options)) {
    if (row.cell == cell) return std::move(row);
  }
  MatrixRow none;
  none.cell = cell;
  return none;
}

}  // namespace

Explanation Explain(const Covenant& covenant,
                    const Cell& cell,
                    const covenant::Facts& facts,
                    Instant now) {
  const Document& document = covenant.document();
  Explanation out;
  out.cell = cell;
  out.now = now;
  out.facts = facts;
  covenant::Question question = QuestionOf(cell);
  out.permits = covenant.PermitsFor(question);
  out.denies = covenant.DeniesFor(question);
  out.row = RowOf(covenant, cell, facts, now);
  if (!facts.empty() || out.permits.empty()) {
    question.facts = facts;
    question.now = now;
    out.decision = covenant.Decide(question);
  }
  std::set<std::string> failures;
  for (const covenant::TestFailure& failure : covenant::RunTests(covenant))
    failures.insert(failure.name);
  for (const covenant::InDocumentTest& test : document.tests) {
    if (!IsAbout(test, cell)) continue;
    ++out.tests;
    if (failures.contains(test.name)) ++out.failed_tests;
  }
  return out;
}

}  // namespace schakel::policy
