// `covenant revoke|leave|delegate|undelegate`: statements by a party's roots after it accepted.
#include <gmock/gmock.h>

#include "cli/covenant_file.h"
#include "cli/text.h"
#include "node/covenant/trust.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::HasSubstr;

class CovenantEndTest : public CliTest {
 protected:
  CovenantEndTest() {
    MakeHome("politie", 2, 2);
    for (const char* party : {"gemeente", "om", "jongerenwerk"})
      MakeHome(party);
    MakeAuditorHome();
    const Ran ran = Run(PrepareArguments(SCHAKEL_POLICY));
    EXPECT_EQ(ran.exit, Exit::kDone) << ran.err;
  }
  Ran Do(const std::string& verb,
         const std::string& home,
         const std::string& folder,
         std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {
        "covenant", verb, In("covenant.json"), "--home", In(home), "-o", In(folder)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
  covenant::Document Document() {
    auto loaded = LoadCovenant(In("covenant.json"));
    return (*loaded)->document();
  }
};

TEST_F(CovenantEndTest, RevokeAndLeaveAreSignedByTheRoots) {
  const Ran revoked = Do("revoke", "politie", "signed");
  EXPECT_EQ(revoked.exit, Exit::kDone) << revoked.err;
  EXPECT_THAT(revoked.out, HasSubstr("intrekking"));
  EXPECT_THAT(revoked.out, HasSubstr("schakel covenant add"));
  const auto revoke = ReadStatement(In("signed/politie.revoke.json"));
  ASSERT_TRUE(revoke.ok());
  EXPECT_EQ(revoke->signatures().size(), 2U);
  const auto verified = covenant::VerifyEnding<statement::Revoke>(*revoke, Document());
  ASSERT_TRUE(verified.ok()) << verified.error().detail;
  EXPECT_EQ(verified->content.covenant, Document().hash);

  EXPECT_EQ(Do("leave", "om", "signed").exit, Exit::kDone);
  const auto leave = ReadStatement(In("signed/om.leave.json"));
  ASSERT_TRUE(leave.ok());
  EXPECT_TRUE(covenant::VerifyEnding<statement::Leave>(*leave, Document()).ok());
  // One type is never taken for the other.
  EXPECT_FALSE(covenant::VerifyEnding<statement::Revoke>(*leave, Document()).ok());
  // Never written over.
  EXPECT_EQ(Do("leave", "om", "signed").exit, Exit::kFailed);
}

TEST_F(CovenantEndTest, BelowTheThresholdTheOtherRootsAreAsked) {
  std::filesystem::rename(In("politie/roots/root-2.key"), In("root-2.key"));
  const Ran ran = Do("revoke", "politie", "one");
  EXPECT_EQ(ran.exit, Exit::kIncomplete);
  EXPECT_THAT(ran.out, HasSubstr("schakel covenant cosign"));
  EXPECT_FALSE(covenant::VerifyEnding<statement::Revoke>(
                   *ReadStatement(In("one/politie.revoke.json")), Document())
                   .ok());
  const Ran cosigned = Run({"covenant",
                            "cosign",
                            In("covenant.json"),
                            "--statement",
                            In("one/politie.revoke.json"),
                            "--root",
                            In("root-2.key"),
                            "-o",
                            In("two")});
  EXPECT_EQ(cosigned.exit, Exit::kDone) << cosigned.err;
  EXPECT_THAT(cosigned.out, HasSubstr("intrekking, voor alle partijen"));
  EXPECT_TRUE(covenant::VerifyEnding<statement::Revoke>(
                  *ReadStatement(In("two/politie.revoke.json")), Document())
                  .ok());
}

TEST_F(CovenantEndTest, ADelegationIsMadeAnewAndEnded) {
  EXPECT_EQ(Do("delegate", "politie", "first", {"--days", "30"}).exit, Exit::kDone);
  const auto delegation = ReadStatement(In("first/politie.delegation.json"));
  ASSERT_TRUE(delegation.ok());
  ASSERT_TRUE(covenant::VerifyDelegation(*delegation, Document()).ok());
  EXPECT_FALSE(std::filesystem::exists(In("first/politie.accept.json")));

  const Ran ended =
      Do("undelegate", "politie", "ended", {"--delegation", In("first/politie.delegation.json")});
  EXPECT_EQ(ended.exit, Exit::kDone) << ended.err;
  const auto undelegate = ReadStatement(In("ended/politie.undelegate.json"));
  ASSERT_TRUE(undelegate.ok());
  const auto verified = covenant::VerifyEnding<statement::Undelegate>(*undelegate, Document());
  ASSERT_TRUE(verified.ok());
  EXPECT_EQ(verified->content.delegation, delegation->Digest());

  // Somebody else's delegation, and what is none.
  const Ran other =
      Do("undelegate", "om", "wrong", {"--delegation", In("first/politie.delegation.json")});
  EXPECT_EQ(other.exit, Exit::kFailed);
  EXPECT_THAT(other.err, HasSubstr("alleen de eigen roots"));
  EXPECT_EQ(
      Do("undelegate", "om", "wrong", {"--delegation", In("ended/politie.undelegate.json")}).exit,
      Exit::kFailed);
  EXPECT_EQ(Do("delegate", "politie", "third", {"--days", "91"}).exit, Exit::kUsage);
}

TEST_F(CovenantEndTest, AnAuditorRevokesNothing) {
  const Ran ran = Do("revoke", "audit", "signed");
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("een auditor is geen partij"));
  EXPECT_EQ(Do("delegate", "audit", "signed").exit, Exit::kDone);
}

TEST_F(CovenantEndTest, RootsThatTheCovenantDoesNotNameSignNothing) {
  MakeHome("elders");
  EXPECT_EQ(Do("revoke", "elders", "signed").exit, Exit::kFailed);
  EXPECT_FALSE(std::filesystem::exists(In("signed")));
}

}  // namespace
}  // namespace schakel::cli
