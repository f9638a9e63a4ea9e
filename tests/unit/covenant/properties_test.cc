// The properties of the specification over random rules and random questions. RapidCheck prints how
// to repeat a failure. The other properties are tested beside what they are about.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "node/covenant/recheck.h"
#include "tests/unit/covenant/mini.h"

namespace schakel::covenant {
namespace {

const Document& Base() {
  static const Document document = MustRead(MiniYaml(" []"));
  return document;
}

template <typename T>
T OneOf(const std::vector<T>& values) {
  return *rc::gen::elementOf(values);
}

// At any size the whole range: small cases are no simpler here, only poorer.
template <typename T>
T InRange(T low, T past) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(low, past));
}

bool Chance(int percent) {
  return InRange(0, 100) < percent;
}

// A test of a fact that the category declares; nothing for others.
void AddTest(When& when, const std::string& fact) {
  const FactDeclaration& declared = Base().facts.at(fact);
  switch (declared.type) {
    case FactType::kBool:
      when[fact] = BoolTest{Chance(60)};
      return;
    case FactType::kEnum:
      if (declared.ordered && Chance(70)) {
        when[fact] = OrderTest{OneOf(declared.values), std::nullopt};
      } else {
        when[fact] = EnumTest{{OneOf(declared.values)}};
      }
      return;
    case FactType::kInt:
    case FactType::kAge:
    case FactType::kElapsed: {
      const int64_t low = InRange<int64_t>(0, 20);
      when[fact] = Chance(50) ? IntTest{low, std::nullopt} : IntTest{std::nullopt, low};
      return;
    }
  }
}

const std::vector<std::string> kFacts{"step", "listed", "size", "age", "sealed", "role", "consent"};
const std::vector<std::string> kCategories{"k", "g", "persoon"};

When RandomWhen() {
  When when;
  for (const std::string& fact : kFacts) {
    if (Chance(15)) AddTest(when, fact);
  }
  return when;
}

// One form, one set of obligations and one `require` per category, so that every mix compiles.
Permit RandomPermit(int number) {
  Permit permit;
  permit.id = "K" + std::to_string(number);
  permit.from = "a";
  permit.to = OneOf<std::string>({"b", "b", "c"});
  permit.purpose = OneOf<std::string>({"p", "p", "q"});
  permit.category = OneOf(kCategories);
  permit.basis = OneOf<std::string>({"open", "open", "ended"});
  for (auto& [fact, test] : RandomWhen()) {
    if (Base().categories.contains(permit.category)) permit.when.emplace(fact, test);
  }
  const Form plain{FormKind::kPlain, ""};
  if (permit.category == "persoon") {
    permit.fields = {{"naam", plain}};
    if (Chance(50)) permit.fields["geboortedatum"] = {FormKind::kYear, ""};
    permit.require = {"naam"};
  } else {
    permit.fields = {{"soort", plain}};
    if (Chance(50)) permit.fields["datum"] = {FormKind::kMonth, ""};
    if (permit.category == "k" && Chance(50)) permit.fields["naam"] = plain;
    permit.retain = *ParsePeriod("P3M");
  }
  return permit;
}

Deny RandomDeny(int number) {
  Deny deny;
  deny.id = "D" + std::to_string(number);
  if (Chance(40)) deny.to = {OneOf<std::string>({"b", "c"})};
  if (Chance(40)) deny.category = {OneOf(kCategories)};
  deny.when = RandomWhen();
  if (Chance(40)) deny.fields = {OneOf<std::string>({"naam", "datum", "soort"})};
  return deny;
}

// A document whose permits read only facts that their category declares.
Document RandomDocument() {
  Document document = Base();
  const auto plain = MustCompile(Base());
  const int permits = InRange(1, 9);
  for (int i = 0; i < permits; ++i) {
    Permit permit = RandomPermit(i);
    std::erase_if(permit.when, [&](const auto& entry) {
      return !plain->FactReaches(entry.first, permit.category);
    });
    document.permits.push_back(std::move(permit));
  }
  const int denies = InRange(0, 4);
  for (int i = 0; i < denies; ++i)
    document.denies.push_back(RandomDeny(i));
  return document;
}

Facts RandomFacts() {
  Facts facts;
  for (const std::string& fact : kFacts) {
    if (Chance(15)) continue;
    const FactDeclaration& declared = Base().facts.at(fact);
    if (declared.type == FactType::kBool) {
      facts[fact] = FactValue{Chance(70)};
    } else if (declared.type == FactType::kEnum) {
      facts[fact] = FactValue{OneOf(declared.values)};
    } else {
      const int64_t low = InRange<int64_t>(0, 25);
      facts[fact] = Between(low, low + (Chance(80) ? 0 : 1));
    }
  }
  return facts;
}

// Mostly about a cell that has a permit.
Question RandomQuestion(const Document& document) {
  Question question = AskMini(OneOf(kCategories), RandomFacts());
  question.to = OneOf<std::string>({"b", "c"});
  question.purpose = OneOf<std::string>({"p", "q"});
  if (!document.permits.empty() && Chance(85)) {
    const Permit permit = document.permits[InRange<size_t>(0, document.permits.size())];
    question.to = permit.to;
    question.purpose = permit.purpose;
    question.category = permit.category;
  }
  if (Chance(30)) {
    question.present.emplace();
    for (const auto& [field, type] : Base().categories.at(question.category).fields) {
      if (Chance(70)) question.present->insert(field);
    }
  }
  if (Chance(20)) {
    question.now = FirstInstantOf(Day{std::chrono::year{2026} / 7 / 1}, Zone::kAmsterdam);
  }
  return question;
}

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
  return subset && (small.empty() || CompareLength(*less.retain, *more.retain) <= 0);
}

bool SameDecision(const Decision& a, const Decision& b) {
  return a.outcome == b.outcome && a.code == b.code && a.fields == b.fields &&
         a.withheld == b.withheld && a.by == b.by && a.retain == b.retain && a.onward == b.onward &&
         a.nearest == b.nearest && a.failed == b.failed;
}

std::unique_ptr<const Covenant> Compiled(Document document) {
  auto covenant = Covenant::Compile(std::move(document));
  RC_ASSERT(covenant.ok());
  return std::move(*covenant);
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
  for (const auto& [field, form] : decision.fields) {
    if (field != "naam" && delivered.fields.size() > 1 && Chance(50)) delivered.fields.erase(field);
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
