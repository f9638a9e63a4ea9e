#include "node/covenant/check.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace schakel::covenant {
namespace {

// The category of the fields by which an asker names somebody.
constexpr const char* kNamingCategory = "persoon";

// BSNs may be matched only where exchange.md 6 says so.
bool TakesMatch(std::string_view category) {
  return category == "persoon" || category == "namenlijst";
}

std::string PathOf(size_t index, std::string_view member = "") {
  const std::string path = Join("/rules", index);
  return member.empty() ? path : path + "/" + std::string(member);
}

size_t RankOf(const FactDeclaration& fact, const std::string& value) {
  return static_cast<size_t>(std::find(fact.values.begin(), fact.values.end(), value) -
                             fact.values.begin());
}

// The enum values that make the test TRUE.
std::set<std::string> ValuesOf(const FactDeclaration& fact, const Test& test) {
  if (const auto* in = std::get_if<EnumTest>(&test)) return in->in;
  std::set<std::string> out;
  if (const auto* order = std::get_if<OrderTest>(&test)) {
    const size_t low = order->min ? RankOf(fact, *order->min) : 0;
    const size_t high = order->max ? RankOf(fact, *order->max) : fact.values.size();
    for (size_t i = low; i < fact.values.size() && i <= high; ++i)
      out.insert(fact.values[i]);
  }
  return out;
}

bool TestsMeet(const FactDeclaration& fact, const Test& a, const Test& b) {
  if (const auto* x = std::get_if<BoolTest>(&a)) {
    const auto* y = std::get_if<BoolTest>(&b);
    return y != nullptr && x->equals == y->equals;
  }
  if (const auto* x = std::get_if<IntTest>(&a)) {
    const auto* y = std::get_if<IntTest>(&b);
    if (y == nullptr) return false;
    return !(x->min && y->max && *x->min > *y->max) && !(y->min && x->max && *y->min > *x->max);
  }
  const std::set<std::string> x = ValuesOf(fact, a);
  const std::set<std::string> y = ValuesOf(fact, b);
  return std::any_of(x.begin(), x.end(), [&](const auto& value) { return y.contains(value); });
}

class RuleChecker {
 public:
  // `names_read`: the reader has reported names that are not declared; they are passed over here.
  RuleChecker(const Document& document, Issues& issues, bool names_read)
      : document_(document), issues_(issues), names_read_(names_read) {}

  // A permit with all that it asks (ConditionsOf).
  struct Asking {
    const Permit* permit;
    When conditions;
  };

  void Check(const Asking& asking);
  void Check(const Deny& deny);
  void CheckPair(const Asking& one, const Asking& other_one);

 private:
  bool NamesAreDeclared(const Permit& permit);
  void CheckBasis(const Permit& permit, const Basis& basis);
  void CheckForms(const Permit& permit, const Category& category, const Basis& basis);
  void CheckReach(const Asking& asking);
  void CheckReach(const Deny& deny);

  void AddUnknown(const std::string& path, std::string message) {
    if (!names_read_) issues_.Add("E105", path, std::move(message));
  }

  const Document& document_;
  Issues& issues_;
  bool names_read_;
};

bool RuleChecker::NamesAreDeclared(const Permit& permit) {
  const auto need = [&](bool known, std::string_view axis) {
    if (!known) {
      AddUnknown(PathOf(permit.index, "permit/" + std::string(axis)),
                 "unknown " + std::string(axis));
    }
    return known;
  };
  bool all = need(document_.parties.contains(permit.from), "from");
  all = need(document_.parties.contains(permit.to), "to") && all;
  all = need(document_.purposes.contains(permit.purpose), "purpose") && all;
  all = need(document_.bases.contains(permit.basis), "basis") && all;
  all = need(document_.categories.contains(permit.category), "category") && all;
  for (const auto& [fact, test] : permit.when) {
    if (document_.facts.contains(fact)) continue;
    AddUnknown(PathOf(permit.index, "when"), "unknown fact " + Quoted(fact));
    all = false;
  }
  return all;
}

void RuleChecker::CheckBasis(const Permit& permit, const Basis& basis) {
  const auto path = [&permit] { return PathOf(permit.index, "permit/basis"); };
  if (!basis.giver.contains(permit.from)) {
    issues_.Add("E110",
                path(),
                "basis " + Quoted(permit.basis) + " is not for a giver " + Quoted(permit.from));
  }
  if (!basis.purposes.contains(permit.purpose)) {
    issues_.Add(
        "E111",
        path(),
        "basis " + Quoted(permit.basis) + " is not for the purpose " + Quoted(permit.purpose));
  }
  const auto test = permit.when.find(basis.needs);
  if (test == permit.when.end()) return;
  const auto* flag = std::get_if<BoolTest>(&test->second);
  if (flag == nullptr || !flag->equals) {
    issues_.Add("E118",
                PathOf(permit.index, "when"),
                "can never be true: the basis needs " + Quoted(basis.needs));
  }
}

void RuleChecker::CheckForms(const Permit& permit, const Category& category, const Basis& basis) {
  for (const auto& [field, form] : permit.fields) {
    const auto path = [&permit, &name = field] {
      return Join(PathOf(permit.index, "fields"), name);
    };
    const auto declared = category.fields.find(field);
    if (declared == category.fields.end()) {
      AddUnknown(path(), "unknown field " + Quoted(field));
      continue;
    }
    if (!Accepts(declared->second, form)) {
      if (form.kind == FormKind::kPlain && declared->second == FieldType::kFreetext) {
        issues_.Add("E113", path(), "free text never goes unread", "write `reviewed`");
      } else if (form.kind == FormKind::kPlain && declared->second == FieldType::kBsn) {
        issues_.Add("E113", path(), "a BSN is never readable", "write `match`");
      } else {
        issues_.Add("E112", path(), "the field's type has no form " + Quoted(ToString(form)));
      }
      continue;
    }
    if (form.kind != FormKind::kMatch) continue;
    if (!basis.bsn.contains(permit.from) || !basis.bsn.contains(permit.to)) {
      issues_.Add("E114",
                  path(),
                  "basis " + Quoted(permit.basis) + " does not name both parties in its `bsn`",
                  "leave the field out");
    } else if (!TakesMatch(permit.category)) {
      issues_.Add("E114", path(), "a BSN is matched in `persoon` and `namenlijst` only");
    }
  }
  for (const std::string& field : permit.require) {
    const auto form = permit.fields.find(field);
    if (form != permit.fields.end() && form->second.kind != FormKind::kWithheld) continue;
    issues_.Add("E104",
                PathOf(permit.index, "require"),
                "requires " + Quoted(field) + ", which the rule does not give");
  }
}

void RuleChecker::CheckReach(const Asking& asking) {
  const Permit& permit = *asking.permit;
  const Category& category = document_.categories.at(permit.category);
  for (const auto& [fact, test] : asking.conditions) {
    const auto declared = document_.facts.find(fact);
    if (declared != document_.facts.end() && Reaches(declared->second, category)) continue;
    const bool own = permit.when.contains(fact);
    issues_.Add(
        Issue{"E117",
              own ? Join(PathOf(permit.index, "when"), fact) : PathOf(permit.index, "permit/basis"),
              own ? Issue::At::kKey : Issue::At::kValue,
              "category " + Quoted(permit.category) + " does not declare the source of " +
                  Quoted(fact) + ", so the rule could never apply",
              ""});
  }
}

// What a deny about `any` does not reach, lint lists. A category that the rule itself names was
// meant.
void RuleChecker::CheckReach(const Deny& deny) {
  for (const auto& [fact, test] : deny.when) {
    const auto declared = document_.facts.find(fact);
    if (declared == document_.facts.end()) continue;
    for (const std::string& name : deny.category) {
      const auto category = document_.categories.find(name);
      if (category == document_.categories.end() || Reaches(declared->second, category->second)) {
        continue;
      }
      issues_.Add(Issue{"E117",
                        Join(PathOf(deny.index, "when"), fact),
                        Issue::At::kKey,
                        "category " + Quoted(name) + " does not declare the source of " +
                            Quoted(fact) + ", so the rule would never deny anything of it",
                        "declare the source there, or name the category in a rule without it"});
    }
  }
}

void RuleChecker::Check(const Asking& asking) {
  const Permit& permit = *asking.permit;
  if (!NamesAreDeclared(permit)) return;
  const Basis& basis = document_.bases.at(permit.basis);
  if (permit.from == permit.to) {
    issues_.Add(
        "E109", PathOf(permit.index, "permit/to"), "a party gives to itself without a rule");
  }
  CheckBasis(permit, basis);
  CheckForms(permit, document_.categories.at(permit.category), basis);
  CheckReach(asking);
  if (permit.retain && CompareLength(*permit.retain, document_.default_retain) > 0) {
    issues_.Add("E115",
                PathOf(permit.index, "retain"),
                "is longer than the default " + ToString(document_.default_retain),
                "a rule may be stricter, never looser");
  }
}

void RuleChecker::Check(const Deny& deny) {
  for (const auto& [fact, test] : deny.when) {
    if (document_.facts.contains(fact)) continue;
    AddUnknown(PathOf(deny.index, "when"), "unknown fact " + Quoted(fact));
  }
  CheckReach(deny);
  // A deny whose two ends can only be one party says nothing.
  if (deny.from.size() == 1 && deny.from == deny.to) {
    issues_.Add("E109", PathOf(deny.index, "deny/to"), "a party gives to itself without a rule");
  }
}

void RuleChecker::CheckPair(const Asking& one, const Asking& other_one) {
  if (!JointlySatisfiable(document_, one.conditions, other_one.conditions)) return;
  const Permit& a = *one.permit;
  const Permit& b = *other_one.permit;
  for (const auto& [field, form] : b.fields) {
    const auto other = a.fields.find(field);
    if (other == a.fields.end() || other->second == form) continue;
    issues_.Add("E116",
                Join(PathOf(b.index, "fields"), field),
                "rule " + Quoted(a.id) + " gives it as " + Quoted(ToString(other->second)) +
                    " and both rules can apply at once",
                "give one form, or make the conditions exclude each other");
  }
  if (!(ObligationsOf(document_, a) == ObligationsOf(document_, b))) {
    issues_.Add("E116",
                PathOf(b.index),
                "retain, onward, journal or approval differ from rule " + Quoted(a.id) +
                    " and both rules can apply at once",
                "make them equal, or make the conditions exclude each other");
  }
  // Else the rule that requires more would keep at home what the other one gives, and taking it out
  // of the covenant would let that go.
  if (a.require != b.require) {
    issues_.Add("E116",
                PathOf(b.index),
                "`require` differs from rule " + Quoted(a.id) + " and both rules can apply at once",
                "make them equal, or make the conditions exclude each other");
  }
}

}  // namespace

bool Reaches(const Document& document, std::string_view fact, std::string_view category) {
  const auto declared = document.facts.find(std::string(fact));
  const auto about = document.categories.find(std::string(category));
  if (declared == document.facts.end() || about == document.categories.end()) return false;
  return Reaches(declared->second, about->second);
}

bool Reaches(const FactDeclaration& fact, const Category& category) {
  if (!fact.from_person.empty() || fact.about_person) return category.about_person;
  if (fact.from_record.empty()) return true;
  return category.fields.contains(fact.from_record) || category.meta.contains(fact.from_record);
}

When ConditionsOf(const Document& document, const Permit& permit) {
  When when = permit.when;
  const auto basis = document.bases.find(permit.basis);
  if (basis != document.bases.end() && !basis->second.needs.empty()) {
    when.try_emplace(basis->second.needs, BoolTest{true});
  }
  return when;
}

bool JointlySatisfiable(const Document& document, const When& a, const When& b) {
  return std::all_of(a.begin(), a.end(), [&](const auto& entry) {
    const auto other = b.find(entry.first);
    if (other == b.end()) return true;
    const auto fact = document.facts.find(entry.first);
    return fact != document.facts.end() && TestsMeet(fact->second, entry.second, other->second);
  });
}

Obligations ObligationsOf(const Document& document, const Permit& permit) {
  return {permit.retain.value_or(document.default_retain),
          permit.onward.value_or(document.default_onward),
          permit.journal.empty() ? document.default_journal : permit.journal,
          permit.approval};
}

void CheckRules(const Document& document, Issues& issues) {
  const bool readable = issues.empty();
  RuleChecker checker(document, issues, /*names_read=*/!readable);
  std::map<std::array<std::string_view, 4>, std::vector<RuleChecker::Asking>> cells;
  for (const Permit& permit : document.permits) {
    RuleChecker::Asking asking{&permit, ConditionsOf(document, permit)};
    checker.Check(asking);
    auto& cell = cells[{permit.from, permit.to, permit.purpose, permit.category}];
    // Where reading already failed, a comparison would only repeat it in other words.
    if (readable) {
      for (const RuleChecker::Asking& earlier : cell)
        checker.CheckPair(earlier, asking);
    }
    cell.push_back(std::move(asking));
  }
  for (const Deny& deny : document.denies)
    checker.Check(deny);
}

void CheckSupport(const Document& document, Issues& issues) {
  for (const Permit& permit : document.permits) {
    const auto refuse = [&](const std::string& path, const std::string& what, std::string fix) {
      issues.Add("E107",
                 path,
                 what + " in rule " + Quoted(permit.id) + " is not supported by this build",
                 std::move(fix));
    };
    if (permit.approval && permit.approval->by != permit.from) {
      refuse(PathOf(permit.index, "approval"),
             "an `approval` by another party than the giver",
             "write `by: " + permit.from + "`");
    } else if (permit.approval && permit.category == kNamingCategory) {
      refuse(PathOf(permit.index, "approval"), "an `approval` of naming somebody", "leave it out");
    }
    for (const auto& [field, form] : permit.fields) {
      if (form.kind == FormKind::kCoarse && form.parameter != "buurt" &&
          form.parameter != "hoofdgroep") {
        refuse(Join(PathOf(permit.index, "fields"), field),
               "the form " + Quoted(ToString(form)),
               "write `coarse(buurt)` or `coarse(hoofdgroep)`");
      }
      if (form.kind != FormKind::kReviewed || permit.approval) continue;
      refuse(Join(PathOf(permit.index, "fields"), field),
             "the form `reviewed` without an `approval`",
             "add the approval of whoever reads the text, or leave the field out");
    }
  }
}

Result<void> CheckSupported(const Document& document) {
  Issues issues;
  CheckSupport(document, issues);
  if (issues.empty()) return {};
  const Issue& first = issues.list().front();
  return Malformed("covenant " + first.path + ": " + first.message);
}

}  // namespace schakel::covenant
