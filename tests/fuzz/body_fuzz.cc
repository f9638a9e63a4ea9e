// Whatever the text is: refused, or a body that writes exactly that text, whose subjects verify
// against no root that they do not lead to.
#include <cstdint>
#include <set>

#include "node/base/check.h"
#include "node/canon/json.h"
#include "node/record/body.h"
#include "tests/unit/record/example.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schakel;
  static const covenant::Document covenant = record::ExampleCovenant();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto body = record::ParseBody(text);
  if (!body) return 0;
  CHECK(canon::Write(record::ToValue(*body)) == text);
  CHECK(body->subjects.size() == body->decision.size());
  std::set<Uuid> rows;
  for (const record::ListedSubject& subject : body->subjects) {
    CHECK(rows.insert(subject.row).second);
    CHECK(!record::VerifySubject(subject, Hash{}, covenant.categories.at("persoon")).ok());
  }
  return 0;
}
