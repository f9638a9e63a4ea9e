// decide: what the covenant says about one question (covenant.md, "Meaning", steps 0-8). Pure and
// total: no clock, no I/O; the same question always gets the same decision.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "node/base/date.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/covenant/document.h"

namespace schakel::covenant {

enum class Truth { kFalse, kTrue, kUnknown };

// A known value; a fact that is absent from Question::facts is unknown. Numbers are intervals: a
// test is UNKNOWN when the interval straddles its bound.
using FactValue = std::variant<bool, IntInterval, std::string>;
using Facts = std::map<std::string, FactValue, std::less<>>;

struct Question {
  std::string from, to, purpose, category;
  std::optional<std::set<std::string>> present;  // absent: every declared field
  Facts facts;
  bool approved = false;
  Instant now;
};

enum class Outcome { kPermit, kNeeds, kDeny };

struct Decision {
  Outcome outcome = Outcome::kDeny;
  std::string code;                             // empty on permit and needs
  std::map<std::string, Form> fields;           // what is delivered, empty on deny
  std::map<std::string, std::string> withheld;  // field -> why (a deny's id, or "no form")
  std::vector<std::string> by;                  // rule ids, sorted
  std::optional<Period> retain;
  std::set<std::string> onward;
  std::string journal;
  std::optional<Approval> approval;  // kNeeds
  std::string nearest;               // the nearest rule's id on a deny, or empty
  std::vector<std::string> failed;   // its facts that are not TRUE, sorted
  // The internal tier: every rule of the cell with the truth of each of its conditions.
  struct Trace {
    std::string rule;
    Truth whole = Truth::kUnknown;
    std::map<std::string, Truth> conditions;
  };
  std::vector<Trace> trace;
};

// What the asker may be told before any person or record is looked at (exchange.md 5): kOpen, or
// the structural code.
struct CellDecision {
  bool open = false;
  std::string code;  // NO_RULE, DENIED_BY_RULE, BASIS_EXPIRED, EXPIRED, a fact's name, ...
};

// A covenant ready to decide with. Immutable, safe for concurrent use.
class Covenant {
 public:
  // The compile-time checks of covenant.md (one field, one form; equal obligations) and the
  // document's own consistency; kMalformed with the first finding. Does not run the in-document
  // tests: see RunTests.
  static Result<std::unique_ptr<const Covenant>> Compile(Document document);

  [[nodiscard]] const Document& document() const { return document_; }

  [[nodiscard]] Decision Decide(const Question& question) const;

  // Group-level facts only: `question.facts` holds stated facts about the group, and `present` is
  // ignored. A Fact that is missing, expired or invalid is simply absent.
  [[nodiscard]] CellDecision DecideCell(const Question& question) const;

  // The facts that a rule of this category can read, by source.
  [[nodiscard]] bool FactReaches(std::string_view fact, std::string_view category) const;

 private:
  explicit Covenant(Document document) : document_(std::move(document)) {}
  Document document_;
};

}  // namespace schakel::covenant
