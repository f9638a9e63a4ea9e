// A covenant from its bytes to its first decision, and what its author asks of it: load, decide on
// its own tests' questions, lint, compare.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "node/canon/json.h"
#include "node/covenant/tests.h"
#include "node/covenant/verdict.h"
#include "node/policy/diff.h"
#include "node/policy/lint.h"
#include "tests/bench/support.h"

namespace schakel::bench {
namespace {

using covenant::Covenant;
using covenant::Document;

constexpr size_t kRules = 100;

Document Drafted(const std::string& text, const char* name) {
  crypto::Init();
  const Day from{std::chrono::year{2026} / 1 / 1};
  covenant::DraftCovenant draft = covenant::ReadDraft(text, name, from);
  if (!draft.authored.document) {
    Stop(name,
         draft.authored.findings.empty() ? "" : canon::ToString(draft.authored.findings.front()));
  }
  return *std::move(draft.authored.document);
}

// The specification's worked example, with keys in place of its placeholders.
Document Example() {
  crypto::Init();
  std::string text = ReadSource("tests/data/covenant/example.yaml");
  for (const std::string label : {"P1", "P2", "P3", "G1", "G2", "O1", "O2", "J1", "J2", "A1"}) {
    const std::string place = "ed25519:" + label;
    const auto key = crypto::SigningKey::FromSeed(crypto::Sha256(label));
    for (size_t at = text.find(place); at != std::string::npos; at = text.find(place))
      text.replace(at, place.size(), crypto::KeyId(key.public_key()));
  }
  return Drafted(text, "example.yaml");
}

Document Model() {
  return Drafted(ReadSource("policies/model.yaml"), "model.yaml");
}

// The model's rules alone: most of its bytes are tests.
Document ModelUntested() {
  canon::Value value = Must(canon::ParseCanonical(Model().canonical), "model");
  (*value.AsObject())["tests"] = canon::Value::Array{};
  return Must(covenant::ParseDocument(canon::Write(value)), "model without tests");
}

// The model without what no node can perform yet (policies/README.md).
Document UsableModel() {
  std::string text = ReadSource("policies/model.yaml");
  for (size_t from = text.find("# >>> vrijgave"); from != std::string::npos;
       from = text.find("# >>> vrijgave")) {
    const size_t end = text.find('\n', text.find("# <<< vrijgave", from));
    text.erase(from, end - from);
  }
  return Drafted(text, "model.yaml");
}

// The model's prohibitions and as many of its permits as make a hundred rules.
Document HundredRules() {
  Document document = Model();
  document.permits.resize(kRules - document.denies.size());
  return document;
}

std::unique_ptr<const Covenant> Compiled(Document document) {
  return Must(Covenant::Compile(std::move(document)), "covenant");
}

// ---- load: canonical bytes to a covenant that can decide
// -----------------------------------------

void Load(benchmark::State& state, Document (*make)()) {
  const Document document = make();
  for (auto _ : state)
    benchmark::DoNotOptimize(Compiled(Must(covenant::ParseDocument(document.canonical), "bytes")));
  state.counters["bytes"] = static_cast<double>(document.canonical.size());
  state.counters["rules"] = static_cast<double>(document.permits.size() + document.denies.size());
}
BENCHMARK_CAPTURE(Load, example, Example)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Load, veldrijk, Veldrijk)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Load, model, Model)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Load, model_untested, ModelUntested)->Unit(benchmark::kMillisecond);

// As a node does at each start: the tests inside were read and passed at the activation.
void LoadActivated(benchmark::State& state, Document (*make)()) {
  const Document document = make();
  for (auto _ : state)
    benchmark::DoNotOptimize(
        Must(covenant::LoadActivated(document.canonical, document.hash), "activated"));
}
BENCHMARK_CAPTURE(LoadActivated, veldrijk, Veldrijk)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(LoadActivated, model, Model)->Unit(benchmark::kMillisecond);

// As a node does on activation: the tests inside the covenant are run too.
void LoadForUse(benchmark::State& state, Document (*make)()) {
  const Document document = make();
  for (auto _ : state)
    benchmark::DoNotOptimize(Must(covenant::LoadForUse(document.canonical), "use"));
  state.counters["tests"] = static_cast<double>(document.tests.size());
}
BENCHMARK_CAPTURE(LoadForUse, veldrijk, Veldrijk)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(LoadForUse, model, UsableModel)->Unit(benchmark::kMillisecond);

// ---- decide: the questions of the covenant's own tests, one after the other
// ----------------------

void DecideTests(benchmark::State& state, Document (*make)()) {
  const auto covenant = Compiled(make());
  const std::vector<covenant::InDocumentTest>& tests = covenant->document().tests;
  std::vector<covenant::Case> cases(tests.size());
  std::vector<covenant::PresentSet> present(tests.size());
  std::vector<std::vector<std::pair<uint32_t, covenant::FactValue>>> values(tests.size());
  covenant::KnownFacts facts(*covenant);
  for (size_t i = 0; i < tests.size(); ++i) {
    const covenant::InDocumentTest& test = tests[i];
    cases[i].axes = covenant->AxesOf(test.from, test.to, test.purpose, test.category);
    cases[i].facts = &facts;
    cases[i].approved = test.approved;
    cases[i].now = test.now.value_or(covenant->document().valid_from);
    for (const auto& [name, value] : test.facts)
      values[i].emplace_back(covenant->FactNumber(name), value);
    if (!test.present) continue;
    present[i].Restart(*covenant, cases[i].axes.category);
    for (const std::string& field : *test.present)
      present[i].Add(*covenant, field);
    cases[i].present = &present[i];
  }
  covenant::Verdict verdict;
  size_t next = 0;
  for (auto _ : state) {
    facts.ForgetAll();
    for (const auto& [fact, value] : values[next])
      facts.Set(fact, value);
    covenant->Decide(cases[next], verdict);
    benchmark::DoNotOptimize(verdict);
    next = next + 1 == cases.size() ? 0 : next + 1;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["questions"] = static_cast<double>(cases.size());
}
BENCHMARK_CAPTURE(DecideTests, veldrijk, Veldrijk);
BENCHMARK_CAPTURE(DecideTests, model, Model);

// ---- lint and diff: every question is asked
// ------------------------------------------------------

void Lint(benchmark::State& state, Document (*make)()) {
  const auto covenant = Compiled(make());
  for (auto _ : state)
    benchmark::DoNotOptimize(policy::Lint(*covenant));
  state.counters["findings"] = static_cast<double>(policy::Lint(*covenant).remarks.size());
}
BENCHMARK_CAPTURE(Lint, hundred, HundredRules)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Lint, model, Model)->Unit(benchmark::kMillisecond);

// A bound lowered, a rule less, a field less: what an amendment looks like.
Document Amended(Document document) {
  size_t lowered = 0;
  for (covenant::Permit& permit : document.permits) {
    const auto age = permit.when.find("age");
    if (age == permit.when.end()) continue;
    auto* const range = std::get_if<covenant::IntTest>(&age->second);
    if (range == nullptr || !range->min) continue;
    --*range->min;
    if (++lowered == 1) break;
  }
  if (lowered == 0) Stop("diff", "no rule has a lowest age");
  covenant::Permit& last = document.permits.back();
  last.fields.erase(last.fields.begin());
  for (const auto& [field, form] : last.fields)
    last.require.erase(field);
  document.permits.erase(document.permits.begin() +
                         static_cast<std::ptrdiff_t>(document.permits.size() / 2));
  return document;
}

void Diff(benchmark::State& state, Document (*make)()) {
  const auto before = Compiled(make());
  const auto after = Compiled(Amended(make()));
  uint64_t questions = 0;
  uint64_t changes = 0;
  for (auto _ : state) {
    const policy::Difference difference = policy::Compare(*before, *after);
    questions = difference.questions;
    changes = difference.changes.size();
  }
  if (changes == 0) Stop("diff", "nothing changed");
  state.counters["questions"] = static_cast<double>(questions);
  state.counters["changes"] = static_cast<double>(changes);
}
BENCHMARK_CAPTURE(Diff, hundred, HundredRules)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Diff, model, Model)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace schakel::bench
