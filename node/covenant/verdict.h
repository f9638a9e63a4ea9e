// A question and its decision in numbers: what `Decide` works with, and what a caller with many
// records keeps between them, so that a decision allocates nothing. decide.h has the same in names.
//
// A number is a place in the covenant's own document: fact 0 is the first of `document().facts`,
// field 0 of a category the first of its `fields`, rule 0 the first id of all permits and denies
// together. Numbers of one covenant mean nothing to another.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/date.h"
#include "node/base/seams.h"
#include "node/covenant/decide.h"

namespace schakel::covenant {

inline constexpr uint32_t kNoNumber = UINT32_MAX;

// Who gives what to whom. Names that the covenant does not have are kNoNumber; deciding refuses
// them by their own codes.
struct Axes {
  uint32_t from = kNoNumber;
  uint32_t to = kNoNumber;
  uint32_t purpose = kNoNumber;
  uint32_t category = kNoNumber;
};

// What is known of every fact. Setting allocates nothing. Two are equal when no rule can tell them
// apart by one fact's whole value.
class KnownFacts {
 public:
  // Nothing is known. `covenant` must outlive this.
  explicit KnownFacts(const Covenant& covenant);

  // A value of another type than the fact's, an interval upside down, and a name that the enum does
  // not have make the fact unknown, as in Question::facts. `fact` is a number below
  // `document().facts.size()`.
  void Set(uint32_t fact, const FactValue& value);
  void SetFlag(uint32_t fact, bool value);
  void SetNumber(uint32_t fact, const IntInterval& value);
  void SetName(uint32_t fact, std::string_view name);
  void Forget(uint32_t fact);
  void ForgetAll();

  friend bool operator==(const KnownFacts& a, const KnownFacts& b) { return a.words_ == b.words_; }

 private:
  friend class Covenant;
  void SetNames(uint32_t fact, const std::set<std::string>& names);

  const RuleTable* table_;
  std::vector<uint64_t> words_;  // RuleTable::FactPlace says which are a fact's
};

// The fields of one category that hold something.
class PresentSet {
 public:
  // Nothing is present. Allocates when this category has more fields than any before.
  void Restart(const Covenant& covenant, uint32_t category);
  // A name that the category declares neither as a field nor as meta refuses the record; meta
  // counts for nothing here.
  void Add(const Covenant& covenant, std::string_view name);

  [[nodiscard]] bool Has(uint32_t field) const {
    return (words_[field / 64] >> (field % 64) & 1U) != 0;
  }
  [[nodiscard]] bool undeclared() const { return undeclared_; }

 private:
  uint32_t category_ = kNoNumber;
  bool undeclared_ = false;
  std::vector<uint64_t> words_;
};

// A Question in numbers. What a pointer names must outlive the call that reads it.
struct Case {
  Axes axes;
  const KnownFacts* facts = nullptr;    // of the same covenant; never null
  const PresentSet* present = nullptr;  // of this category; null: every declared field
  bool approved = false;
  const Question::Received* received = nullptr;
  const std::set<std::string>* passed = nullptr;
  const std::set<FormKind>* unsupported_forms = nullptr;
  Instant now;
};

// A Decision in numbers, and the space to make it in. The first decision of a covenant allocates
// what the largest can need; every further one nothing. Views are into the covenant, which must
// outlive them.
struct Verdict {
  Outcome outcome = Outcome::kDeny;
  std::string_view code;  // empty on permit and needs
  uint32_t category = kNoNumber;

  struct RuleTruth {
    uint32_t rule;
    Truth whole;
    uint32_t first, past;  // of `conditions`, in order of the facts' names
  };
  std::vector<RuleTruth> rules;   // every rule of the cell, by number
  std::vector<Truth> conditions;  // meaningful where `rules` point

  struct Field {
    enum class Stand : uint8_t { kAbsent, kGiven, kWithheld };
    Stand stand = Stand::kAbsent;
    const Form* form = nullptr;  // kGiven
    uint32_t deny = kNoNumber;   // kWithheld: the rule, or none: no form
  };
  // By number; empty when it was not come to. On a deny nothing goes, whatever stands here.
  std::vector<Field> fields;
  std::vector<uint32_t> by;       // the permits, or the denies
  uint32_t nearest = kNoNumber;   // on a deny
  std::vector<uint32_t> failed;   // facts
  uint32_t obliging = kNoNumber;  // the permit whose obligations hold; on permit and needs

  // Bytes that are equal only for verdicts of one covenant that name the same decision in full.
  // Appends to `out`.
  void AppendKey(std::string& out) const;

 private:
  friend class Covenant;
  std::vector<uint64_t> biting_;  // denies of fields that are not FALSE
};

}  // namespace schakel::covenant
