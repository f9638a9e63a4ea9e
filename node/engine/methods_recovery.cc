// Methods about a node in recovery.
#include "node/base/reason.h"
#include "node/engine/method_table.h"

namespace schakel::engine {

using canon::Value;

Result<Value> RecoveryShow(MethodCall& call) {
  TRY(call.params.Done());
  Engine& engine = call.engine;
  const auto row = TRY(engine.recovery().Row());
  Value::Object shown{{"recovering", row.has_value()}};
  if (!row) return shown;
  shown["since"] = ToMillis(row->since);
  const auto view = engine.covenants().At(engine.now());
  Value::Array partners;
  for (const std::string& party : engine.Partners()) {
    const char* state = "missing";
    if (const auto settled = row->settled.find(party); settled != row->settled.end()) {
      state = exchange::SettledName(settled->second);
    }
    partners.push_back(Value::Object{
        {"party", party}, {"name", view->document().parties.at(party).name}, {"state", state}});
  }
  shown["partners"] = std::move(partners);
  return shown;
}

Result<Value> RecoveryAsk(MethodCall& call) {
  TRY(call.params.Done());
  Engine& engine = call.engine;
  Value::Array partners;
  for (const Engine::AskedPartner& asked : TRY(engine.AskPartners(call.caller.id))) {
    Value::Object partner{
        {"party", asked.party},
        {"state", asked.settled ? exchange::SettledName(*asked.settled) : "missing"},
        {"entries", static_cast<int64_t>(asked.copies.entries)},
        {"statements", static_cast<int64_t>(asked.copies.statements)},
        {"receipts", static_cast<int64_t>(asked.copies.receipts)},
        {"lacking", static_cast<int64_t>(asked.copies.missing)}};
    if (asked.error) {
      partner["error"] = asked.error->detail;
      partner["reason"] = ReasonId(asked.error->reason);
      partner["arguments"] = ArgumentsValue(asked.error->arguments);
    }
    partners.emplace_back(std::move(partner));
  }
  const auto row = TRY(engine.recovery().Row());
  const std::set<std::string> missing =
      row ? row->Missing(engine.Partners()) : std::set<std::string>();
  return Value::Object{{"partners", std::move(partners)},
                       {"ended", !row.has_value()},
                       {"missing", TextArray({missing.begin(), missing.end()})}};
}

Result<Value> RecoveryDeclareLost(MethodCall& call) {
  const std::string party = TRY(call.params.Text("party"));
  const std::string reason = TRY(call.params.Text("reason"));
  TRY(call.params.Done());
  const Engine::Declared declared = TRY(call.engine.DeclareLost(party, call.caller.id, reason));
  return Value::Object{{"party", party},
                       {"state", exchange::SettledName(declared.how)},
                       {"ended", declared.missing.empty()},
                       {"missing", TextArray({declared.missing.begin(), declared.missing.end()})}};
}

}  // namespace schakel::engine
