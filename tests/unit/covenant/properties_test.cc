// The properties of the specification over random rules and random questions. RapidCheck prints how
// to repeat a failure. The other properties are tested beside what they are about.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "node/covenant/recheck.h"
#include "tests/unit/covenant/random.h"

namespace schakel::covenant {
namespace {

std::map<std::string, Form> DeliveredBy(const Decision& decision) {
  return decision.outcome == Outcome::kPermit ? decision.fields : std::map<std::string, Form>{};
}

// True when `less` delivers nothing that `more` does not, in no finer form, kept no longer.
bool IsNarrower(const Decision& less, const Decision& more) {
  const auto small = DeliveredBy(less);
  const auto large = DeliveredBy(more);
  const bool subset = std::all_of(small.begin(), small.end(), [&](const auto& entry) {
    const auto other = large.find(entry.first);
    return other != large.end() && other->second == entry.second;
  });
  if (!subset || small.empty()) return subset;
  return CompareLength(*less.retain, *more.retain) <= 0 &&
         std::includes(
             more.onward.begin(), more.onward.end(), less.onward.begin(), less.onward.end());
}

bool SameDecision(const Decision& a, const Decision& b) {
  return a.outcome == b.outcome && a.code == b.code && a.fields == b.fields &&
         a.withheld == b.withheld && a.by == b.by && a.retain == b.retain && a.onward == b.onward &&
         a.approval == b.approval && a.nearest == b.nearest && a.failed == b.failed;
}

// (a) and: what every decision is, whatever was asked.
RC_GTEST_PROP(DecideProperty, EmptyCovenantDeniesAll, ()) {
  const auto covenant = Compiled(Base());
  RC_ASSERT(covenant->Decide(RandomQuestion(covenant->document())).outcome == Outcome::kDeny);
}

RC_GTEST_PROP(DecideProperty, ADenyHasACodeAndNoFieldsAndAPermitTheReverse, ()) {
  const auto covenant = Compiled(RandomDocument());
  const Decision decision = covenant->Decide(RandomQuestion(covenant->document()));
  RC_CLASSIFY(decision.outcome == Outcome::kPermit, "permit");
  RC_CLASSIFY(decision.outcome == Outcome::kNeeds, "needs");
  RC_CLASSIFY(decision.outcome == Outcome::kDeny, decision.code);
  RC_ASSERT((decision.outcome == Outcome::kDeny) == decision.fields.empty());
  RC_ASSERT((decision.outcome == Outcome::kDeny) == !decision.code.empty());
  RC_ASSERT(std::is_sorted(decision.by.begin(), decision.by.end()));
}

// (b)
RC_GTEST_PROP(DecideProperty, AddingADenyOnlyNarrows, ()) {
  const Document document = RandomDocument();
  Document stricter = document;
  stricter.denies.push_back(RandomDeny(99));
  const Question question = RandomQuestion(document);
  RC_ASSERT(IsNarrower(Compiled(stricter)->Decide(question), Compiled(document)->Decide(question)));
}

RC_GTEST_PROP(DecideProperty, RemovingAPermitOnlyNarrows, ()) {
  const Document document = RandomDocument();
  Document stricter = document;
  stricter.permits.erase(stricter.permits.begin() +
                         InRange<int64_t>(0, std::ssize(stricter.permits)));
  const Question question = RandomQuestion(document);
  RC_ASSERT(IsNarrower(Compiled(stricter)->Decide(question), Compiled(document)->Decide(question)));
}

// (c)
RC_GTEST_PROP(DecideProperty, OrderOfRulesChangesNothing, ()) {
  const Document document = RandomDocument();
  Document shuffled = document;
  std::reverse(shuffled.permits.begin(), shuffled.permits.end());
  std::reverse(shuffled.denies.begin(), shuffled.denies.end());
  if (!shuffled.permits.empty()) {
    std::rotate(shuffled.permits.begin(),
                shuffled.permits.begin() + InRange<int64_t>(0, std::ssize(shuffled.permits)),
                shuffled.permits.end());
  }
  const Question question = RandomQuestion(document);
  RC_ASSERT(
      SameDecision(Compiled(shuffled)->Decide(question), Compiled(document)->Decide(question)));
}

RC_GTEST_PROP(DecideProperty, ACopyOfARuleChangesNothingButTheIds, ()) {
  const Document document = RandomDocument();
  Document doubled = document;
  for (Permit permit : document.permits) {
    permit.id += "x";
    doubled.permits.push_back(std::move(permit));
  }
  for (Deny deny : document.denies) {
    deny.id += "x";
    doubled.denies.push_back(std::move(deny));
  }
  const Question question = RandomQuestion(document);
  const Decision once = Compiled(document)->Decide(question);
  const Decision twice = Compiled(doubled)->Decide(question);
  RC_ASSERT(once.outcome == twice.outcome);
  RC_ASSERT(once.code == twice.code);
  RC_ASSERT(once.fields == twice.fields);
  RC_ASSERT(once.retain == twice.retain);
  RC_ASSERT(once.onward == twice.onward);
  RC_ASSERT(once.approval == twice.approval);
}

// (d)
RC_GTEST_PROP(DecideProperty, ForgettingAFactOnlyNarrows, ()) {
  const auto covenant = Compiled(RandomDocument());
  Question question = RandomQuestion(covenant->document());
  const Decision informed = covenant->Decide(question);
  question.facts.erase(OneOf(kFacts));
  RC_ASSERT(IsNarrower(covenant->Decide(question), informed));
}

RC_GTEST_PROP(DecideProperty, WideningAnIntervalOnlyNarrows, ()) {
  const auto covenant = Compiled(RandomDocument());
  Question question = RandomQuestion(covenant->document());
  const auto age = question.facts.try_emplace("age", Between(12, 12)).first;
  const Decision informed = covenant->Decide(question);
  auto& interval = std::get<IntInterval>(age->second);
  interval.low -= InRange(0, 4);
  interval.high += InRange(0, 4);
  RC_ASSERT(IsNarrower(covenant->Decide(question), informed));
}

// (f), the half that protects: a cell that is told closed never gives.
RC_GTEST_PROP(DecideCellProperty, AClosedCellGivesNothing, ()) {
  const auto covenant = Compiled(RandomDocument());
  const Question question = RandomQuestion(covenant->document());
  const CellDecision cell = covenant->DecideCell(question);
  RC_CLASSIFY(cell.open, "open");
  RC_ASSERT(cell.open == cell.code.empty());
  RC_ASSERT(cell.open || covenant->Decide(question).outcome == Outcome::kDeny);
}

// What is told does not depend on the person or the record.
RC_GTEST_PROP(DecideCellProperty, PersonAndRecordDoNotShow, ()) {
  const auto covenant = Compiled(RandomDocument());
  const Question question = RandomQuestion(covenant->document());
  Question other = question;
  for (const char* fact : {"age", "sealed", "role", "consent"}) {
    other.facts.erase(fact);
    const Facts random = RandomFacts();
    if (random.contains(fact)) other.facts[fact] = random.at(fact);
  }
  if (other.facts.contains("listed")) other.facts["listed"] = Is(Chance(50));
  other.present = std::set<std::string>{"naam"};
  other.approved = !question.approved;
  const CellDecision told = covenant->DecideCell(question);
  const CellDecision told_other = covenant->DecideCell(other);
  RC_ASSERT(told.open == told_other.open);
  RC_ASSERT(told.code == told_other.code);
}

// (g)
// A question that the covenant permits, or nothing after some tries.
std::optional<std::pair<Question, Decision>> PermittedQuestion(const Covenant& covenant) {
  constexpr int kTries = 20;
  for (int i = 0; i < kTries; ++i) {
    Question question = RandomQuestion(covenant.document());
    Decision decision = covenant.Decide(question);
    if (decision.outcome == Outcome::kPermit) return std::pair(question, decision);
  }
  return std::nullopt;
}

Delivered LabelOf(const Question& question, const Decision& decision) {
  Delivered delivered;
  delivered.from = question.from;
  delivered.to = question.to;
  delivered.purpose = question.purpose;
  delivered.category = question.category;
  delivered.by = decision.by;
  delivered.fields = decision.fields;
  delivered.retain = *decision.retain;
  delivered.onward = decision.onward;
  for (const char* fact : {"step", "size", "listed"}) {
    const auto known = question.facts.find(fact);
    if (known != question.facts.end()) delivered.facts.insert(*known);
  }
  delivered.now = question.now;
  return delivered;
}

RC_GTEST_PROP(CheckDeliveredProperty, AcceptsWhatDecideAllowsAndItsSubsets, ()) {
  const auto covenant = Compiled(RandomDocument());
  const auto permitted = PermittedQuestion(*covenant);
  RC_CLASSIFY(permitted.has_value(), "permitted");
  if (!permitted) return;
  const auto& [question, decision] = *permitted;
  Delivered delivered = LabelOf(question, decision);
  RC_ASSERT(CheckDelivered(*covenant, delivered).ok());
  const auto required = [&, &question = question, &decision = decision](const std::string& field) {
    const auto& permits = covenant->PermitsFor(question);
    return std::any_of(permits.begin(), permits.end(), [&](const Permit* permit) {
      return permit->require.contains(field) &&
             std::find(decision.by.begin(), decision.by.end(), permit->id) != decision.by.end();
    });
  };
  for (const auto& [field, form] : decision.fields) {
    Delivered without = delivered;
    without.fields.erase(field);
    if (required(field)) {
      RC_ASSERT(!CheckDelivered(*covenant, without).ok());
    } else if (delivered.fields.size() > 1 && Chance(50)) {
      delivered = without;
    }
  }
  RC_ASSERT(CheckDelivered(*covenant, delivered).ok());
}

RC_GTEST_PROP(CheckDeliveredProperty, RefusesOneFieldMoreOrFiner, ()) {
  const auto covenant = Compiled(RandomDocument());
  const auto permitted = PermittedQuestion(*covenant);
  RC_CLASSIFY(permitted.has_value(), "permitted");
  if (!permitted) return;
  const auto& [question, decision] = *permitted;
  const Delivered good = LabelOf(question, decision);
  const auto given = [&, &question = question, &decision = decision](const std::string& field) {
    const auto& permits = covenant->PermitsFor(question);
    return std::any_of(permits.begin(), permits.end(), [&](const Permit* permit) {
      return permit->fields.contains(field) &&
             std::find(decision.by.begin(), decision.by.end(), permit->id) != decision.by.end();
    });
  };
  for (const auto& [field, type] : Base().categories.at(question.category).fields) {
    Delivered bad = good;
    bad.fields[field] = {FormKind::kPlain, ""};
    const bool finer =
        good.fields.contains(field) && good.fields.at(field).kind != FormKind::kPlain;
    if (!given(field) || finer) RC_ASSERT(!CheckDelivered(*covenant, bad).ok());
  }
}

}  // namespace
}  // namespace schakel::covenant
