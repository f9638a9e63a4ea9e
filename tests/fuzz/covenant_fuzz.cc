// Whatever the covenant reader accepts has one spelling, compiles or is refused, and decides
// without falling over; a cell that is told closed never gives. What the author's reader accepts,
// nodes read.
#include <cstdint>
#include <string>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/covenant/author.h"
#include "node/covenant/recheck.h"
#include "node/covenant/tests.h"
#include "node/crypto/secret.h"

namespace {

using namespace schakel::covenant;

// A question about every permit's cell, with the facts that its conditions name.
Question QuestionFor(const Document& document, const Permit& permit) {
  Question question;
  question.from = permit.from;
  question.to = permit.to;
  question.purpose = permit.purpose;
  question.category = permit.category;
  question.now = document.valid_from;
  for (const auto& [fact, test] : permit.when) {
    if (const auto* flag = std::get_if<BoolTest>(&test)) question.facts[fact] = flag->equals;
    if (const auto* range = std::get_if<IntTest>(&test)) {
      const int64_t value = range->min.value_or(range->max.value_or(0));
      question.facts[fact] = schakel::IntInterval{value, value};
    }
    if (const auto* values = std::get_if<EnumTest>(&test))
      question.facts[fact] = *values->in.begin();
    if (const auto* order = std::get_if<OrderTest>(&test)) {
      question.facts[fact] = order->min.value_or(order->max.value_or(""));
    }
  }
  return question;
}

void DecideAll(const Covenant& covenant) {
  const Document& document = covenant.document();
  RunTests(covenant);
  for (const Permit& permit : document.permits) {
    const Question question = QuestionFor(document, permit);
    const Decision decision = covenant.Decide(question);
    CHECK((decision.outcome == Outcome::kDeny) == decision.fields.empty());
    if (!covenant.DecideCell(question).open) CHECK(decision.outcome == Outcome::kDeny);
    if (decision.outcome != Outcome::kPermit) continue;
    const Delivered delivered{question.from,
                              question.to,
                              question.purpose,
                              question.category,
                              decision.by,
                              decision.fields,
                              *decision.retain,
                              decision.onward,
                              question.facts,
                              question.now};
    CHECK(CheckDelivered(covenant, delivered).ok());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  schakel::crypto::Init();
  const std::string_view text = schakel::AsText({data, size});
  if (auto document = ParseDocument(text); document.ok()) {
    CHECK(document->canonical == text);
    const auto covenant = Covenant::Compile(*std::move(document));
    if (covenant.ok()) DecideAll(**covenant);
  }
  const AuthoredCovenant authored = ReadYaml(text, "fuzz.yaml");
  CHECK(authored.document.has_value() == authored.findings.empty());
  if (authored.document) {
    const auto document = ParseDocument(authored.document->canonical);
    CHECK(document.ok() && document->hash == authored.document->hash);
    CHECK(Covenant::Compile(*document).ok());
  }
  return 0;
}
