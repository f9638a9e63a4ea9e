#include "node/covenant/decide.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "node/covenant/check.h"
#include "node/covenant/evaluate.h"
#include "node/covenant/rule_table.h"
#include "node/covenant/verdict.h"

namespace schakel::covenant {
namespace {

using Rule = RuleTable::Rule;

constexpr size_t kWordBits = 64;
const std::vector<const Permit*> kNoPermits;

// Calls `visit` with the number of every rule on these axes, in order.
template <typename Visit>
void ForRulesOn(const RuleTable& table, const Axes& axes, Visit visit) {
  const uint64_t* const from = table.On(RuleTable::kFrom, axes.from);
  const uint64_t* const to = table.On(RuleTable::kTo, axes.to);
  const uint64_t* const purpose = table.On(RuleTable::kPurpose, axes.purpose);
  const uint64_t* const category = table.On(RuleTable::kCategory, axes.category);
  for (size_t word = 0; word < table.width; ++word) {
    uint64_t rules = from[word] & to[word] & purpose[word] & category[word];
    for (; rules != 0; rules &= rules - 1) {
      visit(static_cast<uint32_t>(word * kWordBits + static_cast<size_t>(std::countr_zero(rules))));
    }
  }
}

void Refuse(Verdict& verdict, std::string_view code) {
  verdict.outcome = Outcome::kDeny;
  verdict.code = code;
}

// How many of the four axes of the question the permit does not have.
int DifferingAxes(const Axes& permit, const Axes& asked) {
  return (permit.from != asked.from ? 1 : 0) + (permit.to != asked.to ? 1 : 0) +
         (permit.purpose != asked.purpose ? 1 : 0) + (permit.category != asked.category ? 1 : 0);
}

// Step 4 for an empty cell; the rules stand in order of id, so the first minimum wins.
uint32_t NearestByAxes(const RuleTable& table, const Axes& asked) {
  uint32_t nearest = kNoNumber;
  int fewest = 0;
  for (uint32_t number = 0; number < table.rules.size(); ++number) {
    const Rule& rule = table.rules[number];
    if (rule.permit == nullptr) continue;
    const int differing = DifferingAxes(rule.axes, asked);
    if (nearest != kNoNumber && differing >= fewest) continue;
    nearest = number;
    fewest = differing;
  }
  return nearest;
}

// What the denies and the permits of a cell come to together.
struct Tally {
  bool denied_true = false;
  bool denied_unknown = false;
  // Of permits:
  bool any = false;
  bool any_true = false;
  bool any_unknown = false;
  uint32_t nearest = kNoNumber;  // the first with the fewest conditions that are not TRUE
  uint32_t nearest_not_true = 0;
};

// One decision in the making: steps 1 to 8.
class Decider {
 public:
  Decider(const RuleTable& table,
          const Case& asked,
          const std::vector<uint64_t>& known,
          std::vector<uint64_t>& biting,
          Verdict& verdict)
      : table_(table), asked_(asked), known_(known), biting_(biting), verdict_(verdict) {}

  void Run() {
    onward_holds_ = OnwardHolds();
    // Every rule is evaluated before anything is decided: no rule hides another.
    ForRulesOn(table_, asked_.axes, [this](uint32_t number) { Weigh(number); });
    if (tally_.denied_true || tally_.denied_unknown) return Denied();
    if (!tally_.any) {
      verdict_.nearest = NearestByAxes(table_, asked_.axes);
      return Refuse(verdict_, "NO_RULE");
    }
    if (verdict_.by.empty()) return NoPermit();
    Deliver();
  }

 private:
  [[nodiscard]] bool OnwardHolds() const {
    const Question::Received* const label = asked_.received;
    if (label == nullptr) return true;
    const std::string_view to = table_.parties[asked_.axes.to];
    const auto is_to = [to](const std::string& party) { return party == to; };
    return is_to(label->giver) || std::any_of(label->onward.begin(), label->onward.end(), is_to);
  }

  // Evaluates every condition of the rule, none skipped, and counts it.
  void Weigh(uint32_t number) {
    const Rule& rule = table_.rules[number];
    bool any_false = false;
    uint32_t not_true = 0;
    for (uint32_t i = rule.first; i < rule.past; ++i) {
      const Truth truth = table_.Evaluate(table_.conditions[i], known_);
      verdict_.conditions[i] = truth;
      any_false = any_false || truth == Truth::kFalse;
      not_true += truth != Truth::kTrue ? 1 : 0;
    }
    Truth whole = not_true == 0 ? Truth::kTrue : any_false ? Truth::kFalse : Truth::kUnknown;
    if (rule.permit != nullptr) {
      WeighPermit(number, whole, not_true);
    } else {
      if (whole == Truth::kUnknown && asked_.passed != nullptr &&
          asked_.passed->contains(rule.deny->id)) {
        whole = Truth::kFalse;
      }
      if (!rule.deny->fields.empty()) {
        if (whole != Truth::kFalse) biting_[number / kWordBits] |= BitOf(number);
      } else {
        tally_.denied_true = tally_.denied_true || whole == Truth::kTrue;
        tally_.denied_unknown = tally_.denied_unknown || whole == Truth::kUnknown;
      }
    }
    verdict_.rules.push_back({number, whole, rule.first, rule.past});
  }

  void WeighPermit(uint32_t number, Truth whole, uint32_t not_true) {
    const Basis& basis = *table_.rules[number].basis;
    const bool basis_holds = !basis.until || asked_.now < *basis.until;
    tally_.any = true;
    tally_.any_true = tally_.any_true || whole == Truth::kTrue;
    tally_.any_unknown = tally_.any_unknown || whole == Truth::kUnknown;
    if (tally_.nearest == kNoNumber || not_true < tally_.nearest_not_true) {
      tally_.nearest = number;
      tally_.nearest_not_true = not_true;
    }
    if (whole == Truth::kTrue && basis_holds && onward_holds_) verdict_.by.push_back(number);
  }

  // Step 2: the denies of the record that are TRUE, or where none is, those that are UNKNOWN.
  void Denied() {
    const Truth counts = tally_.denied_true ? Truth::kTrue : Truth::kUnknown;
    verdict_.by.clear();
    for (const Verdict::RuleTruth& one : verdict_.rules) {
      const Deny* const deny = table_.rules[one.rule].deny;
      if (deny == nullptr || !deny->fields.empty() || one.whole != counts) continue;
      verdict_.by.push_back(one.rule);
    }
    Refuse(verdict_, tally_.denied_true ? "DENIED_BY_RULE" : "FACT_UNKNOWN");
  }

  // Step 4: none of the cell's permits lets anything through.
  void NoPermit() {
    verdict_.nearest = tally_.nearest;
    const Rule& nearest = table_.rules[tally_.nearest];
    for (uint32_t i = nearest.first; i < nearest.past; ++i) {
      if (verdict_.conditions[i] == Truth::kTrue) continue;
      verdict_.failed.push_back(table_.conditions[i].fact);
    }
    if (onward_holds_ && tally_.any_true) return Refuse(verdict_, "BASIS_EXPIRED");
    const bool unknown = !tally_.any_true && tally_.any_unknown;
    Refuse(verdict_, unknown ? "FACT_UNKNOWN" : "CONDITION_FALSE");
  }

  // Steps 5 to 8 for the permits that let the record through.
  void Deliver() {
    if (asked_.present != nullptr && asked_.present->undeclared()) {
      return Refuse(verdict_, "UNDECLARED_FIELD");
    }
    const auto count = static_cast<uint32_t>(table_.categories[asked_.axes.category].fields.size());
    bool any = false;
    for (uint32_t field = 0; field < count; ++field) {
      verdict_.fields.push_back(StandOf(field));
      any = any || verdict_.fields.back().stand == Verdict::Field::Stand::kGiven;
    }
    if (!any) return Refuse(verdict_, "NO_FIELDS");
    for (const uint32_t permit : verdict_.by) {
      for (const uint32_t field : table_.rules[permit].require) {
        if (!IsGiven(field)) return Refuse(verdict_, "INCOMPLETE");
      }
    }
    for (const Verdict::Field& field : verdict_.fields) {
      if (field.stand != Verdict::Field::Stand::kGiven) continue;
      if (asked_.unsupported_forms != nullptr &&
          asked_.unsupported_forms->contains(field.form->kind)) {
        return Refuse(verdict_, "OBLIGATION_UNSUPPORTED");
      }
    }
    verdict_.obliging = verdict_.by.front();
    const bool waits = table_.rules[verdict_.obliging].obligations.approval && !asked_.approved;
    verdict_.outcome = waits ? Outcome::kNeeds : Outcome::kPermit;
  }

  [[nodiscard]] bool IsGiven(uint32_t field) const {
    return field < verdict_.fields.size() &&
           verdict_.fields[field].stand == Verdict::Field::Stand::kGiven;
  }

  [[nodiscard]] Verdict::Field StandOf(uint32_t field) const {
    using Stand = Verdict::Field::Stand;
    if (asked_.present != nullptr && !asked_.present->Has(field)) return {};
    const Form* form = nullptr;  // withheld, unless a permit gives it; Compile made them agree
    for (const uint32_t permit : verdict_.by) {
      const Form* const given = table_.forms[table_.rules[permit].forms + field];
      if (given != nullptr) form = given;
    }
    if (form == nullptr || form->kind == FormKind::kWithheld) {
      return {Stand::kWithheld, nullptr, kNoNumber};
    }
    for (const uint32_t number : table_.categories[asked_.axes.category].denies[field]) {
      if ((biting_[number / kWordBits] & BitOf(number)) == 0) continue;
      const std::vector<Form>& spared = table_.rules[number].deny->unless_form;
      if (std::find(spared.begin(), spared.end(), *form) != spared.end()) continue;
      return {Stand::kWithheld, nullptr, number};
    }
    return {Stand::kGiven, form, kNoNumber};
  }

  static uint64_t BitOf(uint32_t number) { return uint64_t{1} << (number % kWordBits); }

  const RuleTable& table_;
  const Case& asked_;
  const std::vector<uint64_t>& known_;
  std::vector<uint64_t>& biting_;
  Verdict& verdict_;
  Tally tally_;
  bool onward_holds_ = true;
};

}  // namespace

Covenant::Covenant(Document document) : document_(std::move(document)) {
  table_ = std::make_unique<const RuleTable>(document_);
  for (const Rule& rule : table_->rules) {
    if (rule.permit == nullptr) continue;
    const Permit& permit = *rule.permit;
    cells_[{permit.from, permit.to, permit.purpose, permit.category}].push_back(&permit);
  }
}

Covenant::~Covenant() = default;

Result<std::unique_ptr<const Covenant>> Covenant::Compile(Document document) {
  Issues issues;
  CheckRules(document, issues);
  if (!issues.empty()) {
    const Issue& first = issues.list().front();
    return Malformed("covenant " + first.path + ": " + first.message);
  }
  return std::unique_ptr<const Covenant>(new Covenant(std::move(document)));
}

std::string_view Covenant::GateCode(const Axes& axes, Instant now) const {
  if (now < document_.valid_from) return "NOT_YET_VALID";
  if (now >= document_.valid_until) return "EXPIRED";
  if (axes.from == kNoNumber || axes.to == kNoNumber) return "PARTY_UNKNOWN";
  if (axes.purpose == kNoNumber) return "PURPOSE_UNKNOWN";
  if (axes.category == kNoNumber) return "CATEGORY_UNKNOWN";
  return {};
}

Axes Covenant::AxesOf(std::string_view from,
                      std::string_view to,
                      std::string_view purpose,
                      std::string_view category) const {
  return table_->Find(from, to, purpose, category);
}

uint32_t Covenant::FactNumber(std::string_view fact) const {
  return table_->FindFact(fact);
}

std::vector<const Deny*> Covenant::DeniesFor(const Question& question) const {
  std::vector<const Deny*> out;
  ForRulesOn(*table_,
             AxesOf(question.from, question.to, question.purpose, question.category),
             [&](uint32_t number) {
               const Rule& rule = table_->rules[number];
               if (rule.deny != nullptr) out.push_back(rule.deny);
             });
  return out;
}

const std::vector<const Permit*>& Covenant::PermitsFor(const Question& question) const {
  const auto cell =
      cells_.find(CellKey{question.from, question.to, question.purpose, question.category});
  return cell == cells_.end() ? kNoPermits : cell->second;
}

bool Covenant::FactReaches(std::string_view fact, std::string_view category) const {
  return Reaches(document_, fact, category);
}

void Covenant::Decide(const Case& asked, Verdict& verdict) const {
  verdict.outcome = Outcome::kDeny;
  verdict.code = {};
  verdict.category = asked.axes.category;
  verdict.nearest = kNoNumber;
  verdict.obliging = kNoNumber;
  verdict.rules.clear();
  verdict.fields.clear();
  verdict.by.clear();
  verdict.failed.clear();
  verdict.rules.reserve(table_->rules.size());
  verdict.by.reserve(table_->rules.size());
  verdict.failed.reserve(table_->facts.size());
  verdict.fields.reserve(table_->most_fields);
  verdict.conditions.resize(table_->conditions.size());
  verdict.biting_.assign(table_->width, 0);
  if (const std::string_view code = GateCode(asked.axes, asked.now); !code.empty()) {
    return Refuse(verdict, code);
  }
  Decider(*table_, asked, asked.facts->words_, verdict.biting_, verdict).Run();
}

Decision Covenant::Decide(const Question& question) const {
  KnownFacts facts(*this);
  for (const auto& [name, value] : question.facts) {
    const uint32_t fact = FactNumber(name);
    if (fact != kNoNumber) facts.Set(fact, value);
  }
  Case asked;
  asked.axes = AxesOf(question.from, question.to, question.purpose, question.category);
  asked.facts = &facts;
  PresentSet present;
  if (question.present) {
    present.Restart(*this, asked.axes.category);
    for (const std::string& field : *question.present)
      present.Add(*this, field);
    asked.present = &present;
  }
  asked.approved = question.approved;
  asked.received = question.received ? &*question.received : nullptr;
  asked.passed = &question.passed;
  asked.unsupported_forms = &question.unsupported_forms;
  asked.now = question.now;
  Verdict verdict;
  Decide(asked, verdict);
  return Render(verdict);
}

Decision Covenant::Render(const Verdict& verdict) const {
  const auto id = [this](uint32_t rule) { return std::string(table_->rules[rule].id); };
  Decision decision;
  decision.outcome = verdict.outcome;
  decision.code = verdict.code;
  for (size_t number = 0; number < verdict.fields.size(); ++number) {
    const Verdict::Field& field = verdict.fields[number];
    const std::string name(table_->categories[verdict.category].fields[number]);
    if (field.stand == Verdict::Field::Stand::kWithheld) {
      decision.withheld.emplace(name, field.deny == kNoNumber ? "no form" : id(field.deny));
    } else if (field.stand == Verdict::Field::Stand::kGiven && verdict.outcome != Outcome::kDeny) {
      decision.fields.emplace(name, *field.form);
    }
  }
  for (const uint32_t rule : verdict.by)
    decision.by.push_back(id(rule));
  if (verdict.obliging != kNoNumber) {
    const Obligations& obligations = table_->rules[verdict.obliging].obligations;
    decision.retain = obligations.retain;
    decision.onward = obligations.onward;
    decision.journal = obligations.journal;
    if (verdict.outcome == Outcome::kNeeds) decision.approval = obligations.approval;
  }
  if (verdict.nearest != kNoNumber) decision.nearest = id(verdict.nearest);
  for (const uint32_t fact : verdict.failed)
    decision.failed.emplace_back(table_->facts[fact].name);
  for (const Verdict::RuleTruth& rule : verdict.rules) {
    Decision::Trace trace{id(rule.rule), rule.whole, {}};
    for (uint32_t i = rule.first; i < rule.past; ++i) {
      trace.conditions.emplace(table_->facts[table_->conditions[i].fact].name,
                               verdict.conditions[i]);
    }
    decision.trace.push_back(std::move(trace));
  }
  return decision;
}

}  // namespace schakel::covenant
