#include "node/policy/matrix.h"

#include <algorithm>

#include "node/policy/render.h"
#include "tests/unit/covenant/random.h"
#include "tests/unit/policy/rules.h"

namespace schakel::policy {
namespace {

using covenant::Mini;
using Access = MatrixRow::Access;
using Names = std::set<std::string>;

TEST(Matrix, HasARowPerCellThatAPermitNames) {
  const auto covenant =
      Mini(Text({}) +
           "\n  - id: K2\n    permit: {from: a, to: c, purpose: p, basis: open, category: g}\n"
           "    fields: {soort: plain}");
  const std::vector<MatrixRow> rows = MatrixOf(*covenant, {});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].cell, (Cell{"a", "b", "p", "k"}));
  EXPECT_EQ(rows[0].access, Access::kPermit);
  EXPECT_EQ(rows[0].rules, Names{"K1"});
  EXPECT_EQ(rows[0].example, "age=12..");
  EXPECT_EQ(ToString(*rows[0].fields.at("datum").begin()), "month");
  EXPECT_EQ(rows[0].retain, Names{"P6M"});
  EXPECT_EQ(rows[1].cell, (Cell{"a", "c", "p", "g"}));
}

TEST(Matrix, OfASubjectWhomARuleExcludesIsNever) {
  const auto covenant = Mini(Text({}));
  const auto row = [&](int64_t age) {
    return MatrixOf(*covenant, {.subject = {{"age", covenant::Between(age, age)}}}).front();
  };
  EXPECT_EQ(row(11).access, Access::kNever);
  EXPECT_EQ(row(11).rules, Names{"K1"});
  EXPECT_TRUE(row(11).fields.empty());
  EXPECT_EQ(row(12).access, Access::kPermit);
}

TEST(Matrix, TellsWhichDeniesStopARecordOrAField) {
  const auto covenant =
      Mini(Text({}) + DenyText("D1", "when: {sealed: true}") +
           DenyText("D2", "when: {age: {max: 11}}") +  // stops nothing that K1 lets through
           "\n  - id: D3\n    deny: {from: any, to: any, purpose: any, category: any, fields: "
           "[naam]}\n    when: {listed: false}\n    text: t");
  EXPECT_EQ(MatrixOf(*covenant, {}).front().denies, (Names{"D1", "D3"}));
}

TEST(Matrix, NamesWhatHoldsASubjectBackThoughNoPermitApplies) {
  const auto covenant = Mini(Text({}) + DenyText("D1", "when: {age: {max: 11}}") +
                             DenyText("D2", "when: {sealed: true}"));
  const auto row = [&](int64_t low, int64_t high) {
    return MatrixOf(*covenant, {.subject = {{"age", covenant::Between(low, high)}}}).front();
  };
  EXPECT_EQ(row(11, 11).denies, Names{"D1"});
  EXPECT_EQ(row(11, 12).denies, Names{"D1"});  // not known to be over eleven: it bites
  EXPECT_EQ(row(12, 12).denies, Names{"D2"});  // stops some records, not all
  EXPECT_EQ(row(11, 11).unmet, (std::map<std::string, Names>{{"K1", {"age"}}}));
  EXPECT_TRUE(row(12, 12).unmet.empty());
}

TEST(Matrix, NamesTheConditionWhereNoDenyHolds) {
  const auto covenant = Mini(Text({.when = "{age: {min: 12, max: 26}}"}));
  const MatrixRow row =
      MatrixOf(*covenant, {.subject = {{"age", covenant::Between(27, 27)}}}).front();
  EXPECT_EQ(row.access, Access::kNever);
  EXPECT_TRUE(row.denies.empty());
  EXPECT_EQ(row.unmet, (std::map<std::string, Names>{{"K1", {"age"}}}));
  EXPECT_NE(MatrixText({covenant->document()}, {row}, Language::kDutch, {})
                .find("voldoet niet aan K1: leeftijd"),
            std::string::npos);
}

TEST(Matrix, SaysWhereAnApprovalIsNeeded) {
  const auto covenant =
      Mini(Text({.more = "\n    approval: {by: a, role: approver, not: requester, valid: P7D}"}));
  const MatrixRow row = MatrixOf(*covenant, {}).front();
  EXPECT_EQ(row.access, Access::kApproval);
  EXPECT_EQ(row.approvals, Names{"a/approver"});
}

TEST(Matrix, KeepsToOneFieldOrParty) {
  const auto covenant = Mini(Text({}));
  const auto one = MatrixOf(*covenant, {.field = "naam"});
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one.front().fields.size(), 1U);
  EXPECT_EQ(MatrixOf(*covenant, {.field = "soort"}).front().access, Access::kNever);
  EXPECT_TRUE(MatrixOf(*covenant, {.field = "bsn"}).empty());
  EXPECT_EQ(MatrixOf(*covenant, {.party = "b"}).size(), 1U);
  EXPECT_TRUE(MatrixOf(*covenant, {.party = "c"}).empty());
}

// What goes in a cell, found by asking with every value of every fact at and beside every bound.
// Shares nothing with Space.
struct Going {
  Access access = Access::kNever;
  std::map<std::string, std::set<covenant::Form>> fields;
  Names rules;
};

std::vector<covenant::FactValue> ValuesOf(const covenant::Document& document,
                                          const std::string& fact) {
  const covenant::FactDeclaration& declared = document.facts.at(fact);
  if (declared.type == covenant::FactType::kBool) return {true, false};
  if (declared.type == covenant::FactType::kEnum) {
    return {declared.values.begin(), declared.values.end()};
  }
  std::set<int64_t> numbers{0};
  const auto read = [&](const covenant::When& when) {
    const auto found = when.find(fact);
    if (found == when.end()) return;
    const auto& test = std::get<covenant::IntTest>(found->second);
    for (const auto& bound : {test.min, test.max}) {
      if (bound) numbers.insert({std::max<int64_t>(*bound - 1, 0), *bound, *bound + 1});
    }
  };
  for (const covenant::Permit& permit : document.permits)
    read(permit.when);
  for (const covenant::Deny& deny : document.denies)
    read(deny.when);
  std::vector<covenant::FactValue> out;
  for (const int64_t number : numbers)
    out.push_back(covenant::Between(number, number));
  return out;
}

// Every combination of the values of the facts.
void Ask(const covenant::Covenant& covenant,
         std::vector<std::string> facts,
         covenant::Question& question,
         Going& going) {
  if (facts.empty()) {
    const covenant::Decision decision = covenant.Decide(question);
    if (decision.outcome == covenant::Outcome::kDeny) return;
    going.access = std::max(
        going.access,
        decision.outcome == covenant::Outcome::kPermit ? Access::kPermit : Access::kApproval);
    for (const auto& [field, form] : decision.fields)
      going.fields[field].insert(form);
    going.rules.insert(decision.by.begin(), decision.by.end());
    return;
  }
  const std::string fact = facts.back();
  facts.pop_back();
  for (const covenant::FactValue& value : ValuesOf(covenant.document(), fact)) {
    question.facts[fact] = value;
    Ask(covenant, facts, question, going);
  }
}

Going GoingIn(const covenant::Covenant& covenant, const Cell& cell, Instant now) {
  covenant::Question question = QuestionOf(cell);
  question.now = now;
  std::set<std::string> facts;
  for (const covenant::Permit* permit : covenant.PermitsFor(question)) {
    for (const auto& [fact, test] : permit->when)
      facts.insert(fact);
    const std::string& needs = covenant.document().bases.at(permit->basis).needs;
    if (!needs.empty()) facts.insert(needs);
  }
  for (const covenant::Deny* deny : covenant.DeniesFor(question)) {
    for (const auto& [fact, test] : deny->when)
      facts.insert(fact);
  }
  Going going;
  Ask(covenant, {facts.begin(), facts.end()}, question, going);
  return going;
}

// Property (f) of covenant.md, both ways.
RC_GTEST_PROP(MatrixProperty, ACellIsNeverExactlyWhenNothingCanGo, ()) {
  const auto covenant = covenant::Compiled(covenant::RandomDocument());
  MatrixOptions options;
  options.now = covenant::AskMini("k").now;
  const std::vector<MatrixRow> rows = MatrixOf(*covenant, options);
  std::set<Cell> cells;
  for (const covenant::Permit& permit : covenant->document().permits)
    cells.insert({permit.from, permit.to, permit.purpose, permit.category});
  RC_ASSERT(rows.size() == cells.size());
  for (const MatrixRow& row : rows) {
    RC_ASSERT(cells.contains(row.cell));
    const Going going = GoingIn(*covenant, row.cell, *options.now);
    RC_CLASSIFY(row.access == Access::kNever, "never");
    RC_CLASSIFY(row.access == Access::kApproval, "approval");
    RC_CLASSIFY(row.access == Access::kPermit, "permit");
    RC_ASSERT(row.access == going.access);
    RC_ASSERT(row.fields == going.fields);
    if (row.access != Access::kNever) RC_ASSERT(row.rules == going.rules);
  }
}

// And of what is known in part, or of a record that lacks fields, nothing more goes.
RC_GTEST_PROP(MatrixProperty, WhateverGoesIsInTheRow, ()) {
  const auto covenant = covenant::Compiled(covenant::RandomDocument());
  MatrixOptions options;
  options.now = covenant::AskMini("k").now;
  const std::vector<MatrixRow> rows = MatrixOf(*covenant, options);
  for (int i = 0; i < 20; ++i) {
    covenant::Question question = covenant::RandomQuestion(covenant->document());
    question.now = *options.now;
    const covenant::Decision decision = covenant->Decide(question);
    RC_CLASSIFY(decision.outcome != covenant::Outcome::kDeny, "goes");
    if (decision.outcome == covenant::Outcome::kDeny) continue;
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const MatrixRow& one) {
      return one.cell == Cell{question.from, question.to, question.purpose, question.category};
    });
    RC_ASSERT(row != rows.end());
    RC_ASSERT(row->access != Access::kNever);
    for (const auto& [field, form] : decision.fields) {
      RC_ASSERT(row->fields.contains(field) && row->fields.at(field).contains(form));
    }
    RC_ASSERT(std::includes(
        row->rules.begin(), row->rules.end(), decision.by.begin(), decision.by.end()));
  }
}

// ---- what is printed ---------------------------------------------------------------------------

TEST(MatrixText, IsReadInBothLanguages) {
  const auto covenant = Mini(Text({}));
  const auto rows = MatrixOf(*covenant, {});
  const std::string dutch = MatrixText({covenant->document()}, rows, Language::kDutch, {});
  EXPECT_NE(dutch.find("a > b  k  (p)"), std::string::npos) << dutch;
  EXPECT_NE(dutch.find("onder voorwaarden"), std::string::npos) << dutch;
  EXPECT_NE(dutch.find("maand"), std::string::npos) << dutch;
  const std::string english = MatrixText({covenant->document()}, rows, Language::kEnglish, {});
  EXPECT_NE(english.find("under conditions"), std::string::npos) << english;
}

TEST(MatrixText, OfADraftSaysBesideTheHashThatItIsNotFinal) {
  const auto covenant = Mini(Text({}));
  const auto rows = MatrixOf(*covenant, {});
  const std::string hash = EncodeHex(covenant->document().hash);
  for (const bool draft : {false, true}) {
    const Origin origin{covenant->document(), draft};
    // On a terminal the 64 digits stand on a line of their own.
    for (const auto& [shown, between] :
         {std::pair<std::string, std::string>{MatrixText(origin, rows, Language::kDutch, {}), "\n"},
          {MatrixHtml(origin, rows, Language::kDutch), " "},
          {MatrixMarkdown(origin, rows, Language::kDutch), " "}}) {
      EXPECT_EQ(
          shown.find("ONTWERP, hash nog niet definitief:" + between + hash) != std::string::npos,
          draft)
          << shown;
      EXPECT_EQ(shown.find("SHA-256" + between + hash) != std::string::npos, !draft) << shown;
    }
  }
}

TEST(MatrixText, SaysOnWhichLawARuleRestsAndWhatItAsks) {
  const std::string rule =
      "\n  - id: K1\n    permit: {from: a, to: b, purpose: p, basis: asked, category: k}\n"
      "    when: {age: {min: 12}}\n    fields: {naam: plain, soort: plain}\n    require: [soort]";
  const auto covenant = Mini(rule);
  const Origin origin{covenant->document(), false};
  const std::vector<MatrixRow> rows = MatrixOf(*covenant, {});
  const std::string said = "wet. Alleen als: 12 jaar of ouder; toestemming; alleen met: soort";
  for (const std::string& text : {MatrixText(origin, rows, Language::kDutch, {.width = 200}),
                                  MatrixMarkdown(origin, rows, Language::kDutch),
                                  MatrixHtml(origin, rows, Language::kDutch)}) {
    EXPECT_NE(text.find(said), std::string::npos) << text;
  }
}

TEST(MatrixCsv, GivesALinePerFieldAndNoFormula) {
  MatrixRow row;
  row.cell = {"=a", "b;c", "p\"q", "k"};
  row.access = Access::kPermit;
  row.fields["naam"].insert({covenant::FormKind::kPlain, ""});
  row.fields["datum"].insert({covenant::FormKind::kMonth, ""});
  row.rules = {"K1"};
  const auto covenant = Mini(Text({}));
  const std::string csv = MatrixCsv({covenant->document(), false}, {row});
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
  EXPECT_TRUE(csv.ends_with(";open;" + EncodeHex(covenant->document().hash) + "\r\n")) << csv;
  // Of a draft no hash counts.
  EXPECT_TRUE(MatrixCsv({covenant->document(), true}, {row}).ends_with(";open;\r\n"));
  EXPECT_NE(csv.find("'=a;\"b;c\";\"p\"\"q\";k;permit;datum;month;"), std::string::npos) << csv;
}

TEST(MatrixHtml, CarriesTheHashAndEscapesTheCovenantsTexts) {
  covenant::Document document = covenant::MustRead(covenant::MiniYaml(Text({})));
  document.title = "<script>alert(1)</script>";
  MatrixRow row;
  row.cell = {"a", "b", "p", "<b>k"};
  const std::string page = MatrixHtml({document}, {row}, Language::kDutch);
  EXPECT_NE(page.find(EncodeHex(document.hash)), std::string::npos);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<b>k"), std::string::npos);
  EXPECT_NE(page.find("&lt;b&gt;k"), std::string::npos);
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
}

TEST(MatrixHtml, BreaksNoLineWithinTheIdOfARule) {
  const auto covenant = Mini(Text({}));
  const std::string page =
      MatrixHtml({covenant->document()}, MatrixOf(*covenant, {}), Language::kDutch);
  EXPECT_NE(page.find("<td><span class=\"id\">K1</span></td>"), std::string::npos) << page;
}

TEST(MatrixMarkdown, EscapesWhatMarkdownReads) {
  const covenant::Document document = covenant::MustRead(covenant::MiniYaml(Text({})));
  MatrixRow row;
  row.cell = {"a|b", "b", "p", "*k*"};
  const std::string text = MatrixMarkdown({document}, {row}, Language::kDutch);
  EXPECT_NE(text.find("| a\\|b |"), std::string::npos) << text;
  EXPECT_NE(text.find("\\*k\\*"), std::string::npos) << text;
  EXPECT_NE(text.find(EncodeHex(document.hash)), std::string::npos);
}

}  // namespace
}  // namespace schakel::policy
