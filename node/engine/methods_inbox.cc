// What waits for an approver at this node.

#include <algorithm>

#include "node/base/reason.h"
#include "node/engine/method_table.h"
#include "node/exchange/approvals.h"
#include "node/record/model.h"
#include "node/scan/rounds.h"

namespace schakel::engine {
namespace {

using canon::Value;
using exchange::ApprovalItem;
using exchange::Approvals;
using exchange::Look;
using exchange::Waiting;

Value WaitingValue(const Waiting& waiting, const exchange::Operator& caller) {
  const bool may = std::all_of(waiting.roles.begin(), waiting.roles.end(), [&](const auto& name) {
    const auto role = exchange::ParseRole(name);
    return role && caller.Has(*role);
  });
  Value::Object object{{"exchange", ToString(waiting.exchange)},
                       {"from", waiting.from},
                       {"ref", waiting.ref},
                       {"group", waiting.group},
                       {"category", waiting.category},
                       {"roles", TextArray({waiting.roles.begin(), waiting.roles.end()})},
                       {"yours", may},
                       {"created", ToMillis(waiting.created)},
                       {"deadline", ToMillis(waiting.deadline)}};
  if (waiting.decided) object["decided"] = ToMillis(*waiting.decided);
  return object;
}

bool MaySee(const exchange::Operator& caller, const std::string& group) {
  return caller.groups.empty() || caller.groups.contains(group);
}

// The one cell that the parameters name: a reference, and a category and asker where there are
// several.
Result<Waiting> Named(MethodCall& call, const Approvals& approvals) {
  const std::string ref = ToString(TRY(ReadRef(call, "ref")));
  const auto category = TRY(call.params.OptionalText("category"));
  const auto from = TRY(call.params.OptionalText("from"));
  std::vector<Waiting> named;
  for (Waiting& waiting : TRY(approvals.List(call.engine.now()))) {
    if (waiting.ref != ref || (category && waiting.category != *category) ||
        (from && waiting.from != *from)) {
      continue;
    }
    named.push_back(std::move(waiting));
  }
  if (named.empty()) {
    return Because(NotFound("nothing of " + ref + " waits for an approval"), Reason::kApprovalNone);
  }
  // Of a question that was asked again the newest counts.
  std::stable_sort(named.begin(), named.end(), [](const Waiting& a, const Waiting& b) {
    return a.created > b.created;
  });
  for (const Waiting& other : named) {
    if (other.category != named.front().category || other.from != named.front().from) {
      return Because(Malformed("several cells of " + ref + " wait: name the category"),
                     Reason::kApprovalSeveral,
                     {{"ref", ref}});
    }
  }
  return std::move(named.front());
}

Value ItemValue(MethodCall& call, const ApprovalItem& item) {
  Value::Object fields;
  for (const auto& [field, value] : item.release.fields) {
    fields[field] = Value::Object{{"form", covenant::ToString(item.forms.at(field))},
                                  {"value", record::SpokenValue(value)}};
  }
  Value::Object withheld;
  for (const auto& [field, why] : item.withheld)
    withheld[field] = why;
  Value::Object object{
      {"soft", item.release.hardness == record::Hardness::kSoft},
      {"fields", std::move(fields)},
      {"withheld", std::move(withheld)},
      {"by", TextArray(item.release.by)},
      {"retain", ToString(item.release.retain)},
      {"onward", TextArray({item.release.onward.begin(), item.release.onward.end()})}};
  if (!item.subject) return object;
  // Who it is about, as this node knows them; one that does not open has no name here.
  const auto subject = call.engine.records().LoadSubject(*item.subject);
  if (subject) {
    const record::Person person = record::IdentityOf(*subject);
    object["name"] = record::SpokenName(person.naam);
    object["birth"] = ToIso(person.geboortedatum);
  }
  return object;
}

Value LookValue(MethodCall& call, const Look& look) {
  Value::Object object = *WaitingValue(look.waiting, call.caller).AsObject();
  object["group_name"] = look.body.group_name;
  object["motivation"] = look.body.motivation;
  object["requester"] = Value::Object{{"name", look.body.requester.name},
                                      {"function", look.body.requester.function},
                                      {"telephone", look.body.requester.telephone}};
  object["asked"] = look.asked;
  object["matched"] = look.matched;
  object["doubtful"] = look.doubtful;
  object["closed"] = look.closed;
  object["seen"] = EncodeHex(look.seen);
  Value::Array items;
  for (const ApprovalItem& item : look.items)
    items.push_back(ItemValue(call, item));
  object["items"] = std::move(items);
  return object;
}

Result<void> CheckRoles(const Waiting& waiting, const exchange::Operator& caller) {
  for (const std::string& name : waiting.roles) {
    if (caller.Has(TRY(exchange::ParseRole(name)))) continue;
    return Because(
        Denied("this approval needs the role " + name), Reason::kApprovalRole, {{"role", name}});
  }
  return {};
}

}  // namespace

Result<Value> InboxList(MethodCall& call) {
  TRY(call.params.Done());
  Lineage* const lineage = TRY(ActiveLineage(call.engine));
  Value::Array waits;
  for (const Waiting& waiting : TRY(Approvals(lineage->context).List(call.engine.now()))) {
    if (MaySee(call.caller, waiting.group)) waits.push_back(WaitingValue(waiting, call.caller));
  }
  return Value::Object{{"waiting", std::move(waits)}};
}

Result<Value> InboxShow(MethodCall& call) {
  Lineage* const lineage = TRY(ActiveLineage(call.engine));
  const Approvals approvals(lineage->context);
  const Waiting waiting = TRY(Named(call, approvals));
  TRY(call.params.Done());
  const Look look =
      TRY(approvals.Show(waiting.from, waiting.exchange, waiting.category, call.engine.now()));
  // Who looked is kept (Wpg art. 32a).
  TRY(call.engine.CommitLocal("approval_viewed", call.caller.id, {}));
  return LookValue(call, look);
}

Result<Value> InboxDecide(MethodCall& call) {
  Lineage* const lineage = TRY(ActiveLineage(call.engine));
  const Approvals approvals(lineage->context);
  const Waiting waiting = TRY(Named(call, approvals));
  exchange::CellApproval approval;
  const std::string decision = TRY(call.params.Text("decision"));
  if (decision != "approve" && decision != "refuse")
    return Malformed("a decision is approve or refuse");
  approval.refused = decision == "refuse";
  approval.seen = TRY(call.params.HashHex("seen"));
  approval.reason = TRY(call.params.OptionalText("reason")).value_or("");
  if (call.params.Has("without")) {
    for (const Value& number : *TRY(call.params.Array("without"))) {
      if (number.AsInt() == nullptr || *number.AsInt() < 1)
        return Malformed("items are numbered from 1");
      approval.without.insert(static_cast<size_t>(*number.AsInt() - 1));
    }
  }
  TRY(call.params.Done());
  TRY(CheckRoles(waiting, call.caller));
  if ((approval.refused || !approval.without.empty()) && approval.reason.empty()) {
    return Because(Malformed("what stays at home has a reason"), Reason::kApprovalReason);
  }
  const Instant now = call.engine.now();
  const Look look = TRY(approvals.Show(waiting.from, waiting.exchange, waiting.category, now));
  auto decided = TRY(approvals.Decide(look, approval, call.call, now));
  const char* const event = approval.refused ? "approval_refused" : "approval_given";
  TRY(call.engine.CommitLocal(event, call.caller.id, std::move(decided.batch)));
  return Value::Object{{"ref", waiting.ref},
                       {"category", waiting.category},
                       {"decision", decision},
                       {"record", EncodeHex(decided.record)},
                       {"items", static_cast<int64_t>(decided.items)},
                       {"left_out", std::ssize(look.items) - static_cast<int64_t>(decided.items)}};
}

}  // namespace schakel::engine
