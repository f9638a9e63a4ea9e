// Decisions per second on the demo's covenant, with their reasons: an incident that goes out, and
// three that do not. Each decision starts from the values of its eight facts.
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "node/covenant/decide.h"
#include "node/covenant/verdict.h"
#include "tests/bench/support.h"

namespace schakel::bench {
namespace {

using covenant::Covenant;
using covenant::FactValue;
using covenant::Question;

Question Ask(const Covenant& covenant) {
  Question question;
  question.from = "politie";
  question.to = "gemeente";
  question.purpose = "groepsscan";
  question.category = "incident";
  question.now = covenant.document().valid_from;
  question.facts = {{"listed", true},
                    {"step", std::string("2B")},
                    {"age", IntInterval{15, 15}},
                    {"sealed", false},
                    {"role", std::string("verdachte")},
                    {"wpg", std::string("8")},
                    {"since", IntInterval{100, 100}},
                    {"related", false}};
  return question;
}

// As the node decides on a person's records one after the other.
void Run(benchmark::State& state, bool permitted, void (*change)(Question&)) {
  const auto covenant = Must(Covenant::Compile(Veldrijk()), "covenant");
  Question question = Ask(*covenant);
  change(question);
  std::vector<std::pair<uint32_t, FactValue>> values;
  for (const auto& [name, value] : question.facts)
    values.emplace_back(covenant->FactNumber(name), value);
  covenant::KnownFacts facts(*covenant);
  covenant::Case asked;
  asked.axes = covenant->AxesOf(question.from, question.to, question.purpose, question.category);
  asked.facts = &facts;
  asked.now = question.now;
  covenant::Verdict verdict;
  for (auto _ : state) {
    facts.ForgetAll();
    for (const auto& [fact, value] : values)
      facts.Set(fact, value);
    covenant->Decide(asked, verdict);
    benchmark::DoNotOptimize(verdict);
  }
  const bool permits = verdict.outcome == covenant::Outcome::kPermit;
  if (permits != permitted) Stop("decide", "another outcome than the benchmark is about");
  state.SetItemsProcessed(state.iterations());
}

void DecidePermit(benchmark::State& state) {
  Run(state, true, [](Question&) {});
}
void DecideConditionFalse(benchmark::State& state) {
  Run(state, false, [](Question& question) {
    question.facts.insert_or_assign("since", IntInterval{400, 400});
  });
}
void DecideDenied(benchmark::State& state) {
  Run(state, false, [](Question& question) {
    question.facts.insert_or_assign("role", std::string("slachtoffer"));
  });
}
void DecideNoRule(benchmark::State& state) {
  Run(state, false, [](Question& question) { question.to = "om"; });
}
BENCHMARK(DecidePermit);
BENCHMARK(DecideConditionFalse);
BENCHMARK(DecideDenied);
BENCHMARK(DecideNoRule);

// From names to names, every text of the reasons written out.
void DecideInNames(benchmark::State& state) {
  const auto covenant = Must(Covenant::Compile(Veldrijk()), "covenant");
  const Question question = Ask(*covenant);
  for (auto _ : state)
    benchmark::DoNotOptimize(covenant->Decide(question));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(DecideInNames);

}  // namespace
}  // namespace schakel::bench
