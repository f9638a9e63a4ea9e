// Forms, their spelling and the lattice of each type.
#include <gtest/gtest.h>

#include "node/covenant/document.h"

namespace schakel::covenant {
namespace {

Form F(std::string_view text) {
  const auto form = ParseForm(text);
  EXPECT_TRUE(form.ok()) << text;
  return form.ok() ? *form : Form{};
}

TEST(FormTest, EverySpellingReadsBack) {
  for (const std::string text : {"plain",
                                 "match",
                                 "month",
                                 "year",
                                 "band(12,16,18,23)",
                                 "band(1)",
                                 "band(150)",
                                 "initials",
                                 "coarse(buurt)",
                                 "pseudonym(recipient)",
                                 "pseudonym(covenant)",
                                 "reviewed",
                                 "withheld"}) {
    EXPECT_EQ(ToString(F(text)), text);
  }
}

TEST(FormTest, RefusesEveryOtherSpelling) {
  for (const std::string text : {"",
                                 "Plain",
                                 "plain ",
                                 "band",
                                 "band()",
                                 "band(0)",
                                 "band(151)",
                                 "band(012)",
                                 "band(12, 16)",
                                 "band(16,12)",
                                 "band(12,12)",
                                 "band(12,)",
                                 "band(,12)",
                                 "band(12",
                                 "band(-1)",
                                 "band(12a)",
                                 "coarse()",
                                 "coarse(Buurt)",
                                 "coarse(buurt))",
                                 "coarse",
                                 "pseudonym",
                                 "pseudonym(other)",
                                 "plain(x)"}) {
    EXPECT_FALSE(ParseForm(text).ok()) << text;
  }
}

TEST(FormTest, EachTypeTakesItsOwnForms) {
  struct Case {
    FieldType type;
    std::vector<std::string> forms;
  };
  const std::vector<Case> cases{
      {FieldType::kDate, {"plain", "month", "year", "band(12)"}},
      {FieldType::kName, {"plain", "initials"}},
      {FieldType::kCode, {"plain", "coarse(buurt)"}},
      {FieldType::kBsn, {"match", "pseudonym(recipient)"}},
      {FieldType::kRef, {"pseudonym(covenant)"}},
      {FieldType::kFreetext, {"reviewed"}},
      {FieldType::kBool, {"plain"}},
  };
  const std::vector<std::string> all{"plain",
                                     "match",
                                     "month",
                                     "year",
                                     "band(12)",
                                     "initials",
                                     "coarse(buurt)",
                                     "pseudonym(recipient)",
                                     "pseudonym(covenant)",
                                     "reviewed"};
  for (const Case& c : cases) {
    EXPECT_TRUE(Accepts(c.type, F("withheld")));
    for (const std::string& form : all) {
      const bool wanted = std::find(c.forms.begin(), c.forms.end(), form) != c.forms.end();
      EXPECT_EQ(Accepts(c.type, F(form)), wanted) << static_cast<int>(c.type) << " " << form;
    }
  }
}

TEST(FormTest, CoarserFollowsTheChainOfTheType) {
  const auto coarser = [](FieldType type, const char* a, const char* b) {
    const auto form = Coarser(type, F(a), F(b));
    // The order of the two does not matter.
    EXPECT_EQ(form, Coarser(type, F(b), F(a)));
    return form ? ToString(*form) : "none";
  };
  EXPECT_EQ(coarser(FieldType::kDate, "plain", "month"), "month");
  EXPECT_EQ(coarser(FieldType::kDate, "month", "year"), "year");
  EXPECT_EQ(coarser(FieldType::kDate, "year", "withheld"), "withheld");
  EXPECT_EQ(coarser(FieldType::kDate, "plain", "band(12)"), "band(12)");
  EXPECT_EQ(coarser(FieldType::kDate, "band(12)", "withheld"), "withheld");
  EXPECT_EQ(coarser(FieldType::kDate, "year", "band(12)"), "none");
  EXPECT_EQ(coarser(FieldType::kDate, "month", "band(12)"), "none");
  EXPECT_EQ(coarser(FieldType::kDate, "band(16)", "band(12)"), "none");
  EXPECT_EQ(coarser(FieldType::kDate, "month", "month"), "month");
  EXPECT_EQ(coarser(FieldType::kName, "plain", "initials"), "initials");
  EXPECT_EQ(coarser(FieldType::kCode, "plain", "coarse(buurt)"), "coarse(buurt)");
  EXPECT_EQ(coarser(FieldType::kCode, "coarse(wijk)", "coarse(buurt)"), "none");
  EXPECT_EQ(coarser(FieldType::kBsn, "match", "pseudonym(recipient)"), "pseudonym(recipient)");
  EXPECT_EQ(coarser(FieldType::kFreetext, "reviewed", "withheld"), "withheld");
  EXPECT_EQ(coarser(FieldType::kName, "plain", "month"), "none") << "no form of a name";
}

}  // namespace
}  // namespace schakel::covenant
