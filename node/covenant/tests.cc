#include "node/covenant/tests.h"

#include <utility>

#include "node/base/reason.h"
#include "node/canon/json_parse.h"
#include "node/covenant/ask.h"
#include "node/covenant/read_document.h"
#include "node/crypto/hash.h"

namespace schakel::covenant {
namespace {

template <typename Texts>
std::string List(const Texts& texts) {
  std::string out = "[";
  for (const auto& text : texts) {
    if (out.size() > 1) out += ", ";
    out += text;
  }
  return out + "]";
}

std::string List(const std::map<std::string, Form>& fields) {
  std::vector<std::string> texts;
  for (const auto& [field, form] : fields)
    texts.push_back(field + ": " + ToString(form));
  return List(texts);
}

// Collects the parts in which expectation and decision differ.
class Comparison {
 public:
  void Compare(std::string_view part, const std::string& expected, const std::string& got) {
    if (expected == got) return;
    Add(failure_.expected, part, expected);
    Add(failure_.got, part, got);
  }
  [[nodiscard]] bool equal() const { return failure_.expected.empty(); }
  [[nodiscard]] TestFailure Take(std::string name) && {
    failure_.name = std::move(name);
    return std::move(failure_);
  }

 private:
  static void Add(std::string& text, std::string_view part, const std::string& value) {
    if (!text.empty()) text += "; ";
    text += std::string(part) + " " + (value.empty() ? "none" : value);
  }
  TestFailure failure_;
};

Comparison CompareAll(const InDocumentTest::Expectation& expect, const Decision& decision) {
  Comparison out;
  out.Compare("decision", expect.decision, std::string(NameOf(decision.outcome)));
  if (expect.code) out.Compare("code", *expect.code, decision.code);
  if (expect.fields) out.Compare("fields", List(*expect.fields), List(decision.fields));
  if (expect.withheld) {
    std::vector<std::string> withheld;
    for (const auto& [field, why] : decision.withheld)
      withheld.push_back(field);
    out.Compare("withheld", List(*expect.withheld), List(withheld));
  }
  if (expect.by) out.Compare("by", List(*expect.by), List(decision.by));
  if (expect.retain) {
    out.Compare("retain",
                ToString(*expect.retain),
                decision.retain ? ToString(*decision.retain) : std::string());
  }
  if (expect.onward) out.Compare("onward", List(*expect.onward), List(decision.onward));
  if (expect.approval) {
    out.Compare(
        "approval", *expect.approval, decision.approval ? decision.approval->role : std::string());
  }
  if (expect.nearest) out.Compare("nearest", *expect.nearest, decision.nearest);
  if (expect.failed) out.Compare("failed", List(*expect.failed), List(decision.failed));
  return out;
}

}  // namespace

Question QuestionOf(const Document& document, const InDocumentTest& test) {
  Question question;
  question.from = test.from;
  question.to = test.to;
  question.purpose = test.purpose;
  question.category = test.category;
  question.present = test.present;
  question.facts = test.facts;
  question.approved = test.approved;
  question.now = test.now.value_or(document.valid_from);
  return question;
}

std::optional<TestFailure> RunTest(const Covenant& covenant, const InDocumentTest& test) {
  const Decision decision = covenant.Decide(QuestionOf(covenant.document(), test));
  Comparison comparison = CompareAll(test.expect, decision);
  if (comparison.equal()) return std::nullopt;
  return std::move(comparison).Take(test.name);
}

std::vector<TestFailure> RunTests(const Covenant& covenant) {
  std::vector<TestFailure> failures;
  for (const InDocumentTest& test : covenant.document().tests) {
    if (auto failure = RunTest(covenant, test)) failures.push_back(std::move(*failure));
  }
  return failures;
}

Result<std::unique_ptr<const Covenant>> LoadForUse(std::string_view canonical) {
  Document document = TRY(ParseDocument(canonical));
  TRY(CheckSupported(document));
  std::unique_ptr<const Covenant> covenant = TRY(Covenant::Compile(std::move(document)));
  const std::vector<TestFailure> failures = RunTests(*covenant);
  if (!failures.empty()) {
    const TestFailure& first = failures.front();
    return Because(Malformed("the covenant's own test `" + first.name + "` fails: expected " +
                             first.expected + ", got " + first.got),
                   Reason::kCovenantTest,
                   {{"test", first.name}, {"expected", first.expected}, {"got", first.got}});
  }
  return covenant;
}

Result<std::unique_ptr<const Covenant>> LoadActivated(std::string_view canonical,
                                                      const Hash& hash) {
  if (crypto::Sha256(canonical) != hash) return Corrupt("not the covenant that was activated");
  const canon::Outline outline = TRY(canon::ParseOutline(canonical, "tests"));
  return Covenant::Compile(TRY(DocumentOf(outline.value, canonical, hash)));
}

}  // namespace schakel::covenant
