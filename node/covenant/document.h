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
};

enum class FactType { kBool, kInt, kEnum, kAge, kElapsed };
struct FactDeclaration {
  FactType type = FactType::kBool;
  std::vector<std::string> values;  // kEnum
  bool ordered = false;             // kEnum
  // One source.
  std::string from_person;  // persoon.FIELD
  std::string from_record;  // record.FIELD
  std::set<std::string> stated_by;
  int stated_threshold = 0;
  bool about_person = false;  // a stated fact about a person (`listed`)
};

struct Category {
  bool about_person = true;  // about: person | group
  std::map<std::string, FieldType> fields;
  std::map<std::string, FieldType> meta;
  bool guard = false;
};

// AND of tests over facts.
struct IntTest {
  std::optional<int64_t> min, max;
};
struct BoolTest {
  bool equals = true;
};
struct EnumTest {
  std::set<std::string> in;
};  // any of
struct OrderTest {
  std::optional<std::string> min, max;
};  // ordered enum
using Test = std::variant<IntTest, BoolTest, EnumTest, OrderTest>;
using When = std::map<std::string, Test>;

struct Approval {
  std::string by;
  std::string role;
  bool not_requester = true;
  std::string valid;  // a period
};

struct Permit {
  std::string id;
  std::string from, to, purpose, basis, category;
  When when;
  std::map<std::string, Form> fields;
  std::set<std::string> require;
  std::optional<Period> retain;
  std::optional<std::set<std::string>> onward;
  std::string journal;  // empty: the default
  std::optional<Approval> approval;
};

struct Deny {
  std::string id;
  // An empty set means any; "empty selector = nobody" is why the reader turns [] into an error.
  std::set<std::string> from, to, purpose, category;
  When when;
  std::set<std::string> fields;  // empty: the whole record
  std::vector<Form> unless_form;
  bool guard = false;
  std::string text;
};

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

struct InDocumentTest;  // covenant/tests.h

struct Document {
  std::string canonical;  // the bytes
  Hash hash{};            // SHA-256 of them
  Uuid lineage;
  int64_t version = 0;
  std::optional<Hash> previous;
  std::string title;
  std::string regime;
  Instant valid_from, valid_until;  // until is exclusive
  std::optional<Instant> review_by;
  Zone zone = Zone::kAmsterdam;
  Period status_max_age;
  Limits limits;
  int min_cell = 0;
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
  std::vector<Permit> permits;
  std::vector<Deny> denies;
};

// Reads canonical bytes, strictly: every key, name and cross-reference must be known, and what this
// build does not support (approval, aggregates, witness) is refused by name (kMalformed).
Result<Document> ParseDocument(std::string_view canonical);

}  // namespace schakel::covenant
