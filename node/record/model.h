// What a record is: a value per declared field about one person or one group, with where it comes
// from. Plain values, no behaviour; safe to copy and to read from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/covenant/document.h"
#include "node/record/person.h"

namespace schakel::record {

// A field that the source has and left empty. A condition on it is UNKNOWN; so is one on a field
// that the source does not have, but only an empty one disagrees with another source's value.
struct Empty {
  friend bool operator==(const Empty&, const Empty&) = default;
};

// std::string: code, bsn, freetext, ref. The alternative follows from the field's declared type.
using FieldValue = std::variant<Empty, IncompleteDate, Name, std::string, bool>;
using Fields = std::map<std::string, FieldValue, std::less<>>;

// Empty, "", a wholly unknown date or a name without parts.
bool IsEmpty(const FieldValue& value);

// True when the value is Empty or of the alternative that belongs to the type.
bool HasType(const FieldValue& value, covenant::FieldType type);

// Limits and characters: UTF-8 without control characters (line feed and tab are allowed), text at
// most kMaxFieldBytes, name parts at most kMaxNamePartBytes. kMalformed; the detail holds no value.
Result<void> CheckValue(const FieldValue& value);

// Facts from systems, or what a person saw or thinks: Dir. 2016/680 art. 7(1) keeps them apart.
enum class Hardness { kHard, kSoft };

inline constexpr size_t kMaxSourceKeyBytes = 256;

// A stored record. `id` is stable over revisions.
struct Record {
  Uuid id;
  std::string category;
  std::optional<Uuid> subject;  // absent for categories about a group
  std::string group;            // VLD-2026-001, or empty
  Hardness hardness = Hardness::kHard;
  int64_t revision = 1;
  IncompleteDate fact_date;        // date of the fact; unknown is allowed
  IncompleteDate first_processed;  // date first processed; unknown is allowed
  std::string source;              // a source's name, IsName
  std::string source_key;          // names the record within its source
  Fields fields;                   // what can be delivered, by declared name
  Fields meta;                     // what conditions read and nobody receives
  friend bool operator==(const Record&, const Record&) = default;
};

// What one row says about its person.
struct PersonRow {
  Person person;
  // The `persoon` attributes that this source has, by the name that the covenant's facts read
  // (persoon.afgeschermd -> "afgeschermd"). An attribute that the source has but left empty is
  // Empty. `geboortedatum` is added from `person` when it is known and not given here.
  Fields attributes;
  // The source's own key of the person, or empty. Rows of one source with the same key are one
  // person without matching.
  std::string person_key;
  // True for a source whose spelling of names and address is shown first (BRP).
  bool leading = false;
  friend bool operator==(const PersonRow&, const PersonRow&) = default;
};

// A row of a source on its way in; `person` is present exactly for categories about persons.
struct NewRecord {
  std::string category;
  std::string group;
  Hardness hardness = Hardness::kHard;
  IncompleteDate fact_date;
  IncompleteDate first_processed;
  std::string source;
  std::string source_key;
  Fields fields;
  Fields meta;
  std::optional<PersonRow> person;
};

// What every row must be, whatever the covenant: source, key and category present and within their
// limits, a person or a group, a group that is a reference, a BSN of nine digits, and values that
// pass CheckValue. kMalformed names the field, never the value.
Result<void> CheckRow(const NewRecord& record);

// Against the catalogue: the category is declared, `person` is present exactly when it is about
// persons, a category about a group names its group, every field and meta is declared and has the
// alternative of its type, and every value passes CheckValue. kMalformed names the field, never the
// value.
Result<void> CheckDeclared(const NewRecord& record, const covenant::Document& document);

// What the sources of one person say together.
struct Subject {
  // One thing that a source says about the person, in one or more of its rows.
  struct View {
    uint32_t id = 0;
    std::string source;
    PersonRow row;
    friend bool operator==(const View&, const View&) = default;
  };
  Uuid id;
  std::vector<View> views;  // by id
  friend bool operator==(const Subject&, const Subject&) = default;
};

// As people read it: dates as ISO texts, truth as ja or nee; empty for a value that is Empty.
std::string SpokenValue(const FieldValue& value);

// For matching and display: name and address of the first leading view that has them, else of the
// first view with a BSN, else of the first; the BSN that any view has; the most complete birth date
// when all are compatible, else unknown.
Person IdentityOf(const Subject& subject);

// The value on which every view that has the attribute agrees; nullopt when none has it, one left
// it empty or two differ: UNKNOWN (exchange.md 6).
std::optional<FieldValue> AttributeOf(const Subject& subject, std::string_view attribute);

// The fields of category `persoon` that a person fills: naam, geboortedatum, bsn, adres; what is
// not known is Empty. And back: missing or mistyped fields stay unknown.
Fields FieldsOf(const Person& person);
Person PersonOf(const Fields& fields);

}  // namespace schakel::record
