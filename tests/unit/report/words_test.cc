#include "node/report/words.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/report/sample.h"

namespace schakel::report {
namespace {

constexpr Language kNl = Language::kDutch;
constexpr Language kEn = Language::kEnglish;

// `{0}` of a wording, as a set.
std::set<char> Slots(std::string_view wording) {
  std::set<char> slots;
  for (size_t at = wording.find('{'); at != std::string_view::npos; at = wording.find('{', at + 1))
    slots.insert(wording[at + 1]);
  return slots;
}

TEST(MessagesTest, EveryMessageIsWordedInBothLanguagesWithTheSameArguments) {
  for (size_t i = 0; i < kMessageCount; ++i) {
    const auto message = static_cast<Message>(i);
    ASSERT_FALSE(Wording(kNl, message).empty()) << i;
    ASSERT_FALSE(Wording(kEn, message).empty()) << i;
    EXPECT_EQ(Slots(Wording(kNl, message)), Slots(Wording(kEn, message))) << Wording(kNl, message);
  }
  EXPECT_TRUE(Wording(kNl, Message::kLast).empty());
}

TEST(MessagesTest, ArgumentsAreFilledInAndStayText) {
  EXPECT_EQ(Say(kNl, Message::kIncomplete, {"2", "9"}), "ONVOLLEDIG: 2 van 9 cellen open");
  EXPECT_EQ(Say(kNl, Message::kTitleVersion, {"{1}", "2"}), "Integraal beeld {1}, versie 2");
  EXPECT_EQ(Say(kNl, Message::kTitleVersion, {"De Hoek"}), "Integraal beeld De Hoek, versie ");
}

TEST(MessagesTest, LanguagesHaveNames) {
  EXPECT_EQ(*ParseLanguage("nl"), kNl);
  EXPECT_EQ(*ParseLanguage("en"), kEn);
  EXPECT_FALSE(ParseLanguage("NL").ok());
  EXPECT_FALSE(ParseLanguage("").ok());
  EXPECT_STREQ(LanguageName(kNl), "nl");
  EXPECT_STREQ(LanguageName(kEn), "en");
}

TEST(WordsTest, Numbers) {
  EXPECT_EQ(NumberText(0), "0");
  EXPECT_EQ(NumberText(999), "999");
  EXPECT_EQ(NumberText(3118), "3\u00A0118");
  EXPECT_EQ(NumberText(-123), "-123");
  EXPECT_EQ(NumberText(1234567), "1\u00A0234\u00A0567");
  EXPECT_EQ(Plural(1, "persoon", "personen"), "1 persoon");
  EXPECT_EQ(Plural(0, "persoon", "personen"), "0 personen");
  EXPECT_EQ(Plural(2, "persoon", "personen"), "2 personen");
}

TEST(WordsTest, Periods) {
  EXPECT_EQ(PeriodText(Language::kDutch, "P6M"), "6 maanden");
  EXPECT_EQ(PeriodText(Language::kDutch, "P1M"), "1 maand");
  EXPECT_EQ(PeriodText(Language::kDutch, "P1Y"), "1 jaar");
  EXPECT_EQ(PeriodText(Language::kDutch, "PT24H"), "24 uur");
  EXPECT_EQ(PeriodText(Language::kDutch, "PT30M"), "30 minuten");
  EXPECT_EQ(PeriodText(Language::kEnglish, "P14D"), "14 days");
  EXPECT_EQ(PeriodText(Language::kDutch, "half jaar"), "half jaar");
}

TEST(WordsTest, Lists) {
  EXPECT_EQ(ListText(kNl, {}), "");
  EXPECT_EQ(ListText(kNl, {"om"}), "om");
  EXPECT_EQ(ListText(kNl, {"gemeente", "om", "politie"}), "gemeente, om en politie");
  EXPECT_EQ(ListText(kEn, {"om", "politie"}), "om and politie");
}

TEST(WordsTest, Dates) {
  EXPECT_EQ(DateText(kNl, {2009, 3, 4}), "04-03-2009");
  EXPECT_EQ(DateText(kEn, {2009, 3, 4}), "4 Mar 2009");
  EXPECT_EQ(DateText(kNl, {2009, 5, 0}), "mei 2009 (dag onbekend)");
  EXPECT_EQ(DateText(kEn, {2009, 5, 0}), "May 2009 (day unknown)");
  EXPECT_EQ(DateText(kNl, {2009, 0, 0}), "2009 (dag en maand onbekend)");
  EXPECT_EQ(DateText(kNl, {}), "onbekend");
  EXPECT_EQ(DayText(kNl, sample::At(2026, 12, 8)), "08-12-2026");
  EXPECT_EQ(MonthText(kNl, sample::At(2027, 3, 31)), "mrt 2027");
  EXPECT_EQ(MonthText(kNl, "2026-10"), "okt 2026");
  EXPECT_EQ(MonthText(kEn, "2026-10"), "Oct 2026");
  EXPECT_EQ(MonthText(kNl, "2026"), "2026");
  EXPECT_EQ(MonthText(kNl, "2026-00"), "2026-00");
  EXPECT_EQ(MonthName(kNl, 0), "");
  EXPECT_EQ(MonthName(kNl, 13), "");
}

TEST(WordsTest, TimesFollowTheZone) {
  const Instant summer = Instant{sample::At(2026, 7, 1)} + std::chrono::hours{22};
  EXPECT_EQ(InstantText(kNl, summer, Zone::kUtc), "01-07-2026 22:00");
  EXPECT_EQ(InstantText(kNl, summer, Zone::kAmsterdam), "02-07-2026 00:00");
  EXPECT_EQ(InstantText(kEn, summer, Zone::kAmsterdam), "2 Jul 2026 00:00");
}

TEST(WordsTest, Ages) {
  EXPECT_EQ(AgeText(kNl, {16, 16}), "16 jaar");
  EXPECT_EQ(AgeText(kNl, {16, 17}), "16 of 17 jaar");
  EXPECT_EQ(AgeText(kEn, {16, 17}), "16 or 17 years");
}

TEST(WordsTest, CategoriesAndFieldsFallBackToTheirId) {
  EXPECT_EQ(CategoryName(kNl, "incident"), "incidenten");
  EXPECT_EQ(CategoryOne(kNl, "incident"), "incident");
  EXPECT_EQ(CategoryName(kEn, "strafzaak"), "criminal cases");
  EXPECT_EQ(CategoryName(kNl, "leerplicht"), "leerplicht");
  EXPECT_EQ(CategoryOne(kEn, "leerplicht"), "leerplicht");
  EXPECT_EQ(FieldName(kEn, "betrouwbaarheid"), "reliability");
  EXPECT_EQ(FieldName(kEn, "kleur"), "kleur");
}

TEST(WordsTest, AStructuralRefusalIsNamedByItsFactOrItsCode) {
  EXPECT_EQ(StandText(kNl, Stand::kRefused, "step"), "geweigerd: stap");
  EXPECT_EQ(StandText(kNl, Stand::kRefused, "listed"), "geweigerd: namenlijst");
  EXPECT_EQ(StandText(kEn, Stand::kRefused, "step"), "refused: step");
  EXPECT_EQ(StandText(kNl, Stand::kRefused, "LIMIT"), "geweigerd: meer personen dan afgesproken");
  EXPECT_EQ(StandText(kNl, Stand::kRefused, "NEW_CODE"), "geweigerd: NEW_CODE");
  EXPECT_EQ(StandText(kNl, Stand::kRefused), "geweigerd");
}

TEST(WordsTest, EveryCodeThatAPartnerMayTellHasWords) {
  for (const char* code : {"LANGUAGE_UNKNOWN",
                           "COVENANT_UNKNOWN",
                           "HASH_MISMATCH",
                           "NOT_ACTIVE",
                           "NOT_YET_VALID",
                           "EXPIRED",
                           "REVOKED",
                           "STATUS_STALE",
                           "PARTY_UNKNOWN",
                           "PARTY_SUSPENDED",
                           "PURPOSE_UNKNOWN",
                           "CATEGORY_UNKNOWN",
                           "BASIS_EXPIRED",
                           "NO_RULE",
                           "DENIED_BY_RULE",
                           "ID_REUSED",
                           "PARTY_MISMATCH",
                           "ISSUED",
                           "PREKEY_UNKNOWN",
                           "BODY_HASH",
                           "BODY",
                           "LIMIT",
                           "EXCESS",
                           "RECHECK_FAILED",
                           "LAPSED",
                           "UNSUPPORTED",
                           "step",
                           "listed"}) {
    EXPECT_FALSE(CodeText(kNl, code).empty());
    EXPECT_NE(CodeText(kNl, code), CodeText(kEn, code)) << code;
  }
}

TEST(WordsTest, TheUniformOutcomeHasOneWording) {
  EXPECT_EQ(StandText(kNl, Stand::kNoResult), "geen gegevens te verstrekken");
  EXPECT_EQ(StandText(kNl, Stand::kNoResult, "LIMIT"), "geen gegevens te verstrekken");
}

TEST(WordsTest, ValuesInTheFormInWhichTheyCame) {
  EXPECT_EQ(ValueText(kNl, {"datum", "month", "2026-10"}), "okt 2026");
  EXPECT_EQ(ValueText(kNl, {"datum", "year", "2026"}), "2026");
  EXPECT_EQ(ValueText(kNl, {"datum", "plain", "2026-10-24"}), "24-10-2026");
  EXPECT_EQ(ValueText(kNl, {"datum", "plain", "2026-10-00"}), "okt 2026 (dag onbekend)");
  EXPECT_EQ(ValueText(kNl, {"soort", "plain", "Vernieling (2.2.1)"}), "Vernieling (2.2.1)");
  EXPECT_EQ(ValueText(kNl, {"plaats", "coarse(buurt)", "BU99990102"}), "BU99990102 (buurt)");
  EXPECT_EQ(ValueText(kNl, {"leeftijd", "band(12,18)", "12-17"}), "12-17 (leeftijdsgroep)");
  EXPECT_EQ(ValueText(kEn, {"naam", "initials", "J.V."}), "J.V. (initials)");
}

}  // namespace
}  // namespace schakel::report
