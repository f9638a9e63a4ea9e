// `schakel covenant replay`: decisions that a node has in its log, under another version.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/home.h"
#include "cli/policy_file.h"
#include "cli/text.h"
#include "node/audit/verify.h"
#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/crypto/hash.h"
#include "node/policy/replay.h"

namespace schakel::cli {
namespace {

using canon::Value;

constexpr size_t kMaxLogBytes = 64 << 20;

struct ReplayArguments {
  std::string covenant;
  std::optional<std::string> before;
  std::vector<std::string> logs;
  bool from_node = false;
  std::optional<std::string> party;
  std::optional<std::string> purpose;
};

std::string In(const Context& context, const char* dutch, const char* english) {
  return context.language() == Language::kDutch ? dutch : english;
}

// What `exchange show --json` prints, of one exchange or of several in a list.
Outcome<std::vector<Value>> ReadLogs(const Context& context,
                                     const std::vector<std::string>& paths) {
  std::vector<Value> out;
  for (const std::string& path : paths) {
    const std::string text = TRY(Hinted(ReadFile(path, kMaxLogBytes), "check the path"));
    auto value = canon::ParseJson(text);
    const bool list = value && value->AsArray() != nullptr;
    if (!value || (!list && value->AsObject() == nullptr)) {
      return context.About(path,
                           value ? Malformed("no exchange") : value.error(),
                           "schakel exchange show VLD-2026-001/2@politie --json");
    }
    if (list) {
      out.insert(out.end(), value->AsArray()->begin(), value->AsArray()->end());
    } else {
      out.push_back(std::move(*value));
    }
  }
  return out;
}

Outcome<std::vector<Value>> FetchLogs(Node& node) {
  const Value listed = TRY(node.Call("exchange.list", Value::Object{}));
  std::vector<Value> out;
  for (const Value& row : ArrayOf(listed, "exchanges")) {
    out.push_back(TRY(node.Call("exchange.show", Value::Object{{"ref", TextOf(row, "exchange")}})));
  }
  return out;
}

Outcome<std::unique_ptr<const covenant::Covenant>> CovenantInForce(Context& context, Node& node) {
  const Value shown = TRY(node.Call("covenant.show", Value::Object{}));
  const Value* document = shown.Find("covenant");
  if (document == nullptr) {
    return UsageFailure(
        In(context,
           "op de node is geen convenant van kracht",
           "no covenant is in force at the node"),
        In(context, "geef de versie van toen: --before", "give the version of then: --before"));
  }
  covenant::Document parsed = TRY(covenant::ParseDocument(canon::Write(*document)));
  return TRY(covenant::Covenant::Compile(std::move(parsed)));
}

// Who gave: this party, also in its own requests, where it named persons to a partner.
Outcome<policy::Logged> LoggedOf(Context& context,
                                 const Value& shown,
                                 const std::string& party,
                                 const std::string& purpose) {
  const Value* lines = shown.Find("lines");
  if (lines == nullptr) {
    return UsageFailure(
        In(context,
           "een uitwisseling zonder beslissingen: die ziet alleen wie erover beslist",
           "an exchange without decisions: only who decides on them sees those"),
        In(context, "vraag het als contributor of officer", "ask as a contributor or an officer"));
  }
  policy::Logged logged;
  logged.from = party;
  logged.to = TextOf(shown, "partner");
  logged.purpose = TextOf(shown, "purpose").empty() ? purpose : TextOf(shown, "purpose");
  logged.at = FromMillis(IntOf(shown, "created"));
  logged.lines = ArrayOf(shown, "lines");
  logged.erased = IntOf(shown, "erased");
  return logged;
}

Outcome<Exit> ShowReplay(Context& context, const policy::Replayed& result) {
  const bool whole =
      result.Count(policy::Effect::kUnknown) == 0 && result.Count(policy::Effect::kErased) == 0;
  return context.Show(policy::ReplayJson(result),
                      policy::ReplayText(result, context.language(), context.paper()),
                      whole ? Exit::kDone : Exit::kIncomplete);
}

// The decisions in what `audit collect` made, each under the version that its Request names.
class ExportReplay {
 public:
  ExportReplay(std::string folder, std::shared_ptr<const covenant::Covenant> after)
      : source_(std::move(folder)), after_(std::move(after)) {}

  // From the hash of `before` on, which alone is trusted; only what `party` decided, if it is
  // given.
  Result<audit::Report> Run(const Hash& before, const std::optional<std::string>& party) {
    audit::Options options;
    Result<void> done;
    options.on_lines = [&](const audit::DecisionLines& told) {
      if (!done || (party && told.from != *party)) return;
      done = Take(told);
    };
    audit::Report report = TRY(audit::Verify(source_, before, options));
    TRY(std::move(done));
    return report;
  }

  [[nodiscard]] policy::Replayed result() const {
    policy::Replayed all;
    for (const auto& [hash, version] : versions_)
      all.Add(version.replay->result());
    return all;
  }

 private:
  struct Version {
    std::unique_ptr<const covenant::Covenant> covenant;
    std::unique_ptr<policy::Replay> replay;
  };

  Result<void> Take(const audit::DecisionLines& told) {
    auto known = versions_.find(told.covenant);
    if (known == versions_.end()) {
      Version version{TRY(Load(told.covenant)), nullptr};
      version.replay = std::make_unique<policy::Replay>(*version.covenant, *after_);
      known = versions_.emplace(told.covenant, std::move(version)).first;
    }
    known->second.replay->Add({told.from, told.to, told.purpose, told.at, told.lines, told.erased});
    return {};
  }

  Result<std::unique_ptr<const covenant::Covenant>> Load(const Hash& hash) const {
    for (const std::string& folder : TRY(source_.Folders())) {
      const auto bytes =
          TRY(source_.Read(folder + "/covenant/" + EncodeHex(hash) + ".json", kMaxCovenantBytes));
      if (bytes && crypto::Sha256(*bytes) == hash) {
        return covenant::Covenant::Compile(TRY(covenant::ParseDocument(*bytes)));
      }
    }
    return NotFound("the covenant " + EncodeHex(hash) + " is in no folder");
  }

  const audit::FolderSource source_;
  const std::shared_ptr<const covenant::Covenant> after_;
  std::map<Hash, Version> versions_;
};

Outcome<Exit> ReplayExport(Context& context, const ReplayArguments& arguments, Policy after) {
  const std::string& folder = arguments.logs.front();
  const Policy before = TRY(LoadPolicy(context, *arguments.before));
  const Hash trusted = before.covenant->document().hash;
  ExportReplay replay(folder, std::move(after.covenant));
  const audit::Report report = TRY(replay.Run(trusted, arguments.party));
  if (report.verdict == audit::Verdict::kNotVerified) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kCorrupt),
                   In(context,
                      "deze logs zijn niet geverifieerd onder dit convenant",
                      "these logs are not verified under this covenant"),
                   "schakel audit verify " + folder + " --covenant " + EncodeHex(trusted)};
  }
  const policy::Replayed result = replay.result();
  if (result.exchanges == 0) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kNotFound),
                   In(context,
                      "in deze logs zijn geen beslissingen geopend",
                      "no decisions were opened in these logs"),
                   In(context,
                      "een node opent ze voor een auditor met `detail: decisions`",
                      "a node opens them to an auditor with `detail: decisions`")};
  }
  return ShowReplay(context, result);
}

Outcome<Exit> RunReplay(Context& context, const ReplayArguments& arguments) {
  if (arguments.from_node != arguments.logs.empty()) {
    return UsageFailure(In(context,
                           "geef --from-node of --log, een van beide",
                           "give --from-node or --log, one of them"),
                        "schakel covenant replay --help");
  }
  const bool folder = arguments.logs.size() == 1 && IsFolder(arguments.logs.front());
  if (!arguments.from_node && (!arguments.before || (!arguments.party && !folder))) {
    return UsageFailure(
        In(context,
           "bij --log horen --before, het convenant van toen, en --party, wie besliste",
           "--log goes with --before, the covenant of then, and --party, who decided"),
        "schakel covenant replay --help");
  }
  Policy after = TRY(LoadPolicy(context, arguments.covenant));
  if (folder) return ReplayExport(context, arguments, std::move(after));
  std::unique_ptr<const covenant::Covenant> before;
  if (arguments.before) before = TRY(LoadPolicy(context, *arguments.before)).covenant;
  std::vector<Value> shown;
  std::string party = arguments.party.value_or("");
  if (arguments.from_node) {
    Node node = TRY(context.OpenNode());
    if (party.empty()) party = TRY(ReadNodeConfig(TRY(context.Home()))).party;
    if (before == nullptr) before = TRY(CovenantInForce(context, node));
    shown = TRY(FetchLogs(node));
  } else {
    shown = TRY(ReadLogs(context, arguments.logs));
  }
  const auto& purposes = before->document().purposes;
  const std::string purpose =
      arguments.purpose.value_or(purposes.size() == 1 ? purposes.begin()->first : "");
  policy::Replay replay(*before, *after.covenant);
  for (const Value& exchange : shown)
    replay.Add(TRY(LoggedOf(context, exchange, party, purpose)));
  return ShowReplay(context, replay.result());
}

Command ReplayCommand() {
  const auto arguments = std::make_shared<ReplayArguments>();
  Command command;
  command.name = "covenant replay";
  command.purpose = {"leg genomen beslissingen voor aan een andere versie van het convenant",
                     "put decisions that were taken to another version of the covenant"};
  command.options = {
      {{"CONVENANT", "COVENANT"},
       "",
       {"de andere versie: YAML of JSON", "the other version: YAML or JSON"},
       &arguments->covenant,
       true},
      {"--from-node",
       "",
       {"alle uitwisselingen van de eigen node (rol: contributor of officer)",
        "all exchanges of the own node (role: contributor or officer)"},
       &arguments->from_node},
      {"--log",
       {"BESTAND", "FILE"},
       {"wat `exchange show --json` gaf, of de map van `audit collect`",
        "what `exchange show --json` gave, or the folder of `audit collect`"},
       &arguments->logs,
       false,
       nullptr,
       true},
      {"--before",
       {"CONVENANT", "COVENANT"},
       {"de versie van toen; anders die nu op de node van kracht is",
        "the version of then; else the one in force at the node"},
       &arguments->before},
      {"--party",
       {"PARTIJ", "PARTY"},
       {"wie besliste; anders de eigen partij", "who decided; else the own party"},
       &arguments->party,
       false,
       CheckName},
      {"--doel",
       {"DOEL", "PURPOSE"},
       {"nodig als het convenant er meer heeft", "needed when the covenant has several"},
       &arguments->purpose,
       false,
       CheckName}};
  command.notes = {
      "Het log bewaart geen waarden, alleen welke voorwaarden golden. Wat daaruit niet volgt, heet "
      "niet te zeggen; exitcode 3 als dat voorkomt, of als regels zijn gewist.",
      "The log keeps no values, only which conditions held. What does not follow from those is "
      "said "
      "not to be told; exit code 3 when there is such a thing, or lines were erased."};
  command.examples = {"schakel covenant replay nieuw.yaml --from-node",
                      "schakel covenant replay nieuw.yaml --before covenant.json \\",
                      "  --party politie --log uitwisseling.json",
                      "schakel covenant replay nieuw.yaml --before covenant.json --log export"};
  command.run = [arguments](Context& context) { return RunReplay(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> CovenantReplayCommands() {
  return {ReplayCommand()};
}

}  // namespace schakel::cli
