// The name fold: spellings of one name that registers mix up become one text. An own table, because
// what folds decides who is linked: it must not change with a library or a locale. Its vectors are
// tests/data/fold/; every change of the table raises kFoldVersion, and stored name tokens are then
// built anew (the version is part of the token's key).
#pragma once

#include <string>
#include <string_view>

#include "node/record/person.h"

namespace schakel::record {

inline constexpr int kFoldVersion = 1;

// Latin letters lose their diacritics and case, `ij`, `ĳ` and `ÿ` become `y`, ligatures and special
// letters are spelled out (ß ss, æ ae, ø o, đ d, þ th); everything that is no letter or digit goes:
// blanks, hyphens, apostrophes, dots, combining marks. Letters of other scripts stay as they are.
// Text that is not UTF-8 folds to nothing.
std::string Fold(std::string_view text);

// The name that is compared: the first given name and the geslachtsnaam without voorvoegsel, both
// folded. An initial ("J.") is no given name: it folds to nothing, because brothers share it.
struct FoldedName {
  std::string given;
  std::string surname;
  // A name with an empty part equals nothing.
  [[nodiscard]] bool complete() const { return !given.empty() && !surname.empty(); }
  friend bool operator==(const FoldedName&, const FoldedName&) = default;
};
FoldedName FoldName(const Name& name);

// Both are complete and equal.
bool SameName(const FoldedName& a, const FoldedName& b);

// True for a word that can stand in a voorvoegsel of BRP table 36 ("van", "der", "'t", "vd", "el").
bool IsVoorvoegselWord(std::string_view word);

// The geslachtsnaam without a voorvoegsel in front ("van der Meer") or behind a comma ("Meer, van
// der"). The last word always stays.
std::string WithoutVoorvoegsel(std::string_view geslachtsnaam);

}  // namespace schakel::record
