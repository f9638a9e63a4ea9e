// Whatever a table of tests holds: tests with a name each or findings with a place, and every test
// runs.
#include <cstdint>
#include <set>
#include <string>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/covenant/tests.h"
#include "node/crypto/secret.h"
#include "node/policy/test_table.h"
#include "tests/fuzz/small.h"

using namespace schakel;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  crypto::Init();
  const policy::TestTable table =
      policy::ReadTestTable(SmallCovenant().document(), AsText({data, size}), "t.csv");
  for (const canon::Finding& finding : table.findings)
    CHECK(finding.position.line > 0 && finding.position.column > 0);
  std::set<std::string> names;
  for (const policy::TableTest& test : table.tests) {
    CHECK(names.insert(test.test.name).second);
    CHECK(test.line > 1);
    static_cast<void>(covenant::RunTest(SmallCovenant(), test.test));
  }
  return 0;
}
