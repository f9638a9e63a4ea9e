#include "node/policy/lint.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "node/base/date.h"
#include "node/covenant/check.h"

namespace schakel::policy {
namespace {

using covenant::Category;
using covenant::Covenant;
using covenant::Deny;
using covenant::Document;
using covenant::FactDeclaration;
using covenant::Form;
using covenant::FormKind;
using covenant::Permit;
using covenant::Remark;

std::string Name(const std::string& text) {
  return "`" + text + "`";
}

bool IsOneOf(FormKind kind, std::initializer_list<FormKind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::set<std::string> FactsOf(const Document& document, const Permit& permit) {
  std::set<std::string> out;
  for (const auto& [fact, test] : permit.when)
    out.insert(fact);
  const std::string& needs = document.bases.at(permit.basis).needs;
  if (!needs.empty()) out.insert(needs);
  return out;
}

// ---- names -------------------------------------------------------------------------------------

struct Used {
  std::set<std::string> parties, purposes, bases, facts, categories;
};

Used UsedBy(const Document& document) {
  Used used;
  for (const Permit& permit : document.permits) {
    used.parties.insert({permit.from, permit.to});
    if (permit.approval) used.parties.insert(permit.approval->by);
    used.purposes.insert(permit.purpose);
    used.bases.insert(permit.basis);
    used.categories.insert(permit.category);
    const auto& aggregate = document.categories.at(permit.category).aggregate;
    if (aggregate && !aggregate->of.empty()) used.categories.insert(aggregate->of);
    used.facts.merge(FactsOf(document, permit));
  }
  for (const Deny& deny : document.denies) {
    used.parties.insert(deny.from.begin(), deny.from.end());
    used.parties.insert(deny.to.begin(), deny.to.end());
    used.purposes.insert(deny.purpose.begin(), deny.purpose.end());
    used.categories.insert(deny.category.begin(), deny.category.end());
    for (const auto& [fact, test] : deny.when)
      used.facts.insert(fact);
  }
  for (const std::string& fact : used.facts) {
    const FactDeclaration& declared = document.facts.at(fact);
    used.parties.insert(declared.stated_by.begin(), declared.stated_by.end());
  }
  return used;
}

template <typename Declared>
void FindUnused(const std::string& list,
                const std::string& kind,
                const Declared& declared,
                const std::set<std::string>& used,
                std::vector<Remark>& remarks) {
  for (const auto& entry : declared) {
    if (used.contains(entry.first)) continue;
    remarks.push_back(Warning("W205",
                              "/" + list + "/" + entry.first,
                              kind + " " + Name(entry.first) + " is in no rule",
                              "leave it out"));
  }
}

void LintNames(const Document& document, std::vector<Remark>& remarks) {
  const Used used = UsedBy(document);
  FindUnused("parties", "party", document.parties, used.parties, remarks);
  FindUnused("purposes", "purpose", document.purposes, used.purposes, remarks);
  FindUnused("bases", "basis", document.bases, used.bases, remarks);
  FindUnused("facts", "fact", document.facts, used.facts, remarks);
  std::map<std::string, const Category*> categories;
  for (const auto& [id, category] : document.categories) {
    if (!category.guard) categories.emplace(id, &category);
  }
  const size_t before = remarks.size();
  FindUnused("categories", "category", categories, used.categories, remarks);
  for (size_t i = before; i < remarks.size(); ++i)
    remarks[i].fix = "leave it out, or write `guard: true` when it stands for what never goes";
}

// A field that a rule names as withheld is meant to stay at home.
void LintFields(const Document& document, std::vector<Remark>& remarks) {
  std::map<std::string, std::set<std::string>> named;
  for (const Permit& permit : document.permits) {
    for (const auto& [field, form] : permit.fields)
      named[permit.category].insert(field);
    named.try_emplace(permit.category);
  }
  for (const auto& [id, fields] : named) {
    for (const auto& [field, type] : document.categories.at(id).fields) {
      if (fields.contains(field)) continue;
      Remark remark = Warning("W206",
                              "/categories/" + id + "/fields/" + field,
                              "field " + Name(field) + " goes to nobody",
                              "leave it out, put it under `meta` when conditions read it, or write "
                              "`withheld` in a rule");
      remark.at_key = true;
      remarks.push_back(std::move(remark));
    }
  }
}

// ---- permits -----------------------------------------------------------------------------------

void LintListed(const Document& document, const Permit& permit, std::vector<Remark>& remarks) {
  if (!document.categories.at(permit.category).about_person || permit.category == "namenlijst") {
    return;
  }
  const covenant::When conditions = covenant::ConditionsOf(document, permit);
  const bool listed = std::any_of(conditions.begin(), conditions.end(), [&](const auto& entry) {
    const auto* flag = std::get_if<covenant::BoolTest>(&entry.second);
    return flag != nullptr && flag->equals && document.facts.at(entry.first).about_person;
  });
  if (listed) return;
  remarks.push_back(Warning("W207",
                            RulePath(permit.index),
                            "rule " + Name(permit.id) +
                                " gives about persons who need not be on a "
                                "list that parties established",
                            "add `listed: true` to its `when`"));
}

// In a jeugdgroep nobody is named before the partners decided that it is dealt with: step 2B.
constexpr const char* kJeugdgroep = "jeugdgroep";
constexpr const char* kPersonsStep = "2B";

// Whether the test is TRUE for no value in front of `from`; `values` are in order.
bool StartsAt(const covenant::Test& test, const std::vector<std::string>& values, size_t from) {
  const auto rank = [&](const std::string& value) {
    return static_cast<size_t>(std::find(values.begin(), values.end(), value) - values.begin());
  };
  if (const auto* order = std::get_if<covenant::OrderTest>(&test)) {
    return order->min && rank(*order->min) >= from;
  }
  const auto* in = std::get_if<covenant::EnumTest>(&test);
  return in != nullptr && std::all_of(in->in.begin(), in->in.end(), [&](const auto& value) {
           return rank(value) >= from;
         });
}

void LintSteps(const Document& document, const Permit& permit, std::vector<Remark>& remarks) {
  if (document.regime != kJeugdgroep || !document.categories.at(permit.category).about_person) {
    return;
  }
  for (const auto& [id, test] : permit.when) {
    const FactDeclaration& fact = document.facts.at(id);
    // One party alone cannot prioritise a group, whichever it is.
    if (!fact.ordered || fact.stated_threshold < 2) continue;
    const auto found = std::find(fact.values.begin(), fact.values.end(), kPersonsStep);
    if (found == fact.values.end()) continue;
    if (StartsAt(test, fact.values, static_cast<size_t>(found - fact.values.begin()))) return;
  }
  remarks.push_back(
      Warning("W217",
              RulePath(permit.index),
              "rule " + Name(permit.id) +
                  " gives about persons before two parties have stated step 2B: the group is not "
                  "prioritised yet",
              "add `step: {min: \"2B\"}` to its `when`, a fact with `threshold: 2`"));
}

// Parties of one organisation sit at one table, and count once in a threshold.
void LintSelfService(const Document& document, const Permit& permit, std::vector<Remark>& remarks) {
  const std::string& organisation = document.parties.at(permit.to).organisation;
  const auto is_own = [&](const std::string& party) {
    return document.parties.at(party).organisation == organisation;
  };
  std::string all;
  bool itself = true;
  for (const std::string& fact : FactsOf(document, permit)) {
    const FactDeclaration& declared = document.facts.at(fact);
    if (declared.stated_by.empty()) continue;
    if (declared.stated_threshold > 1 ||
        std::none_of(declared.stated_by.begin(), declared.stated_by.end(), is_own)) {
      return;
    }
    itself = itself && declared.stated_by.contains(permit.to);
    all += (all.empty() ? "" : ", ") + Name(fact);
  }
  if (all.empty()) return;
  remarks.push_back(Warning(
      "W208",
      RulePath(permit.index),
      Name(permit.to) + (itself ? "" : ", with parties of its own organisation,") +
          " alone can state all that unlocks rule " + Name(permit.id) + " to itself: " + all,
      "have another organisation state one of them, or two together"));
}

// Whether the field says how old somebody is: a fact of type age is read from it, or it is called
// so.
bool SaysAge(const Document& document, const std::string& field) {
  static constexpr std::array<std::string_view, 2> kWords{"geboorte", "leeftijd"};
  const bool named = std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return field.find(word) != std::string::npos;
  });
  return named || std::any_of(document.facts.begin(), document.facts.end(), [&](const auto& fact) {
           return fact.second.type == covenant::FactType::kAge &&
                  (fact.second.from_person == field || fact.second.from_record == field);
         });
}

// The field by which the permit gives the band of `field` more exactly, or null.
const std::pair<const std::string, Form>* ExactAge(const Document& document,
                                                   const Permit& permit,
                                                   const std::string& field) {
  const auto exact = [](const Form& form) {
    return IsOneOf(form.kind, {FormKind::kPlain, FormKind::kMonth, FormKind::kYear});
  };
  const auto same = permit.fields.find(field);
  if (same != permit.fields.end() && exact(same->second)) return &*same;
  const auto other = std::find_if(permit.fields.begin(), permit.fields.end(), [&](const auto& one) {
    return exact(one.second) && SaysAge(document, one.first);
  });
  return other == permit.fields.end() ? nullptr : &*other;
}

// A band is of an age. With the age, the year or the date itself beside it, in whichever category
// and under whichever name, the recipient has the finer one of whoever is in the coarser one's
// records.
void LintBands(const Document& document, std::vector<Remark>& remarks) {
  for (const Permit& band : document.permits) {
    for (const auto& [field, form] : band.fields) {
      if (form.kind != FormKind::kBand) continue;
      for (const Permit& permit : document.permits) {
        if (permit.from != band.from || permit.to != band.to) continue;
        const auto* const exact = ExactAge(document, permit, field);
        if (exact == nullptr) continue;
        remarks.push_back(
            Warning("W210",
                    RulePath(band.index) + "/fields/" + field,
                    "goes as a band, while rule " + Name(permit.id) + " gives " + Name(band.to) +
                        (exact->first == field ? " the same field" : " " + Name(exact->first)) +
                        " as " + Name(covenant::ToString(exact->second)),
                    "give one form of it to one recipient"));
        break;
      }
    }
  }
}

// Two counts of the same records, split or rounded otherwise or over other periods: together they
// can say what each leaves out.
void LintCounts(const Document& document, std::vector<Remark>& remarks) {
  for (auto one = document.categories.begin(); one != document.categories.end(); ++one) {
    if (!one->second.aggregate || one->second.aggregate->of.empty()) continue;
    for (auto other = document.categories.begin(); other != one; ++other) {
      if (!other->second.aggregate || other->second.aggregate->of != one->second.aggregate->of)
        continue;
      remarks.push_back(Warning("W218",
                                "/categories/" + one->first + "/aggregate/of",
                                "counts the same records as " + Name(other->first) +
                                    ": together they can give a small cell away",
                                "count them in one way"));
      break;
    }
  }
}

// ---- terms and keys ----------------------------------------------------------------------------

void LintTerm(const Document& document, std::vector<Remark>& remarks) {
  const Day from = DayOf(document.valid_from, document.zone);
  const Day past = DayOf(document.valid_until, document.zone);
  if (past > AddPeriod(from, *ParsePeriod("P24M"))) {
    remarks.push_back(Warning("W213",
                              "/valid/until",
                              "is more than 24 months after `from`",
                              "let it end sooner; a next version can follow"));
  }
  if (!document.review_by) {
    remarks.push_back(Warning(
        "W214", "/valid", "names no day by which the parties look at it again", "add `review_by`"));
  }
  if (CompareLength(document.status_max_age, *ParsePeriod("P7D")) > 0) {
    remarks.push_back(Warning("W219",
                              "/status_max_age",
                              "lets a node go on for more than a week without hearing whether "
                              "another party has revoked",
                              "write `PT24H`; each side sends its status anew before that"));
  }
  for (const auto& [id, basis] : document.bases) {
    if (!basis.until || *basis.until >= document.valid_until) continue;
    remarks.push_back(Warning("W212",
                              "/bases/" + id + "/until",
                              "basis " + Name(id) +
                                  " ends before the covenant does; its rules "
                                  "then stop",
                              "let the covenant end with it, or renew it in time"));
  }
}

void LintLimits(const Document& document, std::vector<Remark>& remarks) {
  if (document.limits.subjects_per_request > 0) return;
  const auto about_person = [&](const Permit& permit) {
    return document.categories.at(permit.category).about_person;
  };
  if (std::none_of(document.permits.begin(), document.permits.end(), about_person)) return;
  remarks.push_back(
      Warning("W220",
              "/limits",
              "there are no `limits`, so nothing may be asked about persons, and rules are about "
              "persons",
              "write `limits`, or leave those rules out"));
}

template <typename Holders>
void LintKeys(const std::string& list, const Holders& holders, std::vector<Remark>& remarks) {
  for (const auto& [id, holder] : holders) {
    const std::string path = "/" + list + "/" + id;
    if (holder.threshold == 1) {
      remarks.push_back(Warning("W215",
                                path + "/threshold",
                                "one key alone signs for " + Name(id),
                                "let two people sign: `threshold: 2`"));
    }
    if (holder.roots.size() == 1) {
      remarks.push_back(Warning("W216",
                                path + "/roots",
                                "one key is all that " + Name(id) +
                                    " has; who loses it cannot sign "
                                    "a next version",
                                "add a second root key"));
    }
  }
}

}  // namespace

Remark Warning(std::string id, std::string path, std::string message, std::string fix) {
  Remark remark;
  remark.severity = canon::Finding::Severity::kWarning;
  remark.id = std::move(id);
  remark.path = std::move(path);
  remark.message = std::move(message);
  remark.fix = std::move(fix);
  return remark;
}

std::string RulePath(size_t index) {
  return "/rules/" + std::to_string(index);
}

void LintDocument(const Document& document, std::vector<Remark>& remarks) {
  LintNames(document, remarks);
  LintFields(document, remarks);
  for (const Permit& permit : document.permits) {
    LintListed(document, permit, remarks);
    LintSteps(document, permit, remarks);
    LintSelfService(document, permit, remarks);
  }
  LintBands(document, remarks);
  LintCounts(document, remarks);
  LintTerm(document, remarks);
  LintLimits(document, remarks);
  LintKeys("parties", document.parties, remarks);
  LintKeys("auditors", document.auditors, remarks);
}

namespace {

// What is right as a text and no node of this build does: `prepare` and nodes refuse it.
void LintSupport(const Document& document, std::vector<Remark>& remarks) {
  covenant::Issues issues;
  covenant::CheckSupport(document, issues);
  for (const covenant::Issue& issue : issues.list()) {
    remarks.push_back(Warning(issue.id, issue.path, issue.message, issue.fix));
    remarks.back().severity = canon::Finding::Severity::kError;
  }
}

}  // namespace

LintReport Lint(const Covenant& covenant) {
  LintReport report;
  const Document& document = covenant.document();
  LintDocument(document, report.remarks);
  LintRules(covenant, report.remarks);
  LintSupport(document, report.remarks);
  for (const Deny& deny : document.denies) {
    if (!deny.category.empty()) continue;
    for (const Permit& permit : document.permits) {
      const bool reached = std::all_of(deny.when.begin(), deny.when.end(), [&](const auto& entry) {
        return covenant.FactReaches(entry.first, permit.category);
      });
      if (!reached) report.unreached[deny.id].insert(permit.category);
    }
  }
  return report;
}

}  // namespace schakel::policy
