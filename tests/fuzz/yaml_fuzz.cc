// Any text gives a tree or findings, never both or neither; a tree has a canonical form that reads
// back, so nothing that the YAML reader lets through can end the process in the writer.
#include <cstdint>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/canon/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schakel::canon;
  const std::string_view text = schakel::AsText({data, size});
  const YamlResult result = ParseYaml(text, "fuzz", schakel::kMaxConfigBytes);
  CHECK(result.root.has_value() == result.findings.empty());
  for (const Finding& finding : result.findings)
    CHECK(finding.position.line >= 1 && finding.position.column >= 1);
  if (!result.root) return 0;
  const auto value = ToValue(*result.root);
  CHECK(value.ok());
  const auto again = ParseCanonical(Write(*value));
  CHECK(again.ok() && *again == *value);
  return 0;
}
