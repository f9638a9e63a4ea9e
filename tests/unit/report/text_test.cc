#include "node/report/text.h"

#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/report/json.h"
#include "tests/unit/report/golden.h"
#include "tests/unit/report/sample.h"

namespace schakel::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TextOptions In(Language language) {
  TextOptions options;
  options.language = language;
  return options;
}

std::string Dutch(const ScanReport& report) {
  return WriteText(report, In(Language::kDutch));
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

std::string WithoutEscapes(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1B') {
      at = text.find('m', at);
    } else {
      out += text[at];
    }
  }
  return out;
}

TEST(TextTest, Dutch) {
  EXPECT_EQ(Dutch(sample::Report()), Golden("scan.nl.txt"));
}

TEST(TextTest, English) {
  EXPECT_EQ(WriteText(sample::Report(), In(Language::kEnglish)), Golden("scan.en.txt"));
}

TEST(TextTest, Json) {
  EXPECT_EQ(WriteJson(sample::Report()), Golden("scan.json"));
}

TEST(TextTest, NoLineIsWiderThanThePaperNorEndsInASpace) {
  ScanReport report = sample::Report();
  report.name = "De Hoek, het Stationsplein en de omgeving daarvan tot aan het Lindepark";
  report.covenant_title = std::string(200, 'c');
  report.persons[0].facts[0].fields.push_back({"soort2", "plain", std::string(300, 'x')});
  for (const Language language : {Language::kDutch, Language::kEnglish}) {
    for (const size_t width : {60U, 78U, 120U}) {
      TextOptions options = In(language);
      options.paper.width = width;
      for (const std::string& line : Lines(WriteText(report, options))) {
        EXPECT_LE(DisplayWidth(line), width) << line;
        EXPECT_FALSE(line.ends_with(' ')) << line;
      }
    }
  }
}

TEST(TextTest, PaperNarrowerThanItsLeastIsNotFollowed) {
  TextOptions narrow;
  narrow.paper.width = 10;
  TextOptions least;
  least.paper.width = 60;
  EXPECT_EQ(WriteText(sample::Report(), narrow), WriteText(sample::Report(), least));
}

TEST(TextTest, ColourIsNeverAlone) {
  TextOptions colour;
  colour.paper.colour = true;
  const std::string text = WriteText(sample::Report(), colour);
  EXPECT_THAT(text, HasSubstr("\x1B[33m"));
  EXPECT_EQ(WithoutEscapes(text), Golden("scan.nl.txt"));
}

TEST(TextTest, TheLastLineSaysWhatToDo) {
  ScanReport report = sample::Report();
  EXPECT_EQ(Lines(Dutch(report)).back(),
            "Doe nu: vraag opnieuw wat onvolledig is, zie schakel group show VLD-2026-003");
  for (Gap& gap : report.gaps)
    gap.stand = Stand::kNoResult;
  EXPECT_EQ(Lines(Dutch(report)).back(),
            "Verder: schakel exchange list toont elke uitwisseling hierachter.");
}

TEST(TextTest, CompleteAndIncompleteAreSaidInTheFirstLine) {
  ScanReport report = sample::Report();
  EXPECT_THAT(Lines(Dutch(report)).front(), HasSubstr("ONVOLLEDIG: 2 van 9 cellen open"));
  for (Gap& gap : report.gaps)
    gap.stand = Stand::kDelivered;
  EXPECT_THAT(Lines(Dutch(report)).front(), HasSubstr("VOLLEDIG: geen van 9 cellen open"));
  EXPECT_THAT(Lines(Dutch(report)).front(), Not(HasSubstr("ONVOLLEDIG")));
}

// domain.md 9, trap 1: only what the police delivered is a groepsscan.
TEST(TextTest, TheWholeIsNeverCalledAGroepsscan) {
  ScanReport report = sample::Report();
  EXPECT_THAT(Dutch(report), HasSubstr("Met groepsscan politie."));
  for (Gap& gap : report.gaps) {
    if (gap.party == "politie" && gap.category != "namenlijst") gap.stand = Stand::kNoAnswer;
  }
  EXPECT_THAT(Dutch(report), Not(HasSubstr("roepsscan")));
}

TEST(TextTest, AShieldedAddressIsNeverShown) {
  ScanReport report = sample::Report();
  report.persons[1].address_text = "Geheimlaan 9";
  report.persons[2].address_text = "Geheimlaan 9";
  const std::string text = Dutch(report);
  EXPECT_THAT(text, Not(HasSubstr("Geheimlaan")));
  EXPECT_THAT(text, HasSubstr("adres afgeschermd"));
  EXPECT_THAT(text, HasSubstr("adres niet bekend"));
  EXPECT_THAT(text, HasSubstr("Stationsplein 3, 9999 AB Veldrijk"));
}

TEST(TextTest, ABsnIsNeverShown) {
  ScanReport report = sample::Report();
  report.persons[0].facts[0].fields.push_back({"bsn", "plain", "999990019"});
  report.persons[0].facts[0].fields.push_back({"nummer", "match", "999990020"});
  EXPECT_THAT(Dutch(report), Not(HasSubstr("99999001")));
  EXPECT_THAT(Dutch(report), Not(HasSubstr("99999002")));
}

TEST(TextTest, WhatCameFromOutsideCannotActOnTheTerminal) {
  ScanReport report = sample::Report();
  report.name = "De \x1B]0;x\x07Hoek";
  report.persons[0].name = "Jay\x1B[2Jden \u202Eressi\u202C\nGEVERIFIEERD";
  report.persons[0].facts[0].fields[1].text =
      "\x9B"
      "31m";
  const std::string text = Dutch(report);
  EXPECT_EQ(text.find('\x1B'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find("\u202E"), std::string::npos);
  EXPECT_THAT(text, Not(HasSubstr("\nGEVERIFIEERD")));
}

TEST(TextTest, AnEmptyReportHasItsLines) {
  const std::string text = Dutch(ScanReport());
  EXPECT_THAT(text, HasSubstr("Geen personen op de namenlijst."));
  EXPECT_THAT(text, HasSubstr("Geen feiten met een datum."));
}

}  // namespace
}  // namespace schakel::report
