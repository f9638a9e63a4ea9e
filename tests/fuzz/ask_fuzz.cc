// Whatever stands on a line, it is a question about the covenant of the corpus or a fault with a
// place; every question has an answer that can be written, and only what is not denied gives.
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/canon/json.h"
#include "node/covenant/ask.h"
#include "node/covenant/author.h"
#include "node/crypto/secret.h"

namespace {

using namespace schakel::covenant;

std::unique_ptr<const Covenant> Small() {
  schakel::crypto::Init();
  std::ifstream file(SCHAKEL_CORPUS "/covenant/mini.yaml", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  AuthoredCovenant authored = ReadYaml(text, "mini.yaml");
  CHECK(authored.document.has_value());
  auto covenant = Covenant::Compile(*std::move(authored.document));
  CHECK(covenant.ok());
  return *std::move(covenant);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<const Covenant> covenant = Small();
  const std::string_view line = schakel::AsText({data, size});
  const auto asked = ReadAsk(covenant->document(), line);
  if (const auto* fault = std::get_if<AskFault>(&asked)) {
    CHECK(!fault->message.empty());
    CHECK(fault->column >= 1 && fault->column <= size + 1);
    return 0;
  }
  const auto& question = std::get<Question>(asked);
  const Decision decision = covenant->Decide(question);
  CHECK((decision.outcome == Outcome::kDeny) == decision.fields.empty());
  CHECK((decision.outcome == Outcome::kDeny) == !decision.code.empty());
  const std::string answer = schakel::canon::Write(AnswerValue(decision));
  CHECK(schakel::canon::ParseCanonical(answer).ok());
  return 0;
}
