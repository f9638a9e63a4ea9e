#include "node/record/body.h"

#include <algorithm>

#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/crypto/seal.h"

namespace schakel::record {
namespace {

using canon::ObjectReader;
using canon::Value;

constexpr size_t kLengthBytes = 4;

constexpr const char* AboutName(Body::About about) {
  return about == Body::About::kGroup ? "group" : "persons";
}

Value ToValue(const BodyDecision& decision) {
  Value::Array by(decision.by.begin(), decision.by.end());
  Value::Array onward(decision.onward.begin(), decision.onward.end());
  return Value::Object{{"row", ToString(decision.row)},
                       {"by", std::move(by)},
                       {"retain", ToString(decision.retain)},
                       {"onward", std::move(onward)}};
}

bool IsStrictlyAscending(const std::vector<std::string>& texts) {
  return std::adjacent_find(texts.begin(), texts.end(), std::greater_equal<>()) == texts.end();
}

Result<BodyDecision> ParseDecision(const Value& value) {
  ObjectReader in(value, "a decision");
  BodyDecision decision;
  decision.row = TRY(ParseUuid(TRY(in.Text("row"))));
  decision.by = TRY(in.Texts("by"));
  const std::string retain = TRY(in.Text("retain"));
  const std::vector<std::string> onward = TRY(in.Texts("onward"));
  TRY(in.Done());
  if (decision.by.empty() || !IsStrictlyAscending(decision.by)) {
    return Malformed("a decision without sorted rules");
  }
  decision.retain = TRY(ParsePeriod(retain));
  if (ToString(decision.retain) != retain) return Malformed("a period in another spelling");
  if (!IsStrictlyAscending(onward)) return Malformed("onward parties that are not sorted");
  decision.onward.insert(onward.begin(), onward.end());
  return decision;
}

Result<Requester> ParseRequester(const Value& value) {
  ObjectReader in(value, "the requester");
  Requester requester;
  requester.name = TRY(in.Text("name"));
  requester.function = TRY(in.Text("function"));
  requester.telephone = TRY(in.Text("telephone"));
  TRY(in.Done());
  return requester;
}

Result<void> CheckText(const std::string& text, size_t max_bytes) {
  if (text.size() > max_bytes) return Exhausted("a text of the body is too long");
  return CheckValue(text);
}

Result<void> CheckTexts(const Body& body) {
  TRY(CheckText(body.motivation, kMaxMotivationBytes));
  for (const std::string* text : {&body.requester.name,
                                  &body.requester.function,
                                  &body.requester.telephone,
                                  &body.group_name}) {
    TRY(CheckText(*text, kMaxNamePartBytes));
  }
  return {};
}

// Each row once, with one decision in the same place.
Result<void> CheckRows(const Body& body) {
  const bool names_persons = body.about == Body::About::kPersons;
  if (names_persons == body.subjects.empty()) return Malformed("about contradicts subjects");
  if (body.decision.size() != body.subjects.size()) {
    return Malformed("not one decision per subject");
  }
  std::set<Uuid> rows;
  for (size_t i = 0; i < body.subjects.size(); ++i) {
    if (!rows.insert(body.subjects[i].row).second) return Malformed("a row that is named twice");
    if (body.decision[i].row != body.subjects[i].row)
      return Malformed("a decision for another row");
  }
  return {};
}

}  // namespace

canon::Value ToValue(const Body& body) {
  Value::Array subjects;
  for (const ListedSubject& subject : body.subjects)
    subjects.push_back(ToValue(subject));
  Value::Array decision;
  for (const BodyDecision& one : body.decision)
    decision.push_back(ToValue(one));
  Value::Array facts;
  for (const statement::SignedStatement& fact : body.facts)
    facts.push_back(fact.ToValue());
  return Value::Object{{"about", AboutName(body.about)},
                       {"subjects", std::move(subjects)},
                       {"decision", std::move(decision)},
                       {"motivation", body.motivation},
                       {"requester",
                        Value::Object{{"name", body.requester.name},
                                      {"function", body.requester.function},
                                      {"telephone", body.requester.telephone}}},
                       {"facts", std::move(facts)},
                       {"group_name", body.group_name}};
}

Result<Body> ParseBody(std::string_view canonical) {
  if (canonical.size() > kMaxBodyBytes) return Exhausted("a body that is too large");
  const Value value = TRY(canon::ParseCanonical(canonical));
  ObjectReader in(value, "the body");
  const std::string about = TRY(in.Text("about"));
  const Value::Array* subjects = TRY(in.Array("subjects"));
  const Value::Array* decision = TRY(in.Array("decision"));
  const Value::Array* facts = TRY(in.Array("facts"));
  const Value* requester = TRY(in.Any("requester"));
  Body body;
  body.motivation = TRY(in.Text("motivation"));
  body.group_name = TRY(in.Text("group_name"));
  TRY(in.Done());
  if (about == AboutName(Body::About::kPersons)) {
    body.about = Body::About::kPersons;
  } else if (about != AboutName(Body::About::kGroup)) {
    return Malformed("about neither group nor persons");
  }
  if (subjects->size() > kMaxSubjectsPerRequest) return Exhausted("too many subjects");
  if (facts->size() > kMaxBodyFacts) return Exhausted("too many facts");
  for (const Value& subject : *subjects)
    body.subjects.push_back(TRY(ParseListedSubject(subject)));
  for (const Value& one : *decision)
    body.decision.push_back(TRY(ParseDecision(one)));
  body.requester = TRY(ParseRequester(*requester));
  for (const Value& fact : *facts) {
    statement::SignedStatement signed_fact = TRY(statement::SignedStatement::FromValue(fact));
    if (signed_fact.type() != statement::Type::kFact)
      return Malformed("a statement that is no fact");
    body.facts.push_back(std::move(signed_fact));
  }
  TRY(CheckTexts(body));
  TRY(CheckRows(body));
  return body;
}

Result<Bytes> SealBody(const crypto::Key32& key, const Body& body, Entropy& entropy) {
  TRY(CheckTexts(body));
  TRY(CheckRows(body));
  const std::string json = canon::Write(ToValue(body));
  if (json.size() > kMaxBodyBytes) return Exhausted("a body that is too large");
  Bytes plaintext;
  plaintext.reserve(PadmeLength(kLengthBytes + json.size()));
  AppendU32(plaintext, static_cast<uint32_t>(json.size()));
  Append(plaintext, json);
  plaintext.resize(PadmeLength(plaintext.size()));
  Bytes sealed = crypto::AeadSeal(key, {}, plaintext, entropy);
  crypto::Wipe(plaintext);
  return sealed;
}

Result<std::string> OpenBody(const crypto::Key32& key, ByteView sealed) {
  if (sealed.size() > PadmeLength(kLengthBytes + kMaxBodyBytes) + crypto::kAeadOverhead) {
    return Malformed("a sealed body that is too large");
  }
  const Bytes plaintext = TRY(crypto::AeadOpen(key, {}, sealed));
  if (plaintext.size() < kLengthBytes) return Malformed("a body that is too short");
  const uint64_t length = ReadU32(plaintext);
  if (length > kMaxBodyBytes || plaintext.size() != PadmeLength(kLengthBytes + length)) {
    return Malformed("a body whose size does not follow from its length");
  }
  const auto json = ByteView(plaintext).subspan(kLengthBytes, length);
  const auto padding = ByteView(plaintext).subspan(kLengthBytes + length);
  if (std::any_of(padding.begin(), padding.end(), [](uint8_t byte) { return byte != 0; })) {
    return Malformed("padding that is not zero");
  }
  return std::string(AsText(json));
}

}  // namespace schakel::record
