#include <algorithm>
#include <array>
#include <utility>

#include "node/covenant/read_document.h"

namespace schakel::covenant {
namespace {

constexpr int64_t kMaxBound = 1'000'000;
// Nobody is older, and nothing that is kept about anybody.
constexpr int64_t kMaxYears = 150;
constexpr int64_t kMaxDays = kMaxYears * 366;

// Between which a condition may draw its bounds: beyond them it is never true, or always.
IntInterval BoundsOf(const FactDeclaration& fact) {
  switch (fact.type) {
    case FactType::kAge:
      return {0, kMaxYears};
    case FactType::kElapsed:
      return {0, kMaxDays};
    case FactType::kInt:
    case FactType::kBool:
    case FactType::kEnum:
      break;
  }
  return fact.range.value_or(IntInterval{-kMaxBound, kMaxBound});
}
constexpr size_t kMaxRuleId = 16;

// Those who may be asked to approve (architecture.md, "Identity"): an admin reads no content.
const std::set<std::string> kApprovers{"approver", "contributor", "officer", "regisseur"};

bool IsRuleId(const std::string& id) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !id.empty() && id.size() <= kMaxRuleId && letter(id[0]) &&
         std::all_of(id.begin(), id.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

bool IsNumeric(FactType type) {
  return type == FactType::kInt || type == FactType::kAge || type == FactType::kElapsed;
}

}  // namespace

void DocumentReader::ReadRules(Fields& in) {
  const canon::Value* value = in.Need("rules");
  if (value == nullptr) return;
  const canon::Value::Array* rules = value->AsArray();
  if (rules == nullptr) {
    issues_.Add("E103", in.At("rules"), "must be a list");
    return;
  }
  std::set<std::string> ids;
  for (size_t i = 0; i < rules->size(); ++i) {
    Fields rule((*rules)[i], in, "rules", i);
    if (!rule.object()) continue;
    const std::string id = rule.Text("id");
    if (!id.empty() && !IsRuleId(id)) {
      issues_.Add("E104",
                  rule.At("id"),
                  Quoted(id) + " is no rule id",
                  "use a letter, then letters, digits, `-` and `_`, at most 16");
    }
    if (!id.empty() && !ids.insert(id).second) {
      issues_.Add("E106", rule.At("id"), Quoted(id) + " is the id of an earlier rule");
    }
    if (rule.Has("permit") == rule.Has("deny")) {
      issues_.Add("E104", rule.path(), "a rule is either a `permit` or a `deny`");
      continue;
    }
    if (rule.Has("permit")) {
      ReadPermit(rule, id, i);
    } else {
      ReadDeny(rule, id, i);
    }
    rule.Done();
  }
}

void DocumentReader::ReadPermit(Fields& rule, const std::string& id, size_t index) {
  Permit permit;
  permit.id = id;
  permit.index = index;
  Fields axes(*rule.Need("permit"), rule, "permit");
  const auto axis = [&](std::string_view key, const auto& known, std::string_view what) {
    const canon::Value* value = axes.Need(key);
    if (value == nullptr) return std::string();
    const std::string* text = value->AsString();
    if (text == nullptr || *text == "any") {
      issues_.Add("E108",
                  axes.At(key),
                  "a permit names exactly one " + std::string(what),
                  "write a rule for each; `any` and lists are for deny rules");
      return std::string();
    }
    return KnownText(axes, key, known, what);
  };
  permit.from = axis("from", document_.parties, "party");
  permit.to = axis("to", document_.parties, "party");
  permit.purpose = axis("purpose", document_.purposes, "purpose");
  permit.basis = axis("basis", document_.bases, "basis");
  permit.category = axis("category", document_.categories, "category");
  axes.Done();
  permit.when = ReadWhen(rule);
  if (const canon::Value* fields = rule.Need("fields")) {
    permit.fields = ReadForms(*fields, rule, permit.category);
  }
  permit.require = KnownTexts(rule, "require", permit.fields, "field of this rule");
  permit.retain = rule.MaybePeriod("retain");
  if (rule.Has("onward")) permit.onward = ReadPartiesOrNone(rule, "onward");
  permit.journal = ReadJournal(rule, /*required=*/false);
  permit.approval = ReadApproval(rule);
  document_.permits.push_back(std::move(permit));
}

std::map<std::string, Form> DocumentReader::ReadForms(const canon::Value& value,
                                                      const Fields& in,
                                                      const std::string& category) {
  std::map<std::string, Form> out;
  Fields forms(value, in, "fields");
  if (!forms.object()) return out;
  const auto declared = document_.categories.find(category);
  for (const auto& [field, unused] : *value.AsObject()) {
    if (declared != document_.categories.end()) {
      if (declared->second.meta.contains(field)) {
        issues_.Add(Issue{"E105",
                          forms.At(field),
                          Issue::At::kKey,
                          Quoted(field) + " is meta: conditions read it and nobody receives it",
                          ""});
      } else if (!declared->second.fields.contains(field)) {
        IsKnown(field, forms.At(field), declared->second.fields, "field", Issue::At::kKey);
      }
    }
    const std::string text = forms.Text(field);
    if (text.empty()) continue;
    if (const auto form = ParseForm(text); form.ok()) {
      out.emplace(field, *form);
    } else {
      static const std::vector<std::string> kForms{"plain",
                                                   "match",
                                                   "month",
                                                   "year",
                                                   "initials",
                                                   "pseudonym(recipient)",
                                                   "pseudonym(covenant)",
                                                   "reviewed",
                                                   "withheld"};
      issues_.Add(
          "E105", forms.At(field), "unknown form " + Quoted(text), DidYouMean(text, kForms));
    }
  }
  if (value.AsObject()->empty()) issues_.Add("E104", forms.path(), "names no field");
  return out;
}

std::optional<Approval> DocumentReader::ReadApproval(Fields& rule) {
  const canon::Value* value = rule.Maybe("approval");
  if (value == nullptr) return std::nullopt;
  Fields fields(*value, rule.At("approval"), issues_);
  Approval approval;
  approval.by = KnownText(fields, "by", document_.parties, "party");
  approval.role = KnownText(fields, "role", kApprovers, "role");
  if (const auto who = fields.MaybeText("not"); who && *who != "requester") {
    issues_.Add("E104", fields.At("not"), "must be `requester`");
  }
  if (const auto valid = fields.Text("valid"); !valid.empty()) {
    const auto period = ParsePeriod(valid);
    if (!period.ok() || !ToMilliseconds(*period).ok()) {
      issues_.Add("E104", fields.At("valid"), "must be a period in days, hours or minutes");
    }
    approval.valid = valid;
  }
  fields.Done();
  return approval;
}

void DocumentReader::ReadDeny(Fields& rule, const std::string& id, size_t index) {
  Deny deny;
  deny.id = id;
  deny.index = index;
  Fields axes(*rule.Need("deny"), rule, "deny");
  deny.from = ReadAxis(axes, "from", document_.parties, "party");
  deny.to = ReadAxis(axes, "to", document_.parties, "party");
  deny.purpose = ReadAxis(axes, "purpose", document_.purposes, "purpose");
  deny.category = ReadAxis(axes, "category", document_.categories, "category");
  // The fields belong to the axes: a deny of `fields` is about those alone.
  if (axes.Has("fields")) {
    std::set<std::string> declared;
    for (const auto& [name, category] : document_.categories) {
      if (!deny.category.empty() && !deny.category.contains(name)) continue;
      for (const auto& [field, type] : category.fields)
        declared.insert(field);
    }
    deny.fields = KnownTexts(axes, "fields", declared, "field");
  }
  axes.Done();
  deny.when = ReadWhen(rule);
  if (rule.Has("unless_form")) {
    size_t i = 0;
    for (const std::string& text : rule.MaybeTexts("unless_form")) {
      const std::string path = Join(rule.At("unless_form"), i++);
      if (const auto form = ParseForm(text); form.ok()) {
        deny.unless_form.push_back(*form);
      } else {
        issues_.Add("E105", path, "unknown form " + Quoted(text));
      }
    }
    if (deny.fields.empty()) {
      issues_.Add("E104", rule.At("unless_form"), "only a deny of `fields` spares a form");
    }
  }
  deny.guard = rule.MaybeBool("guard", false);
  deny.text = rule.MaybeText("text").value_or("");
  document_.denies.push_back(std::move(deny));
}

When DocumentReader::ReadWhen(Fields& rule) {
  When when;
  const canon::Value* value = rule.Maybe("when");
  if (value == nullptr) return when;
  const Fields fields(*value, rule, "when");
  if (!fields.object()) return when;
  for (const auto& [name, member] : *value->AsObject()) {
    const auto fact = document_.facts.find(name);
    if (fact == document_.facts.end()) {
      IsKnown(name, fields.At(name), document_.facts, "fact", Issue::At::kKey);
      continue;
    }
    auto test = ReadTest(fact->second, member, fields, name);
    if (test) when.emplace_hint(when.end(), name, std::move(*test));
  }
  if (value->AsObject()->empty()) {
    issues_.Add("E104", fields.path(), "has no condition", "leave `when` out");
  }
  return when;
}

std::optional<Test> DocumentReader::ReadTest(const FactDeclaration& fact,
                                             const canon::Value& value,
                                             const Fields& when,
                                             std::string_view key) {
  if (fact.type == FactType::kBool) {
    if (const bool* flag = value.AsBool()) return BoolTest{*flag};
    issues_.Add("E103", when.At(key), "must be true or false");
    return std::nullopt;
  }
  if (IsNumeric(fact.type) || (fact.ordered && value.AsObject() != nullptr)) {
    return ReadRange(fact, value, when, key);
  }
  return ReadValues(fact, value, when, key);
}

std::optional<Test> DocumentReader::ReadRange(const FactDeclaration& fact,
                                              const canon::Value& value,
                                              const Fields& when,
                                              std::string_view key) {
  Fields range(value, when, key);
  if (!range.object()) return std::nullopt;
  const size_t before = issues_.list().size();
  if (!range.Has("min") && !range.Has("max")) {
    issues_.Add("E102", range.path(), "needs `min`, `max` or both");
  }
  std::optional<Test> out;
  bool empty = false;
  if (fact.type == FactType::kEnum) {
    OrderTest test;
    if (range.Has("min"))
      test.min = KnownText(
          range, "min", std::set<std::string>(fact.values.begin(), fact.values.end()), "value");
    if (range.Has("max"))
      test.max = KnownText(
          range, "max", std::set<std::string>(fact.values.begin(), fact.values.end()), "value");
    const auto rank = [&](const std::string& name) {
      return std::find(fact.values.begin(), fact.values.end(), name) - fact.values.begin();
    };
    empty = test.min && test.max && rank(*test.min) > rank(*test.max);
    out = test;
  } else {
    const IntInterval bounds = BoundsOf(fact);
    IntTest test{range.MaybeInt("min", bounds.low, bounds.high),
                 range.MaybeInt("max", bounds.low, bounds.high)};
    empty = test.min && test.max && *test.min > *test.max;
    out = test;
  }
  range.Done();
  if (empty) issues_.Add("E118", range.path(), "can never be true: `min` is above `max`");
  if (issues_.list().size() != before) return std::nullopt;
  return out;
}

std::optional<Test> DocumentReader::ReadValues(const FactDeclaration& fact,
                                               const canon::Value& value,
                                               const Fields& when,
                                               std::string_view key) {
  EnumTest test;
  size_t i = 0;
  bool complete = true;
  for (std::string& name : ReadTexts(value, when.At(key), issues_)) {
    const size_t place = i++;
    if (std::find(fact.values.begin(), fact.values.end(), name) == fact.values.end()) {
      const std::set<std::string> known(fact.values.begin(), fact.values.end());
      complete = IsKnown(name, Join(when.At(key), place), known, "value") && complete;
    }
    test.in.insert(std::move(name));
  }
  if (!complete || test.in.empty()) return std::nullopt;
  return test;
}

}  // namespace schakel::covenant
