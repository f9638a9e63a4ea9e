// `covenant fmt`.
#include <gmock/gmock.h>

#include "node/covenant/author.h"
#include "tests/unit/cli/harness.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::cli {
namespace {

using testing::HasSubstr;

constexpr const char* kUntidy = "covenant: 1   # language\ntitle:  'Klein'\nversion: 1\n";
constexpr const char* kTidy = "covenant: 1  # language\nversion: 1\ntitle: \"Klein\"\n";

class FmtTest : public CliTest {
 protected:
  std::string Written(const std::string& name, const std::string& text) {
    std::ofstream(In(name), std::ios::binary) << text;
    return In(name);
  }
};

TEST_F(FmtTest, PrintsTheNormalFormAndLeavesTheFile) {
  const std::string path = Written("c.yaml", kUntidy);
  const Ran ran = Run({"covenant", "fmt", path});
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(ran.out, kTidy);
  EXPECT_EQ(ReadAll(path), kUntidy);
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(FmtTest, CheckFailsOnWhatIsWrittenOtherwiseAndNamesTheLine) {
  const std::string path = Written("c.yaml", kUntidy);
  const Ran ran = Run({"covenant", "fmt", path, "--check"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.out, HasSubstr("c.yaml:1: niet in de vaste vorm"));
  EXPECT_THAT(Run({"covenant", "fmt", path, "--check", "--lang", "en"}).out,
              HasSubstr("c.yaml:1: not in its normal form"));
  EXPECT_EQ(Run({"covenant", "fmt", Written("d.yaml", kTidy), "--check"}).exit, Exit::kDone);
}

TEST_F(FmtTest, WriteReplacesTheFileOnce) {
  const std::string path = Written("c.yaml", kUntidy);
  EXPECT_THAT(Run({"covenant", "fmt", path, "--write"}).out, HasSubstr("geschreven"));
  EXPECT_EQ(ReadAll(path), kTidy);
  EXPECT_THAT(Run({"covenant", "fmt", path, "--write"}).out, HasSubstr("stond al"));
}

TEST_F(FmtTest, SignedBytesBecomeYamlThatGivesThemBack) {
  const covenant::Document document = covenant::MustRead(covenant::MiniYaml(" []"));
  const std::string path = Written("c.json", document.canonical + "\n");
  EXPECT_EQ(Run({"covenant", "fmt", path, "-o", In("c.yaml")}).exit, Exit::kDone);
  EXPECT_THAT(ReadAll(In("c.yaml")), HasSubstr("valid: {from: 2026-01-01, until: 2026-12-31}\n"));
  EXPECT_EQ(Run({"covenant", "hash", In("c.yaml")}).out, Run({"covenant", "hash", path}).out);
  // Never written over, and never in the place of what is signed.
  EXPECT_EQ(Run({"covenant", "fmt", path, "-o", In("c.yaml")}).exit, Exit::kFailed);
  EXPECT_EQ(Run({"covenant", "fmt", path, "--write"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"covenant", "fmt", Written("d.json", "{ }")}).exit, Exit::kFailed);
}

TEST_F(FmtTest, WhatCannotBeReadIsToldAndLeftAlone) {
  const std::string path = Written("c.yaml", "covenant: 1\ncovenant: 2\n");
  const Ran ran = Run({"covenant", "fmt", path, "--write"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("c.yaml:2:1: error E015"));
  EXPECT_EQ(ReadAll(path), "covenant: 1\ncovenant: 2\n");
  EXPECT_EQ(Run({"covenant", "fmt", path, "--write", "--check"}).exit, Exit::kUsage);
}

TEST_F(FmtTest, TheCovenantsToStartFromAreInNormalForm) {
  const std::filesystem::path policies = std::filesystem::path(SCHAKEL_POLICY).parent_path();
  size_t seen = 0;
  for (const auto& folder : {policies, policies / "examples"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".yaml") continue;
      ++seen;
      EXPECT_EQ(Run({"covenant", "fmt", entry.path().string(), "--check"}).exit, Exit::kDone)
          << entry.path();
    }
  }
  EXPECT_EQ(seen, 14U);
}

}  // namespace
}  // namespace schakel::cli
