#include <gmock/gmock.h>

#include "cli/covenant_file.h"
#include "cli/text.h"
#include "node/covenant/trust.h"
#include "node/crypto/hash.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class CovenantTest : public CliTest {
 protected:
  CovenantTest() {
    for (const char* party : {"politie", "gemeente", "om", "jongerenwerk"})
      MakeHome(party, 2, 2);
    MakeAuditorHome();
  }

  // With a lineage, so that one who prepares again makes the same bytes.
  std::vector<std::string> PrepareArguments(const std::string& policy) {
    auto arguments = CliTest::PrepareArguments(policy);
    arguments.insert(arguments.end(), {"--lineage", "0b1f6c1e-7d1a-4c44-9d0e-1f0a4a1b2c3d"});
    return arguments;
  }
  void Prepare() {
    const Ran ran = Run(PrepareArguments(SCHAKEL_POLICY));
    ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  }
  Ran Sign(const std::string& home) {
    return Run({"covenant", "sign", In("covenant.json"), "--home", In(home), "-o", In("signed")});
  }
  Ran Verify() {
    return Run({"covenant", "verify", In("covenant.json"), "--statements", In("signed")});
  }
  void SignAll() {
    for (const char* home : {"politie", "gemeente", "om", "jongerenwerk", "audit"}) {
      const Ran ran = Sign(home);
      ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
    }
  }
  std::unique_ptr<const covenant::Covenant> Load() {
    auto loaded = LoadCovenant(In("covenant.json"));
    EXPECT_TRUE(loaded.ok());
    return *std::move(loaded);
  }
  template <typename T>
  T Read(const std::string& name) {
    const auto statement = ReadStatement(In("signed/" + name));
    EXPECT_TRUE(statement.ok());
    const auto content = statement::ParseAs<T>(*statement);
    EXPECT_TRUE(content.ok());
    return *content;
  }
  std::vector<std::string> Activate(const std::vector<std::string>& confirm) {
    std::vector<std::string> arguments = {"covenant",
                                          "activate",
                                          In("covenant.json"),
                                          "--statements",
                                          In("signed"),
                                          "--home",
                                          In("gemeente"),
                                          "--as",
                                          "smit"};
    for (const std::string& text : confirm) {
      arguments.emplace_back("--confirm");
      arguments.push_back(text);
    }
    return arguments;
  }
  [[nodiscard]] std::string Fingerprint(const std::string& party) const {
    return covenant::RootFingerprint(ReadPartyFile(In(party) + "/party.json")->roots);
  }

 private:
};

TEST_F(CovenantTest, PrepareWritesTheBytesWhoseHashItPrints) {
  const Ran ran = Run(PrepareArguments(SCHAKEL_POLICY));
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  const std::string bytes = ReadAll(In("covenant.json"));
  EXPECT_TRUE(canon::ParseCanonical(bytes).ok());
  EXPECT_THAT(ran.out, HasSubstr(EncodeHex(crypto::Sha256(bytes))));
  const auto covenant = Load();
  EXPECT_EQ(ToString(covenant->document().lineage), "0b1f6c1e-7d1a-4c44-9d0e-1f0a4a1b2c3d");
  EXPECT_EQ(covenant->document().parties.at("politie").threshold, 2);
  EXPECT_EQ(covenant->document().parties.at("politie").roots.size(), 2U);
  EXPECT_EQ(covenant->document().auditors.at("auditdienst").roots.size(), 1U);
}

TEST_F(CovenantTest, PrepareNamesEveryFindingWithItsPlaceAndWritesNothing) {
  std::string broken = ReadAll(SCHAKEL_POLICY);
  const size_t at = broken.find("category: namenlijst}");
  ASSERT_NE(at, std::string::npos);
  broken.replace(at, 21, "category: namenljst}");
  WriteAll(In("broken.yaml"), broken);
  const Ran ran = Run(PrepareArguments(In("broken.yaml")));
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr(In("broken.yaml") + ":"));
  EXPECT_THAT(ran.err, HasSubstr("namenljst"));
  EXPECT_FALSE(std::filesystem::exists(In("covenant.json")));
  const canon::Value value = Json(RunJson(PrepareArguments(In("broken.yaml"))));
  EXPECT_GT(IntOf(ArrayOf(value, "findings").at(0), "line"), 0);
  EXPECT_EQ(TextOf(*value.Find("error"), "code"), "malformed");
}

TEST_F(CovenantTest, PrepareRefusesACovenantWhoseOwnTestFails) {
  std::string broken = ReadAll(SCHAKEL_POLICY);
  const std::string test = "{decision: deny, code: FACT_UNKNOWN, nearest: P01, failed: [listed]}";
  const size_t at = broken.find(test);
  ASSERT_NE(at, std::string::npos);
  broken.replace(at, test.size(), "{decision: permit}");
  WriteAll(In("broken.yaml"), broken);
  const Ran ran = Run(PrepareArguments(In("broken.yaml")));
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("whose row is not proved is not named"));
  EXPECT_FALSE(std::filesystem::exists(In("covenant.json")));
}

TEST_F(CovenantTest, PrepareWritesOverNothing) {
  WriteAll(In("covenant.json"), "mine");
  EXPECT_EQ(Run(PrepareArguments(SCHAKEL_POLICY)).exit, Exit::kFailed);
  EXPECT_EQ(ReadAll(In("covenant.json")), "mine");
}

TEST_F(CovenantTest, ADocumentMustBeTheOneThatTheTemplateStates) {
  WriteAll(In("paper.txt"), "another text");
  std::vector<std::string> arguments = PrepareArguments(SCHAKEL_POLICY);
  arguments.push_back("--document");
  arguments.push_back("convenant=" + In("paper.txt"));
  const Ran ran = Run(arguments);
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("een andere SHA-256 voor document 'convenant'"));
  arguments.back() = "convenant=a3df94783f941ac14aabad451527d5c9d2eecd02132818cce6cd763ce8c6e218";
  EXPECT_EQ(Run(arguments).exit, Exit::kDone);
}

TEST_F(CovenantTest, PrepareTakesAnAuditorOnlyAsAuditor) {
  std::vector<std::string> arguments = PrepareArguments(SCHAKEL_POLICY);
  arguments.insert(arguments.begin() + 4, In("audit/party.json"));
  const Ran ran = Run(arguments);
  EXPECT_EQ(ran.exit, Exit::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("--auditor"));
}

TEST_F(CovenantTest, SignAcceptsExactlyThisCovenantUnderEveryRoot) {
  Prepare();
  const Ran ran = Sign("politie");
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  const auto covenant = Load();
  const auto accept = ReadStatement(In("signed/politie.accept.json"));
  ASSERT_TRUE(accept.ok());
  const auto verified = covenant::VerifyAccept(*accept, covenant->document());
  ASSERT_TRUE(verified.ok()) << verified.error().detail;
  EXPECT_EQ(verified->content.covenant, covenant->document().hash);
  EXPECT_EQ(accept->signatures().size(), 2U);
}

TEST_F(CovenantTest, SignDelegatesTheKeysOfTheHome) {
  Prepare();
  ASSERT_EQ(Sign("politie").exit, Exit::kDone);
  const auto delegation = Read<statement::Delegation>("politie.delegation.json");
  EXPECT_EQ(delegation.node, "politie.veldrijk.example");
  EXPECT_THAT(delegation.addresses, ElementsAre("politie.veldrijk.example:7441"));
  EXPECT_EQ(delegation.not_before, clock.now);
  EXPECT_EQ(delegation.not_after, clock.now + std::chrono::days{89});
  ASSERT_EQ(delegation.keys.size(), 3U);
  for (const statement::DelegatedKey& key : delegation.keys) {
    const std::string file =
        In("politie/keys/") + statement::KeyUseName(key.use) + std::string(".key");
    EXPECT_EQ(ReadSigningKey(file)->public_key(), key.key) << file;
  }
  const auto accept = Read<statement::Accept>("politie.accept.json");
  EXPECT_LT(accept.seq, delegation.seq);
}

TEST_F(CovenantTest, ADelegationEndsWithTheCovenantAtTheLatest) {
  Prepare();
  clock.now =
      FirstInstantOf(std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}, Zone::kAmsterdam);
  ASSERT_EQ(Sign("politie").exit, Exit::kDone);
  const auto delegation = Read<statement::Delegation>("politie.delegation.json");
  EXPECT_EQ(delegation.not_after, Load()->document().valid_until);
}

TEST_F(CovenantTest, SignTakesNinetyDaysAndNoMore) {
  Prepare();
  const auto sign = [&](const char* days) {
    return Run({"covenant",
                "sign",
                In("covenant.json"),
                "--home",
                In("om"),
                "--days",
                days,
                "-o",
                In("signed")});
  };
  EXPECT_EQ(sign("0").exit, Exit::kUsage);
  EXPECT_EQ(sign("91").exit, Exit::kUsage);
  EXPECT_EQ(sign("90").exit, Exit::kDone);
}

TEST_F(CovenantTest, AnExpiredCovenantIsNotSigned) {
  Prepare();
  clock.now = Load()->document().valid_until;
  const Ran ran = Sign("politie");
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("liep tot en met 31-12-2026"));
}

TEST_F(CovenantTest, AnAuditorDelegatesAndAcceptsNothing) {
  Prepare();
  ASSERT_EQ(Sign("audit").exit, Exit::kDone);
  EXPECT_FALSE(std::filesystem::exists(In("signed/auditdienst.accept.json")));
  const auto delegation = Read<statement::Delegation>("auditdienst.delegation.json");
  EXPECT_EQ(delegation.keys.size(), 2U);
  EXPECT_TRUE(delegation.addresses.empty());
}

TEST_F(CovenantTest, AHomeWhoseRootsTheCovenantDoesNotListSignsNothing) {
  Prepare();
  std::filesystem::rename(In("politie"), In("old"));
  MakeHome("politie", 2, 2);
  const Ran ran = Sign("politie");
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("noemt de roots van"));
}

TEST_F(CovenantTest, ACovenantWithAnotherByteIsNotTheSame) {
  Prepare();
  SignAll();
  std::string bytes = ReadAll(In("covenant.json"));
  const size_t at = bytes.find("Veldrijk");
  bytes[at] = 'W';
  std::filesystem::remove(In("covenant.json"));
  WriteAll(In("covenant.json"), bytes);
  const Ran ran = Verify();
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err,
              HasSubstr("politie.accept.json: stemt in met een andere versie of andere bytes"));
}

TEST_F(CovenantTest, VerifyNamesWhoIsMissingAndIsIncomplete) {
  Prepare();
  for (const char* home : {"politie", "gemeente", "audit"})
    ASSERT_EQ(Sign(home).exit, Exit::kDone);
  const Ran ran = Verify();
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_THAT(ran.out, HasSubstr("Onvolledig: wacht op jongerenwerk, om"));
  const canon::Value value =
      Json(RunJson({"covenant", "verify", In("covenant.json"), "--statements", In("signed")}));
  EXPECT_THAT(TextsOf(value, "missing"), ElementsAre("jongerenwerk", "om"));
  EXPECT_FALSE(BoolOf(value, "complete"));
}

TEST_F(CovenantTest, VerifyIsCompleteWhenAllSigned) {
  Prepare();
  SignAll();
  const Ran ran = Verify();
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Volledig."));
  EXPECT_THAT(ran.out, Not(HasSubstr("ONTBREEKT")));
}

TEST_F(CovenantTest, VerifyMissesADelegationThatIsOver) {
  Prepare();
  SignAll();
  clock.now += std::chrono::days{90};
  const Ran ran = Verify();
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("de delegatie is afgelopen"));
}

TEST_F(CovenantTest, VerifyNamesAFileThatIsNoStatement) {
  Prepare();
  SignAll();
  WriteAll(In("signed/notes.json"), "{}");
  const Ran ran = Verify();
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("notes.json is geen ondertekende verklaring"));
}

TEST_F(CovenantTest, ActivateSendsNothingBeforeEveryFingerprintIsConfirmed) {
  Prepare();
  SignAll();
  for (const auto& confirm :
       {std::vector<std::string>{},
        std::vector<std::string>{"politie=" + Fingerprint("politie"), "om=" + Fingerprint("om")}}) {
    const Ran ran = Run(Activate(confirm));
    EXPECT_EQ(ran.exit, Exit::kFailed);
    EXPECT_TRUE(node.calls.empty());
    EXPECT_THAT(ran.out, HasSubstr("jongerenwerk"));
    EXPECT_THAT(ran.out, Not(HasSubstr("gemeente  ")));
  }
  std::vector<std::string> arguments = Activate({});
  const canon::Value value = Json(RunJson(arguments));
  EXPECT_EQ(TextOf(*value.Find("fingerprints"), "om"), Fingerprint("om"));
  EXPECT_EQ(TextOf(*value.Find("error"), "code"), "unconfirmed");
}

TEST_F(CovenantTest, ActivateHandsTheNodeWhatWasSignedAndWhatWasHeard) {
  Prepare();
  SignAll();
  node.Answer("covenant.activate", canon::Value::Object{{"version", 1}, {"hash", "ab"}});
  const Ran ran = Run(Activate({"politie=" + Fingerprint("politie"),
                                "om=" + Fingerprint("om"),
                                "jongerenwerk=aaaaaaaaaaaaaaaaaaaaaaaa"}));
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  const Called& called = node.only();
  EXPECT_EQ(TextOf(called.params, "covenant"), ReadAll(In("covenant.json")));
  EXPECT_EQ(ArrayOf(called.params, "statements").size(), 9U);
  // What was typed goes to the node as it is: the node compares.
  EXPECT_EQ(TextOf(*called.params.Find("confirm"), "jongerenwerk"), "aaaaaaaaaaaaaaaaaaaaaaaa");
  EXPECT_EQ(called.call.operator_id, "smit");
}

TEST_F(CovenantTest, ShowTellsTitleTermAndWhoSigned) {
  Prepare();
  const canon::Value document = *canon::ParseCanonical(ReadAll(In("covenant.json")));
  node.Answer("covenant.show",
              canon::Value::Object{{"active", true},
                                   {"covenant", document},
                                   {"hash", "f00d"},
                                   {"statements",
                                    canon::Value::Array{canon::Value::Object{
                                        {"type", "accept"}, {"party", "om"}, {"digest", "aa"}}}}});
  environment.home = In("gemeente");
  const Ran ran = Run({"covenant", "show", "--as", "smit"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("geldig  01-06-2026 t/m 31-12-2026"));
  EXPECT_THAT(ran.out, HasSubstr("hash    f00d"));
  EXPECT_THAT(ran.out,
              testing::ContainsRegex("om +Openbaar Ministerie, parket Veldrijk +instemming"));
  node.Answer("covenant.show", canon::Value::Object{{"active", false}});
  EXPECT_THAT(Run({"covenant", "show", "--as", "smit"}).out, HasSubstr("geen convenant"));
}

class NextVersionTest : public CliTest {};

TEST_F(NextVersionTest, FollowsTheOneBefore) {
  for (const char* party : {"politie", "gemeente", "om", "jongerenwerk"})
    MakeHome(party);
  MakeAuditorHome();
  ASSERT_EQ(Run(PrepareArguments(SCHAKEL_POLICY)).exit, Exit::kDone);
  std::string text = ReadAll(SCHAKEL_POLICY);
  const auto replace = [&text](const std::string& from, const std::string& to) {
    ASSERT_NE(text.find(from), std::string::npos) << from;
    text.replace(text.find(from), from.size(), to);
  };
  const auto prepare = [&](const std::string& name) {
    std::ofstream(In(name + ".yaml"), std::ios::binary) << text;
    std::vector<std::string> arguments = PrepareArguments(In(name + ".yaml"));
    arguments.back() = In(name + ".json");
    arguments.insert(arguments.end(), {"--previous", In("covenant.json")});
    return Run(arguments);
  };
  // The number that it has already.
  const Ran again = prepare("again");
  EXPECT_EQ(again.exit, Exit::kFailed);
  EXPECT_FALSE(std::filesystem::exists(In("again.json")));
  replace("version: 1\n", "version: 2\nprevious: fill\n");
  const Ran same = prepare("same");
  EXPECT_EQ(same.exit, Exit::kDone) << same.err;
  EXPECT_THAT(same.out, testing::HasSubstr("niets aan wat gaat (klasse neutral)"));
  const auto first = canon::ParseJson(ReadAll(In("covenant.json")));
  const auto next = canon::ParseJson(ReadAll(In("same.json")));
  ASSERT_TRUE(first.ok() && next.ok());
  EXPECT_EQ(*next->Find("lineage")->AsString(), *first->Find("lineage")->AsString());
  EXPECT_EQ(*next->Find("previous")->AsString(),
            EncodeHex(crypto::Sha256(ReadAll(In("covenant.json")))));
  replace("version: 2\n", "version: 3\n");
  const Ran skipped = prepare("skipped");
  EXPECT_EQ(skipped.exit, Exit::kFailed);
  EXPECT_THAT(skipped.err, testing::HasSubstr("version: 2"));
  std::vector<std::string> both = PrepareArguments(SCHAKEL_POLICY);
  both.insert(
      both.end(),
      {"--previous", In("covenant.json"), "--lineage", "0190a6e2-1f00-7000-8000-000000000001"});
  EXPECT_EQ(Run(both).exit, Exit::kUsage);
}

}  // namespace
}  // namespace schakel::cli
