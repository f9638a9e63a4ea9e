// The tests inside a covenant: questions with the answers that the partners signed. A node refuses
// to activate a covenant whose own tests fail on its engine. Pure, like Decide.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/covenant/decide.h"

namespace schakel::covenant {

// The parts of the answer that differ: "decision permit; by [N01]" and what came instead.
struct TestFailure {
  std::string name;
  std::string expected;
  std::string got;
};

// The test's question. Gates other than validity count as passed, `now` is valid.from unless the
// test says otherwise.
Question QuestionOf(const Document& document, const InDocumentTest& test);

// Nothing when the covenant answers as the test expects.
std::optional<TestFailure> RunTest(const Covenant& covenant, const InDocumentTest& test);

// Every in-document test, in the document's order; the failures only.
std::vector<TestFailure> RunTests(const Covenant& covenant);

// What a node loads and activates: canonical bytes that parse, that this build supports
// (CheckSupported), that compile, and whose own tests pass. kMalformed otherwise, with the first
// failing test's name in the detail.
Result<std::unique_ptr<const Covenant>> LoadForUse(std::string_view canonical);

// A version that LoadForUse, or the node's activation, took before: kCorrupt unless these are the
// bytes with that hash. Its tests were read and passed then and are not read again, so `tests` of
// its document is empty; everything else is, as strictly.
Result<std::unique_ptr<const Covenant>> LoadActivated(std::string_view canonical, const Hash& hash);

}  // namespace schakel::covenant
