// Whatever the text is: a mapping that names a source, a category and a key, or findings with a
// place; nothing that the covenant does not declare, and everything that its facts read of a
// person.
#include <algorithm>
#include <cstdint>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/base/ids.h"
#include "node/record/mapping.h"
#include "tests/unit/record/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace record = schakel::record;
  namespace canon = schakel::canon;
  static const schakel::covenant::Document kCatalogue = record::TestCatalogue();
  const auto result = record::ParseMapping(schakel::AsText({data, size}), "m.yaml", kCatalogue);
  const bool failed =
      std::any_of(result.findings.begin(), result.findings.end(), [](const auto& finding) {
        return finding.severity == canon::Finding::Severity::kError;
      });
  CHECK(failed == !result.mapping.has_value());
  for (const auto& finding : result.findings) {
    CHECK(finding.position.line >= 1 && finding.position.column >= 1 && !finding.id.empty());
  }
  if (!result.mapping) return 0;
  const record::Mapping& mapping = *result.mapping;
  const auto& category = kCatalogue.categories.at(mapping.category);
  CHECK(schakel::IsName(mapping.source) && !mapping.key.empty());
  CHECK(category.about_person == !mapping.person.empty());
  for (const auto& [name, source] : mapping.fields) {
    CHECK(category.fields.contains(name));
    CHECK(source.columns.empty() == !source.constant.empty());
  }
  for (const auto& [name, source] : mapping.meta)
    CHECK(category.meta.contains(name));
  for (const auto& [attribute, type] : record::PersonAttributes(kCatalogue)) {
    CHECK(!category.about_person || mapping.attributes.contains(attribute) ||
          mapping.person.contains(attribute));
  }
  return 0;
}
