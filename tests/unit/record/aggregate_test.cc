// Counts: periods, small cells, rounding, and what no total may give away.
#include "node/record/aggregate.h"

#include <gtest/gtest.h>

#include "node/crypto/entropy.h"

namespace schakel::record {
namespace {

using covenant::Aggregate;
using covenant::FieldType;
using covenant::FormKind;
using Span = Aggregate::Span;

Day On(int year, unsigned month, unsigned day) {
  return Day{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
}

Uuid Person(uint8_t number) {
  Uuid id;
  id.bytes[0] = number;
  return id;
}

Aggregate BySort() {
  Aggregate aggregate;
  aggregate.of = "incident";
  aggregate.date = "datum";
  aggregate.by["soort"] = {"soort", {FormKind::kPlain, ""}};
  aggregate.min_cell = 5;
  return aggregate;
}

// `count` records of `sort`, each about another person, the first of them `first`.
void Add(std::vector<Countable>& records,
         const std::string& sort,
         int count,
         uint8_t first = 0,
         const std::string& period = "2026-Q1") {
  for (int i = 0; i < count; ++i) {
    records.push_back({period, {sort}, 1, Person(static_cast<uint8_t>(first + i))});
  }
}

std::vector<std::string> Told(const std::vector<CountCell>& cells) {
  std::vector<std::string> out;
  for (const CountCell& cell : cells) {
    std::string text = cell.period;
    for (const auto& [name, value] : cell.by)
      text += " " + value;
    out.push_back(text + " " + std::to_string(cell.count));
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(AggregateTest, PeriodsHaveOneName) {
  EXPECT_EQ(PeriodName(Span::kMonth, On(2026, 3, 31)), "2026-03");
  EXPECT_EQ(PeriodName(Span::kQuarter, On(2026, 3, 31)), "2026-Q1");
  EXPECT_EQ(PeriodName(Span::kQuarter, On(2026, 4, 1)), "2026-Q2");
  EXPECT_EQ(PeriodName(Span::kYear, On(2026, 12, 31)), "2026");
  EXPECT_EQ(PeriodEnd(Span::kMonth, "2026-02"), On(2026, 2, 28));
  EXPECT_EQ(PeriodEnd(Span::kMonth, "2024-02"), On(2024, 2, 29));
  EXPECT_EQ(PeriodEnd(Span::kQuarter, "2026-Q4"), On(2026, 12, 31));
  EXPECT_EQ(PeriodEnd(Span::kYear, "2026"), On(2026, 12, 31));
  for (const char* none : {"", "2026-13", "2026-00", "2026-3", "2026-Q1", "2026", "x026-03"})
    EXPECT_FALSE(PeriodEnd(Span::kMonth, none)) << none;
  for (const char* none : {"2026-Q0", "2026-Q5", "2026-q1", "2026Q1", "2026-03", "2026-Q11"})
    EXPECT_FALSE(PeriodEnd(Span::kQuarter, none)) << none;
  for (const char* none : {"0000", "2026-", "26", "20266"})
    EXPECT_FALSE(PeriodEnd(Span::kYear, none)) << none;
}

TEST(AggregateTest, CellsBelowAtAndAboveTheSmallest) {
  std::vector<Countable> records;
  Add(records, "F12", 4);
  Add(records, "F13", 5, 10);
  Add(records, "F14", 12, 20);
  Add(records, "F15", 6, 40);
  // F12 has four; F13 is left out with it, and together they are enough.
  EXPECT_EQ(Told(Count(BySort(), records, On(2026, 4, 1))),
            (Texts{"2026-Q1 25", "2026-Q1 F14 10", "2026-Q1 F15 5"}));
}

TEST(AggregateTest, WithoutASmallCellAllGo) {
  std::vector<Countable> records;
  Add(records, "F12", 5);
  Add(records, "F13", 8, 10);
  EXPECT_EQ(Told(Count(BySort(), records, On(2026, 4, 1))),
            (Texts{"2026-Q1 15", "2026-Q1 F12 5", "2026-Q1 F13 10"}));
}

TEST(AggregateTest, WhatIsMissingTogetherIsNeverSmall) {
  std::vector<Countable> records;
  Add(records, "A", 1);
  Add(records, "B", 1, 10);
  Add(records, "C", 9, 20);
  Add(records, "D", 9, 40);
  // A and B are two cells, yet of two persons: the next one goes with them.
  EXPECT_EQ(Told(Count(BySort(), records, On(2026, 4, 1))), (Texts{"2026-Q1 20", "2026-Q1 D 10"}));
}

TEST(AggregateTest, ManyRecordsOfFewPersonsAreASmallCell) {
  std::vector<Countable> records;
  for (int i = 0; i < 50; ++i)
    records.push_back({"2026-Q1", {"F12"}, 1, Person(static_cast<uint8_t>(i % 4))});
  EXPECT_TRUE(Count(BySort(), records, On(2026, 4, 1)).empty());
  records.push_back({"2026-Q1", {"F12"}, 1, Person(4)});
  EXPECT_EQ(Told(Count(BySort(), records, On(2026, 4, 1))),
            (Texts{"2026-Q1 50", "2026-Q1 F12 50"}));
}

TEST(AggregateTest, ATotalOfTooFewSaysNothing) {
  std::vector<Countable> records;
  Add(records, "F12", 2);
  Add(records, "F13", 2, 10);
  EXPECT_TRUE(Count(BySort(), records, On(2026, 4, 1)).empty());
}

TEST(AggregateTest, OnlyAPeriodThatHasEndedCounts) {
  std::vector<Countable> records;
  Add(records, "F12", 7);
  EXPECT_TRUE(Count(BySort(), records, On(2026, 3, 31)).empty());
  EXPECT_FALSE(Count(BySort(), records, On(2026, 4, 1)).empty());
}

TEST(AggregateTest, ARecordCountsWhereItsDateSays) {
  covenant::Category counted;
  counted.fields = {{"soort", FieldType::kCode}, {"plaats", FieldType::kCode}};
  Aggregate aggregate = BySort();
  aggregate.by["wijk"] = {"plaats", {FormKind::kCoarse, "buurt"}};
  Record record;
  record.subject = Person(1);
  record.fields["datum"] = IncompleteDate{2026, 3, 0};
  record.fields["soort"] = std::string("F12");
  record.fields["plaats"] = std::string("BU99990102 Havenplein 12");
  const auto known = CountableOf(aggregate, counted, record, On(2026, 4, 1));
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(known->period, "2026-Q1");
  EXPECT_EQ(known->by, (Texts{"F12", "BU99990102"}));
  record.fields["plaats"] = std::string("Havenplein 12");
  record.fields["soort"] = Empty{};
  EXPECT_EQ(CountableOf(aggregate, counted, record, On(2026, 4, 1))->by,
            (Texts{"onbekend", "onbekend"}));
  record.fields["datum"] = IncompleteDate{2026, 0, 0};
  EXPECT_FALSE(CountableOf(aggregate, counted, record, On(2026, 4, 1)));
  record.fields["datum"] = Empty{};
  EXPECT_FALSE(CountableOf(aggregate, counted, record, On(2026, 4, 1)));
}

TEST(AggregateTest, OwnCountsAreReadStrictly) {
  Aggregate own;
  own.by["wijk"] = {};
  own.min_cell = 5;
  Record record;
  record.fields["periode"] = std::string("2026-Q1");
  record.fields["aantal"] = std::string("12");
  record.fields["wijk"] = std::string("Oost");
  const auto read = CountableOf(own, record);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->count, 12);
  EXPECT_EQ(Told(Count(own, {*read}, On(2026, 4, 1))), (Texts{"2026-Q1 Oost 10"}));
  // No total over them, and a small one takes no other along.
  Countable small = *read;
  small.by = {"West"};
  small.count = 4;
  Countable other = *read;
  other.by = {"Noord"};
  EXPECT_EQ(Told(Count(own, {*read, small, other}, On(2026, 4, 1))),
            (Texts{"2026-Q1 Noord 10", "2026-Q1 Oost 10"}));
  for (const char* bad : {"", "-1", "+5", "05", "5.0", "1000000001", "vijf"}) {
    record.fields["aantal"] = std::string(bad);
    EXPECT_FALSE(CountableOf(own, record)) << bad;
  }
  record.fields["aantal"] = std::string("4");
  EXPECT_TRUE(Count(own, {*CountableOf(own, record)}, On(2026, 4, 1)).empty());
}

TEST(AggregateTest, TheRecipientRefusesWhatIsNoCell) {
  const Aggregate aggregate = BySort();
  const auto check = [&](const std::string& period, const std::string& count) {
    Fields fields;
    fields["periode"] = period;
    fields["aantal"] = count;
    return CheckCount(aggregate, fields, On(2026, 4, 1)).ok();
  };
  EXPECT_TRUE(check("2026-Q1", "5"));
  EXPECT_TRUE(check("2025-Q4", "120"));
  EXPECT_FALSE(check("2026-Q2", "10"));
  EXPECT_FALSE(check("2026-03", "10"));
  EXPECT_FALSE(check("2026-Q1", "0"));
  EXPECT_FALSE(check("2026-Q1", "7"));
  EXPECT_FALSE(check("2026-Q1", ""));
}

// Whatever is counted: nothing small goes out, and what total and cells leave open is not small.
TEST(AggregateTest, NoTotalGivesASmallCellAway) {
  crypto::SeededEntropy chance(20261201);
  for (int round = 0; round < 2000; ++round) {
    std::array<uint8_t, 2> bytes{};
    std::vector<Countable> records;
    std::map<std::string, std::set<Uuid>> persons;
    std::map<std::string, int64_t> sizes;
    chance.Fill(bytes);
    const int cells = 1 + bytes[0] % 6;
    for (int cell = 0; cell < cells; ++cell) {
      chance.Fill(bytes);
      const std::string sort(1, static_cast<char>('A' + cell));
      for (int i = 0; i < bytes[0] % 14; ++i) {
        const Uuid person = Person(static_cast<uint8_t>((i * 7 + bytes[1]) % 40));
        records.push_back({"2026-Q1", {sort}, 1, person});
        persons[sort].insert(person);
        ++sizes[sort];
      }
    }
    std::set<std::string> missing;
    for (const auto& [sort, size] : sizes)
      missing.insert(sort);
    bool total = false;
    for (const CountCell& cell : Count(BySort(), records, On(2026, 4, 1))) {
      EXPECT_EQ(cell.count % 5, 0);
      EXPECT_GE(cell.count, 5);
      if (cell.by.empty()) {
        total = true;
        continue;
      }
      const std::string& sort = cell.by.at("soort");
      missing.erase(sort);
      EXPECT_GE(persons[sort].size(), 5U);
      EXPECT_LE(std::abs(cell.count - sizes[sort]), 2);
    }
    if (!total || missing.empty()) continue;
    std::set<Uuid> hidden;
    for (const std::string& sort : missing)
      hidden.insert(persons[sort].begin(), persons[sort].end());
    EXPECT_TRUE(missing.size() >= 2 || sizes.size() == 1) << round;
    EXPECT_GE(hidden.size(), 5U) << round;
  }
}

}  // namespace
}  // namespace schakel::record
