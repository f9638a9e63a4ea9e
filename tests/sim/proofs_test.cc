// `listed` and `step` are proofs, not booleans (exchange.md 5, 6). A proof about another row or
// another person gives nothing for that person and changes nothing for others; a list version or a
// decision that does not hold refuses the cell, named after the fact.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/exchange/lines.h"
#include "tests/sim/forge.h"
#include "tests/sim/views.h"

namespace schakel::sim {
namespace {

using exchange::OutRow;
using exchange::OutState;
using record::Body;
using statement::Fact;
using statement::SignedStatement;

class Proofs : public testing::Test {
 protected:
  Proofs() : world_(51) {
    Prepare(world_);
    PutRecords(world_,
               "politie",
               {Incident(Invented("Aad"), "0001"),
                Incident(Invented("Bea"), "0002"),
                Incident(Invented("Cor"), "0003")});
    list_.emplace(world_, Everybody());
  }
  static std::vector<record::Person> Everybody() {
    return {Invented("Aad"), Invented("Bea"), Invented("Cor")};
  }

  OutRow Ask(Body body, const std::vector<std::string>& categories = {"incident"}) {
    auto row = world_["gemeente"].lineage().requester.Run(
        AskOf(std::move(body), "politie", categories), world_.clock.Now());
    EXPECT_TRUE(row.ok()) << row.error().detail;
    return *std::move(row);
  }
  // The rows about whom something came.
  std::set<Uuid> About(const OutRow& row) {
    std::set<Uuid> rows;
    auto received = world_["gemeente"].lineage().requester.Received(row.exchange);
    EXPECT_TRUE(received.ok());
    for (const record::Release& release : *received)
      rows.insert(*release.row);
    return rows;
  }

  // A Fact as the covenant would have it, to be changed and signed by whoever.
  Fact Draft(const std::string& name, const std::string& value) {
    Fact fact;
    fact.lineage = world_["gemeente"].engine->covenants().view()->document().lineage;
    fact.fact = name;
    fact.value = value;
    fact.group = kGroup;
    fact.document = crypto::Sha256("besluit");
    fact.issued = world_.clock.Now();
    fact.expires = fact.issued + std::chrono::days{30};
    return fact;
  }
  SignedStatement Sign(const Fact& fact, const std::vector<std::string>& parties) {
    std::vector<const crypto::SigningKey*> keys;
    for (const std::string& party : parties)
      keys.push_back(world_[party].statement_key.get());
    return SignedStatement::Sign(statement::Type::kFact, fact.ToValue(), keys);
  }
  std::string Root() { return EncodeHex(record::RootOf(list_->list())); }
  SignedStatement GoodStep() { return Sign(Draft("step", "3"), {"gemeente", "politie"}); }
  SignedStatement GoodList() { return Sign(Draft("listed", Root()), {"gemeente"}); }
  Body With(std::vector<SignedStatement> facts) {
    Body body = list_->Naming({0, 1}, "politie");
    body.facts = std::move(facts);
    return body;
  }

  // The cell is refused by that name: nobody was considered, nothing is told, and both sides have
  // their three entries.
  void ExpectRefused(const Body& body, const std::string& code, int line = __builtin_LINE()) {
    SCOPED_TRACE("line " + std::to_string(line));
    const Counts before = Count(world_, "politie");
    const OutRow row = Ask(body);
    EXPECT_EQ(row.state, OutState::kRefused);
    EXPECT_EQ(row.code, code);
    EXPECT_EQ(row.releases, 0);
    EXPECT_EQ(row.cells.at("incident"), (statement::Cell{statement::CellState::kRefused, code}));
    EXPECT_TRUE(world_.recorded.back().frames.empty());
    const auto lines =
        exchange::OpenLines(world_["politie"].lineage().context, "gemeente", row.exchange);
    EXPECT_FALSE(lines.ok());
    EXPECT_EQ(Count(world_, "politie"), (Counts{before.gemeente + 3, before.partner + 3}));
  }
  void ExpectReleased(const Body& body) {
    const OutRow row = Ask(body);
    EXPECT_EQ(row.state, OutState::kAnswered) << row.code;
    EXPECT_EQ(row.releases, 2);
  }

  World world_;
  std::optional<InventedList> list_;
};

struct BadProof {
  const char* name;
  std::function<void(const InventedList&, record::ListedSubject&)> break_it;  // of person 0
};
std::ostream& operator<<(std::ostream& out, const BadProof& proof) {
  return out << proof.name;
}

// What person `number` of the list would open.
record::ListedSubject Of(const InventedList& list, size_t number) {
  return list.Naming(number, "politie").subjects.at(0);
}

const BadProof kBadProofs[] = {
    {"LeafAndPathOfAnotherRow",
     [](const InventedList& list, record::ListedSubject& subject) {
       const Uuid row = subject.row;
       subject = Of(list, 2);
       subject.row = row;
     }},
    {"AnotherRowsLeafUnderItsOwnPath",
     [](const InventedList& list, record::ListedSubject& subject) {
       subject.leaf_fields = Of(list, 2).leaf_fields;
     }},
    {"AnotherPersonsFields",
     [](const InventedList& list, record::ListedSubject& subject) {
       subject.open = Of(list, 2).open;
     }},
    {"OneFieldOfAnotherPerson",
     [](const InventedList& list, record::ListedSubject& subject) {
       subject.open.at("naam") = Of(list, 2).open.at("naam");
     }},
    {"NameThatWasNotCommitted",
     [](const InventedList& /*list*/, record::ListedSubject& subject) {
       subject.open.at("naam").value =
           record::CommittedValue(record::Name{"Cor", "van", "Testenstein"});
     }},
    {"RowThatIsNotOnTheList",
     [](const InventedList& /*list*/, record::ListedSubject& subject) {
       subject.leaf_row.bytes[0] ^= 1;
     }},
    {"AnotherPlaceInTheList",
     [](const InventedList& /*list*/, record::ListedSubject& subject) { subject.index ^= 1; }},
    {"PathCutShort",
     [](const InventedList& /*list*/, record::ListedSubject& subject) { subject.path.pop_back(); }},
    {"PathWithAHashTooMany",
     [](const InventedList& /*list*/, record::ListedSubject& subject) {
       subject.path.push_back(subject.path.back());
     }},
};

class BadProofTest : public Proofs, public testing::WithParamInterface<BadProof> {};

TEST_P(BadProofTest, GivesNothingForThatPersonOnly) {
  Body body = list_->Naming({0, 1}, "politie");
  GetParam().break_it(*list_, body.subjects[0]);
  const OutRow row = Ask(std::move(body));
  EXPECT_EQ(row.state, OutState::kAnswered);
  EXPECT_EQ(row.cells.at("incident"), (statement::Cell{statement::CellState::kReleased, "OK"}));
  EXPECT_EQ(About(row), std::set<Uuid>{list_->row(1)});
  const std::vector<PersonLine> lines = LinesAt(world_, "politie", "gemeente", row.exchange);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].match, "UNPROVED");
  EXPECT_TRUE(lines[0].records.empty());
  EXPECT_EQ(lines[1].match, "MATCHED");
}

INSTANTIATE_TEST_SUITE_P(Listed,
                         BadProofTest,
                         testing::ValuesIn(kBadProofs),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(Proofs, WithoutAFaultEverybodyIsFound) {
  EXPECT_EQ(About(Ask(list_->Naming({0, 1}, "politie"))),
            (std::set<Uuid>{list_->row(0), list_->row(1)}));
}

TEST_F(Proofs, ProofFromAnOlderVersionUnderTheNewFactGivesNothing) {
  const Body old = list_->Naming({0, 1}, "politie");
  const InventedList newer(world_, Everybody());
  Body body = newer.Naming({0, 1}, "politie");
  body.subjects[0] = old.subjects[0];
  body.decision[0].row = old.subjects[0].row;
  EXPECT_EQ(About(Ask(std::move(body))), std::set<Uuid>{newer.row(1)});
}

TEST_F(Proofs, OutdatedListVersionIsRefusedAsListed) {
  const Body old = list_->Naming({0, 1}, "politie");
  ExpectReleased(old);
  const InventedList newer(world_, Everybody());
  ExpectReleased(newer.Naming({0, 1}, "politie"));
  // The police have seen the newer one.
  ExpectRefused(old, "listed");
}

TEST_F(Proofs, ForeignListVersionIsRefusedAsListed) {
  ExpectRefused(With({GoodStep(), Sign(Draft("listed", Root()), {"politie"})}), "listed");
  ExpectRefused(With({GoodStep(), Sign(Draft("listed", Root()), {"om", "politie"})}), "listed");
  Fact other_group = Draft("listed", Root());
  other_group.group = "VLD-2026-002";
  ExpectRefused(With({GoodStep(), Sign(other_group, {"gemeente"})}), "listed");
  Fact other_lineage = Draft("listed", Root());
  other_lineage.lineage.bytes[0] ^= 1;
  ExpectRefused(With({GoodStep(), Sign(other_lineage, {"gemeente"})}), "listed");
  ExpectReleased(With({GoodStep(), GoodList()}));
}

TEST_F(Proofs, DecisionOneSignatureShortIsRefusedAsStep) {
  ExpectRefused(With({GoodList(), Sign(Draft("step", "3"), {"gemeente"})}), "step");
  ExpectRefused(With({GoodList(), Sign(Draft("step", "3"), {"politie"})}), "step");
  // Somebody without a say is no second signature.
  ExpectRefused(With({GoodList(), Sign(Draft("step", "3"), {"gemeente", "jongerenwerk"})}), "step");
  // The same decision, with its second signature.
  ExpectReleased(With({GoodList(), Sign(Draft("step", "3"), {"gemeente", "om"})}));
}

TEST_F(Proofs, DecisionAboutAnotherGroupIsRefusedAsStep) {
  Fact other = Draft("step", "3");
  other.group = "VLD-2026-002";
  ExpectRefused(With({GoodList(), Sign(other, {"gemeente", "politie"})}), "step");
}

TEST_F(Proofs, DecisionOfAnEarlierStepIsRefusedAsStep) {
  ExpectRefused(With({GoodList(), Sign(Draft("step", "2A"), {"gemeente", "politie"})}), "step");
}

TEST_F(Proofs, SignatureThatIsWrongIsRefusedAsStep) {
  // politie's signature is over another value.
  const SignedStatement lower = Sign(Draft("step", "2A"), {"politie"});
  const SignedStatement alone = Sign(Draft("step", "3"), {"gemeente"});
  canon::Value::Array sigs;
  for (const SignedStatement* each : {&alone, &lower}) {
    sigs.push_back(each->ToValue().Find("sigs")->AsArray()->at(0));
  }
  std::sort(sigs.begin(), sigs.end(), [](const canon::Value& a, const canon::Value& b) {
    return *a.Find("key")->AsString() < *b.Find("key")->AsString();
  });
  canon::Value mixed = alone.ToValue();
  (*mixed.AsObject())["sigs"] = std::move(sigs);
  const auto forged = SignedStatement::FromValue(mixed);
  ASSERT_TRUE(forged.ok());
  ExpectRefused(With({GoodList(), *forged}), "step");
}

TEST_F(Proofs, MissingFactsAreRefusedByName) {
  ExpectRefused(With({GoodList()}), "step");
  ExpectRefused(With({GoodStep()}), "listed");
  // Of several the first by name.
  ExpectRefused(With({}), "listed");
}

TEST_F(Proofs, FactWhoseTermIsOverIsRefusedByName) {
  Fact list = Draft("listed", Root());
  list.expires = world_.clock.Now();
  ExpectRefused(With({GoodStep(), Sign(list, {"gemeente"})}), "listed");
  list.expires += std::chrono::milliseconds{1};
  ExpectReleased(With({GoodStep(), Sign(list, {"gemeente"})}));
}

TEST_F(Proofs, FactFromTheFutureIsRefusedByName) {
  Fact step = Draft("step", "3");
  step.issued += kIssuedTolerance + std::chrono::milliseconds{1};
  ExpectRefused(With({GoodList(), Sign(step, {"gemeente", "politie"})}), "step");
}

TEST_F(Proofs, TwoDecisionsOfOneMomentAreBothUnknown) {
  const SignedStatement one = GoodStep();
  Fact other = Draft("step", "4");
  ExpectRefused(With({GoodList(), one, Sign(other, {"gemeente", "politie"})}), "step");
  // Also when they come one after the other.
  world_.clock.Advance(std::chrono::minutes{1});
  const SignedStatement first = GoodStep();
  const SignedStatement second = Sign(Draft("step", "4"), {"gemeente", "politie"});
  ExpectReleased(With({GoodList(), first}));
  ExpectRefused(With({GoodList(), second}), "step");
  ExpectRefused(With({GoodList(), first}), "step");
  // Until a newer one comes.
  world_.clock.Advance(std::chrono::minutes{1});
  ExpectReleased(With({GoodList(), GoodStep()}));
}

TEST_F(Proofs, EachCellIsRefusedForItsOwnFact) {
  // Signals about the group need the step, never the list.
  const OutRow row = Ask(With({GoodStep()}), {"incident", "signaal"});
  EXPECT_EQ(row.state, OutState::kAnswered);
  EXPECT_EQ(row.cells.at("incident"), (statement::Cell{statement::CellState::kRefused, "listed"}));
  EXPECT_EQ(row.cells.at("signaal"), (statement::Cell{statement::CellState::kReleased, "OK"}));
}

}  // namespace
}  // namespace schakel::sim
