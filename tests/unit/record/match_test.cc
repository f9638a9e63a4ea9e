#include "node/record/match.h"

#include <gtest/gtest.h>

#include "tests/unit/record/example.h"

namespace schakel::record {
namespace {

const Name kJose = {"José", "van der", "Meer"};
const Name kJoseSpeltOtherwise = {"JOSE", "", "vd Meer"};
const Name kKevin = {"Kevin", "", "Bakker"};
constexpr const char* kBsn = "123456782";
constexpr const char* kOtherBsn = "111222333";

Uuid Id(uint8_t number) {
  Uuid id;
  id.bytes.back() = number;
  return id;
}

// Both ways round: who is asked and who is known changes nothing.
void ExpectVerdict(const Person& a, const Person& b, Verdict verdict) {
  EXPECT_EQ(Match(a, b), verdict);
  EXPECT_EQ(Match(b, a), verdict);
}

TEST(MatchTest, BsnsThatDifferAreNeverTheSame) {
  ExpectVerdict(MakePerson(kJose, "2007-11-30", kBsn),
                MakePerson(kKevin, "2007-11-30", kOtherBsn),
                Verdict::kDifferent);
  ExpectVerdict(MakePerson(kJose, "2007-11-30", kBsn),
                MakePerson(kJose, "2007-12-01", kOtherBsn),
                Verdict::kDifferent);
  ExpectVerdict(MakePerson(kJose, "2007-11-00", kBsn),
                MakePerson(kJose, "2007-11-30", kOtherBsn),
                Verdict::kDifferent);
}

TEST(MatchTest, BsnsThatDifferWithEqualNameAndCompleteDateAreDoubtful) {
  ExpectVerdict(MakePerson(kJose, "2007-11-30", kBsn),
                MakePerson(kJoseSpeltOtherwise, "2007-11-30", kOtherBsn),
                Verdict::kDoubtful);
}

TEST(MatchTest, EqualBsnIsTheSameWhenNameAndKnownDatePartsAgree) {
  const Person asked = MakePerson(kJose, "2007-11-30", kBsn);
  ExpectVerdict(asked, MakePerson(kJoseSpeltOtherwise, "2007-11-30", kBsn), Verdict::kSame);
  ExpectVerdict(asked, MakePerson(kJose, "2007-11-00", kBsn), Verdict::kSame);
  ExpectVerdict(asked, MakePerson(kJose, "2007-00-00", kBsn), Verdict::kSame);
  ExpectVerdict(asked, MakePerson(kJose, "0000-00-00", kBsn), Verdict::kSame);
}

TEST(MatchTest, EqualBsnIsDoubtfulOtherwise) {
  const Person asked = MakePerson(kJose, "2007-11-30", kBsn);
  ExpectVerdict(asked, MakePerson(kKevin, "2007-11-30", kBsn), Verdict::kDoubtful);
  ExpectVerdict(asked, MakePerson(kJose, "2007-11-29", kBsn), Verdict::kDoubtful);
  ExpectVerdict(asked, MakePerson(kJose, "2008-00-00", kBsn), Verdict::kDoubtful);
  ExpectVerdict(asked, MakePerson({"", "", "Meer"}, "2007-11-30", kBsn), Verdict::kDoubtful);
}

// Trap: two namesakes with other birth dates.
TEST(MatchTest, NamesakesWithAnotherCompleteDateAreOtherPersons) {
  ExpectVerdict(
      MakePerson(kJose, "2007-11-30"), MakePerson(kJose, "2009-01-02"), Verdict::kDifferent);
}

// Trap: diacritics and tussenvoegsel.
TEST(MatchTest, WithoutBsnEqualNameAndCompleteDateAreTheSame) {
  ExpectVerdict(MakePerson(kJose, "2007-11-30", kBsn),
                MakePerson(kJoseSpeltOtherwise, "2007-11-30"),
                Verdict::kSame);
  ExpectVerdict(MakePerson(kJose, "2007-11-30"),
                MakePerson(kJoseSpeltOtherwise, "2007-11-30"),
                Verdict::kSame);
}

// Trap: a birth date with unknown day, asked of a partner without BSN.
TEST(MatchTest, WithoutBsnAnIncompleteCompatibleDateIsDoubtful) {
  const Person asked = MakePerson(kJose, "2009-05-00");
  ExpectVerdict(asked, MakePerson(kJose, "2009-05-12"), Verdict::kDoubtful);
  ExpectVerdict(asked, MakePerson(kJose, "2009-05-00"), Verdict::kDoubtful);
  ExpectVerdict(asked, MakePerson(kJose, "2009-00-00"), Verdict::kDoubtful);
  ExpectVerdict(asked, MakePerson(kJose, "0000-00-00"), Verdict::kDoubtful);
}

TEST(MatchTest, WithoutBsnAnIncompatibleDateIsAnotherPerson) {
  const Person asked = MakePerson(kJose, "2009-05-00");
  ExpectVerdict(asked, MakePerson(kJose, "2009-06-12"), Verdict::kDifferent);
  ExpectVerdict(asked, MakePerson(kJose, "2009-06-00"), Verdict::kDifferent);
  ExpectVerdict(asked, MakePerson(kJose, "2008-00-00"), Verdict::kDifferent);
}

TEST(MatchTest, WithoutBsnAnotherOrEmptyNameIsAnotherPerson) {
  ExpectVerdict(
      MakePerson(kJose, "2007-11-30"), MakePerson(kKevin, "2007-11-30"), Verdict::kDifferent);
  const Name no_given = {"", "van der", "Meer"};
  ExpectVerdict(
      MakePerson(no_given, "2007-11-30"), MakePerson(no_given, "2007-11-30"), Verdict::kDifferent);
  const Name initial = {"J.", "van der", "Meer"};
  ExpectVerdict(
      MakePerson(initial, "2007-11-30"), MakePerson(initial, "2007-11-30"), Verdict::kDifferent);
}

TEST(MatchTest, ABsnWithoutNineDigitsIsNotKnown) {
  ExpectVerdict(MakePerson(kJose, "2007-11-30", "12345"),
                MakePerson(kJose, "2007-11-30", kBsn),
                Verdict::kSame);
}

TEST(MatchAllTest, NobodyIsNoMatch) {
  EXPECT_EQ(MatchAll(MakePerson(kJose, "2007-11-30"), {}).kind, MatchResult::Kind::kNoMatch);
  const std::vector<Candidate> others = {{Id(1), MakePerson(kKevin, "2007-11-30")}};
  EXPECT_EQ(MatchAll(MakePerson(kJose, "2007-11-30"), others).kind, MatchResult::Kind::kNoMatch);
}

TEST(MatchAllTest, OneThatIsTheSameIsMatchedBesideDoubtfulOnes) {
  const std::vector<Candidate> candidates = {{Id(3), MakePerson(kJose, "2007-11-00")},
                                             {Id(1), MakePerson(kJose, "2007-11-30")},
                                             {Id(2), MakePerson(kJose, "1999-01-01")}};
  const MatchResult result = MatchAll(MakePerson(kJose, "2007-11-30"), candidates);
  EXPECT_EQ(result.kind, MatchResult::Kind::kMatched);
  EXPECT_EQ(result.subject, Id(1));
}

TEST(MatchAllTest, SeveralThatAreTheSameAreDoubtful) {
  const std::vector<Candidate> candidates = {{Id(2), MakePerson(kJose, "2007-11-30")},
                                             {Id(1), MakePerson(kJose, "2007-11-30")}};
  const MatchResult result = MatchAll(MakePerson(kJose, "2007-11-30"), candidates);
  EXPECT_EQ(result.kind, MatchResult::Kind::kDoubtful);
  EXPECT_EQ(result.subject, std::nullopt);
  EXPECT_EQ(result.candidates, (std::vector<Uuid>{Id(1), Id(2)}));
}

TEST(MatchAllTest, OnlyDoubtfulOnesAreDoubtfulInAnyOrder) {
  std::vector<Candidate> candidates = {{Id(1), MakePerson(kJose, "2007-11-00")},
                                       {Id(2), MakePerson(kJose, "2007-00-00")}};
  const Person asked = MakePerson(kJose, "2007-11-30");
  const MatchResult result = MatchAll(asked, candidates);
  EXPECT_EQ(result.kind, MatchResult::Kind::kDoubtful);
  std::swap(candidates[0], candidates[1]);
  EXPECT_EQ(MatchAll(asked, candidates).candidates, result.candidates);
}

}  // namespace
}  // namespace schakel::record
