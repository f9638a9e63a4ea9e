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

int Differing(const covenant::Permit& permit, const Cell& cell) {
  return (permit.from != cell.from ? 1 : 0) + (permit.to != cell.to ? 1 : 0) +
         (permit.purpose != cell.purpose ? 1 : 0) + (permit.category != cell.category ? 1 : 0);
}

const covenant::Permit* NearestTo(const Document& document, const Cell& cell) {
  const auto nearer = [&cell](const covenant::Permit& a, const covenant::Permit& b) {
    const int less = Differing(a, cell) - Differing(b, cell);
    return less != 0 ? less < 0 : a.id < b.id;
  };
  const auto found = std::min_element(document.permits.begin(), document.permits.end(), nearer);
  return found == document.permits.end() ? nullptr : &*found;
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
  if (out.permits.empty()) out.nearest = NearestTo(document, cell);
  const bool in_term = document.valid_from <= now && now < document.valid_until;
  if (!facts.empty() || out.permits.empty() || !in_term) {
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
