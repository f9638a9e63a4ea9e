#include "node/record/release.h"

#include <algorithm>

#include "node/covenant/recheck.h"
#include "node/record/aggregate.h"
#include "node/record/forms.h"

namespace schakel::record {
namespace {

using covenant::Category;
using covenant::Deny;
using covenant::Document;
using covenant::Form;
using covenant::Permit;

std::vector<const Permit*> PermitsNamed(const Document& document,
                                        const std::vector<std::string>& ids) {
  std::vector<const Permit*> permits;
  for (const Permit& permit : document.permits) {
    if (std::find(ids.begin(), ids.end(), permit.id) != ids.end()) permits.push_back(&permit);
  }
  return permits;
}

// The form in which the permits together let the field through: the coarsest (compiling the
// covenant has made sure that permits which can hold together agree).
std::optional<Form> FormOf(const std::vector<const Permit*>& permits,
                           const std::string& field,
                           covenant::FieldType type) {
  std::optional<Form> form;
  for (const Permit* permit : permits) {
    const auto found = permit->fields.find(field);
    if (found == permit->fields.end()) continue;
    form = form ? covenant::Coarser(type, *form, found->second) : found->second;
    if (!form) return std::nullopt;
  }
  return form;
}

bool Reaches(const std::set<std::string>& selector, const std::string& name) {
  return selector.empty() || selector.count(name) != 0;
}

bool IsUnconditional(const Deny& deny, const Release& release, const ReleaseAxes& axes) {
  return deny.when.empty() && Reaches(deny.from, axes.from) && Reaches(deny.to, axes.to) &&
         Reaches(deny.purpose, axes.purpose) && Reaches(deny.category, release.category);
}

Result<void> CheckObligations(const Release& release,
                              const Document& document,
                              const std::vector<const Permit*>& permits) {
  for (const Permit* permit : permits) {
    const Period retain = permit->retain.value_or(document.default_retain);
    if (CompareLength(release.retain, retain) > 0) return Denied("kept longer than the rule says");
    const std::set<std::string>& onward =
        permit->onward ? *permit->onward : document.default_onward;
    if (!std::includes(
            onward.begin(), onward.end(), release.onward.begin(), release.onward.end())) {
      return Denied("passed on further than the rule says");
    }
    for (const std::string& field : permit->require) {
      if (release.fields.count(field) == 0) return Denied("a required field is missing: " + field);
    }
  }
  return {};
}

Result<void> CheckField(const Release& release,
                        const Document& document,
                        const ReleaseAxes& axes,
                        const std::string& field,
                        const Form& form) {
  for (const Deny& deny : document.denies) {
    if (!IsUnconditional(deny, release, axes) || deny.fields.count(field) == 0) continue;
    const auto& excused = deny.unless_form;
    if (std::find(excused.begin(), excused.end(), form) == excused.end()) {
      return Denied("rule " + deny.id + " withholds field " + field);
    }
  }
  return {};
}

// Everything of a release but its id, row and values, in one way only: every text behind its
// length.
std::string LabelOf(const Release& release) {
  std::string label;
  const auto add = [&label](std::string_view text) {
    label += std::to_string(text.size()) + ':';
    label += text;
  };
  const auto add_all = [&](const auto& texts) {
    label += std::to_string(texts.size()) + '*';
    for (const std::string& text : texts)
      add(text);
  };
  add(release.category);
  add(ToString(release.retain));
  add_all(release.by);
  add_all(release.onward);
  for (const auto& [field, value] : release.fields)
    add(field);
  return label;
}

// A release of a category of counts is a count.
Result<void> CheckCounted(const Category& category, const Release& release, Day today) {
  if (!category.aggregate) return {};
  return CheckCount(*category.aggregate, release.fields, today);
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): six things that have nothing in common.
Projection Project(const Document& document,
                   const Record& record,
                   const covenant::Decision& decision,
                   const std::optional<Uuid>& row,
                   Day today,
                   const Pseudonyms* pseudonyms,
                   Entropy& entropy) {
  Projection projection;
  projection.withheld = decision.withheld;
  if (decision.outcome != covenant::Outcome::kPermit) {
    projection.code = decision.code.empty() ? "APPROVAL" : decision.code;
    return projection;
  }
  const auto category = document.categories.find(record.category);
  if (category == document.categories.end()) {
    projection.code = "CATEGORY_UNKNOWN";
    return projection;
  }
  Release release;
  for (const auto& [field, form] : decision.fields) {
    const auto type = category->second.fields.find(field);
    const auto value = record.fields.find(field);
    // `decide` permits a form for every declared field when it was not told which are present.
    if (type == category->second.fields.end() || value == record.fields.end() ||
        IsEmpty(value->second)) {
      continue;
    }
    std::optional<FieldValue> formed =
        ApplyForm(type->second, form, value->second, today, pseudonyms);
    if (formed) {
      release.fields.emplace(field, std::move(*formed));
    } else {
      projection.withheld.emplace(field, "form");
    }
  }
  if (release.fields.empty()) {
    projection.code = "NO_FIELDS";
    return projection;
  }
  for (const Permit* permit : PermitsNamed(document, decision.by)) {
    for (const std::string& field : permit->require) {
      if (release.fields.count(field) == 0) projection.code = "INCOMPLETE";
    }
  }
  if (!projection.code.empty()) return projection;
  release.id = MakeUuidV4(entropy);
  release.category = record.category;
  release.row = row;
  release.hardness = record.hardness;
  release.by = decision.by;
  release.retain = decision.retain.value_or(document.default_retain);
  release.onward = decision.onward;
  projection.release = std::move(release);
  return projection;
}

Result<void> CheckRelease(const Release& release,
                          const Document& document,
                          const ReleaseAxes& axes) {
  const auto category = document.categories.find(release.category);
  if (category == document.categories.end()) return Denied("an unknown category");
  if (category->second.about_person != release.row.has_value()) {
    return Denied("a row where there is none, or none where there is one");
  }
  const std::vector<const Permit*> permits = PermitsNamed(document, release.by);
  if (release.by.empty() || permits.size() != release.by.size()) return Denied("an unknown rule");
  for (const Permit* permit : permits) {
    if (permit->from != axes.from || permit->to != axes.to || permit->purpose != axes.purpose ||
        permit->category != release.category) {
      return Denied("rule " + permit->id + " is about something else");
    }
  }
  for (const Deny& deny : document.denies) {
    if (deny.fields.empty() && IsUnconditional(deny, release, axes)) {
      return Denied("rule " + deny.id + " forbids the record");
    }
  }
  if (release.fields.empty()) return Denied("a release without fields");
  for (const auto& [field, value] : release.fields) {
    const auto type = category->second.fields.find(field);
    if (type == category->second.fields.end()) return Denied("an undeclared field: " + field);
    const std::optional<Form> form = FormOf(permits, field, type->second);
    if (!form) return Denied("a field that its rules do not permit: " + field);
    TRY(CheckForm(type->second, *form, value));
    TRY(CheckField(release, document, axes, field, *form));
  }
  return CheckObligations(release, document, permits);
}

Result<void> CheckRelease(const Release& release,
                          const covenant::Covenant& covenant,
                          const ReleaseAxes& axes,
                          const covenant::Facts& stated,
                          Instant now) {
  const Document& document = covenant.document();
  TRY(CheckRelease(release, document, axes));
  const Category& category = document.categories.at(release.category);
  const std::vector<const Permit*> permits = PermitsNamed(document, release.by);
  covenant::Delivered delivered;
  delivered.from = axes.from;
  delivered.to = axes.to;
  delivered.purpose = axes.purpose;
  delivered.category = release.category;
  delivered.by = release.by;
  for (const auto& [field, value] : release.fields) {
    const std::optional<Form> form = FormOf(permits, field, category.fields.at(field));
    if (form) delivered.fields.emplace(field, *form);
  }
  delivered.retain = release.retain;
  delivered.onward = release.onward;
  delivered.facts = stated;
  delivered.now = now;
  TRY(covenant::CheckDelivered(covenant, delivered));
  return CheckCounted(category, release, DayOf(now, document.zone));
}

ReleaseChecker::ReleaseChecker(const covenant::Covenant& covenant,
                               ReleaseAxes axes,
                               covenant::Facts stated,
                               Instant now)
    : covenant_(covenant), axes_(std::move(axes)), stated_(std::move(stated)), now_(now) {}

Result<void> ReleaseChecker::Check(const Release& release) {
  std::string label = LabelOf(release);
  const auto known = passed_.find(label);
  if (known == passed_.end()) {
    TRY(CheckRelease(release, covenant_, axes_, stated_, now_));
    const Document& document = covenant_.document();
    const Category& category = document.categories.at(release.category);
    const std::vector<const Permit*> permits = PermitsNamed(document, release.by);
    Passed passed{category.about_person, {}};
    for (const auto& [field, value] : release.fields) {
      const covenant::FieldType type = category.fields.at(field);
      passed.fields.emplace_back(type, FormOf(permits, field, type).value_or(Form{}));
    }
    passed_.emplace(std::move(label), std::move(passed));
    return {};
  }
  const Passed& passed = known->second;
  const Document& document = covenant_.document();
  TRY(CheckCounted(document.categories.at(release.category), release, DayOf(now_, document.zone)));
  if (passed.about_person != release.row.has_value()) {
    return Denied("a row where there is none, or none where there is one");
  }
  size_t place = 0;
  for (const auto& [field, value] : release.fields) {
    const auto& [type, form] = passed.fields[place++];
    TRY(CheckForm(type, form, value));
  }
  return {};
}

}  // namespace schakel::record
