// Counts that say nothing of one person (exchange.md 5, "Aggregates"; domain level N1): calendar
// periods that have ended, cells that are too small left out together with another one, every
// count rounded. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/covenant/document.h"
#include "node/record/model.h"

namespace schakel::record {

// What one stored record adds.
struct Countable {
  std::string period;           // PeriodName of its date
  std::vector<std::string> by;  // in order of the names of Aggregate::by
  int64_t count = 1;
  std::optional<Uuid> subject;  // whom it is about; absent: nobody in particular
};

// "2026-03", "2026-Q1", "2026" for the period of the day.
std::string PeriodName(covenant::Aggregate::Span span, Day day);
// The last day of the period so named; nullopt for a text that names none.
std::optional<Day> PeriodEnd(covenant::Aggregate::Span span, std::string_view name);

// What the record adds to a count of its category, or nullopt when nothing can: the date
// does not say in which period it falls. A part whose value is empty or has no such form counts as
// kUnknownPart.
inline constexpr const char* kUnknownPart = "onbekend";
std::optional<Countable> CountableOf(const covenant::Aggregate& aggregate,
                                     const covenant::Category& counted,
                                     const Record& record,
                                     Day today);
// The same of a record that is a count itself, from the giver's own source (no `of`); nullopt when
// its `periode` is no period of the span or its `aantal` no whole number up to 10^9.
std::optional<Countable> CountableOf(const covenant::Aggregate& aggregate, const Record& record);

// One cell that goes out; without parts: the period's total.
struct CountCell {
  std::string period;
  std::map<std::string, std::string> by;
  int64_t count = 0;  // rounded
  friend bool operator==(const CountCell&, const CountCell&) = default;
};
// Of each period that ended before `today`, in order: the total when the count of own records is
// split, then the cells. Of numbers from the giver's own source (no `of`) there is no total: unlike
// things may be counted there.
//
// A cell with fewer than min_cell records, or records of fewer than min_cell persons, is left out;
// of the giver's own numbers it is not known how many persons are behind them, and the giver
// answers for that. With a total, the smallest of the others is left out as well, and further ones
// until what is missing together is two cells or more with at least min_cell records and persons:
// so the total gives no small cell away. Total and cells are rounded to a multiple of `round`,
// halves up. A total that is itself too small is left out with all its cells.
std::vector<CountCell> Count(const covenant::Aggregate& aggregate,
                             const std::vector<Countable>& records,
                             Day today);

// For the recipient: the fields of a release of such a category could be a cell of Count. kDenied
// for a period that is none or has not ended, and a number that is not rounded or too small.
Result<void> CheckCount(const covenant::Aggregate& aggregate, const Fields& fields, Day today);

}  // namespace schakel::record
