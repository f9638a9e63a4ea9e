#include "node/policy/annex.h"

#include <gmock/gmock.h>

#include "node/report/table.h"
#include "tests/unit/policy/rules.h"

namespace schakel::policy {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string TextOf(const std::string& rules, bool draft = false) {
  const auto covenant = covenant::Mini(rules);
  return AnnexText(MakeAnnex(*covenant, draft));
}

TEST(AnnexTest, SaysWhoGivesWhatToWhomUnderWhichCondition) {
  const std::string text = TextOf(Text({.when = "{age: {min: 12}, role: [getuige, dader]}",
                                        .fields = "{naam: initials, datum: month, tekst: withheld}",
                                        .more = "\n    require: [naam]\n    retain: P3M"
                                                "\n    onward: [c]"}));
  EXPECT_THAT(text, HasSubstr("7.1 a aan b: k, doel p\n"));
  EXPECT_THAT(text, HasSubstr("  Grondslag       wet (open)\n"));
  EXPECT_THAT(text, HasSubstr("12 jaar of ouder; rol: dader of getuige\n"));
  EXPECT_THAT(text,
              HasSubstr("  Gegevens        datum: alleen maand en jaar; naam: alleen initialen; "
                        "soort: wordt niet verstrekt;\n                  tekst: wordt niet "
                        "verstrekt\n"));
  EXPECT_THAT(text, HasSubstr("naam; ontbreekt dat, dan wordt niets verstrekt\n"));
  EXPECT_THAT(text, HasSubstr("  Bewaren         3 maanden\n"));
  EXPECT_THAT(text, HasSubstr("  Doorgeven       aan c\n"));
}

TEST(AnnexTest, RulesThatDifferInTheirConditionAloneStandTogether) {
  const std::string other =
      "\n  - id: K2\n    permit: {from: a, to: b, purpose: p, basis: open, category: k}\n"
      "    when: {sealed: false}\n    fields: {naam: plain, datum: month}";
  const std::string same = TextOf(Text({}) + other);
  EXPECT_THAT(same, HasSubstr("  Regels          K1, K2\n"));
  EXPECT_THAT(same, HasSubstr("  Alleen als      12 jaar of ouder (K1)\n"));
  EXPECT_THAT(same, HasSubstr("  of als          afgeschermd dossier: nee (K2)\n"));
  const std::string apart = TextOf(Text({.when = "{sealed: true}"}) +
                                   covenant::Replaced(other, "datum: month", "soort: plain"));
  EXPECT_THAT(apart, HasSubstr("  Regel           K1\n"));
  EXPECT_THAT(apart, HasSubstr("  Regel           K2\n"));
}

TEST(AnnexTest, ADenyTellsWhatItReachesAndThatUnknownCounts) {
  const std::string text =
      TextOf(Text({}) + DenyText("D1", "when: {role: [getuige]}") + DenyText("D2", "guard: true"));
  // Only k has what D1 reads.
  EXPECT_THAT(text, HasSubstr("van elke partij aan elke partij, k  "));
  EXPECT_THAT(text, HasSubstr("rol: getuige; ook als dat niet bekend is"));
  EXPECT_THAT(text, HasSubstr("van elke partij aan elke partij, elke soort  altijd"));
}

TEST(AnnexTest, TheFactThatABasisNeedsIsACondition) {
  EXPECT_THAT(
      TextOf("\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: asked, category: k}\n"
             "    fields: {naam: plain}"),
      HasSubstr("  Alleen als      toestemming: ja\n"));
  EXPECT_THAT(TextOf("\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: open, "
                     "category: k}\n    fields: {naam: plain}"),
              HasSubstr("  Alleen als      altijd\n"));
}

// A name may be as long as a hash.
TEST(AnnexTest, OnlyAHashIsSetAsOne) {
  const std::string name = "Een instelling met een naam van vierenzestig tekens, geen hash..";
  ASSERT_EQ(name.size(), 64U);
  const auto covenant = covenant::MustCompile(covenant::MustRead(covenant::Replaced(
      covenant::MiniYaml(Text({})), "p: {text: ", "p: {text: \"" + name + "\"}\n  z: {text: ")));
  const std::string html = AnnexHtml(MakeAnnex(*covenant, /*draft=*/false));
  EXPECT_THAT(html, HasSubstr("<td>" + name + "</td>"));
}

// From the check that refuses it, so that it is said exactly as long as it is so.
TEST(AnnexTest, SaysWhatTheNodesRefuseAndOfWhichRule) {
  const std::string plain = TextOf(Text({}));
  EXPECT_THAT(plain, Not(HasSubstr("LET OP")));
  const auto covenant = covenant::Mini(
      Text({.fields = "{naam: plain, tekst: reviewed}",
            .more = "\n    approval: {by: a, role: approver, not: requester, valid: P7D}"}));
  const std::string text = AnnexText(MakeAnnex(*covenant, /*draft=*/false));
  const bool refused = !covenant::CheckSupported(covenant->document()).ok();
  EXPECT_EQ(text.find("LET OP: niet uit te voeren.") != std::string::npos, refused);
  EXPECT_EQ(text.find("  Let op          nog niet uit te voeren: ") != std::string::npos, refused);
}

// Without the breaks of its lines.
std::string Flat(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != '\n' && !(c == ' ' && !out.empty() && out.back() == ' ')) out += c;
    if (c == '\n' && !out.empty() && out.back() != ' ') out += ' ';
  }
  return out;
}

TEST(AnnexTest, NamesDutiesOfPeopleOnlyWhereABasisNamesTheirLaw) {
  const auto with = [](const std::string& law) {
    return Flat(
        AnnexText(MakeAnnex(*covenant::MustCompile(covenant::MustRead(covenant::Replaced(
                                covenant::MiniYaml(Text({})), "law: wet", "law: \"" + law + "\""))),
                            false)));
  };
  const std::string police = with("Wpg art. 20");
  EXPECT_THAT(police, HasSubstr("(Wpg art. 7 lid 2)"));
  EXPECT_THAT(police, HasSubstr("Besluit politiegegevens"));
  EXPECT_THAT(police, Not(HasSubstr("AVG art. 14")));
  const std::string others = with("AVG art. 6 lid 1 onder e");
  EXPECT_THAT(others, HasSubstr("(AVG art. 14)"));
  EXPECT_THAT(others, Not(HasSubstr("Wpg")));
  const std::string none = with("Wpgx");
  EXPECT_THAT(none, Not(HasSubstr("art. 7 lid 2")));
  EXPECT_THAT(none, HasSubstr("Wat de wet hierover van de partijen vraagt, zegt dit bestand niet"));
}

TEST(AnnexTest, TheHashStandsAtEverySectionAndInGroups) {
  const auto covenant = covenant::Mini(Text({}));
  const Annex annex = MakeAnnex(*covenant, /*draft=*/false);
  EXPECT_EQ(annex.hash, EncodeHex(covenant->document().hash));
  const std::vector<std::string> groups = HashGroups(annex.hash);
  ASSERT_EQ(groups.size(), 16U);
  const std::string above = "versie 1, hash " + groups[0] + " " + groups[1] + " " + groups[2] +
                            " " + groups[3] + " ...\n";
  const std::string text = AnnexText(annex);
  size_t sections = 0;
  for (const Annex::Part& part : annex.parts)
    sections += part.kind == Annex::Part::Kind::kSection ? 1U : 0U;
  size_t heads = 0;
  for (size_t at = text.find(above); at != std::string::npos; at = text.find(above, at + 1))
    ++heads;
  EXPECT_EQ(heads, sections);
  EXPECT_THAT(text,
              HasSubstr("  4     " + groups[12] + "  " + groups[13] + "  " + groups[14] + "  " +
                        groups[15] + "\n"));
  const std::string html = AnnexHtml(annex);
  EXPECT_THAT(html, HasSubstr("content: \"versie 1, " + annex.hash + "\""));
}

TEST(AnnexTest, EveryPartyHasAPlaceToSign) {
  const std::string text = TextOf(Text({}));
  for (const char* party : {"a, OIN 00000099000000001001", "b, OIN ", "c, OIN "})
    EXPECT_THAT(text, HasSubstr(std::string("  Partij          ") + party));
  size_t signatures = 0;
  for (size_t at = text.find("  Handtekening  __"); at != std::string::npos;
       at = text.find("  Handtekening  __", at + 1))
    ++signatures;
  EXPECT_EQ(signatures, 3U);
}

TEST(AnnexTest, ADraftHasNoHashAndNothingToSign) {
  const std::string text = TextOf(Text({}), /*draft=*/true);
  EXPECT_THAT(text, HasSubstr("ONTWERP. "));
  EXPECT_THAT(text, HasSubstr("(voorlopig)"));
  EXPECT_THAT(text, Not(HasSubstr("Handtekening")));
  EXPECT_THAT(text, Not(HasSubstr("hash " + std::string(4, '0'))));
  EXPECT_THAT(text,
              Not(HasSubstr(EncodeHex(covenant::Mini(Text({}))->document().hash).substr(0, 8))));
}

// What comes from the covenant is text, on paper and on a page.
TEST(AnnexTest, TextOfTheCovenantIsHarmless) {
  const auto covenant = covenant::MustCompile(covenant::MustRead(covenant::Replaced(
      covenant::MiniYaml(Text({})), "title: Klein", "title: \"<script>alert(1)</script> & 'x'\"")));
  const Annex annex = MakeAnnex(*covenant, false);
  const std::string html = AnnexHtml(annex);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
  std::istringstream lines(AnnexText(annex));
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(report::DisplayWidth(line), 100U) << line;
}

}  // namespace
}  // namespace schakel::policy
