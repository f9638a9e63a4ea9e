#include <algorithm>

#include <gmock/gmock.h>

#include "cli/covenant_file.h"
#include "cli/text.h"
#include "node/canon/json.h"
#include "node/covenant/trust.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"
#include "node/statement/decision_line.h"
#include "tests/unit/audit/network.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Four parties and an auditor who signed a covenant; their nodes are what a test makes of them.
class CollectTest : public CliTest {
 protected:
  CollectTest() {
    for (const char* party : {"politie", "gemeente", "om", "jongerenwerk"})
      MakeHome(party);
    MakeAuditorHome();
    EXPECT_EQ(Run(PrepareArguments(SCHAKEL_POLICY)).exit, Exit::kDone);
    for (const char* home : {"politie", "gemeente", "om", "jongerenwerk", "audit"}) {
      EXPECT_EQ(
          Run({"covenant", "sign", In("covenant.json"), "--home", In(home), "-o", In("signed")})
              .exit,
          Exit::kDone);
    }
    environment.home = In("audit");
    export_log = [this](const ExportCall& call, const TakeChunk& take) -> Result<void> {
      asked.push_back(call);
      const auto behaviour = nodes.find(call.party);
      if (behaviour != nodes.end()) return behaviour->second(call, take);
      return Serve({{"checkpoint", "note of " + call.party}, {"tile/0/000", "leaves"}}, take);
    };
  }

  static Result<void> Serve(const std::vector<std::pair<std::string, std::string>>& files,
                            const TakeChunk& take) {
    for (const auto& [path, content] : files) {
      // In two pieces and an end, as a node sends it.
      const size_t half = content.size() / 2;
      TRY(take({path, ToBytes(content.substr(0, half)), false}));
      TRY(take({path, ToBytes(content.substr(half)), false}));
      TRY(take({path, {}, true}));
    }
    return {};
  }
  Ran Collect(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"audit",
                                          "collect",
                                          "--covenant",
                                          In("covenant.json"),
                                          "--statements",
                                          In("signed"),
                                          "-o",
                                          In("export")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
  covenant::Document Document() { return (*LoadCovenant(In("covenant.json")))->document(); }
  // The certificate that a home's node would show.
  crypto::PeerCertificate CertificateOf(const std::string& home, const std::string& party) {
    const auto delegation = ReadStatement(In("signed/" + party + ".delegation.json"));
    const auto content = statement::ParseAs<statement::Delegation>(*delegation);
    const auto key = ReadSigningKey(In(home + "/keys/tls.key"));
    const std::string bytes = delegation->Encode();
    const auto identity = crypto::MakeTlsIdentity(
        *key, content->node, AsBytes(bytes), content->not_before, content->not_after);
    return *crypto::ParsePeerCertificate(identity->certificate_pem);
  }

  std::vector<ExportCall> asked;
  std::map<std::string, std::function<Result<void>(const ExportCall&, const TakeChunk&)>> nodes;
};

TEST_F(CollectTest, EveryPartysFilesGoIntoItsFolder) {
  const Ran ran = Collect();
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(ReadAll(In("export/politie/checkpoint")), "note of politie");
  EXPECT_EQ(ReadAll(In("export/om/tile/0/000")), "leaves");
  EXPECT_THAT(ran.out,
              HasSubstr("schakel audit verify " + In("export") + " --covenant " +
                        EncodeHex(Document().hash)));
  std::vector<std::string> parties;
  for (const ExportCall& call : asked)
    parties.push_back(call.party);
  EXPECT_THAT(parties, ElementsAre("gemeente", "jongerenwerk", "om", "politie"));
}

TEST_F(CollectTest, TheAuditorShowsItsOwnDelegationAndKey) {
  ASSERT_EQ(Collect().exit, Exit::kDone);
  const auto certificate = crypto::ParsePeerCertificate(asked.front().identity.certificate_pem);
  ASSERT_TRUE(certificate.ok());
  const auto key = ReadSigningKey(In("audit/keys/tls.key"));
  EXPECT_EQ(certificate->key, key->public_key());
  const auto delegation = statement::SignedStatement::Parse(AsText(certificate->delegation));
  ASSERT_TRUE(delegation.ok());
  EXPECT_EQ(covenant::VerifyDelegation(*delegation, Document())->content.party, "auditdienst");
  EXPECT_EQ(asked.front().lineage, Document().lineage);
  EXPECT_EQ(asked.front().address, "gemeente.veldrijk.example:7441");
}

TEST_F(CollectTest, ANodeThatDoesNotAnswerIsNamedAndTheRestGoesOn) {
  nodes["om"] = [](const ExportCall& /*call*/, const TakeChunk& /*take*/) -> Result<void> {
    return Unavailable("no connection");
  };
  const Ran ran = Collect();
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_EQ(ran.err, "schakel: om: no connection\n");
  EXPECT_THAT(ran.out, HasSubstr("NIET VERZAMELD"));
  EXPECT_TRUE(std::filesystem::exists(In("export/politie/checkpoint")));
  EXPECT_FALSE(std::filesystem::exists(In("export/om")));
}

TEST_F(CollectTest, HalfALogIsThrownAway) {
  nodes["om"] = [](const ExportCall& /*call*/, const TakeChunk& take) -> Result<void> {
    TRY(take({"checkpoint", ToBytes("note"), true}));
    TRY(take({"tile/0/000", ToBytes("lea"), false}));
    return Unavailable("the connection broke");
  };
  nodes["politie"] = [](const ExportCall& /*call*/, const TakeChunk& take) -> Result<void> {
    return take({"checkpoint", ToBytes("no"), false});
  };
  nodes["jongerenwerk"] = [](const ExportCall& /*call*/, const TakeChunk& /*take*/) {
    return Result<void>();
  };
  const Ran ran = Collect({"--json"});
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_THAT(TextsOf(Json(ran), "missing"), ElementsAre("jongerenwerk", "om", "politie"));
  for (const char* party : {"jongerenwerk", "om", "politie"}) {
    EXPECT_FALSE(std::filesystem::exists(In("export/") + party)) << party;
  }
}

TEST_F(CollectTest, APathThatLeadsElsewhereEndsTheExport) {
  nodes["om"] = [](const ExportCall& /*call*/, const TakeChunk& take) -> Result<void> {
    return take({"../politie/checkpoint", ToBytes("x"), true});
  };
  EXPECT_EQ(Collect().exit, Exit::kIncomplete);
  EXPECT_EQ(ReadAll(In("export/politie/checkpoint")), "note of politie");
  nodes["om"] = [](const ExportCall& /*call*/, const TakeChunk& take) -> Result<void> {
    return Serve({{"checkpoint", "one"}, {"receipts.jsonl", "r"}, {"checkpoint", "two"}}, take);
  };
  std::filesystem::remove_all(In("export"));
  const Ran twice = Collect();
  EXPECT_EQ(twice.exit, Exit::kIncomplete);
  EXPECT_THAT(twice.err, HasSubstr("a file twice"));
}

TEST_F(CollectTest, AnotherAddressCanBeGiven) {
  ASSERT_EQ(Collect({"om=127.0.0.1:9", "politie=[::1]:10"}).exit, Exit::kDone);
  EXPECT_EQ(asked[2].address, "127.0.0.1:9");
  EXPECT_EQ(asked[3].address, "[::1]:10");
  EXPECT_EQ(Collect({"brandweer=127.0.0.1:9"}).exit, Exit::kUsage);
  EXPECT_EQ(Collect({"om=127.0.0.1"}).exit, Exit::kUsage);
}

TEST_F(CollectTest, EvidenceIsNeverWrittenOver) {
  ASSERT_EQ(Collect().exit, Exit::kDone);
  const Ran again = Collect();
  EXPECT_EQ(again.exit, Exit::kFailed);
  EXPECT_THAT(again.err, HasSubstr("nieuwe map"));
}

TEST_F(CollectTest, OnlyAnAuditorOfTheCovenantCollects) {
  environment.home = In("gemeente");
  EXPECT_EQ(Collect().exit, Exit::kFailed);
  environment.home = In("audit");
  clock.now += std::chrono::days{89};
  const Ran late = Collect();
  EXPECT_EQ(late.exit, Exit::kFailed);
  EXPECT_THAT(late.err, HasSubstr("geen delegatie van 'auditdienst' geldt vandaag"));
  EXPECT_TRUE(asked.empty());
}

TEST_F(CollectTest, OnlyThePartyThatWasDialledIsBelieved) {
  ASSERT_EQ(Collect().exit, Exit::kDone);
  const auto& authorise = asked.front().authorise;
  EXPECT_EQ(*authorise(CertificateOf("politie", "politie")), "politie");
  // A delegation is public; without its key it proves nothing.
  const auto stolen = authorise(CertificateOf("gemeente", "politie"));
  ASSERT_FALSE(stolen.ok());
  EXPECT_EQ(stolen.error().code, ErrorCode::kDenied);
  const covenant::Document document = Document();
  const auto certificate = CertificateOf("om", "om");
  const Instant end = clock.now + std::chrono::days{89};
  EXPECT_TRUE(PartyOfCertificate(certificate, document, end - std::chrono::milliseconds{1}).ok());
  EXPECT_FALSE(PartyOfCertificate(certificate, document, end).ok());
  EXPECT_FALSE(
      PartyOfCertificate(certificate, document, clock.now - std::chrono::milliseconds{1}).ok());
  crypto::PeerCertificate other = certificate;
  other.delegation = ToBytes("{}");
  EXPECT_FALSE(PartyOfCertificate(other, document, clock.now).ok());
}

// Sound logs of four nodes, as files.
class AuditVerifyTest : public audit::Network {
 protected:
  void SetUp() override {
    PlayStory();
    files_ = Export();
  }
  Ran Verify(const std::vector<std::string>& more = {}) {
    std::filesystem::remove_all(line_.In("export"));
    for (const auto& [path, content] : files_)
      WriteAll(line_.In("export/" + path), content);
    std::vector<std::string> arguments = {
        "audit", "verify", line_.In("export"), "--covenant", EncodeHex(document_.hash)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return line_.Run(arguments);
  }

  CommandLine line_;
  audit::Files files_;
};

TEST_F(AuditVerifyTest, VerifiedIsExitZeroInDutch) {
  const Ran ran = Verify();
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.out;
  EXPECT_THAT(ran.out, testing::StartsWith("GEVERIFIEERD"));
  EXPECT_THAT(Verify({"--lang", "en"}).out, testing::StartsWith("VERIFIED"));
}

TEST_F(AuditVerifyTest, JsonHasTheVerdictAndItsSentence) {
  const canon::Value value = Json(Verify({"--json", "--lang", "en"}));
  EXPECT_EQ(TextOf(value, "sentence"), "verified, 4 exchanges matched on both sides");
  EXPECT_EQ(ArrayOf(value, "exchanges").size(), 4U);
}

TEST_F(AuditVerifyTest, AMissingLogIsExitThree) {
  // Its accept is with the others, as it is at every node.
  files_["politie/statements.jsonl"] += files_["om/statements.jsonl"];
  std::erase_if(files_, [](const auto& file) { return file.first.starts_with("om/"); });
  const Ran ran = Verify();
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_THAT(ran.out, testing::StartsWith("ONVOLLEDIG"));
}

TEST_F(AuditVerifyTest, AnAlteredByteIsExitOne) {
  for (auto& [path, content] : files_) {
    if (path == "om/receipts.jsonl") content[content.size() / 2] ^= 1;
  }
  const Ran ran = Verify();
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.out, testing::StartsWith("NIET GEVERIFIEERD   om"));
}

TEST_F(AuditVerifyTest, AnotherHashIsNotVerified) {
  Verify();
  EXPECT_EQ(
      line_.Run({"audit", "verify", line_.In("export"), "--covenant", std::string(64, 'a')}).exit,
      Exit::kFailed);
  EXPECT_EQ(line_.Run({"audit", "verify", line_.In("export"), "--covenant", "abc"}).exit,
            Exit::kUsage);
  EXPECT_EQ(
      line_.Run({"audit", "verify", line_.In("none"), "--covenant", std::string(64, 'a')}).exit,
      Exit::kFailed);
}

TEST_F(AuditVerifyTest, WhatAFolderIsCalledCannotActOnTheTerminal) {
  // A covenant's file that names itself is not in its folder: the name comes from the disk.
  files_["om/covenant/" + std::string(64, 'b') + ".json"] = "\x1b[2J";
  const Ran ran = Verify();
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
}

TEST_F(AuditVerifyTest, AReplayNeedsOpenedDecisionsInVerifiedLogs) {
  Verify();
  WriteAll(line_.In("covenant.json"), document_.canonical);
  const auto replay = [this] {
    return line_.Run({"covenant",
                      "replay",
                      line_.In("covenant.json"),
                      "--before",
                      line_.In("covenant.json"),
                      "--log",
                      line_.In("export")});
  };
  const Ran none = replay();
  EXPECT_EQ(none.exit, Exit::kFailed);
  EXPECT_THAT(none.err, HasSubstr("geen beslissingen geopend"));
  files_["om/checkpoint"] = "no note";
  Verify();
  const Ran altered = replay();
  EXPECT_EQ(altered.exit, Exit::kFailed);
  EXPECT_THAT(altered.err, HasSubstr("niet geverifieerd"));
  EXPECT_THAT(altered.err, HasSubstr("schakel audit verify"));
}

// One answer of the police with eight lines: one decision, and dummies.
class OpenedDecisionsTest : public AuditVerifyTest {
 protected:
  void SetUp() override {
    Start();
    std::vector<Hash> leaves;
    std::vector<statement::OpenedLine> lines(8);
    for (size_t i = 0; i < lines.size(); ++i) {
      const Hash secret = crypto::Sha256(std::to_string(i));
      const std::string text = statement::LineParts(i == 0 ? kLine : "", kCategories).front();
      const Hash salt = statement::PartSalt(secret, kCategories.front());
      const std::vector<Hash> parts{statement::CommitPart(salt, text)};
      lines[i].entry = 2;
      lines[i].line = i;
      lines[i].commitment = statement::CommitLine(parts);
      lines[i].parts.push_back({salt, {}, *canon::ParseCanonical(text)});
      leaves.push_back(statement::LineLeaf(lines[i].commitment, lines[i].sealed));
    }
    audit::Steps steps;
    steps.categories = kCategories;
    steps.change_answer = [&leaves](statement::Answer& answer) {
      answer.payload->subject_root = crypto::MerkleRoot(leaves);
    };
    Exchange("2", "gemeente", "politie", steps);
    files_ = Export();
    for (size_t i = 0; i < lines.size(); ++i) {
      lines[i].path = crypto::InclusionPath(leaves, i);
      files_["politie/lines/2.jsonl"] += canon::Write(lines[i].ToValue()) + "\n";
    }
    WriteAll(line_.In("covenant.json"), document_.canonical);
  }
  Ran Replay(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"covenant",
                                       "replay",
                                       line_.In("covenant.json"),
                                       "--before",
                                       line_.In("covenant.json"),
                                       "--log",
                                       line_.In("export")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return line_.Run(arguments);
  }

  const std::vector<std::string> kCategories{"incident"};
  static constexpr const char* kLine =
      R"({"match":"MATCHED","records":[0],"told":[{"by":["I01"],"category":"incident",)"
      R"("fields":{},"outcome":"RELEASED","rules":{},"withheld":{}}]})";
};

TEST_F(OpenedDecisionsTest, AreCountedInTheVerdict) {
  const Ran ran = Verify();
  EXPECT_EQ(ran.exit, Exit::kDone) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("Beslissingen   8 geopend, alle bewezen"));
  EXPECT_THAT(Verify({"--lang", "en"}).out, HasSubstr("8 opened, all proved"));
}

TEST_F(OpenedDecisionsTest, OneThatDoesNotProveIsNamed) {
  std::string& file = files_.at("politie/lines/2.jsonl");
  file.replace(file.find("RELEASED"), 8, "WITHHELD");
  const Ran ran = Verify();
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.out,
              HasSubstr("politie, regel 2: de beslissing in lines/2.jsonl:1 hoort niet bij deze "
                        "regel (VLD-2026-001/2@politie)"));
  EXPECT_EQ(Replay().exit, Exit::kFailed);
}

TEST_F(OpenedDecisionsTest, ArePutToAnotherVersion) {
  Verify();
  const Ran ran = Replay();
  EXPECT_EQ(ran.exit, Exit::kIncomplete) << ran.err;  // its rules are not those of the example
  EXPECT_THAT(ran.out, HasSubstr("Uitwisselingen 1\n"));
  EXPECT_THAT(ran.out, HasSubstr("niet te zeggen uit het log"));
  EXPECT_EQ(Replay({"--party", "politie"}).exit, Exit::kIncomplete);
  EXPECT_THAT(Replay({"--party", "om"}).err, HasSubstr("geen beslissingen geopend"));
}

}  // namespace
}  // namespace schakel::cli
