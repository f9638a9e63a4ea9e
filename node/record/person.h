// Who somebody is, as one source or one request says it.
#pragma once

#include <string>
#include <string_view>

#include "node/base/date.h"
#include "node/base/result.h"

namespace schakel::record {

// A name in BRP's three parts. Any part may be empty; `voornamen` holds all given names, the first
// one first.
struct Name {
  std::string voornamen;
  std::string voorvoegsel;
  std::string geslachtsnaam;
  [[nodiscard]] bool empty() const {
    return voornamen.empty() && voorvoegsel.empty() && geslachtsnaam.empty();
  }
  friend bool operator==(const Name&, const Name&) = default;
};

// BRP: at most 200 characters per part; here in bytes of UTF-8.
inline constexpr size_t kMaxNamePartBytes = 800;

// As people say it: "José van der Meer".
std::string SpokenName(const Name& name);

// The parts of a name that stands in one column: "van der Meer, José", "Meer, José van der",
// "Meer, van der, José" and "Jose vd Meer" give {José, van der, Meer}. Without comma the given
// names end where the first voorvoegsel starts, or before the last word. kMalformed when nothing
// can be the geslachtsnaam.
Result<Name> ParseFullName(std::string_view text);

struct Person {
  Name naam;
  IncompleteDate geboortedatum;  // wholly unknown when not known
  std::string bsn;               // nine digits, or empty: not known
  std::string adres;             // or empty
  friend bool operator==(const Person&, const Person&) = default;
};

// Nine digits: the shape of a BSN.
bool HasBsnShape(std::string_view text);
// The shape, and the 11-proef (9a+8b+...+2h-i divisible by 11, not all zeros).
bool IsBsn(std::string_view text);
// As exports write it: blanks and dots dropped, the leading zero that Excel eats put back (eight
// digits). kMalformed when the result is no BSN; empty text gives empty: not known.
Result<std::string> ParseBsn(std::string_view text);

}  // namespace schakel::record
