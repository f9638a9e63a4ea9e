#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "node/policy/explain.h"
#include "node/policy/render.h"
#include "node/policy/words.h"
#include "node/report/words.h"

namespace schakel::policy {
namespace {

using canon::Value;
using covenant::Document;
using covenant::Outcome;
using covenant::Truth;
using report::Ink;

constexpr Words kMay{"MAG, met voorwaarden", "MAY, under conditions"};
constexpr Words kMayNow{"MAG", "MAY"};
constexpr Words kAfterApproval{"MAG NA AKKOORD", "MAY AFTER APPROVAL"};
constexpr Words kMayNot{"MAG NIET", "MAY NOT"};
constexpr Words kPurpose{"doel", "purpose"};
constexpr Words kOn{"op", "on"};
constexpr Words kRule{"Regel", "Rule"};
constexpr Words kBasis{"grond", "basis"};
constexpr Words kUntil{"t/m", "until"};
constexpr Words kOnlyIf{"Alleen als", "Only if"};
constexpr Words kAlways{"altijd", "always"};
constexpr Words kField{"Veld", "Field"};
constexpr Words kAfter{"Daarna", "After that"};
constexpr Words kNever{"Nooit", "Never"};
constexpr Words kOpen{"Onbekend", "Unknown"};
constexpr Words kOpenText{"wat onbekend is over iemand of een gegeven, geldt als niet verstrekken",
                          "what is unknown about a person or a record counts as a refusal"};
constexpr Words kTested{"Getest", "Tested"};
constexpr Words kKeep{"bewaren", "keep"};
constexpr Words kNotOnward{"niet doorgeven", "not onward"};
constexpr Words kOnward{"door naar", "on to"};
constexpr Words kBecause{"Omdat", "Because"};
constexpr Words kNearest{"Dichtstbij", "Nearest"};
constexpr Words kMisses{"mist", "misses"};
constexpr Words kNoPermit{"geen regel staat dit toe", "no rule permits this"};
constexpr Words kOr{" of ", " or "};
constexpr Words kNot{"geen ", "no "};
constexpr Words kFailedTests{"mislukt", "failed"};
constexpr Words kTests{"proeven in het convenant", "tests in the covenant"};
constexpr Words kApproval{"Akkoord", "Approval"};

// The codes of a decision that no partner is ever told (report::CodeText has the others).
std::string WhyText(Language language, std::string_view code) {
  if (code == "FACT_UNKNOWN") {
    return Words{"niet alles is bekend", "not everything is known"}.In(language);
  }
  if (code == "CONDITION_FALSE") {
    return Words{"aan een voorwaarde is niet voldaan", "a condition is not met"}.In(language);
  }
  if (code == "NO_FIELDS") {
    return Words{"er blijft geen veld over", "no field is left"}.In(language);
  }
  if (code == "INCOMPLETE") {
    return Words{"een verplicht veld ontbreekt", "a required field is missing"}.In(language);
  }
  return report::CodeText(language, code);
}

std::string RangeText(Language language,
                      covenant::FactType type,
                      const covenant::IntTest& test,
                      const std::string& name) {
  const bool dutch = language == Language::kDutch;
  const auto number = [](int64_t value) { return report::NumberText(value); };
  if (type == covenant::FactType::kAge) {
    const std::string years = dutch ? " jaar" : " years";
    if (test.min && test.max)
      return number(*test.min) + (dutch ? " t/m " : " to ") + number(*test.max) + years;
    if (test.min) return number(*test.min) + years + (dutch ? " of ouder" : " or older");
    return (dutch ? "jonger dan " : "younger than ") + number(*test.max + 1) + years;
  }
  if (type == covenant::FactType::kElapsed) {
    const std::string days = dutch ? " dagen geleden" : " days ago";
    std::string out = name + " ";
    if (test.min) out += (dutch ? "ten minste " : "at least ") + number(*test.min);
    if (test.min && test.max) out += dutch ? " en " : " and ";
    if (test.max) out += (dutch ? "ten hoogste " : "at most ") + number(*test.max);
    return out + days;
  }
  std::string out = name + " ";
  if (test.min) out += (dutch ? "ten minste " : "at least ") + number(*test.min);
  if (test.min && test.max) out += dutch ? " en " : " and ";
  if (test.max) out += (dutch ? "ten hoogste " : "at most ") + number(*test.max);
  return out;
}

std::string Conditions(Language language, const Document& document, const covenant::When& when) {
  std::vector<std::string> out;
  for (const auto& [fact, test] : when)
    out.push_back(ConditionText(language, document, fact, test));
  return out.empty() ? kAlways.In(language) : Joined(out, "; ");
}

std::string BasisText(Language language, const Document& document, const covenant::Permit& permit) {
  const covenant::Basis& basis = document.bases.at(permit.basis);
  std::string out = report::Printable(basis.law);
  const auto paper = document.documents.find(basis.instrument);
  if (paper != document.documents.end()) out += "; " + report::Printable(paper->second.title);
  if (basis.until) {
    const Day last = DayOf(*basis.until - std::chrono::milliseconds{1}, document.zone);
    out += std::string(" ") + kUntil.In(language) + " " + report::DayText(language, last);
  }
  return out;
}

// The outcome in capitals, as on every screen.
std::string Headline(const Explanation& explanation, Language language) {
  if (explanation.decision && !explanation.facts.empty()) {
    switch (explanation.decision->outcome) {
      case Outcome::kPermit:
        return kMayNow.In(language);
      case Outcome::kNeeds:
        return kAfterApproval.In(language);
      case Outcome::kDeny:
        return kMayNot.In(language);
    }
  }
  switch (explanation.row.access) {
    case MatrixRow::Access::kPermit:
      return kMay.In(language);
    case MatrixRow::Access::kApproval:
      return kAfterApproval.In(language);
    case MatrixRow::Access::kNever:
      return kMayNot.In(language);
  }
  return "";
}

class Writer {
 public:
  Writer(const covenant::Covenant& covenant,
         const Explanation& explanation,
         Language language,
         const report::Paper& paper)
      : document_(covenant.document()),
        explanation_(explanation),
        language_(language),
        paper_(paper) {}

  std::string Write() && {
    std::string out = report::Inked(Headline(explanation_, language_), Ink::kStrong, paper_) +
                      "  " + explanation_.cell.from + " > " + explanation_.cell.to + " " +
                      explanation_.cell.category + "\n";
    out += Heading(document_, language_) + "\n" + EncodeHex(document_.hash).substr(0, 8) + ", " +
           kPurpose.In(language_) + " " + explanation_.cell.purpose + ", " + kOn.In(language_) +
           " " + report::DayText(language_, DayOf(explanation_.now, document_.zone)) + "\n\n";
    WriteDecision();
    WriteRules();
    WriteFields();
    WriteDenies();
    table_.Add({{kOpen.In(language_)}, {kOpenText.In(language_)}});
    std::string tests = std::to_string(explanation_.tests) + " " + kTests.In(language_);
    if (explanation_.failed_tests > 0) {
      tests += ", " + std::to_string(explanation_.failed_tests) + " " + kFailedTests.In(language_);
    }
    table_.Add({{kTested.In(language_)}, {tests}});
    return out + table_.Write(paper_);
  }

 private:
  // Why the question that was asked is refused, and what would unlock it.
  void WriteDecision() {
    if (!explanation_.decision || explanation_.decision->outcome != Outcome::kDeny) return;
    const covenant::Decision& decision = *explanation_.decision;
    std::string why = WhyText(language_, decision.code);
    for (const std::string& rule : decision.by)
      why += ", " + rule + DenyText(rule);
    table_.Add({{kBecause.In(language_)}, {why, Ink::kWarn}});
    if (decision.nearest.empty()) return;
    std::string nearest = decision.nearest;
    if (!decision.failed.empty()) {
      nearest += std::string("; ") + kMisses.In(language_) + ": " + Missed(decision);
    }
    table_.Add({{kNearest.In(language_)}, {nearest}});
  }

  [[nodiscard]] std::string DenyText(const std::string& id) const {
    for (const covenant::Deny* deny : explanation_.denies) {
      if (deny->id == id && !deny->text.empty()) return " (" + report::Printable(deny->text) + ")";
    }
    return "";
  }

  // The conditions of the nearest rule that are not met: what has to become true.
  [[nodiscard]] std::string Missed(const covenant::Decision& decision) const {
    for (const covenant::Permit* permit : explanation_.permits) {
      if (permit->id != decision.nearest) continue;
      std::vector<std::string> out;
      for (const std::string& fact : decision.failed) {
        const auto test = permit->when.find(fact);
        out.push_back(test == permit->when.end()
                          ? report::FactName(language_, fact)
                          : ConditionText(language_, document_, fact, test->second));
      }
      return Joined(out, "; ");
    }
    return Joined(decision.failed, "; ");
  }

  void WriteRules() {
    if (explanation_.permits.empty()) {
      table_.Add({{kRule.In(language_)}, {kNoPermit.In(language_)}});
    }
    for (const covenant::Permit* permit : explanation_.permits) {
      table_.Add(
          {{std::string(kRule.In(language_)) + " " + permit->id},
           {std::string(kBasis.In(language_)) + " " + BasisText(language_, document_, *permit)}});
      table_.Add({{std::string("  ") + kOnlyIf.In(language_)},
                  {Conditions(language_, document_, permit->when)}});
      if (permit->approval) {
        table_.Add({{std::string("  ") + kApproval.In(language_)},
                    {permit->approval->by + ", " + permit->approval->role + ", " +
                     report::PeriodText(language_, permit->approval->valid)}});
      }
    }
  }

  void WriteFields() {
    const auto category = document_.categories.find(explanation_.cell.category);
    if (explanation_.row.access == MatrixRow::Access::kNever ||
        category == document_.categories.end()) {
      return;
    }
    for (const auto& [field, type] : category->second.fields) {
      const auto given = explanation_.row.fields.find(field);
      std::vector<std::string> forms;
      if (given != explanation_.row.fields.end()) {
        for (const covenant::Form& form : given->second)
          forms.push_back(report::FormName(language_, ToString(form)));
      }
      table_.Add({{std::string(kField.In(language_)) + " " + report::FieldName(language_, field)},
                  {forms.empty() ? NeverText() : Joined(forms, " / ")}});
    }
    std::vector<std::string> periods;
    for (const std::string& period : explanation_.row.retain)
      periods.push_back(report::PeriodText(language_, period));
    std::string after = std::string(kKeep.In(language_)) + " " + Joined(periods, " / ") + ", ";
    after += explanation_.row.onward.empty()
                 ? kNotOnward.In(language_)
                 : kOnward.In(language_) + std::string(" ") + Joined(explanation_.row.onward, ", ");
    table_.Add({{kAfter.In(language_)}, {after}});
  }

  [[nodiscard]] std::string NeverText() const { return report::FormName(language_, "withheld"); }

  void WriteDenies() {
    for (const covenant::Deny* deny : explanation_.denies) {
      std::string text = deny->id;
      if (!deny->fields.empty()) {
        std::vector<std::string> fields;
        for (const std::string& field : deny->fields)
          fields.push_back(report::FieldName(language_, field));
        text += " " + Joined(fields, ", ");
      }
      text += ": " + (deny->text.empty() ? Conditions(language_, document_, deny->when)
                                         : report::Printable(deny->text));
      table_.Add({{kNever.In(language_)}, {text}});
    }
  }

  const Document& document_;
  const Explanation& explanation_;
  Language language_;
  const report::Paper& paper_;
  report::Table table_;
};

const char* TruthName(Truth truth) {
  switch (truth) {
    case Truth::kTrue:
      return "TRUE";
    case Truth::kFalse:
      return "FALSE";
    case Truth::kUnknown:
      return "UNKNOWN";
  }
  return "";
}

const char* OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPermit:
      return "permit";
    case Outcome::kNeeds:
      return "needs";
    case Outcome::kDeny:
      return "deny";
  }
  return "";
}

Value TextsJson(const std::vector<std::string>& texts) {
  return Value(Value::Array(texts.begin(), texts.end()));
}

Value DecisionJson(const covenant::Decision& decision) {
  Value::Object fields;
  for (const auto& [field, form] : decision.fields)
    fields[field] = ToString(form);
  Value::Object withheld;
  for (const auto& [field, why] : decision.withheld)
    withheld[field] = why;
  Value::Array trace;
  for (const covenant::Decision::Trace& rule : decision.trace) {
    Value::Object conditions;
    for (const auto& [fact, truth] : rule.conditions)
      conditions[fact] = TruthName(truth);
    trace.push_back(Value::Object{{"rule", rule.rule},
                                  {"truth", TruthName(rule.whole)},
                                  {"conditions", std::move(conditions)}});
  }
  return Value(Value::Object{{"decision", OutcomeName(decision.outcome)},
                             {"code", decision.code},
                             {"by", TextsJson(decision.by)},
                             {"fields", std::move(fields)},
                             {"withheld", std::move(withheld)},
                             {"nearest", decision.nearest},
                             {"failed", TextsJson(decision.failed)},
                             {"trace", std::move(trace)}});
}

}  // namespace

std::string ConditionText(Language language,
                          const Document& document,
                          const std::string& fact,
                          const covenant::Test& test) {
  const std::string name = report::FactName(language, fact);
  if (const auto* flag = std::get_if<covenant::BoolTest>(&test)) {
    return flag->equals ? name : kNot.In(language) + name;
  }
  const auto declared = document.facts.find(fact);
  if (const auto* range = std::get_if<covenant::IntTest>(&test)) {
    const auto type =
        declared == document.facts.end() ? covenant::FactType::kInt : declared->second.type;
    return RangeText(language, type, *range, name);
  }
  if (const auto* in = std::get_if<covenant::EnumTest>(&test)) {
    return name + ": " + Joined(in->in, kOr.In(language));
  }
  const auto& order = std::get<covenant::OrderTest>(test);
  const bool dutch = language == Language::kDutch;
  if (order.min && order.max) {
    return name + " " + *order.min + (dutch ? " t/m " : " to ") + *order.max;
  }
  if (order.min) return name + " " + *order.min + (dutch ? " of later" : " or later");
  return name + " " + *order.max + (dutch ? " of eerder" : " or earlier");
}

std::string ExplanationText(const covenant::Covenant& covenant,
                            const Explanation& explanation,
                            Language language,
                            const report::Paper& paper) {
  return Writer(covenant, explanation, language, paper).Write();
}

Value ExplanationJson(const Explanation& explanation) {
  Value::Array permits;
  for (const covenant::Permit* permit : explanation.permits)
    permits.emplace_back(permit->id);
  Value::Array denies;
  for (const covenant::Deny* deny : explanation.denies)
    denies.emplace_back(deny->id);
  Value::Object out{{"row", std::move(MatrixJson({explanation.row}).AsArray()->front())},
                    {"facts", FactsJson(explanation.facts)},
                    {"now", ToMillis(explanation.now)},
                    {"permits", std::move(permits)},
                    {"denies", std::move(denies)},
                    {"tests", static_cast<int64_t>(explanation.tests)},
                    {"failed_tests", static_cast<int64_t>(explanation.failed_tests)}};
  if (explanation.decision) out["decision"] = DecisionJson(*explanation.decision);
  return Value(std::move(out));
}

}  // namespace schakel::policy
