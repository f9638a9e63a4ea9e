#include <algorithm>
#include <utility>

#include "node/base/check.h"
#include "node/canon/json.h"
#include "node/covenant/read_document.h"

namespace schakel::covenant {
namespace {

const std::set<std::string> kDecisions{"permit", "needs", "deny"};

// What Decide can answer to a question about a document that is in force.
const std::set<std::string> kCodes{"NOT_YET_VALID",
                                   "EXPIRED",
                                   "NO_RULE",
                                   "DENIED_BY_RULE",
                                   "FACT_UNKNOWN",
                                   "BASIS_EXPIRED",
                                   "CONDITION_FALSE",
                                   "UNDECLARED_FIELD",
                                   "NO_FIELDS",
                                   "INCOMPLETE",
                                   "OBLIGATION_UNSUPPORTED"};

std::vector<std::string> Sorted(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

// An expectation may be that there is none, so unlike elsewhere an empty list says something here.
bool IsEmptyList(const canon::Value* value) {
  return value != nullptr && value->AsArray() != nullptr && value->AsArray()->empty();
}

// `path` is asked for only where something is wrong.
template <typename Path>
std::optional<FactValue> ReadFactValue(const FactDeclaration& fact,
                                       const canon::Value& value,
                                       const Path& path,
                                       Issues& issues) {
  switch (fact.type) {
    case FactType::kBool:
      if (const bool* flag = value.AsBool()) return FactValue{*flag};
      issues.Add("E103", path(), "must be true or false");
      return std::nullopt;
    case FactType::kEnum:
      if (const std::string* text = value.AsString()) {
        if (std::find(fact.values.begin(), fact.values.end(), *text) != fact.values.end()) {
          return FactValue{*text};
        }
        const std::set<std::string> known(fact.values.begin(), fact.values.end());
        IsDeclared(*text, path(), known, "value", issues);
        return std::nullopt;
      }
      issues.Add("E103", path(), "must be one of the fact's values", "put it in double quotes");
      return std::nullopt;
    case FactType::kInt:
    case FactType::kAge:
    case FactType::kElapsed:
      break;
  }
  if (const int64_t* number = value.AsInt()) return FactValue{IntInterval{*number, *number}};
  const canon::Value::Array* pair = value.AsArray();
  if (pair != nullptr && pair->size() == 2) {
    const int64_t* low = (*pair)[0].AsInt();
    const int64_t* high = (*pair)[1].AsInt();
    if (low != nullptr && high != nullptr && *low <= *high) {
      return FactValue{IntInterval{*low, *high}};
    }
  }
  issues.Add("E103", path(), "must be a whole number, or [lowest, highest]");
  return std::nullopt;
}

}  // namespace

AskedParts ReadAskedParts(Fields& in, const Document& document, Issues& issues) {
  AskedParts out;
  out.approved = in.MaybeBool("approved", false);
  out.now = in.MaybeTime("now");
  if (const canon::Value* present = in.Maybe("present")) {
    out.present.emplace();
    if (!IsEmptyList(present)) {
      for (std::string& name : in.MaybeTexts("present"))
        out.present->insert(std::move(name));
    }
  }
  const canon::Value* facts = in.Maybe("facts");
  if (facts == nullptr) return out;
  if (facts->AsObject() == nullptr) {
    issues.Add("E103", in.At("facts"), "must be a mapping");
    return out;
  }
  for (const auto& [name, value] : *facts->AsObject()) {
    const auto at = [&in, &fact = name] { return Join(in.At("facts"), fact); };
    const auto declared = document.facts.find(name);
    if (declared == document.facts.end()) {
      IsDeclared(name, at(), document.facts, "fact", issues, Issue::At::kKey);
      continue;
    }
    auto read = ReadFactValue(declared->second, value, at, issues);
    if (read) out.facts.emplace_hint(out.facts.end(), name, std::move(*read));
  }
  return out;
}

void DocumentReader::ReadTests(Fields& in, const std::vector<std::string_view>& items) {
  const canon::Value* value = in.Need("tests");
  if (value == nullptr) return;
  const canon::Value::Array* tests = value->AsArray();
  if (tests == nullptr) {
    issues_.Add("E103", in.At("tests"), "must be a list");
    return;
  }
  for (const Permit& permit : document_.permits)
    rule_ids_.insert(permit.id);
  for (const Deny& deny : document_.denies)
    rule_ids_.insert(deny.id);
  document_.tests.reserve(tests->size() + items.size());  // none moves: `names` looks into them
  std::set<std::string_view> names;
  size_t index = 0;
  const auto read = [&](const canon::Value& test) {
    Fields fields(test, in, "tests", index++);
    if (fields.object()) ReadOneTest(fields, document_.tests.emplace_back(), names);
  };
  for (const canon::Value& test : *tests)
    read(test);
  // A parsed test lives only as long as it is read: all of them together fall out of the cache.
  for (const std::string_view item : items) {
    const auto test = canon::ParseCanonical(item);
    CHECK(test.ok());  // ParseOutline checked it
    read(*test);
  }
}

void DocumentReader::ReadOneTest(Fields& in,
                                 InDocumentTest& test,
                                 std::set<std::string_view>& names) {
  test.name = in.Text("name");
  if (!test.name.empty() && !names.insert(test.name).second) {
    issues_.Add("E106", in.At("name"), "is the name of an earlier test");
  }
  if (const canon::Value* ask = in.Need("ask")) {
    Fields question(*ask, in, "ask");
    ReadAsk(question, test);
    question.Done();
  }
  if (const canon::Value* expect = in.Need("expect")) {
    Fields expected(*expect, in, "expect");
    ReadExpectation(expected, test.expect, test.category);
    expected.Done();
  }
  in.Done();
}

void DocumentReader::ReadAsk(Fields& in, InDocumentTest& test) {
  test.from = KnownText(in, "from", document_.parties, "party");
  test.to = KnownText(in, "to", document_.parties, "party");
  test.purpose = KnownText(in, "purpose", document_.purposes, "purpose");
  test.category = KnownText(in, "category", document_.categories, "category");
  AskedParts parts = ReadAskedParts(in, document_, issues_);
  test.facts = std::move(parts.facts);
  test.present = std::move(parts.present);
  test.approved = parts.approved;
  test.now = parts.now;
}

void DocumentReader::ReadExpectation(Fields& in,
                                     InDocumentTest::Expectation& expect,
                                     const std::string& category) {
  expect.decision = KnownText(in, "decision", kDecisions, "decision");
  if (in.Has("code")) expect.code = KnownText(in, "code", kCodes, "code");
  if (expect.code && expect.decision != "deny" && !expect.decision.empty()) {
    issues_.Add("E104", in.At("code"), "only a deny has a code");
  }
  if (const canon::Value* fields = in.Maybe("fields")) {
    const bool none = fields->AsObject() != nullptr && fields->AsObject()->empty();
    expect.fields = none ? std::map<std::string, Form>{} : ReadForms(*fields, in, category);
  }
  const auto declared = document_.categories.find(category);
  if (const canon::Value* withheld = in.Maybe("withheld")) {
    expect.withheld.emplace();
    if (!IsEmptyList(withheld) && declared != document_.categories.end()) {
      expect.withheld = KnownTexts(in, "withheld", declared->second.fields, "field");
    }
  }
  const auto list = [&](std::string_view key, const auto& known, std::string_view what) {
    std::optional<std::vector<std::string>> out;
    const canon::Value* value = in.Maybe(key);
    if (value == nullptr) return out;
    out.emplace();
    if (IsEmptyList(value)) return out;
    for (const std::string& name : KnownTexts(in, key, known, what))
      out->push_back(name);
    out = Sorted(std::move(*out));
    return out;
  };
  expect.by = list("by", rule_ids_, "rule");
  expect.failed = list("failed", document_.facts, "fact");
  if (in.Has("nearest")) expect.nearest = KnownText(in, "nearest", rule_ids_, "rule");
  expect.retain = in.MaybePeriod("retain");
  if (const canon::Value* onward = in.Maybe("onward")) {
    expect.onward.emplace();
    if (!IsEmptyList(onward)) expect.onward = ReadPartiesOrNone(in, "onward");
  }
  expect.approval = in.MaybeText("approval");
}

}  // namespace schakel::covenant
