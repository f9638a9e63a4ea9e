// Writes covenants, questions about them and what this project's engine answers, a line of JSON
// each, for another evaluator to check (README.md):
//
//   oracle_questions SEED COVENANTS QUESTIONS           random covenants, QUESTIONS about each
//   oracle_questions SEED QUESTIONS FILE...             the covenants in these files
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "node/base/date.h"
#include "node/canon/json.h"
#include "node/covenant/ask.h"
#include "node/covenant/author.h"
#include "node/crypto/secret.h"
#include "tests/oracle/covenants.h"
#include "tests/oracle/questions.h"

namespace schakel::oracle {
namespace {

using covenant::Covenant;

int Fail(const std::string& why) {
  std::cerr << "oracle_questions: " << why << "\n";
  return 1;
}

// Of a file as its author has it; a template counts from a day that never changes.
Result<std::unique_ptr<const Covenant>> Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Day day{std::chrono::year{2026} / 1 / 1};
  covenant::DraftCovenant draft = covenant::ReadDraft(text, path, day);
  if (!draft.authored.document) {
    return Malformed(draft.authored.findings.empty() ? path
                                                     : ToString(draft.authored.findings.front()));
  }
  return Covenant::Compile(std::move(*draft.authored.document));
}

// The bytes of the covenant are spelt as they are signed.
bool Write(const Covenant& covenant, Dice& dice, uint64_t questions) {
  std::cout << "{\"covenant\":" << covenant.document().canonical << "}\n";
  for (uint64_t i = 0; i < questions; ++i) {
    const canon::Value ask = RandomAsk(covenant.document(), dice);
    const std::string line = canon::Write(ask);
    // Read back from its line, so that what is checked is what `covenant test --ask` does.
    const auto asked = covenant::ReadAsk(covenant.document(), line);
    const auto* question = std::get_if<covenant::Question>(&asked);
    if (question == nullptr) {
      Fail(std::get<covenant::AskFault>(asked).message + ": " + line);
      return false;
    }
    const canon::Value answer = covenant::AnswerValue(covenant.Decide(*question));
    std::cout << "{\"answer\":" << canon::Write(answer) << ",\"ask\":" << line << "}\n";
  }
  return true;
}

bool ParseCount(std::string_view text, uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

int Run(const std::vector<std::string>& arguments) {
  uint64_t seed = 0;
  uint64_t first = 0;
  uint64_t second = 0;
  if (arguments.size() < 3 || !ParseCount(arguments[0], seed) || !ParseCount(arguments[1], first)) {
    return Fail("SEED COVENANTS QUESTIONS, or SEED QUESTIONS FILE...");
  }
  Dice dice(seed);
  if (arguments.size() == 3 && ParseCount(arguments[2], second)) {
    for (uint64_t i = 0; i < first; ++i) {
      if (!Write(*RandomCovenant(dice), dice, second)) return 1;
    }
  } else {
    for (size_t i = 2; i < arguments.size(); ++i) {
      const auto covenant = Read(arguments[i]);
      if (!covenant) return Fail(covenant.error().detail);
      if (!Write(**covenant, dice, first)) return 1;
    }
  }
  return std::cout.flush() ? 0 : Fail("standard output cannot be written");
}

}  // namespace
}  // namespace schakel::oracle

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  schakel::crypto::Init();
  return schakel::oracle::Run({argv + 1, argv + argc});
}
