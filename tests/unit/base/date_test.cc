#include "node/base/date.h"

#include <gtest/gtest.h>

namespace schakel {
namespace {

using std::chrono::year_month_day;

Day D(int y, unsigned m, unsigned d) {
  return Day{std::chrono::year{y} / std::chrono::month{m} / std::chrono::day{d}};
}

IncompleteDate Date(std::string_view iso) {
  auto date = ParseIsoDate(iso);
  EXPECT_TRUE(date.ok()) << iso;
  return *date;
}

TEST(DateTest, ReadsIsoWithUnknownParts) {
  EXPECT_TRUE(Date("2009-03-14").complete());
  EXPECT_FALSE(Date("2009-05-00").complete());
  EXPECT_TRUE(Date("0000-00-00").unknown());
  EXPECT_EQ(ToIso(Date("2009-05-00")), "2009-05-00");
  for (const char* text : {"2009-02-30",
                           "2009-00-05",
                           "2009-13-01",
                           "1849-01-01",
                           "2200-01-01",
                           "2009-3-14",
                           "14-03-2009",
                           "2009-03-14 ",
                           "",
                           "0000-01-01"}) {
    EXPECT_FALSE(ParseIsoDate(text).ok()) << text;
  }
}

TEST(DateTest, ReadsWhatExportsWrite) {
  EXPECT_EQ(ToIso(*ParseDutchDate("14-03-2009")), "2009-03-14");
  EXPECT_EQ(ToIso(*ParseDutchDate("4/3/2009")), "2009-03-04");
  EXPECT_EQ(ToIso(*ParseDutchDate("00-05-2009")), "2009-05-00");
  EXPECT_EQ(ToIso(*ParseDutchDate("20090500")), "2009-05-00");
  EXPECT_EQ(ParseDutchDate("31-02-2026").error().detail, "the day does not exist");
  for (const char* text : {"14-03-09", "14.03.2009", "x", "", "1-2", "2009-03-14"}) {
    EXPECT_FALSE(ParseDutchDate(text).ok()) << text;
  }
}

TEST(DateTest, BoundsOfAnUnknownDay) {
  EXPECT_EQ(Date("2008-02-00").Earliest(), D(2008, 2, 1));
  EXPECT_EQ(Date("2008-02-00").Latest(), D(2008, 2, 29));
  EXPECT_EQ(Date("2008-00-00").Latest(), D(2008, 12, 31));
  EXPECT_TRUE(Date("2008-02-00").CompatibleWith(Date("2008-02-11")));
  EXPECT_FALSE(Date("2008-02-00").CompatibleWith(Date("2008-03-11")));
  EXPECT_TRUE(Date("0000-00-00").CompatibleWith(Date("2008-03-11")));
}

TEST(AgeTest, CountsFromTheBirthday) {
  EXPECT_EQ(AgeOn(D(2009, 3, 14), D(2021, 3, 13)), 11);
  EXPECT_EQ(AgeOn(D(2009, 3, 14), D(2021, 3, 14)), 12);
  EXPECT_EQ(AgeOn(D(2008, 2, 29), D(2021, 2, 28)), 12);
  EXPECT_EQ(AgeOn(D(2008, 2, 29), D(2021, 3, 1)), 13);
}

// exchange.md 5: a child who turns twelve inside the quarter is eleven and twelve.
TEST(AgeTest, IsAnIntervalOverTheQuarter) {
  EXPECT_EQ(AgeInQuarter(Date("2014-11-24"), D(2026, 11, 24)), (IntInterval{11, 12}));
  EXPECT_EQ(AgeInQuarter(Date("2014-10-01"), D(2026, 11, 24)), (IntInterval{12, 12}));
  EXPECT_EQ(AgeInQuarter(Date("2015-01-01"), D(2026, 11, 24)), (IntInterval{11, 11}));
  EXPECT_EQ(AgeInQuarter(Date("2009-00-00"), D(2026, 11, 24)), (IntInterval{16, 17}));
  EXPECT_EQ(AgeInQuarter(Date("0000-00-00"), D(2026, 11, 24)), std::nullopt);
}

TEST(ElapsedTest, IsAnIntervalForAnIncompleteDate) {
  EXPECT_EQ(ElapsedDays(Date("2026-11-20"), D(2026, 11, 24)), (IntInterval{4, 4}));
  EXPECT_EQ(ElapsedDays(Date("2026-10-00"), D(2026, 11, 24)), (IntInterval{24, 54}));
}

TEST(PeriodTest, ReadsOneUnit) {
  for (const char* text : {"P6M", "P14D", "PT24H", "PT30M", "P2Y"}) {
    auto period = ParsePeriod(text);
    ASSERT_TRUE(period.ok()) << text;
    EXPECT_EQ(ToString(*period), text);
  }
  for (const char* text : {"P", "P0D", "6M", "P1M2D", "P06M", "PT6D", "P6H", "P1234567D", ""}) {
    EXPECT_FALSE(ParsePeriod(text).ok()) << text;
  }
}

TEST(PeriodTest, MonthsClampToTheLastDay) {
  EXPECT_EQ(AddPeriod(D(2026, 8, 31), *ParsePeriod("P6M")), D(2027, 2, 28));
}

// The conversions of tests/data/protocol/covenant.json.
TEST(ZoneTest, FirstInstantOfADay) {
  const Zone zone = *ParseZone("Europe/Amsterdam");
  EXPECT_EQ(ToMillis(FirstInstantOf(D(2026, 1, 1), zone)), 1767222000000);
  EXPECT_EQ(ToMillis(FirstInstantOf(D(2026, 4, 1), zone)), 1774994400000);
  EXPECT_EQ(ToMillis(FirstInstantOf(D(2026, 3, 1), zone)), 1772319600000);
  EXPECT_EQ(ToMillis(FirstInstantOf(D(2026, 3, 29), zone)), 1774738800000);
  EXPECT_EQ(ToMillis(FirstInstantOf(D(2026, 3, 30), zone)), 1774821600000);
  EXPECT_EQ(ToMillis(FirstInstantOf(D(2026, 10, 25), zone)), 1792879200000);
  EXPECT_EQ(ToMillis(FirstInstantOf(D(2026, 10, 26), zone)), 1792969200000);
  EXPECT_FALSE(ParseZone("Europe/Paris").ok());
}

TEST(ZoneTest, DayOfAnInstantIsLocal) {
  const Zone zone = Zone::kAmsterdam;
  EXPECT_EQ(DayOf(FirstInstantOf(D(2026, 7, 1), zone), zone), D(2026, 7, 1));
  EXPECT_EQ(DayOf(FirstInstantOf(D(2026, 7, 1), zone) - std::chrono::milliseconds{1}, zone),
            D(2026, 6, 30));
  EXPECT_EQ(ToLocalText(FromMillis(1767222000000), zone), "01-01-2026 00:00");
}

}  // namespace
}  // namespace schakel
