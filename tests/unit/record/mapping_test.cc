#include "node/record/mapping.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "tests/unit/record/catalogue.h"

namespace schakel::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kIncidents = R"(mapping: 1
source: bvh
category: incident
kind: hard
encoding: windows-1252
separator: ";"
dates: dd-mm-jjjj
key: [bvhnr, volgnr]
group: {constant: VLD-2026-001}
person:
  naam: betrokkene
  geboortedatum: geb
  bsn: {column: bsn}
  afgeschermd: {column: geheim, codes: {J: ja, N: nee}}
  verstrekkingsbeperking: {constant: nee}
fields:
  datum: pleegdatum
  soort: {column: klasse, codes: {F12: "1.4.3", C40: "2.2.1"}}
  plaats: [buurt, locatie]
meta:
  betrokkenheid: {column: rol, codes: {VD: verdachte, SO: slachtoffer}}
  wpg_artikel: art
  eerste_verwerking: verwerkt
  gerelateerd: gerel
)";

// The file with `from` written as `to`.
std::string With(std::string_view from, std::string_view to) {
  std::string out(kIncidents);
  const size_t at = out.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return out.replace(at, from.size(), to);
}

std::vector<std::string> Findings(std::string_view yaml) {
  const MappingResult result = ParseMapping(yaml, "m.yaml", TestCatalogue());
  std::vector<std::string> out;
  bool error = false;
  for (const canon::Finding& finding : result.findings) {
    out.push_back(canon::ToString(finding));
    // Who imports reads it in their own language.
    EXPECT_NE(finding.reason, Reason::kNone) << out.back();
    error = error || finding.severity == canon::Finding::Severity::kError;
  }
  EXPECT_EQ(result.mapping.has_value(), !error);
  return out;
}

TEST(Mapping, ReadsEveryKey) {
  const MappingResult result = ParseMapping(kIncidents, "m.yaml", TestCatalogue());
  ASSERT_TRUE(result.mapping.has_value());
  EXPECT_THAT(result.findings, IsEmpty());
  const Mapping& mapping = *result.mapping;
  EXPECT_EQ(mapping.source, "bvh");
  EXPECT_EQ(mapping.category, "incident");
  EXPECT_EQ(mapping.hardness, Hardness::kHard);
  EXPECT_EQ(mapping.encoding, csv::Encoding::kWindows1252);
  EXPECT_EQ(mapping.separator, ';');
  EXPECT_EQ(mapping.dates, DateFormat::kDutch);
  ASSERT_EQ(mapping.key.size(), 2U);
  EXPECT_EQ(mapping.key[1].name, "volgnr");
  EXPECT_EQ(mapping.group->constant, "VLD-2026-001");
  EXPECT_EQ(mapping.person.at("naam").columns[0].name, "betrokkene");
  EXPECT_EQ(mapping.person.at("bsn").columns[0].name, "bsn");
  EXPECT_EQ(mapping.attributes.at("verstrekkingsbeperking").constant, "nee");
  EXPECT_EQ(mapping.attributes.at("afgeschermd").codes.at("J"), "ja");
  EXPECT_EQ(mapping.fields.at("plaats").columns.size(), 2U);
  EXPECT_EQ(mapping.meta.at("betrokkenheid").codes.at("SO"), "slachtoffer");
  EXPECT_EQ(mapping.fact_date->columns[0].name, "pleegdatum");
  EXPECT_EQ(mapping.first_processed->columns[0].name, "verwerkt");
  EXPECT_FALSE(mapping.leading);
}

TEST(Mapping, WhatIsLeftOutHasItsDefault) {
  const std::string yaml =
      With("encoding: windows-1252\nseparator: \";\"\ndates: dd-mm-jjjj\n", "");
  const MappingResult result = ParseMapping(yaml, "m.yaml", TestCatalogue());
  ASSERT_TRUE(result.mapping.has_value());
  EXPECT_FALSE(result.mapping->encoding.has_value());
  EXPECT_FALSE(result.mapping->separator.has_value());
  EXPECT_EQ(result.mapping->dates, DateFormat::kDutch);
}

TEST(Mapping, UnknownNamesHaveTheirPlaceAndANearOne) {
  EXPECT_THAT(Findings(With("category: incident", "category: incidnet")),
              ElementsAre(AllOf(HasSubstr("m.yaml:3:11: error M004"), HasSubstr("`incident`"))));
  EXPECT_THAT(Findings(With("  soort: {column", "  sort: {column")),
              ElementsAre(AllOf(HasSubstr("m.yaml:18:3: error M005"), HasSubstr("`soort`"))));
  EXPECT_THAT(Findings(With("  wpg_artikel: art", "  wpg_artikl: art")),
              ElementsAre(HasSubstr("warning M009"),
                          AllOf(HasSubstr("m.yaml:22:3: error M005"), HasSubstr("`wpg_artikel`"))));
  EXPECT_THAT(Findings(With("separator:", "seperator:")),
              ElementsAre(AllOf(HasSubstr("m.yaml:6:1: error M001"), HasSubstr("`separator`"))));
  EXPECT_THAT(Findings(With("column: rol", "colum: rol")),
              ElementsAre(AllOf(HasSubstr("m.yaml:21:18: error M003")),
                          AllOf(HasSubstr("m.yaml:21:19: error M001"), HasSubstr("`column`"))));
}

TEST(Mapping, FieldUnderTheWrongHeadSaysWhereItBelongs) {
  EXPECT_THAT(Findings(With("  datum: pleegdatum", "  datum: pleegdatum\n  gerelateerd: g")),
              ElementsAre(AllOf(HasSubstr("m.yaml:18:3: error M005"), HasSubstr("under meta"))));
}

TEST(Mapping, EveryAttributeThatTheCovenantReadsIsMappedOrSet) {
  EXPECT_THAT(Findings(With("  verstrekkingsbeperking: {constant: nee}\n", "")),
              ElementsAre(AllOf(HasSubstr("m.yaml:11:3: error M006"),
                                HasSubstr("persoon.verstrekkingsbeperking"))));
  EXPECT_THAT(
      Findings(With("  geboortedatum: geb\n", "")),
      ElementsAre(HasSubstr("`geboortedatum` is missing"), HasSubstr("persoon.geboortedatum")));
  EXPECT_THAT(Findings(With("  verstrekkingsbeperking:", "  verstrekkingsbeperkin:")),
              ElementsAre(HasSubstr("error M006"),
                          AllOf(HasSubstr("m.yaml:15:3: error M001"),
                                HasSubstr("`verstrekkingsbeperking`"))));
}

TEST(Mapping, ValuesThatTheFactsDoNotKnow) {
  EXPECT_THAT(Findings(With("VD: verdachte", "VD: verdacht")),
              ElementsAre(AllOf(HasSubstr("m.yaml:21:44: error M007"), HasSubstr("`verdachte`"))));
  EXPECT_THAT(Findings(With("wpg_artikel: art", "wpg_artikel: {constant: \"7\"}")),
              ElementsAre(HasSubstr("m.yaml:22:16: error M007")));
  EXPECT_THAT(Findings(With("{constant: nee}", "{constant: misschien}")),
              ElementsAre(HasSubstr("m.yaml:15:27: error M007")));
  EXPECT_THAT(Findings(With("{J: ja, N: nee}", "{J: ja, N: neen}")),
              ElementsAre(HasSubstr("error M007")));
  EXPECT_THAT(Findings(With("datum: pleegdatum", "datum: {constant: 01-01-2026}")),
              ElementsAre(HasSubstr("m.yaml:17:10: error M003")));
  EXPECT_THAT(Findings(With("datum: pleegdatum", "datum: {column: d, codes: {a: b}}")),
              ElementsAre(HasSubstr("codes are for")));
}

TEST(Mapping, SourcesNeedExactlyOneWay) {
  for (const char* source : {"{}",
                             "{column: a, constant: b}",
                             "{constant: b, codes: {x: y}}",
                             "{column: a, columns: [b]}"}) {
    EXPECT_THAT(Findings(With("wpg_artikel: art", std::string("wpg_artikel: ") + source)),
                testing::Contains(HasSubstr("m.yaml:22:16: error M003")))
        << source;
  }
  EXPECT_THAT(Findings(With("wpg_artikel: art", "wpg_artikel: []")),
              ElementsAre(HasSubstr("error M003")));
  EXPECT_THAT(Findings(With("wpg_artikel: art", "wpg_artikel: [[a]]")),
              ElementsAre(HasSubstr("error M003")));
}

TEST(Mapping, HeadIsStrict) {
  EXPECT_THAT(Findings(With("mapping: 1", "mapping: 2")), ElementsAre(HasSubstr("m.yaml:1:10:")));
  EXPECT_THAT(Findings(With("mapping: 1\n", "")), ElementsAre(HasSubstr("`mapping` is missing")));
  EXPECT_THAT(Findings(With("source: bvh", "source: B V H")),
              ElementsAre(HasSubstr("m.yaml:2:9:")));
  EXPECT_THAT(Findings(With("kind: hard", "kind: hart")), ElementsAre(HasSubstr("hard, soft")));
  EXPECT_THAT(Findings(With("kind: hard\n", "")), ElementsAre(HasSubstr("`kind` is missing")));
  EXPECT_THAT(Findings(With("windows-1252", "latin1")), ElementsAre(HasSubstr("m.yaml:5:11:")));
  EXPECT_THAT(Findings(With("\";\"", "\"|\"")), ElementsAre(HasSubstr("m.yaml:6:12:")));
  EXPECT_THAT(Findings(With("dd-mm-jjjj", "mm-dd-jjjj")), ElementsAre(HasSubstr("m.yaml:7:8:")));
  EXPECT_THAT(Findings(With("key: [bvhnr, volgnr]", "key: []")),
              ElementsAre(HasSubstr("m.yaml:8:")));
  EXPECT_THAT(Findings(With("key: [bvhnr, volgnr]\n", "")),
              ElementsAre(HasSubstr("`key` is missing")));
  EXPECT_THAT(Findings(With("VLD-2026-001", "VLD-2026-001/2")),
              ElementsAre(HasSubstr("m.yaml:9:8:")));
  EXPECT_THAT(Findings("[]"), ElementsAre(HasSubstr("error M003")));
  EXPECT_THAT(Findings("mapping: 1\nmapping: 1\n"), ElementsAre(HasSubstr("m.yaml:2:1:")));
}

TEST(Mapping, PersonHasOneNameInOneWay) {
  EXPECT_THAT(Findings(With("  naam: betrokkene\n", "")),
              ElementsAre(HasSubstr("a person has `naam`")));
  EXPECT_THAT(Findings(With("  naam: betrokkene\n", "  naam: n\n  geslachtsnaam: g\n")),
              ElementsAre(HasSubstr("a person has `naam`")));
  EXPECT_THAT(Findings(With("  naam: betrokkene\n", "  geslachtsnaam: g\n")),
              ElementsAre(HasSubstr("a person has `naam`")));
  EXPECT_THAT(Findings(With("  naam: betrokkene\n", "  voornamen: v\n  geslachtsnaam: g\n")),
              IsEmpty());
  EXPECT_THAT(Findings(With("naam: betrokkene", "naam: {constant: x}")),
              ElementsAre(HasSubstr("m.yaml:11:9: error M003")));
}

TEST(Mapping, GroupCategoryNamesAGroupAndNoPerson) {
  const std::string signal = "mapping: 1\nsource: s\ncategory: signaal\nkind: soft\nkey: nr\n";
  EXPECT_THAT(Findings(signal), ElementsAre(HasSubstr("`group` is missing")));
  EXPECT_THAT(Findings(signal + "group: groep\nfields: {datum: d, soort: s}\n"), IsEmpty());
  EXPECT_THAT(Findings(signal + "group: groep\nperson: {naam: n}\n"),
              ElementsAre(HasSubstr("m.yaml:7:9: error M011")));
  EXPECT_THAT(Findings(With("group: {constant: VLD-2026-001}\n", "")), IsEmpty());
  std::string list(kIncidents.substr(0, kIncidents.find("fields:")));
  list.replace(list.find("incident"), 8, "namenlijst");
  list.erase(list.find("group:"), list.find("person:") - list.find("group:"));
  EXPECT_THAT(Findings(list), testing::Contains(HasSubstr("`group` is missing")));
  EXPECT_THAT(Findings(With("person:\n", "persons:\n")),
              testing::Contains(HasSubstr("`person` is missing")));
}

TEST(Mapping, SilentMetaIsAWarning) {
  const std::string yaml = With("  gerelateerd: gerel\n", "");
  EXPECT_THAT(Findings(yaml),
              ElementsAre(AllOf(HasSubstr("warning M009"), HasSubstr("gerelateerd"))));
  EXPECT_TRUE(ParseMapping(yaml, "m.yaml", TestCatalogue()).mapping.has_value());
}

TEST(Mapping, FileOverTheLimitIsRefused) {
  std::string yaml(kIncidents);
  yaml += "#" + std::string(kMaxConfigBytes - yaml.size() - 2, 'x') + "\n";
  ASSERT_EQ(yaml.size(), kMaxConfigBytes);
  EXPECT_THAT(Findings(yaml), IsEmpty());
  EXPECT_EQ(Findings(yaml + "\n").size(), 1U);
}

TEST(Mapping, TruncatedOrFlippedNeverCrashesAndFindsFaults) {
  const covenant::Document catalogue = TestCatalogue();
  for (size_t size = 0; size < kIncidents.size(); ++size) {
    const MappingResult result = ParseMapping(kIncidents.substr(0, size), "m", catalogue);
    EXPECT_TRUE(result.mapping.has_value() || !result.findings.empty()) << size;
    std::string flipped(kIncidents);
    flipped[size] = static_cast<char>(flipped[size] ^ 0x10);
    const MappingResult other = ParseMapping(flipped, "m", catalogue);
    EXPECT_TRUE(other.mapping.has_value() || !other.findings.empty()) << size;
  }
}

TEST(Mapping, TemplateOfEveryCategoryReadsWithoutFinding) {
  const covenant::Document catalogue = TestCatalogue();
  for (const auto& [id, category] : catalogue.categories) {
    const auto example = MakeTemplate(id, catalogue);
    ASSERT_TRUE(example.ok());
    EXPECT_THAT(Findings(example->yaml), IsEmpty()) << example->yaml;
    EXPECT_THAT(example->csv_header, HasSubstr("kenmerk;groep"));
  }
  EXPECT_EQ(MakeTemplate("onbekend", catalogue).error().code, ErrorCode::kNotFound);
}

TEST(Mapping, YesAndNo) {
  for (const char* text : {"ja", "Ja", "JA", "j", "true", "1"})
    EXPECT_TRUE(*ParseYesNo(text));
  for (const char* text : {"nee", "Nee", "n", "N", "false", "0"})
    EXPECT_FALSE(*ParseYesNo(text));
  for (const char* text : {"", "neen", "x", "10", " ja"})
    EXPECT_FALSE(ParseYesNo(text).ok());
}

}  // namespace
}  // namespace schakel::record
