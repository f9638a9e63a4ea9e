// decide: what the covenant says about one question (covenant.md, "Meaning", steps 0-8). Pure and
// total: no clock, no I/O; the same question always gets the same decision. Who puts many questions
// puts them in numbers (verdict.h): the same decisions, without their texts.
#pragma once

#include <array>
#include <cstdint>
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

struct Question {
  std::string from, to, purpose, category;
  // The fields that have a value; absent: every declared field. A name that the category declares
  // neither as a field nor as meta refuses the record.
  std::optional<std::set<std::string>> present;
  // A fact that is not here is unknown; so is one of the wrong type or outside its declared values.
  // A stated fact about a person (`listed`) is the outcome of this person's own proof.
  Facts facts;
  bool approved = false;
  // The label of a record that another party gave: it goes on only to whom `onward` names, or back
  // to its giver.
  struct Received {
    std::string giver;
    std::set<std::string> onward;
  };
  std::optional<Received> received;
  // Ids of denies that are known not to be TRUE though their facts are not all known: another
  // party's decision about the same person had to pass them. Such a deny that comes out UNKNOWN is
  // FALSE; one that comes out TRUE stays TRUE.
  std::set<std::string> passed;
  // Forms that this node or the peer cannot make now (a missing pseudonym key, for one).
  std::set<FormKind> unsupported_forms;
  Instant now;
};

enum class Outcome { kPermit, kNeeds, kDeny };

struct Decision {
  Outcome outcome = Outcome::kDeny;
  std::string code;  // empty on permit and needs
  // What is delivered, or on kNeeds would be after the approval; empty on deny.
  std::map<std::string, Form> fields;
  std::map<std::string, std::string> withheld;  // field -> why (a deny's id, or "no form")
  std::vector<std::string> by;                  // ids of the permits, or of the denies; sorted
  std::optional<Period> retain;
  std::set<std::string> onward;
  std::string journal;
  std::optional<Approval> approval;  // kNeeds
  std::string nearest;               // the nearest rule's id on a deny, or empty
  std::vector<std::string> failed;   // its facts that are not TRUE, sorted
  // The internal tier: every rule of the cell with the truth of each of its conditions, by id.
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

class RuleTable;
struct Axes;
struct Case;
struct Verdict;

// A covenant ready to decide with. Immutable, safe for concurrent use.
class Covenant {
 public:
  // The compile-time checks of covenant.md (one field, one form; equal obligations) and the
  // document's own consistency; kMalformed with the first finding. Does not run the in-document
  // tests: see RunTests.
  static Result<std::unique_ptr<const Covenant>> Compile(Document document);

  [[nodiscard]] const Document& document() const { return document_; }

  Covenant(const Covenant&) = delete;
  Covenant& operator=(const Covenant&) = delete;
  ~Covenant();

  [[nodiscard]] Decision Decide(const Question& question) const;

  // The same in numbers. Allocates nothing once `verdict` has held a decision of this covenant.
  void Decide(const Case& asked, Verdict& verdict) const;
  // The verdict in names: what Decide(Question) returns.
  [[nodiscard]] Decision Render(const Verdict& verdict) const;

  // The numbers of names; kNoNumber for one that the covenant does not have.
  [[nodiscard]] Axes AxesOf(std::string_view from,
                            std::string_view to,
                            std::string_view purpose,
                            std::string_view category) const;
  [[nodiscard]] uint32_t FactNumber(std::string_view fact) const;

  // The outcome depends on the covenant, the time and the stated facts alone; everything else in
  // the question is ignored. A Fact statement that is missing, expired, older or invalid is simply
  // absent from `question.facts`. For a stated fact about a person (`listed`) the caller sets
  // `true` when the statement itself is valid, so that a missing or outdated list gives the code
  // `listed`; whether one person's row is proved is told to Decide only, where a failure is
  // NO_RESULT. Status gates (REVOKED, STATUS_STALE, ...) come before and are the caller's.
  [[nodiscard]] CellDecision DecideCell(const Question& question) const;

  // The roles whose approval some permit of the question's cell asks for, at the giver. When there
  // is one, the whole cell waits for it, whoever is asked about (exchange.md 5).
  [[nodiscard]] std::set<std::string> ApproversOf(const Question& question) const;

  // True when a rule about this category can read the fact: its source is declared there.
  [[nodiscard]] bool FactReaches(std::string_view fact, std::string_view category) const;

  // The rules whose axes match the question, by id; denies only where every fact they read is
  // declared. For those who check or explain a decision.
  [[nodiscard]] std::vector<const Deny*> DeniesFor(const Question& question) const;
  [[nodiscard]] const std::vector<const Permit*>& PermitsFor(const Question& question) const;

 private:
  // Views into document_, which never changes.
  using CellKey = std::array<std::string_view, 4>;  // from, to, purpose, category

  explicit Covenant(Document document);

  // Internal to `covenant`.
  friend class KnownFacts;
  friend class PresentSet;
  [[nodiscard]] const RuleTable& table() const { return *table_; }
  [[nodiscard]] std::string_view GateCode(const Axes& axes, Instant now) const;
  void DecideInCell(const Case& asked, Verdict& verdict) const;

  Document document_;
  std::unique_ptr<const RuleTable> table_;
  std::map<CellKey, std::vector<const Permit*>> cells_;  // by id
};

}  // namespace schakel::covenant
