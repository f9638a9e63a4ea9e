// Whatever a table of tests holds: tests with a name each or findings with a place, and every test
// runs.
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/covenant/author.h"
#include "node/covenant/tests.h"
#include "node/crypto/secret.h"
#include "node/policy/test_table.h"

namespace {

using namespace schakel;

constexpr const char* kCovenant = R"yaml(covenant: 1
lineage: fill
version: 1
title: "Klein"
valid: {from: fill, until: fill}
timezone: UTC
status_max_age: PT24H
parties:
  a: {name: "A", oin: "00000099000000001001", organisation: a, roots: fill, threshold: fill}
  b: {name: "B", oin: "00000099000000001002", organisation: b, roots: fill, threshold: fill}
purposes:
  p: {text: "P"}
bases:
  open: {law: "wet", giver: [a], purposes: [p]}
facts:
  age:  {type: age, from: persoon.geboortedatum}
  role: {type: enum, values: [dader, getuige], from: record.rol}
categories:
  k: {about: person, fields: {naam: name, datum: date, soort: code}, meta: {rol: code}}
defaults: {retain: P6M, onward: none, journal: both}
rules:
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {age: {min: 12}, role: [dader]}
    fields: {naam: plain, datum: month}
tests: []
)yaml";

const covenant::Covenant& Small() {
  static const auto covenant = [] {
    covenant::DraftCovenant draft =
        covenant::ReadDraft(kCovenant, "c.yaml", Day{std::chrono::year{2026} / 1 / 1});
    CHECK(draft.authored.document.has_value());
    auto compiled = covenant::Covenant::Compile(std::move(*draft.authored.document));
    CHECK(compiled.ok());
    return std::move(*compiled);
  }();
  return *covenant;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  crypto::Init();
  const policy::TestTable table =
      policy::ReadTestTable(Small().document(), AsText({data, size}), "t.csv");
  for (const canon::Finding& finding : table.findings)
    CHECK(finding.position.line > 0 && finding.position.column > 0);
  std::set<std::string> names;
  for (const policy::TableTest& test : table.tests) {
    CHECK(names.insert(test.test.name).second);
    CHECK(test.line > 1);
    static_cast<void>(covenant::RunTest(Small(), test.test));
  }
  return 0;
}
