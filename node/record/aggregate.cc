#include "node/record/aggregate.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "node/record/forms.h"

namespace schakel::record {
namespace {

using covenant::Aggregate;
using covenant::FieldType;
using Span = Aggregate::Span;

constexpr int64_t kMostCount = 1'000'000'000;

std::string Text(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  if (found == fields.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string() : *text;
}

// A field or meta of the record; unknown when it holds no date.
IncompleteDate DateOf(const Record& record, std::string_view name) {
  for (const Fields* fields : {&record.fields, &record.meta}) {
    const auto found = fields->find(name);
    if (found == fields->end()) continue;
    if (const auto* date = std::get_if<IncompleteDate>(&found->second)) return *date;
  }
  return {};
}

// A whole number in its one spelling: no sign, no zero in front.
std::optional<int64_t> ParseCount(std::string_view text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (count < 0 || count > kMostCount || std::to_string(count) != text) return std::nullopt;
  return count;
}

int64_t Rounded(int64_t count, int64_t round) {
  return (count + round / 2) / round * round;
}

// A cell, or cells together, before it is known what goes out.
struct Tally {
  int64_t records = 0;
  int64_t nobody = 0;  // records about nobody in particular: each stands for one person
  std::set<Uuid> subjects;

  void Add(const Countable& record) {
    records += record.count;
    if (record.subject) {
      subjects.insert(*record.subject);
    } else {
      nobody += record.count;
    }
  }
  void Add(const Tally& other) {
    records += other.records;
    nobody += other.nobody;
    subjects.insert(other.subjects.begin(), other.subjects.end());
  }
  // What has to reach min_cell: records, and the persons behind them.
  [[nodiscard]] int64_t Size() const {
    return std::min(records, nobody + static_cast<int64_t>(subjects.size()));
  }
};

using Parts = std::vector<std::string>;

// The cells that stay at home.
std::set<Parts> LeftOut(const std::map<Parts, Tally>& cells, int64_t least, bool totalled) {
  std::vector<std::pair<int64_t, Parts>> by_size;
  for (const auto& [parts, tally] : cells)
    by_size.emplace_back(tally.Size(), parts);
  std::sort(by_size.begin(), by_size.end());
  std::set<Parts> out;
  Tally missing;
  for (const auto& [size, parts] : by_size) {
    // Without a total nothing tells what is missing together.
    const bool hidden = !totalled || out.empty() || (out.size() >= 2 && missing.Size() >= least);
    if (size >= least && hidden) break;
    out.insert(parts);
    missing.Add(cells.at(parts));
  }
  return out;
}

}  // namespace

std::string PeriodName(Span span, Day day) {
  const std::string iso = ToIso(day);
  switch (span) {
    case Span::kMonth:
      return iso.substr(0, 7);
    case Span::kQuarter: {
      const std::chrono::year_month_day date(day);
      return iso.substr(0, 4) + "-Q" +
             std::to_string((static_cast<unsigned>(date.month()) - 1) / 3 + 1);
    }
    case Span::kYear:
      return iso.substr(0, 4);
  }
  return {};
}

std::optional<Day> PeriodEnd(Span span, std::string_view name) {
  const auto last_of = [](int year, unsigned month) {
    return Day{std::chrono::year{year} / std::chrono::month{month} / std::chrono::last};
  };
  const auto ending = [&](unsigned month) -> std::optional<Day> {
    const auto first = ParseIsoDate(std::string(name.substr(0, 4)) + "-00-00");
    if (!first.ok() || first->unknown()) return std::nullopt;
    const Day end = last_of(first->year, month);
    if (PeriodName(span, end) != name) return std::nullopt;
    return end;
  };
  switch (span) {
    case Span::kMonth: {
      if (name.size() != 7) return std::nullopt;
      const auto month = ParseIsoDate(std::string(name) + "-00");
      if (!month.ok() || month->month == 0) return std::nullopt;
      return ending(month->month);
    }
    case Span::kQuarter:
      if (name.size() != 7 || name[6] < '1' || name[6] > '4') return std::nullopt;
      return ending(static_cast<unsigned>(name[6] - '0') * 3);
    case Span::kYear:
      if (name.size() != 4) return std::nullopt;
      return ending(12);
  }
  return std::nullopt;
}

std::optional<Countable> CountableOf(const Aggregate& aggregate,
                                     const covenant::Category& counted,
                                     const Record& record,
                                     Day today) {
  const IncompleteDate date = DateOf(record, aggregate.date);
  if (date.unknown()) return std::nullopt;
  Countable out;
  out.period = PeriodName(aggregate.span, date.Earliest());
  if (PeriodName(aggregate.span, date.Latest()) != out.period) return std::nullopt;
  out.subject = record.subject;
  for (const auto& [name, part] : aggregate.by) {
    std::string text;
    const auto value = record.fields.find(part.field);
    if (value != record.fields.end()) {
      const auto formed = ApplyForm(counted.fields.at(part.field), part.form, value->second, today);
      if (formed && std::get_if<std::string>(&*formed) != nullptr) {
        text = std::get<std::string>(*formed);
      } else if (formed && std::get_if<bool>(&*formed) != nullptr) {
        text = std::get<bool>(*formed) ? "ja" : "nee";
      }
    }
    out.by.push_back(text.empty() ? kUnknownPart : std::move(text));
  }
  return out;
}

std::optional<Countable> CountableOf(const Aggregate& aggregate, const Record& record) {
  Countable out;
  out.period = Text(record.fields, covenant::kPeriodField);
  if (!PeriodEnd(aggregate.span, out.period)) return std::nullopt;
  const auto count = ParseCount(Text(record.fields, covenant::kCountField));
  if (!count) return std::nullopt;
  out.count = *count;
  for (const auto& [name, part] : aggregate.by) {
    std::string text = Text(record.fields, name);
    out.by.push_back(text.empty() ? kUnknownPart : std::move(text));
  }
  return out;
}

std::vector<CountCell> Count(const Aggregate& aggregate,
                             const std::vector<Countable>& records,
                             Day today) {
  std::map<std::string, std::map<Parts, Tally>> periods;
  for (const Countable& record : records) {
    const auto end = PeriodEnd(aggregate.span, record.period);
    if (end && *end < today) periods[record.period][record.by].Add(record);
  }
  const int64_t least = aggregate.min_cell;
  std::vector<CountCell> out;
  for (const auto& [period, cells] : periods) {
    Tally total;
    for (const auto& [parts, tally] : cells)
      total.Add(tally);
    const bool totalled = !aggregate.of.empty();
    if (totalled && total.Size() < least) continue;
    if (totalled && !aggregate.by.empty())
      out.push_back({period, {}, Rounded(total.records, aggregate.round)});
    const std::set<Parts> left_out = LeftOut(cells, least, totalled);
    for (const auto& [parts, tally] : cells) {
      if (left_out.contains(parts)) continue;
      CountCell cell{period, {}, Rounded(tally.records, aggregate.round)};
      size_t place = 0;
      for (const auto& [name, part] : aggregate.by)
        cell.by[name] = parts[place++];
      out.push_back(std::move(cell));
    }
  }
  return out;
}

Result<void> CheckCount(const Aggregate& aggregate, const Fields& fields, Day today) {
  const auto end = PeriodEnd(aggregate.span, Text(fields, covenant::kPeriodField));
  if (!end || *end >= today) return Denied("a count of a period that has not ended, or of none");
  const auto count = ParseCount(Text(fields, covenant::kCountField));
  if (!count || *count % aggregate.round != 0) return Denied("a count that is not rounded");
  if (*count < Rounded(aggregate.min_cell, aggregate.round)) return Denied("a count of too few");
  return {};
}

}  // namespace schakel::record
