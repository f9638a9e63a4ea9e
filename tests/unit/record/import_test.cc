#include "node/record/import.h"

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/entropy.h"
#include "node/crypto/secret.h"
#include "node/store/memory_store.h"
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
key: [bvhnr, volgnr]
group: {constant: VLD-2026-001}
person:
  naam: betrokkene
  geboortedatum: geboren
  bsn: bsn
  afgeschermd: {constant: nee}
  verstrekkingsbeperking: {constant: nee}
fields:
  datum: pleegdatum
  soort: {column: klasse, codes: {F12: "1.4.3", C40: "2.2.1", A50: "2.5.2", F550: "1.4.5",
    M132: "2.6.9", F40: "3.1.1", F16: "2.7.3", F15: "2.4.2", A71: "1.2.2", F530: "1.4.4",
    F551: "1.4.5", F10: "3.6.4", F47: "2.1.1"}}
  plaats: [buurtcode, locatie]
  toelichting: toelichting
meta:
  betrokkenheid: {column: rol, codes: {VD: verdachte, VO: veroordeelde, SO: slachtoffer,
    GE: getuige, CO: contact}}
  wpg_artikel: art
  eerste_verwerking: verwerkt
  gerelateerd: gerel
)";

constexpr std::string_view kSmall = R"(mapping: 1
source: klein
category: incident
kind: soft
key: nr
person: {naam: naam, geboortedatum: geb, bsn: bsn, adres: [straat, nr_huis], key: pnr,
  leading: true, afgeschermd: afg, verstrekkingsbeperking: {constant: nee}}
fields: {datum: datum, soort: soort}
meta: {betrokkenheid: rol, wpg_artikel: {constant: "8"}, eerste_verwerking: datum,
  gerelateerd: {constant: ja}}
)";
constexpr std::string_view kSmallHeader =
    "nr;naam;geb;bsn;straat;nr_huis;pnr;afg;datum;soort;rol\n";

std::string ReadFile(const std::string& name) {
  std::ifstream in(std::string(SCHAKEL_TEST_DATA) + "/veldrijk/" + name, std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

class ImportTest : public testing::Test {
 protected:
  ImportTest() {
    crypto::Init();
    auto opened = store::KeyTable::Open(key_store_, Bytes(32, 7), entropy_);
    EXPECT_TRUE(opened.ok());
    keys_ = *std::move(opened);
    records_ = std::make_unique<Records>(store_, *keys_, entropy_);
  }

  Mapping MappingOf(std::string_view yaml) {
    MappingResult result = ParseMapping(yaml, "m.yaml", catalogue_);
    for (const auto& finding : result.findings)
      ADD_FAILURE() << canon::ToString(finding);
    return std::move(result.mapping).value_or(Mapping{});
  }

  std::unique_ptr<Importer> Start(std::string_view yaml, const ImportOptions& options = {}) {
    auto started = Importer::Start(*records_, catalogue_, MappingOf(yaml), "x.csv", options);
    EXPECT_TRUE(started.ok());
    return *std::move(started);
  }

  ImportReport Import(std::string_view yaml,
                      std::string_view csv,
                      const ImportOptions& options = {},
                      size_t chunk = 1 << 16) {
    auto importer = Start(yaml, options);
    for (size_t i = 0; i < csv.size(); i += chunk) {
      const auto pushed = importer->Push(AsBytes(csv.substr(i, chunk)));
      EXPECT_TRUE(pushed.ok()) << (pushed.ok() ? "" : pushed.error().detail);
    }
    auto report = importer->Finish();
    EXPECT_TRUE(report.ok());
    return report.ok() ? *report : ImportReport{};
  }

  static std::vector<std::string> Problems(const ImportReport& report) {
    std::vector<std::string> out;
    for (const ImportProblem& problem : report.problems) {
      out.push_back(ToString(report.file, problem));
    }
    return out;
  }

  // new/revised/unchanged/skipped of rows
  static std::string Counts(const ImportReport& report) {
    return std::to_string(report.created) + "/" + std::to_string(report.revised) + "/" +
           std::to_string(report.unchanged) + "/" + std::to_string(report.skipped) + " of " +
           std::to_string(report.rows);
  }

  std::vector<Record> AllRecords() {
    std::vector<Record> out;
    EXPECT_TRUE(records_
                    ->ScanSubjects([&](const Uuid& subject) {
                      EXPECT_TRUE(records_
                                      ->ScanSubject(subject,
                                                    "",
                                                    [&](Result<Record> record) {
                                                      EXPECT_TRUE(record.ok());
                                                      out.push_back(*std::move(record));
                                                      return true;
                                                    })
                                      .ok());
                      return true;
                    })
                    .ok());
    return out;
  }

  const covenant::Document catalogue_ = TestCatalogue();
  crypto::SystemEntropy entropy_;
  store::MemoryStore key_store_;
  store::MemoryStore store_;
  std::unique_ptr<store::KeyTable> keys_;
  std::unique_ptr<Records> records_;
};

TEST_F(ImportTest, SameFileTwiceChangesNothing) {
  const std::string csv = ReadFile("politie/incidenten.csv");
  const ImportReport first = Import(kIncidents, csv);
  EXPECT_THAT(Problems(first), IsEmpty());
  EXPECT_EQ(Counts(first), "18/0/0/0 of 18");
  EXPECT_EQ(first.new_subjects, 11);
  EXPECT_EQ(first.doubtful, 0);
  EXPECT_EQ(first.source, "bvh");
  EXPECT_EQ(first.category, "incident");
  const ImportReport second = Import(kIncidents, csv, {}, 7);
  EXPECT_EQ(Counts(second), "0/0/18/0 of 18");
  EXPECT_EQ(second.new_subjects, 0);
  EXPECT_EQ(*records_->CountSubjects(), 11U);
}

TEST_F(ImportTest, ChangedRowMakesARevision) {
  std::string csv = ReadFile("politie/incidenten.csv");
  Import(kIncidents, csv);
  const size_t at = csv.find("Vuurwerk afgestoken");
  ASSERT_NE(at, std::string::npos);
  csv.replace(at, 8, "Rotje   ");
  const ImportReport report = Import(kIncidents, csv);
  EXPECT_EQ(Counts(report), "0/1/17/0 of 18");
  int revisions = 0;
  for (const Record& record : AllRecords()) {
    if (record.revision == 1) continue;
    ++revisions;
    EXPECT_EQ(std::get<std::string>(record.fields.at("toelichting")), "Rotje    afgestoken.");
  }
  EXPECT_EQ(revisions, 1);
}

TEST_F(ImportTest, DryRunTellsTheSameAndWritesNothing) {
  const std::string csv = ReadFile("politie/incidenten.csv");
  const ImportReport dry = Import(kIncidents, csv, {.dry_run = true});
  EXPECT_TRUE(dry.dry_run);
  EXPECT_EQ(Counts(dry), "18/0/0/0 of 18");
  EXPECT_EQ(*records_->CountSubjects(), 0U);
  EXPECT_THAT(AllRecords(), IsEmpty());
  Import(kIncidents, csv);
  EXPECT_EQ(Counts(Import(kIncidents, csv, {.dry_run = true})), "0/0/18/0 of 18");
}

TEST_F(ImportTest, BadRowsAreNamedAndTheRestIsImported) {
  const ImportReport report = Import(kIncidents, ReadFile("bad/incidenten.csv"));
  EXPECT_THAT(Problems(report),
              ElementsAre("x.csv:2: column 6 (pleegdatum): no date, or a day that does not exist",
                          "x.csv:3: column 5 (bsn): no BSN: nine digits that pass the 11-proef",
                          "x.csv:4: column 10 (rol): a code that the mapping does not list",
                          "x.csv:5: 13 cells where the header has 14",
                          "x.csv:7: the key of this row stands on line 6 already",
                          "x.csv:8: column 4 (geboren): no date, or a day that does not exist",
                          HasSubstr("x.csv:9: column 9 (locatie): a quote inside a cell"),
                          "x.csv:10: column 1 (bvhnr): the key is empty",
                          "x.csv:11: column 13 (gerel): neither ja nor nee",
                          "x.csv:11: column 3 (betrokkene): no name with a geslachtsnaam",
                          HasSubstr("x.csv:12: column 14 (toelichting): a quote that opens here")));
  EXPECT_EQ(Counts(report), "1/0/0/10 of 11");
  EXPECT_EQ(report.problem_count, 11);
  EXPECT_FALSE(report.complete());
  ASSERT_EQ(AllRecords().size(), 1U);
  EXPECT_EQ(AllRecords()[0].source_key, "PL9900-2026002005|1");
}

TEST_F(ImportTest, ReasonsNeverQuoteTheFile) {
  const ImportReport report = Import(kIncidents, ReadFile("bad/incidenten.csv"));
  for (const std::string& problem : Problems(report)) {
    for (const char* value :
         {"Terpstra", "2008", "31-02", "999910862", "XX", "PL99", "misschien"}) {
      EXPECT_THAT(problem, testing::Not(HasSubstr(value)));
    }
  }
}

TEST_F(ImportTest, RowBecomesARecordAndAPerson) {
  const ImportReport report =
      Import(kSmall,
             std::string(kSmallHeader) +
                 "K1;\"Meer, José van der\";00-05-2009;99990313;Stationsplein;4 b;P7;J;"
                 "03-02-2026;1.4.3;verdachte\n");
  EXPECT_THAT(Problems(report), IsEmpty());
  const std::vector<Record> records = AllRecords();
  ASSERT_EQ(records.size(), 1U);
  const Record& record = records[0];
  EXPECT_EQ(record.category, "incident");
  EXPECT_EQ(record.group, "");
  EXPECT_EQ(record.hardness, Hardness::kSoft);
  EXPECT_EQ(record.source, "klein");
  EXPECT_EQ(record.source_key, "K1");
  EXPECT_EQ(record.fact_date, (IncompleteDate{2026, 2, 3}));
  EXPECT_EQ(record.first_processed, (IncompleteDate{2026, 2, 3}));
  EXPECT_EQ(std::get<std::string>(record.fields.at("soort")), "1.4.3");
  EXPECT_EQ(record.fields.count("toelichting"), 0U);
  EXPECT_EQ(std::get<std::string>(record.meta.at("wpg_artikel")), "8");
  EXPECT_TRUE(std::get<bool>(record.meta.at("gerelateerd")));
  const auto subject = records_->LoadSubject(*record.subject);
  ASSERT_TRUE(subject.ok());
  ASSERT_EQ(subject->views.size(), 1U);
  const PersonRow& row = subject->views[0].row;
  EXPECT_EQ(row.person.naam, (Name{"José", "van der", "Meer"}));
  EXPECT_EQ(row.person.geboortedatum, (IncompleteDate{2009, 5, 0}));
  EXPECT_EQ(row.person.bsn, "099990313");
  EXPECT_EQ(row.person.adres, "Stationsplein 4 b");
  EXPECT_EQ(row.person_key, "P7");
  EXPECT_TRUE(row.leading);
  EXPECT_TRUE(std::get<bool>(row.attributes.at("afgeschermd")));
  EXPECT_FALSE(std::get<bool>(row.attributes.at("verstrekkingsbeperking")));
  EXPECT_EQ(std::get<IncompleteDate>(row.attributes.at("geboortedatum")),
            (IncompleteDate{2009, 5, 0}));
}

TEST_F(ImportTest, EmptyCellsAreEmptyNotWrong) {
  const ImportReport report =
      Import(kSmall, std::string(kSmallHeader) + "K1;Sem Veldkamp;;;;;;;;;\n");
  EXPECT_THAT(Problems(report), IsEmpty());
  ASSERT_EQ(AllRecords().size(), 1U);
  const Record record = AllRecords()[0];
  EXPECT_EQ(record.fields.at("datum"), FieldValue{Empty{}});
  EXPECT_EQ(record.meta.at("betrokkenheid"), FieldValue{Empty{}});
  EXPECT_TRUE(record.fact_date.unknown());
  const auto subject = records_->LoadSubject(*record.subject);
  EXPECT_EQ(subject->views[0].row.attributes.at("afgeschermd"), FieldValue{Empty{}});
  EXPECT_EQ(subject->views[0].row.attributes.at("geboortedatum"), FieldValue{Empty{}});
  EXPECT_EQ(subject->views[0].row.person.bsn, "");
}

TEST_F(ImportTest, PersonFillsTheFieldsThatAreThePersons) {
  const std::string yaml =
      "mapping: 1\nsource: brp\ncategory: persoon\nkind: hard\nkey: a\nperson: {voornamen: v, "
      "voorvoegsel: t, geslachtsnaam: g, geboortedatum: d, bsn: b, adres: s, afgeschermd: "
      "{constant: nee}, verstrekkingsbeperking: h}\n";
  const ImportReport report =
      Import(yaml, "a;v;t;g;d;b;s;h\n1;Zoë;ten;Broeke;00-05-2009;999904899;Dreef 1;N\n");
  EXPECT_THAT(Problems(report), IsEmpty());
  ASSERT_EQ(AllRecords().size(), 1U);
  const Fields fields = AllRecords()[0].fields;
  EXPECT_EQ(fields.size(), 4U);
  EXPECT_EQ(std::get<Name>(fields.at("naam")), (Name{"Zoë", "ten", "Broeke"}));
  EXPECT_EQ(std::get<IncompleteDate>(fields.at("geboortedatum")), (IncompleteDate{2009, 5, 0}));
  EXPECT_EQ(std::get<std::string>(fields.at("bsn")), "999904899");
  EXPECT_EQ(std::get<std::string>(fields.at("adres")), "Dreef 1");
}

TEST_F(ImportTest, RecordsAboutAGroupHaveNoPerson) {
  const std::string yaml =
      "mapping: 1\nsource: s\ncategory: signaal\nkind: soft\nkey: nr\ngroup: groep\n"
      "fields: {datum: d, soort: s}\n";
  const ImportReport report = Import(yaml,
                                     "nr;groep;d;s\n1;VLD-2026-001;01-02-2026;lawaai\n"
                                     "2;De Hoek;01-02-2026;lawaai\n3;VLD-2026-001/2;;x\n4;;;x\n");
  EXPECT_THAT(Problems(report),
              ElementsAre(HasSubstr("x.csv:3: column 2 (groep): no group"),
                          HasSubstr("x.csv:4: column 2 (groep): no group"),
                          HasSubstr("x.csv:5: column 2 (groep): no group")));
  EXPECT_EQ(Counts(report), "1/0/0/3 of 4");
  EXPECT_EQ(*records_->CountSubjects(), 0U);
}

TEST_F(ImportTest, DatesFollowTheMapping) {
  const std::string csv = std::string(kSmallHeader) +
                          "K1;Sem Veldkamp;2009-05-01;;;;;;2026-01-02;x;\n"
                          "K2;Sem Veldkamp;01-05-2009;;;;;;02-01-2026;x;\n"
                          "K3;Sem Veldkamp;20090501;;;;;;20260102;x;\n"
                          "K4;Sem Veldkamp;1/5/2009;;;;;;2/1/2026;x;\n";
  const auto read = [&](const char* dates) {
    std::string yaml(kSmall);
    yaml += std::string("dates: ") + dates + "\n";
    std::string lines;
    for (const ImportProblem& problem : Import(yaml, csv, {.dry_run = true}).problems) {
      if (problem.column_name == "geb") lines += std::to_string(problem.line);
    }
    return lines;
  };
  EXPECT_EQ(read("dd-mm-jjjj"), "24");
  EXPECT_EQ(read("jjjj-mm-dd"), "345");
  EXPECT_EQ(read("jjjjmmdd"), "235");
}

TEST_F(ImportTest, KeysOfSeveralColumnsNeverMeet) {
  const std::string yaml =
      "mapping: 1\nsource: s\ncategory: signaal\nkind: hard\nkey: [a, b]\n"
      "group: {constant: VLD-2026-001}\nfields: {soort: s}\n";
  const ImportReport report =
      Import(yaml, "a;b;s\nx|;y;1\nx;|y;2\nx\\;|y;3\nx;\\|y;4\nx|y;z;5\nx;y|z;6\nx;;7\n");
  EXPECT_THAT(Problems(report), ElementsAre("x.csv:8: column 2 (b): the key is empty"));
  EXPECT_EQ(report.created, 6);
}

TEST_F(ImportTest, KeyLimit) {
  const auto row = [](size_t size) {
    return std::string(kSmallHeader) + std::string(size, 'k') + ";Sem Veldkamp;;;;;;;;;\n";
  };
  for (const size_t size : {kMaxSourceKeyBytes - 1, kMaxSourceKeyBytes}) {
    EXPECT_EQ(Import(kSmall, row(size)).created, 1);
  }
  EXPECT_THAT(Problems(Import(kSmall, row(kMaxSourceKeyBytes + 1))),
              ElementsAre(HasSubstr("x.csv:2: column 1 (nr): the key is longer than 256")));
}

TEST_F(ImportTest, RowLimit) {
  const std::string header(kSmallHeader);
  const std::string row = ";Sem Veldkamp;;;;;;;;;\n";
  auto importer = Start(kSmall, {.max_rows = 2});
  EXPECT_TRUE(importer->Push(AsBytes(header + "1" + row + "2" + row)).ok());
  EXPECT_EQ(importer->Push(AsBytes("3" + row)).error().code, ErrorCode::kExhausted);
  EXPECT_FALSE(importer->Finish().ok());
  EXPECT_EQ(Import(kSmall, header + "1" + row + "2" + row, {.max_rows = 2}).rows, 2);
}

TEST_F(ImportTest, ProblemsAreCountedBeyondThoseThatAreKept) {
  std::string csv(kSmallHeader);
  for (int i = 0; i < 5; ++i)
    csv += ";Sem Veldkamp;;;;;;;;;\n";
  const ImportReport report = Import(kSmall, csv, {.max_problems = 2});
  EXPECT_EQ(report.problems.size(), 2U);
  EXPECT_EQ(report.problem_count, 5);
  EXPECT_EQ(report.skipped, 5);
}

TEST_F(ImportTest, MissingColumnsAreFoundBeforeAnyRow) {
  auto importer = Start(kSmall);
  const auto pushed = importer->Push(
      AsBytes("nr;naam;geb;bns;straat;nr_huis;pnr;afg;datum;datum;soort;rol\nK1;a b;;;;;;;;;;\n"));
  ASSERT_FALSE(pushed.ok());
  EXPECT_EQ(pushed.error().code, ErrorCode::kMalformed);
  ASSERT_EQ(importer->findings().size(), 3U);
  std::vector<std::string> said;
  for (const auto& finding : importer->findings())
    said.push_back(canon::ToString(finding));
  EXPECT_THAT(said,
              testing::Contains(AllOf(
                  HasSubstr("m.yaml:6:47: error M008"), HasSubstr("`bsn`"), HasSubstr("`bns`"))));
  EXPECT_THAT(said, testing::Contains(HasSubstr("error M010 the file has two columns `datum`")));
  EXPECT_THAT(pushed.error().detail, HasSubstr("M008"));
  EXPECT_EQ(*records_->CountSubjects(), 0U);
}

TEST_F(ImportTest, StoreThatFailsEndsTheImport) {
  auto importer = Start(kSmall);
  ASSERT_TRUE(
      importer->Push(AsBytes(std::string(kSmallHeader) + "1;Sem Veldkamp;;;;;;;;;\n")).ok());
  store_.FailAllWrites();
  EXPECT_EQ(importer->Finish().error().code, ErrorCode::kUnavailable);
  store_.FailWrite(0);
  EXPECT_EQ(*records_->CountSubjects(), 0U);
}

TEST_F(ImportTest, EveryTruncationLeavesWhatCanBeCompleted) {
  const std::string csv = ReadFile("politie/incidenten.csv");
  for (size_t size = csv.find('\n') + 1; size < csv.size(); size += 97) {
    Import(kIncidents, csv.substr(0, size));
  }
  const ImportReport report = Import(kIncidents, csv);
  EXPECT_EQ(report.created + report.revised + report.unchanged, 18);
  EXPECT_THAT(Problems(report), IsEmpty());
  EXPECT_EQ(Counts(Import(kIncidents, csv)), "0/0/18/0 of 18");
}

}  // namespace
}  // namespace schakel::record
