// The attacks that The Update Framework names, on every document that nodes trust. Each is a test
// here unless the table says where it is, or why it cannot be.
//
//                    version   accept    revoke     leave      delegation  undelegate  status fact
//  rollback          here      here      here       here       here        1           here       2
//  fast-forward      here      here      here       here       here        1           here       2
//  freeze            here      3         here       3          here        3           stale_test 2
//  mix-and-match     here      here      here       here       here        here        here       2
//  arbitrary install here      here      here       here       here        here        here       2
//  endless data      here      here      flood_test flood_test here        flood_test  4          4
//  key below thresh. here      here      here       here       here        here        5          2
//
// 1: it has no order: it ends one delegation, named by its digest, for ever.
// 2: tests/unit/exchange and tests/unit/covenant/trust_test (VerifyFact): the newest counts, one
//    from the future, of another lineage or group, by other parties or by too few does not, and it
//    lasts 90 days.
// 3: whoever keeps one from a node has another set of statements, and content between them waits
//    (AWithheldRevokeStopsContent); a third party's silence stops nothing by design.
// 4: one per message, of bounded size (tests/unit/wire), and only the newest is held.
// 5: one key signs it, and that key is delegated.
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "tests/sim/amend.h"
#include "tests/sim/forge.h"

namespace schakel::sim {
namespace {

using statement::SignedStatement;
using std::chrono::hours;

class Tuf : public testing::Test {
 protected:
  Tuf() : world_(231) {
    world_.SignAndActivate();
    GreetAll(world_);
    first_ = world_.covenant();
    second_ = Titled(first_, "Tweede");
  }
  std::string Titled(const std::string& before, const std::string& title) {
    return NextVersion(before, world_.clock.Now(), [&](auto& object) { object["title"] = title; });
  }
  engine::Engine& engine(std::string_view party = "politie") { return *world_[party].engine; }
  [[nodiscard]] auto View(std::string_view party = "politie") {
    return engine(party).covenants().At(world_.clock.Now());
  }
  // What a partner brings to the police.
  void Bring(std::string_view from,
             const std::vector<SignedStatement>& statements,
             const std::vector<std::string>& documents = {}) {
    const auto taken =
        engine().covenants().Take({statements, documents, std::string(from)}, world_.clock.Now());
    EXPECT_TRUE(taken.ok()) << taken.error().detail;
  }
  size_t Versions() { return engine().covenants().HistoryAt(world_.clock.Now()).versions.size(); }
  size_t Statements() { return View()->statements.size(); }
  // With a root of another party under it: whoever brings that is not heard.
  void ExpectForged(const SignedStatement& one) {
    const auto taken = engine().covenants().Take({{one}, {}, "om"}, world_.clock.Now());
    ASSERT_FALSE(taken.ok());
    EXPECT_EQ(taken.error().code, ErrorCode::kDenied);
  }
  // Refused for this reason, and nothing is different after a restart either.
  void ExpectRefused(const Result<void>& activated, Reason reason, int64_t in_force) {
    ASSERT_FALSE(activated.ok());
    EXPECT_EQ(ReasonId(activated.error().reason), ReasonId(reason)) << activated.error().detail;
    ASSERT_TRUE(world_.Restart("politie").ok());
    EXPECT_EQ(View()->document().version, in_force);
  }
  Result<void> Activate(const std::string& before, const std::string& next) {
    return ActivateNext(world_, "politie", before, next, AcceptByAll(world_, next));
  }
  // Signed by somebody who has nothing to say here.
  SignedStatement ByStranger(const SignedStatement& like) {
    const crypto::SigningKey key = crypto::SigningKey::Generate(*world_["om"].entropy);
    const crypto::SigningKey* const keys[] = {&key};
    return SignedStatement::Sign(like.type(), like.value(), keys);
  }

  World world_;
  std::string first_;
  std::string second_;
};

// --- Versions.

TEST_F(Tuf, VersionRollback) {
  ASSERT_TRUE(Activate(first_, second_).ok());
  ExpectRefused(Activate(second_, first_), Reason::kVersionLower, 2);
  Bring("om", {}, {first_});
  EXPECT_EQ(Versions(), 2U);
}

TEST_F(Tuf, VersionFastForward) {
  const std::string third = Titled(second_, "Derde");
  ExpectRefused(Activate(first_, third), Reason::kVersionSkips, 1);
  Bring("om", {AcceptBy(world_, "om", third)}, {third});
  EXPECT_EQ(Versions(), 1U);
}

TEST_F(Tuf, VersionFreeze) {
  // The gemeente is kept from version 2: it gets no content and sees why.
  for (const char* party : {"politie", "om", "jongerenwerk"})
    ASSERT_TRUE(ActivateNext(world_, party, first_, second_, AcceptByAll(world_, second_)).ok());
  GreetAll(world_);
  EXPECT_EQ(engine("gemeente").statuses().CheckFresh("politie", world_.clock.Now()),
            "HASH_MISMATCH");
  EXPECT_EQ(engine().statuses().CheckFresh("gemeente", world_.clock.Now()), "HASH_MISMATCH");
  EXPECT_EQ(engine().statuses().CheckFresh("om", world_.clock.Now()), "");
}

TEST_F(Tuf, VersionMixAndMatch) {
  const std::string other = Titled(first_, "Anders");
  ExpectRefused(ActivateNext(world_, "politie", first_, second_, AcceptByAll(world_, other)),
                Reason::kAcceptMissing,
                1);
  ASSERT_TRUE(ActivateNext(world_, "om", first_, other, AcceptByAll(world_, other)).ok());
  const std::string on_other = Titled(other, "Derde");
  ASSERT_TRUE(Activate(first_, second_).ok());
  ExpectRefused(Activate(second_, on_other), Reason::kVersionPrevious, 2);
}

TEST_F(Tuf, VersionArbitraryInstall) {
  Bring("om", {}, {second_});
  EXPECT_EQ(Versions(), 1U) << "nobody accepted it";
  Bring("om", {AcceptBy(world_, "gemeente", second_)}, {second_});
  EXPECT_EQ(Versions(), 1U) << "who offers it did not";
  Bring("om", {ByStranger(AcceptBy(world_, "om", second_))}, {second_});
  EXPECT_EQ(Versions(), 1U) << "nobody's root";
  Bring("om", {AcceptBy(world_, "om", second_)}, {second_});
  EXPECT_EQ(Versions(), 2U) << "as a draft";
  EXPECT_EQ(View()->document().version, 1);
  EXPECT_FALSE(ActivateNext(world_, "politie", first_, second_, {}).ok());
}

// A draft that names stolen roots for everybody speaks for nobody but itself.
TEST_F(Tuf, VersionArbitraryInstallWithRootsOfItsOwn) {
  std::map<std::string, crypto::SigningKey> stolen;
  for (const char* party : {"politie", "gemeente", "jongerenwerk"})
    stolen.emplace(party, crypto::SigningKey::Generate(*world_["om"].entropy));
  const std::string forged = NextVersion(first_, world_.clock.Now(), [&](auto& object) {
    for (const auto& [party, key] : stolen) {
      auto& described = *(*object["parties"].AsObject())[party].AsObject();
      described["roots"] = canon::Value::Array{crypto::KeyId(key.public_key())};
      described["threshold"] = 1;
    }
  });
  const auto by_thief = [&](const std::string& party, const SignedStatement& like) {
    const crypto::SigningKey* const keys[] = {&stolen.at(party)};
    return SignedStatement::Sign(like.type(), like.value(), keys);
  };
  std::vector<SignedStatement> accepts{AcceptBy(world_, "om", forged)};
  for (const auto& [party, key] : stolen)
    accepts.push_back(by_thief(party, AcceptBy(world_, party, forged)));
  Bring("om", accepts, {forged});
  EXPECT_EQ(Versions(), 2U);
  ExpectRefused(
      ActivateNext(world_, "politie", first_, forged, accepts), Reason::kAcceptMissing, 1);
  Bring("om", {by_thief("gemeente", RevokeBy(world_, "gemeente", first_))});
  EXPECT_FALSE(View()->revoked);
}

TEST_F(Tuf, VersionEndlessData) {
  for (size_t i = 0; i <= kMaxDraftsPerSender; ++i) {
    const std::string draft = Titled(first_, "Concept " + std::to_string(i));
    Bring("om", {AcceptBy(world_, "om", draft)}, {draft});
    EXPECT_EQ(Versions(), 1 + std::min(i + 1, kMaxDraftsPerSender)) << i;
  }
  const std::string others = Titled(first_, "Van een ander");
  Bring("jongerenwerk", {AcceptBy(world_, "jongerenwerk", others)}, {others});
  EXPECT_EQ(Versions(), 2 + kMaxDraftsPerSender) << "the limit is the sender's own";
  Bring("gemeente", {}, {std::string(kMaxCovenantBytes + 1, ' ')});
  EXPECT_EQ(Versions(), 2 + kMaxDraftsPerSender);
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_EQ(Versions(), 2 + kMaxDraftsPerSender);
}

TEST_F(Tuf, VersionKeyBelowThreshold) {
  auto accepts = AcceptByAll(world_, second_);
  for (SignedStatement& accept : accepts) {
    if (*accept.value().Find("party")->AsString() == "politie")
      accept = AcceptBy(world_, "politie", second_, /*seq=*/11, /*roots=*/1);
  }
  EXPECT_FALSE(ActivateNext(world_, "politie", first_, second_, accepts).ok());
  EXPECT_EQ(View()->document().version, 1);
}

// --- Accepts.

TEST_F(Tuf, AcceptRollbackAndFastForward) {
  // One of another version is no accept of this one, however it is shown.
  const std::string third = Titled(second_, "Derde");
  auto accepts = AcceptByAll(world_, second_);
  accepts.back() = AcceptBy(world_, "politie", third);
  ExpectRefused(
      ActivateNext(world_, "politie", first_, second_, accepts), Reason::kAcceptMissing, 1);
  accepts.back() = AcceptBy(world_, "politie", first_);
  ExpectRefused(
      ActivateNext(world_, "politie", first_, second_, accepts), Reason::kAcceptMissing, 1);
}

TEST_F(Tuf, AcceptMixAndMatchIsEquivocation) {
  const std::string other = Titled(first_, "Anders");
  Bring("gemeente", {AcceptBy(world_, "om", second_)});
  EXPECT_TRUE(engine().health().covenant);
  Bring("jongerenwerk", {AcceptBy(world_, "om", other)});
  EXPECT_EQ(EventsOf(world_, "politie", "covenant_equivocation"), 1);
  EXPECT_FALSE(engine().health().covenant);
  EXPECT_EQ(View()->CheckFlow("politie", "om", world_.clock.Now()), "PARTY_SUSPENDED");
  EXPECT_EQ(View()->CheckFlow("politie", "gemeente", world_.clock.Now()), "");
  ASSERT_TRUE(world_.Restart("politie").ok());
  const auto history = engine().covenants().HistoryAt(world_.clock.Now());
  ASSERT_EQ(history.equivocations.size(), 1U) << "both halves are durable";
  EXPECT_EQ(history.equivocations[0].statements.size(), 2U);
  // Everybody learns of it, and they agree: the set holds both halves.
  GreetAll(world_);
  for (const char* party : {"gemeente", "jongerenwerk", "om"})
    EXPECT_EQ(View(party)->suspended, (std::set<std::string>{"om"})) << party;
  EXPECT_EQ(engine().statuses().CheckFresh("gemeente", world_.clock.Now()), "");
}

TEST_F(Tuf, AnotherTextUnderTheNumberInForceIsKeptAsEvidence) {
  ASSERT_TRUE(Activate(first_, second_).ok());
  const std::string other = Titled(first_, "Anders");
  ExpectRefused(Activate(first_, other), Reason::kVersionTwice, 2);
  EXPECT_EQ(View()->document().hash, covenant::ParseDocument(second_)->hash);
  EXPECT_EQ(engine().covenants().HistoryAt(world_.clock.Now()).equivocations.size(), 4U)
      << "everybody signed both here";
  EXPECT_EQ(EventsOf(world_, "politie", "covenant_equivocation"), 4);
}

TEST_F(Tuf, AcceptArbitraryInstallAndKeyBelowThreshold) {
  const size_t before = Statements();
  const auto good = AcceptBy(world_, "politie", second_);
  Bring("om", {ByStranger(good), AcceptBy(world_, "politie", second_, 11, /*roots=*/1)});
  EXPECT_EQ(Statements(), before);
  Bring("om", {good});
  EXPECT_EQ(Statements(), before + 1);
}

TEST_F(Tuf, AcceptEndlessData) {
  std::vector<SignedStatement> many;
  for (int64_t seq = 100; seq < 100 + static_cast<int64_t>(kMaxStatementsPerParty) + 5; ++seq)
    many.push_back(AcceptBy(world_, "om", first_, seq));
  const size_t before = Statements();
  Bring("om", many);
  // Its accept and its delegation were there.
  EXPECT_EQ(Statements(), before + kMaxStatementsPerParty - 2);
  Bring("om", {AcceptBy(world_, "gemeente", second_)});
  EXPECT_EQ(Statements(), before + kMaxStatementsPerParty - 1) << "others have room of their own";
}

TEST_F(Tuf, AnAcceptThatContradictsItsTextIsNotKept) {
  const size_t before = Statements();
  const auto bent = [&](const std::string& of, auto change) {
    auto accept = *statement::ParseAs<statement::Accept>(AcceptBy(world_, "om", of));
    change(accept);
    return SignByRoots(world_, "om", statement::Type::kAccept, accept.ToValue());
  };
  // It would stand as a second text under number 7, for ever.
  Bring("om",
        {bent(first_, [](auto& accept) { accept.version = 7; }),
         bent(first_, [](auto& accept) { accept.previous = Hash{1}; })});
  EXPECT_EQ(Statements(), before);
  Bring("om", {bent(first_, [](auto& accept) { accept.seq = 7; })});
  EXPECT_EQ(Statements(), before + 1);
}

TEST_F(Tuf, AForgeryThatIsPassedOnSilencesNobody) {
  const auto forged = SignByRoots(
      world_, "om", statement::Type::kAccept, AcceptBy(world_, "politie", second_).value());
  ExpectForged(forged);
  const size_t before = Statements();
  Bring("gemeente", {forged, AcceptBy(world_, "gemeente", second_)});
  EXPECT_EQ(Statements(), before + 1) << "the rest is taken, the forgery is not";
}

// --- Revoke and leave.

TEST_F(Tuf, RevokeAndLeaveRollbackAndFastForward) {
  // What was said about one version is not about another.
  Bring("om", {RevokeBy(world_, "om", second_), LeaveBy(world_, "gemeente", second_)});
  EXPECT_FALSE(View()->revoked);
  EXPECT_TRUE(View()->suspended.empty());
  const std::string other = Titled(first_, "Anders");
  const std::string on_other = Titled(other, "Derde");
  ASSERT_TRUE(Activate(first_, other).ok());
  EXPECT_FALSE(View()->revoked);
  Bring("om", {RevokeBy(world_, "om", first_), LeaveBy(world_, "om", first_)});
  EXPECT_FALSE(View()->revoked) << "the version before";
  EXPECT_TRUE(View()->suspended.empty());
}

TEST_F(Tuf, AWithheldRevokeStopsContent) {
  ASSERT_TRUE(engine("om").AddToCovenant({{RevokeBy(world_, "om", first_)}, {}, ""}, "x").ok());
  // The police got it, the gemeente did not: the sets differ, and the next greeting brings it.
  Bring("om", {RevokeBy(world_, "om", first_)});
  EXPECT_EQ(View()->CheckFlow("politie", "gemeente", world_.clock.Now()), "REVOKED");
  EXPECT_EQ(engine().statuses().CheckFresh("gemeente", world_.clock.Now()), "STATUS_STALE");
  ASSERT_TRUE(GreetOnce(world_, "gemeente", "politie").ok());
  EXPECT_TRUE(View("gemeente")->revoked);
}

TEST_F(Tuf, RevokeAndLeaveMixAndMatch) {
  // The signature under a leave is none under a revoke.
  canon::Value value = LeaveBy(world_, "om", first_).ToValue();
  (*value.AsObject())["type"] = "revoke";
  Bring("om", {*SignedStatement::FromValue(value)});
  EXPECT_FALSE(View()->revoked);
  // Another text under the same number.
  Bring("om", {RevokeBy(world_, "om", NextVersion(first_, world_.clock.Now(), [](auto& object) {
                          object["version"] = 1;
                          object.erase("previous");
                          object["title"] = "Anders";
                        }))});
  EXPECT_FALSE(View()->revoked);
}

// Version 2 asks a signature more of the police than version 1: without it the revoke of version 2
// is theirs still, and ends nothing.
TEST_F(Tuf, ARevokeStrippedOfASignatureDoesNotKeepTheWholeOneOut) {
  second_ = NextVersion(first_, world_.clock.Now(), [](auto& object) {
    (*(*object["parties"].AsObject())["politie"].AsObject())["threshold"] = 3;
  });
  std::vector<SignedStatement> statements = AcceptByAll(world_, second_);
  statements.push_back(AcceptBy(world_, "politie", second_, 10, /*roots=*/3));
  statements.push_back(SignByRoots(world_,
                                   "politie",
                                   statement::Type::kDelegation,
                                   DelegationOf(world_, "politie").value(),
                                   /*roots=*/3));
  ASSERT_TRUE(ActivateNext(world_, "politie", first_, second_, statements).ok());
  Bring("om", {RevokeBy(world_, "politie", second_, /*roots=*/2)});
  EXPECT_FALSE(View()->revoked);
  Bring("om", {RevokeBy(world_, "politie", second_, /*roots=*/3)});
  EXPECT_TRUE(View()->revoked);
  EXPECT_EQ(View()->CheckFlow("politie", "om", world_.clock.Now()), "REVOKED");
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_TRUE(View()->revoked);
}

TEST_F(Tuf, RevokeAndLeaveArbitraryInstallAndKeyBelowThreshold) {
  const size_t before = Statements();
  Bring("om",
        {ByStranger(RevokeBy(world_, "politie", first_)),
         ByStranger(LeaveBy(world_, "politie", first_)),
         RevokeBy(world_, "politie", first_, /*roots=*/1),
         LeaveBy(world_, "politie", first_, /*roots=*/1)});
  ExpectForged(SignByRoots(
      world_, "om", statement::Type::kRevoke, RevokeBy(world_, "politie", first_).value()));
  EXPECT_EQ(Statements(), before);
  EXPECT_FALSE(View()->revoked);
  EXPECT_TRUE(View()->suspended.empty());
}

// --- Delegations.

class TufKeys : public Tuf {
 protected:
  SignedStatement Delegated(int64_t seq, Instant from, int roots = 0) {
    statement::Delegation delegation =
        *statement::ParseAs<statement::Delegation>(DelegationOf(world_, "om"));
    delegation.seq = seq;
    delegation.not_before = from;
    delegation.not_after = from + std::chrono::days{30};
    delegation.keys = {{statement::KeyUse::kStatement, key_.public_key()}};
    return SignByRoots(world_, "om", statement::Type::kDelegation, delegation.ToValue(), roots);
  }
  int64_t Current() { return View()->delegations.Current("om", world_.clock.Now())->content.seq; }
  bool Counts() {
    const auto keys =
        View()->delegations.KeysOf("om", statement::KeyUse::kStatement, world_.clock.Now());
    return std::find(keys.begin(), keys.end(), key_.public_key()) != keys.end();
  }
  crypto::SigningKey key_ = crypto::SigningKey::Generate(*world_["om"].entropy);
};

TEST_F(TufKeys, DelegationRollbackAndFastForward) {
  Bring("om", {Delegated(5, world_.clock.Now() - hours{1})});
  EXPECT_EQ(Current(), 5);
  Bring("om", {Delegated(3, world_.clock.Now() - hours{1})});
  EXPECT_EQ(Current(), 5) << "an older one does not come back";
  Bring("om", {Delegated(9, world_.clock.Now() + hours{1})});
  EXPECT_EQ(Current(), 5) << "its time has not come";
}

TEST_F(TufKeys, DelegationFreeze) {
  world_.clock.Advance(std::chrono::days{91});
  EXPECT_EQ(View()->delegations.Current("om", world_.clock.Now()), nullptr)
      << "whoever gets no new one is heard no more";
}

TEST_F(TufKeys, DelegationMixAndMatch) {
  statement::Delegation other =
      *statement::ParseAs<statement::Delegation>(Delegated(5, world_.clock.Now() - hours{1}));
  other.lineage.bytes[0] ^= 1;
  Bring("om", {SignByRoots(world_, "om", statement::Type::kDelegation, other.ToValue())});
  EXPECT_FALSE(Counts());
}

TEST_F(TufKeys, DelegationArbitraryInstallAndKeyBelowThreshold) {
  const auto good = Delegated(5, world_.clock.Now() - hours{1});
  statement::Delegation for_police = *statement::ParseAs<statement::Delegation>(good);
  for_police.party = "politie";
  const size_t before = Statements();
  Bring("om",
        {ByStranger(good),
         SignByRoots(world_, "politie", statement::Type::kDelegation, for_police.ToValue(), 1)});
  ExpectForged(SignByRoots(world_, "om", statement::Type::kDelegation, for_police.ToValue()));
  EXPECT_EQ(Statements(), before);
  EXPECT_FALSE(Counts());
}

TEST_F(TufKeys, DelegationEndlessData) {
  std::vector<SignedStatement> many;
  for (int64_t seq = 10; seq < 20 + static_cast<int64_t>(kMaxStatementsPerParty); ++seq)
    many.push_back(Delegated(seq, world_.clock.Now() - hours{1}));
  const size_t before = Statements();
  Bring("om", many);
  EXPECT_EQ(Statements(), before + kMaxStatementsPerParty - 2);
}

// --- Undelegate.

TEST_F(TufKeys, UndelegateEndsItsOwnAndForEver) {
  const auto good = Delegated(5, world_.clock.Now() - hours{1});
  Bring("om", {good});
  ASSERT_TRUE(Counts());
  const auto end = UndelegateBy(world_, "om", good);
  Bring("om", {end});
  EXPECT_FALSE(Counts()) << "from its taking, for whatever time is claimed";
  EXPECT_EQ(EventsOf(world_, "politie", "covenant_undelegated"), 1);
  Bring("om", {good});
  EXPECT_FALSE(Counts()) << "shown again";
  ASSERT_TRUE(world_.Restart("politie").ok());
  EXPECT_FALSE(Counts());
  EXPECT_EQ(Current(), 1) << "the other one stands";
}

TEST_F(TufKeys, UndelegateMixAndMatchArbitraryInstallAndKeyBelowThreshold) {
  const auto police = DelegationOf(world_, "politie");
  const auto now = world_.clock.Now();
  const auto stands = [&] { return View()->delegations.Current("politie", now) != nullptr; };
  Bring("om", {UndelegateBy(world_, "om", police)});
  EXPECT_TRUE(stands()) << "not theirs to end";
  const auto like = UndelegateBy(world_, "politie", police);
  Bring("om", {ByStranger(like), UndelegateBy(world_, "politie", police, /*roots=*/1)});
  EXPECT_TRUE(stands());
  canon::Value value = like.ToValue();
  (*value.AsObject())["type"] = "leave";
  EXPECT_FALSE(statement::ParseAs<statement::Leave>(*SignedStatement::FromValue(value)).ok());
  Bring("om", {like});
  EXPECT_FALSE(stands());
}

// --- Statuses.

class TufStatus : public Tuf {
 protected:
  Result<statement::Status> Take(const statement::Status& status, std::string_view signer = "om") {
    const crypto::SigningKey* const keys[] = {world_[signer].statement_key.get()};
    const auto bytes = SignedStatement::Sign(statement::Type::kStatus, status.ToValue(), keys);
    return engine().statuses().Take("om", {bytes.Encode(), {}}, world_.clock.Now());
  }
};

TEST_F(TufStatus, StatusRollbackAndFastForward) {
  world_.clock.Advance(std::chrono::minutes{10});
  const statement::Status status = StatusNow(world_, "om");
  ASSERT_TRUE(Take(status).ok());
  statement::Status older = status;
  older.issued -= std::chrono::minutes{1};
  EXPECT_EQ(Take(older).error().code, ErrorCode::kConflict);
  statement::Status future = status;
  future.issued += kIssuedTolerance + std::chrono::milliseconds{1};
  future.expires = future.issued + hours{1};
  EXPECT_EQ(Take(future).error().code, ErrorCode::kDenied);
}

TEST_F(TufStatus, StatusMixAndMatchAndArbitraryInstall) {
  world_.clock.Advance(std::chrono::minutes{10});
  const statement::Status status = StatusNow(world_, "om");
  EXPECT_FALSE(Take(status, "gemeente").ok()) << "another party's key";
  statement::Status other = status;
  other.lineage.bytes[0] ^= 1;
  EXPECT_FALSE(Take(other).ok());
  other = status;
  other.covenant[0] ^= 1;
  ASSERT_TRUE(Take(other).ok());
  EXPECT_EQ(engine().statuses().CheckFresh("om", world_.clock.Now()), "HASH_MISMATCH");
}

}  // namespace
}  // namespace schakel::sim
