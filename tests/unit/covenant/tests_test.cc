#include "node/covenant/tests.h"

#include "tests/unit/covenant/example.h"

namespace schakel::covenant {
namespace {

TEST(InDocumentTestsTest, EveryTestOfTheExampleHolds) {
  const auto covenant = CompileExample();
  ASSERT_NE(covenant, nullptr);
  EXPECT_EQ(covenant->document().tests.size(), 21u);
  for (const TestFailure& failure : RunTests(*covenant)) {
    ADD_FAILURE() << failure.name << "\n  expected " << failure.expected << "\n  got "
                  << failure.got;
  }
}

TEST(InDocumentTestsTest, NamesWhatDiffers) {
  const auto covenant = MustCompile(MustRead(
      Replaced(ExampleYaml(),
               "expect: {decision: deny, code: CONDITION_FALSE, nearest: N01, failed: [step]}",
               "expect: {decision: deny, code: FACT_UNKNOWN, nearest: P01, failed: [age]}")));
  ASSERT_NE(covenant, nullptr);
  const auto failures = RunTests(*covenant);
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].name, "no names in step 2A");
  EXPECT_EQ(failures[0].expected, "code FACT_UNKNOWN; nearest P01; failed [age]");
  EXPECT_EQ(failures[0].got, "code CONDITION_FALSE; nearest N01; failed [step]");
}

TEST(InDocumentTestsTest, LoadForUseRefusesApprovalByName) {
  const Document document = MustRead(ExampleYaml());
  const auto loaded = LoadForUse(document.canonical);
  ASSERT_FALSE(loaded.ok());
  EXPECT_NE(loaded.error().detail.find("`approval`"), std::string::npos) << loaded.error().detail;
}

}  // namespace
}  // namespace schakel::covenant
