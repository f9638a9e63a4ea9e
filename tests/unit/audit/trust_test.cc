// From one hash: covenant bytes, accepts, delegations, and nothing that does not follow from it.
#include <gtest/gtest.h>

#include "tests/unit/audit/network.h"

namespace schakel::audit {
namespace {

class TrustTest : public Network {
 protected:
  // Drops the statements of this type by this party from every folder.
  template <typename T>
  void Drop(const std::string& party) {
    for (auto& [name, node] : nodes_) {
      std::erase_if(node->statements, [&](const SignedStatement& bytes) {
        const Result<T> content = statement::ParseAs<T>(bytes);
        return content && content->party == party;
      });
    }
  }
};

TEST_F(TrustTest, MissingAcceptIsNamed) {
  PlayStory();
  Drop<statement::Accept>("om");
  const Report report = Audit();
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_NE(Find(report, Problem::kAcceptMissing, "om"), nullptr);
  EXPECT_EQ(report.findings[0].subject, "v3");
}

TEST_F(TrustTest, AcceptOneSignatureShortIsNamed) {
  PlayStory();
  Drop<statement::Accept>("politie");
  At("politie").statements.push_back(AcceptOf("politie", document_, {"P3"}));
  const Report report = Audit();
  EXPECT_NE(Find(report, Problem::kAcceptMissing, "politie"), nullptr) << Show(report);
  EXPECT_NE(Find(report, Problem::kStatement, "politie"), nullptr);
}

TEST_F(TrustTest, AcceptInAnotherFolderCounts) {
  PlayStory();
  Drop<statement::Accept>("om");
  At("politie").statements.push_back(AcceptOf("om", document_, {"O2"}));
  EXPECT_EQ(Audit().verdict, Verdict::kVerified);
}

TEST_F(TrustTest, AcceptOfAnotherCovenantProvesNothing) {
  PlayStory();
  Drop<statement::Accept>("om");
  covenant::Document other = document_;
  other.hash = crypto::Sha256("other");
  At("om").statements.push_back(AcceptOf("om", other, {"O1"}));
  const Report report = Audit();
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_NE(Find(report, Problem::kAcceptMissing, "om"), nullptr);
}

TEST_F(TrustTest, ForgedAcceptIsNamed) {
  PlayStory();
  At("om").statements.push_back(AcceptOf("politie", document_, {"O1"}));
  const Report report = Audit();
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_NE(Find(report, Problem::kStatement, "om"), nullptr);
}

TEST_F(TrustTest, DelegationThatExpiredBeforeTheStatementIsNamed) {
  delegations_["politie"].not_after = kStart + std::chrono::minutes{2};
  PlayStory();
  const Report report = Audit();
  // The first exchange lies before it, the second behind it.
  EXPECT_EQ(Find(report, Problem::kSignature, "politie", 2), nullptr) << Show(report);
  EXPECT_NE(Find(report, Problem::kSignature, "politie", 5), nullptr);
  EXPECT_NE(Find(report, Problem::kCheckpoint, "politie"), nullptr);
}

TEST_F(TrustTest, DelegationByOthersRootsIsNamed) {
  PlayStory();
  Drop<statement::Delegation>("om");
  for (auto& [name, node] : nodes_)
    node->statements.push_back(SignByRoots(delegations_["om"], {"J1"}));
  const Report report = Audit();
  EXPECT_NE(Find(report, Problem::kStatement, "om"), nullptr) << Show(report);
  EXPECT_NE(Find(report, Problem::kForeignLog, "om"), nullptr);
}

TEST_F(TrustTest, DelegationHeldByAnybodyCounts) {
  PlayStory();
  std::erase_if(At("om").statements,
                [](const SignedStatement& bytes) { return bytes.type() == Type::kDelegation; });
  EXPECT_EQ(Audit().verdict, Verdict::kVerified);
}

TEST_F(TrustTest, KeyForAnotherUseIsNamed) {
  // The statement key where the log key belongs, and the other way round.
  auto& keys = delegations_["om"].keys;
  std::swap(keys[0].key, keys[1].key);
  PlayStory();
  const Report report = Audit();
  EXPECT_NE(Find(report, Problem::kCheckpoint, "om"), nullptr) << Show(report);
  EXPECT_NE(Find(report, Problem::kSignature, "om", 2), nullptr);
}

TEST_F(TrustTest, CovenantBytesComeFromAnyFolderAndWrongOnesAreNamed) {
  PlayStory();
  Files files = Export();
  const std::string name = "/covenant/" + EncodeHex(document_.hash) + ".json";
  files["gemeente" + name] += " ";
  files.erase("om" + name);
  const Report report = AuditOf(files);
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_NE(Find(report, Problem::kCovenantDamaged, "gemeente"), nullptr);
  EXPECT_EQ(CountOf(report, Match::kMatched), 4U);
}

TEST_F(TrustTest, EarlierVersionsFollowThroughPrevious) {
  const std::string yaml = covenant::ExampleYaml();
  const covenant::Document second =
      covenant::MustRead(covenant::Replaced(yaml, "version: 3", "version: 2"));
  const size_t at = yaml.find("previous: \"") + 11;
  const std::string text = yaml.substr(0, at) + EncodeHex(second.hash) + yaml.substr(at + 64);
  const covenant::Document third = covenant::MustRead(text);

  // The exchanges happen under version 2; the auditor trusts the hash of version 3.
  document_ = second;
  PlayStory();
  Files files = Export();
  document_ = third;
  Drop<statement::Accept>("nobody");
  for (const auto& [party, node] : nodes_) {
    files[party + "/covenant/" + EncodeHex(third.hash) + ".json"] = third.canonical;
    files[party + "/statements.jsonl"] += AcceptOf(party, third, Roots().at(party)).Encode() + "\n";
  }
  const Report report = AuditOf(files);
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_EQ(report.first_version, 2);
  EXPECT_EQ(report.last_version, 3);
  EXPECT_EQ(CountOf(report, Match::kMatched), 4U);

  // Without the bytes of version 2 nothing can be said about what happened under it.
  for (const auto& [party, node] : nodes_)
    files.erase(party + "/covenant/" + EncodeHex(second.hash) + ".json");
  const Report without = AuditOf(files);
  EXPECT_EQ(without.verdict, Verdict::kNotVerified);
  EXPECT_NE(Find(without, Problem::kCovenantMissing, ""), nullptr) << Show(without);
}

TEST_F(TrustTest, EndingsBelongWhenTheirRootsSigned) {
  PlayStory();
  const statement::Revoke revoke{
      "om", document_.lineage, document_.version, document_.hash, /*seq=*/9, {}};
  const statement::Undelegate undelegate{
      "om", document_.lineage, At("om").statements.front().Digest(), /*seq=*/10, {}};
  const auto sign = [](const auto& content, const std::string& label) {
    const crypto::SigningKey key = covenant::KeyOf(label);
    const crypto::SigningKey* const keys[] = {&key};
    return SignedStatement::Sign(content.kType, content.ToValue(), keys);
  };
  const std::string root = Roots().at("om").front();
  At("om").statements.push_back(sign(revoke, root));
  At("om").statements.push_back(sign(undelegate, root));
  EXPECT_TRUE(Audit().findings.empty()) << Show(Audit());
  At("om").statements.push_back(sign(revoke, "somebody"));
  const Report report = Audit();
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_EQ(report.findings[0].subject, "statements.jsonl:8");
}

TEST_F(TrustTest, StatementsOfAnotherKindDoNotBelong) {
  PlayStory();
  At("om").statements.push_back(*At("om").log->Entry(1)->statement);
  const Report report = Audit();
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_EQ(report.findings[0].problem, Problem::kStatement);
  EXPECT_EQ(report.findings[0].subject, "statements.jsonl:6");
}

}  // namespace
}  // namespace schakel::audit
