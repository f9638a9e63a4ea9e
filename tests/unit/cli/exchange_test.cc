#include <gmock/gmock.h>

#include "cli/forms.h"
#include "cli/text.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::HasSubstr;
using testing::Not;

Value Rule(const std::string& whole, const Value::Object& facts) {
  return Value::Object{{"whole", whole}, {"facts", facts}};
}

Value Withheld(const std::string& category,
               const std::string& code,
               const Value::Array& by,
               const Value::Object& rules) {
  return Value::Object{{"category", category},
                       {"outcome", "WITHHELD"},
                       {"code", code},
                       {"by", by},
                       {"fields", Value::Object{}},
                       {"rules", rules}};
}

const std::set<std::string> kDenies = {"D01", "X2", "X3"};

TEST(WithheldByTest, NamesTheRuleThatForbadeAndWhatItFound) {
  const Value decision = Withheld("incident",
                                  "DENIED_BY_RULE",
                                  {"X2"},
                                  {{"X2", Rule("TRUE", {{"wpg", "TRUE"}, {"step", "FALSE"}})},
                                   {"I01", Rule("FALSE", {{"since", "FALSE"}})}});
  EXPECT_EQ(WithheldBy(decision, kDenies), "X2: wpg TRUE");
}

TEST(WithheldByTest, AnUnknownFactForbidsToo) {
  const Value decision = Withheld("incident",
                                  "FACT_UNKNOWN",
                                  {"X2", "X3"},
                                  {{"X2", Rule("UNKNOWN", {{"wpg", "UNKNOWN"}})},
                                   {"X3", Rule("UNKNOWN", {{"role", "UNKNOWN"}})}});
  EXPECT_EQ(WithheldBy(decision, kDenies), "X2: wpg UNKNOWN; X3: role UNKNOWN");
}

TEST(WithheldByTest, WithoutOneItIsTheNearestPermitNeverADeny) {
  const Value decision =
      Withheld("incident",
               "CONDITION_FALSE",
               {},
               {{"D01", Rule("FALSE", {{"age", "FALSE"}})},
                {"I01", Rule("FALSE", {{"since", "FALSE"}, {"wpg", "TRUE"}})},
                {"I02", Rule("FALSE", {{"related", "FALSE"}, {"since", "FALSE"}})}});
  EXPECT_EQ(WithheldBy(decision, kDenies), "I01: since FALSE");
}

TEST(WithheldByTest, APermitThatWasNotEnoughGivesTheCode) {
  const Value decision =
      Withheld("mutatie", "INCOMPLETE", {"M01"}, {{"M01", Rule("TRUE", {{"since", "TRUE"}})}});
  EXPECT_EQ(WithheldBy(decision, kDenies), "M01: INCOMPLETE");
  EXPECT_EQ(
      WithheldBy(
          Withheld("incident", "BASIS_EXPIRED", {}, {{"I01", Rule("TRUE", {{"since", "TRUE"}})}}),
          kDenies),
      "I01: BASIS_EXPIRED");
  EXPECT_EQ(WithheldBy(Withheld("incident", "ERROR", {}, {}), kDenies), "ERROR");
}

TEST(FormWordsTest, InBothLanguages) {
  EXPECT_EQ(FormWords("plain", Language::kDutch), "");
  EXPECT_EQ(FormWords("month", Language::kDutch), "maand");
  EXPECT_EQ(FormWords("month", Language::kEnglish), "month");
  EXPECT_EQ(FormWords("coarse(buurt)", Language::kEnglish), "buurt");
  EXPECT_EQ(FormWords("band(12,16,18)", Language::kDutch), "groep");
  EXPECT_EQ(FormWords("pseudonym(recipient)", Language::kDutch), "pseudoniem");
  EXPECT_EQ(FormWords("later", Language::kDutch), "later");
}

class ExchangeTest : public CliTest {
 protected:
  ExchangeTest() {
    ActAs("jansen");
    node.Answer(
        "covenant.show",
        Value::Object{
            {"active", true},
            {"covenant",
             Value::Object{
                 {"rules",
                  Value::Array{Value::Object{{"id", "X2"}, {"deny", Value::Object{}}},
                               Value::Object{{"id", "I01"}, {"permit", Value::Object{}}}}}}}});
  }
  Value Incoming() const {
    return Value::Object{
        {"direction", "in"},
        {"exchange", "01a20e16-a226-7a1b-8c2b-4087d45d20b2"},
        {"ref", "VLD-2026-001/2@politie"},
        {"partner", "gemeente"},
        {"categories", Value::Array{"incident"}},
        {"persons", 7},
        {"matched", 6},
        {"doubtful", 1},
        {"cells",
         Value::Object{{"incident", Value::Object{{"state", "released"}, {"code", "OK"}}}}},
        {"created", ToMillis(clock.now)},
        {"releases", 1},
        {"receipt_seen", true},
        {"entries", Value::Array{3, 4, 5}}};
  }
  Value Outgoing() const {
    return Value::Object{
        {"direction", "out"},
        {"exchange", "01a20e16-a226-7a1b-8c2b-4087d45d20b2"},
        {"ref", "VLD-2026-001/2@om"},
        {"partner", "om"},
        {"categories", Value::Array{"strafzaak"}},
        {"persons", 7},
        {"state", "refused"},
        {"code", "EXPIRED"},
        {"cells",
         Value::Object{{"strafzaak", Value::Object{{"state", "refused"}, {"code", "EXPIRED"}}}}},
        {"created", ToMillis(clock.now)},
        {"releases", 0}};
  }
  Value WithLines() const {
    Value shown = Incoming();
    const Value released(
        Value::Object{{"category", "incident"},
                      {"outcome", "RELEASED"},
                      {"by", Value::Array{"I01"}},
                      {"fields", Value::Object{{"datum", "month"}, {"soort", "plain"}}},
                      {"rules", Value::Object{}}});
    const Value kept =
        Withheld("incident", "DENIED_BY_RULE", {"X2"}, {{"X2", Rule("TRUE", {{"wpg", "TRUE"}})}});
    (*shown.AsObject())["lines"] = Value::Array{
        Value::Object{{"match", "MATCHED"}, {"records", Value::Array{released, kept, kept}}},
        Value::Object{{"match", "NO_MATCH"}, {"records", Value::Array{}}},
        Value::Object{{"match", "DOUBTFUL"}, {"records", Value::Array{}}}};
    return shown;
  }
};

TEST_F(ExchangeTest, ListTellsBothDirections) {
  node.Answer("exchange.list", Value::Object{{"exchanges", Value::Array{Incoming(), Outgoing()}}});
  const Ran ran = Run({"exchange", "list"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("VLD-2026-001/2@politie  van gemeente"));
  EXPECT_THAT(ran.out, HasSubstr("aan om"));
  EXPECT_THAT(ran.out, HasSubstr("geweigerd: termijn"));
  EXPECT_EQ(node.only().params, Value(Value::Object{}));
  Run({"exchange", "list", "--direction", "in"});
  EXPECT_EQ(TextOf(node.calls.back().params, "direction"), "in");
  EXPECT_EQ(Run({"exchange", "list", "--direction", "both"}).exit, Exit::kUsage);
  node.Answer("exchange.list", Value::Object{{"exchanges", Value::Array{}}});
  EXPECT_THAT(Run({"exchange", "list"}).out, HasSubstr("nog geen uitwisselingen"));
}

TEST_F(ExchangeTest, WithheldCountsPerRuleAndInAll) {
  node.Answer("exchange.list", Value::Object{{"exchanges", Value::Array{Incoming()}}});
  node.Answer("exchange.show", WithLines());
  const Ran ran = Run({"exchange", "list", "--withheld"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("VLD-2026-001/2@politie  incident          2  X2: artikel Wpg\n"));
  EXPECT_THAT(ran.out, HasSubstr("\nTOTAAL 2 gegevens achtergebleven"));
  // One reference can have several exchanges: each is asked by its id.
  EXPECT_EQ(TextOf(node.calls.back().params, "ref"), "01a20e16-a226-7a1b-8c2b-4087d45d20b2");
  const Value value = Json(RunJson({"exchange", "list", "--withheld"}));
  EXPECT_EQ(IntOf(value, "total"), 2);
  EXPECT_EQ(TextOf(ArrayOf(value, "withheld").at(0), "rule"), "X2: wpg TRUE");
}

TEST_F(ExchangeTest, WithheldIsNotForWhoMayNotSeeIt) {
  node.Answer("exchange.list", Value::Object{{"exchanges", Value::Array{Incoming()}}});
  node.Answer("exchange.show", Incoming());
  const Ran ran = Run({"exchange", "list", "--withheld"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("contributor en officer"));
  EXPECT_EQ(Run({"exchange", "list", "--withheld", "--direction", "out"}).exit, Exit::kUsage);
}

TEST_F(ExchangeTest, ShowTellsTheRegisseurWhomTheRequestNamedAndWhyNot) {
  Value shown = Outgoing();
  const auto line = [](const char* match, Value record) {
    return Value::Object{{"match", match}, {"records", Value::Array{std::move(record)}}};
  };
  const Value named(Value::Object{{"category", "persoon"},
                                  {"outcome", "RELEASED"},
                                  {"by", Value::Array{"P01"}},
                                  {"fields", Value::Object{{"naam", "plain"}, {"bsn", "match"}}},
                                  {"rules", Value::Object{}}});
  (*shown.AsObject())["lines"] = Value::Array{
      line("OWN", named),
      line("GIVER", named),
      line("OWN",
           Withheld(
               "persoon", "DENIED_BY_RULE", {"X2"}, {{"X2", Rule("TRUE", {{"age", "TRUE"}})}}))};
  node.Answer("exchange.show", shown);
  const std::string out = Run({"exchange", "show", "VLD-2026-001/2@om"}).out;
  EXPECT_THAT(out, HasSubstr("eigen gegevens"));
  EXPECT_THAT(out, HasSubstr("wat de gever zei"));
  EXPECT_THAT(out, HasSubstr("niet genoemd  X2: leeftijd"));
  EXPECT_THAT(out, HasSubstr("2 genoemd aan om, 1 niet."));
  EXPECT_THAT(Run({"exchange", "show", "VLD-2026-001/2@om", "--lang", "en"}).out,
              HasSubstr("2 named to om, 1 not."));
  (*shown.AsObject())["lines"] = Value::Array{};
  node.Answer("exchange.show", shown);
  EXPECT_THAT(Run({"exchange", "show", "VLD-2026-001/1@om"}).out,
              HasSubstr("Het verzoek noemde niemand."));
}

TEST_F(ExchangeTest, ShowTellsTheContributorWhatStayedAndWhy) {
  node.Answer("exchange.show", WithLines());
  const Ran ran = Run({"exchange", "show", "VLD-2026-001/2@politie"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("7 gevraagd: 6 gevonden, 1 twijfel"));
  EXPECT_THAT(ran.out, HasSubstr("3, 4, 5"));
  EXPECT_THAT(ran.out, HasSubstr("incident   verstrekt  I01"));
  EXPECT_THAT(ran.out, HasSubstr("datum (maand), soort"));
  EXPECT_THAT(ran.out, HasSubstr("incident   gebleven   X2: artikel"));
  EXPECT_THAT(ran.out, HasSubstr("2    onbekend"));
  EXPECT_THAT(ran.out, HasSubstr("3    twijfel"));
  EXPECT_THAT(ran.out, HasSubstr("1 verstrekt, 2 gebleven"));
}

TEST_F(ExchangeTest, ShowAtTheRequesterHasNoLines) {
  node.Answer("exchange.show", Outgoing());
  const Ran ran = Run({"exchange", "show", "/2@om"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(TextOf(node.only().params, "ref"), "/2@om");
  EXPECT_THAT(ran.out, HasSubstr("strafzaak: geweigerd, termijn verlopen"));
  EXPECT_THAT(ran.out, Not(HasSubstr("gebleven")));
  EXPECT_EQ(Run({"exchange", "show", "om"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"exchange", "show", "01a20e16-a226-7a1b-8c2b-4087d45d20b2"}).exit, Exit::kDone);
}

TEST_F(ExchangeTest, DoubtfulPersonsAreListed) {
  node.Answer("person.doubtful",
              Value::Object{{"asked", Value::Array{}}, {"imported", Value::Array{}}});
  EXPECT_EQ(Run({"person", "doubtful"}).out, "Over niemand is twijfel.\n");
  const Value candidate(Value::Object{{"subject", "0b1f6c1e-7d1a-4c44-9d0e-1f0a4a1b2c3d"},
                                      {"name", "Zoë ten Broeke"},
                                      {"birth", "2009-08-17"}});
  node.Answer(
      "person.doubtful",
      Value::Object{{"asked",
                     Value::Array{Value::Object{{"ref", "VLD-2026-001/2@jongerenwerk"},
                                                {"row", "a7eb03c7-8766-42d6-b55c-8f3e40c6c7eb"},
                                                {"candidates", Value::Array{candidate}}}}},
                    {"imported",
                     Value::Array{Value::Object{{"subject", "11111111-7d1a-4c44-9d0e-1f0a4a1b2c3d"},
                                                {"candidates", Value::Array{"22222222-7d1a"}}}}}});
  const Ran ran = Run({"person", "doubtful"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_THAT(ran.out,
              HasSubstr("VLD-2026-001/2@jongerenwerk  a7eb03c7  Zoë ten Broeke, 17-08-2009"));
  EXPECT_THAT(ran.out, HasSubstr("11111111       22222222-7d1a"));
  EXPECT_THAT(ran.out, HasSubstr("Bij twijfel is niets verstrekt"));
}

}  // namespace
}  // namespace schakel::cli
