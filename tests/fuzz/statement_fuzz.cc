// A signed statement that parses is encoded to the same bytes; content that parses as a type is
// written back to the same value.
#include <cstdint>

#include "node/base/check.h"
#include "node/canon/json.h"
#include "node/crypto/secret.h"
#include "node/statement/types.h"

namespace {

using namespace schakel;

template <typename T>
void RoundTrip(const canon::Value& value) {
  const auto parsed = T::Parse(value);
  if (parsed) CHECK(parsed->ToValue() == value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  crypto::Init();
  const std::string_view bytes = AsText({data, size});
  const auto parsed = statement::SignedStatement::Parse(bytes);
  if (parsed) CHECK(parsed->Encode() == bytes && canon::Write(parsed->ToValue()) == bytes);
  const auto value = canon::ParseCanonical(bytes);
  if (!value) return 0;
  const canon::Value* inner = value->Find("statement");
  const canon::Value& content = inner == nullptr ? *value : *inner;
  RoundTrip<statement::Delegation>(content);
  RoundTrip<statement::Accept>(content);
  RoundTrip<statement::Revoke>(content);
  RoundTrip<statement::Leave>(content);
  RoundTrip<statement::Undelegate>(content);
  RoundTrip<statement::Status>(content);
  RoundTrip<statement::Fact>(content);
  RoundTrip<statement::Request>(content);
  RoundTrip<statement::Answer>(content);
  RoundTrip<statement::Receipt>(content);
  return 0;
}
