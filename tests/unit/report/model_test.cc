#include "node/report/model.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "node/canon/json.h"
#include "tests/unit/report/sample.h"

namespace schakel::report {
namespace {

using canon::Value;

std::string Written(const ScanReport& report) {
  return canon::Write(ToValue(report));
}

Result<ScanReport> Read(std::string_view text) {
  return ParseScanReport(TRY(canon::ParseCanonical(text)));
}

// One of everything, so that damage at every byte stays a quick test.
ScanReport Small() {
  ScanReport report = sample::Report();
  report.persons = {sample::Zoe()};
  report.persons[0].cells = {{{"om", "strafzaak"}, Stand::kRefused}};
  report.persons[0].name = "Zoë";
  report.decisions.resize(1);
  report.decisions[0].document = "aa";
  report.covenant_hash = "bb";
  report.covenant_title = "c";
  report.gaps = {report.gaps[5]};
  report.sources = {report.sources[3]};
  report.counts = {{"incident", {{"2026-08", 4}}}};
  return report;
}

// The sample's value after `change`.
template <typename Change>
Result<ScanReport> Changed(Change change) {
  Value value = ToValue(sample::Report());
  change(*value.AsObject());
  return ParseScanReport(value);
}

Value::Object& First(Value::Object& in, const char* list) {
  return *in.at(list).AsArray()->front().AsObject();
}

TEST(ModelTest, StandsHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Stand stand : {Stand::kDelivered,
                            Stand::kNoResult,
                            Stand::kPending,
                            Stand::kRefused,
                            Stand::kNoAnswer,
                            Stand::kNotAsked,
                            Stand::kOwn}) {
    names.insert(StandName(stand));
  }
  EXPECT_EQ(names,
            (std::set<std::string>{
                "delivered", "no_result", "pending", "refused", "no_answer", "not_asked", "own"}));
}

TEST(ModelTest, OnlyWhatIsStillAwaitedMakesItIncomplete) {
  ScanReport report;
  EXPECT_TRUE(report.Complete());
  for (const Stand stand :
       {Stand::kDelivered, Stand::kNoResult, Stand::kRefused, Stand::kNotAsked, Stand::kOwn}) {
    report.gaps.push_back({"om", "strafzaak", stand, "", std::nullopt, std::nullopt});
  }
  EXPECT_TRUE(report.Complete());
  report.gaps.back().stand = Stand::kPending;
  EXPECT_FALSE(report.Complete());
  report.gaps.back().stand = Stand::kNoAnswer;
  EXPECT_FALSE(report.Complete());
}

TEST(ModelTest, RoundTrip) {
  const std::string text = Written(sample::Report());
  const auto again = Read(text);
  ASSERT_TRUE(again.ok()) << again.error().detail;
  EXPECT_EQ(Written(*again), text);
  EXPECT_EQ(again->persons[1].birth, (IncompleteDate{2009, 5, 0}));
  EXPECT_EQ(again->persons[0].facts[1].onward, std::vector<std::string>{"om"});
  EXPECT_EQ(again->expires, sample::At(2027, 2, 26));
  EXPECT_EQ(again->counts, sample::Report().counts);
  EXPECT_EQ(again->persons[0].cells, sample::Report().persons[0].cells);
}

TEST(ModelTest, AnEmptyReportAndOnePersonAloneRoundTrip) {
  const std::string empty = Written(ScanReport());
  ASSERT_TRUE(Read(empty).ok());
  ScanReport alone;
  alone.persons.push_back(sample::Jayden());
  const auto again = Read(Written(alone));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->persons.front().name, "Jayden Visser");
}

TEST(ModelTest, TheAddressIsWrittenOnlyWhenItIsShown) {
  ScanReport report = sample::Report();
  report.persons[1].address_text = "Geheimlaan 9";  // shielded: a mistake of the caller
  report.persons[2].address_text = "Geheimlaan 9";  // unknown
  EXPECT_EQ(Written(report).find("Geheimlaan"), std::string::npos);
  EXPECT_NE(Written(report).find("Stationsplein 3"), std::string::npos);
}

TEST(ModelTest, ABsnIsNeverWritten) {
  ScanReport report = sample::Report();
  report.persons[0].facts[0].fields.push_back({"bsn", "plain", "999990019"});
  report.persons[0].facts[0].fields.push_back({"nummer", "match", "999990020"});
  EXPECT_EQ(Written(report).find("99999001"), std::string::npos);
  EXPECT_EQ(Written(report).find("99999002"), std::string::npos);
}

TEST(ModelTest, EveryTruncationIsRefused) {
  const std::string text = Written(Small());
  for (size_t length = 0; length < text.size(); ++length) {
    ASSERT_FALSE(Read(std::string_view(text).substr(0, length)).ok()) << length;
  }
}

// A flipped bit either is refused or gave another well-formed text; it never reads as the original.
TEST(ModelTest, EveryFlippedBitIsRefusedOrReadsAsItStands) {
  const std::string text = Written(Small());
  for (size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = text;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      const auto read = Read(damaged);
      ASSERT_TRUE(!read || Written(*read) == damaged) << at << " bit " << bit;
    }
  }
}

TEST(ModelTest, MissingAndSurplusMembersAreRefused) {
  const Value whole = ToValue(sample::Report());
  for (const auto& [key, member] : *whole.AsObject()) {
    if (key == "expires") continue;  // optional
    Value value = whole;
    value.AsObject()->erase(key);
    EXPECT_FALSE(ParseScanReport(value).ok()) << key;
  }
  EXPECT_FALSE(Changed([](Value::Object& o) { o["risk"] = "hoog"; }).ok());
  EXPECT_FALSE(Changed([](Value::Object& o) { First(o, "persons")["score"] = 3; }).ok());
  EXPECT_FALSE(Changed([](Value::Object& o) { First(o, "gaps")["reason"] = "x"; }).ok());
}

TEST(ModelTest, ValuesOutOfRangeAreRefused) {
  EXPECT_FALSE(Changed([](Value::Object& o) { o["format"] = 2; }).ok());
  EXPECT_FALSE(Changed([](Value::Object& o) { o["version"] = int64_t{1} << 31; }).ok());
  EXPECT_FALSE(Changed([](Value::Object& o) { o["reference_day"] = "2026-12-00"; }).ok());
  EXPECT_FALSE(Changed([](Value::Object& o) { o["reference_day"] = "2026-02-30"; }).ok());
  EXPECT_FALSE(Changed([](Value::Object& o) { First(o, "gaps")["stand"] = "withheld"; }).ok());
  EXPECT_FALSE(Changed([](Value::Object& o) { First(o, "persons")["address"] = "x"; }).ok());
  EXPECT_FALSE(Changed([](Value::Object& o) { First(o, "sources")["received"] = -1; }).ok());
}

TEST(ModelTest, WhatToValueNeverMakesIsRefused) {
  // A contradiction with the gaps.
  EXPECT_FALSE(Changed([](Value::Object& o) { o["complete"] = true; }).ok());
  // The text of an address that is not shown.
  EXPECT_FALSE(Changed([](Value::Object& o) { First(o, "persons")["address"] = "shielded"; }).ok());
  // A cell twice.
  EXPECT_FALSE(Changed([](Value::Object& o) {
                 Value::Array& cells = *First(o, "persons")["cells"].AsArray();
                 cells.push_back(cells.back());
               }).ok());
  // A BSN.
  EXPECT_FALSE(Changed([](Value::Object& o) {
                 Value::Object& fact = First(o, "group_facts");
                 fact["fields"].AsArray()->push_back(
                     Value::Object{{"name", "bsn"}, {"form", "match"}, {"text", "999990019"}});
               }).ok());
}

TEST(ModelTest, ErrorsHoldNoContent) {
  const auto read = Changed([](Value::Object& o) { First(o, "persons")["birth"] = "Geheim"; });
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(read.error().detail.find("Geheim"), std::string::npos);
  EXPECT_NE(read.error().detail.find("birth"), std::string::npos);
}

}  // namespace
}  // namespace schakel::report
