// Whatever is asked never to be: an invariant about the covenant, which is proved or refuted by a
// question that really goes, or no invariant. And whatever is given as a fact: a value that the
// fact can have, or none.
#include <cstdint>

#include "node/base/bytes.h"
#include "node/crypto/secret.h"
#include "node/policy/never.h"
#include "node/policy/space.h"
#include "tests/fuzz/small.h"

using namespace schakel;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  crypto::Init();
  const covenant::Covenant& covenant = SmallCovenant();
  const std::string_view text = AsText({data, size});
  if (const auto never = policy::ParseNever(text, covenant.document())) {
    const policy::Proof proof = policy::Prove(covenant, *never);
    if (proof.refuted) {
      covenant::Question question = policy::QuestionOf(proof.refuted->cell);
      question.facts = proof.refuted->facts;
      question.now = proof.refuted->at;
      CHECK(covenant.Decide(question).outcome != covenant::Outcome::kDeny);
    }
  }
  if (const auto given = policy::ParseGivenFact(text, covenant.document()))
    CHECK(covenant.document().facts.contains(given->fact));
  return 0;
}
