// A node whose log key was rotated by a new delegation goes on with the logs that it has; a key
// that was never delegated neither opens a log nor gives a receipt that counts.
#include <gtest/gtest.h>

#include "node/log/verify.h"
#include "tests/sim/forge.h"
#include "tests/sim/views.h"
#include "tests/tools/tamper.h"

namespace schakel::sim {
namespace {

using statement::KeyUse;
using statement::SignedStatement;

class LogKeyTest : public testing::Test {
 protected:
  LogKeyTest() : world_(81) { world_.RunToList(); }

  // A second delegation of the police, under their roots, with `log_key` in place of the first.
  SignedStatement Delegated(const crypto::SigningKey& log_key) {
    const Party& politie = world_["politie"];
    statement::Delegation delegation;
    delegation.lineage = politie.engine->covenants().view()->document().lineage;
    delegation.party = "politie";
    delegation.node = politie.engine->self().node;
    delegation.seq = 2;
    delegation.signed_at = world_.clock.Now();
    delegation.not_before = world_.clock.Now();
    delegation.not_after = delegation.not_before + std::chrono::days{90};
    delegation.addresses = {"politie.veldrijk.example:7443"};
    delegation.keys = {{KeyUse::kStatement, politie.statement_key->public_key()},
                       {KeyUse::kTls, politie.tls_key->public_key()},
                       {KeyUse::kLog, log_key.public_key()}};
    const crypto::SigningKey* const roots[] = {&politie.roots[0], &politie.roots[1]};
    return SignedStatement::Sign(statement::Type::kDelegation, delegation.ToValue(), roots);
  }
  std::unique_ptr<crypto::SigningKey> NewKey() {
    return std::make_unique<crypto::SigningKey>(
        crypto::SigningKey::Generate(*world_["politie"].entropy));
  }
  // Every row of the log, under all the keys that the node ever had for it.
  void ExpectVerifies(const log::ExchangeLog& log) {
    const auto report = log::VerifyStored(
        world_["politie"].store(), log.origin(), world_["politie"].engine->LogKeys());
    ASSERT_TRUE(report.ok()) << report.error().detail;
    EXPECT_EQ(report->size, log.size());
    for (const log::StoredFault& fault : report->faults)
      ADD_FAILURE() << fault.what;
  }

  World world_;
};

TEST_F(LogKeyTest, ANewDelegationsKeyOpensVerifiesAndContinuesTheLogs) {
  Party& politie = world_["politie"];
  const uint64_t before = Entries(world_, "politie");
  ASSERT_GT(before, 0U);
  auto key = NewKey();
  ASSERT_TRUE(politie.engine->covenants()
                  .Take({{Delegated(*key)}, {}, "politie"}, world_.clock.Now())
                  .ok());
  politie.engine.reset();  // the old key's last user
  politie.log_key = std::move(key);
  const auto opened = world_.Restart("politie");
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  EXPECT_EQ(Entries(world_, "politie"), before);
  ExpectVerifies(politie.engine->local_log());
  ExpectVerifies(*politie.lineage().log);

  const ScanView scan = AskScan(world_);
  EXPECT_EQ(scan.exchange("politie").state, exchange::OutState::kAnswered);
  const uint64_t after = Entries(world_, "politie");
  EXPECT_GT(after, before);
  ExpectVerifies(*politie.lineage().log);
  // And opens again, now that its checkpoint is signed with the new key.
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_EQ(Entries(world_, "politie"), after);
}

TEST_F(LogKeyTest, ALogUnderAKeyThatWasNeverDelegatedForItIsRefused) {
  const auto stranger = NewKey();
  const Party& gemeente = world_["gemeente"];
  const std::string origin = world_["politie"].lineage().log->origin();
  const auto first = world_["politie"].lineage().log->EntryBytes(0);
  ASSERT_TRUE(first.ok());
  const auto reopened = [&](const crypto::SigningKey& key) {
    EXPECT_TRUE(tamper::RewriteLog(world_["politie"].store(), origin, key, 0, AsText(*first)).ok());
    return world_.Restart("politie");
  };
  for (const crypto::SigningKey* key :
       {stranger.get(), gemeente.log_key.get(), world_["politie"].statement_key.get()}) {
    const auto refused = reopened(*key);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(refused.error().detail.find("not signed by this node's log key"), std::string::npos)
        << refused.error().detail;
  }
  // The same bytes under the node's own key open.
  const auto opened = reopened(*world_["politie"].log_key);
  EXPECT_TRUE(opened.ok()) << opened.error().detail;
}

// A receipt is a promise of the log; under a key that nobody delegated it promises nothing, and
// what came with it is not taken.
TEST_F(LogKeyTest, ReceiptsUnderAKeyThatWasNeverDelegatedAreNotTaken) {
  Party& politie = world_["politie"];
  auto key = NewKey();
  const SignedStatement delegated = Delegated(*key);
  politie.engine.reset();  // the old key's last user
  politie.log_key = std::move(key);
  ASSERT_TRUE(world_.Restart("politie").ok());
  const uint64_t before = Entries(world_, "gemeente");
  const ScanView refused = AskScan(world_);
  const exchange::OutRow& row = refused.exchange("politie");
  EXPECT_EQ(row.state, exchange::OutState::kSent) << row.code;
  EXPECT_EQ(refused.Gap("politie", "incident").stand, report::Stand::kNoAnswer);
  for (uint64_t index = before; index < Entries(world_, "gemeente"); ++index) {
    const statement::Entry entry = EntryAt(world_, "gemeente", index);
    EXPECT_FALSE(entry.peer == "politie" && entry.direction == statement::Direction::kIn) << index;
  }
  // The same answer is taken once the roots delegated the key and a greeting brought that along.
  ASSERT_TRUE(
      politie.engine->covenants().Take({{delegated}, {}, "politie"}, world_.clock.Now()).ok());
  engine::Lineage& gemeente = world_["gemeente"].lineage();
  ASSERT_TRUE(
      gemeente.context.statuses
          .Greet(
              *world_["gemeente"].link, "politie", gemeente.log->Checkpoint(), world_.clock.Now())
          .ok());
  exchange::Requester& requester = gemeente.requester;
  const auto done = requester.Continue(row.exchange, world_.clock.Now());
  ASSERT_TRUE(done.ok()) << done.error().detail;
  EXPECT_EQ(done->state, exchange::OutState::kAnswered) << done->code;
}

TEST_F(LogKeyTest, AKeyThatWasNotDelegatedChangesNothingAboutWhatItMaySign) {
  // Another party's delegated log key and the node's own statement key are no log keys of this log.
  const auto keys = world_["politie"].engine->LogKeys();
  for (const crypto::PublicKey& key : keys) {
    EXPECT_NE(key, world_["gemeente"].log_key->public_key());
    EXPECT_NE(key, world_["politie"].statement_key->public_key());
  }
  EXPECT_EQ(keys.size(), 1U);
}

}  // namespace
}  // namespace schakel::sim
