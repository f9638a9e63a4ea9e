// Decisions per second on the demo's covenant: an incident that goes out, and three that do not.
#include <string>

#include <benchmark/benchmark.h>

#include "node/covenant/decide.h"
#include "tests/bench/support.h"

namespace schakel::bench {
namespace {

using covenant::Covenant;
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

void Run(benchmark::State& state, bool permitted, void (*change)(Question&)) {
  const auto covenant = Must(Covenant::Compile(Veldrijk()), "covenant");
  Question question = Ask(*covenant);
  change(question);
  const bool permits = covenant->Decide(question).outcome == covenant::Outcome::kPermit;
  if (permits != permitted) Stop("decide", "another outcome than the benchmark is about");
  for (auto _ : state) {
    benchmark::DoNotOptimize(covenant->Decide(question));
  }
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

}  // namespace
}  // namespace schakel::bench
