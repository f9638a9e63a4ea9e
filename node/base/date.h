// Calendar dates with unknown parts, ages as intervals, periods, and days in a named zone.
#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "node/base/result.h"
#include "node/base/seams.h"

namespace schakel {

using Day = std::chrono::sys_days;

// A date of which the day, or the day and the month, or everything may be unknown (BRP: Datum,
// JaarMaandDatum, JaarDatum, DatumOnbekend). An unknown part is 0; a known part never stands
// behind an unknown one.
struct IncompleteDate {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;

  [[nodiscard]] bool complete() const { return day != 0; }
  [[nodiscard]] bool unknown() const { return year == 0; }
  // The first and the last day it can be. Not for a wholly unknown date.
  [[nodiscard]] Day Earliest() const;
  [[nodiscard]] Day Latest() const;
  // True when some day is possible for both; an unknown date is compatible with every date.
  [[nodiscard]] bool CompatibleWith(const IncompleteDate& other) const;
  friend auto operator<=>(const IncompleteDate&, const IncompleteDate&) = default;
};

// `2009-03-14`, `2009-05-00`, `2009-00-00`, `0000-00-00`; years 1850-2199 otherwise.
Result<IncompleteDate> ParseIsoDate(std::string_view text);
// As people and exports write it: `14-03-2009`, `14/3/2009`, `00-05-2009`; `20090314` (BRP).
// A day that does not exist (31-02-2026) is refused with a detail that says so.
Result<IncompleteDate> ParseDutchDate(std::string_view text);
std::string ToIso(const IncompleteDate& date);
IncompleteDate FromDay(Day day);
std::string ToIso(Day day);

// Whole years from `birth` to `day`; born on 29 February counts from 1 March in common years.
int AgeOn(Day birth, Day day);

// Inclusive.
struct IntInterval {
  int64_t low = 0;
  int64_t high = 0;
  friend bool operator==(const IntInterval&, const IntInterval&) = default;
};

struct Quarter {
  Day first;
  Day last;
};
Quarter QuarterOf(Day day);

// The age of exchange.md 5: from the age on the first day of the quarter for the latest possible
// birth date to the age on its last day for the earliest. Empty for a wholly unknown date.
std::optional<IntInterval> AgeInQuarter(const IncompleteDate& birth, Day today);

// Whole days from the date to `today`, as an interval when the date is incomplete; empty when it
// is wholly unknown.
std::optional<IntInterval> ElapsedDays(const IncompleteDate& date, Day today);

// ISO 8601 durations of one unit: PnD, PnM, PnY, PTnH, PTnM; n from 1 to 99999.
struct Period {
  enum class Unit { kMinutes, kHours, kDays, kMonths, kYears };
  int count = 0;
  Unit unit = Unit::kDays;
  friend bool operator==(const Period&, const Period&) = default;
};
Result<Period> ParsePeriod(std::string_view text);
std::string ToString(const Period& period);
// Calendar arithmetic for months and years (the day is clamped to the month's last).
Day AddPeriod(Day day, const Period& period);
// As milliseconds, for periods of minutes, hours and days; refuses months and years.
Result<std::chrono::milliseconds> ToMilliseconds(const Period& period);
// Orders periods by length, a month counted as 30 days and a year as 365: for "stricter than".
std::strong_ordering CompareLength(const Period& a, const Period& b);

// A zone whose rule this build knows: `UTC` and `Europe/Amsterdam` (CET/CEST by the rule of
// directive 2000/84/EC: summer time from the last Sunday of March to that of October, 01:00 UTC).
enum class Zone { kUtc, kAmsterdam };
Result<Zone> ParseZone(std::string_view name);
Instant FirstInstantOf(Day day, Zone zone);
Day DayOf(Instant instant, Zone zone);
// `24-11-2026 14:05` in the zone.
std::string ToLocalText(Instant instant, Zone zone);

}  // namespace schakel
