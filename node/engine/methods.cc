#include "node/engine/methods.h"

#include <algorithm>
#include <vector>

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/engine/method_table.h"
#include "node/record/import.h"
#include "node/record/mapping.h"

namespace schakel::engine {
namespace {

using canon::ObjectReader;
using canon::Value;
using exchange::Operator;
using exchange::Role;

constexpr std::string_view kImport = "import";

const std::vector<Method>& Table() {
  static const std::vector<Method> table = {
      {"node.status", {}, NodeStatus},
      {"operator.list", {Role::kAdmin, Role::kOfficer}, OperatorList},
      {"operator.add", {Role::kAdmin}, OperatorAdd},
      {"operator.confirm", {Role::kOfficer}, OperatorConfirm},
      {"covenant.show", {}, CovenantShow},
      {"covenant.activate", {Role::kAdmin}, CovenantActivate},
      {"covenant.add", {Role::kAdmin, Role::kOfficer}, CovenantAdd},
      {"covenant.status", {}, CovenantStatus},
      {"covenant.history", {}, CovenantHistory},
      {"covenant.draft", {}, CovenantDraft},
      {"overlay.show", {Role::kOfficer, Role::kContributor, Role::kAdmin}, OverlayShow},
      {"overlay.set", {Role::kOfficer}, OverlaySet},
      {"overlay.clear", {Role::kOfficer}, OverlayClear},
      {"import.template", {Role::kContributor, Role::kFeeder, Role::kAdmin}, ImportTemplate},
      {"group.open", {Role::kRegisseur}, GroupOpen},
      {"group.list",
       {Role::kRegisseur, Role::kContributor, Role::kOfficer, Role::kObserver},
       GroupList},
      {"group.show",
       {Role::kRegisseur, Role::kContributor, Role::kOfficer, Role::kObserver},
       GroupShow},
      {"group.decide", {Role::kRegisseur}, GroupDecide},
      {"group.sign", {Role::kRegisseur, Role::kContributor}, GroupSign},
      {"group.add", {Role::kRegisseur}, GroupAdd},
      {"group.establish", {Role::kRegisseur}, GroupEstablish},
      {"scan.request", {Role::kRegisseur}, ScanRequest},
      {"scan.show", {Role::kRegisseur, Role::kOfficer, Role::kObserver}, ScanShow},
      {"exchange.list",
       {Role::kRegisseur, Role::kContributor, Role::kOfficer, Role::kObserver},
       ExchangeList},
      {"exchange.show",
       {Role::kRegisseur, Role::kContributor, Role::kOfficer, Role::kObserver},
       ExchangeShow},
      {"exchange.deliver", {Role::kAdmin, Role::kRegisseur}, ExchangeDeliver},
      {"inbox.list", {Role::kContributor, Role::kApprover, Role::kOfficer}, InboxList},
      {"inbox.show", {Role::kContributor, Role::kApprover, Role::kOfficer}, InboxShow},
      {"inbox.decide",
       {Role::kContributor, Role::kApprover, Role::kOfficer, Role::kRegisseur},
       InboxDecide},
      {"person.doubtful", {Role::kContributor, Role::kOfficer}, PersonDoubtful},
      {"person.visible", {Role::kContributor, Role::kOfficer}, PersonVisible},
      {"peer.test", {}, PeerTest},
      {"log.show", {}, LogShow},
      {"log.verify", {}, LogVerify},
      {"recovery.show", {}, RecoveryShow},
      {"recovery.ask", {Role::kOfficer, Role::kAdmin}, RecoveryAsk},
      {"recovery.declare_lost", {Role::kOfficer}, RecoveryDeclareLost},
  };
  return table;
}

std::string HintFor(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed:
      return "check what was given; --help shows an example";
    case ErrorCode::kDenied:
      return "ask who has the role, or the officer of this node";
    case ErrorCode::kNotFound:
      return "list what there is first";
    case ErrorCode::kConflict:
      return "show the present state first, then try again";
    case ErrorCode::kExhausted:
      return "make it smaller; limits are in the covenant";
    case ErrorCode::kUnavailable:
      return "try again; schakel peer test shows what is in the way";
    case ErrorCode::kCorrupt:
      return "stop using this node and run: schakel log verify";
    case ErrorCode::kInternal:
      return "keep the node's log and tell the maintainers";
  }
  return {};
}

MethodResult Failed(const Error& error) {
  MethodResult result;
  result.error = {error.code, error.detail, HintFor(error.code), error.reason, error.arguments};
  return result;
}

bool Allowed(const Operator& caller, const std::set<Role>& roles) {
  return roles.empty() ||
         std::any_of(roles.begin(), roles.end(), [&](Role role) { return caller.Has(role); });
}

Error NotAllowed(std::string_view method, const std::set<Role>& roles) {
  std::string either;
  std::string names;
  for (const Role role : roles) {
    const std::string name(RoleName(role));
    either += (either.empty() ? "" : " or ") + name;
    names += (names.empty() ? "" : ", ") + name;
  }
  // As people type it: the method's words are the command's.
  std::string call(method);
  std::replace(call.begin(), call.end(), '.', ' ');
  return Because(Denied(std::string(method) + " needs the role " + either),
                 Reason::kRoleNeeded,
                 {{"call", call}, {"roles", names}});
}

Value ProblemValue(const record::ImportProblem& problem, const std::string& file) {
  return Value::Object{{"file", file},
                       {"line", problem.line},
                       {"column", problem.column},
                       {"name", problem.column_name},
                       {"reason", problem.error.detail},
                       {"id", ReasonId(problem.error.reason)},
                       {"arguments", ArgumentsValue(problem.error.arguments)}};
}

Value FindingValue(const canon::Finding& finding) {
  return Value::Object{
      {"file", finding.file},
      {"line", finding.position.line},
      {"column", finding.position.column},
      {"name", finding.id},
      {"reason", finding.message + (finding.fix.empty() ? "" : "; " + finding.fix)},
      {"fix", finding.fix},
      {"id", ReasonId(finding.reason)},
      {"arguments", ArgumentsValue(finding.arguments)}};
}

// A file that could not be read at all: the findings are the report.
Value Unreadable(const std::vector<canon::Finding>& findings) {
  Value::Array errors;
  for (const canon::Finding& finding : findings)
    errors.push_back(FindingValue(finding));
  return Value::Object{{"complete", false},
                       {"rows", 0},
                       {"new", 0},
                       {"revised", 0},
                       {"unchanged", 0},
                       {"skipped", 0},
                       {"error_count", static_cast<int64_t>(findings.size())},
                       {"errors", std::move(errors)}};
}

Result<Value> RunImport(Engine& engine, ObjectReader& params, const FileSource& file) {
  const std::string mapping_text = TRY(params.Text("mapping"));
  const std::string mapping_name = TRY(params.Text("mapping_name"));
  const std::string file_name = TRY(params.Text("file_name"));
  record::ImportOptions options;
  options.dry_run = TRY(params.Bool("dry_run"));
  TRY(params.Done());
  const auto view = engine.covenants().At(engine.now());
  if (!view)
    return Because(Denied("no covenant is in force: its catalogue says what can be imported"),
                   Reason::kCovenantNone);
  record::MappingResult mapping =
      record::ParseMapping(mapping_text, mapping_name, view->document());
  if (!mapping.mapping) return Unreadable(mapping.findings);
  const auto importer = TRY(record::Importer::Start(
      engine.records(), view->document(), *std::move(mapping.mapping), file_name, options));
  for (;;) {
    const std::optional<Bytes> bytes = TRY(file());
    if (!bytes) break;
    const auto pushed = importer->Push(*bytes);
    if (!pushed && !importer->findings().empty()) return Unreadable(importer->findings());
    if (!pushed) return pushed.error();
  }
  const auto finished = importer->Finish();
  if (!finished && !importer->findings().empty()) return Unreadable(importer->findings());
  if (!finished) return finished.error();
  const record::ImportReport& report = *finished;
  Value::Array errors;
  for (const record::ImportProblem& problem : report.problems) {
    errors.push_back(ProblemValue(problem, report.file));
  }
  return Value::Object{{"complete", report.complete()},
                       {"dry_run", report.dry_run},
                       {"source", report.source},
                       {"category", report.category},
                       {"rows", report.rows},
                       {"new", report.created},
                       {"revised", report.revised},
                       {"unchanged", report.unchanged},
                       {"skipped", report.skipped},
                       {"new_subjects", report.new_subjects},
                       {"doubtful", report.doubtful},
                       {"error_count", report.problem_count},
                       {"errors", std::move(errors)}};
}

}  // namespace

const Method* FindMethod(std::string_view name) {
  const auto found = std::find_if(
      Table().begin(), Table().end(), [&](const Method& method) { return method.name == name; });
  return found == Table().end() ? nullptr : &*found;
}

Result<Lineage*> ActiveLineage(Engine& engine) {
  Lineage* const lineage = engine.lineage();
  if (lineage == nullptr)
    return Because(Denied("no covenant is in force at this node"), Reason::kCovenantNone);
  return lineage;
}

Result<Ref> ReadRef(MethodCall& call, std::string_view key) {
  Ref ref = TRY(ParseRef(TRY(call.params.Text(key))));
  if (ref.group.empty()) {
    const std::vector<scan::Group> groups = TRY(call.engine.groups().List());
    if (groups.size() != 1) {
      const std::string count = std::to_string(groups.size());
      return Because(
          Malformed("there are " + count + " groups here: name the group in the reference"),
          Reason::kGroupsSeveral,
          {{"count", count}});
    }
    ref.group = groups.front().ref;
  }
  if (!call.caller.groups.empty() && !call.caller.groups.contains(ref.group)) {
    return Because(Denied("your role is limited to other groups"), Reason::kGroupLimited);
  }
  return ref;
}

scan::Actor ActorOf(const Operator& caller) {
  std::string role;
  for (const Role held : caller.roles) {
    if (role.empty() || held == Role::kRegisseur) role = RoleName(held);
  }
  return {caller.id, caller.name, caller.function, caller.telephone, role};
}

Value ArgumentsValue(const ReasonArguments& arguments) {
  Value::Object object;
  for (const auto& [name, value] : arguments)
    object[name] = value;
  return object;
}

Value TextArray(const std::vector<std::string>& texts) {
  Value::Array array;
  for (const std::string& text : texts)
    array.emplace_back(text);
  return array;
}

MethodResult Methods::Call(const statement::OperatorCall& call) {
  const Method* const method = FindMethod(call.method);
  if (method == nullptr) return Failed(NotFound("no method '" + call.method + "'"));
  const auto caller = engine_.operators().Authenticate(call, engine_.self().node, engine_.now());
  if (!caller) return Failed(caller.error());
  if (!Allowed(*caller, method->roles)) return Failed(NotAllowed(call.method, method->roles));
  const auto params = canon::ParseCanonical(call.params);
  if (!params) return Failed(params.error());
  ObjectReader reader(*params, call.method);
  MethodCall running{engine_, *caller, reader, call};
  auto value = method->run(running);
  if (!value) return Failed(value.error());
  return {true, *std::move(value), {}};
}

MethodResult Methods::Import(const statement::OperatorCall& call, const FileSource& file) {
  if (call.method != kImport) return Failed(Malformed("only import sends a file"));
  const auto caller = engine_.operators().Authenticate(call, engine_.self().node, engine_.now());
  if (!caller) return Failed(caller.error());
  const std::set<Role> roles = {Role::kContributor, Role::kFeeder};
  if (!Allowed(*caller, roles)) return Failed(NotAllowed(call.method, roles));
  const auto params = canon::ParseCanonical(call.params);
  if (!params) return Failed(params.error());
  ObjectReader reader(*params, call.method);
  auto value = RunImport(engine_, reader, file);
  if (!value) return Failed(value.error());
  const auto logged = engine_.CommitLocal("import", caller->id, {});
  if (!logged) return Failed(logged.error());
  return {true, *std::move(value), {}};
}

}  // namespace schakel::engine
