// Every finding of the author's side, with its place: the rule checks of check.cc, which Compile
// shares, and the reader's findings as an author sees them.
#include <gmock/gmock.h>

#include "node/canon/json.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {
namespace {

using ::testing::HasSubstr;

constexpr const char* kRules = R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {step: {min: "2"}, age: {min: 12}}
    fields: {naam: plain, datum: month}
    retain: P3M
  - id: P1
    permit: {from: a, to: b, purpose: p, basis: open, category: persoon}
    fields: {naam: plain, bsn: match}
    require: [naam]
  - id: D1
    deny: {from: any, to: any, purpose: any, category: any}
    when: {sealed: true})";

// Where `marker` stands for the first time, as an editor counts.
canon::Position PositionOf(const std::string& text, const std::string& marker) {
  const size_t at = text.find(marker);
  EXPECT_NE(at, std::string::npos) << marker;
  canon::Position position;
  for (size_t i = 0; i < at; ++i) {
    position.column = text[i] == '\n' ? 1 : position.column + 1;
    if (text[i] == '\n') ++position.line;
  }
  return position;
}

struct Case {
  const char* id;
  const char* from;     // this text of the covenant
  const char* to;       // becomes this
  const char* marker;   // and the finding stands here
  const char* message;  // and says this, the fix included
};

void ExpectFinding(const Case& c) {
  SCOPED_TRACE(std::string(c.id) + ": " + c.to);
  const std::string yaml = Replaced(MiniYaml(kRules), c.from, c.to);
  const AuthoredCovenant authored = ReadYaml(yaml, "klein.yaml");
  EXPECT_FALSE(authored.document.has_value());
  ASSERT_EQ(authored.findings.size(), 1u);
  const canon::Finding& finding = authored.findings.front();
  EXPECT_EQ(finding.id, c.id);
  EXPECT_EQ(finding.file, "klein.yaml");
  EXPECT_EQ(finding.severity, canon::Finding::Severity::kError);
  EXPECT_EQ(finding.position, PositionOf(yaml, c.marker)) << ToString(finding);
  EXPECT_THAT(ToString(finding), HasSubstr(c.message));
}

TEST(LintTest, AGoodCovenantHasNoFinding) {
  EXPECT_TRUE(ReadYaml(MiniYaml(kRules), "klein.yaml").findings.empty());
}

TEST(LintTest, UnknownKeysAndNamesAreFoundWithWhatWasMeant) {
  ExpectFinding({"E101", "title: Klein", "title: Klein\ntitel: Klein", "titel:", "`title`?"});
  ExpectFinding({"E101", "    retain: P3M", "    retian: P3M", "retian", "did you mean `retain`?"});
  ExpectFinding({"E105",
                 "basis: open, category: k}",
                 "basis: opn, category: k}",
                 "opn",
                 "unknown basis `opn`; did you mean `open`?"});
  ExpectFinding({"E105",
                 "fields: {naam: plain, datum: month}",
                 "fields: {naam: plain, datm: month}",
                 "datm",
                 "unknown field `datm`; did you mean `datum`?"});
  ExpectFinding({"E105",
                 "{sealed: true}",
                 "{seald: true}",
                 "seald",
                 "unknown fact `seald`; did you mean `sealed`?"});
  ExpectFinding({"E105", "datum: month}\n", "datum: maand}\n", "maand", "unknown form `maand`"});
  ExpectFinding({"E105",
                 "{from: a, to: b, purpose: p, basis: open, category: persoon}",
                 "{from: a, to: gemeente, purpose: p, basis: open, category: persoon}",
                 "gemeente",
                 "unknown party `gemeente`"});
}

// Whoever was sent canonical bytes signs what they read in them.
TEST(LintTest, CanonicalBytesHoldNothingThatPeopleCannotSee) {
  const auto lint = [](const std::string& title) {
    const std::string canonical = Replaced(MustRead(MiniYaml(kRules)).canonical, "Klein", title);
    const AuthoredCovenant authored = ReadCanonical(canonical, "c.json");
    const auto parsed = ParseDocument(canonical);
    EXPECT_EQ(authored.document.has_value(), parsed.ok());
    EXPECT_EQ(authored.document.has_value(), authored.findings.empty());
    std::string out;
    for (const canon::Finding& finding : authored.findings) {
      const std::string before = canonical.substr(0, canonical.find(title)) + "Gr";
      EXPECT_EQ(finding.position, (canon::Position{1, static_cast<int>(before.size()) + 1}));
      out += finding.id + " " + finding.message;
    }
    return out + (parsed.ok() ? "" : " | " + parsed.error().detail.substr(0, 4));
  };
  EXPECT_EQ(lint("Gr\xc3\xb6n"), "");
  EXPECT_EQ(lint("Gr\xe2\x80\xaeo"), "E005 the character U+202E, which people cannot see | byte");
  EXPECT_EQ(lint("Gr\xe2\x80\x8bo"), "E005 the character U+200B, which people cannot see | byte");
  EXPECT_EQ(lint("Gr\\u001bo"), "E005 the character U+001B, which people cannot see | byte");
}

TEST(LintTest, BytesThatAreNotCanonicalHaveAPlace) {
  const std::string canonical = MustRead(MiniYaml(kRules)).canonical;
  const auto finding = [&](const std::string& from, const std::string& to) {
    const AuthoredCovenant authored = ReadCanonical(Replaced(canonical, from, to), "c.json");
    EXPECT_EQ(authored.findings.size(), 1U);
    const canon::Finding& first = authored.findings.front();
    EXPECT_FALSE(first.fix.empty());
    const auto column = static_cast<size_t>(first.position.column);
    return std::to_string(first.position.line) + " " + first.id + " " +
           Replaced(canonical, from, to).substr(column - 1, 8);
  };
  EXPECT_EQ(finding("\"title\":", "\"title\":\"x\",\"title\":"), "1 E015 \"title\":");
  EXPECT_EQ(finding("\"subjects_per_request\":40", "\"subjects_per_request\":40.5"),
            "1 E007 .5},\"lin");
  EXPECT_EQ(finding("\"title\":", "\"titl\xc3\xa9\":"), "1 E014 \"titl\xc3\xa9\"");
  EXPECT_EQ(finding("\"title\":", "\"title\": "), "1 E007  \"Klein\"");
}

TEST(LintTest, WildcardsStandInDeniesOnly) {
  ExpectFinding({"E108",
                 "{from: a, to: b, purpose: p, basis: open, category: k}",
                 "{from: a, to: any, purpose: p, basis: open, category: k}",
                 "any, purpose: p, basis",
                 "a permit names exactly one party"});
}

TEST(LintTest, GiverAndReceiverDiffer) {
  ExpectFinding({"E109",
                 "{from: a, to: b, purpose: p, basis: open, category: k}",
                 "{from: a, to: a, purpose: p, basis: open, category: k}",
                 "a, purpose: p, basis",
                 "without a rule"});
}

TEST(LintTest, BasisIsForThisGiverAndPurpose) {
  ExpectFinding({"E110",
                 "{from: a, to: b, purpose: p, basis: open, category: k}",
                 "{from: c, to: b, purpose: p, basis: open, category: k}",
                 "open, category: k}",
                 "basis `open` is not for a giver `c`"});
  ExpectFinding({"E111",
                 "purpose: p, basis: open, category: k}",
                 "purpose: q, basis: asked, category: k}",
                 "asked, category: k}",
                 "basis `asked` is not for the purpose `q`"});
}

TEST(LintTest, BasisIsFoundAtEachRuleThatLeansOnIt) {
  const std::string yaml =
      Replaced(MiniYaml(kRules), "purposes: [p, q], bsn: [a, b]}", "purposes: [q], bsn: [a, b]}");
  EXPECT_EQ(ReadYaml(yaml, "klein.yaml").findings.size(), 2u);
}

TEST(LintTest, FormsFitTheType) {
  ExpectFinding({"E112",
                 "datum: month}\n",
                 "datum: initials}\n",
                 "initials",
                 "the field's type has no form `initials`"});
  ExpectFinding({"E113",
                 "datum: month}\n",
                 "datum: month, tekst: plain}\n",
                 "plain}",
                 "free text never goes unread"});
  ExpectFinding({"E113", "bsn: match}", "bsn: plain}", "plain}", "a BSN is never readable"});
}

TEST(LintTest, MatchNeedsABasisThatNamesBothAndTheRightCategory) {
  ExpectFinding({"E114",
                 "bsn: [a, b]}",
                 "bsn: [a, c]}",
                 "match}",
                 "does not name both parties in its `bsn`"});
  std::string yaml = Replaced(
      MiniYaml(kRules), "k: {about: person, fields: {", "k: {about: person, fields: {nr: bsn, ");
  yaml = Replaced(yaml, "fields: {naam: plain, datum: month}", "fields: {nr: match}");
  const AuthoredCovenant authored = ReadYaml(yaml, "klein.yaml");
  ASSERT_EQ(authored.findings.size(), 1u);
  EXPECT_THAT(ToString(authored.findings[0]), HasSubstr("in `persoon` and `namenlijst` only"));
}

TEST(LintTest, RequiredFieldsAreGiven) {
  ExpectFinding({"E104",
                 "{naam: plain, bsn: match}",
                 "{naam: withheld, bsn: match}",
                 "[naam]\n",
                 "requires `naam`, which the rule does not give"});
}

TEST(LintTest, RetentionIsNotLooser) {
  ExpectFinding({"E115", "retain: P3M", "retain: P7M", "P7M", "longer than the default P6M"});
}

TEST(LintTest, SourcesOfFactsAreDeclared) {
  ExpectFinding({"E117",
                 "fields: {naam: plain, bsn: match}",
                 "when: {role: [dader]}\n    fields: {naam: plain, bsn: match}",
                 "role: [dader]}\n    fields",
                 "category `persoon` does not declare the source of `role`"});
  ExpectFinding({"E117",
                 "basis: open, category: persoon}\n    fields: {naam: plain, bsn: match}",
                 "basis: asked, category: persoon}\n    fields: {naam: plain}",
                 "asked, category",
                 "does not declare the source of `consent`"});
}

TEST(LintTest, AFieldOfThePersonIsNotNearlySpelt) {
  const auto from = [](const char* to) {
    return Replaced(MiniYaml(kRules), "persoon.geboortedatum", to);
  };
  ExpectFinding({"E105",
                 "persoon.geboortedatum",
                 "persoon.geboortedatm",
                 "persoon.geboortedatm",
                 "`persoon` has no field `geboortedatm`; did you mean `geboortedatum`?"});
  EXPECT_TRUE(ReadYaml(from("persoon.eerste_contact"), "k").document.has_value());
  // Nothing to hold it against.
  const std::string alone = Replaced(from("persoon.geboortedatm"),
                                     "naam: name, geboortedatum: date, bsn: bsn",
                                     "naam: name, bsn: bsn");
  EXPECT_TRUE(ReadYaml(alone, "k").document.has_value());
}

TEST(LintTest, ADenyReachesEveryCategoryThatItNames) {
  const auto deny = [](const char* to, const char* marker, const char* message) {
    ExpectFinding({"E117", "category: any}\n    when: {sealed: true}", to, marker, message});
  };
  deny("category: [k, persoon]}\n    when: {sealed: true, role: [dader]}",
       "role: [dader]}",
       "category `persoon` does not declare the source of `role`");
  deny("category: g}\n    when: {sealed: true}", "sealed: true}", "category `g` does not");
  // Meant for later rules or not: it could not hold for those either.
  deny("category: [g]}\n    guard: true\n    when: {sealed: true}",
       "sealed: true}",
       "category `g` does not declare the source of `sealed`");
  const auto findings = [](const std::string& to) {
    return ReadYaml(Replaced(MiniYaml(kRules), "category: any}\n    when: {sealed: true}", to),
                    "k.yaml")
        .findings.size();
  };
  EXPECT_EQ(findings("category: [k, persoon]}\n    when: {sealed: true}"), 0u);
  EXPECT_EQ(findings("category: [k]}\n    when: {sealed: true, role: [dader]}"), 0u);
  EXPECT_EQ(findings("category: any}\n    when: {sealed: true, role: [dader]}"), 0u);
  EXPECT_EQ(findings("category: [g, k]}\n    when: {step: {max: \"1\"}}"), 0u);
}

TEST(LintTest, ConditionsCanBeTrue) {
  ExpectFinding({"E118",
                 "age: {min: 12}",
                 "age: {min: 12, max: 11}",
                 "age: {min: 12, max",
                 "can never be true"});
  ExpectFinding({"E118",
                 "basis: open, category: k}\n    when: {",
                 "basis: asked, category: k}\n    when: {consent: false, ",
                 "when: {consent",
                 "the basis needs `consent`"});
}

TEST(LintTest, NobodyIsOlderThanAHundredAndFifty) {
  ExpectFinding({"E104", "age: {min: 12}", "age: {min: 500}", "500", "between 0 and 150"});
  ExpectFinding({"E104", "age: {min: 12}", "age: {max: 151}", "151", "between 0 and 150"});
  EXPECT_TRUE(
      ReadYaml(Replaced(MiniYaml(kRules), "age: {min: 12}", "age: {min: 150}"), "k").document);
  const auto elapsed = [](const std::string& days) {
    const std::string yaml = Replaced(
        Replaced(
            MiniYaml(kRules), "facts:", "facts:\n  since: {type: elapsed, from: record.datum}"),
        "age: {min: 12}",
        "since: {min: " + days + "}");
    return ReadYaml(yaml, "k").findings.size();
  };
  EXPECT_EQ(elapsed("54900"), 0U);
  EXPECT_EQ(elapsed("54901"), 1U);
}

TEST(LintTest, DatesAreDays) {
  ExpectFinding({"E119",
                 "until: 2026-12-31}",
                 "until: 2026-12-32}",
                 "2026-12-32",
                 "must be a day; write it as 2026-12-31"});
  ExpectFinding({"E119", "until: 2026-12-31}", "until: 2026-12-00}", "2026-12-00", "a day"});
  ExpectFinding({"E119", "until: 2026-06-30}", "until: eeuwig}", "eeuwig", "must be a day"});
  ExpectFinding({"E119", "from: 2026-01-01", "from: 1767222000000", "1767222000000", "a day"});
}

TEST(LintTest, PlaceholdersAreFilledIn) {
  ExpectFinding({"E120", "threshold: 1}\n  b:", "threshold: fill}\n  b:", "fill", "`schakel"});
  // A quoted one is text like any other.
  EXPECT_TRUE(
      ReadYaml(Replaced(MiniYaml(kRules), "title: Klein", "title: \"fill\""), "x").document);
}

TEST(LintTest, LanguageComesFirst) {
  const std::string late =
      Replaced(MiniYaml(kRules), "covenant: 1\nlineage:", "regime: pga\ncovenant: 1\nlineage:");
  const AuthoredCovenant authored = ReadYaml(late, "klein.yaml");
  EXPECT_FALSE(authored.document.has_value());
  ASSERT_EQ(authored.findings.size(), 1u);
  EXPECT_THAT(ToString(authored.findings[0]), HasSubstr("klein.yaml:1:1: error E100"));
  ExpectFinding({"E100", "covenant: 1\n", "covenant: 2\n", "2\n", "unknown language version"});
}

TEST(LintTest, YamlFaultsComeWithTheirOwnIds) {
  const AuthoredCovenant authored =
      ReadYaml(Replaced(MiniYaml(kRules), "title: Klein", "title: Klein\ntitle: Groot"), "k.yaml");
  EXPECT_FALSE(authored.document.has_value());
  ASSERT_EQ(authored.findings.size(), 1u);
  EXPECT_EQ(authored.findings[0].id, "E015");
  EXPECT_EQ(authored.findings[0].position.line, 5);
}

TEST(LintTest, FindingsStandInTheOrderOfTheFile) {
  std::string yaml = Replaced(MiniYaml(kRules), "retain: P3M", "retain: P7M");
  yaml = Replaced(yaml, "bsn: match}", "bsn: plain}");
  yaml = Replaced(yaml, "datum: month}\n", "datum: initials}\n");
  const AuthoredCovenant authored = ReadYaml(yaml, "klein.yaml");
  ASSERT_EQ(authored.findings.size(), 3u);
  EXPECT_EQ(authored.findings[0].id, "E112");
  EXPECT_EQ(authored.findings[1].id, "E115");
  EXPECT_EQ(authored.findings[2].id, "E113");
}

// --- Two permits that can apply at once.

std::string Two(const std::string& first, const std::string& second) {
  return R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
)" + first +
         R"(
  - id: K2
    permit: {from: a, to: b, purpose: p, basis: asked, category: k}
)" + second;
}

// The findings' ids, each with its line.
std::vector<std::string> IdsOf(const std::string& rules) {
  std::vector<std::string> out;
  for (const canon::Finding& finding : ReadYaml(MiniYaml(rules), "klein.yaml").findings) {
    out.push_back(finding.id);
  }
  return out;
}

TEST(OverlapTest, DifferentFormsAreRefusedOnlyWhereBothCanApply) {
  const std::string month = "    fields: {naam: plain, datum: month}";
  const std::string year = "    fields: {naam: plain, datum: year}";
  const std::vector<std::string> conflict{"E116"};
  const std::vector<std::string> none;
  EXPECT_EQ(IdsOf(Two(month, year)), conflict);
  EXPECT_EQ(IdsOf(Two(month, month)), none);
  EXPECT_EQ(IdsOf(Two(month, "    fields: {naam: plain, soort: plain}")), none)
      << "a field that one of them leaves out";
  const auto when = [](const std::string& condition) { return "    when: {" + condition + "}\n"; };
  EXPECT_EQ(IdsOf(Two(when("age: {max: 17}") + month, when("age: {min: 18}") + year)), none);
  EXPECT_EQ(IdsOf(Two(when("age: {max: 18}") + month, when("age: {min: 18}") + year)), conflict);
  EXPECT_EQ(IdsOf(Two(when("step: {max: \"1\"}") + month, when("step: {min: \"2\"}") + year)),
            none);
  EXPECT_EQ(IdsOf(Two(when("step: {max: \"2\"}") + month, when("step: {min: \"2\"}") + year)),
            conflict);
  EXPECT_EQ(IdsOf(Two(when("step: [\"1\"]") + month, when("step: {min: \"2\"}") + year)), none);
  EXPECT_EQ(IdsOf(Two(when("step: [\"3\"]") + month, when("step: {min: \"2\"}") + year)), conflict);
  EXPECT_EQ(IdsOf(Two(when("role: [dader]") + month, when("role: [getuige]") + year)), none);
  EXPECT_EQ(IdsOf(Two(when("sealed: true") + month, when("sealed: false") + year)), none);
  EXPECT_EQ(IdsOf(Two(when("sealed: true") + month, when("listed: true") + year)), conflict);
  // The second rule's basis needs consent.
  EXPECT_EQ(IdsOf(Two(when("consent: false") + month, year)), none);
}

TEST(OverlapTest, DifferentObligationsAreRefused) {
  const std::string fields = "    fields: {naam: plain}";
  const std::vector<std::string> conflict{"E116"};
  EXPECT_EQ(IdsOf(Two(fields, fields + "\n    retain: P3M")), conflict);
  EXPECT_EQ(IdsOf(Two(fields, fields + "\n    onward: [c]")), conflict);
  EXPECT_EQ(IdsOf(Two(fields, fields + "\n    approval: {by: a, role: approver, valid: P7D}")),
            conflict);
  EXPECT_TRUE(IdsOf(Two(fields, fields + "\n    retain: P6M")).empty()) << "the default, written";
  EXPECT_TRUE(IdsOf(Two(fields, fields + "\n    onward: none")).empty());
}

TEST(OverlapTest, DifferentRequiredFieldsAreRefused) {
  const std::string fields = "    fields: {naam: plain, soort: plain}";
  const std::vector<std::string> conflict{"E116"};
  const std::string naam = fields + "\n    require: [naam]";
  EXPECT_EQ(IdsOf(Two(fields, naam)), conflict);
  EXPECT_EQ(IdsOf(Two(naam, fields)), conflict);
  EXPECT_EQ(IdsOf(Two(naam, fields + "\n    require: [naam, soort]")), conflict);
  EXPECT_TRUE(IdsOf(Two(naam, naam)).empty());
  EXPECT_TRUE(
      IdsOf(Two("    when: {age: {max: 15}}\n" + fields, "    when: {age: {min: 16}}\n" + naam))
          .empty());
}

TEST(CompileTest, RefusesWhatLintRefuses) {
  // Canonical bytes reach a node without the author's tool.
  const auto value = canon::ParseCanonical(MustRead(MiniYaml(kRules)).canonical);
  ASSERT_TRUE(value.ok());
  const std::string text = canon::Write(*value);
  auto good = ParseDocument(text);
  ASSERT_TRUE(good.ok());
  EXPECT_TRUE(Covenant::Compile(*good).ok());
  auto bad = ParseDocument(Replaced(text, R"("retain":"P3M")", R"("retain":"P9M")"));
  ASSERT_TRUE(bad.ok());
  const auto refused = Covenant::Compile(*bad);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kMalformed);
  EXPECT_THAT(refused.error().detail, HasSubstr("/rules/0/retain"));
}

TEST(CompileTest, SurvivesADocumentThatNoReaderMade) {
  Document document;
  Permit permit;
  permit.id = "K1";
  permit.when.emplace("nothing", BoolTest{true});
  document.permits = {permit, permit};
  Deny deny;
  deny.when.emplace("nothing", BoolTest{true});
  document.denies = {deny};
  EXPECT_FALSE(Covenant::Compile(document).ok());
}

}  // namespace
}  // namespace schakel::covenant
