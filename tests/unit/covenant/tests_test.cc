#include "node/covenant/tests.h"

#include <string>
#include <utility>

#include "node/canon/json.h"
#include "node/crypto/hash.h"
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

TEST(InDocumentTestsTest, LoadForUseRefusesAnApprovalByAnotherParty) {
  EXPECT_TRUE(LoadForUse(MustRead(ExampleYaml()).canonical).ok());
  const Document elsewhere =
      MustRead(Replaced(ExampleYaml(), "approval: {by: politie,", "approval: {by: om,"));
  const auto loaded = LoadForUse(elsewhere.canonical);
  ASSERT_FALSE(loaded.ok());
  EXPECT_NE(loaded.error().detail.find("`approval`"), std::string::npos) << loaded.error().detail;
}

TEST(LoadActivatedTest, IsTheCovenantWithoutItsTests) {
  const Document document = MustRead(ExampleYaml());
  ASSERT_FALSE(document.tests.empty());
  const auto loaded = LoadActivated(document.canonical, document.hash);
  ASSERT_TRUE(loaded.ok()) << loaded.error().detail;
  const Document& read = (*loaded)->document();
  EXPECT_TRUE(read.tests.empty());
  EXPECT_EQ(read.hash, document.hash);
  EXPECT_EQ(read.canonical, document.canonical);
  EXPECT_EQ(read.permits, document.permits);
  EXPECT_EQ(read.denies, document.denies);
  for (const InDocumentTest& test : document.tests)
    EXPECT_FALSE(RunTest(**loaded, test).has_value()) << test.name;
}

TEST(LoadActivatedTest, RefusesBytesWithAnotherHash) {
  Document document = MustRead(ExampleYaml());
  document.hash[31] ^= 1;
  const auto loaded = LoadActivated(document.canonical, document.hash);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
}

TEST(LoadActivatedTest, RefusesWhatIsNoCovenantWhateverItsHash) {
  const Document document = MustRead(ExampleYaml());
  for (const auto& [from, to] : {std::pair{R"("decision":"permit")", R"("decision": "permit")"},
                                 std::pair{R"("rules":[)", R"("rules":[1,)"}}) {
    std::string text = document.canonical;
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, std::string(from).size(), to);
    const auto loaded = LoadActivated(text, crypto::Sha256(text));
    ASSERT_FALSE(loaded.ok()) << to;
    EXPECT_EQ(loaded.error().code, ErrorCode::kMalformed);
  }
}

// A test is named by its place in the list, however the list was read.
TEST(ParseDocumentTest, SaysWhichTestIsWrong) {
  const Document document = MustRead(ExampleYaml());
  canon::Value value = *canon::ParseCanonical(document.canonical);
  canon::Value::Array& tests = *value.AsObject()->at("tests").AsArray();
  ASSERT_GT(tests.size(), 2u);
  const auto refusal = [&value] {
    const auto read = ParseDocument(canon::Write(value));
    return read ? std::string() : read.error().detail;
  };
  canon::Value& ask = tests[2].AsObject()->at("ask");
  const canon::Value to = std::exchange(ask.AsObject()->at("to"), "nobody");
  EXPECT_TRUE(refusal().starts_with("covenant /tests/2/ask/to: unknown party `nobody`"));
  ask.AsObject()->at("to") = to;
  tests[2].AsObject()->emplace("extra", 1);
  EXPECT_EQ(refusal(), "covenant /tests/2/extra: unknown key `extra`");
  tests[2] = tests[1];
  EXPECT_EQ(refusal(), "covenant /tests/2/name: is the name of an earlier test");
  tests[1] = 1;
  EXPECT_EQ(refusal(), "covenant /tests/1: must be a mapping");
  value.AsObject()->at("tests") = 1;
  EXPECT_EQ(refusal(), "covenant /tests: must be a list");
}

}  // namespace
}  // namespace schakel::covenant
