// `covenant matrix --about`: what partners would see of somebody in the own records.
#include <gmock/gmock.h>

#include "cli/text.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::HasSubstr;
using testing::Not;

class MatrixAboutTest : public CliTest {
 protected:
  MatrixAboutTest() { ActAs("bos"); }
  static Value Cell() {
    return Value::Object{
        {"to", "gemeente"},
        {"purpose", "groepsscan"},
        {"category", "incident"},
        {"closed", ""},
        {"records", 3},
        {"given", 2},
        {"approval", 0},
        {"fields", Value::Object{{"datum", Value::Array{"month"}}}},
        {"withheld", Value::Object{{"toelichting", Value::Array{"no form"}}}},
        {"refused",
         Value::Array{Value::Object{
             {"code", "DENIED_BY_RULE"}, {"by", Value::Array{"X3"}}, {"records", 1}}}}};
  }
};

TEST_F(MatrixAboutTest, TellsWhatGoesInWhichFormAndWhatNot) {
  node.Answer(
      "person.visible",
      Value::Object{{"found", "matched"}, {"hash", "3f9a"}, {"cells", Value::Array{Cell()}}});
  const Ran ran = Run({"covenant",
                       "matrix",
                       "--about",
                       "Jan de Vries",
                       "--geboren",
                       "01-02-2008",
                       "--party",
                       "gemeente",
                       "--feit",
                       "step=2B"});
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("gemeente  incident"));
  EXPECT_THAT(ran.out, HasSubstr("3, gaan 2"));
  EXPECT_THAT(ran.out, HasSubstr("datum: maand"));
  EXPECT_THAT(ran.out, HasSubstr("toelichting: geen regel geeft het"));
  EXPECT_THAT(ran.out, HasSubstr("1: DENIED_BY_RULE (X3)"));
  // The person is asked about, and not repeated on the screen.
  EXPECT_THAT(ran.out, Not(HasSubstr("Vries")));
  const Called& called = node.only();
  EXPECT_EQ(TextOf(called.params, "name"), "Jan de Vries");
  EXPECT_EQ(TextOf(called.params, "birth"), "2008-02-01");
  EXPECT_EQ(TextOf(called.params, "party"), "gemeente");
  EXPECT_EQ(TextOf(*called.params.Find("facts"), "step"), "2B");
}

TEST_F(MatrixAboutTest, AClosedCellSaysWhy) {
  Value::Object cell = *Cell().AsObject();
  cell["closed"] = "step";
  cell["given"] = 0;
  node.Answer("person.visible",
              Value::Object{{"found", "matched"}, {"hash", "3f9a"}, {"cells", Value::Array{cell}}});
  const Ran ran = Run({"covenant", "matrix", "--about", "Jan de Vries"});
  EXPECT_THAT(ran.out, HasSubstr("dicht"));
  EXPECT_THAT(ran.out, HasSubstr("step"));
  EXPECT_THAT(ran.out, Not(HasSubstr("DENIED_BY_RULE")));
}

TEST_F(MatrixAboutTest, NobodyForCertainIsIncomplete) {
  node.Answer("person.visible", Value::Object{{"found", "none"}, {"cells", Value::Array{}}});
  EXPECT_EQ(Run({"covenant", "matrix", "--about", "Jan de Vries"}).exit, Exit::kIncomplete);
  node.Answer("person.visible", Value::Object{{"found", "doubtful"}, {"cells", Value::Array{}}});
  const Ran ran = Run({"covenant", "matrix", "--about", "Jan de Vries", "--lang", "en"});
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_THAT(ran.out, HasSubstr("not certain"));
}

TEST_F(MatrixAboutTest, IsAboutTheNodeOrAboutAFile) {
  EXPECT_EQ(Run({"covenant", "matrix"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"covenant", "matrix", SCHAKEL_POLICY, "--about", "Jan"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"covenant", "matrix", "--about", "Jan", "--geboren", "31-02-2008"}).exit,
            Exit::kUsage);
  EXPECT_EQ(Run({"covenant", "matrix", "--about", "Jan", "--feit", "step"}).exit, Exit::kUsage);
  EXPECT_TRUE(node.calls.empty());
}

}  // namespace
}  // namespace schakel::cli
