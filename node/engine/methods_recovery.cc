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
  const auto view = engine.covenants().view();
  Value::Array partners;
  for (const std::string& party : engine.Partners()) {
    const char* state = "missing";
    if (const auto settled = row->settled.find(party); settled != row->settled.end()) {
      state = settled->second == exchange::Settled::kLost ? "lost" : "returned";
    }
    partners.push_back(Value::Object{
        {"party", party}, {"name", view->document().parties.at(party).name}, {"state", state}});
  }
  shown["partners"] = std::move(partners);
  return shown;
}

Result<Value> RecoveryDeclareLost(MethodCall& call) {
  const std::string party = TRY(call.params.Text("party"));
  const std::string reason = TRY(call.params.Text("reason"));
  TRY(call.params.Done());
  const std::set<std::string> missing = TRY(call.engine.DeclareLost(party, call.caller.id, reason));
  return Value::Object{{"party", party},
                       {"ended", missing.empty()},
                       {"missing", TextArray({missing.begin(), missing.end()})}};
}

}  // namespace schakel::engine
