// `covenant lint|hash`.
#include <gmock/gmock.h>

#include "node/covenant/author.h"
#include "tests/unit/cli/harness.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::cli {
namespace {

using covenant::MiniYaml;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

// Without what the small covenant lacks on purpose: see LintTest.
constexpr std::string_view kRule =
    "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: open, category: k}\n"
    "    when: {age: {min: 12}, listed: true}\n    fields: {naam: plain, datum: month}";

class LintTest : public CliTest {
 protected:
  std::string Written(const std::string& name, const std::string& text) {
    std::ofstream(In(name), std::ios::binary) << text;
    return In(name);
  }
};

TEST_F(LintTest, WarningsHaveAPlaceAndAreNoFailureUnlessAsked) {
  const std::string path = Written("c.yaml", MiniYaml(std::string(kRule)));
  const Ran ran = Run({"covenant", "lint", path});
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("c.yaml:5:1: warning W214 names no day"));
  EXPECT_THAT(ran.out, HasSubstr("c.yaml:34:5: warning W208 `b` alone can state"));
  EXPECT_THAT(ran.out, HasSubstr("\n0 fouten, "));
  EXPECT_EQ(Run({"covenant", "lint", path, "--strict"}).exit, Exit::kFailed);
  EXPECT_THAT(Run({"covenant", "lint", path, "--lang", "en"}).out, HasSubstr("\n0 errors, "));
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(LintTest, ErrorsFailAndAreAllTold) {
  const std::string text = MiniYaml(std::string(kRule));
  const std::string path = Written(
      "c.yaml", covenant::Replaced(text, "naam: plain, datum: month", "namm: plain, datum: day"));
  const Ran ran = Run({"covenant", "lint", path, "--json"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  const auto value = canon::ParseJson(ran.out);
  ASSERT_TRUE(value.ok()) << ran.out;
  EXPECT_EQ(*value->Find("errors")->AsInt(), 2);
  const canon::Value& first = value->Find("findings")->AsArray()->front();
  EXPECT_EQ(*first.Find("id")->AsString(), "E105");
  EXPECT_EQ(*first.Find("severity")->AsString(), "error");
  EXPECT_EQ(*first.Find("line")->AsInt(), 37);
  EXPECT_THAT(*first.Find("fix")->AsString(), HasSubstr("naam"));
}

TEST_F(LintTest, ATemplateIsLintedAsFarAsItIsWritten) {
  const Ran ran = Run({"covenant", "lint", SCHAKEL_POLICY});
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.out << ran.err;
  EXPECT_THAT(ran.out, Not(HasSubstr("W215")));
  EXPECT_THAT(ran.out, Not(HasSubstr("W216")));
  EXPECT_THAT(ran.out, HasSubstr("  D01  niet signaal\n"));
}

TEST_F(LintTest, TheCovenantsToStartFromHaveNoFinding) {
  const std::filesystem::path policies = std::filesystem::path(SCHAKEL_POLICY).parent_path();
  for (const char* name : {"veldrijk.yaml", "model.yaml"}) {
    const Ran ran = Run({"covenant", "lint", (policies / name).string(), "--strict"});
    EXPECT_EQ(ran.exit, Exit::kDone) << ran.out << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("0 fouten, 0 waarschuwingen\n"));
    EXPECT_THAT(ran.out,
                EndsWith("\nVerder: schakel covenant test " + (policies / name).string() + "\n"));
  }
}

TEST_F(LintTest, ADenyThatReachesFewCategoriesNamesThoseAlone) {
  const std::string model = (std::filesystem::path(SCHAKEL_POLICY).parent_path() / "model.yaml");
  const Ran ran = Run({"covenant", "lint", model});
  EXPECT_THAT(ran.out, HasSubstr("  C10-3  alleen documentatie, strafzaak\n"));
  EXPECT_THAT(ran.out, HasSubstr("  D01    niet groepsprofiel, "));
  EXPECT_THAT(Run({"covenant", "lint", model, "--lang", "en"}).out,
              HasSubstr("  C10-3  only documentatie, strafzaak\n"));
}

TEST_F(LintTest, TheLastLineSaysWhatToDoNext) {
  const std::string text = MiniYaml(std::string(kRule));
  const Ran warned = Run({"covenant", "lint", Written("w.yaml", text)});
  EXPECT_THAT(warned.out, HasSubstr("\nVerder: lees de waarschuwingen."));
  const Ran wrong = Run({"covenant",
                         "lint",
                         Written("e.yaml", covenant::Replaced(text, "naam: plain", "nam: plain"))});
  EXPECT_THAT(wrong.out, HasSubstr("\n1 fout, 0 waarschuwingen\n"));
  EXPECT_THAT(wrong.out, HasSubstr("\nVerder: verbeter de fouten."));
}

TEST_F(LintTest, CanonicalBytesHavePlacesToo) {
  const covenant::Document document = covenant::MustRead(MiniYaml(std::string(kRule)));
  const Ran ran = Run({"covenant", "lint", Written("c.json", document.canonical)});
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("c.json:1:"));
  EXPECT_THAT(ran.out, Not(HasSubstr("c.json:1:1:")));
  EXPECT_EQ(Run({"covenant", "lint", Written("d.json", "{}")}).exit, Exit::kFailed);
  EXPECT_EQ(Run({"covenant", "lint", In("no.yaml")}).exit, Exit::kFailed);
}

// The first comment of each file says what is found where: `# E105 29:13`.
TEST_F(LintTest, EveryBrokenCovenantHasTheOneFindingThatItNames) {
  const std::filesystem::path broken =
      std::filesystem::path(SCHAKEL_POLICY).parent_path() / "broken";
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(broken)) {
    if (entry.path().extension() != ".yaml") continue;
    ++files;
    const std::string text = ReadAll(entry.path().string());
    const size_t start = text.find("# ") + 2;
    const std::string wanted = text.substr(start, text.find('\n') - start);
    const Ran ran = Run({"covenant", "lint", entry.path().string(), "--json"});
    const auto value = canon::ParseJson(ran.out);
    ASSERT_TRUE(value.ok()) << entry.path() << ran.out << ran.err;
    std::string found;
    for (const canon::Value& finding : *value->Find("findings")->AsArray()) {
      found += *finding.Find("id")->AsString() + " " +
               std::to_string(*finding.Find("line")->AsInt()) + ":" +
               std::to_string(*finding.Find("column")->AsInt());
      EXPECT_FALSE(finding.Find("fix")->AsString()->empty()) << entry.path();
    }
    EXPECT_EQ(found, wanted) << entry.path();
    EXPECT_EQ(ran.exit, wanted.front() == 'E' ? Exit::kFailed : Exit::kDone) << entry.path();
  }
  EXPECT_GE(files, 25U);
}

// Beside the files of broken/: nobody keeps a megabyte of nothing in a repository.
TEST_F(LintTest, AFileOfMoreThanAMegabyteHasTheOneFinding) {
  const std::string text = MiniYaml(std::string(kRule)) + "# ";
  const auto ids = [&](const std::string& path) {
    const Ran ran = Run({"covenant", "lint", path, "--json"});
    std::string out;
    const auto value = canon::ParseJson(ran.out);
    if (!value.ok()) return "no JSON: " + ran.err;
    for (const canon::Value& finding : *value->Find("findings")->AsArray()) {
      if (*finding.Find("severity")->AsString() == "error") {
        out += *finding.Find("id")->AsString() + " ";
      }
    }
    return out;
  };
  const auto of_size = [&](size_t size) { return text + std::string(size - text.size(), 'x'); };
  EXPECT_EQ(ids(Written("at.yaml", of_size(size_t{1} << 20))), "");
  EXPECT_EQ(ids(Written("above.yaml", of_size((size_t{1} << 20) + 1))), "E001 ");
  EXPECT_EQ(ids(Written("far.yaml", of_size(size_t{5} << 20))), "E001 ");
  EXPECT_EQ(ids(Written("far.json", std::string((1 << 20) + 1, '1'))), "E001 ");
}

TEST_F(LintTest, EveryFindingInCanonicalBytesIsToldAtItsPlace) {
  std::string text = covenant::MustRead(MiniYaml(std::string(kRule))).canonical;
  text = covenant::Replaced(text, "\"datum\":\"month\"", "\"datum\":\"day\"");
  text = covenant::Replaced(text, "\"basis\":\"open\"", "\"basis\":\"oper\"");
  const Ran ran = Run({"covenant", "lint", Written("c.json", text)});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  const auto column = [&](const std::string& what) {
    return "c.json:1:" + std::to_string(text.find(what) + 1) + ": error E105 ";
  };
  EXPECT_THAT(ran.out, HasSubstr(column("\"day\"") + "unknown form `day`"));
  EXPECT_THAT(ran.out, HasSubstr(column("\"oper\"") + "unknown basis `oper`"));
  EXPECT_THAT(ran.out, HasSubstr("\n2 fouten, "));
  const Ran bad = Run({"covenant", "lint", Written("d.json", "{ }")});
  EXPECT_EQ(bad.exit, Exit::kFailed);
  EXPECT_THAT(bad.out, HasSubstr("d.json:1:2: error E007 not canonical JSON: "));
}

TEST_F(LintTest, HashIsOfTheBytesThatAreSigned) {
  const std::string text = MiniYaml(std::string(kRule));
  const covenant::Document document = covenant::MustRead(text);
  const std::string hash = EncodeHex(crypto::Sha256(document.canonical)) + "\n";
  EXPECT_EQ(Run({"covenant", "hash", Written("c.yaml", text)}).out, hash);
  EXPECT_EQ(Run({"covenant", "hash", Written("c.json", document.canonical)}).out, hash);
  EXPECT_EQ(Run({"covenant", "hash", Written("d.json", document.canonical + "\n")}).out, hash);
}

TEST_F(LintTest, ATemplateHasNoHash) {
  const Ran ran = Run({"covenant", "hash", SCHAKEL_POLICY});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.out, Not(HasSubstr("hash\"")));
  EXPECT_THAT(ran.err, HasSubstr("E120"));
  EXPECT_THAT(ran.err, HasSubstr("is a template"));
  const Ran broken = Run({"covenant", "hash", Written("c.yaml", "covenant: 2\n")});
  EXPECT_EQ(broken.exit, Exit::kFailed);
  EXPECT_THAT(broken.err, Not(HasSubstr("is a template")));
}

}  // namespace
}  // namespace schakel::cli
