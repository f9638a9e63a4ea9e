// A matrix and a difference as people and tools read them. Pure; texts of a covenant are made safe
// where they are written.
#pragma once

#include <string>
#include <vector>

#include "node/canon/value.h"
#include "node/covenant/document.h"
#include "node/policy/diff.h"
#include "node/policy/matrix.h"
#include "node/report/messages.h"
#include "node/report/table.h"

namespace schakel::policy {

using report::Language;

// Which covenant is shown. A draft is a template in which something stands for what is not filled
// in yet: its hash is none that anybody can sign, and wherever it is shown that stands beside it.
struct Origin {
  const covenant::Document& document;
  bool draft = false;
};

// Which covenant stands above an annex: title and version.
std::string Heading(const covenant::Document& document, Language language);
// "SHA-256 3f9a...", or of a draft "ONTWERP, hash nog niet definitief: 3f9a...".
std::string HashLine(const Origin& origin, Language language);

// Heading and hash, a paragraph per row, the texts of the denies that they name, how counts are
// made.
std::string MatrixText(const Origin& origin,
                       const std::vector<MatrixRow>& rows,
                       Language language,
                       const report::Paper& paper);
// RFC 4180, a line per row and field, `;` between cells as the spreadsheets of Dutch offices read
// it; ids and forms as the covenant writes them. A cell that a spreadsheet would take for a formula
// gets an apostrophe in front.
std::string MatrixCsv(const Origin& origin, const std::vector<MatrixRow>& rows);
std::string MatrixMarkdown(const Origin& origin,
                           const std::vector<MatrixRow>& rows,
                           Language language);
// One self-contained page: no script, nothing from elsewhere. The hash stands on it.
std::string MatrixHtml(const Origin& origin, const std::vector<MatrixRow>& rows, Language language);
canon::Value MatrixJson(const std::vector<MatrixRow>& rows);

std::string DifferenceText(const Difference& difference,
                           Language language,
                           const report::Paper& paper);
canon::Value DifferenceJson(const Difference& difference);

// What is known, as space.h writes it ("age=12.. role=verdachte veroordeelde"), in words: "leeftijd
// 12 of meer; rol verdachte of veroordeelde".
std::string WitnessText(const std::string& witness, Language language);

// Facts as JSON: a bool, a text, a number, `[low, high]`, or a list of texts.
canon::Value FactsJson(const covenant::Facts& facts);

}  // namespace schakel::policy
