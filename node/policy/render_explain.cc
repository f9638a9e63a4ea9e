#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "node/policy/count_words.h"
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
constexpr Words kOnlyIf{"Alleen als", "Only if"};
constexpr Words kRequired{"Alleen met", "Only with"};
constexpr Words kDecides{" (beslist)", " (decides)"};
constexpr Words kIdle{" (geldt hier niet)", " (does not apply)"};
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
constexpr Words kNoPermit{
    "geen regel staat dit toe: dit gaat niet, wat er over iemand of een gegeven ook bekend is",
    "no rule permits this: it does not go, whatever is known about a person or a record"};
constexpr Words kDeniedToo{"het is ook verboden: ", "it is denied as well: "};
constexpr Words kNoneNear{"het convenant heeft geen enkele regel die iets toestaat",
                          "the covenant has no rule that permits anything"};
constexpr Words kDiffers{"verschilt in", "differs in"};
constexpr Words kGiver{"gever", "giver"};
constexpr Words kRecipient{"ontvanger", "recipient"};
constexpr Words kCategory{"categorie", "category"};
constexpr Words kNotThis{"niet", "not"};
constexpr Words kUnlock{"Mag pas als", "Unlocked by"};
constexpr Words kNewRule{
    "een volgende versie een regel hiervoor heeft{without}, en alle partijen die ondertekenen",
    "a next version with a rule for this{without}, signed by all parties"};
constexpr Words kWithout{" en niet meer {rules}", " and without {rules}"};
constexpr Words kKnownFirst{"bekend is: ", "knowing: "};
constexpr Words kNoLonger{"niet meer geldt: ", "no longer being so: "};
constexpr Words kDenyGone{"een volgende versie dit verbod niet meer heeft",
                          "a next version without this deny"};
constexpr Words kBasisAnew{"een volgende versie een grondslag heeft die nog geldt",
                           "a next version with a legal basis that still holds"};
constexpr Words kKnows{"Het convenant kent", "The covenant has"};
constexpr Words kDraft{"ONTWERP, hash nog niet definitief: ", "DRAFT, hash not final: "};
constexpr Words kCount{"Telling", "Count"};
constexpr Words kUncounted{"Telt niet mee", "Not counted"};
constexpr Words kPassed{"geslaagd", "passed"};
constexpr Words kAllPassed{"alle geslaagd", "all passed"};
constexpr Words kOneTest{"proef in het convenant", "test in the covenant"};
constexpr Words kNoTest{"geen proef in het convenant gaat hierover",
                        "no test in the covenant is about this"};
constexpr Words kFailedTests{"mislukt", "failed"};
constexpr Words kTests{"proeven in het convenant", "tests in the covenant"};
constexpr Words kApproval{"Akkoord", "Approval"};

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
    out += Heading(document_, language_) + "\n" + (explanation_.draft ? kDraft.In(language_) : "") +
           EncodeHex(document_.hash).substr(0, 8) + ", " + kPurpose.In(language_) + " " +
           explanation_.cell.purpose + ", " + kOn.In(language_) + " " +
           report::DayText(language_, DayOf(explanation_.now, document_.zone)) + "\n\n";
    WriteDecision();
    WriteRules();
    WriteFields();
    WriteDenies();
    if (!explanation_.permits.empty()) {
      table_.Add({{kOpen.In(language_)}, {kOpenText.In(language_)}});
    }
    table_.Add({{kTested.In(language_)}, {TestsText()}});
    return out + table_.Write(paper_);
  }

 private:
  [[nodiscard]] std::string TestsText() const {
    if (explanation_.tests == 0) return kNoTest.In(language_);
    const Words& words = explanation_.tests == 1 ? kOneTest : kTests;
    return std::to_string(explanation_.tests) + " " + words.In(language_) + ", " +
           (explanation_.failed_tests == 0
                ? (explanation_.tests == 1 ? kPassed : kAllPassed).In(language_)
                : std::to_string(explanation_.failed_tests) + " " + kFailedTests.In(language_));
  }

  // Why nothing of the cell goes, when no question was asked.
  void WriteNever() {
    const MatrixRow& row = explanation_.row;
    if (row.basis_ended) {
      table_.Add(
          {{kBecause.In(language_)}, {DecisionCodeText(language_, "BASIS_EXPIRED"), Ink::kWarn}});
      table_.Add({{kUnlock.In(language_)}, {kBasisAnew.In(language_)}});
    }
  }

  // Why the question that was asked is refused, and what would unlock it.
  void WriteDecision() {
    if (!explanation_.decision && explanation_.row.access == MatrixRow::Access::kNever)
      return WriteNever();
    if (!explanation_.decision || explanation_.decision->outcome != Outcome::kDeny) return;
    const covenant::Decision& decision = *explanation_.decision;
    if (explanation_.permits.empty()) return WriteNoPermit(decision);
    std::string why = DecisionCodeText(language_, decision.code);
    for (const std::string& rule : decision.by)
      why += ", " + rule + DenyText(rule);
    table_.Add({{kBecause.In(language_)}, {why, Ink::kWarn}});
    if (!decision.nearest.empty()) {
      std::string nearest = decision.nearest;
      if (!decision.failed.empty()) {
        nearest += std::string("; ") + kMisses.In(language_) + ": " + Missed(decision);
      }
      table_.Add({{kNearest.In(language_)}, {nearest}});
    }
    const std::string unlock = UnlockText(decision);
    if (!unlock.empty()) table_.Add({{kUnlock.In(language_)}, {unlock}});
  }

  // What has to change for a cell that has permits; empty where the nearest rule's row says it.
  [[nodiscard]] std::string UnlockText(const covenant::Decision& decision) const {
    if (decision.code == "BASIS_EXPIRED") return kBasisAnew.In(language_);
    if (decision.by.empty()) return "";
    if (decision.code == "FACT_UNKNOWN") return kKnownFirst.In(language_) + OpenFacts(decision);
    if (decision.code != "DENIED_BY_RULE") return "";
    std::vector<std::string> out;
    for (const covenant::Deny* deny : explanation_.denies) {
      if (std::find(decision.by.begin(), decision.by.end(), deny->id) == decision.by.end())
        continue;
      out.push_back(deny->when.empty() ? kDenyGone.In(language_)
                                       : kNoLonger.In(language_) +
                                             ConditionsText(language_, document_, deny->when));
    }
    return Joined(out, "; ");
  }

  // The facts that the denies of the decision wait for.
  [[nodiscard]] std::string OpenFacts(const covenant::Decision& decision) const {
    std::set<std::string> open;
    for (const covenant::Decision::Trace& rule : decision.trace) {
      if (std::find(decision.by.begin(), decision.by.end(), rule.rule) == decision.by.end())
        continue;
      for (const auto& [fact, truth] : rule.conditions) {
        if (truth == Truth::kUnknown) open.insert(report::FactName(language_, fact));
      }
    }
    return Joined(open);
  }

  // A cell that no permit names: that comes first, whatever denies or facts there are.
  void WriteNoPermit(const covenant::Decision& decision) {
    if (WriteUnknownName(decision.code)) return;
    table_.Add({{kBecause.In(language_)}, {kNoPermit.In(language_), Ink::kWarn}});
    std::vector<std::string> denied;
    std::vector<std::string> ids;
    for (const covenant::Deny* deny : explanation_.denies) {
      if (!deny->when.empty() || !deny->fields.empty()) continue;
      denied.push_back(deny->id + DenyText(deny->id));
      ids.push_back(deny->id);
    }
    if (!denied.empty()) {
      table_.Add({{""}, {kDeniedToo.In(language_) + Joined(denied), Ink::kWarn}});
    }
    table_.Add({{kNearest.In(language_)}, {NearestText()}});
    std::string unlock = kNewRule.In(language_);
    std::string without = ids.empty() ? "" : kWithout.In(language_);
    if (!ids.empty()) Put(without, "{rules}", Joined(ids));
    Put(unlock, "{without}", without);
    table_.Add({{kUnlock.In(language_)}, {unlock}});
  }

  static void Put(std::string& text, std::string_view mark, const std::string& value) {
    text.replace(text.find(mark), mark.size(), value);
  }

  // A name that the covenant does not have, with those that it has.
  bool WriteUnknownName(const std::string& code) {
    std::vector<std::string> names;
    const auto take = [&names](const auto& all) {
      for (const auto& [id, value] : all)
        names.push_back(id);
    };
    if (code == "PARTY_UNKNOWN") {
      take(document_.parties);
    } else if (code == "PURPOSE_UNKNOWN") {
      take(document_.purposes);
    } else if (code == "CATEGORY_UNKNOWN") {
      take(document_.categories);
    } else {
      return false;
    }
    table_.Add({{kBecause.In(language_)}, {DecisionCodeText(language_, code), Ink::kWarn}});
    table_.Add({{kKnows.In(language_)}, {Joined(names)}});
    return true;
  }

  // "I01, politie > gemeente incident (groepsscan); verschilt in: ontvanger gemeente, niet om".
  [[nodiscard]] std::string NearestText() const {
    const covenant::Permit* const nearest = explanation_.nearest;
    if (nearest == nullptr) return kNoneNear.In(language_);
    const Cell& cell = explanation_.cell;
    std::vector<std::string> differs;
    const auto compare =
        [&](const Words& axis, const std::string& theirs, const std::string& ours) {
          if (theirs == ours) return;
          differs.push_back(std::string(axis.In(language_)) + " " + theirs + ", " +
                            kNotThis.In(language_) + " " + ours);
        };
    compare(kGiver, nearest->from, cell.from);
    compare(kRecipient, nearest->to, cell.to);
    compare(kPurpose, nearest->purpose, cell.purpose);
    compare(kCategory, nearest->category, cell.category);
    return nearest->id + ", " + nearest->from + " > " + nearest->to + " " + nearest->category +
           " (" + nearest->purpose + "); " + kDiffers.In(language_) + ": " + Joined(differs, "; ");
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
    for (const covenant::Permit* permit : explanation_.permits) {
      table_.Add(
          {{std::string(kRule.In(language_)) + " " + permit->id + Standing(*permit)},
           {std::string(kBasis.In(language_)) + " " + BasisText(language_, document_, *permit)}});
      table_.Add({{std::string("  ") + kOnlyIf.In(language_)},
                  {ConditionsText(language_, document_, *permit)}});
      if (!permit->require.empty()) {
        table_.Add(
            {{std::string("  ") + kRequired.In(language_)}, {RequiredText(language_, *permit)}});
      }
      if (permit->approval) {
        table_.Add({{std::string("  ") + kApproval.In(language_)},
                    {permit->approval->by + ", " + permit->approval->role + ", " +
                     report::PeriodText(language_, permit->approval->valid)}});
      }
    }
  }

  // Which of several rules lets this one question through.
  [[nodiscard]] std::string Standing(const covenant::Permit& permit) const {
    if (!explanation_.decision || explanation_.decision->outcome == Outcome::kDeny) return "";
    const std::vector<std::string>& by = explanation_.decision->by;
    const bool decides = std::find(by.begin(), by.end(), permit.id) != by.end();
    return decides ? kDecides.In(language_) : kIdle.In(language_);
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
    if (explanation_.row.counts) {
      table_.Add({{kCount.In(language_)}, {CountRule(language_, *explanation_.row.counts)}});
    }
    if (!explanation_.row.uncounted.empty()) {
      table_.Add({{kUncounted.In(language_)}, {Joined(explanation_.row.uncounted)}});
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

  // A deny of fields that this category does not have stops nothing here.
  [[nodiscard]] bool Concerns(const covenant::Deny& deny) const {
    const auto category = document_.categories.find(explanation_.cell.category);
    if (deny.fields.empty() || category == document_.categories.end()) return true;
    return std::any_of(deny.fields.begin(), deny.fields.end(), [&](const std::string& field) {
      return category->second.fields.contains(field);
    });
  }

  void WriteDenies() {
    for (const covenant::Deny* deny : explanation_.denies) {
      if (explanation_.permits.empty() || !Concerns(*deny)) continue;
      std::string text = deny->id;
      if (!deny->fields.empty()) {
        std::vector<std::string> fields;
        for (const std::string& field : deny->fields)
          fields.push_back(report::FieldName(language_, field));
        text += " " + Joined(fields, ", ");
      }
      text += ": " + (deny->text.empty() ? ConditionsText(language_, document_, deny->when)
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
                    {"draft", explanation.draft},
                    {"tests", static_cast<int64_t>(explanation.tests)},
                    {"failed_tests", static_cast<int64_t>(explanation.failed_tests)}};
  if (explanation.nearest != nullptr) out["nearest"] = explanation.nearest->id;
  if (explanation.decision) out["decision"] = DecisionJson(*explanation.decision);
  return Value(std::move(out));
}

}  // namespace schakel::policy
