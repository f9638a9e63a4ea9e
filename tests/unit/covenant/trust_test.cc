#include "node/covenant/trust.h"

#include <gmock/gmock.h>

#include "tests/unit/covenant/signers.h"

namespace schakel::covenant {
namespace {

using statement::Accept;
using statement::Delegation;
using statement::Fact;
using statement::KeyUse;
using statement::SignedStatement;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// --- Delegations and accepts under the roots.

TEST(VerifyDelegationTest, TakesTheThresholdOfThePartysOwnRoots) {
  const Delegation delegation = DelegationOf("politie");
  EXPECT_TRUE(VerifyDelegation(SignBy(delegation, {"P1", "P3"}), Example()).ok());
  EXPECT_TRUE(VerifyDelegation(SignBy(delegation, {"P1", "P2", "P3"}), Example()).ok());
  for (const std::vector<std::string>& labels : std::vector<std::vector<std::string>>{
           {"P1"}, {"P1", "G1"}, {"P1", "P2", "G1"}, {"G1", "G2"}, {"P1", "politie statement"}}) {
    const auto refused = VerifyDelegation(SignBy(delegation, labels), Example());
    ASSERT_FALSE(refused.ok()) << labels.back();
    EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  }
}

TEST(VerifyDelegationTest, TakesAnAuditorAndNobodyUnknown) {
  EXPECT_TRUE(VerifyDelegation(SignBy(DelegationOf("rekenkamer"), {"A1"}), Example()).ok());
  const auto refused = VerifyDelegation(SignBy(DelegationOf("leerplicht"), {"A1"}), Example());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
}

TEST(VerifyDelegationTest, RefusesAnotherLineageAndAnotherType) {
  Delegation delegation = DelegationOf("om");
  delegation.lineage.bytes[0] ^= 1;
  EXPECT_EQ(VerifyDelegation(SignBy(delegation, {"O1"}), Example()).error().code,
            ErrorCode::kDenied);
  Accept accept{"om", Example().lineage, 3, Example().hash, Example().previous, 1, Start()};
  EXPECT_EQ(VerifyDelegation(SignBy(accept, {"O1"}), Example()).error().code,
            ErrorCode::kMalformed);
}

TEST(VerifyAcceptTest, TakesThePartysThresholdAndNoAuditor) {
  EXPECT_TRUE(VerifyAccept(SignBy(AcceptOf("gemeente", Example()), {"G1", "G2"}), Example()).ok());
  EXPECT_FALSE(VerifyAccept(SignBy(AcceptOf("gemeente", Example()), {"G1"}), Example()).ok());
  EXPECT_FALSE(VerifyAccept(SignBy(AcceptOf("rekenkamer", Example()), {"A1"}), Example()).ok());
  Accept foreign = AcceptOf("om", Example());
  foreign.lineage.bytes[15] ^= 1;
  EXPECT_FALSE(VerifyAccept(SignBy(foreign, {"O1"}), Example()).ok());
}

TEST(CountRootSignaturesTest, CountsBelowAtAndAboveTheThreshold) {
  const Delegation delegation = DelegationOf("politie");
  const Accept accept = AcceptOf("politie", Example());
  const std::vector<std::vector<std::string>> signers{{"P1"}, {"P3", "P1"}, {"P1", "P2", "P3"}};
  for (const auto& labels : signers) {
    for (const SignedStatement& gathered : {SignBy(delegation, labels), SignBy(accept, labels)}) {
      const auto counted = CountRootSignatures(gathered, Example());
      ASSERT_TRUE(counted.ok()) << counted.error().detail;
      EXPECT_EQ(counted->party, "politie");
      EXPECT_EQ(counted->given, std::ssize(labels));
      EXPECT_EQ(counted->needed, 2);
    }
  }
  EXPECT_EQ(CountRootSignatures(SignBy(DelegationOf("rekenkamer"), {"A1"}), Example())->needed, 1);
}

TEST(CountRootSignaturesTest, CountsNoOtherKeyPartyLineageOrType) {
  const auto code = [](const SignedStatement& gathered) {
    const auto counted = CountRootSignatures(gathered, Example());
    return counted ? std::string("counted") : std::string(ErrorCodeName(counted.error().code));
  };
  const Accept accept = AcceptOf("politie", Example());
  EXPECT_EQ(code(SignBy(accept, {"P1", "G1"})), "denied");
  EXPECT_EQ(code(SignBy(accept, {"politie statement"})), "denied");
  EXPECT_EQ(code(SignBy(AcceptOf("rekenkamer", Example()), {"A1"})), "denied");
  EXPECT_EQ(code(SignBy(AcceptOf("leerplicht", Example()), {"P1"})), "denied");
  Accept foreign = accept;
  foreign.lineage.bytes[15] ^= 1;
  EXPECT_EQ(code(SignBy(foreign, {"P1"})), "denied");
  Delegation elsewhere = DelegationOf("politie");
  elsewhere.lineage.bytes[0] ^= 1;
  EXPECT_EQ(code(SignBy(elsewhere, {"P1"})), "denied");
  Fact fact;
  fact.lineage = Example().lineage;
  EXPECT_EQ(code(SignBy(fact, {"P1"})), "malformed");
  // The signature of one root under the bytes of another statement.
  Accept later = accept;
  later.seq = 2;
  canon::Value mixed = SignBy(accept, {"P1"}).ToValue();
  (*mixed.AsObject())["statement"] = later.ToValue();
  EXPECT_EQ(code(*SignedStatement::FromValue(mixed)), "denied");
}

std::vector<SignedStatement> AcceptsOf(const Document& document) {
  std::vector<SignedStatement> out;
  for (const auto& [id, party] : document.parties) {
    out.push_back(SignBy(AcceptOf(id, document), kRoots.at(id)));
  }
  return out;
}

TEST(CheckAcceptsTest, NamesWhoIsMissing) {
  std::vector<SignedStatement> accepts = AcceptsOf(Example());
  EXPECT_TRUE(CheckAccepts(accepts, Example(), nullptr).ok());
  accepts.pop_back();
  accepts.erase(accepts.begin());
  const auto missing = CheckAccepts(accepts, Example(), nullptr);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().detail, "not accepted yet by gemeente, politie");
  EXPECT_FALSE(CheckAccepts({}, Example(), nullptr).ok());
}

TEST(CheckAcceptsTest, CountsOnlyAcceptsOfExactlyThisVersion) {
  const auto refused_with = [](auto change) {
    std::vector<SignedStatement> accepts = AcceptsOf(Example());
    Accept accept = AcceptOf("gemeente", Example());
    change(accept);
    accepts[0] = SignBy(accept, kRoots.at("gemeente"));
    return !CheckAccepts(accepts, Example(), nullptr).ok();
  };
  EXPECT_FALSE(refused_with([](Accept&) {}));
  EXPECT_TRUE(refused_with([](Accept& accept) { accept.version = 4; }));
  EXPECT_TRUE(refused_with([](Accept& accept) { accept.covenant[0] ^= 1; }));
  EXPECT_TRUE(refused_with([](Accept& accept) { (*accept.previous)[0] ^= 1; }));
}

TEST(CheckAcceptsTest, ANewVersionNeedsTheOldRootsToo) {
  const Document& old = Example();
  // The prosecutor's first root is replaced; the old one signs for the old version.
  std::string text = Replaced(ExampleYaml(),
                              crypto::KeyId(KeyOf("O1").public_key()),
                              crypto::KeyId(KeyOf("O9").public_key()));
  text = Replaced(text, "version: 3", "version: 4");
  text = Replaced(text, EncodeHex(*old.previous), EncodeHex(old.hash));
  const Document next = MustRead(text);
  ASSERT_TRUE(CheckSuccession(old, next).ok());
  std::vector<SignedStatement> accepts = AcceptsOf(next);
  for (SignedStatement& accept : accepts) {
    if (ParseAs<Accept>(accept)->party == "om") accept = SignBy(AcceptOf("om", next), {"O9"});
  }
  EXPECT_TRUE(CheckAccepts(accepts, next, nullptr).ok());
  EXPECT_FALSE(CheckAccepts(accepts, next, &old).ok()) << "the new key alone is a stolen covenant";
  accepts.push_back(SignBy(AcceptOf("om", next), {"O1"}));
  EXPECT_TRUE(CheckAccepts(accepts, next, &old).ok());
}

TEST(CheckSuccessionTest, RefusesAGapAnotherHashAndAnotherLineage) {
  const Document& old = Example();
  const auto refused = [&](auto change) {
    Document next;
    next.lineage = old.lineage;
    next.version = old.version + 1;
    next.previous = old.hash;
    change(next);
    return !CheckSuccession(old, next).ok();
  };
  EXPECT_FALSE(refused([](Document&) {}));
  EXPECT_TRUE(refused([](Document& next) { next.version += 1; }));
  EXPECT_TRUE(refused([](Document& next) { next.version -= 1; }));
  EXPECT_TRUE(refused([](Document& next) { (*next.previous)[31] ^= 1; }));
  EXPECT_TRUE(refused([](Document& next) { next.previous.reset(); }));
  EXPECT_TRUE(refused([](Document& next) { next.lineage.bytes[3] ^= 1; }));
}

// --- Whose key something is.

TEST(DelegationsTest, KeysHoldFromNotBeforeUntilJustBeforeNotAfter) {
  const Delegations held = AllDelegations();
  const crypto::PublicKey key = KeyOf("om statement").public_key();
  const auto party_at = [&](Instant at) {
    const auto party = held.PartyOf(key, KeyUse::kStatement, at);
    return party.ok() ? *party : "";
  };
  const Instant end = Start() + 60 * kDay;
  constexpr std::chrono::milliseconds kTick{1};
  EXPECT_EQ(party_at(Start() - kTick), "");
  EXPECT_EQ(party_at(Start()), "om");
  EXPECT_EQ(party_at(end - kTick), "om");
  EXPECT_EQ(party_at(end), "");
  EXPECT_THAT(held.KeysOf("om", KeyUse::kStatement, Start()), ElementsAre(key));
  EXPECT_THAT(held.KeysOf("om", KeyUse::kStatement, end), IsEmpty());
}

TEST(DelegationsTest, AKeyHoldsForItsOwnUseOnly) {
  const Delegations held = AllDelegations();
  EXPECT_TRUE(held.PartyOf(KeyOf("om log").public_key(), KeyUse::kLog, Start()).ok());
  EXPECT_FALSE(held.PartyOf(KeyOf("om log").public_key(), KeyUse::kStatement, Start()).ok());
  EXPECT_FALSE(held.PartyOf(KeyOf("om tls").public_key(), KeyUse::kLog, Start()).ok());
  EXPECT_FALSE(held.PartyOf(KeyOf("O1").public_key(), KeyUse::kStatement, Start()).ok());
}

TEST(DelegationsTest, RotationOverlapsAndTheHighestSeqIsCurrent) {
  Delegations held = AllDelegations();
  Delegation rotated = DelegationOf("om", /*seq=*/2);
  rotated.not_before = Start() + 50 * kDay;
  rotated.not_after = Start() + 110 * kDay;
  rotated.keys = {{KeyUse::kStatement, KeyOf("om statement 2").public_key()}};
  held.Add(Verified(rotated));
  const size_t count = held.all().size();
  held.Add(Verified(rotated));
  EXPECT_EQ(held.all().size(), count) << "held already";
  EXPECT_THAT(
      held.KeysOf("om", KeyUse::kStatement, Start() + 55 * kDay),
      ElementsAre(KeyOf("om statement 2").public_key(), KeyOf("om statement").public_key()));
  EXPECT_EQ(held.Current("om", Start())->content.seq, 1);
  EXPECT_EQ(held.Current("om", Start() + 55 * kDay)->content.seq, 2);
  EXPECT_EQ(held.Current("om", Start() + 70 * kDay)->content.seq, 2);
  EXPECT_EQ(held.Current("om", Start() + 110 * kDay), nullptr);
  EXPECT_EQ(held.Current("leerplicht", Start()), nullptr);
}

TEST(DelegationsTest, AKeyThatTwoPartiesClaimIsNobodys) {
  Delegations held = AllDelegations();
  Delegation claim = DelegationOf("jongerenwerk", /*seq=*/2);
  claim.keys = {{KeyUse::kTls, KeyOf("om tls").public_key()}};
  held.Add(Verified(claim));
  EXPECT_FALSE(held.PartyOf(KeyOf("om tls").public_key(), KeyUse::kTls, Start()).ok());
}

TEST(VerifyByPartyTest, TakesOnlyTheNamedPartysCurrentKey) {
  const Delegations held = AllDelegations();
  // Any statement of a node will do here.
  const Fact fact{Example().lineage, "step", "2B", "VLD-2026-001", {}, Start(), Start() + kDay};
  const SignedStatement bytes = SignBy(fact, {"om statement"});
  EXPECT_TRUE(VerifyByParty<Fact>(bytes, held, "om", KeyUse::kStatement, Start()).ok());
  EXPECT_FALSE(VerifyByParty<Fact>(bytes, held, "politie", KeyUse::kStatement, Start()).ok());
  EXPECT_FALSE(VerifyByParty<Fact>(bytes, held, "om", KeyUse::kLog, Start()).ok());
  EXPECT_FALSE(
      VerifyByParty<Fact>(bytes, held, "om", KeyUse::kStatement, Start() + 60 * kDay).ok());
}

// --- Facts.

Fact Step(const std::string& value = "2B") {
  return {Example().lineage,
          "step",
          value,
          "VLD-2026-001",
          crypto::Sha256("besluit"),
          Start() + kDay,
          Start() + 80 * kDay};
}

ErrorCode RefusalOf(const SignedStatement& fact, const Document& document, Instant now) {
  const auto verified = VerifyFact(fact, document, AllDelegations(), now);
  EXPECT_FALSE(verified.ok());
  return verified.ok() ? ErrorCode::kInternal : verified.error().code;
}

TEST(VerifyFactTest, TakesTheThresholdOfPartiesThatMayStateIt) {
  const Instant now = Start() + 2 * kDay;
  const auto parties = VerifyFact(SignBy(Step(), {"politie statement", "gemeente statement"}),
                                  Example(),
                                  AllDelegations(),
                                  now);
  ASSERT_TRUE(parties.ok()) << parties.error().detail;
  EXPECT_THAT(*parties, ElementsAre("gemeente", "politie"));
  EXPECT_TRUE(
      VerifyFact(SignBy(Step(), {"politie statement", "gemeente statement", "om statement"}),
                 Example(),
                 AllDelegations(),
                 now)
          .ok());
}

TEST(VerifyFactTest, RefusesOneSignatureShortAndSignaturesByOthers) {
  const Instant now = Start() + 2 * kDay;
  for (const std::vector<std::string>& labels :
       std::vector<std::vector<std::string>>{{"politie statement"},
                                             {"politie statement", "jongerenwerk statement"},
                                             {"politie statement", "politie log"},
                                             {"P1", "P2", "G1", "G2"},
                                             {"politie statement", "gemeente statement", "G1"}}) {
    EXPECT_EQ(RefusalOf(SignBy(Step(), labels), Example(), now), ErrorCode::kDenied)
        << labels.back();
  }
}

TEST(VerifyFactTest, TwoKeysOfOnePartyCountOnce) {
  Delegations held = AllDelegations();
  Delegation second = DelegationOf("politie", /*seq=*/2);
  second.keys = {{KeyUse::kStatement, KeyOf("politie statement 2").public_key()}};
  held.Add(Verified(second));
  const SignedStatement fact = SignBy(Step(), {"politie statement", "politie statement 2"});
  EXPECT_FALSE(VerifyFact(fact, Example(), held, Start() + 2 * kDay).ok());
}

TEST(VerifyFactTest, ASignatureCountsForOneOfThoseWhoClaimItsKey) {
  // om gives itself the key of the police: what they sign stays theirs, and one signature is one.
  Delegations held = AllDelegations();
  Delegation claim = DelegationOf("om", /*seq=*/2);
  claim.keys = {{KeyUse::kStatement, KeyOf("politie statement").public_key()}};
  held.Add(Verified(claim));
  const Instant now = Start() + 2 * kDay;
  EXPECT_TRUE(
      VerifyFact(SignBy(Step(), {"politie statement", "gemeente statement"}), Example(), held, now)
          .ok());
  EXPECT_TRUE(
      VerifyFact(SignBy(Step(), {"politie statement", "om statement"}), Example(), held, now).ok());
  EXPECT_FALSE(VerifyFact(SignBy(Step(), {"politie statement"}), Example(), held, now).ok());
}

TEST(VerifyFactTest, PartiesOfOneOrganisationCountOnce) {
  Document document = Example();
  document.parties.at("om").organisation = "gemeente";
  const Instant now = Start() + 2 * kDay;
  EXPECT_EQ(RefusalOf(SignBy(Step(), {"om statement", "gemeente statement"}), document, now),
            ErrorCode::kDenied);
  EXPECT_TRUE(
      VerifyFact(
          SignBy(Step(), {"om statement", "politie statement"}), document, AllDelegations(), now)
          .ok());
}

TEST(VerifyFactTest, KeyMustBeDelegatedWhenIssuedNotNow) {
  // A rotation voids nothing: the delegation has ended, the fact has not.
  const SignedStatement fact = SignBy(Step(), {"politie statement", "gemeente statement"});
  EXPECT_TRUE(VerifyFact(fact, Example(), AllDelegations(), Start() + 70 * kDay).ok());
  Fact late = Step();
  late.issued = Start() + 61 * kDay;
  EXPECT_EQ(RefusalOf(SignBy(late, {"politie statement", "gemeente statement"}),
                      Example(),
                      Start() + 62 * kDay),
            ErrorCode::kDenied);
}

TEST(VerifyFactTest, ExpiresAndDoesNotComeFromTheFuture) {
  const SignedStatement fact = SignBy(Step(), {"politie statement", "gemeente statement"});
  constexpr std::chrono::milliseconds kTick{1};
  EXPECT_TRUE(VerifyFact(fact, Example(), AllDelegations(), Step().expires - kTick).ok());
  EXPECT_EQ(RefusalOf(fact, Example(), Step().expires), ErrorCode::kDenied);
  const Instant earliest = Step().issued - std::chrono::minutes{5};
  EXPECT_TRUE(VerifyFact(fact, Example(), AllDelegations(), earliest).ok());
  EXPECT_EQ(RefusalOf(fact, Example(), earliest - kTick), ErrorCode::kDenied);
}

TEST(VerifyFactTest, RefusesWhatTheCovenantDoesNotKnow) {
  const Instant now = Start() + 2 * kDay;
  const std::vector<std::string> signers{"politie statement", "gemeente statement"};
  Fact fact = Step("9");
  EXPECT_EQ(RefusalOf(SignBy(fact, signers), Example(), now), ErrorCode::kMalformed);
  fact = Step();
  fact.fact = "stap";
  EXPECT_EQ(RefusalOf(SignBy(fact, signers), Example(), now), ErrorCode::kMalformed);
  fact.fact = "age";  // comes from a record, nobody states it
  EXPECT_EQ(RefusalOf(SignBy(fact, signers), Example(), now), ErrorCode::kMalformed);
  fact = Step();
  fact.lineage.bytes[0] ^= 1;
  EXPECT_EQ(RefusalOf(SignBy(fact, signers), Example(), now), ErrorCode::kDenied);
}

TEST(VerifyFactTest, ListIsARootStatedByTheGemeente) {
  Fact listed = Step();
  listed.fact = "listed";
  listed.value = EncodeHex(crypto::Sha256("namenlijst"));
  const Instant now = Start() + 2 * kDay;
  EXPECT_TRUE(
      VerifyFact(SignBy(listed, {"gemeente statement"}), Example(), AllDelegations(), now).ok());
  EXPECT_EQ(RefusalOf(SignBy(listed, {"politie statement"}), Example(), now), ErrorCode::kDenied);
  listed.value = "true";
  EXPECT_EQ(RefusalOf(SignBy(listed, {"gemeente statement"}), Example(), now),
            ErrorCode::kMalformed);
}

TEST(ParseStatedValueTest, OneValueHasOneSpelling) {
  const Document document = MustRead(MiniYaml(" []"));
  const FactDeclaration& size = document.facts.at("size");
  EXPECT_EQ(*ParseStatedValue(size, "12"), FactValue{(IntInterval{12, 12})});
  EXPECT_TRUE(ParseStatedValue(size, "0").ok());
  EXPECT_TRUE(ParseStatedValue(size, "99").ok());
  for (const char* bad : {"100", "-1", "012", "+1", "1.0", "", " 1", "1 ", "-0"}) {
    EXPECT_FALSE(ParseStatedValue(size, bad).ok()) << bad;
  }
  EXPECT_EQ(*ParseStatedValue(document.facts.at("step"), "2"), FactValue{std::string("2")});
  EXPECT_FALSE(ParseStatedValue(document.facts.at("step"), "4").ok());
  EXPECT_FALSE(ParseStatedValue(document.facts.at("age"), "12").ok());
  EXPECT_EQ(*ParseStatedValue(document.facts.at("listed"), std::string(64, 'a')), FactValue{true});
  EXPECT_FALSE(ParseStatedValue(document.facts.at("listed"), std::string(64, 'A')).ok());
}

}  // namespace
}  // namespace schakel::covenant
