// The established list of persons as commitments (exchange.md 6, 15): a recipient can check that a
// person stands on the list without seeing the others, or the fields that stay closed.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/canon/value.h"
#include "node/covenant/document.h"
#include "node/record/model.h"

namespace schakel::record {

using Salt = std::array<uint8_t, 32>;

inline constexpr size_t kMinListLeaves = 8;
inline constexpr size_t kMaxListFields = 64;

// A person on the list, with what opens each field.
struct ListedPerson {
  Uuid row;  // random, stable over versions of the list
  Fields values;
  std::map<std::string, Salt> salts;  // the names of `values`
};

// One version of the list. Persons in order of row id; fillers behind them up to a power of two, at
// least kMinListLeaves.
struct Namenlijst {
  std::vector<ListedPerson> persons;
  std::vector<Hash> fillers;
};

// Fresh salts and fillers. Every field of `persoon` is committed; one that `values` lacks as empty.
// kConflict for a row named twice, kMalformed for a field that `persoon` does not declare or a
// value of another type, kExhausted over kMaxSubjectsPerRequest persons.
struct ListRow {
  Uuid row;
  Fields values;
};
Result<Namenlijst> MakeNamenlijst(std::vector<ListRow> rows,
                                  const covenant::Category& persoon,
                                  Entropy& entropy);

// The value of Fact `listed`.
Hash RootOf(const Namenlijst& list);

// For storing it, encrypted, until the next version; one person alone, or the list. Strict.
canon::Value ToValue(const ListedPerson& person);
Result<ListedPerson> ParseListedPerson(const canon::Value& value,
                                       const covenant::Category& persoon);
canon::Value ToValue(const Namenlijst& list);
Result<Namenlijst> ParseNamenlijst(const canon::Value& value, const covenant::Category& persoon);

// What a value is committed as: text, date as ISO, a name as {voornamen, voorvoegsel,
// geslachtsnaam}, a bool as itself, anything empty as "".
canon::Value CommittedValue(const FieldValue& value);
// And back, for a declared type: kMalformed when the value is not what CommittedValue makes of one.
Result<FieldValue> ReadCommitted(const canon::Value& value, covenant::FieldType type);
Hash Commitment(const Salt& salt, const canon::Value& value);

// A subject as the sealed body carries it; well-formed but NOT verified.
struct Opening {
  canon::Value value;
  Salt salt{};
};
struct ListedSubject {
  Uuid row;
  int64_t index = 0;
  Uuid leaf_row;
  std::map<std::string, Hash> leaf_fields;
  std::vector<Hash> path;
  std::map<std::string, Opening> open;
};
canon::Value ToValue(const ListedSubject& subject);
// Shape only. kMalformed.
Result<ListedSubject> ParseListedSubject(const canon::Value& value);

// Opens rows of one list, which must outlive it. The leaves of the whole list are made once.
class ListOpener {
 public:
  explicit ListOpener(const Namenlijst& list);
  // The row's leaf and path, with exactly the named fields open; empty ones stay closed. kNotFound
  // when the row is not on the list.
  [[nodiscard]] Result<ListedSubject> Open(const Uuid& row,
                                           const std::set<std::string>& fields) const;

 private:
  const Namenlijst& list_;
  std::vector<Hash> leaves_;
};
// As ListOpener, for a single row.
Result<ListedSubject> Open(const Namenlijst& list,
                           const Uuid& row,
                           const std::set<std::string>& fields);

// The opened fields of a subject whose proof holds: the leaf is the row's, its path leads to `root`
// in a tree of 2^path leaves, and each opening gives the leaf's commitment and has the declared
// type. kDenied otherwise: no fact and no answer for this person.
Result<Fields> VerifySubject(const ListedSubject& subject,
                             const Hash& root,
                             const covenant::Category& persoon);

// Keyed token of the opened identity, for counting distinct persons: BLAKE2b over canonical {naam,
// geboortedatum, bsn} as opened.
Hash IdentityToken(ByteView key, const Fields& opened);

}  // namespace schakel::record
