#include "node/covenant/ask.h"

#include <algorithm>
#include <utility>

#include "node/canon/json.h"
#include "node/canon/yaml.h"
#include "node/covenant/author.h"
#include "node/covenant/read_document.h"

namespace schakel::covenant {
namespace {

using canon::Value;

AskFault NoJson(size_t byte, std::string message) {
  return {byte + 1, "E007", "", std::move(message), ""};
}

// "/facts/age" as people read it; keys are ASCII, and may be anything within that.
std::string Dotted(std::string_view path) {
  constexpr size_t kShown = 80;
  std::string out(path.substr(std::min<size_t>(path.size(), 1), kShown));
  for (char& c : out) {
    if (c == '/') c = '.';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return out;
}

// JSON on one line is YAML too, and the places of YAML are known.
AskFault FaultOf(const Issue& issue, std::string_view line) {
  Remark remark;
  remark.path = issue.path;
  remark.at_key = issue.at == Issue::At::kKey;
  const std::vector<canon::Finding> placed = PlaceRemarks(line, "", {remark});
  const int column = placed.empty() ? 1 : placed.front().position.column;
  return {static_cast<size_t>(column), issue.id, Dotted(issue.path), issue.message, issue.fix};
}

template <typename Texts>
Value::Array ListOf(const Texts& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace

std::variant<Question, AskFault> ReadAsk(const Document& document, std::string_view line) {
  if (line.size() > kMaxAskBytes) return NoJson(kMaxAskBytes, "longer than a line can be");
  size_t at = 0;
  const Result<Value> value = canon::ParseJson(line, &at);
  if (!value) return NoJson(at, value.error().detail);
  Issues issues;
  Fields in(*value, "", issues);
  Question question;
  question.from = in.Text("from");
  question.to = in.Text("to");
  question.purpose = in.Text("purpose");
  question.category = in.Text("category");
  AskedParts parts = ReadAskedParts(in, document, issues);
  in.Done();
  if (!issues.empty()) return FaultOf(issues.list().front(), line);
  question.facts = std::move(parts.facts);
  question.present = std::move(parts.present);
  question.approved = parts.approved;
  question.now = parts.now.value_or(document.valid_from);
  return question;
}

Value AnswerValue(const Decision& decision) {
  Value::Object out{{"decision", NameOf(decision.outcome)},
                    {"by", ListOf(decision.by)},
                    {"onward", ListOf(decision.onward)},
                    {"failed", ListOf(decision.failed)}};
  Value::Object fields;
  for (const auto& [field, form] : decision.fields)
    fields.emplace(field, ToString(form));
  out["fields"] = std::move(fields);
  Value::Array withheld;
  for (const auto& [field, why] : decision.withheld)
    withheld.emplace_back(field);
  out["withheld"] = std::move(withheld);
  if (!decision.code.empty()) out["code"] = decision.code;
  if (decision.retain) out["retain"] = ToString(*decision.retain);
  if (decision.approval) out["approval"] = decision.approval->role;
  if (!decision.nearest.empty()) out["nearest"] = decision.nearest;
  return out;
}

std::string_view NameOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPermit:
      return "permit";
    case Outcome::kNeeds:
      return "needs";
    case Outcome::kDeny:
      return "deny";
  }
  return "";
}

}  // namespace schakel::covenant
