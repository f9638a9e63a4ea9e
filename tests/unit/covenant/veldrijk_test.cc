// policies/veldrijk.yaml, the covenant of the demonstration.
#include <map>
#include <set>

#include "node/covenant/tests.h"
#include "tests/unit/covenant/example.h"

namespace schakel::covenant {
namespace {

const std::string kPolicies = SCHAKEL_TEST_DATA "/../../policies/";

PrepareOptions Options() {
  PrepareOptions options;
  options.lineage = *ParseUuid("0190a6e2-1f00-7000-8000-000000000001");
  options.from = Day{std::chrono::year{2026} / 6 / 1};
  options.until = Day{std::chrono::year{2027} / 5 / 31};
  options.review_by = Day{std::chrono::year{2027} / 3 / 1};
  for (const std::string id : {"politie", "gemeente", "om", "jongerenwerk", "auditdienst"}) {
    options.holders[id] = {{KeyOf(id + " 1").public_key(), KeyOf(id + " 2").public_key()}, 2};
  }
  return options;
}

AuthoredCovenant PrepareVeldrijk(const PrepareOptions& options) {
  return Prepare(ReadTestFile(kPolicies + "veldrijk.yaml"), "policies/veldrijk.yaml", options);
}

std::unique_ptr<const Covenant> Load() {
  const AuthoredCovenant authored = PrepareVeldrijk(Options());
  for (const canon::Finding& finding : authored.findings)
    ADD_FAILURE() << ToString(finding);
  if (!authored.document) return nullptr;
  auto loaded = LoadForUse(authored.document->canonical);
  EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().detail);
  return loaded.ok() ? std::move(*loaded) : nullptr;
}

TEST(VeldrijkTest, PreparesCompilesAndPassesItsOwnTests) {
  const auto covenant = Load();
  ASSERT_NE(covenant, nullptr);
  for (const TestFailure& failure : RunTests(*covenant)) {
    ADD_FAILURE() << failure.name << "\n  expected " << failure.expected << "\n  got "
                  << failure.got;
  }
  const Document& document = covenant->document();
  EXPECT_EQ(document.version, 1);
  EXPECT_FALSE(document.previous.has_value());
  EXPECT_EQ(ToLocalText(document.valid_from, Zone::kAmsterdam), "01-06-2026 00:00");
  EXPECT_EQ(ToLocalText(document.valid_until, Zone::kAmsterdam), "01-06-2027 00:00");
  EXPECT_EQ(document.bases.at("wpg-20").until, document.valid_until);
  EXPECT_EQ(document.auditors.at("auditdienst").until, document.valid_until);
  EXPECT_EQ(document.parties.at("om").roots.size(), 2u);
  EXPECT_EQ(document.parties.at("om").threshold, 2);
}

TEST(VeldrijkTest, NamesThePaperBesideIt) {
  const auto covenant = Load();
  ASSERT_NE(covenant, nullptr);
  const auto hash = [&](const char* file) {
    return crypto::Sha256(ReadTestFile(kPolicies + file));
  };
  EXPECT_EQ(covenant->document().documents.at("convenant").sha256, hash("veldrijk-convenant.txt"));
  EXPECT_EQ(covenant->document().documents.at("art20").sha256, hash("veldrijk-art20.txt"));
}

TEST(VeldrijkTest, EveryRuleAndEveryCategoryHasATest) {
  const auto covenant = Load();
  ASSERT_NE(covenant, nullptr);
  const Document& document = covenant->document();
  std::set<std::string> rules;
  std::set<std::string> categories;
  for (const InDocumentTest& test : document.tests) {
    categories.insert(test.category);
    if (test.expect.by) rules.insert(test.expect.by->begin(), test.expect.by->end());
  }
  for (const Permit& permit : document.permits)
    EXPECT_TRUE(rules.contains(permit.id)) << permit.id;
  for (const Deny& deny : document.denies) {
    // Field-level denies are in no `by`; the tests on `bsn` and `adres` cover these two.
    EXPECT_TRUE(!deny.fields.empty() || rules.contains(deny.id)) << deny.id;
  }
  for (const auto& [id, category] : document.categories) {
    EXPECT_TRUE(categories.contains(id)) << id;
  }
}

TEST(VeldrijkTest, SharesItsRulesWithTheWorkedExample) {
  const auto covenant = Load();
  ASSERT_NE(covenant, nullptr);
  const Document example = MustRead(ExampleYaml());
  std::map<std::string, const Permit*> permits;
  for (const Permit& permit : covenant->document().permits)
    permits[permit.id] = &permit;
  for (const Permit& wanted : example.permits) {
    if (wanted.id == "I03") continue;  // needs reviewed texts and approval
    ASSERT_TRUE(permits.contains(wanted.id)) << wanted.id;
    const Permit& given = *permits.at(wanted.id);
    // Where the example gives nothing of a text, this one says that it stays at home.
    std::map<std::string, Form> fields = wanted.fields;
    if (wanted.category == "incident") fields.try_emplace("toelichting", Form{});
    EXPECT_EQ(given.fields, fields) << wanted.id;
    EXPECT_EQ(given.require, wanted.require) << wanted.id;
    EXPECT_EQ(given.onward, wanted.onward) << wanted.id;
    EXPECT_EQ(given.retain, wanted.retain) << wanted.id;
    EXPECT_EQ(given.basis, wanted.basis) << wanted.id;
    EXPECT_EQ(given.when.size(), wanted.when.size()) << wanted.id;
    EXPECT_FALSE(given.approval.has_value()) << wanted.id;
  }
}

TEST(VeldrijkTest, TemplateItselfIsNoCovenant) {
  const AuthoredCovenant authored =
      ReadYaml(ReadTestFile(kPolicies + "veldrijk.yaml"), "veldrijk.yaml");
  EXPECT_FALSE(authored.document.has_value());
  ASSERT_FALSE(authored.findings.empty());
  EXPECT_EQ(ToString(authored.findings.front()),
            "veldrijk.yaml:5:10: error E120 is still to be filled in; `schakel covenant prepare` "
            "puts in what it knows");
}

TEST(VeldrijkTest, PrepareRefusesAHolderThatIsMissingOrUnknown) {
  PrepareOptions options = Options();
  options.holders.erase("om");
  AuthoredCovenant authored = PrepareVeldrijk(options);
  EXPECT_FALSE(authored.document.has_value());
  ASSERT_EQ(authored.findings.size(), 2u) << "roots and threshold";
  EXPECT_EQ(authored.findings[0].id, "E120");
  options = Options();
  options.holders["leerplicht"] = options.holders["om"];
  authored = PrepareVeldrijk(options);
  EXPECT_FALSE(authored.document.has_value());
  ASSERT_EQ(authored.findings.size(), 1u);
  EXPECT_EQ(authored.findings[0].id, "E105");
}

}  // namespace
}  // namespace schakel::covenant
