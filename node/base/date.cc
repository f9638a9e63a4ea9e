#include "node/base/date.h"

#include <algorithm>
#include <cstdio>

#include "node/base/check.h"

namespace schakel {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::last;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::Sunday;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr int kFirstYear = 1850;
constexpr int kLastYear = 2199;

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int Number(std::string_view digits) {
  int value = 0;
  for (const char c : digits)
    value = value * 10 + (c - '0');
  return value;
}

year_month_day Ymd(int y, unsigned m, unsigned d) {
  return year{y} / month{m} / std::chrono::day{d};
}

Result<IncompleteDate> MakeDate(int y, int m, int d) {
  IncompleteDate date{y, static_cast<unsigned>(m), static_cast<unsigned>(d)};
  if (y == 0 && m == 0 && d == 0) return date;
  if (y < kFirstYear || y > kLastYear) return Malformed("year out of range");
  if (m == 0 && d == 0) return date;
  if (m < 1 || m > 12) return Malformed("month out of range");
  if (d == 0) return date;
  if (d > 31 || !Ymd(y, date.month, date.day).ok()) return Malformed("the day does not exist");
  return date;
}

// The offset from UTC in effect at the instant.
hours OffsetAt(Instant instant, Zone zone) {
  if (zone == Zone::kUtc) return hours{0};
  const year_month_day today{std::chrono::floor<days>(instant)};
  const Instant summer = Day{today.year() / month{3} / Sunday[last]} + hours{1};
  const Instant winter = Day{today.year() / month{10} / Sunday[last]} + hours{1};
  return instant >= summer && instant < winter ? hours{2} : hours{1};
}

}  // namespace

Day IncompleteDate::Earliest() const {
  CHECK(!unknown());
  return Day{Ymd(year, month == 0 ? 1 : month, day == 0 ? 1 : day)};
}

Day IncompleteDate::Latest() const {
  CHECK(!unknown());
  const unsigned m = month == 0 ? 12 : month;
  if (day != 0) return Day{Ymd(year, m, day)};
  return Day{std::chrono::year{year} / std::chrono::month{m} / last};
}

bool IncompleteDate::CompatibleWith(const IncompleteDate& other) const {
  if (unknown() || other.unknown()) return true;
  return Earliest() <= other.Latest() && other.Earliest() <= Latest();
}

Result<IncompleteDate> ParseIsoDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return Malformed("not jjjj-mm-dd");
  const std::string_view y = text.substr(0, 4);
  const std::string_view m = text.substr(5, 2);
  const std::string_view d = text.substr(8, 2);
  if (!AllDigits(y) || !AllDigits(m) || !AllDigits(d)) return Malformed("not jjjj-mm-dd");
  return MakeDate(Number(y), Number(m), Number(d));
}

Result<IncompleteDate> ParseDutchDate(std::string_view text) {
  if (text.size() == 8 && AllDigits(text)) {
    return MakeDate(Number(text.substr(0, 4)), Number(text.substr(4, 2)), Number(text.substr(6)));
  }
  const char separator = text.find('-') != std::string_view::npos ? '-' : '/';
  const size_t first = text.find(separator);
  if (first == std::string_view::npos) return Malformed("not a date (dd-mm-jjjj)");
  const size_t second = text.find(separator, first + 1);
  if (second == std::string_view::npos) return Malformed("not a date (dd-mm-jjjj)");
  const std::string_view d = text.substr(0, first);
  const std::string_view m = text.substr(first + 1, second - first - 1);
  const std::string_view y = text.substr(second + 1);
  if (!AllDigits(d) || !AllDigits(m) || !AllDigits(y) || d.size() > 2 || m.size() > 2 ||
      y.size() != 4) {
    return Malformed("not a date (dd-mm-jjjj)");
  }
  return MakeDate(Number(y), Number(m), Number(d));
}

std::string ToIso(const IncompleteDate& date) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", date.year, date.month, date.day);
  return text;
}

IncompleteDate FromDay(Day day) {
  const year_month_day ymd{day};
  return {int{ymd.year()}, unsigned{ymd.month()}, unsigned{ymd.day()}};
}

std::string ToIso(Day day) {
  return ToIso(FromDay(day));
}

int AgeOn(Day birth, Day day) {
  const year_month_day b{birth};
  const year_month_day t{day};
  const int years = int{t.year()} - int{b.year()};
  const bool before = t.month() < b.month() || (t.month() == b.month() && t.day() < b.day());
  return before ? years - 1 : years;
}

Quarter QuarterOf(Day day) {
  const year_month_day ymd{day};
  const unsigned first_month = (unsigned{ymd.month()} - 1) / 3 * 3 + 1;
  return {Day{ymd.year() / month{first_month} / std::chrono::day{1}},
          Day{ymd.year() / month{first_month + 2} / last}};
}

std::optional<IntInterval> AgeInQuarter(const IncompleteDate& birth, Day today) {
  if (birth.unknown()) return std::nullopt;
  const Quarter quarter = QuarterOf(today);
  return IntInterval{AgeOn(birth.Latest(), quarter.first), AgeOn(birth.Earliest(), quarter.last)};
}

std::optional<IntInterval> ElapsedDays(const IncompleteDate& date, Day today) {
  if (date.unknown()) return std::nullopt;
  return IntInterval{(today - date.Latest()).count(), (today - date.Earliest()).count()};
}

Result<Period> ParsePeriod(std::string_view text) {
  const bool time = text.starts_with("PT");
  if (!time && !text.starts_with("P")) return Malformed("not a period such as P6M");
  const std::string_view digits = text.substr(time ? 2 : 1);
  if (digits.size() < 2 || digits.size() > 6) return Malformed("not a period such as P6M");
  const char unit = digits.back();
  const std::string_view number = digits.substr(0, digits.size() - 1);
  if (!AllDigits(number) || number[0] == '0') return Malformed("not a period such as P6M");
  Period period;
  period.count = Number(number);
  if (time && unit == 'H') {
    period.unit = Period::Unit::kHours;
  } else if (time && unit == 'M') {
    period.unit = Period::Unit::kMinutes;
  } else if (!time && unit == 'D') {
    period.unit = Period::Unit::kDays;
  } else if (!time && unit == 'M') {
    period.unit = Period::Unit::kMonths;
  } else if (!time && unit == 'Y') {
    period.unit = Period::Unit::kYears;
  } else {
    return Malformed("not a period such as P6M");
  }
  return period;
}

std::string ToString(const Period& period) {
  const std::string count = std::to_string(period.count);
  switch (period.unit) {
    case Period::Unit::kMinutes:
      return "PT" + count + "M";
    case Period::Unit::kHours:
      return "PT" + count + "H";
    case Period::Unit::kDays:
      return "P" + count + "D";
    case Period::Unit::kMonths:
      return "P" + count + "M";
    case Period::Unit::kYears:
      return "P" + count + "Y";
  }
  return {};
}

Day AddPeriod(Day day, const Period& period) {
  int months = 0;
  switch (period.unit) {
    case Period::Unit::kMinutes:
      return day + days{period.count / (24 * 60)};
    case Period::Unit::kHours:
      return day + days{period.count / 24};
    case Period::Unit::kDays:
      return day + days{period.count};
    case Period::Unit::kMonths:
      months = period.count;
      break;
    case Period::Unit::kYears:
      months = period.count * 12;
      break;
  }
  const year_month_day start{day};
  year_month_day moved = start + std::chrono::months{months};
  if (!moved.ok()) moved = moved.year() / moved.month() / last;
  return Day{moved};
}

Result<std::chrono::milliseconds> ToMilliseconds(const Period& period) {
  switch (period.unit) {
    case Period::Unit::kMinutes:
      return std::chrono::milliseconds{minutes{period.count}};
    case Period::Unit::kHours:
      return std::chrono::milliseconds{hours{period.count}};
    case Period::Unit::kDays:
      return std::chrono::milliseconds{days{period.count}};
    case Period::Unit::kMonths:
    case Period::Unit::kYears:
      break;
  }
  return Malformed("a period of months or years has no fixed length");
}

std::strong_ordering CompareLength(const Period& a, const Period& b) {
  const auto length = [](const Period& period) -> int64_t {
    switch (period.unit) {
      case Period::Unit::kMinutes:
        return period.count;
      case Period::Unit::kHours:
        return int64_t{period.count} * 60;
      case Period::Unit::kDays:
        return int64_t{period.count} * 24 * 60;
      case Period::Unit::kMonths:
        return int64_t{period.count} * 30 * 24 * 60;
      case Period::Unit::kYears:
        return int64_t{period.count} * 365 * 24 * 60;
    }
    return 0;
  };
  return length(a) <=> length(b);
}

Result<Zone> ParseZone(std::string_view name) {
  if (name == "UTC") return Zone::kUtc;
  if (name == "Europe/Amsterdam") return Zone::kAmsterdam;
  return Malformed("unknown time zone; known: Europe/Amsterdam, UTC");
}

Instant FirstInstantOf(Day day, Zone zone) {
  // Changes happen at 01:00 UTC, so the offset of midnight is that of the UTC midnight before.
  const Instant midnight = day;
  return midnight - OffsetAt(midnight - hours{1}, zone);
}

Day DayOf(Instant instant, Zone zone) {
  return std::chrono::floor<days>(instant + OffsetAt(instant, zone));
}

std::string ToLocalText(Instant instant, Zone zone) {
  const Instant local = instant + OffsetAt(instant, zone);
  const Day day = std::chrono::floor<days>(local);
  const year_month_day ymd{day};
  const auto minute = std::chrono::floor<minutes>(local - day).count();
  char text[48];
  std::snprintf(text,
                sizeof text,
                "%02u-%02u-%04d %02d:%02d",
                unsigned{ymd.day()},
                unsigned{ymd.month()},
                int{ymd.year()},
                static_cast<int>(minute / 60),
                static_cast<int>(minute % 60));
  return text;
}

}  // namespace schakel
