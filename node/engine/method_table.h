// Inside the engine's methods: the table of what there is, and what a handler gets.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/canon/reader.h"
#include "node/canon/value.h"
#include "node/engine/engine.h"
#include "node/exchange/operators.h"

namespace schakel::engine {

// One authenticated call on its way.
struct MethodCall {
  Engine& engine;
  const exchange::Operator& caller;
  canon::ObjectReader& params;          // the handler reads everything it knows and then calls Done
  const statement::OperatorCall& call;  // as it was signed
};

using Handler = Result<canon::Value> (*)(MethodCall&);

struct Method {
  std::string_view name;
  std::set<exchange::Role> roles;  // any of them; empty: every enrolled operator
  Handler run;
};

// nullptr for an unknown name.
const Method* FindMethod(std::string_view name);

// The lineage, or kDenied with what to do next.
Result<Lineage*> ActiveLineage(Engine& engine);
// A group's reference among the parameters (`key`), complete: "/2@om" and "/2" mean the one group
// there is. kDenied when the operator is limited to other groups.
Result<Ref> ReadRef(MethodCall& call, std::string_view key);
// The actor behind the call, as a partner will read it.
scan::Actor ActorOf(const exchange::Operator& caller);
// What a sentence about a failure names, by name.
canon::Value ArgumentsValue(const ReasonArguments& arguments);
canon::Value TextArray(const std::vector<std::string>& texts);

// Handlers, by file.
Result<canon::Value> NodeStatus(MethodCall& call);
Result<canon::Value> OperatorList(MethodCall& call);
Result<canon::Value> OperatorAdd(MethodCall& call);
Result<canon::Value> OperatorConfirm(MethodCall& call);
Result<canon::Value> CovenantShow(MethodCall& call);
Result<canon::Value> CovenantActivate(MethodCall& call);
Result<canon::Value> CovenantAdd(MethodCall& call);
Result<canon::Value> CovenantStatus(MethodCall& call);
Result<canon::Value> CovenantHistory(MethodCall& call);
Result<canon::Value> CovenantDraft(MethodCall& call);
Result<canon::Value> OverlayShow(MethodCall& call);
Result<canon::Value> OverlaySet(MethodCall& call);
Result<canon::Value> OverlayClear(MethodCall& call);
Result<canon::Value> InboxList(MethodCall& call);
Result<canon::Value> InboxShow(MethodCall& call);
Result<canon::Value> InboxDecide(MethodCall& call);
Result<canon::Value> ImportTemplate(MethodCall& call);
Result<canon::Value> LogShow(MethodCall& call);
Result<canon::Value> LogVerify(MethodCall& call);
Result<canon::Value> PeerTest(MethodCall& call);
Result<canon::Value> GroupOpen(MethodCall& call);
Result<canon::Value> GroupList(MethodCall& call);
Result<canon::Value> GroupShow(MethodCall& call);
Result<canon::Value> GroupDecide(MethodCall& call);
Result<canon::Value> GroupSign(MethodCall& call);
Result<canon::Value> GroupAdd(MethodCall& call);
Result<canon::Value> GroupEstablish(MethodCall& call);
Result<canon::Value> ScanRequest(MethodCall& call);
Result<canon::Value> ScanShow(MethodCall& call);
Result<canon::Value> ExchangeList(MethodCall& call);
Result<canon::Value> ExchangeShow(MethodCall& call);
Result<canon::Value> ExchangeDeliver(MethodCall& call);
Result<canon::Value> PersonDoubtful(MethodCall& call);
Result<canon::Value> PersonVisible(MethodCall& call);
Result<canon::Value> RecoveryShow(MethodCall& call);
Result<canon::Value> RecoveryAsk(MethodCall& call);
Result<canon::Value> RecoveryDeclareLost(MethodCall& call);

}  // namespace schakel::engine
