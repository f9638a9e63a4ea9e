#include <gmock/gmock.h>

#include "node/covenant/trust.h"
#include "tests/unit/covenant/signers.h"

namespace schakel::covenant {
namespace {

using statement::Delegation;
using statement::KeyUse;
using statement::Leave;
using statement::Revoke;
using statement::SignedStatement;
using statement::Undelegate;
using ::testing::IsEmpty;

template <typename T>
T EndingOf(const std::string& party, const Document& document) {
  return {party, document.lineage, document.version, document.hash, /*seq=*/3, Start()};
}

TEST(VerifyEndingTest, TakesThePartysThresholdAndNoAuditor) {
  const auto ok = [](const SignedStatement& ending) {
    return VerifyEnding<Revoke>(ending, Example()).ok() ||
           VerifyEnding<Leave>(ending, Example()).ok();
  };
  const auto revoke = EndingOf<Revoke>("politie", Example());
  const auto leave = EndingOf<Leave>("politie", Example());
  EXPECT_TRUE(ok(SignBy(revoke, {"P1", "P3"})));
  EXPECT_TRUE(ok(SignBy(leave, {"P1", "P2", "P3"})));
  EXPECT_FALSE(ok(SignBy(revoke, {"P1"}))) << "one root of two";
  EXPECT_FALSE(ok(SignBy(leave, {"P1", "G1"})));
  EXPECT_FALSE(ok(SignBy(revoke, {"politie statement"})));
  EXPECT_FALSE(ok(SignBy(EndingOf<Revoke>("rekenkamer", Example()), {"A1"})));
  EXPECT_FALSE(ok(SignBy(EndingOf<Leave>("leerplicht", Example()), {"P1", "P2"})));
  Revoke foreign = revoke;
  foreign.lineage.bytes[15] ^= 1;
  EXPECT_FALSE(ok(SignBy(foreign, {"P1", "P2"})));
  EXPECT_EQ(VerifyEnding<Leave>(SignBy(revoke, {"P1", "P2"}), Example()).error().code,
            ErrorCode::kMalformed);
}

TEST(VerifyEndingTest, AnEndingOfAnotherVersionVerifiesUnderTheseRoots) {
  Revoke later = EndingOf<Revoke>("om", Example());
  later.version = 9;
  later.covenant[0] ^= 1;
  const auto verified = VerifyEnding<Revoke>(SignBy(later, {"O1"}), Example());
  ASSERT_TRUE(verified.ok());
  EXPECT_EQ(verified->content.version, 9);
}

TEST(CountRootSignaturesTest, CountsThoseOfEndings) {
  const auto revoke = EndingOf<Revoke>("politie", Example());
  const auto leave = EndingOf<Leave>("politie", Example());
  Undelegate undelegate{"politie", Example().lineage, Example().hash, /*seq=*/4, Start()};
  for (const SignedStatement& gathered :
       {SignBy(revoke, {"P2"}), SignBy(leave, {"P2"}), SignBy(undelegate, {"P2"})}) {
    const auto counted = CountRootSignatures(gathered, Example());
    ASSERT_TRUE(counted.ok()) << counted.error().detail;
    EXPECT_EQ(counted->party, "politie");
    EXPECT_EQ(counted->given, 1);
    EXPECT_EQ(counted->needed, 2);
  }
  undelegate.party = "rekenkamer";
  EXPECT_TRUE(CountRootSignatures(SignBy(undelegate, {"A1"}), Example()).ok());
  EXPECT_FALSE(
      CountRootSignatures(SignBy(EndingOf<Revoke>("rekenkamer", Example()), {"A1"}), Example())
          .ok());
}

TEST(DelegationsTest, AnEndedDelegationGivesNoKeyForAnyMoment) {
  const Delegation first = DelegationOf("om");
  const Hash digest = SignBy(first, {"O1"}).Digest();
  const auto key = KeyOf("om statement").public_key();
  const Undelegate end{"om", Example().lineage, digest, /*seq=*/2, Start() + kDay};
  Undelegate others = end;
  others.party = "politie";
  Undelegate unknown = end;
  unknown.delegation[0] ^= 1;

  Delegations held = AllDelegations();
  held.End(others);
  held.End(unknown);
  EXPECT_EQ(held.KeysOf("om", KeyUse::kStatement, Start()).size(), 1u) << "not theirs to end";
  held.End(end);
  EXPECT_THAT(held.KeysOf("om", KeyUse::kStatement, Start()), IsEmpty());
  EXPECT_THAT(held.KeysOf("om", KeyUse::kTls, Start() + 2 * kDay), IsEmpty());
  EXPECT_FALSE(held.PartyOf(key, KeyUse::kStatement, Start()).ok());
  EXPECT_EQ(held.Current("om", Start()), nullptr);
  EXPECT_NE(held.Current("politie", Start()), nullptr);
  EXPECT_EQ(held.all().size(), kRoots.size()) << "what was logged is read with it";

  Delegations late;
  late.End(end);
  late.Add(Verified(first));
  EXPECT_EQ(late.Current("om", Start()), nullptr) << "the end may come first";
  late.Add(Verified(DelegationOf("om", /*seq=*/2)));
  ASSERT_NE(late.Current("om", Start()), nullptr) << "a new delegation of the same keys stands";
  EXPECT_EQ(late.Current("om", Start())->content.seq, 2);
}

}  // namespace
}  // namespace schakel::covenant
