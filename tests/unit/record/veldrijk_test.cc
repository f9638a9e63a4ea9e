// The demo's files under its mappings and its covenant: everything imports, and every trap of the
// data is there, seen from the rules' side. tests/data/veldrijk/ stands for 15 June 2026.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/covenant/decide.h"
#include "node/crypto/entropy.h"
#include "node/record/facts.h"
#include "node/record/import.h"
#include "node/store/memory_store.h"
#include "tests/unit/record/policy.h"

namespace schakel::record {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr Day kToday{std::chrono::year{2026} / 6 / 15};
const std::string kData = SCHAKEL_TEST_DATA "/veldrijk/";
const std::string kDeploy = SCHAKEL_TEST_DATA "/../../deploy/demo-data/";

// A partner's records, with its files imported in the given order.
class Party {
 public:
  Party(const covenant::Document& catalogue,
        const std::string& name,
        const std::vector<std::string>& files) {
    auto opened = store::KeyTable::Open(key_store_, Bytes(32, 7), entropy_);
    EXPECT_TRUE(opened.ok());
    keys_ = *std::move(opened);
    records_ = std::make_unique<Records>(store_, *keys_, entropy_);
    for (const std::string& file : files)
      Import(catalogue, name, file);
  }

  void Import(const covenant::Document& catalogue,
              const std::string& name,
              const std::string& file) {
    const std::string mapping_file = name + "/mapping/" + file + ".yaml";
    auto mapping =
        ParseMapping(covenant::ReadTestFile(kDeploy + mapping_file), mapping_file, catalogue);
    for (const auto& finding : mapping.findings)
      ADD_FAILURE() << canon::ToString(finding);
    ASSERT_TRUE(mapping.mapping.has_value());
    auto importer =
        Importer::Start(*records_, catalogue, std::move(*mapping.mapping), file + ".csv", {});
    ASSERT_TRUE(importer.ok());
    const auto pushed =
        (*importer)->Push(AsBytes(covenant::ReadTestFile(kData + name + "/" + file + ".csv")));
    ASSERT_TRUE(pushed.ok()) << pushed.error().detail;
    const auto report = (*importer)->Finish();
    ASSERT_TRUE(report.ok());
    for (const ImportProblem& problem : report->problems) {
      ADD_FAILURE() << ToString(file, problem);
    }
    EXPECT_EQ(report->doubtful, 0) << file;
    created += report->created;
    unchanged += report->unchanged;
  }

  Records& records() { return *records_; }

  // Every record of a category with its subject.
  std::vector<std::pair<Record, Subject>> All(const std::string& category) {
    std::vector<std::pair<Record, Subject>> out;
    EXPECT_TRUE(records_
                    ->ScanSubjects([&](const Uuid& id) {
                      const auto subject = records_->LoadSubject(id);
                      EXPECT_TRUE(subject.ok());
                      EXPECT_TRUE(records_
                                      ->ScanSubject(id,
                                                    category,
                                                    [&](Result<Record> record) {
                                                      EXPECT_TRUE(record.ok());
                                                      out.emplace_back(*std::move(record),
                                                                       *subject);
                                                      return true;
                                                    })
                                      .ok());
                      return true;
                    })
                    .ok());
    return out;
  }

  int64_t created = 0;
  int64_t unchanged = 0;

 private:
  crypto::SystemEntropy entropy_;
  store::MemoryStore key_store_;
  store::MemoryStore store_;
  std::unique_ptr<store::KeyTable> keys_;
  std::unique_ptr<Records> records_;
};

class VeldrijkData : public testing::Test {
 protected:
  VeldrijkData() {
    crypto::Init();
    covenant_ = LoadCovenant();
  }

  Party Politie() {
    return {doc(), "politie", {"namenlijst", "incidenten", "antecedenten", "mutaties"}};
  }
  Party Gemeente() { return {doc(), "gemeente", {"brp", "overlastmeldingen", "maatregelen"}}; }
  Party Om() { return {doc(), "om", {"strafzaken"}}; }
  Party Jongerenwerk() { return {doc(), "jongerenwerk", {"contactmomenten"}}; }

  const covenant::Document& doc() { return covenant_->document(); }

  covenant::Decision Decide(const std::string& from,
                            const std::string& to,
                            const Record& record,
                            const Subject& subject) {
    covenant::Question question;
    question.from = from;
    question.to = to;
    question.purpose = "groepsscan";
    question.category = record.category;
    question.present = PresentFields(record);
    question.facts = FactsOf(doc(), record.category, record, &subject, kToday);
    question.facts.emplace("step", std::string("3"));
    question.facts.emplace("listed", true);
    question.now = FirstInstantOf(kToday, Zone::kAmsterdam);
    covenant::Decision decision = covenant_->Decide(question);
    ExpectTheSameInNumbers(question, record, subject, decision);
    return decision;
  }

  // What FactReader reads is what FactsOf says.
  void ExpectTheSameInNumbers(const covenant::Question& question,
                              const Record& record,
                              const Subject& subject,
                              const covenant::Decision& decision) {
    covenant::KnownFacts facts(*covenant_);
    facts.Set(covenant_->FactNumber("step"), question.facts.at("step"));
    facts.Set(covenant_->FactNumber("listed"), question.facts.at("listed"));
    const FactReader reader(*covenant_, record.category, kToday);
    reader.ReadPerson(subject, facts);
    reader.ReadRecord(record, facts);
    covenant::KnownFacts expected(*covenant_);
    for (const auto& [name, value] : question.facts)
      expected.Set(covenant_->FactNumber(name), value);
    EXPECT_TRUE(facts == expected) << record.source_key;
    covenant::PresentSet present;
    const covenant::Axes axes =
        covenant_->AxesOf(question.from, question.to, question.purpose, question.category);
    present.Restart(*covenant_, axes.category);
    for (const auto& [name, value] : record.fields) {
      if (!IsEmpty(value)) present.Add(*covenant_, name);
    }
    covenant::Case asked;
    asked.axes = axes;
    asked.facts = &facts;
    asked.present = &present;
    asked.now = question.now;
    covenant::Verdict verdict;
    covenant_->Decide(asked, verdict);
    const covenant::Decision numbered = covenant_->Render(verdict);
    EXPECT_EQ(numbered.code, decision.code) << record.source_key;
    EXPECT_EQ(numbered.fields, decision.fields) << record.source_key;
    EXPECT_EQ(numbered.withheld, decision.withheld) << record.source_key;
  }

  // "kenmerk: I01" for what leaves, "kenmerk: DENIED_BY_RULE X3" for what stays.
  std::map<std::string, std::string> Outcomes(Party& party,
                                              const std::string& from,
                                              const std::string& category) {
    std::map<std::string, std::string> out;
    for (const auto& [record, subject] : party.All(category)) {
      const covenant::Decision decision = Decide(from, "gemeente", record, subject);
      std::string text = decision.code;
      for (const std::string& rule : decision.by)
        text += (text.empty() ? "" : " ") + rule;
      out[record.source_key] = text;
    }
    return out;
  }

  std::unique_ptr<const covenant::Covenant> covenant_;
};

TEST_F(VeldrijkData, EveryFileImportsWithoutAProblem) {
  ASSERT_NE(covenant_, nullptr);
  Party politie = Politie();
  EXPECT_EQ(politie.created, 10 + 18 + 10 + 11);
  EXPECT_EQ(*politie.records().CountSubjects(), 14U);
  Party gemeente = Gemeente();
  EXPECT_EQ(gemeente.created, 14 + 10 + 5);
  EXPECT_EQ(*gemeente.records().CountSubjects(), 14U);
  Party om = Om();
  EXPECT_EQ(om.created, 9);
  EXPECT_EQ(*om.records().CountSubjects(), 8U);
  Party jongerenwerk = Jongerenwerk();
  EXPECT_EQ(jongerenwerk.created, 9);
  EXPECT_EQ(*jongerenwerk.records().CountSubjects(), 7U);
}

TEST_F(VeldrijkData, AnyOrderOfFilesGivesTheSamePersonsAndTwiceIsOnce) {
  Party party(doc(), "politie", {"mutaties", "antecedenten", "incidenten", "namenlijst"});
  EXPECT_EQ(*party.records().CountSubjects(), 14U);
  const int64_t created = party.created;
  for (const std::string file : {"namenlijst", "incidenten", "antecedenten", "mutaties"}) {
    party.Import(doc(), "politie", file);
  }
  EXPECT_EQ(party.created, created);
  EXPECT_EQ(party.unchanged, created);
  EXPECT_EQ(*party.records().CountSubjects(), 14U);
}

TEST_F(VeldrijkData, NamenlijstLeavesWithoutChildrenAndArticle9) {
  Party politie = Politie();
  EXPECT_THAT(Outcomes(politie, "politie", "namenlijst"),
              ElementsAre(Pair("NL-DEHOEK-001", "N01"),
                          Pair("NL-DEHOEK-002", "N01"),
                          Pair("NL-DEHOEK-003", "N01"),
                          Pair("NL-DEHOEK-004", "N01"),
                          Pair("NL-DEHOEK-005", "N01"),
                          Pair("NL-DEHOEK-006", "N01"),
                          Pair("NL-DEHOEK-007", "N01"),
                          Pair("NL-DEHOEK-008", "DENIED_BY_RULE D01"),  // ten years old
                          Pair("NL-DEHOEK-009", "FACT_UNKNOWN D01"),    // twelve this quarter
                          Pair("NL-DEHOEK-010", "DENIED_BY_RULE X2")));
}

TEST_F(VeldrijkData, IncidentsHoldEveryTrap) {
  Party politie = Politie();
  std::map<std::string, std::string> outcomes;
  for (const auto& [key, outcome] : Outcomes(politie, "politie", "incident")) {
    outcomes[key.substr(key.size() - 6)] = outcome;
  }
  EXPECT_THAT(outcomes,
              ElementsAre(Pair("1201|1", "I01"),
                          Pair("1201|2", "DENIED_BY_RULE X3"),  // the victim's copy
                          Pair("1201|3", "DENIED_BY_RULE X3"),
                          Pair("1202|1", "DENIED_BY_RULE X3"),  // witness
                          Pair("1203|1", "I02"),                // two years, related
                          Pair("1204|1", "CONDITION_FALSE"),    // two years, not related
                          Pair("1205|1", "DENIED_BY_RULE X2"),  // article 9
                          Pair("1206|1", "I02"),                // fact six years, processed four
                          Pair("1207|1", "CONDITION_FALSE"),    // processed over five years ago
                          Pair("1208|1", "I01"),
                          Pair("1209|1", "I01"),
                          Pair("1210|1", "FACT_UNKNOWN X3"),  // role not filled in
                          Pair("1211|1", "FACT_UNKNOWN X2"),  // article not filled in
                          Pair("1212|1", "I01"),
                          Pair("1213|1", "CONDITION_FALSE"),  // nothing else of this person
                          Pair("1214|1", "DENIED_BY_RULE D01"),
                          Pair("1215|1", "I01"),
                          Pair("1216|1", "DENIED_BY_RULE X3")));
}

TEST_F(VeldrijkData, TheOtherCategoriesLeaveInPart) {
  Party politie = Politie();
  Party om = Om();
  Party jongerenwerk = Jongerenwerk();
  const auto count = [](const std::map<std::string, std::string>& outcomes) {
    std::map<std::string, int> out;
    for (const auto& [key, outcome] : outcomes)
      ++out[outcome];
    return out;
  };
  EXPECT_THAT(count(Outcomes(politie, "politie", "antecedent")),
              ElementsAre(Pair("A01", 5),
                          Pair("CONDITION_FALSE", 2),
                          Pair("DENIED_BY_RULE X2", 2),
                          Pair("DENIED_BY_RULE X3", 1)));
  EXPECT_THAT(count(Outcomes(politie, "politie", "mutatie")),
              ElementsAre(Pair("CONDITION_FALSE", 1),
                          Pair("DENIED_BY_RULE D01", 1),
                          Pair("DENIED_BY_RULE X2", 1),
                          Pair("DENIED_BY_RULE X3", 1),
                          Pair("M01", 7)));
  EXPECT_THAT(count(Outcomes(om, "om", "strafzaak")),
              ElementsAre(Pair("DENIED_BY_RULE X3", 3), Pair("S01", 6)));
  EXPECT_THAT(count(Outcomes(jongerenwerk, "jongerenwerk", "contact")),
              ElementsAre(Pair("CONDITION_FALSE", 3), Pair("FACT_UNKNOWN", 1), Pair("J01", 5)));
}

TEST_F(VeldrijkData, SoftRecordsAreMarkedSoft) {
  Party politie = Politie();
  for (const auto& [record, subject] : politie.All("")) {
    EXPECT_EQ(record.hardness == Hardness::kSoft, record.category == "mutatie");
  }
}

TEST_F(VeldrijkData, AddressIsWithheldUnderVerstrekkingsbeperking) {
  Party gemeente = Gemeente();
  std::set<std::string> withheld;
  std::set<std::string> given;
  for (const auto& [record, subject] : gemeente.All("persoon")) {
    const std::string name = IdentityOf(subject).naam.voornamen;
    const covenant::Decision decision = Decide("gemeente", "politie", record, subject);
    if (decision.fields.contains("naam")) {
      (decision.fields.contains("adres") ? given : withheld).insert(name);
    }
    for (const std::string to : {"om", "jongerenwerk"}) {
      EXPECT_FALSE(Decide("gemeente", to, record, subject).fields.contains("adres"));
    }
  }
  EXPECT_THAT(withheld, ElementsAre("Daniël"));
  EXPECT_THAT(given, testing::Contains("Younes"));
  EXPECT_EQ(given.count("Noor") + given.count("Finn"), 0U);
}

TEST_F(VeldrijkData, NamesakesAreTwoPersonsAndNotDoubtful) {
  Party politie = Politie();
  Party om = Om();
  Party jongerenwerk = Jongerenwerk();
  const Person young{{"Sem", "", "Veldkamp"}, {2010, 1, 21}, "999903342", ""};
  const Person old{{"Sem", "", "Veldkamp"}, {2008, 3, 12}, "999904127", ""};
  const auto first = *politie.records().Find(young);
  const auto second = *politie.records().Find(old);
  EXPECT_EQ(first.kind, MatchResult::Kind::kMatched);
  EXPECT_EQ(second.kind, MatchResult::Kind::kMatched);
  EXPECT_NE(first.subject, second.subject);
  EXPECT_EQ(om.records().Find(young)->kind, MatchResult::Kind::kNoMatch);
  EXPECT_EQ(om.records().Find(old)->kind, MatchResult::Kind::kMatched);
  EXPECT_EQ(jongerenwerk.records().Find({young.naam, young.geboortedatum, "", ""})->kind,
            MatchResult::Kind::kMatched);
  EXPECT_EQ(jongerenwerk.records().Find({old.naam, old.geboortedatum, "", ""})->kind,
            MatchResult::Kind::kNoMatch);
}

TEST_F(VeldrijkData, UnknownBirthDayLinksOnBsnAndIsDoubtfulWithout) {
  const Person zoe{{"Zoë", "ten", "Broeke"}, {2009, 2, 0}, "999904899", ""};
  Party politie = Politie();
  Party om = Om();
  Party jongerenwerk = Jongerenwerk();
  EXPECT_EQ(politie.records().Find(zoe)->kind, MatchResult::Kind::kMatched);
  EXPECT_EQ(om.records().Find(zoe)->kind, MatchResult::Kind::kMatched);
  EXPECT_EQ(jongerenwerk.records().Find({zoe.naam, zoe.geboortedatum, "", ""})->kind,
            MatchResult::Kind::kDoubtful);
}

TEST_F(VeldrijkData, SpellingsOfOnePersonMeet) {
  Party gemeente = Gemeente();
  Party politie = Politie();
  // As the police list has it, and as the BRP does.
  const Person listed{{"Jose", "van der", "Meer"}, {2007, 3, 18}, "099990313", ""};
  const auto own = *gemeente.records().Find(listed);
  ASSERT_EQ(own.kind, MatchResult::Kind::kMatched);
  EXPECT_EQ(IdentityOf(*gemeente.records().LoadSubject(*own.subject)).naam.voornamen, "José");
  const Person brp{{"José", "van der", "Meer"}, {2007, 3, 18}, "", ""};
  EXPECT_EQ(politie.records().Find(brp)->kind, MatchResult::Kind::kMatched);
  Party jongerenwerk = Jongerenwerk();
  EXPECT_EQ(jongerenwerk.records().Find(brp)->kind, MatchResult::Kind::kMatched);
  const Person unknown{
      {"Maximiliaan", "van", "Zuidwijck tot Hogenoordermeer-Achterveld"}, {2006, 1, 10}, "", ""};
  EXPECT_EQ(jongerenwerk.records().Find(unknown)->kind, MatchResult::Kind::kNoMatch);
  EXPECT_EQ(politie.records().Find(unknown)->kind, MatchResult::Kind::kMatched);
}

TEST_F(VeldrijkData, TemplatesOfEveryCategoryReadWithoutFinding) {
  for (const auto& [id, category] : doc().categories) {
    const auto example = MakeTemplate(id, doc());
    ASSERT_TRUE(example.ok());
    const auto result = ParseMapping(example->yaml, id, doc());
    EXPECT_TRUE(result.mapping.has_value()) << example->yaml;
    EXPECT_THAT(result.findings, IsEmpty()) << example->yaml;
  }
}

}  // namespace
}  // namespace schakel::record
