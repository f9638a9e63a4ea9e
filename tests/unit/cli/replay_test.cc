// `covenant replay`.
#include <gmock/gmock.h>

#include "node/covenant/author.h"
#include "tests/unit/cli/harness.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::HasSubstr;

constexpr const char* kRule =
    "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: open, category: k}\n"
    "    when: {age: {min: 12}}\n    fields: {datum: month}";

class ReplayTest : public CliTest {
 protected:
  std::string Written(const std::string& name, const std::string& text) {
    std::ofstream(In(name), std::ios::binary) << text;
    return In(name);
  }
  // An exchange with one record that K1 let through, and one that it did not.
  static Value Shown() {
    const auto record = [](const char* outcome, const char* truth) {
      Value::Object out{
          {"category", "k"},
          {"outcome", outcome},
          {"by", Value::Array{}},
          {"fields", Value::Object{}},
          {"withheld", Value::Object{}},
          {"rules",
           Value::Object{
               {"K1", Value::Object{{"whole", truth}, {"facts", Value::Object{{"age", truth}}}}}}}};
      if (std::string(truth) == "TRUE") {
        out["fields"] = Value::Object{{"datum", "month"}};
      } else {
        out["code"] = "CONDITION_FALSE";
      }
      return Value(std::move(out));
    };
    return Value::Object{
        {"partner", "b"},
        {"purpose", "p"},
        {"created", 1'775'000'000'000},
        {"erased", 2},
        {"exchange", "01a20e16-a226-7a1b-8c2b-4087d45d20b2"},
        {"lines",
         Value::Array{Value::Object{
             {"match", "MATCHED"},
             {"records", Value::Array{record("RELEASED", "TRUE"), record("WITHHELD", "FALSE")}}}}}};
  }
  std::string before_ = Written("before.yaml", covenant::MiniYaml(kRule));
};

TEST_F(ReplayTest, ALogIsPutToTheOtherVersion) {
  const std::string log = Written("log.json", canon::WritePretty(Shown()));
  const std::string stricter = Written(
      "after.yaml", covenant::Replaced(covenant::MiniYaml(kRule), "datum: month", "datum: year"));
  const Ran ran =
      Run({"covenant", "replay", stricter, "--before", before_, "--party", "a", "--log", log});
  EXPECT_EQ(ran.exit, Exit::kIncomplete) << ran.err;  // two lines are gone
  EXPECT_THAT(ran.out, HasSubstr("Uitwisselingen 1\n"));
  EXPECT_THAT(ran.out, HasSubstr("  hetzelfde           1\n"));
  EXPECT_THAT(ran.out, HasSubstr("  zou nu grover gaan  1\n"));
  EXPECT_THAT(ran.out, HasSubstr("  gewist              2\n"));
  EXPECT_THAT(ran.out, HasSubstr("a > b      k      zou nu grover gaan  K1    K1       1\n"));
  EXPECT_THAT(Run({"covenant",
                   "replay",
                   stricter,
                   "--before",
                   before_,
                   "--party",
                   "a",
                   "--log",
                   log,
                   "--lang",
                   "en"})
                  .out,
              HasSubstr("would go in less detail"));
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(ReplayTest, WhatTheLogDoesNotSayIsNotGuessed) {
  Value shown = Shown();
  (*shown.AsObject())["erased"] = 0;
  const std::string log = Written("log.json", canon::Write(Value::Array{shown}));
  const std::string younger = Written(
      "after.yaml", covenant::Replaced(covenant::MiniYaml(kRule), "{min: 12}", "{min: 10}"));
  const Ran ran = Run(
      {"covenant", "replay", younger, "--before", before_, "--party", "a", "--log", log, "--json"});
  EXPECT_EQ(ran.exit, Exit::kIncomplete) << ran.err;
  const auto value = canon::ParseJson(ran.out);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(*value->Find("counts")->Find("unknown")->AsInt(), 1);
  EXPECT_EQ(*value->Find("counts")->Find("same")->AsInt(), 1);
  const Ran same =
      Run({"covenant", "replay", before_, "--before", before_, "--party", "a", "--log", log});
  EXPECT_EQ(same.exit, Exit::kDone) << same.out;
}

TEST_F(ReplayTest, AllExchangesOfTheNodeUnderTheCovenantInForce) {
  ActAs("jansen");
  node.Answer("exchange.list", Value::Object{{"exchanges", Value::Array{Shown()}}});
  node.Answer("exchange.show", Shown());
  node.Answer(
      "covenant.show",
      Value::Object{
          {"active", true},
          {"covenant",
           *canon::ParseCanonical(covenant::MustRead(covenant::MiniYaml(kRule)).canonical)}});
  const Ran ran = Run({"covenant", "replay", before_, "--from-node", "--party", "a"});
  EXPECT_EQ(ran.exit, Exit::kIncomplete) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("  hetzelfde  2\n"));
  Value bare = Shown();
  bare.AsObject()->erase("lines");
  node.Answer("exchange.show", bare);
  const Ran refused = Run({"covenant", "replay", before_, "--from-node", "--party", "a"});
  EXPECT_EQ(refused.exit, Exit::kUsage);
  EXPECT_THAT(refused.err, HasSubstr("contributor of officer"));
}

TEST_F(ReplayTest, SaysWhatIsMissing) {
  const std::string log = Written("log.json", "[1]");
  EXPECT_EQ(Run({"covenant", "replay", before_}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"covenant", "replay", before_, "--log", log}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"covenant", "replay", before_, "--log", log, "--from-node"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"covenant",
                 "replay",
                 before_,
                 "--before",
                 before_,
                 "--party",
                 "a",
                 "--log",
                 Written("bad.json", "{")})
                .exit,
            Exit::kFailed);
  EXPECT_EQ(
      Run({"covenant", "replay", before_, "--before", before_, "--party", "a", "--log", log}).exit,
      Exit::kUsage);
}

}  // namespace
}  // namespace schakel::cli
