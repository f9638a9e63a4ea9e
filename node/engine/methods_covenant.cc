// The covenant's life cycle as operators see and steer it.
#include <algorithm>

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/engine/method_table.h"

namespace schakel::engine {
namespace {

using canon::Value;
using exchange::CovenantState;
using statement::SignedStatement;

Value Texts(const std::set<std::string>& texts) {
  return TextArray({texts.begin(), texts.end()});
}

Result<std::vector<SignedStatement>> ReadStatements(MethodCall& call) {
  std::vector<SignedStatement> statements;
  for (const Value& given : *TRY(call.params.Array("statements")))
    statements.push_back(TRY(SignedStatement::FromValue(given)));
  return statements;
}

Value VersionValue(const exchange::KeptVersion& kept, const covenant::VersionStanding& standing) {
  const covenant::Document& document = kept.document();
  Value::Object version{{"version", document.version},
                        {"hash", EncodeHex(document.hash)},
                        {"title", document.title},
                        {"state", covenant::VersionStateName(standing.state)},
                        {"valid_from", ToMillis(document.valid_from)},
                        {"valid_until", ToMillis(document.valid_until)},
                        {"accepted", Texts(standing.accepted)},
                        {"missing", Texts(standing.missing)},
                        {"revoked_by", Texts(standing.revoked_by)},
                        {"left", Texts(standing.left)}};
  if (document.previous) version["previous"] = EncodeHex(*document.previous);
  if (standing.activated) {
    version["activated"] = ToMillis(*standing.activated);
  } else {
    version["offered_by"] = kept.offered_by;
    version["kept"] = ToMillis(kept.kept);
  }
  return version;
}

Value::Array EquivocationsOf(const CovenantState::History& history) {
  Value::Array all;
  for (const covenant::Equivocation& found : history.equivocations) {
    std::vector<std::string> covenants;
    std::vector<std::string> statements;
    for (const Hash& hash : found.covenants)
      covenants.push_back(EncodeHex(hash));
    for (const Hash& digest : found.statements)
      statements.push_back(EncodeHex(digest));
    all.push_back(Value::Object{{"party", found.party},
                                {"version", found.version},
                                {"covenants", TextArray(covenants)},
                                {"statements", TextArray(statements)}});
  }
  return all;
}

// What is known of a partner: whom it follows, and whether content may flow.
Value PartnerValue(Engine& engine,
                   const exchange::LineageView& view,
                   const std::string& party,
                   bool confirmed) {
  const Instant now = engine.now();
  std::string code = view.CheckFlow(engine.self().party, party, now);
  if (code.empty()) code = engine.statuses().CheckFresh(party, now);
  Value::Object partner{{"party", party},
                        {"name", view.document().parties.at(party).name},
                        {"agrees", code.empty()},
                        {"code", code},
                        {"confirmed", confirmed}};
  if (const auto status = engine.statuses().Of(party)) {
    partner["version"] = status->version;
    partner["hash"] = EncodeHex(status->covenant);
    partner["issued"] = ToMillis(status->issued);
    partner["same_statements"] = status->statements == view.statement_set;
  }
  return partner;
}

Result<exchange::LineageView> Held(Engine& engine) {
  const auto view = engine.covenants().At(engine.now());
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  return *view;
}

}  // namespace

Result<Value> CovenantShow(MethodCall& call) {
  TRY(call.params.Done());
  const auto view = call.engine.covenants().At(call.engine.now());
  if (!view) return Value::Object{{"active", false}};
  Value::Array statements;
  for (const auto& [key, held] : view->statements) {
    const auto* const party = held.value().Find("party");
    statements.push_back(Value::Object{{"type", statement::TypeName(held.type())},
                                       {"party", party == nullptr ? Value("") : *party},
                                       {"digest", EncodeHex(held.Digest())}});
  }
  return Value::Object{{"active", true},
                       {"covenant", TRY(canon::ParseCanonical(view->document().canonical))},
                       {"hash", EncodeHex(view->document().hash)},
                       {"statements", std::move(statements)}};
}

Result<Value> CovenantActivate(MethodCall& call) {
  const std::string canonical = TRY(call.params.Text("covenant"));
  const std::vector<SignedStatement> statements = TRY(ReadStatements(call));
  exchange::Fingerprints confirmed;
  for (const auto& [party, fingerprint] : *TRY(call.params.Object("confirm"))) {
    if (fingerprint.AsString() == nullptr) return Malformed("a fingerprint is text");
    confirmed[party] = *fingerprint.AsString();
  }
  std::optional<Acknowledged> acknowledged;
  if (call.params.Has("acknowledged")) {
    const Value given = *TRY(call.params.Any("acknowledged"));
    canon::ObjectReader in(given, "acknowledged");
    acknowledged.emplace();
    acknowledged->direction = TRY(in.Text("class"));
    acknowledged->from = TRY(in.HashHex("from"));
    acknowledged->to = TRY(in.HashHex("to"));
    TRY(in.Done());
  }
  TRY(call.params.Done());
  TRY(call.engine.Activate(canonical, statements, confirmed, call.caller.id, acknowledged));
  call.engine.PushCovenant(/*at_once=*/true);
  const auto view = call.engine.covenants().At(call.engine.now());
  const covenant::Document& document = view->activated.back()->document();
  return Value::Object{{"version", document.version},
                       {"hash", EncodeHex(document.hash)},
                       {"in_force", view->document().hash == document.hash},
                       {"valid_from", ToMillis(document.valid_from)}};
}

Result<Value> CovenantAdd(MethodCall& call) {
  exchange::Offered offered;
  offered.statements = TRY(ReadStatements(call));
  if (call.params.Has("covenants")) offered.documents = TRY(call.params.Texts("covenants"));
  TRY(call.params.Done());
  if (offered.statements.empty() && offered.documents.empty())
    return Malformed("nothing was given");
  const int added = TRY(call.engine.AddToCovenant(offered, call.caller.id));
  // Who ends something does not wait for the node's next round.
  if (added != 0) call.engine.PushCovenant(/*at_once=*/true);
  const CovenantState::History history = call.engine.covenants().HistoryAt(call.engine.now());
  return Value::Object{{"added", static_cast<int64_t>(added)},
                       {"unconfirmed", Texts(history.unconfirmed)}};
}

Result<Value> CovenantStatus(MethodCall& call) {
  TRY(call.params.Done());
  Engine& engine = call.engine;
  const exchange::LineageView view = TRY(Held(engine));
  const CovenantState::History history = engine.covenants().HistoryAt(engine.now());
  Value::Object status{{"lineage", ToString(view.document().lineage)},
                       {"suspended", Texts(view.suspended)},
                       {"unconfirmed", Texts(history.unconfirmed)},
                       {"equivocations", EquivocationsOf(history)}};
  Value::Array next;
  for (size_t i = 0; i < history.versions.size(); ++i) {
    const covenant::Document& document = history.versions[i].document();
    const Value version = VersionValue(history.versions[i], history.standings[i]);
    if (document.hash == view.document().hash) {
      status["in_force"] = version;
    } else if (document.version > view.document().version) {
      next.push_back(version);
    }
  }
  status["next"] = std::move(next);
  Value::Array partners;
  for (const auto& [party, described] : view.document().parties) {
    if (party == engine.self().party) continue;
    partners.push_back(PartnerValue(engine, view, party, !history.unconfirmed.contains(party)));
  }
  status["partners"] = std::move(partners);
  return status;
}

Result<Value> CovenantHistory(MethodCall& call) {
  TRY(call.params.Done());
  const exchange::LineageView view = TRY(Held(call.engine));
  const CovenantState::History history = call.engine.covenants().HistoryAt(call.engine.now());
  Value::Array versions;
  for (size_t i = 0; i < history.versions.size(); ++i)
    versions.push_back(VersionValue(history.versions[i], history.standings[i]));
  return Value::Object{{"lineage", ToString(view.document().lineage)},
                       {"versions", std::move(versions)},
                       {"equivocations", EquivocationsOf(history)}};
}

Result<Value> CovenantDraft(MethodCall& call) {
  const std::string given = TRY(call.params.Text("hash"));
  TRY(call.params.Done());
  TRY(Held(call.engine));
  for (const exchange::KeptVersion& kept :
       call.engine.covenants().HistoryAt(call.engine.now()).versions) {
    const std::string hash = EncodeHex(kept.document().hash);
    if (given.size() < 8 || hash.compare(0, given.size(), given) != 0) continue;
    return Value::Object{{"covenant", kept.document().canonical},
                         {"hash", hash},
                         {"version", kept.document().version},
                         {"offered_by", kept.offered_by}};
  }
  return Because(
      NotFound("no version with hash " + given), Reason::kDraftUnknown, {{"hash", given}});
}

}  // namespace schakel::engine
