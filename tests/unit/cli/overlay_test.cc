// `overlay check`: what an own restriction would keep at home.
#include <gmock/gmock.h>

#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::HasSubstr;

class OverlayTest : public CliTest {
 protected:
  std::string Written(const std::string& text) {
    std::ofstream(In("lokaal.yaml"), std::ios::binary) << text;
    return In("lokaal.yaml");
  }
  static constexpr const char* kHead =
      "overlay: 1\nlineage: 00000000-0000-4000-8000-000000000000\nparty: politie\nreason: "
      "\"Onderzoek\"\n";
};

TEST_F(OverlayTest, TheExampleTakesAwayFromTheDemonstration) {
  const std::string example =
      std::string(SCHAKEL_POLICY).substr(0, std::string(SCHAKEL_POLICY).rfind('/')) +
      "/overlays/onderzoek.yaml";
  const Ran ran = Run({"overlay", "check", example, "--covenant", SCHAKEL_POLICY});
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Wat politie zelf thuishoudt"));
  EXPECT_THAT(ran.out, HasSubstr("BEPERKING: er wordt alleen minder verstrekt"));
  EXPECT_THAT(ran.out,
              HasSubstr("lokaal-1  Tijdens het onderzoek niets aan jongerenwerk\n"
                        "            neemt niets weg: het convenant laat dit al niet gaan\n"));
  EXPECT_THAT(ran.out, HasSubstr("neemt iets weg bij politie > gemeente incident\n"));
  EXPECT_THAT(ran.out, HasSubstr("bewaren   ten hoogste 1 maand\n"));
  EXPECT_THAT(ran.out, HasSubstr("eerst 3 maanden, nu 1 maand"));
  EXPECT_THAT(ran.out, HasSubstr("plaats eerst buurt"));
  EXPECT_THAT(ran.out, testing::Not(testing::ContainsRegex("P[136]M|coarse|true")));
  EXPECT_TRUE(node.calls.empty());
  const Ran json =
      Run({"overlay", "check", example, "--covenant", SCHAKEL_POLICY, "--json", "--lang", "en"});
  const auto value = canon::ParseJson(json.out);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*value->Find("difference")->Find("class")->AsString(), "narrowing");
}

TEST_F(OverlayTest, WhatWouldWidenIsRefusedWithItsPlace) {
  const std::string path = Written(
      std::string(kHead) +
      "rules:\n  - id: lokaal-1\n    permit: {from: politie, to: om, purpose: groepsscan, basis: "
      "wpg-16, category: mutatie}\n    fields: {datum: month}\n");
  const Ran ran = Run({"overlay", "check", path, "--covenant", SCHAKEL_POLICY});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("lokaal.yaml:7:5: error E104 an overlay only takes away"));
}

TEST_F(OverlayTest, OfAnotherLineageItIsRefused) {
  std::string text(kHead);
  text.replace(text.find("8000-000000000000"), 17, "8000-000000000001");
  const Ran ran =
      Run({"overlay", "check", Written(text + "retain: P1M\n"), "--covenant", SCHAKEL_POLICY});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("is not the lineage"));
}

}  // namespace
}  // namespace schakel::cli
