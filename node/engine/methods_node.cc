// Methods about the node itself: status, operators, covenant, partners and logs.

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/engine/method_table.h"
#include "node/log/verify.h"
#include "node/record/mapping.h"

namespace schakel::engine {
namespace {

using canon::Value;
using exchange::Operator;
using exchange::Role;
using statement::SignedStatement;

Value OperatorValue(const Operator& held) {
  Value::Array roles;
  for (const Role role : held.roles)
    roles.emplace_back(RoleName(role));
  Value::Array pending;
  for (const Role role : held.pending)
    pending.emplace_back(RoleName(role));
  return Value::Object{{"id", held.id},
                       {"name", held.name},
                       {"function", held.function},
                       {"key", crypto::KeyId(held.key)},
                       {"roles", roles},
                       {"pending", pending},
                       {"groups", TextArray({held.groups.begin(), held.groups.end()})}};
}

Value HealthValue(const Health& health) {
  return Value::Object{{"sign", health.sign},
                       {"log", health.log},
                       {"store", health.store},
                       {"clock", health.clock},
                       {"decrypt", health.decrypt},
                       {"recovered", health.recovered},
                       {"covenant", health.covenant}};
}

Value CovenantValue(const covenant::Document& document) {
  return Value::Object{{"title", document.title},
                       {"lineage", ToString(document.lineage)},
                       {"version", document.version},
                       {"hash", EncodeHex(document.hash)},
                       {"valid_from", ToMillis(document.valid_from)},
                       {"valid_until", ToMillis(document.valid_until)}};
}

Value EntryValue(const statement::Entry& entry, uint64_t index) {
  Value::Object object{{"index", static_cast<int64_t>(index)},
                       {"time", ToMillis(entry.time)},
                       {"type", entry.type},
                       {"peer", entry.peer},
                       {"exchange", entry.exchange},
                       {"outcome", entry.outcome}};
  switch (entry.direction) {
    case statement::Direction::kIn:
      object["direction"] = "in";
      break;
    case statement::Direction::kOut:
      object["direction"] = "out";
      break;
    case statement::Direction::kLocal:
      object["direction"] = "local";
      break;
  }
  if (entry.statement) object["digest"] = EncodeHex(entry.statement->Digest());
  return object;
}

// From which the command makes a sentence in the reader's language.
void AddReason(Value::Object& object, Reason reason, const ReasonArguments& arguments) {
  if (reason == Reason::kNone) return;
  object["reason"] = ReasonId(reason);
  object["arguments"] = ArgumentsValue(arguments);
}

Result<Value> VerifyLog(Engine& engine, const log::ExchangeLog& log) {
  const std::vector<crypto::PublicKey> keys = engine.LogKeys();
  const log::StoredReport report = TRY(log::VerifyStored(engine.store(), log.origin(), keys));
  Value::Array faults;
  for (const log::StoredFault& fault : report.faults) {
    Value::Object found{{"what", fault.what}};
    AddReason(found, fault.reason, fault.arguments);
    if (fault.index) found["index"] = static_cast<int64_t>(*fault.index);
    faults.emplace_back(std::move(found));
  }
  return Value::Object{{"origin", log.origin()},
                       {"size", static_cast<int64_t>(report.size)},
                       {"root", EncodeHex(report.root)},
                       {"faults", std::move(faults)}};
}

}  // namespace

Result<Value> NodeStatus(MethodCall& call) {
  TRY(call.params.Done());
  Engine& engine = call.engine;
  Value::Object status{{"party", engine.self().party},
                       {"node", engine.self().node},
                       {"software", engine.self().software},
                       {"time", ToMillis(engine.now())},
                       {"health", HealthValue(engine.health())},
                       {"operators", static_cast<int64_t>(TRY(engine.operators().List()).size())}};
  const auto view = engine.covenants().At(engine.now());
  Value::Array peers;
  if (view && engine.lineage() != nullptr) {
    status["covenant"] = CovenantValue(view->document());
    status["log"] = Value::Object{{"origin", engine.lineage()->log->origin()},
                                  {"size", static_cast<int64_t>(engine.lineage()->log->size())}};
    for (const auto& [party, described] : view->document().parties) {
      if (party == engine.self().party) continue;
      const auto seen = engine.statuses().Of(party);
      const std::string stale = engine.statuses().CheckFresh(party, engine.now());
      Value::Object peer{{"party", party}, {"fresh", stale.empty()}, {"code", stale}};
      if (seen) peer["issued"] = ToMillis(seen->issued);
      if (seen) peer["software"] = seen->software;
      peers.emplace_back(std::move(peer));
    }
  }
  status["peers"] = std::move(peers);
  if (const auto row = TRY(engine.recovery().Row())) {
    const std::set<std::string> missing = row->Missing(engine.Partners());
    status["recovery"] = Value::Object{{"since", ToMillis(row->since)},
                                       {"missing", TextArray({missing.begin(), missing.end()})}};
  }
  int64_t due = 0;
  int64_t open = 0;
  for (const exchange::OutRow& row : TRY(exchange::AllOut(engine.store()))) {
    due += row.receipt_due ? 1 : 0;
    const bool waits =
        row.state == exchange::OutState::kSent || row.state == exchange::OutState::kPending;
    open += waits ? 1 : 0;
  }
  status["receipts_due"] = due;
  status["open"] = open;
  return status;
}

Result<Value> OperatorList(MethodCall& call) {
  TRY(call.params.Done());
  Value::Array operators;
  for (const Operator& held : TRY(call.engine.operators().List())) {
    operators.push_back(OperatorValue(held));
  }
  return Value::Object{{"operators", std::move(operators)}};
}

Result<Value> OperatorAdd(MethodCall& call) {
  Operator added;
  added.id = TRY(call.params.Text("id"));
  added.name = TRY(call.params.Text("name"));
  added.function = TRY(call.params.Text("function"));
  added.telephone = TRY(call.params.Text("telephone"));
  added.key = TRY(crypto::ParseKeyId(TRY(call.params.Text("key"))));
  std::set<Role> roles;
  for (const std::string& role : TRY(call.params.Texts("roles"))) {
    roles.insert(TRY(exchange::ParseRole(role)));
  }
  if (call.params.Has("groups")) {
    for (const std::string& group : TRY(call.params.Texts("groups")))
      added.groups.insert(group);
  }
  TRY(call.params.Done());
  if (roles.empty()) return Malformed("an operator has at least one role");
  if (TRY(call.engine.operators().Find(added.id))) {
    return Because(Conflict("there is an operator '" + added.id + "' already"),
                   Reason::kOperatorExists,
                   {{"operator", added.id}});
  }
  // An admin alone cannot give anybody sight of content: those roles wait for an officer.
  for (const Role role : roles) {
    (exchange::IsContentRole(role) ? added.pending : added.roles).insert(role);
  }
  TRY(call.engine.CommitLocal(
      "operator_added", call.caller.id, TRY(call.engine.operators().Enroll(added))));
  return Value::Object{{"id", added.id}, {"state", added.pending.empty() ? "enrolled" : "pending"}};
}

Result<Value> OperatorConfirm(MethodCall& call) {
  const std::string id = TRY(call.params.Text("id"));
  TRY(call.params.Done());
  std::optional<Operator> held = TRY(call.engine.operators().Find(id));
  if (!held)
    return Because(
        NotFound("no operator '" + id + "'"), Reason::kOperatorUnknown, {{"operator", id}});
  if (held->pending.empty())
    return Because(Conflict("nothing of '" + id + "' waits for an officer"),
                   Reason::kOperatorNotPending,
                   {{"operator", id}});
  if (id == call.caller.id)
    return Because(Denied("nobody confirms their own role"), Reason::kOperatorSelf);
  held->roles.merge(held->pending);
  held->pending.clear();
  TRY(call.engine.CommitLocal(
      "operator_confirmed", call.caller.id, TRY(call.engine.operators().Enroll(*held))));
  return Value::Object{{"id", id}, {"state", "enrolled"}};
}

Result<Value> ImportTemplate(MethodCall& call) {
  const std::string category = TRY(call.params.Text("category"));
  TRY(call.params.Done());
  const auto view = call.engine.covenants().At(call.engine.now());
  if (!view)
    return Because(Denied("no covenant is in force: its catalogue says what can be imported"),
                   Reason::kCovenantNone);
  const record::MappingTemplate made = TRY(record::MakeTemplate(category, view->document()));
  return Value::Object{{"mapping", made.yaml}, {"header", made.csv_header}};
}

Result<Value> LogShow(MethodCall& call) {
  const bool local = call.params.Has("local") && TRY(call.params.Bool("local"));
  const int64_t from = call.params.Has("from") ? TRY(call.params.Int("from")) : -1;
  const int64_t count = call.params.Has("count") ? TRY(call.params.Int("count", 1, 1000)) : 50;
  TRY(call.params.Done());
  const log::ExchangeLog* log = &call.engine.local_log();
  if (!local) log = TRY(ActiveLineage(call.engine))->log.get();
  const auto size = static_cast<int64_t>(log->size());
  const int64_t first = from >= 0 ? from : std::max<int64_t>(0, size - count);
  Value::Array entries;
  for (int64_t index = first; index < std::min(size, first + count); ++index) {
    const auto entry = log->Entry(static_cast<uint64_t>(index));
    if (!entry) {
      Value::Object unreadable{{"index", index}, {"fault", entry.error().detail}};
      AddReason(unreadable, entry.error().reason, entry.error().arguments);
      entries.emplace_back(std::move(unreadable));
      continue;
    }
    entries.push_back(EntryValue(*entry, static_cast<uint64_t>(index)));
  }
  return Value::Object{{"origin", log->origin()},
                       {"size", size},
                       {"root", EncodeHex(log->root())},
                       {"checkpoint", log->Checkpoint()},
                       {"entries", std::move(entries)}};
}

Result<Value> LogVerify(MethodCall& call) {
  TRY(call.params.Done());
  Engine& engine = call.engine;
  Value::Array logs;
  logs.push_back(TRY(VerifyLog(engine, engine.local_log())));
  if (engine.lineage() != nullptr) logs.push_back(TRY(VerifyLog(engine, *engine.lineage()->log)));
  Value::Array damaged;
  for (const store::Damage& damage : TRY(engine.VerifyFiles())) {
    damaged.push_back(Value::Object{{"file", damage.file}, {"what", damage.what}});
  }
  bool ok = damaged.empty();
  for (const Value& log : logs)
    ok = ok && log.Find("faults")->AsArray()->empty();
  return Value::Object{{"ok", ok}, {"logs", std::move(logs)}, {"damaged", std::move(damaged)}};
}

Result<Value> PeerTest(MethodCall& call) {
  const std::string party = TRY(call.params.Text("party"));
  TRY(call.params.Done());
  const Lineage* const lineage = TRY(ActiveLineage(call.engine));
  const auto view = call.engine.covenants().At(call.engine.now());
  const auto described = view->document().parties.find(party);
  if (described == view->document().parties.end() || party == call.engine.self().party) {
    return Because(NotFound("no partner '" + party + "' in the covenant"),
                   Reason::kPartyUnknown,
                   {{"party", party}});
  }
  Value::Array lines;
  const auto add = [&](const std::string& step,
                       bool ok,
                       const std::string& detail,
                       Reason reason = Reason::kNone,
                       const ReasonArguments& because = {}) {
    Value::Object line{{"step", step}, {"ok", ok}, {"detail", detail}};
    if (!ok) AddReason(line, reason, because);
    lines.emplace_back(std::move(line));
    return ok;
  };
  const Instant now = call.engine.now();
  const auto* const delegation = view->delegations.Current(party, now);
  const bool known = add("delegation",
                         delegation != nullptr,
                         delegation == nullptr ? "no delegation of " + party + " covers this moment"
                                               : "node " + delegation->content.node,
                         Reason::kPeerNoAddress);
  if (!known) return Value::Object{{"party", party}, {"ok", false}, {"lines", std::move(lines)}};
  for (const exchange::ProbeLine& probed : call.engine.link().Probe(party)) {
    if (!add(probed.step, probed.ok, probed.detail, probed.reason, probed.arguments)) {
      return Value::Object{{"party", party}, {"ok", false}, {"lines", std::move(lines)}};
    }
  }
  const auto status =
      call.engine.statuses().Greet(call.engine.link(), party, lineage->log->Checkpoint(), now);
  bool ok = status ? add("status", true, status->software)
                   : add("status",
                         false,
                         status.error().detail,
                         status.error().reason,
                         status.error().arguments);
  if (status) {
    const int64_t drift = ToMillis(status->issued) - ToMillis(call.engine.now());
    ok = add("clock", std::abs(drift) < 60'000, std::to_string(drift) + " ms") && ok;
    const std::string stale = call.engine.statuses().CheckFresh(party, call.engine.now());
    ok = add("covenant",
             stale.empty(),
             stale.empty() ? "version " + std::to_string(status->version) : stale) &&
         ok;
  }
  return Value::Object{{"party", party}, {"ok", ok}, {"lines", std::move(lines)}};
}

}  // namespace schakel::engine
