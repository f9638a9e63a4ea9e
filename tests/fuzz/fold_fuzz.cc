// Whatever the text is: a fold that folds to itself, names whose parts are found without losing a
// letter, and matching that is the same both ways.
#include <cstdint>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/record/fold.h"
#include "node/record/match.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace schakel;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string folded = record::Fold(text);
  CHECK(record::Fold(folded) == folded && IsUtf8(folded));
  CHECK(folded.find("ij") == std::string::npos);
  record::IsVoorvoegselWord(text);
  CHECK(record::WithoutVoorvoegsel(text).size() <= text.size());
  const auto name = record::ParseFullName(text);
  if (!name) return 0;
  CHECK(!name->geslachtsnaam.empty());
  const record::FoldedName compared = record::FoldName(*name);
  CHECK(record::SameName(compared, compared) == compared.complete());
  record::Person asked{*name, {2009, 3, 14}, "", ""};
  record::Person own{
      {std::string(text.substr(0, size / 2)), "", std::string(text.substr(size / 2))},
      {2009, 3, 0},
      "",
      ""};
  CHECK(record::Match(asked, own) == record::Match(own, asked));
  CHECK(record::Match(asked, asked) ==
        (compared.complete() ? record::Verdict::kSame : record::Verdict::kDifferent));
  return 0;
}
