#include "node/covenant/verdict.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "tests/unit/covenant/plain.h"
#include "tests/unit/covenant/random.h"

namespace {

// How often this thread allocated. Every other test of this binary counts too; nobody looks.
thread_local size_t allocations = 0;

void* Allocate(size_t size) {
  ++allocations;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(size_t size) {
  return Allocate(size);
}
void* operator new[](size_t size) {
  return Allocate(size);
}
// The library's own pair of these would take from elsewhere what is given back here.
void* operator new(size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return Allocate(size);
}
void* operator new[](size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return Allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t /*size*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, size_t /*size*/) noexcept {
  std::free(memory);
}

namespace schakel::covenant {
namespace {

// A question in numbers, with what its Case points to.
struct Numbered {
  KnownFacts facts;
  PresentSet present;
  Case asked;

  Numbered(const Covenant& covenant, const Question& question) : facts(covenant) {
    asked.axes = covenant.AxesOf(question.from, question.to, question.purpose, question.category);
    for (const auto& [name, value] : question.facts) {
      const uint32_t fact = covenant.FactNumber(name);
      if (fact != kNoNumber) facts.Set(fact, value);
    }
    asked.facts = &facts;
    if (question.present) {
      present.Restart(covenant, asked.axes.category);
      for (const std::string& field : *question.present)
        present.Add(covenant, field);
      asked.present = &present;
    }
    asked.approved = question.approved;
    asked.received = question.received ? &*question.received : nullptr;
    asked.passed = &question.passed;
    asked.unsupported_forms = &question.unsupported_forms;
    asked.now = question.now;
  }
  Numbered(const Numbered&) = delete;
  Numbered& operator=(const Numbered&) = delete;
};

bool Same(const Decision::Trace& a, const Decision::Trace& b) {
  return a.rule == b.rule && a.whole == b.whole && a.conditions == b.conditions;
}

bool Same(const Decision& a, const Decision& b) {
  return a.outcome == b.outcome && a.code == b.code && a.fields == b.fields &&
         a.withheld == b.withheld && a.by == b.by && a.retain == b.retain && a.onward == b.onward &&
         a.journal == b.journal && a.approval == b.approval && a.nearest == b.nearest &&
         a.failed == b.failed &&
         std::equal(a.trace.begin(),
                    a.trace.end(),
                    b.trace.begin(),
                    b.trace.end(),
                    [](const auto& x, const auto& y) { return Same(x, y); });
}

// Everything that a Question can say, also what no node would.
Question WildQuestion(const Document& document) {
  Question question = RandomQuestion(document);
  if (Chance(5)) question.from = OneOf<std::string>({"b", "d", ""});
  if (Chance(5)) question.to = OneOf<std::string>({"a", "d"});
  if (Chance(3)) question.purpose = "r";
  if (Chance(3)) question.category = "kk";
  if (Chance(5)) question.now = document.valid_until;
  if (Chance(10)) question.facts["unheard"] = Is(true);
  if (Chance(15)) question.facts[OneOf(kFacts)] = Is(Chance(50));
  if (Chance(15)) question.facts[OneOf(kFacts)] = Is("2");
  if (Chance(15)) question.facts[OneOf(kFacts)] = Between(InRange(0, 9), InRange(0, 9));
  if (Chance(15)) {
    question.facts[OneOf<std::string>({"step", "role"})] = std::set<std::string>{
        OneOf<std::string>({"1", "3", "dader"}), OneOf<std::string>({"2", "getuige", "nobody"})};
  }
  if (Chance(3)) question.facts["step"] = std::set<std::string>{};
  if (Chance(10)) {
    if (!question.present) question.present.emplace();
    question.present->insert(OneOf<std::string>({"rol", "unheard", "soort"}));
  }
  question.approved = Chance(50);
  if (Chance(15)) {
    question.received = Question::Received{OneOf<std::string>({"b", "c"}), {}};
    if (Chance(50)) question.received->onward.insert(OneOf<std::string>({"b", "c"}));
  }
  for (const char* deny : {"D0", "D1", "D2"}) {
    if (Chance(10)) question.passed.insert(deny);
  }
  if (Chance(5)) question.unsupported_forms.insert(FormKind::kMonth);
  return question;
}

// The same with approvals and denies that spare a form.
Document WildDocument() {
  Document document = RandomDocument();
  if (Chance(20)) {
    for (Permit& permit : document.permits)
      permit.approval = Approval{"a", "officer", true, "P7D"};
  }
  for (Deny& deny : document.denies) {
    if (Chance(30)) deny.unless_form.push_back({FormKind::kMonth, ""});
  }
  return document;
}

RC_GTEST_PROP(VerdictProperty, SaysWhatThePlainReadingSays, ()) {
  const auto covenant = Compiled(WildDocument());
  const Question question = WildQuestion(covenant->document());
  const Decision decision = covenant->Decide(question);
  RC_CLASSIFY(decision.outcome != Outcome::kDeny, "permit or needs");
  RC_CLASSIFY(decision.outcome == Outcome::kDeny, decision.code);
  RC_ASSERT(Same(decision, plain::Decide(covenant->document(), question)));
}

// One space for all: nothing of one decision reaches the next.
RC_GTEST_PROP(VerdictProperty, IsTheSameInASpaceThatWasUsed, ()) {
  const auto covenant = Compiled(WildDocument());
  Verdict verdict;
  for (int i = 0; i < 5; ++i) {
    const Question question = WildQuestion(covenant->document());
    const Numbered numbered(*covenant, question);
    covenant->Decide(numbered.asked, verdict);
    RC_ASSERT(Same(covenant->Render(verdict), covenant->Decide(question)));
  }
}

RC_GTEST_PROP(VerdictProperty, AllocatesNothingAfterTheFirst, ()) {
  const auto covenant = Compiled(WildDocument());
  Verdict verdict;
  const Question first = WildQuestion(covenant->document());
  covenant->Decide(Numbered(*covenant, first).asked, verdict);
  for (int i = 0; i < 3; ++i) {
    const Question question = WildQuestion(covenant->document());
    const Numbered numbered(*covenant, question);
    const size_t before = allocations;
    covenant->Decide(numbered.asked, verdict);
    const size_t made = allocations - before;  // RC_ASSERT allocates before it looks
    RC_ASSERT(made == 0);
  }
}

RC_GTEST_PROP(VerdictProperty, EqualKeysAreOneDecision, ()) {
  const auto covenant = Compiled(WildDocument());
  const Question a = WildQuestion(covenant->document());
  Question b = a;
  b.facts = RandomFacts();
  if (Chance(50)) b.facts = a.facts;
  if (Chance(20)) b.approved = !b.approved;
  if (Chance(20)) b.present = std::set<std::string>{"naam"};
  const auto decide = [&](const Question& question) {
    Verdict verdict;
    covenant->Decide(Numbered(*covenant, question).asked, verdict);
    std::string key;
    verdict.AppendKey(key);
    return std::pair(key, covenant->Render(verdict));
  };
  const auto [key_a, decision_a] = decide(a);
  const auto [key_b, decision_b] = decide(b);
  RC_CLASSIFY(key_a == key_b, "equal keys");
  RC_ASSERT(key_a != key_b || Same(decision_a, decision_b));
}

// The counter does count: else the property above would hold of anything.
TEST(VerdictTest, TheFirstDecisionAllocates) {
  const auto covenant = MustCompile(Base());
  const Numbered numbered(*covenant, AskMini("k"));
  Verdict verdict;
  const size_t before = allocations;
  covenant->Decide(numbered.asked, verdict);
  EXPECT_GT(allocations, before);
  EXPECT_EQ(verdict.code, "NO_RULE");
}

TEST(KnownFactsTest, SettingAllocatesNothingAndReplaces) {
  const auto covenant = MustCompile(Base());
  const uint32_t step = covenant->FactNumber("step");
  const uint32_t age = covenant->FactNumber("age");
  const uint32_t sealed = covenant->FactNumber("sealed");
  KnownFacts facts(*covenant);
  KnownFacts other(*covenant);
  const size_t before = allocations;
  facts.SetName(step, "1");
  facts.SetName(step, "3");
  facts.SetNumber(age, IntInterval{12, 14});
  facts.SetFlag(sealed, true);
  facts.SetFlag(sealed, false);
  EXPECT_EQ(allocations, before);
  other.Set(step, Is("3"));
  other.Set(age, Between(12, 14));
  other.Set(sealed, Is(false));
  EXPECT_TRUE(facts == other);
  facts.Forget(age);
  EXPECT_FALSE(facts == other);
  facts.ForgetAll();
  EXPECT_TRUE(facts == KnownFacts(*covenant));
}

TEST(KnownFactsTest, WhatCannotBeTheFactsValueIsUnknown) {
  const auto covenant = MustCompile(Base());
  const KnownFacts nothing(*covenant);
  KnownFacts facts(*covenant);
  const auto after = [&](const char* fact, const FactValue& value) {
    const uint32_t number = covenant->FactNumber(fact);
    facts.ForgetAll();
    facts.Set(number, fact == std::string("age") ? Between(1, 2) : Is("1"));
    facts.Set(number, value);
    return facts == nothing;
  };
  EXPECT_TRUE(after("step", Is("4")));
  EXPECT_TRUE(after("step", Is(true)));
  EXPECT_TRUE(after("step", Between(1, 1)));
  EXPECT_TRUE(after("step", std::set<std::string>{"1", "4"}));
  EXPECT_TRUE(after("step", std::set<std::string>{}));
  EXPECT_FALSE(after("step", std::set<std::string>{"1", "2"}));
  EXPECT_TRUE(after("age", Between(3, 2)));
  EXPECT_TRUE(after("age", Is("2")));
  EXPECT_TRUE(after("age", std::set<std::string>{"2"}));
  EXPECT_FALSE(after("age", Between(2, 2)));
  EXPECT_TRUE(after("sealed", Is("true")));
  EXPECT_FALSE(after("sealed", Is(false)));
}

// An enum with more values than a word has bits.
TEST(KnownFactsTest, ALongEnumIsTestedOverItsWholeLength) {
  Document document = Base();
  FactDeclaration& step = document.facts.at("step");
  step.values.clear();
  for (int i = 0; i < 130; ++i)
    step.values.push_back("v" + std::to_string(i));
  Permit permit;
  permit.id = "K1";
  permit.from = "a";
  permit.to = "b";
  permit.purpose = "p";
  permit.basis = "open";
  permit.category = "k";
  permit.fields = {{"naam", {FormKind::kPlain, ""}}};
  permit.when = {{"step", OrderTest{"v70", "v128"}}};
  document.permits.push_back(permit);
  const auto covenant = MustCompile(document);
  const auto truth = [&](const FactValue& value) {
    return covenant->Decide(AskMini("k", {{"step", value}})).trace.at(0).whole;
  };
  EXPECT_EQ(truth(Is("v69")), Truth::kFalse);
  EXPECT_EQ(truth(Is("v70")), Truth::kTrue);
  EXPECT_EQ(truth(Is("v128")), Truth::kTrue);
  EXPECT_EQ(truth(Is("v129")), Truth::kFalse);
  EXPECT_EQ(truth(std::set<std::string>{"v70", "v128"}), Truth::kTrue);
  EXPECT_EQ(truth(std::set<std::string>{"v0", "v129"}), Truth::kFalse);
  EXPECT_EQ(truth(std::set<std::string>{"v0", "v70"}), Truth::kUnknown);
}

// More rules than a word has bits.
TEST(VerdictTest, ManyRulesAreAllWeighed) {
  Document document = Base();
  for (int i = 100; i < 300; ++i) {
    Permit permit;
    permit.id = "K" + std::to_string(i);
    permit.from = "a";
    permit.to = i % 2 == 0 ? "b" : "c";
    permit.purpose = "p";
    permit.basis = "open";
    permit.category = "k";
    permit.fields = {{"naam", {FormKind::kPlain, ""}}};
    permit.when = {{"age", IntTest{i - 100, std::nullopt}}};
    document.permits.push_back(std::move(permit));
  }
  const auto covenant = MustCompile(document);
  const Question question = AskMini("k", {{"age", Between(50, 50)}});
  const Decision decision = covenant->Decide(question);
  EXPECT_EQ(decision.trace.size(), 100U);
  EXPECT_EQ(decision.by.size(), 26U);
  EXPECT_TRUE(Same(decision, plain::Decide(document, question)));
}

}  // namespace
}  // namespace schakel::covenant
