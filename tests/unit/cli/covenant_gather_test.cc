// A party's roots that are kept apart: each signs by itself, and the signatures come together.
#include <gmock/gmock.h>

#include "cli/covenant_file.h"
#include "cli/text.h"
#include "node/covenant/trust.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// The politie sign with 2 of 3 roots, and no root is in the home: root 1 lies in `root-1.key`.
class CovenantGatherTest : public CliTest {
 protected:
  CovenantGatherTest() {
    for (const char* party : {"politie", "gemeente", "om", "jongerenwerk"})
      MakeHome(party, 3, 2);
    MakeAuditorHome();
    const Ran ran = Run(PrepareArguments(SCHAKEL_POLICY));
    EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
    for (const char* root : {"root-1.key", "root-2.key", "root-3.key"})
      std::filesystem::rename(In("politie/roots/") + root, In(root));
  }

  Ran Sign(const std::string& home, const std::string& folder) {
    return Run({"covenant", "sign", In("covenant.json"), "--home", In(home), "-o", In(folder)});
  }
  // Both statements of the politie in `from`, with one root, into `folder`.
  Ran Cosign(const std::string& from,
             const std::string& root,
             const std::string& folder,
             const std::string& suffix = ".json") {
    return Run({"covenant",
                "cosign",
                In("covenant.json"),
                "--statement",
                In(from) + "/politie.accept" + suffix,
                In(from) + "/politie.delegation" + suffix,
                "--root",
                In(root),
                "-o",
                In(folder)});
  }
  // What one root signs of the bytes that the home made.
  void SignDraft(const std::string& root, const std::string& folder) {
    const Ran ran = Cosign("draft", root, folder, ".draft");
    ASSERT_EQ(ran.exit, Exit::kIncomplete) << ran.err;
  }
  void Drafts() {
    const Ran ran = Sign("politie", "draft");
    ASSERT_EQ(ran.exit, Exit::kIncomplete) << ran.err;
  }
  Ran Merge(const std::vector<std::string>& from, const std::string& to) {
    std::vector<std::string> arguments = {"covenant", "merge", In("covenant.json"), "--statements"};
    for (const std::string& folder : from)
      arguments.push_back(In(folder));
    arguments.emplace_back("-o");
    arguments.push_back(In(to));
    return Run(arguments);
  }
  std::vector<std::string> VerifyArguments(const std::vector<std::string>& folders) {
    std::vector<std::string> arguments = {
        "covenant", "verify", In("covenant.json"), "--statements"};
    for (const std::string& folder : folders)
      arguments.push_back(In(folder));
    return arguments;
  }
  void SignOthers() {
    for (const char* home : {"gemeente", "om", "jongerenwerk", "audit"})
      ASSERT_EQ(Sign(home, "others").exit, Exit::kDone);
  }
  size_t Signatures(const std::string& path) {
    const auto read = ReadStatement(In(path));
    EXPECT_TRUE(read.ok()) << path;
    return read ? read->signatures().size() : 0;
  }
  bool Accepted(const std::string& path) {
    const auto loaded = LoadCovenant(In("covenant.json"));
    const auto read = ReadStatement(In(path));
    return read && covenant::VerifyAccept(*read, (*loaded)->document()).ok();
  }
  Ran Activate(const std::vector<std::string>& folders) {
    std::vector<std::string> arguments = {"covenant",
                                          "activate",
                                          In("covenant.json"),
                                          "--home",
                                          In("gemeente"),
                                          "--as",
                                          "smit",
                                          "--statements"};
    for (const std::string& folder : folders)
      arguments.push_back(In(folder));
    for (const char* party : {"politie", "om", "jongerenwerk"}) {
      arguments.emplace_back("--confirm");
      arguments.push_back(party + ("=" + covenant::RootFingerprint(
                                             ReadPartyFile(In(party) + "/party.json")->roots)));
    }
    return Run(arguments);
  }
};

TEST_F(CovenantGatherTest, WithoutARootTheHomeWritesWhatTheRootsAreToSign) {
  const Ran ran = Sign("politie", "draft");
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_THAT(ran.out, HasSubstr("Onvolledig: van politie ondertekende 0 van 2 roots."));
  EXPECT_THAT(ran.out, HasSubstr("schakel covenant cosign"));
  const auto draft = canon::ParseJson(ReadAll(In("draft/politie.accept.draft")));
  ASSERT_TRUE(draft.ok());
  EXPECT_EQ(TextOf(*draft, "type"), "accept");
  EXPECT_EQ(draft->Find("sigs"), nullptr);
  EXPECT_FALSE(std::filesystem::exists(In("draft/politie.accept.json")));
}

TEST_F(CovenantGatherTest, RootsThatSignApartMeetTheThresholdTogether) {
  Drafts();
  SignDraft("root-1.key", "one");
  SignDraft("root-3.key", "three");
  EXPECT_FALSE(Accepted("one/politie.accept.json"));
  const Ran merged = Merge({"one", "three"}, "merged");
  EXPECT_EQ(merged.exit, Exit::kDone) << merged.err;
  EXPECT_THAT(merged.out, HasSubstr("Volledig."));
  EXPECT_TRUE(Accepted("merged/politie.accept.json"));
  EXPECT_EQ(Signatures("merged/politie.delegation.json"), 2U);
  SignOthers();
  const Ran verified = Run(VerifyArguments({"others", "merged"}));
  EXPECT_EQ(verified.exit, Exit::kDone) << verified.err << verified.out;
}

TEST_F(CovenantGatherTest, BelowTheThresholdMergingIsIncomplete) {
  Drafts();
  SignDraft("root-1.key", "one");
  const Ran merged = Merge({"one"}, "merged");
  EXPECT_EQ(merged.exit, Exit::kIncomplete);
  EXPECT_THAT(merged.out, HasSubstr("Onvolledig: wacht op roots van politie"));
  EXPECT_THAT(merged.out, HasSubstr("1 van 2 roots, nog 1 nodig"));
  EXPECT_EQ(Signatures("merged/politie.accept.json"), 1U);
}

TEST_F(CovenantGatherTest, AboveTheThresholdEverySignatureIsKept) {
  Drafts();
  SignDraft("root-1.key", "one");
  SignDraft("root-2.key", "two");
  SignDraft("root-3.key", "three");
  EXPECT_EQ(Merge({"two", "one", "three"}, "merged").exit, Exit::kDone);
  EXPECT_EQ(Signatures("merged/politie.accept.json"), 3U);
  EXPECT_TRUE(Accepted("merged/politie.accept.json"));
}

TEST_F(CovenantGatherTest, TheOrderOfMergingChangesNoByte) {
  Drafts();
  SignDraft("root-1.key", "one");
  SignDraft("root-2.key", "two");
  ASSERT_EQ(Merge({"one", "two"}, "ab").exit, Exit::kDone);
  ASSERT_EQ(Merge({"two", "one"}, "ba").exit, Exit::kDone);
  // One after the other on the same file gives the same bytes as apart.
  const Ran chain = Cosign("two", "root-1.key", "chain");
  ASSERT_EQ(chain.exit, Exit::kDone) << chain.err;
  for (const char* name : {"/politie.accept.json", "/politie.delegation.json"}) {
    EXPECT_EQ(ReadAll(In("ab") + name), ReadAll(In("ba") + name));
    EXPECT_EQ(ReadAll(In("ab") + name), ReadAll(In("chain") + name));
  }
}

TEST_F(CovenantGatherTest, TheSameRootTwiceCountsOnce) {
  Drafts();
  SignDraft("root-1.key", "one");
  SignDraft("root-1.key", "again");
  const Ran merged = Merge({"one", "again"}, "merged");
  EXPECT_EQ(merged.exit, Exit::kIncomplete);
  EXPECT_EQ(Signatures("merged/politie.accept.json"), 1U);
  const Ran twice = Cosign("one", "root-1.key", "twice");
  EXPECT_EQ(twice.exit, Exit::kFailed);
  EXPECT_THAT(twice.err, HasSubstr("deze sleutel heeft al ondertekend"));
  EXPECT_FALSE(std::filesystem::exists(In("twice")));
}

TEST_F(CovenantGatherTest, AKeyThatIsNoRootOfThePartySignsNothing) {
  Drafts();
  for (const char* key : {"gemeente/roots/root-1.key", "politie/keys/statement.key"}) {
    const Ran ran = Cosign("draft", key, "foreign", ".draft");
    EXPECT_EQ(ran.exit, Exit::kFailed) << key;
    EXPECT_THAT(ran.err,
                HasSubstr("een handtekening van een sleutel die dit niet mag ondertekenen"))
        << key;
    EXPECT_FALSE(std::filesystem::exists(In("foreign"))) << key;
  }
}

TEST_F(CovenantGatherTest, ASignatureOfANonRootIsNotMergedAndNotCounted) {
  Drafts();
  SignDraft("root-1.key", "one");
  SignDraft("root-2.key", "two");
  const auto partial = ReadStatement(In("two/politie.accept.json"));
  const auto foreign = ReadSigningKey(In("gemeente/roots/root-1.key"));
  std::filesystem::remove(In("two/politie.accept.json"));
  ASSERT_TRUE(WriteStatement(In("two/politie.accept.json"), *partial->AddSignature(*foreign)).ok());
  const Ran merged = Merge({"one", "two"}, "merged");
  EXPECT_EQ(merged.exit, Exit::kFailed);
  EXPECT_THAT(merged.err, HasSubstr("two/politie.accept.json: een handtekening van een sleutel"));
  EXPECT_FALSE(std::filesystem::exists(In("merged")));
  const Ran verified = Run(VerifyArguments({"two"}));
  EXPECT_EQ(verified.exit, Exit::kFailed);
  EXPECT_THAT(verified.err,
              HasSubstr("een handtekening van een sleutel die dit niet mag ondertekenen"));
  EXPECT_THAT(verified.out,
              testing::ContainsRegex("politie +ONTBREEKT 2 van 2 +ONTBREEKT 1 van 2"));
}

TEST_F(CovenantGatherTest, SignaturesUnderDifferentBytesAreNotMerged) {
  Drafts();
  SignDraft("root-1.key", "one");
  clock.now += std::chrono::milliseconds{1};
  ASSERT_EQ(Sign("politie", "later").exit, Exit::kIncomplete);
  ASSERT_EQ(Cosign("later", "root-2.key", "two", ".draft").exit, Exit::kIncomplete);
  const Ran merged = Merge({"one", "two"}, "merged");
  EXPECT_EQ(merged.exit, Exit::kFailed);
  EXPECT_THAT(merged.err, HasSubstr("two/politie.accept.json: de bytes zijn andere dan die van"));
  EXPECT_FALSE(std::filesystem::exists(In("merged")));
}

TEST_F(CovenantGatherTest, AnAlteredDraftIsSignedForNobodyElsesCovenant) {
  Drafts();
  std::string draft = ReadAll(In("draft/politie.accept.draft"));
  const size_t at = draft.find("\"covenant\":\"") + 12;
  draft[at] = draft[at] == 'a' ? 'b' : 'a';
  WriteAll(In("draft/politie.accept.draft"), draft);
  const Ran ran = Cosign("draft", "root-1.key", "one", ".draft");
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("stemt in met een andere versie of andere bytes"));
  EXPECT_FALSE(std::filesystem::exists(In("one")));
}

TEST_F(CovenantGatherTest, CosignRefusesWhatIsNoDraftAtAll) {
  Drafts();
  const std::string path = In("draft/politie.accept.draft");
  const std::string draft = ReadAll(path);
  for (size_t size = 0; size + 1 < draft.size(); size += 7) {
    WriteAll(path, draft.substr(0, size));
    EXPECT_EQ(Cosign("draft", "root-1.key", "one", ".draft").exit, Exit::kFailed) << size;
  }
  for (const char* text : {R"({"statement":[],"type":"accept"})",
                           R"({"statement":{},"type":"fact"})",
                           R"({"statement":{},"type":"accept"})",
                           R"({"extra":1,"statement":{},"type":"accept"})"}) {
    WriteAll(path, text);
    EXPECT_EQ(Cosign("draft", "root-1.key", "one", ".draft").exit, Exit::kFailed) << text;
  }
  EXPECT_FALSE(std::filesystem::exists(In("one")));
}

TEST_F(CovenantGatherTest, CosignShowsWhatItSigns) {
  Drafts();
  const Ran ran = Cosign("draft", "root-1.key", "one", ".draft");
  EXPECT_THAT(ran.out, HasSubstr("politie.veldrijk.example:7441"));
  EXPECT_THAT(ran.out,
              HasSubstr(crypto::KeyId(ReadSigningKey(In("politie/keys/log.key"))->public_key())));
  EXPECT_THAT(ran.out, HasSubstr("1 van 2 roots"));
  EXPECT_THAT(ran.out, HasSubstr("Onvolledig."));
}

TEST_F(CovenantGatherTest, ARootInTheHomeSignsAtOnceAndAnotherOneAdds) {
  std::filesystem::rename(In("root-1.key"), In("politie/roots/root-1.key"));
  const Ran first = Sign("politie", "one");
  EXPECT_EQ(first.exit, Exit::kIncomplete) << first.err;
  EXPECT_THAT(first.out, HasSubstr("Onvolledig: van politie ondertekende 1 van 2 roots."));
  const Ran second = Cosign("one", "root-2.key", "two");
  EXPECT_EQ(second.exit, Exit::kDone) << second.err;
  EXPECT_THAT(second.out, HasSubstr("Volledig."));
  EXPECT_TRUE(Accepted("two/politie.accept.json"));
  const Ran third = Cosign("two", "root-3.key", "three");
  EXPECT_EQ(third.exit, Exit::kDone) << third.err;
  EXPECT_EQ(Signatures("three/politie.accept.json"), 3U);
}

TEST_F(CovenantGatherTest, WithoutARootAHomeOfOtherRootsMakesNothing) {
  std::filesystem::rename(In("politie"), In("old"));
  MakeHome("politie", 3, 2);
  std::filesystem::remove_all(In("politie/roots"));
  const Ran ran = Sign("politie", "draft");
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("noemt de roots van"));
}

TEST_F(CovenantGatherTest, VerifySaysHowManySignaturesEachPartyMisses) {
  Drafts();
  SignOthers();
  EXPECT_THAT(Run(VerifyArguments({"others"})).out,
              testing::ContainsRegex("politie +ONTBREEKT 2 van 2 +ONTBREEKT 2 van 2"));
  SignDraft("root-1.key", "one");
  const Ran ran = Run(VerifyArguments({"others", "one"}));
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_THAT(ran.out, testing::ContainsRegex("politie +ONTBREEKT 1 van 2 +ONTBREEKT 1 van 2"));
  EXPECT_THAT(ran.out, testing::ContainsRegex("gemeente +ingestemd +gedelegeerd"));
  EXPECT_THAT(ran.out, HasSubstr("Onvolledig: wacht op politie"));
  EXPECT_THAT(ran.out, HasSubstr("schakel covenant merge"));
  const canon::Value value = Json(RunJson(VerifyArguments({"others", "one"})));
  EXPECT_THAT(TextsOf(value, "missing"), ElementsAre("politie"));
  for (const canon::Value& signer : ArrayOf(value, "signers")) {
    if (TextOf(signer, "id") != "politie") continue;
    EXPECT_EQ(IntOf(*signer.Find("signatures"), "accept"), 1);
    EXPECT_EQ(IntOf(*signer.Find("signatures"), "delegation"), 1);
    EXPECT_EQ(IntOf(*signer.Find("signatures"), "needed"), 2);
  }
}

TEST_F(CovenantGatherTest, PartialFilesDoNotCountTogetherBeforeTheyAreMerged) {
  Drafts();
  SignOthers();
  SignDraft("root-1.key", "one");
  SignDraft("root-2.key", "two");
  EXPECT_EQ(Run(VerifyArguments({"others", "one", "two"})).exit, Exit::kIncomplete);
}

TEST_F(CovenantGatherTest, ActivationRefusesBelowTheThresholdAndSendsNothing) {
  Drafts();
  SignOthers();
  SignDraft("root-1.key", "one");
  const Ran ran = Activate({"others", "one"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("politie.accept.json heeft 1 van de 2 roothandtekeningen"));
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(CovenantGatherTest, ActivationSendsWhatIsCompleteWithoutItsParts) {
  Drafts();
  SignOthers();
  SignDraft("root-1.key", "one");
  SignDraft("root-2.key", "two");
  ASSERT_EQ(Merge({"one", "two"}, "merged").exit, Exit::kDone);
  node.Answer("covenant.activate", canon::Value::Object{{"version", 1}, {"hash", "ab"}});
  const Ran ran = Activate({"others", "one", "two", "merged"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(ArrayOf(node.only().params, "statements").size(), 9U);
  EXPECT_THAT(ran.err, Not(HasSubstr("MISSING")));
}

TEST_F(CovenantGatherTest, NothingSignedIsNothingToMerge) {
  Drafts();
  const Ran ran = Merge({"draft"}, "merged");
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("geen ondertekende verklaring in"));
}

TEST_F(CovenantGatherTest, MergeAndCosignWriteOverNothing) {
  Drafts();
  SignDraft("root-1.key", "one");
  const std::string before = ReadAll(In("one/politie.accept.json"));
  EXPECT_EQ(Merge({"one"}, "one").exit, Exit::kFailed);
  EXPECT_EQ(Cosign("draft", "root-2.key", "one", ".draft").exit, Exit::kFailed);
  EXPECT_EQ(ReadAll(In("one/politie.accept.json")), before);
}

}  // namespace
}  // namespace schakel::cli
