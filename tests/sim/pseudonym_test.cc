// A reference leaves as a pseudonym, and never as itself.
#include "node/record/pseudonym.h"

#include <gtest/gtest.h>

#include "node/record/import.h"
#include "node/record/mapping.h"
#include "tests/sim/views.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

constexpr char kOther[] = "5e6a1e3c-0f0b-4c5d-9e8f-1a2b3c4d5e6f";

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  size_t count = 0;
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    ++count;
  }
  ASSERT_GT(count, 0U) << from;
}

// The field `aantal` of an antecedent as a reference to somebody else.
std::string WithReference(std::string text) {
  ReplaceAll(text, "soort: code, aantal: code}", "soort: code, aantal: ref}");
  ReplaceAll(text, "aantal: plain}", "aantal: \"pseudonym(covenant)\"}");
  return text;
}

class PseudonymTest : public ::testing::Test {
 protected:
  PseudonymTest() {
    world_.edit_covenant = WithReference;
    world_.RunToList();
    Refer();
  }

  // One antecedent now names a row of a list; the others keep what is no reference.
  void Refer() {
    engine::Engine& politie = *world_["politie"].engine;
    const covenant::Document& document = politie.covenants().view()->document();
    const std::string path = std::string(SCHAKEL_DEMO_DATA) + "/politie/mapping/antecedenten.yaml";
    auto mapping = record::ParseMapping(ReadFile(path), path, document);
    ASSERT_TRUE(mapping.mapping.has_value());
    std::string csv = ReadTestFile("veldrijk/politie/antecedenten.csv");
    ReplaceAll(csv, ";A50;3;", std::string(";A50;") + kOther + ";");
    auto importer = record::Importer::Start(
        politie.records(), document, *mapping.mapping, "antecedenten.csv", {});
    ASSERT_TRUE(importer.ok());
    ASSERT_TRUE((*importer)->Push(AsBytes(csv)).ok());
    const auto report = (*importer)->Finish();
    ASSERT_TRUE(report.ok());
    ASSERT_EQ(report->revised, 1);
  }

  World world_{20261209};
};

TEST_F(PseudonymTest, AReferenceLeavesAsItsPseudonymAndNothingElseOfTheFieldLeaves) {
  const ScanView scan = AskScan(world_);
  const covenant::Document& document = world_["gemeente"].engine->covenants().view()->document();
  // What the recipient, who knows the row, computes for itself.
  const record::Pseudonyms own(document.lineage, "groepsscan", "gemeente", crypto::Key32());
  std::vector<std::string> names;
  size_t without = 0;
  for (const report::Person& person : scan.report.persons) {
    for (const record::Release& release : ReceivedAbout(world_, scan, "politie", person)) {
      if (release.category != "antecedent") continue;
      const auto field = release.fields.find("aantal");
      if (field == release.fields.end()) {
        ++without;
      } else {
        names.push_back(std::get<std::string>(field->second));
      }
    }
  }
  EXPECT_EQ(names, std::vector<std::string>{*own.ForCovenant(kOther)});
  EXPECT_GT(without, 0U);
  EXPECT_EQ(ReceivedBytes(world_, "gemeente").find(kOther), std::string::npos);
}

}  // namespace
}  // namespace schakel::sim
