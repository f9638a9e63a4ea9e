// `covenant export`.
#include <gmock/gmock.h>

#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class ExportTest : public CliTest {
 protected:
  // Veldrijk with seeded keys and fixed days, so that its hash is always the same.
  std::string Prepared() {
    for (const char* party : {"politie", "gemeente", "om", "jongerenwerk"})
      MakeHome(party, 2, 2);
    MakeAuditorHome();
    EXPECT_EQ(Run(PrepareArguments(SCHAKEL_POLICY)).exit, Exit::kDone);
    return In("covenant.json");
  }
  void ExpectGolden(const std::string& name, const std::string& text) {
    EXPECT_EQ(text, ReadAll(std::string(SCHAKEL_TEST_DATA) + "/cli/" + name))
        << "look at the difference; if it is meant: SCHAKEL_KEEP=1 keeps " << name;
    if (std::getenv("SCHAKEL_KEEP") != nullptr) {
      std::ofstream(testing::TempDir() + name, std::ios::binary) << text;
    }
  }
};

TEST_F(ExportTest, TheAnnexOfVeldrijkIsTheGoldenFile) {
  const std::string path = Prepared();
  const Ran text = Run({"covenant", "export", path, "--text", "nl"});
  EXPECT_EQ(text.exit, Exit::kDone) << text.err;
  ExpectGolden("veldrijk_bijlage.txt", text.out);
  const std::string hash = Run({"covenant", "hash", path}).out;
  EXPECT_THAT(text.out, HasSubstr("SHA-256 " + hash));
  const Ran html = Run({"covenant", "export", path, "--text", "nl", "--format", "html"});
  ExpectGolden("veldrijk_bijlage.html", html.out);
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(ExportTest, ATemplateGivesADraft) {
  const Ran ran = Run({"covenant", "export", SCHAKEL_POLICY, "--text", "nl"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_THAT(ran.err, HasSubstr("ontwerp"));
  EXPECT_THAT(ran.out, HasSubstr("ONTWERP."));
  const std::string model =
      (std::filesystem::path(SCHAKEL_POLICY).parent_path() / "model.yaml").string();
  const Ran whole = Run({"covenant", "export", model, "--text", "nl"});
  EXPECT_EQ(whole.exit, Exit::kDone);
  EXPECT_THAT(whole.out, HasSubstr("  Akkoord vooraf "));
  EXPECT_THAT(whole.out,
              HasSubstr("\n7.2 incident_telling\n\nAlleen over een kalenderperiode (kwartaal)"));
}

TEST_F(ExportTest, TheSchemaKnowsTheNamesOfACovenantThatIsGiven) {
  const Ran any = Run({"covenant", "export", "--jsonschema"});
  EXPECT_EQ(any.exit, Exit::kDone) << any.err;
  const auto schema = canon::ParseJson(any.out);
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ(*schema->Find("$schema")->AsString(), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema->Find("$defs")->Find("party")->Find("enum"), nullptr);
  const Ran named = Run({"covenant", "export", SCHAKEL_POLICY, "--jsonschema"});
  const auto with_names = canon::ParseJson(named.out);
  ASSERT_TRUE(with_names.ok());
  EXPECT_EQ(canon::Write(*with_names->Find("$defs")->Find("party")),
            R"({"enum":["gemeente","jongerenwerk","om","politie"]})");
  EXPECT_THAT(canon::Write(*with_names->Find("$defs")->Find("rule")), HasSubstr("\"X2\""));
}

TEST_F(ExportTest, IsWrittenOnceAndAskedForOneThing) {
  const std::vector<std::string> arguments{
      "covenant", "export", SCHAKEL_POLICY, "--text", "nl", "-o", In("bijlage.txt")};
  EXPECT_EQ(Run(arguments).exit, Exit::kDone);
  EXPECT_THAT(ReadAll(In("bijlage.txt")), HasSubstr("Ondertekenblad"));
  EXPECT_EQ(Run(arguments).exit, Exit::kFailed);
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{SCHAKEL_POLICY},
                                             {"--text", "nl"},
                                             {SCHAKEL_POLICY, "--text", "nl", "--jsonschema"},
                                             {SCHAKEL_POLICY, "--text", "en"},
                                             {SCHAKEL_POLICY, "--text", "nl", "--format", "pdf"}}) {
    std::vector<std::string> all{"covenant", "export"};
    all.insert(all.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(Run(all).exit, Exit::kUsage);
  }
}

}  // namespace
}  // namespace schakel::cli
