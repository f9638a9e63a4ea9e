// `covenant matrix|diff|test`: what a covenant means, from its text alone.
#include <gmock/gmock.h>

#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class PolicyTest : public CliTest {
 protected:
  // Veldrijk's covenant with one text in place of another.
  std::string Changed(const std::string& name, const std::string& from, const std::string& to) {
    std::string text = ReadAll(SCHAKEL_POLICY);
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(In(name), std::ios::binary) << text;
    return In(name);
  }
};

TEST_F(PolicyTest, MatrixIsReadFromATemplateWithoutANode) {
  const Ran ran = Run({"covenant", "matrix", SCHAKEL_POLICY, "--party", "jongerenwerk"});
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("jongerenwerk > gemeente  contact"));
  EXPECT_THAT(ran.out, HasSubstr("bewaren 3 maanden, niet doorgeven"));
  EXPECT_THAT(ran.out, Not(HasSubstr("politie > gemeente")));
  EXPECT_THAT(ran.err, HasSubstr("sjabloon"));
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(PolicyTest, MatrixAboutAChildOfElevenIsNeverWhereItIsAboutPersons) {
  const Ran ran = Run({"covenant", "matrix", SCHAKEL_POLICY, "--subject", "age=11", "--json"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  const auto value = canon::ParseJson(ran.out);
  ASSERT_TRUE(value.ok());
  size_t open = 0;
  for (const canon::Value& row : *value->Find("rows")->AsArray()) {
    if (*row.Find("access")->AsString() == "never") continue;
    ++open;
    EXPECT_EQ(*row.Find("category")->AsString(), "signaal");  // about the group
  }
  EXPECT_EQ(open, 1U);
}

TEST_F(PolicyTest, MatrixIsWrittenAsAnAnnexOnce) {
  const std::vector<std::string> arguments{
      "covenant", "matrix", SCHAKEL_POLICY, "--format", "html", "-o", In("bijlage.html")};
  EXPECT_EQ(Run(arguments).exit, Exit::kDone);
  EXPECT_THAT(ReadAll(In("bijlage.html")), HasSubstr("<h1>Wie mag wat zien</h1>"));
  EXPECT_EQ(Run(arguments).exit, Exit::kFailed);  // never written over
}

TEST_F(PolicyTest, MatrixRefusesWhatItCannotRead) {
  for (const auto& [option, value] :
       std::vector<std::pair<std::string, std::string>>{{"--party", "zorg"},
                                                        {"--subject", "age"},
                                                        {"--subject", "age=x"},
                                                        {"--subject", "lengte=3"},
                                                        {"--subject", "age=unknown"},
                                                        {"--format", "pdf"}}) {
    EXPECT_EQ(Run({"covenant", "matrix", SCHAKEL_POLICY, option, value}).exit, Exit::kUsage)
        << option << " " << value;
  }
  EXPECT_EQ(Run({"covenant", "matrix", In("no.yaml")}).exit, Exit::kFailed);
}

TEST_F(PolicyTest, ABrokenCovenantIsNamedWithItsPlace) {
  const std::string path = Changed("broken.yaml", "category: contact}", "category: contract}");
  const Ran ran = Run({"covenant", "matrix", path});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("broken.yaml:"));
  EXPECT_THAT(ran.err, HasSubstr("E105"));
}

TEST_F(PolicyTest, ExplainTellsACellInWords) {
  const Ran ran = Run({"covenant",
                       "explain",
                       SCHAKEL_POLICY,
                       "--van",
                       "politie",
                       "--aan",
                       "gemeente",
                       "--categorie",
                       "incident"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("MAG, met voorwaarden  politie > gemeente incident"));
  EXPECT_THAT(ran.out, HasSubstr("12 jaar of ouder"));
  EXPECT_THAT(ran.out, HasSubstr("stap 2B of later"));
  EXPECT_THAT(ran.out, HasSubstr("Regel I01"));
  EXPECT_THAT(ran.out, HasSubstr("X2: Bpg 4:5"));
  EXPECT_THAT(ran.out, HasSubstr("maand"));
}

TEST_F(PolicyTest, ExplainTellsWhyOneQuestionIsRefusedAndWhatIsMissing) {
  const Ran ran = Run({"covenant",
                       "explain",
                       SCHAKEL_POLICY,
                       "--van",
                       "politie",
                       "--aan",
                       "gemeente",
                       "--categorie",
                       "namenlijst",
                       "--feit",
                       "step=2A",
                       "--feit",
                       "age=15",
                       "--feit",
                       "sealed=false",
                       "--feit",
                       "wpg=8"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("MAG NIET"));
  EXPECT_THAT(ran.out, HasSubstr("N01; mist: stap 2B of later"));
  const Ran child = Run({"covenant",
                         "explain",
                         SCHAKEL_POLICY,
                         "--van",
                         "politie",
                         "--aan",
                         "gemeente",
                         "--categorie",
                         "namenlijst",
                         "--feit",
                         "age=11"});
  EXPECT_THAT(child.out, HasSubstr("D01 (Geen gegevens over kinderen"));
}

TEST_F(PolicyTest, ExplainOfACellWithoutARuleSaysSo) {
  const Ran ran = Run({"covenant",
                       "explain",
                       SCHAKEL_POLICY,
                       "--van",
                       "om",
                       "--aan",
                       "jongerenwerk",
                       "--categorie",
                       "strafzaak",
                       "--lang",
                       "en"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("MAY NOT"));
  EXPECT_THAT(ran.out, HasSubstr("Because      no rule permits this: it does not go"));
  EXPECT_THAT(ran.out, HasSubstr("denied as well: D02"));
  EXPECT_THAT(ran.out, HasSubstr("Nearest      S01, om > gemeente strafzaak (groepsscan)"));
  EXPECT_THAT(ran.out, HasSubstr("gemeente, not jongerenwerk\n"));
  EXPECT_THAT(ran.out, HasSubstr("and without D02"));
  EXPECT_THAT(ran.out, HasSubstr("1 test in the covenant, passed"));
}

// What is unknown about a person is no reason where no rule is.
TEST_F(PolicyTest, ExplainBlamesNoUnknownFactWhereNoRuleIs) {
  const Ran ran = Run({"covenant",
                       "explain",
                       SCHAKEL_POLICY,
                       "--van",
                       "jongerenwerk",
                       "--aan",
                       "politie",
                       "--categorie",
                       "contact"});
  EXPECT_THAT(ran.out, HasSubstr("Omdat        geen regel staat dit toe"));
  EXPECT_THAT(ran.out, HasSubstr("J01, jongerenwerk > gemeente contact"));
  EXPECT_THAT(ran.out, HasSubstr("Mag pas als  een volgende versie een regel hiervoor heeft, en"));
  EXPECT_THAT(ran.out, Not(HasSubstr("niet alles is bekend")));
  EXPECT_THAT(ran.out, HasSubstr("ONTWERP, hash nog niet definitief: "));
}

TEST_F(PolicyTest, ExplainSaysWhyNothingGoesOutsideTheTerm) {
  const Ran ran = Run({"covenant",
                       "explain",
                       SCHAKEL_POLICY,
                       "--van",
                       "politie",
                       "--aan",
                       "gemeente",
                       "--categorie",
                       "incident",
                       "--op",
                       "2039-01-01"});
  EXPECT_THAT(ran.out, HasSubstr("MAG NIET"));
  EXPECT_THAT(ran.out, HasSubstr("Omdat         termijn verlopen"));
}

TEST_F(PolicyTest, ExplainSaysWhichOfTwoRulesDecides) {
  const Ran ran =
      Run({"covenant",    "explain",        SCHAKEL_POLICY, "--van",      "politie",
           "--aan",       "gemeente",       "--categorie",  "antecedent", "--feit",
           "listed=true", "--feit",         "step=3",       "--feit",     "age=15",
           "--feit",      "role=verdachte", "--feit",       "since=10",   "--feit",
           "wpg=8",       "--feit",         "sealed=false", "--feit",     "related=false"});
  EXPECT_THAT(ran.out, HasSubstr("MAG  politie > gemeente antecedent"));
  EXPECT_THAT(ran.out, HasSubstr("Regel A01 (beslist)"));
  EXPECT_THAT(ran.out, HasSubstr("Regel A02 (geldt hier niet)"));
}

// A field or fact that the covenant does not have is no "never".
TEST_F(PolicyTest, ANameThatTheCovenantDoesNotHaveIsRefusedWithThoseThatItHas) {
  const Ran field = Run({"covenant", "matrix", SCHAKEL_POLICY, "--field", "bns"});
  EXPECT_EQ(field.exit, Exit::kUsage);
  EXPECT_THAT(field.err, HasSubstr("geen categorie heeft het veld bns"));
  EXPECT_THAT(field.err, HasSubstr("bsn"));
  const Ran fact = Run({"covenant", "matrix", SCHAKEL_POLICY, "--subject", "leeftijd=11"});
  EXPECT_EQ(fact.exit, Exit::kUsage);
  EXPECT_THAT(fact.err, HasSubstr("het convenant kent geen feit leeftijd"));
  EXPECT_THAT(fact.err, HasSubstr("kies uit: age"));
  const Ran value = Run({"covenant", "matrix", SCHAKEL_POLICY, "--subject", "step=9"});
  EXPECT_EQ(value.exit, Exit::kUsage);
  EXPECT_THAT(value.err, HasSubstr("9 is geen waarde van step"));
  EXPECT_THAT(value.err, HasSubstr("2B"));
  const Ran party = Run({"covenant", "matrix", SCHAKEL_POLICY, "--party", "polite"});
  EXPECT_EQ(party.exit, Exit::kUsage);
  EXPECT_THAT(party.err, HasSubstr("het convenant kent geen partij polite"));
  EXPECT_THAT(party.err, HasSubstr("politie"));
}

TEST_F(PolicyTest, ExplainListsTheNamesWhenOneIsUnknown) {
  const Ran ran = Run({"covenant",
                       "explain",
                       SCHAKEL_POLICY,
                       "--van",
                       "politie",
                       "--aan",
                       "gemeente",
                       "--categorie",
                       "incidenten"});
  EXPECT_THAT(ran.out, HasSubstr("categorie onbekend"));
  EXPECT_THAT(ran.out, HasSubstr("antecedent, contact, incident"));
}

TEST_F(PolicyTest, ExplainSaysWhatWouldUnlockADenyOrAnUnknown) {
  const auto explain = [this](const std::string& fact) {
    return Run({"covenant",
                "explain",
                SCHAKEL_POLICY,
                "--van",
                "politie",
                "--aan",
                "gemeente",
                "--categorie",
                "incident",
                "--feit",
                fact})
        .out;
  };
  EXPECT_THAT(explain("age=11"), HasSubstr("Mag pas als   niet meer geldt: jonger dan 12 jaar"));
  const std::string open = explain("age=15");
  EXPECT_THAT(open, HasSubstr("bekend is: afgeschermd dossier, artikel Wpg, rol\n"));
  EXPECT_THAT(open, Not(HasSubstr("D04")));  // incidents have no BSN
}

TEST_F(PolicyTest, MatrixNamesTheDeniesThatHoldAChildBackWithTheirTexts) {
  const Ran ran = Run({"covenant", "matrix", SCHAKEL_POLICY, "--subject", "age=11"});
  EXPECT_THAT(ran.out, HasSubstr("houdt tegen  D01; voldoet niet aan P03: leeftijd"));
  EXPECT_THAT(ran.out, HasSubstr("\nVerboden\n  D01  Geen gegevens over kinderen onder 12\n"));
  EXPECT_THAT(ran.out, HasSubstr("ONTWERP, hash nog niet definitief:\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("SHA-256")));
}

TEST_F(PolicyTest, MatrixOfCountsSaysWhatIsLeftOutAndNotCounted) {
  const std::string model = (std::filesystem::path(SCHAKEL_POLICY).parent_path() / "model.yaml");
  const Ran ran = Run({"covenant", "matrix", model, "--party", "jongerenwerk"});
  EXPECT_THAT(ran.out,
              HasSubstr("telling         telling per kwartaal, niet onder 5, afgerond op 5"));
  EXPECT_THAT(ran.out, HasSubstr("telt niet mee: D01, D03, X2, X3, X4"));
  EXPECT_THAT(ran.out,
              testing::ContainsRegex(
                  "\nTellingen\n(.*\n)*  incident_telling  +Alleen over een kalenderperiode"));
}

// Every fact of the model has a name that people read.
TEST_F(PolicyTest, TheModelIsExplainedWithoutNamesOfFacts) {
  const std::string model = (std::filesystem::path(SCHAKEL_POLICY).parent_path() / "model.yaml");
  const Ran ran = Run({"covenant",
                       "explain",
                       model,
                       "--van",
                       "politie",
                       "--aan",
                       "gemeente",
                       "--categorie",
                       "relatie",
                       "--doel",
                       "groepsscan"});
  EXPECT_THAT(ran.out, HasSubstr("ander ook op namenlijst"));
  EXPECT_THAT(ran.out, HasSubstr("soort relatie: samen_gezien of samen_verdachte"));
  EXPECT_THAT(ran.out, Not(HasSubstr("both_listed")));
}

TEST_F(PolicyTest, DiffOfOneCovenantIsNeutral) {
  const Ran ran = Run({"covenant", "diff", SCHAKEL_POLICY, SCHAKEL_POLICY, "--class-exit"});
  EXPECT_EQ(ran.exit, Exit::kNeutral) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("GELIJK"));
  EXPECT_EQ(Run({"covenant", "diff", SCHAKEL_POLICY, SCHAKEL_POLICY}).exit, Exit::kDone);
}

TEST_F(PolicyTest, DiffTellsAWideningWithAWitnessAndItsClass) {
  const std::string path =
      Changed("new.yaml", "consent: true, age: {min: 16}", "consent: true, age: {min: 15}");
  const Ran ran = Run({"covenant", "diff", SCHAKEL_POLICY, path, "--class-exit"});
  EXPECT_EQ(ran.exit, Exit::kWidening) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("mag nu"));
  EXPECT_THAT(ran.out, HasSubstr("leeftijd 15"));
  EXPECT_EQ(Run({"covenant", "diff", path, SCHAKEL_POLICY, "--class-exit"}).exit, Exit::kNarrowing);
  const Ran english = Run({"covenant", "diff", SCHAKEL_POLICY, path, "--lang", "en"});
  EXPECT_THAT(english.out, HasSubstr("newly allowed"));
}

TEST_F(PolicyTest, TestRunsTheCovenantsOwnTestsAndProvesInvariants) {
  const Ran ran = Run({"covenant",
                       "test",
                       SCHAKEL_POLICY,
                       "--never",
                       "never jongerenwerk gets incident",
                       "--never",
                       "never any gets any when age=0..11"});
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("0 mislukt"));
  EXPECT_THAT(ran.out, HasSubstr("BEWEZEN  never jongerenwerk gets incident"));
}

TEST_F(PolicyTest, WhatACategoryDoesNotCarryIsNotProved) {
  const Ran ran = Run(
      {"covenant", "test", SCHAKEL_POLICY, "--never", "never any gets any when role=slachtoffer"});
  EXPECT_EQ(ran.exit, Exit::kIncomplete) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("NIET TE BEWIJZEN  never any gets any when role=slachtoffer"));
  EXPECT_THAT(ran.out, HasSubstr("namenlijst"));
  EXPECT_THAT(ran.out, HasSubstr("dragen geen `role`"));
  EXPECT_EQ(Run({"covenant",
                 "test",
                 SCHAKEL_POLICY,
                 "--never",
                 "never any gets incident when role=slachtoffer"})
                .exit,
            Exit::kDone);
}

TEST_F(PolicyTest, TestNamesWhatFails) {
  const Ran refuted =
      Run({"covenant", "test", SCHAKEL_POLICY, "--never", "never gemeente gets incident"});
  EXPECT_EQ(refuted.exit, Exit::kFailed);
  EXPECT_THAT(refuted.out, HasSubstr("MISLUKT  never gemeente gets incident"));
  EXPECT_THAT(refuted.out, HasSubstr("incident: mag door I01, I02 bij leeftijd 12 of meer;"));
  const std::string path = Changed("new.yaml", "when: {age: {max: 11}}", "when: {age: {max: 10}}");
  const Ran broken = Run({"covenant", "test", path});
  EXPECT_EQ(broken.exit, Exit::kFailed);
  EXPECT_THAT(broken.out, HasSubstr("eleven"));
  EXPECT_EQ(Run({"covenant", "test", SCHAKEL_POLICY, "--never", "nobody gets x"}).exit,
            Exit::kUsage);
}

}  // namespace
}  // namespace schakel::cli
