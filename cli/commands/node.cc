// `schakel status`, `peer test`, `log show|verify`: the node itself, for whoever runs it.
#include <memory>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/text.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct Arguments {
  std::string party;
  std::optional<int> from;
  std::optional<int> count;
  bool local = false;
};

Wrong CheckIndex(const std::string& value) {
  const bool good = !value.empty() && value.size() <= 9 &&
                    value.find_first_not_of("0123456789") == std::string::npos;
  return good ? Wrong{} : Wrong{"is geen nummer van een regel", "is no number of an entry"};
}

Wrong CheckCount(const std::string& value) {
  const bool good = CheckIndex(value).empty() && std::stoi(value) >= 1 && std::stoi(value) <= 1000;
  return good ? Wrong{} : Wrong{"is geen getal van 1 tot 1000", "is no number from 1 to 1000"};
}

std::string PeersText(Context& context, const Value& status) {
  if (ArrayOf(status, "peers").empty()) return "";
  report::Table table({"partner", "status", "since", "software"});
  for (const Value& peer : ArrayOf(status, "peers")) {
    const bool fresh = BoolOf(peer, "fresh");
    const std::string code = TextOf(peer, "code");
    table.Add({{TextOf(peer, "party")},
               {fresh ? "fresh" : (code.empty() ? "not seen" : code),
                fresh ? report::Ink::kPlain : report::Ink::kWarn},
               {TimeOf(peer, "issued")},
               {TextOf(peer, "software")}});
  }
  return "\n" + table.Write(context.paper());
}

Outcome<Exit> Status(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value status = TRY(node.Call("node.status", Value::Object{}));
  std::vector<std::string> good;
  std::vector<std::string> bad;
  for (const auto& [part, healthy] : ObjectOf(status, "health")) {
    (healthy.AsBool() != nullptr && *healthy.AsBool() ? good : bad).push_back(part);
  }
  Lines lines;
  lines.Add("software", TextOf(status, "software"));
  lines.Add("health", bad.empty() ? "ok: " + Joined(good) : "NOT OK: " + Joined(bad));
  const Value* const covenant = status.Find("covenant");
  if (covenant != nullptr) {
    lines.Add("covenant",
              TextOf(*covenant, "title") + ", version " +
                  std::to_string(IntOf(*covenant, "version")) + ", until " +
                  LastDay(FromMillis(IntOf(*covenant, "valid_until"))));
    lines.Add("", TextOf(*covenant, "hash"));
  } else {
    lines.Add("covenant", "none in force; the peer port is closed");
  }
  if (const Value* const log = status.Find("log"); log != nullptr) {
    lines.Add("log",
              TextOf(*log, "origin") + ", " + std::to_string(IntOf(*log, "size")) + " entries");
  }
  lines.Add("waiting",
            std::to_string(IntOf(status, "open")) + " requests without answer, " +
                std::to_string(IntOf(status, "receipts_due")) + " receipts to deliver");
  lines.Add("operators", std::to_string(IntOf(status, "operators")));
  const Value* const recovery = status.Find("recovery");
  if (recovery != nullptr) {
    lines.Add("recovery",
              "since " + TimeOf(*recovery, "since") + ", waits for " +
                  Joined(TextsOf(*recovery, "missing")));
  }
  std::string text = report::Inked(TextOf(status, "party") + " at " + TextOf(status, "node"),
                                   report::Ink::kStrong,
                                   context.paper()) +
                     "\n" + lines.Text() + PeersText(context, status);
  if (!bad.empty()) {
    text += std::string("The node takes no exchanges like this. Next: ") +
            (recovery != nullptr ? "schakel recovery show" : "schakel log verify") + "\n";
  }
  return context.Show(status, text, bad.empty() ? Exit::kDone : Exit::kFailed);
}

Outcome<Exit> PeerTest(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("peer.test", Value::Object{{"party", arguments.party}}));
  Lines lines;
  bool ok = !ArrayOf(result, "lines").empty();
  std::string failed;
  for (const Value& line : ArrayOf(result, "lines")) {
    const bool good = BoolOf(line, "ok");
    const std::string step = TextOf(line, "step");
    if (!good && failed.empty()) failed = step;
    ok = ok && good;
    lines.Add(step, std::string(good ? "ok     " : "FAILED ") + TextOf(line, "detail"));
  }
  std::string text = lines.Text(0);
  text += ok ? arguments.party + " can be reached and agrees on the covenant.\n"
             : "Next: call the beheerder of " + arguments.party + " about `" + failed + "`\n";
  return context.Show(result, text, ok ? Exit::kDone : Exit::kFailed);
}

Outcome<Exit> LogShow(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  Value::Object params;
  if (arguments.from) params["from"] = *arguments.from;
  if (arguments.count) params["count"] = *arguments.count;
  if (arguments.local) params["local"] = true;
  const Value result = TRY(node.Call("log.show", params));
  report::Table table({"entry", "time", "way", "type", "peer", "outcome", "exchange"});
  table.AlignRight(0);
  for (const Value& entry : ArrayOf(result, "entries")) {
    const std::string fault = TextOf(entry, "fault");
    table.Add({{std::to_string(IntOf(entry, "index"))},
               {TimeOf(entry, "time")},
               {TextOf(entry, "direction")},
               {fault.empty() ? TextOf(entry, "type") : "UNREADABLE"},
               {TextOf(entry, "peer")},
               {fault.empty() ? TextOf(entry, "outcome") : fault},
               {TextOf(entry, "exchange").substr(0, 8)}});
  }
  Lines lines;
  lines.Add("log", TextOf(result, "origin"));
  lines.Add("size", std::to_string(IntOf(result, "size")));
  lines.Add("root", TextOf(result, "root"));
  std::string text = lines.Text(0);
  if (!table.empty()) text += "\n" + table.Write(context.paper());
  return context.Show(result, text);
}

Outcome<Exit> LogVerify(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("log.verify", Value::Object{}));
  const bool ok = BoolOf(result, "ok");
  std::string text =
      ok ? "Verified: every entry, every hash, every signature, every file.\n" : "NOT VERIFIED\n";
  for (const Value& log : ArrayOf(result, "logs")) {
    Lines lines;
    lines.Add(TextOf(log, "origin"), std::to_string(IntOf(log, "size")) + " entries");
    for (const Value& fault : ArrayOf(log, "faults")) {
      const Value* const index = fault.Find("index");
      lines.Add("",
                (index == nullptr ? "" : "entry " + std::to_string(IntOf(fault, "index")) + ": ") +
                    TextOf(fault, "what"));
    }
    text += lines.Text();
  }
  Lines files;
  for (const Value& file : ArrayOf(result, "damaged"))
    files.Add(TextOf(file, "file"), TextOf(file, "what"));
  text += files.Text();
  if (!ok) text += "Next: stop the node, keep its folder as it is, and tell the officer\n";
  return context.Show(result, text, ok ? Exit::kDone : Exit::kFailed);
}

}  // namespace

std::vector<Command> NodeCommands() {
  const auto arguments = std::make_shared<Arguments>();
  Command peer;
  peer.name = "peer test";
  peer.purpose = {
      "probeer de node van een partner stap voor stap: naam, TCP, TLS, delegatie, klok, convenant",
      "try a partner's node step by step: name, TCP, TLS, delegation, clock, covenant"};
  peer.options = {{"PARTY", "", "the partner", &arguments->party, true, CheckName}};
  peer.examples = {"schakel peer test politie --home gemeente --as smit"};
  peer.run = [arguments](Context& context) { return PeerTest(context, *arguments); };
  Command show;
  show.name = "log show";
  show.purpose = {"toon regels van het uitwisselingslog, of van het eigen log van de node",
                  "show entries of the exchange log, or of the node's local log"};
  show.options = {
      {"--from",
       {"N", "N"},
       {"eerste regel (standaard: de laatste 50)", "first entry (default: the last 50)"},
       &arguments->from,
       false,
       CheckIndex},
      {"--count",
       {"N", "N"},
       {"hoeveel, hoogstens 1000", "how many, at most 1000"},
       &arguments->count,
       false,
       CheckCount},
      {"--local",
       "",
       {"het eigen log: mensen, import, sleutels", "the local log: people, imports, keys"},
       &arguments->local}};
  show.examples = {"schakel log show --count 10", "schakel log show --local --json"};
  show.dutch_help = true;
  show.run = [arguments](Context& context) { return LogShow(context, *arguments); };
  Command verify;
  verify.name = "log verify";
  verify.purpose = {
      "controleer elke regel, hash en handtekening van de eigen logs, en de bestanden eronder",
      "check every entry, hash and signature of the own logs, and the files below"};
  verify.examples = {"schakel log verify --home politie --as smit"};
  verify.dutch_help = true;
  verify.run = [](Context& context) { return LogVerify(context); };
  Command status;
  status.name = "status";
  status.purpose = {"toon hoe het met de node gaat: gezondheid, convenant, log, partners",
                    "show how the node is: health, covenant, log, partners"};
  status.examples = {"schakel status --home politie --as smit"};
  status.dutch_help = true;
  status.run = [](Context& context) { return Status(context); };
  return {std::move(peer), std::move(show), std::move(verify), std::move(status)};
}

}  // namespace schakel::cli
