// What partners would see of an own person.

#include "node/base/reason.h"
#include "node/engine/method_table.h"
#include "node/exchange/visible.h"

namespace schakel::engine {
namespace {

using canon::Value;
using record::MatchResult;

// The facts that count as stated: of the group, when it is named, and those that the caller
// supposes.
Result<covenant::Facts> SupposedFacts(MethodCall& call, const covenant::Document& document) {
  covenant::Facts facts;
  if (call.params.Has("group")) {
    const Ref ref = TRY(ReadRef(call, "group"));
    const auto in_force = TRY(call.engine.groups().InForce(ref.group, call.engine.now()));
    for (const scan::StatedFact& stated : in_force) {
      const auto declared = document.facts.find(stated.fact.fact);
      if (declared == document.facts.end()) continue;
      facts.insert_or_assign(stated.fact.fact,
                             TRY(covenant::ParseStatedValue(declared->second, stated.fact.value)));
    }
  }
  if (!call.params.Has("facts")) return facts;
  for (const auto& [name, value] : *TRY(call.params.Object("facts"))) {
    const auto declared = document.facts.find(name);
    const std::string* const text = value.AsString();
    if (text == nullptr || declared == document.facts.end() || declared->second.stated_by.empty()) {
      return Malformed("only a fact that parties state can be supposed: " + name);
    }
    if (declared->second.about_person && *text == "true") {
      facts.insert_or_assign(name, true);
      continue;
    }
    facts.insert_or_assign(name, TRY(covenant::ParseStatedValue(declared->second, *text)));
  }
  return facts;
}

Value FieldsValue(const std::map<std::string, std::set<std::string>>& fields) {
  Value::Object out;
  for (const auto& [field, texts] : fields)
    out[field] = TextArray({texts.begin(), texts.end()});
  return out;
}

Value CellValue(const exchange::VisibleCell& cell) {
  Value::Array refused;
  for (const auto& [why, count] : cell.refused) {
    refused.emplace_back(
        Value::Object{{"code", why.first}, {"by", TextArray(why.second)}, {"records", count}});
  }
  return Value::Object{{"to", cell.to},
                       {"purpose", cell.purpose},
                       {"category", cell.category},
                       {"closed", cell.closed},
                       {"records", cell.records},
                       {"given", cell.given},
                       {"approval", cell.approval},
                       {"fields", FieldsValue(cell.fields)},
                       {"withheld", FieldsValue(cell.withheld)},
                       {"refused", refused}};
}

}  // namespace

Result<Value> PersonVisible(MethodCall& call) {
  record::Person asked;
  asked.naam = TRY(record::ParseFullName(TRY(call.params.Text("name"))));
  if (const auto birth = TRY(call.params.OptionalText("birth"))) {
    asked.geboortedatum = TRY(ParseIsoDate(*birth));
  }
  if (const auto bsn = TRY(call.params.OptionalText("bsn"))) {
    asked.bsn = TRY(record::ParseBsn(*bsn));
  }
  const std::string party = TRY(call.params.OptionalText("party")).value_or("");
  Lineage* const lineage = TRY(ActiveLineage(call.engine));
  const auto view = call.engine.covenants().view();
  const covenant::Document& document = view->document();
  if (!party.empty() && !document.parties.contains(party)) {
    return NotFound("the covenant has no party " + party);
  }
  const covenant::Facts facts = TRY(SupposedFacts(call, document));
  TRY(call.params.Done());
  const MatchResult match = TRY(call.engine.records().Find(asked));
  // Who looked is kept, whoever was found (Wpg art. 32a).
  TRY(call.engine.CommitLocal("person_viewed", call.caller.id, {}));
  Value::Array cells;
  if (match.subject) {
    const auto visible = TRY(exchange::VisibleOf(
        lineage->context, *view->giving, *match.subject, facts, party, call.engine.now()));
    for (const exchange::VisibleCell& cell : visible)
      cells.push_back(CellValue(cell));
  }
  const char* found = "matched";
  if (match.kind == MatchResult::Kind::kNoMatch) found = "none";
  if (match.kind == MatchResult::Kind::kDoubtful) found = "doubtful";
  return Value::Object{
      {"found", found}, {"hash", EncodeHex(document.hash)}, {"cells", std::move(cells)}};
}

}  // namespace schakel::engine
