// Tests of a covenant as a table: a row per test, a column per part of the question and of the
// answer (policies/README.md, "Tables of tests"). What stands in it is what a test inside the
// covenant can say, so both run alike.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "node/canon/yaml.h"
#include "node/covenant/document.h"

namespace schakel::policy {

struct TableTest {
  covenant::InDocumentTest test;
  int64_t line = 0;  // of the file, where its row begins
};

// The tests, in the file's order, and every finding (E301 a column, E302 a cell, E303 a row); a row
// with a finding gives no test. The column of a finding is the number of the cell.
struct TestTable {
  std::vector<TableTest> tests;
  std::vector<canon::Finding> findings;
};
TestTable ReadTestTable(const covenant::Document& document,
                        std::string_view csv,
                        std::string_view file);

}  // namespace schakel::policy
