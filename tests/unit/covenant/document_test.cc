#include "node/covenant/document.h"

#include <nlohmann/json.hpp>

#include "node/base/limits.h"
#include "node/canon/json.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {
namespace {

using nlohmann::json;

constexpr const char* kRules = R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {step: {min: "2"}, age: {min: 12}, role: [dader], listed: true}
    fields: {naam: plain, datum: month}
    require: [naam]
    retain: P3M
    onward: [c]
    approval: {by: a, role: approver, not: requester, valid: P7D}
  - id: D1
    deny: {from: any, to: [b], purpose: p, category: [persoon], fields: [bsn]}
    when: {sealed: true}
    unless_form: [match]
    guard: true
    text: nooit)";
constexpr const char* kTests = R"(
  - name: een
    ask: {from: a, to: b, purpose: p, category: k, approved: true, present: [naam], facts: {step: "2", age: [12, 13]}}
    expect: {decision: deny, code: FACT_UNKNOWN, nearest: K1, failed: [listed, role]})";

const json& Valid() {
  static const json value = json::parse(MustRead(MiniYaml(kRules, kTests)).canonical);
  return value;
}

// nlohmann's dump is canonical for what these tests write.
Result<Document> Parse(const json& value) {
  return ParseDocument(value.dump());
}

// The place and the message of the refusal, "" when accepted.
std::string RefusalOf(const json& value) {
  const auto document = Parse(value);
  if (document.ok()) return "";
  EXPECT_EQ(document.error().code, ErrorCode::kMalformed);
  return document.error().detail;
}

std::string SmallVector() {
  const json vectors = json::parse(ReadTestFile(SCHAKEL_TEST_DATA "/protocol/covenant.json"));
  for (const auto& vector : vectors["covenants"]) {
    if (vector["name"] == "small") return vector["canonical"];
  }
  ADD_FAILURE() << "no such vector";
  return "";
}

TEST(ParseDocumentTest, ReadsTheSmallVector) {
  crypto::Init();
  const auto document = ParseDocument(SmallVector());
  ASSERT_TRUE(document.ok()) << document.error().detail;
  EXPECT_EQ(EncodeHex(document->hash),
            "5547964cfc2db27b05a5457c3b0e91bf53a154e9e997e74801f21b848c033e87");
  EXPECT_EQ(document->canonical, SmallVector());
  EXPECT_EQ(document->version, 1);
  EXPECT_EQ(ToMillis(document->valid_from), 1767222000000);
  EXPECT_EQ(ToMillis(*document->bases.at("wpg-16").until), 1774738800000);
  EXPECT_EQ(document->limits.subjects_per_request, 0) << "no limit: nothing about persons";
  ASSERT_EQ(document->permits.size(), 1u);
  EXPECT_EQ(document->permits[0].fields.at("datum").kind, FormKind::kMonth);
}

TEST(ParseDocumentTest, ReadsEveryPart) {
  const auto document = Parse(Valid());
  ASSERT_TRUE(document.ok()) << document.error().detail;
  EXPECT_EQ(document->parties.at("b").oin, "00000099000000001002");
  EXPECT_EQ(document->bases.at("asked").needs, "consent");
  EXPECT_EQ(document->facts.at("step").stated_threshold, 2);
  EXPECT_TRUE(document->facts.at("step").ordered);
  EXPECT_TRUE(document->facts.at("listed").about_person);
  EXPECT_EQ(document->facts.at("age").from_person, "geboortedatum");
  EXPECT_EQ(document->facts.at("role").from_record, "rol");
  EXPECT_FALSE(document->categories.at("g").about_person);
  EXPECT_EQ(document->categories.at("k").meta.at("toestemming"), FieldType::kBool);
  const Permit& permit = document->permits.at(0);
  EXPECT_EQ(std::get<IntTest>(permit.when.at("age")).min, 12);
  EXPECT_EQ(std::get<OrderTest>(permit.when.at("step")).min, "2");
  EXPECT_EQ(permit.approval->valid, "P7D");
  EXPECT_EQ(permit.onward, std::set<std::string>{"c"});
  const Deny& deny = document->denies.at(0);
  EXPECT_TRUE(deny.from.empty());
  EXPECT_EQ(deny.purpose, std::set<std::string>{"p"});
  EXPECT_EQ(deny.fields, std::set<std::string>{"bsn"});
  EXPECT_EQ(deny.index, 1u);
  const InDocumentTest& test = document->tests.at(0);
  EXPECT_TRUE(test.approved);
  EXPECT_EQ(test.facts.at("age"), Between(12, 13));
  EXPECT_EQ(*test.expect.failed, (std::vector<std::string>{"listed", "role"}));
}

TEST(ParseDocumentTest, RefusesAnUnknownKeyEverywhere) {
  for (const std::string path : {"",
                                 "/valid",
                                 "/limits",
                                 "/parties/a",
                                 "/purposes/p",
                                 "/bases/open",
                                 "/facts/step",
                                 "/facts/step/stated_by",
                                 "/facts/size/range",
                                 "/categories/k",
                                 "/defaults",
                                 "/rules/0",
                                 "/rules/0/permit",
                                 "/rules/0/when/age",
                                 "/rules/0/approval",
                                 "/rules/1",
                                 "/rules/1/deny",
                                 "/tests/0",
                                 "/tests/0/ask",
                                 "/tests/0/expect"}) {
    json value = Valid();
    value[json::json_pointer(path)]["zonder_naam"] = "x";
    const std::string refusal = RefusalOf(value);
    EXPECT_NE(refusal.find(path + "/zonder_naam: unknown key `zonder_naam`"), std::string::npos)
        << path << " gave " << refusal;
  }
}

TEST(ParseDocumentTest, RefusesAMissingKeyEverywhere) {
  for (const std::string path : {"/covenant",
                                 "/lineage",
                                 "/version",
                                 "/title",
                                 "/valid",
                                 "/valid/from",
                                 "/valid/until",
                                 "/timezone",
                                 "/status_max_age",
                                 "/limits/subjects_per_request",
                                 "/parties",
                                 "/parties/a/name",
                                 "/parties/a/oin",
                                 "/parties/a/organisation",
                                 "/parties/a/roots",
                                 "/parties/a/threshold",
                                 "/purposes",
                                 "/purposes/p/text",
                                 "/bases",
                                 "/bases/open/law",
                                 "/bases/open/giver",
                                 "/bases/open/purposes",
                                 "/facts",
                                 "/facts/step/type",
                                 "/facts/step/values",
                                 "/facts/step/stated_by",
                                 "/facts/step/stated_by/any",
                                 "/facts/step/stated_by/threshold",
                                 "/categories",
                                 "/categories/k/about",
                                 "/categories/k/fields",
                                 "/defaults",
                                 "/defaults/retain",
                                 "/defaults/onward",
                                 "/defaults/journal",
                                 "/rules",
                                 "/rules/0/id",
                                 "/rules/0/permit",
                                 "/rules/0/permit/basis",
                                 "/rules/0/fields",
                                 "/rules/0/approval/by",
                                 "/rules/1/deny/to",
                                 "/tests",
                                 "/tests/0/name",
                                 "/tests/0/ask",
                                 "/tests/0/ask/from",
                                 "/tests/0/expect",
                                 "/tests/0/expect/decision"}) {
    json value = Valid();
    const json::json_pointer pointer(path);
    value[pointer.parent_pointer()].erase(pointer.back());
    EXPECT_NE(RefusalOf(value), "") << path;
  }
}

TEST(ParseDocumentTest, RefusesAWrongTypeEverywhere) {
  // Every value of the document in turn becomes one of a type it cannot have.
  const json flat = Valid().flatten();
  for (const auto& [path, leaf] : flat.items()) {
    json value = Valid();
    value[json::json_pointer(path)] = json::object({{"x", 1}});
    EXPECT_NE(RefusalOf(value), "") << path;
  }
}

struct BadValue {
  const char* path;
  json value;
  const char* names;  // part of the refusal
};

TEST(ParseDocumentTest, RefusesAValueOutOfItsRange) {
  const std::vector<BadValue> cases{
      {"/covenant", 2, "unknown language version"},
      {"/covenant", "1", "unknown language version"},
      {"/lineage", "7B0C4C7E-6F2A-4D53-9C55-5F4F5D0B9A11", "/lineage"},
      {"/version", 0, "/version"},
      {"/version", 2, "version 1 has no `previous`"},
      {"/previous", std::string(64, 'a'), "version 1 has no `previous`"},
      {"/previous", "abc", "/previous"},
      {"/regime", "wijk", "unknown regime `wijk`"},
      {"/valid/until", 1767222000000, "must lie after `from`"},
      {"/valid/from", -1, "/valid/from"},
      {"/timezone", "Europe/Brussels", "/timezone"},
      {"/status_max_age", "P1M", "/status_max_age"},
      {"/status_max_age", "24h", "/status_max_age"},
      {"/limits/subjects_per_request", 0, "/limits/subjects_per_request"},
      {"/limits/subjects_per_request", 1001, "/limits/subjects_per_request"},
      {"/min_cell", 1, "/min_cell"},
      {"/on_leave", "stop", "/on_leave"},
      {"/parties/a/oin", "0000009900000000100", "20 digits"},
      {"/parties/a/oin", "0000009900000000100x", "20 digits"},
      {"/parties/a/oin", "00000099000000001002", "number of `a`"},
      {"/parties/a/organisation", "O A", "is no name"},
      {"/parties/a/threshold", 0, "/parties/a/threshold"},
      {"/parties/a/threshold", 2, "/parties/a/threshold"},
      {"/parties/a/roots", json::array(), "/parties/a/roots"},
      {"/parties/a/roots/0", "ed25519:A", "not an Ed25519 public key"},
      {"/parties/any", json::object(), "`any` is no name"},
      {"/parties/B", json::object(), "`B` is no name"},
      {"/bases/open/giver", json::array({"d"}), "unknown party `d`"},
      {"/bases/open/purposes", json::array({"r"}), "unknown purpose `r`"},
      {"/bases/open/instrument", "besluit", "unknown document `besluit`"},
      {"/bases/open/needs", "toestemming", "unknown fact `toestemming`"},
      {"/bases/open/needs", "age", "must be a fact of type bool"},
      {"/bases/open/bsn", json::array({"a"}), "/bases/open/bsn"},
      {"/facts/step/type", "float", "unknown fact type `float`"},
      {"/facts/step/values", json::array({"1", "1"}), "stands here twice"},
      {"/facts/step/values/0", "één", "/facts/step/values/0"},
      {"/facts/step/from", "record.rol", "one source"},
      {"/facts/step/stated_by/any", json::array({"d"}), "unknown party `d`"},
      {"/facts/step/stated_by/threshold", 3, "/facts/step/stated_by/threshold"},
      {"/facts/step/about", "iedereen", "/facts/step/about"},
      {"/facts/step/about", "person", "listed or not"},
      {"/facts/age/from", "leeftijd", "persoon.FIELD or record.FIELD"},
      {"/facts/role/from", "record.roll", "no category declares the field `roll`"},
      {"/facts/role/from", "record.naam", "another type in category"},
      {"/facts/age/from", "persoon.naam", "another type in category `persoon`"},
      {"/facts/size/range/min", 100, "is empty"},
      {"/facts/age/range", json::object({{"min", 1}, {"max", 2}}), "only a fact of type int"},
      {"/categories/k/about", "people", "/categories/k/about"},
      {"/categories/k/fields", json::object(), "names no field"},
      {"/categories/k/fields/soort", "text", "unknown field type `text`"},
      {"/categories/k/meta/naam", "name", "is also a field"},
      {"/defaults/retain", "6 months", "/defaults/retain"},
      {"/defaults/onward", "all", "/defaults/onward"},
      {"/defaults/journal", "giver", "not supported by this build"},
      {"/rules/0/id", "1K", "is no rule id"},
      {"/rules/0/id", "D1", "is the id of an earlier rule"},
      {"/rules/0/id", std::string(17, 'K'), "is no rule id"},
      {"/rules/0/deny", json::object(), "either a `permit` or a `deny`"},
      {"/rules/0/permit/from", "any", "exactly one party"},
      {"/rules/0/permit/to", json::array({"b", "c"}), "exactly one party"},
      {"/rules/0/permit/category", "any", "exactly one category"},
      {"/rules/0/permit/purpose", "pp", "unknown purpose `pp`"},
      {"/rules/0/permit/basis", "opn", "unknown basis `opn`"},
      {"/rules/0/fields/rol", "plain", "is meta"},
      {"/rules/0/fields/name", "plain", "unknown field `name`"},
      {"/rules/0/fields/naam", "plein", "unknown form `plein`"},
      {"/rules/0/fields", json::object(), "names no field"},
      {"/rules/0/require", json::array({"soort"}), "unknown field of this rule `soort`"},
      {"/rules/0/retain", "long", "/rules/0/retain"},
      {"/rules/0/onward", json::array({"d"}), "unknown party `d`"},
      {"/rules/0/onward", json::array(), "/rules/0/onward"},
      {"/rules/0/journal", "none", "not supported by this build"},
      {"/rules/0/approval/role", "admin", "unknown role `admin`"},
      {"/rules/0/approval/by", "d", "unknown party `d`"},
      {"/rules/0/approval/not", "anybody", "must be `requester`"},
      {"/rules/0/approval/valid", "P1M", "/rules/0/approval/valid"},
      {"/rules/0/when", json::object(), "has no condition"},
      {"/rules/0/when/stap", true, "unknown fact `stap`"},
      {"/rules/0/when/listed", "true", "must be true or false"},
      {"/rules/0/when/age", json::object(), "needs `min`, `max` or both"},
      {"/rules/0/when/age/max", 11, "`min` is above `max`"},
      {"/rules/0/when/age/min", -1, "/rules/0/when/age/min"},
      {"/rules/0/when/step/max", "1", "`min` is above `max`"},
      {"/rules/0/when/step/min", "4", "unknown value `4`"},
      {"/rules/0/when/role", json::array(), "/rules/0/when/role"},
      {"/rules/0/when/role", json::array({"vader"}), "unknown value `vader`"},
      {"/rules/0/when/role", json::object({{"min", "dader"}}), "must be a list"},
      {"/rules/1/deny/from", json::array(), "/rules/1/deny/from"},
      {"/rules/1/deny/to", "d", "unknown party `d`"},
      {"/rules/1/deny/fields", json::array({"soort"}), "unknown field `soort`"},
      {"/rules/1/unless_form", json::array({"readable"}), "unknown form `readable`"},
      {"/tests/0/ask/purpose", "r", "unknown purpose `r`"},
      {"/tests/0/ask/facts/stap", "2", "unknown fact `stap`"},
      {"/tests/0/ask/facts/step", "4", "unknown value `4`"},
      {"/tests/0/ask/facts/age", json::array({13, 12}), "[lowest, highest]"},
      {"/tests/0/ask/facts/age", "12", "[lowest, highest]"},
      {"/tests/0/expect/decision", "allow", "unknown decision `allow`"},
      {"/tests/0/expect/decision", "permit", "only a deny has a code"},
      {"/tests/0/expect/code", "NO_RULES", "unknown code `NO_RULES`"},
      {"/tests/0/expect/nearest", "K2", "unknown rule `K2`"},
      {"/tests/0/expect/failed", json::array({"stap"}), "unknown fact `stap`"},
  };
  for (const BadValue& bad : cases) {
    json value = Valid();
    value[json::json_pointer(bad.path)] = bad.value;
    const std::string refusal = RefusalOf(value);
    EXPECT_NE(refusal.find(bad.names), std::string::npos) << bad.path << " gave " << refusal;
  }
}

TEST(ParseDocumentTest, RefusesByNameWhatThisBuildLacks) {
  for (const char* key : {"witness", "replaces"}) {
    json value = Valid();
    value[key] = json::object();
    EXPECT_NE(RefusalOf(value).find("`" + std::string(key) + "` is not supported by this build"),
              std::string::npos)
        << key;
  }
}

TEST(ParseDocumentTest, RefusesOneKeyWithTwoHolders) {
  json value = Valid();
  value["parties"]["b"]["roots"] = value["parties"]["a"]["roots"];
  EXPECT_NE(RefusalOf(value).find("root key of `a`"), std::string::npos);
  value = Valid();
  value["auditors"]["toezicht"] = {{"name", "T"},
                                   {"roots", value["parties"]["c"]["roots"]},
                                   {"threshold", 1},
                                   {"scope", {{"organisations", {"oa"}}, {"categories", "any"}}},
                                   {"detail", "metadata"},
                                   {"until", 1774994400000}};
  EXPECT_NE(RefusalOf(value).find("root key of `c`"), std::string::npos);
  value["auditors"]["toezicht"]["roots"] = {crypto::KeyId(KeyOf("T").public_key())};
  EXPECT_EQ(RefusalOf(value), "");
  value["auditors"]["toezicht"]["scope"]["categories"] = {"kk"};
  EXPECT_NE(RefusalOf(value).find("unknown category `kk`"), std::string::npos);
  value["auditors"]["toezicht"]["scope"] = {{"organisations", {"od"}}, {"categories", "any"}};
  EXPECT_NE(RefusalOf(value).find("unknown organisation `od`"), std::string::npos);
}

TEST(ParseDocumentTest, TakesUpToOneMebibyte) {
  json value = Valid();
  const size_t spare =
      kMaxCovenantBytes - value.dump().size() + value["title"].get<std::string>().size();
  value["title"] = std::string(spare, 't');
  ASSERT_EQ(value.dump().size(), kMaxCovenantBytes);
  EXPECT_TRUE(Parse(value).ok());
  value["title"] = std::string(spare + 1, 't');
  const auto refused = Parse(value);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kExhausted);
}

TEST(ParseDocumentTest, RefusesEveryTruncationAndSurvivesFlippedBits) {
  crypto::Init();
  const std::string valid = SmallVector();
  const auto original = ParseDocument(valid);
  ASSERT_TRUE(original.ok());
  for (size_t size = 0; size < valid.size(); ++size) {
    EXPECT_FALSE(ParseDocument(valid.substr(0, size)).ok()) << size;
  }
  // A bit of every byte: each parse of this text checks its public keys, which takes a while.
  for (size_t i = 0; i < valid.size(); ++i) {
    std::string flipped = valid;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    const auto document = ParseDocument(flipped);
    EXPECT_TRUE(!document.ok() || document->hash != original->hash) << i;
  }
}

TEST(ParseDocumentTest, ErrorsHoldNoControlCharactersAndNoLongTexts) {
  json value = Valid();
  value["rules"][0]["permit"]["basis"] = "a\nb" + std::string(5000, 'x');
  const std::string refusal = RefusalOf(value);
  EXPECT_EQ(refusal.find('\n'), std::string::npos);
  EXPECT_LT(refusal.size(), 300u);
}

TEST(CheckSupportedTest, RefusesApprovalsThatNoNodeCanWaitFor) {
  json value = Valid();
  EXPECT_TRUE(CheckSupported(*Parse(value)).ok());
  json elsewhere = value;
  const std::string giver = elsewhere["rules"][0]["permit"]["from"];
  ASSERT_EQ(elsewhere["rules"][0]["approval"]["by"], giver);
  elsewhere["rules"][0]["approval"]["by"] = elsewhere["rules"][0]["permit"]["to"];
  const auto approval = CheckSupported(*Parse(elsewhere));
  ASSERT_FALSE(approval.ok());
  EXPECT_EQ(approval.error().code, ErrorCode::kMalformed);
  EXPECT_NE(approval.error().detail.find("/rules/0/approval"), std::string::npos);
}

TEST(CheckSupportedTest, RefusesACoarserFormThatNoNodeMakes) {
  json value = Valid();
  for (const char* known : {"coarse(buurt)", "coarse(hoofdgroep)"}) {
    value["rules"][0]["fields"]["soort"] = known;
    EXPECT_TRUE(CheckSupported(*Parse(value)).ok()) << known;
  }
  value["rules"][0]["fields"]["soort"] = "coarse(wijk)";
  const auto refused = CheckSupported(*Parse(value));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().detail.find("coarse(wijk)"), std::string::npos);
}

TEST(CheckSupportedTest, RefusesATextThatNobodyReads) {
  json value = Valid();
  value["rules"][0]["fields"]["tekst"] = "reviewed";
  EXPECT_TRUE(CheckSupported(*Parse(value)).ok());
  value["rules"][0].erase("approval");
  EXPECT_FALSE(CheckSupported(*Parse(value)).ok());
  value["rules"][0]["fields"].erase("tekst");
  EXPECT_TRUE(CheckSupported(*Parse(value)).ok());
}

}  // namespace
}  // namespace schakel::covenant
