// Categories of counts: what is counted, by what, and how coarsely.
#include <array>
#include <utility>

#include "node/covenant/read_document.h"

namespace schakel::covenant {
namespace {

constexpr int64_t kLeastRound = 5;  // exchange.md 5
constexpr int64_t kMostRound = 1000;
constexpr int64_t kMostCell = 1'000'000;

const std::map<std::string, Aggregate::Span> kSpans{{"month", Aggregate::Span::kMonth},
                                                    {"quarter", Aggregate::Span::kQuarter},
                                                    {"year", Aggregate::Span::kYear}};

}  // namespace

void DocumentReader::ReadAggregate(Fields& in, Category& category) {
  const auto min_cell = in.MaybeInt("min_cell", 2, kMostCell);
  const canon::Value* value = in.Maybe("aggregate");
  if (value == nullptr) {
    if (min_cell) issues_.Add("E104", in.At("min_cell"), "only a count has a smallest cell");
    return;
  }
  Aggregate aggregate;
  Fields fields(*value, in.At("aggregate"), issues_);
  if (!fields.object()) return;
  aggregate.of = fields.MaybeText("of").value_or("");
  if (!aggregate.of.empty()) aggregate.date = fields.Text("date");
  if (const canon::Value* by = fields.Maybe("by"); by != nullptr && aggregate.of.empty()) {
    for (const std::string& name : ReadTexts(*by, fields.At("by"), issues_))
      aggregate.by.emplace(name, Aggregate::By{});
  } else if (by != nullptr) {
    ForEachNamed(fields, "by", /*required=*/true, issues_, [&](const auto& name, Fields& part) {
      Aggregate::By& read = aggregate.by[name];
      read.field = part.Text("field");
      read.form.kind = FormKind::kPlain;
      const auto text = part.MaybeText("form");
      if (!text) return;
      const auto form = ParseForm(*text);
      if (form.ok()) {
        read.form = *form;
      } else {
        issues_.Add("E105", part.At("form"), "unknown form " + Quoted(*text));
      }
    });
  }
  const std::string span = KnownText(fields, "period", kSpans, "period");
  if (!span.empty()) aggregate.span = kSpans.at(span);
  aggregate.round =
      static_cast<int>(fields.MaybeInt("round", kLeastRound, kMostRound).value_or(kLeastRound));
  fields.Done();
  aggregate.min_cell = static_cast<int>(min_cell.value_or(document_.min_cell));
  if (in.Has("min_cell") && !min_cell) {
    // Said already.
  } else if (aggregate.min_cell == 0) {
    issues_.Add("E102", fields.path(), "needs a smallest cell: `min_cell` here or of the covenant");
  } else if (aggregate.min_cell < document_.min_cell) {
    issues_.Add("E104",
                in.At("min_cell"),
                "is smaller than the covenant's " + std::to_string(document_.min_cell),
                "a category may be stricter, never looser");
  }
  if (category.about_person) {
    issues_.Add("E104", in.At("about"), "a count is about the group", "write `group`");
  }
  if (!category.meta.empty()) {
    issues_.Add("E104", in.At("meta"), "a count has none: conditions read what is counted");
  }
  // Exactly what a count says: the period, what it is split by, and how many.
  std::set<std::string> says{kPeriodField, kCountField};
  for (const auto& [name, part] : aggregate.by) {
    if (says.insert(name).second) continue;
    issues_.Add("E106", Join(fields.At("by"), name), Quoted(name) + " has a meaning of its own");
  }
  for (const std::string& name : says) {
    const auto declared = category.fields.find(name);
    if (declared == category.fields.end()) {
      issues_.Add("E102", in.At("fields"), "needs the field " + Quoted(name) + " of the count");
    } else if (declared->second != FieldType::kCode) {
      issues_.Add("E104", Join(in.At("fields"), name), "must be a code");
    }
  }
  for (const auto& [name, type] : category.fields) {
    if (says.contains(name)) continue;
    issues_.Add(Issue{"E105",
                      Join(in.At("fields"), name),
                      Issue::At::kKey,
                      "a count has no field " + Quoted(name),
                      DidYouMeanKey(name, says)});
  }
  category.aggregate = std::move(aggregate);
}

void DocumentReader::CheckAggregates(const std::string& path) {
  for (const auto& [id, category] : document_.categories) {
    if (!category.aggregate || category.aggregate->of.empty()) continue;
    const std::string at = Join(Join(path, id), "aggregate");
    const std::string& of = category.aggregate->of;
    if (!IsKnown(of, Join(at, "of"), document_.categories, "category")) continue;
    const Category& counted = document_.categories.at(of);
    if (counted.aggregate) {
      issues_.Add("E104", Join(at, "of"), Quoted(of) + " is itself a count");
      continue;
    }
    std::map<std::string, FieldType> dates = counted.fields;
    dates.insert(counted.meta.begin(), counted.meta.end());
    const std::string& date = category.aggregate->date;
    if (!date.empty() && IsKnown(date, Join(at, "date"), dates, "field") &&
        dates.at(date) != FieldType::kDate) {
      issues_.Add("E112", Join(at, "date"), "must be a date");
    }
    for (const auto& [name, part] : category.aggregate->by) {
      const std::string by = Join(Join(at, "by"), name);
      if (part.field.empty() || !IsKnown(part.field, Join(by, "field"), counted.fields, "field"))
        continue;
      const FieldType type = counted.fields.at(part.field);
      if (type != FieldType::kCode && type != FieldType::kBool) {
        issues_.Add("E112", Join(by, "field"), "a count is split by a code or a bool");
      } else if (!Accepts(type, part.form) || part.form.kind == FormKind::kWithheld) {
        issues_.Add("E112",
                    Join(by, "form"),
                    "the field's type has no form " + Quoted(ToString(part.form)));
      }
    }
  }
}

}  // namespace schakel::covenant
