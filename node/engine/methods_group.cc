// Methods about groups: opening, the partners' decisions, the namenlijst.
#include "node/base/reason.h"
#include "node/crypto/hash.h"
#include "node/engine/method_table.h"

namespace schakel::engine {
namespace {

using canon::Value;
using statement::SignedStatement;

Value FactValue(const scan::StatedFact& stated) {
  return Value::Object{{"fact", stated.fact.fact},
                       {"value", stated.fact.value},
                       {"document", EncodeHex(stated.fact.document)},
                       {"issued", ToMillis(stated.fact.issued)},
                       {"expires", ToMillis(stated.fact.expires)},
                       {"signed_by", TextArray({stated.signed_by.begin(), stated.signed_by.end()})},
                       {"in_force", stated.in_force}};
}

Value RoundValue(const scan::Round& round) {
  return Value::Object{{"ref", ToString(Ref{round.group, round.number, ""})},
                       {"names_persons", round.names_persons},
                       {"created", ToMillis(round.created)},
                       {"incomplete", round.Incomplete()}};
}

std::string StepOf(const std::vector<scan::StatedFact>& in_force) {
  for (const scan::StatedFact& stated : in_force) {
    if (stated.fact.fact == "step") return stated.fact.value;
  }
  return {};
}

Result<scan::Group> KnownGroup(MethodCall& call, const std::string& ref) {
  std::optional<scan::Group> group = TRY(call.engine.groups().Find(ref));
  if (!group)
    return Because(NotFound("no group " + ref + "; open it first: schakel group open"),
                   Reason::kGroupUnknown,
                   {{"group", ref}});
  return *std::move(group);
}

// The Fact, kept beside what was held; and what its statement looks like now.
Result<Value> KeepFact(MethodCall& call,
                       const SignedStatement& fact,
                       store::Batch batch,
                       std::string_view event) {
  const Instant now = call.engine.now();
  batch.Merge(TRY(call.engine.groups().Keep(fact, now)));
  TRY(call.engine.CommitLocal(event, call.caller.id, std::move(batch)));
  const auto content = TRY(statement::ParseAs<statement::Fact>(fact));
  for (const scan::StatedFact& held : TRY(call.engine.groups().FactsAbout(content.group, now))) {
    if (held.bytes.Digest() != fact.Digest()) continue;
    return Value::Object{{"fact", held.bytes.ToValue()},
                         {"signed_by", TextArray({held.signed_by.begin(), held.signed_by.end()})},
                         {"in_force", held.in_force}};
  }
  return Internal("a fact that was kept is not there");
}

}  // namespace

Result<Value> GroupOpen(MethodCall& call) {
  scan::Group group;
  group.ref = TRY(call.params.Text("ref"));
  group.name = TRY(call.params.Text("name"));
  group.areas = TRY(call.params.Texts("areas"));
  TRY(call.params.Done());
  group.opened = call.engine.now();
  if (TRY(call.engine.groups().Find(group.ref))) {
    return Because(Conflict("group " + group.ref + " exists already"),
                   Reason::kGroupExists,
                   {{"group", group.ref}});
  }
  TRY(call.engine.CommitLocal(
      "group_opened", call.caller.id, TRY(call.engine.groups().Open(group))));
  return Value::Object{{"ref", group.ref}};
}

Result<Value> GroupList(MethodCall& call) {
  TRY(call.params.Done());
  Value::Array groups;
  for (const scan::Group& group : TRY(call.engine.groups().List())) {
    if (!call.caller.groups.empty() && !call.caller.groups.contains(group.ref)) continue;
    const auto facts = TRY(call.engine.groups().InForce(group.ref, call.engine.now()));
    groups.push_back(Value::Object{{"ref", group.ref},
                                   {"name", group.name},
                                   {"step", StepOf(facts)},
                                   {"opened", ToMillis(group.opened)}});
  }
  return Value::Object{{"groups", std::move(groups)}};
}

Result<Value> GroupShow(MethodCall& call) {
  const Ref ref = TRY(ReadRef(call, "ref"));
  TRY(call.params.Done());
  const scan::Group group = TRY(KnownGroup(call, ref.group));
  const Instant now = call.engine.now();
  Value::Array decisions;
  for (const scan::StatedFact& stated : TRY(call.engine.groups().FactsAbout(group.ref, now))) {
    decisions.push_back(FactValue(stated));
  }
  Value::Object shown{{"ref", group.ref},
                      {"name", group.name},
                      {"areas", TextArray(group.areas)},
                      {"opened", ToMillis(group.opened)},
                      {"step", StepOf(TRY(call.engine.groups().InForce(group.ref, now)))},
                      {"decisions", std::move(decisions)}};
  Lineage* const lineage = TRY(ActiveLineage(call.engine));
  const auto list = TRY(lineage->lists.Latest(group.ref));
  if (list) {
    shown["list"] = Value::Object{{"version", list->version},
                                  {"persons", static_cast<int64_t>(list->entries.size())},
                                  {"root", EncodeHex(record::RootOf(list->Commitments()))},
                                  {"established", ToMillis(list->established)}};
  }
  Value::Array rounds;
  for (const scan::Round& round : TRY(lineage->rounds.List(group.ref, now))) {
    rounds.push_back(RoundValue(round));
  }
  shown["rounds"] = std::move(rounds);
  return shown;
}

Result<Value> GroupDecide(MethodCall& call) {
  const Ref ref = TRY(ReadRef(call, "group"));
  const std::string step = TRY(call.params.Text("step"));
  const Hash document = TRY(call.params.HashHex("document"));
  TRY(call.params.Done());
  TRY(KnownGroup(call, ref.group));
  const SignedStatement fact =
      TRY(call.engine.groups().State(ref.group, "step", step, document, call.engine.now()));
  return KeepFact(call, fact, {}, "step_stated");
}

Result<Value> GroupSign(MethodCall& call) {
  const SignedStatement fact = TRY(SignedStatement::FromValue(*TRY(call.params.Any("fact"))));
  TRY(call.params.Done());
  const SignedStatement signed_fact =
      TRY(call.engine.groups().Countersign(fact, call.engine.now()));
  TRY(call.engine.CommitLocal("fact_countersigned", call.caller.id, {}));
  return Value::Object{{"fact", signed_fact.ToValue()}};
}

Result<Value> GroupAdd(MethodCall& call) {
  const SignedStatement fact = TRY(SignedStatement::FromValue(*TRY(call.params.Any("fact"))));
  TRY(call.params.Done());
  const auto content = TRY(statement::ParseAs<statement::Fact>(fact));
  TRY(KnownGroup(call, content.group));
  return KeepFact(call, fact, {}, "fact_kept");
}

Result<Value> GroupEstablish(MethodCall& call) {
  const Ref ref = TRY(ReadRef(call, "group"));
  std::set<Uuid> leave_out;
  if (call.params.Has("leave_out")) {
    for (const std::string& row : TRY(call.params.Texts("leave_out"))) {
      leave_out.insert(TRY(ParseUuid(row)));
    }
  }
  TRY(call.params.Done());
  TRY(KnownGroup(call, ref.group));
  Lineage* const lineage = TRY(ActiveLineage(call.engine));
  const Instant now = call.engine.now();
  std::vector<scan::Lists::Named> named;
  for (const scan::Round& round : TRY(lineage->rounds.BeforeList(ref.group, now))) {
    for (const scan::PartnerPlan& partner : round.partners) {
      if (!partner.exchange || !partner.exchange->HasContent()) continue;
      named.push_back(
          {*partner.exchange, TRY(lineage->requester.Received(partner.exchange->exchange))});
    }
  }
  if (named.empty()) {
    return Because(Denied("nobody has named persons for " + ref.group +
                          " yet: schakel scan request " + ref.group + " --verzend"),
                   Reason::kListUnnamed,
                   {{"group", ref.group}});
  }
  scan::Lists::Draft draft = TRY(lineage->lists.Draw(ref.group, named, leave_out, now));
  const Hash root = record::RootOf(draft.list.Commitments());
  const SignedStatement listed =
      TRY(call.engine.groups().State(ref.group, "listed", EncodeHex(root), root, now));
  Value kept = TRY(KeepFact(call, listed, std::move(draft.batch), "list_established"));
  Value::Object established{{"version", draft.list.version},
                            {"persons", static_cast<int64_t>(draft.list.entries.size())},
                            {"root", EncodeHex(root)}};
  for (auto& [key, value] : *kept.AsObject())
    established[key] = std::move(value);
  return established;
}

}  // namespace schakel::engine
