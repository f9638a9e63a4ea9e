// Where a remark stands in the file that it is about.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/covenant/author.h"
#include "node/policy/lint.h"

namespace schakel::policy {
namespace {

TEST(PlaceRemarks, PutsThemInTheOrderOfTheFile) {
  const std::string text =
      "covenant: 1\nrules:\n  - id: K1\n    fields: {naam: plain}\nparties:\n"
      "  a: {threshold: fill, roots: 1}\n";
  std::vector<covenant::Remark> remarks;
  for (const char* path : {"/parties/a",
                           "/parties/a/roots",
                           "/parties/a/threshold",
                           "/rules/0",
                           "/rules/0/fields/naam",
                           "/nothing"}) {
    remarks.push_back(Warning("W999", path, path, "f"));
  }
  std::string places;
  for (const canon::Finding& finding : covenant::PlaceRemarks(text, "c.yaml", remarks))
    places += ToString(finding) + "\n";
  EXPECT_EQ(places,
            "c.yaml:1:1: warning W999 /nothing; f\n"
            "c.yaml:3:5: warning W999 /rules/0; f\n"
            "c.yaml:4:20: warning W999 /rules/0/fields/naam; f\n"
            "c.yaml:6:3: warning W999 /parties/a; f\n"
            "c.yaml:6:31: warning W999 /parties/a/roots; f\n");
  remarks = {Warning("W999", "/rules/0/fields/naam", "m", "f")};
  remarks.front().at_key = true;
  EXPECT_EQ(covenant::PlaceRemarks(text, "c.yaml", remarks).front().position,
            (canon::Position{4, 14}));
}

TEST(PlaceRemarks, ReadsCanonicalBytesToo) {
  const auto findings = covenant::PlaceRemarks(
      R"({"covenant":1,"rules":[{"id":"K1"}]})", "c.json", {Warning("W999", "/rules/0", "m", "f")});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().position, (canon::Position{1, 24}));
}

}  // namespace
}  // namespace schakel::policy
