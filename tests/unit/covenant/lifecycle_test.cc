#include "node/covenant/lifecycle.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>

#include "tests/unit/covenant/signers.h"

namespace schakel::covenant {
namespace {

using statement::Accept;
using statement::Leave;
using statement::Revoke;
using statement::SignedStatement;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::chrono::hours kOneDay{24};

// Versions of the small covenant of mini.h: parties a, b and c with one root each.
class LifecycleTest : public testing::Test {
 protected:
  // The next version after `previous`, from the first instant of `from`.
  static Document Next(const Document* previous,
                       const std::string& from = "2026-01-01",
                       const std::string& title = "Klein",
                       const std::string& extra = "",
                       const std::string& roots_of_c = "C") {
    std::string text = MiniYaml(" []");
    text = Replaced(text, "from: 2026-01-01", "from: " + from);
    text = Replaced(text, "title: Klein", "title: " + title + extra);
    text = Replaced(text,
                    crypto::KeyId(KeyOf("C").public_key()),
                    crypto::KeyId(KeyOf(roots_of_c).public_key()));
    if (previous != nullptr) {
      text = Replaced(text,
                      "version: 1",
                      "version: " + std::to_string(previous->version + 1) + "\nprevious: \"" +
                          EncodeHex(previous->hash) + "\"");
    }
    return MustRead(text);
  }
  void Hold(const Document& document, bool activated) {
    held_.push_back({&document, activated ? std::optional(At("2026-01-01")) : std::nullopt});
  }
  void Accept(const Document& document,
              const std::string& party,
              const std::string& root,
              int64_t seq = 1) {
    statements_.push_back(SignBy(
        statement::Accept{
            party, document.lineage, document.version, document.hash, document.previous, seq, {}},
        {root}));
  }
  void AcceptAll(const Document& document) {
    Accept(document, "a", "A");
    Accept(document, "b", "B");
    Accept(document, "c", "C");
  }
  template <typename T>
  void End(const Document& document, const std::string& party, const std::string& root) {
    statements_.push_back(
        SignBy(T{party, document.lineage, document.version, document.hash, 5, {}}, {root}));
  }
  static Instant At(const std::string& day) {
    return FirstInstantOf(ParseIsoDate(day)->Earliest(), Zone::kAmsterdam);
  }
  [[nodiscard]] Lifecycle Read(const std::string& day = "2026-04-01") const {
    return LifecycleOf(held_, statements_, At(day));
  }
  static VersionState StateOf(const Lifecycle& read, const Document& document) {
    for (const VersionStanding& standing : read.versions) {
      if (standing.document == &document) return standing.state;
    }
    ADD_FAILURE();
    return VersionState::kDraft;
  }

  std::vector<HeldVersion> held_;
  std::vector<SignedStatement> statements_;
  const Document first_ = Next(nullptr);
  const Document second_ = Next(&first_, "2026-05-01");
};

TEST_F(LifecycleTest, NothingHeldIsNothingInForce) {
  EXPECT_EQ(Read().in_force, nullptr);
  Hold(first_, /*activated=*/false);
  AcceptAll(first_);
  EXPECT_EQ(Read().in_force, nullptr) << "nobody activated it";
  EXPECT_EQ(StateOf(Read(), first_), VersionState::kAccepted);
}

TEST_F(LifecycleTest, ADraftNamesWhoseAcceptIsMissing) {
  Hold(first_, /*activated=*/false);
  Accept(first_, "b", "B");
  Accept(first_, "c", "A");
  const Lifecycle read = Read();
  EXPECT_EQ(read.versions[0].state, VersionState::kDraft);
  EXPECT_THAT(read.versions[0].accepted, ElementsAre("b"));
  EXPECT_THAT(read.versions[0].missing, ElementsAre("a", "c"));
}

TEST_F(LifecycleTest, AVersionIsInForceWithinItsTime) {
  Hold(first_, /*activated=*/true);
  AcceptAll(first_);
  EXPECT_EQ(StateOf(Read("2026-01-01"), first_), VersionState::kActive);
  EXPECT_EQ(StateOf(Read("2025-12-31"), first_), VersionState::kAccepted);
  EXPECT_EQ(Read("2025-12-31").in_force->document, &first_) << "its rules, and NOT_YET_VALID";
  EXPECT_EQ(StateOf(Read("2026-12-31"), first_), VersionState::kActive);
  EXPECT_EQ(StateOf(Read("2027-01-01"), first_), VersionState::kExpired);
}

TEST_F(LifecycleTest, TheNextTakesItsPlaceWhenItsTimeComes) {
  Hold(second_, /*activated=*/true);
  Hold(first_, /*activated=*/true);
  const Lifecycle before =
      LifecycleOf(held_, statements_, At("2026-05-01") - std::chrono::milliseconds{1});
  EXPECT_EQ(before.in_force->document, &first_);
  EXPECT_EQ(StateOf(before, second_), VersionState::kAccepted);
  EXPECT_EQ(before.until, At("2026-05-01"));
  EXPECT_EQ(before.before, nullptr);
  const Lifecycle after = Read("2026-05-01");
  EXPECT_EQ(after.in_force->document, &second_);
  EXPECT_EQ(after.before->document, &first_);
  EXPECT_EQ(after.from, At("2026-05-01"));
  EXPECT_EQ(after.until, std::nullopt);
  EXPECT_EQ(StateOf(after, first_), VersionState::kSuperseded);
}

TEST_F(LifecycleTest, ADraftNeverCounts) {
  Hold(first_, /*activated=*/true);
  Hold(second_, /*activated=*/false);
  AcceptAll(second_);
  const Lifecycle read = Read("2026-06-01");
  EXPECT_EQ(read.in_force->document, &first_);
  EXPECT_EQ(StateOf(read, second_), VersionState::kAccepted);
}

TEST_F(LifecycleTest, ADraftWhoseNumberWasTakenIsSuperseded) {
  const Document other = Next(nullptr, "2026-01-01", "Anders");
  Hold(first_, /*activated=*/true);
  Hold(other, /*activated=*/false);
  EXPECT_EQ(StateOf(Read(), other), VersionState::kSuperseded);
}

TEST_F(LifecycleTest, OneRevokeEndsItForAllWhateverWasAcceptedLater) {
  Hold(first_, /*activated=*/true);
  AcceptAll(first_);
  End<Revoke>(first_, "b", "B");
  Accept(first_, "b", "B", /*seq=*/9);
  const Lifecycle read = Read();
  EXPECT_TRUE(read.revoked());
  EXPECT_THAT(read.in_force->revoked_by, ElementsAre("b"));
  EXPECT_TRUE(Read("2027-01-01").revoked()) << "and stays so after its time";
}

TEST_F(LifecycleTest, ARevokeByNobodyWhoMayChangesNothing) {
  Hold(first_, /*activated=*/true);
  Hold(second_, /*activated=*/false);
  End<Revoke>(first_, "b", "A");
  End<Revoke>(second_, "b", "B");
  Document other = first_;
  other.hash[0] ^= 1;
  End<Revoke>(other, "b", "B");
  other = first_;
  other.version = 2;
  End<Revoke>(other, "b", "B");
  EXPECT_FALSE(Read().revoked());
  EXPECT_EQ(StateOf(Read(), second_), VersionState::kDraft);
}

TEST_F(LifecycleTest, ARevokedVersionIsReplacedByTheNextOnly) {
  Hold(first_, /*activated=*/true);
  Hold(second_, /*activated=*/true);
  End<Revoke>(first_, "b", "B");
  EXPECT_TRUE(Read("2026-04-01").revoked());
  const Lifecycle after = Read("2026-05-01");
  EXPECT_FALSE(after.revoked());
  EXPECT_EQ(after.in_force->document, &second_);
  EXPECT_EQ(after.before, nullptr) << "it ended by the revocation: no grace";
  EXPECT_EQ(StateOf(after, first_), VersionState::kRevoked);
}

TEST_F(LifecycleTest, TheVersionBeforeDoesNotComeBackWhenTheNextIsRevoked) {
  Hold(first_, /*activated=*/true);
  Hold(second_, /*activated=*/true);
  End<Revoke>(second_, "c", "C");
  EXPECT_FALSE(Read("2026-04-01").revoked()) << "its time has not come";
  const Lifecycle after = Read("2026-05-01");
  EXPECT_TRUE(after.revoked());
  EXPECT_EQ(after.in_force->document, &second_);
}

TEST_F(LifecycleTest, WhoLeavesIsSuspendedAndTheOthersGoOn) {
  Hold(first_, /*activated=*/true);
  End<Leave>(first_, "c", "C");
  const Lifecycle read = Read();
  EXPECT_FALSE(read.revoked());
  EXPECT_EQ(StateOf(read, first_), VersionState::kActive);
  EXPECT_THAT(read.suspended, ElementsAre("c"));
}

TEST_F(LifecycleTest, ALeaveIsOfOneVersion) {
  Hold(first_, /*activated=*/true);
  Hold(second_, /*activated=*/true);
  End<Leave>(first_, "c", "C");
  EXPECT_THAT(Read("2026-04-01").suspended, ElementsAre("c"));
  EXPECT_THAT(Read("2026-05-01").suspended, IsEmpty()) << "it accepted the next";
}

TEST_F(LifecycleTest, WhereOnLeaveIsEndALeaveEndsItForAll) {
  const Document ends = Next(nullptr, "2026-01-01", "Klein", "\non_leave: end");
  Hold(ends, /*activated=*/true);
  EXPECT_FALSE(Read().revoked());
  End<Leave>(ends, "c", "C");
  EXPECT_TRUE(Read().revoked());
}

TEST_F(LifecycleTest, TwoTextsUnderOneNumberSuspendUntilAHigherNumber) {
  const Document other = Next(&first_, "2026-05-01", "Anders");
  const Document third = Next(&second_, "2026-07-01");
  Hold(first_, /*activated=*/true);
  Hold(second_, /*activated=*/false);
  AcceptAll(first_);
  AcceptAll(second_);
  EXPECT_THAT(Read().equivocations, IsEmpty());
  Accept(other, "b", "B");
  const Lifecycle read = Read();
  ASSERT_EQ(read.equivocations.size(), 1U);
  EXPECT_EQ(read.equivocations[0].party, "b");
  EXPECT_EQ(read.equivocations[0].version, 2);
  EXPECT_THAT(read.equivocations[0].covenants,
              testing::UnorderedElementsAre(second_.hash, other.hash));
  EXPECT_EQ(read.equivocations[0].statements.size(), 2U) << "both halves";
  EXPECT_THAT(read.suspended, ElementsAre("b"));
  held_.back().activated = At("2026-04-01");
  EXPECT_THAT(Read("2026-06-01").suspended, ElementsAre("b")) << "still that number";
  Hold(third, /*activated=*/true);
  EXPECT_THAT(Read("2026-08-01").suspended, IsEmpty());
  EXPECT_EQ(Read("2026-08-01").equivocations.size(), 1U) << "the evidence stays";
}

TEST_F(LifecycleTest, OneTextAcceptedTwiceIsNoEquivocation) {
  Hold(first_, /*activated=*/true);
  Accept(first_, "b", "B", 1);
  Accept(first_, "b", "B", 2);
  EXPECT_THAT(Read().equivocations, IsEmpty());
}

// Whoever makes a draft writes any roots into it: they speak for nobody.
TEST_F(LifecycleTest, RootsThatOnlyADraftNamesProveNothing) {
  const Document forged = Next(&first_, "2026-05-01", "Vals", "", "stolen");
  Hold(first_, /*activated=*/true);
  Hold(second_, /*activated=*/false);
  Hold(forged, /*activated=*/false);
  Accept(second_, "c", "C");
  Accept(forged, "c", "stolen");
  End<Revoke>(first_, "c", "stolen");
  const Lifecycle read = Read();
  EXPECT_THAT(read.equivocations, IsEmpty());
  EXPECT_THAT(read.suspended, IsEmpty());
  EXPECT_FALSE(read.revoked());
  EXPECT_EQ(StateOf(read, forged), VersionState::kDraft);
}

TEST_F(LifecycleTest, ReplacedRootsEndWhatTheyAcceptedAndNothingLater) {
  const Document rotated = Next(&first_, "2026-05-01", "Klein", "", "C2");
  Hold(first_, /*activated=*/true);
  Hold(rotated, /*activated=*/true);
  End<Revoke>(rotated, "c", "C");
  EXPECT_FALSE(Read("2026-06-01").revoked()) << "the old root has no say in the new version";
  End<Revoke>(rotated, "c", "C2");
  EXPECT_TRUE(Read("2026-06-01").revoked());
  statements_.clear();
  End<Revoke>(first_, "c", "C2");
  EXPECT_TRUE(Read("2026-04-01").revoked()) << "the new root speaks for the party";
}

TEST_F(LifecycleTest, NewRootsNeedTheAcceptOfTheOldOnesToo) {
  const Document rotated = Next(&first_, "2026-05-01", "Klein", "", "C2");
  Hold(first_, /*activated=*/true);
  Hold(rotated, /*activated=*/false);
  Accept(rotated, "a", "A");
  Accept(rotated, "b", "B");
  Accept(rotated, "c", "C2");
  EXPECT_THAT(Read().versions[1].missing, ElementsAre("c"));
  Accept(rotated, "c", "C", /*seq=*/2);
  EXPECT_EQ(Read().versions[1].state, VersionState::kAccepted);
}

TEST_F(LifecycleTest, TheOrderOfWhatArrivedChangesNothing) {
  const Document other = Next(&first_, "2026-05-01", "Anders");
  Hold(first_, /*activated=*/true);
  Hold(second_, /*activated=*/true);
  AcceptAll(first_);
  AcceptAll(second_);
  Accept(other, "b", "B");
  End<Revoke>(second_, "a", "A");
  End<Leave>(first_, "c", "C");
  const auto told = [&] {
    std::string text;
    for (const std::string day : {"2026-04-01", "2026-06-01"}) {
      const Lifecycle read = Read(day);
      for (const VersionStanding& standing : read.versions)
        text += std::string(VersionStateName(standing.state)) + " ";
      for (const std::string& party : read.suspended)
        text += party + " ";
      text += std::to_string(read.in_force->document->version) + (read.revoked() ? "!" : ".");
    }
    return text;
  };
  const std::string expected = told();
  EXPECT_EQ(expected, "active revoked b c 1.superseded revoked b 2!");
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(statements_.begin(), statements_.end(), random);
    std::swap(held_[0], held_[1]);
    statements_.push_back(statements_.front());
    EXPECT_EQ(told(), expected);
  }
}

TEST(IsGenuineTest, IsAboutRootsOnly) {
  const Document document = MustRead(MiniYaml(" []"));
  const Revoke revoke{"b", document.lineage, 1, document.hash, 1, {}};
  EXPECT_TRUE(IsGenuine(SignBy(revoke, {"B"}), document));
  EXPECT_FALSE(IsGenuine(SignBy(revoke, {"A"}), document));
  const statement::Fact fact{
      document.lineage, "step", "1", "VLD-2026-001", {}, {}, Instant{} + kOneDay};
  EXPECT_FALSE(IsGenuine(SignBy(fact, {"B"}), document));
}

}  // namespace
}  // namespace schakel::covenant
