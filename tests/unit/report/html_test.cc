#include "node/report/html.h"

#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/report/html_builder.h"
#include "tests/unit/report/golden.h"
#include "tests/unit/report/sample.h"

namespace schakel::report {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Dutch(const ScanReport& report) {
  return WriteHtml(report, {});
}

size_t Count(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

// Behind every `attribute="` the value.
std::set<std::string> Values(const std::string& page, const std::string& attribute) {
  std::set<std::string> values;
  const std::string start = attribute + "=\"";
  for (size_t at = page.find(start); at != std::string::npos; at = page.find(start, at + 1)) {
    const size_t from = at + start.size();
    values.insert(page.substr(from, page.find('"', from) - from));
  }
  return values;
}

// Names of elements that are opened and not closed, or closed in another order.
std::vector<std::string> Unbalanced(const std::string& page) {
  std::vector<std::string> open;
  for (size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const size_t end = page.find('>', at);
    if (end == std::string::npos) return {"<"};
    const std::string tag = page.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(0, tag.find_first_of(" /", 1));
    if (tag[0] == '!' || name == "meta" || tag.back() == '/') continue;
    if (tag[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != tag) {
      return {tag};
    } else {
      open.pop_back();
    }
  }
  return open;
}

// Every text of the report that comes from somebody, replaced.
ScanReport Filled(const std::string& text) {
  ScanReport report = sample::Report();
  for (std::string* part : {&report.ref,
                            &report.name,
                            &report.step,
                            &report.municipality,
                            &report.covenant_title,
                            &report.covenant_hash}) {
    *part = text;
  }
  report.areas = {text};
  report.decisions[0] = {text, text, {text}, report.decisions[0].issued};
  for (Person& person : report.persons) {
    person.name = text;
    person.address = Address::kShown;
    person.address_text = text;
    person.listed_by = {text};
    person.reasons = {text};
    person.cells = {{{text, text}, Stand::kRefused}};
    for (Fact& fact : person.facts) {
      fact.category = text;
      fact.onward = {text};
      for (FieldText& field : fact.fields)
        field = {text, text, text};
    }
  }
  report.gaps[0] = {text, text, Stand::kRefused, text, std::nullopt, std::nullopt};
  report.gaps[4].party = text;
  for (Source& source : report.sources) {
    source.party = source.party_name = source.category = source.ref = source.exchange = text;
    source.rules = source.bases = {text};
  }
  report.counts = {{text, {{text, 1}}}};
  return report;
}

TEST(HtmlTest, Dutch) {
  EXPECT_EQ(Dutch(sample::Report()), Golden("scan.nl.html"));
}

TEST(HtmlTest, English) {
  const std::string page = WriteHtml(sample::Report(), {Language::kEnglish, Zone::kAmsterdam});
  EXPECT_THAT(page, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(page, HasSubstr("Integral picture De Hoek"));
  EXPECT_THAT(page, HasSubstr("Incomplete: 2 of 9 parts are open."));
  EXPECT_THAT(page, Not(HasSubstr("doorverstrekken")));
}

TEST(HtmlTest, EscapesWhatCouldBeMarkup) {
  EXPECT_EQ(EscapeHtml("<b>\"Jan's\" & Co</b>"),
            "&lt;b&gt;&quot;Jan&#39;s&quot; &amp; Co&lt;/b&gt;");
  EXPECT_EQ(EscapeHtml("a\u202Eb\x01"), "a\uFFFDb\uFFFD");
  EXPECT_EQ(EscapeHtml("Zoë"), "Zoë");
}

TEST(HtmlTest, NoTextBecomesMarkupWhereverItStands) {
  const std::string plain = Dutch(Filled("x"));
  for (const std::string hostile : {"<script>alert(1)</script>",
                                    "\"><img src=x onerror=alert(1)>",
                                    "' onmouseover='alert(1)",
                                    "</style></title></bdi>",
                                    "<!--",
                                    "]]>",
                                    "&lt;"}) {
    const std::string page = Dutch(Filled(hostile));
    EXPECT_EQ(Count(page, "<"), Count(plain, "<")) << hostile;
    EXPECT_EQ(Count(page, ">"), Count(plain, ">")) << hostile;
    EXPECT_EQ(Count(page, "\""), Count(plain, "\"")) << hostile;
    EXPECT_THAT(page, Not(HasSubstr(hostile)));
  }
}

TEST(HtmlTest, NoTextTurnsTheReadingDirectionOrHides) {
  const std::string page = Dutch(Filled("a\u202Egnp.\u2066b\u200Bc\uFEFF\x1B"));
  for (const char* hidden : {"\u202E", "\u2066", "\u200B", "\uFEFF", "\x1B"})
    EXPECT_THAT(page, Not(HasSubstr(hidden)));
  EXPECT_THAT(page, HasSubstr("a\uFFFDgnp.\uFFFDb\uFFFDc\uFFFD\uFFFD"));
}

TEST(HtmlTest, NeedsNothingFromElsewhere) {
  const std::string page = Dutch(sample::Report());
  for (const char* outside :
       {"http://", "https://", "url(", "@import", " src=", "<link", "<script", "<iframe", "<img"}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
  EXPECT_THAT(page,
              HasSubstr("\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                        "'unsafe-inline'; base-uri 'none'; form-action 'none'\""));
  for (const std::string& target : Values(page, "href"))
    EXPECT_EQ(target.front(), '#') << target;
}

TEST(HtmlTest, EveryLinkHasItsTarget) {
  const std::string page = Dutch(sample::Report());
  const std::set<std::string> ids = Values(page, " id");
  for (const std::string& target : Values(page, "href"))
    EXPECT_TRUE(ids.contains(target.substr(1))) << target;
  EXPECT_TRUE(ids.contains("h2"));
  EXPECT_TRUE(ids.contains("p1"));
}

TEST(HtmlTest, ElementsAreClosedInOrder) {
  ScanReport complete = sample::Report();
  complete.gaps.resize(4);
  for (const ScanReport& report : {sample::Report(), complete, Filled("x"), ScanReport()})
    EXPECT_THAT(Unbalanced(Dutch(report)), IsEmpty());
}

TEST(HtmlTest, TheAlertStandsOnlyWhereSomethingIsOpen) {
  ScanReport report = sample::Report();
  EXPECT_THAT(Dutch(report), HasSubstr("Onvolledig: 2 van 9 onderdelen staan open."));
  EXPECT_THAT(Dutch(report), HasSubstr("jongerenwerk, contact: geen antwoord, uiterlijk"));
  for (Gap& gap : report.gaps)
    gap.stand = Stand::kNoResult;
  EXPECT_THAT(Dutch(report), Not(HasSubstr("Onvolledig")));
}

// domain.md 9, trap 1.
TEST(HtmlTest, TheWholeIsNeverCalledAGroepsscan) {
  ScanReport report = sample::Report();
  EXPECT_EQ(Count(Dutch(report), "roepsscan"), 1U);
  EXPECT_THAT(Dutch(report), HasSubstr("Met groepsscan politie."));
  for (Gap& gap : report.gaps) {
    if (gap.category != "namenlijst") gap.stand = Stand::kNoAnswer;
  }
  EXPECT_EQ(Count(Dutch(report), "roepsscan"), 0U);
}

// domain.md 9, traps 14 and 15.
TEST(HtmlTest, FactsCarryTheirKindSourceTermAndWhereTheyMayGo) {
  ScanReport report = sample::Report();
  report.group_facts.clear();
  report.persons.resize(1);
  report.persons[0].facts.resize(2);
  const std::string page = Dutch(report);
  EXPECT_EQ(Count(page, "<span class=\"tag\">hard</span>"), 1U);
  EXPECT_EQ(Count(page, "<span class=\"tag soft\">zacht</span>"), 1U);
  EXPECT_EQ(Count(page, "<tr class=\"soft\">"), 1U);
  EXPECT_EQ(Count(page, "vervalt feb 2027"), 2U);
  EXPECT_EQ(Count(page, "<small>niet doorverstrekken</small>"), 1U);
  EXPECT_EQ(Count(page, "<small>mag door naar om</small>"), 1U);
  EXPECT_THAT(page, HasSubstr("href=\"#h2\" aria-label=\"herkomst 2\">2</a>"));
}

TEST(HtmlTest, AShieldedAddressAndABsnAreNeverShown) {
  ScanReport report = sample::Report();
  report.persons[1].address_text = "Geheimlaan 9";
  report.persons[2].address_text = "Geheimlaan 9";
  report.persons[0].facts[0].fields.push_back({"bsn", "plain", "999990019"});
  report.persons[0].facts[0].fields.push_back({"nummer", "match", "999990020"});
  const std::string page = Dutch(report);
  EXPECT_THAT(page, Not(HasSubstr("Geheimlaan")));
  EXPECT_THAT(page, Not(HasSubstr("99999001")));
  EXPECT_THAT(page, Not(HasSubstr("99999002")));
  // In the list of names and with the person.
  EXPECT_EQ(Count(page, "<span class=\"open\">adres afgeschermd</span>"), 2U);
}

TEST(HtmlTest, TheChartShowsTheYearUpToTheReferenceDay) {
  const std::string page = Dutch(sample::Report());
  EXPECT_THAT(page, HasSubstr("Feiten per maand, jan 2026 tot en met dec 2026"));
  EXPECT_THAT(page, HasSubstr("jul: 0, aug: 11, sep: 2, okt: 13, nov: 0, dec: 0\""));
  EXPECT_THAT(page, HasSubstr("2025 (alleen jaar)"));
}

TEST(HtmlTest, AChartOfNothingIsEmptyAndOfZeroesHasNoBars) {
  EXPECT_TRUE(BarChart("x", {}).empty());
  const std::string zeroes = BarChart("x", {{"jan", "2026", 0}, {"feb", "", 0}}).text();
  EXPECT_THAT(zeroes, Not(HasSubstr("<rect")));
  EXPECT_EQ(Count(BarChart("x", {{"jan", "", 3}, {"feb", "", 6}}).text(), "<rect"), 2U);
}

}  // namespace
}  // namespace schakel::report
