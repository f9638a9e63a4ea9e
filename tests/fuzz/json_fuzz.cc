// Whatever the canonical reader accepts is written back to the same bytes; whatever the free reader
// accepts has one canonical form, which both readers read as the same value. An outline is read as
// strictly as the whole.
#include <cstdint>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/canon/json.h"
#include "node/canon/json_parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schakel::canon;
  const std::string_view text = schakel::AsText({data, size});
  const auto strict = ParseCanonical(text);
  const auto free = ParseJson(text);
  const auto outline = ParseOutline(text, "t");
  CHECK(outline.ok() == strict.ok());
  if (outline) {
    for (const std::string_view item : outline->items)
      CHECK(ParseCanonical(item).ok());
  }
  if (strict) {
    CHECK(Write(*strict) == text);
    CHECK(free.ok() && *free == *strict);
  }
  if (free) {
    const auto again = ParseCanonical(Write(*free));
    CHECK(again.ok() && *again == *free);
    const auto pretty = ParseJson(WritePretty(*free));
    CHECK(pretty.ok() && *pretty == *free);
  }
  return 0;
}
