// Methods about scans and exchanges: asking, showing, and what a contributor sees of its own
// answers.
#include <algorithm>

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/engine/method_table.h"
#include "node/exchange/lines.h"

namespace schakel::engine {
namespace {

using canon::Value;
using exchange::InRow;
using exchange::OutRow;
using exchange::Role;

Value CellsValue(const std::map<std::string, statement::Cell>& cells) {
  Value::Object object;
  for (const auto& [category, cell] : cells) {
    const char* state = "refused";
    if (cell.state == statement::CellState::kReleased) state = "released";
    if (cell.state == statement::CellState::kPending) state = "pending";
    object[category] = Value::Object{{"state", state}, {"code", cell.code}};
  }
  return object;
}

Value OutValue(const OutRow& row) {
  Value::Object object{{"direction", "out"},
                       {"exchange", ToString(row.exchange)},
                       {"ref", row.ref},
                       {"partner", row.to},
                       {"group", row.group},
                       {"purpose", row.purpose},
                       {"categories", TextArray(row.categories)},
                       {"persons", row.subjects},
                       {"state", exchange::OutStateName(row.state)},
                       {"code", row.code},
                       {"cells", CellsValue(row.cells)},
                       {"request", EncodeHex(row.request)},
                       {"created", ToMillis(row.created)},
                       {"expires", ToMillis(row.expires)},
                       {"releases", row.releases},
                       {"receipt_due", row.receipt_due}};
  if (row.answered) object["answered"] = ToMillis(*row.answered);
  return object;
}

Value InValue(const InRow& row) {
  return Value::Object{{"direction", "in"},
                       {"exchange", ToString(row.exchange)},
                       {"ref", row.ref},
                       {"partner", row.from},
                       {"group", row.group},
                       {"categories", TextArray(row.categories)},
                       {"persons", row.subjects},
                       {"matched", row.matched},
                       {"doubtful", row.doubtful},
                       {"cells", CellsValue(row.cells)},
                       {"request", EncodeHex(row.request)},
                       {"created", ToMillis(row.created)},
                       {"releases", row.releases},
                       {"receipt_seen", row.receipt_seen}};
}

const char* StateOf(const scan::PartnerPlan& partner, bool names_persons) {
  if (names_persons && partner.persons.empty()) return "not_asked";
  if (!partner.exchange) {
    if (partner.error && partner.error->reason == Reason::kContentEnded) return "refused";
    return partner.error ? "no_answer" : "draft";
  }
  switch (partner.exchange->state) {
    case exchange::OutState::kSent:
      return "no_answer";
    case exchange::OutState::kAnswered:
      return "answered";
    case exchange::OutState::kPending:
      return "pending";
    case exchange::OutState::kRefused:
      return "refused";
    case exchange::OutState::kQuarantined:
      return "refused";
    case exchange::OutState::kEnded:
      return "no_answer";
  }
  return "no_answer";
}

// What the partner may give at most for a category, in words of the covenant: field -> form.
Value UpperBound(const covenant::Document& document,
                 const std::string& partner,
                 const std::string& self,
                 const std::string& category) {
  Value::Object fields;
  for (const covenant::Permit& permit : document.permits) {
    if (permit.from != partner || permit.to != self || permit.category != category ||
        permit.purpose != scan::kPurpose) {
      continue;
    }
    for (const auto& [field, form] : permit.fields) {
      if (form.kind == covenant::FormKind::kWithheld) continue;
      fields[field] = covenant::ToString(form);
    }
  }
  return fields;
}

Result<Value> PartnerValue(MethodCall& call,
                           const covenant::Document& document,
                           const scan::Round& round,
                           const scan::PartnerPlan& partner) {
  Value::Object object{{"party", partner.party},
                       {"name", document.parties.at(partner.party).name},
                       {"categories", TextArray(partner.categories)},
                       {"persons", static_cast<int64_t>(partner.persons.size())},
                       {"left_out", static_cast<int64_t>(partner.left_out.size())},
                       {"state", StateOf(partner, round.names_persons)},
                       {"error", partner.error ? partner.error->detail : std::string()}};
  if (partner.error && partner.error->reason != Reason::kNone) {
    object["reason"] = ReasonId(partner.error->reason);
    object["arguments"] = ArgumentsValue(partner.error->arguments);
  }
  std::set<std::string> opened;
  for (const scan::NamingDecision& naming : partner.persons) {
    opened.insert(naming.fields.begin(), naming.fields.end());
  }
  object["discloses"] = TextArray({opened.begin(), opened.end()});
  Value::Object bounds;
  for (const std::string& category : partner.categories) {
    bounds[category] = UpperBound(document, partner.party, call.engine.self().party, category);
  }
  object["at_most"] = std::move(bounds);
  if (const int limit = document.limits.persons_per_group_per_quarter; limit > 0) {
    const int spent = TRY(call.engine.lineage()->requester.PersonsThisQuarter(
        partner.party, round.group, call.engine.now()));
    object["budget"] =
        Value::Object{{"spent", spent}, {"left", std::max(limit - spent, 0)}, {"limit", limit}};
  }
  if (partner.exchange) {
    object["exchange"] = ToString(partner.exchange->exchange);
    object["code"] = partner.exchange->code;
    object["cells"] = CellsValue(partner.exchange->cells);
    object["releases"] = partner.exchange->releases;
  }
  return object;
}

Result<Value> RoundValue(MethodCall& call,
                         const covenant::Document& document,
                         const scan::Group& group,
                         const scan::Round& round) {
  Value::Array partners;
  for (const scan::PartnerPlan& partner : round.partners) {
    partners.push_back(TRY(PartnerValue(call, document, round, partner)));
  }
  Value::Object shown{{"ref", ToString(Ref{round.group, round.number, ""})},
                      {"name", group.name},
                      {"names_persons", round.names_persons},
                      {"list_version", round.list_version},
                      {"draft", !round.started},
                      {"motivation", round.motivation},
                      {"created", ToMillis(round.created)},
                      {"incomplete", round.started && round.Incomplete()},
                      {"covenant",
                       Value::Object{{"title", document.title},
                                     {"version", document.version},
                                     {"parties", static_cast<int64_t>(document.parties.size())},
                                     {"valid_until", ToMillis(document.valid_until)}}},
                      {"partners", std::move(partners)}};
  if (!round.started) {
    shown["answer_by"] = ToMillis(call.engine.now() + TRY(exchange::MaxRequestLife(document)));
  }
  return shown;
}

// A new version when this run changed anything; the number of the version that shows it.
Result<int> KeepVersion(MethodCall& call, Lineage& lineage, const scan::Round& round) {
  const Instant now = call.engine.now();
  report::ScanReport report =
      TRY(lineage.scans.Assemble(round, TRY(lineage.rounds.BeforeList(round.group, now)), now));
  const int version = report.version;
  TRY(call.engine.CommitLocal(
      "scan_version", call.caller.id, TRY(lineage.scans.Keep(std::move(report)))));
  return version;
}

std::vector<std::pair<Uuid, exchange::OutState>> StatesOf(const scan::Round& round) {
  std::vector<std::pair<Uuid, exchange::OutState>> states;
  for (const scan::PartnerPlan& partner : round.partners) {
    if (partner.exchange) states.emplace_back(partner.exchange->exchange, partner.exchange->state);
  }
  return states;
}

struct FoundExchange {
  std::optional<OutRow> out;
  std::optional<InRow> in;
};
// Whether an exchange is what somebody means by `said`: VLD-2026-001/2@om, or a part of it that
// leaves out the group, the partner, or both.
bool Means(const Ref& said, const std::string& row_ref) {
  const auto row = ParseRef(row_ref);
  return row && said.round && row->round == said.round &&
         (said.group.empty() || row->group == said.group) &&
         (said.party.empty() || row->party == said.party);
}

// Finds one exchange by its id or by a reference. Of repeated requests under one reference the
// newest: ids sort by time. A reference that fits several is an error that names them.
Result<FoundExchange> FindExchange(MethodCall& call, const std::string& text) {
  const auto id = ParseUuid(text);
  const auto ref = ParseRef(text);
  if (!id && !ref) return Malformed("'" + text + "' is no exchange reference and no exchange id");
  std::set<std::string> fitting;
  const auto matches = [&](const auto& row) {
    if (!call.caller.groups.empty() && !call.caller.groups.contains(row.group)) return false;
    const bool found = id ? row.exchange == *id : Means(*ref, row.ref);
    if (found) fitting.insert(row.ref);
    return found;
  };
  FoundExchange found;
  for (OutRow& row : TRY(exchange::AllOut(call.engine.store()))) {
    if (matches(row)) found.out = std::move(row);
  }
  for (InRow& row : TRY(exchange::AllIn(call.engine.store()))) {
    if (matches(row)) found.in = std::move(row);
  }
  if (fitting.empty())
    return Because(
        NotFound("no exchange '" + text + "'"), Reason::kExchangeUnknown, {{"ref", text}});
  if (fitting.size() > 1) {
    std::string refs;
    for (const std::string& one : fitting)
      refs += (refs.empty() ? "" : ", ") + one;
    return Because(Conflict("'" + text + "' fits several exchanges: " + refs),
                   Reason::kExchangesSeveral,
                   {{"ref", text}, {"refs", refs}});
  }
  return found;
}

// A covenant that ended for all lets no question go; one that a party left lets others'.
Result<void> CheckNotEnded(Engine& engine, const exchange::LineageView& view) {
  if (engine.now() >= view.document().valid_until)
    return Because(Denied("the covenant has expired"), Reason::kCovenantExpired);
  if (!view.revoked) return {};
  std::string by;
  for (const covenant::VersionStanding& standing :
       engine.covenants().HistoryAt(engine.now()).standings) {
    if (standing.document->hash != view.document().hash) continue;
    for (const auto* parties : {&standing.revoked_by, &standing.left}) {
      for (const std::string& party : *parties)
        by += (by.empty() ? "" : ", ") + party;
    }
  }
  return Because(Denied("the covenant was revoked"), Reason::kCovenantRevoked, {{"party", by}});
}

}  // namespace

Result<Value> ScanRequest(MethodCall& call) {
  const Ref ref = TRY(ReadRef(call, "ref"));
  const bool send = TRY(call.params.Bool("send"));
  std::string motivation;
  if (call.params.Has("motivation")) motivation = TRY(call.params.Text("motivation"));
  TRY(call.params.Done());
  Lineage* const lineage = TRY(ActiveLineage(call.engine));
  if (send) TRY(call.engine.recovery().CheckContent());
  const auto group = TRY(call.engine.groups().Find(ref.group));
  if (!group)
    return Because(NotFound("no group " + ref.group + "; open it first: schakel group open"),
                   Reason::kGroupUnknown,
                   {{"group", ref.group}});
  const auto view = call.engine.covenants().At(call.engine.now());
  if (send) TRY(CheckNotEnded(call.engine, *view));
  scan::Round round = TRY(lineage->rounds.Plan(ref, call.engine.now()));
  if (!round.started) round.motivation = motivation;
  if (!send) return RoundValue(call, view->document(), *group, round);

  const bool fresh = !round.started;
  const auto before = StatesOf(round);
  Result<Value> result = Internal("the round was not shown");
  const auto show = [&](const scan::Round& asked) -> Result<Value> {
    Value shown = TRY(RoundValue(call, view->document(), *group, asked));
    if (asked.names_persons && (fresh || StatesOf(asked) != before)) {
      (*shown.AsObject())["scan_version"] = TRY(KeepVersion(call, *lineage, asked));
    }
    return shown;
  };
  TRY(lineage->rounds.Run(std::move(round),
                          ActorOf(call.caller),
                          call.engine.run_all(),
                          call.engine.now(),
                          [&](const scan::Round& asked) { result = show(asked); }));
  return result;
}

Result<Value> ScanShow(MethodCall& call) {
  const Ref ref = TRY(ReadRef(call, "ref"));
  std::optional<int> version;
  if (call.params.Has("version")) {
    version = static_cast<int>(TRY(call.params.Int("version", 1, 1'000'000)));
  }
  TRY(call.params.Done());
  Lineage* const lineage = TRY(ActiveLineage(call.engine));
  const auto report = TRY(lineage->scans.Version(ref.group, version));
  if (!report) {
    if (!TRY(call.engine.groups().Find(ref.group))) {
      return Because(
          NotFound("no group " + ref.group), Reason::kGroupUnknown, {{"group", ref.group}});
    }
    if (version && TRY(lineage->scans.Version(ref.group, std::nullopt))) {
      const std::string number = std::to_string(*version);
      return Because(NotFound("no version " + number + " of the scan of " + ref.group),
                     Reason::kScanNoVersion,
                     {{"group", ref.group}, {"version", number}});
    }
    const bool listed = TRY(lineage->lists.Latest(ref.group)).has_value();
    return Because(NotFound("no scan of " + ref.group + " yet: schakel scan request " + ref.group),
                   listed ? Reason::kScanNone : Reason::kListNone,
                   {{"group", ref.group}});
  }
  return report::ToValue(*report);
}

Result<Value> ExchangeList(MethodCall& call) {
  std::string direction;
  if (call.params.Has("direction")) direction = TRY(call.params.Text("direction"));
  TRY(call.params.Done());
  const auto shown = [&](const std::string& group) {
    return call.caller.groups.empty() || call.caller.groups.contains(group);
  };
  Value::Array rows;
  if (direction != "in") {
    for (const OutRow& row : TRY(exchange::AllOut(call.engine.store()))) {
      if (shown(row.group)) rows.push_back(OutValue(row));
    }
  }
  if (direction != "out") {
    for (const InRow& row : TRY(exchange::AllIn(call.engine.store()))) {
      if (shown(row.group)) rows.push_back(InValue(row));
    }
  }
  return Value::Object{{"exchanges", std::move(rows)}};
}

Result<Value> ExchangeShow(MethodCall& call) {
  const std::string text = TRY(call.params.Text("ref"));
  TRY(call.params.Done());
  const FoundExchange found = TRY(FindExchange(call, text));
  Lineage* const lineage = TRY(ActiveLineage(call.engine));
  Value shown = found.out ? OutValue(*found.out) : InValue(*found.in);
  Value::Object& object = *shown.AsObject();
  const Uuid exchange = found.out ? found.out->exchange : found.in->exchange;
  Value::Array entries;
  for (const uint64_t index : TRY(lineage->log->FindExchange(exchange))) {
    entries.emplace_back(static_cast<int64_t>(index));
  }
  object["entries"] = std::move(entries);
  // Why things stayed here is for the contributor's own people alone, and whom the requester named
  // for those who decide on naming (exchange.md 5).
  const bool decides = call.caller.Has(found.in ? Role::kContributor : Role::kRegisseur);
  if (decides || call.caller.Has(Role::kOfficer)) {
    const std::string& asker = found.in ? found.in->from : call.engine.self().party;
    int64_t erased = 0;
    const auto lines = exchange::OpenLines(lineage->context, asker, exchange, &erased);
    Value::Array opened;
    if (lines) {
      for (const std::string& line : *lines) {
        if (!line.empty()) opened.push_back(TRY(canon::ParseCanonical(line)));
      }
    } else if (lines.error().code != ErrorCode::kNotFound) {
      return lines.error();
    }
    object["lines"] = std::move(opened);
    object["erased"] = erased;
  }
  return shown;
}

Result<Value> ExchangeDeliver(MethodCall& call) {
  TRY(call.params.Done());
  TRY(call.engine.recovery().CheckContent());
  return Value::Object{{"due", TRY(call.engine.Tend())}};
}

Result<Value> PersonDoubtful(MethodCall& call) {
  TRY(call.params.Done());
  Lineage* const lineage = TRY(ActiveLineage(call.engine));
  Value::Array asked;
  for (const auto& doubtful : TRY(lineage->contributor.ListDoubtful())) {
    Value::Array candidates;
    for (const Uuid& candidate : doubtful.candidates) {
      Value::Object shown{{"subject", ToString(candidate)}};
      const auto subject = call.engine.records().LoadSubject(candidate);
      if (subject) {
        // Only this node's own person, for its own people: never what the asker sent.
        const record::Person person = record::IdentityOf(*subject);
        shown["name"] = record::SpokenName(person.naam);
        shown["birth"] = ToIso(person.geboortedatum);
      }
      candidates.emplace_back(std::move(shown));
    }
    asked.push_back(Value::Object{{"ref", doubtful.ref},
                                  {"exchange", ToString(doubtful.exchange)},
                                  {"row", ToString(doubtful.row)},
                                  {"candidates", std::move(candidates)}});
  }
  Value::Array imported;
  for (const record::DoubtfulSubject& doubtful : TRY(call.engine.records().ListDoubtful())) {
    Value::Array candidates;
    for (const Uuid& candidate : doubtful.candidates)
      candidates.emplace_back(ToString(candidate));
    imported.push_back(Value::Object{{"subject", ToString(doubtful.subject)},
                                     {"candidates", std::move(candidates)}});
  }
  return Value::Object{{"asked", std::move(asked)}, {"imported", std::move(imported)}};
}

}  // namespace schakel::engine
