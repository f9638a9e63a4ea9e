#include "node/record/forms.h"

#include <gtest/gtest.h>

#include "tests/unit/record/example.h"

namespace schakel::record {
namespace {

using covenant::FieldType;
using covenant::Form;
using covenant::FormKind;

// In the first quarter: bands are of 1 January.
const Day kToday = DayOn("2026-03-14");
const Form kPlain{FormKind::kPlain, ""};
const Form kMatch{FormKind::kMatch, ""};
const Form kMonth{FormKind::kMonth, ""};
const Form kYear{FormKind::kYear, ""};
const Form kBand{FormKind::kBand, "12,16,18,23"};
const Form kInitials{FormKind::kInitials, ""};
const Form kBuurt{FormKind::kCoarse, "buurt"};

std::optional<FieldValue> Date(const Form& form, const char* iso) {
  return ApplyForm(FieldType::kDate, form, *ParseIsoDate(iso), kToday);
}
std::optional<FieldValue> Code(const Form& form, const char* text) {
  return ApplyForm(FieldType::kCode, form, std::string(text), kToday);
}
FieldValue Text(const char* text) {
  return std::string(text);
}

TEST(ApplyFormTest, PlainIsTheValueAsItIs) {
  EXPECT_EQ(Date(kPlain, "2009-05-00"), FieldValue(*ParseIsoDate("2009-05-00")));
  EXPECT_EQ(Code(kPlain, "1.4.5"), Text("1.4.5"));
  const Name name = MakeName("José", "van der", "Meer");
  EXPECT_EQ(ApplyForm(FieldType::kName, kPlain, name, kToday), FieldValue(name));
  EXPECT_EQ(ApplyForm(FieldType::kBool, kPlain, false, kToday), FieldValue(false));
}

TEST(ApplyFormTest, MonthAndYearCutTheDate) {
  EXPECT_EQ(Date(kMonth, "2026-03-14"), Text("2026-03"));
  EXPECT_EQ(Date(kMonth, "2026-03-00"), Text("2026-03"));
  EXPECT_EQ(Date(kMonth, "2026-00-00"), std::nullopt);
  EXPECT_EQ(Date(kYear, "2026-03-14"), Text("2026"));
  EXPECT_EQ(Date(kYear, "2026-00-00"), Text("2026"));
}

TEST(ApplyFormTest, BandIsTheAgeOnTheFirstDayOfTheQuarter) {
  EXPECT_EQ(Date(kBand, "2014-01-01"), Text("12-15"));
  EXPECT_EQ(Date(kBand, "2014-01-02"), Text("0-11"));
  EXPECT_EQ(Date(kBand, "2010-01-01"), Text("16-17"));
  EXPECT_EQ(Date(kBand, "2008-01-01"), Text("18-22"));
  EXPECT_EQ(Date(kBand, "2003-01-01"), Text("23+"));
  EXPECT_EQ(Date(kBand, "1950-01-01"), Text("23+"));
}

// A birthday within the quarter does not move the band, so the band does not tell the day.
TEST(ApplyFormTest, BandDoesNotFlipOnTheBirthday) {
  const FieldValue born = *ParseIsoDate("2008-02-15");
  EXPECT_EQ(ApplyForm(FieldType::kDate, kBand, born, DayOn("2026-02-14")), Text("16-17"));
  EXPECT_EQ(ApplyForm(FieldType::kDate, kBand, born, DayOn("2026-02-16")), Text("16-17"));
  EXPECT_EQ(ApplyForm(FieldType::kDate, kBand, born, DayOn("2026-04-01")), Text("18-22"));
}

TEST(ApplyFormTest, ABirthDateThatStraddlesTwoBandsIsWithheld) {
  EXPECT_EQ(Date(kBand, "2009-05-00"), Text("16-17"));
  EXPECT_EQ(Date(kBand, "2009-00-00"), Text("16-17"));
  EXPECT_EQ(Date(kBand, "2010-00-00"), std::nullopt);
  EXPECT_EQ(Date(kBand, "2010-01-00"), std::nullopt);
  EXPECT_EQ(Date(kBand, "2026-02-01"), std::nullopt);
}

TEST(ApplyFormTest, ABandWithBadBoundsIsWithheld) {
  for (const char* bounds : {"", ",", "12,", "16,12", "12,12", "0", "a", "12,-16", "1000"}) {
    EXPECT_EQ(Date({FormKind::kBand, bounds}, "2009-03-14"), std::nullopt) << bounds;
  }
}

TEST(ApplyFormTest, InitialsAreFirstLetters) {
  const auto initials = [](const Name& name) {
    return ApplyForm(FieldType::kName, kInitials, name, kToday);
  };
  EXPECT_EQ(initials(MakeName("José Maria", "van der", "Meer")), Text("J.M."));
  EXPECT_EQ(initials(MakeName("özlem", "", "Ünal")), Text("ö.Ü."));
  EXPECT_EQ(initials(MakeName("", "", "meer")), Text("M."));
  EXPECT_EQ(initials(MakeName("", "van", "")), std::nullopt);
}

TEST(ApplyFormTest, CoarsePlaceKeepsTheCodeInFront) {
  EXPECT_EQ(Code(kBuurt, "BU99990102 Stationsplein 4"), Text("BU99990102"));
  EXPECT_EQ(Code(kBuurt, "BU99990102"), Text("BU99990102"));
}

TEST(ApplyFormTest, CoarsePlaceWithoutACodeIsWithheld) {
  for (const char* place : {"Stationsplein 4",
                            "BU9999010 Stationsplein",
                            "BU999901021",
                            "BU99990102, Plein",
                            "bu99990102 Plein",
                            "WK99990102 Plein",
                            " BU99990102",
                            "BU9999O102"}) {
    EXPECT_EQ(Code(kBuurt, place), std::nullopt) << place;
  }
  EXPECT_EQ(Code({FormKind::kCoarse, "wijk"}, "BU99990102 Stationsplein 4"), std::nullopt);
}

TEST(ApplyFormTest, ABsnLeavesForMatchingOnly) {
  const auto bsn = [](const Form& form, const char* text) {
    return ApplyForm(FieldType::kBsn, form, std::string(text), kToday);
  };
  EXPECT_EQ(bsn(kMatch, "123456782"), Text("123456782"));
  EXPECT_EQ(bsn(kMatch, "12345678"), std::nullopt);
  EXPECT_EQ(bsn(kMatch, ""), std::nullopt);
  EXPECT_EQ(bsn(kPlain, "123456782"), std::nullopt);
  EXPECT_EQ(bsn({FormKind::kPseudonymRecipient, ""}, "123456782"), std::nullopt);
}

TEST(ApplyFormTest, FreeTextLeavesReviewedOnlyAndReferencesNever) {
  EXPECT_EQ(ApplyForm(FieldType::kFreetext, {FormKind::kReviewed, ""}, std::string("x"), kToday),
            Text("x"));
  EXPECT_EQ(ApplyForm(FieldType::kRef, {FormKind::kReviewed, ""}, std::string("x"), kToday),
            std::nullopt);
  for (const FormKind kind :
       {FormKind::kPlain, FormKind::kPseudonymCovenant, FormKind::kWithheld}) {
    EXPECT_EQ(ApplyForm(FieldType::kFreetext, {kind, ""}, std::string("x"), kToday), std::nullopt);
    EXPECT_EQ(ApplyForm(FieldType::kRef, {kind, ""}, std::string("x"), kToday), std::nullopt);
  }
}

TEST(ApplyFormTest, EmptyOrMistypedValuesAreWithheld) {
  EXPECT_EQ(ApplyForm(FieldType::kDate, kPlain, Empty{}, kToday), std::nullopt);
  EXPECT_EQ(ApplyForm(FieldType::kDate, kPlain, IncompleteDate{}, kToday), std::nullopt);
  EXPECT_EQ(ApplyForm(FieldType::kDate, kMonth, std::string("2026-03-14"), kToday), std::nullopt);
  EXPECT_EQ(ApplyForm(FieldType::kCode, kMonth, std::string("2026-03-14"), kToday), std::nullopt);
}

TEST(CheckFormTest, WhatApplyFormMakesPasses) {
  EXPECT_TRUE(CheckForm(FieldType::kDate, kPlain, *Date(kPlain, "2009-05-00")).ok());
  EXPECT_TRUE(CheckForm(FieldType::kDate, kMonth, *Date(kMonth, "2009-05-12")).ok());
  EXPECT_TRUE(CheckForm(FieldType::kDate, kYear, *Date(kYear, "2009-05-12")).ok());
  for (const char* born : {"2014-01-02", "2012-01-01", "2009-05-12", "2005-01-01", "1990-01-01"}) {
    EXPECT_TRUE(CheckForm(FieldType::kDate, kBand, *Date(kBand, born)).ok()) << born;
  }
  EXPECT_TRUE(CheckForm(FieldType::kCode, kBuurt, *Code(kBuurt, "BU99990102 Plein")).ok());
  EXPECT_TRUE(CheckForm(FieldType::kCode, kPlain, Text("BU99990102 Plein")).ok());
  EXPECT_TRUE(CheckForm(FieldType::kBsn, kMatch, Text("123456782")).ok());
  EXPECT_TRUE(CheckForm(FieldType::kName, kPlain, MakeName("J", "", "M")).ok());
  EXPECT_TRUE(CheckForm(FieldType::kName, kInitials, Text("J.M.")).ok());
  EXPECT_TRUE(CheckForm(FieldType::kName, kInitials, Text("ö.Ü.")).ok());
  EXPECT_TRUE(CheckForm(FieldType::kBool, kPlain, false).ok());
}

TEST(CheckFormTest, AFinerDateIsRefused) {
  EXPECT_FALSE(CheckForm(FieldType::kDate, kMonth, *ParseIsoDate("2009-05-12")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kDate, kMonth, *ParseIsoDate("2009-05-00")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kDate, kMonth, Text("2009-05-12")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kDate, kYear, Text("2009-05")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kDate, kBand, Text("2009")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kDate, kBand, Text("16")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kDate, kPlain, Text("2009-05")).ok());
}

TEST(CheckFormTest, OnlyExactShapesPass) {
  for (const char* month : {"2026-00", "2026-13", "2026-3", "26-03", "2026-03 ", "2026/03"}) {
    EXPECT_FALSE(CheckForm(FieldType::kDate, kMonth, Text(month)).ok()) << month;
  }
  for (const char* year : {"0000", "226", "20266", "1492", "2o26"}) {
    EXPECT_FALSE(CheckForm(FieldType::kDate, kYear, Text(year)).ok()) << year;
  }
  for (const char* band : {"12-16", "12-14", "16-22", "18+", "22+", "-11", "0-12"}) {
    EXPECT_FALSE(CheckForm(FieldType::kDate, kBand, Text(band)).ok()) << band;
  }
  for (const char* text : {"José", "J", "J.M", "Jo.M.", "J.M.P.", ".", "..", "J. M."}) {
    EXPECT_FALSE(CheckForm(FieldType::kName, kInitials, Text(text)).ok()) << text;
  }
  for (const char* place : {"BU99990102 Plein", "BU9999010", "WK99990102", "Plein"}) {
    EXPECT_FALSE(CheckForm(FieldType::kCode, kBuurt, Text(place)).ok()) << place;
  }
}

TEST(CheckFormTest, FormsThatTheTypeDoesNotTakeAreRefused) {
  EXPECT_FALSE(CheckForm(FieldType::kBsn, kPlain, Text("123456782")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kBsn, kMatch, Text("12345678")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kFreetext, kPlain, Text("x")).ok());
  EXPECT_TRUE(CheckForm(FieldType::kFreetext, {FormKind::kReviewed, ""}, Text("x")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kFreetext, {FormKind::kReviewed, ""}, Text("")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kCode, {FormKind::kReviewed, ""}, Text("x")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kName, kInitials, MakeName("J", "", "M")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kCode, {FormKind::kWithheld, ""}, Text("x")).ok());
}

TEST(CheckFormTest, EmptyAndUnprintableValuesAreRefused) {
  EXPECT_FALSE(CheckForm(FieldType::kCode, kPlain, Empty{}).ok());
  EXPECT_FALSE(CheckForm(FieldType::kCode, kPlain, Text("")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kCode, kPlain, Text("a\x1b")).ok());
  EXPECT_FALSE(CheckForm(FieldType::kName, kPlain, Name{}).ok());
}

TEST(ApplyFormTest, MainGroupOfASort) {
  const Form form{covenant::FormKind::kCoarse, "hoofdgroep"};
  const auto of = [&](const std::string& text) {
    const auto formed = ApplyForm(FieldType::kCode, form, text, Day{});
    return formed ? std::get<std::string>(*formed) : std::string("-");
  };
  EXPECT_EQ(of("Bedreiging (1.4.4)"), "1.4");
  EXPECT_EQ(of("1.4.4"), "1.4");
  EXPECT_EQ(of("2.6.10"), "2.6");
  for (const char* none : {"Bedreiging", "1.4", "1.4.", "(1.4.x)", "14.4.4", "1.4.4)", "x1.4.4"})
    EXPECT_EQ(of(none), "-") << none;
  EXPECT_TRUE(CheckForm(FieldType::kCode, form, std::string("1.4")).ok());
  for (const char* finer : {"1.4.4", "Bedreiging (1.4.4)", "1", "1.44", "BU99990102"})
    EXPECT_FALSE(CheckForm(FieldType::kCode, form, std::string(finer)).ok()) << finer;
}

}  // namespace
}  // namespace schakel::record
