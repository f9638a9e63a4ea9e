// The covenant as data: what the canonical JSON says, parsed once, immutable (covenant.md,
// "Document model"). Nodes read only canonical bytes; YAML is read by `author.h`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/crypto/sign.h"

namespace schakel::covenant {

// The forms a field can be delivered in, per type coarser to the right (covenant.md).
enum class FormKind {
  kPlain,
  kMatch,
  kMonth,
  kYear,
  kBand,
  kInitials,
  kCoarse,
  kPseudonymRecipient,
  kPseudonymCovenant,
  kReviewed,
  kWithheld
};
struct Form {
  FormKind kind = FormKind::kWithheld;
  std::string parameter;  // kCoarse: the map's name; kBand: the bounds, "12,16,18,23"
  friend auto operator<=>(const Form&, const Form&) = default;
};
std::string ToString(const Form& form);  // as the covenant writes it: "coarse(buurt)"
Result<Form> ParseForm(std::string_view text);

enum class FieldType { kDate, kName, kCode, kBsn, kRef, kFreetext, kBool };
// True when the type can take the form (lattice of covenant.md).
bool Accepts(FieldType type, const Form& form);
// The coarser of two forms of one type; nullopt when neither is coarser (band and year).
std::optional<Form> Coarser(FieldType type, const Form& a, const Form& b);

struct Party {
  std::string name;
  std::string oin;
  std::string organisation;
  std::vector<crypto::PublicKey> roots;
  int threshold = 1;
};

struct Auditor {
  std::string name;
  std::vector<crypto::PublicKey> roots;
  int threshold = 1;
  std::vector<std::string> organisations;
  std::vector<std::string> categories;  // empty: any
  std::string detail;                   // metadata | decisions
  Instant until;                        // exclusive
};

struct Basis {
  std::string law;
  std::string instrument;  // a document's id; empty: none
  std::set<std::string> giver;
  std::set<std::string> purposes;
  std::optional<Instant> until;  // exclusive
  std::string needs;             // a boolean fact; empty: none
  std::set<std::string> bsn;
  friend bool operator==(const Basis&, const Basis&) = default;
};

enum class FactType { kBool, kInt, kEnum, kAge, kElapsed };
struct FactDeclaration {
  FactType type = FactType::kBool;
  std::optional<IntInterval> range;  // kInt: what it can be, inclusive
  std::vector<std::string> values;   // kEnum
  bool ordered = false;              // kEnum
  // One source.
  std::string from_person;  // persoon.FIELD
  std::string from_record;  // record.FIELD
  std::set<std::string> stated_by;
  int stated_threshold = 0;
  bool about_person = false;  // a stated fact about a person (`listed`)
  friend bool operator==(const FactDeclaration&, const FactDeclaration&) = default;
};

// What a category of counts counts, and how coarsely (exchange.md 5; domain level N1). A count goes
// out once per recipient, group and calendar period that has ended, its cells rounded and the small
// ones left out.
struct Aggregate {
  enum class Span { kMonth, kQuarter, kYear };
  // The category whose records of the group are counted; empty: the giver's own source holds the
  // counts.
  std::string of;
  std::string date;  // the date of `of` (a field or meta) that says in which period a record falls
  // What the count is split by: the name of the field -> the field of `of` and its form (both empty
  // without `of`).
  struct By {
    std::string field;
    Form form;
    friend bool operator==(const By&, const By&) = default;
  };
  std::map<std::string, By> by;
  Span span = Span::kQuarter;
  int round = 5;     // every count is rounded to a multiple of this
  int min_cell = 0;  // fewer records or persons than this are left out
  friend bool operator==(const Aggregate&, const Aggregate&) = default;
};
// The two fields that every category of counts has besides those of `by`.
inline constexpr const char* kPeriodField = "periode";
inline constexpr const char* kCountField = "aantal";

struct Category {
  bool about_person = true;  // about: person | group
  std::map<std::string, FieldType> fields;
  std::map<std::string, FieldType> meta;  // read by conditions, received by nobody
  bool guard = false;
  std::optional<Aggregate> aggregate = std::nullopt;
  friend bool operator==(const Category&, const Category&) = default;
};

// A known value of a fact; a fact that is absent from Facts is unknown. Numbers are intervals: a
// test is UNKNOWN when the interval straddles its bound. A set is one value of an enum of which
// only this much is known: a test is UNKNOWN when the members differ on it, and always for an empty
// set.
using FactValue = std::variant<bool, IntInterval, std::string, std::set<std::string>>;
using Facts = std::map<std::string, FactValue, std::less<>>;

// AND of tests over facts.
struct IntTest {
  std::optional<int64_t> min, max;
  friend bool operator==(const IntTest&, const IntTest&) = default;
};
struct BoolTest {
  bool equals = true;
  friend bool operator==(const BoolTest&, const BoolTest&) = default;
};
struct EnumTest {
  std::set<std::string> in;
  friend bool operator==(const EnumTest&, const EnumTest&) = default;
};  // any of
struct OrderTest {
  std::optional<std::string> min, max;
  friend bool operator==(const OrderTest&, const OrderTest&) = default;
};  // ordered enum
using Test = std::variant<IntTest, BoolTest, EnumTest, OrderTest>;
using When = std::map<std::string, Test>;

struct Approval {
  std::string by;
  std::string role;
  bool not_requester = true;
  std::string valid;  // a period of days, hours or minutes
  friend bool operator==(const Approval&, const Approval&) = default;
};

struct Permit {
  std::string id;
  size_t index = 0;  // in the document's list of rules; findings point there
  std::string from, to, purpose, basis, category;
  When when;
  std::map<std::string, Form> fields;
  std::set<std::string> require;
  std::optional<Period> retain;
  std::optional<std::set<std::string>> onward;
  std::string journal;  // empty: the default
  std::optional<Approval> approval;
  friend bool operator==(const Permit&, const Permit&) = default;
};

struct Deny {
  std::string id;
  size_t index = 0;  // in the document's list of rules
  // An empty set means any; "empty selector = nobody" is why the reader turns [] into an error.
  std::set<std::string> from, to, purpose, category;
  When when;
  std::set<std::string> fields;  // empty: the whole record
  std::vector<Form> unless_form;
  bool guard = false;
  std::string text;
  friend bool operator==(const Deny&, const Deny&) = default;
};

// Absent limits are 0: nothing can be asked about persons.
struct Limits {
  int subjects_per_request = 0;
  int persons_per_group_per_quarter = 0;
  std::optional<Period> request_ttl;
  std::optional<Period> approval_ttl;
};

struct PaperDocument {
  std::string title;
  Hash sha256{};
};

// A question with the answer that the partners signed. What `expect` does not name is not compared.
// See tests.h for running them.
struct InDocumentTest {
  std::string name;
  std::string from, to, purpose, category;
  Facts facts;
  std::optional<std::set<std::string>> present;
  bool approved = false;
  std::optional<Instant> now;  // absent: the covenant's valid.from
  struct Expectation {
    std::string decision;  // permit | needs | deny
    std::optional<std::string> code;
    std::optional<std::map<std::string, Form>> fields;
    std::optional<std::set<std::string>> withheld;
    std::optional<std::vector<std::string>> by;  // sorted
    std::optional<Period> retain;
    std::optional<std::set<std::string>> onward;
    std::optional<std::string> approval;  // the role
    std::optional<std::string> nearest;
    std::optional<std::vector<std::string>> failed;  // sorted
  };
  Expectation expect;
};

// What to do for the other parties' flows when one party leaves.
enum class OnLeave { kContinue, kEnd };

struct Document {
  std::string canonical;  // the bytes
  Hash hash{};            // SHA-256 of them
  Uuid lineage;
  int64_t version = 0;
  std::optional<Hash> previous;
  std::string title;
  std::string regime;  // jeugdgroep | pga | zvh_wgs; empty when the covenant names none
  Instant valid_from, valid_until;  // until is exclusive
  std::optional<Instant> review_by;
  Zone zone = Zone::kAmsterdam;
  Period status_max_age;
  Limits limits;
  int min_cell = 0;
  OnLeave on_leave = OnLeave::kContinue;
  std::map<std::string, Party> parties;
  std::map<std::string, Auditor> auditors;
  std::map<std::string, std::string> purposes;  // id -> text
  std::map<std::string, Basis> bases;
  std::map<std::string, FactDeclaration> facts;
  std::map<std::string, Category> categories;
  std::map<std::string, PaperDocument> documents;
  Period default_retain;
  std::set<std::string> default_onward;
  std::string default_journal;
  std::vector<Permit> permits;  // in the document's order
  std::vector<Deny> denies;
  std::vector<InDocumentTest> tests;
};

// Reads canonical bytes, strictly: every key and value must be known, every name that is used must
// be declared, and what the language has but this build lacks (witness, replaces) is
// refused by name. kMalformed with the first finding and its place ("/rules/3/permit/to: ...");
// kExhausted above kMaxCovenantBytes. Rules are checked against each other by Covenant::Compile.
Result<Document> ParseDocument(std::string_view canonical);

// Refuses by name what the engine can decide but no node can yet perform (kMalformed): an
// `approval` by another party than the giver or of naming somebody, and the form `reviewed` where
// no approval makes anybody read the text. Preparing and activating a covenant ask this; a covenant
// that fails it can still be compiled, tested and explained.
Result<void> CheckSupported(const Document& document);

// The value of a stated fact as a Fact statement spells it: an enum's value, `true`/`false`, a
// decimal integer; for a fact about a person the 64 hex digits of the list's root, which becomes
// `true`: there is a valid list, and each row must still be proved. kMalformed for anything else.
Result<FactValue> ParseStatedValue(const FactDeclaration& fact, std::string_view value);

}  // namespace schakel::covenant
